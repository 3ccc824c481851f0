/*
 * Registration, login, logout: what is sent, what is refused before sending,
 * what is told (5.2.1; reliability.md 5.6).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

static void
start(struct fake *fake)
{
	fake_init(fake);
	assert_status(fake_start(fake), YKT_OK);
}

static void
registers_and_remembers(void **state)
{
	struct fake fake;
	struct ykt_client_info info;

	(void)state;
	start(&fake);
	assert_status(ykt_client_register(fake.client), YKT_OK);
	assert_int_equal(fake.results, 1);
	assert_string_equal(fake.result_id, "reg_result");
	assert_int_equal(fake.tone, YKT_TONE_GOOD);
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	ykt_client_info(fake.client, &info);
	assert_true(info.registered && !info.logged_in);
	assert_string_equal(info.phone, "138****5678");
	assert_string_equal(info.name, "林 小雨");
	fake_clear(&fake);
}

/* None of these may leave the phone. */
static void
refuses_forms_before_sending(void **state)
{
	static const struct {
		const char *why;
		const char *id;
		const char *answer;
		enum ykt_status status;
	} rows[] = {
		{ "no consent", "consent", "0", YKT_CANCELLED },
		{ "consent of another kind", "consent", "yes", YKT_CANCELLED },
		{ "country code", "phone", "+8613812345678", YKT_E_ARG },
		{ "country code, zeros", "phone", "008613812345678", YKT_E_ARG },
		{ "full-width digits", "phone", "１３８１２３４５６７８", YKT_E_ARG },
		{ "a mark before it", "phone",
		    "\xE2\x80\x8E"
		    "13812345678",
		    YKT_E_ARG },
		{ "ten digits", "phone", "1381234567", YKT_E_ARG },
		{ "twelve digits", "phone", "138123456789", YKT_E_ARG },
		{ "does not begin with 1", "phone", "23812345678", YKT_E_ARG },
		{ "a blank", "phone", "138 1234 5678", YKT_E_ARG },
		{ "no number", "phone", "", YKT_E_ARG },
		{ "no name", "name", "", YKT_E_ARG },
		{ "right-to-left override", "name",
		    "Li\xE2\x80\xAE"
		    "xx",
		    YKT_E_ARG },
		{ "zero-width", "name",
		    "L\xE2\x80\x8B"
		    "i",
		    YKT_E_ARG },
		{ "a control character", "name", "L\x07i", YKT_E_ARG },
		{ "no UTF-8", "name", "L\xFFi", YKT_E_ARG },
		{ "overlong UTF-8", "name", "L\xC0\xAFi", YKT_E_ARG },
		{ "65 bytes", "name",
		    "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg",
		    YKT_E_ARG },
		{ "short password", "password", "1234567", YKT_E_ARG },
		{ "one character", "password", "aaaaaaaaaa", YKT_E_ARG },
		{ "a run", "password", "23456789", YKT_E_ARG },
		{ "a run down", "password", "hgfedcba", YKT_E_ARG },
		{ "the number", "password", FAKE_PHONE, YKT_E_ARG },
		{ "two passwords", "password2", "another one", YKT_E_ARG },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const char *answers[] = { rows[i].id, rows[i].answer, NULL };
		struct fake fake;
		struct ykt_client_info info;

		start(&fake);
		fake.answers = answers;
		assert_status_why(ykt_client_register(fake.client), rows[i].status, rows[i].why);
		assert_true_why(fake.ops == 0, rows[i].why);
		assert_true_why(fake.results == 1, rows[i].why);
		assert_true_why(fake.result_reason[0] != '\0', rows[i].why);
		ykt_client_info(fake.client, &info);
		assert_true_why(!info.registered, rows[i].why);
		fake_clear(&fake);
	}
}

static void
asks_again_for_a_wrong_code_and_then_gives_up(void **state)
{
	static const char *const wrong[] = { "otp", "000000", NULL };
	static const char *const shapeless[] = { "otp", "24681", NULL };
	struct fake fake;

	(void)state;
	start(&fake);
	fake.answers = wrong;
	assert_status(ykt_client_register(fake.client), YKT_DENIED);
	assert_int_equal(fake.asked, 4); /* the form, three codes */
	assert_int_equal(fake.ops, 4);
	assert_int_equal(fake.results, 1);
	fake_clear(&fake);

	start(&fake);
	fake.answers = shapeless;
	assert_status(ykt_client_register(fake.client), YKT_DENIED);
	assert_int_equal(fake.ops, 1); /* the code was asked for; none was sent */
	fake_clear(&fake);
}

