/*
 * ykt handset: the phone around a card, in a terminal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

#include "cli/term_secure.h"
#include "handset/handset.h"

static int
usage(struct cli *cli, FILE *stream, int code)
{
	fprintf(stream, "%s\n\n%s\n%s\n",
	    cli_text(cli, "usage: ykt handset [--sms IP:PORT] ADDRESS"),
	    cli_text(cli, "Shows the menu of the card at ADDRESS, as a phone does; "
			  "answers are read from standard input, a line each."),
	    cli_text(cli, "The card may open connections. Its short messages go to --sms, "
			  "the platform's service centre."));

	return code;
}

static int
explain(struct cli *cli, enum ykt_status status)
{
	if (status == YKT_OK)
		return CLI_OK;
	if (status == YKT_NOT_FOUND)
		fprintf(cli->err, "%s\n", cli_text(cli, "This card has no menu."));
	else
		fprintf(cli->err, "%s (%s)\n",
		    cli_text(cli, "The card answers, but not as a card with a menu must."),
		    ykt_status_name(status));

	return status == YKT_E_LINK ? CLI_TORN : CLI_FAILED;
}

/* Short messages are kept by the identity of the element. */
static bool
tell_owner(struct cli *cli, const struct ykt_se *se)
{
	uint8_t identity[AIR_IDENTITY_LEN];

	if (!handset_owner(se, cli->clock, identity))
		return false;
	cli->cards->net_owner(cli->cards->ctx, identity);

	return true;
}

static int
run(struct cli *cli, const struct ykt_se *se, const struct ykt_net *net, bool sms)
{
	static struct handset handset;
	static struct term_ui term;
	const struct term_ui_options ui = { .in = cli->in,
		.out = cli->out,
		.lang = cli->lang,
		.terminal = cli->terminal,
		.prompt = isatty(fileno(cli->in)) == 1,
		.suspend = term_suspend };
	const struct handset_options options = { .se = se,
		.clock = cli->clock,
		.ui = &term.port,
		.net = net,
		.lang = cli->lang == MESSAGES_ZH ? "zh" : "en",
		.registers = sms && tell_owner(cli, se) };
	enum ykt_status status;

	term_ui_init(&term, &ui);
	handset_init(&handset, &options);
	status = handset_start(&handset);
	if (status == YKT_OK)
		status = handset_run(&handset);
	handset_clear(&handset);
	term_ui_clear(&term);

	return explain(cli, status);
}

int
cli_handset(struct cli *cli, int argc, char **argv)
{
	const char *why = "The card could not be read.";
	const struct ykt_se *se = NULL;
	const struct ykt_net *net = NULL;
	const char *sms = NULL;
	int code;

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return usage(cli, cli->out, CLI_OK);
	if (argc == 4 && strcmp(argv[1], "--sms") == 0) {
		sms = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc != 2 || argv[1][0] == '-')
		return usage(cli, cli->err, CLI_USAGE);
	if (cli->cards->net != NULL && cli->cards->net(cli->cards->ctx, sms, &net) != YKT_OK) {
		fprintf(cli->err, "ykt handset: --sms: %s\n",
		    cli_text(cli, "an IP address and a port are needed"));
		return CLI_USAGE;
	}
	if (cli->cards->open_wired(cli->cards->ctx, argv[1], &se, &why) != YKT_OK) {
		fprintf(cli->err, "%s: %s\n", argv[1], cli_text(cli, why));
		return CLI_NO_CARD;
	}
	code = run(cli, se, net, sms != NULL && net != NULL);
	cli->cards->close(cli->cards->ctx);

	return code;
}
