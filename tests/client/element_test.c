/*
 * Several cards in one element: found by number, the default one, switched on
 * and off. The element is the card OS with test cards of two cities.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fake.h"

#include "card/crs.h"
#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/sd_keys.h"
#include "conform/conform.h"
#include "se/se.h"

#define CARD_A "03105990100000000001"
#define CARD_B "03105990200000000001"

struct world {
	struct fake fake;
	uint8_t image[SE_IMAGE_SIZE];
	struct ykt_nvm nvm;
	struct se se;
	struct se_port wired;
	struct se_port air;
	/* The last list that was shown. */
	char gates[4][24];
	char cards[4][24];
	size_t rows;
	char id[32];
	char text[160];
	unsigned results;
};

static enum ykt_status
image_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	memcpy(out, ((struct world *)ctx)->image + off, len);

	return YKT_OK;
}

static enum ykt_status
image_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	memcpy(((struct world *)ctx)->image + off, data, len);

	return YKT_OK;
}

static void
blank(struct world *world)
{
	struct se_params params = { .iin = { 0x31, 0x05, 0x99, 0x01 },
		.uid = { 4 },
		.uid_len = 7,
		.identity = { 1, 2, 3 },
		.isd_kvn = SD_KEYS_KVN_ISD };
	struct scp03_keys keys;

	assert_status(
	    sd_keys_derive(world->fake.crypto, conform_test_keys.isd_root,
		YKT_BYTES(params.identity), YKT_BYTES(gp_isd_aid), SD_KEYS_KVN_ISD, &keys),
	    YKT_OK);
	params.isd_key_len = keys.len;
	memcpy(params.isd_enc, keys.enc, keys.len);
	memcpy(params.isd_mac, keys.mac, keys.len);
	memcpy(params.isd_dek, keys.dek, keys.len);
	assert_status(se_format(&world->nvm, &params), YKT_OK);
	assert_status(
	    se_boot(&world->se, &world->nvm, world->fake.crypto, &world->fake.random), YKT_OK);
}

static void
add_card(struct world *world, uint8_t city)
{
	struct conform_keys keys = conform_test_keys;
	struct conform_result result = { 0 };
	struct conform_card card = { .crypto = world->fake.crypto,
		.random = &world->fake.random,
		.keys = &keys,
		.se = &world->wired.se,
		.city = { 0x99, city } };

	if (conform_testcard_make(&card, &result) != YKT_OK)
		fail_msg("%s: %s, not %s", result.command, result.got, result.expected);
}

static void
result(void *ctx, const struct ykt_screen *screen)
{
	struct world *world = ctx;

	world->results++;
	world->rows = 0;
	strncpy(world->id, screen->id, sizeof(world->id) - 1);
	strncpy(world->text, screen->text != NULL ? screen->text : "", sizeof(world->text) - 1);
	for (size_t i = 0; i < screen->field_count; i++) {
		const struct ykt_field *field = &screen->fields[i];

		if (strcmp(field->id, "app.card") == 0)
			strncpy(world->cards[world->rows], field->value, 23);
		if (strcmp(field->id, "app.gate") == 0)
			strncpy(world->gates[world->rows++], field->value, 23);
	}
}

/* A client over an element with the test cards of so many cities. */
static struct world *
world_new(uint8_t cities)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	fake_init(&world->fake);
	world->nvm = (struct ykt_nvm){ world, sizeof(world->image), image_read, image_write };
	blank(world);
	se_port(&world->wired, &world->se, YKT_SE_WIRED);
	se_port(&world->air, &world->se, YKT_SE_CONTACTLESS);
	for (uint8_t city = 1; city <= cities; city++)
		add_card(world, city);
	world->fake.se = world->wired.se;
	world->fake.ui.ctx = world;
	world->fake.ui.result = result;
	assert_status(fake_start(&world->fake), YKT_OK);

	return world;
}

static void
world_free(struct world *world)
{
	se_clear(&world->se);
	fake_clear(&world->fake);
	free(world);
}

