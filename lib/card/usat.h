/*
 * The card application toolkit of a UICC (ETSI TS 102 223; card.md 4.1):
 * COMPREHENSION-TLV, proactive commands, TERMINAL RESPONSE, ENVELOPE.
 *
 * A proactive command is what FETCH answers, a response what TERMINAL RESPONSE
 * carries, an envelope what ENVELOPE carries; APDU headers are apdu.h's. Views
 * borrow. Decoders: YKT_E_FORMAT, outputs untouched, when lengths do not add up,
 * bytes are left over, or an element that must be there is missing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_USAT_H
#define CARD_USAT_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

/* Commands of the interface (CLA 80; A0 on a 2G card). */
#define USAT_CLA              0x80
#define USAT_INS_PROFILE      0x10
#define USAT_INS_FETCH        0x12
#define USAT_INS_RESPONSE     0x14
#define USAT_INS_ENVELOPE     0xC2
#define USAT_SW1_PENDING      0x91 /* a command of SW2 bytes waits for FETCH */
#define USAT_COMMAND_MAX      256  /* of one FETCH, D0 and its length included */
#define USAT_ENVELOPE_MAX     255
#define USAT_ITEM_TEXT_MAX    240
#define USAT_CHANNEL_DATA_MAX 237 /* of one SEND DATA or RECEIVE DATA */

/* Tags of COMPREHENSION-TLV without the bit that asks for comprehension. */
enum usat_tag {
	USAT_TAG_DETAILS = 0x01,
	USAT_TAG_DEVICES = 0x02,
	USAT_TAG_RESULT = 0x03,
	USAT_TAG_DURATION = 0x04,
	USAT_TAG_ALPHA = 0x05,
	USAT_TAG_ADDRESS = 0x06,
	USAT_TAG_SMS_TPDU = 0x0B,
	USAT_TAG_TEXT = 0x0D,
	USAT_TAG_ITEM = 0x0F,
	USAT_TAG_ITEM_ID = 0x10,
	USAT_TAG_RESPONSE_LEN = 0x11,
	USAT_TAG_HELP = 0x15,
	USAT_TAG_DEFAULT_TEXT = 0x17,
	USAT_TAG_EVENTS = 0x19,
	USAT_TAG_TIMER_ID = 0x24,
	USAT_TAG_TIMER_VALUE = 0x25,
	USAT_TAG_DATE_TIME = 0x26,
	USAT_TAG_IMMEDIATE = 0x2B,
	USAT_TAG_LANGUAGE = 0x2D,
	USAT_TAG_BEARER = 0x35,
	USAT_TAG_CHANNEL_DATA = 0x36,
	USAT_TAG_CHANNEL_LEN = 0x37,
	USAT_TAG_CHANNEL_STATUS = 0x38,
	USAT_TAG_BUFFER_SIZE = 0x39,
	USAT_TAG_TRANSPORT = 0x3C,
	USAT_TAG_OTHER_ADDRESS = 0x3E,
	USAT_TAG_APN = 0x47
};
#define USAT_CR 0x80 /* comprehension required */

/* Templates around a command and around envelopes. */
enum usat_template {
	USAT_PROACTIVE = 0xD0,
	USAT_SMS_PP = 0xD1,
	USAT_CELL_BROADCAST = 0xD2,
	USAT_MENU_SELECTION = 0xD3,
	USAT_CALL_CONTROL = 0xD4,
	USAT_SMS_CONTROL = 0xD5,
	USAT_EVENT = 0xD6,
	USAT_TIMER_EXPIRATION = 0xD7,
	USAT_USSD = 0xD9
};

enum usat_type {
	USAT_REFRESH = 0x01,
	USAT_MORE_TIME = 0x02,
	USAT_POLL_INTERVAL = 0x03,
	USAT_POLLING_OFF = 0x04,
	USAT_SET_UP_EVENT_LIST = 0x05,
	USAT_SEND_SMS = 0x13,
	USAT_DISPLAY_TEXT = 0x21,
	USAT_GET_INKEY = 0x22,
	USAT_GET_INPUT = 0x23,
	USAT_SELECT_ITEM = 0x24,
	USAT_SET_UP_MENU = 0x25,
	USAT_LOCAL_INFORMATION = 0x26,
	USAT_TIMER = 0x27,
	USAT_IDLE_TEXT = 0x28,
	USAT_OPEN_CHANNEL = 0x40,
	USAT_CLOSE_CHANNEL = 0x41,
	USAT_RECEIVE_DATA = 0x42,
	USAT_SEND_DATA = 0x43,
	USAT_CHANNEL_STATUS = 0x44
};

