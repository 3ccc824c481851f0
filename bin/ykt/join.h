/*
 * The client of this machine: ports joined to real drivers by a configuration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_JOIN_H
#define YKT_JOIN_H

#include <ykt/host.h>

#include "card/host_cmd.h"
#include "cli/client_cmd.h"
#include "cli/messages.h"
#include "config.h"

struct join_other {
	char name[33]; /* as of --platform */
	bool has_title;
	char title[49]; /* what rows call it; without one, its name */
};

/* client.json; paths are relative to its folder. TLS believes ca alone. */
struct join_config {
	char platform[128]; /* https://HOST:PORT */
	char tsm[128];
	char psp[128];
	char ca[CONFIG_PATH_MAX];           /* PEM */
	char platform_key[CONFIG_PATH_MAX]; /* 128 hex digits: SM2 x and y */
	bool has_pin_key;
	char pin_key[CONFIG_PATH_MAX]; /* the same, of the key module for payment PINs */
	char state[CONFIG_PATH_MAX];   /* folder of the sealed store */
	char se[CONFIG_PATH_MAX];      /* socket:PATH, pcsc:N */
	bool has_sms_sink;
	char sms_sink[CONFIG_PATH_MAX]; /* development: where codes are sent */
	bool has_release_key;
	char release_key[CONFIG_PATH_MAX]; /* a file of one line, by ykt release key */
	bool has_prefix;
	char prefix[CONFIG_PATH_MAX]; /* where this program is installed */
	bool has_install;
	char install[CONFIG_PATH_MAX]; /* the folder of versions that it may update itself in */
	bool has_caller;
	char caller[2 * HOST_CALLER_SHA256 + 1]; /* hex; --caller goes before it */
	bool has_profile;
	char profile[16]; /* se, seless; what a new folder becomes */
	bool has_name;
	char name[49]; /* what rows of several platforms call this one */
	bool has_platforms;
	size_t platforms_count;
	struct join_other platforms[CLIENT_PLATFORMS_MAX - 1]; /* beside this one */
};

/* One platform that is open. */
struct join_one {
	struct join_config config;
	uint8_t release_key[256]; /* the line of that file, and a NUL */
	char config_path[CONFIG_PATH_MAX];
	char *install_ask[5];                   /* ykt selfcheck --config FILE */
	struct ykt_bytes caller;                /* ykt_host_options */
	uint8_t configured[HOST_CALLER_SHA256]; /* that of the configuration */
	struct ykt_host *host;
	const struct ykt_se *se; /* of this host, or of another with the same element */
};

struct join {
	struct crypto *crypto;
	enum messages_lang lang;
	struct ykt_bytes caller; /* of the command line; empty, unless set after join_app() */
	const char *platform;    /* whose configuration is meant; NULL: client.json */
	struct join_one *open[CLIENT_PLATFORMS_MAX];
	size_t open_count;
};

/* A name of a platform that can be a file's: 1 to 32 letters, digits or hyphens. */
bool join_platform_fits(const char *name);

/* A port whose context is join; crypto is borrowed. */
struct client_app join_app(struct join *join, struct crypto *crypto, enum messages_lang lang);

#endif
