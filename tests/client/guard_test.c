/*
 * Secure screens (C5-HCI-3): guarded while they are shown, blanked and forgotten
 * in the background, and with them, past the idle limit, the session.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

#include "client/internal.h"

#define IDLE_MS 300000 /* of the fake's sessions */

typedef enum ykt_status
ask_fn(void *, const struct ykt_screen *, struct ykt_answers *, int64_t deadline);
typedef enum ykt_status
keypad_fn(void *, const struct ykt_keypad *, unsigned *ret_press, int64_t deadline);

/* A user who puts the phone away, at one form or at one press. */
struct away {
	struct fake fake;
	ask_fn *ask;
	keypad_fn *keypad;
	const char *form; /* at which; NULL: at no form */
	unsigned press;   /* with so many digits typed, 0: never */
	unsigned hides;   /* how often still */
	int64_t away_ms;  /* for how long, no longer than it is waited for */
	unsigned hidden;
	int64_t waited_for; /* the deadline of the showing after the last hiding */
	uint8_t layout[YKT_KEYPAD_KEYS];
	unsigned pads; /* showings of it */
};

static struct away *
away_of(void *ctx)
{
	return (struct away *)(void *)((char *)ctx - offsetof(struct away, fake));
}

/* Comes back, or does not before the time is over. */
static enum ykt_status
wait_in_front(struct away *away, int64_t deadline)
{
	struct fake *fake = &away->fake;

	away->waited_for = deadline;
	if (fake->now_ms + away->away_ms >= deadline) {
		fake->now_ms = deadline;
		return YKT_E_DEADLINE;
	}
	fake->now_ms += away->away_ms;

	return YKT_OK;
}

static void
hide(struct away *away)
{
	away->hides--;
	away->hidden++;
}

static enum ykt_status
away_ask(
    void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers, int64_t deadline)
{
	static const struct ykt_answers none;
	struct away *away = away_of(ctx);
	enum ykt_status status = YKT_OK;

	/* Nothing of the showing before is left in it. */
	assert_memory_equal(ret_answers, &none, sizeof(none));
	if (away->form == NULL || strcmp(screen->id, away->form) != 0)
		return away->ask(ctx, screen, ret_answers, deadline);
	if (away->hidden > 0)
		status = wait_in_front(away, deadline);
	if (status != YKT_OK)
		return status;
	assert_status(away->ask(ctx, screen, ret_answers, deadline), YKT_OK);
	if (away->hides == 0)
		return YKT_OK;
	hide(away);

	return YKT_HIDDEN;
}

static enum ykt_status
away_keypad(void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline)
{
	struct away *away = away_of(ctx);
	enum ykt_status status = YKT_OK;

	if (pad->entered == 0) {
		away->pads++;
		if (away->hidden > 0) {
			assert_memory_not_equal(away->layout, pad->digit, sizeof(away->layout));
			status = wait_in_front(away, deadline);
		}
		memcpy(away->layout, pad->digit, sizeof(away->layout));
	}
	if (status != YKT_OK)
		return status;
	if (away->press != 0 && pad->entered == away->press && away->hides > 0) {
		hide(away);
		return YKT_HIDDEN;
	}

	return away->keypad(ctx, pad, ret_press, deadline);
}

static void
start(struct away *away)
{
	struct fake *fake = &away->fake;

	memset(away, 0, sizeof(*away));
	fake_init(fake);
	away->ask = fake->ui.ask;
	away->keypad = fake->ui.keypad;
	fake->ui.ask = away_ask;
	fake->ui.keypad = away_keypad;
	fake_seless(fake);
	fake_login(fake, false, 0);
	strcpy(fake->pin, FAKE_PIN);
	fake->wallet = 10000;
	strcpy(fake->bills[0].wire.bill_id, FAKE_BILL);
	strcpy(fake->bills[0].wire.payee, "Noodles Zhang");
	strcpy(fake->bills[0].wire.goods, "noodles");
	fake->bills[0].wire.amount_fen = FAKE_PRICE;
	fake->bills[0].wire.created_ms = fake->now_ms;
	fake->bills[0].wire.expires_ms = fake->now_ms + 6 * IDLE_MS;
	strcpy(fake->bills[0].wire.state, "open");
}

static bool
logged_in(const struct away *away)
{
	struct ykt_client_info info;

	ykt_client_info(away->fake.client, &info);

	return info.logged_in;
}

