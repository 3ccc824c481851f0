/*
 * The sockets of a phone, against servers of the test on loopback.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ykt/hex.h>

#include "card/sms.h"
#include "check.h"
#include "link/net_socket.h"
#include "link_clock.h"

#define SOON_MS 5000 /* of a deadline that is not met in a test that passes */

static int64_t
soon(void)
{
	return real_mono(NULL) + SOON_MS;
}

/* A socket on a free port of loopback. */
static int
serve(int type, uint16_t *ret_port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*ret_port = ntohs(address.sin_port);

	return fd;
}

static struct ykt_net_target
target_of(enum ykt_net_kind kind, uint16_t port)
{
	return (struct ykt_net_target){
		.kind = kind, .address = { 127, 0, 0, 1 }, .address_len = 4, .port = port
	};
}

static void
receive_soon(const struct ykt_net *net, unsigned lane, struct ykt_buf *out)
{
	enum ykt_status status;

	while ((status = net->receive(net->ctx, lane, out)) == YKT_NOT_FOUND)
		assert_status(net->wait(net->ctx, soon()), YKT_OK);
	assert_status(status, YKT_OK);
}

static void
test_tcp(void **state)
{
	struct net_socket net;
	uint16_t port = 0;
	int server = serve(SOCK_STREAM, &port);
	const struct ykt_net_target target = target_of(YKT_NET_TCP, port);
	uint8_t bytes[16];
	struct ykt_buf in = YKT_BUF(bytes);
	char got[8];
	unsigned lane = 9;
	int peer;

	(void)state;
	assert_status(net_socket_init(&net, &real_clock, NULL), YKT_OK);
	assert_status(net.port.open(&net, &target, &lane, soon()), YKT_OK);
	peer = accept(server, NULL, NULL);
	assert_true(peer >= 0);
	assert_status(net.port.send(&net, lane, ykt_bytes("abc", 3), soon()), YKT_OK);
	assert_int_equal(recv(peer, got, 3, MSG_WAITALL), 3);
	assert_memory_equal(got, "abc", 3);
	assert_status(net.port.receive(&net, lane, &in), YKT_NOT_FOUND);
	assert_status(net.port.wait(&net, real_mono(NULL)), YKT_E_DEADLINE);
	assert_int_equal(send(peer, "wxyz", 4, 0), 4);
	while (in.len < 4)
		receive_soon(&net.port, lane, &in);
	assert_memory_equal(bytes, "wxyz", 4);
	/* The end, told once everything was read. */
	(void)close(peer);
	assert_status(net.port.wait(&net, soon()), YKT_OK);
	assert_status(net.port.receive(&net, lane, &in), YKT_E_LINK);
	net.port.close(&net, lane);
	net_socket_clear(&net);
	(void)close(server);
}

/* Datagrams whole, one at a time; one without room is lost, and the next is not. */
static void
test_udp(void **state)
{
	struct net_socket net;
	uint16_t port = 0;
	int server = serve(SOCK_DGRAM, &port);
	const struct ykt_net_target target = target_of(YKT_NET_UDP, port);
	struct sockaddr_storage from;
	socklen_t from_len = sizeof(from);
	uint8_t bytes[4];
	struct ykt_buf in = YKT_BUF(bytes);
	char got[8];
	unsigned lane = 9;

	(void)state;
	assert_status(net_socket_init(&net, &real_clock, NULL), YKT_OK);
	assert_status(net.port.open(&net, &target, &lane, soon()), YKT_OK);
	assert_status(net.port.send(&net, lane, ykt_bytes("abc", 3), soon()), YKT_OK);
	assert_int_equal(
	    recvfrom(server, got, sizeof(got), 0, (struct sockaddr *)&from, &from_len), 3);
	assert_int_equal(sendto(server, "12345", 5, 0, (struct sockaddr *)&from, from_len), 5);
	assert_int_equal(sendto(server, "1234", 4, 0, (struct sockaddr *)&from, from_len), 4);
	assert_int_equal(sendto(server, "56", 2, 0, (struct sockaddr *)&from, from_len), 2);
	receive_soon(&net.port, lane, &in);
	assert_int_equal(in.len, 4);
	assert_memory_equal(bytes, "1234", 4);
	/* Without room nothing is taken. */
	assert_status(net.port.receive(&net, lane, &in), YKT_NOT_FOUND);
	in.len = 0;
	receive_soon(&net.port, lane, &in);
	assert_int_equal(in.len, 2);
	net_socket_clear(&net);
	(void)close(server);
}

