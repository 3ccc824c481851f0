/*
 * Part two of the store: what opens it, what does not, what is found.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/vault.h"

#include <string.h>

#include <ykt/mem.h>

#include "check.h"
#include "crypto/core.h"

#define SECRET "correct horse"

struct disk {
	struct {
		char name[16];
		uint8_t data[CLIENT_STORE_MAX];
		size_t len;
	} files[3];
	unsigned writes;
	unsigned fail_at; /* this write and all after it are lost: the power is gone */
	uint64_t rng;
};

static struct disk disk;
static struct crypto *crypto;
static struct ykt_file file;
static struct ykt_random rnd;
static struct client_store store;
static struct client_vault vault;

static size_t
slot(const char *name)
{
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(disk.files[i].name, name) == 0)
			return i;
	}
	for (size_t i = 0; i < 3; i++) {
		if (disk.files[i].name[0] == '\0')
			return i;
	}
	fail_msg("more than three files");

	return 0;
}

static enum ykt_status
disk_read(void *ctx, const char *name, struct ykt_buf *out)
{
	size_t i = slot(name);

	(void)ctx;
	if (disk.files[i].name[0] == '\0')
		return YKT_NOT_FOUND;
	if (out->cap - out->len < disk.files[i].len)
		return YKT_E_SPACE;
	ykt_put_mem(out, disk.files[i].data, disk.files[i].len);

	return YKT_OK;
}

static bool
dead(void)
{
	return disk.fail_at != 0 && ++disk.writes >= disk.fail_at;
}

static enum ykt_status
disk_write(void *ctx, const char *name, struct ykt_bytes content)
{
	size_t i = slot(name);

	(void)ctx;
	if (dead())
		return YKT_E_DOWN;
	strcpy(disk.files[i].name, name);
	memcpy(disk.files[i].data, content.data, content.len);
	disk.files[i].len = content.len;

	return YKT_OK;
}

static enum ykt_status
disk_remove(void *ctx, const char *name)
{
	size_t i = slot(name);

	(void)ctx;
	if (dead())
		return YKT_E_DOWN;
	memset(&disk.files[i], 0, sizeof(disk.files[i]));

	return YKT_OK;
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

static enum ykt_status
reopen(void)
{
	client_store_close(&store);

	return client_store_open(&store, &file, &rnd, crypto);
}

static struct client_vault_data
some_data(void)
{
	struct client_vault_data data = { .redraw_ms = 30000, .last_s = 17, .ahead_ms = -5 };

	memset(data.rider.d, 0x5C, sizeof(data.rider.d));
	memset(data.rider.pub.xy, 0x3A, sizeof(data.rider.pub.xy));
	data.auth.len = 260;
	memset(data.auth.data, 0x77, data.auth.len);

	return data;
}

static int
setup(void **state)
{
	const struct client_vault_data data = some_data();

	(void)state;
	memset(&disk, 0, sizeof(disk));
	file = (struct ykt_file){ NULL, disk_read, disk_write, disk_remove };
	rnd = (struct ykt_random){ NULL, draw };
	if (crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK || reopen() != YKT_OK)
		return -1;
	if (client_vault_make(&vault, &store, &crypto_pwhash_cost_test, SECRET, &data) != YKT_OK)
		return -1;
	client_vault_clear(&vault);

	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	client_vault_clear(&vault);
	client_store_close(&store);
	crypto_free(&crypto);

	return 0;
}

static void
assert_wiped(void)
{
	static const struct client_vault zero;

	assert_memory_equal(&vault, &zero, sizeof(zero));
}

static void
opens_with_its_secret_alone(void **state)
{
	const struct client_vault_data data = some_data();

	(void)state;
	assert_status(reopen(), YKT_OK);
	assert_status(client_vault_open(&vault, &store, "correct horsE"), YKT_DENIED);
	assert_wiped();
	assert_status(client_vault_open(&vault, &store, ""), YKT_DENIED);
	assert_int_equal(store.state.vault_fails, 2);
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_OK);
	assert_int_equal(store.state.vault_fails, 0);
	assert_memory_equal(vault.data.rider.d, data.rider.d, sizeof(data.rider.d));
	assert_memory_equal(vault.data.auth.data, data.auth.data, data.auth.len);
	assert_int_equal(vault.data.last_s, 17);
	assert_int_equal(vault.data.ahead_ms, -5);
	vault.data.last_s = 18;
	assert_status(client_vault_save(&vault), YKT_OK);
	client_vault_clear(&vault);
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_OK);
	assert_int_equal(vault.data.last_s, 18);
}

/* Also over restarts, and with the right secret at last. */
static void
counts_tries_before_they_are_made(void **state)
{
	(void)state;
	for (int i = 0; i < CLIENT_VAULT_TRIES; i++) {
		assert_status(reopen(), YKT_OK);
		assert_status(client_vault_open(&vault, &store, "wrong"), YKT_DENIED);
	}
	assert_status(reopen(), YKT_OK);
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_BLOCKED);
	assert_wiped();
	/* A try that cannot be written down is not made. */
	(void)teardown(NULL);
	assert_int_equal(setup(NULL), 0);
	disk.writes = 0;
	disk.fail_at = 1;
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_E_DOWN);
	assert_wiped();
}

