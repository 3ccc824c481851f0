/*
 * Where the device's key is: in the element, or in the sealed store of a client
 * that has none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/device.h"

#include "client/device_se.h"

static bool
has_soft_key(const struct ykt_client *client)
{
	static const uint8_t none[32];

	return !ykt_ct_equal(client_state(client)->device.d, none, sizeof(none));
}

void
client_device_open(struct ykt_client *client)
{
	if (client_seless(client) && has_soft_key(client))
		signer_soft_init(&client->soft, client->o.crypto, &client_state(client)->device);
}

void
client_device_close(struct ykt_client *client)
{
	signer_soft_clear(&client->soft);
}

/* The key is durable before anything is signed with it. */
static enum ykt_status
soft_make(struct ykt_client *client)
{
	struct client_state next = *client_state(client);
	enum ykt_status status = YKT_OK;

	if (!has_soft_key(client)) {
		status = crypto_sm2_generate(client->o.crypto, client->o.env.random, &next.device);
		if (status == YKT_OK)
			status = client_store_put(&client->store, &next);
		if (status == YKT_OK)
			client_device_open(client);
	}
	ykt_wipe(&next, sizeof(next));

	return status;
}

enum ykt_status
client_device(struct ykt_client *client, const struct signer **ret_signer)
{
	enum ykt_status status =
	    client_seless(client) ? soft_make(client) : client_device_se_ready(client);

	if (status == YKT_OK)
		*ret_signer = client_seless(client) ? &client->soft.signer : &client->element;

	return status;
}
