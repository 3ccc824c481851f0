/*
 * ykt-validator: from the configuration to a validator with its drivers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "host/host_clock.h"
#include "host/host_dirs.h"
#include "host/host_random.h"
#include "program.h"
#include "wire/field.h"
#include "words.h"

#define FARE_MAX 0xFFFFFF

static const struct wire_field validator_issuer_fields[] = {
	FIELD_HEX(validator_issuer, issuer),
};
static MESSAGE(validator_issuer, "issuer");

static const struct wire_field validator_config_fields[] = {
	FIELD_TEXT(validator_config, kind),
	FIELD_HEX(validator_config, city),
	FIELD_HEX(validator_config, institution),
	FIELD_HEX(validator_config, operator),
	FIELD_HEX(validator_config, line),
	FIELD_HEX(validator_config, station),
	FIELD_HEX(validator_config, terminal),
	FIELD_LIST(validator_config, issuers, validator_issuer_msg),
	FIELD_INT(validator_config, metro_base_fen, 0, FARE_MAX),
	FIELD_INT(validator_config, metro_step_fen, 0, FARE_MAX),
	FIELD_INT(validator_config, metro_base_stations, 0, 1000),
	FIELD_INT(validator_config, metro_step_stations, 1, 1000),
	FIELD_INT(validator_config, bus_fen, 0, FARE_MAX),
	FIELD_INT(validator_config, tap_cap_fen, 1, FARE_MAX),
	FIELD_INT(validator_config, balance_cap_fen, 1, FARE_MAX),
	FIELD_INT(validator_config, torn_window_s, 1, 86400),
	FIELD_TEXT(validator_config, state),
	FIELD_TEXT(validator_config, psam_image),
	FIELD_TEXT(validator_config, card),
	FIELD_TEXT(validator_config, platform),
	FIELD_TEXT(validator_config, platform_pub),
	FIELD_TEXT(validator_config, cert),
	FIELD_TEXT(validator_config, key),
	FIELD_TEXT(validator_config, ca),
	FIELD_TEXT_OPT(validator_config, code_roots),
	FIELD_HEX_OPT(validator_config, code_institution),
	FIELD_INT_OPT(validator_config, code_future_s, 0, 3600),
	FIELD_TEXT_OPT(validator_config, keyd),
	FIELD_TEXT_OPT(validator_config, operator_cert),
	FIELD_TEXT_OPT(validator_config, operator_key),
};
static MESSAGE(validator_config, "validator configuration");

static const char *const kinds[] = { [VALIDATOR_METRO_ENTRY] = "metro-entry",
	[VALIDATOR_METRO_EXIT] = "metro-exit",
	[VALIDATOR_BUS] = "bus" };

void
program_complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fprintf(stderr, "%s: ", PROGRAM);
	(void)vfprintf(stderr, words(format), args);
	(void)fputc('\n', stderr);
	va_end(args);
}

/* True and *ret_kind, or false. */
static bool
find_kind(const char *text, enum validator_kind *ret_kind)
{
	for (enum validator_kind i = VALIDATOR_METRO_ENTRY; i <= VALIDATOR_BUS; i++) {
		if (strcmp(kinds[i], text) == 0) {
			*ret_kind = i;
			return true;
		}
	}
	return false;
}

/* The path in socket:PATH is meant from the configuration's folder too. */
static void
resolve_card(const char *config_path, char card[CONFIG_PATH_MAX])
{
	static const char scheme[] = "socket:";
	const size_t skip = sizeof(scheme) - 1;
	char path[CONFIG_PATH_MAX] = "";

	if (strncmp(card, scheme, skip) != 0)
		return;
	memcpy(path, card + skip, strlen(card + skip) + 1);
	if (strchr(path, '/') == NULL && strchr(path, ':') != NULL)
		return;
	config_resolve(config_path, path);
	if (strlen(path) + skip < CONFIG_PATH_MAX)
		memcpy(card + skip, path, strlen(path) + 1);
}

bool
program_config(const char *path, struct validator_config *ret_config)
{
	struct validator_config *config = ret_config;
	enum validator_kind kind;

	if (!config_read(PROGRAM, path, &validator_config_msg, config))
		return false;
	if (!find_kind(config->kind, &kind)) {
		program_complain("%s: kind must be metro-entry, metro-exit or bus", path);
		return false;
	}
	config_resolve(path, config->state);
	config_resolve(path, config->psam_image);
	config_resolve(path, config->platform_pub);
	config_resolve(path, config->cert);
	config_resolve(path, config->key);
	config_resolve(path, config->ca);
	config_resolve(path, config->code_roots);
	config_resolve(path, config->operator_cert);
	config_resolve(path, config->operator_key);
	resolve_card(path, config->card);
	return true;
}

static const char *
folder_trouble(enum ykt_status status)
{
	return status == YKT_BUSY ? words("another process works with it; stop that one first")
				  : strerror(errno);
}

