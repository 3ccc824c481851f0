/*
 * Records of a span of time: the platform's part of it (C5-QRY-2), for a card
 * and for the wallet.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "bad.h"
#include "wallets.h"

#define HOUR_MS INT64_C(3600000)

static int
card_records(struct bench *b, const char *card_no, const int64_t *from_ms, const int64_t *to_ms,
    struct wire_card_records_rsp *rsp)
{
	struct wire_card_records_req req = { .limit = 50,
		.has_from_ms = from_ms != NULL,
		.from_ms = from_ms != NULL ? *from_ms : 0,
		.has_to_ms = to_ms != NULL,
		.to_ms = to_ms != NULL ? *to_ms : 0 };

	strcpy(req.card_no, card_no);
	return bench_ask(b, "card.records", NULL, &req, rsp);
}

static int
wallet_records(struct bench *b, int64_t from_ms, int64_t to_ms, struct wire_card_records_rsp *rsp)
{
	const struct wire_wallet_records_req req = { .limit = 50,
		.has_from_ms = true,
		.from_ms = from_ms,
		.has_to_ms = true,
		.to_ms = to_ms };

	return bench_ask(b, "wallet.records", NULL, &req, rsp);
}

/* Three loads, an hour apart; logged in again, because sessions idle. */
static void
three_loads(struct bench *b, char card_no[21], int64_t at[3])
{
	struct wire_order order = bench_card(b, card_no);

	for (int i = 0; i < 3; i++) {
		if (i != 0) {
			b->now_ms += HOUR_MS;
			assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
			order = bench_topup(b, card_no, 1000 * i);
		}
		bench_load_whole(b, order.order_id);
		at[i] = b->now_ms;
	}
}

static void
test_records_of_a_span(void **state)
{
	static struct wire_card_records_rsp rsp;
	int64_t at[3], before, after;
	struct bench *b;
	char card_no[21];

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	three_loads(b, card_no, at);
	before = at[1];
	after = at[1] + 1;
	assert_int_equal(card_records(b, card_no, NULL, NULL, &rsp), 200);
	assert_int_equal(rsp.records_count, 3);
	assert_int_equal(card_records(b, card_no, &before, &after, &rsp), 200);
	assert_int_equal(rsp.records_count, 1);
	assert_int_equal(rsp.records[0].amount_fen, 1000);
	assert_int_equal(card_records(b, card_no, &after, NULL, &rsp), 200);
	assert_int_equal(rsp.records_count, 1);
	assert_int_equal(rsp.records[0].amount_fen, 2000);
	assert_int_equal(card_records(b, card_no, NULL, &before, &rsp), 200);
	assert_int_equal(rsp.records_count, 1);
	assert_int_equal(rsp.records[0].amount_fen, BENCH_LOAD);
	bench_close(&b);
}

static void
test_wallet_records_of_a_span(void **state)
{
	static struct wire_card_records_rsp rsp;
	struct bench *b;
	int64_t at;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	wallet_topup(b, 1000);
	b->now_ms += HOUR_MS;
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	wallet_topup(b, 2000);
	at = b->now_ms;
	assert_int_equal(wallet_records(b, at, at + 1, &rsp), 200);
	assert_int_equal(rsp.records_count, 1);
	assert_int_equal(rsp.records[0].amount_fen, 2000);
	assert_int_equal(wallet_records(b, 0, at, &rsp), 200);
	assert_int_equal(rsp.records_count, 1);
	assert_int_equal(rsp.records[0].amount_fen, 1000);
	bench_close(&b);
}

/* What ends before it begins has nothing in it; what is no time is refused. */
static void
test_spans_that_are_none(void **state)
{
	static const char *const bad[] = { "-1", "\"2026-11-23\"", "1e12", "253402300800000",
		"null" };
	static struct wire_card_records_rsp rsp;
	int64_t at[3];
	struct bench *b;
	char card_no[21], text[256];
	uint64_t before;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	three_loads(b, card_no, at);
	before = bad_state(b);
	assert_int_equal(card_records(b, card_no, &at[2], &at[0], &rsp), 200);
	assert_int_equal(rsp.records_count, 0);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		int len = snprintf(text, sizeof(text),
		    "{\"op\":\"card.records\",\"body\":{\"card_no\":\"%s\",\"limit\":5,"
		    "\"from_ms\":%s}}",
		    card_no, bad[i]);

		assert_int_equal(bad_call(b, ykt_bytes(text, (size_t)len)), 400);
	}
	assert_true(bad_state(b) == before);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_of_a_span),
		cmocka_unit_test(test_wallet_records_of_a_span),
		cmocka_unit_test(test_spans_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
