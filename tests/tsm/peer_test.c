/*
 * Two TSMs that talk: what each message gets, and what is no message from there to
 * here, now, once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/signer.h"
#include "tsm/catalogue.h"
#include "tsm/peer.h"

#define AID     "{\"aid\":\"" AID_HEX "\""
#define OTHER   "tsm-9902"
#define MINE    "tsm-" CITY
#define INSTALL "80E604002307A000000632010108A0000006320101050BA000000632010105990100010002C90000"

/* The other one has its key and its store; both know each other. */
struct pair {
	struct world *world; /* tsm-9901 */
	struct crypto_sm2_key keys[2];
	struct wire_signed_key known[2];
	struct store_sqlite *database;
	struct tsm *tsm; /* tsm-9902 */
	struct tsm_worker *worker;
	struct ykt_http way; /* from it to the first */
	const char *peer;    /* the name in its certificate */
	bool spoil;          /* the reply, a byte */
	int code;            /* of the last answer */
	char sent[WIRE_PEER_JSON_MAX + 1];
};

static enum ykt_status
carry(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct pair *pair = ctx;

	(void)snprintf(pair->sent, sizeof(pair->sent), "%.*s", (int)req->body.len,
	    (const char *)req->body.data);
	pair->code = world_ask(pair->world, pair->peer, req->path, pair->sent);
	rsp->code = pair->code;
	if (pair->spoil)
		strstr(pair->world->body, "\"sig\":\"")[7] ^= 0x01;
	ykt_put(&rsp->body, ykt_bytes_str(pair->world->body));

	return YKT_OK;
}

static void
pair_open(struct pair *pair)
{
	static const char *const names[] = { MINE, OTHER };
	struct ykt_store_migration migrations[8];
	struct store_sqlite_options database = { .path = ":memory:",
		.migrations = migrations,
		.migration_count = tsm_schema_count,
		.alloc = &ykt_alloc_libc };
	struct tsm_options options;

	memset(pair, 0, sizeof(*pair));
	pair->world = world_new();
	pair->peer = OTHER;
	pair->way = (struct ykt_http){ pair, carry };
	for (uint8_t i = 0; i < 2; i++) {
		uint8_t d[32] = { (uint8_t)(i + 1) };

		assert_status(crypto_sm2_key_set(pair->world->crypto, d, &pair->keys[i]), YKT_OK);
		strcpy(pair->known[i].id, names[i]);
		pair->known[i].pub = pair->keys[i].pub;
	}
	pair->world->options.name = MINE;
	pair->world->options.sign_key = &pair->keys[0];
	pair->world->options.peers = pair->known;
	pair->world->options.peers_count = 2;
	world_restart(pair->world);
	for (size_t i = 0; i < tsm_schema_count; i++)
		migrations[i] = (struct ykt_store_migration){ (int)i + 1, tsm_schema[i] };
	assert_status(store_sqlite_open(&database, &pair->database), YKT_OK);
	options = pair->world->options;
	options.city = "9902";
	options.store = store_sqlite_port(pair->database);
	options.name = OTHER;
	options.sign_key = &pair->keys[1];
	assert_status(tsm_new(&options, &pair->tsm), YKT_OK);
	assert_status(tsm_worker_new(pair->tsm, pair->world->crypto, &pair->worker), YKT_OK);
}

static void
pair_close(struct pair *pair)
{
	tsm_worker_free(&pair->worker);
	tsm_free(&pair->tsm);
	store_sqlite_close(&pair->database);
	world_free(&pair->world);
}

static enum ykt_status
ask(struct pair *pair, enum wire_peer_kind kind, union wire_peer_body *body)
{
	if (body->ack.trade_id[0] == '\0')
		strcpy(body->ack.trade_id, "trade 1");

	return tsm_peer_ask(pair->worker, &pair->way, MINE, kind, body, 0x7FFFFFFFFFFF);
}

static void
put_aid(uint8_t data[16], uint16_t *len)
{
	struct ykt_buf aid = { data, 0, 16, false };

	assert_status(ykt_hex_decode(AID_HEX, strlen(AID_HEX), &aid), YKT_OK);
	*len = (uint16_t)aid.len;
}

