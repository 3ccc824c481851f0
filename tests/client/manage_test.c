/*
 * Deleting, locking and unlocking a card: what is asked, what the card must prove,
 * what stays, and that every fault on the way costs nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

static void
start(struct fake *fake, uint32_t balance)
{
	fake_init(fake);
	fake_login(fake, true, balance);
}

static void
deletes_an_empty_card(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake, 0);
	assert_status(ykt_client_delete(fake.client, NULL), YKT_OK);
	assert_string_equal(fake.result_id, "delete_result");
	assert_int_equal(fake.results, 1);
	assert_int_equal(fake.asked, 1);
	assert_int_equal(fake.tone, YKT_TONE_GOOD);
	assert_string_equal(fake.manage.card_state, "deleted");
	assert_false(fake.card.installed);
	/* A second time there is nothing left. */
	assert_status(ykt_client_delete(fake.client, NULL), YKT_NOT_FOUND);
	assert_status(ykt_client_delete(fake.client, FAKE_CARD_NO), YKT_OK);
	assert_int_equal(fake.asked, 1);
	fake_clear(&fake);
}

/* The user is told before anything is asked, and nothing is sent that matters. */
static void
a_card_with_money_stays(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake, 1);
	assert_status(ykt_client_delete(fake.client, FAKE_CARD_NO), YKT_REFUSED);
	assert_string_equal(fake.result_reason,
	    "There is money on the card. Spend it, or give the card back, first.");
	assert_int_equal(fake.asked, 0);
	assert_string_equal(fake.manage.kind, "");
	assert_true(fake.card.installed);
	fake_clear(&fake);
}

static void
refusals_leave_the_card(void **state)
{
	static const struct {
		const char *why, *card, *op, *token;
		int code;
		enum ykt_status status;
		bool decline;
	} rows[] = {
		{ "another number", "03101234567890123457", NULL, NULL, 0, YKT_NOT_FOUND, false },
		{ "no number", "1", NULL, NULL, 0, YKT_NOT_FOUND, false },
		{ "not confirmed", NULL, NULL, NULL, 0, YKT_CANCELLED, true },
		{ "a wrong password", NULL, "card.delete", "login_failed", 403, YKT_DENIED, false },
		{ "money on its way", NULL, "card.delete", "orders", 409, YKT_REFUSED, false },
		{ "of another element", NULL, "card.delete", "other_element", 409, YKT_WRONG_CARD,
		    false },
		{ "a card that is locked", NULL, "card.delete", "card_state", 409, YKT_REFUSED,
		    false },
		{ "a proof that does not hold", NULL, "card.prove", "mac1", 403, YKT_DENIED,
		    false },
		{ "a proof that shows money", NULL, "card.prove", "card_money", 409, YKT_REFUSED,
		    false },
		{ "too old a proof, for ever", NULL, "card.prove", "stale", 409, YKT_REFUSED,
		    false },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		start(&fake, 0);
		fake.decline = rows[i].decline;
		fake.refuse_op = rows[i].op;
		fake.refuse_code = rows[i].code;
		fake.refuse_token = rows[i].token;
		assert_status_why(
		    ykt_client_delete(fake.client, rows[i].card), rows[i].status, rows[i].why);
		assert_int_equal(fake.results, 1);
		assert_true_why(fake.card.installed, rows[i].why);
		assert_int_equal(fake.tsm_sessions, 0);
		fake_clear(&fake);
	}
}

static void
without_session_or_element_nothing_happens(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake, 0);
	fake.card.gone = true;
	assert_status(ykt_client_delete(fake.client, NULL), YKT_E_LINK);
	fake.card.gone = false;
	assert_status(ykt_client_logout(fake.client), YKT_OK);
	assert_status(ykt_client_delete(fake.client, NULL), YKT_LOGIN_NEEDED);
	assert_string_equal(fake.manage.kind, "");
	fake_clear(&fake);
	fake_init(&fake);
	fake_seless(&fake);
	fake_login(&fake, false, 0);
	assert_status(ykt_client_delete(fake.client, NULL), YKT_REFUSED);
	assert_string_equal(fake.result_reason, "This client works without a secure element.");
	fake_clear(&fake);
}

