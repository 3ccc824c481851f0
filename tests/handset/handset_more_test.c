/*
 * Keys, timers, what the phone tells of itself, and resets that a card asks for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset_kit.h"

static void
run(struct world *w, const struct talk *talks, const char *answer, enum ykt_status status)
{
	world_talks(w, talks, NULL);
	w->answers[0] = answer;
	w->answered = 0;
	assert_status(handset_choose(&w->handset, 0), status);
	world_over(w);
}

/* get_inkey_111, 411, 512: one digit, one character of any alphabet, yes or no. */
static void
test_keys(void **state)
{
	static const struct {
		const char *command;
		const char *typed;
		const char *answer;
	} rows[] = {
		{ "8103012200820281828D0A04456E74657220222B22", "+",
		    "810301220082028281 830100 8D02042B" },
		{ "8103012200820281828D0A04456E74657220222B22", "5",
		    "810301220082028281 830100 8D020435" },
		{ "8103012203820281828D0604456E746572", "好",
		    "810301220382028281 830100 8D0308597D" },
		{ "8103012204820281828D0904456E746572204E4F", "0",
		    "810301220482028281 830100 8D020400" },
		{ "8103012204820281828D0904456E746572204E4F", "1",
		    "810301220482028281 830100 8D020401" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct talk talks[] = { { TOLD_CHOICE, rows[i].command, rows[i].answer },
			{ 0 } };
		struct world w;

		run(&w, talks, rows[i].typed, YKT_OK);
	}
}

static void
test_keys_that_are_none(void **state)
{
	static const struct {
		const char *command;
		const char *typed;
		const char *answer;
	} rows[] = {
		{ "8103012200820281828D0604456E746572", "", "810301220082028281 830111" },
		{ "8103012200820281828D0604456E746572", "12", "810301220082028281 830111" },
		{ "8103012200820281828D0604456E746572", "a", "810301220082028281 830111" },
		{ "8103012201820281828D0604456E746572", "好", "810301220182028281 830111" },
		{ "8103012203820281828D0604456E746572", "好好", "810301220382028281 830111" },
		{ "8103012204820281828D0604456E746572", "2", "810301220482028281 830111" },
		{ "8103012204820281828D0604456E746572", "", "810301220482028281 830111" },
		{ "8103012200820281828D0604456E746572", NULL, "810301220082028281 830110" },
		{ "8103012200820281828D0604456E746572", "(late)", "810301220082028281 830112" },
		{ "810301220082028182", "1", "810301220082028281 830136" },
		{ "8103012200820281828D0409414243", "1", "810301220082028281 830132" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct talk talks[] = { { TOLD_CHOICE, rows[i].command, rows[i].answer },
			{ 0 } };
		struct world w;

		run(&w, talks, rows[i].typed, YKT_OK);
	}
}

/* timer_mgmt_163, 124 and others; the time passes while the user thinks of nothing. */
static void
test_timers(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, "810301270082028182 A40103 A503000050",
		    "810301270082028281 830100 A40103" },
		{ NULL, "810301270082028182 A40108 A503000020",
		    "810301270082028281 830100 A40108" },
		{ NULL, "810301270282028182 A40103",
		    "810301270282028281 830100 A40103 A503000050" },
		{ NULL, "810301270182028182 A40103",
		    "810301270182028281 830100 A40103 A503000050" },
		{ NULL, "810301270182028182 A40103", "810301270182028281 830124 A40103" },
		{ NULL, "810301270282028182 A40101", "810301270282028281 830124 A40101" },
		{ "D70C 82028281 A40108 A503000000", NULL, NULL },
		{ 0 },
	};
	struct world w;

	(void)state;
	world_talks(&w, talks, NULL);
	assert_status(handset_choose(&w.handset, 0), YKT_OK);
	assert_int_equal(w.now_ms, 2000);
	world_over(&w);
}

static void
test_timers_that_are_none(void **state)
{
	static const char *const rows[][2] = {
		{ "810301270082028182 A503000050", "810301270082028281 830136" },
		{ "810301270082028182 A40103", "810301270082028281 830136" },
		{ "810301270082028182 A40100 A503000050", "810301270082028281 830132" },
		{ "810301270082028182 A40109 A503000050", "810301270082028281 830132" },
		{ "810301270082028182 A4020101 A503000050", "810301270082028281 830132" },
		{ "810301270082028182 A40101 A50300000A", "810301270082028281 830132" },
		{ "810301270082028182 A40101 A503000006", "810301270082028281 830132" },
		{ "810301270082028182 A40101 A5020000", "810301270082028281 830132" },
		{ "810301270382028182 A40101 A503000050", "810301270382028281 830132" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct talk talks[] = { { TOLD_CHOICE, rows[i][0], rows[i][1] }, { 0 } };
		struct world w;

		run(&w, talks, NULL, YKT_OK);
		assert_int_equal(w.now_ms, 0);
	}
}

/* A card may wait four minutes and no longer. */
static void
test_a_long_timer_does_not_hold_the_user(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, "810301270082028182 A40101 A503100000",
		    "810301270082028281 830100 A40101" },
		{ 0 },
	};
	struct world w;

	(void)state;
	world_talks(&w, talks, NULL);
	assert_status(handset_choose(&w.handset, 0), YKT_OK);
	assert_int_equal(w.now_ms, HANDSET_EVENTS_MS);
	world_over(&w);
}

