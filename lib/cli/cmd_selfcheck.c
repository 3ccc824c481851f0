/*
 * ykt selfcheck: this program against what was signed. An update asks the new
 * version with it whether it runs here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "cli/client_cmd.h"
#include "wire/report.h"

static int
usage(struct cli *cli, FILE *stream, int code)
{
	fprintf(stream, "%s\n\n%s\n", cli_text(cli, "usage: ykt selfcheck [--config FILE]"),
	    cli_text(cli,
		"Prints what is found; exits with 1 when this program is not the one that "
		"was signed."));

	return code;
}

int
cli_selfcheck(struct cli *cli, int argc, char **argv)
{
	const struct client_app *app = cli->app;
	const char *config = argc == 3 ? argv[2] : NULL;
	unsigned findings = 0;
	enum ykt_status status;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(cli, cli->out, CLI_OK);
	if (argc != 1 && (argc != 3 || strcmp(argv[1], "--config") != 0))
		return usage(cli, cli->err, CLI_USAGE);
	if (app == NULL)
		return CLI_FAILED;
	status = app->selfcheck(app->ctx, config, cli->err, &findings);
	if (status != YKT_OK)
		return status == YKT_E_ARG ? CLI_USAGE : CLI_FAILED;
	for (unsigned i = 0; i < YKT_FINDING_COUNT; i++) {
		if ((findings >> i & 1) != 0)
			fprintf(cli->out, "%s\n", wire_token_text(&wire_findings, (int)i));
	}

	return (findings & YKT_FINDING_CHANGED) != 0 ? CLI_FAILED : CLI_OK;
}
