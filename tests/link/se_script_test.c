/*
 * The scripted card: a test that uses it fails when anything is otherwise.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "check.h"
#include "link/se_script.h"

static enum ykt_status
send_hex(struct se_script *script, const char *cmd, struct ykt_buf *rsp)
{
	uint8_t raw[32];
	struct ykt_buf bytes = YKT_BUF(raw);

	assert_status(ykt_hex_decode(cmd, strlen(cmd), &bytes), YKT_OK);
	return script->se.transceive(script->se.ctx, ykt_buf_view(&bytes), rsp, 0);
}

static const struct se_script_step steps[] = {
	{ "balance", "805C 0002 04", "00000320 9000" },
	{ "any random", "0084 ???? 04", "9000" },
	{ "lost", "80520000", NULL },
	{ "reset", SE_SCRIPT_RESET, "3B00" },
	{ 0 },
};

static void
test_plays_its_part(void **state)
{
	uint8_t raw[16];
	struct ykt_buf rsp = YKT_BUF(raw);
	struct se_script script;

	(void)state;
	se_script_init(&script, YKT_SE_CONTACTLESS, steps);
	assert_int_equal(script.se.iface, YKT_SE_CONTACTLESS);
	assert_status(send_hex(&script, "805C000204", &rsp), YKT_OK);
	assert_int_equal(rsp.len, 6);
	assert_int_equal(raw[3], 0x20);
	assert_status(send_hex(&script, "0084AB0704", &rsp), YKT_OK);
	assert_status(send_hex(&script, "80520000", &rsp), YKT_E_LINK);
	assert_status(script.se.reset(script.se.ctx, &rsp, 0), YKT_OK);
	assert_null(se_script_end(&script));
}

static void
test_names_the_first_difference(void **state)
{
	static const struct {
		const char *why;
		const char *cmd; /* NULL: a reset */
		const char *failure;
	} rows[] = {
		{ "another byte", "805C010204", "step 1 (balance): the command differs at byte 2" },
		{ "too short", "805C0002", "step 1 (balance): the command ends at 4" },
		{ "too long", "805C00020400", "step 1 (balance): the command is longer than 5" },
		{ "a reset", NULL, "step 1 (balance): a reset was not expected, steps used: 0" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t raw[16];
		struct ykt_buf rsp = YKT_BUF(raw);
		struct se_script script;

		se_script_init(&script, YKT_SE_WIRED, steps);
		if (rows[i].cmd != NULL)
			assert_status(send_hex(&script, rows[i].cmd, &rsp), YKT_E_LINK);
		else
			assert_status(script.se.reset(script.se.ctx, &rsp, 0), YKT_E_LINK);
		/* The right command afterwards does not heal it. */
		assert_status(send_hex(&script, "805C000204", &rsp), YKT_E_LINK);
		assert_int_equal(rsp.len, 0);
		assert_string_equal(se_script_end(&script), rows[i].failure);
	}
}

static void
test_misses_what_was_not_used(void **state)
{
	uint8_t raw[16];
	struct ykt_buf rsp = YKT_BUF(raw);
	struct se_script script;

	(void)state;
	se_script_init(&script, YKT_SE_WIRED, steps);
	assert_status(send_hex(&script, "805C000204", &rsp), YKT_OK);
	assert_string_equal(se_script_end(&script),
	    "step 2 (any random): this and what follows was not used, steps left: 3");

	se_script_init(&script, YKT_SE_WIRED, steps + 4);
	assert_null(se_script_end(&script));
	assert_status(send_hex(&script, "805C000204", &rsp), YKT_E_LINK);
	assert_string_equal(se_script_end(&script),
	    "step 1 (end of the script): a command was not expected, its length is 5");
}

static void
test_its_own_mistakes_are_failures(void **state)
{
	static const struct se_script_step bad[] = {
		{ "bad", "80G0", "9000" },
		{ 0 },
	};
	uint8_t raw[4];
	struct ykt_buf rsp = YKT_BUF(raw);
	struct se_script script;

	(void)state;
	se_script_init(&script, YKT_SE_WIRED, bad);
	assert_status(send_hex(&script, "80A0", &rsp), YKT_E_LINK);
	assert_string_equal(
	    se_script_end(&script), "step 1 (bad): the script's own hex is bad at byte 1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plays_its_part),
		cmocka_unit_test(test_names_the_first_difference),
		cmocka_unit_test(test_misses_what_was_not_used),
		cmocka_unit_test(test_its_own_mistakes_are_failures),
	};

	return cmocka_run_group_tests_name("link: se_script", tests, NULL, NULL);
}
