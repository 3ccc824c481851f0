/*
 * The key that signs ride codes (C5-DAT-3): in the element, where the client has
 * one, or under the user's password in part two of the store.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_RIDER_H
#define CLIENT_RIDER_H

#include "client/internal.h"

/* An open one; its owner clears it. It points into itself: do not move it. */
struct client_rider {
	struct signer signer;    /* hand out &rider->signer */
	struct signer_soft soft; /* behind it, without an element */
};

/*
 * Makes a new key; the one before is gone in the element, and in part two when
 * data is saved. With an element data->rider has the public half alone.
 *
 * YKT_REFUSED, YKT_BLOCKED, YKT_CANCELLED: of the element; the reason is set
 * YKT_E_LINK, YKT_E_CARD, YKT_E_FORMAT, YKT_E_RANDOM, YKT_E_CRYPTO, YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status
client_rider_make(struct ykt_client *client, struct client_vault_data *data);

/*
 * The signer for data's key; what it signs is a ride code up to field 16.
 * YKT_REFUSED ("rider_gone"): the element has another key, or none. As above.
 * Its sign: YKT_REFUSED when the element has made a later code already; as above.
 */
YKT_MUST_USE enum ykt_status client_rider_open(struct ykt_client *client,
    const struct client_vault_data *data, struct client_rider *ret_rider);
void client_rider_clear(struct client_rider *rider);

/*
 * Deletes everything of the user's in the element: after that nothing is left to
 * sign with. YKT_OK also where there is no element to ask in this profile.
 */
YKT_MUST_USE enum ykt_status client_rider_erase(struct ykt_client *client);

#endif
