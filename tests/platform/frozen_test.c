/*
 * Code accounts that gates refuse: which are in their list, for how long, and under
 * which version; and that what a gate uploads late is still taken, of whom ever.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "riders.h"
#include "wire/gate_msg.h"
#include "wire/wallet_msg.h"

#define USER_NO "00990100000000000001"
#define DAY_MS  INT64_C(86400000)

static struct wire_gate_params_rsp list;

/* What gates are told; the list's version. */
static int64_t
listed(struct rider *r, size_t count)
{
	struct wire_gate_params_req req = { .version = 0 };

	assert_int_equal(bench_inner(r->b, WIRE_PATH_GATE_PARAMS, RIDE_GATE,
			     &wire_gate_params_req_msg, &req, &wire_gate_params_rsp_msg, &list),
	    200);
	assert_int_equal(list.codes_count, count);
	assert_int_equal(list.has_codes, count != 0);

	return list.version;
}

static int
freeze(struct rider *r, bool frozen)
{
	char body[96];

	(void)snprintf(body, sizeof(body), "{\"user_no\":\"" USER_NO "\",\"frozen\":%s}",
	    frozen ? "true" : "false");

	return bench_raw(r->b, "/admin/code", "operator", ykt_bytes_str(body));
}

static struct rider *
authorised(int64_t wallet)
{
	struct rider *r = rider_open(wallet);

	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 200);

	return r;
}

static void
test_the_next_list_has_who_is_frozen(void **state)
{
	struct rider *r = authorised(TRIP_LIMIT);
	int64_t first;

	(void)state;
	first = listed(r, 0);
	assert_int_equal(freeze(r, true), 200);
	assert_int_equal(listed(r, 1), first + 1);
	assert_string_equal(list.codes[0].user_no, USER_NO);
	assert_int_equal(list.blacklist_count, 0);
	/* Again, and there is nothing new to tell. */
	assert_int_equal(freeze(r, true), 200);
	assert_int_equal(listed(r, 1), first + 1);
	assert_int_equal(freeze(r, false), 200);
	assert_int_equal(listed(r, 0), first + 2);
	/* A list from before is known by its version: gates take none that is older. */
	assert_int_equal(freeze(r, true), 200);
	assert_int_equal(listed(r, 1), first + 3);
	rider_close(r);
}

static void
test_debt_is_listed_too(void **state)
{
	struct rider *r = authorised(TRIP_LIMIT);
	struct wire_ride ride;
	int64_t first;

	(void)state;
	first = listed(r, 0);
	for (int64_t i = 1; i <= 3; i++) {
		ride = rider_ride(r, i, TRIP_LIMIT, (uint32_t)i * 30);
		assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	}
	assert_int_equal(listed(r, 1), first + 1);
	assert_string_equal(list.codes[0].user_no, USER_NO);
	rider_close(r);
}

/* Codes run out by themselves: who has none that may pass a gate takes no room. */
static void
test_who_has_no_code_out_there_takes_no_room(void **state)
{
	struct rider *r = authorised(TRIP_LIMIT);
	int64_t version;

	(void)state;
	assert_int_equal(freeze(r, true), 200);
	version = listed(r, 1);
	r->b->now_ms += DAY_MS; /* the authorisation's life; a gate's clock may be behind */
	assert_int_equal(listed(r, 1), version);
	r->b->now_ms += DAY_MS;
	assert_int_equal(listed(r, 0), version);
	rider_close(r);
}

/* Frozen between the first look and the answer: no authorisation, so the list is whole. */
static void
test_no_authorisation_behind_a_list(void **state)
{
	struct rider *r = authorised(TRIP_LIMIT);
	int64_t version = listed(r, 0);

	(void)state;
	r->b->during_code = "UPDATE code_account SET state = 'frozen'";
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 403);
	assert_string_equal(r->b->error.error, "frozen");
	r->b->during_code = NULL;
	assert_int_equal(bench_number(r->b, "SELECT COUNT(*) FROM code_issue"), 1);
	assert_int_equal(listed(r, 1), version + 1);
	rider_close(r);
}

/* A user who is gone: closed for good, and a ride that comes late is in the books. */
static void
test_a_closed_account_stays_closed(void **state)
{
	struct rider *r = authorised(TRIP_LIMIT);
	const struct wire_user_close_req close = { .password = BENCH_PASS };
	struct wire_empty empty;
	struct wire_ride spent = rider_ride(r, 1, TRIP_LIMIT, 0),
			 late = rider_ride(r, 2, TRIP_LIMIT, 30), later = rider_ride(r, 3, 1, 60);
	int64_t first = listed(r, 0);

	(void)state;
	assert_string_equal(rider_up(r, RIDE_GATE, &spent), "posted");
	r->b->now_ms += DAY_MS;
	assert_int_equal(bench_login(r->b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(bench_ask(r->b, "user.close", NULL, &close, &empty), 200);
	assert_int_equal(listed(r, 1), first + 1);
	assert_int_equal(freeze(r, false), 404);
	assert_int_equal(freeze(r, true), 404);
	assert_int_equal(bench_number(r->b, "SELECT state = 'closed' FROM code_account"), 1);
	/* What gates gave is posted, past the debt at which others are frozen; and a case. */
	assert_string_equal(rider_up(r, RIDE_GATE, &late), "posted");
	assert_string_equal(rider_up(r, RIDE_GATE, &later), "posted");
	assert_int_equal(rider_wallet(r), -TRIP_LIMIT - 1);
	assert_int_equal(
	    bench_number(r->b, "SELECT COUNT(*) FROM casebook WHERE kind = 'code_debt'"), 1);
	assert_int_equal(bench_number(r->b, "SELECT state = 'closed' FROM code_account"), 1);
	assert_int_equal(listed(r, 1), first + 1);
	rider_close(r);
}

/* More than fit: those whose codes live longest, and the list of cards is whole. */
static void
test_a_list_of_codes_that_is_full(void **state)
{
	struct rider *r = authorised(TRIP_LIMIT);
	char sql[400];

	(void)state;
	for (int i = 2; i < WIRE_CODES_MAX + 12; i++) {
		(void)snprintf(sql, sizeof(sql),
		    "INSERT INTO code_account VALUES(%d, 'u%d', '009901%014d', 'a%d', 'frozen', 0)",
		    i, i, i, i);
		assert_status(bench_sql(r->b, sql), YKT_OK);
		(void)snprintf(sql, sizeof(sql),
		    "INSERT INTO code_issue VALUES(randomblob(32), 'u%d', x'02', 1, %lld, 0, "
		    "x'00')",
		    i, (long long)(r->b->now_ms / 1000 + i));
		assert_status(bench_sql(r->b, sql), YKT_OK);
	}
	(void)listed(r, WIRE_CODES_MAX);
	(void)snprintf(sql, sizeof(sql), "009901%014d", WIRE_CODES_MAX + 11);
	assert_string_equal(list.codes[0].user_no, sql);
	assert_int_equal(list.blacklist_count, 0);
	for (size_t i = 0; i < list.codes_count; i++)
		assert_string_not_equal(list.codes[i].user_no, USER_NO);
	rider_close(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_next_list_has_who_is_frozen),
		cmocka_unit_test(test_debt_is_listed_too),
		cmocka_unit_test(test_who_has_no_code_out_there_takes_no_room),
		cmocka_unit_test(test_no_authorisation_behind_a_list),
		cmocka_unit_test(test_a_closed_account_stays_closed),
		cmocka_unit_test(test_a_list_of_codes_that_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
