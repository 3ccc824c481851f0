/*
 * The results of several platforms on one screen (client/join.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "check.h"
#include "client/join.h"

struct seen {
	unsigned results;
	enum ykt_screen_tone tone;
	char text[64];
	char row[16][48]; /* "id=value", as they came */
	size_t count;
};

static void
result(void *ctx, const struct ykt_screen *screen)
{
	struct seen *seen = ctx;

	seen->results++;
	seen->tone = screen->tone;
	seen->count = 0;
	snprintf(seen->text, sizeof(seen->text), "%s", screen->text != NULL ? screen->text : "-");
	for (size_t i = 0; i < screen->field_count && i < YKT_ARRAY_LEN(seen->row); i++) {
		const struct ykt_field *field = &screen->fields[i];

		snprintf(seen->row[seen->count++], sizeof(seen->row[0]), "%s=%s", field->id,
		    field->value != NULL ? field->value : "-");
	}
}

struct world {
	struct seen seen;
	struct ykt_ui under;
	struct join *join;
};

static struct world *
world_new(void)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->under = (struct ykt_ui){ .ctx = &world->seen, .result = result };
	assert_status(join_new(&ykt_alloc_libc, &world->under, 2, &world->join), YKT_OK);

	return world;
}

static void
world_free(struct world *world)
{
	join_free(&ykt_alloc_libc, &world->join);
	free(world);
}

/* What a platform shows; its texts are gone as soon as it was shown. */
static void
shows(struct world *world, const char *name, const char *text, enum ykt_screen_tone tone,
    const char *const *pairs)
{
	char values[8][32];
	struct ykt_field fields[8];
	struct ykt_screen screen = {
		.id = "cards_result", .title = "Cards", .text = text, .tone = tone, .fields = fields
	};

	join_platform(world->join, name);
	for (size_t i = 0; pairs != NULL && pairs[2 * i] != NULL; i++) {
		snprintf(values[i], sizeof(values[i]), "%s", pairs[2 * i + 1]);
		fields[screen.field_count++] =
		    (struct ykt_field){ .id = pairs[2 * i], .label = "x", .value = values[i] };
	}
	world->join->port.result(world->join->port.ctx, &screen);
	memset(values, 'x', sizeof(values));
}

static void
assert_rows(const struct seen *seen, const char *const *rows)
{
	size_t count = 0;

	while (rows[count] != NULL) {
		assert_true(count < seen->count);
		assert_string_equal(seen->row[count], rows[count]);
		count++;
	}
	assert_int_equal(seen->count, count);
	assert_int_equal(seen->results, 1);
}

static void
each_row_names_its_platform(void **state)
{
	static const char *const a[] = { "card.no", "1", "card.state", "in use", "card.no", "2",
		"card.state", "locked", NULL };
	static const char *const b[] = { "card.no", "3", "card.state", "in use", NULL };
	static const char *const rows[] = { "card.platform=A", "card.no=1", "card.state=in use",
		"card.platform=A", "card.no=2", "card.state=locked", "card.platform=B", "card.no=3",
		"card.state=in use", NULL };
	struct world *world = world_new();

	(void)state;
	shows(world, "A", "Yours.", YKT_TONE_GOOD, a);
	shows(world, "B", "Yours.", YKT_TONE_GOOD, b);
	assert_int_equal(world->seen.results, 0);
	join_end(world->join);
	assert_rows(&world->seen, rows);
	assert_string_equal(world->seen.text, "Yours.");
	assert_int_equal(world->seen.tone, YKT_TONE_GOOD);
	world_free(world);
}

static void
what_is_in_no_table_stands_under_the_name(void **state)
{
	static const char *const a[] = { "card", "1", "balance", "20", NULL };
	static const char *const rows[] = { "platform=A", "card=1", "balance=20", "platform=B",
		"platform_text=Not logged in.", NULL };
	struct world *world = world_new();

	(void)state;
	shows(world, "A", NULL, YKT_TONE_GOOD, a);
	shows(world, "B", "Not logged in.", YKT_TONE_BAD, NULL);
	join_end(world->join);
	assert_rows(&world->seen, rows);
	assert_string_equal(world->seen.text, "-");
	assert_int_equal(world->seen.tone, YKT_TONE_BAD);
	world_free(world);
}

static void
one_that_is_away_hides_no_other(void **state)
{
	static const char *const a[] = { "card.no", "1", NULL };
	static const char *const rows[] = { "platform=B", "platform_text=It could not be asked.",
		"card.platform=A", "card.no=1", NULL };
	struct world *world = world_new();

	(void)state;
	join_platform(world->join, "B");
	join_away(world->join);
	shows(world, "A", "Yours.", YKT_TONE_GOOD, a);
	join_away(world->join); /* it has been asked */
	join_end(world->join);
	assert_rows(&world->seen, rows);
	world_free(world);
}

