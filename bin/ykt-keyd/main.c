/*
 * ykt-keyd: the key module of one city as a process, behind mutual TLS.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/secret.h>

#include "config.h"
#include "program.h"
#include "keys/keys.h"
#include "serve.h"
#include "wire/field.h"

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
	if (!config_read(program, config.roots, &keys_roots_msg, &options.roots))
		return EXIT_USAGE;
	good =
	    serve_begin(&serve, program, &tls) &&
	    serve_database(&serve, config.database, APPLICATION_ID, keys_schema, keys_schema_count);
	if (good) {
		options.env = serve.env;
		options.store = store_sqlite_port(serve.database);
		memcpy(options.issuer, config.issuer, sizeof(options.issuer));
		good = keys_new(&options, &keys) == YKT_OK;
		if (!good)
			fprintf(stderr, "%s: %s holds test keys, which this build refuses\n",
			    program, config.roots);
	}
	ykt_wipe(&options.roots, sizeof(options.roots));
	listen.port = (uint16_t)config.port;
	good = good && serve_room(&serve, &ops, keys) && serve_listen(&serve, &listen);
	if (good) {
		(void)snprintf(place, sizeof(place), "https://127.0.0.1:%u, city %s",
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