/* The fake asserts at every form, pad and result that the guard is as it must be. */
static void
every_screen_that_is_secure_is_guarded_and_no_other(void **state)
{
	struct away away;
	unsigned guards;

	(void)state;
	start(&away);
	guards = away.fake.guards;
	assert_status(ykt_client_wallet(away.fake.client), YKT_OK);
	assert_int_equal(away.fake.guards, guards);
	assert_status(ykt_client_pay(away.fake.client, FAKE_BILL), YKT_OK);
	assert_int_equal(away.fake.guards, guards + 2); /* what is paid, and the pad */
	assert_status(ykt_client_code_open(away.fake.client), YKT_OK);
	assert_status(ykt_client_code_show(away.fake.client, false), YKT_OK);
	assert_int_equal(away.fake.codes_shown, 1);
	/* The code stays on the screen, and so does the guard: until the next function. */
	assert_true(away.fake.guarded);
	assert_status(ykt_client_wallet(away.fake.client), YKT_OK);
	assert_false(away.fake.guarded);
	away.fake.stop_after = 3;
	assert_status(ykt_client_code_show(away.fake.client, true), YKT_OK);
	assert_true(away.fake.guarded);
	fake_stop(&away.fake);
	assert_false(away.fake.guarded);
	fake_clear(&away.fake);
}

static void
forms_with_secrets_are_secure(void **state)
{
	static const enum client_form plain[] = { CLIENT_FORM_APP, CLIENT_FORM_REFUND,
		CLIENT_FORM_UPDATE, CLIENT_FORM_APPS_UPDATE, CLIENT_FORM_LOCK,
		CLIENT_FORM_BIND_CARD };

	(void)state;
	for (int i = 0; i < CLIENT_FORM_COUNT; i++) {
		bool is_plain = false;

		for (size_t k = 0; k < YKT_ARRAY_LEN(plain); k++)
			is_plain = is_plain || (int)plain[k] == i;
		assert_true_why(client_forms[i].secure == !is_plain, client_forms[i].id);
	}
}

static void
what_was_typed_into_a_form_is_forgotten_in_the_background(void **state)
{
	struct away away;

	(void)state;
	start(&away);
	away.form = "login_form";
	away.hides = 2;
	away.away_ms = 1000;
	assert_status(ykt_client_login(away.fake.client), YKT_OK);
	assert_int_equal(away.hidden, 2);
	assert_int_equal(away.fake.asked, 3); /* from nothing, each time */
	fake_clear(&away.fake);
}

static void
a_pin_half_typed_is_forgotten_in_the_background(void **state)
{
	struct away away;

	(void)state;
	for (unsigned typed = 1; typed < 6; typed++) {
		start(&away);
		away.press = typed;
		away.hides = 1;
		away.away_ms = 1000;
		assert_status(ykt_client_pay(away.fake.client, FAKE_BILL), YKT_OK);
		assert_int_equal(away.pads, 2);
		assert_int_equal(away.fake.bills[0].debits, 1);
		fake_clear(&away.fake);
	}
}

/* At the form or at the pad: the payment ends, the session is wiped here and on the disk. */
static void
past_the_idle_limit_everything_is_forgotten(void **state)
{
	struct away away;

	(void)state;
	for (int at_pad = 0; at_pad < 2; at_pad++) {
		struct client_session none = { 0 };

		start(&away);
		if (at_pad)
			away.press = 3;
		else
			away.form = "bill_confirm";
		away.hides = 1;
		away.away_ms = 2 * IDLE_MS;
		assert_status(ykt_client_login(away.fake.client), YKT_OK);
		away.fake.client->store.state.session.idle_ms = 60000;
		assert_status(ykt_client_pay(away.fake.client, FAKE_BILL), YKT_LOGIN_NEEDED);
		/* Not waited for longer than that. */
		assert_int_equal(away.waited_for, away.fake.now_ms);
		assert_false(logged_in(&away));
		assert_memory_equal(&client_state(away.fake.client)->session, &none, sizeof(none));
		assert_int_equal(away.fake.bill_pays, 0);
		assert_int_equal(away.fake.wallet, 10000);
		assert_string_equal(away.fake.result_id, "pay_result");
		fake_stop(&away.fake);
		assert_status(fake_start(&away.fake), YKT_OK);
		assert_false(logged_in(&away));
		fake_clear(&away.fake);
	}
}

