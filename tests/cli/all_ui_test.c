/*
 * The results of several platforms on one screen (cli/all_ui.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "check.h"
#include "cli/all_ui.h"

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
	struct all_ui all;
};

static struct world *
world_new(void)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->under = (struct ykt_ui){ .ctx = &world->seen, .result = result };
	all_ui_init(&world->all, &world->under);

	return world;
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

	all_ui_platform(&world->all, name);
	for (size_t i = 0; pairs != NULL && pairs[2 * i] != NULL; i++) {
		snprintf(values[i], sizeof(values[i]), "%s", pairs[2 * i + 1]);
		fields[screen.field_count++] =
		    (struct ykt_field){ .id = pairs[2 * i], .label = "x", .value = values[i] };
	}
	world->all.port.result(world->all.port.ctx, &screen);
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
	all_ui_end(&world->all);
	assert_rows(&world->seen, rows);
	assert_string_equal(world->seen.text, "Yours.");
	assert_int_equal(world->seen.tone, YKT_TONE_GOOD);
	free(world);
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
	all_ui_end(&world->all);
	assert_rows(&world->seen, rows);
	assert_string_equal(world->seen.text, "-");
	assert_int_equal(world->seen.tone, YKT_TONE_BAD);
	free(world);
}

static void
one_that_is_away_hides_no_other(void **state)
{
	static const char *const a[] = { "card.no", "1", NULL };
	static const char *const rows[] = { "platform=B", "platform_text=It could not be asked.",
		"card.platform=A", "card.no=1", NULL };
	struct world *world = world_new();

	(void)state;
	all_ui_platform(&world->all, "B");
	all_ui_away(&world->all);
	shows(world, "A", "Yours.", YKT_TONE_GOOD, a);
	all_ui_away(&world->all); /* it has been asked */
	all_ui_end(&world->all);
	assert_rows(&world->seen, rows);
	free(world);
}

/* More than fits is left out whole; nothing is written past the end. */
static void
too_much_is_left_out(void **state)
{
	static const char *const a[] = { "card.no", "1234567890123456789012345678901", NULL };
	struct world *world = world_new();

	(void)state;
	for (int i = 0; i < 4000; i++)
		shows(world, "A", "Yours.", YKT_TONE_GOOD, a);
	all_ui_end(&world->all);
	assert_int_equal(world->seen.results, 1);
	assert_true(world->all.count <= ALL_FIELDS_MAX);
	assert_true(world->all.used <= ALL_TEXT_MAX);
	free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_names_its_platform),
		cmocka_unit_test(what_is_in_no_table_stands_under_the_name),
		cmocka_unit_test(one_that_is_away_hides_no_other),
		cmocka_unit_test(too_much_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
