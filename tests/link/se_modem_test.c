/*
 * The card in a modem, against a modem on a pty that does as the table says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "check.h"
#include "link/se_link.h"
#include "link/se_modem.h"
#include "link_clock.h"
#include "modem_rig.h"

#define SELECT      "00A4040008A000000632010105"
#define SELECT_NEXT "00A4040208A000000632010105"
#define BALANCE     "805C000204"
#define OPEN        "AT+CCHO=\"A000000632010105\""
#define OPENED      "\r\n+CCHO: 1\r\n\r\nOK\r\n"
#define FCI_ASK     "AT+CGLA=1,26,\"00A4040008A000000632010105\""
#define FCI         "\r\n+CGLA: 8,\"6F009000\"\r\n\r\nOK\r\n"
#define MS          2000

struct bench {
	struct modem_rig rig;
	struct se_modem *modem;
	struct se_link link;
};

static int64_t
in(int64_t ms)
{
	return ykt_clock_mono(&real_clock) + ms;
}

static enum ykt_status
bench_try(struct bench *bench, const struct modem_turn *turns)
{
	const char *why = NULL;
	enum ykt_status status;

	modem_start(&bench->rig, turns);
	status = se_modem_open(
	    &ykt_alloc_libc, &real_clock, bench->rig.path, in(MS), &bench->modem, &why);
	if (status == YKT_OK)
		se_link_init(&bench->link, se_modem_driver(bench->modem), &real_clock, NULL);

	return status;
}

static void
bench_start(struct bench *bench, const struct modem_turn *turns)
{
	memset(bench, 0, sizeof(*bench));
	assert_status(bench_try(bench, turns), YKT_OK);
}

static void
bench_stop(struct bench *bench)
{
	se_modem_close(&bench->modem);
	assert_null(bench->modem);
	modem_stop(&bench->rig);
	assert_int_equal(bench->rig.wrong, 0);
}

static enum ykt_status
run_for(struct bench *bench, const char *cmd_hex, const char *rsp_hex, int64_t ms)
{
	uint8_t cmd_space[300];
	uint8_t rsp_space[300];
	char text[601];
	struct ykt_buf cmd = YKT_BUF(cmd_space);
	struct ykt_buf rsp = YKT_BUF(rsp_space);
	enum ykt_status status;

	assert_status(ykt_hex_decode(cmd_hex, strlen(cmd_hex), &cmd), YKT_OK);
	status = se_link_transceive(&bench->link, ykt_buf_view(&cmd), &rsp, in(ms));
	ykt_hex_encode(ykt_buf_view(&rsp), text);
	assert_string_equal(text, rsp_hex);

	return status;
}

static void
run(struct bench *bench, const char *cmd_hex, const char *rsp_hex)
{
	assert_status(run_for(bench, cmd_hex, rsp_hex, MS), YKT_OK);
}

static void
test_a_select_opens_a_channel_and_commands_follow(void **state)
{
	static const struct modem_turn turns[] = {
		{ OPEN, OPENED, 0 },
		{ FCI_ASK, FCI, 0 },
		{ "AT+CGLA=1,10,\"805C000204\"", "\r\n+CGLA: 12,\"000003E89000\"\r\n\r\nOK\r\n",
		    0 },
		{ "AT+CGLA=1,26,\"00A4040208", "+CGLA: 4,6A82\r\nOK\r\n", 0 },
		/* Another first occurrence: the channel before it is closed. */
		{ "AT+CCHC=1", "\r\nOK\r\n", 0 },
		{ OPEN, "\r\n2\r\n\r\nOK\r\n", 0 },
		{ "AT+CGLA=2,", FCI, 0 },
		{ "AT+CCHC=2", "\r\nOK\r\n", 0 },
		{ 0 },
	};
	struct bench bench;

	(void)state;
	bench_start(&bench, turns);
	run(&bench, SELECT, "6F009000");
	run(&bench, BALANCE, "000003E89000");
	run(&bench, SELECT_NEXT, "6A82");
	run(&bench, SELECT, "6F009000");
	bench_stop(&bench);
	assert_string_equal(bench.rig.last, "AT+CCHC=2");
}

