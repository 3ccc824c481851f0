/*
 * The device's key in the sealed store.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/device.h"

void
client_device_open(struct ykt_client *client)
{
	signer_soft_init(&client->soft, client->o.crypto, &client_state(client)->device);
}

void
client_device_close(struct ykt_client *client)
{
	signer_soft_clear(&client->soft);
}

enum ykt_status
client_device_make(struct ykt_client *client)
{
	(void)client; /* the store was made with one */

	return YKT_OK;
}

enum ykt_status
client_device(struct ykt_client *client, const struct signer **ret_signer)
{
	*ret_signer = &client->soft.signer;

	return YKT_OK;
}
