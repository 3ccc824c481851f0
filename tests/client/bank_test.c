/*
 * Bank accounts bound, listed, paid from and unbound: every outcome has a screen, no
 * number leaves the device in clear, what is shown is what is signed, and what this
 * device keeps goes with the account. bank_fault_test.c has the faults.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

#include "client/internal.h"

#define AMOUNT 3000

static void
start(struct fake *fake)
{
	fake_init(fake);
	fake->bank.funds = 100000;
	fake_login(fake, false, 0);
	strcpy(fake->pin, FAKE_PIN);
}

static void
bound(struct fake *fake)
{
	start(fake);
	assert_status(ykt_client_bind(fake->client), YKT_OK);
	assert_int_equal(fake_bound(fake), 1);
}

static void
binds_an_account(void **state)
{
	(void)state;
	for (int seless = 0; seless < 2; seless++) {
		struct fake fake;

		fake_init(&fake);
		if (seless == 1)
			fake_seless(&fake);
		fake_login(&fake, false, 0);
		assert_status(ykt_client_bind(fake.client), YKT_OK);
		assert_string_equal(fake.result_id, "bind_result");
		assert_string_equal(fake.result_text, "The account is bound.");
		assert_int_equal(fake_bound(&fake), 1);
		assert_int_equal(fake.bank.begins, 1);
		assert_int_equal(fake.bank.confirms, 1);
		assert_string_equal(client_state(fake.client)->bank.last4, "1114");
		assert_status(ykt_client_accounts(fake.client), YKT_OK);
		assert_string_equal(fake.result_id, "accounts_result");
		assert_int_equal(fake.rows, 2); /* number and id of one */
		fake_clear(&fake);
	}
}

