/*
 * ykt-payd: a stand-in for the outside pay channel, with signed notices.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "accounts.h"
#include "config.h"
#include "program.h"
#include "psp/psp.h"
#include "serve.h"
#include "sms.h"
#include "wire/field.h"
#include "words.h"

#define APPLICATION_ID 0x594B5044 /* "YKPD" */

struct payd_merchant {
	char name[PSP_NAME_MAX + 1];
	char pub[CONFIG_PATH_MAX];
	char url[128];
};

static const struct wire_field payd_merchant_fields[] = {
	FIELD_TEXT(payd_merchant, name),
	FIELD_TEXT(payd_merchant, pub),
	FIELD_TEXT(payd_merchant, url),
};
static MESSAGE(payd_merchant, "merchant");

struct payd_config {
	char name[PSP_NAME_MAX + 1];
	int64_t port;       /* for merchants, mutual TLS */
	int64_t users_port; /* for the users' confirmations */
	char database[CONFIG_PATH_MAX];
	char sign_key[CONFIG_PATH_MAX];
	char cert[CONFIG_PATH_MAX];
	char key[CONFIG_PATH_MAX];
	char ca[CONFIG_PATH_MAX];
	size_t merchants_count;
	struct payd_merchant merchants[PSP_MERCHANTS_MAX];
	/* Both, or no account can be bound. */
	bool has_accounts;
	char accounts[CONFIG_PATH_MAX];
	bool has_sms_file;
	char sms_file[CONFIG_PATH_MAX]; /* issuers' text messages; development only */
};

static const struct wire_field payd_config_fields[] = {
	FIELD_TEXT(payd_config, name),
	FIELD_INT(payd_config, port, 1, 65535),
	FIELD_INT(payd_config, users_port, 1, 65535),
	FIELD_TEXT(payd_config, database),
	FIELD_TEXT(payd_config, sign_key),
	FIELD_TEXT(payd_config, cert),
	FIELD_TEXT(payd_config, key),
	FIELD_TEXT(payd_config, ca),
	FIELD_LIST(payd_config, merchants, payd_merchant_msg),
	FIELD_TEXT_OPT(payd_config, accounts),
	FIELD_TEXT_OPT(payd_config, sms_file),
};
static MESSAGE(payd_config, "payd configuration");

static enum ykt_status
worker_make(void *room, struct crypto *crypto, void **ret_worker)
{
	struct psp_worker *worker = NULL;
	enum ykt_status status = psp_worker_new(room, crypto, &worker);

	if (status == YKT_OK)
		*ret_worker = worker;
	return status;
}

static void
worker_unmake(void **worker)
{
	struct psp_worker *mine = *worker;

	psp_worker_free(&mine);
	*worker = NULL;
}

static enum ykt_status
tick(void *worker, unsigned *ret_done)
{
	return psp_tick(worker, ret_done);
}

static const struct serve_room ops = {
	.worker_make = worker_make,
	.worker_unmake = worker_unmake,
	.handle = psp_handle,
	.tick = tick,
};

/* The users' listener knows one path. */
static int
users_policy(void *arg, enum ykt_http_method method, const char *path, const char *peer)
{
	(void)arg;
	(void)peer;
	if (strcmp(path, "/psp/confirm") != 0)
		return 404;
	return method == YKT_HTTP_POST ? 0 : 405;
}

static bool
load_config(const char *program, const char *path, struct payd_config *config)
{
	if (!config_read(program, path, &payd_config_msg, config))
		return false;
	config_resolve(path, config->database);
	config_resolve(path, config->sign_key);
	config_resolve(path, config->cert);
	config_resolve(path, config->key);
	config_resolve(path, config->ca);
	config_resolve(path, config->accounts);
	config_resolve(path, config->sms_file);
	if (config->has_accounts != config->has_sms_file) {
		fprintf(
		    stderr, words("%s: %s: accounts and sms_file go together\n"), program, path);
		return false;
	}
	for (size_t i = 0; i < config->merchants_count; i++)
		config_resolve(path, config->merchants[i].pub);
	return true;
}

static bool
join_merchants(struct serve *serve, const struct payd_config *config,
    struct psp_merchant merchants[PSP_MERCHANTS_MAX])
{
	for (size_t i = 0; i < config->merchants_count; i++) {
		merchants[i].name = config->merchants[i].name;
		merchants[i].http = serve_client(serve, config->merchants[i].url);
		if (merchants[i].http == NULL ||
		    !config_sm2_pub(serve->program, config->merchants[i].pub, &merchants[i].pub))
			return false;
	}
	return true;
}

static bool
serve_all(struct serve *serve, const struct payd_config *config, struct psp *psp)
{
	struct serve_listen merchants = {
		.what = "merchants", .port = (uint16_t)config->port, .mutual = true
	};
	struct serve_listen users = {
		.what = "users", .port = (uint16_t)config->users_port, .policy = users_policy
	};
	char place[96];

	if (!serve_room(serve, &ops, psp) || !serve_listen(serve, &merchants) ||
	    !serve_listen(serve, &users))
		return false;
	(void)snprintf(place, sizeof(place), words("https://127.0.0.1:%u (users), :%u (merchants)"),
	    (unsigned)users.port, (unsigned)merchants.port);
	serve_run(serve, place);
	return true;
}

static int
run(const char *program, const char *path)
{
	static struct payd_config config;
	static struct payd_accounts accounts;
	static struct serve serve;
	struct serve_tls tls = { config.cert, config.key, config.ca };
	struct psp_merchant merchants[PSP_MERCHANTS_MAX] = { 0 };
	struct psp_options options = { .name = config.name,
		.merchants = merchants,
		.retry_first_ms = 500,
		.retry_max_ms = 60000 };
	struct psp *psp = NULL;
	bool good;

	if (!load_config(program, path, &config) ||
	    (config.has_accounts && !payd_accounts_read(program, config.accounts, &accounts)) ||
	    !config_sm2_key(program, config.sign_key, &options.key))
		return EXIT_USAGE;
	good =
	    serve_begin(&serve, program, &tls) &&
	    serve_database(&serve, config.database, APPLICATION_ID, psp_schema, psp_schema_count) &&
	    join_merchants(&serve, &config, merchants);
	if (good) {
		options.env = serve.env;
		options.store = store_sqlite_port(serve.database);
		options.merchant_count = config.merchants_count;
		options.accounts = accounts.list;
		options.account_count = accounts.accounts_count;
		options.sms = config.has_sms_file ? common_sms : NULL;
		options.sms_arg = config.sms_file;
		good = psp_new(&options, &psp) == YKT_OK;
		if (!good)
			fprintf(stderr, words("%s: merchants or accounts cannot be\n"), program);
	}
	ykt_wipe(&options.key, sizeof(options.key));
	good = good && serve_all(&serve, &config, psp);
	serve_end(&serve);
	psp_free(&psp);
	ykt_wipe(&accounts, sizeof(accounts));
	return good ? EXIT_DONE : EXIT_FAILED;
}

int
main(int argc, char **argv)
{
	static const char doc[] =
	    "A stand-in for the outside pay channel: takes confirmations of users, sends "
	    "signed notices to merchants, gives money back.\v"
	    "CONFIG is a JSON file; see ykt-payd(8).";

	return program_main(argc, argv, "ykt-payd", doc, run);
}
