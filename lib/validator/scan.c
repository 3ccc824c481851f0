/*
 * A ride code before the gate: verified offline, taken once, durable before the
 * gate opens (I-13 for codes).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#include "validator/internal.h"
#include "wire/tokens.h"

#define MS 1000

/* What the display says to each verdict. */
static const char *const verdict_reasons[CODE_VERDICT_COUNT] = {
	[CODE_GOOD] = "ok",
	[CODE_BAD_LENGTH] = "code_unreadable",
	[CODE_BAD_VERSION] = "code_version",
	[CODE_BAD_FORMAT] = "code_unreadable",
	[CODE_BAD_CERT] = "code_unreadable",
	[CODE_ROOT_UNKNOWN] = "code_issuer_unknown",
	[CODE_CERT_FORGED] = "code_not_genuine",
	[CODE_CERT_EXPIRED] = "code_issuer_expired",
	[CODE_INSTITUTION_DIFFERS] = "code_not_genuine",
	[CODE_AUTH_FORGED] = "code_not_genuine",
	[CODE_USER_FORGED] = "code_not_genuine",
	[CODE_INSTITUTION_UNKNOWN] = "code_issuer_unknown",
	[CODE_AUTH_EXPIRED] = "code_refresh",
	[CODE_FROM_THE_FUTURE] = "code_clock",
	[CODE_EXPIRED] = "code_expired",
	[CODE_OVER_LIMIT] = "over_limit",
};

struct scan {
	struct validator *validator;
	struct ykt_bytes bytes;
	int64_t now_ms;
	uint32_t now_s;
	ykt_fen fare;
	enum wire_ride_kind kind;
	struct code_result verified;
	struct validator_result *result;
};

static enum ykt_status
close_gate(struct scan *scan, const char *reason)
{
	scan->result->gate = VALIDATOR_CLOSED;
	scan->result->reason = reason;
	return YKT_REFUSED;
}

static enum ykt_status
open_gate(struct scan *scan, const char *reason, ykt_fen amount)
{
	scan->result->gate = VALIDATOR_OPEN;
	scan->result->reason = reason;
	scan->result->amount = amount;
	return YKT_OK;
}

/*
 * A bus takes its fare; a metro entry the base fare, as a single ticket; a metro
 * exit nothing. Distance is not charged: entry and exit of a code meet at the
 * platform only.
 */
static enum ykt_status
set_fare(struct scan *scan)
{
	const struct validator_options *options = &scan->validator->options;

	switch (options->kind) {
	case VALIDATOR_METRO_ENTRY:
		scan->kind = WIRE_RIDE_ENTRY;
		scan->fare = options->fares.metro_base;
		break;
	case VALIDATOR_METRO_EXIT:
		scan->kind = WIRE_RIDE_EXIT;
		scan->fare = 0;
		break;
	default:
		scan->kind = WIRE_RIDE_SINGLE;
		scan->fare = options->fares.bus;
	}
	return scan->fare > options->tap_cap ? close_gate(scan, "over_limit") : YKT_OK;
}

static enum ykt_status
verify(struct scan *scan)
{
	struct validator *validator = scan->validator;
	struct code_policy policy = validator->options.codes;
	enum ykt_status status;

	if (policy.roots == NULL)
		return close_gate(scan, "code_not_taken");
	policy.fare_fen = (uint32_t)scan->fare;
	status = code_verify(
	    validator->options.crypto, &policy, scan->bytes, scan->now_ms, &scan->verified);
	if (status != YKT_OK)
		return status;
	if (scan->verified.has_code)
		ykt_hex_encode(YKT_BYTES(scan->verified.code.auth.user), scan->result->card_no);
	return scan->verified.verdict == CODE_GOOD
		   ? YKT_OK
		   : close_gate(scan, verdict_reasons[scan->verified.verdict]);
}

