/*
 * Aims at psp_handle(): the low bits of the first byte pick the path, the rest is
 * the body as it came (bit 7), or the plain text of a binding's block, sealed and
 * signed on the way (bit 6), or else the text that a merchant signs: so that what
 * stands behind signature and seal is reached too. Whatever comes, the answer is one
 * of the page's codes, nothing is given back that was not taken, and no account gives
 * more than it has.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"
#include "world.h"

#include <assert.h>
#include <string.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "psp/psp.h"
#include "store/store_sqlite.h"
#include "wire/account_msg.h"
#include "wire/error.h"
#include "wire/psp_msg.h"
#include "wire/signed.h"

#define MERCHANT  "platform-9901"
#define FUNDS     5000
#define PLAIN_MAX 86

static const char *const paths[] = { WIRE_PATH_PSP_PREPAY, WIRE_PATH_PSP_QUERY,
	WIRE_PATH_PSP_REFUND, WIRE_PATH_PSP_CONFIRM, WIRE_PATH_PSP_BIND, WIRE_PATH_PSP_BIND_CONFIRM,
	WIRE_PATH_PSP_BIND_QUERY, WIRE_PATH_PSP_UNBIND, WIRE_PATH_PSP_CHARGE };

/* A payment that waits, and a binding that pays. */
static enum ykt_status
rows_tx(struct ykt_tx *tx, void *arg)
{
	static const char *const rows[] = {
		"INSERT INTO pay (prepay_id, merchant, order_id, amount, currency, payee, state,"
		" token, made_ms) VALUES ('p', '" MERCHANT
		"', 'o', 3000, 'CNY', 'x', 'waiting', zeroblob(16), 0)",
		"INSERT INTO bind (merchant, bind_id, user, account, state, reason, tries, sent,"
		" made_ms, token, print) VALUES ('" MERCHANT
		"', 'b', 'u', 'a', 'bound', '', 0, 1, 0, zeroblob(16), zeroblob(32))",
	};
	enum ykt_status status = YKT_OK;

	(void)arg;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows) && status == YKT_OK; i++)
		status = ykt_tx_query(tx, rows[i], NULL, 0, NULL, NULL, NULL);
	return status;
}

static enum ykt_status
zero_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	(void)arg;
	assert(count == 1 && cols[0].i == 0);
	return YKT_OK;
}

/* Each of these counts what must not be. */
static enum ykt_status
check_tx(struct ykt_tx *tx, void *arg)
{
	static const char *const never[] = {
		"SELECT count(*) FROM pay WHERE refunded <> (SELECT coalesce(sum(amount), 0) FROM"
		" refund r WHERE r.prepay_id = pay.prepay_id)",
		"SELECT count(*) FROM pay WHERE state = 'waiting' AND (refunded > 0 OR account <> "
		"'')",
		"SELECT count(*) FROM account WHERE taken > 5000 OR taken <> (SELECT coalesce("
		"sum(amount - refunded), 0) FROM pay WHERE account = ref)",
		"SELECT count(*) FROM bind WHERE state <> 'bound' AND token <> zeroblob(16)",
	};
	enum ykt_status status = YKT_OK;

	(void)arg;
	for (size_t i = 0; i < YKT_ARRAY_LEN(never) && status == YKT_OK; i++)
		status = ykt_tx_query(tx, never[i], NULL, 0, zero_row, NULL, NULL);
	return status;
}

/* A binding's block of any plain text, as a whole request. */
static void
seal(struct crypto *crypto, const struct crypto_sm2_pub *pub, struct ykt_bytes plain, bool bind,
    struct ykt_buf *json)
{
	static const char id[] = "00000000000000000000000000000001";
	struct wire_psp_bind_req req = { .ts_ms = WORLD_NOW_MS };
	struct wire_psp_bind_confirm_req confirm = { .ts_ms = WORLD_NOW_MS };
	uint8_t bytes[128];
	struct ykt_buf text = YKT_BUF(bytes);
	struct ykt_buf block = YKT_BUF(req.sealed.data);
	enum ykt_status status;

	ykt_put(&text, ykt_bytes_str("ykt-acct"));
	ykt_put_u8(&text, bind ? 1 : 2);
	ykt_put_mem(&text, (const uint8_t[16]){ [15] = 1 }, 16);
	ykt_put(&text, ykt_bytes(plain.data, plain.len < PLAIN_MAX ? plain.len : PLAIN_MAX));
	status = crypto_sm2_encrypt(crypto, pub, ykt_buf_view(&text), &block);
	assert(status == YKT_OK);
	req.sealed.len = confirm.code.len = (uint16_t)block.len;
	memcpy(req.bind_id, id, sizeof(id));
	memcpy(req.user, id, sizeof(id));
	memcpy(confirm.bind_id, id, sizeof(id));
	memcpy(confirm.code.data, req.sealed.data, block.len);
	status = bind ? wire_encode(&wire_psp_bind_req_msg, &req, json)
		      : wire_encode(&wire_psp_bind_confirm_req_msg, &confirm, json);
	assert(status == YKT_OK);
}

