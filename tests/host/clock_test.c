/*
 * host_clock().
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "check.h"
#include "host/host_clock.h"

static void
test_wall_is_the_time_of_the_system(void **state)
{
	const struct ykt_clock clock = host_clock();
	int64_t before = (int64_t)time(NULL) * 1000;
	int64_t now = ykt_clock_wall(&clock);

	(void)state;
	assert_true(now >= before);
	assert_true(now <= before + 60000);
}

static void
test_mono_never_goes_back(void **state)
{
	const struct ykt_clock clock = host_clock();
	int64_t last = ykt_clock_mono(&clock);

	(void)state;
	for (int i = 0; i < 10000; i++) {
		int64_t now = ykt_clock_mono(&clock);

		assert_true(now >= last);
		last = now;
	}
}

static void
test_wait_reaches_its_moment(void **state)
{
	const struct ykt_clock clock = host_clock();
	int64_t start = ykt_clock_mono(&clock);

	(void)state;
	assert_status(ykt_clock_wait(&clock, start + 30), YKT_OK);
	assert_true(ykt_clock_mono(&clock) >= start + 30);
}

static void
test_a_moment_in_the_past_is_not_waited_for(void **state)
{
	const struct ykt_clock clock = host_clock();

	(void)state;
	assert_status(ykt_clock_wait(&clock, INT64_MIN / 2), YKT_OK);
	assert_status(ykt_clock_wait(&clock, ykt_clock_mono(&clock)), YKT_OK);
}

static volatile sig_atomic_t alarms;

static void
on_alarm(int number)
{
	(void)number;
	alarms++;
}

static void
test_wait_goes_on_after_a_signal(void **state)
{
	const struct itimerval soon = { { 0, 5000 }, { 0, 5000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	const struct sigaction action = { .sa_handler = on_alarm };
	const struct ykt_clock clock = host_clock();
	int64_t start = ykt_clock_mono(&clock);

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	assert_status(ykt_clock_wait(&clock, start + 60), YKT_OK);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_true(alarms > 0);
	assert_true(ykt_clock_mono(&clock) >= start + 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wall_is_the_time_of_the_system),
		cmocka_unit_test(test_mono_never_goes_back),
		cmocka_unit_test(test_wait_reaches_its_moment),
		cmocka_unit_test(test_a_moment_in_the_past_is_not_waited_for),
		cmocka_unit_test(test_wait_goes_on_after_a_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
