/*
 * Running a case: set-up, what the card says before, the steps, what it says after.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"
#include "conform/state.h"
#include "conform/words.h"

#define SELECT     "00A40400 [{aid}] 00"
#define BALANCE    "805C0002 04"
#define CAP        "805C0402 04"
#define LIMIT      "805C0102 04"
#define INIT_CAPP  "80500302 [01 00000000 310000000001] 0F"
#define INIT_LOAD  "80500002 [01 00000001 310000000001] 10"
#define CREDIT     "80520000 [20250102030405 {load-mac2}] 04"
#define SETUP_SIZE 64

/* SELECT; what the FCI says is kept. False: no answer. *ret_found: it is there. */
static bool
select_purse(struct conform_state *state, bool *ret_found)
{
	struct fci fci;

	*ret_found = false;
	if (!conform_step_send(state, ykt_bytes_str(SELECT)))
		return false;
	if (fci_decode(ykt_buf_view(&state->rsp), &fci) != YKT_OK)
		return true;
	memcpy(state->aid, fci.name.data, fci.name.len);
	state->aid_len = fci.name.len;
	state->has_info = fci.info.len == FILE15_LEN;
	if (state->has_info)
		memcpy(state->info, fci.info.data, FILE15_LEN);
	*ret_found = true;

	return true;
}

static bool
ask_amount(struct conform_state *state, const char *text, bool *ret_known, uint32_t *ret_fen)
{
	if (!conform_step_send(state, ykt_bytes_str(text)))
		return false;
	*ret_known = state->sw == SW_OK &&
		     purse_balance_rsp_decode(ykt_buf_view(&state->rsp), ret_fen) == YKT_OK;

	return true;
}

/* The purse is selected. counters: ask for them, which counts an INITIALIZE. */
static bool
take_snapshot(struct conform_state *state, bool counters, struct conform_snapshot *shot)
{
	memset(shot, 0, sizeof(*shot));
	if (!ask_amount(state, BALANCE, &shot->has_balance, &shot->balance) ||
	    !ask_amount(state, CAP, &shot->has_cap, &shot->cap))
		return false;
	if (!counters)
		return true;
	if (!conform_step_send(state, ykt_bytes_str(INIT_CAPP)))
		return false;
	shot->has_offline = state->sw == SW_OK && state->has_debit;
	shot->offline = state->debit_rsp.offline_seq;
	if (!conform_step_send(state, ykt_bytes_str(INIT_LOAD)))
		return false;
	shot->has_online = state->sw == SW_OK && state->has_load;
	shot->online = state->load_rsp.online_seq;

	return true;
}

/* Loads only when there is too little, so that a test card may be used again and again. */
static bool
set_up(struct conform_state *state, const struct conform_case *one)
{
	char text[SETUP_SIZE];
	bool known;
	uint32_t fen;

	if (one->setup_balance == 0)
		return true;
	if (!ask_amount(state, BALANCE, &known, &fen))
		return false;
	if (known && fen >= one->setup_balance)
		return true;
	(void)snprintf(
	    text, sizeof(text), "80500002 [01 %08X 310000000001] 10", (unsigned)one->setup_balance);
	if (!conform_step_good(state, text) || !conform_step_good(state, CREDIT))
		return conform_step_fail(state, CONFORM_SETUP);

	return true;
}

/* Whether a test card is the one that the case asks for. False: no answer. */
static bool
check_profile(struct conform_state *state, const struct conform_profile *profile, bool *ret_fits)
{
	uint32_t cap = 0;
	uint32_t limit = 0;
	bool has_cap;
	bool has_limit;

	*ret_fits = profile->cap == 0;
	if (*ret_fits)
		return true;
	if (!ask_amount(state, CAP, &has_cap, &cap) ||
	    !ask_amount(state, LIMIT, &has_limit, &limit) ||
	    !conform_step_send(state, ykt_bytes_str(INIT_CAPP)))
		return false;
	*ret_fits = has_cap && has_limit && cap == profile->cap && limit == profile->limit &&
		    state->sw == SW_OK && state->has_debit && state->debit_rsp.alg == profile->alg;

	return true;
}

/* Whether the steps open a channel, so that the card's identity is needed. */
static bool
has_channel(const struct conform_case *one)
{
	for (size_t i = 0; i < one->step_count; i++)
		if (one->steps[i].verb == CONFORM_OPEN)
			return true;

	return one->needs == CONFORM_BLANK;
}

/* Everything before the steps. False: the result is final. */
static bool
begin(struct conform_state *state, const struct conform_case *one)
{
	bool found;

	if (!conform_step_reset(state))
		return false;
	if (one->needs == CONFORM_BLANK)
		return (state->card->keys->isd_fixed || conform_step_identity(state)) &&
		       conform_step_reset(state);
	if (!select_purse(state, &found))
		return false;
	if (!found) {
		(void)conform_step_fail(state, CONFORM_NO_PURSE);
		if (one->needs == CONFORM_ANY)
			state->result->verdict = CONFORM_SKIPPED;
		return false;
	}
	if (!check_profile(state, &one->profile, &found))
		return false;
	if (!found) {
		(void)conform_step_fail(state, CONFORM_OTHER_KIND);
		state->result->verdict = CONFORM_SKIPPED;
		return false;
	}
	if (!set_up(state, one) || !take_snapshot(state, one->moves.asked, &state->before))
		return false;
	if (has_channel(one) && !conform_step_identity(state))
		return false;
	/* The steps begin as a terminal does: knowing nothing of the last transaction. */
	state->has_load = false;
	state->has_debit = false;
	state->challenge_len = 0;
	state->second.len = 0;

	return conform_step_reset(state);
}

