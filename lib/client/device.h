/*
 * The key that this device proves itself with (C5-ARC-2, C5-ARC-8): the profile
 * decides where it is kept. Registration and login are signed with it, and the
 * secret of a session is sealed to the platform by whoever keeps it.
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
 * Makes the key where there is none yet: for registration, before its form.
 * Errors as client_device().
 */
YKT_MUST_USE enum ykt_status client_device_make(struct ykt_client *client);

/*
 * What signs for this device, ready for use; borrowed from client until the next
 * call. Its public key goes with what it signs.
 */
YKT_MUST_USE enum ykt_status
client_device(struct ykt_client *client, const struct signer **ret_signer);

#endif
