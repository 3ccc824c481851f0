/*
 * host_signals: each case in a process of its own, because a request to stop
 * is for ever.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "host/host_clock.h"
#include "host/host_daemon.h"
#include "host/host_signals.h"

/* Ends the child: which condition failed is its exit code. */
#define CHILD_CHECK(n, condition)                                                                  \
	do {                                                                                       \
		if (!(condition))                                                                  \
			_exit(n);                                                                  \
	} while (0)

static int
in_child(void (*body)(void))
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);

	return status;
}

static bool
readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) == 1;
}

static void
stop_by_signal(int number)
{
	CHILD_CHECK(1, host_stop_fd() == -1 && !host_stop_requested());
	CHILD_CHECK(2, host_signals_install() == YKT_OK);
	CHILD_CHECK(3, host_signals_install() == YKT_OK);
	CHILD_CHECK(4, !host_stop_requested() && !readable(host_stop_fd()));
	raise(number);
	CHILD_CHECK(5, host_stop_requested());
	CHILD_CHECK(6, readable(host_stop_fd()) && readable(host_stop_fd()));
}

static void
body_term(void)
{
	stop_by_signal(SIGTERM);
}

static void
body_int(void)
{
	stop_by_signal(SIGINT);
}

static void
test_each_signal_requests_the_stop_for_ever(void **state)
{
	(void)state;
	assert_int_equal(in_child(body_term), 0);
	assert_int_equal(in_child(body_int), 0);
}

static void
body_twice(void)
{
	CHILD_CHECK(1, host_signals_install() == YKT_OK);
	raise(SIGTERM);
	CHILD_CHECK(2, host_stop_requested());
	raise(SIGTERM);
}

static void
test_second_signal_ends_the_program(void **state)
{
	int status = in_child(body_twice);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

static void
body_pipe(void)
{
	int ends[2];

	CHILD_CHECK(1, host_signals_install() == YKT_OK);
	CHILD_CHECK(2, pipe(ends) == 0);
	close(ends[0]);
	CHILD_CHECK(3, write(ends[1], "x", 1) == -1);
}

static void
test_a_reader_that_went_away_does_not_end_the_program(void **state)
{
	(void)state;
	assert_int_equal(in_child(body_pipe), 0);
}

static void *
request_soon(void *arg)
{
	usleep(20000);
	host_stop_request();

	return arg;
}

static void
body_wait(void)
{
	const struct ykt_clock clock = host_clock();
	int64_t start = ykt_clock_mono(&clock);
	pthread_t thread;

	CHILD_CHECK(1, host_signals_install() == YKT_OK);
	CHILD_CHECK(2, ykt_clock_wait(&clock, start + 5) == YKT_OK);
	CHILD_CHECK(3, pthread_create(&thread, NULL, request_soon, NULL) == 0);
	CHILD_CHECK(4, ykt_clock_wait(&clock, start + 20000) == YKT_E_DOWN);
	CHILD_CHECK(5, ykt_clock_mono(&clock) < start + 15000);
	CHILD_CHECK(6, ykt_clock_wait(&clock, start) == YKT_E_DOWN);
	pthread_join(thread, NULL);
}

static void
test_wait_ends_with_the_request(void **state)
{
	(void)state;
	assert_int_equal(in_child(body_wait), 0);
}

static void
body_begin(void)
{
	struct rlimit limit = { 1, 1 };

	CHILD_CHECK(1, host_daemon_begin() == YKT_OK);
	CHILD_CHECK(2, umask(0) == 077);
	CHILD_CHECK(3, getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0);
	CHILD_CHECK(4, host_stop_fd() >= 0);
}

static void
test_server_starts_private_and_without_core_files(void **state)
{
	(void)state;
	assert_int_equal(in_child(body_begin), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_signal_requests_the_stop_for_ever),
		cmocka_unit_test(test_second_signal_ends_the_program),
		cmocka_unit_test(test_a_reader_that_went_away_does_not_end_the_program),
		cmocka_unit_test(test_wait_ends_with_the_request),
		cmocka_unit_test(test_server_starts_private_and_without_core_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