/* The wrapper of `signed` around any text, as wire_signed_make() writes it. */
static void
wrap(const struct signer *signer, struct ykt_bytes text, struct ykt_buf *body)
{
	static struct wire_signed out;

	if (text.len > WIRE_SIGNED_TEXT_MAX ||
	    (text.len != 0 && memchr(text.data, 0, text.len) != NULL))
		return;
	memset(&out, 0, sizeof(out));
	if (text.len != 0)
		memcpy(out.msg, text.data, text.len);
	strcpy(out.key, MERCHANT);
	if (signer_sign(signer, text, out.sig) != YKT_OK ||
	    wire_encode(&wire_signed_msg, &out, body) != YKT_OK)
		body->len = 0;
}

/* Twice: a repeat must be as good as the first. */
static void
serve(struct psp_worker *worker, const struct ykt_store *store, const char *path,
    struct ykt_bytes body)
{
	static const int codes[] = { 200, 400, 403, 404, 409, 422 };
	static uint8_t answer[YKT_HTTP_BODY_MAX];
	enum ykt_status status;

	for (int i = 0; i < 2; i++) {
		const struct ykt_http_request req = {
			.method = YKT_HTTP_POST, .path = path, .peer = MERCHANT, .body = body
		};
		struct ykt_http_response rsp = { .body = YKT_BUF(answer) };
		bool known = false;

		psp_handle(worker, &req, &rsp);
		for (size_t k = 0; k < YKT_ARRAY_LEN(codes); k++)
			known = known || rsp.code == codes[k];
		assert(known);
	}
	status = ykt_store_run(store, check_tx, NULL);
	assert(status == YKT_OK);
}

static void
try_input(struct psp_worker *worker, const struct ykt_store *store, struct crypto *crypto,
    const struct signer *merchant, const uint8_t *data, size_t size)
{
	static uint8_t text_bytes[YKT_HTTP_BODY_MAX], body_bytes[YKT_HTTP_BODY_MAX];
	struct ykt_buf text = YKT_BUF(text_bytes), body = YKT_BUF(body_bytes);
	const char *path = paths[(data[0] & 0x3F) % YKT_ARRAY_LEN(paths)];
	const bool bind = strcmp(path, WIRE_PATH_PSP_BIND) == 0;
	const bool sealed = bind || strcmp(path, WIRE_PATH_PSP_BIND_CONFIRM) == 0;
	struct ykt_bytes rest = ykt_bytes(data + 1, size - 1);

	if ((data[0] & 0x80) != 0 || strcmp(path, WIRE_PATH_PSP_CONFIRM) == 0) {
		serve(worker, store, path, rest);
		return;
	}
	/* The channel's key is the merchant's here too. */
	if ((data[0] & 0x40) != 0 && sealed)
		seal(crypto, &merchant->pub, rest, bind, &text);
	else
		ykt_put(&text, rest);
	wrap(merchant, ykt_buf_view(&text), &body);
	serve(worker, store, path, ykt_buf_view(&body));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ykt_clock clock = { NULL, world_time, world_time, NULL };
	static const struct ykt_http none = { NULL, world_nobody };
	static const struct psp_account account = { "a", "6200000000000011114", "Test bank", "x",
		"13800000001", false, FUNDS };
	uint64_t seed = 1;
	struct ykt_random random = { &seed, world_random };
	struct ykt_store_migration steps[8];
	struct store_sqlite_options database = { .path = ":memory:",
		.migrations = steps,
		.migration_count = psp_schema_count,
		.alloc = &ykt_alloc_libc };
	struct psp_merchant merchant = { .name = MERCHANT, .http = &none };
	struct psp_options options = { .env = { &clock, &random, &ykt_alloc_libc, NULL },
		.name = "payd",
		.merchants = &merchant,
		.merchant_count = 1,
		.accounts = &account,
		.account_count = 1,
		.sms = world_no_sms,
		.retry_first_ms = 1,
		.retry_max_ms = 1 };
	struct store_sqlite *store = NULL;
	struct crypto *crypto = NULL;
	struct psp *psp = NULL;
	struct psp_worker *worker = NULL;
	struct signer_soft signer;

	if (size == 0)
		return 0;
	assert(psp_schema_count <= YKT_ARRAY_LEN(steps));
	for (size_t i = 0; i < psp_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, psp_schema[i] };
	assert(crypto_new(&ykt_alloc_libc, &random, &crypto) == YKT_OK);
	assert(crypto_sm2_generate(crypto, &random, &options.key) == YKT_OK);
	merchant.pub = options.key.pub;
	assert(store_sqlite_open(&database, &store) == YKT_OK);
	options.store = store_sqlite_port(store);
	assert(ykt_store_run(options.store, rows_tx, NULL) == YKT_OK);
	assert(psp_new(&options, &psp) == YKT_OK);
	assert(psp_worker_new(psp, crypto, &worker) == YKT_OK);
	signer_soft_init(&signer, crypto, &options.key);
	try_input(worker, options.store, crypto, &signer.signer, data, size);
	signer_soft_clear(&signer);
	psp_worker_free(&worker);
	psp_free(&psp);
	store_sqlite_close(&store);
	crypto_free(&crypto);

	return 0;
}
