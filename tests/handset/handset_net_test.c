/*
 * Channels and short messages: what the card gets for what it asks, what goes to the
 * network, and the events in between. The messages are those of TS 102 384 (vectors)
 * with our addresses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset_kit.h"

#include <stdio.h>
#include <string.h>

/* OPEN CHANNEL of so many bytes to 127.0.0.1:8000, by protocol. */
#define OPEN(protocol, size)                                                                       \
	"810301400182028182 350103 3902" size " 3C03" protocol "1F40 3E05217F000001"
#define OPENED(result, size) "810301400182028281 8301" result " B8028100 B50103 B902" size
#define ONE_TIMER            "810302270082028182 A40101 A503000003"
#define TIMER_RUNS           "810302270082028281 830100 A40101"
#define EVENTS               "810302050082028182 9902090A"
#define EVENTS_SET           "810302050082028281 830100"

static void
run(struct world *w, const struct talk *talks, const struct net_step *net)
{
	world_talks(w, talks, net);
	assert_status(handset_choose(&w->handset, 0), YKT_OK);
	world_over(w);
}

/* A question and its answer over TCP, with the events between them. */
static void
test_a_connection_of_the_card(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, EVENTS, EVENTS_SET },
		{ NULL, OPEN("02", "05DC"), OPENED("00", "05DC") },
		{ NULL, "810301430182028121 B603 010203", "810301430182028281 830100 B701FF" },
		{ NULL, ONE_TIMER, TIMER_RUNS },
		{ "D60E 990109 82028281 B8028100 B70104", "810301420082028121 B70102",
		    "810301420082028281 830100 B602 0A0B B70102" },
		{ NULL, "810301420082028121 B70105", "810301420082028281 830102 B602 0C0D B70100" },
		{ NULL, "810301410082028121", "810301410082028281 830100" },
		{ NULL, "810302270182028182 A40101",
		    "810302270182028281 830100 A40101 A503000003" },
		{ 0 },
	};
	static const struct net_step net[] = {
		{ "open tcp 127.0.0.1 8000", NULL, YKT_OK },
		{ "send 0 010203", NULL, YKT_OK },
		{ "wait 30000", NULL, YKT_OK },
		{ "receive 0", "0A0B0C0D", YKT_OK },
		{ "close 0", NULL, YKT_OK },
		{ 0 },
	};
	struct world w;

	(void)state;
	run(&w, talks, net);
}

/* Stored until the card says that it should go. */
static void
test_data_that_is_gathered(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, OPEN("01", "0010"), OPENED("00", "0010") },
		{ NULL, "810301430082028121 B604 01020304", "810301430082028281 830100 B7010C" },
		{ NULL, "810301430082028121 B60D 0102030405060708090A0B0C0D",
		    "810301430082028281 83023A04" },
		{ NULL, "810301430182028121 B601 05", "810301430182028281 830100 B70110" },
		{ 0 },
	};
	static const struct net_step net[] = {
		{ "open udp 127.0.0.1 8000", NULL, YKT_OK },
		{ "send 0 0102030405", NULL, YKT_OK },
		{ "close 0", NULL, YKT_OK },
		{ 0 },
	};
	struct world w;

	(void)state;
	run(&w, talks, net);
}

/* A datagram waits for the one before it. */
static void
test_datagrams_stay_apart(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, EVENTS, EVENTS_SET },
		{ NULL, OPEN("01", "05DC"), OPENED("00", "05DC") },
		{ NULL, ONE_TIMER, TIMER_RUNS },
		{ "D60E 990109 82028281 B8028100 B70101", "810301420082028121 B701FF",
		    "810301420082028281 830102 B601 0A B70100" },
		{ "D60E 990109 82028281 B8028100 B70101", "810301420082028121 B701FF",
		    "810301420082028281 830102 B601 0B B70100" },
		{ "D70C 82028281 A40101 A503000000", NULL, NULL },
		{ 0 },
	};
	static const struct net_step net[] = {
		{ "open udp 127.0.0.1 8000", NULL, YKT_OK },
		{ "receive 0", "0A", YKT_OK },
		{ "receive 0", "0B", YKT_OK },
		{ "wait 30000", NULL, YKT_E_DEADLINE },
		{ "close 0", NULL, YKT_OK },
		{ 0 },
	};
	struct world w;

	(void)state;
	run(&w, talks, net);
}

