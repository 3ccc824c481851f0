/*
 * Intents as the functions use them: the one that was begun before, or a new one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/flow.h"
#include "client/mask.h"

enum ykt_status
client_intent_new(
    struct ykt_client *client, enum client_intent_kind kind, struct client_intent *ret_intent)
{
	struct client_intent intent = { .kind = kind };
	enum ykt_status status = client_new_id(client, intent.idem);

	intent.created_ms = ykt_clock_wall(client->o.env.clock);
	if (status == YKT_OK)
		*ret_intent = intent;

	return status;
}

const struct client_intent *
client_intent_find(
    const struct ykt_client *client, client_intent_match *match, const struct client_intent *wish)
{
	const struct client_state *state = client_state(client);

	for (size_t i = 0; i < CLIENT_INTENTS_MAX; i++) {
		const struct client_intent *at = &state->intents[i];

		if (at->kind != CLIENT_INTENT_NONE && match(at, wish))
			return at;
	}

	return NULL;
}

enum ykt_status
client_intent_keep(struct ykt_client *client, const struct client_intent *intent)
{
	enum ykt_status status = client_intent_put(&client->store, intent);

	if (status != YKT_OVER_LIMIT)
		return status;
	client_reason(client, "intents");

	return YKT_BUSY;
}

enum ykt_status
client_intent_take(struct ykt_client *client, client_intent_match *match,
    const struct client_intent *wish, struct client_intent *ret_intent)
{
	const struct client_intent *begun = client_intent_find(client, match, wish);
	struct client_intent fresh, intent = *wish;
	enum ykt_status status;

	if (begun != NULL) {
		*ret_intent = *begun;
		return YKT_OK;
	}
	status = client_intent_new(client, wish->kind, &fresh);
	if (status != YKT_OK)
		return status;
	client_text_copy(intent.idem, sizeof(intent.idem), fresh.idem);
	intent.created_ms = fresh.created_ms;
	status = client_intent_keep(client, &intent);
	if (status == YKT_OK)
		*ret_intent = intent;

	return status;
}

enum ykt_status
client_intent_done(struct ykt_client *client, const struct client_intent *intent)
{
	enum ykt_status status = client_intent_drop(&client->store, intent->idem);

	/* What could not be erased is asked about once more at the next start. */
	return status == YKT_E_DOWN ? status : YKT_OK;
}
