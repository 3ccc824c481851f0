/*
 * Test cases as data: one case a file, read strictly.
 *
 * A file is UTF-8 text of lines "word: value"; empty lines and lines that begin
 * with # do not count. The head comes first, each word at most once unless said
 * otherwise:
 *
 *   id: SE-LOAD-02          letters, digits and hyphens
 *   title: ...              what the card must do, in one line
 *   title-zh: ...           the same in Chinese
 *   source: ...             the clause or document that asks for it
 *   grade: A|B|C|D          how good that source is, see docs/conform.md
 *   needs: any|purse|blank  which card the case is for
 *   card: CAP LIMIT 3des|sm4   the test card: upper limit and overdraft limit, fen,
 *                           and algorithm; without it 100000 0 3des will do
 *   writes: yes|no          whether anything on the card may move
 *   setup: balance N        before it: less than N fen on the card, then N are loaded
 *   moves: none             after it, balance and counters are as before; or
 *   moves: balance +N online +N offline +N
 *
 * Then the steps, each with what it expects below it:
 *
 *   reset: warm             a warm reset
 *   open: isd|ssd LEVEL     SELECT and a secure channel, which must succeed
 *   send: TEMPLATE          one command as it is
 *   wrap: TEMPLATE          one command through the open channel
 *   tamper: TEMPLATE        the same with the last bit of its MAC turned
 *   again: last             the last command once more, byte for byte
 *   sw: 9000 61?? ...       any of these status words
 *   data: PATTERN           the answer's data (through a channel: the clear data)
 *
 * Templates and patterns are in template.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONFORM_CASE_H
#define CONFORM_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define CONFORM_TEXT_MAX  16384
#define CONFORM_STEPS_MAX 48
#define CONFORM_ID_MAX    32
#define CONFORM_LINE_MAX  1024

enum conform_needs {
	CONFORM_ANY,   /* any T-Union card */
	CONFORM_PURSE, /* a test card, personalised with the test keys */
	CONFORM_BLANK, /* a blank card whose issuer's domain has the test keys */
};

enum conform_verb {
	CONFORM_RESET,
	CONFORM_OPEN,
	CONFORM_SEND,
	CONFORM_WRAP,
	CONFORM_TAMPER,
	CONFORM_AGAIN,
};

struct conform_step {
	enum conform_verb verb;
	unsigned line;
	struct ykt_bytes value;
	bool ssd;              /* open: */
	uint8_t level;         /* open: */
	struct ykt_bytes sw;   /* empty for reset and open */
	struct ykt_bytes data; /* a pattern */
	bool has_data;
};

/* What a test card is personalised with; cap 0: not asked for. */
struct conform_profile {
	uint32_t cap;   /* A, fen */
	uint32_t limit; /* C, fen */
	uint8_t alg;    /* enum purse_alg */
};

/* Changes that a case asks for, compared when asked is true. */
struct conform_moves {
	bool asked;
	int32_t balance; /* fen */
	int32_t online;
	int32_t offline;
};

/* All views borrow from the text. */
struct conform_case {
	struct ykt_bytes id;
	struct ykt_bytes title;
	struct ykt_bytes title_zh;
	struct ykt_bytes source;
	char grade;
	enum conform_needs needs;
	struct conform_profile profile;
	bool writes;
	uint32_t setup_balance; /* fen; 0: none */
	struct conform_moves moves;
	struct conform_step steps[CONFORM_STEPS_MAX];
	size_t step_count;
};

/*
 * Reads one case; every template in it is checked too. text must live as long
 * as *ret_case. On YKT_E_FORMAT *ret_line (from 1; 0 for the whole) and *ret_why
 * (a constant English phrase) say what is wrong and *ret_case is untouched.
 *
 * YKT_E_FORMAT  not a case as above, or longer than CONFORM_TEXT_MAX
 */
YKT_MUST_USE enum ykt_status conform_case_parse(
    struct ykt_bytes text, struct conform_case *ret_case, unsigned *ret_line, const char **ret_why);

/* True when a status word matches one of the words of an sw line. */
bool conform_sw_matches(struct ykt_bytes words, uint16_t sw);

#endif