/* The TSM found something else there: the card is in use again. */
static void
what_the_tsm_refuses_is_told(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake, 0);
	strcpy(fake.manage.card_state, "deleting");
	strcpy(fake.manage.kind, "delete");
	strcpy(fake.manage.state, "started");
	fake.tsm_unknown = true;
	assert_status(ykt_client_delete(fake.client, NULL), YKT_PENDING);
	assert_int_equal(fake.asked, 0); /* it was decided before */
	assert_int_equal(fake.tone, YKT_TONE_WAIT);
	fake.tsm_unknown = false;
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_string_equal(fake.manage.card_state, "deleted");
	fake_clear(&fake);
}

/* Any call may fail once: afterwards it is done, or the card is whole and in use. */
static void
deletes_under_every_fault(void **state)
{
	static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP,
		FAKE_TAMPER, FAKE_CODE_500, FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00,
		FAKE_APDU_SHORT, FAKE_FILE, FAKE_RANDOM, FAKE_MEMORY, FAKE_DOWN };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;
		unsigned n = 1;

		for (; fired; n++) {
			struct fake fake;

			start(&fake, 0);
			fake.calls = 0;
			fake.fault = faults[f];
			fake.fault_at = n;
			(void)!ykt_client_delete(fake.client, NULL);
			fired = fake.fired;
			fake.fault_at = 0;
			fake.down = false;
			fake_stop(&fake);
			assert_status(fake_start(&fake), YKT_OK);
			assert_true(fake.card.installed || strcmp(fake.manage.kind, "delete") == 0);
			if (ykt_client_login(fake.client) != YKT_OK)
				fail_msg("no login after fault %zu at %u", f, n);
			if (strcmp(fake.manage.card_state, "deleted") != 0)
				assert_status(ykt_client_delete(fake.client, FAKE_CARD_NO), YKT_OK);
			assert_string_equal(fake.manage.card_state, "deleted");
			assert_false(fake.card.installed);
			fake_clear(&fake);
		}
		assert_true(n > 2);
	}
}

static void
locks_and_unlocks_the_card_that_is_here(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake, 700);
	assert_status(ykt_client_lock(fake.client, NULL), YKT_OK);
	assert_string_equal(fake.result_id, "lock_result");
	assert_string_equal(fake.result_text, "The card is locked.");
	assert_string_equal(fake.manage.card_state, "locked");
	assert_true(fake.card.locked);
	assert_int_equal(fake.asked, 1);
	/* It shows itself to nobody, and the client says why. */
	assert_status(ykt_client_topup(fake.client, NULL, 1000), YKT_NOT_FOUND);
	assert_string_equal(fake.result_reason, "The card is locked. Unlock it first.");
	assert_int_equal(fake.charged, 0);
	fake.shown_card[0] = '\0';
	assert_status(ykt_client_apps(fake.client), YKT_OK);
	assert_string_not_equal(fake.shown_card, "");
	assert_status(ykt_client_unlock(fake.client, NULL), YKT_OK);
	assert_string_equal(fake.manage.card_state, "active");
	assert_false(fake.card.locked);
	assert_int_equal(fake.card.balance, 700);
	assert_status(ykt_client_topup(fake.client, NULL, 5000), YKT_OK);
	fake_clear(&fake);
}

/* A lost phone: the platform and its gates know at once, the element when it comes. */
static void
locks_a_card_in_another_device(void **state)
{
	static const bool elements[] = { true, false };
	struct fake fake;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(elements); i++) {
		fake_init(&fake);
		if (!elements[i])
			fake_seless(&fake);
		fake_login(&fake, false, 0);
		fake.manage.elsewhere = true;
		assert_status(ykt_client_lock(fake.client, "3456"), YKT_PENDING);
		assert_int_equal(fake.tone, YKT_TONE_WAIT);
		assert_string_equal(fake.manage.card_state, "locking");
		assert_status(ykt_client_unlock(fake.client, FAKE_CARD_NO), YKT_OK);
		assert_string_equal(fake.manage.card_state, "active");
		fake_clear(&fake);
	}
}

