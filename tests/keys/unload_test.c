/*
 * Permits of unloads: their own root and type, one table with the loads.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/purse_cmd.h"
#include "crypto/core.h"
#include "keys/internal.h"
#include "keys/permit.h"
#include "store/store_sqlite.h"

#define CARD     "03105170000000000001"
#define LOAD     "0000000000000000000000000000000a"
#define UNLOAD   "0000000000000000000000000000000b"
#define BALANCE  5000
#define LOADS    "/key/load.permit"
#define UNLOADS  "/key/unload.permit"
#define DATETIME "20250102030405"

struct rig {
	struct store_sqlite *database;
	struct keys *keys;
	struct crypto *crypto;
	struct keys_worker *worker;
	struct keys_options options;
	int64_t balance; /* of the card */
	uint16_t counter;
	char answer[4096];
};

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
sevens(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 7, len);
	return YKT_OK;
}

static const struct ykt_clock clock_port = { NULL, fixed_time, fixed_time, no_wait };
static const struct ykt_random random_port = { NULL, sevens };

static void
rig_open(struct rig *rig, bool has_unload)
{
	static const uint8_t se_id[] = { 1, 2, 3 };
	struct ykt_store_migration steps[8];
	struct store_sqlite_options store = { .path = ":memory:",
		.migrations = steps,
		.migration_count = keys_schema_count,
		.alloc = &ykt_alloc_libc };

	*rig = (struct rig){ .balance = BALANCE };
	rig->options =
	    (struct keys_options){ .env = { &clock_port, &random_port, &ykt_alloc_libc, NULL },
		    .city = "9901",
		    .issuer = { 0x01, 0x01, 0x10, 0x00, 0xFF, 0xFF, 0xFF, 0xFF } };
	memset(rig->options.roots.load, 0x20, 16);
	memset(rig->options.roots.tac, 0x30, 16);
	memset(rig->options.roots.unload, 0x50, 16);
	rig->options.roots.has_unload = has_unload;
	for (size_t i = 0; i < keys_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, keys_schema[i] };
	assert_status(store_sqlite_open(&store, &rig->database), YKT_OK);
	rig->options.store = store_sqlite_port(rig->database);
	assert_status(permit_card_add(rig->options.store, CARD, YKT_BYTES(se_id), 0, 1), YKT_OK);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &rig->crypto), YKT_OK);
	assert_status(keys_new(&rig->options, &rig->keys), YKT_OK);
	assert_status(keys_worker_new(rig->keys, rig->crypto, &rig->worker), YKT_OK);
}

static void
rig_close(struct rig *rig)
{
	keys_worker_free(&rig->worker);
	keys_free(&rig->keys);
	crypto_free(&rig->crypto);
	store_sqlite_close(&rig->database);
}

static int
post(struct rig *rig, const char *path, const char *body)
{
	static uint8_t bytes[sizeof(rig->answer)];
	struct ykt_http_request req = { .method = YKT_HTTP_POST,
		.path = path,
		.body = ykt_bytes_str(body),
		.peer = "platform-9901" };
	struct ykt_http_response rsp = { .body = { bytes, 0, sizeof(bytes) - 1, false } };

	keys_handle(rig->worker, &req, &rsp);
	memcpy(rig->answer, bytes, rsp.body.len);
	rig->answer[rsp.body.len] = '\0';
	return rsp.code;
}

static void
card_key(struct rig *rig, const uint8_t root[16], uint8_t key[16])
{
	uint8_t serial[PURSE_SERIAL_LEN];

	assert_status(keys_serial(CARD, serial), YKT_OK);
	assert_status(
	    purse_card_key(rig->crypto, PURSE_ALG_TDES, root, rig->options.issuer, serial, key),
	    YKT_OK);
}

/* What the card answers to an INITIALIZE of that type; its number seeds the random. */
static void
initialize(struct rig *rig, enum purse_type type, uint32_t amount, uint8_t number, char hex[33])
{
	struct purse_load_init_rsp init = { .balance = (uint32_t)rig->balance,
		.online_seq = rig->counter,
		.key_version = 1,
		.random = { 9, 9, 9, number } };
	struct purse_load load = {
		.balance = init.balance, .amount = amount, .type = (uint8_t)type
	};
	uint8_t key[16], bytes[PURSE_LOAD_INIT_RSP_LEN];
	struct ykt_buf out = YKT_BUF(bytes);
	struct purse_session session;

	load.terminal[5] = number;
	card_key(rig,
	    type == PURSE_TYPE_UNLOAD ? rig->options.roots.unload : rig->options.roots.load, key);
	assert_status(purse_session_load(
			  rig->crypto, PURSE_ALG_TDES, key, init.random, init.online_seq, &session),
	    YKT_OK);
	assert_status(purse_load_mac1(rig->crypto, &session, &load, init.mac1), YKT_OK);
	purse_load_init_rsp_encode(&init, &out);
	ykt_hex_encode(YKT_BYTES(bytes), hex);
}

