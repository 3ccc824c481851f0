/*
 * The other side of a card on the tear bench: a manager of its domains and a
 * terminal, each step of which must succeed (else card->trouble names it).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_TEAR_TALK_H
#define SIM_TEAR_TALK_H

#include "card/purse.h"
#include "card/scp03.h"
#include "sim/tear_card.h"

#define TEAR_KVN_ISD  0x30
#define TEAR_KVN_SSD  0x31
#define TEAR_KVN_NEXT 0x32 /* of the set that a PUT KEY would bring */

#define TEAR_AID_ISD      "A000000151000000"
#define TEAR_AID_SSD      "A00000063201FF01"
#define TEAR_AID_PURSE    "A000000632010105"
#define TEAR_AID_RULES    "A00000015141434C00"
#define TEAR_SELECT_PURSE "00A4040008" TEAR_AID_PURSE "00"
#define TEAR_SELECT_PPSE  "00A404000E325041592E5359532E444446303100"
#define TEAR_SELECT_CRS   "00A4040009A0000001514352530000"
#define TEAR_AID_IDENT    "F0594B54494401"
#define TEAR_SELECT_IDENT "00A4040007" TEAR_AID_IDENT
#define TEAR_SELECT_RULES "00A4040009" TEAR_AID_RULES "00"
#define TEAR_TERMINAL     "310000000001"

#define TEAR_PIN       "123456"
#define TEAR_PIN_WRONG "123457"
#define TEAR_PIN_NEXT  "6543" /* that a CHANGE PIN would bring */

extern const struct scp03_keys tear_isd_keys;
extern const struct scp03_keys tear_ssd_keys;

/* The keys of the purse, each for its use. */
struct tear_purse_keys {
	uint8_t load[PURSE_KEY_LEN];
	uint8_t purchase[PURSE_KEY_LEN];
	uint8_t tac[PURSE_KEY_LEN];
	uint8_t maintenance[PURSE_KEY_LEN];
	uint8_t unload[PURSE_KEY_LEN];
	uint8_t overdraft[PURSE_KEY_LEN];
	uint8_t pin_unblock[PURSE_KEY_LEN];
	uint8_t pin_reload[PURSE_KEY_LEN];
	uint8_t record[PURSE_KEY_LEN];
};

extern const struct tear_purse_keys tear_purse_keys;

/* A secure channel with one domain. */
struct tear_channel {
	struct tear_card *card;
	enum ykt_se_iface iface;
	struct scp03_session session;
};

/* SELECT and INITIALIZE UPDATE; cmd gets the EXTERNAL AUTHENTICATE to send. */
bool
tear_channel_begin(struct tear_channel *channel, struct tear_card *card, enum ykt_se_iface iface,
    const char *aid_hex, const struct scp03_keys *keys, struct ykt_buf *cmd);
/* The same, and sends it: full security in both directions. */
bool tear_channel_open(struct tear_channel *channel, struct tear_card *card,
    enum ykt_se_iface iface, const char *aid_hex, const struct scp03_keys *keys);
/* The wrapped form of a plain command into cmd. */
bool
tear_channel_wrap(struct tear_channel *channel, struct ykt_bytes plain, struct ykt_buf *ret_cmd);
/* Wraps, sends, unwraps; 0 when the channel broke. ret_data may be NULL. */
uint16_t
tear_channel_send(struct tear_channel *channel, struct ykt_bytes plain, struct ykt_buf *ret_data);
bool tear_channel_ok(struct tear_channel *channel, const char *plain_hex, const char *what);

/* PUT KEY of a new set of three in place of old_version (0 adds). */
bool tear_put_key_build(struct tear_card *card, uint8_t old_version, uint8_t new_version,
    const struct scp03_keys *dek, const struct scp03_keys *keys, struct ykt_buf *ret_plain);
/*
 * All groupings that personalise a purse: cap 1000.00, no overdraft, 3DES, a PIN,
 * one free place in file 1A, file 06 of the issuer's own.
 */
bool tear_perso_build(struct tear_card *card, struct ykt_buf *ret_groups);

/* The domain TEAR_AID_SSD; a purse below it, installed; personalised; selectable. */
bool tear_make_ssd(struct tear_card *card);
bool tear_make_installed(struct tear_card *card);
bool tear_make_personalised(struct tear_card *card);
bool tear_make_purse(struct tear_card *card);

/* tear_terminal.c */
/* INITIALIZE; p1 is enum purse_init_p1. The status word. */
uint16_t tear_initialize(struct tear_card *card, enum ykt_se_iface iface, uint8_t p1,
    uint32_t amount, struct ykt_buf *ret_init);
/* The second steps. init is the answer to INITIALIZE; type 06 or 09. */
bool tear_credit_build(
    struct tear_card *card, struct ykt_bytes init, uint32_t amount, struct ykt_buf *ret_cmd);
bool tear_unload_build(
    struct tear_card *card, struct ykt_bytes init, uint32_t amount, struct ykt_buf *ret_cmd);
/* After INITIALIZE FOR UPDATE; limit is the new one. */
bool tear_limit_build(
    struct tear_card *card, struct ykt_bytes init, uint32_t limit, struct ykt_buf *ret_cmd);
bool tear_debit_build(struct tear_card *card, struct ykt_bytes init, uint8_t type, uint32_t amount,
    struct ykt_buf *ret_cmd);
/* Both steps, with the purse selected. The last status word; 0: could not be built. */
uint16_t tear_load(struct tear_card *card, enum ykt_se_iface iface, uint32_t amount);
uint16_t tear_purchase(struct tear_card *card, enum ykt_se_iface iface, uint32_t amount);
/* Fetches a challenge and completes head and data by the MAC, spoiled if wrong. */
bool tear_sm_build(struct tear_card *card, enum ykt_se_iface iface, const char *head_hex,
    const char *data_hex, bool wrong, struct ykt_buf *ret_cmd);
/* The same with a right MAC, under another key than the maintenance key. */
bool
tear_sm_key_build(struct tear_card *card, enum ykt_se_iface iface, const uint8_t key[PURSE_KEY_LEN],
    const char *head_hex, const char *data_hex, struct ykt_buf *ret_cmd);

#endif