/* The rider who was charged when a crash came may pass without a second fare. */
static bool
paid_before(const struct scan *scan)
{
	const struct ride_state *state = &scan->validator->rides;
	const int64_t age = (int64_t)scan->now_s - state->last_made_s;

	return state->has_last && age >= 0 && age * MS <= LAST_WINDOW_MS &&
	       ykt_bytes_equal(
		   YKT_BYTES(state->last_user), YKT_BYTES(scan->verified.code.auth.user));
}

static void
make_ride(const struct scan *scan, const struct ride_state *state, struct ride *ret_ride)
{
	const struct ykt_civil now = ykt_civil_from_ms(scan->now_ms);
	struct ride ride = { .seq = state->next_seq,
		.amount = (uint32_t)scan->fare,
		.kind = (uint8_t)scan->kind,
		.code_len = (uint16_t)scan->bytes.len };

	ykt_civil_to_bcd7(&now, ride.datetime);
	memcpy(ride.code, scan->bytes.data, scan->bytes.len);
	*ret_ride = ride;
}

static struct ride_seen
make_seen(const struct scan *scan)
{
	const struct code_policy *policy = &scan->validator->options.codes;
	const struct code_qr *code = &scan->verified.code;
	uint32_t validity = code->auth.validity_s;
	struct ride_seen seen = { .generated_s = code->generated_s };

	if (policy->validity_max_s != 0 && validity > policy->validity_max_s)
		validity = policy->validity_max_s;
	seen.until_s =
	    code->generated_s > UINT32_MAX - validity ? UINT32_MAX : code->generated_s + validity;
	memcpy(seen.user, code->auth.user, sizeof(seen.user));
	return seen;
}

/* Charges: ride, memory of the code and who stands there, in one write. */
static enum ykt_status
charge(struct scan *scan)
{
	struct validator *validator = scan->validator;
	struct ride_state *next = rides_begin(validator);
	const struct ride_seen seen = make_seen(scan);
	struct ride ride;
	enum ykt_status status;

	make_ride(scan, next, &ride);
	status = rides_remember(next, &seen, scan->now_s);
	if (status == YKT_OK)
		status = rides_queue(validator, &ride);
	if (status == YKT_OVER_LIMIT)
		return close_gate(scan, "out_of_service");
	if (status != YKT_OK)
		return status;
	next->next_seq++;
	next->has_last = true;
	memcpy(next->last_user, seen.user, sizeof(next->last_user));
	next->last_made_s = scan->now_s;
	next->last_amount = ride.amount;
	status = rides_commit(validator);
	return status == YKT_OK ? open_gate(scan, "ok", scan->fare) : status;
}

static enum ykt_status
take(struct scan *scan)
{
	const struct ride_state *state = &scan->validator->rides;
	const struct code_qr *code = &scan->verified.code;

	if (paid_before(scan)) {
		scan->result->recovered = true;
		return open_gate(scan, "recovered", state->last_amount);
	}
	if (rides_saw(state, code->auth.user, code->generated_s))
		return close_gate(scan, "code_used");
	if (params_code_refused(scan->validator, scan->result->card_no))
		return close_gate(scan, "code_blacklisted");
	return charge(scan);
}

enum ykt_status
validator_scan(
    struct validator *validator, struct ykt_bytes code, struct validator_result *ret_result)
{
	struct validator_result result = {
		.gate = VALIDATOR_CLOSED, .reason = "", .by_code = true
	};
	struct scan scan = { .validator = validator,
		.bytes = code,
		.now_ms = ykt_clock_wall(validator->options.env.clock),
		.result = &result };
	enum ykt_status status = set_fare(&scan);

	scan.now_s = (uint32_t)(scan.now_ms / MS);
	if (status == YKT_OK)
		status = verify(&scan);
	if (status == YKT_OK)
		status = take(&scan);
	if (status != YKT_OK && status != YKT_REFUSED)
		return status;
	/* The caller learns it, so the gate opens: only a crash before this leaves a doubt. */
	if (result.gate == VALIDATOR_OPEN)
		validator->rides.has_last = false;
	*ret_result = result;
	return YKT_OK;
}
