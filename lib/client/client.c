/*
 * Making a client, and what every function of it needs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/device.h"
#include "client/guard.h"
#include "client/mask.h"
#include "client/selfcheck.h"

/* Also what the messages allow. */
#define EDITION_MAX 8
#define VERSION_MAX 16

static bool
options_whole(const struct ykt_client_options *o)
{
	return o->env.clock != NULL && o->env.random != NULL && o->env.alloc != NULL &&
	       o->crypto != NULL && o->platform != NULL && o->psp != NULL && o->file != NULL &&
	       o->ui != NULL && (unsigned)o->profile <= YKT_PROFILE_KEPT && o->edition != NULL &&
	       strlen(o->edition) <= EDITION_MAX && o->version != NULL &&
	       strlen(o->version) <= VERSION_MAX;
}

/*
 * A folder that was registered stays what it is; only then can it be said which
 * of the ports must be there.
 */
static enum ykt_status
settle_profile(struct ykt_client *client)
{
	const struct ykt_client_options *o = &client->o;
	const struct client_state *state = client_state(client);
	enum ykt_profile kept = (enum ykt_profile)state->profile;

	if (o->profile == YKT_PROFILE_KEPT)
		client->profile = kept;
	else if (state->registered && kept != o->profile)
		return YKT_MISMATCH;
	else
		client->profile = o->profile;
	if (client->profile == YKT_PROFILE_SE &&
	    (o->se == NULL || o->se->iface != YKT_SE_WIRED || o->tsm == NULL))
		return YKT_E_ARG;

	return YKT_OK;
}

static enum ykt_status
fill_keys(struct ykt_client *client, const struct ykt_client_options *options)
{
	static const uint8_t none[sizeof(options->pin_pub)] = { 0 };
	enum ykt_status status;

	memcpy(client->platform.xy, options->platform_pub, sizeof(client->platform.xy));
	memcpy(client->pin_key.xy, options->pin_pub, sizeof(client->pin_key.xy));
	client->has_pin_key = !ykt_ct_equal(options->pin_pub, none, sizeof(none));
	status = crypto_sm2_pub_check(options->crypto, &client->platform);
	if (status == YKT_OK && client->has_pin_key)
		status = crypto_sm2_pub_check(options->crypto, &client->pin_key);

	return status == YKT_E_FORMAT ? YKT_E_ARG : status;
}

static enum ykt_status
fill(struct ykt_client *client, const struct ykt_client_options *options)
{
	enum ykt_status status;

	client->o = *options;
	client->vault_cost = client_vault_cost;
	client_text_copy(client->edition, sizeof(client->edition), options->edition);
	client_text_copy(client->version, sizeof(client->version), options->version);
	status = fill_keys(client, options);
	if (status != YKT_OK)
		return status;
	status = client_self_open(client);
	if (status != YKT_OK)
		return status;
	status = wire_scratch_new(
	    options->env.alloc, CLIENT_SEND_MAX, CLIENT_REPLY_MAX, &client->scratch);
	if (status != YKT_OK)
		return status;
	client->plain = ykt_mem_get(options->env.alloc, CLIENT_PLAIN_MAX);
	if (client->plain == NULL)
		return YKT_E_NOMEM;
	status =
	    client_store_open(&client->store, options->file, options->env.random, options->crypto);
	if (status == YKT_OK)
		status = settle_profile(client);
	if (status == YKT_OK)
		status = client_descr_load(client);
	if (status != YKT_OK)
		return status;
	client_device_open(client);
	client->ctr = client->store.state.session.ctr;

	status = client_self_look(client);

	return status == YKT_OK ? client_self_trial(client) : status;
}

enum ykt_status
ykt_client_new(const struct ykt_client_options *options, struct ykt_client **ret_client)
{
	struct ykt_client *client;
	enum ykt_status status;

	if (!options_whole(options))
		return YKT_E_ARG;
	client = ykt_mem_get(options->env.alloc, sizeof(*client));
	if (client == NULL)
		return YKT_E_NOMEM;
	client->o.env = options->env;
	status = fill(client, options);
	if (status == YKT_OK)
		*ret_client = client;
	else
		ykt_client_free(&client);

	return status;
}

void
ykt_client_free(struct ykt_client **client)
{
	struct ykt_client *old = *client;
	const struct ykt_alloc *alloc;

	if (old == NULL)
		return;
	alloc = old->o.env.alloc;
	/* A folder that could not be opened has shown nothing. */
	client_guard_off(old);
	wire_scratch_free(&old->scratch);
	if (old->plain != NULL)
		ykt_mem_put(alloc, &old->plain, CLIENT_PLAIN_MAX);
	client_device_close(old);
	client_store_close(&old->store);
	ykt_mem_put(alloc, client, sizeof(*old));
}

static unsigned
intents_open(const struct client_state *state)
{
	unsigned count = 0;

	for (size_t i = 0; i < CLIENT_INTENTS_MAX; i++)
		count += state->intents[i].kind != CLIENT_INTENT_NONE;

	return count;
}

void
ykt_client_info(const struct ykt_client *client, struct ykt_client_info *ret_info)
{
	const struct client_state *state = client_state(client);

	*ret_info = (struct ykt_client_info){
		.registered = state->registered,
		.logged_in = state->session.open,
		.open_intents = intents_open(state),
		.profile = client->profile,
		.findings = client->findings,
	};
	if (state->phone[0] != '\0')
		client_mask_phone(state->phone, ret_info->phone, sizeof(ret_info->phone));
	client_text_copy(ret_info->name, sizeof(ret_info->name), state->name);
}

bool
ykt_client_recover_needed(const struct ykt_client *client)
{
	const struct client_state *state = client_state(client);

	return intents_open(state) != 0 || state->session.abnormal != 0;
}

enum ykt_status
client_new_id(struct ykt_client *client, char ret_id[33])
{
	uint8_t bytes[16];
	enum ykt_status status = ykt_random_fill(client->o.env.random, bytes, sizeof(bytes));

	if (status == YKT_OK)
		wire_id_text(bytes, ret_id);

	return status;
}

enum ykt_status
client_wait(struct ykt_client *client, const char *text, int64_t wait_ms, unsigned done,
    unsigned total, bool *ret_cancel)
{
	const struct ykt_clock *clock = client->o.env.clock;
	bool cancel = client_progress(client, text, done, total);

	if (ret_cancel != NULL && cancel) {
		*ret_cancel = true;
		return YKT_OK;
	}

	return ykt_clock_wait(clock, ykt_clock_mono(clock) + wait_ms);
}