static void
a_query_is_answered_from_the_catalogue(void **state)
{
	struct pair pair;
	union wire_peer_body body = { 0 };

	(void)state;
	pair_open(&pair);
	put_aid(body.app_query.aid.data, &body.app_query.aid.len);
	assert_status(ask(&pair, WIRE_PEER_APP_QUERY, &body), YKT_OK);
	assert_string_equal(body.ack.result, WIRE_PEER_UNKNOWN);
	assert_int_equal(world_ask(pair.world, "operator", TSM_PATH_APP_MOVE,
			     AID ",\"state\":\"download_paused\"}"),
	    200);
	memset(&body, 0, sizeof(body));
	put_aid(body.app_query.aid.data, &body.app_query.aid.len);
	assert_status(ask(&pair, WIRE_PEER_APP_QUERY, &body), YKT_OK);
	assert_string_equal(body.ack.result, WIRE_PEER_DONE);
	assert_string_equal(body.app_query_rsp.state, "download_paused");
	assert_false(body.app_query_rsp.open);
	assert_int_equal(body.app_query_rsp.version, 0);
	pair_close(&pair);
}

/* Kept once; the same again is the same, another word for it is refused. */
static void
notices_are_kept_once(void **state)
{
	static const enum wire_peer_kind kinds[] = { WIRE_PEER_APP_BUSINESS, WIRE_PEER_CARD_WRITE,
		WIRE_PEER_APP_STATE, WIRE_PEER_SE_STATE };
	struct pair pair;

	(void)state;
	pair_open(&pair);
	for (size_t i = 0; i < YKT_ARRAY_LEN(kinds); i++) {
		for (int n = 0; n < 3; n++) {
			union wire_peer_body body = { 0 };

			(void)snprintf(body.ack.trade_id, sizeof(body.ack.trade_id), "t%zu", i);
			/* Every one of these has bytes behind its business header. */
			put_aid(body.app_query.aid.data, &body.app_query.aid.len);
			if (kinds[i] == WIRE_PEER_SE_STATE)
				strcpy(body.se_state.state, "lost");
			if (n == 2)
				body.app_query.aid.data[0] ^= 1;
			assert_status(ask(&pair, kinds[i], &body), YKT_OK);
			assert_string_equal(
			    body.ack.result, n == 2 ? WIRE_PEER_REFUSED : WIRE_PEER_DONE);
			assert_int_equal(count_rows(pair.world, "SELECT count(*) FROM peer_notice"),
			    (int64_t)i + 1);
		}
	}
	pair_close(&pair);
}

static void
a_token_is_given_for_what_the_issuer_agrees_to(void **state)
{
	static const struct {
		const char *command;
		const char *result;
	} rows[] = {
		{ INSTALL, WIRE_PEER_DONE },
		{ "80E400000A4F08A000000151000000", WIRE_PEER_REFUSED },
		{ "", WIRE_PEER_REFUSED },
	};
	struct pair pair;

	(void)state;
	pair_open(&pair);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		union wire_peer_body body = { 0 };
		struct ykt_buf command = { body.token.command.data, 0,
			sizeof(body.token.command.data), false };
		struct ykt_buf se_id = { body.token.se_id.data, 0, 16, false };

		assert_status(
		    ykt_hex_decode(rows[i].command, strlen(rows[i].command), &command), YKT_OK);
		assert_status(ykt_hex_decode(SE_A, strlen(SE_A), &se_id), YKT_OK);
		body.token.command.len = (uint16_t)command.len;
		body.token.se_id.len = 16;
		assert_status(ask(&pair, WIRE_PEER_TOKEN, &body), YKT_OK);
		assert_string_equal(body.ack.result, rows[i].result);
		assert_int_equal(body.token_rsp.token.len, i == 0 ? 16 : 0);
	}
	pair_close(&pair);
}

