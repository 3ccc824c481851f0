/*
 * ykt-tsmd: the TSM of one city as a process. Phones come to one port with SERAM
 * sessions, servers, with certificates, to another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "config.h"
#include "idents.h"
#include "peers.h"
#include "program.h"
#include "serve.h"
#include "tsm/city.h"
#include "tsm/tsm.h"
#include "wire/field.h"
#include "wire/seram.h"
#include "words.h"

#define APPLICATION_ID 0x594B544D /* "YKTM" */

struct tsmd_config {
	char city[5];
	int64_t port;        /* servers */
	int64_t client_port; /* phones */
	char database[CONFIG_PATH_MAX];
	char keyd[TSMD_URL_MAX];
	char cert[CONFIG_PATH_MAX];
	char key[CONFIG_PATH_MAX];
	char ca[CONFIG_PATH_MAX];
	bool has_delegated;
	bool delegated; /* the city's domain manages with the issuer's tokens */
	bool has_menu_keys;
	bool menu_keys; /* elements without keys of their menu get them */
	/* Messages between TSMs: all three, or none. */
	bool has_name;
	char name[17];
	bool has_sign_key;
	char sign_key[CONFIG_PATH_MAX];
	bool has_issuer;
	char issuer[17]; /* the peer that gives the tokens of delegated */
	bool has_peers;
	size_t peers_count;
	struct tsmd_peer peers[TSM_PEERS_MAX];
	bool has_idents;
	size_t idents_count;
	struct tsmd_ident idents[TSM_IDENTS_MAX];
	bool has_cards;
	char cards[CONFIG_PATH_MAX]; /* what new cards get: tsm/city.h */
};

static const struct wire_field tsmd_config_fields[] = {
	FIELD_TEXT(tsmd_config, city),
	FIELD_INT(tsmd_config, port, 1, 65535),
	FIELD_INT(tsmd_config, client_port, 1, 65535),
	FIELD_TEXT(tsmd_config, database),
	FIELD_TEXT(tsmd_config, keyd),
	FIELD_TEXT(tsmd_config, cert),
	FIELD_TEXT(tsmd_config, key),
	FIELD_TEXT(tsmd_config, ca),
	FIELD_BOOL_OPT(tsmd_config, delegated),
	FIELD_BOOL_OPT(tsmd_config, menu_keys),
	FIELD_TEXT_OPT(tsmd_config, name),
	FIELD_TEXT_OPT(tsmd_config, sign_key),
	FIELD_TEXT_OPT(tsmd_config, issuer),
	FIELD_LIST_OPT(tsmd_config, peers, tsmd_peer_msg),
	FIELD_LIST_OPT(tsmd_config, idents, tsmd_ident_msg),
	FIELD_TEXT_OPT(tsmd_config, cards),
};
static MESSAGE(tsmd_config, "tsmd configuration");

static enum ykt_status
worker_make(void *room, struct crypto *crypto, void **ret_worker)
{
	struct tsm_worker *worker = NULL;
	enum ykt_status status = tsm_worker_new(room, crypto, &worker);

	if (status == YKT_OK)
		*ret_worker = worker;
	return status;
}

static void
worker_unmake(void **worker)
{
	struct tsm_worker *mine = *worker;

	tsm_worker_free(&mine);
	*worker = NULL;
}

static enum ykt_status
tick(void *worker, unsigned *ret_done)
{
	return tsm_tick(worker, ret_done);
}

static const struct serve_room ops = {
	.worker_make = worker_make,
	.worker_unmake = worker_unmake,
	.handle = tsm_handle,
	.tick = tick,
};

/* Phones find nothing here but the two endpoints of SERAM. */
static int
phone_policy(void *arg, enum ykt_http_method method, const char *path, const char *peer)
{
	(void)arg;
	(void)peer;
	if (strcmp(path, WIRE_PATH_SERAM_HANDSHAKE) != 0 &&
	    strcmp(path, WIRE_PATH_SERAM_MANAGE) != 0)
		return 404;
	return method == YKT_HTTP_POST ? 0 : 405;
}

static bool
read_peers(
    const char *program, const char *path, struct tsmd_config *config, struct tsmd_peers *peers)
{
	const struct tsmd_self self = { config->city, config->name, config->sign_key };

	if (config->has_issuer && (!config->delegated || !tsmd_peers_issuer(config->issuer,
							     config->peers, config->peers_count))) {
		fprintf(stderr, words("%s: %s: issuer is a peer with url, for delegated\n"),
		    program, path);
		return false;
	}
	if (!config->has_name && !config->has_sign_key && !config->has_peers)
		return true;
	if (config->name[0] == '\0' || !config->has_sign_key || !config->has_peers) {
		fprintf(stderr, words("%s: name, sign_key and peers stand together\n"), program);
		return false;
	}
	config_resolve(path, config->sign_key);
	return tsmd_peers_read(program, path, &self, config->peers, config->peers_count, peers);
}

