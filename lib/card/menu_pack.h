/*
 * A menu package: what the menu application of the element shows and does, as
 * data (design.md, "The SIM profile"). The format is ours; no standard has one.
 *
 *   "YM" format1 language1 version2 length2 screens1 texts1
 *   gateway:       TCP port2, UDP port2, address(1 + n), SMS number(1 + n)
 *   texts, each:   length1, UTF-8
 *   screens, each: title1 parent1 items1, then each item: text1 operation1 argument1
 *   signature64:   SM2 (default id) over all before it
 *
 * length counts all before the signature. Texts are numbered; the first
 * MENU_TEXT_COUNT have a fixed meaning, titles and items point to any. Screen 0 is
 * what the handset adds to its own menu. The gateway is where the menu calls
 * (card/air_frame.h): an address of 4, 16 or no bytes, a number in semi-octets; a port
 * of 0, and an empty number, mean that there is no such way. A package that menu_pack_open() lets
 * through can be shown without a further check: every number is in range, every
 * text is UTF-8 of the basic plane, and screen 0 fits one command.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_MENU_PACK_H
#define CARD_MENU_PACK_H

#include <ykt/bytes.h>

#include "crypto/sm2.h"

#define MENU_PACK_MAX     1536 /* with its signature: a slot of the element */
#define MENU_PACK_MIN     (MENU_PACK_HEAD + CRYPTO_SM2_SIG_LEN)
#define MENU_PACK_HEAD    10
#define MENU_SCREENS_MAX  16
#define MENU_ITEMS_MAX    32
#define MENU_TEXTS_MAX    96
#define MENU_TEXT_LEN_MAX 60 /* UTF-8: 20 Chinese characters */
#define MENU_ROOT         0

/* Commands of the menu application, class 80: LOAD (blocks), GET DATA, ROLLBACK. */
#define MENU_INS_LOAD     0xE8
#define MENU_INS_INFO     0xCA
#define MENU_INS_ROLLBACK 0xE4

enum menu_language { MENU_LANG_EN = 0, MENU_LANG_ZH = 1 };

/* What an item does. */
enum menu_op {
	MENU_OP_SCREEN = 1, /* argument: the screen that it leads to */
	MENU_OP_TEXT = 2,   /* argument: the text that it shows */
	MENU_OP_BALANCE = 3,
	MENU_OP_RECORDS = 4,
	MENU_OP_NUMBER = 5,
	MENU_OP_PIN = 6, /* change the PIN */
	/* These call the platform (card/air_call.h). */
	MENU_OP_REGISTER = 7,
	MENU_OP_TOPUP = 8, /* argument: ten yuan each, at most 100; 0: the user types */
	MENU_OP_PAY = 9,
	MENU_OP_ACCOUNT = 10, /* the platform's view of the balance */
	MENU_OP_COLLECT = 11, /* loads what is paid and waits */
	MENU_OP_BEARER = 12,  /* argument: enum menu_bearer, tried first from now on */
	MENU_OP_UPDATE = 13,  /* a newer menu, if there is one */
	MENU_OP_COUNT
};

enum menu_bearer {
	MENU_BEARER_NONE = 0,
	MENU_BEARER_TCP = 1,
	MENU_BEARER_UDP = 2,
	MENU_BEARER_SMS = 3
};

/* Texts with a fixed meaning, by number. */
enum menu_text {
	MENU_TEXT_BALANCE,
	MENU_TEXT_YUAN,
	MENU_TEXT_NUMBER,
	MENU_TEXT_VALID,
	MENU_TEXT_LOAD,
	MENU_TEXT_PURCHASE,
	MENU_TEXT_OTHER,
	MENU_TEXT_NO_RECORDS,
	MENU_TEXT_NO_CARD,
	MENU_TEXT_BUSY,
	MENU_TEXT_FAILED,
	MENU_TEXT_MORE,
	MENU_TEXT_PIN_OLD,
	MENU_TEXT_PIN_NEW,
	MENU_TEXT_PIN_AGAIN,
	MENU_TEXT_PIN_DIFFER,
	MENU_TEXT_PIN_DONE,
	MENU_TEXT_PIN_WRONG,
	MENU_TEXT_PIN_BLOCKED,
	MENU_TEXT_PHONE,
	MENU_TEXT_CODE,
	MENU_TEXT_CONSENT,
	MENU_TEXT_PAY_PIN,
	MENU_TEXT_PAY_PIN_NEW,
	MENU_TEXT_PAY_PIN_AGAIN,
	MENU_TEXT_AMOUNT,
	MENU_TEXT_BILL,
	MENU_TEXT_PAID,
	MENU_TEXT_REGISTERED,
	MENU_TEXT_NO_NET,
	MENU_TEXT_UNKNOWN,
	MENU_TEXT_NOT_ABLE,
	MENU_TEXT_SAVED,
	MENU_TEXT_NEWEST,
	MENU_TEXT_COUNT
};

