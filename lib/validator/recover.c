/*
 * Finishing an earlier tap of the same card without a second debit (R5). GET
 * TRANSACTION PROOF is believed only when the PSAM says that its MAC is the MAC2
 * of that very tap; an unverified answer never opens a gate.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/psam_check.h"
#include "card/sw.h"
#include "validator/internal.h"

/* A refusal that does not tell whether the card has a proof (R1). */
static bool
no_answer(const struct apdu_rsp *answer)
{
	return answer->data.len != 0 || answer->sw == SW_UNKNOWN || answer->sw == SW_EXEC_ERROR ||
	       answer->sw == SW_MEMORY || sw_status(answer->sw) == YKT_E_CARD;
}

/*
 * YKT_NOT_FOUND: the card has no proof for that counter; its last transaction
 * was another. YKT_REFUSED: the answer was lost or is none; the tap ended.
 */
static enum ykt_status
ask_proof(struct tap *tap, uint16_t offline_seq, struct purse_proof_rsp *ret_proof)
{
	/* INITIALIZE shows the counter before the step, the proof is asked for after it. */
	const struct purse_proof ask = { .type = PURSE_TYPE_CAPP,
		.seq = (uint16_t)(offline_seq + 1) };
	uint16_t sw = 0;
	enum ykt_status status;

	purse_proof_build(&ask, exchange_begin(&tap->exchange));
	status = tap_ask(tap, &sw);
	if (status != YKT_OK)
		return status;
	if (sw != SW_OK)
		return no_answer(&tap->exchange.answer) ? tap_retap(tap, "retap") : YKT_NOT_FOUND;
	if (purse_proof_rsp_decode(tap->exchange.answer.data, ret_proof) != YKT_OK)
		return tap_retap(tap, "retap");
	return YKT_OK;
}

/* YKT_NOT_FOUND: not the MAC2 of that tap, or the PSAM no longer knows the tap. */
static enum ykt_status
check_proof(struct tap *tap, uint32_t terminal_seq, const struct purse_proof_rsp *proof)
{
	enum ykt_status status;

	psam_check_build(terminal_seq, proof->mac, exchange_begin(&tap->exchange));
	status = tap_psam(tap);
	if (status != YKT_OK)
		return status;
	return tap->exchange.answer.sw == SW_OK ? YKT_OK : YKT_NOT_FOUND;
}

/* Several torn taps may share a counter: the card did one of them at most. */
static enum ykt_status
match_proof(
    struct tap *tap, uint16_t offline_seq, const struct purse_proof_rsp *proof, uint32_t *ret_index)
{
	uint32_t index = UINT32_MAX;

	while (torn_next(tap, &index)) {
		const struct tap_record *torn = &tap->validator->state.torn[index];
		enum ykt_status status;

		if (torn->offline_seq != offline_seq)
			continue;
		status = check_proof(tap, torn->terminal_seq, proof);
		if (status == YKT_OK)
			*ret_index = index;
		if (status != YKT_NOT_FOUND)
			return status;
	}
	return YKT_NOT_FOUND;
}

/* A proof that fails is asked for once more: a bit may have fallen over on the way. */
static enum ykt_status
prove(struct tap *tap, uint16_t offline_seq, struct purse_proof_rsp *ret_proof, uint32_t *ret_index)
{
	struct purse_proof_rsp again;
	enum ykt_status status = ask_proof(tap, offline_seq, ret_proof);

	if (status == YKT_OK)
		status = match_proof(tap, offline_seq, ret_proof, ret_index);
	else
		return status;
	if (status != YKT_NOT_FOUND)
		return status;
	status = ask_proof(tap, offline_seq, &again);
	if (status != YKT_OK)
		return status;
	if (ykt_bytes_equal(YKT_BYTES(again.mac), YKT_BYTES(ret_proof->mac)))
		return YKT_NOT_FOUND;
	*ret_proof = again;
	return match_proof(tap, offline_seq, ret_proof, ret_index);
}

/* True as well when the clock was set back since. */
static bool
within(const struct tap *tap, const struct tap_record *record, int64_t window_ms)
{
	int64_t age = ykt_clock_wall(tap->validator->options.env.clock) - record->made_ms;

	return age <= window_ms && age >= -window_ms;
}

static enum ykt_status
open_for(struct tap *tap, const struct tap_record *record)
{
	tap->result->gate = VALIDATOR_OPEN;
	tap->result->reason = "recovered";
	tap->result->recovered = true;
	tap->result->amount = record->amount;
	tap->result->balance = (ykt_fen)record->balance - record->amount;
	return YKT_REFUSED;
}

static enum ykt_status
recover_torn(struct tap *tap, uint32_t newest)
{
	struct validator *validator = tap->validator;
	struct tap_record record = validator->state.torn[newest];
	struct purse_proof_rsp proof;
	uint32_t index = 0;
	bool opens;
	enum ykt_status status;

	status = prove(tap, record.offline_seq, &proof, &index);
	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	if (status != YKT_OK)
		return status;
	record = validator->state.torn[index];
	opens = within(tap, &record, validator->options.torn_window_ms);
	status = torn_settle(validator, index, proof.tac, opens);
	if (status != YKT_OK)
		return status;
	if (opens)
		return open_for(tap, &record);
	/* Too old for this ride: settled for the books, and the rider pays anew. */
	tap->torn_here = true;
	memcpy(tap->torn_datetime, record.datetime, sizeof(tap->torn_datetime));
	return YKT_OK;
}

/* The record is durable and the rider paid, but a restart may have kept the gate shut. */
static enum ykt_status
recover_last(struct tap *tap)
{
	const struct tap_record *last = &tap->validator->state.last;
	struct purse_proof_rsp proof;
	enum ykt_status status = ask_proof(tap, last->offline_seq, &proof);

	if (status == YKT_OK)
		status = check_proof(tap, last->terminal_seq, &proof);
	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	return status == YKT_OK ? open_for(tap, last) : status;
}

enum ykt_status
recover(struct tap *tap)
{
	const struct state *state = &tap->validator->state;
	uint32_t index = UINT32_MAX;

	if (torn_next(tap, &index))
		return recover_torn(tap, index);
	if (state->has_last &&
	    ykt_bytes_equal(YKT_BYTES(state->last.serial), YKT_BYTES(tap->info.serial)) &&
	    ykt_bytes_equal(YKT_BYTES(state->last.issuer), YKT_BYTES(tap->info.issuer)) &&
	    within(tap, &state->last, LAST_WINDOW_MS))
		return recover_last(tap);
	return YKT_OK;
}
