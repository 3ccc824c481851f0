/*
 * The client's commands: each runs one function of the client core.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CLIENT_CMD_H
#define CLI_CLIENT_CMD_H

#include <ykt/lists.h>

#include "cli/cli.h"

/*
 * Exit codes beside those of enum cli_exit (3 no card, 5 another card, 6
 * blocked, 7 expired or closed).
 */
enum client_exit {
	CLIENT_EXIT_LOGIN = 8,     /* no session, or it ended: log in first */
	CLIENT_EXIT_PENDING = 9,   /* accepted or unknown: it goes on at the next start */
	CLIENT_EXIT_CANCELLED = 10 /* the user said no; nothing was charged */
};

/* The exit code of a function's status. */
int client_exit_code(enum ykt_status status);

#define CLIENT_PLATFORMS_MAX YKT_PLATFORMS_MAX

/* A platform of the configuration: the name of its file, "" for the usual one; what rows call it. */
struct client_platform {
	char name[33];
	char title[49];
};

/* What a client is joined from; bin/ykt does it. struct cli's app is one of these. */
struct client_app {
	void *ctx;
	/*
	 * Opens the client of this configuration (NULL: the usual place) with ui.
	 * profile: of the command line, or YKT_PROFILE_KEPT: the configuration's.
	 * *ret_sms_sink may get the configuration's sink, borrowed until close. On
	 * failure it has said why on err. Several may be open, each after use() of another:
	 * those of one element share it.
	 */
	enum ykt_status (*open)(void *ctx, const char *config, enum ykt_profile profile, FILE *err,
	    const struct ykt_ui *ui, struct ykt_client **ret_client, const char **ret_sms_sink);
	void (*close)(void *ctx); /* all that are open, behind their clients */
	/*
	 * The platforms that the usual configuration names, itself first: how many; 0 when
	 * there is only it, or the user named one. use: the next open() is of that one.
	 * Both NULL: there is ever only one.
	 */
	size_t (*platforms)(void *ctx, struct client_platform ret_list[CLIENT_PLATFORMS_MAX]);
	void (*use)(void *ctx, const char *name);
	/*
	 * Looks at the program itself, without a client: bits of enum ykt_finding. On
	 * failure it has said why on err.
	 */
	enum ykt_status (*selfcheck)(
	    void *ctx, const char *config, FILE *err, unsigned *ret_findings);
};

/* Every command of the client; argv[0] says which. */
int client_cmd_run(struct cli *cli, int argc, char **argv);

#endif
