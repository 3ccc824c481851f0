/*
 * Parameters from the platform: issuers, blacklist, fares, the cap of a ride.
 * Signed, only ever newer, kept in a file with their signature (T14).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "validator/internal.h"

#define NAME_PARAMS "params"

/* The names of the fares that a validator of ours charges. */
static const char fare_bus[] = "bus";
static const char fare_metro_base[] = "metro";
static const char fare_metro_step[] = "metro_step";

static bool
cards_good(const struct wire_gate_params_rsp *params)
{
	for (size_t i = 0; i < params->blacklist_count; i++) {
		if (!wire_card_no_valid(params->blacklist[i].card_no))
			return false;
	}
	for (size_t i = 0; i < params->codes_count; i++) {
		if (!wire_card_no_valid(params->codes[i].user_no))
			return false;
	}
	return true;
}

static bool
fares_good(const struct wire_gate_params_rsp *params)
{
	for (size_t i = 0; i < params->fares_count; i++) {
		if (params->fares[i].amount_fen > params->cap_fen)
			return false;
		for (size_t j = 0; j < i; j++) {
			if (strcmp(params->fares[i].kind, params->fares[j].kind) == 0)
				return false;
		}
	}
	return true;
}

static bool
usable(const struct wire_gate_params_rsp *params)
{
	return params->version > 0 && params->cap_fen > 0 && params->cap_fen <= PURSE_BALANCE_MAX &&
	       cards_good(params) && fares_good(params);
}

static void
set_fare(const struct wire_gate_params_rsp *params, const char *kind, ykt_fen *fare)
{
	for (size_t i = 0; i < params->fares_count; i++) {
		if (strcmp(params->fares[i].kind, kind) == 0)
			*fare = params->fares[i].amount_fen;
	}
}

/* Makes params_next the ones in use. A fare over the cap in use closes the gate. */
static void
params_apply(struct validator *validator)
{
	struct wire_gate_params_rsp *now = validator->params_next;
	struct validator_options *options = &validator->options;

	validator->params_next = validator->params;
	validator->params = now;
	options->fares = validator->own_fares;
	set_fare(now, fare_bus, &options->fares.bus);
	set_fare(now, fare_metro_base, &options->fares.metro_base);
	set_fare(now, fare_metro_step, &options->fares.metro_step);
	options->tap_cap =
	    now->cap_fen < validator->own_tap_cap ? now->cap_fen : validator->own_tap_cap;
}

static enum ykt_status
verify(struct validator *validator)
{
	struct ykt_buf scratch = { validator->scratch->a, 0, validator->scratch->a_size, false };

	return wire_gate_params_verify(validator->options.crypto, &validator->options.params_pub,
	    &scratch, validator->params_next);
}

static enum ykt_status
keep(struct validator *validator)
{
	struct ykt_buf buf = { validator->scratch->a, 0, validator->scratch->a_size, false };
	enum ykt_status status;

	file_begin(&buf);
	status = wire_encode(&wire_gate_params_rsp_msg, validator->params_next, &buf);
	return status == YKT_OK ? file_write(validator, NAME_PARAMS, &buf) : status;
}

enum ykt_status
params_load(struct validator *validator)
{
	struct ykt_buf buf = { validator->scratch->b, 0, validator->scratch->b_size, false };
	struct ykt_rd body;
	enum ykt_status status = file_read(validator, NAME_PARAMS, &buf, &body);

	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	if (status != YKT_OK)
		return status;
	if (wire_decode(&wire_gate_params_rsp_msg, ykt_rd_rest(&body), validator->params_next) !=
		YKT_OK ||
	    !usable(validator->params_next))
		return YKT_E_CORRUPT;
	status = verify(validator);
	if (status == YKT_OK)
		params_apply(validator);
	return status;
}

static enum ykt_status
take(struct validator *validator)
{
	const struct wire_gate_params_rsp *next = validator->params_next;
	enum ykt_status status = verify(validator);

	if (status != YKT_OK)
		return status;
	if (next->version < validator->params->version)
		return YKT_EXPIRED;
	if (next->version == validator->params->version)
		return YKT_OK;
	if (!usable(next))
		return YKT_E_SERVER;
	status = keep(validator);
	if (status == YKT_OK)
		params_apply(validator);
	return status;
}

enum ykt_status
validator_params(struct validator *validator, int64_t *ret_version)
{
	const struct validator_options *options = &validator->options;
	struct wire_gate_params_req req = { .version = validator->params->version };
	enum ykt_status status;

	if (options->http == NULL)
		return YKT_E_STATE;
	status = wire_call(options->http, WIRE_PATH_GATE_PARAMS, &wire_gate_params_req_msg, &req,
	    &wire_gate_params_rsp_msg, validator->params_next, validator->scratch,
	    ykt_clock_mono(options->env.clock) + CALL_MS, NULL);
	if (status == YKT_OK)
		status = take(validator);
	if (status == YKT_OK)
		*ret_version = validator->params->version;
	return status;
}

static bool
same_issuer(const uint8_t a[8], const uint8_t b[8])
{
	return ykt_bytes_equal(ykt_bytes(a, 8), ykt_bytes(b, 8));
}

bool
params_accepts(const struct validator *validator, const uint8_t issuer[8])
{
	const struct validator_options *options = &validator->options;
	const struct wire_gate_params_rsp *params = validator->params;

	if (same_issuer(options->institution, issuer))
		return true;
	for (size_t i = 0; i < params->cities_count; i++) {
		if (same_issuer(params->cities[i].issuer, issuer))
			return true;
	}
	for (size_t i = 0; params->version == 0 && i < options->issuer_count; i++) {
		if (same_issuer(options->issuers[i], issuer))
			return true;
	}
	return false;
}

bool
params_blacklisted(const struct validator *validator, const char *card_no)
{
	const struct wire_gate_params_rsp *params = validator->params;

	for (size_t i = 0; i < params->blacklist_count; i++) {
		if (strcmp(params->blacklist[i].card_no, card_no) == 0)
			return true;
	}
	return false;
}

bool
params_code_refused(const struct validator *validator, const char *user_no)
{
	const struct wire_gate_params_rsp *params = validator->params;

	for (size_t i = 0; i < params->codes_count; i++) {
		if (strcmp(params->codes[i].user_no, user_no) == 0)
			return true;
	}
	return params_blacklisted(validator, user_no);
}
