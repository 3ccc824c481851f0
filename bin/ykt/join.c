/*
 * The client of this machine: ports joined to real drivers by a configuration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "files.h"
#include "client/selfcheck.h"
#include "host/host_attest.h"
#include "host/host_dirs.h"
#include "host/host_signals.h"
#include "http/http_address.h"
#include "wire/field.h"
#include "wire/release.h"

/* Marks a message id: its Chinese is in po/. */
#define N_(text)     text
#define PROGRAM      "ykt"
#define PLATFORM_MAX 32
#define VERSION      "0.1.0"

static const struct wire_field join_other_fields[] = {
	FIELD_TEXT(join_other, name),
	FIELD_TEXT_OPT(join_other, title),
};
static MESSAGE(join_other, "platform");

static const struct wire_field join_config_fields[] = {
	FIELD_TEXT(join_config, platform),
	FIELD_TEXT(join_config, tsm),
	FIELD_TEXT(join_config, psp),
	FIELD_TEXT(join_config, ca),
	FIELD_TEXT(join_config, platform_key),
	FIELD_TEXT_OPT(join_config, pin_key),
	FIELD_TEXT(join_config, state),
	FIELD_TEXT(join_config, se),
	FIELD_TEXT_OPT(join_config, sms_sink),
	FIELD_TEXT_OPT(join_config, caller),
	FIELD_TEXT_OPT(join_config, profile),
	FIELD_TEXT_OPT(join_config, release_key),
	FIELD_TEXT_OPT(join_config, prefix),
	FIELD_TEXT_OPT(join_config, install),
	FIELD_TEXT_OPT(join_config, name),
	FIELD_LIST_OPT(join_config, platforms, join_other_msg),
};
static MESSAGE(join_config, "client configuration");

bool
join_platform_fits(const char *name)
{
	const size_t len = strlen(name);

	return len >= 1 && len <= PLATFORM_MAX &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") ==
		   len;
}

/*
 * $YKT_STATE/client.json, or var/client.json; of a platform that was named, NAME.json
 * beside it. Each has a folder of its own: a registration, a session and what is
 * unfinished belong to one platform.
 */
static bool
usual_path(const struct join *join, char path[HOST_PATH_MAX])
{
	const char *state = getenv("YKT_STATE");
	char name[PLATFORM_MAX + sizeof(".json")] = "client.json";

	if (join->platform != NULL)
		(void)snprintf(name, sizeof(name), "%.*s.json", PLATFORM_MAX, join->platform);

	return host_dirs_join(state != NULL && state[0] != '\0' ? state : "var", name, path) ==
	       YKT_OK;
}

static bool
load_config(struct join_config *config, const char *path)
{
	if (!config_read(PROGRAM, path, &join_config_msg, config))
		return false;
	config_resolve(path, config->ca);
	config_resolve(path, config->platform_key);
	if (config->has_pin_key)
		config_resolve(path, config->pin_key);
	config_resolve(path, config->state);
	if (config->has_sms_sink)
		config_resolve(path, config->sms_sink);
	if (config->has_release_key)
		config_resolve(path, config->release_key);
	if (config->has_prefix)
		config_resolve(path, config->prefix);
	if (config->has_install)
		config_resolve(path, config->install);
	/* "socket:se.sock" is relative to the configuration too. */
	if (strncmp(config->se, "socket:", 7) == 0 && strchr(config->se + 7, ':') == NULL) {
		char place[CONFIG_PATH_MAX];

		snprintf(place, sizeof(place), "%s", config->se + 7);
		config_resolve(path, place);
		snprintf(config->se, sizeof(config->se), "socket:%.*s", CONFIG_PATH_MAX - 8, place);
	}

	return true;
}

/* What is wrong with one thing of the configuration, in the user's language. */
static void
say(const struct join *join, FILE *err, const char *subject, const char *msgid)
{
	fprintf(err, "%s: %s: %s\n", PROGRAM, subject, messages_text(join->lang, msgid));
}