static void
test_an_application_that_is_not_there(void **state)
{
	static const struct modem_turn turns[] = {
		{ OPEN, "\r\n+CME ERROR: 22\r\n", 0 },
		{ OPEN, "\r\n+CME ERROR: 20\r\n", 0 },
		{ "AT+CSIM=10,", "\r\n+CSIM: 4,\"6985\"\r\n\r\nOK\r\n", 0 },
		{ 0 },
	};
	struct bench bench;

	(void)state;
	bench_start(&bench, turns);
	run(&bench, SELECT, "6A82");
	/* Another refusal says nothing of the card. */
	assert_status(run_for(&bench, SELECT, "", MS), YKT_E_LINK);
	run(&bench, BALANCE, "6985");
	bench_stop(&bench);
}

static void
test_the_basic_channel_alone(void **state)
{
	static const struct modem_turn turns[] = {
		{ "AT+CSIM=26,\"00A4040008A000000632010105\"",
		    "\r\n+CSIM: 8,\"6F009000\"\r\n\r\nOK\r\n", 0 },
		{ "AT+CSIM=10,", "\r\n+CSIM: 4,\"9000\"\r\n\r\nOK\r\n", 0 },
		{ 0 },
	};
	struct bench bench;

	(void)state;
	memset(&bench, 0, sizeof(bench));
	bench.rig.no_channels = true;
	assert_status(bench_try(&bench, turns), YKT_OK);
	run(&bench, SELECT, "6F009000");
	run(&bench, BALANCE, "9000");
	bench_stop(&bench);
}

static void
test_what_a_modem_cannot_relay(void **state)
{
	static const struct modem_turn turns[] = { { 0 } };
	static const uint8_t atr_expected[] = { 0x3B, 0x00 };
	uint8_t atr_space[SE_LINK_ATR_MAX];
	struct ykt_buf atr = YKT_BUF(atr_space);
	char extended[2 * 263 + 1];
	struct bench bench;

	(void)state;
	memset(&bench, 0, sizeof(bench));
	bench.rig.no_basic = true;
	assert_status(bench_try(&bench, turns), YKT_OK);
	run(&bench, "0070000001", "6881");
	run(&bench, BALANCE, "6985");
	memset(extended, '0', sizeof(extended) - 1);
	extended[sizeof(extended) - 1] = '\0';
	run(&bench, extended, "6700");
	assert_status(se_link_reset(&bench.link, &atr, in(MS)), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&atr), YKT_BYTES(atr_expected)));
	bench_stop(&bench);
	assert_int_equal(bench.rig.asked, 0);
}

static void
test_lines_that_nobody_asked_for_are_passed_over(void **state)
{
	static const struct modem_turn turns[] = {
		{ OPEN, "\r\nRING\r\n\r\n+CREG: 1,\"00C3\"\r\n" OPENED, 0 },
		{ FCI_ASK, "\r\n+CMTI: \"SM\",4\r\n" FCI, 0 },
		{ "AT+CCHC=1", "\r\nOK\r\n", 0 },
		{ 0 },
	};
	struct bench bench;

	(void)state;
	memset(&bench, 0, sizeof(bench));
	bench.rig.echo = true;
	assert_status(bench_try(&bench, turns), YKT_OK);
	run(&bench, SELECT, "6F009000");
	bench_stop(&bench);
}

static void
test_a_late_answer_is_never_that_of_a_later_command(void **state)
{
	static const struct modem_turn turns[] = {
		{ OPEN, OPENED, 0 },
		{ FCI_ASK, FCI, 0 },
		/* The money that this one shows must not be seen again below. */
		{ "AT+CGLA=1,10,\"805C000204\"", "\r\n+CGLA: 12,\"FFFFFFFF9000\"\r\n\r\nOK\r\n",
		    300 },
		{ "AT+CGLA=1,10,\"805C030204\"", "\r\n+CGLA: 12,\"000003E89000\"\r\n\r\nOK\r\n",
		    0 },
		{ "AT+CCHC=1", "\r\nOK\r\n", 0 },
		{ 0 },
	};
	struct bench bench;

	(void)state;
	bench_start(&bench, turns);
	run(&bench, SELECT, "6F009000");
	assert_status(run_for(&bench, BALANCE, "", 50), YKT_E_LINK);
	run(&bench, "805C030204", "000003E89000");
	bench_stop(&bench);
}

