/*
 * The three servers of the world, at the level of HTTP and the envelope.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "check.h"
#include "wire/psp_msg.h"

#define PART (FAKE_SCRATCH / 4)

static void
refuse(struct ykt_http_response *rsp, int code, const char *token)
{
	wire_respond_error(rsp, code, token, "test");
}

/* Runs the request in plain; the reply's plain text. */
static void
serve_plain(struct fake *fake, struct ykt_bytes plain, bool open, struct ykt_buf *out)
{
	static union {
		struct wire_user_register_req a;
		struct wire_order_list_rsp b;
		struct wire_card_records_rsp c;
		uint8_t bytes[65536];
	} req, rsp;
	struct wire_request request;
	const struct wire_op *op;
	struct wire_error error = { 0 };
	int code;

	assert_status(wire_request_decode(plain, &request, &op), YKT_OK);
	assert_int_equal(op->open, open);
	assert_status(wire_decode(op->req, request.body, &req), YKT_OK);
	strcpy(fake->last_op, op->op);
	fake->reported = request.has_version && request.has_findings;
	memcpy(fake->said_version, request.version, sizeof(request.version));
	fake->said_findings = request.findings;
	fake->said_system[0] = '\0';
	if (request.has_os && request.has_os_version)
		(void)snprintf(fake->said_system, sizeof(fake->said_system), "%s %s", request.os,
		    request.os_version);
	fake->ops++;
	memset(&rsp, 0, sizeof(rsp));
	code = fake_op(fake, &request, op, &req, &rsp, &error);
	if (code == 200)
		assert_status(wire_reply_put(200, op->rsp, &rsp, out), YKT_OK);
	else
		assert_status(wire_reply_put(code, &wire_error_msg, &error, out), YKT_OK);
	/* Secrets in the memory of this process are to be the client's: memory_test.c. */
	ykt_wipe(&req, sizeof(req));
}

static void
client_open(struct fake *fake, struct ykt_bytes body, struct ykt_http_response *rsp)
{
	struct ykt_buf plain = { fake->scratch, 0, PART, false };
	struct ykt_buf out = { fake->scratch + PART, 0, PART, false };
	struct wire_session_keys keys;
	struct crypto_sm2_pub device;
	struct wire_seal seal;

	if (wire_open_unseal(
		fake->crypto, &fake->key.signer, body, &plain, &keys, &seal, &device) != YKT_OK) {
		refuse(rsp, 403, WIRE_ERR_SEAL);
		return;
	}
	fake->sender = device;
	serve_plain(fake, ykt_buf_view(&plain), true, &out);
	/* user.login leaves a session behind, under the keys of this envelope. */
	if (strcmp(fake->last_op, "user.login") == 0 && fake->session_open && fake->ctr == 0)
		fake->keys = keys, fake->device = device;
	assert_status(
	    wire_reply_seal(fake->crypto, &keys, &seal, ykt_buf_view(&out), &rsp->body), YKT_OK);
	rsp->code = 200;
	ykt_buf_wipe(&plain);
	ykt_wipe(&keys, sizeof(keys));
}

static void
client_call(struct fake *fake, struct ykt_bytes body, struct ykt_http_response *rsp)
{
	struct ykt_buf plain = { fake->scratch, 0, PART, false };
	struct ykt_buf out = { fake->scratch + PART, 0, PART, false };
	struct wire_call_sealed sealed;
	struct wire_seal seal;

	assert_status(wire_decode(&wire_call_sealed_msg, body, &sealed), YKT_OK);
	if (!fake->session_open || memcmp(sealed.sid, fake->sid, 16) != 0) {
		refuse(rsp, 401, WIRE_ERR_NO_SESSION);
		return;
	}
	assert_status(wire_call_unseal(fake->crypto, &fake->keys, &sealed, &plain, &seal), YKT_OK);
	/* A counter that comes again is the worst a client can do. */
	assert_true(sealed.ctr > fake->ctr);
	fake->ctr = sealed.ctr;
	serve_plain(fake, ykt_buf_view(&plain), false, &out);
	assert_status(
	    wire_reply_seal(fake->crypto, &fake->keys, &seal, ykt_buf_view(&out), &rsp->body),
	    YKT_OK);
	rsp->code = 200;
	ykt_buf_wipe(&plain);
}

