/*
 * host_random(): the kernel's answers, also the rare ones.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>

#include "check.h"
#include "host/host_random.h"

ssize_t __real_getrandom(void *out, size_t len, unsigned flags);
ssize_t __wrap_getrandom(void *out, size_t len, unsigned flags);

/* What the next calls give: a count, or minus an errno; 0 ends the list. */
static ssize_t script[8];
static size_t step;
static bool scripted;

ssize_t
__wrap_getrandom(void *out, size_t len, unsigned flags)
{
	ssize_t answer = scripted && step < 8 ? script[step++] : 0;

	if (answer < 0) {
		errno = (int)-answer;
		return -1;
	}

	return __real_getrandom(out, answer > 0 ? (size_t)answer : len, flags);
}

static void
play(const ssize_t answers[8])
{
	memcpy(script, answers, sizeof(script));
	step = 0;
	scripted = true;
}

static bool
all_zero(const uint8_t *bytes, size_t len)
{
	while (len != 0 && bytes[len - 1] == 0)
		len--;

	return len == 0;
}

static void
test_two_draws_differ(void **state)
{
	const struct ykt_random random = host_random();
	uint8_t a[1000] = { 0 };
	uint8_t b[1000] = { 0 };

	(void)state;
	scripted = false;
	assert_status(ykt_random_fill(&random, a, sizeof(a)), YKT_OK);
	assert_status(ykt_random_fill(&random, b, sizeof(b)), YKT_OK);
	assert_memory_not_equal(a, b, sizeof(a));
	/* The last part is filled as well. */
	assert_false(all_zero(a + 968, 32));
}

static void
test_short_and_interrupted_answers_are_continued(void **state)
{
	static const ssize_t answers[8] = { 5, -EINTR, 3, -EINTR, -EINTR, 0 };
	const struct ykt_random random = host_random();
	uint8_t out[64] = { 0 };

	(void)state;
	play(answers);
	assert_status(ykt_random_fill(&random, out, sizeof(out)), YKT_OK);
	assert_int_equal(step, 6);
	assert_false(all_zero(out, 5));
	assert_false(all_zero(out + 8, 28));
	assert_false(all_zero(out + 36, 28));
}

static void
test_failure_leaves_no_half_key(void **state)
{
	static const ssize_t answers[8] = { 16, -ENOSYS };
	const struct ykt_random random = host_random();
	uint8_t out[32];

	(void)state;
	memset(out, 0x11, sizeof(out));
	play(answers);
	assert_status(ykt_random_fill(&random, out, sizeof(out)), YKT_E_RANDOM);
	assert_true(all_zero(out, sizeof(out)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_draws_differ),
		cmocka_unit_test(test_short_and_interrupted_answers_are_continued),
		cmocka_unit_test(test_failure_leaves_no_half_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