/* Time and language; where the phone is and who it is stay its own. */
static void
test_what_the_phone_tells(void **state)
{
	static const struct talk talks[] = {
		/* 1970-01-01 08:00:00 UTC+8 */
		{ TOLD_CHOICE, "810301260382028182",
		    "810301260382028281 830100 A607 07101080000023" },
		{ NULL, "810301260482028182", "810301260482028281 830100 AD02656E" },
		{ NULL, "810301260082028182", "810301260082028281 830130" },
		{ NULL, "810301260182028182", "810301260182028281 830130" },
		{ NULL, "810301260282028182", "810301260282028281 830130" },
		{ 0 },
	};
	struct world w;

	(void)state;
	run(&w, talks, NULL, YKT_OK);
}

/* Text without a priority, for a while, and one that is to stay: shown alike. */
static void
test_variants_of_a_text(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, "810301210082028102 8D0204 41", "810301210082028281 830100" },
		{ NULL, "810301210182028102 8D0204 42 8402 0105", "810301210182028281 830100" },
		{ NULL, "810301218082028102 8D0204 43 AB00", "810301218082028281 830100" },
		{ 0 },
	};
	struct world w;

	(void)state;
	world_talks(&w, talks, NULL);
	assert_status(handset_choose(&w.handset, 0), YKT_OK);
	assert_string_equal(w.seen, "A|B|C|");
	world_over(&w);
}

/* The end key on a text that waits for the user is told to the card (8.12.1). */
static void
test_a_text_that_is_left(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, "810301218182028102 8D0204 41", "810301218182028281 830110" },
		{ 0 },
	};
	struct world w;

	(void)state;
	world_talks(&w, talks, NULL);
	w.leaves_texts = true;
	assert_status(handset_choose(&w.handset, 0), YKT_OK);
	assert_string_equal(w.seen, "A|");
	world_over(&w);
}

/* Four looks a second: who leaves while the card's timer runs waits no longer. */
static void
test_a_user_who_leaves_while_the_card_is_at_work(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, "810301270082028182 A40101 A503100000",
		    "810301270082028281 830100 A40101" },
		{ 0 },
	};
	struct world w;

	(void)state;
	world_talks(&w, talks, NULL);
	w.ui.progress = world_progress;
	w.looks_left = 5;
	assert_status(handset_choose(&w.handset, 0), YKT_CANCELLED);
	assert_int_equal(w.now_ms, 4 * 250);
	world_over(&w);
}

/* Without a cancel the looks change nothing of how long it lasts. */
static void
test_a_user_who_stays(void **state)
{
	static const struct talk talks[] = {
		{ TOLD_CHOICE, "810301270082028182 A40101 A503100000",
		    "810301270082028281 830100 A40101" },
		{ 0 },
	};
	struct world w;

	(void)state;
	world_talks(&w, talks, NULL);
	w.ui.progress = world_progress;
	w.looks_left = 1000000;
	assert_status(handset_choose(&w.handset, 0), YKT_OK);
	assert_int_equal(w.now_ms, HANDSET_EVENTS_MS);
	world_over(&w);
}

/* REFRESH: files that changed are nothing to this phone; a reset gets no answer. */
static void
test_refresh(void **state)
{
	static const struct talk files[] = {
		{ TOLD_CHOICE, "810301010182028182", "810301010182028281 830100" },
		{ NULL, "810301010582028182", "810301010582028281 830130" },
		{ 0 },
	};
	static const struct step again[] = { START, { CHOSEN, "910B" },
		{ "801200000B", "D009810301010482028182 9000" }, START, { 0 } };
	struct world w;

	(void)state;
	run(&w, files, NULL, YKT_OK);
	assert_int_equal(w.resets, 0);
	world_begin(&w, again);
	assert_status(handset_start(&w.handset), YKT_OK);
	assert_status(handset_choose(&w.handset, 0), YKT_OK);
	assert_int_equal(w.resets, 1);
	assert_int_equal(w.handset.menu.count, 2);
	world_over(&w);
}

static void
test_a_card_that_resets_for_ever(void **state)
{
#define RESET_AGAIN                                                                                \
	{ PROFILE, "910B" },                                                                       \
	{                                                                                          \
		"801200000B", "D009810301010482028182 9000"                                        \
	}
	static const struct step steps[] = { RESET_AGAIN, RESET_AGAIN, RESET_AGAIN, RESET_AGAIN,
		{ 0 } };
	struct world w;

	(void)state;
	world_begin(&w, steps);
	assert_status(handset_start(&w.handset), YKT_E_CARD);
	assert_int_equal(w.resets, HANDSET_RESETS_MAX);
	world_over(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_keys_that_are_none),
		cmocka_unit_test(test_timers),
		cmocka_unit_test(test_timers_that_are_none),
		cmocka_unit_test(test_a_long_timer_does_not_hold_the_user),
		cmocka_unit_test(test_what_the_phone_tells),
		cmocka_unit_test(test_variants_of_a_text),
		cmocka_unit_test(test_a_text_that_is_left),
		cmocka_unit_test(test_a_user_who_leaves_while_the_card_is_at_work),
		cmocka_unit_test(test_a_user_who_stays),
		cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_a_card_that_resets_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