static void
without_a_session_the_form_ends_by_its_time(void **state)
{
	struct away away;

	(void)state;
	start(&away);
	assert_status(ykt_client_logout(away.fake.client), YKT_OK);
	away.form = "login_form";
	away.hides = 1;
	away.away_ms = 2 * IDLE_MS;
	assert_status(ykt_client_login(away.fake.client), YKT_E_DEADLINE);
	assert_false(logged_in(&away));
	assert_string_equal(away.fake.last_op, "user.logout");
	fake_clear(&away.fake);
}

static void
a_host_that_hides_for_ever_is_a_bad_driver(void **state)
{
	struct away away;

	(void)state;
	start(&away);
	away.form = "bill_confirm";
	away.hides = 100000;
	assert_status(ykt_client_pay(away.fake.client, FAKE_BILL), YKT_E_DRIVER);
	assert_true(away.hidden < 1000);
	assert_int_equal(away.fake.bill_pays, 0);
	fake_clear(&away.fake);
}

static void
what_cannot_be_guarded_is_not_shown(void **state)
{
	struct away away;
	unsigned asked;

	(void)state;
	start(&away);
	assert_status(ykt_client_code_open(away.fake.client), YKT_OK);
	asked = away.fake.asked;
	away.fake.guard_fails = true;
	assert_status(ykt_client_login(away.fake.client), YKT_E_DRIVER);
	assert_status(ykt_client_pay(away.fake.client, FAKE_BILL), YKT_E_DRIVER);
	assert_status(ykt_client_code_show(away.fake.client, false), YKT_E_DRIVER);
	assert_status(ykt_client_pin(away.fake.client), YKT_E_DRIVER);
	assert_int_equal(away.fake.asked, asked);
	assert_int_equal(away.fake.codes_shown, 0);
	assert_int_equal(away.fake.bill_pays, 0);
	fake_clear(&away.fake);
}

/* The form could be guarded, the code no more. */
static enum ykt_status
guard_once(void *ctx, bool on)
{
	struct fake *fake = ctx;

	if (on && fake->guards > 0)
		return YKT_REFUSED;
	fake->guards += on;
	fake->guarded = on;

	return YKT_OK;
}

static void
a_code_whose_guard_fails_is_not_shown_but_told_of(void **state)
{
	struct away away;

	(void)state;
	for (int again = 0; again < 2; again++) {
		start(&away);
		assert_status(ykt_client_code_open(away.fake.client), YKT_OK);
		away.fake.guards = 0;
		away.fake.results = 0;
		away.fake.ui.protect = guard_once;
		away.fake.stop_after = 3;
		assert_status(ykt_client_code_show(away.fake.client, again), YKT_E_DRIVER);
		assert_int_equal(away.fake.codes_shown, 0);
		assert_int_equal(away.fake.results, 1);
		assert_string_equal(away.fake.result_id, "code_result");
		fake_clear(&away.fake);
	}
}

static void
a_session_that_idles_between_functions_is_forgotten_when_asked(void **state)
{
	struct away away;
	unsigned ops;

	(void)state;
	start(&away);
	assert_status(ykt_client_idle(away.fake.client), YKT_OK);
	assert_true(logged_in(&away));
	ops = away.fake.ops;
	away.fake.now_ms += IDLE_MS + 1;
	assert_status(ykt_client_idle(away.fake.client), YKT_LOGIN_NEEDED);
	assert_false(logged_in(&away));
	assert_int_equal(away.fake.ops, ops);
	assert_status(ykt_client_idle(away.fake.client), YKT_OK);
	fake_clear(&away.fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_screen_that_is_secure_is_guarded_and_no_other),
		cmocka_unit_test(forms_with_secrets_are_secure),
		cmocka_unit_test(what_was_typed_into_a_form_is_forgotten_in_the_background),
		cmocka_unit_test(a_pin_half_typed_is_forgotten_in_the_background),
		cmocka_unit_test(past_the_idle_limit_everything_is_forgotten),
		cmocka_unit_test(without_a_session_the_form_ends_by_its_time),
		cmocka_unit_test(a_host_that_hides_for_ever_is_a_bad_driver),
		cmocka_unit_test(what_cannot_be_guarded_is_not_shown),
		cmocka_unit_test(a_code_whose_guard_fails_is_not_shown_but_told_of),
		cmocka_unit_test(a_session_that_idles_between_functions_is_forgotten_when_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