enum usat_device {
	USAT_KEYPAD = 0x01,
	USAT_DISPLAY = 0x02,
	USAT_CHANNEL_1 = 0x21, /* up to 27 */
	USAT_UICC = 0x81,
	USAT_TERMINAL = 0x82,
	USAT_NETWORK = 0x83
};

/* General results, the first byte of the element 03. 1x: the user; 2x: try again; 3x: never. */
enum usat_result {
	USAT_DONE = 0x00,
	USAT_DONE_PARTLY = 0x01,
	USAT_DONE_MISSING = 0x02,
	USAT_DONE_NO_ICON = 0x04,
	USAT_DONE_MODIFIED = 0x07,
	USAT_USER_ENDED = 0x10,
	USAT_USER_BACK = 0x11,
	USAT_NO_RESPONSE = 0x12,
	USAT_USER_HELP = 0x13,
	USAT_TERMINAL_BUSY = 0x20,
	USAT_NETWORK_BUSY = 0x21,
	USAT_USER_REFUSED = 0x22,
	USAT_TIMER_STATE = 0x24, /* of a timer that does not run */
	USAT_BEYOND = 0x30,
	USAT_TYPE_UNKNOWN = 0x31,
	USAT_DATA_UNKNOWN = 0x32,
	USAT_NUMBER_UNKNOWN = 0x33,
	USAT_SMS_ERROR = 0x35,
	USAT_VALUES_MISSING = 0x36,
	USAT_BIP_ERROR = 0x3A
};

/* DISPLAY TEXT, GET INPUT, GET INKEY: qualifiers. */
#define USAT_Q_HIGH_PRIORITY 0x01
#define USAT_Q_WAIT_USER     0x80
#define USAT_Q_ALPHABET      0x01
#define USAT_Q_UCS2          0x02
#define USAT_Q_NO_ECHO       0x04
#define USAT_Q_PACKED        0x08
#define USAT_Q_YES_NO        0x04 /* of GET INKEY */

struct usat_tlv {
	uint16_t tag; /* without the comprehension bit; of the three-byte form its last two bytes */
	bool cr;
	struct ykt_bytes value;
};

/*
 * Takes the next element off rd. False at the end and on a fault, which also sets
 * rd->bad: a tag of 00, 80 or FF, a cut tag or length. *ret_tlv only on true.
 */
bool usat_next(struct ykt_rd *rd, struct usat_tlv *ret_tlv);

/* The first element of that tag in a body that a decoder here let through. */
bool usat_find(struct ykt_bytes body, uint16_t tag, struct ykt_bytes *ret_value);

/* Appends an element; tag is one byte, with USAT_CR or without. */
void usat_put(struct ykt_buf *out, uint8_t tag, struct ykt_bytes value);
void usat_put_u8(struct ykt_buf *out, uint8_t tag, uint8_t value);

/* What commands and responses begin with. */
struct usat_head {
	uint8_t number; /* 1 to 254 */
	uint8_t type;   /* enum usat_type, or one that we have no name for */
	uint8_t qualifier;
	uint8_t source;
	uint8_t dest;
};

struct usat_command {
	struct usat_head head;
	struct ykt_bytes body; /* the elements after the devices */
};

YKT_MUST_USE enum ykt_status
usat_command_decode(struct ykt_bytes bytes, struct usat_command *ret_command);
/* Opens a command; append its elements with usat_put(), then usat_end(). */
size_t usat_command_begin(struct ykt_buf *out, const struct usat_head *head);
void usat_end(struct ykt_buf *out, size_t mark);

struct usat_response {
	struct usat_head head; /* the command's; devices turned round */
	uint8_t result;        /* enum usat_result */
	struct ykt_bytes info; /* additional information on the result */
	struct ykt_bytes body; /* the elements after the result */
};

YKT_MUST_USE enum ykt_status
usat_response_decode(struct ykt_bytes bytes, struct usat_response *ret_response);
/* Appends the data of TERMINAL RESPONSE; the body comes with it. */
void usat_response_encode(const struct usat_response *response, struct ykt_buf *out);

struct usat_envelope {
	uint8_t tag; /* enum usat_template, never USAT_PROACTIVE */
	uint8_t source;
	uint8_t dest;
	struct ykt_bytes body; /* every element, the devices among them */
};

/* Also YKT_E_FORMAT: a template whose tag is not in D1 to DF; no devices in it. */
YKT_MUST_USE enum ykt_status
usat_envelope_decode(struct ykt_bytes bytes, struct usat_envelope *ret_envelope);
/* Opens an envelope with its devices; then usat_put() and usat_end(). */
size_t usat_envelope_begin(struct ykt_buf *out, uint8_t tag, uint8_t source, uint8_t dest);

#endif
