/*
 * How the tables of fields are written, for this room only: s is the structure
 * without its struct, f the field, which is also the key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_FIELD_H
#define WIRE_FIELD_H

#include "wire/json.h"

#define FIELD_AT(s, f)   .name = #f, .off = offsetof(struct s, f)
#define FIELD_HAS(s, f)  .optional = true, .has_off = offsetof(struct s, has_##f)
#define FIELD_SIZE(s, f) .size = sizeof(((struct s *)0)->f)

#define FIELD_TEXT(s, f)                                                                           \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_TEXT, FIELD_SIZE(s, f)                                \
	}
#define FIELD_INT(s, f, lowest, highest)                                                           \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_INT, .min = (lowest), .max = (highest)                \
	}
#define FIELD_BOOL(s, f)                                                                           \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_BOOL                                                  \
	}
#define FIELD_HEX(s, f)                                                                            \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_HEX, FIELD_SIZE(s, f)                                 \
	}
#define FIELD_BLOB(s, f)                                                                           \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_BYTES, .size = sizeof(((struct s *)0)->f.data)        \
	}
#define FIELD_LIST(s, f, message)                                                                  \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_LIST, .size = sizeof(((struct s *)0)->f[0]),          \
				.count_off = offsetof(struct s, f##_count),                        \
				.count_max = YKT_ARRAY_LEN(((struct s *)0)->f), .msg = &(message)  \
	}
#define FIELD_RAW(s, f)                                                                            \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_RAW                                                   \
	}
#define FIELD_DIGITS(s, f, most)                                                                   \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_DIGITS, .size = (most)                                \
	}

#define FIELD_TEXT_OPT(s, f)                                                                       \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_TEXT, FIELD_SIZE(s, f), FIELD_HAS(s, f)               \
	}
#define FIELD_INT_OPT(s, f, lowest, highest)                                                       \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_INT, .min = (lowest), .max = (highest),               \
				FIELD_HAS(s, f)                                                    \
	}
#define FIELD_BOOL_OPT(s, f)                                                                       \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_BOOL, FIELD_HAS(s, f)                                 \
	}
#define FIELD_HEX_OPT(s, f)                                                                        \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_HEX, FIELD_SIZE(s, f), FIELD_HAS(s, f)                \
	}

#define FIELD_BLOB_OPT(s, f)                                                                       \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_BYTES, .size = sizeof(((struct s *)0)->f.data),       \
				FIELD_HAS(s, f)                                                    \
	}

#define FIELD_LIST_OPT(s, f, message)                                                              \
	{                                                                                          \
		FIELD_AT(s, f), .type = WIRE_LIST, .size = sizeof(((struct s *)0)->f[0]),          \
				.count_off = offsetof(struct s, f##_count),                        \
				.count_max = YKT_ARRAY_LEN(((struct s *)0)->f), .msg = &(message), \
				FIELD_HAS(s, f)                                                    \
	}

/* What a card holds and a fare can be, and what books hold. */
#define FIELD_FEN(s, f)     FIELD_INT(s, f, 0, WIRE_FEN_MAX)
#define FIELD_BALANCE(s, f) FIELD_INT(s, f, -WIRE_FEN_MAX, WIRE_FEN_MAX)
#define FIELD_TIME(s, f)    FIELD_INT(s, f, 0, WIRE_TIME_MAX)
#define FIELD_U8(s, f)      FIELD_INT(s, f, 0, 255)
#define FIELD_U16(s, f)     FIELD_INT(s, f, 0, 65535)
#define FIELD_U32(s, f)     FIELD_INT(s, f, 0, INT64_C(4294967295))
#define FIELD_COUNT(s, f)   FIELD_INT(s, f, 0, INT64_C(2147483647))
/* 0 is 3DES, 4 is SM4; the rest of 0..4 is reserved by the card standard. */
#define FIELD_ALG(s, f) FIELD_INT(s, f, 0, 4)

/* The descriptor of struct s over the table s_fields. */
#define MESSAGE(s, text)                                                                           \
	const struct wire_message s##_msg = { (text), s##_fields, YKT_ARRAY_LEN(s##_fields),       \
		sizeof(struct s) }

#endif
