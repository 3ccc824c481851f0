/*
 * The reader's side of the socket, against a card process that does as the
 * table says, and against ours.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "check.h"
#include "link/se_open.h"
#include "link/se_place.h"
#include "link/se_serve.h"
#include "link/se_socket.h"
#include "link_clock.h"

/* What the peer does on one connection: read as many bytes, write these. */
struct turn {
	size_t read;
	const char *write; /* hex; NULL: hang up */
};

static const char *unasked; /* why an opening failed, where it must not */

struct peer {
	char folder[32];
	char path[64];
	int listener;
	pthread_t thread;
	const struct turn *turns; /* ends with read 0: stay silent until the other side goes */
};

static void
play(int fd, const struct turn **turns)
{
	uint8_t raw[256];

	for (; (*turns)->read > 0; (*turns)++) {
		struct ykt_buf out = YKT_BUF(raw);

		bool gone = recv(fd, raw, (*turns)->read, MSG_WAITALL) <= 0;

		if (gone || (*turns)->write == NULL) {
			(*turns)++;
			return;
		}
		if (ykt_hex_decode((*turns)->write, strlen((*turns)->write), &out) == YKT_OK)
			(void)send(fd, raw, out.len, MSG_NOSIGNAL);
	}
	while (recv(fd, raw, sizeof(raw), 0) > 0)
		;
}

static void *
peer_main(void *arg)
{
	struct peer *peer = arg;
	const struct turn *turns = peer->turns;

	do {
		int fd = accept(peer->listener, NULL, NULL);

		if (fd < 0)
			break;
		play(fd, &turns);
		(void)close(fd);
	} while (turns->read > 0);
	return NULL;
}

static void
peer_start(struct peer *peer, const struct turn *turns)
{
	struct se_place place;

	(void)snprintf(peer->folder, sizeof(peer->folder), "ykt-socket-XXXXXX");
	assert_non_null(mkdtemp(peer->folder));
	(void)snprintf(peer->path, sizeof(peer->path), "%s/s", peer->folder);
	assert_status(se_place_parse(peer->path, &place), YKT_OK);
	assert_status(se_place_listen(&place, &peer->listener), YKT_OK);
	/* Its thread waits in accept(). */
	assert_int_equal(fcntl(peer->listener, F_SETFL, 0), 0);
	peer->turns = turns;
	assert_int_equal(pthread_create(&peer->thread, NULL, peer_main, peer), 0);
}

static void
peer_end(struct peer *peer)
{
	assert_int_equal(pthread_join(peer->thread, NULL), 0);
	(void)close(peer->listener);
	(void)unlink(peer->path);
	assert_int_equal(rmdir(peer->folder), 0);
}

#define OPENING                                                                                    \
	{ 3, "" }, /* power on */                                                                  \
	{                                                                                          \
		3, "0003 3B8001"                                                                   \
	}

static int64_t
soon(int ms)
{
	return real_mono(NULL) + ms;
}

static void
test_exchanges(void **state)
{
	static const struct turn turns[] = {
		OPENING,
		{ 7, "0002 9000" },
		{ 3, "" }, /* reset */
		{ 3, "0002 3B00" },
		{ 6, "0003 AA9000" },
		{ 3, NULL }, /* power off */
		{ 0 },
	};
	static const uint8_t cmd[] = { 0x00, 0xB0, 0x95, 0x00, 0x00 };
	struct peer peer;
	struct se_socket *socket = NULL;
	const struct ykt_se *se;
	uint8_t raw[32];
	struct ykt_buf rsp = YKT_BUF(raw);

	(void)state;
	peer_start(&peer, turns);
	assert_status(se_socket_open(&ykt_alloc_libc, &real_clock, YKT_SE_CONTACTLESS, peer.path,
			  ykt_bytes(NULL, 0), soon(2000), &socket, &unasked),
	    YKT_OK);
	se = se_socket_driver(socket);
	assert_int_equal(se->iface, YKT_SE_CONTACTLESS);
	assert_status(se->transceive(se->ctx, YKT_BYTES(cmd), &rsp, soon(2000)), YKT_OK);
	assert_int_equal(rsp.len, 2);
	assert_status(se->reset(se->ctx, &rsp, soon(2000)), YKT_OK);
	assert_int_equal(rsp.len, 4);
	assert_status(se->transceive(se->ctx, ykt_bytes(cmd, 4), &rsp, soon(2000)), YKT_OK);
	assert_memory_equal(raw, "\x90\x00\x3B\x00\xAA\x90\x00", 7);
	se_socket_close(&socket);
	assert_null(socket);
	peer_end(&peer);
}

