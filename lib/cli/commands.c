/*
 * The table of commands of ykt, and what they share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <string.h>

#include "cli/client_cmd.h"

const struct cli_command cli_commands[] = {
	{ "card", "show what is on a transport card (no keys, nothing is written)", cli_card,
	    true },
	{ "watch", "show the new balance after each tap of a card in the phone", cli_watch, true },
	{ "inspect", "take bytes apart, as JSON", cli_inspect, true },
	{ "handset", "be the phone around a card that has a menu", cli_handset, true },
	{ "menu", "compile the menu of a secure element", cli_menu },
	{ "calc", "compute keys, MACs and TACs, as JSON", cli_calc },
	{ "code", "ride codes: open them, show one; verify, take apart and draw", cli_code },
	{ "ca", "roots, requests and certificates of ride codes", cli_ca },
	{ "release", "releases of the client software: make, sign, show", cli_release },
	{ "register", "become a user of the platform", client_cmd_run },
	{ "login", "log in", client_cmd_run },
	{ "logout", "log out", client_cmd_run },
	{ "open", "open a transport card in the secure element", client_cmd_run },
	{ "cards", "list the cards of the account", client_cmd_run },
	{ "apps", "list the cards in the secure element; update one", client_cmd_run },
	{ "default", "choose the card that gates see first", client_cmd_run },
	{ "contactless", "switch a card on or off for gates", client_cmd_run },
	{ "balance", "balance of the card and of the account", client_cmd_run },
	{ "records", "rides and top-ups of the card and of the account", client_cmd_run },
	{ "topup", "top up the card", client_cmd_run },
	{ "orders", "list the orders", client_cmd_run },
	{ "recover", "finish what was left unfinished", client_cmd_run },
	{ "refund", "ask for the money of an order back", client_cmd_run },
	{ "return", "give a card back: its money into the wallet", client_cmd_run },
	{ "move", "move a card out to another device of the account, or in", client_cmd_run },
	{ "bind", "bind a bank card or payment account, or a transport card", client_cmd_run },
	{ "accounts", "list the accounts that are bound", client_cmd_run },
	{ "unbind", "unbind an account or a transport card", client_cmd_run },
	{ "wallet", "what the wallet holds; pay into it", client_cmd_run },
	{ "withdraw", "take money out of the wallet, into a bound account", client_cmd_run },
	{ "pay", "pay a merchant's bill out of the wallet", client_cmd_run },
	{ "pin", "set or change the payment PIN", client_cmd_run },
	{ "password", "change the login password", client_cmd_run },
	{ "reset", "set a new login password when the old one is forgotten", client_cmd_run },
	{ "delete", "take an empty card out of the secure element", client_cmd_run },
	{ "update", "bring this program to the newest signed version", client_cmd_run },
	{ "selfcheck", "compare this program with what was signed", cli_selfcheck },
	{ "lock", "lock a card of the account, also one in another device", client_cmd_run },
	{ "unlock", "unlock a locked card", client_cmd_run },
	{ "deregister", "close the account and erase this device", client_cmd_run },
	{ "functions", "the functions of the client, by profile", cli_functions, true },
	{ 0 },
};

const char *
cli_text(const struct cli *cli, const char *msgid)
{
	return messages_text(cli->lang, msgid);
}

void
cli_help(struct cli *cli, FILE *stream)
{
	fprintf(stream, "%s\n\n", cli_text(cli, "usage: ykt COMMAND [ARGUMENT...]"));
	for (const struct cli_command *command = cli_commands; command->name != NULL; command++)
		fprintf(stream, "  %-10s %s\n", command->name, cli_text(cli, command->summary));
	fprintf(stream, "\n%s\n", cli_text(cli, "ykt COMMAND --help says more about a command."));
}

static const struct cli_command *
find(const char *name)
{
	for (const struct cli_command *command = cli_commands; command->name != NULL; command++)
		if (strcmp(command->name, name) == 0)
			return command;

	return NULL;
}

bool
cli_plain(const char *name)
{
	const struct cli_command *command = find(name);

	return command == NULL || command->plain;
}

int
cli_run(struct cli *cli, int argc, char **argv)
{
	const struct cli_command *command = argc > 0 ? find(argv[0]) : NULL;

	if (command != NULL)
		return command->run(cli, argc, argv);
	if (argc > 0)
		fprintf(cli->err, "ykt: %s: %s\n", argv[0], cli_text(cli, "no such command"));
	cli_help(cli, cli->err);

	return CLI_USAGE;
}

bool
cli_line(struct cli *cli, char *line, bool *ret_whole)
{
	size_t len = 0;
	int c;

	*ret_whole = true;
	while ((c = getc(cli->in)) != EOF && c != '\n') {
		/* A NUL ends no line: it stands as what no command takes. */
		if (len + 1 < CLI_LINE_MAX)
			line[len++] = c != '\0' ? (char)c : '?';
		else
			*ret_whole = false;
	}
	if (c == EOF && len == 0)
		return false;
	while (len > 0 && line[len - 1] == '\r')
		len--;
	line[len] = '\0';

	return true;
}
