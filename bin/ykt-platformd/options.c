/*
 * The configuration file, and the options of the room from it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "platformd.h"
#include "sms.h"
#include "wire/field.h"
#include "words.h"

static const struct wire_field platformd_app_fields[] = {
	FIELD_BLOB(platformd_app, aid),
	FIELD_TEXT(platformd_app, name_zh),
	FIELD_TEXT(platformd_app, name_en),
	FIELD_TEXT(platformd_app, iin),
	FIELD_HEX(platformd_app, start),
	FIELD_HEX(platformd_app, end),
	FIELD_ALG(platformd_app, alg),
	FIELD_FEN(platformd_app, fee_fen),
	FIELD_FEN(platformd_app, min_load_fen),
	FIELD_FEN(platformd_app, max_load_fen),
	FIELD_FEN(platformd_app, cap_fen),
	FIELD_FEN(platformd_app, overdraft_fen),
	FIELD_INT_OPT(platformd_app, return_fee_fen, 0, 0xFFFFFF),
	FIELD_TEXT_OPT(platformd_app, without),
};
static MESSAGE(platformd_app, "app");

static const struct wire_field platformd_peer_fields[] = {
	FIELD_TEXT(platformd_peer, city),
	FIELD_HEX(platformd_peer, issuer),
	FIELD_TEXT(platformd_peer, url),
};
static MESSAGE(platformd_peer, "peer");

static const struct wire_field platformd_fare_fields[] = {
	FIELD_TEXT(platformd_fare, kind),
	FIELD_FEN(platformd_fare, amount_fen),
};
static MESSAGE(platformd_fare, "fare");

static const struct wire_field platformd_menu_fields[] = {
	FIELD_TEXT(platformd_menu, file),
};
static MESSAGE(platformd_menu, "menu");

static const struct wire_field platformd_system_fields[] = {
	FIELD_TEXT(platformd_system, os),
	FIELD_TEXT(platformd_system, least),
};
static MESSAGE(platformd_system, "system");

static const struct wire_field platformd_config_fields[] = {
	FIELD_TEXT(platformd_config, city),
	FIELD_TEXT(platformd_config, node),
	FIELD_HEX(platformd_config, issuer),
	FIELD_HEX(platformd_config, province),
	FIELD_HEX(platformd_config, channel),
	FIELD_INT(platformd_config, port, 1, 65535),
	FIELD_INT(platformd_config, inner_port, 1, 65535),
	FIELD_INT_OPT(platformd_config, frame_port, 1, 65535),
	FIELD_INT_OPT(platformd_config, ota_port, 1, 65535),
	FIELD_INT_OPT(platformd_config, ota_udp_port, 1, 65535),
	FIELD_INT_OPT(platformd_config, ota_sms_port, 1, 65535),
	FIELD_LIST_OPT(platformd_config, menus, platformd_menu_msg),
	FIELD_HEX_OPT(platformd_config, menu_root),
	FIELD_TEXT(platformd_config, database),
	FIELD_TEXT(platformd_config, seal_key),
	FIELD_TEXT(platformd_config, sign_key),
	FIELD_TEXT(platformd_config, sign_name),
	FIELD_TEXT(platformd_config, pay_key),
	FIELD_TEXT(platformd_config, pay_name),
	FIELD_TEXT(platformd_config, payee),
	FIELD_TEXT(platformd_config, cert),
	FIELD_TEXT(platformd_config, key),
	FIELD_TEXT(platformd_config, ca),
	FIELD_TEXT(platformd_config, keyd),
	FIELD_TEXT(platformd_config, tsm),
	FIELD_TEXT(platformd_config, psp),
	FIELD_LIST(platformd_config, peers, platformd_peer_msg),
	FIELD_LIST(platformd_config, apps, platformd_app_msg),
	FIELD_LIST(platformd_config, fares, platformd_fare_msg),
	FIELD_COUNT(platformd_config, params_version),
	FIELD_INT_OPT(platformd_config, tap_cap_fen, 1, 1000000),
	FIELD_INT_OPT(platformd_config, code_limit_fen, 1, 0xFFFFFF),
	FIELD_INT_OPT(platformd_config, code_life_s, 60, 31536000),
	FIELD_INT_OPT(platformd_config, wallet_cap_fen, 1, 100000000),
	FIELD_INT_OPT(platformd_config, ticket_life_s, 60, 31536000),
	FIELD_INT_OPT(platformd_config, ride_wait_s, 60, 31536000),
	FIELD_INT_OPT(platformd_config, records_wait_s, 60, 31536000),
	FIELD_INT_OPT(platformd_config, purse_cap_fen, 1, 0xFFFFFF),
	FIELD_INT_OPT(platformd_config, anonymous_cap_fen, 1, 0xFFFFFF),
	FIELD_TEXT_OPT(platformd_config, risk),
	FIELD_LIST_OPT(platformd_config, systems, platformd_system_msg),
	FIELD_INT_OPT(platformd_config, risk_limit_fen, 1, 100000000),
	FIELD_TEXT_OPT(platformd_config, least_version),
	FIELD_TEXT_OPT(platformd_config, user_ca),
	FIELD_TEXT_OPT(platformd_config, user_ca_key),
	FIELD_TEXT_OPT(platformd_config, release),
	FIELD_TEXT_OPT(platformd_config, release_key),
	FIELD_TEXT(platformd_config, sms_file),
};
static MESSAGE(platformd_config, "platformd configuration");

/* Of TCP; the one of UDP is in nobody's way. One that is not there is 0. */
static bool
ports_differ(const struct platformd_config *config)
{
	const int64_t ports[] = { config->port, config->inner_port, config->frame_port,
		config->ota_port, config->ota_sms_port };

	for (size_t i = 0; i < YKT_ARRAY_LEN(ports); i++) {
		for (size_t k = 0; k < i; k++) {
			if (ports[i] != 0 && ports[i] == ports[k])
				return false;
		}
	}

	return true;
}