/* More than a card can be told of at once, and more than it can take at once. */
static void
test_much_data(void **state)
{
	char data[2 * 300 + 1], first[600], want[700];
	struct talk talks[] = {
		{ TOLD_CHOICE, EVENTS, EVENTS_SET },
		{ NULL, OPEN("02", "0000"), OPENED("07", "05DC") },
		{ NULL, ONE_TIMER, TIMER_RUNS },
		{ "D60E 990109 82028281 B8028100 B701FF", "810301420082028121 B701FF", want },
		{ NULL, "810302270182028182 A40101",
		    "810302270182028281 830100 A40101 A503000003" },
		{ 0 },
	};
	const struct net_step net[] = {
		{ "open tcp 127.0.0.1 8000", NULL, YKT_OK },
		{ "receive 0", data, YKT_OK },
		{ "close 0", NULL, YKT_OK },
		{ 0 },
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(data) - 1; i++)
		data[i] = "0123456789ABCDEF"[i * 7 % 16];
	data[sizeof(data) - 1] = '\0';
	memcpy(first, data, 2 * USAT_CHANNEL_DATA_MAX);
	first[2 * USAT_CHANNEL_DATA_MAX] = '\0';
	snprintf(want, sizeof(want), "810301420082028281830100B681ED%sB7013F", first);
	run(&w, talks, net);
}

/* The other side hangs up: what came stays, nothing goes any more. */
static void
test_a_connection_that_ends(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, EVENTS, EVENTS_SET },
		{ NULL, OPEN("02", "05DC"), OPENED("00", "05DC") },
		{ NULL, ONE_TIMER, TIMER_RUNS },
		{ "D60E 990109 82028281 B8028100 B70102", NULL, NULL },
		{ "D60B 99010A 82028281 B8020105", "810301430182028121 B601 05",
		    "810301430182028281 83023A02" },
		{ NULL, "810301420082028121 B70102", "810301420082028281 830100 B602 0A0B B70100" },
		{ NULL, "810301440082028182", "810301440082028281 830100 B8020105" },
		{ NULL, "810301410082028121", "810301410082028281 830100" },
		{ NULL, "810301440082028182", "810301440082028281 830100 B8020000" },
		{ NULL, "810302270182028182 A40101",
		    "810302270182028281 830100 A40101 A503000003" },
		{ 0 },
	};
	static const struct net_step net[] = {
		{ "open tcp 127.0.0.1 8000", NULL, YKT_OK },
		{ "receive 0", "0A0B", YKT_OK },
		{ "receive 0", NULL, YKT_E_LINK },
		{ "close 0", NULL, YKT_OK },
		{ 0 },
	};
	struct world w;

	(void)state;
	run(&w, talks, net);
}

static void
test_sending_fails(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, OPEN("02", "05DC"), OPENED("00", "05DC") },
		{ NULL, "810301430182028121 B601 05", "810301430182028281 83023A02" },
		{ NULL, "810301440082028182", "810301440082028281 830100 B8020105" },
		{ 0 },
	};
	static const struct net_step net[] = {
		{ "open tcp 127.0.0.1 8000", NULL, YKT_OK },
		{ "send 0 05", NULL, YKT_E_LINK },
		{ "close 0", NULL, YKT_OK },
		{ 0 },
	};
	struct world w;

	(void)state;
	run(&w, talks, net);
}

