/*
 * One user at several platforms (ykt/lists.h): two clients, one screen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/lists.h>

#include "check.h"
#include "client/internal.h"
#include "fake.h"

/* Two platforms, and the host's own screen. */
struct pair {
	struct fake fakes[2];
	struct ykt_platform list[2];
	struct ykt_ui ui;
	unsigned results;
	char id[32];
	char text[160];
	char row[48][64]; /* "id=value", as they came */
	size_t count;
};

static void
on_result(void *ctx, const struct ykt_screen *screen)
{
	struct pair *pair = ctx;

	pair->results++;
	snprintf(pair->id, sizeof(pair->id), "%s", screen->id);
	snprintf(pair->text, sizeof(pair->text), "%s", screen->text != NULL ? screen->text : "-");
	pair->count = 0;
	for (size_t i = 0; i < screen->field_count && i < YKT_ARRAY_LEN(pair->row); i++)
		snprintf(pair->row[pair->count++], sizeof(pair->row[0]), "%s=%.40s",
		    screen->fields[i].id,
		    screen->fields[i].value != NULL ? screen->fields[i].value : "-");
}

static bool
on_progress(void *ctx, const char *text, unsigned done, unsigned total)
{
	(void)ctx;
	(void)text;
	(void)done;
	(void)total;

	return false;
}

/* The second platform's list has another application: the card in the element is the first's. */
static struct pair *
pair_new(void)
{
	struct pair *pair = calloc(1, sizeof(*pair));

	assert_non_null(pair);
	pair->ui = (struct ykt_ui){ .ctx = pair, .progress = on_progress, .result = on_result };
	for (size_t i = 0; i < 2; i++) {
		fake_init(&pair->fakes[i]);
		pair->fakes[i].app_foreign = i == 1;
		fake_login(&pair->fakes[i], true, 700);
		pair->fakes[i].results = 0;
		pair->list[i] = (struct ykt_platform){ i == 0 ? "A" : "B", pair->fakes[i].client };
	}

	return pair;
}

static void
pair_free(struct pair *pair)
{
	for (size_t i = 0; i < 2; i++)
		fake_clear(&pair->fakes[i]);
	free(pair);
}

static unsigned
rows_with(const struct pair *pair, const char *start)
{
	unsigned found = 0;

	for (size_t i = 0; i < pair->count; i++)
		found += strncmp(pair->row[i], start, strlen(start)) == 0;

	return found;
}

static enum ykt_status
show(struct pair *pair, enum ykt_list list)
{
	const struct ykt_list_ask ask = { .list = list };

	pair->results = 0;

	return ykt_lists_show(pair->list, 2, &ask, &ykt_alloc_libc, &pair->ui);
}

static void
every_list_is_one_screen_of_both(void **state)
{
	static const struct {
		enum ykt_list list;
		const char *id;
		const char *of_a, *of_b;
	} rows[] = {
		{ YKT_LIST_CARDS, "cards_result", "card.platform=A", "card.platform=B" },
		{ YKT_LIST_BALANCE, "balance_result", "platform=A", "platform=B" },
		{ YKT_LIST_RECORDS, "records_result", "platform=A", "platform=B" },
		{ YKT_LIST_ORDERS, "orders_result", "order.platform=A", "order.platform=B" },
		{ YKT_LIST_RECOVER, "recover_result", NULL, NULL },
	};
	struct pair *pair = pair_new();

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_status(ykt_client_topup(pair->fakes[i].client, NULL, 3000),
		    i == 0 ? YKT_OK : YKT_REFUSED);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_status(show(pair, rows[i].list), YKT_OK);
		assert_int_equal(pair->results, 1);
		assert_string_equal(pair->id, rows[i].id);
		if (rows[i].of_a == NULL)
			continue;
		assert_true(rows_with(pair, rows[i].of_a) >= 1);
		/* The second took no order. */
		if (rows[i].list != YKT_LIST_ORDERS)
			assert_true(rows_with(pair, rows[i].of_b) >= 1);
	}
	/* Their own screens were not used, and are theirs again. */
	assert_int_equal(pair->fakes[0].results, 1);
	assert_int_equal(pair->fakes[1].results, 1);
	assert_status(ykt_client_cards(pair->fakes[1].client), YKT_OK);
	assert_int_equal(pair->fakes[1].results, 2);
	pair_free(pair);
}

static void
a_card_is_shown_under_the_platform_that_describes_it(void **state)
{
	struct pair *pair = pair_new();

	(void)state;
	assert_status(show(pair, YKT_LIST_APPS), YKT_OK);
	assert_int_equal(rows_with(pair, "app.card="), 1);
	assert_int_equal(rows_with(pair, "app.platform=A"), 1);
	assert_int_equal(rows_with(pair, "app.platform=B"), 0);
	pair_free(pair);
}

