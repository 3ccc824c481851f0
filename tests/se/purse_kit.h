/*
 * A purse with everything, for the tests of what not every purse has: keys of
 * every use, a PIN, a second ticket kind, access conditions, long files; and the
 * issuer's side of its conversations.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SE_PURSE_KIT_H
#define TESTS_SE_PURSE_KIT_H

#include "support.h"

#include "card/purse_admin.h"
#include "card/purse_perso.h"

/* What a purse is made with; zero means without. */
struct kit {
	uint32_t cap; /* 0: 100000 */
	uint32_t limit;
	uint32_t cap2; /* 0: no second kind */
	uint32_t limit2;
	const char *pin; /* hex */
	uint8_t tries;
	uint8_t access[2];
	enum purse_alg alg;
	bool dual;       /* keys of both algorithms, else of alg */
	unsigned usages; /* bits of the keys to have; 0: all but those of the grey lock */
	uint16_t picture;
	uint16_t qr;
	uint8_t privileges;
	const char *extra; /* hex of further groupings, behind the others */
};

#define KIT_PIN "123456"

/*
 * The key of this use: 3DES usages 1 to 4 are purse_test_keys; of the others
 * byte i is usage * 16 + i, with SM4 exclusive-or 55.
 */
void kit_key(uint8_t usage, enum purse_alg alg, uint8_t ret_key[16]);
/* A new card with this purse, selected on the wire. */
struct card *kit_card(const struct kit *kit);
/* The same on a card that is still blank. */
void kit_make(struct card *card, const struct kit *kit);
/* The groupings of the first series; picture and QR go in one of their own. */
void kit_groups(struct card *card, const struct kit *kit, struct ykt_buf *out);

/* INITIALIZE of kind: the status word, the data in ret_init (32 bytes). */
uint16_t kit_initialize(struct card *card, uint8_t p1, uint32_t amount, struct ykt_buf *ret_init);
/* The second step for an answer to INITIALIZE; amount is the new limit for form 04. */
void kit_step(
    struct card *card, uint8_t p1, uint32_t amount, struct ykt_bytes init, struct ykt_buf *ret_cmd);
/* Both steps; P1 with the bit of the kind. */
uint16_t kit_transact(struct card *card, uint8_t p1, uint32_t amount);

/* A secure-messaging command under the key of this use: made, or made and sent. */
void kit_sm_cmd(struct card *card, const char *header_hex, struct ykt_bytes data,
    const uint8_t key[16], enum purse_alg alg, struct ykt_buf *ret_cmd);
uint16_t kit_sm(struct card *card, const char *header_hex, const char *data_hex, uint8_t usage,
    enum purse_alg alg);

/* Everything that the card holds, to be compared later; ends with kit_same(). */
struct snapshot *kit_before(const struct card *card);
/* Fails with why unless nothing moved since; frees. */
void kit_same(const struct card *card, struct snapshot *before, const char *why);

/* Rows of commands whose status word, and only it, is expected; nothing moves. */
struct kit_row {
	const char *why;
	const char *cmd;
	uint16_t sw;
};

void kit_refusals(struct card *card, const struct kit_row *rows, size_t count);

#endif
