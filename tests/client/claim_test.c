/*
 * Binding a transport card of others and unbinding it: what is shown and asked, what the card
 * is asked, every refusal's own screen, and that no fault on the way binds twice or moves money.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "fake.h"

#define HOLDS 4200

/* A user with a card in the element that the account does not have. */
static void
start(struct fake *fake)
{
	fake_init(fake);
	fake_login(fake, true, HOLDS);
	fake->claim.stray = true;
	fake->card.offline = 7;
}

static void
end(struct fake *fake)
{
	assert_int_equal(fake->card.balance, HOLDS);
	assert_int_equal(fake->card.commits, 0);
	fake_clear(fake);
}

static void
binds_the_card_that_is_here(void **state)
{
	static const char *const wishes[] = { NULL, FAKE_CARD_NO, "3456" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(wishes); i++) {
		struct fake fake;

		start(&fake);
		assert_status(ykt_client_cards(fake.client), YKT_OK);
		assert_status(ykt_client_bind_card(fake.client, wishes[i]), YKT_OK);
		assert_string_equal(fake.result_id, "bind_card_result");
		assert_string_equal(fake.result_text, "The card is bound.");
		assert_string_equal(fake.result_money, "The money is on the card, as before.");
		assert_int_equal(fake.tone, YKT_TONE_GOOD);
		assert_int_equal(fake.asked, 1);
		assert_int_equal(fake.claim.binds, 1);
		assert_int_equal(fake.claim.claims, 1);
		/* From here on it is one of the account's. */
		assert_status(ykt_client_topup(fake.client, NULL, 2000), YKT_OK);
		assert_int_equal(fake.card.balance, HOLDS + 2000);
		fake.card.balance = HOLDS;
		fake.card.commits = 0;
		end(&fake);
	}
}

static void
a_card_that_is_bound_is_not_bound_again(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_OK);
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_CONFLICT);
	assert_int_equal(fake.asked, 1);
	assert_status(ykt_client_bind_card(fake.client, FAKE_CARD_NO), YKT_CONFLICT);
	assert_string_equal(fake.result_text, "The card is one of the account already.");
	assert_int_equal(fake.claim.binds, 1);
	end(&fake);
}

static void
every_refusal_has_its_screen(void **state)
{
	static const struct {
		const char *op, *token;
		int code;
		enum ykt_status status;
		const char *text, *reason;
	} rows[] = {
		{ "card.claim", "card_issuer", 409, YKT_MISMATCH,
		    "The card is none that this platform serves. It is not bound.",
		    "Another issuer made the card." },
		{ "card.claim", "card_taken", 409, YKT_REFUSED, "The card is not bound.",
		    "The card is bound to another account." },
		{ "card.claim", "card_locked", 409, YKT_BLOCKED,
		    "The card is blocked, or on the list of cards that gates refuse. It is not "
		    "bound.",
		    "The card is locked. Unlock it first." },
		{ "card.claim", "card_returned", 409, YKT_EXPIRED,
		    "The card was given back. It is not bound.", "The card was given back." },
		{ "card.claim", "cards_most", 409, YKT_REFUSED, "The card is not bound.",
		    "The account has as many cards as it may." },
		{ "card.claim", "too_often", 429, YKT_OVER_LIMIT, "The card is not bound.",
		    "Too often. Wait a while." },
		{ "card.bind", "mac1", 403, YKT_DENIED,
		    "The card did not prove that it is what it says. It is not bound.",
		    "The card's answer does not hold." },
		{ "card.bind", "card_kind", 409, YKT_MISMATCH,
		    "The card is none that this platform serves. It is not bound.",
		    "The card is of a kind that this platform does not load." },
		{ "card.bind", "held", 409, YKT_REFUSED, "The card is not bound.",
		    "Another top-up of this card must be finished first." },
		{ "card.bind", "stale", 409, YKT_REFUSED, "The card is not bound.",
		    "The card's proof came too late." },
		{ "card.bind", "attempt_used", 409, YKT_REFUSED, "The card is not bound.",
		    "The card's proof was used before." },
		{ "card.bind", "case", 409, YKT_DISPUTED,
		    "The card's counter is not what it can be. The card company looks at it.",
		    "A person must look at this order." },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		start(&fake);
		fake.refuse_op = rows[i].op;
		fake.refuse_code = rows[i].code;
		fake.refuse_token = rows[i].token;
		assert_status_why(
		    ykt_client_bind_card(fake.client, NULL), rows[i].status, rows[i].token);
		assert_string_equal(fake.result_text, rows[i].text);
		assert_string_equal(fake.result_reason, rows[i].reason);
		assert_string_equal(fake.result_money, "The money is on the card, as before.");
		assert_int_equal(fake.results, 1);
		assert_false(fake.claim.bound);
		end(&fake);
	}
}