/* What the room borrows of the files that the configuration names. */
struct tsmd_read {
	struct tsmd_peers peers;
	struct tsm_ident idents[TSM_IDENTS_MAX];
	struct ykt_buf groups;
	uint8_t groups_bytes[TSM_CITY_MAX];
};

static bool
room_make(struct serve *serve, const struct tsmd_config *config, struct tsmd_read *read,
    struct tsm **ret_tsm)
{
	struct tsm_options options = { .env = serve->env,
		.store = store_sqlite_port(serve->database),
		.keyd = serve_client(serve, config->keyd),
		.city = config->city,
		.groups = ykt_buf_view(&read->groups),
		.idents = read->idents,
		.idents_count = config->idents_count,
		.delegated = config->delegated,
		.menu_keys = config->menu_keys,
		.name = config->name,
		.sign_key = config->has_sign_key ? &read->peers.own : NULL,
		.peers = read->peers.keys,
		.peers_count = config->peers_count,
		.ways = read->peers.ways,
		.issuer = config->has_issuer ? config->issuer : NULL };
	enum ykt_status status;

	if (options.keyd == NULL ||
	    !tsmd_peers_open(serve, config->peers, config->peers_count, &read->peers))
		return false;
	status = tsm_new(&options, ret_tsm);
	if (status != YKT_OK)
		fprintf(stderr, words("%s: city must be four digits, such as \"9901\" (%s)\n"),
		    serve->program, ykt_status_name(status));
	return status == YKT_OK;
}

static bool
serve_all(struct serve *serve, const struct tsmd_config *config, struct tsm *tsm)
{
	struct serve_listen phones = {
		.what = "phones", .port = (uint16_t)config->client_port, .policy = phone_policy
	};
	struct serve_listen servers = {
		.what = "servers", .port = (uint16_t)config->port, .mutual = true
	};
	char place[96];

	if (!serve_room(serve, &ops, tsm) || !serve_listen(serve, &phones) ||
	    !serve_listen(serve, &servers))
		return false;
	(void)snprintf(place, sizeof(place),
	    words("https://127.0.0.1:%u (phones), :%u (servers), city %s"), (unsigned)phones.port,
	    (unsigned)servers.port, config->city);
	serve_run(serve, place);
	return true;
}

/* Settings of the city for its new cards; none without a file. */
static bool
read_cards(const char *program, const char *path, struct ykt_buf *groups)
{
	static struct tsm_city city;

	if (path[0] == '\0')
		return true;
	if (!config_read(program, path, &tsm_city_msg, &city))
		return false;
	switch (tsm_city_encode(&city, groups)) {
	case YKT_OK:
		return true;
	case YKT_E_SPACE:
		fprintf(stderr, words("%s: %s: more than %d bytes for a card\n"), program, path,
		    TSM_CITY_MAX);
		return false;
	default:
		fprintf(
		    stderr, words("%s: %s: a file or a limit that no card takes\n"), program, path);
		return false;
	}
}

static int
run(const char *program, const char *path)
{
	static struct tsmd_config config;
	static struct serve serve;
	static struct tsmd_read read;
	struct serve_tls tls = { config.cert, config.key, config.ca };
	struct tsm *tsm = NULL;
	bool good;

	if (!config_read(program, path, &tsmd_config_msg, &config))
		return EXIT_USAGE;
	config_resolve(path, config.database);
	config_resolve(path, config.cert);
	config_resolve(path, config.key);
	config_resolve(path, config.ca);
	config_resolve(path, config.cards);
	read.groups = (struct ykt_buf){ read.groups_bytes, 0, sizeof(read.groups_bytes), false };
	if (!read_cards(program, config.cards, &read.groups) ||
	    !read_peers(program, path, &config, &read.peers) ||
	    !tsmd_idents_read(program, path, config.idents, config.idents_count, read.idents))
		return EXIT_USAGE;
	good =
	    serve_begin(&serve, program, &tls) &&
	    serve_database(&serve, config.database, APPLICATION_ID, tsm_schema, tsm_schema_count) &&
	    room_make(&serve, &config, &read, &tsm) && serve_all(&serve, &config, tsm);
	serve_end(&serve);
	tsm_free(&tsm);
	ykt_wipe(&read, sizeof(read));
	return good ? EXIT_DONE : EXIT_FAILED;
}

int
main(int argc, char **argv)
{
	static const char doc[] =
	    "The TSM of one city: opens cards on secure elements, through clients "
	    "that relay commands over GlobalPlatform SERAM.\v"
	    "CONFIG is a JSON file; see ykt-tsmd(8).";

	return program_main(argc, argv, "ykt-tsmd", doc, run);
}
