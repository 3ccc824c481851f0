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
 * a handset whose profile lacks what the menu needs. All state here is volatile, and a
 * new TERMINAL PROFILE begins anew; what the card OS keeps of a call to the platform
 * (struct menu_air) is taken up again once the handset has taken the menu.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_MENU_H
#define SE_MENU_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#include "card/air_call.h"
#include "card/air_seal.h"
#include "card/usat_bip.h"

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
	MENU_SHOW_PIN_WRONG,
	MENU_SHOW_ASK,     /* flow.ask */
	MENU_SHOW_CONFIRM, /* yes or no */
	MENU_SHOW_ANSWER,  /* what came of it */
	MENU_SHOW_NOTHING, /* after a connection only: the end */
	MENU_SHOW_LOADED,  /* after a connection only: the last block of a new menu */
	/* The rest is between the menu and the handset. */
	MENU_SHOW_EVENTS,
	MENU_SHOW_OPEN,
	MENU_SHOW_SEND,
	MENU_SHOW_SMS,
	MENU_SHOW_TIMER,
	MENU_SHOW_RECEIVE,
	MENU_SHOW_TIMER_STOP,
	MENU_SHOW_HANG_UP
};

/* Questions of the operations that call the platform. */
enum menu_ask {
	MENU_ASK_PHONE,
	MENU_ASK_CODE,
	MENU_ASK_PIN,
	MENU_ASK_PIN_NEW,
	MENU_ASK_PIN_AGAIN,
	MENU_ASK_YUAN,
	MENU_ASK_BILL,
	MENU_ASK_COUNT
};

/* What the handset can do beyond what every menu needs. */
#define MENU_CAN_TCP 0x01
#define MENU_CAN_UDP 0x02
#define MENU_CAN_SMS 0x04
#define MENU_CAN_ASK 0x08 /* GET INKEY with yes or no */

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

/* An operation with the platform, from its first question to its last text. */
struct menu_flow {
	uint8_t op;      /* enum menu_op; 0: none */
	uint8_t call;    /* enum air_op of the last call */
	uint8_t ask;     /* enum menu_ask */
	uint8_t then;    /* enum menu_show after the connection is over */
	uint8_t bearer;  /* enum menu_bearer */
	uint8_t channel; /* of the handset; 0: none is open */
	uint8_t tries;   /* of this call that brought nothing */
	uint8_t loads;
	bool silent; /* failures are not shown */
	bool sent;   /* the packet may have left */
	bool timer;  /* it runs */
	bool waits;  /* for an event; nothing is asked */
	uint8_t phone[AIR_PHONE_LEN];
	uint8_t code[AIR_PIN_LEN];
	uint8_t pin[AIR_PIN_LEN];
	uint8_t bill_digits;
	uint8_t bill[AIR_BILL_MAX / 2];
	uint8_t ref[AIR_REF_LEN];
	uint32_t fen; /* that is confirmed and called with */
	/* What is shown at the end, or of a bill. */
	bool has_fen;
	bool has_balance;
	int32_t shown_fen;
	uint32_t balance;
	uint8_t text_len;
	uint8_t text[AIR_TEXT_MAX];
	/* A new menu: its version and length; of the next block, offset and number. */
	uint16_t version;
	uint16_t size;
	uint16_t offset;
	uint8_t block;
	uint8_t more; /* bytes that wait in the handset; 255: that or more */
	uint8_t rx_len;
	uint8_t rx[USAT_CHANNEL_DATA_MAX];
};

/* Everything volatile of the menu; zero is a menu before its TERMINAL PROFILE. */
struct se_menu {
	bool ready;            /* the handset can do what the menu needs */
	uint8_t wait;          /* enum menu_wait */
	uint8_t show;          /* enum menu_show */
	uint8_t number;        /* of the command */
	uint8_t screen;        /* the list that is shown, or that one returns to */
	uint8_t from;          /* its first item, or the first record, of this page */
	uint8_t text;          /* of MENU_SHOW_TEXT */
	uint8_t repeats;       /* of a command that the handset could not do for now */
	uint8_t count;         /* records of the page; tries of the PIN that are left */
	uint8_t can;           /* MENU_CAN_x */
	uint8_t purse_channel; /* logical channel of a load; 0: none is open */
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
	struct menu_flow flow;
};

/* A call that is written down: what it was, and the order that it is about, or zeros. */
struct menu_call {
	uint8_t op; /* enum air_op */
	uint8_t ref[AIR_REF_LEN];
};

/*
 * The card OS's services for calls (menu_air.c): the element's keys, its counter, and
 * the record of one call. Each takes the ctx of struct menu_os; those that return a
 * status word changed nothing unless it is 9000.
 */
struct menu_air {
	/* The card has keys for calls. */
	bool (*able)(void *ctx);
	/* Seals a call, which takes the place of the one before, in one commit. */
	uint16_t (*post)(void *ctx, const struct menu_call *call, struct ykt_bytes plain);
	/* The call that is written down; false without one. */
	bool (*pending)(void *ctx, struct menu_call *ret_call);
	/* It is over: there is none any more. */
	uint16_t (*close)(void *ctx);
	/* Appends its packet, the same each time, and tells the element's identity. */
	enum ykt_status (*packet)(
	    void *ctx, uint8_t identity[AIR_IDENTITY_LEN], struct ykt_buf *packet);
	/*
	 * Opens its response in place; *ret_plain lies in bytes. YKT_REFUSED: the gateway
	 * did not take the packet; YKT_E_FORMAT, YKT_E_MAC: it is no response to this call;
	 * YKT_E_KEY, YKT_E_CRYPTO.
	 */
	enum ykt_status (*open)(void *ctx, uint8_t *bytes, size_t len, struct ykt_bytes *ret_plain);
	/* The bearer that the user chose, enum menu_bearer. */
	uint8_t (*bearer)(void *ctx);
	uint16_t (*set_bearer)(void *ctx, uint8_t bearer);
};

/* What the card OS does for the menu. */
struct menu_os {
	void *ctx;
	const struct menu_pack *pack; /* the active package */
	/* One command through the dispatcher; appends the data of the answer; its SW. */
	uint16_t (*exchange)(void *ctx, struct ykt_bytes cmd, struct ykt_buf *data);
	const struct menu_air *air;
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
/* The user data of a short message with a response; one that nobody waits for is dropped. */
uint16_t
menu_response_sms(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes response);
uint16_t menu_response(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes data,
    enum menu_verdict *ret_verdict);

/* FETCH: appends the command that waits. 6985: none does. */
uint16_t menu_fetch(struct se_menu *menu, const struct menu_os *os, struct ykt_buf *out);

/* The length of the command that waits, 1 to 256, or 0. scratch is left as it was. */
size_t menu_waiting(const struct se_menu *menu, const struct menu_os *os, struct ykt_buf *scratch);

#endif
