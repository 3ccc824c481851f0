/*
 * The functions of the client core, by profile: for people, or as the page
 * docs/functions.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/client.h>

#include "cli/cli.h"
#include "client/screens.h"

/* How a profile is called. */
static const char *
profile_text(enum ykt_profile profile)
{
	return profile == YKT_PROFILE_SE ? N_("With a secure element") : N_("Without one");
}

static void
put_list(FILE *out, const char *const *items, size_t max)
{
	for (size_t i = 0; i < max && items[i] != NULL; i++)
		fprintf(out, "%s`%s`", i == 0 ? "" : ", ", items[i]);
}

/* A sentence in both languages. */
static void
put_both(FILE *out, const char *msgid)
{
	fprintf(out, "%s / %s", messages_text(MESSAGES_ZH, msgid), msgid);
}

/* The third kind of 5.1 has no profile of this core: its functions are a menu's items. */
static void
put_menu(FILE *out, const struct ykt_function *function)
{
	if (function->menu != NULL) {
		fprintf(out, " yes: `%s` |", function->menu);
		return;
	}
	fprintf(out, " no: ");
	put_both(out, function->menu_why_not);
	fprintf(out, " |");
}

static void
put_matrix(FILE *out, const struct ykt_function *functions, size_t count)
{
	fprintf(out, "| function | 功能 |");
	for (int p = 0; p < YKT_PROFILE_COUNT; p++)
		fprintf(out, " `%s` |", ykt_profile_name((enum ykt_profile)p));
	fprintf(out, " menu |\n|---|---|---|");
	for (int p = 0; p < YKT_PROFILE_COUNT; p++)
		fprintf(out, "---|");
	fprintf(out, "\n");
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "| `ykt %s` | %s |", functions[i].id,
		    messages_text(MESSAGES_ZH, functions[i].title));
		for (int p = 0; p < YKT_PROFILE_COUNT; p++) {
			if (functions[i].why_not[p] == NULL)
				fprintf(out, " yes |");
			else {
				fprintf(out, " no: ");
				put_both(out, functions[i].why_not[p]);
				fprintf(out, " |");
			}
		}
		put_menu(out, &functions[i]);
		fprintf(out, "\n");
	}
}

/* As 5.2.x: definition, screens, flow. */
static void
put_function(FILE *out, const struct ykt_function *function)
{
	fprintf(out, "\n### `ykt %s`: ", function->id);
	put_both(out, function->title);
	fprintf(out, "\n\n* Definition: ");
	put_both(out, function->what);
	fprintf(out, "\n* Screens: ");
	put_list(out, function->forms, YKT_ARRAY_LEN(function->forms));
	fprintf(out, "%s`%s` (result)\n* Flow: ", function->forms[0] != NULL ? ", " : "",
	    function->result);
	put_both(out, function->flow);
	fprintf(out, "\n* Asks the platform: ");
	put_list(out, function->ops, YKT_ARRAY_LEN(function->ops));
	fprintf(out, "%s\n* Requirements: %s\n", function->ops[0] == NULL ? "nothing" : "",
	    function->rows);
}

static void
put_page(FILE *out, const struct ykt_function *functions, size_t count)
{
	fputs("# Functions of the client\n\n"
	      "Printed by `ykt functions --markdown` from the functions' own descriptions\n"
	      "(`lib/client/functions.c`); a test fails when this page is not what it prints.\n"
	      "Each function ends in exactly one result screen, whatever happened.\n\n"
	      "## Which profile has which\n\n"
	      "`se` and `seless` are this client with a secure element and without one (5.1.2, "
	      "5.1.3);\n"
	      "`menu` is the payment software inside the element (5.1.4), whose items are the "
	      "words of\n"
	      "`data/menu/menu.txt`. Registration and its result screen are in all three.\n\n",
	    out);
	put_matrix(out, functions, count);
	fputs("\n## Definition, screens, flow\n", out);
	for (size_t i = 0; i < count; i++)
		put_function(out, &functions[i]);
}

static void
put_text(struct cli *cli, const struct ykt_function *functions, size_t count)
{
	for (int p = 0; p < YKT_PROFILE_COUNT; p++) {
		fprintf(cli->out, "%s (%s)\n", cli_text(cli, profile_text((enum ykt_profile)p)),
		    ykt_profile_name((enum ykt_profile)p));
		for (size_t i = 0; i < count; i++) {
			const char *why = functions[i].why_not[p];

			fprintf(cli->out, "  %-14s %s\n", functions[i].id,
			    cli_text(cli, why == NULL ? functions[i].what : why));
		}
	}
	fprintf(cli->out, "%s (menu)\n", cli_text(cli, "Inside the secure element"));
	for (size_t i = 0; i < count; i++)
		fprintf(cli->out, "  %-14s %s\n", functions[i].id,
		    cli_text(cli,
			functions[i].menu != NULL ? functions[i].what : functions[i].menu_why_not));
}

int
cli_functions(struct cli *cli, int argc, char **argv)
{
	const struct ykt_function *functions;
	size_t count = ykt_functions(&functions);
	bool help = argc == 2 && strcmp(argv[1], "--help") == 0;

	if (argc == 2 && strcmp(argv[1], "--markdown") == 0)
		put_page(cli->out, functions, count);
	else if (argc == 1)
		put_text(cli, functions, count);
	else {
		fprintf(help ? cli->out : cli->err, "%s\n\n  --markdown  %s\n",
		    cli_text(cli, "usage: ykt functions [--markdown]"),
		    cli_text(cli, "as the page docs/functions.md"));
		return help ? CLI_OK : CLI_USAGE;
	}

	return CLI_OK;
}