static void
test_lost_answers_are_unknown_and_it_comes_back(void **state)
{
	static const struct {
		const char *why;
		struct turn turns[8];
	} rows[] = {
		{ "hangs up instead of an answer",
		    { OPENING, { 7, NULL }, OPENING, { 7, "0002 9001" } } },
		{ "hangs up in the middle",
		    { OPENING, { 7, "0004 6A" }, { 1, NULL }, OPENING, { 7, "0002 9001" } } },
		{ "an empty answer is the link's to refuse",
		    { OPENING, { 7, "0000" }, { 7, "0002 9001" } } },
	};
	static const uint8_t cmd[] = { 0x00, 0xB0, 0x95, 0x00, 0x00 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct peer peer;
		struct se_socket *socket = NULL;
		struct se_link link;
		uint8_t raw[32];
		struct ykt_buf rsp = YKT_BUF(raw);
		enum ykt_status first = i == 2 ? YKT_E_DRIVER : YKT_E_LINK;

		peer_start(&peer, rows[i].turns);
		assert_status_why(se_socket_open(&ykt_alloc_libc, &real_clock, YKT_SE_WIRED,
				      peer.path, ykt_bytes(NULL, 0), soon(2000), &socket, &unasked),
		    YKT_OK, rows[i].why);
		se_link_init(&link, se_socket_driver(socket), &real_clock, NULL);
		/* In the second row the peer waits for more, and we stop waiting. */
		assert_status_why(
		    se_link_transceive(&link, YKT_BYTES(cmd), &rsp, soon(i == 1 ? 50 : 2000)),
		    first, rows[i].why);
		assert_int_equal(rsp.len, 0);
		assert_status_why(se_link_transceive(&link, YKT_BYTES(cmd), &rsp, soon(2000)),
		    YKT_OK, rows[i].why);
		assert_memory_equal(raw, "\x90\x01", 2);
		se_socket_close(&socket);
		peer_end(&peer);
	}
}

static void
test_a_late_answer_answers_nothing_else(void **state)
{
	/* The silent peer is left behind; the next connection starts afresh. */
	static const struct turn turns[] = {
		OPENING,
		{ 7, "" },
		{ 1, NULL },
		OPENING,
		{ 7, "0002 9002" },
		{ 0 },
	};
	static const uint8_t cmd[] = { 0x00, 0xB0, 0x95, 0x00, 0x00 };
	struct peer peer;
	struct se_socket *socket = NULL;
	const struct ykt_se *se;
	uint8_t raw[32];
	struct ykt_buf rsp = YKT_BUF(raw);

	(void)state;
	peer_start(&peer, turns);
	assert_status(se_socket_open(&ykt_alloc_libc, &real_clock, YKT_SE_WIRED, peer.path,
			  ykt_bytes(NULL, 0), soon(2000), &socket, &unasked),
	    YKT_OK);
	se = se_socket_driver(socket);
	assert_status(se->transceive(se->ctx, YKT_BYTES(cmd), &rsp, soon(30)), YKT_E_LINK);
	assert_status(se->transceive(se->ctx, YKT_BYTES(cmd), &rsp, soon(2000)), YKT_OK);
	assert_int_equal(rsp.len, 2);
	assert_int_equal(raw[1], 0x02);
	se_socket_close(&socket);
	peer_end(&peer);
}

