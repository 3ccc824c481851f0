/*
 * The card's side: framing (reliability.md 5.3), one peer a place, commit
 * before answers. The test is the reader and turns the loop by hand.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "check.h"
#include "link/se_place.h"
#include "link/se_serve.h"
#include "se_serve_rig.h"

static void
test_serves_a_reader(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->wired);

	assert_int_equal(rig->fake.resets[YKT_SE_WIRED], 1);
	say(fd, "0001 01");
	say(fd, "0001 04");
	step(rig);
	step(rig);
	assert_string_equal(hear(fd), "00023B00");
	assert_int_equal(rig->fake.resets[YKT_SE_WIRED], 2);
	say(fd, "0004 00A40400");
	step(rig);
	assert_string_equal(hear(fd), "000400A49000");
	say(fd, "0001 02 0004 00B00000");
	step(rig);
	step(rig);
	assert_string_equal(hear(fd), "000400B09000");
	assert_int_equal(rig->fake.resets[YKT_SE_WIRED], 3);
	assert_int_equal(rig->fake.resets[YKT_SE_CONTACTLESS], 0);
	(void)close(fd);
	step(rig);
	assert_int_equal(rig->fake.resets[YKT_SE_WIRED], 4);
}

static void
test_takes_a_frame_in_pieces(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->wired);

	say(fd, "00");
	step(rig);
	say(fd, "04 00");
	step(rig);
	rig->now += SE_SERVE_FRAME_MS - 1;
	say(fd, "A404");
	step(rig);
	assert_string_equal(hear(fd), "");
	assert_int_equal(rig->fake.ran, 0);
	say(fd, "00");
	step(rig);
	assert_string_equal(hear(fd), "000400A49000");
	/* A quiet peer is a good peer. */
	rig->now += 100 * SE_SERVE_FRAME_MS;
	step(rig);
	assert_string_equal(hear(fd), "");
	(void)close(fd);
}

static void
test_hangs_up_on_what_is_no_frame(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
		bool late; /* only after the time for a frame */
		unsigned ran;
	} rows[] = {
		{ "length 0", "0000", false, 0 },
		{ "control unknown", "0001 07", false, 0 },
		{ "a control with four bytes following", "0001 00 00A40400", true, 0 },
		{ "FFFF with nothing", "FFFF", true, 0 },
		{ "half a length", "00", true, 0 },
		{ "stopped in the middle", "0008 00A404", true, 0 },
		{ "rubbish after a command", "0004 00A40400 0000", false, 1 },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		int fd = dial(rig, rig->wired);
		int good;

		rig->fake.ran = 0;
		say(fd, rows[i].hex);
		step(rig);
		step(rig);
		if (rows[i].late) {
			assert_true_why(strcmp(hear(fd), "end") != 0, rows[i].why);
			rig->now += SE_SERVE_FRAME_MS;
			step(rig);
		}
		if (rows[i].ran > 0)
			assert_string_equal(hear(fd), "000400A49000");
		assert_true_why(strcmp(hear(fd), "end") == 0, rows[i].why);
		assert_true_why(rig->fake.ran == rows[i].ran, rows[i].why);
		(void)close(fd);

		/* The service goes on. */
		good = dial(rig, rig->wired);
		say(good, "0004 00A40400");
		step(rig);
		assert_string_equal(hear(good), "000400A49000");
		(void)close(good);
		step(rig);
	}
}

static void
test_closes_mid_frame(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->wired);

	say(fd, "0008 00A4");
	(void)close(fd);
	step(rig);
	step(rig);
	assert_int_equal(rig->fake.ran, 0);
	assert_int_equal(rig->fake.resets[YKT_SE_WIRED], 2);
	/* Nothing of it is left for the next. */
	fd = dial(rig, rig->wired);
	say(fd, "0004 00B20000");
	step(rig);
	assert_string_equal(hear(fd), "000400B29000");
	(void)close(fd);
}

static void
test_one_peer_a_place(void **state)
{
	struct rig *rig = *state;
	int first = dial(rig, rig->wired);
	int second = dial(rig, rig->wired);
	int gate = dial(rig, rig->gate);

	assert_string_equal(hear(second), "end");
	say(first, "0004 00A40400");
	say(gate, "0004 00B00000");
	step(rig);
	assert_string_equal(hear(first), "000400A49000");
	assert_string_equal(hear(gate), "000401B09000");
	/* Both commands became durable by one commit, before either answer. */
	assert_int_equal(rig->fake.commits, 1);
	assert_int_equal(rig->fake.ran_at_commit, 2);

	/* One that hangs up makes room at once, even with a last word unread. */
	say(first, "0001 00");
	(void)close(first);
	(void)close(second);
	second = dial(rig, rig->wired);
	say(second, "0004 00A40400");
	step(rig);
	assert_string_equal(hear(second), "000400A49000");
	(void)close(second);
	(void)close(gate);
}

