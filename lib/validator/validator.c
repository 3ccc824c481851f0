/*
 * A tap from SELECT to the gate.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "validator/validator.h"

#include <string.h>

#include <ykt/civil.h>
#include <ykt/mem.h>

#include "card/sw.h"
#include "validator/internal.h"

static enum ykt_status
read_terminal(struct validator *validator)
{
	const struct validator_options *options = &validator->options;
	struct exchange exchange;
	enum ykt_status status;

	psam_terminal_build(exchange_begin(&exchange));
	status = exchange_run(
	    &exchange, options->psam, ykt_clock_mono(options->env.clock) + TAP_DEADLINE_MS);
	if (status != YKT_OK)
		return status;
	if (exchange.answer.sw != SW_OK)
		return YKT_E_CARD;
	return psam_terminal_rsp_decode(exchange.answer.data, validator->terminal);
}

static bool
options_good(const struct validator_options *options)
{
	return options->env.clock != NULL && options->env.random != NULL &&
	       options->env.alloc != NULL && options->crypto != NULL && options->psam != NULL &&
	       options->file != NULL && options->issuer_count <= VALIDATOR_ISSUERS_MAX &&
	       options->tap_cap > 0 && options->tap_cap <= PURSE_BALANCE_MAX &&
	       options->balance_cap > 0 && options->torn_window_ms > 0 &&
	       options->fares.metro_base >= 0 && options->fares.metro_step >= 0 &&
	       options->fares.bus >= 0 && options->fares.bus <= options->tap_cap &&
	       options->fares.metro_base <= options->tap_cap &&
	       options->fares.metro_step <= options->tap_cap &&
	       options->fares.metro_step_stations > 0;
}

enum ykt_status
validator_new(const struct validator_options *options, struct validator **ret_validator)
{
	const struct ykt_alloc *alloc = options->env.alloc;
	struct validator *validator;
	enum ykt_status status;

	if (!options_good(options))
		return YKT_E_ARG;
	validator = ykt_mem_get(alloc, sizeof(*validator));
	if (validator == NULL)
		return YKT_E_NOMEM;
	validator->options = *options;
	validator->upload_req = ykt_mem_get(alloc, sizeof(*validator->upload_req));
	validator->upload_rsp = ykt_mem_get(alloc, sizeof(*validator->upload_rsp));
	status =
	    validator->upload_req == NULL || validator->upload_rsp == NULL ? YKT_E_NOMEM : YKT_OK;
	if (status == YKT_OK)
		status = wire_call_scratch_new(alloc, &validator->scratch);
	if (status == YKT_OK)
		status = read_terminal(validator);
	if (status == YKT_OK)
		status = state_load(validator);
	if (status == YKT_OK)
		*ret_validator = validator;
	else
		validator_free(&validator);
	return status;
}

void
validator_free(struct validator **validator)
{
	const struct ykt_alloc *alloc;

	if (validator == NULL || *validator == NULL)
		return;
	alloc = (*validator)->options.env.alloc;
	wire_scratch_free(&(*validator)->scratch);
	ykt_mem_put(alloc, &(*validator)->upload_req, sizeof(*(*validator)->upload_req));
	ykt_mem_put(alloc, &(*validator)->upload_rsp, sizeof(*(*validator)->upload_rsp));
	ykt_mem_put(alloc, validator, sizeof(**validator));
}

const uint8_t *
validator_terminal(const struct validator *validator)
{
	return validator->terminal;
}

unsigned
validator_waiting(const struct validator *validator)
{
	return validator->state.sealed + validator->state.open_count;
}

unsigned
validator_torn(const struct validator *validator)
{
	return validator->state.torn_count;
}

static enum ykt_status
run(struct tap *tap)
{
	enum ykt_status status = rules_card(tap);

	if (status == YKT_OK)
		status = recover_by_proof(tap);
	if (status == YKT_OK)
		status = rules_journey(tap);
	if (status == YKT_OK)
		status = debit_initialize(tap);
	if (status == YKT_OK)
		status = recover_by_counter(tap);
	if (status == YKT_OK)
		status = rules_balance(tap);
	if (status == YKT_OK)
		status = debit_run(tap);
	return status;
}

enum ykt_status
validator_tap(
    struct validator *validator, const struct ykt_se *card, struct validator_result *ret_result)
{
	const struct ykt_clock *clock = validator->options.env.clock;
	struct validator_result result = { .gate = VALIDATOR_CLOSED, .reason = "" };
	struct ykt_civil now = ykt_civil_from_ms(ykt_clock_wall(clock));
	struct tap tap = { .validator = validator,
		.card = card,
		.deadline = ykt_clock_mono(clock) + TAP_DEADLINE_MS,
		.result = &result };
	enum ykt_status status = YKT_OK;

	ykt_civil_to_bcd7(&now, tap.datetime);
	if (state_full(validator))
		status = tap_close(&tap, "out_of_service");
	if (status == YKT_OK)
		status = run(&tap);
	if (status == YKT_OK) {
		result.gate = VALIDATOR_OPEN;
		result.reason = "ok";
		result.balance -= tap.amount;
	}
	if (status != YKT_OK && status != YKT_REFUSED)
		return status;
	*ret_result = result;
	return YKT_OK;
}
