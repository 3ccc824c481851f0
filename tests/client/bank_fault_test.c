/*
 * Binding, listing, unbinding and paying from an account against every fault at every
 * port call, one at a time: exactly one result screen each time (C5-FUN-1), and after a
 * restart nothing is bound, charged or kept twice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "fake.h"

#include "client/internal.h"

#define AMOUNT    3000
#define CALLS_MAX 200

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

static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP, FAKE_TAMPER,
	FAKE_CODE_500, FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00, FAKE_APDU_SHORT, FAKE_FILE,
	FAKE_RANDOM, FAKE_MEMORY, FAKE_DOWN };

enum deed { BIND, LIST, UNBIND, PAY };

static enum ykt_status
do_it(struct fake *fake, enum deed deed)
{
	if (deed == BIND)
		return ykt_client_bind(fake->client);
	if (deed == LIST)
		return ykt_client_accounts(fake->client);
	if (deed == UNBIND)
		return ykt_client_unbind(fake->client, NULL);
	assert_status(ykt_client_pay_from(fake->client, "1114"), YKT_OK);

	return ykt_client_wallet_topup(fake->client, AMOUNT);
}

/* A restart with nothing wrong any more, and the same wish again where it is not done. */
static void
heal(struct fake *fake, enum deed deed, const char *why)
{
	struct ykt_client_info info;

	fake_stop(fake);
	fake->down = false;
	fake->fault_at = 0;
	assert_status_why(fake_start(fake), YKT_OK, why);
	ykt_client_info(fake->client, &info);
	if (!info.logged_in)
		assert_status_why(ykt_client_login(fake->client), YKT_OK, why);
	if (deed == PAY) {
		for (int i = 0; i < 3; i++) {
			if (ykt_client_recover(fake->client) == YKT_LOGIN_NEEDED)
				assert_status_why(ykt_client_login(fake->client), YKT_OK, why);
		}
		return;
	}
	if (deed == BIND && fake_bound(fake) == 0) {
		enum ykt_status status = do_it(fake, deed);

		if (status == YKT_LOGIN_NEEDED) {
			assert_status_why(ykt_client_login(fake->client), YKT_OK, why);
			status = do_it(fake, deed);
		}
		assert_status_why(status, YKT_OK, why);
	}
	if (deed == UNBIND && fake_bound(fake) == 1) {
		enum ykt_status status = do_it(fake, deed);

		if (status == YKT_LOGIN_NEEDED) {
			assert_status_why(ykt_client_login(fake->client), YKT_OK, why);
			status = do_it(fake, deed);
		}
		assert_status_why(status, YKT_OK, why);
	}
}

/* One run; gives whether the fault was met. */
static bool
one(struct fake *fake, const struct fake *base, enum deed deed, enum fake_fault fault, unsigned n)
{
	enum ykt_status status;
	char why[64];
	unsigned results;
	bool fired;

	*fake = *base;
	snprintf(why, sizeof(why), "deed %d, fault %d at call %u", (int)deed, (int)fault, n);
	fake->fault = fault;
	fake->fault_at = n;
	status = fake_start(fake);
	if (status == YKT_OK) {
		results = fake->results;
		status = do_it(fake, deed);
		assert_true_why(fake->results == results + 1, why);
		if (!fake->fired)
			assert_status_why(status, YKT_OK, why);
	}
	if (fake->down)
		assert_status_why(status, YKT_E_DOWN, why);
	fired = fake->fired;
	heal(fake, deed, why);
	assert_true_why(fake_bound(fake) == (deed == UNBIND ? 0 : 1), why);
	if (deed == PAY) {
		assert_true_why(fake->charged == fake->wallet, why);
		assert_true_why(fake->wallet == 0 || fake->wallet == AMOUNT, why);
		assert_true_why(fake->bank.taken <= AMOUNT, why);
	}
	if (deed == UNBIND) {
		/* Asked for the list, it forgets what a lost answer left. */
		if (ykt_client_accounts(fake->client) == YKT_LOGIN_NEEDED) {
			assert_status_why(ykt_client_login(fake->client), YKT_OK, why);
			assert_status_why(ykt_client_accounts(fake->client), YKT_OK, why);
		}
		assert_true_why(client_state(fake->client)->bank.account_id[0] == '\0', why);
	}
	fake_stop(fake);

	return fired;
}

static void
every_fault_ends_in_one_screen(void **state)
{
	(void)state;
	for (enum deed deed = BIND; deed <= PAY; deed++) {
		static struct fake fake, base;

		if (deed == BIND)
			start(&fake);
		else
			bound(&fake);
		fake_stop(&fake);
		base = fake;
		for (size_t k = 0; k < YKT_ARRAY_LEN(faults); k++) {
			unsigned n = 1;

			while (one(&fake, &base, deed, faults[k], n) && n < CALLS_MAX)
				n++;
			assert_true(n < CALLS_MAX);
		}
		fake_clear(&fake);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_ends_in_one_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
