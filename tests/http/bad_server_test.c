/*
 * Servers that speak no TLS, or no good TLS, over either transport (T21, F12):
 * nothing of the request leaves, and the call says that nothing was sent.
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

#define SECRET   "canary-of-the-request"
#define CALLS    2 /* a client may try again */
#define HEARD    65536
#define QUIET_MS 150

/* Says the same bytes to whoever connects, whatever it hears; keeps what it heard. */
struct talker {
	int listen_fd;
	uint16_t port;
	const void *bytes;
	size_t len;
	size_t repeats;
	char heard[HEARD];
	size_t heard_len;
	pthread_t thread;
};

static void
listen_to(struct talker *talker, int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	while (talker->heard_len < HEARD && poll(&ready, 1, QUIET_MS) > 0) {
		ssize_t got =
		    read(fd, talker->heard + talker->heard_len, HEARD - talker->heard_len);

		if (got <= 0)
			return;
		talker->heard_len += (size_t)got;
	}
}

static void *
talk(void *arg)
{
	struct talker *talker = arg;
	int fd;

	while ((fd = accept(talker->listen_fd, NULL, NULL)) >= 0) {
		bool good = true;

		for (size_t i = 0; good && i < talker->repeats; i++)
			good = send(fd, talker->bytes, talker->len, MSG_NOSIGNAL) ==
			       (ssize_t)talker->len;
		listen_to(talker, fd);
		(void)close(fd);
	}

	return NULL;
}

static void
talker_start(struct talker *talker)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t at_len = sizeof(at);

	talker->listen_fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(talker->listen_fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(talker->listen_fd, CALLS), 0);
	assert_int_equal(getsockname(talker->listen_fd, (struct sockaddr *)&at, &at_len), 0);
	talker->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&talker->thread, NULL, talk, talker), 0);
}

static void
talker_stop(struct talker *talker)
{
	(void)shutdown(talker->listen_fd, SHUT_RDWR);
	assert_int_equal(pthread_join(talker->thread, NULL), 0);
	(void)close(talker->listen_fd);
}

#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *why;
	const void *bytes;
	size_t len;
	size_t repeats;
} talks[] = {
	{ "nothing at all, then the end", BYTES(""), 0 },
	{ "plain HTTP", BYTES("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), 1 },
	{ "a redirect to plain HTTP",
	    BYTES("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/\r\n\r\n"), 1 },
	{ "a frame in the clear", BYTES("\0\0\0\x03\0\xC8{}"), 1 },
	{ "another service", BYTES("220 mail ready\r\n"), 1 },
	{ "SSL 2 hello", BYTES("\x80\x1c\x04\0\x01\0\x02\0\0\0\0\0\x10"), 1 },
	{ "SSL 3.0 hello",
	    BYTES("\x16\x03\0\0\x2a\x02\0\0\x26\x03\0"
		  "0123456789abcdef0123456789abcdef"
		  "\0\0\x0a\0"),
	    1 },
	{ "TLS 1.0 hello",
	    BYTES("\x16\x03\x01\0\x2a\x02\0\0\x26\x03\x01"
		  "0123456789abcdef0123456789abcdef"
		  "\0\0\x2f\0"),
	    1 },
	{ "a hello with 3DES",
	    BYTES("\x16\x03\x03\0\x2a\x02\0\0\x26\x03\x03"
		  "0123456789abcdef0123456789abcdef"
		  "\0\0\x0a\0"),
	    1 },
	{ "a hello with RC4",
	    BYTES("\x16\x03\x03\0\x2a\x02\0\0\x26\x03\x03"
		  "0123456789abcdef0123456789abcdef"
		  "\0\0\x05\0"),
	    1 },
	{ "a hello with an export suite",
	    BYTES("\x16\x03\x03\0\x2a\x02\0\0\x26\x03\x03"
		  "0123456789abcdef0123456789abcdef"
		  "\0\0\x03\0"),
	    1 },
	{ "a hello with compression",
	    BYTES("\x16\x03\x03\0\x2a\x02\0\0\x26\x03\x03"
		  "0123456789abcdef0123456789abcdef"
		  "\0\xc0\x2b\x01"),
	    1 },
	{ "a hello cut in its middle",
	    BYTES("\x16\x03\x03\0\x2a\x02\0\0\x26\x03\x03"
		  "01234567"),
	    1 },
	{ "a record of 65535", BYTES("\x16\x03\x03\xff\xff\x02"), 1 },
	{ "records of nothing, without end", BYTES("\x16\x03\x03\0\0"), 500 },
	{ "a record of an unknown type", BYTES("\x63\x03\x03\0\x02{}"), 1 },
	{ "data before the handshake", BYTES("\x17\x03\x03\0\x02{}"), 1 },
	{ "finished before the hello", BYTES("\x14\x03\x03\0\x01\x01"), 1 },
	{ "close notify at once", BYTES("\x15\x03\x03\0\x02\x01\0"), 1 },
	{ "a fatal alert", BYTES("\x15\x03\x03\0\x02\x02\x28"), 1 },
	{ "warnings without end", BYTES("\x15\x03\x03\0\x02\x01\x70"), 500 },
};

static void
test_nothing_is_sent_to_what_speaks_no_tls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		static struct talker talker;
		struct http_client *client;
		struct help_answer answer;

		memset(&talker, 0, sizeof(talker));
		talker.bytes = talks[i].bytes;
		talker.len = talks[i].len;
		talker.repeats = talks[i].repeats;
		talker_start(&talker);
		client = help_client(talker.port, NULL);
		answer = help_call(client, "/" SECRET, SECRET);
		http_client_close(&client);
		talker_stop(&talker);
		if (answer.status != YKT_E_NET || answer.code != -1)
			fail_msg(
			    "%s: %s %d", talks[i].why, ykt_status_name(answer.status), answer.code);
		/* A hello left, and nothing of what was to be said. */
		assert_true(talker.heard_len > 0);
		if (memmem(talker.heard, talker.heard_len, SECRET, strlen(SECRET)) != NULL)
			fail_msg("%s: the request left", talks[i].why);
	}
}

