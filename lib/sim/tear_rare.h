/*
 * Between the two files of scenes: what both need, and the scenes of commands
 * that a card sees seldom.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_TEAR_RARE_H
#define SIM_TEAR_RARE_H

#include "card/scp03.h"
#include "sim/tear_scene.h"

/* tear_scene.c: the command to cut, from hex; or wrapped in a new channel. */
bool tear_cut_hex(struct tear_card *card, struct tear_cut *cut, const char *hex);
bool tear_cut_plain(struct tear_card *card, enum ykt_se_iface iface, const char *aid,
    const struct scp03_keys *keys, const char *hex, struct tear_cut *cut);
/* A purse with two loads and a purchase behind it, selected. */
bool tear_use_purse(struct tear_card *card, enum ykt_se_iface iface);

#define TEAR_PREPARE(name)                                                                         \
	bool name(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)

/* tear_rare.c: of the type of struct tear_scene's prepare. */
TEAR_PREPARE(tear_prepare_reload_pin);
TEAR_PREPARE(tear_prepare_unblock_pin);
TEAR_PREPARE(tear_prepare_limit);
TEAR_PREPARE(tear_prepare_own_file);
TEAR_PREPARE(tear_prepare_picture);
TEAR_PREPARE(tear_prepare_append_journey);
TEAR_PREPARE(tear_prepare_append_trip);
TEAR_PREPARE(tear_prepare_card_block);
TEAR_PREPARE(tear_prepare_scp02_initialize);
TEAR_PREPARE(tear_prepare_scp02_authenticate);
TEAR_PREPARE(tear_prepare_rule);
TEAR_PREPARE(tear_prepare_rules_deleted);
/* tear_ident.c, likewise. */
TEAR_PREPARE(tear_prepare_ident_first);
TEAR_PREPARE(tear_prepare_ident_next);
TEAR_PREPARE(tear_prepare_ident_ride);
TEAR_PREPARE(tear_prepare_ident_delete);
TEAR_PREPARE(tear_prepare_ident_platform);

#endif