static void
test_opening_says_what_is_wrong(void **state)
{
	static const struct turn hangs_up[] = { { 3, NULL }, { 0 } };
	static const struct turn silent[] = { { 0 } };
	static const struct turn empty[] = { { 3, "" }, { 3, "0000" }, { 0 } };
	static const struct {
		const char *why;
		const struct turn *turns; /* NULL: nobody there */
		const char *address;      /* NULL: the peer's */
		enum ykt_status status;
		const char *token;
	} rows[] = {
		{ "hung up on", hangs_up, NULL, YKT_BUSY, "busy" },
		{ "no ATR", silent, NULL, YKT_E_LINK, "mute" },
		{ "an empty ATR", empty, NULL, YKT_NOT_FOUND, "no_card" },
		{ "nobody", NULL, "socket:./no-such-socket", YKT_NOT_FOUND, "no_peer" },
		{ "nobody over TCP", NULL, "socket:127.0.0.1:1", YKT_NOT_FOUND, "no_peer" },
		{ "another machine", NULL, "socket:192.0.2.1:9", YKT_E_ARG, "address" },
		{ "no place", NULL, "socket:", YKT_E_ARG, "address" },
		{ "unknown scheme", NULL, "nfc:0", YKT_E_ARG, "address" },
		{ "empty", NULL, "", YKT_E_ARG, "address" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const struct se_open_options options = {
			.alloc = &ykt_alloc_libc,
			.clock = &real_clock,
			.deadline_mono_ms = soon(rows[i].turns == silent ? 50 : 2000),
		};
		struct peer peer;
		struct se_link *link = NULL;
		const char *why = NULL;
		char address[80];

		if (rows[i].turns != NULL)
			peer_start(&peer, rows[i].turns);
		(void)snprintf(address, sizeof(address), "socket:%s", peer.path);
		assert_status_why(
		    se_link_open(
			&options, rows[i].address != NULL ? rows[i].address : address, &link, &why),
		    rows[i].status, rows[i].why);
		assert_string_equal(why, rows[i].token);
		assert_null(link);
		if (rows[i].turns != NULL)
			peer_end(&peer);
	}
}

/* Our own card process, in a thread. */
struct own {
	struct se_serve *serve;
	atomic_bool stop;
};

static enum ykt_status
own_transceive(void *ctx, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *rsp)
{
	(void)ctx;
	(void)iface;
	ykt_put_fill(rsp, cmd.data[2], 256);
	ykt_put_u16(rsp, 0x9000);
	return cmd.data[1] == 0x52 ? YKT_E_LINK : YKT_OK;
}

static void
own_reset(void *ctx, enum ykt_se_iface iface, struct ykt_buf *atr)
{
	(void)ctx;
	(void)iface;
	ykt_put_u16(atr, 0x3B00);
}

static enum ykt_status
own_commit(void *ctx)
{
	(void)ctx;
	return YKT_OK;
}

static void *
own_main(void *arg)
{
	struct own *own = arg;

	while (
	    !atomic_load(&own->stop) && se_serve_step(own->serve, real_mono(NULL) + 20) == YKT_OK)
		;
	return NULL;
}

static void
test_both_ends_of_ours_meet(void **state)
{
	static const struct se_serve_card card = {
		.transceive = own_transceive,
		.reset = own_reset,
		.commit = own_commit,
	};
	struct se_open_options options = { .alloc = &ykt_alloc_libc, .clock = &real_clock };
	struct own own = { 0 };
	struct se_link *link = NULL;
	struct se_link *second = NULL;
	pthread_t thread;
	uint8_t raw[300];
	const char *why = NULL;

	(void)state;
	assert_status(se_serve_new(&ykt_alloc_libc, &real_clock, &card, &own.serve), YKT_OK);
	assert_status(se_serve_listen(own.serve, YKT_SE_WIRED, "ykt-both.sock"), YKT_OK);
	assert_int_equal(pthread_create(&thread, NULL, own_main, &own), 0);
	for (unsigned i = 0; i < 20; i++) {
		const uint8_t cmd[] = { 0x00, i % 5 == 4 ? 0x52 : 0xB0, (uint8_t)i, 0x00 };
		struct ykt_buf rsp = YKT_BUF(raw);

		options.deadline_mono_ms = soon(2000);
		if (i % 10 == 0) {
			se_link_close(&link);
			assert_status(
			    se_link_open(&options, "socket:./ykt-both.sock", &link, &why), YKT_OK);
			assert_status(
			    se_link_open(&options, "socket:./ykt-both.sock", &second, &why),
			    YKT_BUSY);
			assert_string_equal(why, "busy");
		}
		assert_status(se_link_transceive(link, YKT_BYTES(cmd), &rsp, soon(2000)),
		    cmd[1] == 0x52 ? YKT_E_LINK : YKT_OK);
		assert_int_equal(rsp.len, cmd[1] == 0x52 ? 0 : 258);
		if (rsp.len > 0)
			assert_int_equal(raw[255], i);
	}
	se_link_close(&link);
	se_link_close(&link);
	atomic_store(&own.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	se_serve_free(&own.serve);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exchanges),
		cmocka_unit_test(test_lost_answers_are_unknown_and_it_comes_back),
		cmocka_unit_test(test_a_late_answer_answers_nothing_else),
		cmocka_unit_test(test_opening_says_what_is_wrong),
		cmocka_unit_test(test_both_ends_of_ours_meet),
	};

	return cmocka_run_group_tests_name("link: se_socket", tests, NULL, NULL);
}