/* Looked at before anything is sent. */
static void
what_is_no_account_is_not_sent(void **state)
{
	static const char *const rows[][2] = {
		{ "bank_number", "6200000000000011115" },
		{ "bank_number", "62000000000" },
		{ "bank_number", "62000000000000111142" },
		{ "bank_number", "62000000000000x1114" },
		{ "bank_number", "" },
		{ "holder", "" },
		{ "holder", "tab\there" },
		{ "bank_phone", "12345" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const char *const answers[] = { rows[i][0], rows[i][1], NULL };
		struct fake fake;
		unsigned ops;

		start(&fake);
		ops = fake.ops;
		fake.answers = answers;
		assert_status(ykt_client_bind(fake.client), YKT_E_ARG);
		assert_int_equal(fake.ops, ops);
		assert_int_equal(fake.bank.count, 0);
		fake_clear(&fake);
	}
}

/* As it stands on a card. */
static void
takes_a_number_in_groups(void **state)
{
	static const char *const answers[] = { "bank_number", "6200 0000 0000 0011 114", NULL };
	struct fake fake;

	(void)state;
	start(&fake);
	fake.answers = answers;
	assert_status(ykt_client_bind(fake.client), YKT_OK);
	fake_clear(&fake);
}

static void
every_outcome_has_its_screen(void **state)
{
	static const struct {
		const char *answers[3];
		bool late;
		enum ykt_status status;
		const char *text;
	} rows[] = {
		{ { "bank_number", FAKE_NUMBER_BLOCKED }, false, YKT_BLOCKED,
		    "The bank has blocked the account." },
		{ { "bank_number", "4111111111111111" }, false, YKT_NOT_FOUND,
		    "The bank knows no such account of this holder with this phone number." },
		{ { "holder", "Somebody else" }, false, YKT_NOT_FOUND,
		    "The bank knows no such account of this holder with this phone number." },
		{ { "otp", "111111" }, false, YKT_DENIED, "The bank's code was not right." },
		{ { "otp", "none" }, false, YKT_DENIED, "The bank's code was not right." },
		{ { NULL }, true, YKT_EXPIRED, "The bank's code was too late." },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		start(&fake);
		fake.answers = rows[i].answers;
		fake.bank.late = rows[i].late;
		assert_status(ykt_client_bind(fake.client), rows[i].status);
		assert_string_equal(fake.result_text, rows[i].text);
		assert_int_equal(fake_bound(&fake), 0);
		assert_string_equal(client_state(fake.client)->bank.account_id, "");
		assert_int_equal(fake.bank.confirms,
		    rows[i].status == YKT_DENIED && i == 3 ? 3 : (rows[i].late ? 1 : 0));
		fake_clear(&fake);
	}
}

static void
binds_twice_never(void **state)
{
	struct fake fake;

	(void)state;
	bound(&fake);
	assert_status(ykt_client_bind(fake.client), YKT_CONFLICT);
	assert_string_equal(fake.result_text, "The account is bound already.");
	assert_int_equal(fake_bound(&fake), 1);
	fake.refuse_op = "account.begin";
	fake.refuse_code = 409;
	fake.refuse_token = "too_many";
	assert_status(ykt_client_bind(fake.client), YKT_OVER_LIMIT);
	assert_string_equal(
	    fake.result_text, "As many accounts are bound as may be. Unbind one first.");
	fake_clear(&fake);
}

static void
without_a_session_nothing_is_asked(void **state)
{
	struct fake fake;
	unsigned ops;

	(void)state;
	bound(&fake);
	assert_status(ykt_client_logout(fake.client), YKT_OK);
	ops = fake.ops;
	assert_status(ykt_client_bind(fake.client), YKT_LOGIN_NEEDED);
	assert_status(ykt_client_accounts(fake.client), YKT_LOGIN_NEEDED);
	assert_status(ykt_client_unbind(fake.client, NULL), YKT_LOGIN_NEEDED);
	assert_int_equal(fake.ops, ops);
	assert_int_equal(fake_bound(&fake), 1);
	fake_clear(&fake);
}

/* What the device keeps: present before, and neither in memory nor in the file behind. */
static void
unbinds_and_keeps_nothing(void **state)
{
	static const char *const ways[] = { NULL, "1114", "default" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(ways); i++) {
		struct client_state before;
		struct fake fake;

		bound(&fake);
		before = *client_state(fake.client);
		assert_string_equal(before.bank.last4, "1114");
		assert_status(ykt_client_unbind(fake.client, ways[i]), YKT_OK);
		assert_string_equal(fake.result_text, "The account is unbound.");
		assert_int_equal(fake_bound(&fake), 0);
		fake_stop(&fake);
		assert_status(fake_start(&fake), YKT_OK);
		/* Nothing else changed but the session's counter. */
		memset(&before.bank, 0, sizeof(before.bank));
		before.session = client_state(fake.client)->session;
		assert_memory_equal(client_state(fake.client), &before, sizeof(before));
		fake_clear(&fake);
	}
}

static void
an_unbinding_that_the_bank_has_not_heard_of(void **state)
{
	struct fake fake;

	(void)state;
	bound(&fake);
	fake.bank.away = true;
	assert_status(ykt_client_unbind(fake.client, "1114"), YKT_PENDING);
	assert_int_equal(fake_bound(&fake), 0);
	assert_string_equal(client_state(fake.client)->bank.account_id, "");
	assert_status(ykt_client_unbind(fake.client, "1114"), YKT_REFUSED);
	assert_string_equal(fake.result_reason, "No such account is bound.");
	fake_clear(&fake);
}

static void
unbindings_that_change_nothing(void **state)
{
	static const char *const wrong[] = { "password", "not it at all", NULL };
	static const char *const declined[] = { "ok", "0", NULL };
	struct fake fake;

	(void)state;
	bound(&fake);
	fake.answers = wrong;
	assert_status(ykt_client_unbind(fake.client, NULL), YKT_DENIED);
	fake.answers = declined;
	assert_status(ykt_client_unbind(fake.client, NULL), YKT_CANCELLED);
	fake.answers = NULL;
	assert_status(ykt_client_unbind(fake.client, "9999"), YKT_REFUSED);
	assert_status(ykt_client_unbind(fake.client, ""), YKT_REFUSED);
	/* Shown as one account, and another in the books. */
	fake.bank.told = "0000";
	assert_status(ykt_client_unbind(fake.client, NULL), YKT_DENIED);
	fake.bank.told = NULL;
	fake.refuse_op = "account.unbind";
	fake.refuse_code = 409;
	fake.refuse_token = "orders";
	assert_status(ykt_client_unbind(fake.client, NULL), YKT_REFUSED);
	assert_string_equal(fake.result_reason, "An order or a payment is unfinished.");
	assert_int_equal(fake_bound(&fake), 1);
	assert_string_equal(client_state(fake.client)->bank.last4, "1114");
	fake_clear(&fake);
}

/* Two are bound: the one that is meant must be named. */
static void
several_accounts_are_told_apart(void **state)
{
	static const char *const second[] = { "bank_number", FAKE_NUMBER2, NULL };
	struct fake fake;

	(void)state;
	bound(&fake);
	fake.answers = second;
	assert_status(ykt_client_bind(fake.client), YKT_OK);
	fake.answers = NULL;
	assert_status(ykt_client_unbind(fake.client, NULL), YKT_REFUSED);
	assert_string_equal(
	    fake.result_reason, "Several accounts are bound. Name one by its last four digits.");
	/* The default is the one that was bound last. */
	assert_status(ykt_client_unbind(fake.client, "default"), YKT_OK);
	assert_string_equal(fake.bank.accounts[0].state, "bound");
	assert_string_equal(fake.bank.accounts[1].state, "unbound");
	fake_clear(&fake);
}

/* Unbound from another device: what is kept here goes when the platform is asked. */
static void
an_account_that_is_gone_is_forgotten(void **state)
{
	struct fake fake;

	(void)state;
	bound(&fake);
	strcpy(fake.bank.accounts[0].state, "unbound");
	assert_status(ykt_client_accounts(fake.client), YKT_OK);
	assert_int_equal(fake.rows, 0);
	assert_string_equal(client_state(fake.client)->bank.account_id, "");
	fake_clear(&fake);
}

static void
pays_from_an_account(void **state)
{
	static const char *const ways[] = { "1114", "default" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(ways); i++) {
		struct fake fake;

		bound(&fake);
		assert_status(ykt_client_pay_from(fake.client, ways[i]), YKT_OK);
		assert_status(ykt_client_wallet_topup(fake.client, AMOUNT), YKT_OK);
		assert_int_equal(fake.bank.taken, AMOUNT);
		assert_int_equal(fake.charged, AMOUNT);
		assert_int_equal(fake.wallet, AMOUNT);
		assert_int_equal(fake.bank.charges, 1);
		/* Without: the pay channel asks the user. */
		assert_status(ykt_client_pay_from(fake.client, NULL), YKT_OK);
		assert_status(ykt_client_wallet_topup(fake.client, AMOUNT), YKT_OK);
		assert_int_equal(fake.bank.taken, AMOUNT);
		assert_int_equal(fake.wallet, 2 * AMOUNT);
		fake_clear(&fake);
	}
}

static void
opens_and_tops_up_from_an_account(void **state)
{
	struct fake fake;

	(void)state;
	bound(&fake);
	assert_status(ykt_client_pay_from(fake.client, "default"), YKT_OK);
	assert_status(ykt_client_open_card(fake.client, FAKE_CITY, AMOUNT), YKT_OK);
	assert_int_equal(fake.bank.taken, AMOUNT + FAKE_FEE);
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_OK);
	assert_int_equal(fake.bank.taken, 2 * AMOUNT + FAKE_FEE);
	assert_int_equal(fake.card.balance, 2 * AMOUNT);
	fake_clear(&fake);
}

