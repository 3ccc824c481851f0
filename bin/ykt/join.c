/*
 * The client of this machine: ports joined to real drivers by a configuration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "host/host_clock.h"
#include "host/host_dirs.h"
#include "host/host_signals.h"
#include "wire/field.h"

/* Marks a message id: its Chinese is in po/. */
#define N_(text)   text
#define PROGRAM    "ykt"
#define VERSION    "0.1.0"
#define SE_OPEN_MS 5000

static const struct wire_field join_config_fields[] = {
	FIELD_TEXT(join_config, platform),
	FIELD_TEXT(join_config, tsm),
	FIELD_TEXT(join_config, psp),
	FIELD_TEXT(join_config, ca),
	FIELD_TEXT(join_config, platform_key),
	FIELD_TEXT(join_config, state),
	FIELD_TEXT(join_config, se),
	FIELD_TEXT_OPT(join_config, sms_sink),
};
static MESSAGE(join_config, "client configuration");

/* $YKT_STATE/client.json, or var/client.json. */
static bool
usual_path(char path[HOST_PATH_MAX])
{
	const char *state = getenv("YKT_STATE");

	return host_dirs_join(state != NULL && state[0] != '\0' ? state : "var", "client.json",
		   path) == YKT_OK;
}

static bool
load_config(struct join_config *config, const char *path)
{
	if (!config_read(PROGRAM, path, &join_config_msg, config))
		return false;
	config_resolve(path, config->ca);
	config_resolve(path, config->platform_key);
	config_resolve(path, config->state);
	if (config->has_sms_sink)
		config_resolve(path, config->sms_sink);
	/* "socket:se.sock" is relative to the configuration too. */
	if (strncmp(config->se, "socket:", 7) == 0 && strchr(config->se + 7, ':') == NULL) {
		char place[CONFIG_PATH_MAX];

		snprintf(place, sizeof(place), "%s", config->se + 7);
		config_resolve(path, place);
		snprintf(config->se, sizeof(config->se), "socket:%.*s", CONFIG_PATH_MAX - 8, place);
	}

	return true;
}

static enum ykt_status
element_open(struct join_se *se)
{
	const struct se_open_options options = {
		.alloc = &ykt_alloc_libc,
		.clock = se->clock,
		.iface = YKT_SE_WIRED,
		.deadline_mono_ms = ykt_clock_mono(se->clock) + SE_OPEN_MS,
	};

	if (se->link != NULL)
		return YKT_OK;

	return se_link_open(&options, se->address, &se->link, NULL) == YKT_OK ? YKT_OK : YKT_E_LINK;
}

static enum ykt_status
element_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline)
{
	struct join_se *se = ctx;
	enum ykt_status status = element_open(se);

	return status == YKT_OK ? se_link_transceive(se->link, cmd, rsp, deadline) : status;
}

/* A link that does not come back is opened anew: the card process may be another. */
static enum ykt_status
element_reset(void *ctx, struct ykt_buf *atr, int64_t deadline)
{
	struct join_se *se = ctx;
	enum ykt_status status = element_open(se);

	if (status == YKT_OK)
		status = se_link_reset(se->link, atr, deadline);
	if (status == YKT_E_LINK && se->link != NULL) {
		se_link_close(&se->link);
		status = element_open(se);
		if (status == YKT_OK)
			status = se_link_reset(se->link, atr, deadline);
	}

	return status;
}

/* What is wrong with one thing of the configuration, in the user's language. */
static void
say(const struct join *join, FILE *err, const char *subject, const char *msgid)
{
	fprintf(err, "%s: %s: %s\n", PROGRAM, subject, messages_text(join->lang, msgid));
}

static bool
open_servers(struct join *join, FILE *err)
{
	const char *const urls[] = { join->config.platform, join->config.tsm, join->config.psp };

	for (size_t i = 0; i < YKT_ARRAY_LEN(urls); i++) {
		const struct http_client_options options = {
			.base_url = urls[i],
			.ca_file = join->config.ca,
			.pool = 1,
			.env = &join->env,
		};
		enum ykt_status status = http_client_open(&options, &join->servers[i]);

		if (status == YKT_OK)
			continue;
		if (status == YKT_E_FILE)
			say(join, err, join->config.ca, N_("It cannot be read."));
		else
			say(join, err, urls[i],
			    N_("This is no address of a server: https://HOST:PORT"));
		return false;
	}

	return true;
}