static void
finds_every_flipped_bit_and_every_cut(void **state)
{
	size_t i = slot(CLIENT_FILE_VAULT);
	struct disk good = disk;

	(void)state;
	for (size_t bit = 0; bit < 8 * good.files[i].len; bit++) {
		disk.files[i].data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_status(client_vault_open(&vault, &store, SECRET), YKT_E_CORRUPT);
		disk.files[i].data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t len = 0; len < good.files[i].len; len++) {
		disk.files[i].len = len;
		assert_status(client_vault_open(&vault, &store, SECRET), YKT_E_CORRUPT);
	}
	disk.files[i].len = good.files[i].len + 1;
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_E_CORRUPT);
	disk.files[i].len = CLIENT_VAULT_MAX + 2;
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_E_CORRUPT);
	/* None of these was a try. */
	assert_int_equal(store.state.vault_fails, 0);
	disk = good;
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_OK);
}

/* The file and the secret, on another device (T07). */
static void
is_nothing_without_its_device(void **state)
{
	struct disk stolen = disk;
	size_t from = slot(CLIENT_FILE_VAULT), to;

	(void)state;
	memset(disk.files, 0, sizeof(disk.files));
	assert_status(reopen(), YKT_OK);
	to = slot(CLIENT_FILE_VAULT);
	disk.files[to] = stolen.files[from];
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_E_CORRUPT);
	assert_wiped();
}

static bool
disk_holds(const void *what, size_t len)
{
	for (size_t f = 0; f < 3; f++) {
		for (size_t i = 0; i + len <= disk.files[f].len; i++) {
			if (memcmp(disk.files[f].data + i, what, len) == 0)
				return true;
		}
	}

	return false;
}

static void
shows_nothing_in_clear(void **state)
{
	const struct client_vault_data data = some_data();

	(void)state;
	assert_false(disk_holds(data.rider.d, 8));
	assert_false(disk_holds(SECRET, 5));
	assert_false(disk_holds(data.auth.data, 8));
}

/* The power goes at every write of a change of password: old or new opens it. */
static void
a_change_of_secret_loses_nothing(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 6; n++) {
		enum ykt_status status;

		(void)teardown(NULL);
		assert_int_equal(setup(NULL), 0);
		disk.writes = 0;
		disk.fail_at = n;
		status = client_vault_open(&vault, &store, SECRET);
		if (status == YKT_OK)
			status = client_vault_add(&vault, "another one");
		if (status == YKT_OK)
			status = client_vault_keep(&vault, true);
		disk.fail_at = 0;
		client_vault_clear(&vault);
		assert_status(reopen(), YKT_OK);
		if (status == YKT_OK)
			assert_status(client_vault_open(&vault, &store, SECRET), YKT_DENIED);
		else
			assert_status(client_vault_open(&vault, &store, SECRET), YKT_OK);
		client_vault_clear(&vault);
		if (status == YKT_OK)
			assert_status(client_vault_open(&vault, &store, "another one"), YKT_OK);
	}
}

/* Added and not kept: both open it; given up: the old one alone. */
static void
a_change_that_was_refused_leaves_the_old_secret(void **state)
{
	(void)state;
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_OK);
	assert_status(client_vault_add(&vault, "another one"), YKT_OK);
	client_vault_clear(&vault);
	assert_status(client_vault_open(&vault, &store, "another one"), YKT_OK);
	client_vault_clear(&vault);
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_OK);
	assert_status(client_vault_keep(&vault, false), YKT_OK);
	client_vault_clear(&vault);
	assert_status(client_vault_open(&vault, &store, "another one"), YKT_DENIED);
	assert_status(client_vault_open(&vault, &store, SECRET), YKT_OK);
}

/* At every power cut the store opens as a new one or as what it was. */
static void
wipes_everything_and_never_half_of_it(void **state)
{
	(void)state;
	for (unsigned n = 0; n <= 3; n++) {
		enum ykt_status status;

		(void)teardown(NULL);
		assert_int_equal(setup(NULL), 0);
		disk.writes = 0;
		disk.fail_at = n;
		status = client_store_wipe(&store);
		assert_status(status, n == 0 ? YKT_OK : YKT_E_DOWN);
		disk.fail_at = 0;
		if (n == 0)
			for (size_t i = 0; i < 3; i++)
				assert_int_equal(disk.files[i].len, 0);
		assert_status(reopen(), YKT_OK);
		if (n != 1)
			assert_status(client_vault_open(&vault, &store, SECRET), YKT_NOT_FOUND);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(opens_with_its_secret_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_tries_before_they_are_made, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    finds_every_flipped_bit_and_every_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(is_nothing_without_its_device, setup, teardown),
		cmocka_unit_test_setup_teardown(shows_nothing_in_clear, setup, teardown),
		cmocka_unit_test_setup_teardown(a_change_of_secret_loses_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_change_that_was_refused_leaves_the_old_secret, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    wipes_everything_and_never_half_of_it, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