/* What was wrong with the option that ykt_host_open() blames; NULL: none was. */
static void
say_option(const struct join *join, const struct join_config *config, FILE *err, const char *what,
    enum ykt_status status)
{
	const struct {
		const char *option;
		const char *value;
		const char *msgid;
	} rows[] = {
		{ "platform", config->platform, http_address_fault(config->platform) },
		{ "tsm", config->tsm, http_address_fault(config->tsm) },
		{ "psp", config->psp, http_address_fault(config->psp) },
		{ "ca_file", config->ca, N_("It cannot be read.") },
		{ "prefix", config->prefix, N_("This folder cannot be used.") },
		{ "install_root", config->install, N_("This folder cannot be used.") },
		{ "state_folder", config->state,
		    status == YKT_BUSY
			? N_("Another ykt is using this folder. Wait until it has ended.")
			: N_("This folder cannot be used.") },
	};

	for (size_t i = 0; what != NULL && i < YKT_ARRAY_LEN(rows); i++) {
		if (strcmp(what, rows[i].option) == 0 && rows[i].msgid != NULL) {
			say(join, err, rows[i].value, rows[i].msgid);
			return;
		}
	}
	say(join, err, ykt_status_text(status), N_("The client cannot start."));
}

/* Who this client is to the element's access rules, if the command line did not say. */
static bool
name_caller(const struct join *join, struct join_one *one, FILE *err)
{
	struct ykt_buf hash = YKT_BUF(one->configured);

	one->caller = join->caller;
	if (!one->config.has_caller || join->caller.len != 0)
		return true;
	if (ykt_hex_decode(one->config.caller, strlen(one->config.caller), &hash) != YKT_OK ||
	    !host_caller_fits(ykt_buf_view(&hash))) {
		say(join, err, one->config.caller,
		    N_("This is no hash of a certificate: 40 or 64 hex digits"));
		return false;
	}
	one->caller = ykt_buf_view(&hash);

	return true;
}

/* The port of the same element, opened for another platform; NULL: none is. */
static const struct ykt_se *
shared_element(const struct join *join, const struct join_one *one)
{
	for (size_t i = 0; i < join->open_count; i++) {
		const struct join_one *other = join->open[i];

		if (one->config.se[0] != '\0' && strcmp(other->config.se, one->config.se) == 0 &&
		    ykt_bytes_equal(other->caller, one->caller))
			return other->se;
	}

	return NULL;
}

static enum ykt_status
open_host(const struct join *join, struct join_one *one, FILE *err)
{
	static char selfcheck[] = "selfcheck", option[] = "--config";
	const struct ykt_se *shared = shared_element(join, one);
	const struct ykt_host_options options = {
		.platform = one->config.platform,
		.tsm = one->config.tsm,
		.psp = one->config.psp,
		.ca_file = one->config.ca,
		.state_folder = one->config.state,
		.se_address = shared != NULL ? NULL : one->config.se,
		.crypto = join->crypto,
		.se_caller = one->caller,
		.prefix = one->config.has_prefix ? one->config.prefix : NULL,
		.install_root = one->config.has_install ? one->config.install : NULL,
		.install_ask = one->install_ask,
	};
	const char *what = NULL;
	enum ykt_status status;

	one->install_ask[1] = selfcheck;
	one->install_ask[2] = option;
	one->install_ask[3] = one->config_path;
	status = ykt_host_open(&options, &one->host, &what);
	one->se = shared;

	if (status != YKT_OK)
		say_option(join, &one->config, err, what, status);

	return status;
}

/* The line of the pinned key's file into the options. */
static bool
pin_release(
    const struct join *join, struct join_one *one, FILE *err, struct ykt_client_options *options)
{
	struct ykt_buf line = { one->release_key, 0, sizeof(one->release_key) - 1, false };

	if (!one->config.has_release_key)
		return true;
	if (files_port.read(one->config.release_key, &line) != YKT_OK) {
		say(join, err, one->config.release_key, N_("It cannot be read."));
		return false;
	}
	one->release_key[line.len] = '\0';
	options->release_key = (const char *)one->release_key;

	return true;
}

/* What is wrong with the pinned key is said by itself. */
static enum ykt_status
check_release_key(const struct join *join, const struct join_one *one, FILE *err,
    const struct ykt_client_options *options)
{
	struct wire_release_key key;
	enum ykt_status status;

	if (options->release_key == NULL)
		return YKT_OK;
	status = wire_release_key_read(join->crypto, ykt_bytes_str(options->release_key), &key);
	if (status != YKT_OK)
		say(join, err, one->config.release_key,
		    status == YKT_E_KEY ? N_("A test key, which this program refuses.")
					: N_("This is no line of a release key."));

	return status == YKT_OK ? YKT_OK : YKT_E_ARG;
}

