/*
 * The compound purchase: INITIALIZE, PSAM MAC1, UPDATE CAPP DATA CACHE, the torn
 * record, DEBIT, PSAM MAC2, the record (card.md 1.5; R5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/sw.h"
#include "validator/internal.h"

/*
 * False for zeros and for what this card said at its tap before: a card draws
 * anew each time, a recording does not. MAC2 would find that out too, but only
 * after a DEBIT, whose torn record somebody must then clear up.
 */
static bool
random_fresh(struct tap *tap)
{
	static const uint8_t zeros[PURSE_RANDOM_LEN];
	struct validator *validator = tap->validator;
	const struct ykt_bytes drawn = YKT_BYTES(tap->init.random);
	bool fresh =
	    !ykt_bytes_equal(drawn, YKT_BYTES(zeros)) &&
	    (!ykt_bytes_equal(drawn, YKT_BYTES(validator->seen_random)) ||
		!ykt_bytes_equal(YKT_BYTES(tap->info.serial), YKT_BYTES(validator->seen_serial)));

	memcpy(validator->seen_random, tap->init.random, sizeof(validator->seen_random));
	memcpy(validator->seen_serial, tap->info.serial, sizeof(validator->seen_serial));
	return fresh;
}

enum ykt_status
debit_initialize(struct tap *tap)
{
	struct purse_init init = {
		.p1 = PURSE_INIT_CAPP, .key_index = PURSE_KEY_INDEX, .amount = tap->amount
	};
	uint16_t sw = 0;
	enum ykt_status status;

	memcpy(init.terminal, tap->validator->terminal, sizeof(init.terminal));
	purse_init_build(&init, exchange_begin(&tap->exchange));
	status = tap_ask(tap, &sw);
	if (status != YKT_OK)
		return status;
	if (sw_status(sw) == YKT_LOW_BALANCE)
		return tap_close(tap, "low_balance");
	if (sw_status(sw) == YKT_BLOCKED)
		return tap_close(tap, "card_blocked");
	if (sw != SW_OK ||
	    purse_purchase_init_rsp_decode(tap->exchange.answer.data, &tap->init) != YKT_OK ||
	    !random_fresh(tap))
		return tap_close(tap, "card_refused");
	return YKT_OK;
}

static enum ykt_status
psam_mac1(struct tap *tap)
{
	struct psam_mac1 cmd = { .offline_seq = tap->init.offline_seq,
		.amount = tap->amount,
		.type = PURSE_TYPE_CAPP,
		.key_version = tap->init.key_version,
		.alg = tap->init.alg,
		.factor_count = 2 };
	enum ykt_status status;

	memcpy(cmd.random, tap->init.random, sizeof(cmd.random));
	memcpy(cmd.datetime, tap->datetime, sizeof(cmd.datetime));
	memcpy(cmd.factors[0], tap->info.serial + PURSE_SERIAL_LEN - PURSE_FACTOR_LEN,
	    PURSE_FACTOR_LEN);
	memcpy(cmd.factors[1], tap->info.issuer, PURSE_FACTOR_LEN);
	psam_mac1_build(&cmd, exchange_begin(&tap->exchange));
	status = tap_psam(tap);
	if (status != YKT_OK)
		return status;
	/* A key version or algorithm that no PSAM has: the card's fault. */
	if (tap->exchange.answer.sw == SW_KEY_INDEX)
		return tap_close(tap, "card_refused");
	if (tap->exchange.answer.sw != SW_OK)
		return tap_close(tap, "out_of_service");
	return psam_mac1_rsp_decode(tap->exchange.answer.data, &tap->mac1);
}

static enum ykt_status
update_cache(struct tap *tap, uint8_t sfi, struct ykt_bytes record)
{
	uint16_t sw = 0;
	enum ykt_status status;

	purse_capp_update_build(sfi, record, exchange_begin(&tap->exchange));
	status = tap_ask(tap, &sw);
	if (status != YKT_OK)
		return status;
	return sw == SW_OK ? YKT_OK : tap_close(tap, "card_refused");
}

/*
 * The refusals after which a purse has certainly not moved (R1), and which it
 * would not give to a DEBIT that came twice: the second time it has no session.
 */
static bool
not_done(const struct apdu_rsp *answer)
{
	return answer->data.len == 0 &&
	       (answer->sw == SW_MAC || answer->sw == SW_BALANCE || answer->sw == SW_COUNTER ||
		   sw_status(answer->sw) == YKT_BLOCKED);
}

static enum ykt_status
debit_refused(struct tap *tap)
{
	enum ykt_status status;

	if (!not_done(&tap->exchange.answer))
		return tap_retap(tap, "retap");
	status = torn_undo(tap->validator);
	return status == YKT_OK ? tap_close(tap, "card_refused") : status;
}

static enum ykt_status
debit_answer(struct tap *tap)
{
	struct purse_debit_rsp answer;
	enum ykt_status status;

	if (tap->exchange.answer.sw != SW_OK)
		return debit_refused(tap);
	if (purse_debit_rsp_decode(tap->exchange.answer.data, &answer) != YKT_OK)
		return tap_retap(tap, "retap");
	psam_mac2_build(answer.mac2, exchange_begin(&tap->exchange));
	status = tap_psam(tap);
	if (status != YKT_OK)
		return status;
	/* The card's word without its MAC2 opens nothing; the torn record stays. */
	if (tap->exchange.answer.sw != SW_OK)
		return tap_retap(tap, "card_not_genuine");
	/* With its TAC it is durable before the gate opens (I-13). */
	return torn_settle(tap->validator, tap->validator->state.torn_count - 1, answer.tac, true);
}

enum ykt_status
debit_run(struct tap *tap)
{
	struct purse_debit debit = { 0 };
	enum ykt_status status = psam_mac1(tap);

	if (status == YKT_OK)
		status = record_make(tap);
	if (status == YKT_OK)
		status = update_cache(tap, PURSE_SFI_JOURNEY, YKT_BYTES(tap->journey));
	if (status == YKT_OK)
		status = update_cache(tap, PURSE_SFI_TRIP, YKT_BYTES(tap->trip));
	if (status == YKT_OK)
		status = torn_add(tap);
	if (status != YKT_OK)
		return status;
	debit.terminal_seq = tap->mac1.terminal_seq;
	memcpy(debit.datetime, tap->datetime, sizeof(debit.datetime));
	memcpy(debit.mac1, tap->mac1.mac1, sizeof(debit.mac1));
	purse_debit_build(&debit, exchange_begin(&tap->exchange));
	status = exchange_run(&tap->exchange, tap->card, tap->deadline);
	if (status == YKT_E_DOWN)
		return status;
	if (status != YKT_OK)
		return tap_retap(tap, "retap");
	return debit_answer(tap);
}
