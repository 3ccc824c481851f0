/*
 * The sealed store: what it keeps, what it finds, what it refuses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/store.h"

#include <stdio.h>
#include <string.h>

#include <ykt/mem.h>

#include "check.h"
#include "crypto/core.h"

/* Two files in memory, and how a write behaves. */
struct disk {
	uint8_t data[2][CLIENT_STORE_MAX + 16];
	size_t len[2];
	bool there[2];
	bool full;
	unsigned writes;
	uint64_t rng;
};

static struct disk disk;
static struct crypto *crypto;
static struct ykt_file file;
static struct ykt_random rnd;
static struct client_store store;

static size_t
slot(const char *name)
{
	return strcmp(name, CLIENT_FILE_STORE) == 0 ? 1 : 0;
}

static enum ykt_status
disk_read(void *ctx, const char *name, struct ykt_buf *out)
{
	size_t i = slot(name);

	(void)ctx;
	if (!disk.there[i])
		return YKT_NOT_FOUND;
	if (out->cap - out->len < disk.len[i])
		return YKT_E_SPACE;
	ykt_put_mem(out, disk.data[i], disk.len[i]);

	return YKT_OK;
}

static enum ykt_status
disk_write(void *ctx, const char *name, struct ykt_bytes content)
{
	size_t i = slot(name);

	(void)ctx;
	if (disk.full)
		return YKT_E_FILE;
	memcpy(disk.data[i], content.data, content.len);
	disk.len[i] = content.len;
	disk.there[i] = true;
	disk.writes++;

	return YKT_OK;
}

static enum ykt_status
disk_remove(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;

	return YKT_E_FILE;
}

static enum ykt_status
draw(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	for (size_t i = 0; i < len; i++) {
		disk.rng = disk.rng * UINT64_C(6364136223846793005) + 1442695040888963407u;
		out[i] = (uint8_t)(disk.rng >> 33);
	}

	return YKT_OK;
}

static int
setup(void **state)
{
	(void)state;
	memset(&disk, 0, sizeof(disk));
	file = (struct ykt_file){ NULL, disk_read, disk_write, disk_remove };
	rnd = (struct ykt_random){ NULL, draw };

	return crypto_new(&ykt_alloc_libc, NULL, &crypto) == YKT_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	client_store_close(&store);
	crypto_free(&crypto);

	return 0;
}

static enum ykt_status
reopen(void)
{
	client_store_close(&store);

	return client_store_open(&store, &file, &rnd, crypto);
}

static struct client_intent
intent_of(unsigned n)
{
	struct client_intent intent = { .kind = CLIENT_INTENT_TOPUP, .amount_fen = 100 + n };

	snprintf(intent.idem, sizeof(intent.idem), "%032x", n);
	strcpy(intent.card_no, "03101234567890123456");

	return intent;
}

static void
keeps_everything_over_a_restart(void **state)
{
	struct client_intent refund = { .kind = CLIENT_INTENT_REFUND,
		.idem = "ffffffffffffffffffffffffffffffff",
		.order_id = "0123456789abcdef0123456789abcdef",
		.has_proof = true,
		.attempt = 3 };
	struct client_state next, device;

	(void)state;
	assert_status(reopen(), YKT_OK);
	device = store.state;
	memset(refund.init, 0x5A, sizeof(refund.init));
	assert_status(client_intent_put(&store, &refund), YKT_OK);
	next = store.state;
	next.registered = true;
	strcpy(next.phone, "13812345678");
	strcpy(next.name, "林");
	next.session.open = true;
	next.session.ctr = 64;
	memset(&next.session.keys, 0xA5, sizeof(next.session.keys));
	assert_status(client_store_put(&store, &next), YKT_OK);
	assert_status(reopen(), YKT_OK);
	assert_memory_equal(&store.state.device, &device.device, sizeof(device.device));
	assert_true(store.state.registered && store.state.session.open);
	assert_string_equal(store.state.name, "林");
	assert_int_equal(store.state.session.ctr, 64);
	assert_memory_equal(
	    &store.state.session.keys, &next.session.keys, sizeof(next.session.keys));
	assert_int_equal(store.state.intents[0].kind, CLIENT_INTENT_REFUND);
	assert_int_equal(store.state.intents[0].attempt, 3);
	assert_memory_equal(store.state.intents[0].init, refund.init, 16);
}

