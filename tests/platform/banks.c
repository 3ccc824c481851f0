/*
 * A rider with bank accounts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "banks.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "parts.h"
#include "wallets.h"
#include "wire/shown.h"

static enum ykt_status
sms(void *arg, const char *phone, const char *text)
{
	struct banks *k = arg;

	assert_string_equal(phone, BANK_PHONE);
	assert_true(strlen(text) < sizeof(k->sms));
	strcpy(k->sms, text);
	k->sms_count++;
	return YKT_OK;
}

static enum ykt_status
no_notice(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	(void)ctx;
	(void)req;
	(void)rsp;
	return YKT_E_NET;
}

/* Signed as it must be, and about another binding. */
static void
lie(struct banks *k, struct ykt_http_response *rsp)
{
	struct wire_psp_bind_rsp other = { .bind_id = BANK_ID2, .state = "bound", .token = { 1 } };
	struct wire_psp_charge_rsp charge = { .prepay_id = "other", .state = "paid" };
	const bool pays = strcmp(k->lie_path, WIRE_PATH_PSP_CHARGE) == 0;
	struct signer_soft signer;

	signer_soft_init(&signer, k->crypto, &k->b->pay_key);
	rsp->body.len = 0;
	rsp->code = 200;
	assert_status(wire_signed_make(&signer.signer, "payd",
			  pays ? &wire_psp_charge_rsp_msg : &wire_psp_bind_rsp_msg,
			  pays ? (const void *)&charge : &other, &rsp->body),
	    YKT_OK);
	signer_soft_clear(&signer);
}

static enum ykt_status
psp_port(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct banks *k = ctx;
	struct ykt_http_request served = *req;
	struct ykt_buf empty = rsp->body;
	enum ykt_status status;

	if (!parts_enter(k->b, &status))
		return status;
	if (k->b->psp_down)
		return YKT_E_NET;
	k->asked++;
	served.peer = k->merchant.name;
	psp_handle(k->worker, &served, rsp);
	if (k->lie_path != NULL && strcmp(req->path, k->lie_path) == 0)
		lie(k, rsp);
	status = parts_leave(k->b);
	if (status != YKT_OK)
		rsp->body = empty;
	return status;
}

static void
psp_make(struct banks *k)
{
	struct bench *b = k->b;
	struct ykt_store_migration steps[8];
	struct store_sqlite_options database = { .path = ":memory:",
		.migrations = steps,
		.migration_count = psp_schema_count,
		.alloc = &ykt_alloc_libc };

	assert_true(psp_schema_count <= YKT_ARRAY_LEN(steps));
	for (size_t i = 0; i < psp_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, psp_schema[i] };
	assert_status(store_sqlite_open(&database, &k->db), YKT_OK);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &k->crypto), YKT_OK);
	k->no_notices = (struct ykt_http){ k, no_notice };
	k->merchant = (struct psp_merchant){
		.name = b->options.sign_name, .pub = b->platform_key.pub, .http = &k->no_notices
	};
	k->options = (struct psp_options){ .env = b->env,
		.store = store_sqlite_port(k->db),
		.name = "payd",
		.key = b->pay_key,
		.merchants = &k->merchant,
		.merchant_count = 1,
		.accounts = k->accounts,
		.account_count = BANK_ACCOUNTS,
		.sms = sms,
		.sms_arg = k,
		.retry_first_ms = 1000,
		.retry_max_ms = 1000 };
	assert_status(psp_new(&k->options, &k->psp), YKT_OK);
	assert_status(psp_worker_new(k->psp, k->crypto, &k->worker), YKT_OK);
}

struct banks *
banks_open(void)
{
	static const char *const numbers[BANK_ACCOUNTS] = { BANK_NUMBER, BANK_BLOCKED,
		"4111111111111111", "620000000013", "4222222222222", "5555555555554444",
		"4012888888881881" };
	static const char *const refs[BANK_ACCOUNTS] = { "a", "b", "c", "d", "e", "f", "g" };
	struct banks *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	bench_open(&k->b);
	for (size_t i = 0; i < BANK_ACCOUNTS; i++)
		k->accounts[i] = (struct psp_account){ refs[i], numbers[i], "Test bank",
			BANK_HOLDER, BANK_PHONE, i == 1, BANK_FUNDS };
	psp_make(k);
	k->model = k->b->psp;
	k->b->psp = (struct ykt_http){ k, psp_port };
	bench_register(k->b, BENCH_PHONE);
	assert_int_equal(wallet_pin(k->b, WALLET_PIN), 200);
	return k;
}

void
banks_close(struct banks **banks)
{
	struct banks *k = *banks;

	bench_close(&k->b);
	psp_worker_free(&k->worker);
	psp_free(&k->psp);
	store_sqlite_close(&k->db);
	crypto_free(&k->crypto);
	free(k);
	*banks = NULL;
}

struct wire_account_begin_req
banks_begin_req(struct banks *k, const char *id, const char *number)
{
	struct wire_account_data data = { .holder = BANK_HOLDER, .phone = BANK_PHONE };
	struct wire_account_begin_req req = { .account_id = "" };

	strcpy(data.number, number);
	strcpy(req.account_id, id);
	assert_status(wire_account_seal(k->b->other, NULL, &k->b->options.seal_key.pub, id, &data,
			  req.sealed.data, &req.sealed.len),
	    YKT_OK);
	return req;
}

struct wire_account_confirm_req
banks_code_req(struct banks *k, const char *id, const char *code)
{
	struct wire_account_confirm_req req = { .account_id = "" };

	strcpy(req.account_id, id);
	assert_status(wire_account_code_seal(k->b->other, NULL, &k->b->options.seal_key.pub, id,
			  code, req.code.data, &req.code.len),
	    YKT_OK);
	return req;
}