/* Reads exactly these bytes, as hex. */
static void
expect_bytes(int peer, const char *hex)
{
	uint8_t want[128], got[128];
	struct ykt_buf out = YKT_BUF(want);

	assert_status(ykt_hex_decode(hex, strlen(hex), &out), YKT_OK);
	assert_int_equal(recv(peer, got, out.len, MSG_WAITALL), out.len);
	assert_memory_equal(got, want, out.len);
}

static void
say_bytes(int peer, const char *hex)
{
	uint8_t bytes[128];
	struct ykt_buf out = YKT_BUF(bytes);

	assert_status(ykt_hex_decode(hex, strlen(hex), &out), YKT_OK);
	assert_int_equal(send(peer, bytes, out.len, 0), out.len);
}

#define IDENTITY "000102030405060708090A0B0C0D0E0F"

/* A message up, one down, its report up; and what waits when the phone is switched on. */
static void
test_short_messages_go_to_their_centre(void **state)
{
	static const struct ykt_net_target target = { .kind = YKT_NET_SMS };
	static const char submit[] = "41000291217FF61714 7000 A010" IDENTITY "AABB";
	struct net_socket net;
	uint16_t port = 0;
	int server = serve(SOCK_STREAM, &port);
	uint8_t bytes[64], tpdu_bytes[64];
	struct ykt_buf in = YKT_BUF(bytes);
	struct ykt_buf tpdu = YKT_BUF(tpdu_bytes);
	char place[32];
	unsigned lane = 9;
	int peer;

	(void)state;
	assert_status(net_socket_init(&net, &real_clock, NULL), YKT_OK);
	assert_status(net.port.open(&net, &target, &lane, soon()), YKT_NOT_FOUND);
	assert_int_equal(lane, 9);
	net_socket_clear(&net);
	snprintf(place, sizeof(place), "127.0.0.1:%u", port);
	assert_status(net_socket_init(&net, &real_clock, place), YKT_OK);
	assert_status(net.port.open(&net, &target, &lane, soon()), YKT_OK);
	peer = accept(server, NULL, NULL);
	/* Nothing is asked of a phone that nobody knows, and nothing is waited for. */
	assert_status(net.port.receive(&net, lane, &in), YKT_NOT_FOUND);
	assert_status(ykt_hex_decode(submit, strlen(submit), &tpdu), YKT_OK);
	assert_status(net.port.send(&net, lane, ykt_buf_view(&tpdu), soon()), YKT_OK);
	expect_bytes(peer, "002001 41000291217FF61714 7000 A010" IDENTITY "AABB");
	say_bytes(peer, "000401C1C2C3 0001");
	assert_status(net.port.receive(&net, lane, &in), YKT_OK);
	assert_int_equal(in.len, 3);
	/* The report goes before the end, with the identity that the message named. */
	tpdu.len = 0;
	sms_report_encode(ykt_bytes("\x02\x71\x00", 3), &tpdu);
	assert_status(net.port.send(&net, lane, ykt_buf_view(&tpdu), soon()), YKT_OK);
	expect_bytes(peer, "001403" IDENTITY "027100");
	/* Each has its own end: after the first one the answer to the second is awaited. */
	say_bytes(peer, "00 000201D1 000100");
	in.len = 0;
	assert_status(net.port.receive(&net, lane, &in), YKT_OK);
	assert_int_equal(in.len, 1);
	assert_status(net.port.receive(&net, lane, &in), YKT_NOT_FOUND);
	assert_int_equal(net.asked, 0);
	net.port.close(&net, lane);
	(void)close(peer);
	assert_status(net.port.open(&net, &target, &lane, soon()), YKT_OK);
	peer = accept(server, NULL, NULL);
	expect_bytes(peer, "001102" IDENTITY);
	net_socket_clear(&net);
	(void)close(peer);
	(void)close(server);
}

