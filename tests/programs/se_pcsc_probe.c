/*
 * Exchanges with the card at an address: selections, resets, and speed.
 *
 * vpcd sends a frame in two pieces; a card that lets the kernel delay its
 * acknowledgement answers 20 commands a second and fails here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include <ykt/mem.h>

#include "host/host_clock.h"
#include "link/se_open.h"

#define COMMANDS   200
#define MS_AT_MOST 4000
#define WAIT_MS    5000

static int
fail(const char *what, enum ykt_status status)
{
	(void)fprintf(stderr, "se_pcsc_probe: %s: %s\n", what, ykt_status_name(status));
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	static const uint8_t select_issuer[] = { 0x00, 0xA4, 0x04, 0x00, 0x08, 0xA0, 0x00, 0x00,
		0x01, 0x51, 0x00, 0x00, 0x00, 0x00 };
	const struct ykt_clock clock = host_clock();
	struct se_open_options options = {
		.alloc = &ykt_alloc_libc,
		.clock = &clock,
		.iface = YKT_SE_WIRED,
		.deadline_mono_ms = ykt_clock_mono(&clock) + WAIT_MS,
	};
	struct se_link *link = NULL;
	const char *why = NULL;
	uint8_t bytes[300];
	struct ykt_buf atr = YKT_BUF(bytes);
	enum ykt_status status;
	int64_t start, took;

	if (argc != 2)
		return fail("usage: se_pcsc_probe ADDRESS", YKT_E_ARG);
	status = se_link_open(&options, argv[1], &link, &why);
	if (status != YKT_OK)
		return fail(why, status);
	status = se_link_reset(link, &atr, ykt_clock_mono(&clock) + WAIT_MS);
	if (status != YKT_OK || atr.len < 2 || bytes[0] != 0x3B)
		return fail("reset", status);

	start = ykt_clock_mono(&clock);
	for (unsigned i = 0; i < COMMANDS; i++) {
		struct ykt_buf rsp = YKT_BUF(bytes);

		status = se_link_transceive(link, ykt_bytes(select_issuer, sizeof(select_issuer)),
		    &rsp, ykt_clock_mono(&clock) + WAIT_MS);
		if (status != YKT_OK)
			return fail("SELECT", status);
		if (rsp.len < 3 || bytes[0] != 0x6F || ykt_get_u16(bytes + rsp.len - 2) != 0x9000)
			return fail("SELECT gave no domain", YKT_E_FORMAT);
	}
	took = ykt_clock_mono(&clock) - start;
	se_link_close(&link);
	(void)printf("se_pcsc_probe: %d commands in %lld ms\n", COMMANDS, (long long)took);
	return took <= MS_AT_MOST ? EXIT_SUCCESS : EXIT_FAILURE;
}
