/*
 * Status words: the only place where they have names, outcomes and words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_SW_H
#define CARD_SW_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/status.h>

/* Names by ISO 7816-4, JT/T 978 command tables (card.md 1.4) and GP231. */
enum sw {
	SW_OK = 0x9000,
	SW_WARN_FILE_BLOCKED = 0x6283, /* selected file or application is blocked */
	SW_WARN_END_OF_FILE = 0x6282,
	SW_MORE_DATA_GP = 0x6310, /* GET STATUS: more data available */
	SW_TRIES_LEFT_0 = 0x63C0, /* 63Cx: x tries left */
	SW_EXEC_ERROR = 0x6400,
	SW_MEMORY = 0x6581, /* write failed; read-back differed */
	SW_LENGTH = 0x6700,
	SW_CHANNEL = 0x6881,
	SW_SM_UNSUPPORTED = 0x6882,
	SW_CHAIN_EXPECTED = 0x6883,
	SW_CHAINING_UNSUPPORTED = 0x6884,
	SW_STATE = 0x6901,     /* command not accepted in this state */
	SW_EXT_DATA = 0x6974,  /* extended-data update failed */
	SW_FILE_KIND = 0x6981, /* incompatible with the file structure */
	SW_SECURITY = 0x6982,
	SW_AUTH_BLOCKED = 0x6983,
	SW_NO_CHALLENGE = 0x6984, /* referenced data unusable: no challenge */
	SW_CONDITIONS = 0x6985,
	SW_NO_EF = 0x6986,
	SW_SM_MISSING = 0x6987,
	SW_SM_WRONG = 0x6988,
	SW_DATA = 0x6A80,
	SW_FUNCTION = 0x6A81, /* not supported; also a blocked application */
	SW_FILE_NOT_FOUND = 0x6A82,
	SW_RECORD_NOT_FOUND = 0x6A83,
	SW_NO_SPACE = 0x6A84,
	SW_LC_TLV = 0x6A85,
	SW_P1P2 = 0x6A86,
	SW_LC_P1P2 = 0x6A87,
	SW_DATA_NOT_FOUND = 0x6A88,
	SW_OFFSET = 0x6B00,
	SW_INS = 0x6D00,
	SW_CLA = 0x6E00,
	SW_UNKNOWN = 0x6F00,
	SW_MAC = 0x9302, /* load or debit MAC is wrong */
	SW_PERMANENT_LOCK = 0x9303,
	SW_BALANCE = 0x9401,
	SW_COUNTER = 0x9402,
	SW_KEY_INDEX = 0x9403,
	SW_NO_PROOF = 0x9406, /* no transaction proof or MAC available */
	SW_APP_DISABLED = 0x9407,
	SW_NOT_NEWER = 0x9409, /* an update that is none (project choice) */
	SW_ALGORITHM = 0x9484,
	SW_KEY_CHECK = 0x9485,
};

struct sw_info {
	uint16_t sw;   /* for the families 61xx, 63Cx, 6Cxx, 91xx: with x zero */
	uint16_t mask; /* which bits of sw count */
	enum ykt_status outcome;
	const char *text; /* English message id, one sentence without full stop */
};

/* Never NULL: a word that is not in the table gets {0, 0, YKT_E_CARD, ...}. */
const struct sw_info *sw_info(uint16_t sw);

/* What a caller makes of it. YKT_OK for 9000 (and 61xx, 91xx) only. */
YKT_MUST_USE enum ykt_status sw_status(uint16_t sw);

/* English message id for translation. */
const char *sw_text(uint16_t sw);

/* 63Cx: true, and *ret_tries is x. */
bool sw_tries_left(uint16_t sw, unsigned *ret_tries);
/* 61xx: true, and *ret_len is 1..256, the Ne for GET RESPONSE. */
bool sw_more(uint16_t sw, unsigned *ret_len);
/* 6Cxx: true, and *ret_len is 1..256, the right Ne. */
bool sw_exact_le(uint16_t sw, unsigned *ret_len);

#endif
