/*
 * The pay channel: who may ask, prepay, confirm, query. T03: whatever is wrong
 * with a request, its code says so and nothing is written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/mem.h>

#include "support.h"

#define ACCEPTED_MS INT64_C(600000)

static struct wire_psp_prepay_req
prepay_req(void)
{
	return (struct wire_psp_prepay_req){
		.order_id = ORDER_1,
		.amount_fen = 5000,
		.currency = "CNY",
		.payee = "City A transport",
		.ts_ms = NOW_MS,
	};
}

static int
send_prepay(struct world *w, const struct wire_psp_prepay_req *req)
{
	return world_signed(w, 0, WIRE_PATH_PSP_PREPAY, &wire_psp_prepay_req_msg, req);
}

static void
prepay_is_answered_with_id_and_token(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp rsp;
	struct wire_psp_query_rsp query;

	assert_int_equal(world_prepay(w, 0, ORDER_1, 5000, &rsp), 200);
	assert_string_equal(rsp.prepay_id, "000102030405060708090a0b0c0d0e0f");
	assert_int_equal(rsp.pay_token[0], 0x10);
	assert_int_equal(rsp.pay_token[15], 0x1F);
	assert_string_equal(rsp.order_id, ORDER_1);
	assert_int_equal(rsp.amount_fen, 5000);
	assert_int_equal(world_query(w, 0, rsp.prepay_id, &query), 200);
	assert_string_equal(query.prepay_id, rsp.prepay_id);
	assert_string_equal(query.order_id, ORDER_1);
	assert_string_equal(query.currency, "CNY");
	assert_string_equal(query.payee, "City A transport");
	assert_string_equal(query.state, "waiting");
	assert_int_equal(query.amount_fen, 5000);
	assert_int_equal(query.refunded_fen, 0);
}

static void
prepay_again_is_the_same_payment(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp first, again, other;

	assert_int_equal(world_prepay(w, 0, ORDER_1, 5000, &first), 200);
	world_remember(w);
	w->now_ms += INT64_C(366) * 24 * 3600 * 1000;
	world_restart(w);
	assert_int_equal(world_prepay(w, 0, ORDER_1, 5000, &again), 200);
	assert_string_equal(again.prepay_id, first.prepay_id);
	assert_memory_equal(again.pay_token, first.pay_token, sizeof(first.pay_token));
	ASSERT_AS_REMEMBERED(w);
	/* Another city's order of the same number is another order. */
	assert_int_equal(world_prepay(w, 1, ORDER_1, 5000, &other), 200);
	assert_string_not_equal(other.prepay_id, first.prepay_id);
	assert_int_equal(world_number(w, "SELECT count(*) FROM pay"), 2);
}

static void
prepay_again_with_other_content_is_422(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_req rows[4];
	struct wire_psp_prepay_rsp rsp;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		rows[i] = prepay_req();
	rows[0].amount_fen = 5001;
	rows[1].amount_fen = 4999;
	SET_TEXT(rows[2].currency, "USD");
	SET_TEXT(rows[3].payee, "City B transport");
	assert_int_equal(world_prepay(w, 0, ORDER_1, 5000, &rsp), 200);
	world_remember(w);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_int_equal(send_prepay(w, &rows[i]), 422);
		assert_string_equal(world_error(w), "mismatch");
		ASSERT_AS_REMEMBERED(w);
	}
}

