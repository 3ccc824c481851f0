/*
 * The client's own update: the newest signed version or none, in parts that survive
 * a restart, never an older one; whatever fails or loses power, what starts next is
 * the old version or the new one, whole (C5-UPD-1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake_attest.h"
#include "fake_update.h"

#define SIZE (2 * WIRE_UPDATE_BLOCK + 100) /* three blocks */

static struct fake fake;
static struct fake_update update;

/* Nobody is logged in, and there is no element: an update needs neither. */
static void
ready(const char *version)
{
	fake_init(&fake);
	fake_seless(&fake);
	fake_update_init(&update, &fake);
	fake_update_offer(&update, YKT_EDITION_2016, version, "1.0.0", SIZE);
	assert_status(fake_start(&fake), YKT_OK);
}

static void
done(void)
{
	fake_clear(&fake);
	fake_update_clear(&update);
}

static void
nothing_is_staged(void)
{
	for (size_t i = 0; i < FAKE_STAGE_FILES; i++)
		assert_string_equal(update.files[i].name, "");
}

static void
takes_a_newer_version(void **state)
{
	(void)state;
	ready("1.0.1");
	assert_status(ykt_client_update(fake.client), YKT_OK);
	assert_int_equal(fake.results, 1);
	assert_string_equal(fake.result_id, "update_result");
	assert_int_equal(fake.blocks, 3);
	assert_string_equal(update.current, "1.0.1");
	assert_string_equal(update.previous, "1.0.0");
	assert_true(fake_update_whole(&update));
	nothing_is_staged();
	done();
}

/* Older ones, the same, other editions, none: no block is asked for. */
static void
takes_no_other(void **state)
{
	static const char *const versions[] = { "1.0.0", "0.9.9", "0.0.1" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(versions); i++) {
		ready("1.0.1");
		fake_update_offer(&update, YKT_EDITION_2016, versions[i], "0.0.0", SIZE);
		assert_status(ykt_client_update(fake.client), YKT_OK);
		assert_int_equal(fake.blocks, 0);
		assert_int_equal(fake.asked, 0);
		assert_string_equal(update.current, "1.0.0");
		done();
	}
	ready("1.0.1");
	update.release_len = 0;
	assert_status(ykt_client_update(fake.client), YKT_OK);
	assert_string_equal(update.current, "1.0.0");
	done();
	ready("1.0.1");
	fake_update_offer(&update, "2025", "1.0.1", "0.0.0", SIZE);
	assert_status(ykt_client_update(fake.client), YKT_REFUSED);
	assert_int_equal(fake.blocks, 1); /* the manifest tells */
	assert_string_equal(update.current, "1.0.0");
	nothing_is_staged();
	done();
}

static void
asks_first(void **state)
{
	(void)state;
	ready("1.0.1");
	fake.decline = true;
	assert_status(ykt_client_update(fake.client), YKT_CANCELLED);
	assert_int_equal(fake.blocks, 0);
	assert_string_equal(update.current, "1.0.0");
	done();
}

/* The platform does not hear from whom: not the device's key, and no session. */
static void
asks_as_nobody(void **state)
{
	struct crypto_sm2_pub first;

	(void)state;
	ready("1.0.1");
	assert_status(ykt_client_register(fake.client), YKT_OK);
	first = fake.sender;
	assert_status(ykt_client_update(fake.client), YKT_OK);
	assert_true(!ykt_bytes_equal(YKT_BYTES(first.xy), YKT_BYTES(fake.sender.xy)));
	done();
}

/* One bit anywhere in what comes: nothing is installed, and nothing is kept. */
static void
refuses_every_changed_byte(void **state)
{
	(void)state;
	for (size_t at = 0; at < SIZE + 300; at += at < 300 ? 1 : 997) {
		enum ykt_status status;

		ready("1.0.1");
		if (at >= update.release_len) {
			done();
			break;
		}
		update.release[at] ^= 0x10;
		/* What the platform itself cannot read it does not offer. */
		if (wire_release_open(ykt_bytes(update.release, update.release_len),
			&(struct wire_release){ 0 }) == YKT_OK) {
			status = ykt_client_update(fake.client);
			assert_true(status == YKT_REFUSED || update.commits == 0);
			assert_string_equal(update.current, "1.0.0");
			nothing_is_staged();
		}
		done();
	}
}