static void
test_loses_an_answer_when_told(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->wired);

	rig->fake.next = YKT_E_LINK;
	say(fd, "0004 80520000");
	step(rig);
	assert_string_equal(hear(fd), "end");
	/* Done and durable nevertheless. */
	assert_int_equal(rig->fake.ran, 1);
	assert_int_equal(rig->fake.commits, 1);
	(void)close(fd);

	rig->fake.next = YKT_OK;
	fd = dial(rig, rig->wired);
	say(fd, "0004 805A0009");
	step(rig);
	assert_string_equal(hear(fd), "0004005A9000");
	(void)close(fd);
}

static void
test_no_answer_leaves_before_it_is_durable(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->wired);

	rig->fake.commit_status = YKT_E_FILE;
	say(fd, "0004 80520000");
	assert_status(se_serve_step(rig->serve, rig->now), YKT_E_FILE);
	assert_string_equal(hear(fd), "");
	(void)close(fd);
}

static void
test_control_lines(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->control);
	char text[SE_SERVE_LINE_MAX + 2] = { 0 };

	assert_int_equal(send(fd, "lose-answer 52\nmore", 19, MSG_NOSIGNAL), 19);
	step(rig);
	assert_int_equal(recv(fd, text, sizeof(text), MSG_DONTWAIT), 21);
	assert_string_equal(text, "heard lose-answer 52\n");
	assert_int_equal(rig->fake.ran, 0);

	/* A line without an end is not read for ever. */
	memset(text, 'x', sizeof(text));
	assert_int_equal(send(fd, text, sizeof(text), MSG_NOSIGNAL), sizeof(text));
	step(rig);
	step(rig);
	assert_string_equal(hear(fd), "end");
	(void)close(fd);
}

/* A listening socket that plays vpcd. */
static int
vpcd_listen(char place[32])
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	(void)snprintf(place, 32, "127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
	return fd;
}

static void
wait_for_input(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&pfd, 1, 2000), 1);
}

static void
test_sits_in_vpcd_and_comes_back(void **state)
{
	struct rig *rig = *state;
	char place[32];
	int listener = vpcd_listen(place);
	int reader;

	assert_status(se_serve_vpcd(rig->serve, YKT_SE_WIRED, place), YKT_OK);
	reader = accept(listener, NULL, NULL);
	assert_true(reader >= 0);
	say(reader, "0001 04");
	assert_status(se_serve_step(rig->serve, rig->now + 2000), YKT_OK);
	wait_for_input(reader);
	assert_string_equal(hear(reader), "00023B00");
	say(reader, "0004");
	say(reader, "00A40400");
	assert_status(se_serve_step(rig->serve, rig->now + 2000), YKT_OK);
	step(rig);
	wait_for_input(reader);
	assert_string_equal(hear(reader), "000400A49000");

	(void)close(reader);
	assert_status(se_serve_step(rig->serve, rig->now + 2000), YKT_OK);
	step(rig);
	rig->now += SE_SERVE_RECONNECT_MS;
	step(rig);
	wait_for_input(listener);
	reader = accept(listener, NULL, NULL);
	say(reader, "0004 00B00000");
	assert_status(se_serve_step(rig->serve, rig->now + 2000), YKT_OK);
	wait_for_input(reader);
	assert_string_equal(hear(reader), "000400B09000");
	(void)close(reader);
	(void)close(listener);
}

static void
test_refuses_places(void **state)
{
	struct rig *rig = *state;
	char place[32];
	int listener = vpcd_listen(place);

	assert_status(se_serve_listen(rig->serve, YKT_SE_WIRED, rig->wired), YKT_BUSY);
	assert_status(se_serve_listen(rig->serve, YKT_SE_WIRED, place), YKT_BUSY);
	assert_status(se_serve_listen(rig->serve, YKT_SE_WIRED, "0.0.0.0:4000"), YKT_E_ARG);
	assert_status(se_serve_listen(rig->serve, YKT_SE_WIRED, ""), YKT_E_ARG);
	(void)close(listener);
	assert_status(se_serve_vpcd(rig->serve, YKT_SE_WIRED, place), YKT_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_serves_a_reader, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(test_takes_a_frame_in_pieces, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(
		    test_hangs_up_on_what_is_no_frame, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(test_closes_mid_frame, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(test_one_peer_a_place, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(test_loses_an_answer_when_told, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(
		    test_no_answer_leaves_before_it_is_durable, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(test_control_lines, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(test_sits_in_vpcd_and_comes_back, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(test_refuses_places, rig_up, rig_down),
	};

	return cmocka_run_group_tests_name("link: se_serve", tests, NULL, NULL);
}