static void
psp_confirm(struct fake *fake, struct ykt_bytes body, struct ykt_http_response *rsp)
{
	struct wire_psp_confirm_req req;
	struct wire_psp_confirm_rsp answer = { .state = "paid" };

	assert_status(wire_decode(&wire_psp_confirm_req_msg, body, &req), YKT_OK);
	for (size_t i = 0; i < fake->order_count; i++) {
		struct fake_order *order = &fake->orders[i];

		if (strcmp(order->prepay_id, req.prepay_id) != 0 || order->prepay_id[0] == '\0')
			continue;
		if (memcmp(order->token, req.pay_token, 16) != 0 ||
		    (order->wire.parent_id[0] == '\0' && req.amount_fen != fake->confirmed_amount))
			break;
		if (fake->never_paid) {
			wire_respond(rsp, 200, &wire_psp_confirm_rsp_msg, &answer);
			return;
		}
		for (size_t k = 0; k < fake->order_count; k++) {
			struct wire_order *o = &fake->orders[k].wire;

			if ((k == i || strcmp(o->parent_id, order->wire.order_id) == 0) &&
			    strcmp(o->state, "created") == 0) {
				strcpy(o->state, "paid");
				o->paid_fen = o->amount_fen;
				fake->charged += o->amount_fen;
				if (strcmp(o->kind, "wallet") == 0) {
					strcpy(o->state, "loaded");
					o->loaded_fen = o->amount_fen;
					fake->wallet += o->amount_fen;
				}
			}
		}
		wire_respond(rsp, 200, &wire_psp_confirm_rsp_msg, &answer);
		return;
	}
	refuse(rsp, 403, WIRE_ERR_FORBIDDEN);
}

static void
tsm_next(struct fake *fake, const struct wire_seram_report *report, struct ykt_http_response *rsp)
{
	static struct wire_seram_order order;
	static const uint8_t select[] = { 0x00, 0xA4, 0x04, 0x00, 8, 0xA0, 0, 0, 1, 0x51, 0, 0, 0 };
	static const uint8_t install[] = { 0x80, 0xE6, 0x0C, 0x00, 0x00 };
	static const struct {
		const char *kind;
		uint8_t apdu[5];
	} works[] = {
		{ "delete", { 0x80, 0xE4, 0x00, 0x00, 0x00 } },
		{ "lock", { 0x80, 0xF0, 0x40, 0x80, 0x00 } },
		{ "unlock", { 0x80, 0xF0, 0x40, 0x07, 0x00 } },
		{ "update", { 0x80, 0xE6, 0x20, 0x00, 0x00 } },
	};
	struct ykt_bytes work = YKT_BYTES(install);
	struct ykt_bytes last;

	for (size_t i = 0; i < YKT_ARRAY_LEN(works); i++) {
		if (strcmp(fake->manage.kind, works[i].kind) == 0)
			work = YKT_BYTES(works[i].apdu);
	}
	wire_seram_order_init(&order, 10);
	/* A polling or failed agent has done nothing that counts: begin anew. */
	if (report->state != WIRE_SERAM_PROCESSED)
		fake->tsm_step = 0;
	if (fake->tsm_step == 0) {
		assert_status(wire_seram_order_add_command(&order, WIRE_SERAM_START), YKT_OK);
		assert_status(wire_seram_order_add_command(&order, WIRE_SERAM_SE), YKT_OK);
		assert_status(wire_seram_order_add_apdu(&order, YKT_BYTES(select)), YKT_OK);
		assert_status(wire_seram_order_add_apdu(&order, work), YKT_OK);
		fake->tsm_step = 1;
	} else {
		last = wire_seram_report_apdu(report, 0, 1);
		assert_int_equal(report->executed, 1);
		if (last.len >= 2 && last.data[last.len - 2] == 0x90) {
			assert_status(
			    wire_seram_order_add_command(&order, WIRE_SERAM_STOP), YKT_OK);
			fake->tsm_step = 2;
		} else
			fake->tsm_step = 0;
	}
	/* A job that fails ends before anything is done. */
	if (fake->manage.fails != NULL) {
		wire_seram_order_init(&order, 10);
		assert_status(wire_seram_order_add_command(&order, WIRE_SERAM_STOP), YKT_OK);
	}
	rsp->code = 200;
	assert_status(wire_seram_order_encode(&order, &rsp->body), YKT_OK);
}

