/*
 * Somebody on the line between our client and our server (T21, F12): cuts what
 * the server says after any byte, or turns one bit of it. The client never takes
 * half an answer for a whole one, and says NET only when nothing was handled.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_help.h"

#define STEP      23
#define BYTES_MAX 4000 /* more than a handshake and an answer take */

struct relay {
	int listen_fd;
	uint16_t port, to;
	size_t at;   /* what happens behind so many bytes of the server's */
	bool turned; /* one bit turned; else: cut */
	size_t seen; /* bytes of the server's so far */
	pthread_t thread;
};

static struct sockaddr_in
loopback(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* Passes on what waits at from; false when either end is done with. */
static bool
pass_on(struct relay *relay, int from, int to, bool of_server)
{
	uint8_t bytes[4096];
	ssize_t len = read(from, bytes, sizeof(bytes));
	size_t keep;

	if (len <= 0)
		return false;
	keep = (size_t)len;
	if (of_server && relay->at < relay->seen + keep && relay->at >= relay->seen) {
		if (relay->turned)
			bytes[relay->at - relay->seen] ^= 0x10;
		else
			keep = relay->at - relay->seen;
	}
	relay->seen += of_server ? (size_t)len : 0;
	if (keep > 0 && send(to, bytes, keep, MSG_NOSIGNAL) != (ssize_t)keep)
		return false;
	return keep == (size_t)len;
}

static void *
relay_main(void *arg)
{
	struct relay *relay = arg;
	struct sockaddr_in at = loopback(relay->to);
	int client = accept(relay->listen_fd, NULL, NULL);
	int upstream = socket(AF_INET, SOCK_STREAM, 0);
	struct pollfd fds[2] = { { .fd = client, .events = POLLIN },
		{ .fd = upstream, .events = POLLIN } };
	bool open = client >= 0 && connect(upstream, (struct sockaddr *)&at, sizeof(at)) == 0;

	while (open && poll(fds, 2, 5000) > 0) {
		if (fds[0].revents != 0)
			open = pass_on(relay, client, upstream, false);
		if (open && fds[1].revents != 0)
			open = pass_on(relay, upstream, client, true);
	}
	(void)close(client);
	(void)close(upstream);
	return NULL;
}

static void
relay_start(struct relay *relay)
{
	struct sockaddr_in at = loopback(0);
	socklen_t at_len = sizeof(at);

	relay->listen_fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(relay->listen_fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(relay->listen_fd, 1), 0);
	assert_int_equal(getsockname(relay->listen_fd, (struct sockaddr *)&at, &at_len), 0);
	relay->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&relay->thread, NULL, relay_main, relay), 0);
}

/* One call through it; true when the answer was whole. */
static bool
call_through(struct http_server *server, size_t at, bool turned, size_t *ret_seen)
{
	struct relay relay = { .to = http_server_port(server), .at = at, .turned = turned };
	struct http_client *client;
	struct help_answer answer;
	unsigned before = help_handled();

	relay_start(&relay);
	client = help_client(relay.port, NULL);
	answer = help_call(client, "/echo", "{\"whole\":1}");
	http_client_close(&client);
	(void)close(relay.listen_fd);
	assert_int_equal(pthread_join(relay.thread, NULL), 0);
	help_pause(2);
	if (answer.status == YKT_OK) {
		assert_int_equal(answer.code, 200);
		assert_string_equal(answer.body, "{\"whole\":1}");
		assert_int_equal(help_handled(), before + 1);
	} else {
		assert_int_equal(answer.code, -1);
		assert_string_equal(answer.body, "");
		if (help_handled() != before)
			ASSERT_STATUS(answer.status, YKT_E_NET_UNKNOWN);
		else
			assert_true(
			    answer.status == YKT_E_NET || answer.status == YKT_E_NET_UNKNOWN);
	}
	*ret_seen = relay.seen;
	return answer.status == YKT_OK;
}

static void
any_place(bool turned)
{
	struct http_server *server = help_server("server", false);
	struct http_client *client;
	size_t whole, seen;
	unsigned broken = 0;

	assert_true(call_through(server, BYTES_MAX, turned, &whole));
	assert_in_range(whole, 500, BYTES_MAX - 1);
	/* Signatures differ in length from one handshake to the next; so, well inside. */
	for (size_t at = 0; at < whole - 40; at += STEP) {
		if (call_through(server, at, turned, &seen))
			fail_msg("at byte %zu of %zu: taken for whole", at, whole);
		broken++;
	}
	assert_in_range(broken, 20, 200);
	client = help_client(http_server_port(server), NULL);
	ASSERT_STATUS(help_call(client, "/echo", "1").status, YKT_OK);
	http_client_close(&client);
	http_server_stop(&server);
}

static void
test_cut_after_any_byte(void **state)
{
	(void)state;
	any_place(false);
}

static void
test_one_bit_turned_anywhere(void **state)
{
	(void)state;
	any_place(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_after_any_byte),
		cmocka_unit_test(test_one_bit_turned_anywhere),
	};

	return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
