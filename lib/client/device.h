/*
 * The key that this device proves itself with (C5-ARC-2, C5-ARC-8): the profile
 * decides where it is kept. Registration, login and payments are signed with it,
 * and what only the platform may read is sealed by whoever keeps it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_DEVICE_H
#define CLIENT_DEVICE_H

#include "client/internal.h"

/* At the start and the end of a client; neither talks to an element. */
void client_device_open(struct ykt_client *client);
void client_device_close(struct ykt_client *client);

/*
 * What signs for this device, ready for use, with a key that is made where there
 * is none yet; borrowed from client until the next call or the next command to
 * the card. Its public key goes with what it signs. A text to sign is at most
 * 1280 bytes long, a text to seal 128.
 *
 * YKT_REFUSED  the element cannot (device_se.h); the reason is set
 * YKT_E_LINK, YKT_E_CARD, YKT_E_FORMAT, YKT_E_DEADLINE: of the element
 * YKT_E_FILE, YKT_E_RANDOM, YKT_E_CRYPTO: of the key in the store
 * YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status
client_device(struct ykt_client *client, const struct signer **ret_signer);

#endif
