/*
 * Every function against every fault at every port call, one at a time, until a
 * run meets none: exactly one result screen each time (C5-FUN-1), and after a
 * restart and a recovery without faults the money is where it belongs (I-8).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "fake.h"

#define AMOUNT     5000
#define CALLS_MAX  400
#define RECOVERIES 3

static enum ykt_status
run_register(struct fake *fake)
{
	return ykt_client_register(fake->client);
}

static enum ykt_status
run_login(struct fake *fake)
{
	return ykt_client_login(fake->client);
}

static enum ykt_status
run_logout(struct fake *fake)
{
	return ykt_client_logout(fake->client);
}

static enum ykt_status
run_open(struct fake *fake)
{
	return ykt_client_open_card(fake->client, NULL, 3000);
}

static enum ykt_status
run_cards(struct fake *fake)
{
	return ykt_client_cards(fake->client);
}

static enum ykt_status
run_balance(struct fake *fake)
{
	return ykt_client_balance(fake->client);
}

static enum ykt_status
run_records(struct fake *fake)
{
	return ykt_client_records(fake->client);
}

static enum ykt_status
run_topup(struct fake *fake)
{
	return ykt_client_topup(fake->client, NULL, AMOUNT);
}

static enum ykt_status
run_orders(struct fake *fake)
{
	return ykt_client_orders(fake->client, true);
}

static enum ykt_status
run_recover(struct fake *fake)
{
	return ykt_client_recover(fake->client);
}

static enum ykt_status
run_refund(struct fake *fake)
{
	return ykt_client_refund(fake->client, fake->orders[0].wire.order_id);
}

static enum ykt_status
run_return(struct fake *fake)
{
	return ykt_client_return(fake->client, NULL);
}

static enum ykt_status
run_move_out(struct fake *fake)
{
	return ykt_client_move_out(fake->client, NULL);
}

static enum ykt_status
run_move_in(struct fake *fake)
{
	return ykt_client_move_in(fake->client, NULL);
}

enum setup {
	BLANK,
	LOGGED_IN,
	WITH_CARD,
	WITH_PAID,
	WITH_LOADING,
	WITH_MONEY,
	WITH_NO_UNLOAD,
	WITH_TICKET
};

static const struct {
	const char *name;
	enum setup setup;
	enum ykt_status (*run)(struct fake *fake);
} functions[] = {
	{ "register", BLANK, run_register },
	{ "login", LOGGED_IN, run_login },
	{ "logout", WITH_CARD, run_logout },
	{ "open_card", LOGGED_IN, run_open },
	{ "cards", WITH_CARD, run_cards },
	{ "balance", WITH_CARD, run_balance },
	{ "records", WITH_CARD, run_records },
	{ "topup", WITH_CARD, run_topup },
	{ "orders", WITH_PAID, run_orders },
	{ "recover", WITH_PAID, run_recover },
	{ "recover a loading order", WITH_LOADING, run_recover },
	{ "refund", WITH_PAID, run_refund },
	{ "refund with proof", WITH_LOADING, run_refund },
	{ "return", WITH_MONEY, run_return },
	{ "return of an empty card", WITH_CARD, run_return },
	{ "return that cannot be", WITH_NO_UNLOAD, run_return },
	{ "move out", WITH_MONEY, run_move_out },
	{ "move in", WITH_TICKET, run_move_in },
};

static const struct {
	enum fake_fault fault;
	const char *name;
} faults[] = {
	{ FAKE_NET, "not sent" },
	{ FAKE_LOST_REQ, "request lost" },
	{ FAKE_LOST_RSP, "answer lost" },
	{ FAKE_TAMPER, "answer changed" },
	{ FAKE_CODE_500, "gateway error" },
	{ FAKE_APDU_REQ, "command lost" },
	{ FAKE_APDU_RSP, "card's answer lost" },
	{ FAKE_APDU_6F00, "6F00" },
	{ FAKE_APDU_SHORT, "answer of one byte" },
	{ FAKE_FILE, "file not written" },
	{ FAKE_RANDOM, "no randomness" },
	{ FAKE_MEMORY, "no memory" },
	{ FAKE_DOWN, "node down" },
};

/* The world before the function, with the client stopped. */
static void
prepare(struct fake *fake, enum setup setup)
{
	fake_init(fake);
	if (setup == BLANK) {
		assert_status(fake_start(fake), YKT_OK);
		fake_stop(fake);
		return;
	}
	fake_login(fake, setup >= WITH_CARD, setup >= WITH_MONEY ? 700 : 0);
	fake->card.no_unload = setup == WITH_NO_UNLOAD;
	if (setup == WITH_PAID || setup == WITH_LOADING) {
		fake->card.gate = true;
		assert_status(ykt_client_topup(fake->client, NULL, AMOUNT), YKT_PENDING);
		fake->card.gate = false;
	}
	if (setup == WITH_TICKET) {
		assert_status(ykt_client_move_out(fake->client, NULL), YKT_OK);
		assert_false(fake->card.installed);
	}
	if (setup == WITH_LOADING) {
		strcpy(fake->orders[0].wire.state, "loading");
		fake->orders[0].permit = fake->orders[0].given = true;
	}
	fake_stop(fake);
}

