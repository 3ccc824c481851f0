/*
 * The menu's keys by way of a job: into an element that has none, once, unread by the TSM;
 * and never at the cost of the card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/air_keys.h"
#include "se/internal.h"

/* What happens to the grouping on its way from the key module. */
static bool spoil;
static size_t spoil_at;
static unsigned asked;
static struct world *here;

static enum ykt_status
call_keyd(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct ykt_http_request seen = *req;

	(void)ctx;
	seen.peer = "tsm-" CITY;
	keys_handle(here->keys_worker, &seen, rsp);
	if (strcmp(req->path, "/key/ota.provide") == 0) {
		asked++;
		if (spoil)
			rsp->body.data[11 + spoil_at] =
			    rsp->body.data[11 + spoil_at] == '0' ? '1' : '0';
	}

	return YKT_OK;
}

static struct world *
world_with(bool roots)
{
	static const struct keys_pin pin;
	struct keys_roots own = { .has_ota_kic = roots,
		.has_ota_kid = roots,
		.has_ota_payload = roots,
		.ota_kic = "TEST OTA KIC   ",
		.ota_kid = "TEST OTA KID   ",
		.ota_payload = "TEST OTA PAYLOA" };
	struct world *world = world_new_city(&own, &pin, ykt_bytes(NULL, 0));

	here = world;
	spoil = false;
	asked = 0;
	world->keyd = (struct ykt_http){ world, call_keyd };
	world->options.menu_keys = true;
	world_restart(world);

	return world;
}

static const uint8_t *
menu_of(struct world *world)
{
	return se_home(&world->element[0].se, SE_MENU);
}

static void
expected_keys(struct world *world, struct air_keys *keys)
{
	struct air_roots roots = { "TEST OTA KIC   ", "TEST OTA KID   ", "TEST OTA PAYLOA" };
	uint8_t identity[AIR_IDENTITY_LEN];
	struct ykt_buf id = YKT_BUF(identity);

	assert_status(ykt_hex_decode(SE_A, strlen(SE_A), &id), YKT_OK);
	assert_status(air_keys_derive(world->crypto, &roots, identity, OTA_ALG_AES, keys), YKT_OK);
}

static bool
has_keys(struct world *world)
{
	const uint8_t *menu = menu_of(world);
	struct air_keys keys;

	expected_keys(world, &keys);

	return memcmp(menu + SE_MENU_OTA_KIC, keys.packet.kic.bytes, 16) == 0 &&
	       memcmp(menu + SE_MENU_OTA_KIC + 16, keys.packet.kid.bytes, 16) == 0 &&
	       memcmp(menu + SE_MENU_OTA_PAYLOAD, keys.payload, 16) == 0 &&
	       menu[SE_MENU_OTA_ALG] == OTA_ALG_AES;
}

static bool
has_none(struct world *world)
{
	static const uint8_t none[SE_MENU_OTA_ALG + 1 - SE_MENU_OTA_KIC];

	return memcmp(menu_of(world) + SE_MENU_OTA_KIC, none, sizeof(none)) == 0;
}

static void
open_card(struct world *world, const char *job_id, const char *card_no)
{
	world->card_no = NULL;
	assert_int_equal(world_start(world, job_id, SE_A, card_no), 200);
	world_open(world, job_id);
	assert_string_equal(world_job(world, job_id), "done");
	assert_card_is_open(world, card_no);
	assert_registry_is_card(world, SE_A);
}

static void
delete_card(struct world *world, const char *job_id, const char *card_no)
{
	assert_int_equal(
	    world_start_kind(world, job_id, "delete", SE_A, card_no, ",\"most_fen\":0"), 200);
	world_open(world, job_id);
	assert_string_equal(world_job(world, job_id), "done");
}

