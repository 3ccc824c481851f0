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

/* Looks, into client->findings. YKT_E_DOWN; whatever else fails is a finding. */
YKT_MUST_USE enum ykt_status client_self_look(struct ykt_client *client);

/*
 * client_may() for functions that spend money or ask for a payment PIN: looks
 * again too. YKT_REFUSED: the profile does not have it, or the program is not the
 * one that was signed; the result will say which.
 */
YKT_MUST_USE enum ykt_status client_self_check(struct ykt_client *client, enum client_flow flow);

#endif
