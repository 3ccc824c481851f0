/*
 * The menu application of the element: payment software in the SE (JT/T 1059.5
 * 5.1.4), worked by a handset through toolkit commands (card/usat.h).
 *
 * It knows its menu package and speaks to everything else in the element by APDU,
 * through the one function that the card OS gives it (C5-ARC-10, C5-ARC-13); the
 * files menu*.c but menu_os.c and menu_slot.c include no other header of this room,
 * which checks/includes enforces.
 *
 * One proactive command at a time: it waits (91xx), is fetched, and is answered,
 * before there is another. Nothing is asked before the first TERMINAL PROFILE, or of
 * a handset whose profile lacks what the menu needs. All state is volatile, and a
 * new TERMINAL PROFILE begins anew.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_MENU_H
#define SE_MENU_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define SE_AID_MENU "\xF0YKTMENU" /* proprietary, not registered */

#define MENU_PAGE_RECORDS 4
#define MENU_PIN_MAX      6
#define MENU_CARD_DIGITS  21

struct menu_pack;

enum menu_wait { MENU_IDLE, MENU_PENDING, MENU_FETCHED };

/* What the command that waits or is answered next shows. */
enum menu_show {
	MENU_SHOW_SET_UP,
	MENU_SHOW_LIST,
	MENU_SHOW_TEXT,
	MENU_SHOW_BALANCE,
	MENU_SHOW_NUMBER,
	MENU_SHOW_RECORDS,
	MENU_SHOW_PIN_OLD,
	MENU_SHOW_PIN_NEW,
	MENU_SHOW_PIN_AGAIN,
	MENU_SHOW_PIN_WRONG
};

/* One line of the log, as much as is shown. */
struct menu_record {
	uint8_t type;
	uint8_t when[4]; /* BCD: month, day, hour, minute */
	uint32_t amount; /* fen */
};

struct menu_pin {
	uint8_t len;
	uint8_t bytes[MENU_PIN_MAX];
};

/* Everything volatile of the menu; zero is a menu before its TERMINAL PROFILE. */
struct se_menu {
	bool ready;      /* the handset can do what the menu needs */
	uint8_t wait;    /* enum menu_wait */
	uint8_t show;    /* enum menu_show */
	uint8_t number;  /* of the command */
	uint8_t screen;  /* the list that is shown, or that one returns to */
	uint8_t from;    /* its first item, or the first record, of this page */
	uint8_t text;    /* of MENU_SHOW_TEXT */
	uint8_t repeats; /* of a command that the handset could not do for now */
	uint8_t count;   /* records of the page; tries of the PIN that are left */
	union {
		uint32_t fen;
		struct menu_record records[MENU_PAGE_RECORDS];
		struct {
			char digits[MENU_CARD_DIGITS];
			uint8_t end_date[4]; /* BCD YYYYMMDD */
		} card;
		struct {
			struct menu_pin old;
			struct menu_pin fresh;
		} pin;
	};
};

/* What the card OS does for the menu. */
struct menu_os {
	void *ctx;
	const struct menu_pack *pack; /* the active package */
	/* One command through the dispatcher; appends the data of the answer; its SW. */
	uint16_t (*exchange)(void *ctx, struct ykt_bytes cmd, struct ykt_buf *data);
};

/* What an answered command means for the package that is in use. */
enum menu_verdict {
	MENU_GOES_ON,
	MENU_SET_UP,        /* the handset took the menu */
	MENU_SET_UP_REFUSED /* and never will */
};

/*
 * TERMINAL PROFILE, ENVELOPE, TERMINAL RESPONSE: the status word. Afterwards
 * menu_waiting() tells whether it is 91xx instead. Refusals change nothing:
 *
 * 6985  no TERMINAL PROFILE came yet; a response while no command is out
 * 6A80  no message of that kind; a response to another command; no such item
 * 9300  an envelope while a command is out
 */
uint16_t menu_profile(struct se_menu *menu, struct ykt_bytes profile);
/* Another package is in use: what was shown is over, and the menu is set up anew. */
void menu_restart(struct se_menu *menu);
uint16_t menu_envelope(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes data);
uint16_t menu_response(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes data,
    enum menu_verdict *ret_verdict);

/* FETCH: appends the command that waits. 6985: none does. */
uint16_t menu_fetch(struct se_menu *menu, const struct menu_os *os, struct ykt_buf *out);

/* The length of the command that waits, 1 to 256, or 0. scratch is left as it was. */
size_t menu_waiting(const struct se_menu *menu, const struct menu_os *os, struct ykt_buf *scratch);

#endif
