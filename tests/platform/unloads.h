/*
 * A loaded card on its way back: what the tests of unloads share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_UNLOADS_H
#define TESTS_PLATFORM_UNLOADS_H

#include "bench.h"
#include "wire/unload_msg.h"

#define UNLOADS_FEE 700

struct unloads {
	struct bench *b;
	char card_no[21];
	struct wire_unload unload; /* once it is begun */
};

/* A rider whose card has its first load on it. fee: what a return costs. */
struct unloads unloads_open(int64_t fee);
/* Fills destination, fee, wish and signature of what is wanted, as the rider's device does. */
void unloads_sign(struct unloads *t, struct wire_unload_begin_req *req);
/* unload.begin; the code. Fills t->unload when it is 200. */
int unloads_begin(struct unloads *t, const char *purpose);
/* unload.get, which must work. */
struct wire_unload unloads_get(struct unloads *t);
/* unload.attempt; the code. */
int unloads_attempt(struct unloads *t, struct wire_unload_attempt_rsp *rsp);
/* INITIALIZE FOR UNLOAD of all that is on the card, or FOR LOAD of nothing. */
struct wire_unload_request_req
unloads_init(struct unloads *t, const struct wire_unload_attempt_rsp *at, bool attest);
int unloads_request(struct unloads *t, const struct wire_unload_request_req *req,
    struct wire_unload_request_rsp *rsp);
/* Attempt, INITIALIZE, request, DEBIT, confirm: what a client does in one round. The last code. */
int unloads_round(struct unloads *t);
/* Wallet, fee, ticket, shadow and card: these fen, and books that verify. */
void unloads_check(struct unloads *t, int64_t wallet, int64_t fee, int64_t ticket, int64_t shadow);

#endif
