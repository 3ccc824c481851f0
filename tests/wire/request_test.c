/*
 * Requests and replies, the table of operations, tokens and refusals.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/client_msg.h"
#include "wire/tokens.h"
#include "wire_test.h"

#define ID "0123456789abcdef0123456789abcdef"

static void
test_reads_a_request(void **state)
{
	static const char text[] =
	    "{\"op\":\"order.topup\",\"idem\":\"" ID "\",\"body\":{ \"card_no\":\"0\" }}";
	const struct wire_op *op = NULL;
	struct wire_request request;

	(void)state;
	assert_status(wire_request_decode(ykt_bytes_str(text), &request, &op), YKT_OK);
	assert_string_equal(request.op, "order.topup");
	assert_true(request.has_idem);
	assert_string_equal(request.idem, ID);
	assert_true(ykt_bytes_equal(request.body, ykt_bytes_str("{ \"card_no\":\"0\" }")));
	assert_ptr_equal(request.body.data, strstr(text, "{ "));
	assert_ptr_equal(op->req, &wire_order_topup_req_msg);
	assert_ptr_equal(op->rsp, &wire_order_msg);
	assert_true(op->idem);
	assert_false(op->open);
}

static void
test_refuses_requests(void **state)
{
	static const struct {
		const char *text;
		enum ykt_status status;
		const char *why;
	} rows[] = {
		{ "{\"op\":\"order.topup\",\"body\":{}}", YKT_E_FORMAT, "no idem" },
		{ "{\"op\":\"order.topup\",\"idem\":\"\",\"body\":{}}", YKT_E_FORMAT,
		    "empty idem" },
		{ "{\"op\":\"order.topup\",\"idem\":\"0123\",\"body\":{}}", YKT_E_FORMAT,
		    "short idem" },
		{ "{\"op\":\"order.topup\",\"idem\":\"" ID "0\",\"body\":{}}", YKT_E_FORMAT,
		    "long idem" },
		{ "{\"op\":\"order.topup\",\"idem\":\"0123456789ABCDEF0123456789ABCDEF\","
		  "\"body\":{}}",
		    YKT_E_FORMAT, "idem in upper case" },
		{ "{\"op\":\"order.get\",\"idem\":\"" ID "\",\"body\":{}}", YKT_E_FORMAT,
		    "idem where there is none" },
		{ "{\"op\":\"order.get\"}", YKT_E_FORMAT, "no body" },
		{ "{\"op\":\"order.get\",\"body\":[]}", YKT_E_FORMAT, "a list for a body" },
		{ "{\"op\":\"order.get\",\"body\":null}", YKT_E_FORMAT, "null for a body" },
		{ "{\"op\":\"order.gets\",\"body\":{}}", YKT_NOT_FOUND, "unknown op" },
		{ "{\"op\":\"\",\"body\":{}}", YKT_NOT_FOUND, "empty op" },
		{ "{\"op\":\"Order.get\",\"body\":{}}", YKT_NOT_FOUND, "op in another case" },
		{ "{\"body\":{}}", YKT_E_FORMAT, "no op" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const struct wire_op *op = NULL;
		struct wire_request request;

		memset(&request, 0xA5, sizeof(request));
		assert_status_why(wire_request_decode(ykt_bytes_str(rows[i].text), &request, &op),
		    rows[i].status, rows[i].why);
		assert_null(op);
		assert_true_why(all_zero(&request, sizeof(request)), rows[i].why);
	}
}

static void
test_writes_requests(void **state)
{
	static const char text[] = "{\"op\":\"order.topup\",\"idem\":\"" ID "\",\"body\":{"
				   "\"card_no\":\"03104990000000000011\",\"amount_fen\":5000}}";
	struct wire_order_topup_req body = { "03104990000000000011", 5000 };
	struct wire_request request = { .op = "order.topup", .has_idem = true, .idem = ID };
	const struct wire_op *op = wire_op_find("order.topup");
	uint8_t out[256];
	struct ykt_buf json = YKT_BUF(out);

	(void)state;
	assert_status(wire_request_put(op, ID, &body, &json), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json), ykt_bytes_str(text)));

	request.body = ykt_bytes_str("{\"card_no\":\"03104990000000000011\",\"amount_fen\":5000}");
	json.len = 0;
	assert_status(wire_request_encode(&request, &json), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json), ykt_bytes_str(text)));

	for (size_t cap = 0; cap < strlen(text); cap++) {
		json = (struct ykt_buf){ out, 0, cap, false };
		assert_status(wire_request_put(op, ID, &body, &json), YKT_E_SPACE);
		assert_int_equal(json.len, 0);
		assert_false(json.full);
	}
	json = YKT_BUF(out);
	assert_status(wire_request_put(op, NULL, &body, &json), YKT_E_ARG);
	assert_status(wire_request_put(op, "short", &body, &json), YKT_E_ARG);
	body.amount_fen = -1;
	assert_status(wire_request_put(op, ID, &body, &json), YKT_E_ARG);
	assert_int_equal(json.len, 0);
}

static void
test_replies(void **state)
{
	static const char text[] = "{\"code\":200,\"body\":{\"user_id\":\"" ID "\"}}";
	struct wire_user_register_rsp body = { ID };
	struct wire_reply reply;
	uint8_t out[256];
	struct ykt_buf json = YKT_BUF(out);

	(void)state;
	assert_status(wire_reply_put(200, &wire_user_register_rsp_msg, &body, &json), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json), ykt_bytes_str(text)));
	assert_status(wire_reply_decode(ykt_buf_view(&json), &reply), YKT_OK);
	assert_int_equal(reply.code, 200);
	assert_true(ykt_bytes_equal(reply.body, ykt_bytes_str("{\"user_id\":\"" ID "\"}")));
	json.len = 0;
	assert_status(wire_reply_encode(&(struct wire_reply){ 200, reply.body }, &json), YKT_OK);

	assert_status(
	    wire_reply_decode(ykt_bytes_str("{\"code\":99,\"body\":{}}"), &reply), YKT_E_FORMAT);
	assert_status(
	    wire_reply_decode(ykt_bytes_str("{\"code\":600,\"body\":{}}"), &reply), YKT_E_FORMAT);
	json.len = 0;
	assert_status(wire_reply_put(99, &wire_user_register_rsp_msg, &body, &json), YKT_E_ARG);
	assert_int_equal(json.len, 0);
}

/* The operations of section 2: name, where it travels, whether it has a key. */
static const struct {
	const char *op;
	bool open, idem;
} operations[] = {
	{ "otp.send", true, false },
	{ "user.register", true, false },
	{ "user.login", true, false },
	{ "user.logout", false, false },
	{ "app.list", false, false },
	{ "order.open", false, true },
	{ "order.topup", false, true },
	{ "order.pay", false, false },
	{ "order.confirm", false, false },
	{ "order.get", false, false },
	{ "order.list", false, false },
	{ "order.refund", false, true },
	{ "load.begin", false, false },
	{ "load.request", false, false },
	{ "load.confirm", false, false },
	{ "open.begin", false, false },
	{ "open.status", false, false },
	{ "card.list", false, false },
	{ "card.balance", false, false },
	{ "card.records", false, false },
	{ "card.delete", false, false },
	{ "card.prove", false, false },
	{ "card.session", false, false },
	{ "card.version", false, false },
	{ "card.update", false, false },
	{ "card.lock", false, false },
	{ "card.unlock", false, false },
	{ "card.status", false, false },
	{ "card.claim", false, false },
	{ "card.bind", false, false },
	{ "card.unbind", false, false },
	{ "wallet.withdraw", false, false },
	{ "wallet.withdrawal", false, false },
	{ "wallet.withdrawals", false, false },
	{ "account.begin", false, false },
	{ "account.confirm", false, false },
	{ "account.get", false, false },
	{ "account.list", false, false },
	{ "account.unbind", false, false },
	{ "order.charge", false, false },
	{ "code.authorise", false, true },
	{ "code.records", false, false },
	{ "wallet.get", false, false },
	{ "order.wallet", false, true },
	{ "wallet.records", false, false },
	{ "bill.get", false, false },
	{ "bill.pay", false, true },
	{ "pin.set", false, false },
	{ "user.password", false, false },
	{ "user.reset", true, false },
	{ "user.close", false, false },
	{ "pin.reset", false, false },
	{ "unload.get", false, false },
	{ "unload.tickets", false, false },
	{ "unload.begin", false, false },
	{ "unload.attempt", false, false },
	{ "unload.request", false, false },
	{ "unload.confirm", false, false },
	{ "client.version", true, false },
	{ "client.block", true, false },
};

