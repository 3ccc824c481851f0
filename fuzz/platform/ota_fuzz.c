/*
 * Aims at the OTA gateway. The first byte picks the door: raw messages, frames of the
 * service centre, or calls as the key module would hand them over, each behind its
 * length; then the counters rise as those of a card do, and one call in eight comes
 * again. The key module finds every packet good. Whatever comes, what the gateway
 * answers can be read, a refusal leaves no bytes, and the ledger verifies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"
#include "world.h"

#include <assert.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/air_call.h"
#include "card/air_frame.h"
#include "crypto/core.h"
#include "platform/platform.h"
#include "store/store_sqlite.h"
#include "wire/call.h"
#include "wire/ota_msg.h"

#define CALLS_MAX 12

/* The key module of the fuzz: what it says of the next packet. */
struct module {
	struct ykt_bytes call;
	int64_t counter;
};

static void
open_packet(const struct module *module, struct ykt_http_response *rsp)
{
	struct wire_key_ota_open_rsp out = { .key_id = AIR_KEY_ID(OTA_ALG_AES) };

	out.counter = module->counter;
	out.call.len = (uint16_t)module->call.len;
	if (module->call.len != 0)
		memcpy(out.call.data, module->call.data, module->call.len);
	wire_respond(rsp, 200, &wire_key_ota_open_rsp_msg, &out);
}

/* What the gateway wants to say to a card must be an answer. */
static void
answer(const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct wire_key_ota_answer_req in;
	struct wire_key_ota_answer_rsp out = { .packet = { 40, { 0x02, 0x71 } } };
	struct air_answer plain;

	assert(wire_decode(&wire_key_ota_answer_req_msg, req->body, &in) == YKT_OK);
	assert(in.status != 0 ||
	       air_answer_decode(ykt_bytes(in.answer.data, in.answer.len), &plain) == YKT_OK);
	wire_respond(rsp, 200, &wire_key_ota_answer_rsp_msg, &out);
}

static enum ykt_status
module_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	if (strcmp(req->path, WIRE_PATH_KEY_OTA_OPEN) == 0)
		open_packet(ctx, rsp);
	else if (strcmp(req->path, WIRE_PATH_KEY_OTA_ANSWER) == 0)
		answer(req, rsp);
	else
		return YKT_E_NET;
	return YKT_OK;
}

static void
try_message(struct platform_worker *worker, struct ykt_bytes message)
{
	uint8_t bytes[AIR_RESPONSE_MAX];
	struct ykt_buf out = YKT_BUF(bytes);

	if (platform_ota_packet(worker, message, false, &out) != YKT_OK)
		assert(out.len == 0);
}

/* Frames, each behind a length of one byte. */
static void
try_frames(struct platform_worker *worker, struct ykt_bytes bytes)
{
	struct platform_ota_parts parts = { .total = 0 };
	struct ykt_rd rd = ykt_rd(bytes);

	for (int i = 0; i < CALLS_MAX && rd.left != 0; i++) {
		struct ykt_bytes frame = ykt_rd_take(&rd, ykt_rd_u8(&rd));
		uint8_t out_bytes[1024];
		struct ykt_buf out = YKT_BUF(out_bytes);

		if (rd.bad)
			return;
		if (platform_ota_sms(worker, &parts, frame, &out) != YKT_OK)
			assert(out.len == 0);
	}
}

static void
try_calls(struct platform_worker *worker, struct module *module, struct ykt_bytes bytes)
{
	uint8_t message[AIR_IDENTITY_LEN + 26] = { 0x11 };
	struct ykt_rd rd = ykt_rd(bytes);

	ykt_set_u16(message + AIR_IDENTITY_LEN, 24);
	message[AIR_IDENTITY_LEN + 2] = 0x15;
	for (int i = 0; i < CALLS_MAX && rd.left != 0; i++) {
		uint8_t head = ykt_rd_u8(&rd);

		if (head % 8 != 7 || i == 0) {
			module->call = ykt_rd_take(&rd, head % 64);
			module->counter++;
			message[sizeof(message) - 1] = (uint8_t)module->counter;
		}
		if (!rd.bad)
			try_message(worker, YKT_BYTES(message));
	}
}