static void
tells_refusals_of_the_platform(void **state)
{
	static const struct {
		const char *op;
		int code;
		const char *token;
		enum ykt_status status;
	} rows[] = {
		{ "user.register", 409, "exists", YKT_REFUSED },
		{ "user.register", 400, "name", YKT_REFUSED },
		{ "otp.send", 429, "too_often", YKT_OVER_LIMIT },
		{ "user.register", 503, "busy", YKT_BUSY },
		{ "user.register", 500, "internal", YKT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		start(&fake);
		fake.refuse_op = rows[i].op;
		fake.refuse_code = rows[i].code;
		fake.refuse_token = rows[i].token;
		assert_status_why(ykt_client_register(fake.client), rows[i].status, rows[i].token);
		assert_int_equal(fake.results, 1);
		fake_clear(&fake);
	}
}

static void
believes_no_other_platform(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.use_wrong_pub = true;
	fake_element_init(&fake, &fake.wrong_pub);
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_register(fake.client), YKT_DENIED);
	assert_int_equal(fake.ops, 0);
	assert_int_equal(fake.results, 1);
	fake_clear(&fake);
}

static void
logs_in_out_and_keeps_the_session_over_a_restart(void **state)
{
	struct fake fake;
	struct ykt_client_info info;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	ykt_client_info(fake.client, &info);
	assert_true(info.logged_in);
	/* The platform of this world refuses a counter that was used. */
	for (int i = 0; i < 70; i++)
		assert_status(ykt_client_cards(fake.client), YKT_OK);
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_cards(fake.client), YKT_OK);
	assert_status(ykt_client_logout(fake.client), YKT_OK);
	assert_false(fake.session_open);
	ykt_client_info(fake.client, &info);
	assert_false(info.logged_in);
	assert_status(ykt_client_cards(fake.client), YKT_LOGIN_NEEDED);
	fake_clear(&fake);
}

static void
tells_every_login_failure_alike(void **state)
{
	static const char *const rows[][3] = {
		{ "password", "wrong password", NULL },
		{ "phone", "13800000000", NULL },
		{ "phone", "not a number", NULL },
		{ "password", "", NULL },
	};
	char text[160] = "", reason[160] = "";

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		start(&fake);
		assert_status(ykt_client_register(fake.client), YKT_OK);
		fake.answers = rows[i];
		assert_status(ykt_client_login(fake.client), YKT_DENIED);
		if (i > 0) {
			assert_string_equal(text, fake.result_text);
			assert_string_equal(reason, fake.result_reason);
		}
		strcpy(text, fake.result_text);
		strcpy(reason, fake.result_reason);
		fake_clear(&fake);
	}
}

static void
forgets_a_session_that_the_platform_ended(void **state)
{
	struct fake fake;
	struct ykt_client_info info;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.session_open = false;
	assert_status(ykt_client_orders(fake.client, false), YKT_LOGIN_NEEDED);
	ykt_client_info(fake.client, &info);
	assert_false(info.logged_in);
	assert_int_equal(fake.results, 1);
	fake_clear(&fake);
}

static void
refuses_options_that_are_not_whole(void **state)
{
	struct fake fake;
	struct ykt_client *client = NULL;
	struct ykt_client_options options = { 0 };

	(void)state;
	fake_init(&fake);
	assert_status(ykt_client_new(&options, &client), YKT_E_ARG);
	assert_null(client);
	memset(fake.wrong_pub.xy, 0x55, 64); /* no point */
	fake.use_wrong_pub = true;
	assert_status(fake_start(&fake), YKT_E_ARG);
	assert_null(fake.client);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_and_remembers),
		cmocka_unit_test(refuses_forms_before_sending),
		cmocka_unit_test(asks_again_for_a_wrong_code_and_then_gives_up),
		cmocka_unit_test(tells_refusals_of_the_platform),
		cmocka_unit_test(believes_no_other_platform),
		cmocka_unit_test(logs_in_out_and_keeps_the_session_over_a_restart),
		cmocka_unit_test(tells_every_login_failure_alike),
		cmocka_unit_test(forgets_a_session_that_the_platform_ended),
		cmocka_unit_test(refuses_options_that_are_not_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