/* The fakes' cards stand for the one element: the same tap is on both. */
static void
put_tap(struct pair *pair)
{
	static const uint8_t when[] = { 0x20, 0x26, 0x11, 0x20, 0x14, 0x30, 0x05 };

	for (size_t i = 0; i < 2; i++) {
		uint8_t *record = pair->fakes[i].card.records[pair->fakes[i].card.record_count++];

		record[0] = 6;
		ykt_set_u32(record + 17, 200);
		memcpy(record + 25, when, sizeof(when));
	}
}

/* Both clients read the one element: its money is there once, and each tap happened once. */
static void
what_is_on_a_card_is_told_once(void **state)
{
	struct pair *pair = pair_new();

	(void)state;
	put_tap(pair);
	assert_status(show(pair, YKT_LIST_BALANCE), YKT_OK);
	assert_int_equal(rows_with(pair, "balance_card="), 1);
	assert_string_equal(pair->row[0], "platform=A");
	assert_int_equal(rows_with(pair, "balance_account="), 2);
	assert_status(show(pair, YKT_LIST_RECORDS), YKT_OK);
	assert_int_equal(rows_with(pair, "record.source=card"), 1);
	assert_int_equal(rows_with(pair, "platform=B"), 1);

	/* A platform that has no session says so, and nothing of a card that is not its own. */
	assert_status(ykt_client_logout(pair->fakes[1].client), YKT_OK);
	assert_status(show(pair, YKT_LIST_BALANCE), YKT_OK);
	assert_int_equal(rows_with(pair, "balance_card="), 1);
	assert_int_equal(rows_with(pair, "platform_text=You are not logged in"), 1);
	assert_status(show(pair, YKT_LIST_RECORDS), YKT_OK);
	assert_int_equal(rows_with(pair, "record.source=card"), 1);

	/* Alone it shows what is there. */
	assert_status(ykt_client_records(pair->fakes[1].client), YKT_OK);
	assert_int_equal(pair->fakes[1].rows, 1);
	pair_free(pair);
}

/* When nobody knows whose it is the first tells; a client that cannot be opened tells nothing. */
static void
a_card_of_nobody_is_told_by_the_first(void **state)
{
	struct pair *pair = pair_new();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_status(ykt_client_logout(pair->fakes[i].client), YKT_OK);
		pair->fakes[i].client->descrs.known = false;
	}
	assert_status(show(pair, YKT_LIST_BALANCE), YKT_OK);
	assert_int_equal(rows_with(pair, "balance_card="), 1);
	assert_string_equal(pair->row[0], "platform=A");
	pair->list[0].client = NULL;
	assert_status(show(pair, YKT_LIST_BALANCE), YKT_OK);
	assert_int_equal(rows_with(pair, "balance_card="), 1);
	pair_free(pair);
}

/* A platform that is down, whatever is tried. */
static enum ykt_status
nobody(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	(void)ctx;
	(void)req;
	(void)rsp;

	return YKT_E_NET;
}

static void
one_that_is_down_hides_no_other(void **state)
{
	struct pair *pair = pair_new();

	(void)state;
	pair->fakes[1].platform.call = nobody;
	assert_status(show(pair, YKT_LIST_CARDS), YKT_OK);
	assert_int_equal(rows_with(pair, "card.platform=A"), 1);
	assert_int_equal(rows_with(pair, "card.platform=B"), 0);
	assert_int_equal(rows_with(pair, "platform=B"), 1);
	assert_int_equal(rows_with(pair, "platform_text=The platform cannot be reached."), 1);
	pair_free(pair);
}

static void
one_without_a_client_is_named(void **state)
{
	struct pair *pair = pair_new();

	(void)state;
	pair->list[0].client = NULL;
	assert_status(show(pair, YKT_LIST_CARDS), YKT_OK);
	assert_int_equal(rows_with(pair, "platform=A"), 1);
	assert_int_equal(rows_with(pair, "platform_text=It could not be asked."), 1);
	assert_int_equal(rows_with(pair, "card.platform=B"), 1);
	pair->list[1].client = NULL;
	assert_status(show(pair, YKT_LIST_CARDS), YKT_NOT_FOUND);
	assert_int_equal(pair->results, 1);
	assert_int_equal(rows_with(pair, "platform_text="), 2);
	pair_free(pair);
}

static void
what_nobody_answers_is_what_the_first_said(void **state)
{
	struct pair *pair = pair_new();

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_status(ykt_client_logout(pair->fakes[i].client), YKT_OK);
	assert_status(show(pair, YKT_LIST_CARDS), YKT_LOGIN_NEEDED);
	assert_int_equal(rows_with(pair, "platform_text="), 2);
	pair_free(pair);
}