static enum ykt_status
make_client(const struct join *join, struct join_one *one, enum ykt_profile profile, FILE *err,
    const struct ykt_ui *ui, struct ykt_client **ret_client)
{
	struct ykt_client_options options = {
		.ui = ui,
		.profile = profile,
		.edition = YKT_EDITION_2016,
		.version = VERSION,
	};
	struct crypto_sm2_pub pub;
	enum ykt_status status;

	if (!config_sm2_pub(PROGRAM, one->config.platform_key, &pub))
		return YKT_E_ARG;
	memcpy(options.platform_pub, pub.xy, sizeof(options.platform_pub));
	if (one->config.has_pin_key) {
		if (!config_sm2_pub(PROGRAM, one->config.pin_key, &pub))
			return YKT_E_ARG;
		memcpy(options.pin_pub, pub.xy, sizeof(options.pin_pub));
	}
	if (!pin_release(join, one, err, &options) ||
	    check_release_key(join, one, err, &options) != YKT_OK)
		return YKT_E_ARG;
	ykt_host_fill(one->host, &options);
	if (one->se != NULL)
		options.se = one->se;
	one->se = options.se;
	status = ykt_client_new(&options, ret_client);
	if (status == YKT_E_CORRUPT)
		say(join, err, one->config.state,
		    N_("The store was changed or belongs to another device. Nothing was written to "
		       "it. Move the folder away and log in again: the platform finishes open "
		       "orders."));
	else if (status == YKT_MISMATCH)
		say(join, err, one->config.state,
		    N_("This folder belongs to a client of the other profile. Nothing was written "
		       "to it."));
	else if (status == YKT_E_ARG && options.se == NULL)
		say(join, err, PROGRAM,
		    N_("This program has no secure element: --profile seless."));
	else if (status != YKT_OK)
		say(join, err, ykt_status_text(status), N_("The client cannot start."));

	return status;
}

static void
close_one(struct join_one **one)
{
	ykt_host_close(&(*one)->host);
	ykt_mem_put(&ykt_alloc_libc, one, sizeof(**one));
}

/* The first has the element that others may share. */
static void
app_close(void *ctx)
{
	struct join *join = ctx;

	while (join->open_count > 0)
		close_one(&join->open[--join->open_count]);
}

/* The configuration that was named, or the usual one. */
static bool
take_config(const struct join *join, const char *config, FILE *err, struct join_one *one)
{
	char usual[HOST_PATH_MAX];

	if (config != NULL && join->platform != NULL) {
		say(join, err, join->platform,
		    N_("--platform and --config both name a configuration: give one of them."));
		return false;
	}
	if (config == NULL && !usual_path(join, usual))
		return false;
	if (!load_config(&one->config, config != NULL ? config : usual)) {
		if (config == NULL)
			say(join, err, join->platform != NULL ? join->platform : "client.json",
			    N_("'make run' makes one; YKT_STATE names its folder, --config another "
			       "file."));
		return false;
	}
	for (size_t i = 0; i < one->config.platforms_count; i++) {
		if (!join_platform_fits(one->config.platforms[i].name)) {
			say(join, err, one->config.platforms[i].name,
			    N_("This is no name of a platform: 1 to 32 letters, digits or "
			       "hyphens"));
			return false;
		}
	}
	(void)snprintf(one->config_path, sizeof(one->config_path), "%.*s", CONFIG_PATH_MAX - 1,
	    config != NULL ? config : usual);

	return true;
}

static enum ykt_status
selfcheck(
    struct join *join, const char *config, FILE *err, struct join_one *one, unsigned *ret_findings)
{
	struct ykt_client_options options = { .release_key = NULL };
	struct client_self self = {
		.crypto = join->crypto, .edition = YKT_EDITION_2016, .version = VERSION
	};
	static struct host_attest attest;
	struct ykt_attest port;
	struct wire_release_key key;

	if (!take_config(join, config, err, one) || !pin_release(join, one, err, &options) ||
	    check_release_key(join, one, err, &options) != YKT_OK)
		return YKT_E_ARG;
	if (options.release_key != NULL &&
	    wire_release_key_read(join->crypto, ykt_bytes_str(options.release_key), &key) == YKT_OK)
		self.key = &key;
	if (host_attest_open(one->config.has_prefix ? one->config.prefix : NULL, join->crypto,
		&attest) == YKT_OK) {
		port = host_attest_port(&attest);
		self.attest = &port;
	}

