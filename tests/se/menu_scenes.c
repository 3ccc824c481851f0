/*
 * What the tear matrix cuts of the menu's packages. LOAD is two commits at its end,
 * and is cut in menu_slot_test.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "menu_kit.h"
#include "tear_scenes.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

/* The matrix makes its card without a root: here it gets one, as from the factory. */
static void
make_ready(struct card *card)
{
	struct card *made = menu_card(NULL);
	struct phone phone;

	card->nvm = made->nvm;
	card->nvm.port.ctx = &card->nvm;
	card_free(&made);
	assert_int_equal(card_boot(card), YKT_OK);
	menu_install(card, 1);
	phone_ready(&phone, card);
}

static void
cut_hex(struct cut *cut, const char *hex)
{
	cut->cmd.len = 0;
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &cut->cmd), YKT_OK);
}

static void
prepare_start_on_trial(struct card *card, struct cut *cut)
{
	make_ready(card);
	menu_install(card, 2);
	cut_hex(cut, MENU_PROFILE);
}

static void
prepare_taken(struct card *card, struct cut *cut)
{
	struct phone phone;

	make_ready(card);
	menu_install(card, 2);
	phone_start(&phone, card);
	cut_hex(cut, "801400000C810301250082028281830100");
}

static void
prepare_refused(struct card *card, struct cut *cut)
{
	struct phone phone;

	make_ready(card);
	menu_install(card, 2);
	phone_start(&phone, card);
	cut_hex(cut, "801400000C810301250082028281830132");
}

static void
prepare_rollback(struct card *card, struct cut *cut)
{
	make_ready(card);
	menu_install(card, 2);
	cut_hex(cut, "80E40000");
}

const struct scene menu_scenes[MENU_SCENES] = {
	{ "TERMINAL PROFILE on trial", prepare_start_on_trial, 0x9138, true, false },
	{ "TERMINAL RESPONSE that takes the menu", prepare_taken, SW_OK, true, false },
	{ "TERMINAL RESPONSE that refuses it", prepare_refused, 0x9138, true, false },
	{ "ROLLBACK", prepare_rollback, SW_OK, true, false },
};
