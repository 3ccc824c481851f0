/*
 * Torn taps (R5): the same card again settles what happened, without a second
 * debit. GET TRANSACTION PROOF is believed only when the PSAM says that its MAC
 * is the MAC2 of that very tap.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/psam_check.h"
#include "card/sw.h"
#include "validator/internal.h"

static bool
torn_of_card(const struct tap *tap, uint32_t *ret_index)
{
	const struct state *state = &tap->validator->state;

	for (uint32_t i = state->torn_count; i-- > 0;) {
		if (ykt_bytes_equal(
			YKT_BYTES(state->torn[i].serial), YKT_BYTES(tap->info.serial))) {
			*ret_index = i;
			return true;
		}
	}
	return false;
}

static enum ykt_status
settle(struct validator *validator, uint32_t index, const uint8_t *tac_or_null)
{
	struct state *next = state_begin(validator);
	struct tap_record record = next->torn[index];
	enum ykt_status status;

	if (tac_or_null != NULL) {
		memcpy(record.tac, tac_or_null, sizeof(record.tac));
		record.confirmed = true;
	}
	state_torn_drop(next, index);
	status = state_queue(validator, &record);
	return status == YKT_OK ? state_commit(validator) : status;
}

/* YKT_OK: the PSAM knows the tap and the MAC is its MAC2. */
static enum ykt_status
check_proof(struct tap *tap, const struct tap_record *torn, const struct purse_proof_rsp *proof)
{
	enum ykt_status status;

	psam_check_build(torn->terminal_seq, proof->mac, exchange_begin(&tap->exchange));
	status = exchange_run(&tap->exchange, tap->validator->options.psam, tap->deadline);
	if (status != YKT_OK)
		return status;
	return tap->exchange.answer.sw == SW_OK ? YKT_OK : YKT_REFUSED;
}

static enum ykt_status
finish_recovered(struct tap *tap, uint32_t index, const uint8_t tac[PURSE_MAC_LEN])
{
	const struct validator_options *options = &tap->validator->options;
	struct tap_record torn = tap->validator->state.torn[index];
	int64_t age = ykt_clock_wall(options->env.clock) - torn.made_ms;
	enum ykt_status status = settle(tap->validator, index, tac);

	if (status != YKT_OK)
		return status;
	/* Too old for this ride: settled for the books, and the rider taps anew. */
	if (age < 0 || age > options->torn_window_ms)
		return YKT_OK;
	tap->result->gate = VALIDATOR_OPEN;
	tap->result->reason = "recovered";
	tap->result->recovered = true;
	tap->result->amount = torn.amount;
	tap->result->balance = (ykt_fen)torn.balance - torn.amount;
	return YKT_REFUSED;
}

enum ykt_status
recover_by_proof(struct tap *tap)
{
	struct purse_proof ask = { .type = PURSE_TYPE_CAPP };
	struct purse_proof_rsp proof;
	const struct tap_record *torn;
	uint32_t index = 0;
	uint16_t sw = 0;
	enum ykt_status status;

	if (!torn_of_card(tap, &index))
		return YKT_OK;
	torn = &tap->validator->state.torn[index];
	ask.seq = (uint16_t)(torn->offline_seq + 1);
	purse_proof_build(&ask, exchange_begin(&tap->exchange));
	status = tap_ask(tap, &sw);
	if (status != YKT_OK)
		return status;
	if (sw != SW_OK || purse_proof_rsp_decode(tap->exchange.answer.data, &proof) != YKT_OK)
		return YKT_OK;
	status = check_proof(tap, torn, &proof);
	if (status == YKT_REFUSED)
		return YKT_OK;
	if (status != YKT_OK)
		return status;
	return finish_recovered(tap, index, proof.tac);
}

/*
 * The counter as INITIALIZE shows it: where it was, the torn debit did not
 * happen. Past it, the debit may have happened and nobody here can prove it:
 * it goes up unconfirmed, for the platform to settle.
 */
enum ykt_status
recover_by_counter(struct tap *tap)
{
	struct validator *validator = tap->validator;
	uint32_t index = 0;

	while (torn_of_card(tap, &index)) {
		enum ykt_status status;

		if (validator->state.torn[index].offline_seq == tap->init.offline_seq) {
			state_torn_drop(state_begin(validator), index);
			status = state_commit(validator);
		} else {
			status = settle(validator, index, NULL);
		}
		if (status != YKT_OK)
			return status;
	}
	return YKT_OK;
}
