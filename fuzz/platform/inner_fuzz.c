/*
 * Aims at platform_handle() behind the mutual-TLS listener: the first byte picks
 * path and caller, the rest is the body. The database is fresh each time and
 * holds one card; the key module finds every TAC good, so that records reach the
 * books. Whatever comes, the answer is one of the page's codes and the ledger
 * verifies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"
#include "world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "platform/platform.h"
#include "store/store_sqlite.h"
#include "wire/call.h"
#include "wire/key_msg.h"

static const struct {
	const char *path;
	const char *peer;
} doors[] = {
	{ "/gate/upload", "gate-310000000001" },
	{ "/clear/submit", "platform-9902" },
	{ "/gate/params", "gate-310000000001" },
	{ "/pay/notice", "payd" },
	{ "/admin/ledger", "operator" },
	{ "/admin/orders", "operator" },
	{ "/client/open", "" },
	{ "/client/call", "" },
	{ "/gate/rides", "gate-310000000001" },
	{ "/admin/code", "operator" },
	{ "/merchant/bill", "merchant-0001" },
	{ "/merchant/bill-get", "merchant-0001" },
	{ "/merchant/refund", "merchant-0001" },
	{ "/admin/user", "operator" },
};

static enum ykt_status
all_good(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct wire_key_tac_verify_req *in = calloc(1, sizeof(*in));
	struct wire_key_tac_verify_rsp *out = calloc(1, sizeof(*out));

	(void)ctx;
	assert(in != NULL && out != NULL);
	assert(wire_decode(&wire_key_tac_verify_req_msg, req->body, in) == YKT_OK);
	out->ok_count = in->taps_count;
	for (size_t i = 0; i < out->ok_count; i++)
		out->ok[i].good = true;
	wire_respond(rsp, 200, &wire_key_tac_verify_rsp_msg, out);
	free(in);
	free(out);
	return YKT_OK;
}

static enum ykt_status
card_tx(struct ykt_tx *tx, void *arg)
{
	(void)arg;
	return ykt_tx_query(tx,
	    "INSERT INTO card(card_no, user_id, aid, state, order_id, created_ms)"
	    " VALUES('03100990100000000013', 'u', x'A000000632', 'active', 'o', 0)",
	    NULL, 0, NULL, NULL, NULL);
}

static void
check_answer(const struct ykt_http_response *rsp)
{
	static const int codes[] = { 200, 400, 401, 403, 404, 409, 413, 422, 429, 503 };
	struct wire_error error;
	bool known = false;

	for (size_t i = 0; i < YKT_ARRAY_LEN(codes); i++)
		known = known || rsp->code == codes[i];
	assert(known);
	if (rsp->code != 200)
		assert(wire_decode(&wire_error_msg, ykt_buf_view(&rsp->body), &error) == YKT_OK);
}

static void
serve(struct platform_worker *worker, const uint8_t *data, size_t size)
{
	static uint8_t body[YKT_HTTP_BODY_MAX];
	const struct ykt_http_request req = {
		.method = YKT_HTTP_POST,
		.path = doors[data[0] % YKT_ARRAY_LEN(doors)].path,
		.peer = doors[data[0] % YKT_ARRAY_LEN(doors)].peer,
		.body = ykt_bytes(data + 1, size - 1),
	};
	struct platform_ledger_report report;

	/* Twice: a repeat must be as good as the first. */
	for (int i = 0; i < 2; i++) {
		struct ykt_http_response rsp = { .body = YKT_BUF(body) };

		platform_handle(worker, &req, &rsp);
		check_answer(&rsp);
	}
	assert(platform_ledger_verify(worker, &report) == YKT_OK);
	assert(report.sum_fen == 0 && report.chain_ok && report.sums_ok && report.balances_ok &&
	       report.orders_ok);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ykt_clock clock = { NULL, world_time, world_time, world_wait };
	static const struct ykt_http none = { NULL, world_nobody }, keyd = { NULL, all_good };
	static const struct platform_peer peer = { "9902", { 2, 2, 2, 2, 2, 2, 2, 2 }, &none };
	static const struct platform_app app = { .aid = { 0xA0, 0, 0, 6, 0x32 },
		.aid_len = 5,
		.name_zh = "a",
		.name_en = "a",
		.iin = "31009901",
		.min_load_fen = 1,
		.max_load_fen = 1000,
		.cap_fen = 1000 };
	uint64_t seed = 1;
	struct ykt_random random = { &seed, world_random };
	struct ykt_store_migration steps[32];
	struct store_sqlite_options database = { .path = ":memory:",
		.migrations = steps,
		.migration_count = platform_schema_count,
		.alloc = &ykt_alloc_libc };
	struct platform_options options = { .env = { &clock, &random, &ykt_alloc_libc, NULL },
		.keyd = &keyd,
		.tsm = &none,
		.psp = &none,
		.peers = &peer,
		.peer_count = 1,
		.city = "9901",
		.node = "p1",
		.issuer = { 1, 1, 1, 1, 1, 1, 1, 1 },
		.payee = "a",
		.apps = &app,
		.app_count = 1,
		.sign_name = "a",
		.pay_name = "payd",
		.sms = world_no_sms };
	struct store_sqlite *store = NULL;
	struct crypto *crypto = NULL;
	struct platform *platform = NULL;
	struct platform_worker *worker = NULL;

	if (size == 0)
		return 0;
	assert(platform_schema_count <= YKT_ARRAY_LEN(steps));
	for (size_t i = 0; i < platform_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, platform_schema[i] };
	assert(crypto_new(&ykt_alloc_libc, &random, &crypto) == YKT_OK);
	assert(crypto_sm2_generate(crypto, &random, &options.seal_key) == YKT_OK);
	options.sign_key = options.seal_key;
	options.pay_pub = options.seal_key.pub;
	assert(store_sqlite_open(&database, &store) == YKT_OK);
	options.store = store_sqlite_port(store);
	assert(ykt_store_run(options.store, card_tx, NULL) == YKT_OK);
	assert(platform_new(&options, &platform) == YKT_OK);
	assert(platform_worker_new(platform, crypto, &worker) == YKT_OK);
	serve(worker, data, size);
	platform_worker_free(&worker);
	platform_free(&platform);
	store_sqlite_close(&store);
	crypto_free(&crypto);

	return 0;
}
