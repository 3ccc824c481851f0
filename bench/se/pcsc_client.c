/*
 * se.pcsc: commands a second through PC/SC with the first card there is, against
 * the 5,000 that a card in a virtual reader must reach. se_pcsc.sh makes the reader.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include <ykt/mem.h>

#include "host/host_clock.h"
#include "link/se_open.h"

#define COMMANDS 10000
#define WAIT_MS  5000
#define LIMIT    5000.0

int
main(void)
{
	static const uint8_t select_issuer[] = { 0x00, 0xA4, 0x04, 0x00, 0x08, 0xA0, 0x00, 0x00,
		0x01, 0x51, 0x00, 0x00, 0x00, 0x00 };
	const struct ykt_clock clock = host_clock();
	const struct se_open_options options = {
		.alloc = &ykt_alloc_libc,
		.clock = &clock,
		.iface = YKT_SE_WIRED,
		.deadline_mono_ms = ykt_clock_mono(&clock) + WAIT_MS,
	};
	struct se_link *link = NULL;
	const char *why = NULL;
	uint8_t bytes[300];
	enum ykt_status status;
	int64_t start;
	double rate;

	status = se_link_open(&options, "pcsc:", &link, &why);
	if (status != YKT_OK) {
		(void)fprintf(stderr, "se.pcsc: %s\n", why);
		return EXIT_FAILURE;
	}
	start = ykt_clock_mono(&clock);
	for (int i = 0; i < COMMANDS && status == YKT_OK; i++) {
		struct ykt_buf rsp = YKT_BUF(bytes);

		status = se_link_transceive(
		    link, YKT_BYTES(select_issuer), &rsp, ykt_clock_mono(&clock) + WAIT_MS);
		if (status == YKT_OK && ykt_get_u16(bytes + rsp.len - 2) != 0x9000)
			status = YKT_REFUSED;
	}
	rate = COMMANDS * 1000.0 / (double)(ykt_clock_mono(&clock) - start + 1);
	se_link_close(&link);
	if (status != YKT_OK) {
		(void)fprintf(stderr, "se.pcsc: %s\n", ykt_status_text(status));
		return EXIT_FAILURE;
	}
	(void)printf("{\"name\": \"se.pcsc\", \"value\": %.0f, \"unit\": \"commands/s\", "
		     "\"limit\": %.0f, \"ratio\": %.3f}\n",
	    rate, LIMIT, rate / LIMIT);
	return rate >= LIMIT ? EXIT_SUCCESS : EXIT_FAILURE;
}