static void
test_a_centre_that_breaks_the_rules(void **state)
{
	static const struct ykt_net_target target = { .kind = YKT_NET_SMS };
	static const char *const rows[] = { "0000", "FFFF", "00010A" };
	uint16_t port = 0;
	int server = serve(SOCK_STREAM, &port);
	char place[32];

	(void)state;
	snprintf(place, sizeof(place), "127.0.0.1:%u", port);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct net_socket net;
		uint8_t bytes[64];
		struct ykt_buf in = YKT_BUF(bytes);
		unsigned lane = 9;
		int peer;

		assert_status(net_socket_init(&net, &real_clock, place), YKT_OK);
		assert_status(net.port.open(&net, &target, &lane, soon()), YKT_OK);
		peer = accept(server, NULL, NULL);
		assert_status(net.port.send(&net, lane, ykt_bytes("\x01", 1), soon()), YKT_OK);
		say_bytes(peer, rows[i]);
		assert_status_why(net.port.receive(&net, lane, &in), YKT_E_LINK, rows[i]);
		assert_int_equal(in.len, 0);
		net_socket_clear(&net);
		(void)close(peer);
	}
	(void)close(server);
}

static void
test_places_that_are_none(void **state)
{
	static const char *const rows[] = { "", "here", "/tmp/socket", "localhost:80", "127.0.0.1",
		"127.0.0.1:0", "127.0.0.1:70000", "300.0.0.1:80", "[::1:80" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct net_socket net = { .has_sms = true };

		assert_status_why(net_socket_init(&net, &real_clock, rows[i]), YKT_E_ARG, rows[i]);
		assert_true(net.has_sms && net.clock == NULL);
		net_socket_clear(&net);
	}
}

static void
test_nobody_listens(void **state)
{
	struct net_socket net;
	uint16_t port = 0;
	int server = serve(SOCK_STREAM, &port);
	const struct ykt_net_target target = target_of(YKT_NET_TCP, port);
	unsigned lane = 9;

	(void)state;
	(void)close(server);
	assert_status(net_socket_init(&net, &real_clock, NULL), YKT_OK);
	assert_status(net.port.open(&net, &target, &lane, soon()), YKT_NOT_FOUND);
	assert_int_equal(lane, 9);
	net_socket_clear(&net);
}

static void
test_lanes_are_few_and_come_back(void **state)
{
	struct net_socket net;
	uint16_t port = 0;
	int server = serve(SOCK_DGRAM, &port);
	const struct ykt_net_target target = target_of(YKT_NET_UDP, port);
	unsigned lane = 9;

	(void)state;
	assert_status(net_socket_init(&net, &real_clock, NULL), YKT_OK);
	for (unsigned i = 0; i < YKT_NET_LANES; i++) {
		assert_status(net.port.open(&net, &target, &lane, soon()), YKT_OK);
		assert_int_equal(lane, i);
	}
	assert_status(net.port.open(&net, &target, &lane, soon()), YKT_E_SPACE);
	net.port.close(&net, 1);
	assert_status(net.port.open(&net, &target, &lane, soon()), YKT_OK);
	assert_int_equal(lane, 1);
	net_socket_clear(&net);
	(void)close(server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tcp),
		cmocka_unit_test(test_udp),
		cmocka_unit_test(test_short_messages_go_to_their_centre),
		cmocka_unit_test(test_a_centre_that_breaks_the_rules),
		cmocka_unit_test(test_places_that_are_none),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_lanes_are_few_and_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
