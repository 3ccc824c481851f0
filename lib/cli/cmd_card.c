/*
 * ykt card: any T-Union card, read and shown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <string.h>

#include "cli/card_print.h"
#include "cli/card_view.h"

#define ADDRESS_DEFAULT "pcsc:"
#define READ_TIME_MS    20000

static int
usage(struct cli *cli, FILE *stream, int code)
{
	fprintf(stream,
	    "%s\n\n%s\n%s\n  pcsc:           %s\n  pcsc:N          %s\n"
	    "  pcsc:NAME       %s\n  socket:PATH     %s\n  modem:DEVICE    %s\n",
	    cli_text(cli, "usage: ykt card [--json] [--files] [ADDRESS]"),
	    cli_text(cli, "--files shows the issuer's own files too, byte by byte."),
	    cli_text(cli, "ADDRESS says where the card is:"),
	    cli_text(cli, "the first reader that has a card (the default)"),
	    cli_text(cli, "the reader with that number, from 0"),
	    cli_text(cli, "the first reader whose name contains this"),
	    cli_text(cli, "a card process, such as ykt-se"),
	    cli_text(cli, "the card in a modem, over its AT port"));

	return code;
}

static int
say(struct cli *cli, const char *msgid, int code)
{
	fprintf(cli->err, "%s\n", cli_text(cli, msgid));

	return code;
}

/* Plain words and the exit code for a card that could not be read. */
static int
explain(struct cli *cli, enum ykt_status status)
{
	switch (status) {
	case YKT_WRONG_CARD:
		return say(cli, "This is not a T-Union card: there is no transport purse on it.",
		    CLI_WRONG_CARD);
	case YKT_E_LINK:
	case YKT_E_DEADLINE:
		return say(cli,
		    "The card left the reader before everything was read. "
		    "Hold it still and try again.",
		    CLI_TORN);
	case YKT_DENIED:
		return say(cli, "The element's access rules do not let this caller at its cards.",
		    CLI_WRONG_CARD);
	case YKT_BLOCKED:
		return say(cli, "This card is blocked. Its issuer can say why.", CLI_BLOCKED);
	case YKT_E_FORMAT:
	case YKT_E_CARD:
		return say(cli, "The card answers, but not as a T-Union card must.", CLI_FAILED);
	default:
		fprintf(cli->err, "%s (%s)\n", cli_text(cli, "The card could not be read."),
		    ykt_status_name(status));
		return CLI_FAILED;
	}
}

/* What its dates say about a card that was read. */
static int
judge(struct cli *cli, const struct card_view *view)
{
	switch (card_view_validity(view, ykt_clock_wall(cli->clock))) {
	case CARD_EXPIRED:
		return say(cli, "This card has expired.", CLI_EXPIRED);
	case CARD_NOT_YET_VALID:
		return say(cli, "This card is not valid yet.", CLI_EXPIRED);
	case CARD_NOT_ENABLED:
		return say(cli, "This card is not enabled yet.", CLI_EXPIRED);
	case CARD_VALIDITY_UNKNOWN:
		return say(cli, "The card's dates are no dates.", CLI_FAILED);
	case CARD_VALID:
		break;
	}

	return CLI_OK;
}

static int
read_and_print(struct cli *cli, const struct ykt_se *se, bool json, bool with_files)
{
	static struct card_view view;
	static struct card_files files;
	int64_t deadline_mono_ms = ykt_clock_mono(cli->clock) + READ_TIME_MS;
	enum ykt_status status;

	memset(&view, 0, sizeof(view));
	status = card_view_read(se, deadline_mono_ms, &view);
	if (status == YKT_OK && with_files)
		status = card_files_read(se, deadline_mono_ms, &files);
	if (status == YKT_BLOCKED && view.has_info)
		fprintf(cli->out, "%s  %s\n", cli_text(cli, "Card number"), view.number);
	if (status != YKT_OK)
		return explain(cli, status);
	if (json)
		card_print_json(cli, &view, with_files ? &files : NULL);
	else
		card_print(cli, &view, with_files ? &files : NULL);

	return judge(cli, &view);
}

int
cli_card(struct cli *cli, int argc, char **argv)
{
	const char *address = ADDRESS_DEFAULT;
	const char *why = "The card could not be read.";
	const struct ykt_se *se = NULL;
	bool json = false;
	bool with_files = false;
	bool placed = false;
	enum ykt_status status;
	int code;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			json = true;
		} else if (strcmp(argv[i], "--files") == 0) {
			with_files = true;
		} else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			return usage(cli, cli->out, CLI_OK);
		} else if (argv[i][0] != '-' && !placed) {
			address = argv[i];
			placed = true;
		} else {
			return usage(cli, cli->err, CLI_USAGE);
		}
	}

	status = cli->cards->open(cli->cards->ctx, address, &se, &why);
	if (status == YKT_E_ARG) {
		fprintf(cli->err, "%s: %s\n", address, cli_text(cli, why));
		return CLI_USAGE;
	}
	if (status != YKT_OK)
		return say(cli, why, CLI_NO_CARD);
	code = read_and_print(cli, se, json, with_files);
	cli->cards->close(cli->cards->ctx);

	return code;
}
