/*
 * ykt: the client and the card tools in a terminal.
 *
 * Parses what is common to all commands and hands on to lib/cli.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <argp.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/host_cmd.h"
#include "cards.h"
#include "files.h"
#include "crypto/core.h"
#include "host/host_clock.h"
#include "host/host_harden.h"
#include "host/host_random.h"
#include "join.h"
#include "words.h"

/* Marks message ids; translate() gives their texts. */
#define N_(text) text

const char *argp_program_version = "ykt 0.1.0";

enum key { KEY_LANG = 0x100, KEY_CALLER, KEY_PLATFORM };

static const struct argp_option options[] = {
	{ "lang", KEY_LANG, "en|zh", 0, N_("language, whatever the locale says"), 0 },
	{ "caller", KEY_CALLER, "HEX", 0,
	    N_("who this client is to the access rules of the element: the hash of its "
	       "certificate, "
	       "20 or 32 bytes"),
	    0 },
	{ "platform", KEY_PLATFORM, "NAME", 0,
	    N_("the payment platform to speak to: NAME.json stands for client.json in the folder "
	       "of "
	       "YKT_STATE"),
	    0 },
	{ 0 },
};

struct arguments {
	const char *lang;
	const char *platform; /* NULL: the usual one */
	uint8_t caller[HOST_CALLER_SHA256];
	size_t caller_len; /* 0: not said */
	int rest;          /* index of the command in argv, 0 without one */
};

static bool
read_caller(const char *text, struct arguments *arguments)
{
	struct ykt_buf caller = YKT_BUF(arguments->caller);

	if (ykt_hex_decode(text, strlen(text), &caller) != YKT_OK ||
	    !host_caller_fits(ykt_buf_view(&caller)))
		return false;
	arguments->caller_len = caller.len;
	return true;
}

static enum messages_lang
lang_of(const struct arguments *arguments)
{
	return messages_lang_of(arguments->lang != NULL ? arguments->lang : words_locale());
}

/* argp's texts in the language of this run; argp frees what is not its own. */
static char *
translate(int key, const char *text, void *input)
{
	const char *own = text != NULL ? messages_text(lang_of(input), text) : text;

	(void)key;
	return own != text ? strdup(own) : (char *)(uintptr_t)text;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case KEY_LANG:
		if (strcmp(arg, "en") != 0 && strcmp(arg, "zh") != 0)
			argp_error(state, "%s",
			    messages_text(lang_of(arguments), N_("--lang wants en or zh")));
		arguments->lang = arg;
		words_lang(arg);
		return 0;
	case KEY_CALLER:
		if (!read_caller(arg, arguments))
			argp_error(state, "%s",
			    messages_text(
				lang_of(arguments), N_("--caller wants 40 or 64 hex digits")));
		return 0;
	case KEY_PLATFORM:
		if (!join_platform_fits(arg))
			argp_error(state, "%s",
			    messages_text(lang_of(arguments),
				N_("--platform wants 1 to 32 letters, digits or hyphens")));
		arguments->platform = arg;
		return 0;
	case ARGP_KEY_ARG:
		/* The command's own options are its own business. */
		arguments->rest = state->next - 1;
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Texts are UTF-8; tables need to know how wide it is, also in the C locale. */
static void
start_locale(void)
{
	if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

static int
run(const struct arguments *arguments, int argc, char **argv)
{
	const struct ykt_clock clock = host_clock();
	const struct ykt_random random = host_random();
	struct crypto *crypto = NULL;
	static struct join join;
	struct client_app app;
	struct cards cards;
	const struct cli_cards port = cards_port(&cards, &clock);
	struct cli cli = {
		.in = stdin,
		.out = stdout,
		.err = stderr,
		.terminal = isatty(STDOUT_FILENO) == 1,
		.lang = lang_of(arguments),
		.clock = &clock,
		.cards = &port,
		.files = &files_port,
		.random = &random,
	};
	int code;

	if (arguments->rest == 0) {
		cli_help(&cli, stderr);
		return CLI_USAGE;
	}
	if (!cli_plain(argv[arguments->rest]) &&
	    crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK) {
		fputs("ykt: the cryptographic library could not start\n", stderr);
		return CLI_FAILED;
	}
	cli.crypto = crypto;
	app = join_app(&join, crypto, cli.lang);
	cli.app = &app;
	cards.caller = ykt_bytes(arguments->caller, arguments->caller_len);
	join.caller = cards.caller;
	join.platform = arguments->platform;
	code = cli_run(&cli, argc - arguments->rest, argv + arguments->rest);
	crypto_free(&crypto);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("ykt: the output could not be written");
		code = code == CLI_OK ? CLI_FAILED : code;
	}

	return code;
}

int
main(int argc, char **argv)
{
	static const struct argp argp = { options, parse, N_("COMMAND [ARGUMENT...]"),
		N_("Transport cards in a terminal: read them, take their bytes apart, "
		   "compute.") "\v" N_("Run it without a command for the list of commands."),
		NULL, translate, NULL };
	struct arguments arguments = { 0 };

	/* PINs and passwords pass through here. */
	if (host_harden() != YKT_OK) {
		perror("ykt: core files cannot be kept away");
		return CLI_FAILED;
	}
	start_locale();
	argp_err_exit_status = CLI_USAGE;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &arguments) != 0)
		return CLI_USAGE;

	return run(&arguments, argc, argv);
}