bool
platformd_config_read(const char *program, const char *path, struct platformd_config *ret_config)
{
	enum platform_risk risk[WIRE_FINDING_COUNT] = { PLATFORM_RISK_DEFAULT };

	if (!config_read(program, path, &platformd_config_msg, ret_config))
		return false;
	if (!ports_differ(ret_config)) {
		fprintf(stderr,
		    words("%s: %s: port, inner_port, frame_port, ota_port and ota_sms_port must "
			  "differ\n"),
		    program, path);
		return false;
	}
	if (ret_config->has_risk && !platformd_risk_read(ret_config->risk, risk)) {
		fprintf(stderr,
		    words("%s: %s: risk wants FINDING=allow|limit|refuse, with commas between; "
			  "system_old and system_unknown also tell\n"),
		    program, path);
		return false;
	}
	if (!platformd_systems_valid(ret_config)) {
		fprintf(stderr,
		    words("%s: %s: systems wants names of a-z, 0-9, -, _ and ., each once, and "
			  "versions "
			  "of one to three numbers\n"),
		    program, path);
		return false;
	}
	if (ret_config->has_user_ca != ret_config->has_user_ca_key) {
		fprintf(stderr, words("%s: %s: user_ca and user_ca_key come together\n"), program,
		    path);
		return false;
	}
	config_resolve(path, ret_config->user_ca_key);
	for (size_t i = 0; i < ret_config->menus_count; i++)
		config_resolve(path, ret_config->menus[i].file);
	config_resolve(path, ret_config->database);
	config_resolve(path, ret_config->seal_key);
	config_resolve(path, ret_config->sign_key);
	config_resolve(path, ret_config->pay_key);
	config_resolve(path, ret_config->cert);
	config_resolve(path, ret_config->key);
	config_resolve(path, ret_config->ca);
	config_resolve(path, ret_config->sms_file);
	if (ret_config->has_release)
		config_resolve(path, ret_config->release);
	if (ret_config->has_release_key)
		config_resolve(path, ret_config->release_key);
	return true;
}

static void
apps_fill(const struct platformd_config *config, struct platform_app *apps)
{
	for (size_t i = 0; i < config->apps_count; i++) {
		const struct platformd_app *from = &config->apps[i];

		apps[i] = (struct platform_app){ .aid_len = (uint8_t)from->aid.len,
			.name_zh = from->name_zh,
			.name_en = from->name_en,
			.iin = from->iin,
			.alg = (uint8_t)from->alg,
			.fee_fen = from->fee_fen,
			.min_load_fen = from->min_load_fen,
			.max_load_fen = from->max_load_fen,
			.cap_fen = from->cap_fen,
			.overdraft_fen = from->overdraft_fen,
			.return_fee_fen = from->has_return_fee_fen ? from->return_fee_fen : 0,
			.without = from->has_without ? from->without : NULL };
		memcpy(apps[i].aid, from->aid.data, sizeof(apps[i].aid));
		memcpy(apps[i].start, from->start, sizeof(apps[i].start));
		memcpy(apps[i].end, from->end, sizeof(apps[i].end));
	}
}