	return client_self_judge(&self, ret_findings);
}

/* Without a client and its folder, so that the one that runs may ask for it. */
static enum ykt_status
app_selfcheck(void *ctx, const char *config, FILE *err, unsigned *ret_findings)
{
	struct join_one *one = ykt_mem_get(&ykt_alloc_libc, sizeof(*one));
	enum ykt_status status =
	    one != NULL ? selfcheck(ctx, config, err, one, ret_findings) : YKT_E_NOMEM;

	ykt_mem_put(&ykt_alloc_libc, &one, sizeof(*one));

	return status;
}

static enum ykt_status
open_one(struct join *join, const char *config, enum ykt_profile profile, FILE *err,
    const struct ykt_ui *ui, struct join_one *one, struct ykt_client **ret_client)
{
	enum ykt_status status;

	if (!take_config(join, config, err, one))
		return YKT_E_ARG;
	if (profile == YKT_PROFILE_KEPT && one->config.has_profile &&
	    ykt_profile_of(one->config.profile, &profile) != YKT_OK) {
		say(join, err, one->config.profile, N_("This is no profile: se or seless"));
		return YKT_E_ARG;
	}
	if (!name_caller(join, one, err))
		return YKT_E_ARG;
	status = open_host(join, one, err);

	return status == YKT_OK ? make_client(join, one, profile, err, ui, ret_client) : status;
}

static enum ykt_status
app_open(void *ctx, const char *config, enum ykt_profile profile, FILE *err,
    const struct ykt_ui *ui, struct ykt_client **ret_client, const char **ret_sms_sink)
{
	struct join *join = ctx;
	struct join_one *one;
	enum ykt_status status;

	if (host_signals_install() != YKT_OK || join->open_count == CLIENT_PLATFORMS_MAX)
		return YKT_E_INTERNAL;
	one = ykt_mem_get(&ykt_alloc_libc, sizeof(*one));
	if (one == NULL)
		return YKT_E_NOMEM;
	status = open_one(join, config, profile, err, ui, one, ret_client);
	if (status != YKT_OK) {
		close_one(&one);
		return status;
	}
	join->open[join->open_count++] = one;
	if (one->config.has_sms_sink)
		*ret_sms_sink = one->config.sms_sink;

	return YKT_OK;
}

/* What is wrong with the file is said when it is opened. */
static size_t
list_platforms(struct join *join, struct join_config *config,
    struct client_platform list[CLIENT_PLATFORMS_MAX])
{
	char usual[HOST_PATH_MAX];
	size_t count = 0;

	if (join->platform != NULL || !usual_path(join, usual) || access(usual, R_OK) != 0 ||
	    !load_config(config, usual) || config->platforms_count == 0)
		return 0;
	memset(&list[count], 0, sizeof(list[count]));
	(void)snprintf(list[count].title, sizeof(list[count].title), "%s",
	    config->has_name ? config->name : "client");
	count++;
	for (size_t i = 0; i < config->platforms_count; i++) {
		const char *name = config->platforms[i].name;

		if (!join_platform_fits(name))
			continue;
		(void)snprintf(list[count].name, sizeof(list[count].name), "%s", name);
		(void)snprintf(list[count].title, sizeof(list[count].title), "%s",
		    config->platforms[i].has_title ? config->platforms[i].title : name);
		count++;
	}

	return count;
}

static size_t
app_platforms(void *ctx, struct client_platform list[CLIENT_PLATFORMS_MAX])
{
	struct join_config *config = ykt_mem_get(&ykt_alloc_libc, sizeof(*config));
	size_t count = config != NULL ? list_platforms(ctx, config, list) : 0;

	ykt_mem_put(&ykt_alloc_libc, &config, sizeof(*config));

	return count;
}

static void
app_use(void *ctx, const char *name)
{
	((struct join *)ctx)->platform = name[0] != '\0' ? name : NULL;
}

struct client_app
join_app(struct join *join, struct crypto *crypto, enum messages_lang lang)
{
	memset(join, 0, sizeof(*join));
	join->crypto = crypto;
	join->lang = lang;

	return (
	    struct client_app){ join, app_open, app_close, app_platforms, app_use, app_selfcheck };
}
