/*
 * Commands over all platforms of a configuration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/client_all.h"

#include <ykt/mem.h>

/* Platforms, each with its client while they are open; NULL where one could not be opened. */
struct clients {
	struct ykt_platform at[CLIENT_PLATFORMS_MAX];
	size_t count;
	int code; /* why the first that is not open is not */
	bool any;
};

static void
open_clients(struct cli *cli, const struct client_arguments *arguments, struct term_ui *term,
    const struct client_platform *list, size_t count, struct clients *ret_clients)
{
	const struct client_app *app = cli->app;
	struct clients clients = { .count = count };

	for (size_t i = 0; i < count; i++) {
		const char *sms_sink = NULL;
		enum ykt_status status;

		app->use(app->ctx, list[i].name);
		clients.at[i].name = list[i].title;
		status = app->open(app->ctx, NULL, arguments->profile, cli->err, &term->port,
		    &clients.at[i].client, &sms_sink);
		clients.any = clients.any || status == YKT_OK;
		if (status != YKT_OK && clients.code == CLI_OK)
			clients.code = status == YKT_E_ARG ? CLI_USAGE : CLI_FAILED;
	}
	app->use(app->ctx, "");
	*ret_clients = clients;
}

static void
close_clients(struct cli *cli, struct clients *clients)
{
	const struct client_app *app = cli->app;

	for (size_t i = 0; i < clients->count; i++)
		ykt_client_free(&clients->at[i].client);
	app->close(app->ctx);
}

/* What was begun before is finished at each of them. */
static enum ykt_status
recover_all(
    const struct client_command *command, const struct clients *clients, const struct term_ui *term)
{
	const struct ykt_list_ask ask = { .list = YKT_LIST_RECOVER };
	struct ykt_platform open[CLIENT_PLATFORMS_MAX];
	size_t count = 0;

	for (size_t i = 0; command->recover && i < clients->count; i++) {
		const struct ykt_client *client = clients->at[i].client;
		struct ykt_client_info info = { .logged_in = false };

		if (client != NULL)
			ykt_client_info(client, &info);
		if (info.logged_in && ykt_client_recover_needed(client))
			open[count++] = clients->at[i];
	}

	return count != 0 ? ykt_lists_show(open, count, &ask, &ykt_alloc_libc, &term->port)
			  : YKT_OK;
}

int
client_all_run(struct cli *cli, const struct client_command *command,
    const struct client_arguments *arguments, struct term_ui *term,
    const struct client_platform *list, size_t count)
{
	const struct ykt_list_ask ask = { .list = (enum ykt_list)(command->merged - 1),
		.from_ms = arguments->from_ms,
		.to_ms = arguments->to_ms,
		.abnormal = arguments->abnormal };
	struct clients clients;
	enum ykt_status status;
	int code;

	open_clients(cli, arguments, term, list, count, &clients);
	status = recover_all(command, &clients, term);
	if (status != YKT_E_DOWN)
		status =
		    ykt_lists_show(clients.at, clients.count, &ask, &ykt_alloc_libc, &term->port);
	code = clients.any ? client_exit_code(status) : clients.code;
	close_clients(cli, &clients);

	return code;
}

bool
client_all_choose(struct cli *cli, const struct client_arguments *arguments, struct term_ui *term,
    const struct client_platform *list, size_t count)
{
	const struct client_app *app = cli->app;
	struct clients clients;
	enum ykt_status status;
	size_t owner = 0;

	open_clients(cli, arguments, term, list, count, &clients);
	status = ykt_lists_owner(clients.at, clients.count, arguments->card, &owner);
	if (status == YKT_OK)
		app->use(app->ctx, list[owner].name);
	close_clients(cli, &clients);
	if (status == YKT_CONFLICT)
		fprintf(cli->err, "ykt: %s: %s\n", arguments->card,
		    cli_text(cli,
			"Cards of several platforms end so: give more digits, or the platform."));

	return status != YKT_CONFLICT;
}