/* A node that stops asks nobody else, and shows nothing. */
static void
a_stopping_node_asks_nobody_else(void **state)
{
	struct pair *pair = pair_new();
	unsigned ops = pair->fakes[1].ops;

	(void)state;
	pair->fakes[0].down = true;
	assert_status(show(pair, YKT_LIST_CARDS), YKT_E_DOWN);
	assert_int_equal(pair->results, 0);
	assert_int_equal(pair->fakes[1].ops, ops);
	pair->fakes[0].down = false;
	pair_free(pair);
}

static void
one_platform_shows_its_own_screen(void **state)
{
	const struct ykt_list_ask ask = { .list = YKT_LIST_CARDS };
	struct pair *pair = pair_new();

	(void)state;
	assert_status(ykt_lists_show(pair->list, 1, &ask, &ykt_alloc_libc, &pair->ui), YKT_OK);
	assert_int_equal(rows_with(pair, "card.number="), 1);
	assert_int_equal(rows_with(pair, "card.platform="), 0);
	pair_free(pair);
}

static void
what_makes_no_sense_is_refused(void **state)
{
	const struct ykt_list_ask ask = { .list = YKT_LIST_CARDS };
	const struct ykt_list_ask none = { .list = (enum ykt_list)YKT_LIST_COUNT };
	struct pair *pair = pair_new();
	struct ykt_platform many[YKT_PLATFORMS_MAX + 1];
	const struct ykt_platform unnamed = { NULL, pair->fakes[0].client };
	const struct ykt_alloc *alloc = &ykt_alloc_libc;
	const struct ykt_ui *ui = &pair->ui;
	const unsigned ops = pair->fakes[0].ops;
	size_t index = 7;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(many); i++)
		many[i] = pair->list[0];
	assert_status(ykt_lists_show(pair->list, 0, &ask, alloc, ui), YKT_E_ARG);
	assert_status(ykt_lists_show(many, YKT_ARRAY_LEN(many), &ask, alloc, ui), YKT_E_ARG);
	assert_status(ykt_lists_show(NULL, 1, &ask, alloc, ui), YKT_E_ARG);
	assert_status(ykt_lists_show(&unnamed, 1, &ask, alloc, ui), YKT_E_ARG);
	assert_status(ykt_lists_show(pair->list, 2, NULL, alloc, ui), YKT_E_ARG);
	assert_status(ykt_lists_show(pair->list, 2, &none, alloc, ui), YKT_E_ARG);
	assert_status(ykt_lists_show(pair->list, 2, &ask, NULL, ui), YKT_E_ARG);
	assert_status(ykt_lists_show(pair->list, 2, &ask, alloc, NULL), YKT_E_ARG);
	assert_status(ykt_lists_owner(pair->list, 0, "3456", &index), YKT_E_ARG);
	assert_status(ykt_lists_owner(pair->list, 2, NULL, &index), YKT_E_ARG);
	assert_int_equal(index, 7);
	assert_int_equal(pair->results, 0);
	assert_int_equal(pair->fakes[0].ops, ops);
	pair_free(pair);
}

/* Money is only ever moved where the number says, and nowhere on a guess. */
static void
a_number_finds_its_platform(void **state)
{
	struct pair *pair = pair_new();
	size_t index = 7;

	(void)state;
	assert_status(ykt_lists_owner(pair->list, 2, "9999", &index), YKT_NOT_FOUND);
	assert_int_equal(index, 7);
	/* Both accounts have it: nobody's. */
	assert_status(ykt_lists_owner(pair->list, 2, "3456", &index), YKT_CONFLICT);
	assert_int_equal(index, 7);
	pair->list[0].client = NULL;
	assert_status(ykt_lists_owner(pair->list, 2, "3456", &index), YKT_OK);
	assert_int_equal(index, 1);
	pair_free(pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_list_is_one_screen_of_both),
		cmocka_unit_test(a_card_is_shown_under_the_platform_that_describes_it),
		cmocka_unit_test(what_is_on_a_card_is_told_once),
		cmocka_unit_test(a_card_of_nobody_is_told_by_the_first),
		cmocka_unit_test(one_that_is_down_hides_no_other),
		cmocka_unit_test(one_without_a_client_is_named),
		cmocka_unit_test(what_nobody_answers_is_what_the_first_said),
		cmocka_unit_test(a_stopping_node_asks_nobody_else),
		cmocka_unit_test(one_platform_shows_its_own_screen),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(a_number_finds_its_platform),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