static void
test_broken_answers(void **state)
{
	static const char *const answers[] = {
		"\r\nOK\r\n",
		"\r\nERROR\r\n",
		"\r\n+CGLA: 4,\"90\"\r\n\r\nOK\r\n",
		"\r\n+CGLA: 4,\"90 0\"\r\n\r\nOK\r\n",
		"\r\n+CGLA: 4,\"9G00\"\r\n\r\nOK\r\n",
		"\r\n+CGLA: 4,\"9000\"\r\n+CGLA: 4,\"9000\"\r\n\r\nOK\r\n",
		"\r\n+CGLA: 4,\"9000\"\r\n\r\nERROR\r\n",
		NULL,
	};
	struct modem_turn turns[] = {
		{ OPEN, OPENED, 0 },
		{ FCI_ASK, FCI, 0 },
		{ "AT+CGLA=1,10,", NULL, 0 },
		{ "AT+CGLA=1,10,", "\r\n+CGLA: 4,\"9000\"\r\n\r\nOK\r\n", 0 },
		{ "AT+CCHC=1", "\r\nOK\r\n", 0 },
		{ 0 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(answers); i++) {
		struct bench bench;

		turns[2].say = answers[i];
		bench_start(&bench, turns);
		run(&bench, SELECT, "6F009000");
		assert_status_why(run_for(&bench, BALANCE, "", 200), YKT_E_LINK,
		    answers[i] != NULL ? answers[i] : "silence");
		run(&bench, BALANCE, "9000");
		bench_stop(&bench);
	}
}

static void
test_ports_that_are_no_modem(void **state)
{
	static const struct modem_turn turns[] = { { 0 } };
	struct se_modem *modem = NULL;
	struct se_modem *second = NULL;
	const char *why = NULL;
	struct bench bench;

	(void)state;
	memset(&bench, 0, sizeof(bench));
	assert_status(
	    se_modem_open(&ykt_alloc_libc, &real_clock, "", in(MS), &modem, &why), YKT_E_ARG);
	assert_string_equal(why, "address");
	assert_status(
	    se_modem_open(&ykt_alloc_libc, &real_clock, "/dev/null", in(MS), &modem, &why),
	    YKT_E_ARG);
	assert_string_equal(why, "address");
	assert_status(
	    se_modem_open(&ykt_alloc_libc, &real_clock, "/dev/none", in(MS), &modem, &why),
	    YKT_NOT_FOUND);
	assert_string_equal(why, "no_peer");

	bench.rig.no_channels = true;
	bench.rig.no_basic = true;
	assert_status(bench_try(&bench, turns), YKT_E_LINK);
	modem_stop(&bench.rig);

	bench_start(&bench, turns);
	assert_status(
	    se_modem_open(&ykt_alloc_libc, &real_clock, bench.rig.path, in(MS), &second, &why),
	    YKT_BUSY);
	assert_string_equal(why, "busy");
	assert_null(second);
	assert_null(modem);
	bench_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_select_opens_a_channel_and_commands_follow),
		cmocka_unit_test(test_an_application_that_is_not_there),
		cmocka_unit_test(test_the_basic_channel_alone),
		cmocka_unit_test(test_what_a_modem_cannot_relay),
		cmocka_unit_test(test_lines_that_nobody_asked_for_are_passed_over),
		cmocka_unit_test(test_a_late_answer_is_never_that_of_a_later_command),
		cmocka_unit_test(test_broken_answers),
		cmocka_unit_test(test_ports_that_are_no_modem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