static void
refuses_another_key(void **state)
{
	(void)state;
	ready("1.0.1");
	update.key.d[31] ^= 1;
	assert_status(crypto_sm2_key_set(fake.crypto, update.key.d, &update.key), YKT_OK);
	fake_update_offer(&update, YKT_EDITION_2016, "1.0.1", "1.0.0", SIZE);
	assert_status(ykt_client_update(fake.client), YKT_REFUSED);
	assert_int_equal(fake.blocks, 1); /* the rest is not fetched */
	assert_non_null(strstr(fake.result_reason, "not signed"));
	assert_string_equal(update.current, "1.0.0");
	nothing_is_staged();
	done();
}

static void
keeps_the_old_one_when_the_new_one_does_not_run(void **state)
{
	(void)state;
	ready("1.0.1");
	update.runs_not = true;
	assert_status(ykt_client_update(fake.client), YKT_REFUSED);
	assert_non_null(strstr(fake.result_reason, "does not run"));
	nothing_is_staged();
	assert_int_equal(update.commits, 0);
	assert_string_equal(update.current, "1.0.0");
	assert_string_equal(update.previous, "");
	done();
}

static void
goes_on_where_it_stopped(void **state)
{
	(void)state;
	ready("1.0.1");
	/* The third block is lost, and then the power. */
	fake.refuse_op = "client.block";
	fake.refuse_skip = 2;
	fake.refuse_code = 503;
	fake.refuse_token = WIRE_ERR_BUSY;
	assert_int_not_equal(ykt_client_update(fake.client), YKT_OK);
	assert_int_equal(fake.blocks, 2);
	assert_string_equal(update.current, "1.0.0");
	fake.refuse_op = NULL;
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_update(fake.client), YKT_OK);
	assert_int_equal(fake.blocks, 3);
	assert_string_equal(update.current, "1.0.1");
	assert_true(fake_update_whole(&update));
	done();
}

/* Blocks of an older offer, blocks that were damaged: none of them is installed. */
static void
believes_nothing_that_was_staged(void **state)
{
	(void)state;
	ready("1.0.1");
	fake.refuse_op = "client.block";
	fake.refuse_skip = 2;
	fake.refuse_code = 503;
	fake.refuse_token = WIRE_ERR_BUSY;
	assert_int_not_equal(ykt_client_update(fake.client), YKT_OK);
	fake.refuse_op = NULL;
	fake_update_offer(&update, YKT_EDITION_2016, "1.0.2", "1.0.0", SIZE);
	assert_status(ykt_client_update(fake.client), YKT_OK);
	assert_int_equal(fake.blocks, 2 + 3);
	assert_string_equal(update.current, "1.0.2");
	assert_true(fake_update_whole(&update));
	done();
	ready("1.0.1");
	fake.refuse_op = "client.block";
	fake.refuse_skip = 2;
	fake.refuse_code = 503;
	fake.refuse_token = WIRE_ERR_BUSY;
	assert_int_not_equal(ykt_client_update(fake.client), YKT_OK);
	fake.refuse_op = NULL;
	fake_stage_find(&update, "block-0001")->data[77] ^= 1;
	assert_status(ykt_client_update(fake.client), YKT_REFUSED);
	assert_string_equal(update.current, "1.0.0");
	nothing_is_staged();
	assert_status(ykt_client_update(fake.client), YKT_OK);
	assert_true(fake_update_whole(&update));
	done();
}

/*
 * The power goes at the n-th call of any port. What starts next is a version that is
 * whole, and asking again ends with the new one.
 */