static bool
ports_open(struct serve *serve, const struct platformd_config *config, struct platform_peer *peers,
    struct platform_options *options)
{
	options->keyd = serve_client(serve, config->keyd);
	options->tsm = serve_client(serve, config->tsm);
	options->psp = serve_client(serve, config->psp);
	for (size_t i = 0; i < config->peers_count; i++) {
		peers[i].city = config->peers[i].city;
		memcpy(peers[i].issuer, config->peers[i].issuer, sizeof(peers[i].issuer));
		peers[i].http = serve_client(serve, config->peers[i].url);
		if (peers[i].http == NULL)
			return false;
	}
	return options->keyd != NULL && options->tsm != NULL && options->psp != NULL;
}

bool
platformd_options_fill(struct serve *serve, const struct platformd_config *config,
    struct platformd_parts *parts, struct platform_options *options)
{
	apps_fill(config, parts->apps);
	for (size_t i = 0; i < config->fares_count; i++)
		parts->fares[i] =
		    (struct platform_fare){ config->fares[i].kind, config->fares[i].amount_fen };
	for (size_t i = 0; i < config->systems_count; i++)
		parts->systems[i] =
		    (struct platform_system){ config->systems[i].os, config->systems[i].least };
	*options = (struct platform_options){ .env = serve->env,
		.store = store_sqlite_port(serve->database),
		.peers = parts->peers,
		.peer_count = config->peers_count,
		.city = config->city,
		.node = config->node,
		.payee = config->payee,
		.apps = parts->apps,
		.app_count = config->apps_count,
		.sign_name = config->sign_name,
		.pay_name = config->pay_name,
		.fares = parts->fares,
		.fare_count = config->fares_count,
		.systems = parts->systems,
		.system_count = config->systems_count,
		.params_version = config->params_version,
		.sms = common_sms,
		.sms_arg = (void *)(uintptr_t)config->sms_file };
	memcpy(options->issuer, config->issuer, sizeof(options->issuer));
	memcpy(options->province, config->province, sizeof(options->province));
	memcpy(options->channel, config->channel, sizeof(options->channel));
	if (config->has_tap_cap_fen)
		options->settings.tap_cap_fen = config->tap_cap_fen;
	if (config->has_code_limit_fen)
		options->settings.code_limit_fen = config->code_limit_fen;
	if (config->has_code_life_s)
		options->settings.code_life_ms = config->code_life_s * 1000;
	if (config->has_wallet_cap_fen)
		options->settings.wallet_cap_fen = config->wallet_cap_fen;
	if (config->has_ticket_life_s)
		options->settings.ticket_life_ms = config->ticket_life_s * 1000;
	if (config->has_ride_wait_s)
		options->settings.gap_age_ms = config->ride_wait_s * 1000;
	if (config->has_records_wait_s)
		options->settings.records_wait_ms = config->records_wait_s * 1000;
	if (config->has_purse_cap_fen)
		options->settings.cap_fen = config->purse_cap_fen;
	if (config->has_anonymous_cap_fen)
		options->settings.anonymous_cap_fen = config->anonymous_cap_fen;
	if (config->has_risk_limit_fen)
		options->settings.risk_limit_fen = config->risk_limit_fen;
	if (!platformd_release_read(serve->program, config, parts))
		return false;
	options->release = ykt_buf_view(&parts->release);
	if (config->has_least_version)
		options->least_version = config->least_version;
	if (config->has_risk && !platformd_risk_read(config->risk, options->settings.risk))
		return false;
	if (config->has_user_ca)
		options->user_ca = config->user_ca;
	return (!config->has_user_ca ||
		   config_sm2_pub(serve->program, config->user_ca_key, &options->user_ca_pub)) &&
	       config_sm2_key(serve->program, config->seal_key, &options->seal_key) &&
	       config_sm2_key(serve->program, config->sign_key, &options->sign_key) &&
	       config_sm2_pub(serve->program, config->pay_key, &options->pay_pub) &&
	       platformd_menus_read(serve->program, config, parts, options) &&
	       ports_open(serve, config, parts->peers, options);
}
