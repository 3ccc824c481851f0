/*
 * A tap from SELECT to the gate.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "validator/validator.h"

#include <string.h>

#include <ykt/civil.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

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

static enum ykt_status
get_memory(struct validator *validator)
{
	const struct ykt_alloc *alloc = validator->options.env.alloc;

	validator->upload_req = ykt_mem_get(alloc, sizeof(*validator->upload_req));
	validator->upload_rsp = ykt_mem_get(alloc, sizeof(*validator->upload_rsp));
	validator->params = ykt_mem_get(alloc, sizeof(*validator->params));
	validator->params_next = ykt_mem_get(alloc, sizeof(*validator->params_next));
	validator->rides_req = ykt_mem_get(alloc, sizeof(*validator->rides_req));
	if (validator->rides_req == NULL || validator->upload_req == NULL ||
	    validator->upload_rsp == NULL || validator->params == NULL ||
	    validator->params_next == NULL)
		return YKT_E_NOMEM;
	return wire_call_scratch_new(alloc, &validator->scratch);
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
	validator->own_fares = options->fares;
	validator->own_tap_cap = options->tap_cap;
	status = get_memory(validator);
	if (status == YKT_OK)
		status = read_terminal(validator);
	if (status == YKT_OK)
		status = state_load(validator);
	if (status == YKT_OK)
		status = rides_load(validator);
	if (status == YKT_OK)
		status = params_load(validator);
	if (status == YKT_OK)
		*ret_validator = validator;
	else
		validator_free(&validator);
	return status;
}

/* After a crash the doubt about the last gate stays, and memory writes nothing. */
static void
end_orderly(struct validator *validator)
{
	enum ykt_status status = YKT_OK;

	if (!validator->down && validator->last_kept && !validator->state.has_last) {
		(void)state_begin(validator);
		status = state_commit(validator);
	}
	if (!validator->down && validator->rides_last_kept && !validator->rides.has_last) {
		enum ykt_status rides;

		(void)rides_begin(validator);
		rides = rides_commit(validator);
		status = status == YKT_OK ? rides : status;
	}
	if (status != YKT_OK)
		ykt_trace_event(validator->options.env.trace,
		    &(struct ykt_trace_event){
			.kind = YKT_TRACE_ERROR, .room = "validator", .name = "end" });
}

void
validator_free(struct validator **validator)
{
	const struct ykt_alloc *alloc;

	if (validator == NULL || *validator == NULL)
		return;
	alloc = (*validator)->options.env.alloc;
	end_orderly(*validator);
	wire_scratch_free(&(*validator)->scratch);
	ykt_mem_put(alloc, &(*validator)->rides_req, sizeof(*(*validator)->rides_req));
	ykt_mem_put(alloc, &(*validator)->upload_req, sizeof(*(*validator)->upload_req));
	ykt_mem_put(alloc, &(*validator)->upload_rsp, sizeof(*(*validator)->upload_rsp));
	ykt_mem_put(alloc, &(*validator)->params, sizeof(*(*validator)->params));
	ykt_mem_put(alloc, &(*validator)->params_next, sizeof(*(*validator)->params_next));
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
	const struct queue *taps = &validator->state.queue;
	const struct queue *rides = &validator->rides.queue;

	return taps->sealed + taps->open_count + rides->sealed + rides->open_count;
}

unsigned
validator_torn(const struct validator *validator)
{
	return validator->state.torn_count;
}

int64_t
validator_params_version(const struct validator *validator)
{
	return validator->params->version;
}

const char *const validator_reasons[] = { "ok", "recovered", "retap", "too_fast",
	"card_not_genuine", "not_our_kind", "card_blocked", "out_of_service", "issuer_unknown",
	"local_card_only", "card_blacklisted", "card_not_enabled", "card_not_valid_yet",
	"card_expired", "card_locked", "journey_open", "no_entry", "journey_elsewhere",
	"over_limit", "low_balance", "card_refused", "code_not_taken", "code_unreadable",
	"code_version", "code_issuer_unknown", "code_issuer_expired", "code_not_genuine",
	"code_refresh", "code_clock", "code_expired", "code_used", "code_blacklisted", NULL };

/* When the queue might not hold one more, selling stops before anything is lost (F14). */
static enum ykt_status
check_room(struct tap *tap)
{
	return state_full(tap->validator) ? tap_close(tap, "out_of_service") : YKT_OK;
}

/* What was paid before comes first: no later refusal may keep it from its rider. */
static enum ykt_status
run(struct tap *tap)
{
	static enum ykt_status (*const steps[])(struct tap *) = { rules_select, recover, check_room,
		rules_card, journey_check, debit_initialize, rules_balance, debit_run };
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < YKT_ARRAY_LEN(steps) && status == YKT_OK; i++)
		status = steps[i](tap);
	if (status == YKT_OK) {
		tap->result->gate = VALIDATOR_OPEN;
		tap->result->reason = "ok";
		tap->result->balance -= tap->amount;
	}
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
	enum ykt_status status;

	ykt_civil_to_bcd7(&now, tap.datetime);
	status = run(&tap);
	/* MACs of the tap. */
	ykt_wipe(&tap, sizeof(tap));
	if (status != YKT_OK && status != YKT_REFUSED)
		return status;
	/* The caller learns it, so the gate opens: only a crash before this leaves a doubt. */
	if (result.gate == VALIDATOR_OPEN)
		validator->state.has_last = false;
	*ret_result = result;
	return YKT_OK;
}