static void
serve(struct platform_worker *worker, struct module *module, const uint8_t *data, size_t size)
{
	struct ykt_bytes rest = ykt_bytes(data + 1, size - 1);
	struct platform_ledger_report report;

	if (data[0] % 3 == 0)
		try_calls(worker, module, rest);
	else if (data[0] % 3 == 1)
		try_frames(worker, rest);
	else
		try_message(worker, rest);
	assert(platform_ledger_verify(worker, &report) == YKT_OK);
	assert(report.sum_fen == 0 && report.chain_ok && report.sums_ok && report.balances_ok &&
	       report.orders_ok);
}

/* The element is somebody's, who has a card. */
static enum ykt_status
known_tx(struct ykt_tx *tx, void *arg)
{
	static const char *const rows[] = {
		"INSERT INTO ota_card(se_id, user_id, key_id, counter, hash, response, bound,"
		" window_ms, calls, menu_version, language)"
		" VALUES(x'11000000000000000000000000000000', 'u', 18, 0, zeroblob(32), x'', 0, 0,"
		" 0, 1, 1)",
		"INSERT INTO card(card_no, user_id, aid, state, order_id, created_ms)"
		" VALUES('03105000000000000017', 'u', x'A000000632', 'active', 'o', 0)",
	};
	enum ykt_status status = YKT_OK;

	(void)arg;
	for (size_t i = 0; status == YKT_OK && i < YKT_ARRAY_LEN(rows); i++)
		status = ykt_tx_query(tx, rows[i], NULL, 0, NULL, NULL, NULL);
	return status;
}

static void
database_open(struct store_sqlite **ret_store)
{
	struct ykt_store_migration steps[32];
	struct store_sqlite_options database = { .path = ":memory:",
		.migrations = steps,
		.migration_count = platform_schema_count,
		.alloc = &ykt_alloc_libc };

	assert(platform_schema_count <= YKT_ARRAY_LEN(steps));
	for (size_t i = 0; i < platform_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, platform_schema[i] };
	assert(store_sqlite_open(&database, ret_store) == YKT_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ykt_clock clock = { NULL, world_time, world_time, world_wait };
	static const struct ykt_http none = { NULL, world_nobody };
	static const uint8_t package[200] = { 'Y', 'M' };
	static const struct platform_menu menu = { 1, 4, package, sizeof(package) };
	static const struct platform_app app = { .aid = { 0xA0, 0, 0, 6, 0x32 },
		.aid_len = 5,
		.name_zh = "a",
		.name_en = "a",
		.iin = "31009901",
		.min_load_fen = 1,
		.max_load_fen = 1000,
		.cap_fen = 1000 };
	uint64_t seed = 1;
	struct module module = { .counter = 0 };
	struct ykt_http keyd = { &module, module_call };
	struct ykt_random random = { &seed, world_random };
	struct platform_options options = { .env = { &clock, &random, &ykt_alloc_libc, NULL },
		.keyd = &keyd,
		.tsm = &none,
		.psp = &none,
		.city = "9901",
		.node = "p1",
		.payee = "a",
		.apps = &app,
		.app_count = 1,
		.menus = &menu,
		.menu_count = 1,
		.sign_name = "a",
		.pay_name = "payd",
		.sms = world_no_sms,
		.settings = { .pwhash = { 1, 8192 } } };
	struct store_sqlite *store = NULL;
	struct crypto *crypto = NULL;
	struct platform *platform = NULL;
	struct platform_worker *worker = NULL;

	if (size == 0)
		return 0;
	assert(crypto_new(&ykt_alloc_libc, &random, &crypto) == YKT_OK);
	assert(crypto_sm2_generate(crypto, &random, &options.seal_key) == YKT_OK);
	options.sign_key = options.seal_key;
	options.pay_pub = options.seal_key.pub;
	database_open(&store);
	options.store = store_sqlite_port(store);
	assert(ykt_store_run(options.store, known_tx, NULL) == YKT_OK);
	assert(platform_new(&options, &platform) == YKT_OK);
	assert(platform_worker_new(platform, crypto, &worker) == YKT_OK);
	serve(worker, &module, data, size);
	platform_worker_free(&worker);
	platform_free(&platform);
	store_sqlite_close(&store);
	crypto_free(&crypto);

	return 0;
}
