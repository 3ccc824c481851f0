/*
 * ykt-keyd: the key module of one city as a process, behind mutual TLS.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "card/purse_pin.h"
#include "config.h"
#include "program.h"
#include "keys/keys.h"
#include "serve.h"
#include "wire/field.h"
#include "words.h"

#define APPLICATION_ID 0x594B4B44 /* "YKKD" */

struct keyd_config {
	char city[5];
	uint8_t issuer[8];
	int64_t port;
	char database[CONFIG_PATH_MAX];
	char roots[CONFIG_PATH_MAX];
	char cert[CONFIG_PATH_MAX];
	char key[CONFIG_PATH_MAX];
	char ca[CONFIG_PATH_MAX];
	/* The institution that issues ride codes: all three, or none. */
	bool has_code_cert;
	char code_cert[CONFIG_PATH_MAX];
	bool has_code_key;
	char code_key[CONFIG_PATH_MAX];
	bool has_code_platform;
	uint8_t code_platform[4];
	/* The authority that signs users' certificates: both, or none. */
	bool has_user_ca;
	char user_ca[17];
	bool has_user_ca_key;
	char user_ca_key[CONFIG_PATH_MAX];
	bool has_pin_key;
	char pin_key[CONFIG_PATH_MAX]; /* of payment PINs */
	bool has_pin;
	char pin[2 * KEYS_PIN_MAX + 1];
	bool has_pin_tries;
	int64_t pin_tries;
};

static const struct wire_field keyd_config_fields[] = {
	FIELD_TEXT(keyd_config, city),
	FIELD_HEX(keyd_config, issuer),
	FIELD_INT(keyd_config, port, 1, 65535),
	FIELD_TEXT(keyd_config, database),
	FIELD_TEXT(keyd_config, roots),
	FIELD_TEXT(keyd_config, cert),
	FIELD_TEXT(keyd_config, key),
	FIELD_TEXT(keyd_config, ca),
	FIELD_TEXT_OPT(keyd_config, code_cert),
	FIELD_TEXT_OPT(keyd_config, code_key),
	FIELD_HEX_OPT(keyd_config, code_platform),
	FIELD_TEXT_OPT(keyd_config, user_ca),
	FIELD_TEXT_OPT(keyd_config, user_ca_key),
	FIELD_TEXT_OPT(keyd_config, pin_key),
	FIELD_TEXT_OPT(keyd_config, pin),
	FIELD_INT_OPT(keyd_config, pin_tries, 1, PURSE_PIN_TRIES_MAX),
};
static MESSAGE(keyd_config, "keyd configuration");

static const struct wire_field keys_roots_fields[] = {
	FIELD_HEX(keys_roots, purchase),
	FIELD_HEX(keys_roots, load),
	FIELD_HEX(keys_roots, tac),
	FIELD_HEX(keys_roots, maintenance),
	FIELD_HEX(keys_roots, isd),
	FIELD_HEX(keys_roots, ssd),
	FIELD_HEX(keys_roots, psam),
	FIELD_HEX_OPT(keys_roots, unload),
	FIELD_HEX_OPT(keys_roots, overdraft),
	FIELD_HEX_OPT(keys_roots, pin_unblock),
	FIELD_HEX_OPT(keys_roots, pin_reload),
	FIELD_HEX_OPT(keys_roots, internal),
	FIELD_HEX_OPT(keys_roots, external),
	FIELD_HEX_OPT(keys_roots, block),
	FIELD_HEX_OPT(keys_roots, unblock),
	FIELD_HEX_OPT(keys_roots, record),
	FIELD_HEX_OPT(keys_roots, ota_kic),
	FIELD_HEX_OPT(keys_roots, ota_kid),
	FIELD_HEX_OPT(keys_roots, ota_payload),
};
static MESSAGE(keys_roots, "key roots");

static enum ykt_status
worker_make(void *room, struct crypto *crypto, void **ret_worker)
{
	struct keys_worker *worker = NULL;
	enum ykt_status status = keys_worker_new(room, crypto, &worker);

	if (status == YKT_OK)
		*ret_worker = worker;
	return status;
}

static void
worker_unmake(void **worker)
{
	struct keys_worker *mine = *worker;

	keys_worker_free(&mine);
	*worker = NULL;
}

static const struct serve_room ops = {
	.worker_make = worker_make,
	.worker_unmake = worker_unmake,
	.handle = keys_handle,
};

/* The institution of ride codes, when the configuration names one. */
static bool
read_code(const char *program, const char *path, struct keyd_config *config, struct keys_code *code)
{
	const bool any = config->has_code_cert || config->has_code_key || config->has_code_platform;

	if (!any)
		return true;
	if (!config->has_code_cert || !config->has_code_key || !config->has_code_platform) {
		fprintf(stderr,
		    words("%s: %s: code_cert, code_key and code_platform come together\n"), program,
		    path);
		return false;
	}
	config_resolve(path, config->code_cert);
	config_resolve(path, config->code_key);
	memcpy(code->platform, config->code_platform, sizeof(code->platform));
	code->there = config_sm2_key(program, config->code_key, &code->key) &&
		      config_hex(program, config->code_cert, code->cert, sizeof(code->cert));
	return code->there;
}

/* The authority of users' certificates, when the configuration names one. */
static bool
read_ident(
    const char *program, const char *path, struct keyd_config *config, struct keys_ident *ident)
{
	if (!config->has_user_ca && !config->has_user_ca_key)
		return true;
	if (!config->has_user_ca || !config->has_user_ca_key || config->user_ca[0] == '\0') {
		fprintf(stderr, words("%s: %s: user_ca and user_ca_key come together\n"), program,
		    path);
		return false;
	}
	config_resolve(path, config->user_ca_key);
	memcpy(ident->authority, config->user_ca, sizeof(ident->authority));
	ident->there = config_sm2_key(program, config->user_ca_key, &ident->key);
	return ident->there;
}