static void
an_element_without_keys_gets_them(void **state)
{
	struct world *world = world_with(true);

	(void)state;
	assert_true(has_none(world));
	open_card(world, JOB, CARD_NO);
	assert_true(has_keys(world));
	/* Again is the same. */
	delete_card(world, "000000000000000000000000000000c1", CARD_NO);
	open_card(world, JOB_B, CARD_NO_B);
	assert_true(has_keys(world));
	assert_int_equal(asked, 2);
	world_free(&world);
}

/* Not asked for, or not there, or others are there: the card is opened all the same. */
static void
nothing_else_changes_an_element(void **state)
{
	uint8_t before[SE_MENU_OTA_ALG + 1];
	struct world *world = world_with(true);

	(void)state;
	world->options.menu_keys = false;
	world_restart(world);
	open_card(world, JOB, CARD_NO);
	assert_true(has_none(world));
	assert_int_equal(asked, 0);
	world_free(&world);
	world = world_with(false);
	open_card(world, JOB, CARD_NO);
	assert_true(has_none(world));
	assert_int_equal(asked, 1);
	world_free(&world);
	world = world_with(true);
	world->element[0].se.journal.home[SE_MENU + SE_MENU_OTA_PAYLOAD] = 1;
	memcpy(before, menu_of(world), sizeof(before));
	open_card(world, JOB, CARD_NO);
	assert_memory_equal(menu_of(world), before, sizeof(before));
	world_free(&world);
}

/* Whatever block of it is changed on the way, nothing of it is kept. */
static void
a_grouping_that_was_changed_is_refused(void **state)
{
	/* Tag, length, and each block. */
	static const size_t places[] = { 0, 3, 5, 6, 40, 70, 110, 133 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(places); i++) {
		struct world *world = world_with(true);

		spoil = true;
		spoil_at = places[i];
		open_card(world, JOB, CARD_NO);
		if (!has_none(world))
			fail_msg("digit %zu", places[i]);
		world_free(&world);
	}
}

/* The key module gives it to TSMs alone. */
static void
nobody_else_gets_a_grouping(void **state)
{
	static const char *const peers[] = { ("platform-" CITY), "operator", ("gate-310000000001"),
		"" };
	struct world *world = world_with(true);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(peers); i++) {
		uint8_t bytes[1024];
		struct ykt_http_response rsp = { .body = YKT_BUF(bytes) };
		struct ykt_http_request req = { .method = YKT_HTTP_POST,
			.path = "/key/ota.provide",
			.body = ykt_bytes_str("{\"se_id\":\"" SE_A "\"}"),
			.peer = peers[i] };

		keys_handle(world->keys_worker, &req, &rsp);
		assert_int_equal(rsp.code, 403);
	}
	world_free(&world);
}

/* False when the trouble never came. */
static bool
open_under(enum trouble trouble, unsigned at)
{
	struct world *world = world_with(true);
	bool fired;

	world->card_no = NULL;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_trouble(world, trouble, at);
	world_open(world, JOB);
	fired = world->fired;
	assert_string_equal(world_job(world, JOB), "done");
	world->present = 0;
	assert_card_is_open(world, CARD_NO);
	assert_true(has_keys(world) || has_none(world));
	world_free(&world);

	return fired;
}

static void
everything_on_the_way_may_be_lost_once(void **state)
{
	static const enum trouble troubles[] = { TROUBLE_APDU_BEFORE, TROUBLE_APDU_AFTER,
		TROUBLE_CARD_RESET, TROUBLE_ANSWER_LOST, TROUBLE_CLIENT_KILLED, TROUBLE_RESTART };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(troubles); i++) {
		unsigned at = 1;

		while (open_under(troubles[i], at))
			at++;
		assert_in_range(at - 1, 4, 100);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_element_without_keys_gets_them),
		cmocka_unit_test(nothing_else_changes_an_element),
		cmocka_unit_test(a_grouping_that_was_changed_is_refused),
		cmocka_unit_test(nobody_else_gets_a_grouping),
		cmocka_unit_test(everything_on_the_way_may_be_lost_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
