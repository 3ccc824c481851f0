/*
 * Reading test cases, see case.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conform/case.h"

#include "card/purse.h"
#include "conform/template.h"
#include "conform/words.h"

#define MONEY_MAX   0xFFFFFF
#define COUNTER_MAX 0xFFFF

/* Words of the head that were seen. */
enum head {
	HEAD_ID = 1 << 0,
	HEAD_TITLE = 1 << 1,
	HEAD_TITLE_ZH = 1 << 2,
	HEAD_SOURCE = 1 << 3,
	HEAD_GRADE = 1 << 4,
	HEAD_NEEDS = 1 << 5,
	HEAD_WRITES = 1 << 6,
	HEAD_MOVES = 1 << 7,
	HEAD_SETUP = 1 << 8,
	HEAD_CARD = 1 << 9,
	HEAD_ALL = (1 << 7) - 1,
};

struct reader {
	struct conform_case one;
	unsigned seen;
	unsigned line;
};

/* Each reader of a value returns NULL, or what is wrong. */

static const char *
read_id(struct reader *reader, struct ykt_bytes value)
{
	if (value.len == 0 || value.len > CONFORM_ID_MAX)
		return N_("an id has 1 to 32 characters");
	for (size_t i = 0; i < value.len; i++) {
		uint8_t c = value.data[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
			return N_("an id is of capitals, digits and hyphens");
	}
	reader->one.id = value;

	return NULL;
}

static const char *
read_grade(struct reader *reader, struct ykt_bytes value)
{
	if (value.len != 1 || value.data[0] < 'A' || value.data[0] > 'D')
		return N_("a grade is A, B, C or D");
	reader->one.grade = (char)value.data[0];

	return NULL;
}

static const char *
read_needs(struct reader *reader, struct ykt_bytes value)
{
	if (conform_is(value, "any"))
		reader->one.needs = CONFORM_ANY;
	else if (conform_is(value, "purse"))
		reader->one.needs = CONFORM_PURSE;
	else if (conform_is(value, "blank"))
		reader->one.needs = CONFORM_BLANK;
	else
		return N_("needs is any, purse or blank");

	return NULL;
}

static const char *
read_writes(struct reader *reader, struct ykt_bytes value)
{
	if (!conform_is(value, "yes") && !conform_is(value, "no"))
		return N_("writes is yes or no");
	reader->one.writes = value.len == 3;

	return NULL;
}

static const char *
read_card(struct reader *reader, struct ykt_bytes value)
{
	struct conform_profile *profile = &reader->one.profile;
	struct ykt_bytes cap = conform_word(&value);
	struct ykt_bytes limit = conform_word(&value);
	struct ykt_bytes alg = conform_word(&value);

	if (!conform_decimal(cap, MONEY_MAX, &profile->cap) || profile->cap == 0 ||
	    !conform_decimal(limit, MONEY_MAX - profile->cap, &profile->limit) || value.len != 0 ||
	    (!conform_is(alg, "3des") && !conform_is(alg, "sm4")))
		return N_("a card is: CAP LIMIT 3des or sm4");
	profile->alg = conform_is(alg, "sm4") ? PURSE_ALG_SM4 : PURSE_ALG_TDES;

	return NULL;
}

static const char *
read_setup(struct reader *reader, struct ykt_bytes value)
{
	struct conform_case *one = &reader->one;
	struct ykt_bytes verb = conform_word(&value);
	struct ykt_bytes amount = conform_word(&value);
	uint32_t fen;

	if (!conform_is(verb, "balance") || value.len != 0 ||
	    !conform_decimal(amount, MONEY_MAX, &fen) || fen == 0)
		return N_("a setup is: balance FEN");
	one->setup_balance = fen;

	return NULL;
}

static bool
read_delta(struct ykt_bytes word, uint32_t max, int32_t *ret_delta)
{
	uint32_t size;

	if (word.len < 2 || (word.data[0] != '+' && word.data[0] != '-') ||
	    !conform_decimal(ykt_bytes_sub(word, 1, word.len - 1), max, &size))
		return false;
	*ret_delta = word.data[0] == '-' ? -(int32_t)size : (int32_t)size;

	return true;
}

static const char *
read_moves(struct reader *reader, struct ykt_bytes value)
{
	static const char *const why =
	    N_("moves is none, or balance, online and offline with +N or -N");
	struct conform_moves *moves = &reader->one.moves;

	moves->asked = true;
	if (conform_is(value, "none"))
		return NULL;
	if (value.len == 0)
		return why;
	while (value.len > 0) {
		struct ykt_bytes what = conform_word(&value);
		struct ykt_bytes delta = conform_word(&value);
		bool good = false;

		if (conform_is(what, "balance"))
			good = read_delta(delta, MONEY_MAX, &moves->balance);
		else if (conform_is(what, "online"))
			good = read_delta(delta, COUNTER_MAX, &moves->online);
		else if (conform_is(what, "offline"))
			good = read_delta(delta, COUNTER_MAX, &moves->offline);
		if (!good)
			return why;
	}

	return NULL;
}

static const char *
read_text(struct ykt_bytes value, struct ykt_bytes *ret_text)
{
	if (value.len == 0)
		return N_("an empty text");
	*ret_text = value;

	return NULL;
}

/* A word of the head; *ret_known is false for another word. */
static const char *
read_head(struct reader *reader, struct ykt_bytes word, struct ykt_bytes value, bool *ret_known)
{
	struct conform_case *one = &reader->one;
	static const struct {
		const char *word;
		unsigned bit;
	} table[] = {
		{ "id", HEAD_ID },
		{ "title", HEAD_TITLE },
		{ "title-zh", HEAD_TITLE_ZH },
		{ "source", HEAD_SOURCE },
		{ "grade", HEAD_GRADE },
		{ "needs", HEAD_NEEDS },
		{ "writes", HEAD_WRITES },
		{ "moves", HEAD_MOVES },
		{ "setup", HEAD_SETUP },
		{ "card", HEAD_CARD },
	};
	size_t at = 0;

	while (at < YKT_ARRAY_LEN(table) && !conform_is(word, table[at].word))
		at++;
	*ret_known = at < YKT_ARRAY_LEN(table);
	if (!*ret_known)
		return NULL;
	if (one->step_count > 0)
		return N_("a word of the head behind a step");
	if ((reader->seen & table[at].bit) != 0)
		return N_("the same word twice");
	reader->seen |= table[at].bit;
	switch (table[at].bit) {
	case HEAD_ID:
		return read_id(reader, value);
	case HEAD_TITLE:
		return read_text(value, &one->title);
	case HEAD_TITLE_ZH:
		return read_text(value, &one->title_zh);
	case HEAD_SOURCE:
		return read_text(value, &one->source);
	case HEAD_GRADE:
		return read_grade(reader, value);
	case HEAD_NEEDS:
		return read_needs(reader, value);
	case HEAD_WRITES:
		return read_writes(reader, value);
	case HEAD_MOVES:
		return read_moves(reader, value);
	case HEAD_CARD:
		return read_card(reader, value);
	default:
		return read_setup(reader, value);
	}
}

static const char *
read_open(struct conform_step *step)
{
	struct ykt_bytes rest = step->value;
	struct ykt_bytes domain = conform_word(&rest);
	struct ykt_bytes level = conform_word(&rest);
	int high = level.len == 2 ? conform_nibble(level.data[0]) : -1;
	int low = level.len == 2 ? conform_nibble(level.data[1]) : -1;

	step->ssd = conform_is(domain, "ssd");
	if ((!step->ssd && !conform_is(domain, "isd")) || high < 0 || low < 0 || rest.len != 0)
		return N_("open takes isd or ssd, and a level of two digits");
	step->level = (uint8_t)(high << 4 | low);

	return NULL;
}

/* What an earlier step still lacks. */
static const char *
check_complete(const struct conform_case *one)
{
	const struct conform_step *last;

	if (one->step_count == 0)
		return NULL;
	last = &one->steps[one->step_count - 1];
	if (last->verb != CONFORM_RESET && last->verb != CONFORM_OPEN && last->sw.len == 0)
		return N_("a command before this line has no sw");

	return NULL;
}

static const char *
add_step(struct reader *reader, enum conform_verb verb, struct ykt_bytes value)
{
	struct conform_case *one = &reader->one;
	const char *why = check_complete(one);
	struct conform_step *step;

	if (why != NULL)
		return why;
	if (one->step_count == CONFORM_STEPS_MAX)
		return N_("too many steps");
	step = &one->steps[one->step_count];
	*step = (struct conform_step){ .verb = verb, .line = reader->line, .value = value };
	if (verb == CONFORM_OPEN)
		why = read_open(step);
	else if (verb == CONFORM_RESET)
		why = conform_is(value, "warm") ? NULL : N_("reset takes the word warm");
	else if (verb == CONFORM_AGAIN)
		why = conform_is(value, "last") ? NULL : N_("again takes the word last");
	else
		why = conform_template_check(value, false);
	if (why == NULL)
		one->step_count++;

	return why;
}

static bool
sw_words_valid(struct ykt_bytes words)
{
	if (words.len == 0)
		return false;
	while (words.len > 0) {
		struct ykt_bytes word = conform_word(&words);

		if (word.len != 4)
			return false;
		for (size_t i = 0; i < 4; i++)
			if (word.data[i] != '?' && conform_nibble(word.data[i]) < 0)
				return false;
	}

	return true;
}

static const char *
add_expected(struct reader *reader, bool data, struct ykt_bytes value)
{
	struct conform_step *step;

	if (reader->one.step_count == 0)
		return N_("an expectation before the first step");
	step = &reader->one.steps[reader->one.step_count - 1];
	if (step->verb == CONFORM_RESET || step->verb == CONFORM_OPEN)
		return N_("an expectation of a step that has none");
	if (data) {
		if (step->has_data)
			return N_("data twice");
		step->has_data = true;
		step->data = value;
		return conform_template_check(value, true);
	}
	if (step->sw.len != 0)
		return N_("sw twice");
	step->sw = value;

	return sw_words_valid(value) ? NULL : N_("sw takes words of four digits or ?");
}

static const char *
read_line(struct reader *reader, struct ykt_bytes line)
{
	static const struct {
		const char *word;
		enum conform_verb verb;
	} verbs[] = {
		{ "reset", CONFORM_RESET },
		{ "open", CONFORM_OPEN },
		{ "send", CONFORM_SEND },
		{ "wrap", CONFORM_WRAP },
		{ "tamper", CONFORM_TAMPER },
		{ "again", CONFORM_AGAIN },
	};
	struct ykt_bytes word = { line.data, 0 };
	struct ykt_bytes value;
	bool known;
	const char *why;

	while (word.len < line.len && line.data[word.len] != ':')
		word.len++;
	if (word.len == line.len)
		return N_("a line without a colon");
	value = conform_trim(ykt_bytes_sub(line, word.len + 1, line.len));
	why = read_head(reader, word, value, &known);
	if (known)
		return why;
	for (size_t i = 0; i < YKT_ARRAY_LEN(verbs); i++)
		if (conform_is(word, verbs[i].word))
			return add_step(reader, verbs[i].verb, value);
	if (conform_is(word, "sw") || conform_is(word, "data"))
		return add_expected(reader, word.len == 4, value);

	return N_("an unknown word");
}

static const char *
check_whole(const struct reader *reader)
{
	const struct conform_case *one = &reader->one;
	const char *why = check_complete(one);

	if (why != NULL)
		return why;
	if ((reader->seen & HEAD_ALL) != HEAD_ALL)
		return N_("the head lacks a word");
	if (one->step_count == 0)
		return N_("no steps");
	if (!one->writes && one->setup_balance > 0)
		return N_("a setup in a case that writes nothing");
	if (one->needs == CONFORM_ANY && (one->writes || one->moves.asked))
		return N_("a case for any card writes nothing and moves nothing");
	if (one->profile.cap != 0 && one->needs != CONFORM_PURSE)
		return N_("card is for a case that needs a purse");
	/* The counters are asked for by INITIALIZE, which the card counts. */
	if (one->moves.asked && (!one->writes || one->needs != CONFORM_PURSE))
		return N_("moves is for a test card that may be written to");

	return NULL;
}

enum ykt_status
conform_case_parse(
    struct ykt_bytes text, struct conform_case *ret_case, unsigned *ret_line, const char **ret_why)
{
	struct reader reader = { 0 };
	const char *why = text.len > CONFORM_TEXT_MAX ? N_("too long") : NULL;
	size_t at = 0;

	while (why == NULL && at < text.len) {
		struct ykt_bytes line = { text.data + at, 0 };

		while (at + line.len < text.len && text.data[at + line.len] != '\n')
			line.len++;
		at += line.len + 1;
		reader.line++;
		if (line.len > CONFORM_LINE_MAX)
			why = N_("a line too long");
		else if (line.len > 0 && line.data[0] != '#')
			why = read_line(&reader, line);
	}
	if (why == NULL) {
		why = check_whole(&reader);
		if (why != NULL)
			reader.line = 0;
	}
	if (why != NULL) {
		*ret_line = reader.line;
		*ret_why = why;
		return YKT_E_FORMAT;
	}
	*ret_case = reader.one;

	return YKT_OK;
}

bool
conform_sw_matches(struct ykt_bytes words, uint16_t sw)
{
	while (words.len > 0) {
		struct ykt_bytes word = conform_word(&words);
		bool same = word.len == 4;

		for (size_t i = 0; same && i < 4; i++)
			same = word.data[i] == '?' ||
			       conform_nibble(word.data[i]) == (sw >> (12 - 4 * i) & 0x0F);
		if (same)
			return true;
	}

	return false;
}