static void
test_more_channels_than_there_are(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, OPEN("02", "05DC"), OPENED("00", "05DC") },
		{ NULL, OPEN("01", "05DC"), "810301400182028281 830100 B8028200 B50103 B90205DC" },
		{ NULL, OPEN("01", "05DC"), "810301400182028281 83023A01" },
		{ NULL, "810301440082028182", "810301440082028281 830100 B8028100 B8028200" },
		{ 0 },
	};
	static const struct net_step net[] = {
		{ "open tcp 127.0.0.1 8000", "0", YKT_OK },
		{ "open udp 127.0.0.1 8000", "1", YKT_OK },
		{ "close 0", NULL, YKT_OK },
		{ "close 1", NULL, YKT_OK },
		{ 0 },
	};
	struct world w;

	(void)state;
	run(&w, talks, net);
}

/* What a card may ask wrongly, and what it gets; the network hears nothing. */
static void
test_channels_that_cannot_be(void **state)
{
	static const struct {
		const char *why;
		const char *command;
		const char *answer;
	} rows[] = {
		{ "no address", "810301400182028182 350103 390205DC 3C03021F40",
		    "810301400182028281 830136" },
		{ "an address of three bytes",
		    "810301400182028182 350103 390205DC 3C03021F40 3E04217F0000",
		    "810301400182028281 830132" },
		{ "a bearer that is none of ours",
		    "810301400182028182 350101 390205DC 3C03021F40 3E05217F000001",
		    "810301400182028281 830130" },
		{ "a server", OPEN("03", "05DC"), "810301400182028281 83023A06" },
		{ "port 0", "810301400182028182 350103 390205DC 3C03020000 3E05217F000001",
		    "810301400182028281 830132" },
		{ "data to no channel", "810301430182028121 B60105",
		    "810301430182028281 83023A03" },
		{ "data to channel 3 of two", "810301430182028123 B60105",
		    "810301430182028281 83023A03" },
		{ "data to the display", "810301430182028102 B60105",
		    "810301430182028281 83023A03" },
		{ "the end of no channel", "810301410082028122", "810301410082028281 83023A03" },
		{ "data from no channel", "810301420082028121 B70105",
		    "810301420082028281 83023A03" },
		{ "a message without its TPDU", "810301130082028183 8500",
		    "810301130082028281 830136" },
		{ "an event that the phone does not see", "810302050082028182 990104",
		    "810302050082028281 830130" },
		{ "no event list", "810302050082028182", "810302050082028281 830136" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct talk talks[] = { { TOLD_CHOICE, rows[i].command, rows[i].answer },
			{ 0 } };
		static const struct net_step net[] = { { 0 } };
		struct world w;

		run(&w, talks, net);
	}
}

static void
test_bad_data_on_a_channel(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, OPEN("02", "05DC"), OPENED("00", "05DC") },
		{ NULL, "810301430182028121", "810301430182028281 830136" },
		{ NULL, "810301420082028121", "810301420082028281 830136" },
		{ NULL, "810301420082028121 B7020001", "810301420082028281 830136" },
		{ 0 },
	};
	static const struct net_step net[] = {
		{ "open tcp 127.0.0.1 8000", NULL, YKT_OK },
		{ "close 0", NULL, YKT_OK },
		{ 0 },
	};
	struct world w;

	(void)state;
	run(&w, talks, net);
}

static void
test_nobody_is_there(void **state)
{
	static const enum ykt_status faults[] = { YKT_NOT_FOUND, YKT_E_DEADLINE, YKT_E_NET };

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		static const struct talk talks[] = {
			{ TOLD_CHOICE, OPEN("02", "05DC"), "810301400182028281 83023A07" },
			{ NULL, "810301440082028182", "810301440082028281 830100 B8020000" },
			{ 0 },
		};
		const struct net_step net[] = { { "open tcp 127.0.0.1 8000", NULL, faults[i] },
			{ 0 } };
		struct world w;

		run(&w, talks, net);
	}
}