/* One that was begun too early is begun again, with a proof of now. */
static void
a_proof_that_is_late_is_made_anew(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	fake.claim.stale = 2;
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_OK);
	assert_int_equal(fake.claim.claims, 3);
	assert_int_equal(fake.claim.binds, 1);
	end(&fake);
}

/* A ride while the card is asked: counter and balance must be of one moment. */
static void
a_ride_in_between_is_seen(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	fake.card.rides_between = 1;
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_OK);
	assert_int_equal(fake.claim.claims, 2);
	end(&fake);
	start(&fake);
	fake.card.gate = true;
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_PENDING);
	assert_false(fake.claim.bound);
	end(&fake);
}

static void
without_card_session_or_consent_nothing_happens(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	fake.decline = true;
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_CANCELLED);
	fake.decline = false;
	assert_status(ykt_client_bind_card(fake.client, "9999"), YKT_WRONG_CARD);
	assert_status(ykt_client_bind_card(fake.client, "1"), YKT_WRONG_CARD);
	fake.card.gone = true;
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_E_LINK);
	fake.card.gone = false;
	assert_status(ykt_client_logout(fake.client), YKT_OK);
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_LOGIN_NEEDED);
	assert_status(ykt_client_unbind_card(fake.client, NULL), YKT_LOGIN_NEEDED);
	assert_int_equal(fake.claim.claims, 0);
	end(&fake);
	fake_init(&fake);
	fake_seless(&fake);
	fake_login(&fake, false, 0);
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_REFUSED);
	assert_string_equal(fake.result_reason, "This client works without a secure element.");
	fake_clear(&fake);
}

static void
unbinds_it_and_moves_no_money(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_OK);
	/* It need not be here; the element only signs. */
	fake.card.installed = false;
	assert_status(ykt_client_unbind_card(fake.client, NULL), YKT_OK);
	assert_string_equal(fake.result_id, "unbind_card_result");
	assert_string_equal(fake.result_text, "The card is unbound.");
	assert_string_equal(fake.result_money, "The money is on the card, as before.");
	assert_false(fake.claim.bound);
	assert_status(ykt_client_unbind_card(fake.client, NULL), YKT_NOT_FOUND);
	end(&fake);
}

static void
unbindings_that_change_nothing(void **state)
{
	static const struct {
		const char *token, *reason;
	} rows[] = {
		{ "card_own", "The card was opened here. Delete it, or give it back." },
		{ "orders", "An order or a payment is unfinished." },
		{ "card_state", "The card is not in use." },
		{ "signature", "This device's signature was not accepted." },
	};
	struct fake fake;

	(void)state;
	start(&fake);
	assert_status(ykt_client_bind_card(fake.client, NULL), YKT_OK);
	fake.decline = true;
	assert_status(ykt_client_unbind_card(fake.client, NULL), YKT_CANCELLED);
	fake.decline = false;
	fake.refuse_op = "card.unbind";
	fake.refuse_code = 409;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		fake.refuse_token = rows[i].token;
		assert_status_why(
		    ykt_client_unbind_card(fake.client, FAKE_CARD_NO), YKT_REFUSED, rows[i].token);
		assert_string_equal(fake.result_text, "The card stays bound.");
		assert_string_equal(fake.result_reason, rows[i].reason);
	}
	fake.refuse_op = NULL;
	strcpy(fake.password, "another one");
	assert_status(ykt_client_unbind_card(fake.client, NULL), YKT_DENIED);
	assert_true(fake.claim.bound);
	end(&fake);
}

