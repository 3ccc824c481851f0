/*
 * The commands that the tear matrix cuts, each with what must come before it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SE_TEAR_SCENES_H
#define TESTS_SE_TEAR_SCENES_H

#include "support.h"

/* The command that is cut, left here by each prepare function. */
struct cut {
	uint8_t bytes[300];
	struct ykt_buf cmd;
};

struct scene {
	const char *why;
	void (*prepare)(struct card *card, struct cut *cut);
	uint16_t sw;        /* of the command, uncut */
	bool deep;          /* cut recovery as well */
	bool two_steps;     /* with a second commit that nobody sees: see same() */
	uint16_t failed_sw; /* when its write fails and the power stays; 0: 6581 */
};

#define TEAR_SCENES 19
extern const struct scene tear_scenes[TEAR_SCENES];
/* purse_scenes.c: of the purse's rarer commands. */
#define PURSE_SCENES 22
extern const struct scene purse_scenes[PURSE_SCENES];
/* ident_scenes.c: of the identity applet. */
#define IDENT_SCENES 6
extern const struct scene ident_scenes[IDENT_SCENES];
/* access_scenes.c: of SCP02, of the access rules, of files written later, of the grey lock. */
#define ACCESS_SCENES 13
extern const struct scene access_scenes[ACCESS_SCENES];
/* menu_scenes.c: of the menu's packages and calls. */
#define MENU_SCENES 7
extern const struct scene menu_scenes[MENU_SCENES];
#define ALL_SCENES (TEAR_SCENES + PURSE_SCENES + IDENT_SCENES + ACCESS_SCENES + MENU_SCENES)
/* From 0: tear_scenes, then purse_scenes, ident_scenes, access_scenes and menu_scenes. */
const struct scene *tear_scene(size_t i);

void tear_prepare_credit(struct card *card, struct cut *cut);
void tear_prepare_debit(struct card *card, struct cut *cut);
void tear_prepare_capp(struct card *card, struct cut *cut);

#endif