int
banks_begin(struct banks *k, const char *id, const char *number, struct wire_account *ret)
{
	const struct wire_account_begin_req req = banks_begin_req(k, id, number);

	return bench_ask(k->b, "account.begin", NULL, &req, ret);
}

int
banks_code(struct banks *k, const char *id, const char *code, struct wire_account *ret)
{
	const struct wire_account_confirm_req req = banks_code_req(k, id, code);

	return bench_ask(k->b, "account.confirm", NULL, &req, ret);
}

int
banks_get(struct banks *k, const char *id, struct wire_account *ret)
{
	struct wire_account_id_req req = { .account_id = "" };

	strcpy(req.account_id, id);
	return bench_ask(k->b, "account.get", NULL, &req, ret);
}

const char *
banks_sent(const struct banks *k)
{
	size_t len = strlen(k->sms);

	assert_true(len > WIRE_ACCOUNT_CODE_LEN);
	return k->sms + len - WIRE_ACCOUNT_CODE_LEN;
}

const char *
banks_wrong(const struct banks *k)
{
	static char code[WIRE_ACCOUNT_CODE_LEN + 1];

	strcpy(code, banks_sent(k));
	code[0] = code[0] == '9' ? '0' : (char)(code[0] + 1);
	return code;
}

void
banks_bound(struct banks *k, const char *id, const char *number)
{
	struct wire_account account;

	assert_int_equal(banks_begin(k, id, number, &account), 200);
	assert_string_equal(account.state, "waiting");
	assert_int_equal(banks_code(k, id, banks_sent(k), &account), 200);
	assert_string_equal(account.state, "bound");
}

struct wire_account_unbind_req
banks_unbind_req(struct banks *k, const struct wire_account *account, const char *password)
{
	struct wire_account_unbind_req req = { .account_id = "" };
	uint8_t text[WIRE_UNBIND_SIGN_LEN];

	strcpy(req.account_id, account->account_id);
	strcpy(req.password, password);
	assert_status(wire_unbind_digest(k->b->other, account, k->b->user_id, req.digest), YKT_OK);
	wire_unbind_to_sign(req.digest, account->account_id, text);
	assert_status(crypto_sm2_sign(k->b->other, &k->b->device, crypto_sm2_default_id,
			  YKT_BYTES(text), req.sig),
	    YKT_OK);
	return req;
}

int
banks_unbind(struct banks *k, const char *id, struct wire_account *ret)
{
	struct wire_account account;
	struct wire_account_unbind_req req;

	assert_int_equal(banks_get(k, id, &account), 200);
	req = banks_unbind_req(k, &account, BENCH_PASS);
	return bench_ask(k->b, "account.unbind", NULL, &req, ret);
}

void
banks_order(struct banks *k, int64_t amount, struct wire_order *ret_order,
    struct wire_order_pay_rsp *ret_pay)
{
	const struct wire_order_wallet_req req = { .amount_fen = amount };
	struct wire_order_id_req id;

	assert_int_equal(bench_ask(k->b, "order.wallet", bench_idem(k->b), &req, ret_order), 200);
	strcpy(id.order_id, ret_order->order_id);
	assert_int_equal(bench_ask(k->b, "order.pay", NULL, &id, ret_pay), 200);
}

struct wire_order_charge_req
banks_charge_req(struct banks *k, const struct wire_order *order,
    const struct wire_order_pay_rsp *pay, const char *id, const char *pin)
{
	struct wire_order_charge_req req = { .amount_fen = pay->amount_fen };
	const struct wire_shown shown = { .order_id = order->order_id,
		.user_id = k->b->user_id,
		.kind = order->kind,
		.card_no = "",
		.city = "",
		.payee = pay->payee,
		.account = "Test bank 1114",
		.amount_fen = pay->amount_fen,
		.load_fen = pay->amount_fen };
	uint8_t text[WIRE_SHOWN_SIGN_LEN];

	strcpy(req.order_id, order->order_id);
	strcpy(req.account_id, id);
	assert_status(wire_shown_digest(k->b->other, &shown, req.digest), YKT_OK);
	wire_shown_to_sign(req.digest, pay->prepay_id, text);
	assert_status(crypto_sm2_sign(k->b->other, &k->b->device, crypto_sm2_default_id,
			  YKT_BYTES(text), req.sig),
	    YKT_OK);
	wallet_pin_block(k->b, WIRE_PIN_PAY, pin, req.pin.data, &req.pin.len);
	return req;
}

int
banks_charge(struct banks *k, const struct wire_order *order, const struct wire_order_pay_rsp *pay,
    const char *id, struct wire_order *ret_order)
{
	const struct wire_order_charge_req req = banks_charge_req(k, order, pay, id, WALLET_PIN);

	return bench_ask(k->b, "order.charge", NULL, &req, ret_order);
}

static enum ykt_status
number_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	assert_int_equal(count, 1);
	*(int64_t *)arg = cols[0].i;
	return YKT_OK;
}

struct number {
	const char *sql;
	int64_t value;
};

static enum ykt_status
number_tx(struct ykt_tx *tx, void *arg)
{
	struct number *number = arg;

	return ykt_tx_query(tx, number->sql, NULL, 0, number_row, &number->value, NULL);
}

int64_t
banks_number(struct banks *k, const char *sql)
{
	struct number number = { sql, 0 };

	assert_status(ykt_store_run(k->options.store, number_tx, &number), YKT_OK);
	return number.value;
}
