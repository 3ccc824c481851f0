/*
 * The catalogue of screens: whole, and with words for every outcome.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens.h"

#include <string.h>

#include <ykt/client.h>

#include "check.h"
#include "wire/client_msg.h"

static const enum ykt_status outcomes[] = { YKT_OK, YKT_REFUSED, YKT_NOT_FOUND, YKT_CONFLICT,
	YKT_MISMATCH, YKT_BUSY, YKT_UNKNOWN, YKT_NOT_DONE, YKT_BLOCKED, YKT_EXPIRED, YKT_OVER_LIMIT,
	YKT_DENIED, YKT_CANCELLED, YKT_WRONG_CARD, YKT_PENDING, YKT_LOGIN_NEEDED, YKT_DISPUTED,
	YKT_E_ARG, YKT_E_LINK, YKT_E_NET, YKT_E_NET_UNKNOWN, YKT_E_FILE, YKT_E_DEADLINE, YKT_E_DOWN,
	YKT_E_FORMAT, YKT_E_CARD, YKT_E_SERVER, YKT_E_MAC };

static void
names_every_screen_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < CLIENT_FLOW_COUNT; i++) {
		assert_non_null(client_results[i].id);
		assert_non_null(client_results[i].title);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(client_results[i].id, client_results[k].id);
	}
	for (size_t i = 0; i < CLIENT_FORM_COUNT; i++) {
		assert_non_null(client_forms[i].id);
		assert_non_null(client_forms[i].title);
	}
	/* What takes a password, a code or a payment is not to be captured (C5-HCI-3). */
	assert_true(client_forms[CLIENT_FORM_REGISTER].secure);
	assert_true(client_forms[CLIENT_FORM_OTP].secure);
	assert_true(client_forms[CLIENT_FORM_LOGIN].secure);
	assert_true(client_forms[CLIENT_FORM_PAY].secure);
}

static bool
is_form(const char *id)
{
	for (size_t i = 0; i < CLIENT_FORM_COUNT; i++) {
		if (strcmp(client_forms[i].id, id) == 0)
			return true;
	}

	return false;
}

/* C5-FUN-2: the table says what the screens and the messages are. */
static void
describes_every_function(void **state)
{
	const struct ykt_function *functions;

	(void)state;
	assert_int_equal(ykt_functions(&functions), CLIENT_FLOW_COUNT);
	for (size_t i = 0; i < CLIENT_FLOW_COUNT; i++) {
		const struct ykt_function *f = &functions[i];

		assert_non_null(f->id);
		assert_non_null(f->what);
		assert_non_null(f->flow);
		assert_non_null(f->rows);
		assert_string_equal(f->title, client_results[i].title);
		assert_string_equal(f->result, client_results[i].id);
		for (size_t k = 0; k < YKT_ARRAY_LEN(f->forms) && f->forms[k] != NULL; k++)
			assert_true_why(is_form(f->forms[k]), f->forms[k]);
		for (size_t k = 0; k < YKT_ARRAY_LEN(f->ops) && f->ops[k] != NULL; k++)
			assert_true_why(wire_op_find(f->ops[k]) != NULL, f->ops[k]);
		assert_true_why(
		    f->why_not[YKT_PROFILE_SE] == NULL || f->why_not[YKT_PROFILE_SELESS] == NULL,
		    f->id);
		/* The menu in the element has it, or it says why not: never both, never neither. */
		assert_true_why((f->menu == NULL) != (f->menu_why_not == NULL), f->id);
	}
}

static void
names_profiles_both_ways(void **state)
{
	enum ykt_profile profile = YKT_PROFILE_KEPT;

	(void)state;
	for (int i = 0; i < YKT_PROFILE_COUNT; i++) {
		assert_status(
		    ykt_profile_of(ykt_profile_name((enum ykt_profile)i), &profile), YKT_OK);
		assert_int_equal(profile, i);
	}
	assert_null(ykt_profile_name(YKT_PROFILE_KEPT));
	assert_status(ykt_profile_of("sim", &profile), YKT_E_ARG);
	assert_status(ykt_profile_of("", &profile), YKT_E_ARG);
}

static void
has_own_words_for_every_outcome(void **state)
{
	(void)state;
	for (int flow = 0; flow < CLIENT_FLOW_COUNT; flow++) {
		for (size_t i = 0; i < YKT_ARRAY_LEN(outcomes); i++) {
			struct client_words words =
			    client_words((enum client_flow)flow, outcomes[i]);
			struct client_words foreign =
			    client_words((enum client_flow)flow, YKT_E_INTERNAL);

			if (flow == CLIENT_FLOW_BALANCE && outcomes[i] == YKT_OK)
				continue; /* the figures are the words */
			assert_non_null(words.text);
			assert_true_why(
			    strcmp(words.text, foreign.text) != 0, ykt_status_name(outcomes[i]));
			assert_true_why((words.tone == YKT_TONE_GOOD) == (outcomes[i] == YKT_OK),
			    ykt_status_name(outcomes[i]));
		}
	}
}

static void
gives_unknown_tokens_back(void **state)
{
	(void)state;
	assert_string_equal(client_reason_text("never seen"), "never seen");
	assert_string_equal(client_token_text("never seen"), "never seen");
	assert_string_equal(client_token_text("loaded"), "loaded");
	assert_true(client_value_is_message("money"));
	assert_true(client_value_is_message("platform_text"));
	assert_false(client_value_is_message("name"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_every_screen_once),
		cmocka_unit_test(describes_every_function),
		cmocka_unit_test(names_profiles_both_ways),
		cmocka_unit_test(has_own_words_for_every_outcome),
		cmocka_unit_test(gives_unknown_tokens_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
