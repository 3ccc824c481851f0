/*
 * The client's look at itself: a program that is not the one that was signed
 * spends no money and says why; what else is found is told to the platform with
 * login and money, and its no changes nothing (C5-SWS-1, C5-SWS-2).
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
pin_all(void)
{
	fake.attest = &attest.port;
	fake.release_key = attest.key_line;
	fake.version = FAKE_ATTEST_VERSION;
}

/* A user with a card, over a signed program. */
static void
ready(void)
{
	fake_init(&fake);
	fake_attest_init(&attest, fake.crypto);
	pin_all();
	fake_login(&fake, true, BALANCE);
	fake.wallet = 2 * FAKE_PRICE;
	strcpy(fake.pin, FAKE_PIN);
}

static unsigned
findings(void)
{
	struct ykt_client_info info;

	ykt_client_info(fake.client, &info);

	return info.findings;
}

static void
a_signed_program_spends_money(void **state)
{
	(void)state;
	ready();
	assert_int_equal(findings(), 0);
	assert_status(ykt_client_topup(fake.client, NULL, 2500), YKT_OK);
	assert_int_equal(fake.card.balance, BALANCE + 2500);
	fake_clear(&fake);
}

/* Everything that may have been done to program or manifest, one thing at a time. */
static void
change(unsigned what)
{
	switch (what) {
	case 0:
		attest.content[0][3] ^= 1;
		break;
	case 1:
		attest.content[1][10] ^= 1;
		break;
	case 2:
		strcat(attest.content[1], "+");
		break;
	case 3:
		attest.manifest[20] ^= 1;
		break;
	case 4:
		attest.manifest[attest.manifest_len - 1] ^= 1;
		break;
	case 5:
		attest.manifest_len--;
		break;
	case 6:
		attest.manifest[attest.manifest_len++] = 0;
		break;
	case 7: /* an older release's manifest, rightly signed */
		fake_attest_sign(&attest, YKT_EDITION_2016, "1.2.2", "bin/ykt");
		break;
	case 8:
		fake_attest_sign(&attest, "2025", FAKE_ATTEST_VERSION, "bin/ykt");
		break;
	case 9: /* one that says nothing of what runs */
		attest.port.program = "bin/other";
		break;
	case 10:
		attest.measure_fails = YKT_NOT_FOUND;
		break;
	case 11:
		attest.measure_fails = YKT_E_FILE;
		break;
	default:
		attest.manifest_fails = YKT_E_SPACE;
		break;
	}
}
#define CHANGES 13

/* Each of them, asked of every function that spends. */
static void
refused(enum ykt_status status, const char *why)
{
	assert_status_why(status, YKT_REFUSED, why);
	assert_true_why(strstr(fake.result_reason, "is not the one") != NULL, why);
}

static void
a_changed_program_spends_none(void **state)
{
	(void)state;
	for (unsigned what = 0; what < CHANGES; what++) {
		unsigned ops;

		ready();
		change(what);
		ops = fake.ops;
		refused(ykt_client_topup(fake.client, NULL, 2500), "topup");
		refused(ykt_client_open_card(fake.client, FAKE_CITY, FAKE_MIN), "open");
		refused(ykt_client_wallet_topup(fake.client, 2500), "wallet topup");
		refused(ykt_client_pay(fake.client, FAKE_BILL), "pay");
		refused(ykt_client_pin(fake.client), "pin");
		refused(ykt_client_pin_reset(fake.client), "pin reset");
		assert_int_equal(findings(), YKT_FINDING_CHANGED);
		assert_int_equal(fake.ops, ops);
		assert_int_equal(fake.asked, 0);
		assert_int_equal(fake.order_count, 0);
		assert_int_equal(fake.card.balance, BALANCE);
		assert_int_equal(fake.wallet, 2 * FAKE_PRICE);
		/* What is there can still be seen. */
		assert_status(ykt_client_balance(fake.client), YKT_OK);
		assert_status(ykt_client_records(fake.client), YKT_OK);
		fake_clear(&fake);
	}
}

static void
a_changed_program_shows_no_ride_code(void **state)
{
	(void)state;
	fake_init(&fake);
	fake_seless(&fake);
	fake_attest_init(&attest, fake.crypto);
	pin_all();
	fake_login(&fake, false, 0);
	fake.wallet = 5000;
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	change(0);
	refused(ykt_client_code_show(fake.client, false), "code show");
	refused(ykt_client_code_open(fake.client), "code open");
	assert_int_equal(fake.codes_shown, 0);
	assert_int_equal(fake.auths, 1);
	fake_clear(&fake);
}

/* Changed while it lies there: seen at the start, and the client starts all the same. */
static void
is_looked_at_from_the_start(void **state)
{
	(void)state;
	ready();
	fake_stop(&fake);
	change(1);
	assert_status(fake_start(&fake), YKT_OK);
	assert_int_equal(findings(), YKT_FINDING_CHANGED);
	fake_clear(&fake);
}

static void
builds_without_a_manifest_say_so(void **state)
{
	(void)state;
	ready();
	attest.manifest_len = 0;
	assert_status(ykt_client_topup(fake.client, NULL, 2500), YKT_OK);
	assert_int_equal(findings(), YKT_FINDING_UNSIGNED);
	fake_stop(&fake);
	/* A manifest, and nothing to judge it by. */
	fake_attest_sign(&attest, YKT_EDITION_2016, FAKE_ATTEST_VERSION, "bin/ykt");
	fake.release_key = NULL;
	assert_status(fake_start(&fake), YKT_OK);
	assert_int_equal(findings(), YKT_FINDING_UNSIGNED);
	fake_stop(&fake);
	fake.attest = NULL;
	assert_status(fake_start(&fake), YKT_OK);
	assert_int_equal(findings(), YKT_FINDING_UNKNOWN);
	fake_clear(&fake);
}