static void
finds_every_flipped_bit_and_every_cut(void **state)
{
	struct disk good;
	struct client_intent intent = intent_of(7);

	(void)state;
	assert_status(reopen(), YKT_OK);
	assert_status(client_intent_put(&store, &intent), YKT_OK);
	good = disk;
	for (size_t f = 0; f < 2; f++) {
		for (size_t bit = 0; bit < 8 * good.len[f]; bit++) {
			disk = good;
			disk.data[f][bit / 8] ^= (uint8_t)(1u << bit % 8);
			disk.writes = 0;
			assert_status(reopen(), YKT_E_CORRUPT);
			assert_int_equal(disk.writes, 0);
			assert_int_equal(store.state.device.d[0] | store.state.registered, 0);
		}
		for (size_t len = 0; len < good.len[f]; len++) {
			disk = good;
			disk.len[f] = len;
			assert_status(reopen(), YKT_E_CORRUPT);
		}
		disk = good;
		disk.len[f]++;
		assert_status(reopen(), YKT_E_CORRUPT);
	}
	disk = good;
	assert_status(reopen(), YKT_OK);
}

static void
refuses_stores_that_are_not_its_own(void **state)
{
	struct disk one, two;

	(void)state;
	assert_status(reopen(), YKT_OK);
	one = disk;
	disk.there[0] = disk.there[1] = false;
	assert_status(reopen(), YKT_OK);
	two = disk;
	/* The store of one under the secret of the other. */
	memcpy(disk.data[1], one.data[1], one.len[1]);
	assert_status(reopen(), YKT_E_CORRUPT);
	/* A store without its secret. */
	disk = two;
	disk.there[0] = false;
	assert_status(reopen(), YKT_E_CORRUPT);
	assert_false(disk.there[0]);
	/* Far too long. */
	disk = two;
	disk.len[1] = CLIENT_STORE_MAX + 1;
	assert_status(reopen(), YKT_E_CORRUPT);
}

/* A crash between the two first writes leaves a secret and no store. */
static void
begins_again_where_only_the_secret_is(void **state)
{
	(void)state;
	assert_status(reopen(), YKT_OK);
	disk.there[1] = false;
	assert_status(reopen(), YKT_OK);
	assert_true(disk.there[1]);
}

static void
never_seals_with_the_same_counter_block_twice(void **state)
{
	uint8_t before[16];
	struct client_state same;

	(void)state;
	assert_status(reopen(), YKT_OK);
	memcpy(before, disk.data[1] + 8, sizeof(before));
	same = store.state;
	assert_status(client_store_put(&store, &same), YKT_OK);
	assert_memory_not_equal(before, disk.data[1] + 8, sizeof(before));
}

static void
changes_nothing_when_the_disk_is_full(void **state)
{
	struct client_intent intent = intent_of(1);

	(void)state;
	assert_status(reopen(), YKT_OK);
	disk.full = true;
	assert_status(client_intent_put(&store, &intent), YKT_E_FILE);
	assert_int_equal(store.state.intents[0].kind, CLIENT_INTENT_NONE);
	disk.full = false;
	assert_status(client_intent_put(&store, &intent), YKT_OK);
	disk.full = true;
	assert_status(client_intent_drop(&store, intent.idem), YKT_E_FILE);
	assert_int_equal(store.state.intents[0].kind, CLIENT_INTENT_TOPUP);
}