static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP, FAKE_TAMPER,
	FAKE_CODE_500, FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00, FAKE_APDU_SHORT, FAKE_FILE,
	FAKE_RANDOM, FAKE_MEMORY, FAKE_DOWN };

static enum ykt_status
do_it(struct fake *fake, bool unbinds)
{
	return unbinds ? ykt_client_unbind_card(fake->client, NULL)
		       : ykt_client_bind_card(fake->client, NULL);
}

/* A restart with nothing wrong any more, and the same wish again where it is not done. */
static void
heal(struct fake *fake, bool unbinds, const char *why)
{
	struct ykt_client_info info;
	enum ykt_status status = YKT_OK;

	fake_stop(fake);
	fake->down = false;
	fake->fault_at = 0;
	assert_status_why(fake_start(fake), YKT_OK, why);
	ykt_client_info(fake->client, &info);
	if (!info.logged_in)
		assert_status_why(ykt_client_login(fake->client), YKT_OK, why);
	for (int i = 0; i < 2 && fake->claim.bound == unbinds; i++) {
		status = do_it(fake, unbinds);
		if (status == YKT_LOGIN_NEEDED)
			assert_status_why(ykt_client_login(fake->client), YKT_OK, why);
	}
	assert_status_why(status, YKT_OK, why);
}

/* One run; gives whether the fault was met. */
static bool
one(struct fake *fake, const struct fake *base, bool unbinds, enum fake_fault fault, unsigned n)
{
	enum ykt_status status;
	unsigned results;
	char why[64];
	bool fired;

	*fake = *base;
	snprintf(why, sizeof(why), "%d, fault %d at call %u", (int)unbinds, (int)fault, n);
	fake->fault = fault;
	fake->fault_at = n;
	status = fake_start(fake);
	if (status == YKT_OK) {
		results = fake->results;
		status = do_it(fake, unbinds);
		assert_true_why(fake->results == results + 1, why);
		assert_true_why(status != YKT_OK || fake->claim.bound != unbinds, why);
		if (!fake->fired)
			assert_status_why(status, YKT_OK, why);
	}
	fired = fake->fired;
	heal(fake, unbinds, why);
	assert_true_why(fake->claim.binds == 1 && fake->claim.bound != unbinds, why);
	assert_true_why(fake->card.balance == HOLDS && fake->card.commits == 0, why);
	fake_stop(fake);

	return fired;
}

static void
every_fault_ends_in_one_screen(void **state)
{
	static struct fake base, fake;

	(void)state;
	for (int unbinds = 0; unbinds <= 1; unbinds++) {
		start(&fake);
		if (unbinds)
			assert_status(ykt_client_bind_card(fake.client, NULL), YKT_OK);
		fake_stop(&fake);
		base = fake;
		for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
			unsigned n = 1;

			while (n < 200 && one(&fake, &base, unbinds, faults[f], n))
				n++;
			assert_in_range(n, 2, 199);
		}
		fake_clear(&fake);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(binds_the_card_that_is_here),
		cmocka_unit_test(a_card_that_is_bound_is_not_bound_again),
		cmocka_unit_test(every_refusal_has_its_screen),
		cmocka_unit_test(a_proof_that_is_late_is_made_anew),
		cmocka_unit_test(a_ride_in_between_is_seen),
		cmocka_unit_test(without_card_session_or_consent_nothing_happens),
		cmocka_unit_test(unbinds_it_and_moves_no_money),
		cmocka_unit_test(unbindings_that_change_nothing),
		cmocka_unit_test(every_fault_ends_in_one_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