static void
print_pattern(const struct conform_pattern *pattern, char out[CONFORM_HEX_MAX])
{
	static const char digits[] = "0123456789ABCDEF";
	size_t at = 0;

	for (size_t i = 0; i < pattern->len && at + 6 < CONFORM_HEX_MAX; i++) {
		uint8_t value = pattern->value[i];
		uint8_t mask = pattern->mask[i];

		out[at++] = (mask & 0xF0) != 0 ? digits[value >> 4] : '?';
		out[at++] = (mask & 0x0F) != 0 ? digits[value & 0x0F] : '?';
	}
	if (pattern->open) {
		memcpy(out + at, "...", 3);
		at += 3;
	}
	out[at] = '\0';
}

static bool
check_sw(struct conform_state *state, const struct conform_step *step)
{
	size_t len = step->sw.len < CONFORM_HEX_MAX ? step->sw.len : CONFORM_HEX_MAX - 1;

	if (conform_sw_matches(step->sw, state->sw))
		return true;
	memcpy(state->result->expected, step->sw.data, len);
	state->result->expected[len] = '\0';
	(void)snprintf(state->result->got, CONFORM_HEX_MAX, "%04X", (unsigned)state->sw);

	return conform_step_fail(state, CONFORM_BAD_SW);
}

static bool
check_data(struct conform_state *state, const struct conform_step *step)
{
	struct conform_values values = conform_state_values(state);
	struct conform_pattern pattern;

	if (!step->has_data)
		return true;
	if (conform_template_expand(step->data, true, &values, &pattern) != YKT_OK)
		return conform_step_fail(state, CONFORM_NO_VALUE);
	if (conform_pattern_matches(&pattern, ykt_buf_view(&state->rsp)))
		return true;
	print_pattern(&pattern, state->result->expected);
	ykt_hex_encode(ykt_buf_view(&state->rsp), state->result->got);

	return conform_step_fail(state, CONFORM_BAD_DATA);
}

static bool
run_step(struct conform_state *state, const struct conform_step *step)
{
	bool good;

	switch (step->verb) {
	case CONFORM_RESET:
		return conform_step_reset(state);
	case CONFORM_OPEN:
		return conform_step_open(state, step->ssd, step->level);
	case CONFORM_SEND:
		good = conform_step_send(state, step->value);
		break;
	case CONFORM_AGAIN:
		good = conform_step_again(state);
		break;
	default:
		good = conform_step_wrap(state, step->value, step->verb == CONFORM_TAMPER);
		break;
	}

	return good && check_sw(state, step) && check_data(state, step);
}

/* One quantity: from, the change that was asked for, and to. */
static bool
moved_right(struct conform_state *state, const char *what, bool known, uint32_t from, int32_t delta,
    uint32_t to)
{
	int64_t should = (int64_t)from + delta;

	if (known && should == (int64_t)to)
		return true;
	(void)snprintf(
	    state->result->expected, CONFORM_HEX_MAX, "%s %lld", what, (long long)should);
	if (known)
		(void)snprintf(
		    state->result->got, CONFORM_HEX_MAX, "%s %lu", what, (unsigned long)to);
	else
		(void)snprintf(state->result->got, CONFORM_HEX_MAX, "%s ?", what);

	return conform_step_fail(state, CONFORM_MOVED);
}

static bool
check_moves(struct conform_state *state, const struct conform_case *one)
{
	const struct conform_snapshot *before = &state->before;
	const struct conform_moves *moves = &one->moves;
	struct conform_snapshot after;
	bool found;

	if (!moves->asked)
		return true;
	if (!conform_step_reset(state) || !select_purse(state, &found) ||
	    !take_snapshot(state, true, &after))
		return false;

	return moved_right(state, "balance", before->has_balance && after.has_balance,
		   before->balance, moves->balance, after.balance) &&
	       moved_right(state, "online", before->has_online && after.has_online, before->online,
		   moves->online, after.online) &&
	       moved_right(state, "offline", before->has_offline && after.has_offline,
		   before->offline, moves->offline, after.offline);
}

static bool
applies(
    const struct conform_card *card, const struct conform_case *one, struct conform_result *result)
{
	bool fits =
	    one->needs == card->kind || (one->needs == CONFORM_ANY && card->kind == CONFORM_PURSE);

	result->verdict = CONFORM_SKIPPED;
	result->reason = !fits ? CONFORM_OTHER_KIND : CONFORM_WRITES;

	return fits && (!one->writes || card->may_write);
}

void
conform_run(const struct conform_card *card, const struct conform_case *one,
    struct conform_result *ret_result)
{
	struct conform_state state;
	bool good;

	memset(ret_result, 0, sizeof(*ret_result));
	if (!applies(card, one, ret_result))
		return;
	conform_state_init(&state, card, ret_result);
	good = begin(&state, one);
	for (size_t i = 0; good && i < one->step_count; i++) {
		ret_result->step = (unsigned)i + 1;
		ret_result->line = one->steps[i].line;
		good = run_step(&state, &one->steps[i]);
	}
	if (good) {
		ret_result->step = 0;
		ret_result->line = 0;
		good = check_moves(&state, one);
	}
	if (good) {
		ret_result->verdict = CONFORM_PASSED;
		ret_result->reason = CONFORM_FINE;
	}
	/* Nothing stays selected, also when the card has gone: then there is nothing to leave. */
	{
		struct conform_result ignored;

		state.result = &ignored;
		(void)conform_step_reset(&state);
	}
	conform_state_clear(&state);
}