static void
holds_a_bounded_number_of_intents(void **state)
{
	struct client_intent intent;

	(void)state;
	assert_status(reopen(), YKT_OK);
	for (unsigned i = 0; i < CLIENT_INTENTS_MAX; i++) {
		intent = intent_of(i);
		assert_status(client_intent_put(&store, &intent), YKT_OK);
	}
	intent = intent_of(CLIENT_INTENTS_MAX);
	assert_status(client_intent_put(&store, &intent), YKT_OVER_LIMIT);
	intent = intent_of(3);
	strcpy(intent.order_id, "0123456789abcdef0123456789abcdef");
	assert_status(client_intent_put(&store, &intent), YKT_OK);
	assert_non_null(client_intent_of(&store, intent.order_id));
	assert_status(reopen(), YKT_OK);
	assert_int_equal(client_intent_of(&store, intent.order_id)->amount_fen, 103);
	assert_status(client_intent_drop(&store, intent.idem), YKT_OK);
	assert_null(client_intent_of(&store, intent.order_id));
	assert_status(client_intent_drop(&store, intent.idem), YKT_OK);
}

/* Authentic, but of another version: refused like any other. */
static void
refuses_other_versions_and_malformed_states(void **state)
{
	struct client_state made = { 0 }, read = { .registered = true };
	uint8_t bytes[CLIENT_STORE_MAX];
	struct ykt_buf buf = YKT_BUF(bytes);

	(void)state;
	made.intents[0] = intent_of(5);
	client_state_encode(&made, &buf);
	assert_status(client_state_decode(ykt_buf_view(&buf), &read), YKT_OK);
	bytes[1]++;
	assert_status(client_state_decode(ykt_buf_view(&buf), &read), YKT_E_CORRUPT);
	bytes[1] -= 2;
	assert_status(client_state_decode(ykt_buf_view(&buf), &read), YKT_E_CORRUPT);
	bytes[1]++;
	for (size_t len = 0; len < buf.len; len++) {
		read.registered = true;
		assert_status(client_state_decode(ykt_bytes(bytes, len), &read), YKT_E_CORRUPT);
		assert_true(read.registered);
	}
	buf.len++;
	assert_status(client_state_decode(ykt_buf_view(&buf), &read), YKT_E_CORRUPT);
}

/* A state of before lists were signed is read as it was; with a time it has one form too. */
static void
knows_when_its_list_was_issued(void **state)
{
	struct client_state made = { .apps_ms = 7 }, read = { .registered = true };
	uint8_t bytes[CLIENT_STORE_MAX];
	struct ykt_buf buf = YKT_BUF(bytes);

	(void)state;
	client_state_encode(&made, &buf);
	assert_int_equal(bytes[1], 3);
	assert_status(client_state_decode(ykt_buf_view(&buf), &read), YKT_OK);
	assert_int_equal(read.apps_ms, 7);
	read.registered = true;
	bytes[9] = 0; /* no time, in a form that has one */
	assert_status(client_state_decode(ykt_buf_view(&buf), &read), YKT_E_CORRUPT);
	assert_true(read.registered);
	ykt_buf_wipe(&buf);
	made.apps_ms = 0;
	client_state_encode(&made, &buf);
	assert_int_equal(bytes[1], 2);
	assert_status(client_state_decode(ykt_buf_view(&buf), &read), YKT_OK);
	assert_int_equal(read.apps_ms, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_everything_over_a_restart, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    finds_every_flipped_bit_and_every_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    refuses_stores_that_are_not_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    begins_again_where_only_the_secret_is, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    never_seals_with_the_same_counter_block_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    changes_nothing_when_the_disk_is_full, setup, teardown),
		cmocka_unit_test_setup_teardown(holds_a_bounded_number_of_intents, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    refuses_other_versions_and_malformed_states, setup, teardown),
		cmocka_unit_test_setup_teardown(knows_when_its_list_was_issued, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
