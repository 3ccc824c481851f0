/*
 * Templates for commands and patterns for answers.
 *
 * Capital hex digits, blanks anywhere; [ ... ] puts the length of what is
 * inside, one byte, in front of it; {name argument...} is a value that the
 * runner computes. In a pattern a ? is any digit and ... at its end any rest.
 *
 *   {any N} {zero N} {random N}          N bytes; any in a pattern only
 *   {aid} {info} {ssd} {isd}             AID and file 15 of the purse; AIDs of domains
 *   {balance [+N|-N]} {room [+N|-N]}     4 bytes, fen: before the case; up to the cap
 *   {online [+N|-N]} {offline [+N|-N]}   2 bytes: the counters before the case
 *   {load-mac1 [bad]} {load-mac2 [bad]} {load-tac [bad]}
 *   {debit-mac1 [bad]} {debit-mac2 [bad]} {debit-tac [bad]}
 *   {sm-mac [bad]}                       over the command so far and the last challenge
 *   {card-cryptogram [bad]}              of the last INITIALIZE UPDATE
 *   {authenticate LL [bad-cryptogram|bad-mac]}   a whole EXTERNAL AUTHENTICATE, level LL
 *   {put-key VV NN [bad-kcv]}            a whole PUT KEY of three keys, version VV to NN
 *   {purse-keys [bad-kcv|no-tac]}        data grouping 8001 with the test keys of the card
 *   {purse-pin}                          data grouping 8010 with the test PIN, three tries
 *
 * bad turns the last bit of the value.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONFORM_TEMPLATE_H
#define CONFORM_TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define CONFORM_BYTES_MAX 320
#define CONFORM_DEPTH_MAX 4

enum conform_name {
	CONFORM_VALUE_ANY,
	CONFORM_VALUE_ZERO,
	CONFORM_VALUE_RANDOM,
	CONFORM_VALUE_AID,
	CONFORM_VALUE_INFO,
	CONFORM_VALUE_SSD,
	CONFORM_VALUE_ISD,
	CONFORM_VALUE_BALANCE,
	CONFORM_VALUE_ROOM,
	CONFORM_VALUE_ONLINE,
	CONFORM_VALUE_OFFLINE,
	CONFORM_VALUE_LOAD_MAC1,
	CONFORM_VALUE_LOAD_MAC2,
	CONFORM_VALUE_LOAD_TAC,
	CONFORM_VALUE_DEBIT_MAC1,
	CONFORM_VALUE_DEBIT_MAC2,
	CONFORM_VALUE_DEBIT_TAC,
	CONFORM_VALUE_SM_MAC,
	CONFORM_VALUE_CARD_CRYPTOGRAM,
	CONFORM_VALUE_AUTHENTICATE,
	CONFORM_VALUE_PUT_KEY,
	CONFORM_VALUE_PURSE_KEYS,
	CONFORM_VALUE_PURSE_PIN,
};

/* What stands between braces. */
struct conform_value {
	enum conform_name name;
	bool pattern;          /* asked for by a pattern */
	uint32_t count;        /* N of any, zero, random */
	int32_t delta;         /* +N, -N */
	uint8_t number[2];     /* LL, or VV NN */
	struct ykt_bytes word; /* bad..., no-...; or empty */
};

/* Where computed values come from. */
struct conform_values {
	void *ctx;
	/* Appends the value; so_far is what the template has made until here. */
	enum ykt_status (*get)(void *ctx, const struct conform_value *value,
	    struct ykt_bytes so_far, struct ykt_buf *out);
};

/* Bytes and which of their bits count. */
struct conform_pattern {
	uint8_t value[CONFORM_BYTES_MAX];
	uint8_t mask[CONFORM_BYTES_MAX];
	size_t len;
	bool open; /* any rest may follow */
};

/* NULL, or a constant phrase that says what is wrong with the text. */
const char *conform_template_check(struct ykt_bytes text, bool pattern);

/*
 * Makes the bytes. YKT_E_FORMAT: the text; YKT_E_SPACE: over CONFORM_BYTES_MAX
 * bytes, or over 255 in brackets; others: what values->get answered.
 */
YKT_MUST_USE enum ykt_status conform_template_expand(struct ykt_bytes text, bool pattern,
    const struct conform_values *values, struct conform_pattern *ret_pattern);

bool conform_pattern_matches(const struct conform_pattern *pattern, struct ykt_bytes data);

#endif