static void
test_operations(void **state)
{
	(void)state;
	assert_int_equal(wire_ops_count, YKT_ARRAY_LEN(operations));
	for (size_t i = 0; i < YKT_ARRAY_LEN(operations); i++) {
		const struct wire_op *op = wire_op_find(operations[i].op);

		assert_non_null(op);
		assert_true_why(op->open == operations[i].open, operations[i].op);
		assert_true_why(op->idem == operations[i].idem, operations[i].op);
	}
	assert_null(wire_op_find("order"));
}

static void
test_tokens(void **state)
{
	char field[17] = "xxxxxxxxxxxxxxxx";

	(void)state;
	assert_string_equal(wire_token_text(&wire_order_state, WIRE_ORDER_CREATED), "created");
	assert_string_equal(wire_token_text(&wire_order_state, WIRE_ORDER_CASE), "case");
	assert_string_equal(wire_token_text(&wire_permit_result, WIRE_PERMIT_MAC1), "mac1");
	assert_string_equal(wire_token_text(&wire_permit_result, WIRE_PERMIT_CASE), "case");
	assert_string_equal(wire_token_text(&wire_load_result, WIRE_LOAD_NOT_LOADED), "not_loaded");
	assert_string_equal(wire_token_text(&wire_job_state, WIRE_JOB_FAILED), "failed");
	assert_string_equal(wire_token_text(&wire_psp_state, WIRE_PSP_DONE), "done");
	assert_string_equal(wire_token_text(&wire_upload_result, WIRE_UPLOAD_CASE), "case");
	assert_string_equal(wire_token_text(&wire_clear_result, WIRE_CLEAR_BAD_TAC), "bad_tac");
	assert_string_equal(wire_token_text(&wire_record_kind, WIRE_RECORD_REFUND), "refund");
	assert_string_equal(wire_token_text(&wire_otp_purpose, WIRE_OTP_LOGIN), "login");
	assert_string_equal(wire_token_text(&wire_order_kind, WIRE_ORDER_TOPUP), "topup");
	assert_string_equal(wire_token_text(&wire_order_state, -1), "");
	assert_string_equal(wire_token_text(&wire_order_state, 10), "");
	assert_int_equal(wire_token_find(&wire_order_state, "refunding"), WIRE_ORDER_REFUNDING);
	assert_int_equal(wire_token_find(&wire_order_state, "Refunding"), -1);
	assert_int_equal(wire_token_find(&wire_order_state, ""), -1);
	wire_token_set(&wire_order_state, WIRE_ORDER_PAID, field, sizeof(field));
	assert_string_equal(field, "paid");
}

