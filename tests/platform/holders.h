/*
 * Somebody who holds a card that others opened: what the tests of bindings share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_HOLDERS_H
#define TESTS_PLATFORM_HOLDERS_H

#include "bench.h"
#include "wire/claim.h"
#include "wire/manage_msg.h"

#define STRAY "03105170000000000094"
#define HOLDS 4200
#define SEQ   7 /* its offline counter */

struct holder {
	struct bench *b;
	struct wire_card_claim_rsp proof;
	struct wire_card card;
};

/* A user, and a card of the issuer's that the platform has not heard of. */
struct holder holder_open(void);
/* The books verify. */
void holder_close(struct holder *h);

/* card.claim, with the terminal number in h->proof; the code. */
struct wire_card_claim_req holder_req(const struct holder *h);
int holder_claim(struct holder *h);
/* What the card says to the terminal number that was given last; card.bind with it. */
struct wire_card_bind_req holder_proof(struct holder *h);
int holder_bind(struct holder *h);
/* Both, and they must work. */
void holder_bound(struct holder *h);
/* card.unbind, signed by the bench's device. */
struct wire_card_unbind_req
holder_unbind_req(const struct holder *h, const char *card_no, const char *password);
int holder_unbind(struct holder *h);
/* How many cards the account has. */
size_t holder_listed(struct holder *h);
/* Nothing of a binding is there. */
void holder_assert_free(struct holder *h);

#endif
