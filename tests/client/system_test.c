/*
 * The operating system that a client runs on (MASVS CODE-1): told with login and
 * money, and what the platform says of it is told to the user; a refusal moves nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"
#include "fake_attest.h"
#include "wire/report.h"

#define BALANCE 3000

static struct fake fake;
static struct fake_attest attest;

static void
ready(void)
{
	fake_init(&fake);
	fake_attest_init(&attest, fake.crypto);
	fake.attest = &attest.port;
	fake.release_key = attest.key_line;
	fake.version = FAKE_ATTEST_VERSION;
	fake_login(&fake, true, BALANCE);
}

static void
tells_its_system_with_login_and_money(void **state)
{
	(void)state;
	ready();
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_string_equal(fake.said_system, "debian 12");
	assert_status(ykt_client_wallet(fake.client), YKT_OK);
	assert_string_equal(fake.said_system, "");
	/* Of this moment: a system is updated under a client that runs. */
	strcpy(attest.system.version, "13");
	fake.refuse_op = "order.topup";
	fake.refuse_code = 503;
	fake.refuse_token = "down";
	assert_int_not_equal(ykt_client_topup(fake.client, NULL, 2500), YKT_OK);
	assert_string_equal(fake.said_system, "debian 13");
	assert_int_equal(fake_paid(&fake), 0);
	fake_clear(&fake);
}

/* A host that cannot tell, or tells what no host can: nothing is said, nothing breaks. */
static void
says_nothing_that_it_does_not_know(void **state)
{
	static const struct ykt_system bad[] = {
		{ "", "12" },
		{ "deb ian", "12" },
		{ "debian", "12\n" },
		{ "aaaaaaaaaaaaaaaa", "12" },
		{ "debian", "aaaaaaaaaaaaaaaa" },
	};

	(void)state;
	ready();
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		attest.system = bad[i];
		if (bad[i].name[0] == 'a')
			attest.system.name[16] = 'x'; /* it does not end */
		if (bad[i].version[0] == 'a')
			attest.system.version[16] = 'x';
		assert_status(ykt_client_login(fake.client), YKT_OK);
		assert_true(fake.reported);
		assert_string_equal(fake.said_system, "");
	}
	attest.system = (struct ykt_system){ "debian", "12" };
	attest.system_fails = YKT_E_FILE;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_string_equal(fake.said_system, "");
	attest.system_fails = YKT_E_DOWN;
	assert_status(ykt_client_login(fake.client), YKT_E_DOWN);
	attest.system_fails = YKT_OK;
	attest.port.system = NULL;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_string_equal(fake.said_system, "");
	assert_int_equal(fake.card.balance, BALANCE);
	fake_clear(&fake);
}

static void
what_the_platform_advises_is_told(void **state)
{
	static const struct {
		const char *advice;
		const char *says; /* "": nothing */
	} rows[] = {
		{ NULL, "" },
		{ "system_old", "older than the platform thinks safe" },
		{ "system_unknown", "cannot tell whether" },
		{ "debugger", "" },
		{ "from the future", "" },
	};

	(void)state;
	ready();
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		fake.advice = rows[i].advice;
		assert_status(ykt_client_login(fake.client), YKT_OK);
		assert_string_equal(fake.result_id, "login_result");
		if (rows[i].says[0] == '\0')
			assert_string_equal(fake.result_system, "");
		else
			assert_non_null(strstr(fake.result_system, rows[i].says));
	}
	fake_clear(&fake);
}

static void
a_system_that_is_refused_spends_nothing(void **state)
{
	struct ykt_client_info info;

	(void)state;
	ready();
	fake.refuse_op = "order.topup";
	fake.refuse_code = 426;
	fake.refuse_token = WIRE_ERR_SYSTEM;
	assert_status(ykt_client_topup(fake.client, NULL, 2500), YKT_REFUSED);
	assert_non_null(strstr(fake.result_reason, "operating system of this device is too old"));
	assert_non_null(strstr(fake.result_money, "Nothing was charged"));
	ykt_client_info(fake.client, &info);
	assert_int_equal(info.open_intents, 0);
	assert_int_equal(fake.card.balance, BALANCE);
	assert_int_equal(fake_paid(&fake), 0);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_its_system_with_login_and_money),
		cmocka_unit_test(says_nothing_that_it_does_not_know),
		cmocka_unit_test(what_the_platform_advises_is_told),
		cmocka_unit_test(a_system_that_is_refused_spends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
