/*
 * ykt_mem_get(), ykt_mem_put(): zeroed, wiped, nulled.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdbool.h>
#include <string.h>

#include <ykt/mem.h>

#include "check.h"

#define BLOCK_LEN 32

/* An allocator of one block that comes dirty and notes what it gets back. */
struct one_block {
	uint8_t block[BLOCK_LEN];
	size_t asked;
	size_t returned;
	bool clean;
	bool empty;
};

static void *
one_get(void *ctx, size_t size)
{
	struct one_block *one = ctx;

	one->asked = size;
	memset(one->block, 0xDD, sizeof(one->block));

	return one->empty ? NULL : one->block;
}

static void
one_put(void *ctx, void *p, size_t size)
{
	struct one_block *one = ctx;

	assert_ptr_equal(p, one->block);
	one->returned = size;
	one->clean = true;
	for (size_t i = 0; i < size; i++)
		one->clean = one->clean && one->block[i] == 0;
}

static void
test_comes_zeroed_from_a_dirty_allocator_and_goes_wiped(void **state)
{
	struct one_block one = { 0 };
	const struct ykt_alloc alloc = { &one, one_get, one_put };
	uint8_t *p = ykt_mem_get(&alloc, 16);

	(void)state;
	assert_non_null(p);
	assert_int_equal(one.asked, 16);
	for (size_t i = 0; i < 16; i++)
		assert_int_equal(p[i], 0);
	assert_int_equal(one.block[16], 0xDD);

	memset(p, 0x55, 16);
	ykt_mem_put(&alloc, &p, 16);
	assert_null(p);
	assert_int_equal(one.returned, 16);
	assert_true(one.clean);
}

static void
test_putting_null_calls_nobody(void **state)
{
	struct one_block one = { 0 };
	const struct ykt_alloc alloc = { &one, one_get, one_put };
	uint8_t *none = NULL;

	(void)state;
	ykt_mem_put(&alloc, &none, 16);
	assert_int_equal(one.returned, 0);
}

static void
test_no_memory_is_null(void **state)
{
	struct one_block one = { .empty = true };
	const struct ykt_alloc alloc = { &one, one_get, one_put };

	(void)state;
	assert_null(ykt_mem_get(&alloc, 16));
}

static void
test_libc_allocator_gives_and_takes(void **state)
{
	uint8_t *p = ykt_mem_get(&ykt_alloc_libc, 100);

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	ykt_mem_put(&ykt_alloc_libc, &p, 100);
	assert_null(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comes_zeroed_from_a_dirty_allocator_and_goes_wiped),
		cmocka_unit_test(test_putting_null_calls_nobody),
		cmocka_unit_test(test_no_memory_is_null),
		cmocka_unit_test(test_libc_allocator_gives_and_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
