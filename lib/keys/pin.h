/*
 * What the key module keeps about payment PINs: which blocks it has opened, and how
 * often one was wrong.
 *
 * Blocks can be made by anybody who has the public key, verifiers by whoever may call.
 * So a block is held against one verifier and no other, or a platform in wrong hands
 * would find the PIN of a block by making verifiers; and wrong ones are counted here
 * too, or it would find that of a verifier by making blocks.
 *
 * A block is kept twice WIRE_PIN_LIFE_MS, by the module's own clock: it may say that it was
 * made a life from now, and is opened a life after that. Then its own time refuses it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef KEYS_PIN_H
#define KEYS_PIN_H

#include "keys/internal.h"

/* Wrong PINs against one verifier in a row, after which none is looked at. */
#define KEYS_PIN_LIMIT 200

struct pin_look {
	uint8_t block[32];   /* SM3 of the block */
	uint8_t against[32]; /* SM3 of user and verifier */
	int64_t now_ms;
};

/*
 * Takes one look, durable before the PIN is compared. The same look again is no other.
 *
 * YKT_MISMATCH  this block was held against another verifier
 * YKT_BLOCKED   KEYS_PIN_LIMIT
 */
YKT_MUST_USE enum ykt_status
pin_look_take(const struct ykt_store *store, const struct pin_look *look);

/* The look was at the right PIN: nothing wrong is counted any more. */
YKT_MUST_USE enum ykt_status
pin_look_right(const struct ykt_store *store, const struct pin_look *look);

/* made: SM3 of user and the verifier made of this block, against which it may be held too. */
YKT_MUST_USE enum ykt_status
pin_look_made(const struct ykt_store *store, const struct pin_look *look, const uint8_t made[32]);

#endif
