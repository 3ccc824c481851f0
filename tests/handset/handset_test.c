/*
 * The handset against a scripted card and a scripted user: what it sends, what it
 * shows, and what a hostile card gets.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset_kit.h"

static void
test_a_menu_is_shown_and_chosen_from(void **state)
{
	static const struct step whole[] = { START, { "80C2000009D30782020181900112", "9114" },
		{ "8012000014", "D012 810302218182028102 8D0708 4F60597D0041 9000" },
		{ "801400000C810302218182028281830100", "9000" }, { 0 } };
	struct world w;

	(void)state;
	world_begin(&w, whole);
	assert_status(handset_start(&w.handset), YKT_OK);
	assert_int_equal(w.handset.menu.count, 2);
	assert_string_equal(w.handset.menu.title, "Card");
	w.answers[0] = "2";
	w.answers[1] = "0";
	assert_status(handset_run(&w.handset), YKT_OK);
	assert_string_equal(w.seen, "Card|One|Two|你好A|Card|One|Two|");
	world_over(&w);
}

/* A list, an input that is hidden, and their answers. */
static void
test_a_list_and_an_input(void **state)
{
	static const struct step steps[] = { START, { "80C2000009D30782020181900101", "9116" },
		{ "8012000016", "D014 8103022400 82028182 8501 4C 8F0207 41 8F0209 42 9000" },
		{ "801400000F810302240082028281830100900109", "9115" },
		{ "8012000015", "D013 8103032304 82028182 8D04 04 50494E 91020406 9000" },
		{ "8014000013810303230482028281830100 8D05 04 31323334", "9000" }, { 0 } };
	struct world w;

	(void)state;
	world_begin(&w, steps);
	w.answers[0] = "2";
	w.answers[1] = "1234";
	assert_status(handset_start(&w.handset), YKT_OK);
	assert_status(handset_choose(&w.handset, 0), YKT_OK);
	assert_string_equal(w.seen, "L|A|B|PIN|");
	world_over(&w);
}

#define ANSWERED "801400000C8103022400820282818301"

