/*
 * A rider, a card, a paid load: what the load and refund tests share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_LOADS_H
#define TESTS_PLATFORM_LOADS_H

#include "bench.h"

struct loads {
	struct bench *b;
	char card_no[21];
	struct wire_order order; /* paid, not loaded */
};

/* A rider with an open card and its first load paid. */
struct loads loads_open(void);
/* load.begin, which must work. */
struct wire_load_begin_rsp loads_begin(struct loads *t);
/* The card's INITIALIZE for that attempt; amount 0 is an attestation. */
struct wire_load_request_req
loads_request(struct loads *t, const struct wire_load_begin_rsp *b, int64_t amount);
/* order.refund, with the proof when there is one; the code. */
int
loads_refund(struct loads *t, const struct wire_load_request_req *proof, struct wire_order *ret);
/* The rider never has more than he paid: on the card and given back together. */
void loads_check_no_gain(struct loads *t);

#endif