static void
charges_that_move_nothing(void **state)
{
	static const char *const wrong[] = { "pin", "111111", NULL };
	static const char *const no_pin[] = { "pin", "x", NULL };
	static const struct {
		const char *from;
		const char *const *answers;
		ykt_fen funds;
		const char *payee;
		enum ykt_status status;
		const char *reason;
	} rows[] = {
		{ "9999", NULL, 100000, NULL, YKT_REFUSED, "No such account is bound." },
		{ "1114", wrong, 100000, NULL, YKT_DENIED, "The payment PIN is not right." },
		{ "1114", no_pin, 100000, NULL, YKT_CANCELLED, "" },
		{ "1114", NULL, AMOUNT - 1, NULL, YKT_REFUSED,
		    "The account holds less than that." },
		{ "1114", NULL, 100000, "Somebody else", YKT_DENIED,
		    "What is to be paid changed while you looked at it." },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct ykt_client_info info;
		struct fake fake;

		bound(&fake);
		fake.answers = rows[i].answers;
		fake.bank.funds = rows[i].funds;
		fake.pay_payee_lie = rows[i].payee;
		assert_status(ykt_client_pay_from(fake.client, rows[i].from), YKT_OK);
		assert_status(ykt_client_wallet_topup(fake.client, AMOUNT), rows[i].status);
		assert_string_equal(fake.result_reason, rows[i].reason);
		assert_string_equal(fake.result_money, "Nothing was charged.");
		assert_int_equal(fake.bank.taken, 0);
		assert_int_equal(fake.charged, 0);
		ykt_client_info(fake.client, &info);
		assert_int_equal(info.open_intents, 0);
		fake_clear(&fake);
	}
}

