/*
 * For the tests of the menu: packages under a TEST root, a card that knows it, and
 * the phone's side of the toolkit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SE_MENU_KIT_H
#define TESTS_SE_MENU_KIT_H

#include "purse_kit.h"

#include "card/menu_pack.h"
#include "card/usat.h"

/* The profile of a phone that can do what the menu needs. */
#define MENU_PROFILE "801000000408001521"
#define SELECT_MENU  "00A4040008F0594B544D454E5500"

/* The TEST keys of secured packets. */
#define MENU_OTA_KIC     "TEST-OTA-KIC-001"
#define MENU_OTA_KID     "TEST-OTA-KID-001"
#define MENU_OTA_PAYLOAD "TEST-OTA-PAY-001"

/* A card that knows the TEST root and the TEST keys; with a purse unless kit is NULL. No package yet. */
struct card *menu_card(const struct kit *kit);
/* The same with packets of that algorithm, an enum ota_alg; 0 is AES. */
struct card *menu_card_alg(const struct kit *kit, uint8_t ota_alg);
/* Package of that version: root [Card, Settings]; see menu_kit.c. other: another root. */
void
menu_package(struct card *card, uint16_t version, bool other_root, struct ykt_buf *ret_package);
/* For other packages: the TEST root, or another; the fixed texts and four of the kit. */
void menu_test_key(struct card *card, bool other, struct crypto_sm2_key *ret_key);
void menu_put_texts(struct menu_maker *maker, uint16_t version);
/* Sends it block by block; the last status word. The wired side's selection changes. */
uint16_t menu_load(struct card *card, struct ykt_bytes package);
/* The command of the last block, after all the others were sent. */
void menu_load_but_last(struct card *card, struct ykt_bytes package, struct ykt_buf *ret_cmd);
/* Loads that version, which must succeed. */
void menu_install(struct card *card, uint16_t version);

/* A phone: sends, follows 91xx with FETCH, keeps the command that came. */
struct phone {
	struct card *card;
	uint16_t sw;
	uint8_t bytes[USAT_COMMAND_MAX];
	size_t len; /* of the fetched command, 0: none */
	struct usat_command command;
};

/* TERMINAL PROFILE; what it leads to is fetched. */
void phone_start(struct phone *phone, struct card *card);
/* The same with the menu taken: the menu idles. */
void phone_ready(struct phone *phone, struct card *card);
/* A choice in the phone's own menu. */
void phone_choose(struct phone *phone, uint8_t item);
/* TERMINAL RESPONSE with a result, and what follows it. */
void phone_answer(struct phone *phone, uint8_t result, struct ykt_bytes body);
/* Result 00 and an item, a text of digits. */
void phone_pick(struct phone *phone, uint8_t item);
void phone_type(struct phone *phone, const char *digits);
/* The fetched command is of that type, and says that (text, or title of a list). */
void phone_sees(const struct phone *phone, uint8_t type, const char *text);
/* Nothing waits. */
void phone_idles(const struct phone *phone);
/* "1 Balance|2 Records": the items of the list that was fetched. */
void phone_lists(const struct phone *phone, const char *items);
/* One command as hex; follows 91xx. */
void phone_send(struct phone *phone, struct ykt_bytes cmd);

#endif
