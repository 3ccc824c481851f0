/*
 * Starting on a taken port, a full queue, stopping while requests run.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <string.h>

#include "http_help.h"
#include "raw_tls.h"

static void
test_a_taken_port_is_said_so(void **state)
{
	struct http_server *server = help_server("server", false);
	struct http_server_options options = help_server_options("server", false);
	struct http_server *second = NULL;
	uint16_t port = http_server_port(server);

	(void)state;
	options.port = port;
	ASSERT_STATUS(http_server_start(&options, &second), YKT_BUSY);
	assert_null(second);
	http_server_stop(&server);
	/* Free again at once. */
	ASSERT_STATUS(http_server_start(&options, &second), YKT_OK);
	assert_int_equal(http_server_port(second), port);
	http_server_stop(&second);
	options.bind_ip = "203.0.113.1";
	ASSERT_STATUS(http_server_start(&options, &second), YKT_E_NET);
	options.bind_ip = "localhost";
	ASSERT_STATUS(http_server_start(&options, &second), YKT_E_ARG);
}

struct sleeper {
	pthread_t thread;
	struct http_client *client;
	struct help_answer answer;
};

static void *
sleeper_main(void *arg)
{
	struct sleeper *sleeper = arg;

	sleeper->answer = help_call(sleeper->client, "/sleep", NULL);
	return NULL;
}

static void
sleepers_start(struct sleeper *sleepers, size_t count, uint16_t port)
{
	for (size_t i = 0; i < count; i++) {
		sleepers[i].client = help_client(port, NULL);
		assert_int_equal(
		    pthread_create(&sleepers[i].thread, NULL, sleeper_main, &sleepers[i]), 0);
	}
}

static void
sleeper_join(struct sleeper *sleeper)
{
	(void)pthread_join(sleeper->thread, NULL);
	http_client_close(&sleeper->client);
}

static void
test_a_full_queue_answers_503(void **state)
{
	struct http_server_options options = help_server_options("server", false);
	struct http_server *server = NULL;
	struct sleeper sleepers[6] = { 0 };
	size_t good = 0;
	size_t busy = 0;

	(void)state;
	options.worker_count = 1;
	options.queue_max = 2;
	ASSERT_STATUS(http_server_start(&options, &server), YKT_OK);
	sleepers_start(sleepers, 6, http_server_port(server));
	for (size_t i = 0; i < 6; i++) {
		sleeper_join(&sleepers[i]);
		ASSERT_STATUS(sleepers[i].answer.status, YKT_OK);
		good += sleepers[i].answer.code == 200;
		busy += sleepers[i].answer.code == 503;
	}
	/* One in the worker and two behind it; slow starters may follow. */
	assert_in_range(good, 3, 5);
	assert_int_equal(good + busy, 6);
	http_server_stop(&server);
}

static void
test_running_requests_end_before_the_stop(void **state)
{
	struct http_server *server = help_server("server", false);
	struct http_client *kept = help_client(http_server_port(server), NULL);
	struct sleeper sleepers[3] = { 0 };
	uint16_t port = http_server_port(server);
	unsigned before;

	(void)state;
	ASSERT_STATUS(help_call(kept, "/echo", "1").status, YKT_OK);
	before = help_handled();
	sleepers_start(sleepers, 3, port);
	for (int i = 0; i < 200 && help_handled() < before + 3; i++)
		help_pause(10);
	http_server_stop(&server);
	for (size_t i = 0; i < 3; i++) {
		sleeper_join(&sleepers[i]);
		ASSERT_STATUS(sleepers[i].answer.status, YKT_OK);
		assert_int_equal(sleepers[i].answer.code, 200);
	}
	/* The kept connection is closed: a later call certainly did not arrive. */
	ASSERT_STATUS(help_call(kept, "/echo", "1").status, YKT_E_NET);
	http_client_close(&kept);
}

static void
test_a_slow_sender_does_not_hold_the_stop(void **state)
{
	static const char head[] = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"
				   "Content-Type: application/json\r\n\r\n1";
	struct http_server *server = help_server("server", false);
	struct raw_client *client = raw_open(http_server_port(server), help_folder, NULL, 0);
	int64_t start = help_now();

	(void)state;
	assert_non_null(client);
	assert_true(raw_send(client, head, strlen(head)));
	http_server_stop(&server);
	assert_in_range(help_now() - start, 0, HELP_RECEIVE_MS + 2500);
	raw_close(&client);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_taken_port_is_said_so),
		cmocka_unit_test(test_a_full_queue_answers_503),
		cmocka_unit_test(test_running_requests_end_before_the_stop),
		cmocka_unit_test(test_a_slow_sender_does_not_hold_the_stop),
	};

	return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