static const struct test_ca_spec extra[] = {
	{ .name = "mid-ca", .issuer = "ca", .ca = true },
	{ .name = "no-mid", .issuer = "mid-ca" },
	{ .name = "with-mid", .issuer = "mid-ca", .chain = { "mid-ca" } },
	{ .name = "not-ca", .issuer = "ca", .ca = true, .basic = "critical,CA:FALSE" },
	{ .name = "of-not-ca", .issuer = "not-ca", .chain = { "not-ca" } },
	{ .name = "v1", .issuer = "ca", .version1 = true },
	{ .name = "ip-in-cn", .issuer = "ca", .cn = "127.0.0.1", .san = "" },
	{ .name = "other-ip", .issuer = "ca", .san = "IP:127.0.0.2,DNS:localhost" },
	{ .name = "part-of-name", .issuer = "ca", .san = "DNS:127.0.0,DNS:27.0.0.1" },
	{ .name = "star-ip", .issuer = "ca", .san = "DNS:127.0.0.*" },
};

static enum ykt_status
call_of(const char *cert, const char *pins)
{
	struct http_server *server = help_server(cert, false);
	char base[64];
	struct http_client_options options = { .base_url = base,
		.ca_file = test_ca_path(help_folder, "ca", "pem"),
		.pins = pins,
		.env = &help_env };
	struct http_client *client = NULL;
	const unsigned before = help_handled();
	enum ykt_status status;

	(void)snprintf(base, sizeof(base), HELP_SCHEME "127.0.0.1:%u", http_server_port(server));
	ASSERT_STATUS(http_client_open(&options, &client), YKT_OK);
	status = help_call(client, "/echo", "1").status;
	assert_int_equal(help_handled(), before + (status == YKT_OK));
	http_client_close(&client);
	http_server_stop(&server);

	return status;
}

static void
test_chains_and_names_that_do_not_hold(void **state)
{
	static const char *const bad[] = { "no-mid", "of-not-ca", "v1", "other-ip", "part-of-name",
		"star-ip" };

	(void)state;
	for (size_t i = 0; i < sizeof(extra) / sizeof(extra[0]); i++)
		test_ca_issue(help_folder, &extra[i]);
	ASSERT_STATUS(call_of("with-mid", NULL), YKT_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		enum ykt_status status = call_of(bad[i], NULL);

		if (status != YKT_E_NET)
			fail_msg("%s: %s", bad[i], ykt_status_name(status));
	}
}

/*
 * libcurl falls back to the common name of a certificate without any alternative
 * name. Only our own CA could have issued it; docs/http-limits.md tells of it, and
 * this test when it changes.
 */
static void
test_a_common_name_alone_is_still_taken(void **state)
{
	(void)state;
	ASSERT_STATUS(call_of("ip-in-cn", NULL), YKT_OK);
}

/* The key in use and the back-up are believed; any other, also the CA's, is not. */
static void
test_pins_that_do_not_hold(void **state)
{
	char server[TEST_CA_PIN_MAX], backup[TEST_CA_PIN_MAX], ca[TEST_CA_PIN_MAX];
	char pins[3 * TEST_CA_PIN_MAX];

	(void)state;
	test_ca_pin(help_folder, "server", server);
	test_ca_pin(help_folder, "client", backup);
	test_ca_pin(help_folder, "ca", ca);
	(void)snprintf(pins, sizeof(pins), "%s;%s", server, backup);
	ASSERT_STATUS(call_of("server", pins), YKT_OK);
	ASSERT_STATUS(call_of("client", pins), YKT_OK); /* after the change of keys */
	ASSERT_STATUS(call_of("server", backup), YKT_E_NET);
	ASSERT_STATUS(call_of("server", ca), YKT_E_NET);
	(void)snprintf(pins, sizeof(pins), "%s;%s", backup, ca);
	ASSERT_STATUS(call_of("server", pins), YKT_E_NET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_sent_to_what_speaks_no_tls),
		cmocka_unit_test(test_chains_and_names_that_do_not_hold),
		cmocka_unit_test(test_a_common_name_alone_is_still_taken),
		cmocka_unit_test(test_pins_that_do_not_hold),
	};

	return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