/* The key of payment PINs, when the configuration names one. */
static bool
read_pay_pin(
    const char *program, const char *path, struct keyd_config *config, struct keys_pay_pin *pay_pin)
{
	if (!config->has_pin_key)
		return true;
	config_resolve(path, config->pin_key);
	pay_pin->there = config_sm2_key(program, config->pin_key, &pay_pin->key);

	return pay_pin->there;
}

/* Says why the module cannot be made of these keys. */
static bool
judge(const char *program, const struct keyd_config *config, enum ykt_status status)
{
	if (status == YKT_MISMATCH)
		fprintf(stderr, words("%s: %s is no certificate of the key in %s\n"), program,
		    config->code_cert, config->code_key);
	else if (status != YKT_OK)
		fprintf(stderr, words("%s: %s holds test keys, which this build refuses\n"),
		    program, config->roots);
	return status == YKT_OK;
}

/* An odd number of digits ends in a nibble F (card/purse_pin.h). */
static bool
take_pin(const char *program, const struct keyd_config *config, struct keys_pin *pin)
{
	char digits[2 * KEYS_PIN_MAX + 2];
	size_t len = strlen(config->pin);
	struct ykt_buf bytes = { .data = pin->bytes, .cap = sizeof(pin->bytes) };

	if (!config->has_pin && !config->has_pin_tries)
		return true;
	(void)snprintf(digits, sizeof(digits), "%s%s", config->pin, len % 2 != 0 ? "F" : "");
	if (!config->has_pin || !config->has_pin_tries ||
	    strspn(config->pin, "0123456789") != len ||
	    ykt_hex_decode(digits, strlen(digits), &bytes) != YKT_OK ||
	    !purse_pin_valid(ykt_buf_view(&bytes))) {
		fprintf(stderr, words("%s: pin needs 3 to 12 digits, and pin_tries with it\n"),
		    program);
		return false;
	}
	pin->len = (uint8_t)bytes.len;
	pin->tries = (uint8_t)config->pin_tries;
	ykt_wipe(digits, sizeof(digits));
	return true;
}

/* The roots of the menus' packets: all three, or none. */
static bool
ota_whole(const char *program, const struct keyd_config *config, const struct keys_roots *roots)
{
	bool whole = roots->has_ota_kic == roots->has_ota_kid &&
		     roots->has_ota_kic == roots->has_ota_payload;

	if (!whole)
		fprintf(stderr, words("%s: %s: ota_kic, ota_kid and ota_payload come together\n"),
		    program, config->roots);
	return whole;
}

static int
run(const char *program, const char *path)
{
	static struct keyd_config config;
	static struct serve serve;
	struct keys_options options = { .city = config.city };
	struct serve_tls tls = { config.cert, config.key, config.ca };
	struct serve_listen listen = { .what = "servers", .mutual = true };
	struct keys *keys = NULL;
	char place[64];
	bool good;

	if (!config_read(program, path, &keyd_config_msg, &config))
		return EXIT_USAGE;
	config_resolve(path, config.database);
	config_resolve(path, config.roots);
	config_resolve(path, config.cert);
	config_resolve(path, config.key);
	config_resolve(path, config.ca);
	if (!take_pin(program, &config, &options.pin) || !config_private(program, config.roots) ||
	    !config_read(program, config.roots, &keys_roots_msg, &options.roots) ||
	    !ota_whole(program, &config, &options.roots))
		return EXIT_USAGE;
	if (!read_code(program, path, &config, &options.code) ||
	    !read_ident(program, path, &config, &options.ident) ||
	    !read_pay_pin(program, path, &config, &options.pay_pin))
		return EXIT_USAGE;
	good =
	    serve_begin(&serve, program, &tls) &&
	    serve_database(&serve, config.database, APPLICATION_ID, keys_schema, keys_schema_count);
	if (good) {
		options.env = serve.env;
		options.store = store_sqlite_port(serve.database);
		memcpy(options.issuer, config.issuer, sizeof(options.issuer));
		good = judge(program, &config, keys_new(&options, &keys));
	}
	ykt_wipe(&options.roots, sizeof(options.roots));
	ykt_wipe(&options.code, sizeof(options.code));
	ykt_wipe(&options.ident, sizeof(options.ident));
	ykt_wipe(&options.pin, sizeof(options.pin));
	ykt_wipe(&options.pay_pin, sizeof(options.pay_pin));
	ykt_wipe(config.pin, sizeof(config.pin));
	listen.port = (uint16_t)config.port;
	good = good && serve_room(&serve, &ops, keys) && serve_listen(&serve, &listen);
	if (good) {
		(void)snprintf(place, sizeof(place), words("https://127.0.0.1:%u, city %s"),
		    (unsigned)listen.port, config.city);
		serve_run(&serve, place);
	}
	serve_end(&serve);
	keys_free(&keys);
	return good ? EXIT_DONE : EXIT_FAILED;
}

int
main(int argc, char **argv)
{
	static const char doc[] =
	    "The key module of one city: load permits, MACs and TACs, secure-channel "
	    "sessions and personalisation cryptograms. Keys never leave it.\v"
	    "CONFIG is a JSON file; see ykt-keyd(8).";

	return program_main(argc, argv, "ykt-keyd", doc, run);
}
