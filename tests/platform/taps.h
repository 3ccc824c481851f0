/*
 * A rider, a card, a gate: what the upload tests share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_TAPS_H
#define TESTS_PLATFORM_TAPS_H

#include "bench.h"

#define GATE  "gate-310000000001"
#define GATE2 "gate-310000000002"

struct taps {
	struct bench *b;
	char card_no[21];
	struct wire_gate_upload_req req;
	struct wire_gate_upload_rsp rsp;
};

/* A rider with a loaded card. One at a time. */
struct taps *taps_open(void);
/* A tap of the card with its TAC; the same without; one of another city's card. */
struct wire_tap
taps_tap(const struct taps *t, int64_t offline_seq, int64_t terminal_seq, int64_t amount);
struct wire_tap
taps_torn(const struct taps *t, int64_t offline_seq, int64_t terminal_seq, int64_t amount);
struct wire_tap taps_foreign(const struct taps *t, int64_t terminal_seq, int64_t amount);
/* Uploads as the gate of GATE; the code. */
int taps_upload(struct taps *t, const struct wire_tap *taps, size_t count);
/* One tap up; what the gate was told. */
const char *taps_up(struct taps *t, struct wire_tap tap);
int64_t taps_shadow(struct taps *t);
int64_t taps_merchant(struct taps *t);
int64_t taps_wallet(struct taps *t);
/* Every batch adds up, nothing is left in suspense, the books verify. */
void taps_close(struct taps *t);

#endif
