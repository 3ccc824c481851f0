/*
 * A card image for the test of the program: a purse of tests/se's keys with
 * 100.00 on it. usage: make-card IMAGE
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "support.h"
#include "card/sw.h"

int
main(int argc, char **argv)
{
	struct card *card = card_new();
	int fd = argc == 2 ? open(argv[1], O_WRONLY | O_CREAT | O_EXCL, 0600) : -1;
	int code = 1;

	tsm_make_purse(card);
	(void)card_hex(card, YKT_SE_WIRED, SELECT_PURSE);
	if (fd >= 0 && terminal_load(card, YKT_SE_WIRED, 10000) == SW_OK &&
	    write(fd, card->nvm.bytes, sizeof(card->nvm.bytes)) ==
		(ssize_t)sizeof(card->nvm.bytes) &&
	    close(fd) == 0)
		code = 0;
	card_free(&card);
	if (code != 0)
		perror("make-card");
	return code;
}
