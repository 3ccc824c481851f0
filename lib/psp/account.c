/*
 * The account system's requests: who holds an account, the issuer's one-time code,
 * and payments from what is bound.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "crypto/mac.h"
#include "psp/internal.h"

#define LAST_DIGITS 4

static enum ykt_status
keyed(struct psp_worker *worker, const struct ykt_bytes *parts, size_t count, uint8_t out[32])
{
	return crypto_hmac_sm3(
	    worker->crypto, YKT_BYTES(worker->psp->options.key.d), parts, count, out);
}

/*
 * The code of a binding follows from our key and the binding's id, which is used
 * once: asked for again it is the same, and the database has none.
 */
static enum ykt_status
code_of(struct psp_worker *worker, const struct psp_bind *bind,
    char ret_code[WIRE_ACCOUNT_CODE_LEN + 1])
{
	const struct ykt_bytes parts[] = { ykt_bytes_str("ykt-code"),
		ykt_bytes(bind->merchant, sizeof(bind->merchant)),
		ykt_bytes(bind->bind_id, sizeof(bind->bind_id)) };
	uint8_t mac[32] = { 0 };
	enum ykt_status status = keyed(worker, parts, YKT_ARRAY_LEN(parts), mac);
	uint64_t number = ykt_get_u32(mac) % 1000000u;

	for (size_t i = WIRE_ACCOUNT_CODE_LEN; i > 0; i--, number /= 10)
		ret_code[i - 1] = (char)('0' + number % 10);
	ret_code[WIRE_ACCOUNT_CODE_LEN] = '\0';
	ykt_wipe(mac, sizeof(mac));
	return status;
}

/* Tells a repeat from another wish under the same id, without the number. */
static enum ykt_status
print_of(struct psp_worker *worker, const struct wire_account_data *data, uint8_t ret_print[32])
{
	const struct ykt_bytes parts[] = { ykt_bytes_str("ykt-print"),
		ykt_bytes(data->number, strlen(data->number) + 1),
		ykt_bytes(data->holder, strlen(data->holder) + 1), ykt_bytes_str(data->phone) };

	return keyed(worker, parts, YKT_ARRAY_LEN(parts), ret_print);
}

static bool
same(const char *a, const char *b)
{
	size_t len = strlen(a);

	return len == strlen(b) && ykt_ct_equal(a, b, len);
}

/* One answer for a number that is not known and for another's. */
static void
find(const struct psp *psp, const struct wire_account_data *data, struct psp_bind *bind)
{
	strcpy(bind->state, "refused");
	strcpy(bind->reason, "account_unknown");
	for (size_t i = 0; i < psp->options.account_count; i++) {
		const struct psp_account *account = &psp->options.accounts[i];

		if (!same(account->number, data->number) || !same(account->holder, data->holder) ||
		    !same(account->phone, data->phone))
			continue;
		strcpy(bind->account, account->ref);
		strcpy(bind->state, account->blocked ? "refused" : "waiting");
		strcpy(bind->reason, account->blocked ? "account_blocked" : "");
	}
}

static enum ykt_status
send_code(struct psp_worker *worker, const struct psp_bind *bind)
{
	const struct psp_options *options = &worker->psp->options;
	const struct psp_account *account = psp_account_of(worker->psp, bind->account);
	char code[WIRE_ACCOUNT_CODE_LEN + 1] = "", text[128];
	enum ykt_status status;

	if (bind->sent != 0 || account == NULL)
		return YKT_OK;
	status = code_of(worker, bind, code);
	(void)snprintf(text, sizeof(text), "%s: %s", account->issuer, code);
	if (status == YKT_OK && options->sms(options->sms_arg, account->phone, text) != YKT_OK)
		status = YKT_BUSY;
	if (status == YKT_OK)
		status = psp_bind_sent(options->store, bind);
	ykt_wipe(code, sizeof(code));
	ykt_wipe(text, sizeof(text));
	return status;
}

static void
answer_bind(struct psp_worker *worker, const struct psp_bind *bind, struct ykt_http_response *rsp)
{
	const struct psp_account *account = psp_account_of(worker->psp, bind->account);
	struct wire_psp_bind_rsp out = { .bind_id = "" };

	memcpy(out.bind_id, bind->bind_id, sizeof(out.bind_id));
	memcpy(out.state, bind->state, sizeof(out.state));
	memcpy(out.reason, bind->reason, sizeof(out.reason));
	memcpy(out.token, bind->token, sizeof(out.token));
	if (account != NULL) {
		strcpy(out.issuer, account->issuer);
		strcpy(out.last4, account->number + strlen(account->number) - LAST_DIGITS);
	}
	psp_answer(worker, rsp, &wire_psp_bind_rsp_msg, &out);
	ykt_wipe(&out, sizeof(out));
}