static bool
open_folder(struct join *join, FILE *err)
{
	const char *folder = join->config.state;
	enum ykt_status status = host_dirs_make(folder);

	if (status == YKT_OK)
		status = host_file_open(folder, &join->folder);
	if (status == YKT_BUSY)
		say(join, err, folder,
		    N_("Another ykt is using this folder. Wait until it has ended."));
	else if (status != YKT_OK)
		say(join, err, folder, N_("This folder cannot be used."));
	if (status == YKT_OK)
		join->file = host_file_port(&join->folder);

	return status == YKT_OK;
}

static enum ykt_status
make_client(struct join *join, FILE *err, const struct ykt_ui *ui, struct ykt_client **ret_client)
{
	struct ykt_client_options options = {
		.env = join->env,
		.crypto = join->crypto,
		.platform = http_client_port(join->servers[0]),
		.tsm = http_client_port(join->servers[1]),
		.psp = http_client_port(join->servers[2]),
		.se = &join->se.port,
		.file = &join->file,
		.ui = ui,
		.profile = YKT_PROFILE_SE,
		.edition = YKT_EDITION_2016,
		.version = VERSION,
	};
	struct crypto_sm2_pub pub;
	enum ykt_status status;

	if (!config_sm2_pub(PROGRAM, join->config.platform_key, &pub))
		return YKT_E_ARG;
	memcpy(options.platform_pub, pub.xy, sizeof(options.platform_pub));
	status = ykt_client_new(&options, ret_client);
	if (status == YKT_E_CORRUPT)
		say(join, err, join->config.state,
		    N_("The store was changed or belongs to another device. Nothing was written to "
		       "it. Move the folder away and log in again: the platform finishes open "
		       "orders."));
	else if (status != YKT_OK)
		say(join, err, ykt_status_text(status), N_("The client cannot start."));

	return status;
}

static void
app_close(void *ctx)
{
	struct join *join = ctx;

	if (join->se.link != NULL)
		se_link_close(&join->se.link);
	for (size_t i = 0; i < YKT_ARRAY_LEN(join->servers); i++)
		http_client_close(&join->servers[i]);
	host_file_close(&join->folder);
}

static enum ykt_status
app_open(void *ctx, const char *config, FILE *err, const struct ykt_ui *ui,
    struct ykt_client **ret_client, const char **ret_sms_sink)
{
	struct join *join = ctx;
	char usual[HOST_PATH_MAX];
	enum ykt_status status = YKT_E_FILE;

	if (host_signals_install() != YKT_OK)
		return YKT_E_INTERNAL;
	if (config == NULL) {
		if (!usual_path(usual))
			return YKT_E_ARG;
		config = usual;
	}
	if (!load_config(&join->config, config)) {
		if (config == usual)
			say(join, err, "client.json",
			    N_("'make run' makes one; YKT_STATE names its folder, --config another "
			       "file."));
		return YKT_E_ARG;
	}
	join->se.address = join->config.se;
	if (open_folder(join, err) && open_servers(join, err))
		status = make_client(join, err, ui, ret_client);
	if (status != YKT_OK) {
		app_close(join);
		return status;
	}
	if (join->config.has_sms_sink)
		*ret_sms_sink = join->config.sms_sink;

	return YKT_OK;
}

struct client_app
join_app(struct join *join, struct crypto *crypto, enum messages_lang lang)
{
	memset(join, 0, sizeof(*join));
	join->crypto = crypto;
	join->lang = lang;
	join->clock = host_clock();
	join->random = host_random();
	join->env = (struct ykt_env){ &join->clock, &join->random, &ykt_alloc_libc, NULL };
	join->folder.dir_fd = -1;
	join->se = (struct join_se){
		.port = { &join->se, YKT_SE_WIRED, element_transceive, element_reset },
		.clock = &join->clock,
	};

	return (struct client_app){ join, app_open, app_close };
}