/* Asks for a permit with an INITIALIZE of what it is for, or of what init_type says. */
static int
ask(struct rig *rig, const char *path, const char *order, enum purse_type init_type,
    uint32_t amount, uint8_t attempt, const char *how)
{
	char init[33], body[512];

	initialize(rig, init_type, amount, attempt, init);
	(void)snprintf(body, sizeof(body),
	    "{\"order_id\":\"%s\",\"attempt\":%u,\"card_no\":\"" CARD
	    "\",\"issuer\":\"01011000FFFFFFFF\",\"alg\":0,\"key_version\":1,\"amount_fen\":%u,"
	    "\"terminal\":\"0000000000%02X\",\"datetime\":\"" DATETIME "\",\"init\":\"%s\",%s}",
	    order, attempt, (unsigned)amount, attempt, init, how);
	return post(rig, path, body);
}

#define MOVE    "\"attest\":false,\"release\":false"
#define PROVE   "\"attest\":true,\"release\":false"
#define RELEASE "\"attest\":true,\"release\":true"

static bool
says(const struct rig *rig, const char *part)
{
	return strstr(rig->answer, part) != NULL;
}

/* A permit is one for one: MAC2 under the unload key, over type 03. */
static void
test_an_unload_gets_its_mac2(void **state)
{
	static struct rig rig;
	struct purse_load load = { .amount = BALANCE, .type = PURSE_TYPE_UNLOAD };
	uint8_t random[4] = { 9, 9, 9, 1 }, key[16], mac2[4];
	struct purse_session session;
	char want[32], hex[9];

	(void)state;
	rig_open(&rig, true);
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_UNLOAD, BALANCE, 1, MOVE), 200);
	assert_true(says(&rig, "\"credit\""));
	load.terminal[5] = 1;
	memcpy(load.datetime, "\x20\x25\x01\x02\x03\x04\x05", 7);
	card_key(&rig, rig.options.roots.unload, key);
	assert_status(
	    purse_session_load(rig.crypto, PURSE_ALG_TDES, key, random, 0, &session), YKT_OK);
	assert_status(purse_load_mac2(rig.crypto, &session, &load, mac2), YKT_OK);
	ykt_hex_encode(YKT_BYTES(mac2), hex);
	(void)snprintf(want, sizeof(want), "\"mac2\":\"%s\"", hex);
	assert_true(says(&rig, want));
	/* Again the same, and no other order beside it. */
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_UNLOAD, BALANCE, 1, MOVE), 200);
	assert_true(says(&rig, want));
	assert_int_equal(ask(&rig, LOADS, LOAD, PURSE_TYPE_LOAD, 100, 2, MOVE), 200);
	assert_true(says(&rig, "\"held\""));
	rig_close(&rig);
}

static void
test_answers_of_the_other_command_are_no_proof(void **state)
{
	static struct rig rig;

	(void)state;
	rig_open(&rig, true);
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_LOAD, BALANCE, 1, MOVE), 200);
	assert_true(says(&rig, "\"mac1\""));
	assert_int_equal(ask(&rig, LOADS, LOAD, PURSE_TYPE_UNLOAD, 100, 2, MOVE), 200);
	assert_true(says(&rig, "\"mac1\""));
	/* More than there is, and nothing: no permit is for that. */
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_UNLOAD, BALANCE + 1, 3, MOVE), 400);
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_LOAD, 0, 4, MOVE), 400);
	/* An order that is an unload is no load. */
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_UNLOAD, BALANCE, 5, MOVE), 200);
	assert_int_equal(ask(&rig, LOADS, UNLOAD, PURSE_TYPE_LOAD, BALANCE, 6, MOVE), 422);
	rig_close(&rig);
}

/* What a load of nothing shows: the counter, and with it what happened. */
static void
test_a_load_of_nothing_proves_an_unload(void **state)
{
	static struct rig rig;

	(void)state;
	rig_open(&rig, true);
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_UNLOAD, BALANCE, 1, MOVE), 200);
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_LOAD, 0, 2, PROVE), 200);
	assert_true(says(&rig, "\"not_loaded\""));
	rig.counter++;
	rig.balance = 0;
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_LOAD, 0, 3, PROVE), 200);
	assert_true(says(&rig, "\"committed\""));
	assert_true(says(&rig, "\"amount_fen\":5000"));
	/* Said again, whatever came since. */
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_LOAD, 0, 4, PROVE), 200);
	assert_true(says(&rig, "\"amount_fen\":5000"));
	rig_close(&rig);
}

