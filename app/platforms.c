/*
 * The worker's clients.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/platforms.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/version.h"

guint
app_platforms_count(const AppConfig *config)
{
	return 1 + (config->others != NULL ? config->others->len : 0);
}

const AppConfig *
app_platforms_config(const AppConfig *config, guint i)
{
	return i == 0 ? config : g_ptr_array_index(config->others, i - 1);
}

static char *
why_no_host(const AppConfig *config, const char *what, enum ykt_status status)
{
	if (status == YKT_BUSY)
		return g_strdup(_("Another program is using this account's folder. Close it, then "
				  "start again."));
	if (what != NULL && strcmp(what, "ca_file") == 0)
		return g_strdup_printf(_("The certificates cannot be read: %s"), config->ca);
	if (what != NULL && strcmp(what, "state_folder") == 0)
		return g_strdup_printf(_("This folder cannot be used: %s"), config->state);
	if (what != NULL && strcmp(what, "install_root") == 0)
		return g_strdup_printf(_("This folder cannot be used: %s"), config->install);

	return g_strdup_printf("%s (%s)", _("The client cannot start."), ykt_status_name(status));
}

static char *
why_no_client(enum ykt_status status)
{
	if (status == YKT_OK)
		return NULL;
	if (status == YKT_E_CORRUPT)
		return g_strdup(_("What is saved here was changed, or belongs to another device. "
				  "Nothing was written to it. Move the folder away and log in "
				  "again: the platform finishes open orders."));
	if (status == YKT_MISMATCH)
		return g_strdup(_("This folder belongs to a client of the other profile. Nothing "
				  "was written to it."));

	return g_strdup_printf("%s (%s)", _("The client cannot start."), ykt_status_name(status));
}

static gboolean
has_element(const AppConfig *config)
{
	return config->se != NULL && *config->se != '\0';
}

/* The port of the same element, opened for another platform; NULL: none is. */
static const struct ykt_se *
shared_element(const AppPlatforms *platforms, const AppConfig *config)
{
	for (guint i = 0; has_element(config) && i < platforms->count; i++) {
		const AppPlatform *other = &platforms->at[i];

		if (other->client != NULL && g_strcmp0(other->config->se, config->se) == 0)
			return other->options.se;
	}

	return NULL;
}

static enum ykt_status
open_client(AppPlatforms *platforms, AppPlatform *platform, const struct ykt_se *shared)
{
	const AppConfig *config = platform->config;
	struct ykt_client_options *options = &platform->options;

	*options = (struct ykt_client_options){
		.ui = platforms->ui,
		.profile =
		    platforms->profile != YKT_PROFILE_KEPT ? platforms->profile : config->profile,
		.edition = YKT_EDITION_2016,
		.version = APP_VERSION,
		.release_key = config->release_key,
	};
	memcpy(options->platform_pub, config->platform_pub, sizeof(options->platform_pub));
	memcpy(options->pin_pub, config->pin_pub, sizeof(options->pin_pub));
	ykt_host_fill(platform->host, options);
	if (shared != NULL)
		options->se = shared;
	if (platforms->host_clock == NULL)
		platforms->host_clock = options->env.clock;
	if (platforms->clock != NULL)
		options->env.clock = platforms->clock;

	return ykt_client_new(options, &platform->client);
}

/* The words that a new version is asked with; the first is its path, which the host knows. */
static char **
words_to_ask(AppPlatform *platform)
{
	static char nothing[] = "", selfcheck[] = "--selfcheck", option[] = "--config";

	platform->install_ask[0] = nothing;
	platform->install_ask[1] = selfcheck;
	platform->install_ask[2] = option;
	platform->install_ask[3] = platform->config->path;
	platform->install_ask[4] = NULL;

	return platform->install_ask;
}

static char *
open_one(AppPlatforms *platforms, AppPlatform *platform)
{
	const AppConfig *config = platform->config;
	const struct ykt_se *shared = shared_element(platforms, config);
	const struct ykt_host_options at = {
		.platform = config->platform,
		.tsm = config->tsm,
		.psp = config->psp,
		.ca_file = config->ca,
		.state_folder = config->state,
		.se_address = has_element(config) && shared == NULL ? config->se : NULL,
		.install_root = config->install,
		.install_ask = words_to_ask(platform),
	};
	const char *what = NULL;
	enum ykt_status status = ykt_host_open(&at, &platform->host, &what);

	if (status != YKT_OK)
		return why_no_host(config, what, status);
	status = open_client(platforms, platform, shared);
	if (status != YKT_OK)
		ykt_host_close(&platform->host);

	return why_no_client(status);
}

char *
app_platforms_open(AppPlatforms *platforms, const AppConfig *config)
{
	guint count = app_platforms_count(config);

	for (guint i = 0; i < count; i++) {
		AppPlatform *platform = &platforms->at[i];
		g_autofree char *fault = NULL;

		platform->config = app_platforms_config(config, i);
		platforms->count = i + 1;
		if (platform->config->platform != NULL)
			fault = open_one(platforms, platform);
		if (fault != NULL && i == 0)
			return g_steal_pointer(&fault);
		if (fault != NULL)
			g_warning("%s: %s", platform->config->name, fault);
	}

	return NULL;
}

enum ykt_status
app_platforms_renew(AppPlatforms *platforms, guint i)
{
	AppPlatform *platform = &platforms->at[i];
	const struct ykt_se *se = platform->options.se;

	ykt_client_free(&platform->client);

	return open_client(platforms, platform, se);
}

/* Clients before hosts: the first one's has the element that others share. */
void
app_platforms_close(AppPlatforms *platforms)
{
	for (guint i = 0; i < platforms->count; i++)
		ykt_client_free(&platforms->at[i].client);
	for (guint i = 0; i < platforms->count; i++)
		ykt_host_close(&platforms->at[i].host);
	platforms->count = 0;
}

gsize
app_platforms_list(const AppPlatforms *platforms, struct ykt_platform ret_list[YKT_PLATFORMS_MAX])
{
	for (guint i = 0; i < platforms->count; i++)
		ret_list[i] =
		    (struct ykt_platform){ platforms->at[i].config->name, platforms->at[i].client };

	return platforms->count;
}

const char *
app_platforms_find(const AppPlatforms *platforms, int said, const char *card, guint *at)
{
	struct ykt_platform list[YKT_PLATFORMS_MAX];
	gsize count = app_platforms_list(platforms, list);
	enum ykt_status status = YKT_NOT_FOUND;
	gsize owner = 0;

	if (said < 0 && card != NULL && count > 1)
		status = ykt_lists_owner(list, count, card, &owner);
	if (status == YKT_CONFLICT)
		return N_("Cards of several platforms end so: give more digits, or the platform.");
	if (said >= 0)
		*at = (guint)said;
	else if (status == YKT_OK)
		*at = (guint)owner;

	return list[*at].client == NULL ? N_("It could not be asked.") : NULL;
}