static bool
open_folder(struct program *program, const char *path)
{
	enum ykt_status status = host_dirs_make(path);

	if (status == YKT_OK)
		status = host_file_open(path, &program->folder);
	if (status != YKT_OK) {
		program_complain("state %s: %s", path, folder_trouble(status));
		return false;
	}
	program->file = host_file_port(&program->folder);
	return true;
}

static bool
open_platform(struct program *program, const struct validator_config *config)
{
	const struct http_client_options options = { .base_url = config->platform,
		.ca_file = config->ca,
		.cert_file = config->cert,
		.key_file = config->key,
		.pool = 1,
		.env = &program->env };
	enum ykt_status status = http_client_open(&options, &program->http);

	if (status != YKT_OK)
		program_complain("cannot use %s with these certificates (%s)", config->platform,
		    ykt_status_name(status));
	return status == YKT_OK;
}

static const char *
validator_trouble(enum ykt_status status)
{
	switch (status) {
	case YKT_E_CORRUPT:
		return words(
		    "a file in it is damaged; there may be money in it, so keep it for the "
		    "platform's operator");
	case YKT_MISMATCH:
		return words("it was made with another PSAM; upload with that one first");
	case YKT_E_MAC:
		return words("the parameters in it are not signed by platform_pub; remove the file "
			     "\"params\" if the platform's key was changed");
	case YKT_E_CARD:
		return words("the PSAM is blank");
	case YKT_E_ARG:
		return words("a fare is over tap_cap_fen");
	default:
		return words("the validator cannot start");
	}
}

/* Roots and rules of ride codes, when the configuration names any. */
static bool
set_codes(struct program *program, const struct validator_config *config,
    struct validator_options *options)
{
	if (!config->has_code_roots)
		return true;
	if (!config_code_roots(PROGRAM, config->code_roots, program->crypto, &program->roots))
		return false;
	options->codes = (struct code_policy){ .roots = &program->roots,
		.future_s =
		    config->has_code_future_s ? (uint32_t)config->code_future_s : CODE_FUTURE_S };
	if (config->has_code_institution) {
		memcpy(program->institution.id, config->code_institution, 4);
		options->codes.institutions = &program->institution;
		options->codes.institution_count = 1;
	}
	return true;
}

static bool
open_validator(struct program *program, const struct validator_config *config)
{
	struct validator_options options = { .env = program->env,
		.crypto = program->crypto,
		.psam = &program->psam.se,
		.file = &program->file,
		.http = http_client_port(program->http),
		.issuer_count = config->issuers_count,
		.fares = { .metro_base = config->metro_base_fen,
		    .metro_step = config->metro_step_fen,
		    .metro_base_stations = (unsigned)config->metro_base_stations,
		    .metro_step_stations = (unsigned)config->metro_step_stations,
		    .bus = config->bus_fen },
		.tap_cap = config->tap_cap_fen,
		.balance_cap = config->balance_cap_fen,
		.torn_window_ms = config->torn_window_s * 1000 };
	enum ykt_status status;

	(void)find_kind(config->kind, &options.kind);
	memcpy(options.city, config->city, sizeof(options.city));
	memcpy(options.institution, config->institution, sizeof(options.institution));
	memcpy(options.operator_code, config->operator, sizeof(options.operator_code));
	memcpy(options.line, config->line, sizeof(options.line));
	memcpy(options.station, config->station, sizeof(options.station));
	for (size_t i = 0; i < config->issuers_count; i++)
		memcpy(options.issuers[i], config->issuers[i].issuer, 8);
	if (!config_sm2_pub(PROGRAM, config->platform_pub, &options.params_pub))
		return false;
	if (!set_codes(program, config, &options))
		return false;
	status = validator_new(&options, &program->validator);
	if (status != YKT_OK)
		program_complain("state %s: %s (%s)", config->state, validator_trouble(status),
		    ykt_status_name(status));
	return status == YKT_OK;
}

bool
program_open(struct program *program, const struct validator_config *config)
{
	program->clock = host_clock();
	program->random = host_random();
	program->env = (struct ykt_env){
		.clock = &program->clock, .random = &program->random, .alloc = &ykt_alloc_libc
	};
	if (crypto_new(&ykt_alloc_libc, NULL, &program->crypto) != YKT_OK) {
		program_complain("no memory, or OpenSSL lacks an algorithm");
		return false;
	}
	return open_folder(program, config->state) &&
	       program_psam_open(&program->psam, config->psam_image, program->crypto) &&
	       open_platform(program, config) && open_validator(program, config);
}

void
program_close(struct program *program)
{
	validator_free(&program->validator);
	http_client_close(&program->http);
	program_psam_close(&program->psam);
	host_file_close(&program->folder);
	crypto_free(&program->crypto);
}