/* The account system does not answer: asked about, never charged again by itself. */
static void
a_charge_without_an_answer_is_asked_about(void **state)
{
	struct ykt_client_info info;
	struct fake fake;

	(void)state;
	bound(&fake);
	assert_status(ykt_client_pay_from(fake.client, "default"), YKT_OK);
	fake.never_paid = true;
	assert_status(ykt_client_wallet_topup(fake.client, AMOUNT), YKT_PENDING);
	ykt_client_info(fake.client, &info);
	assert_int_equal(info.open_intents, 1);
	fake.never_paid = false;
	/* It was paid all the same. */
	strcpy(fake.orders[0].wire.state, "loaded");
	fake.orders[0].wire.paid_fen = fake.orders[0].wire.loaded_fen = AMOUNT;
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	ykt_client_info(fake.client, &info);
	assert_int_equal(info.open_intents, 0);
	assert_int_equal(fake.bank.taken, 0);
	fake_clear(&fake);
}

static void
too_long_a_name_of_an_account(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	assert_status(
	    ykt_client_pay_from(fake.client, "0123456789abcdef0123456789abcdef0"), YKT_E_ARG);
	assert_status(ykt_client_pay_from(fake.client, "0123456789abcdef0123456789abcdef"), YKT_OK);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(binds_an_account),
		cmocka_unit_test(what_is_no_account_is_not_sent),
		cmocka_unit_test(takes_a_number_in_groups),
		cmocka_unit_test(every_outcome_has_its_screen),
		cmocka_unit_test(binds_twice_never),
		cmocka_unit_test(without_a_session_nothing_is_asked),
		cmocka_unit_test(unbinds_and_keeps_nothing),
		cmocka_unit_test(an_unbinding_that_the_bank_has_not_heard_of),
		cmocka_unit_test(unbindings_that_change_nothing),
		cmocka_unit_test(several_accounts_are_told_apart),
		cmocka_unit_test(an_account_that_is_gone_is_forgotten),
		cmocka_unit_test(pays_from_an_account),
		cmocka_unit_test(opens_and_tops_up_from_an_account),
		cmocka_unit_test(charges_that_move_nothing),
		cmocka_unit_test(a_charge_without_an_answer_is_asked_about),
		cmocka_unit_test(too_long_a_name_of_an_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
