/*
 * A rider with a wallet, an authorisation, and codes: what the code tests share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_RIDERS_H
#define TESTS_PLATFORM_RIDERS_H

#include "bench.h"
#include "code/code_qr.h"
#include "wire/ride_msg.h"

#define RIDE_GATE  "gate-310000000001"
#define RIDE_GATE2 "gate-310000000002"
#define TRIP_LIMIT 3000 /* the setting's default */

struct rider {
	struct bench *b;
	struct crypto_sm2_key key;
	struct wire_code_authorise_rsp auth;
	struct wire_gate_rides_req req;
	struct wire_gate_rides_rsp rsp;
};

/* A registered rider with that much in the wallet, and a key; no authorisation yet. */
struct rider *rider_open(int64_t wallet_fen);
void rider_fill(struct rider *r, int64_t fen);
/* code.authorise under that idempotency key; the code of the answer. */
int rider_authorise(struct rider *r, const char *idem);
/* A ride with a code of that second after now, of the rider's key. */
struct wire_ride rider_ride(struct rider *r, int64_t ride_seq, int64_t amount, uint32_t after_s);
/* Uploads one ride as that gate; what it was told. */
const char *rider_up(struct rider *r, const char *gate, const struct wire_ride *ride);
int64_t rider_wallet(struct rider *r);
/* The books verify. */
void rider_close(struct rider *r);

#endif