/* A message goes, its answer comes in an envelope. */
static void
test_short_messages(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, "810301130082028183 8B0A 01000291 21 7FF6 02 AABB",
		    "810301130082028281 830100" },
		{ NULL, ONE_TIMER, TIMER_RUNS },
		{ "D10B 82028381 8B05 0400112233 Le", "810302270182028182 A40101",
		    "810302270182028281 830100 A40101 A503000003" },
		{ 0 },
	};
	static const struct net_step net[] = {
		{ "open sms", "2", YKT_OK },
		{ "send 2 01000291217FF602AABB", NULL, YKT_OK },
		{ "wait 30000", NULL, YKT_OK },
		{ "receive 2", "0400112233", YKT_OK },
		{ "close 2", NULL, YKT_OK },
		{ 0 },
	};
	struct world w;

	(void)state;
	run(&w, talks, net);
}

/* What the card says to a message goes back; the centre's next one comes. */
static void
test_messages_that_wait(void **state)
{
	static const struct step steps[] = { START_NET,
		{ "80C200000D D10B 82028381 8B05 0400112233 00", "027100AABB 9000" },
		{ "80C200000B D109 82028381 8B03 040044 00", "6985" }, { 0 } };
	static const struct net_step net[] = {
		{ "open sms", "2", YKT_OK },
		{ "receive 2", "0400112233", YKT_OK },
		{ "send 2 40077FF605027100AABB", NULL, YKT_OK },
		{ "receive 2", "040044", YKT_OK },
		{ "receive 2", NULL, YKT_E_LINK },
		{ "close 2", NULL, YKT_OK },
		{ 0 },
	};
	struct world w;

	(void)state;
	world_begin_net(&w, steps, net);
	w.handset.o.registers = true;
	assert_status(handset_start(&w.handset), YKT_OK);
	world_over(&w);
}

static void
test_no_service_of_short_messages(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, "810301130082028183 8B0A 01000291 21 7FF6 02 AABB",
		    "810301130082028281 830121" },
		{ 0 },
	};
	static const struct net_step net[] = { { "open sms", NULL, YKT_NOT_FOUND }, { 0 } };
	struct world w;

	(void)state;
	run(&w, talks, net);
}

/* A card that lets a timer run again and again is left after a while. */
static void
test_events_without_end(void **state)
{
	static const struct net_step net[] = { { 0 } };
	static struct step steps[6 + 3 * HANDSET_EVENTS_MAX + 1];
	static const struct step first[] = { START_NET, { CHOSEN, "9113" } };
	size_t at = sizeof(first) / sizeof(first[0]);
	struct world w;

	(void)state;
	memcpy(steps, first, sizeof(first));
	for (unsigned i = 0; i <= HANDSET_EVENTS_MAX; i++) {
		steps[at++] =
		    (struct step){ "8012000013", "D011 810302270082028182 A40101 A503000000 9000" };
		steps[at++] =
		    (struct step){ "801400000F 810302270082028281 830100 A40101", "9000" };
		if (i < HANDSET_EVENTS_MAX)
			steps[at++] =
			    (struct step){ "80C200000E D70C 82028281 A40101 A503000000", "9113" };
	}
	assert_true(at < sizeof(steps) / sizeof(steps[0]) + 1);
	world_begin_net(&w, steps, net);
	assert_status(handset_start(&w.handset), YKT_OK);
	assert_status(handset_choose(&w.handset, 0), YKT_OK);
	world_over(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_connection_of_the_card),
		cmocka_unit_test(test_data_that_is_gathered),
		cmocka_unit_test(test_datagrams_stay_apart),
		cmocka_unit_test(test_much_data),
		cmocka_unit_test(test_a_connection_that_ends),
		cmocka_unit_test(test_sending_fails),
		cmocka_unit_test(test_more_channels_than_there_are),
		cmocka_unit_test(test_channels_that_cannot_be),
		cmocka_unit_test(test_bad_data_on_a_channel),
		cmocka_unit_test(test_nobody_is_there),
		cmocka_unit_test(test_short_messages),
		cmocka_unit_test(test_messages_that_wait),
		cmocka_unit_test(test_no_service_of_short_messages),
		cmocka_unit_test(test_events_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
