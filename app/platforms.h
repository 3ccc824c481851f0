/*
 * The worker's clients, one for each payment platform of the user. Of its thread only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_PLATFORMS_H
#define APP_PLATFORMS_H

#include <ykt/host.h>
#include <ykt/lists.h>

#include "app/config.h"

G_BEGIN_DECLS

typedef struct {
	const AppConfig *config; /* borrowed */
	struct ykt_client_options options;
	struct ykt_host *host;
	char *install_ask[5];      /* ykt-app --selfcheck --config FILE: borrowed of config */
	struct ykt_client *client; /* NULL: it could not be opened */
} AppPlatform;

typedef struct {
	AppPlatform at[YKT_PLATFORMS_MAX];
	guint count;
	const struct ykt_ui *ui; /* of every client */
	struct ykt_clock *clock; /* likewise; it waits for the worker. NULL: the host's */
	const struct ykt_clock *host_clock; /* set by the first that is opened */
	enum ykt_profile profile;           /* KEPT: each has its configuration's own */
} AppPlatforms;

/* How many there are: config and its others. */
guint app_platforms_count(const AppConfig *config);
/* Borrowed of config. */
const AppConfig *app_platforms_config(const AppConfig *config, guint i);

/*
 * Opens them all; the first must open. NULL: it has; else why not, for the user (to free).
 * Those of one element share it.
 */
char *app_platforms_open(AppPlatforms *platforms, const AppConfig *config);
/* A new client over the folder of one whose account was closed. */
enum ykt_status app_platforms_renew(AppPlatforms *platforms, guint i);
void app_platforms_close(AppPlatforms *platforms);

/* As ykt_lists_show() wants them; the count is given back. */
gsize
app_platforms_list(const AppPlatforms *platforms, struct ykt_platform ret_list[YKT_PLATFORMS_MAX]);

/*
 * Where something is done: at the platform that was said (-1: none), or whose the card is
 * (NULL: none), or else *at, as it is. Not NULL: why nowhere, a message id.
 */
const char *
app_platforms_find(const AppPlatforms *platforms, int said, const char *card, guint *at);

G_END_DECLS

#endif
