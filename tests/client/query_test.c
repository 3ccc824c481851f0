/*
 * Balance, records, orders, cards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

#include "card/files.h"

static void
shows_the_balance_off_the_card_without_a_session(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.card.installed = true;
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_balance(fake.client), YKT_OK);
	assert_int_equal(fake.ops, 0);
	assert_string_equal(fake.shown_card, "310123*********3456");
	fake_clear(&fake);
}

static void
shows_the_accounts_balance_without_the_card(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	fake.card.gone = true;
	assert_status(ykt_client_balance(fake.client), YKT_OK);
	assert_status(ykt_client_logout(fake.client), YKT_OK);
	assert_status(ykt_client_balance(fake.client), YKT_E_LINK);
	assert_int_equal(fake.results, 3);
	fake_clear(&fake);
}

static void
put_trip(struct fake *fake, uint8_t minute, uint32_t amount)
{
	struct record_trip trip = { .type = RECORD_TRIP_SINGLE,
		.terminal = { 0, 0, 0x31, 0, 0, 0, 0, 1 },
		.industry = RECORD_INDUSTRY_BUS,
		.amount = amount,
		.time = { 0x20, 0x26, 0x11, 0x23, 0x08, minute, 0x00 },
		.city = { 0x99, 0x02 } };

	record_trip_encode(&trip, fake->card.records[fake->card.record_count++]);
}

/* 2026-11-23 08:mm:00 in UTC+8. */
static int64_t
at(int minute)
{
	return INT64_C(1795392000000) + minute * INT64_C(60000);
}

static void
put_account(struct fake *fake, const char *kind, int64_t time_ms, ykt_fen amount, const char *place)
{
	struct wire_record *record = &fake->records.records[fake->records.records_count++];

	strcpy(record->kind, kind);
	strcpy(record->place, place);
	strcpy(record->state, "posted");
	record->time_ms = time_ms;
	record->amount_fen = amount;
}

static void
merges_records_by_terminal_and_time(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	put_trip(&fake, 0x05, 200);
	put_trip(&fake, 0x01, 200);
	put_account(&fake, "tap", at(1), 200, "9902 310000000001"); /* the second trip */
	put_account(&fake, "tap", at(1), 200, "9902 310000000002"); /* another gate */
	put_account(&fake, "load", at(0), 5000, "9901");
	assert_status(ykt_client_records(fake.client), YKT_OK);
	assert_int_equal(fake.rows, 4);
	fake_clear(&fake);
}

/* On the card and in the account alike; the first millisecond counts, the last does not. */
static void
shows_records_of_a_span_alone(void **state)
{
	static const struct {
		int64_t from, to;
		unsigned rows;
	} spans[] = { { 0, 0, 5 }, { 2, 0, 3 }, { 0, 2, 2 }, { 1, 5, 3 }, { 5, 6, 1 },
		{ 6, 9, 0 } };
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	put_trip(&fake, 0x05, 200);
	put_trip(&fake, 0x01, 200);
	put_account(&fake, "tap", at(1), 200, "9902 310000000001"); /* the second trip */
	put_account(&fake, "tap", at(2), 200, "9902 310000000002");
	put_account(&fake, "tap", at(3), 200, "9902 310000000002");
	put_account(&fake, "load", at(0), 5000, "9901");
	for (size_t i = 0; i < YKT_ARRAY_LEN(spans); i++) {
		assert_status(ykt_client_records_between(fake.client,
				  spans[i].from == 0 ? 0 : at((int)spans[i].from),
				  spans[i].to == 0 ? 0 : at((int)spans[i].to)),
		    YKT_OK);
		assert_int_equal(fake.rows, spans[i].rows);
	}
	fake_clear(&fake);
}

/* Refused before card or platform hear of it, on the one result screen. */
static void
a_span_that_is_none_is_refused(void **state)
{
	static const int64_t bad[][2] = { { 5, 5 }, { 6, 5 }, { -1, 0 }, { 0, -1 },
		{ 1, INT64_MAX } };
	struct fake fake;
	unsigned calls;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	calls = fake.calls;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		unsigned results = fake.results;

		assert_status(
		    ykt_client_records_between(fake.client, bad[i][0], bad[i][1]), YKT_E_ARG);
		assert_int_equal(fake.results, results + 1);
	}
	assert_int_equal(fake.calls, calls);
	fake_clear(&fake);
}

static void
lists_records_of_the_card_alone_without_a_session(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.card.installed = true;
	put_trip(&fake, 0x05, 200);
	fake.card.records[1][0] = 6; /* a record that is none: no date */
	fake.card.record_count = 2;
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_records(fake.client), YKT_OK);
	assert_int_equal(fake.rows, 1);
	fake_clear(&fake);
}

/* No empty line where there is nothing to say. */
static void
shows_no_moment_of_a_wallet_that_was_never_used(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	assert_status(ykt_client_wallet(fake.client), YKT_OK);
	assert_int_equal(fake.wallet_times, 1);
	fake.wallet_unused = true;
	assert_status(ykt_client_wallet(fake.client), YKT_OK);
	assert_int_equal(fake.wallet_times, 1);
	fake_clear(&fake);
}

static void
lists_orders_and_cards(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	assert_status(ykt_client_topup(fake.client, NULL, 5000), YKT_OK);
	fake.decline = true;
	assert_status(ykt_client_topup(fake.client, NULL, 6000), YKT_CANCELLED);
	assert_status(ykt_client_orders(fake.client, false), YKT_OK);
	assert_int_equal(fake.rows, 2 + 2); /* an id and a time each */
	assert_status(ykt_client_orders(fake.client, true), YKT_OK);
	assert_int_equal(fake.rows, 0);
	assert_status(ykt_client_cards(fake.client), YKT_OK);
	assert_int_equal(fake.rows, 1 + 1);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_the_balance_off_the_card_without_a_session),
		cmocka_unit_test(shows_the_accounts_balance_without_the_card),
		cmocka_unit_test(merges_records_by_terminal_and_time),
		cmocka_unit_test(shows_records_of_a_span_alone),
		cmocka_unit_test(a_span_that_is_none_is_refused),
		cmocka_unit_test(lists_records_of_the_card_alone_without_a_session),
		cmocka_unit_test(shows_no_moment_of_a_wallet_that_was_never_used),
		cmocka_unit_test(lists_orders_and_cards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
