/*
 * Limits of the owner's registration and of the element, as the rider meets them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"
#include "fake.h"

/* I-2: more than the owner's registration allows; refused before anybody pays, the limit named. */
static void
a_limit_is_named_before_anybody_pays(void **state)
{
	static const char *const ops[] = { "order.topup", "order.open", "order.wallet" };
	struct fake fake;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(ops); i++) {
		fake_init(&fake);
		fake_login(&fake, i == 0, 700);
		fake.refuse_op = ops[i];
		fake.refuse_code = 409;
		fake.refuse_token = "cap";
		fake.refuse_limit = 100000;
		if (i == 0)
			assert_status(ykt_client_topup(fake.client, NULL, 50000), YKT_REFUSED);
		else if (i == 1)
			assert_status(
			    ykt_client_open_card(fake.client, FAKE_CITY, 50000), YKT_REFUSED);
		else
			assert_status(ykt_client_wallet_topup(fake.client, 200000), YKT_REFUSED);
		assert_int_equal(fake.shown_limit, 100000);
		assert_string_equal(fake.result_reason, "It would hold more than it may.");
		assert_string_equal(fake.result_money, "Nothing was charged.");
		assert_int_equal(fake.asked_pay, 0);
		assert_int_equal(fake.charged, 0);
		assert_false(ykt_client_recover_needed(fake.client));
		fake_clear(&fake);
	}
}

/* The files of a purse are 4119 bytes (card.md 1.2). */
static void
nobody_pays_for_what_has_no_room(void **state)
{
	static const struct {
		int64_t room; /* as of struct fake_card */
		enum ykt_status status;
	} rows[] = { { 0 + 1, YKT_REFUSED }, { 4118 + 1, YKT_REFUSED }, { 4119 + 1, YKT_OK },
		{ INT64_C(0xFFFFFFFF) + 1, YKT_OK }, { 0, YKT_OK } };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		fake_init(&fake);
		fake_login(&fake, false, 0);
		fake.card.room = rows[i].room;
		assert_status(ykt_client_open_card(fake.client, FAKE_CITY, 0), rows[i].status);
		if (rows[i].status == YKT_REFUSED) {
			assert_string_equal(fake.result_reason,
			    "There is no room for another card in the secure element.");
			assert_string_equal(fake.result_money, "Nothing was charged.");
			assert_int_equal(fake.order_count, 0);
			assert_false(ykt_client_recover_needed(fake.client));
			assert_int_equal(fake.charged, 0);
			assert_false(fake.card.installed);
		}
		fake_clear(&fake);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_is_named_before_anybody_pays),
		cmocka_unit_test(nobody_pays_for_what_has_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