/* Every order whole or not at all, on the card once, and paid for once. */
static void
check_money(const struct fake *fake, const char *why)
{
	ykt_fen on_card = 0, off_card = 0, wallet = 0, by_ticket = 0, paid = 0, back = 0;
	bool moves = strcmp(fake->unload.wire.purpose, "move") == 0;
	bool used = strcmp(fake->unload.wire.ticket, "used") == 0;
	unsigned loads = 0;

	for (size_t i = 0; i < fake->order_count; i++) {
		const struct wire_order *o = &fake->orders[i].wire;
		bool unpaid = o->paid_fen == 0 && o->loaded_fen == 0 && o->refunded_fen == 0;
		bool loaded = o->paid_fen == o->amount_fen && o->loaded_fen == o->paid_fen &&
			      o->refunded_fen == 0;
		bool returned = o->paid_fen == o->amount_fen && o->refunded_fen == o->paid_fen &&
				o->loaded_fen == 0;

		assert_true_why(o->amount_fen == 0 || unpaid + loaded + returned == 1, why);
		paid += o->paid_fen;
		back += o->refunded_fen;
		if (loaded && strcmp(o->kind, "topup") == 0) {
			on_card += o->loaded_fen;
			loads++;
		}
	}
	if (fake->unload.there && strcmp(fake->unload.wire.state, "done") == 0) {
		off_card = fake->unload.wire.amount_fen;
		assert_true_why(used || !fake->card.installed, why);
	}
	if (!moves && off_card > FAKE_UNLOAD_FEE)
		wallet = off_card - FAKE_UNLOAD_FEE;
	if (used)
		by_ticket = off_card;
	assert_true_why(fake->charged == paid - back - by_ticket, why);
	assert_true_why(fake->wallet == wallet, why);
	assert_true_why(fake->card.unloads == (off_card != 0), why);
	assert_true_why(fake->card.balance + off_card == on_card + fake->start_balance, why);
	assert_true_why(fake->card.commits == loads, why);
}

/* A restart with nothing wrong any more. */
static void
heal(struct fake *fake, const char *why)
{
	struct ykt_client_info info;
	enum ykt_status status = YKT_OK;

	fake_stop(fake);
	fake->down = false;
	fake->fault_at = 0;
	assert_status_why(fake_start(fake), YKT_OK, why);
	ykt_client_info(fake->client, &info);
	if (!fake->registered)
		return;
	if (!info.logged_in)
		assert_status_why(ykt_client_login(fake->client), YKT_OK, why);
	for (int i = 0; i < RECOVERIES; i++) {
		status = ykt_client_recover(fake->client);
		/* A login whose session could not be saved has ended the old one. */
		if (status == YKT_LOGIN_NEEDED)
			assert_status_why(ykt_client_login(fake->client), YKT_OK, why);
	}
	assert_status_why(status, YKT_OK, why);
	ykt_client_info(fake->client, &info);
	assert_true_why(info.open_intents == 0, why);
}

static void
one(struct fake *fake, const struct fake *base, size_t f, size_t k, unsigned n)
{
	enum ykt_status status;
	char why[128];
	unsigned results;

	*fake = *base;
	snprintf(why, sizeof(why), "%s, %s at call %u", functions[f].name, faults[k].name, n);
	fake->fault = faults[k].fault;
	fake->fault_at = n;
	status = fake_start(fake);
	if (status != YKT_OK) {
		assert_true_why(fake->client == NULL && fake->fired, why);
	} else {
		results = fake->results;
		status = functions[f].run(fake);
		assert_true_why(fake->results == results + 1, why);
		if (!fake->fired)
			assert_true_why(
			    status == (fake->card.no_unload ? YKT_REFUSED : YKT_OK), why);
	}
	if (fake->down)
		assert_status_why(status, YKT_E_DOWN, why);
	heal(fake, why);
	check_money(fake, why);
	fake_stop(fake);
}

static void
run_all(size_t f)
{
	static struct fake fake, base;

	prepare(&fake, functions[f].setup);
	base = fake;
	for (size_t k = 0; k < YKT_ARRAY_LEN(faults); k++) {
		unsigned n = 0;

		do
			one(&fake, &base, f, k, ++n);
		while (fake.fired && n < CALLS_MAX);
		assert_true_why(n < CALLS_MAX, functions[f].name);
	}
	fake_clear(&fake);
}

static void
ends_in_one_screen_and_loses_no_money_user(void **state)
{
	(void)state;
	for (size_t f = 0; f < 3; f++)
		run_all(f);
}

static void
ends_in_one_screen_and_loses_no_money_opening(void **state)
{
	(void)state;
	run_all(3);
}

static void
ends_in_one_screen_and_loses_no_money_queries(void **state)
{
	(void)state;
	for (size_t f = 4; f < 7; f++)
		run_all(f);
	run_all(8);
}

static void
ends_in_one_screen_and_loses_no_money_topup(void **state)
{
	(void)state;
	run_all(7);
}

static void
ends_in_one_screen_and_loses_no_money_recovery(void **state)
{
	(void)state;
	run_all(9);
	run_all(10);
}

static void
ends_in_one_screen_and_loses_no_money_refund(void **state)
{
	(void)state;
	run_all(11);
	run_all(12);
}

static void
ends_in_one_screen_and_loses_no_money_return(void **state)
{
	(void)state;
	run_all(13);
	run_all(14);
	run_all(15);
}

static void
ends_in_one_screen_and_loses_no_money_move(void **state)
{
	(void)state;
	run_all(16);
	run_all(17);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_in_one_screen_and_loses_no_money_user),
		cmocka_unit_test(ends_in_one_screen_and_loses_no_money_opening),
		cmocka_unit_test(ends_in_one_screen_and_loses_no_money_queries),
		cmocka_unit_test(ends_in_one_screen_and_loses_no_money_topup),
		cmocka_unit_test(ends_in_one_screen_and_loses_no_money_recovery),
		cmocka_unit_test(ends_in_one_screen_and_loses_no_money_refund),
		cmocka_unit_test(ends_in_one_screen_and_loses_no_money_return),
		cmocka_unit_test(ends_in_one_screen_and_loses_no_money_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
