/*
 * The callers of the file and the store port: what they refuse to pass on, and
 * what they do not believe.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/driver/file.h>
#include <ykt/driver/store.h>

#include "check.h"

/* A driver that does what a row of a table tells it. */
struct puppet {
	enum ykt_status status;
	int calls;
	int64_t number;
	size_t append;
	void (*spoil)(struct ykt_buf *buf);
};

static uint8_t elsewhere[64];

static void
spoil_place(struct ykt_buf *buf)
{
	buf->data = elsewhere;
}

static void
spoil_len(struct ykt_buf *buf)
{
	buf->len = buf->cap + 1;
}

static void
spoil_shrink(struct ykt_buf *buf)
{
	buf->len = 0;
}

static enum ykt_status
puppet_read_file(void *ctx, const char *name, struct ykt_buf *out)
{
	struct puppet *puppet = ctx;

	(void)name;
	puppet->calls++;
	ykt_put_fill(out, 'x', puppet->append);
	if (puppet->spoil != NULL)
		puppet->spoil(out);

	return puppet->status;
}

static enum ykt_status
puppet_write_file(void *ctx, const char *name, struct ykt_bytes content)
{
	struct puppet *puppet = ctx;

	(void)name;
	(void)content;
	puppet->calls++;

	return puppet->status;
}

static enum ykt_status
puppet_remove_file(void *ctx, const char *name)
{
	return puppet_write_file(ctx, name, ykt_bytes(NULL, 0));
}