static void
prepay_of_nonsense_is_400(void **state)
{
	static const struct {
		const char *why;
		const char *order_id;
		int64_t amount_fen;
		const char *currency;
		const char *payee;
		int64_t ts_ms;
		const char *error;
	} rows[] = {
		{ "nothing to pay", ORDER_1, 0, "CNY", "P", NOW_MS, "malformed" },
		{ "no id", "", 1, "CNY", "P", NOW_MS, "malformed" },
		{ "short id", "0123456789abcdef", 1, "CNY", "P", NOW_MS, "malformed" },
		{ "upper-case id", "0123456789ABCDEF0123456789ABCDEF", 1, "CNY", "P", NOW_MS,
		    "malformed" },
		{ "no currency", ORDER_1, 1, "", "P", NOW_MS, "malformed" },
		{ "half a currency", ORDER_1, 1, "CN", "P", NOW_MS, "malformed" },
		{ "lower-case currency", ORDER_1, 1, "cny", "P", NOW_MS, "malformed" },
		{ "nobody to pay", ORDER_1, 1, "CNY", "", NOW_MS, "malformed" },
		{ "too old", ORDER_1, 1, "CNY", "P", NOW_MS - ACCEPTED_MS - 1, "clock" },
		{ "too early", ORDER_1, 1, "CNY", "P", NOW_MS + ACCEPTED_MS + 1, "clock" },
		{ "the beginning of time", ORDER_1, 1, "CNY", "P", 0, "clock" },
		{ "the end of time", ORDER_1, 1, "CNY", "P", WIRE_TIME_MAX, "clock" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_psp_prepay_req req = { .amount_fen = rows[i].amount_fen,
			.ts_ms = rows[i].ts_ms };

		SET_TEXT(req.order_id, rows[i].order_id);
		SET_TEXT(req.currency, rows[i].currency);
		SET_TEXT(req.payee, rows[i].payee);
		assert_true_why(send_prepay(w, &req) == 400, rows[i].why);
		assert_true_why(strcmp(world_error(w), rows[i].error) == 0, rows[i].why);
		assert_true_why(world_books(w)[0] == '\0', rows[i].why);
	}
}

static void
ten_minutes_off_is_still_good(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_req req = prepay_req();

	req.ts_ms = NOW_MS - ACCEPTED_MS;
	assert_int_equal(send_prepay(w, &req), 200);
	req.ts_ms = NOW_MS + ACCEPTED_MS;
	assert_int_equal(send_prepay(w, &req), 200);
}

/* Certificate, key id and signature must be one known merchant's. */
static void
another_than_the_merchant_is_403(void **state)
{
	struct world *w = *state;
	const struct signer *own = &w->city[0].signer.signer;
	const struct {
		const char *why;
		const char *peer;
		const char *key;
		const struct signer *signer;
	} rows[] = {
		{ "no certificate", "", CITY_A, own },
		{ "another city's certificate", CITY_B, CITY_A, own },
		{ "another city's key id", CITY_A, CITY_B, own },
		{ "another city's signature", CITY_A, CITY_A, &w->city[1].signer.signer },
		{ "another city whole but for the certificate", CITY_A, CITY_B,
		    &w->city[1].signer.signer },
		{ "a stranger's signature", CITY_A, CITY_A, &w->stranger.signer },
		{ "our own signature", CITY_A, PSP_NAME, &w->channel.signer },
		{ "a city that is no merchant", "platform-9903", "platform-9903", own },
		{ "a city's name and more", CITY_A "0", CITY_A "0", own },
		{ "another role", "tsm-9901", "tsm-9901", own },
		{ "the key module", "keyd-9901", CITY_A, own },
		{ "an unknown key id", CITY_A, "", own },
	};
	static const struct {
		const char *path;
		const struct wire_message *msg;
	} paths[] = {
		{ WIRE_PATH_PSP_PREPAY, &wire_psp_prepay_req_msg },
		{ WIRE_PATH_PSP_QUERY, &wire_psp_query_req_msg },
		{ WIRE_PATH_PSP_REFUND, &wire_psp_refund_req_msg },
	};
	struct wire_psp_prepay_rsp rsp;
	struct wire_psp_query_req query = { .ts_ms = NOW_MS };
	struct wire_psp_refund_req refund = {
		.refund_id = REFUND_1, .amount_fen = 1, .ts_ms = NOW_MS
	};
	struct wire_psp_prepay_req prepay = prepay_req();
	const void *const msgs[] = { &prepay, &query, &refund };

	world_paid(w, ORDER_2, 5000, &rsp);
	SET_TEXT(query.prepay_id, rsp.prepay_id);
	SET_TEXT(refund.prepay_id, rsp.prepay_id);
	world_remember(w);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		for (size_t j = 0; j < YKT_ARRAY_LEN(paths); j++) {
			uint8_t bytes[8192];
			struct ykt_buf json = YKT_BUF(bytes);

			assert_status(wire_signed_make(rows[i].signer, rows[i].key, paths[j].msg,
					  msgs[j], &json),
			    YKT_OK);
			assert_true_why(
			    world_post(w, rows[i].peer, paths[j].path, ykt_buf_view(&json)) == 403,
			    rows[i].why);
			assert_true_why(strcmp(world_error(w), "forbidden") == 0, rows[i].why);
			ASSERT_AS_REMEMBERED(w);
		}
	}
}