static void
others_are_answered(void **state)
{
	struct pair pair;
	union wire_peer_body body = { 0 };

	(void)state;
	pair_open(&pair);
	memset(body.auth.challenge, 0x5A, 16);
	assert_status(ask(&pair, WIRE_PEER_AUTH, &body), YKT_OK);
	assert_string_equal(body.ack.result, WIRE_PEER_DONE);
	memset(&body, 0, sizeof(body));
	strcpy(body.app_manage.operation, "lock");
	assert_status(ask(&pair, WIRE_PEER_APP_MANAGE, &body), YKT_OK);
	/* One that may not start any is told so. */
	assert_string_equal(body.ack.result, WIRE_PEER_REFUSED);
	assert_string_equal(body.ack.note, "forbidden");
	assert_int_equal(count_rows(pair.world, "SELECT count(*) FROM job"), 0);
	assert_int_equal(count_rows(pair.world, "SELECT count(*) FROM peer_notice"), 0);
	pair_close(&pair);
}

/* Each kind: taken once, from there, for here, in its time; else nothing is kept. */
static void
what_is_no_message_for_us_is_refused(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair);
	for (int kind = 0; kind < 8; kind++) {
		union wire_peer_body body = { 0 };
		int64_t now = pair.world->now_ms;

		assert_status(ask(&pair, (enum wire_peer_kind)kind, &body), YKT_OK);
		/* The same bytes again. */
		assert_int_equal(world_ask(pair.world, OTHER, WIRE_PATH_TSM_PEER, pair.sent), 409);
		assert_non_null(strstr(pair.world->body, "replay"));
		/* By another's certificate. */
		pair.peer = "tsm-9903";
		memset(&body, 0, sizeof(body));
		assert_status(ask(&pair, (enum wire_peer_kind)kind, &body), YKT_DENIED);
		assert_int_equal(pair.code, 403);
		pair.peer = OTHER;
		/* Too old when it comes, and not yet. */
		for (int sign = -1; sign <= 1; sign += 2) {
			memset(&body, 0, sizeof(body));
			assert_status(ask(&pair, (enum wire_peer_kind)kind, &body), YKT_OK);
			pair.world->now_ms = now + sign * (TSM_PEER_MS + 1);
			assert_int_equal(
			    world_ask(pair.world, OTHER, WIRE_PATH_TSM_PEER, pair.sent), 409);
			assert_non_null(strstr(pair.world->body, "stale"));
			pair.world->now_ms = now;
		}
		/* A byte of it. */
		memset(&body, 0, sizeof(body));
		assert_status(ask(&pair, (enum wire_peer_kind)kind, &body), YKT_OK);
		strstr(pair.sent, "\"sig\":\"")[9] ^= 0x01;
		assert_in_range(
		    world_ask(pair.world, OTHER, WIRE_PATH_TSM_PEER, pair.sent), 400, 403);
	}
	assert_int_equal(world_ask(pair.world, OTHER, WIRE_PATH_TSM_PEER, "{}"), 400);
	assert_int_equal(world_ask(pair.world, "platform-" CITY, WIRE_PATH_TSM_PEER, "{}"), 403);
	pair_close(&pair);
}

/* The one who asks believes no reply but the one to its message. */
static void
a_reply_is_checked(void **state)
{
	struct pair pair;
	union wire_peer_body body = { 0 };

	(void)state;
	pair_open(&pair);
	pair.spoil = true;
	assert_status(ask(&pair, WIRE_PEER_AUTH, &body), YKT_E_MAC);
	assert_string_equal(body.ack.result, "");
	pair.spoil = false;
	/* The right answer of somebody else. */
	memset(&body, 0, sizeof(body));
	strcpy(body.ack.trade_id, "trade 1");
	assert_status(
	    tsm_peer_ask(pair.worker, &pair.way, "tsm-9903", WIRE_PEER_AUTH, &body, 0x7FFFFFFFFFFF),
	    YKT_DENIED);
	pair_close(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_answered_from_the_catalogue),
		cmocka_unit_test(notices_are_kept_once),
		cmocka_unit_test(a_token_is_given_for_what_the_issuer_agrees_to),
		cmocka_unit_test(others_are_answered),
		cmocka_unit_test(what_is_no_message_for_us_is_refused),
		cmocka_unit_test(a_reply_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
