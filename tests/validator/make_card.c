/*
 * A card image for tests of programs: a purse of tests/se's keys with 100.00 on
 * it; with HASH an access rule that lets this caller alone (20 bytes, hex) at
 * the purse. An image whose name ends with .plain has no seal, as all had before.
 * usage: make-card IMAGE [HASH]
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/gp.h"
#include "card/sw.h"
#include "host/host_random.h"
#include "host/host_sealed.h"
#include "support.h"

/* INSTALL [for personalization] of the rules, then STORE DATA of one. */
static bool
add_rule(struct card *card, const char *hash)
{
	uint8_t bytes[64], cmd_bytes[100];
	struct ykt_buf data = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	char hex[128];
	struct tsm tsm;

	(void)snprintf(hex, sizeof(hex), "F029E227E1204F08" AID_PURSE "C114%sE303D00101", hash);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	if (ykt_hex_decode(hex, strlen(hex), &data) != YKT_OK ||
	    tsm_send_hex(&tsm, "80E620000F000009A00000015141434C00000000") != SW_OK)
		return false;
	gp_store_data_build(GP_STORE_LAST | GP_STORE_BER, 0, ykt_buf_view(&data), &cmd);
	return tsm_send(&tsm, ykt_buf_view(&cmd)) == SW_OK;
}

static bool
write_plain(const struct card *card, const char *path)
{
	const size_t len = sizeof(card->nvm.bytes);
	FILE *file = fopen(path, "wxe");

	return file != NULL && fwrite(card->nvm.bytes, 1, len, file) == len && fclose(file) == 0;
}

/* Sealed with the test key, as ykt-se makes it. */
static bool
write_image(struct card *card, const char *path)
{
	const struct ykt_random random = host_random();
	const struct host_sealed_options options = { &ykt_alloc_libc, card->crypto, &random,
		(const uint8_t *)HOST_SEALED_TEST_KEY };
	struct host_sealed *file = NULL;
	const char *dot = strrchr(path, '.');
	struct ykt_nvm port;
	bool done = false;

	if (dot != NULL && strcmp(dot, ".plain") == 0)
		return write_plain(card, path);
	if (host_sealed_create(&options, path, sizeof(card->nvm.bytes), 0) == YKT_OK &&
	    host_sealed_open(&options, path, &file) == YKT_OK) {
		port = host_sealed_port(file);
		done =
		    ykt_nvm_write(&port, 0, card->nvm.bytes, sizeof(card->nvm.bytes)) == YKT_OK &&
		    host_sealed_sync(file) == YKT_OK;
	}
	host_sealed_close(&file);
	return done;
}

int
main(int argc, char **argv)
{
	struct card *card = card_new();
	int code = 1;

	tsm_make_purse(card);
	(void)card_hex(card, YKT_SE_WIRED, SELECT_PURSE);
	if ((argc == 2 || argc == 3) && terminal_load(card, YKT_SE_WIRED, 10000) == SW_OK &&
	    (argc == 2 || add_rule(card, argv[2])) && write_image(card, argv[1]))
		code = 0;
	card_free(&card);
	if (code != 0)
		perror("make-card");
	return code;
}