static void
test_errors(void **state)
{
	char detail[400];
	struct wire_error error;
	uint8_t out[512];
	struct ykt_buf json = YKT_BUF(out);

	(void)state;
	assert_int_equal(wire_error_set(&error, 404, WIRE_ERR_NOT_FOUND, "no such order"), 404);
	assert_string_equal(error.error, "not_found");
	assert_string_equal(error.detail, "no such order");
	assert_false(error.has_order_id);

	assert_status(wire_error_encode(WIRE_ERR_CLOCK, NULL, &json), YKT_OK);
	assert_true(ykt_bytes_equal(
	    ykt_buf_view(&json), ykt_bytes_str("{\"error\":\"clock\",\"detail\":\"\"}")));

	/* A long detail is cut between characters, so that it can still be sent. */
	detail[0] = 'x';
	for (size_t i = 0; i < 100; i++)
		memcpy(detail + 1 + 3 * i, "\xE4\xB8\x80", 4);
	(void)wire_error_set(&error, 500, WIRE_ERR_INTERNAL, detail);
	assert_int_equal(strlen(error.detail), 160);
	(void)wire_error_set(&error, 500, WIRE_ERR_INTERNAL, detail + 1);
	assert_int_equal(strlen(error.detail), 159);
	json.len = 0;
	assert_status(wire_encode(&wire_error_msg, &error, &json), YKT_OK);
}

static void
test_codes(void **state)
{
	static const struct {
		int code;
		enum ykt_status status;
	} rows[] = {
		{ 200, YKT_OK },
		{ 400, YKT_REFUSED },
		{ 401, YKT_LOGIN_NEEDED },
		{ 403, YKT_DENIED },
		{ 404, YKT_NOT_FOUND },
		{ 405, YKT_REFUSED },
		{ 409, YKT_BUSY },
		{ 413, YKT_REFUSED },
		{ 422, YKT_MISMATCH },
		{ 429, YKT_OVER_LIMIT },
		{ 500, YKT_UNKNOWN },
		{ 502, YKT_UNKNOWN },
		{ 503, YKT_BUSY },
		{ 100, YKT_E_SERVER },
		{ 201, YKT_E_SERVER },
		{ 302, YKT_E_SERVER },
		{ 600, YKT_E_SERVER },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_status(wire_code_status(rows[i].code), rows[i].status);
	assert_int_equal(wire_status_code(YKT_OK), 200);
	assert_int_equal(wire_status_code(YKT_MISMATCH), 422);
	assert_int_equal(wire_status_code(YKT_E_NET_UNKNOWN), 503);
	assert_int_equal(wire_status_code(YKT_E_STORE_UNKNOWN), 500);
	assert_int_equal(wire_status_code(YKT_E_MAC), 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_a_request),
		cmocka_unit_test(test_refuses_requests),
		cmocka_unit_test(test_writes_requests),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
