/*
 * The list of applications is signed (client/descr.h): what an answer must be, and when a
 * kept copy is not gone by.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "client/descr.h"
#include "client/internal.h"
#include "crypto/crypto.h"
#include "fake.h"

static void
restart(struct fake *fake)
{
	fake_stop(fake);
	assert_status(fake_start(fake), YKT_OK);
}

/* Nothing but the list is asked, no intent is kept, no money moves. */
static void
assert_not_sent(struct fake *fake)
{
	struct ykt_client_info info;

	ykt_client_info(fake->client, &info);
	assert_int_equal(info.open_intents, 0);
	assert_int_equal(fake->order_count, 0);
	assert_int_equal(fake->charged, 0);
	assert_int_equal(fake->card.commits, 0);
	assert_string_equal(fake->last_op, "app.list");
}

/* An answer that the platform did not sign, whoever sealed it, is none. */
static void
takes_no_list_that_is_not_signed(void **state)
{
	(void)state;
	for (int edited = 0; edited < 2; edited++) {
		struct fake fake;

		fake_init(&fake);
		fake_login(&fake, true, 0);
		fake.app_forged = edited == 0;
		fake.app_edited = edited == 1;
		assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_E_SERVER);
		assert_string_equal(
		    fake.result_reason, "The list of applications is not signed by this platform.");
		assert_not_sent(&fake);
		assert_null(fake_find(&fake, CLIENT_FILE_DESCR));
		assert_int_equal(fake.client->store.state.apps_ms, 0);
		fake_clear(&fake);
	}
}

#define HOUR_MS INT64_C(3600000)

/* A list of before, well signed: what was known since stays. Nodes' clocks may be apart. */
static void
takes_no_older_list(void **state)
{
	struct fake fake;
	int64_t then;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	then = fake.now_ms;
	fake.app_max = 50000;
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
	assert_true(fake.client->store.state.apps_ms >= then);
	restart(&fake);
	fake.app_max = 80000;
	fake.app_issued_ms = then - HOUR_MS;
	assert_status(ykt_client_topup(fake.client, NULL, 60000), YKT_E_SERVER);
	assert_string_equal(
	    fake.result_reason, "The list of applications is older than one that was seen before.");
	assert_int_equal(fake.card.balance, 3000);
	assert_int_equal(fake.order_count, 1);
	fake.app_issued_ms = then - 60000;
	assert_status(ykt_client_topup(fake.client, NULL, 60000), YKT_OK);
	fake_clear(&fake);
}

/* What the kept copy is refused for, once it is used. */
static enum ykt_status
refused(struct fake *fake)
{
	restart(fake);
	(void)client_descr_known(fake->client);
	assert_int_equal(fake->client->descrs.known, fake->client->descrs.refused == YKT_OK);

	return fake->client->descrs.refused;
}

/* Of a copy that was refused nothing is believed: the platform is asked, or nothing is done. */
static void
assert_asks_anew(struct fake *fake, const char *why)
{
	unsigned asked = fake->app_lists, orders = (unsigned)fake->order_count;

	fake->refuse_op = "app.list";
	fake->refuse_code = 503;
	fake->refuse_token = "busy";
	assert_int_not_equal(ykt_client_topup(fake->client, NULL, FAKE_MIN), YKT_OK);
	assert_string_equal(fake->result_note, why);
	assert_int_equal(fake->order_count, orders);
	fake->refuse_op = NULL;
	assert_status(ykt_client_topup(fake->client, NULL, FAKE_MIN), YKT_OK);
	assert_int_equal(fake->app_lists, asked + 1);
	assert_status(refused(fake), YKT_OK);
}

/* The same file with another list in it and a MAC that fits: the device's own key signs none. */
static void
edit(struct fake *fake)
{
	struct fake_file *file = fake_find(fake, CLIENT_FILE_DESCR);
	const struct ykt_bytes text = ykt_bytes(file->data, file->len - 32);
	uint8_t mac[32];

	file->data[text.len - 64 - 2]++; /* the last cap */
	assert_status(
	    crypto_hmac_sm3(fake->crypto, YKT_BYTES(fake->client->store.mac), &text, 1, mac),
	    YKT_OK);
	memcpy(file->data + text.len, mac, sizeof(mac));
}

static void
believes_no_kept_copy_that_was_edited(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
	assert_status(refused(&fake), YKT_OK);
	edit(&fake);
	assert_status(refused(&fake), YKT_E_MAC);
	assert_asks_anew(&fake, "The list of applications is not signed by this platform.");
	fake_find(&fake, CLIENT_FILE_DESCR)->data[20] ^= 1;
	assert_status(refused(&fake), YKT_E_CORRUPT);
	assert_asks_anew(&fake, "The list of applications that this device kept was changed.");
	fake_clear(&fake);
}

/* The copy of before is put back beside the store of today. */
static void
believes_no_kept_copy_that_was_put_back(void **state)
{
	struct fake_file before;
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.app_max = 50000;
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
	before = *fake_find(&fake, CLIENT_FILE_DESCR);
	restart(&fake);
	fake.app_max = 80000;
	fake.app_issued_ms = fake.now_ms + 1;
	assert_status(ykt_client_topup(fake.client, NULL, 60000), YKT_OK);
	*fake_find(&fake, CLIENT_FILE_DESCR) = before;
	assert_status(refused(&fake), YKT_MISMATCH);
	fake.app_issued_ms = 0;
	fake.now_ms += 1000;
	assert_asks_anew(&fake, "The list of applications is older than one that was seen before.");
	fake_clear(&fake);
}

static void
believes_no_kept_copy_that_is_too_old(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
	fake.now_ms += CLIENT_DESCR_LIFE_MS - HOUR_MS;
	assert_status(refused(&fake), YKT_OK);
	fake.now_ms += 2 * HOUR_MS;
	assert_status(refused(&fake), YKT_EXPIRED);
	/* A clock that is behind makes no copy old. */
	fake.now_ms -= 2 * CLIENT_DESCR_LIFE_MS;
	assert_status(refused(&fake), YKT_OK);
	fake_clear(&fake);
}

/* The same list again is not written again, until what was kept is a day old. */
static void
writes_what_it_keeps_seldom(void **state)
{
	struct fake fake;
	int64_t first;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	assert_status(client_descr_ask(fake.client), YKT_OK);
	first = fake.client->store.state.apps_ms;
	fake.now_ms += HOUR_MS / 60;
	assert_status(client_descr_ask(fake.client), YKT_OK);
	assert_int_equal(fake.client->store.state.apps_ms, first);
	fake.app_issued_ms = first + CLIENT_DESCR_KEEP_MS;
	assert_status(client_descr_ask(fake.client), YKT_OK);
	assert_int_equal(fake.client->store.state.apps_ms, first + CLIENT_DESCR_KEEP_MS);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_no_list_that_is_not_signed),
		cmocka_unit_test(takes_no_older_list),
		cmocka_unit_test(believes_no_kept_copy_that_was_edited),
		cmocka_unit_test(believes_no_kept_copy_that_was_put_back),
		cmocka_unit_test(believes_no_kept_copy_that_is_too_old),
		cmocka_unit_test(writes_what_it_keeps_seldom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