/* What was decided elsewhere is done here at the next start. */
static void
recovery_does_what_was_decided_elsewhere(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake, 300);
	strcpy(fake.manage.card_state, "locking");
	strcpy(fake.manage.kind, "lock");
	strcpy(fake.manage.state, "asked");
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_true(fake.card.locked);
	assert_string_equal(fake.manage.card_state, "locked");
	fake_clear(&fake);
}

static void
refusals_of_a_lock_leave_it_as_it_was(void **state)
{
	static const char *const wrong[] = { "password", "not the password", NULL };
	struct fake fake;

	(void)state;
	start(&fake, 300);
	assert_status(ykt_client_lock(fake.client, "9999"), YKT_NOT_FOUND);
	assert_status(ykt_client_lock(fake.client, "456"), YKT_NOT_FOUND);
	fake.decline = true;
	assert_status(ykt_client_lock(fake.client, NULL), YKT_CANCELLED);
	fake.decline = false;
	assert_string_equal(fake.manage.card_state, "active");
	fake.refuse_op = "card.lock";
	fake.refuse_code = 409;
	fake.refuse_token = "card_state";
	assert_status(ykt_client_lock(fake.client, NULL), YKT_REFUSED);
	fake.refuse_op = NULL;
	assert_status(ykt_client_lock(fake.client, NULL), YKT_OK);
	fake.answers = wrong;
	assert_status(ykt_client_unlock(fake.client, NULL), YKT_DENIED);
	assert_true(fake.card.locked);
	assert_string_equal(fake.manage.card_state, "locked");
	fake_clear(&fake);
}

static enum ykt_status
away(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	(void)ctx;
	(void)req;
	(void)rsp;

	return YKT_E_NET;
}

/* A platform that is away is the reason, and not the element that is not here. */
static void
says_of_a_lock_what_was_in_the_way(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake, 300);
	fake.card.gone = true;
	fake.platform.call = away;
	assert_status(ykt_client_lock(fake.client, NULL), YKT_E_NET);
	assert_string_equal(fake.result_text, "The platform cannot be reached.");
	assert_string_equal(fake.result_reason, "");
	assert_string_equal(fake.manage.card_state, "active");
	fake_clear(&fake);
}

/* Any call may fail once; asked again it is as it was wished. */
static void
locks_and_unlocks_under_every_fault(void **state)
{
	static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP,
		FAKE_CODE_500, FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00, FAKE_APDU_SHORT,
		FAKE_DOWN };

	(void)state;
	for (size_t f = 0; f < 2 * YKT_ARRAY_LEN(faults); f++) {
		bool lock = f % 2 == 0, fired = true;

		for (unsigned n = 1; fired; n++) {
			struct fake fake;

			start(&fake, 300);
			if (!lock)
				assert_status(ykt_client_lock(fake.client, NULL), YKT_OK);
			fake.calls = 0;
			fake.fault = faults[f / 2];
			fake.fault_at = n;
			(void)!(lock ? ykt_client_lock : ykt_client_unlock)(fake.client, NULL);
			fired = fake.fired;
			fake.fault_at = 0;
			fake.down = false;
			fake_stop(&fake);
			assert_status(fake_start(&fake), YKT_OK);
			assert_status(ykt_client_login(fake.client), YKT_OK);
			assert_status(
			    (lock ? ykt_client_lock : ykt_client_unlock)(fake.client, NULL),
			    YKT_OK);
			assert_string_equal(fake.manage.card_state, lock ? "locked" : "active");
			assert_int_equal(fake.card.locked, lock);
			assert_int_equal(fake.card.balance, 300);
			fake_clear(&fake);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deletes_an_empty_card),
		cmocka_unit_test(a_card_with_money_stays),
		cmocka_unit_test(refusals_leave_the_card),
		cmocka_unit_test(without_session_or_element_nothing_happens),
		cmocka_unit_test(what_the_tsm_refuses_is_told),
		cmocka_unit_test(deletes_under_every_fault),
		cmocka_unit_test(locks_and_unlocks_the_card_that_is_here),
		cmocka_unit_test(locks_a_card_in_another_device),
		cmocka_unit_test(recovery_does_what_was_decided_elsewhere),
		cmocka_unit_test(refusals_of_a_lock_leave_it_as_it_was),
		cmocka_unit_test(says_of_a_lock_what_was_in_the_way),
		cmocka_unit_test(locks_and_unlocks_under_every_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
