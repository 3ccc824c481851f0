/*
 * What the client says to the identity application (card/ident.h), and how an
 * answer that did not come, or a PIN that is asked for, is met.
 *
 * Each step is asked for once more after a reset: nothing that is asked here
 * happens twice when it is asked twice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_IDENT_IO_H
#define CLIENT_IDENT_IO_H

#include "client/card_io.h"

/* Commands with the application selected. YKT_LOGIN_NEEDED: they want a PIN. */
typedef enum ykt_status client_ident_step(struct ykt_client *client, void *arg);

/*
 * Runs step: with the instance of this client's platform selected first, or as the caller before left
 * it. After a lost answer it is run again behind a reset and a SELECT, after a
 * refusal for want of a PIN behind the PIN (device_se.h).
 *
 * YKT_REFUSED, YKT_BLOCKED, YKT_CANCELLED: device_se.h, and no such application, or
 * none of this platform; the reason is set
 * YKT_E_LINK, YKT_E_CARD, YKT_E_FORMAT, YKT_E_DEADLINE, YKT_E_DOWN
 * and what step says
 */
YKT_MUST_USE enum ykt_status
client_ident_run(struct ykt_client *client, bool select, client_ident_step *step, void *arg);

/*
 * One command, for steps. As client_card_do(), but YKT_LOGIN_NEEDED for a PIN,
 * YKT_E_CARD for what may have been done.
 */
YKT_MUST_USE enum ykt_status
client_ident_ask(struct ykt_client *client, const struct ykt_buf *cmd, struct client_rsp *ret_rsp);

/* GENERATE with IDENT_P1_x and IDENT_KEY_x. YKT_NOT_FOUND: there is no key to read. */
YKT_MUST_USE enum ykt_status client_ident_key(
    struct ykt_client *client, uint8_t p1, uint8_t key, struct crypto_sm2_pub *ret_pub);

/* PERFORM SECURITY OPERATION, and its answer of len bytes, which is appended to out. */
struct client_ident_op {
	uint16_t op; /* IDENT_OP_x */
	struct ykt_bytes data;
	size_t len;
	struct ykt_buf *out;
};

/* A step: what is longer than a command goes in parts. */
YKT_MUST_USE enum ykt_status client_ident_operate(struct ykt_client *client, void *op);

#endif