/* Each byte of a good request in turn made another: never 200, nothing written. */
static void
a_changed_byte_is_never_believed(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_req req = prepay_req();
	uint8_t bytes[8192];
	struct ykt_buf json = YKT_BUF(bytes);

	assert_status(wire_signed_make(
			  &w->city[0].signer.signer, CITY_A, &wire_psp_prepay_req_msg, &req, &json),
	    YKT_OK);
	for (size_t i = 0; i < json.len; i += 3) {
		uint8_t old = bytes[i];
		int code;

		bytes[i] = old == '1' ? '2' : '1';
		code = world_post(w, CITY_A, WIRE_PATH_PSP_PREPAY, ykt_buf_view(&json));
		assert_true(code == 400 || code == 403);
		assert_string_equal(world_books(w), "");
		bytes[i] = old;
	}
	assert_int_equal(world_post(w, CITY_A, WIRE_PATH_PSP_PREPAY, ykt_buf_view(&json)), 200);
}

/* A good signature over another message is no such message. */
static void
a_message_of_another_path_is_400(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_req req = prepay_req();

	assert_int_equal(
	    world_signed(w, 0, WIRE_PATH_PSP_REFUND, &wire_psp_prepay_req_msg, &req), 400);
	assert_int_equal(
	    world_signed(w, 0, WIRE_PATH_PSP_QUERY, &wire_psp_prepay_req_msg, &req), 400);
	assert_string_equal(world_error(w), "malformed");
	assert_int_equal(world_post(w, CITY_A, WIRE_PATH_PSP_PREPAY, ykt_bytes_str("{}")), 400);
	assert_int_equal(world_post(w, CITY_A, WIRE_PATH_PSP_PREPAY, ykt_bytes_str("")), 400);
	assert_int_equal(world_post(w, CITY_A, "/psp/other", ykt_bytes_str("{}")), 404);
	assert_string_equal(world_books(w), "");
}

static void
confirm_makes_it_paid_once(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp rsp;
	struct wire_psp_query_rsp query;

	assert_int_equal(world_prepay(w, 0, ORDER_1, 5000, &rsp), 200);
	assert_int_equal(world_confirm(w, &rsp), 200);
	assert_string_equal((const char *)w->body, "{\"state\":\"paid\"}");
	assert_int_equal(world_query(w, 0, rsp.prepay_id, &query), 200);
	assert_string_equal(query.state, "paid");
	assert_int_equal(query.amount_fen, 5000);
	world_remember(w);
	w->now_ms += 1000;
	assert_int_equal(world_confirm(w, &rsp), 200);
	assert_string_equal((const char *)w->body, "{\"state\":\"paid\"}");
	ASSERT_AS_REMEMBERED(w);
	assert_int_equal(world_number(w, "SELECT count(*) FROM notice"), 1);
	/* The merchant's own repetition does not make it payable again. */
	assert_int_equal(world_prepay(w, 0, ORDER_1, 5000, &rsp), 200);
	ASSERT_AS_REMEMBERED(w);
}

/* One answer, byte for byte, whatever was wrong: nothing to try tokens against. */
static void
confirm_of_anything_else_has_one_answer(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp good, other, bad[8];
	char answer[sizeof(w->body)] = "";

	assert_int_equal(world_prepay(w, 0, ORDER_1, 5000, &good), 200);
	assert_int_equal(world_prepay(w, 0, ORDER_2, 5000, &other), 200);
	world_remember(w);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++)
		bad[i] = good;
	bad[0].pay_token[0] ^= 1;
	bad[1].pay_token[15] ^= 0x80;
	memset(bad[2].pay_token, 0, sizeof(bad[2].pay_token));
	memcpy(bad[3].pay_token, other.pay_token, sizeof(bad[3].pay_token));
	bad[4].amount_fen = 4999;
	bad[5].amount_fen = 5001;
	bad[6].prepay_id[0] = 'f';
	bad[7].prepay_id[0] = '\0';
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		assert_int_equal(world_confirm(w, &bad[i]), 403);
		if (i == 0)
			strcpy(answer, (const char *)w->body);
		assert_string_equal((const char *)w->body, answer);
		ASSERT_AS_REMEMBERED(w);
	}
	assert_string_equal(world_error(w), "forbidden");
	assert_int_equal(
	    world_post(w, "", WIRE_PATH_PSP_CONFIRM, ykt_bytes_str("{\"prepay_id\":\"\"}")), 400);
	ASSERT_AS_REMEMBERED(w);
}

