/*
 * Cards that are pulled, leave the field or lose power: who is hung up on, who
 * is not, and what a reader hears of a card that is away.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>

#include "se_serve_rig.h"

#define ASK_ATR  "0001 04"
#define POWER_ON "0001 01"
#define COMMAND  "0004 00A40400"

static void
set(struct rig *rig, bool inserted, bool field, bool power)
{
	se_serve_set_around(rig->serve, (struct se_serve_around){ inserted, field, power });
}

static void
expect_there(struct rig *rig, const char *path, const char *answer)
{
	int fd = dial(rig, path);

	say(fd, COMMAND);
	step(rig);
	assert_string_equal(hear(fd), answer);
	(void)close(fd);
	step(rig);
}

/* As a driver asks, as a hasty one does, and with nonsense: no card, and no command run. */
static void
expect_away(struct rig *rig, const char *path)
{
	static const struct {
		const char *said, *heard;
	} rows[] = {
		{ POWER_ON ASK_ATR, "0000" },
		{ ASK_ATR ASK_ATR COMMAND, "0000" },
		{ COMMAND, "end" },
		{ "0000", "end" },
	};
	const unsigned ran = rig->fake.ran;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		int fd = dial(rig, path);

		say(fd, rows[i].said);
		step(rig);
		step(rig);
		assert_string_equal(hear(fd), rows[i].heard);
		assert_string_equal(hear(fd), "end");
		(void)close(fd);
		step(rig);
	}
	assert_int_equal(rig->fake.ran, ran);
}

static void
test_each_side_comes_and_goes_alone(void **state)
{
	static const struct {
		bool inserted, field, power, wired, gate;
	} rows[] = {
		{ true, true, true, true, true },
		{ false, true, true, false, true },
		{ true, false, true, true, false },
		{ true, true, false, false, true },
		{ false, false, false, false, false },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct se_serve_around got;

		set(rig, rows[i].inserted, rows[i].field, rows[i].power);
		got = se_serve_around(rig->serve);
		assert_true(got.inserted == rows[i].inserted && got.field == rows[i].field &&
			    got.power == rows[i].power);
		if (rows[i].wired)
			expect_there(rig, rig->wired, "000400A49000");
		else
			expect_away(rig, rig->wired);
		if (rows[i].gate)
			expect_there(rig, rig->gate, "000401A49000");
		else
			expect_away(rig, rig->gate);
	}
}

static void
test_who_talks_is_hung_up_on_and_reset(void **state)
{
	struct rig *rig = *state;
	int wired = dial(rig, rig->wired);
	int gate = dial(rig, rig->gate);
	unsigned resets = rig->fake.resets[YKT_SE_CONTACTLESS];

	set(rig, true, false, true);
	assert_string_equal(hear(gate), "end");
	assert_int_equal(rig->fake.resets[YKT_SE_CONTACTLESS], resets + 1);
	say(wired, COMMAND);
	step(rig);
	assert_string_equal(hear(wired), "000400A49000");
	(void)close(gate);

	gate = dial(rig, rig->gate);
	resets = rig->fake.resets[YKT_SE_WIRED];
	set(rig, true, true, false);
	assert_string_equal(hear(wired), "end");
	assert_int_equal(rig->fake.resets[YKT_SE_WIRED], resets + 1);
	say(gate, COMMAND);
	step(rig);
	assert_string_equal(hear(gate), "000401A49000");
	(void)close(gate);
	(void)close(wired);
}

/* The change is kept, and durable with the next one; the answer is nobody's. */
static void
test_pulled_between_command_and_answer(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->wired);

	rig->fake.commit_status = YKT_E_FILE;
	say(fd, COMMAND);
	assert_status(se_serve_step(rig->serve, rig->now), YKT_E_FILE);
	set(rig, false, true, true);
	rig->fake.commit_status = YKT_OK;
	step(rig);
	assert_string_equal(hear(fd), "end");
	(void)close(fd);
	set(rig, true, true, true);
	fd = dial(rig, rig->wired);
	step(rig);
	assert_string_equal(hear(fd), "");
	(void)close(fd);
}

static void
test_a_tap_ends_by_itself(void **state)
{
	struct rig *rig = *state;
	int fd;

	set(rig, true, false, true);
	se_serve_tap(rig->serve, 300);
	fd = dial(rig, rig->gate);
	rig->now += 299;
	say(fd, COMMAND);
	step(rig);
	assert_string_equal(hear(fd), "000401A49000");
	rig->now += 1;
	step(rig);
	assert_string_equal(hear(fd), "end");
	(void)close(fd);
	assert_false(se_serve_around(rig->serve).field);
	expect_away(rig, rig->gate);

	/* A later word about the field counts, not the tap before. */
	se_serve_tap(rig->serve, 300);
	set(rig, true, true, true);
	rig->now += 1000;
	step(rig);
	assert_true(se_serve_around(rig->serve).field);
}

static void
test_a_reader_of_vpcd_is_empty_meanwhile(void **state)
{
	struct rig *rig = *state;
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	char place[32];
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int reader;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &len), 0);
	(void)snprintf(place, sizeof(place), "127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
	assert_status(se_serve_vpcd(rig->serve, YKT_SE_CONTACTLESS, place), YKT_OK);
	reader = accept(listener, NULL, NULL);
	assert_true(reader >= 0);

	/* Power is the phone's: this reader's field feeds the card. */
	set(rig, true, true, false);
	assert_string_equal(hear(reader), "");
	set(rig, false, true, true);
	assert_string_equal(hear(reader), "end");
	(void)close(reader);
	rig->now += 10 * SE_SERVE_RECONNECT_MS;
	step(rig);
	assert_int_equal(accept(listener, NULL, NULL), -1);

	/* Back at once, without the wait after a connection that was lost. */
	set(rig, true, true, true);
	step(rig);
	reader = accept(listener, NULL, NULL);
	assert_true(reader >= 0);
	set(rig, true, false, true);
	assert_string_equal(hear(reader), "end");
	(void)close(reader);
	(void)close(listener);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, rig_up, rig_down)
	const struct CMUnitTest tests[] = {
		T(test_each_side_comes_and_goes_alone),
		T(test_who_talks_is_hung_up_on_and_reset),
		T(test_pulled_between_command_and_answer),
		T(test_a_tap_ends_by_itself),
		T(test_a_reader_of_vpcd_is_empty_meanwhile),
	};

	return cmocka_run_group_tests_name("link: se_around", tests, NULL, NULL);
}