static void
test_file_names_are_refused_before_the_driver_sees_them(void **state)
{
	static const char sixty_four[] =
	    "0123456789012345678901234567890123456789012345678901234567890123";
	static const char sixty_five[] =
	    "01234567890123456789012345678901234567890123456789012345678901234";
	static const struct {
		const char *name;
		enum ykt_status expected;
		const char *why;
	} rows[] = {
		{ "a", YKT_OK, "one letter" },
		{ "sealed-store_1.bin", YKT_OK, "all kinds of characters" },
		{ ".hidden", YKT_OK, "a leading point" },
		{ sixty_four, YKT_OK, "the longest" },
		{ sixty_five, YKT_E_ARG, "one too long" },
		{ "", YKT_E_ARG, "empty" },
		{ ".", YKT_E_ARG, "the folder" },
		{ "..", YKT_E_ARG, "the folder above" },
		{ "../a", YKT_E_ARG, "climbs" },
		{ "a/b", YKT_E_ARG, "folder" },
		{ "A", YKT_E_ARG, "upper case" },
		{ "a b", YKT_E_ARG, "blank" },
		{ "a\n", YKT_E_ARG, "line end" },
		{ "\xE5\x8D\xA1", YKT_E_ARG, "not ASCII" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct puppet puppet = { 0 };
		const struct ykt_file file = { &puppet, puppet_read_file, puppet_write_file,
			puppet_remove_file };
		uint8_t raw[4];
		struct ykt_buf out = YKT_BUF(raw);

		assert_status_why(
		    ykt_file_read(&file, rows[i].name, &out), rows[i].expected, rows[i].why);
		assert_status_why(ykt_file_write(&file, rows[i].name, ykt_bytes_str("x")),
		    rows[i].expected, rows[i].why);
		assert_status_why(
		    ykt_file_remove(&file, rows[i].name), rows[i].expected, rows[i].why);
		assert_true_why(puppet.calls == (rows[i].expected == YKT_OK ? 3 : 0), rows[i].why);
	}
}

static void
test_file_read_appends_or_leaves_the_buffer(void **state)
{
	static const struct {
		struct puppet puppet;
		enum ykt_status expected;
		const char *why;
	} rows[] = {
		{ { .append = 5 }, YKT_OK, "fits exactly" },
		{ { .append = 6 }, YKT_E_SPACE, "one byte too long" },
		{ { .status = YKT_NOT_FOUND }, YKT_NOT_FOUND, "no such file" },
		{ { .status = YKT_E_FILE, .append = 2 }, YKT_E_FILE, "cut in the middle" },
		{ { .status = YKT_BUSY }, YKT_E_DRIVER, "outcome not of files" },
		{ { .spoil = spoil_place }, YKT_E_DRIVER, "another buffer" },
		{ { .spoil = spoil_len }, YKT_E_DRIVER, "length past the end" },
		{ { .spoil = spoil_shrink }, YKT_E_DRIVER, "what was there before is gone" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct puppet puppet = rows[i].puppet;
		const struct ykt_file file = { &puppet, puppet_read_file, puppet_write_file,
			puppet_remove_file };
		uint8_t raw[9] = { 'o', 'l', 'd', 0, 0, 0, 0, 0, 0x77 };
		struct ykt_buf out = { raw, 3, 8, false };

		assert_status_why(ykt_file_read(&file, "a", &out), rows[i].expected, rows[i].why);
		assert_ptr_equal(out.data, raw);
		assert_int_equal(out.cap, 8);
		assert_false(out.full);
		assert_int_equal(out.len, rows[i].expected == YKT_OK ? 8 : 3);
		assert_memory_equal(raw, "old", 3);
		assert_int_equal(raw[8], 0x77);
	}
}

static void
test_file_write_and_remove_have_no_outcomes(void **state)
{
	struct puppet puppet = { .status = YKT_NOT_FOUND };
	const struct ykt_file file = { &puppet, puppet_read_file, puppet_write_file,
		puppet_remove_file };

	(void)state;
	assert_status(ykt_file_write(&file, "a", ykt_bytes_str("x")), YKT_E_DRIVER);
	assert_status(ykt_file_remove(&file, "a"), YKT_E_DRIVER);
	puppet.status = YKT_E_FILE;
	assert_status(ykt_file_write(&file, "a", ykt_bytes_str("x")), YKT_E_FILE);
	assert_status(ykt_file_remove(&file, "a"), YKT_E_FILE);
}

static enum ykt_status
puppet_query(void *ctx, const char *sql, const struct ykt_sql_val *in, size_t in_count,
    ykt_sql_row *row, void *row_arg, int64_t *ret_changed)
{
	struct puppet *puppet = ctx;

	(void)sql;
	(void)row;
	(void)row_arg;
	assert_int_equal(in_count, 3);
	assert_int_equal(in[0].i, 5);
	puppet->calls++;
	*ret_changed = puppet->number;

	return puppet->status;
}

static void
test_query_gives_the_count_only_on_success(void **state)
{
	static const struct {
		enum ykt_status driver;
		int64_t changed;
		enum ykt_status expected;
		int64_t expected_changed;
	} rows[] = {
		{ YKT_OK, 2, YKT_OK, 2 },
		{ YKT_OK, -1, YKT_E_DRIVER, 77 },
		{ YKT_CONFLICT, 2, YKT_CONFLICT, 77 },
		{ YKT_E_STORE, 2, YKT_E_STORE, 77 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct puppet puppet = { .status = rows[i].driver, .number = rows[i].changed };
		struct ykt_tx tx = { &puppet, puppet_query };
		int64_t changed = 77;

		assert_status(ykt_tx_query(&tx, "x",
				  YKT_SQL_IN(ykt_sql_int(5), ykt_sql_text("t"), ykt_sql_null()),
				  NULL, NULL, &changed),
		    rows[i].expected);
		assert_int_equal(changed, rows[i].expected_changed);
		assert_status(ykt_tx_query(&tx, "x",
				  YKT_SQL_IN(ykt_sql_int(5), ykt_sql_text("t"), ykt_sql_null()),
				  NULL, NULL, NULL),
		    rows[i].expected);
		assert_int_equal(puppet.calls, 2);
	}
}

static void
test_sql_values(void **state)
{
	(void)state;
	assert_int_equal(ykt_sql_null().type, YKT_SQL_NULL);
	assert_int_equal(ykt_sql_text(NULL).type, YKT_SQL_NULL);
	assert_int_equal(ykt_sql_text("ab").type, YKT_SQL_TEXT);
	assert_int_equal(ykt_sql_text("ab").bytes.len, 2);
	assert_int_equal(ykt_sql_blob(ykt_bytes("\0\1\2", 3)).type, YKT_SQL_BLOB);
	assert_int_equal(ykt_sql_blob(ykt_bytes("\0\1\2", 3)).bytes.len, 3);
	assert_true(ykt_sql_int(INT64_MIN).i == INT64_MIN);
}

static enum ykt_status
refuse(struct ykt_tx *tx, void *arg)
{
	(void)tx;

	return *(enum ykt_status *)arg;
}

static enum ykt_status
puppet_run(void *ctx, ykt_store_fn *fn, void *arg)
{
	((struct puppet *)ctx)->calls++;

	return fn(NULL, arg);
}

static void
test_run_returns_what_the_function_decided(void **state)
{
	struct puppet puppet = { 0 };
	const struct ykt_store store = { &puppet, puppet_run };
	enum ykt_status decision = YKT_LOW_BALANCE;

	(void)state;
	assert_status(ykt_store_run(&store, refuse, &decision), YKT_LOW_BALANCE);
	assert_int_equal(puppet.calls, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_names_are_refused_before_the_driver_sees_them),
		cmocka_unit_test(test_file_read_appends_or_leaves_the_buffer),
		cmocka_unit_test(test_file_write_and_remove_have_no_outcomes),
		cmocka_unit_test(test_query_gives_the_count_only_on_success),
		cmocka_unit_test(test_sql_values),
		cmocka_unit_test(test_run_returns_what_the_function_decided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
