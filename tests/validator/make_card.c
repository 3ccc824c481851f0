/*
 * A card image for tests of programs: a purse of tests/se's keys with 100.00 on
 * it; with HASH an access rule that lets this caller alone (20 bytes, hex) at
 * the purse. usage: make-card IMAGE [HASH]
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/sw.h"
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

int
main(int argc, char **argv)
{
	struct card *card = card_new();
	int fd = argc == 2 || argc == 3 ? open(argv[1], O_WRONLY | O_CREAT | O_EXCL, 0600) : -1;
	int code = 1;

	tsm_make_purse(card);
	(void)card_hex(card, YKT_SE_WIRED, SELECT_PURSE);
	if (fd >= 0 && terminal_load(card, YKT_SE_WIRED, 10000) == SW_OK &&
	    (argc == 2 || add_rule(card, argv[2])) &&
	    write(fd, card->nvm.bytes, sizeof(card->nvm.bytes)) ==
		(ssize_t)sizeof(card->nvm.bytes) &&
	    close(fd) == 0)
		code = 0;
	card_free(&card);
	if (code != 0)
		perror("make-card");
	return code;
}