static void
what_cannot_be_looked_at_is_a_finding(void **state)
{
	(void)state;
	ready();
	attest.look_fails = YKT_E_FILE;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_int_equal(fake.said_findings, YKT_FINDING_UNKNOWN);
	attest.look_fails = YKT_OK;
	attest.findings = 0x40; /* no such finding: the driver is wrong */
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_int_equal(fake.said_findings, YKT_FINDING_UNKNOWN);
	attest.findings = 0;
	attest.measure_fails = YKT_E_CRYPTO;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_int_equal(fake.said_findings, YKT_FINDING_UNKNOWN);
	attest.measure_fails = YKT_E_DOWN;
	assert_status(ykt_client_login(fake.client), YKT_E_DOWN);
	fake_clear(&fake);
}

static void
pinned_keys_that_are_none(void **state)
{
	static const char *const bad[] = { "", "TEST-release", "no key at all" };

	(void)state;
	ready();
	fake_stop(&fake);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		fake.release_key = bad[i];
		assert_status(fake_start(&fake), YKT_E_ARG);
		assert_null(fake.client);
	}
	fake_clear(&fake);
}

/* Login and money carry version and findings; nothing else does. */
static void
tells_the_platform_what_it_found(void **state)
{
	(void)state;
	ready();
	attest.findings = YKT_FINDING_DEBUGGER | YKT_FINDING_ROOT;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_string_equal(fake.last_op, "user.login");
	assert_true(fake.reported);
	assert_string_equal(fake.said_version, FAKE_ATTEST_VERSION);
	assert_int_equal(fake.said_findings, YKT_FINDING_DEBUGGER | YKT_FINDING_ROOT);
	assert_status(ykt_client_wallet(fake.client), YKT_OK);
	assert_false(fake.reported);
	attest.findings = YKT_FINDING_PRELOAD;
	fake.refuse_op = "order.topup";
	fake.refuse_code = 412;
	fake.refuse_token = WIRE_ERR_RISK;
	assert_status(ykt_client_topup(fake.client, NULL, 2500), YKT_REFUSED);
	assert_string_equal(fake.last_op, "order.topup");
	assert_true(fake.reported);
	assert_int_equal(fake.said_findings, YKT_FINDING_PRELOAD);
	assert_non_null(strstr(fake.result_reason, "does not allow it"));
	assert_non_null(strstr(fake.result_money, "Nothing was charged"));
	fake_clear(&fake);
}

/* The platform's three words, each with its own sentence; no intent is left. */
static void
shows_why_the_platform_refused(void **state)
{
	static const struct {
		int code;
		const char *token;
		const char *says;
	} rows[] = {
		{ 412, WIRE_ERR_RISK, "does not allow it" },
		{ 412, WIRE_ERR_RISK_AMOUNT, "does not allow that much" },
		{ 426, WIRE_ERR_UPDATE, "too old to be safe" },
	};
	struct ykt_client_info info;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		ready();
		fake.refuse_op = "order.topup";
		fake.refuse_code = rows[i].code;
		fake.refuse_token = rows[i].token;
		assert_status(ykt_client_topup(fake.client, NULL, 2500), YKT_REFUSED);
		assert_non_null(strstr(fake.result_reason, rows[i].says));
		ykt_client_info(fake.client, &info);
		assert_int_equal(info.open_intents, 0);
		assert_int_equal(fake.card.balance, BALANCE);
		assert_int_equal(fake_paid(&fake), 0);
		fake_clear(&fake);
	}
}

/*
 * The first try reached the platform and its answer was lost; the second is
 * refused for a finding. What the first did is not known: nothing says "not done".
 */
static void
a_refusal_after_a_lost_answer_is_no_answer(void **state)
{
	struct ykt_client_info info;
	unsigned unknown = 0;

	(void)state;
	for (unsigned at = 1; at < 120; at++) {
		enum ykt_status status;

		ready();
		fake.refuse_op = "order.topup";
		fake.refuse_skip = 1;
		fake.refuse_code = 412;
		fake.refuse_token = WIRE_ERR_RISK;
		fake.calls = 0;
		fake.fault = FAKE_LOST_RSP;
		fake.fault_at = at;
		status = ykt_client_topup(fake.client, NULL, 2500);
		assert_true(status != YKT_REFUSED);
		if (status == YKT_UNKNOWN && fake.order_count == 1 && fake_paid(&fake) == 0) {
			unknown++;
			ykt_client_info(fake.client, &info);
			assert_int_equal(info.open_intents, 1);
			fake.fault_at = 0;
			fake.refuse_op = NULL;
			assert_status(ykt_client_topup(fake.client, NULL, 2500), YKT_OK);
			assert_int_equal(fake.order_count, 1);
			assert_int_equal(fake_paid(&fake), 2500);
		}
		fake_clear(&fake);
	}
	assert_int_equal(unknown, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_program_spends_money),
		cmocka_unit_test(a_changed_program_spends_none),
		cmocka_unit_test(a_changed_program_shows_no_ride_code),
		cmocka_unit_test(is_looked_at_from_the_start),
		cmocka_unit_test(builds_without_a_manifest_say_so),
		cmocka_unit_test(what_cannot_be_looked_at_is_a_finding),
		cmocka_unit_test(pinned_keys_that_are_none),
		cmocka_unit_test(tells_the_platform_what_it_found),
		cmocka_unit_test(shows_why_the_platform_refused),
		cmocka_unit_test(a_refusal_after_a_lost_answer_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
