/*
 * The one status type of yikatong.
 *
 * Zero: done. Positive: a named outcome, decided by the card, the server or
 * the user, with which a flow continues. Negative: an error that ends it; the
 * range says who must act. Outputs are untouched unless the result is YKT_OK
 * or the function's comment says otherwise.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_STATUS_H
#define YKT_STATUS_H

#define YKT_MUST_USE __attribute__((warn_unused_result))

enum ykt_status {
	YKT_OK = 0,

	/* Outcomes. */
	YKT_REFUSED = 1,       /* the other side said no; detail is in the answer */
	YKT_NOT_FOUND = 2,     /* no such card, file, record, order, row */
	YKT_CONFLICT = 3,      /* exists already: a unique constraint held */
	YKT_MISMATCH = 4,      /* same idempotency key, other content (HTTP 422) */
	YKT_BUSY = 5,          /* in progress elsewhere, try again (409, 503) */
	YKT_UNKNOWN = 6,       /* R1: may or may not have happened */
	YKT_NOT_DONE = 7,      /* R1: proven not to have happened */
	YKT_BLOCKED = 8,       /* card, application or account is blocked */
	YKT_EXPIRED = 9,       /* out of its validity */
	YKT_LOW_BALANCE = 10,  /* balance (with overdraft) is too small */
	YKT_OVER_LIMIT = 11,   /* a cap of amount, balance or count is reached */
	YKT_DENIED = 12,       /* authentication or authorisation failed */
	YKT_CANCELLED = 13,    /* the user or the caller stopped it */
	YKT_WRONG_CARD = 14,   /* another card, or a card of another kind */
	YKT_PENDING = 15,      /* accepted, not final yet */
	YKT_LOGIN_NEEDED = 16, /* no session, or it ended */
	YKT_DUPLICATE = 17,    /* seen before, byte-equal: no new effect */
	YKT_DISPUTED = 18,     /* a case was opened; nothing was posted */
	YKT_HIDDEN = 19,       /* the user's screen went to the background meanwhile */

	/* -1..: the caller. */
	YKT_E_ARG = -1,   /* an argument is outside its documented range */
	YKT_E_STATE = -2, /* called in the wrong order */
	YKT_E_RANGE = -3, /* checked arithmetic would overflow */
	YKT_E_SPACE = -4, /* the output buffer is too small */

	/* -20..: link, driver, machine. */
	YKT_E_LINK = -20,          /* card gone, or the answer was lost: UNKNOWN */
	YKT_E_DRIVER = -21,        /* a driver broke its contract */
	YKT_E_NET = -22,           /* certainly nothing reached the server */
	YKT_E_NET_UNKNOWN = -23,   /* it may have reached the server */
	YKT_E_STORE = -24,         /* database: certainly nothing committed */
	YKT_E_STORE_UNKNOWN = -25, /* database: the commit may have happened */
	YKT_E_FILE = -26,          /* file port: nothing changed */
	YKT_E_DEADLINE = -27,      /* the deadline passed before it was started */
	YKT_E_DOWN = -28,          /* this node is stopping (or dead, in sim) */
	YKT_E_RANDOM = -29,        /* the random source failed; refuse to go on */

	/* -40..: a card that broke the protocol. */
	YKT_E_FORMAT = -40, /* bytes that are not what they must be */
	YKT_E_CARD = -41,   /* a status word that this command cannot give */

	/* -60..: a server that broke the protocol. */
	YKT_E_SERVER = -60, /* an answer outside the protocol */
	YKT_E_REPLY = -61,  /* an answer to another question */

	/* -80..: cryptography. No detail on purpose. */
	YKT_E_CRYPTO = -80, /* the library failed */
	YKT_E_MAC = -81,    /* MAC, signature or cryptogram is wrong */
	YKT_E_KEY = -82,    /* no such key, or not usable for this */

	/* -100..: internal. */
	YKT_E_INTERNAL = -100,
	YKT_E_NOMEM = -101,
	YKT_E_CORRUPT = -102 /* stored data fails its own check */
};

/* The constant's name, "YKT_OK" and so on; "YKT_?" for a foreign value. */
const char *ykt_status_name(enum ykt_status status);

/* One English sentence for developers and logs; users see translated screens. */
const char *ykt_status_text(enum ykt_status status);

#endif
