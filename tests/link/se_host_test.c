/*
 * Commands of a host to the card process: who calls, and events. What is refused
 * reaches neither the card nor its callbacks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "se_serve_rig.h"

#define HASH_A  "A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3"
#define HASH_B  "C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"
#define NAME_A  "0019 FF70000014" HASH_A
#define NAME_B  "0025 FF70000020" HASH_B
#define EVENT   "0005 FF72000000"
#define OK      "00029000"
#define COMMAND "0004 00A40400"

/* What the callbacks were told last. */
static struct {
	unsigned named;
	char caller[65];
	unsigned asked;
	char asker[65];
	bool waits;
} heard;

static void
host_caller(void *ctx, struct ykt_bytes hash)
{
	(void)ctx;
	heard.named++;
	ykt_hex_encode(hash, heard.caller);
}

static void
host_event(void *ctx, struct ykt_bytes caller, struct ykt_buf *out)
{
	(void)ctx;
	heard.asked++;
	ykt_hex_encode(caller, heard.asker);
	if (heard.waits)
		ykt_put_u16(out, 0xABCD);
	heard.waits = false;
}

static int
up(void **state)
{
	struct rig *rig;

	if (rig_up(state) != 0)
		return -1;
	rig = *state;
	memset(&heard, 0, sizeof(heard));
	/* The rig's card, with what it has not. */
	se_serve_free(&rig->serve);
	assert_status(se_serve_new(&ykt_alloc_libc, &rig->clock,
			  &(struct se_serve_card){ .ctx = &rig->fake,
			      .transceive = fake_transceive,
			      .reset = fake_reset,
			      .commit = fake_commit,
			      .caller = host_caller,
			      .event = host_event },
			  &rig->serve),
	    YKT_OK);
	assert_status(se_serve_listen(rig->serve, YKT_SE_WIRED, rig->wired), YKT_OK);
	assert_status(se_serve_listen(rig->serve, YKT_SE_CONTACTLESS, rig->gate), YKT_OK);
	return 0;
}

static const char *
ask(struct rig *rig, int fd, const char *hex)
{
	say(fd, hex);
	step(rig);
	return hear(fd);
}

static void
test_a_name_holds_over_resets_and_ends_with_the_peer(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->wired);

	assert_string_equal(ask(rig, fd, NAME_A), OK);
	assert_int_equal(heard.named, 1);
	assert_string_equal(heard.caller, HASH_A);
	assert_int_equal(rig->fake.ran, 0);
	assert_string_equal(ask(rig, fd, "0001 02"), "");
	assert_int_equal(heard.named, 2);
	assert_string_equal(heard.caller, HASH_A);
	(void)close(fd);
	step(rig);
	assert_int_equal(heard.named, 2);

	fd = dial(rig, rig->wired);
	assert_int_equal(heard.named, 2);
	assert_string_equal(ask(rig, fd, NAME_B), OK);
	assert_string_equal(heard.caller, HASH_B);
	(void)close(fd);
}

static void
test_a_name_is_given_once(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->wired);

	assert_string_equal(ask(rig, fd, NAME_A), OK);
	assert_string_equal(ask(rig, fd, NAME_B), "00026985");
	assert_string_equal(ask(rig, fd, NAME_A), "00026985");
	assert_int_equal(heard.named, 1);
	(void)close(fd);
}

static void
test_what_is_no_command_of_a_host(void **state)
{
	static const struct {
		const char *said, *heard;
	} rows[] = {
		{ "0004 FF700000", "00026700" },
		{ "0019 FF70000013" HASH_A, "00026700" },
		{ "0019 FF70000014" HASH_A, OK },
		{ "0018 FF70000013A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2", "00026700" },
		{ "0019 FF70010014" HASH_A, "00026A86" },
		{ "0019 FF70000114" HASH_A, "00026A86" },
		{ "0005 FF72000100", "00026A86" },
		{ "0007 FF720000021122", "00026700" },
		{ "0004 FF710000", "00026D00" },
		{ "0004 FFCA0000", "00026D00" },
		{ "0002 FF70", "00026700" },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		int fd = dial(rig, rig->wired);
		const unsigned named = heard.named;
		const bool good = strcmp(rows[i].heard, OK) == 0;

		assert_string_equal(ask(rig, fd, rows[i].said), rows[i].heard);
		assert_int_equal(heard.named, named + good);
		assert_int_equal(heard.asked, 0);
		assert_int_equal(rig->fake.ran, 0);
		assert_string_equal(ask(rig, fd, COMMAND), "000400A49000");
		rig->fake.ran = 0;
		(void)close(fd);
		step(rig);
	}
}

/* The kernel tells of no user there, and a gate has none. */
static void
test_no_name_over_tcp_and_none_at_a_gate(void **state)
{
	struct rig *rig = *state;
	char place[32];
	int fd = -1;

	for (unsigned port = 21390; fd < 0 && port < 21400; port++) {
		(void)snprintf(place, sizeof(place), "127.0.0.1:%u", port);
		if (se_serve_listen(rig->serve, YKT_SE_WIRED, place) == YKT_OK)
			fd = dial(rig, place);
	}
	assert_true(fd >= 0);
	assert_string_equal(ask(rig, fd, NAME_A), "00026982");
	heard.waits = true;
	assert_string_equal(ask(rig, fd, EVENT), "0004ABCD9000");
	(void)close(fd);
	step(rig);
	fd = dial(rig, rig->gate);
	assert_string_equal(ask(rig, fd, NAME_A), "000401709000");
	assert_int_equal(rig->fake.ran, 1);
	assert_int_equal(heard.named, 0);
	(void)close(fd);
}

static void
test_events_are_asked_for(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->wired);

	assert_string_equal(ask(rig, fd, EVENT), OK);
	assert_string_equal(heard.asker, "");
	heard.waits = true;
	assert_string_equal(ask(rig, fd, NAME_A), OK);
	assert_string_equal(ask(rig, fd, EVENT), "0004ABCD9000");
	assert_string_equal(heard.asker, HASH_A);
	assert_string_equal(ask(rig, fd, EVENT), OK);
	assert_int_equal(rig->fake.ran, 0);
	(void)close(fd);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, up, rig_down)
	const struct CMUnitTest tests[] = {
		T(test_a_name_holds_over_resets_and_ends_with_the_peer),
		T(test_a_name_is_given_once),
		T(test_what_is_no_command_of_a_host),
		T(test_no_name_over_tcp_and_none_at_a_gate),
		T(test_events_are_asked_for),
	};

	return cmocka_run_group_tests_name("link: se_host", tests, NULL, NULL);
}