/* The English of the fixed texts, which are message ids of the translations. */
extern const char *const menu_text_msgids[MENU_TEXT_COUNT];

/* Where the menu calls; views borrow. */
struct menu_gateway {
	uint16_t tcp_port;
	uint16_t udp_port;
	struct ykt_bytes address; /* 4 or 16 bytes; empty: neither port counts */
	struct ykt_bytes sms;     /* semi-octets, at most MENU_SMS_MAX bytes */
};
#define MENU_SMS_MAX   10
#define MENU_TILES_MAX 100 /* argument of MENU_OP_TOPUP */

struct menu_pack {
	uint8_t language; /* enum menu_language */
	uint16_t version; /* from 1 */
	uint8_t screen_count;
	uint8_t text_count;
	struct menu_gateway gateway;
	struct ykt_bytes texts;   /* borrowed */
	struct ykt_bytes screens; /* borrowed */
};

/*
 * The bytes before the signature. YKT_E_FORMAT, output untouched: anything that the
 * text above does not allow, bytes left over.
 */
YKT_MUST_USE enum ykt_status menu_pack_open(struct ykt_bytes body, struct menu_pack *ret_pack);

/*
 * The same of one that was let through before and has not changed since: its texts
 * are not read again, which is nearly all the work.
 */
YKT_MUST_USE enum ykt_status menu_pack_view(struct ykt_bytes body, struct menu_pack *ret_pack);

/*
 * A whole package, its signature judged under root. YKT_E_FORMAT as above;
 * YKT_E_MAC: the signature is wrong; YKT_E_CRYPTO. Output untouched on failure.
 */
YKT_MUST_USE enum ykt_status menu_pack_verify(struct crypto *c, const struct crypto_sm2_pub *root,
    struct ykt_bytes package, struct menu_pack *ret_pack);

/* The length of a whole package by its first bytes; 0 when they are none. */
size_t menu_pack_len(struct ykt_bytes start);

/* A text by its number, which must be in range. UTF-8, borrowed. */
struct ykt_bytes menu_pack_text(const struct menu_pack *pack, uint8_t number);

struct menu_item {
	uint8_t text;
	uint8_t op; /* enum menu_op */
	uint8_t arg;
};

struct menu_screen {
	uint8_t title; /* text */
	uint8_t parent;
	uint8_t item_count;
	struct ykt_bytes items; /* borrowed */
};

/* A screen by its number, which must be in range. */
struct menu_screen menu_pack_screen(const struct menu_pack *pack, uint8_t number);
struct menu_item menu_screen_item(const struct menu_screen *screen, uint8_t index);

/*
 * Makes a package: begin, texts and screens in their order, end. What does not fit
 * sets out->full; menu_pack_end() signs, and judges the whole as a reader would.
 * out begins empty and has MENU_PACK_MAX.
 */
struct menu_maker {
	struct ykt_buf *out;
	uint8_t text_count;
	uint8_t screen_count;
};

void menu_pack_begin(
    struct menu_maker *maker, enum menu_language language, uint16_t version, struct ykt_buf *out);
/* Before the first text; without it there is no gateway. */
void menu_pack_put_gateway(struct menu_maker *maker, const struct menu_gateway *gateway);
/* All texts come before the first screen. */
void menu_pack_put_text(struct menu_maker *maker, struct ykt_bytes utf8);
void menu_pack_put_screen(struct menu_maker *maker, uint8_t title, uint8_t parent,
    const struct menu_item *items, size_t count);
/* YKT_E_SPACE, YKT_E_FORMAT, and what the signer answers; out is wiped then. */
YKT_MUST_USE enum ykt_status
menu_pack_end(struct menu_maker *maker, struct crypto *c, const struct crypto_sm2_key *key);

#endif
