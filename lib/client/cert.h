/*
 * The user's certificate in the element (C5-COM-2, C5-ARC-7): shown at login,
 * asked for where there is none, stored where the platform gives one. A client
 * without an element has none and is asked for none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_CERT_H
#define CLIENT_CERT_H

#include "client/internal.h"

struct client_cert {
	uint8_t bytes[WIRE_IDENT_CERT_MAX];
	size_t len;
};

/*
 * What the element has (len 0: none), and a fresh request, signed with its key,
 * which is there (client_device()).
 *
 * YKT_REFUSED, YKT_BLOCKED, YKT_CANCELLED: of the element; the reason is set
 * YKT_E_LINK, YKT_E_CARD, YKT_E_FORMAT, YKT_E_DEADLINE, YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status
client_cert_read(struct ykt_client *client, struct client_cert *ret_cert);
YKT_MUST_USE enum ykt_status
client_cert_request(struct ykt_client *client, struct client_cert *ret_request);

/*
 * Stores one. What the element refuses is no failure: the next login shows the
 * old one, or asks for a code again. YKT_E_DOWN only.
 */
YKT_MUST_USE enum ykt_status client_cert_store(struct ykt_client *client, struct ykt_bytes cert);

/* True when the last refusal was for want of a certificate that holds. */
bool client_cert_wanted(const struct ykt_client *client);

#endif
