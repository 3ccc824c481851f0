/*
 * What the tear matrix cuts of the menu's packages. LOAD is two commits at its end,
 * and is cut in menu_slot_test.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gate_kit.h"
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

/* A card as the matrix wants it, with the package that calls the platform. */
static void
make_calling(struct card *card, struct gate *gate)
{
	struct card *made = gate_card(NULL, false);

	card->nvm = made->nvm;
	card->nvm.port.ctx = &card->nvm;
	card_free(&made);
	assert_int_equal(card_boot(card), YKT_OK);
	gate_start(gate, card);
}

static void
prepare_call(struct card *card, struct cut *cut)
{
	struct gate gate;

	make_calling(card, &gate);
	cut_hex(cut, "80C2000009D30782020181900109");
}

static void
prepare_end_of_a_call(struct card *card, struct cut *cut)
{
	struct gate gate;

	make_calling(card, &gate);
	gate_choose(&gate, GATE_UPDATE);
	gate_time(&gate);
	gate_time(&gate);
	cut_hex(cut, "80C200000ED70C82028281A40101A503000000");
}

static void
prepare_bearer(struct card *card, struct cut *cut)
{
	struct gate gate;

	make_calling(card, &gate);
	cut_hex(cut, "80C2000009D30782020181900107");
}

/* Those that call say on the screen that they could not: the user is told, not the phone. */
const struct scene menu_scenes[MENU_SCENES] = {
	{ "TERMINAL PROFILE on trial", prepare_start_on_trial, 0x9138, true, false },
	{ "TERMINAL RESPONSE that takes the menu", prepare_taken, SW_OK, true, false },
	{ "TERMINAL RESPONSE that refuses it", prepare_refused, 0x9138, true, false },
	{ "ROLLBACK", prepare_rollback, SW_OK, true, false },
	{ "a call that is written down", prepare_call, 0x910F, true, false, 0x9116 },
	{ "a call that is given up", prepare_end_of_a_call, 0x910B, true, false, 0x910B },
	{ "a bearer that is chosen", prepare_bearer, 0x9114, true, false, 0x9116 },
};
