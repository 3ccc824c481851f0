/*
 * The key module from its JSON side. Values are those of
 * tests/vectors/purse_3des.json: MACs and TACs are known answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/core.h"
#include "keys/internal.h"
#include "keys/permit.h"
#include "store/store_sqlite.h"

#define CARD  "03105170000000000001"
#define ORDER "0000000000000000000000000000000a"
#define INIT  "00000BB800070100A1B2C3D41F539928"

static struct store_sqlite *database;
static struct keys *keys;
static struct crypto *crypto;
static struct keys_worker *worker;

static int64_t
fixed_time(void *ctx)
{
	(void)ctx;
	return 1735755845000;
}

static enum ykt_status
no_wait(void *ctx, int64_t until)
{
	(void)ctx;
	(void)until;
	return YKT_OK;
}

static enum ykt_status
counting_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 7, len);
	return YKT_OK;
}

static const struct ykt_clock test_clock = { NULL, fixed_time, fixed_time, no_wait };
static const struct ykt_random test_random = { NULL, counting_random };

static void
root(uint8_t out[16], uint8_t first)
{
	for (unsigned i = 0; i < 16; i++)
		out[i] = (uint8_t)(first + i);
}

static enum ykt_status
counter_seven(struct ykt_tx *tx, void *arg)
{
	(void)arg;
	return ykt_tx_query(tx, "UPDATE card SET counter = 7", NULL, 0, NULL, NULL, NULL);
}

static int
setup(void **state)
{
	static const uint8_t se_id[] = { 1, 2, 3 };
	struct ykt_store_migration migrations[8];
	struct store_sqlite_options options = { .path = ":memory:",
		.migrations = migrations,
		.migration_count = keys_schema_count,
		.alloc = &ykt_alloc_libc };
	struct keys_options own = { .env = { &test_clock, &test_random, &ykt_alloc_libc, NULL },
		.city = "9901",
		.issuer = { 0x01, 0x01, 0x10, 0x00, 0xFF, 0xFF, 0xFF, 0xFF } };

	(void)state;
	for (size_t i = 0; i < keys_schema_count; i++)
		migrations[i] = (struct ykt_store_migration){ (int)i + 1, keys_schema[i] };
	root(own.roots.purchase, 0x10);
	root(own.roots.load, 0x20);
	root(own.roots.tac, 0x30);
	root(own.roots.maintenance, 0x40);
	if (store_sqlite_open(&options, &database) != YKT_OK)
		return 1;
	own.store = store_sqlite_port(database);
	if (permit_card_add(own.store, CARD, YKT_BYTES(se_id), 0, 1) != YKT_OK ||
	    ykt_store_run(own.store, counter_seven, NULL) != YKT_OK ||
	    crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK || keys_new(&own, &keys) != YKT_OK)
		return 1;
	return keys_worker_new(keys, crypto, &worker) == YKT_OK ? 0 : 1;
}

static int
teardown(void **state)
{
	(void)state;
	keys_worker_free(&worker);
	keys_free(&keys);
	crypto_free(&crypto);
	store_sqlite_close(&database);
	return 0;
}

static char answer[8192];

static int
ask(const char *peer, const char *path, const char *body)
{
	static uint8_t bytes[sizeof(answer)];
	struct ykt_http_request req = {
		.method = YKT_HTTP_POST, .path = path, .body = ykt_bytes_str(body), .peer = peer
	};
	struct ykt_http_response rsp = { .body = { bytes, 0, sizeof(bytes) - 1, false } };

	keys_handle(worker, &req, &rsp);
	memcpy(answer, bytes, rsp.body.len);
	answer[rsp.body.len] = '\0';
	return rsp.code;
}

/* A permit request; the parts that tests change are arguments. */
static const char *
permit(const char *card, const char *init, int amount, int attempt, bool attest, bool release)
{
	static char text[1024];

	(void)snprintf(text, sizeof(text),
	    "{\"order_id\":\"" ORDER "\",\"attempt\":%d,\"card_no\":\"%s\","
	    "\"issuer\":\"01011000FFFFFFFF\",\"alg\":0,\"key_version\":1,\"amount_fen\":%d,"
	    "\"terminal\":\"310000000001\",\"datetime\":\"20250102030405\",\"init\":\"%s\","
	    "\"attest\":%s,\"release\":%s}",
	    attempt, card, amount, init, attest ? "true" : "false", release ? "true" : "false");
	return text;
}

#define PERMIT "/key/load.permit"

static void
mac2_and_tac_are_the_published_ones(void **state)
{
	(void)state;
	assert_int_equal(
	    ask("platform-9901", PERMIT, permit(CARD, INIT, 5000, 1, false, false)), 200);
	assert_string_equal(answer,
	    "{\"result\":\"credit\",\"mac2\":\"C7FCD245\",\"balance_fen\":3000,\"online_seq\":7}");
	assert_int_equal(ask("platform-9901", "/key/load.tac",
			     "{\"order_id\":\"" ORDER "\",\"attempt\":1,\"tac\":\"136C1668\"}"),
	    200);
	assert_string_equal(answer, "{\"ok\":true,\"balance_fen\":8000}");
}

