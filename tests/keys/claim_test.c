/*
 * Cards of others that are taken in: what they have to show, and what loads are permitted then.
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
#define CLAIM    "0000000000000000000000000000000c"
#define BALANCE  5000
#define LOADS    "/key/load.permit"
#define CLAIMS   "/key/card.claim"
#define DATETIME "20250102030405"

struct rig {
	struct store_sqlite *database;
	struct keys *keys;
	struct crypto *crypto;
	struct keys_worker *worker;
	struct keys_options options;
	int64_t balance; /* of the card */
	uint16_t counter;
	bool zeros; /* it has no randomness */
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
rig_open(struct rig *rig)
{
	struct ykt_store_migration steps[8];
	struct store_sqlite_options store = { .path = ":memory:",
		.migrations = steps,
		.migration_count = keys_schema_count,
		.alloc = &ykt_alloc_libc };

	*rig = (struct rig){ .balance = BALANCE, .counter = 31 };
	rig->options =
	    (struct keys_options){ .env = { &clock_port, &random_port, &ykt_alloc_libc, NULL },
		    .city = "9901",
		    .issuer = { 0x01, 0x01, 0x10, 0x00, 0xFF, 0xFF, 0xFF, 0xFF } };
	memset(rig->options.roots.load, 0x20, 16);
	memset(rig->options.roots.tac, 0x30, 16);
	for (size_t i = 0; i < keys_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, keys_schema[i] };
	assert_status(store_sqlite_open(&store, &rig->database), YKT_OK);
	rig->options.store = store_sqlite_port(rig->database);
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

/* What the card answers to an INITIALIZE FOR LOAD; its number seeds the random. */
static void
initialize(struct rig *rig, uint32_t amount, uint8_t number, char hex[33])
{
	struct purse_load_init_rsp init = { .balance = (uint32_t)rig->balance,
		.online_seq = rig->counter,
		.key_version = 1,
		.random = { rig->zeros ? 0 : 9, 0, 0, rig->zeros ? 0 : number } };
	struct purse_load load = {
		.balance = init.balance, .amount = amount, .type = PURSE_TYPE_LOAD
	};
	uint8_t key[16], bytes[PURSE_LOAD_INIT_RSP_LEN];
	struct ykt_buf out = YKT_BUF(bytes);
	struct purse_session session;

	load.terminal[5] = number;
	card_key(rig, rig->options.roots.load, key);
	assert_status(purse_session_load(
			  rig->crypto, PURSE_ALG_TDES, key, init.random, init.online_seq, &session),
	    YKT_OK);
	assert_status(purse_load_mac1(rig->crypto, &session, &load, init.mac1), YKT_OK);
	purse_load_init_rsp_encode(&init, &out);
	ykt_hex_encode(YKT_BYTES(bytes), hex);
}

/* how: "attest" and "release" of the request. */
static int
ask(struct rig *rig, const char *path, const char *order, uint32_t amount, uint8_t attempt,
    const char *how, const char *bad)
{
	char init[33], body[512];

	initialize(rig, amount, attempt, init);
	if (bad != NULL)
		memcpy(init + 24, bad, 8);
	(void)snprintf(body, sizeof(body),
	    "{\"order_id\":\"%s\",\"attempt\":%u,\"card_no\":\"" CARD
	    "\",\"issuer\":\"01011000FFFFFFFF\",\"alg\":0,\"key_version\":1,\"amount_fen\":%u,"
	    "\"terminal\":\"0000000000%02X\",\"datetime\":\"" DATETIME "\",\"init\":\"%s\",%s}",
	    order, attempt, (unsigned)amount, attempt, init, how);
	return post(rig, path, body);
}

#define PROOF  "\"attest\":true,\"release\":false"
#define PERMIT "\"attest\":false,\"release\":false"

static int
claim(struct rig *rig, uint8_t attempt)
{
	return ask(rig, CLAIMS, CLAIM, 0, attempt, PROOF, NULL);
}

static void
says(const struct rig *rig, const char *text)
{
	if (strstr(rig->answer, text) == NULL)
		fail_msg("%s, not %s", rig->answer, text);
}

static void
a_card_is_taken_in_at_its_counter(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	/* Before that it is none of this module's. */
	assert_int_equal(ask(&rig, LOADS, LOAD, 1000, 1, PERMIT, NULL), 404);
	assert_int_equal(claim(&rig, 1), 200);
	says(&rig, "\"not_loaded\"");
	says(&rig, "\"balance_fen\":5000");
	says(&rig, "\"online_seq\":31");
	assert_null(strstr(rig.answer, "mac2"));
	assert_int_equal(claim(&rig, 1), 200); /* again is again */
	assert_int_equal(ask(&rig, LOADS, LOAD, 1000, 2, PERMIT, NULL), 200);
	says(&rig, "\"credit\"");
	/* Its load is under way: nobody takes it over. */
	assert_int_equal(claim(&rig, 3), 200);
	says(&rig, "\"held\"");
	rig_close(&rig);
}

/* Between two claims it is loaded wherever its issuer loads; back it never counts. */
static void
it_comes_back_further_on(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	assert_int_equal(claim(&rig, 1), 200);
	rig.counter = 40;
	assert_int_equal(ask(&rig, LOADS, LOAD, 1000, 2, PERMIT, NULL), 200);
	says(&rig, "\"case\"");
	assert_int_equal(claim(&rig, 3), 200);
	says(&rig, "\"not_loaded\"");
	assert_int_equal(ask(&rig, LOADS, LOAD, 1000, 4, PROOF, NULL), 200);
	says(&rig, "\"not_loaded\"");
	rig.counter = 39;
	assert_int_equal(claim(&rig, 5), 200);
	says(&rig, "\"case\"");
	rig_close(&rig);
}

/* One that was personalised here is loaded here alone, and keeps its element. */
static void
cards_of_our_own_keep_their_counter(void **state)
{
	static const uint8_t se_id[] = { 1, 2, 3 };
	struct rig rig;

	(void)state;
	rig_open(&rig);
	assert_status(permit_card_add(rig.options.store, CARD, YKT_BYTES(se_id), 0, 1), YKT_OK);
	assert_int_equal(claim(&rig, 1), 200);
	says(&rig, "\"case\"");
	rig.counter = 0;
	assert_int_equal(claim(&rig, 2), 200);
	says(&rig, "\"not_loaded\"");
	assert_status(permit_card_add(rig.options.store, CARD, YKT_BYTES(se_id), 0, 1), YKT_OK);
	rig_close(&rig);
}

/* Its keys were made elsewhere: they are not made a second time here (I-26). */
static void
a_card_that_was_taken_in_is_never_personalised(void **state)
{
	static const uint8_t se_id[] = { 1, 2, 3 };
	struct rig rig;

	(void)state;
	rig_open(&rig);
	assert_int_equal(claim(&rig, 1), 200);
	assert_status(
	    permit_card_add(rig.options.store, CARD, YKT_BYTES(se_id), 0, 1), YKT_CONFLICT);
	rig_close(&rig);
}

static void
what_is_no_proof(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	assert_int_equal(ask(&rig, CLAIMS, CLAIM, 0, 1, PROOF, "00000000"), 200);
	says(&rig, "\"mac1\"");
	assert_int_equal(ask(&rig, CLAIMS, CLAIM, 0, 1, PERMIT, NULL), 400);
	assert_int_equal(ask(&rig, CLAIMS, CLAIM, 1000, 1, PROOF, NULL), 400);
	assert_int_equal(
	    ask(&rig, CLAIMS, CLAIM, 0, 1, "\"attest\":true,\"release\":true", NULL), 400);
	rig.zeros = true;
	assert_int_equal(claim(&rig, 2), 422);
	rig.zeros = false;
	assert_int_equal(ask(&rig, LOADS, LOAD, 1000, 1, PERMIT, NULL), 404);
	rig_close(&rig);
}

/* T05: of a card that nobody knows too, and a right one in time ends the row. */
static void
guesses_at_a_card_end(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	for (int i = 0; i < KEYS_MAC1_LIMIT - 1; i++)
		assert_int_equal(ask(&rig, CLAIMS, CLAIM, 0, 1, PROOF, "00000000"), 200);
	assert_int_equal(claim(&rig, 2), 200);
	for (int i = 0; i < KEYS_MAC1_LIMIT; i++)
		assert_int_equal(ask(&rig, CLAIMS, CLAIM, 0, 1, PROOF, "00000000"), 200);
	assert_int_equal(ask(&rig, CLAIMS, CLAIM, 0, 1, PROOF, "00000000"), 429);
	assert_int_equal(claim(&rig, 3), 429);
	rig_close(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_is_taken_in_at_its_counter),
		cmocka_unit_test(it_comes_back_further_on),
		cmocka_unit_test(cards_of_our_own_keep_their_counter),
		cmocka_unit_test(a_card_that_was_taken_in_is_never_personalised),
		cmocka_unit_test(what_is_no_proof),
		cmocka_unit_test(guesses_at_a_card_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
