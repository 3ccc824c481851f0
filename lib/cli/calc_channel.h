/*
 * The commands of a calculated secure channel, whichever its protocol.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CALC_CHANNEL_H
#define CLI_CALC_CHANNEL_H

#include "cli/calc.h"

/* A session that is open; all are borrowed. */
struct calc_channel {
	struct crypto *crypto;
	void *session;
	/* YKT_E_ARG: no command, or too long. */
	enum ykt_status (*wrap)(
	    struct crypto *crypto, void *session, struct ykt_bytes plain, struct ykt_buf *out);
	/* plain: the command that is answered. YKT_E_MAC: the answer's MAC is wrong. */
	enum ykt_status (*unwrap)(struct crypto *crypto, void *session, struct ykt_bytes plain,
	    struct ykt_bytes wrapped, struct ykt_buf *out);
};

/*
 * Wraps each "command" of args, and unwraps the "response" of the same place when
 * there is one, into "commands" of object. YKT_E_FORMAT: args->why says what is
 * wrong; others as calc_run().
 */
YKT_MUST_USE enum ykt_status
calc_channel_run(const struct calc_channel *channel, struct calc_args *args, json_t *object);

#endif
