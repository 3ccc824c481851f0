/*
 * The text that a menu package is compiled from (data/menu/menu.txt says how it is
 * written), line by line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_MENU_SOURCE_H
#define CLI_MENU_SOURCE_H

#include "card/menu_pack.h"
#include "cli/messages.h"

#define MENU_NAME_MAX 24
#define MENU_ID_MAX   64 /* of a message id */

struct menu_source_item {
	uint8_t text;
	uint8_t op;
	uint8_t text_arg;
	char screen[MENU_NAME_MAX]; /* where it leads; "" for another operation */
};

struct menu_source_screen {
	char name[MENU_NAME_MAX];
	char parent[MENU_NAME_MAX]; /* "": the first screen */
	uint8_t title;
	uint8_t item_count;
	struct menu_source_item items[MENU_ITEMS_MAX];
};

/* A source that is being read. Zero it before the first line. */
struct menu_source {
	uint16_t version; /* 0: none was named yet */
	uint16_t tcp_port;
	uint16_t udp_port;
	uint8_t address_len; /* 0: no gateway was named yet */
	uint8_t address[16];
	uint8_t sms_len; /* 0: no number yet; semi-octets */
	uint8_t sms[MENU_SMS_MAX];
	uint8_t screen_count;
	uint8_t text_count; /* message ids behind the fixed ones */
	struct menu_source_screen screens[MENU_SCREENS_MAX];
	char texts[MENU_TEXTS_MAX][MENU_ID_MAX];
	const char *why; /* what is wrong, set by every YKT_E_FORMAT; a message id */
};

/* One line, which is written over. YKT_E_FORMAT: it is none, or too much of something. */
YKT_MUST_USE enum ykt_status menu_source_line(struct menu_source *source, char *line);

/*
 * The package in a language, signed. YKT_E_FORMAT: no version, no screen, a screen
 * that is named and not there, more than a package holds; others as menu_pack_end().
 */
YKT_MUST_USE enum ykt_status
menu_source_compile(struct menu_source *source, enum messages_lang lang, struct crypto *crypto,
    const struct crypto_sm2_key *key, struct ykt_buf *out);

#endif
