/*
 * What the menu of the element and the platform's OTA gateway say to each other
 * (docs/protocol.md section 10): the payload of secured packets, both directions.
 *
 * The layers, from the outside: a frame of the bearer (air_frame.h); a secured packet
 * of TS 102 225 (ota.h), a command from the card and the response of the gateway, which
 * is its proof of receipt; the payload under the national algorithms (air_seal.h); and
 * in it a call or an answer, which this file reads and writes.
 *
 * A call:    op1 language1, then the fields of its op in the sequence of struct air_call
 * An answer: status1 next1 has1 text(1 + n), then by has: ref16 attempt2 | fen4 |
 *            version2 at2 | data(1 + n)
 *
 * The card leads: one call, one answer, and next says which call is to follow. For a
 * load the platform speaks to the purse through it: the answer to LOAD_BEGIN holds a
 * script with INITIALIZE FOR LOAD, the menu runs it through the dispatcher and calls
 * LOAD_REQUEST with the answer of the purse; the script that comes back is CREDIT FOR
 * LOAD, and its answer goes up in LOAD_CONFIRM. A script stops at the first word that
 * is not 9000, and what goes up is the word and data of the last command that ran. A
 * script holds those two commands and nothing else: decoders refuse every other.
 *
 * When no answer comes, the card sends the same packet again, to the byte; it gets the
 * same answer, and nothing happens twice. A card that has forgotten its call begins
 * LOAD_BEGIN with a zero order: that is the oldest one that waits for this purse.
 *
 * Texts are UTF-8 of the basic plane without control characters, ready to be shown.
 * The format is ours (grade D). Nothing here allocates. Decoders: views borrow,
 * outputs are untouched on failure, bytes left over are YKT_E_FORMAT.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_AIR_CALL_H
#define CARD_AIR_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define AIR_REF_LEN    16 /* an order or a bill: the 16 bytes of its id */
#define AIR_SERIAL_LEN 10 /* a card number: the serial of file 15 */
#define AIR_PHONE_LEN  6  /* BCD, 11 digits, then F */
#define AIR_PIN_LEN    3  /* BCD, 6 digits; a one-time code too */
#define AIR_DATA_MAX   32 /* of a purse's answer */
#define AIR_BILL_MIN   6  /* hex digits of a bill's number that may be typed */
#define AIR_BILL_MAX   32
#define AIR_TEXT_MAX   48  /* bytes */
#define AIR_CALL_MAX   64  /* a call as bytes: with it a packet fits one short message */
#define AIR_PLAIN_SMS  104 /* an answer as bytes that fits one short message */
#define AIR_PLAIN_MAX  200 /* an answer that fits one RECEIVE DATA */
#define AIR_BLOCK_HEAD 9   /* of an answer with a block, around the block */
#define AIR_BLOCK_SMS  (AIR_PLAIN_SMS - AIR_BLOCK_HEAD)
#define AIR_BLOCK_MAX  (AIR_PLAIN_MAX - AIR_BLOCK_HEAD)
#define AIR_SCRIPT_MAX 2 /* commands */

enum air_op {
	AIR_OTP = 1,          /* phone: sends a one-time code to it by text message */
	AIR_REGISTER = 2,     /* phone, code, pin, consent: an account, and this card on it */
	AIR_TOPUP = 3,        /* pin, serial, fen: an order, paid */
	AIR_LOAD_BEGIN = 4,   /* serial, ref: zeros for the oldest that waits */
	AIR_LOAD_REQUEST = 5, /* ref, attempt, result: of INITIALIZE FOR LOAD */
	AIR_LOAD_CONFIRM = 6, /* ref, attempt, result: of CREDIT FOR LOAD */
	AIR_BILL = 7,         /* bill: what is to be paid to whom */
	AIR_PAY = 8,          /* pin, ref, fen: pays the bill that was shown */
	AIR_BALANCE = 9,      /* serial: the platform's view of the purse */
	AIR_MENU = 10,        /* version: is there a newer menu package? */
	AIR_MENU_BLOCK = 11,  /* version, offset, max: bytes of it */
	AIR_OP_COUNT
};