static void
tsm_serve(struct fake *fake, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	static struct wire_seram_report report;
	struct wire_seram_choice choice = { .transport = WIRE_SERAM_TRANSPORT,
		.format = WIRE_SERAM_FORMAT,
		.version = WIRE_SERAM_VERSION };
	struct wire_seram_hello hello;
	uint8_t sid[16];

	assert_status(wire_seram_path_session(req->path, sid), YKT_OK);
	if (fake->tsm_unknown || memcmp(sid, fake->session_id, 16) != 0) {
		refuse(rsp, 404, WIRE_ERR_NOT_FOUND);
		return;
	}
	if (strncmp(req->path, WIRE_PATH_SERAM_HANDSHAKE, strlen(WIRE_PATH_SERAM_HANDSHAKE)) == 0) {
		assert_status(wire_seram_hello_decode(req->body, &hello), YKT_OK);
		assert_int_equal(hello.element_count, 1);
		rsp->code = 200;
		assert_status(wire_seram_choice_encode(&choice, &rsp->body), YKT_OK);
		return;
	}
	assert_status(wire_seram_report_decode(req->body, &report), YKT_OK);
	tsm_next(fake, &report, rsp);
}

/* What came, whether or not its answer gets through: repeats must be equal. */
static void
tsm_note(struct fake *fake, const struct ykt_http_request *req, bool answered)
{
	if (fake->tsm_last_len != 0) {
		if (req->body.len == fake->tsm_last_len &&
		    memcmp(req->body.data, fake->tsm_last, req->body.len) == 0)
			fake->tsm_repeats++;
		else
			fake->tsm_unequal++;
	}
	fake->tsm_last_len = 0;
	if (!answered && req->body.len <= sizeof(fake->tsm_last)) {
		memcpy(fake->tsm_last, req->body.data, req->body.len);
		fake->tsm_last_len = req->body.len;
	}
}

static void
serve(struct fake *fake, const struct ykt_http *server, const struct ykt_http_request *req,
    struct ykt_http_response *rsp)
{
	fake->elsewhere++;
	if (server == &fake->psp)
		psp_confirm(fake, req->body, rsp);
	else if (server == &fake->tsm)
		tsm_serve(fake, req, rsp);
	else if (strcmp(req->path, WIRE_PATH_CLIENT_OPEN) == 0)
		client_open(fake, req->body, rsp);
	else
		client_call(fake, req->body, rsp);
	fake->elsewhere--;
}

static enum ykt_status
call(struct fake *fake, const struct ykt_http *server, const struct ykt_http_request *req,
    struct ykt_http_response *rsp)
{
	bool hit = fake_hit(fake, FAKE_PORT_HTTP);
	size_t before = rsp->body.len;

	fake->now_ms += 20;
	assert_true(req->deadline_mono_ms > fake->now_ms);
	if (fake->down)
		return YKT_E_DOWN;
	if (server == &fake->tsm)
		tsm_note(fake, req, !hit);
	if (hit && fake->fault == FAKE_NET)
		return YKT_E_NET;
	if (fake->cut && fake->charged > 0 && server == &fake->platform)
		return YKT_E_NET;
	if (hit && fake->fault == FAKE_LOST_REQ)
		return YKT_E_NET_UNKNOWN;
	if (hit && fake->fault == FAKE_CODE_500) {
		rsp->code = 500;
		return YKT_OK;
	}
	serve(fake, server, req, rsp);
	if (hit && fake->fault == FAKE_LOST_RSP) {
		rsp->body.len = before;
		return YKT_E_NET_UNKNOWN;
	}
	if (hit && fake->fault == FAKE_TAMPER)
		rsp->body.data[rsp->body.len / 2] ^= 1;

	return YKT_OK;
}

static enum ykt_status
call_platform(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	return call(ctx, &((struct fake *)ctx)->platform, req, rsp);
}

static enum ykt_status
call_tsm(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	return call(ctx, &((struct fake *)ctx)->tsm, req, rsp);
}

static enum ykt_status
call_psp(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	return call(ctx, &((struct fake *)ctx)->psp, req, rsp);
}

void
fake_tsm_init(struct fake *fake)
{
	fake->platform = (struct ykt_http){ fake, call_platform };
	fake->tsm = (struct ykt_http){ fake, call_tsm };
	fake->psp = (struct ykt_http){ fake, call_psp };
}