static void
any_call_may_be_the_last(void **state)
{
	unsigned cuts = 0, new_ones = 0;

	(void)state;
	for (unsigned at = 1;; at++) {
		ready("1.0.1");
		fake.calls = 0;
		fake.fired = false;
		fake.fault = FAKE_DOWN;
		fake.fault_at = at;
		(void)!ykt_client_update(fake.client);
		fake.fault_at = 0;
		fake.down = false;
		if (!fake.fired) {
			done();
			break;
		}
		cuts++;
		assert_true(strcmp(update.current, "1.0.0") == 0 ||
			    (strcmp(update.current, "1.0.1") == 0 && fake_update_whole(&update)));
		new_ones += strcmp(update.current, "1.0.1") == 0;
		fake_stop(&fake);
		strcpy(update.running, update.current);
		assert_status(fake_start(&fake), YKT_OK);
		assert_status(ykt_client_update(fake.client), YKT_OK);
		assert_string_equal(update.current, "1.0.1");
		assert_true(fake_update_whole(&update));
		nothing_is_staged();
		done();
	}
	assert_true(cuts > 20 && new_ones > 0 && new_ones < cuts);
}

/* Every file operation that fails leaves the old version, and a second try succeeds. */
static void
any_file_may_fail(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (unsigned at = 1;; at++) {
		enum ykt_status status;

		ready("1.0.1");
		fake.calls = 0;
		fake.fired = false;
		fake.fault = FAKE_FILE;
		fake.fault_at = at;
		status = ykt_client_update(fake.client);
		fake.fault_at = 0;
		if (!fake.fired) {
			done();
			break;
		}
		failed += status != YKT_OK;
		assert_true((status == YKT_OK) == (strcmp(update.current, "1.0.1") == 0));
		assert_int_equal(fake.results, 1);
		assert_status(ykt_client_update(fake.client), YKT_OK);
		if (status != YKT_OK)
			assert_true(fake_update_whole(&update));
		done();
	}
	assert_true(failed > 5);
}

static void
the_new_one_ends_its_trial(void **state)
{
	static struct fake_attest attest;

	(void)state;
	for (int good = 0; good <= 1; good++) {
		ready("1.2.3");
		assert_status(ykt_client_update(fake.client), YKT_OK);
		fake_stop(&fake);
		strcpy(update.running, "1.2.3");
		fake_attest_init(&attest, fake.crypto);
		fake.attest = &attest.port;
		if (!good)
			attest.content[0][0] ^= 1;
		assert_status(fake_start(&fake), YKT_OK);
		assert_string_equal(update.previous, "");
		assert_string_equal(update.current, good ? "1.2.3" : "1.0.0");
		done();
	}
}

/* A start of the old version during a trial ends nothing. */
static void
the_old_one_ends_no_trial(void **state)
{
	(void)state;
	ready("1.0.1");
	assert_status(ykt_client_update(fake.client), YKT_OK);
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	assert_string_equal(update.previous, "1.0.0");
	done();
}

static void
hosts_that_update_by_themselves(void **state)
{
	(void)state;
	ready("1.0.1");
	fake_stop(&fake);
	fake.update = NULL;
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_update(fake.client), YKT_REFUSED);
	assert_int_equal(fake.ops, 0);
	assert_non_null(strstr(fake.result_reason, "where it came from"));
	fake_stop(&fake);
	fake.update = &update;
	fake.version = "test";
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_update(fake.client), YKT_REFUSED);
	assert_int_equal(fake.ops, 0);
	fake_stop(&fake);
	fake.version = "1.0.0";
	fake.release_key = NULL;
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_update(fake.client), YKT_REFUSED);
	assert_int_equal(fake.ops, 0);
	done();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_newer_version),
		cmocka_unit_test(takes_no_other),
		cmocka_unit_test(asks_first),
		cmocka_unit_test(asks_as_nobody),
		cmocka_unit_test(refuses_every_changed_byte),
		cmocka_unit_test(refuses_another_key),
		cmocka_unit_test(keeps_the_old_one_when_the_new_one_does_not_run),
		cmocka_unit_test(goes_on_where_it_stopped),
		cmocka_unit_test(believes_nothing_that_was_staged),
		cmocka_unit_test(any_call_may_be_the_last),
		cmocka_unit_test(any_file_may_fail),
		cmocka_unit_test(the_new_one_ends_its_trial),
		cmocka_unit_test(the_old_one_ends_no_trial),
		cmocka_unit_test(hosts_that_update_by_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