/* Fields that an op does not have are not read by the writer, and zero from the reader. */
struct air_call {
	uint8_t op;       /* enum air_op */
	uint8_t language; /* enum menu_language: of the texts in the answer, or of the menu */
	uint8_t phone[AIR_PHONE_LEN];
	uint8_t code[AIR_PIN_LEN]; /* the one-time code */
	uint8_t pin[AIR_PIN_LEN];  /* the payment PIN; a secret: wipe it */
	bool consent;              /* to the terms of the account */
	uint8_t serial[AIR_SERIAL_LEN];
	uint8_t ref[AIR_REF_LEN];
	uint16_t attempt;
	uint16_t sw;                    /* of the last command of the script that ran */
	struct ykt_bytes data;          /* of its answer, at most AIR_DATA_MAX */
	uint32_t fen;                   /* at most PURSE_BALANCE_MAX, above zero */
	uint8_t bill_digits;            /* AIR_BILL_MIN to AIR_BILL_MAX: the first of its number */
	uint8_t bill[AIR_BILL_MAX / 2]; /* a digit a nibble, an odd one before a nibble 0 */
	uint16_t version;               /* of the newest menu that the card has, or asks for */
	uint16_t offset;
	uint8_t max; /* bytes of a block that the card can take, 1 to AIR_BLOCK_MAX */
};

enum air_status {
	AIR_DONE = 0,
	AIR_REFUSED = 1,        /* the text says why; so with every status but DONE */
	AIR_LATER = 2,          /* a part behind is away, or too many calls: the same later */
	AIR_NOT_REGISTERED = 3, /* this card has no account: REGISTER first */
	AIR_CODE_WRONG = 4,     /* the one-time code: wrong, too old, or tried too often */
	AIR_PIN_WRONG = 5,
	AIR_PIN_BLOCKED = 6,
	AIR_FUNDS = 7, /* the wallet holds less */
	AIR_LIMIT = 8, /* a limit of card, account or application */
	AIR_NOT_FOUND = 9,
	AIR_STATE = 10,   /* the order or bill is past that, or another load comes first */
	AIR_NOTHING = 11, /* no order waits, no newer menu is there */
	AIR_CASE = 12,    /* a person must look at this order; its money is safe */
	AIR_STATUS_COUNT
};

/* Bits of an answer's has. SCRIPT and BLOCK say what data is, and exclude each other. */
#define AIR_HAS_REF    0x01 /* ref and attempt */
#define AIR_HAS_FEN    0x02
#define AIR_HAS_MENU   0x04 /* version and at */
#define AIR_HAS_SCRIPT 0x08
#define AIR_HAS_BLOCK  0x10
#define AIR_HAS_NEWER  0x20 /* a newer menu waits: ask with AIR_MENU when convenient */

struct air_answer {
	uint8_t status;        /* enum air_status */
	uint8_t next;          /* the op to call next, 0: none */
	uint8_t has;           /* AIR_HAS_* */
	struct ykt_bytes text; /* at most AIR_TEXT_MAX, may be empty */
	uint8_t ref[AIR_REF_LEN];
	uint16_t attempt;
	int32_t fen;      /* an amount or a balance, which may be below zero */
	uint16_t version; /* of the menu */
	uint16_t at;      /* MENU: the package's length; MENU_BLOCK: the block's offset */
	struct ykt_bytes data;
};

/*
 * YKT_E_FORMAT: an unknown op or language, a cut, digits that are none, an amount out of
 * range, a block of no bytes.
 */
YKT_MUST_USE enum ykt_status air_call_decode(struct ykt_bytes bytes, struct air_call *ret_call);
/* Has its op a payment PIN? */
bool air_call_has_pin(const struct air_call *call);
/* Appends a call. Sets out->full also for what the reader would refuse. */
void air_call_encode(const struct air_call *call, struct ykt_buf *out);

/*
 * YKT_E_FORMAT: an unknown status, op or bit, a text that cannot be shown, a script with
 * a command that the menu must not run, an empty block.
 */
YKT_MUST_USE enum ykt_status
air_answer_decode(struct ykt_bytes bytes, struct air_answer *ret_answer);
/* Appends an answer. Sets out->full also for what the reader would refuse. */
void air_answer_encode(const struct air_answer *answer, struct ykt_buf *out);

/* Appends one command to a script. */
void air_script_put(struct ykt_buf *script, struct ykt_bytes command);
/*
 * Takes the next command off a script that a decoder here let through, rd over its
 * bytes. False at the end.
 */
bool air_script_next(struct ykt_rd *rd, struct ykt_bytes *ret_command);

/* A phone number, PIN or code as digits, to BCD of len bytes, with F behind an odd one. */
YKT_MUST_USE enum ykt_status air_digits_pack(struct ykt_bytes digits, uint8_t *out, size_t len);
/* And back: 2 * len or 2 * len - 1 characters and their NUL. YKT_E_FORMAT: not such digits. */
YKT_MUST_USE enum ykt_status air_digits_text(const uint8_t *bcd, size_t len, char *ret_text);

#endif