static void
a_wrong_tac_commits_nothing(void **state)
{
	(void)state;
	assert_int_equal(
	    ask("platform-9901", PERMIT, permit(CARD, INIT, 5000, 1, false, false)), 200);
	assert_int_equal(ask("platform-9901", "/key/load.tac",
			     "{\"order_id\":\"" ORDER "\",\"attempt\":1,\"tac\":\"136C1669\"}"),
	    200);
	assert_string_equal(answer, "{\"ok\":false,\"balance_fen\":8000}");
	assert_int_equal(
	    ask("platform-9901", PERMIT, permit(CARD, INIT, 5000, 1, false, false)), 200);
	assert_non_null(strstr(answer, "\"credit\""));
}

static void
wrong_mac1_gives_no_permit(void **state)
{
	static const struct {
		const char *why;
		const char *init;
		int amount;
	} rows[] = {
		{ "last bit of MAC1", "00000BB800070100A1B2C3D41F539929", 5000 },
		{ "balance", "00000BB900070100A1B2C3D41F539928", 5000 },
		{ "counter", "00000BB800080100A1B2C3D41F539928", 5000 },
		{ "random", "00000BB800070100A1B2C3D51F539928", 5000 },
		{ "amount", INIT, 5001 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_int_equal(ask("platform-9901", PERMIT,
				     permit(CARD, rows[i].init, rows[i].amount, 1, false, false)),
		    200);
		assert_true_why(strcmp(answer, "{\"result\":\"mac1\"}") == 0, rows[i].why);
	}
	assert_int_equal(
	    ask("platform-9901", PERMIT, permit(CARD, INIT, 5000, 1, false, false)), 200);
	assert_non_null(strstr(answer, "\"credit\""));
}

static void
an_attestation_never_carries_mac2(void **state)
{
	(void)state;
	assert_int_equal(
	    ask("platform-9901", PERMIT, permit(CARD, INIT, 5000, 1, true, false)), 200);
	assert_string_equal(
	    answer, "{\"result\":\"not_loaded\",\"balance_fen\":3000,\"online_seq\":7}");
}

static void
what_cannot_be_is_400(void **state)
{
	(void)state;
	assert_int_equal(ask("platform-9901", PERMIT, permit(CARD, INIT, 0, 1, false, false)), 400);
	assert_int_equal(
	    ask("platform-9901", PERMIT, permit(CARD, INIT, 5000, 0, false, false)), 400);
	assert_int_equal(
	    ask("platform-9901", PERMIT, permit(CARD, INIT, 5000, 1, false, true)), 400);
	assert_int_equal(
	    ask("platform-9901", PERMIT, permit(CARD, INIT, 16777216, 1, false, false)), 400);
	assert_int_equal(
	    ask("platform-9901", PERMIT, permit("031051700000000000A1", INIT, 1, 1, false, false)),
	    400);
	assert_int_equal(ask("platform-9901", PERMIT, "{}"), 400);
}

static void
cards_of_others_are_404(void **state)
{
	(void)state;
	/* MAC1 cannot be right for a card that was never made here, so it counts nowhere. */
	assert_int_equal(ask("platform-9901", PERMIT,
			     permit("03105170000000000002", INIT, 5000, 1, false, false)),
	    404);
}

/* R09: who may ask what; and no answer holds a root. */
static void
roles_are_kept_apart(void **state)
{
	static const struct {
		const char *path;
		const char *allowed;
	} rows[] = {
		{ "/key/load.permit", "platform-9901" },
		{ "/key/unload.permit", "platform-9901" },
		{ "/key/load.tac", "platform-9901" },
		{ "/key/tac.verify", "platform-9901" },
		{ "/key/scp.session", "tsm-9901" },
		{ "/key/scp.putkey", "tsm-9901" },
		{ "/key/perso.make", "tsm-9901" },
		{ "/key/psam.make", "operator" },
	};
	static const char *const peers[] = { "", "platform-9901", "tsm-9901", "operator", "payd",
		"gate-310000000001" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		for (size_t j = 0; j < YKT_ARRAY_LEN(peers); j++) {
			int expected = strcmp(peers[j], rows[i].allowed) == 0 ? 400 : 403;

			assert_int_equal(ask(peers[j], rows[i].path, "{}"), expected);
		}
	}
	assert_int_equal(ask("platform-9901", "/key/export", "{}"), 404);
}

static void
taps_are_verified_one_by_one(void **state)
{
#define TAP(tac, amount)                                                                           \
	"{\"card_no\":\"" CARD "\",\"issuer\":\"01011000FFFFFFFF\",\"alg\":0,\"type\":\"09\","     \
	"\"amount_fen\":" amount ",\"terminal\":\"310000000002\",\"terminal_seq\":11259377,"       \
	"\"datetime\":\"20250102033407\",\"tac\":\"" tac "\"}"
	(void)state;
	assert_int_equal(ask("platform-9901", "/key/tac.verify",
			     "{\"taps\":[" TAP("248031D5", "500") "," TAP("248031D4",
				 "500") "," TAP("248031D5", "501") "," TAP("00000000", "0") "]}"),
	    200);
	assert_string_equal(answer,
	    "{\"ok\":[{\"good\":true},{\"good\":false},{\"good\":false},{\"good\":false}]}");
}

static void
psam_keys_leave_encrypted(void **state)
{
	(void)state;
	assert_int_equal(
	    ask("operator", "/key/psam.make",
		"{\"terminal\":\"310000000001\",\"psam_no\":\"00000000000000000001\"}"),
	    200);
	assert_null(strstr(answer, "101112131415161718191A1B1C1D1E1F"));
	assert_non_null(strstr(answer, "0016063100000000018001"));
}

static void
personalisation_binds_card_and_element(void **state)
{
#define PERSO(se, extra)                                                                           \
	"{\"se_id\":\"" se "\",\"sd_aid\":\"A000000151000001\",\"kvn\":49,\"card_no\":"            \
	"\"03105170000000000009\",\"issuer\":\"01011000FFFFFFFF\",\"city\":\"9901\",\"alg\":0,"    \
	"\"limit_fen\":" extra ",\"overdraft_fen\":0,\"start\":\"20260101\",\"end\":\"20361231\"}"
	static char first[sizeof(answer)];

	(void)state;
	assert_int_equal(ask("tsm-9901", "/key/perso.make", PERSO("0A", "500000")), 200);
	memcpy(first, answer, sizeof(first));
	assert_non_null(strstr(answer, "{\"dgis\":\"9001"));
	assert_int_equal(ask("tsm-9901", "/key/perso.make", PERSO("0A", "500000")), 200);
	assert_string_equal(answer, first);
	assert_int_equal(ask("tsm-9901", "/key/perso.make", PERSO("0B", "500000")), 422);
	assert_int_equal(ask("tsm-9901", "/key/perso.make", PERSO("0A", "16777216")), 400);
	assert_int_equal(ask("tsm-9901", "/key/perso.make", PERSO("", "500000")), 400);
}

/* 13 keys and a PIN: as long as it gets, and nothing of it readable. */
static void
a_city_may_give_more_keys_and_a_pin(void **state)
{
	struct keys_options own = keys->options;
	uint8_t *const roots[] = { own.roots.unload, own.roots.overdraft, own.roots.pin_unblock,
		own.roots.pin_reload, own.roots.internal, own.roots.external, own.roots.block,
		own.roots.unblock, own.roots.record };

	(void)state;
	own.roots.has_unload = own.roots.has_overdraft = own.roots.has_pin_unblock = true;
	own.roots.has_pin_reload = own.roots.has_internal = own.roots.has_external = true;
	own.roots.has_block = own.roots.has_unblock = own.roots.has_record = true;
	for (uint8_t i = 0; i < YKT_ARRAY_LEN(roots); i++)
		root(roots[i], (uint8_t)(0x50 + i));
	own.pin = (struct keys_pin){ .tries = 3, .len = 3, .bytes = { 0x12, 0x34, 0x56 } };
	keys_worker_free(&worker);
	keys_free(&keys);
	assert_int_equal(keys_new(&own, &keys), YKT_OK);
	assert_int_equal(keys_worker_new(keys, crypto, &worker), YKT_OK);
	assert_int_equal(ask("tsm-9901", "/key/perso.make", PERSO("0A", "500000")), 200);
	/* 9001, 8001 of 13 keys in 19 blocks, 8010 of one block. */
	assert_int_equal(strlen("{\"dgis\":\"\"}") + 2 * (11 + 5 + 304 + 19), strlen(answer));
	assert_non_null(strstr(answer, "8001FF0130"));
	assert_non_null(strstr(answer, "801010"));
	assert_null(strstr(answer, "123456"));
}

static void
a_pin_that_is_none_is_refused(void **state)
{
	static const struct keys_pin pins[] = {
		{ .tries = 16, .len = 2, .bytes = { 0x12, 0x34 } },
		{ .tries = 3, .len = 1, .bytes = { 0x12 } },
		{ .tries = 3, .len = 7 },
		{ .tries = 3, .len = 2, .bytes = { 0x1A, 0x34 } },
		{ .tries = 0, .len = 2, .bytes = { 0x12, 0x34 } },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(pins); i++) {
		struct keys_options own = keys->options;
		struct keys *none = NULL;

		own.pin = pins[i];
		assert_int_equal(keys_new(&own, &none), YKT_E_ARG);
		assert_null(none);
	}
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(mac2_and_tac_are_the_published_ones),
		T(a_wrong_tac_commits_nothing),
		T(wrong_mac1_gives_no_permit),
		T(an_attestation_never_carries_mac2),
		T(what_cannot_be_is_400),
		T(cards_of_others_are_404),
		T(roles_are_kept_apart),
		T(taps_are_verified_one_by_one),
		T(psam_keys_leave_encrypted),
		T(personalisation_binds_card_and_element),
		T(a_city_may_give_more_keys_and_a_pin),
		T(a_pin_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