/* What a user does instead of choosing. */
static void
test_results_of_the_user(void **state)
{
	static const struct {
		const char *answer;
		const char *sent;
	} rows[] = {
		{ "0", ANSWERED "11" },
		{ "", ANSWERED "11" },
		{ "2", ANSWERED "11" },
		{ "x", ANSWERED "11" },
		{ "-1", ANSWERED "11" },
		{ "99999999999999999999", ANSWERED "11" },
		{ NULL, ANSWERED "10" },
		{ "(late)", ANSWERED "12" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct step steps[] = { START, { CHOSEN, "9114" },
			{ "8012000014", "D0128103022400820281828501 4C 8F0207418F00 9000" },
			{ rows[i].sent, "9000" }, { 0 } };
		struct world w;

		world_begin(&w, steps);
		w.answers[0] = rows[i].answer;
		assert_status(handset_start(&w.handset), YKT_OK);
		assert_status_why(handset_choose(&w.handset, 0), YKT_OK, rows[i].sent);
		world_over(&w);
	}
}

/* Commands that this phone does not have, or that are wrong. */
static void
test_commands_it_cannot_do(void **state)
{
	static const struct {
		const char *why;
		const char *word;
		const char *fetch;
		const char *command;
		const char *sent;
	} rows[] = {
		{ "SEND DATA", "9115", "8012000015",
		    "D0138103024301820281 21B6080001020304050607 9000",
		    "801400000C810302430182028281830130" },
		{ "SET UP CALL", "910B", "801200000B", "D0098103021000820281839000",
		    "801400000C810302100082028281830130" },
		{ "SEND SHORT MESSAGE without a network", "910F", "801200000F",
		    "D00D8103021300820281838B020100 9000", "801400000C810302130082028281830130" },
		{ "a type of the future", "910B", "801200000B", "D0098103027F00820281829000",
		    "801400000C8103027F0082028281830131" },
		{ "a text without its text", "910B", "801200000B", "D0098103022180820281029000",
		    "801400000C810302218082028281830136" },
		{ "a text in a coding that is none", "910F", "801200000F",
		    "D00D8103022180820281028D02F4419000", "801400000C810302218082028281830132" },
		{ "a list without items", "910E", "801200000E", "D00C8103022400820281828501 4C9000",
		    "801400000C810302240082028281830136" },
		{ "an item that is no text", "9110", "8012000010",
		    "D00E8103022400820281828F0301 80 4F9000",
		    "801400000C810302240082028281830132" },
		{ "an item of number 0", "910F", "801200000F", "D00D8103022400820281828F0200419000",
		    "801400000C810302240082028281830132" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct step steps[] = { START, { CHOSEN, rows[i].word },
			{ rows[i].fetch, rows[i].command }, { rows[i].sent, "9000" }, { 0 } };
		struct world w;

		world_begin(&w, steps);
		assert_status(handset_start(&w.handset), YKT_OK);
		assert_status_why(handset_choose(&w.handset, 0), YKT_OK, rows[i].why);
		assert_string_equal(w.seen, "");
		world_over(&w);
	}
}

/* A card that breaks the protocol ends it. */
static void
test_cards_that_break_the_protocol(void **state)
{
	static const struct {
		const char *why;
		const char *rsp;
		enum ykt_status status;
	} rows[] = {
		{ "no command", "9000", YKT_E_CARD },
		{ "a command cut", "D009810302218082028102", YKT_E_CARD },
		{ "bytes left over", "D009810302218082028102009000", YKT_E_CARD },
		{ "another template", "D109810302218082028102 9000", YKT_E_CARD },
		{ "refused", "6985", YKT_E_CARD },
		{ "half a status word", "90", YKT_E_CARD },
		{ "gone", "", YKT_E_LINK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct step steps[] = { START, { CHOSEN, "910B" },
			{ "801200000B", rows[i].rsp }, { 0 } };
		struct world w;

		world_begin(&w, steps);
		assert_status(handset_start(&w.handset), YKT_OK);
		assert_status_why(handset_choose(&w.handset, 0), rows[i].status, rows[i].why);
		assert_string_equal(w.seen, "");
		world_over(&w);
	}
}

static void
test_a_card_without_end_is_stopped(void **state)
{
	static struct step steps[4 + 2 * HANDSET_COMMANDS_MAX + 1] = { START, { CHOSEN, "910B" } };
	struct world w;

	(void)state;
	for (size_t i = 0; i < HANDSET_COMMANDS_MAX; i++) {
		steps[4 + 2 * i] = (struct step){ "801200000B", "D0098103020200820281829000" };
		steps[5 + 2 * i] = (struct step){ "801400000C810302020082028281830100", "910B" };
	}
	world_begin(&w, steps);
	assert_status(handset_start(&w.handset), YKT_OK);
	assert_status(handset_choose(&w.handset, 0), YKT_E_CARD);
	world_over(&w);
}

static void
test_cards_without_a_menu(void **state)
{
	static const char *const words[] = { "9000", "6D00", "6E00", "6982" };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct step steps[] = { { PROFILE, words[i] }, { 0 } };
		struct world w;

		world_begin(&w, steps);
		assert_status(handset_start(&w.handset), YKT_NOT_FOUND);
		assert_status(handset_choose(&w.handset, 0), YKT_E_ARG);
		world_over(&w);
	}
}

static void
test_a_choice_that_the_card_refuses(void **state)
{
	static const struct step steps[] = { START, { CHOSEN, "9300" }, { 0 } };
	struct world w;

	(void)state;
	world_begin(&w, steps);
	assert_status(handset_start(&w.handset), YKT_OK);
	assert_status(handset_choose(&w.handset, 0), YKT_REFUSED);
	world_over(&w);
}

/* An answer that does not fit what was asked is none: the user is back. */
static void
test_input_that_does_not_fit(void **state)
{
	static const char *const rows[] = { "123", "1234567", "12a4", "你好你好" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static const struct step steps[] = { START, { CHOSEN, "9115" },
			{ "8012000015", "D0138103022304820281828D0404 50494E 91020406 9000" },
			{ "801400000C810302230482028281830111", "9000" }, { 0 } };
		struct world w;

		world_begin(&w, steps);
		w.answers[0] = rows[i];
		assert_status(handset_start(&w.handset), YKT_OK);
		assert_status(handset_choose(&w.handset, 0), YKT_OK);
		world_over(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_menu_is_shown_and_chosen_from),
		cmocka_unit_test(test_a_list_and_an_input),
		cmocka_unit_test(test_results_of_the_user),
		cmocka_unit_test(test_commands_it_cannot_do),
		cmocka_unit_test(test_cards_that_break_the_protocol),
		cmocka_unit_test(test_a_card_without_end_is_stopped),
		cmocka_unit_test(test_cards_without_a_menu),
		cmocka_unit_test(test_a_choice_that_the_card_refuses),
		cmocka_unit_test(test_input_that_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
