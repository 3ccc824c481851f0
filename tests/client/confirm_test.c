/*
 * What is shown is what is signed is what is paid (C5-HCI-7): top-up, opening,
 * wallet top-up. A platform that shows the user anything else than its own books
 * say gets no payment out of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"
#include "wire/shown.h"

#define AMOUNT 5000

enum debit { TOPUP, OPENING, WALLET };

static void
start(struct fake *fake, enum debit debit)
{
	fake_init(fake);
	fake_login(fake, debit == TOPUP, 0);
}

static enum ykt_status
pay(struct fake *fake, enum debit debit)
{
	switch (debit) {
	case TOPUP:
		return ykt_client_topup(fake->client, NULL, AMOUNT);
	case OPENING:
		return ykt_client_open_card(fake->client, FAKE_CITY, AMOUNT);
	default:
		return ykt_client_wallet_topup(fake->client, AMOUNT);
	}
}

static void
one_yes_is_one_signature_and_one_payment(void **state)
{
	static const ykt_fen charged[] = { AMOUNT, AMOUNT + FAKE_FEE, AMOUNT };

	(void)state;
	for (enum debit debit = TOPUP; debit <= WALLET; debit++) {
		struct fake fake;

		start(&fake, debit);
		assert_status(pay(&fake, debit), YKT_OK);
		assert_int_equal(fake.confirms, 1);
		assert_int_equal(fake.asked_pay, 1);
		assert_int_equal(fake.shown_amount, charged[debit]);
		assert_int_equal(fake.charged, charged[debit]);
		fake_clear(&fake);
	}
}

static void
without_a_yes_nothing_is_signed(void **state)
{
	(void)state;
	for (enum debit debit = TOPUP; debit <= WALLET; debit++) {
		struct fake fake;

		start(&fake, debit);
		fake.decline = true;
		assert_status(pay(&fake, debit), YKT_CANCELLED);
		assert_int_equal(fake.confirms, 0);
		assert_int_equal(fake.charged, 0);
		fake_clear(&fake);
	}
}

/* Each: what the screen said, what the books say. Refused before the pay channel is asked. */
static void
a_screen_that_says_something_else_pays_nothing(void **state)
{
	(void)state;
	for (enum debit debit = TOPUP; debit <= WALLET; debit++) {
		for (int lie = 0; lie < 2; lie++) {
			struct fake fake;

			if (lie == 1 && debit != OPENING)
				continue;
			start(&fake, debit);
			if (lie == 0)
				fake.pay_payee_lie = "Somebody else";
			else
				fake.order_city_lie = "9902";
			assert_status(pay(&fake, debit), YKT_DENIED);
			assert_int_equal(fake.asked_pay, 1);
			assert_int_equal(fake.confirms, 1);
			assert_string_equal(fake.result_reason,
			    "What is to be paid changed while you looked at it.");
			assert_string_equal(fake.result_money, "Nothing was charged.");
			assert_int_equal(fake.charged, 0);
			assert_int_equal(fake.wallet, 0);
			assert_int_equal(fake.card.commits, 0);
			fake_clear(&fake);
		}
	}
}

/* Its own order is another than the one on the screen: amount, kind, card. */
static void
an_order_that_changes_behind_the_screen_pays_nothing(void **state)
{
	(void)state;
	for (unsigned what = 0; what < 2; what++) {
		struct fake fake;

		start(&fake, TOPUP);
		/* The order was made before; what stands in the books is not what was asked for. */
		fake.decline = true;
		assert_status(pay(&fake, TOPUP), YKT_CANCELLED);
		fake.decline = false;
		assert_int_equal(fake.order_count, 1);
		fake.swap_order = what + 1;
		assert_status(pay(&fake, TOPUP), YKT_DENIED);
		assert_int_equal(fake.charged, 0);
		assert_int_equal(fake.card.commits, 0);
		fake_clear(&fake);
	}
}

/* The platform holds another amount than the one that was shown: nothing goes back. */
static void
a_refund_is_of_what_was_shown(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.card.gate = true;
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_PENDING);
	fake.refund_lie = 1;
	assert_status(ykt_client_refund(fake.client, fake.orders[0].wire.order_id), YKT_DENIED);
	assert_int_equal(fake.charged, 3000);
	assert_int_equal(fake_refunded(&fake), 0);
	fake.refund_lie = 0;
	assert_status(ykt_client_refund(fake.client, fake.orders[0].wire.order_id), YKT_OK);
	assert_int_equal(fake.charged, 0);
	fake_clear(&fake);
}

/* Said once and not twice, asking nothing; the order that is there stays as it is. */
static void
an_order_that_is_none_is_not_refunded(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
	assert_status(
	    ykt_client_refund(fake.client, "0123456789abcdef0123456789abcdef"), YKT_NOT_FOUND);
	assert_string_equal(fake.result_text, "There is no such order.");
	assert_string_equal(fake.result_reason, "");
	assert_int_equal(fake.charged, 3000);
	assert_int_equal(fake_refunded(&fake), 0);
	assert_int_equal(fake_loaded(&fake), 3000);
	assert_string_equal(fake.orders[0].wire.state, "loaded");
	fake_clear(&fake);
}

/* Every part of the digest counts: each, changed, makes another. */
static void
the_digest_covers_every_field(void **state)
{
	static const char id[] = "00000000000000000000000000000001";
	static const char other[] = "00000000000000000000000000000002";
	const struct wire_shown shown = { id, id, "topup", FAKE_CARD_NO, "", "payee", NULL, 5000, 0,
		5000 };
	struct wire_shown rows[] = { shown, shown, shown, shown, shown, shown, shown, shown, shown,
		shown, shown };
	uint8_t digests[YKT_ARRAY_LEN(rows)][32];
	struct fake fake;

	(void)state;
	fake_init(&fake);
	rows[1].order_id = other;
	rows[2].user_id = other;
	rows[3].kind = "wallet";
	rows[4].card_no = "03101234567890123457";
	rows[5].city = "9901";
	rows[6].payee = "Payee";
	rows[7].amount_fen = 5001;
	rows[8].fee_fen = 1;
	rows[9].load_fen = 4999;
	rows[10].account = "bank 1234";
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_status(wire_shown_digest(fake.crypto, &rows[i], digests[i]), YKT_OK);
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(digests[i], digests[k], 32);
	}
	/* What moves from one field to its neighbour is another screen too. */
	rows[0].card_no = "0310";
	rows[0].city = "99";
	rows[1] = rows[0];
	rows[1].card_no = "031099";
	rows[1].city = "";
	assert_status(wire_shown_digest(fake.crypto, &rows[0], digests[0]), YKT_OK);
	assert_status(wire_shown_digest(fake.crypto, &rows[1], digests[1]), YKT_OK);
	assert_memory_not_equal(digests[0], digests[1], 32);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refund_is_of_what_was_shown),
		cmocka_unit_test(an_order_that_is_none_is_not_refunded),
		cmocka_unit_test(one_yes_is_one_signature_and_one_payment),
		cmocka_unit_test(without_a_yes_nothing_is_signed),
		cmocka_unit_test(a_screen_that_says_something_else_pays_nothing),
		cmocka_unit_test(an_order_that_changes_behind_the_screen_pays_nothing),
		cmocka_unit_test(the_digest_covers_every_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