static void
test_a_released_unload_is_gone(void **state)
{
	static struct rig rig;

	(void)state;
	rig_open(&rig, true);
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_UNLOAD, BALANCE, 1, MOVE), 200);
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_LOAD, 0, 2, RELEASE), 200);
	assert_true(says(&rig, "\"not_loaded\""));
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_UNLOAD, BALANCE, 3, MOVE), 422);
	assert_int_equal(ask(&rig, LOADS, LOAD, PURSE_TYPE_LOAD, 100, 4, MOVE), 200);
	assert_true(says(&rig, "\"credit\""));
	rig_close(&rig);
}

static void
tac_of(
    struct rig *rig, const uint8_t root[16], uint32_t balance, enum purse_type type, uint8_t tac[4])
{
	struct purse_load load = { .balance = balance, .amount = BALANCE, .type = (uint8_t)type };
	uint8_t key[16];

	load.terminal[5] = 1;
	memcpy(load.datetime, "\x20\x25\x01\x02\x03\x04\x05", 7);
	card_key(rig, root, key);
	assert_status(purse_load_tac(rig->crypto, PURSE_ALG_TDES, key, &load, tac), YKT_OK);
}

static int
confirm(struct rig *rig, const uint8_t mac3[4])
{
	char body[160], hex[9];

	ykt_hex_encode(ykt_bytes(mac3, 4), hex);
	(void)snprintf(
	    body, sizeof(body), "{\"order_id\":\"" UNLOAD "\",\"attempt\":1,\"tac\":\"%s\"}", hex);
	return post(rig, "/key/load.tac", body);
}

/* MAC3 is over what is left, of type 03, under the unload key; all else proves nothing. */
static void
test_mac3_commits(void **state)
{
	static struct rig rig;
	uint8_t mac3[4];

	(void)state;
	rig_open(&rig, true);
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_UNLOAD, BALANCE, 1, MOVE), 200);
	tac_of(&rig, rig.options.roots.tac, 0, PURSE_TYPE_UNLOAD, mac3);
	assert_int_equal(confirm(&rig, mac3), 200);
	assert_true(says(&rig, "\"ok\":false"));
	tac_of(&rig, rig.options.roots.unload, 2 * BALANCE, PURSE_TYPE_UNLOAD, mac3);
	assert_int_equal(confirm(&rig, mac3), 200);
	assert_true(says(&rig, "\"ok\":false"));
	tac_of(&rig, rig.options.roots.unload, 0, PURSE_TYPE_LOAD, mac3);
	assert_int_equal(confirm(&rig, mac3), 200);
	assert_true(says(&rig, "\"ok\":false"));
	tac_of(&rig, rig.options.roots.unload, 0, PURSE_TYPE_UNLOAD, mac3);
	assert_int_equal(confirm(&rig, mac3), 200);
	assert_true(says(&rig, "\"ok\":true"));
	assert_true(says(&rig, "\"balance_fen\":0"));
	/* The next load stands one further. */
	rig.counter = 1;
	rig.balance = 0;
	assert_int_equal(ask(&rig, LOADS, LOAD, PURSE_TYPE_LOAD, 100, 2, MOVE), 200);
	assert_true(says(&rig, "\"credit\""));
	rig_close(&rig);
}

static void
test_a_city_without_the_root_has_no_unload(void **state)
{
	static struct rig rig;

	(void)state;
	rig_open(&rig, false);
	assert_int_equal(ask(&rig, UNLOADS, UNLOAD, PURSE_TYPE_UNLOAD, BALANCE, 1, MOVE), 400);
	assert_int_equal(ask(&rig, LOADS, LOAD, PURSE_TYPE_LOAD, 100, 2, MOVE), 200);
	assert_true(says(&rig, "\"credit\""));
	rig_close(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_unload_gets_its_mac2),
		cmocka_unit_test(test_answers_of_the_other_command_are_no_proof),
		cmocka_unit_test(test_a_load_of_nothing_proves_an_unload),
		cmocka_unit_test(test_a_released_unload_is_gone),
		cmocka_unit_test(test_mac3_commits),
		cmocka_unit_test(test_a_city_without_the_root_has_no_unload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
