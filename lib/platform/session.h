/*
 * Sessions: durable, one a user, each ctr accepted once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_SESSION_H
#define PLATFORM_SESSION_H

#include "platform/room.h"

struct session {
	uint8_t sid[16];
	char user_id[33];
	struct crypto_sm2_pub device;
	struct wire_session_keys keys; /* secret */
	int64_t ctr;
	int64_t created_ms;
	int64_t used_ms;
};

/*
 * Finds the session and opens its keys. YKT_LOGIN_NEEDED: there is none, or it
 * is idle or old for too long.
 */
YKT_MUST_USE enum ykt_status session_find(
    struct platform_worker *w, const uint8_t sid[16], int64_t now_ms, struct session *ret_session);

/*
 * Takes ctr for this session durably. YKT_CONFLICT: it or a higher one was
 * taken before, or the session ended meanwhile.
 */
YKT_MUST_USE enum ykt_status
session_take(struct platform_worker *w, const uint8_t sid[16], int64_t ctr, int64_t now_ms);

/* The keys as they are stored: masked with a pad that the seal key and sid give. */
YKT_MUST_USE enum ykt_status session_mask(struct platform_worker *w, const uint8_t sid[16],
    const struct wire_session_keys *keys, uint8_t ret_masked[64]);

/* Inside a transaction: replaces the user's session by this one. */
YKT_MUST_USE enum ykt_status
session_replace(struct ykt_tx *tx, const struct session *session, const uint8_t masked[64]);

/* Remembers an opening's nonce. YKT_DUPLICATE: seen before. */
YKT_MUST_USE enum ykt_status session_nonce(struct ykt_tx *tx, const struct crypto_sm2_pub *device,
    const uint8_t nonce[16], int64_t now_ms);

#endif