/* The AID that answers a gate's SELECT by the usual name, or that it does not. */
static uint16_t
gate_sees(struct world *world, uint8_t *ret_city)
{
	uint8_t cmd_space[APDU_SHORT_CMD_MAX];
	uint8_t rsp_space[SE_RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(cmd_space);
	struct ykt_buf rsp = YKT_BUF(rsp_space);

	purse_select_build(YKT_BYTES(purse_aid), &cmd);
	se_transceive(&world->se, YKT_SE_CONTACTLESS, ykt_buf_view(&cmd), &rsp);
	*ret_city = rsp.len > 13 ? rsp_space[13] : 0;

	return ykt_get_u16(rsp_space + rsp.len - 2);
}

static void
lists_what_the_element_holds(void **state)
{
	struct world *world = world_new(2);

	(void)state;
	assert_status(ykt_client_apps(world->fake.client), YKT_OK);
	assert_string_equal(world->id, "apps_result");
	assert_int_equal(world->rows, 2);
	assert_string_equal(world->cards[0], "310599*********0001");
	assert_string_equal(world->gates[0], "seen");
	assert_string_equal(world->gates[1], "not seen");
	/* No server was asked for it. */
	assert_int_equal(world->fake.ops, 0);
	world_free(world);
}

static void
an_empty_element_is_a_list_without_rows(void **state)
{
	struct world *world = world_new(0);

	(void)state;
	assert_status(ykt_client_apps(world->fake.client), YKT_OK);
	assert_int_equal(world->rows, 0);
	assert_status(ykt_client_default_card(world->fake.client, NULL), YKT_NOT_FOUND);
	assert_status(ykt_client_contactless(world->fake.client, CARD_A, true), YKT_NOT_FOUND);
	assert_int_equal(world->results, 3);
	world_free(world);
}

static void
the_default_card_is_the_one_that_a_gate_sees(void **state)
{
	struct world *world = world_new(2);
	uint8_t city = 0;

	(void)state;
	assert_int_equal(gate_sees(world, &city), 0x9000);
	assert_int_equal(city, 0x01);
	assert_status(ykt_client_default_card(world->fake.client, CARD_B), YKT_OK);
	assert_string_equal(world->gates[0], "not seen");
	assert_string_equal(world->gates[1], "seen first");
	/* Over a restart of the element, without the client. */
	assert_status(
	    se_boot(&world->se, &world->nvm, world->fake.crypto, &world->fake.random), YKT_OK);
	assert_int_equal(gate_sees(world, &city), 0x9000);
	assert_int_equal(city, 0x02);
	/* Once more changes nothing. */
	assert_status(ykt_client_default_card(world->fake.client, CARD_B), YKT_OK);
	assert_status(ykt_client_default_card(world->fake.client, CARD_A), YKT_OK);
	assert_int_equal(gate_sees(world, &city), 0x9000);
	assert_int_equal(city, 0x01);
	world_free(world);
}

static void
a_card_is_switched_off_and_on(void **state)
{
	struct world *world = world_new(1);
	uint8_t city = 0;

	(void)state;
	assert_status(ykt_client_contactless(world->fake.client, NULL, false), YKT_OK);
	assert_string_equal(world->gates[0], "not seen");
	assert_int_equal(gate_sees(world, &city), 0x6A82);
	assert_status(ykt_client_contactless(world->fake.client, CARD_A, true), YKT_OK);
	assert_int_equal(gate_sees(world, &city), 0x9000);
	world_free(world);
}

static void
what_is_not_meant_is_refused_and_nothing_moves(void **state)
{
	struct world *world = world_new(2);
	uint8_t before[SE_IMAGE_SIZE];

	(void)state;
	memcpy(before, world->image, sizeof(before));
	assert_status(ykt_client_default_card(world->fake.client, NULL), YKT_E_ARG);
	assert_status(
	    ykt_client_default_card(world->fake.client, "03105990300000000001"), YKT_WRONG_CARD);
	assert_status(ykt_client_contactless(world->fake.client, NULL, false), YKT_E_ARG);
	assert_status(ykt_client_contactless(world->fake.client, "1", true), YKT_WRONG_CARD);
	assert_memory_equal(before, world->image, sizeof(before));
	world_free(world);
}

/* A tap is open: the element says no, and so does the client. */
static void
nothing_changes_under_an_open_tap(void **state)
{
	const struct purse_init init = { .p1 = PURSE_INIT_CAPP, .key_index = 1 };
	struct world *world = world_new(2);
	uint8_t cmd_space[APDU_SHORT_CMD_MAX];
	uint8_t rsp_space[SE_RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(cmd_space);
	struct ykt_buf rsp = YKT_BUF(rsp_space);
	uint8_t city = 0;

	(void)state;
	assert_int_equal(gate_sees(world, &city), 0x9000);
	purse_init_build(&init, &cmd);
	se_transceive(&world->se, YKT_SE_CONTACTLESS, ykt_buf_view(&cmd), &rsp);
	assert_int_equal(ykt_get_u16(rsp_space + rsp.len - 2), 0x9000);
	assert_true(ykt_client_contactless(world->fake.client, CARD_A, false) != YKT_OK);
	se_reset(&world->se, YKT_SE_CONTACTLESS, &rsp);
	assert_int_equal(gate_sees(world, &city), 0x9000);
	assert_int_equal(city, 0x01);
	world_free(world);
}

static void
shows_the_balance_of_the_first_that_has_a_number(void **state)
{
	struct world *world = world_new(2);

	(void)state;
	assert_status(ykt_client_balance(world->fake.client), YKT_OK);
	assert_string_equal(world->id, "balance_result");
	world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_what_the_element_holds),
		cmocka_unit_test(an_empty_element_is_a_list_without_rows),
		cmocka_unit_test(the_default_card_is_the_one_that_a_gate_sees),
		cmocka_unit_test(a_card_is_switched_off_and_on),
		cmocka_unit_test(what_is_not_meant_is_refused_and_nothing_moves),
		cmocka_unit_test(nothing_changes_under_an_open_tap),
		cmocka_unit_test(shows_the_balance_of_the_first_that_has_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
