/*
 * The client's look at itself (C5-SWS-1, C5-SWS-2): its manifest and files, and
 * its process. A program that is not the one that was signed spends no money; what
 * else is found goes to the platform, whose policy decides.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_SELFCHECK_H
#define CLIENT_SELFCHECK_H

#include "client/internal.h"

/*
 * Takes the pinned key off the options. YKT_E_ARG: it is none. YKT_E_KEY: a test
 * key, in a build that refuses them.
 */
YKT_MUST_USE enum ykt_status client_self_open(struct ykt_client *client);

/* What is looked at, and what it is judged by; key: NULL when none is pinned. */
struct client_self {
	const struct ykt_attest *attest;
	struct crypto *crypto;
	const struct wire_release_key *key;
	const char *edition;
	const char *version;
};

/* The look itself, also without a client. YKT_E_DOWN; whatever else fails is a finding. */
YKT_MUST_USE enum ykt_status
client_self_judge(const struct client_self *self, unsigned *ret_findings);

/* Looks, into client->findings. YKT_E_DOWN; whatever else fails is a finding. */
YKT_MUST_USE enum ykt_status client_self_look(struct ykt_client *client);

/*
 * What the host says of the operating system; both texts "" when nothing can be told.
 * YKT_E_DOWN; whatever else fails is not told.
 */
YKT_MUST_USE enum ykt_status
client_self_system(const struct ykt_client *client, struct ykt_system *ret_system);

/* Of a version on trial (ykt/driver/install.h), after the first look: update.c. YKT_E_DOWN. */
YKT_MUST_USE enum ykt_status client_self_trial(struct ykt_client *client);

/*
 * client_may() for functions that spend money or ask for a payment PIN: looks
 * again too. YKT_REFUSED: the profile does not have it, or the program is not the
 * one that was signed; the result will say which.
 */
YKT_MUST_USE enum ykt_status client_self_check(struct ykt_client *client, enum client_flow flow);

#endif
