/*
 * Messages as C structures and as strict JSON (docs/protocol.md section 1).
 *
 * A message is described once, by a table of its fields, and both directions
 * follow the table. The reader goes over the text once, allocates nothing, does
 * not recurse and refuses whatever the page does not allow: duplicate, unknown
 * and missing keys, null, wrong types, numbers with a point or an exponent, -0,
 * values out of range, lists that are too long, depth over WIRE_DEPTH_MAX, lower
 * case in hex, text that is too long, a byte order mark, NUL, invalid UTF-8,
 * lone surrogates and anything after the end. It is our own because a reader that
 * knows what must come needs no tree, no memory and no second look for what
 * general ones let through (1.0 for 1, -0, any depth); the fuzz harness holds it
 * against jansson.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ykt/bytes.h>
#include <ykt/status.h>

#define WIRE_DEPTH_MAX 16 /* objects and arrays inside one another, in any text */
#define WIRE_NEST_MAX  4  /* described messages inside one another */
#define WIRE_FIELD_MAX 64 /* fields of one message */

/* 10^12 yuan, the most that ykt_fen_parse() reads; 9999-12-31. */
#define WIRE_FEN_MAX  INT64_C(100000000000000)
#define WIRE_TIME_MAX INT64_C(253402300799999)

enum wire_type {
	WIRE_TEXT,   /* char f[n + 1]: UTF-8, at most n bytes, NUL-terminated */
	WIRE_INT,    /* int64_t f, in min..max */
	WIRE_BOOL,   /* bool f */
	WIRE_HEX,    /* uint8_t f[n]: exactly n bytes */
	WIRE_BYTES,  /* WIRE_BLOB(n) f: 0..n bytes */
	WIRE_OBJECT, /* struct f: one object of message msg */
	WIRE_LIST,   /* size_t f_count; struct X f[n]: 0..n objects of message msg */
	WIRE_RAW,    /* struct ykt_bytes f: an object's own JSON text, a view */
	WIRE_DIGITS, /* struct ykt_bytes f: upper-case hex digits, a view, at most size */
};

/* hex(..n) of the page. */
#define WIRE_BLOB(n)                                                                               \
	struct {                                                                                   \
		uint16_t len;                                                                      \
		uint8_t data[n];                                                                   \
	}

struct wire_message;

struct wire_field {
	const char *name;
	enum wire_type type;
	bool optional;    /* bool has_f tells whether it is there */
	uint32_t off;     /* of f in the structure */
	uint32_t has_off; /* of has_f, when optional */
	uint32_t size;    /* TEXT n + 1; HEX, BYTES n; LIST one element; DIGITS most digits */
	uint32_t count_off, count_max;  /* LIST: of f_count; n */
	int64_t min, max;               /* INT */
	const struct wire_message *msg; /* OBJECT, LIST */
};

struct wire_message {
	const char *name; /* for traces: "load.request" */
	const struct wire_field *fields;
	size_t field_count; /* at most WIRE_FIELD_MAX */
	size_t size;        /* of the structure */
};

/* A message without fields: {}. */
struct wire_empty {
	char unused;
};
extern const struct wire_message wire_empty_msg;

/*
 * Reads json into the structure of msg at ret. Absent optional fields are zero
 * with has_f false. Views (RAW, DIGITS) borrow from json. Fields are written as
 * they are read, to spare a second copy of large messages: when it fails, the
 * whole structure is zero.
 *
 * YKT_E_FORMAT  json is not exactly one such message
 */
YKT_MUST_USE enum ykt_status
wire_decode(const struct wire_message *msg, struct ykt_bytes json, void *ret);

/*
 * Appends the message to json, without blanks, fields in the table's order: the
 * same structure always gives the same bytes. json is unchanged on failure.
 *
 * YKT_E_ARG    a value that wire_decode() would refuse
 * YKT_E_SPACE  json is too small
 */
YKT_MUST_USE enum ykt_status
wire_encode(const struct wire_message *msg, const void *in, struct ykt_buf *json);

/* 32 lower-case hex digits: order_id, job_id, idem and the like. */
bool wire_id_valid(const char *text);
/* 20 ASCII digits, the first one 0. */
bool wire_card_no_valid(const char *text);
/* 1 and ten more ASCII digits, nothing else. */
bool wire_phone_valid(const char *text);
/* Writes the 32 lower-case digits of 16 random bytes, and a NUL. */
void wire_id_text(const uint8_t bytes[16], char out[33]);

#endif
