/*
 * ykt-se show: talking to the card that is looked at, and its secure channel.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_SE_LOOK_H
#define YKT_SE_LOOK_H

#include <ykt/driver/clock.h>
#include <ykt/driver/se.h>

#include "card/scp02.h"
#include "card/scp03.h"
#include "crypto/core.h"
#include "se_program.h"

/* The card that is looked at, and the last exchange with it. */
struct look {
	const struct ykt_se *se;
	const struct ykt_clock *clock;
	struct crypto *crypto;
	uint8_t cmd_bytes[300];
	uint8_t rsp_bytes[300];
	struct ykt_buf cmd; /* the next command, built in place */
	struct ykt_bytes data;
	uint16_t sw;
};

/* A secure channel with the issuer's domain, of the protocol that the card chose. */
struct se_look_session {
	bool scp02;
	union {
		struct scp03_session session;
		struct scp02_session session02;
	};
};

/* Sends look->cmd; data and sw hold the answer until the next call. The link's errors. */
YKT_MUST_USE enum ykt_status se_look_call(struct look *look);

/*
 * Opens a channel with these keys, with MACs on commands. The caller wipes
 * *ret_session. YKT_DENIED: the card has other keys; else the link's errors.
 */
YKT_MUST_USE enum ykt_status
se_look_open(struct look *look, const struct scp03_keys *keys, struct se_look_session *ret_session);

/* Puts plain, wrapped, into look->cmd. */
YKT_MUST_USE enum ykt_status
se_look_wrap(struct look *look, struct se_look_session *session, struct ykt_bytes plain);

#endif
