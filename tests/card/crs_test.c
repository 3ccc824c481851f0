/*
 * The contactless registry's messages, as Amendment C writes them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "card/crs.h"
#include "check.h"

static const uint8_t aid[] = { 0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05, 0x99, 0x01 };

static void
assert_hex(const struct ykt_buf *out, const char *expected)
{
	char text[200];

	ykt_hex_encode(ykt_buf_view(out), text);
	assert_string_equal(text, expected);
}

static void
test_commands(void **state)
{
	uint8_t space[64];
	struct ykt_buf out = YKT_BUF(space);

	(void)state;
	crs_list_build(ykt_bytes(aid, 8), &out);
	assert_hex(&out, "80F240000A4F08A00000063201010500");
	out.len = 0;
	crs_air_build(YKT_BYTES(aid), true, &out);
	assert_hex(&out, "80F001010C4F0AA0000006320101059901");
	out.len = 0;
	crs_air_build(YKT_BYTES(aid), false, &out);
	assert_hex(&out, "80F001000C4F0AA0000006320101059901");
	out.len = 0;
	crs_prefer_build(YKT_BYTES(aid), true, &out);
	assert_hex(&out, "80F002010C4F0AA0000006320101059901");
	out.len = 0;
	crs_prefer_build(YKT_BYTES(aid), false, &out);
	assert_hex(&out, "80F002810C4F0AA0000006320101059901");
}

static void
test_an_answer_is_read_entry_by_entry(void **state)
{
	static const char answer[] = "61144F0AA00000063201010599019F70020701810101"
				     "BF5000" /* not ours: passed over */
				     "61144F0AA00000063201010599029F70020700810100"
				     "610C4F05A0000006329F70020380";
	uint8_t space[128];
	struct ykt_buf bytes = YKT_BUF(space);
	struct crs_entry entry;
	struct ykt_rd rd;

	(void)state;
	assert_status(ykt_hex_decode(answer, strlen(answer), &bytes), YKT_OK);
	rd = ykt_rd(ykt_buf_view(&bytes));
	assert_true(crs_entry_next(&rd, &entry));
	assert_true(ykt_bytes_equal(entry.aid, YKT_BYTES(aid)));
	assert_int_equal(entry.life, 7);
	assert_int_equal(entry.air, CRS_AIR_ON);
	assert_true(entry.preferred);
	assert_true(crs_entry_next(&rd, &entry));
	assert_int_equal(entry.air, CRS_AIR_OFF);
	assert_false(entry.preferred);
	assert_true(crs_entry_next(&rd, &entry));
	assert_int_equal(entry.aid.len, 5);
	assert_int_equal(entry.air, CRS_AIR_NEVER);
	assert_false(crs_entry_next(&rd, &entry));
	assert_false(rd.bad);
}

static void
test_bad_answers(void **state)
{
	static const char *const rows[] = {
		"610E4F0AA0000006320101059901",               /* no state */
		"61059F70020701",                             /* no name */
		"61134F04A00000069F70020701810101",           /* cut */
		"610B4F04A00000069F70020701",                 /* a name of four bytes */
		"610D4F05A0000006329F7003070100",             /* a state of three */
		"61134F05A0000006324F05A0000006329F70020701", /* two names */
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t space[64];
		struct ykt_buf bytes = YKT_BUF(space);
		struct crs_entry entry = { .life = 99 };
		struct ykt_rd rd;

		assert_status(ykt_hex_decode(rows[i], strlen(rows[i]), &bytes), YKT_OK);
		rd = ykt_rd(ykt_buf_view(&bytes));
		assert_true_why(!crs_entry_next(&rd, &entry), rows[i]);
		assert_true_why(rd.bad, rows[i]);
		assert_int_equal(entry.life, 99);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_an_answer_is_read_entry_by_entry),
		cmocka_unit_test(test_bad_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