void
psp_handle_bind(void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct psp_worker *worker = worker_arg;
	const struct psp_merchant *merchant = NULL;
	struct wire_psp_bind_req msg;
	struct wire_account_data data = { .number = "" };
	struct psp_bind bind = { .found = false };
	enum ykt_status status =
	    psp_request(worker, req, &wire_psp_bind_req_msg, &msg, &msg.ts_ms, &merchant);

	if (status == YKT_OK && (!wire_id_valid(msg.bind_id) || !wire_id_valid(msg.user)))
		status = YKT_E_ARG;
	if (status == YKT_OK) {
		strcpy(bind.merchant, merchant->name);
		memcpy(bind.bind_id, msg.bind_id, sizeof(bind.bind_id));
		memcpy(bind.user, msg.user, sizeof(bind.user));
		status = wire_account_open(&worker->signer.signer,
		    ykt_bytes(msg.sealed.data, msg.sealed.len), msg.bind_id, &data);
		if (status == YKT_E_MAC)
			status = YKT_E_FORMAT;
	}
	if (status == YKT_OK) {
		find(worker->psp, &data, &bind);
		status = print_of(worker, &data, bind.print);
	}
	if (status == YKT_OK)
		status = psp_bind_begin(worker->psp->options.store, &bind, psp_wall(worker));
	if (status == YKT_OK && strcmp(bind.state, "waiting") == 0)
		status = send_code(worker, &bind);
	if (status == YKT_OK)
		answer_bind(worker, &bind, rsp);
	else
		psp_fail(rsp, status);
	ykt_wipe(&data, sizeof(data));
	ykt_wipe(&bind, sizeof(bind));
}

/* Every code costs a try, also one that cannot be read. */
static enum ykt_status
compare(struct psp_worker *worker, const struct psp_bind *bind,
    const struct wire_psp_bind_confirm_req *msg, bool *ret_good)
{
	char code[WIRE_ACCOUNT_CODE_LEN + 1] = "", typed[WIRE_ACCOUNT_CODE_LEN + 1] = "";
	enum ykt_status status = code_of(worker, bind, code);

	if (status == YKT_OK)
		status = wire_account_code_open(&worker->signer.signer,
		    ykt_bytes(msg->code.data, msg->code.len), msg->bind_id, typed);
	*ret_good = status == YKT_OK && ykt_ct_equal(code, typed, sizeof(code));
	ykt_wipe(code, sizeof(code));
	ykt_wipe(typed, sizeof(typed));
	return status == YKT_E_MAC ? YKT_OK : status;
}

void
psp_handle_bind_confirm(
    void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct psp_worker *worker = worker_arg;
	const struct psp_merchant *merchant = NULL;
	struct wire_psp_bind_confirm_req msg;
	struct psp_bind bind = { .found = false };
	bool good = false;
	enum ykt_status status =
	    psp_request(worker, req, &wire_psp_bind_confirm_req_msg, &msg, &msg.ts_ms, &merchant);

	if (status == YKT_OK) {
		strcpy(bind.merchant, merchant->name);
		memcpy(bind.bind_id, msg.bind_id, sizeof(bind.bind_id));
		status = compare(worker, &bind, &msg, &good);
	}
	if (status == YKT_OK)
		status = ykt_random_fill(
		    worker->psp->options.env.random, bind.token, sizeof(bind.token));
	if (status == YKT_OK)
		status = psp_bind_try(worker->psp->options.store, &bind, good, psp_wall(worker));
	if (status == YKT_OK)
		answer_bind(worker, &bind, rsp);
	else
		psp_fail(rsp, status);
	ykt_wipe(&bind, sizeof(bind));
}

typedef enum ykt_status bind_fn(const struct ykt_store *store, struct psp_bind *bind);

static void
handle_by_id(struct psp_worker *worker, const struct ykt_http_request *req,
    struct ykt_http_response *rsp, bind_fn *fn)
{
	const struct psp_merchant *merchant = NULL;
	struct wire_psp_bind_id_req msg;
	struct psp_bind bind = { .found = false };
	enum ykt_status status =
	    psp_request(worker, req, &wire_psp_bind_id_req_msg, &msg, &msg.ts_ms, &merchant);

	if (status == YKT_OK) {
		strcpy(bind.merchant, merchant->name);
		memcpy(bind.bind_id, msg.bind_id, sizeof(bind.bind_id));
		status = fn(worker->psp->options.store, &bind);
	}
	if (status == YKT_OK)
		answer_bind(worker, &bind, rsp);
	else
		psp_fail(rsp, status);
	ykt_wipe(&bind, sizeof(bind));
}

void
psp_handle_bind_query(
    void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	handle_by_id(worker_arg, req, rsp, psp_bind_get);
}

void
psp_handle_unbind(
    void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	handle_by_id(worker_arg, req, rsp, psp_bind_end);
}

void
psp_handle_charge(
    void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct psp_worker *worker = worker_arg;
	const struct psp_merchant *merchant = NULL;
	struct wire_psp_charge_req msg;
	struct wire_psp_charge_rsp out = { .state = "paid" };
	char notice_id[33] = "";
	struct psp_charge charge = {
		.req = &msg, .psp = worker->psp, .notice_id = notice_id, .now_ms = psp_wall(worker)
	};
	enum ykt_status status =
	    psp_request(worker, req, &wire_psp_charge_req_msg, &msg, &msg.ts_ms, &merchant);

	if (status == YKT_OK)
		status = psp_new_id(worker, notice_id);
	if (status == YKT_OK) {
		charge.merchant = merchant->name;
		status = psp_charge(worker->psp->options.store, &charge);
	}
	if (status != YKT_OK) {
		psp_fail(rsp, status);
		return;
	}
	memcpy(out.prepay_id, msg.prepay_id, sizeof(out.prepay_id));
	if (charge.reason != NULL) {
		strcpy(out.state, "waiting");
		strcpy(out.reason, charge.reason);
	}
	psp_answer(worker, rsp, &wire_psp_charge_rsp_msg, &out);
}