/* More than fits is left out whole; nothing is written past the end. */
static void
too_much_is_left_out(void **state)
{
	static const char *const a[] = { "card.no", "1234567890123456789012345678901", "card.b",
		"2", "plain", "3", NULL };
	struct world *world = world_new();

	(void)state;
	for (int i = 0; i < 4000; i++)
		shows(world, "A", "Yours.", YKT_TONE_GOOD, a);
	join_end(world->join);
	assert_int_equal(world->seen.results, 1);
	assert_true(world->join->rows_count > 100);
	assert_true(world->join->rows_count <= 2 * JOIN_ROWS_MAX);
	assert_true(world->join->cells_count <= 2 * JOIN_FIELDS_MAX);
	assert_int_equal(world->join->cells_count, 3 * world->join->rows_count);
	assert_true(world->join->plain_count <= 2 * JOIN_FIELDS_MAX);
	assert_true(world->join->used <= 2 * JOIN_TEXT_MAX);
	world_free(world);
}

/* A row of two cells at a time, and what was asked of it. */
static void
record(struct world *world, const char *name, const char *const ids[2], const int64_t *times)
{
	struct ykt_field fields[8];
	struct ykt_screen screen = {
		.id = "records_result", .title = "Records", .tone = YKT_TONE_GOOD, .fields = fields
	};

	join_platform(world->join, name);
	for (; *times != 0; times++) {
		fields[screen.field_count++] = (struct ykt_field){
			.id = ids[0], .label = "x", .kind = YKT_FIELD_TIME, .number = *times
		};
		fields[screen.field_count++] =
		    (struct ykt_field){ .id = ids[1], .label = "x", .value = "ride" };
	}
	world->join->port.result(world->join->port.ctx, &screen);
}

/* Of which platform each row is, in the order that they are shown in. */
static void
assert_order(struct world *world, const char *names)
{
	size_t at = 0;

	join_end(world->join);
	for (size_t i = 0; i < world->seen.count; i++) {
		const char *name = strstr(world->seen.row[i], ".platform=");

		if (name != NULL)
			assert_int_equal(name[strlen(".platform=")], names[at++]);
	}
	assert_int_equal(at, strlen(names));
}

static void
newest_comes_first_over_all(void **state)
{
	static const int64_t a[] = { 50, 30, 0 }, b[] = { 40, 30, 0 };
	static const struct {
		const char *ids[2];
		const char *names;
	} rows[] = { { { "record.time", "record.kind" }, "ABAB" },
		{ { "order.time", "order.kind" }, "ABAB" },
		{ { "card.time", "card.kind" }, "AABB" } };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct world *world = world_new();

		record(world, "A", rows[i].ids, a);
		record(world, "B", rows[i].ids, b);
		assert_order(world, rows[i].names);
		world_free(world);
	}
}

static enum join_rank
by_name(void *ctx, const char *aid)
{
	const char *its = ctx;

	return its == NULL ? JOIN_UNKNOWN : strcmp(its, aid) == 0 ? JOIN_ITS : JOIN_NOT_ITS;
}

/* What both read in the one element is shown once, under the one that it is of. */
static void
a_card_in_the_element_is_one_row(void **state)
{
	static char first[] = "A1", second[] = "B1";
	static const char *const both[] = { "app.card", "1", "app.aid", "A1", "app.card", "2",
		"app.aid", "B1", "app.card", "3", "app.aid", "C1", NULL };
	static const char *const rows[] = { "app.platform=A", "app.card=1", "app.aid=A1",
		"app.platform=B", "app.card=2", "app.aid=B1", "app.platform=", "app.card=3",
		"app.aid=C1", NULL };
	struct world *world = world_new();

	(void)state;
	world->join->rank = by_name;
	world->join->rank_ctx = first;
	shows(world, "A", "Yours.", YKT_TONE_GOOD, both);
	world->join->rank_ctx = second;
	shows(world, "B", "Yours.", YKT_TONE_GOOD, both);
	join_end(world->join);
	assert_rows(&world->seen, rows);
	world_free(world);
}

/* The n-th piece of memory is not there: nothing is lost. */
static void *
get(void *ctx, size_t size)
{
	unsigned *left = ctx;

	return (*left)-- == 0 ? NULL : calloc(1, size);
}

static void
put(void *ctx, void *p, size_t size)
{
	(void)ctx;
	(void)size;
	free(p);
}

static void
no_memory_is_said(void **state)
{
	const struct ykt_ui under = { .result = result };

	(void)state;
	for (unsigned at = 0; at < 6; at++) {
		unsigned left = at;
		const struct ykt_alloc alloc = { &left, get, put };
		struct join *join = NULL;

		assert_status(join_new(&alloc, &under, 2, &join), YKT_E_NOMEM);
		assert_null(join);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_names_its_platform),
		cmocka_unit_test(what_is_in_no_table_stands_under_the_name),
		cmocka_unit_test(one_that_is_away_hides_no_other),
		cmocka_unit_test(too_much_is_left_out),
		cmocka_unit_test(newest_comes_first_over_all),
		cmocka_unit_test(a_card_in_the_element_is_one_row),
		cmocka_unit_test(no_memory_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