static void
query_of_a_foreign_or_unknown_payment_is_404(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp rsp;
	struct wire_psp_query_rsp query = { .state = "kept" };

	world_paid(w, ORDER_1, 5000, &rsp);
	assert_int_equal(world_query(w, 1, rsp.prepay_id, &query), 404);
	assert_string_equal(world_error(w), "not_found");
	assert_int_equal(world_query(w, 0, ORDER_1, &query), 404);
	assert_int_equal(world_query(w, 0, "", &query), 404);
	assert_string_equal(query.state, "kept");
	assert_int_equal(world_query(w, 0, rsp.prepay_id, &query), 200);
	w->now_ms += ACCEPTED_MS + 1;
	{
		struct wire_psp_query_req late = { .ts_ms = NOW_MS };

		SET_TEXT(late.prepay_id, rsp.prepay_id);
		assert_int_equal(
		    world_signed(w, 0, WIRE_PATH_PSP_QUERY, &wire_psp_query_req_msg, &late), 400);
		assert_string_equal(world_error(w), "clock");
	}
}

static void
options_out_of_range_make_no_channel(void **state)
{
	struct world *w = *state;
	struct psp_options bad[12];
	struct psp_merchant nameless = w->merchants[0], mute = w->merchants[0];
	struct psp_merchant wordy = w->merchants[0];
	struct psp *psp = NULL;

	nameless.name = "";
	wordy.name = "a name of 17 byte";
	mute.http = NULL;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++)
		bad[i] = w->options;
	bad[0].store = NULL;
	bad[1].env.clock = NULL;
	bad[2].env.random = NULL;
	bad[3].name = NULL;
	bad[4].name = "";
	bad[5].name = wordy.name;
	bad[6].merchant_count = PSP_MERCHANTS_MAX + 1;
	bad[7].retry_first_ms = 0;
	bad[8].retry_max_ms = bad[8].retry_first_ms - 1;
	bad[9].merchants = &nameless;
	bad[10].merchants = &mute;
	bad[11].merchants = &wordy;
	for (size_t i = 9; i < 12; i++)
		bad[i].merchant_count = 1;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		assert_status(psp_new(&bad[i], &psp), YKT_E_ARG);
		assert_null(psp);
	}
	psp_free(&psp);
	psp_free(NULL);
}

/* What was handed to psp_new() may go: names and keys are copies. */
static void
options_are_copied(void **state)
{
	struct world *w = *state;
	char name[] = PSP_NAME, city[] = CITY_A;
	struct psp_merchant merchant = w->merchants[0];
	struct psp_options options = w->options;
	struct wire_psp_prepay_rsp rsp;

	merchant.name = city;
	options.name = name;
	options.merchants = &merchant;
	options.merchant_count = 1;
	w->options = options;
	world_restart(w);
	memset(name, 'x', sizeof(name) - 1);
	memset(city, 'x', sizeof(city) - 1);
	memset(&merchant, 0, sizeof(merchant));
	world_paid(w, ORDER_1, 5000, &rsp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, world_setup, world_teardown)
		TEST(prepay_is_answered_with_id_and_token),
		TEST(prepay_again_is_the_same_payment),
		TEST(prepay_again_with_other_content_is_422),
		TEST(prepay_of_nonsense_is_400),
		TEST(ten_minutes_off_is_still_good),
		TEST(another_than_the_merchant_is_403),
		TEST(a_changed_byte_is_never_believed),
		TEST(a_message_of_another_path_is_400),
		TEST(confirm_makes_it_paid_once),
		TEST(confirm_of_anything_else_has_one_answer),
		TEST(query_of_a_foreign_or_unknown_payment_is_404),
		TEST(options_out_of_range_make_no_channel),
		TEST(options_are_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
