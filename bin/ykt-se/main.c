/*
 * ykt-se: the virtual secure element as a process.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <argp.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/bytes.h>

#include "se_program.h"
#include "words.h"

const char *argp_program_version = "ykt-se 0.1.0";

static const char doc[] =
    "A virtual secure element with transport purses, and virtual PSAMs.\v"
    "Commands:\n"
    "  format IMAGE       make a blank secure element\n"
    "  testcard IMAGE     make a test card of a city: a purse with the test keys\n"
    "  backup IMAGE COPY  copy a card that does not run; also the way back\n"
    "  run IMAGE          serve it until SIGTERM\n"
    "  show IMAGE|ADDRESS what is on a card (socket:PATH, pcsc:0); no keys\n"
    "  ctl PLACE COMMAND  to a running one: pull, insert, tap [MS], field on|off,\n"
    "                     power on|off, lose-answer INS|none, status\n"
    "  pack FILE IMAGE... images into one file, for run --container\n"
    "  unpack FILE N IMAGE  card number N (from 0) of such a file into an image\n"
    "  import OLD IMAGE   seal plain images, of this program before it sealed them\n"
    "  psam-format IMAGE  make a blank PSAM\n"
    "  psam-store IMAGE FILE  personalise it with the groupings in FILE (hex)\n"
    "\n"
    "PLACE is the path of a Unix socket or, on this machine, HOST:PORT.";

enum key {
	KEY_SE_ID = 0x100,
	KEY_ROOT,
	KEY_ISD_KEYS,
	KEY_SCP,
	KEY_PLAIN_CHANNEL,
	KEY_SEAL_KEY,
	KEY_PLATFORM_KEY,
	KEY_AUTHORITY_KEY,
	KEY_MENU_ROOT,
	KEY_OTA_ROOT,
	KEY_OTA_ALG,
	KEY_SOCKET,
	KEY_GATE_SOCKET,
	KEY_VPCD,
	KEY_VPCD_CONTACTLESS,
	KEY_CONTROL,
	KEY_VOLATILE,
	KEY_ACCESS_RULES,
	KEY_CONTAINER,
	KEY_CITY,
	KEY_CARDS,
	KEY_FORCE
};

static const struct argp_option option_table[] = {
	{ "se-id", KEY_SE_ID, "HEX", 0, "format: the card's identity, 16 bytes (default: drawn)",
	    0 },
	{ "root", KEY_ROOT, "FILE", 0,
	    "format, psam-format, show: file with the root of issuer domains (isd) or the "
	    "transport key of PSAMs (psam); without it a test key",
	    0 },
	{ "isd-keys", KEY_ISD_KEYS, "FILE", 0,
	    "format, show: file with the keys of the issuer's domain (enc, mac, dek, or one key "
	    "for all), instead of those from the root",
	    0 },
	{ "scp", KEY_SCP, "03|02[-I]", 0,
	    "format: the secure channel of its domains (default: 03); 02, with 3DES keys, for the "
	    "2016 profile and for tools that know no other",
	    0 },
	{ "plain-channel", KEY_PLAIN_CHANNEL, NULL, 0,
	    "format: the card also opens channels without secure messaging (level 00), which some "
	    "tools want",
	    0 },
	{ "platform-key", KEY_PLATFORM_KEY, "FILE", 0,
	    "format, testcard: file with the public key of a platform that the identity applet "
	    "enciphers for, once for each (at most 4); without it the applet enciphers for "
	    "nobody, and no phone can register",
	    0 },
	{ "authority-key", KEY_AUTHORITY_KEY, "FILE", 0,
	    "format, testcard: file with the public key of the authority whose certificates the "
	    "identity applet takes, once for each platform, in the same order; without it the "
	    "applet verifies none",
	    0 },
	{ "seal-key", KEY_SEAL_KEY, "FILE", 0,
	    "all but show ADDRESS, ctl and psam-*: file with the key that images are sealed with "
	    "(seal); without it a test key",
	    0 },
	{ "menu-root", KEY_MENU_ROOT, "HEX", 0,
	    "format, testcard: the SM2 public key that its menu packages are signed with; without "
	    "it a test key",
	    0 },
	{ "ota-root", KEY_OTA_ROOT, "FILE", 0,
	    "format, testcard: file with the roots of the keys that its menu speaks to the "
	    "platform with (ota_kic, ota_kid, ota_payload); without it test keys",
	    0 },
	{ "ota-alg", KEY_OTA_ALG, "aes|3des", 0,
	    "format, testcard: the algorithm of those keys (default: aes)", 0 },
	{ "city", KEY_CITY, "CITY", 0, "testcard: its city, four digits (default: 9901)", 0 },
	{ "cards", KEY_CARDS, "FILE", 0,
	    "testcard: what the city adds to its cards, as ykt-tsmd reads it", 0 },
	{ "force", KEY_FORCE, NULL, 0,
	    "format, testcard, backup, psam-format: overwrite what is there", 0 },
	{ "socket", KEY_SOCKET, "PLACE", 0, "run: serve the wired interface here", 0 },
	{ "gate-socket", KEY_GATE_SOCKET, "PLACE", 0, "run: serve the contactless interface here",
	    0 },
	{ "vpcd", KEY_VPCD, "HOST:PORT", 0, "run: sit in the virtual PC/SC reader there", 0 },
	{ "vpcd-contactless", KEY_VPCD_CONTACTLESS, NULL, 0,
	    "run: with its contactless interface, not the wired one", 0 },
	{ "control", KEY_CONTROL, "PLACE", 0, "run: take ctl commands here", 0 },
	{ "container", KEY_CONTAINER, NULL, 0,
	    "run: IMAGE is a file of many; card N is served at PLACE.N, or at PORT + N", 0 },
	{ "access-rules", KEY_ACCESS_RULES, NULL, 0,
	    "run: the card's access rules hold for callers that do not say who they are, too", 0 },
	{ "volatile", KEY_VOLATILE, NULL, 0, "run: forget every change at the end", 0 },
	{ 0 },
};

/* One bit an option, in the order of enum key. */
#define BIT(key) (1U << ((unsigned)(key) - (unsigned)KEY_SE_ID))

struct parsed {
	struct se_options options;
	const char *command;
	uint32_t given; /* BIT() of every option that was */
};

/* What a card is made with. */
#define TAKES_MAKE                                                                                 \
	(BIT(KEY_SE_ID) | BIT(KEY_ROOT) | BIT(KEY_SEAL_KEY) | BIT(KEY_PLATFORM_KEY) |              \
	    BIT(KEY_AUTHORITY_KEY) | BIT(KEY_MENU_ROOT) | BIT(KEY_OTA_ROOT) | BIT(KEY_OTA_ALG) |   \
	    BIT(KEY_FORCE))
#define TAKES_FORMAT   (TAKES_MAKE | BIT(KEY_ISD_KEYS) | BIT(KEY_SCP) | BIT(KEY_PLAIN_CHANNEL))
#define TAKES_TESTCARD (TAKES_MAKE | BIT(KEY_CITY) | BIT(KEY_CARDS))
#define TAKES_RUN                                                                                  \
	(BIT(KEY_SEAL_KEY) | BIT(KEY_SOCKET) | BIT(KEY_GATE_SOCKET) | BIT(KEY_VPCD) |              \
	    BIT(KEY_VPCD_CONTACTLESS) | BIT(KEY_CONTROL) | BIT(KEY_VOLATILE) |                     \
	    BIT(KEY_ACCESS_RULES) | BIT(KEY_CONTAINER))
#define TAKES_SHOW (BIT(KEY_ROOT) | BIT(KEY_ISD_KEYS) | BIT(KEY_SEAL_KEY))

static const struct {
	const char *name;
	int arg_min;
	int arg_max;
	uint32_t takes; /* BIT() of its options; another one is a mistake */
	int (*run)(const struct se_options *options);
} commands[] = {
	{ "format", 1, 1, TAKES_FORMAT, se_format_main },
	{ "testcard", 1, 1, TAKES_TESTCARD, se_testcard_main },
	{ "backup", 2, 2, BIT(KEY_SEAL_KEY) | BIT(KEY_FORCE), se_backup_main },
	{ "run", 1, 1, TAKES_RUN, se_run_main },
	{ "show", 1, 1, TAKES_SHOW, se_show_main },
	{ "ctl", 2, 3, 0, se_ctl_main },
	{ "pack", 2, INT_MAX, BIT(KEY_SEAL_KEY), se_pack_main },
	{ "unpack", 3, 3, BIT(KEY_SEAL_KEY), se_unpack_main },
	{ "import", 2, 2, BIT(KEY_SEAL_KEY), se_import_main },
	{ "psam-format", 1, 1, BIT(KEY_ROOT) | BIT(KEY_FORCE), se_psam_format_main },
	{ "psam-store", 2, 2, 0, se_psam_store_main },
};

/* One more key of a platform or an authority. */
static void
parse_party(int key, const char *arg, struct se_options *options, struct argp_state *state)
{
	const bool platform = key == KEY_PLATFORM_KEY;
	const char **files = platform ? options->platform_key_files : options->authority_key_files;
	size_t *count = platform ? &options->platform_key_count : &options->authority_key_count;

	if (*count == SE_IDENT_COUNT)
		argp_error(
		    state, words("%s: a card has room for %d platforms"), arg, SE_IDENT_COUNT);
	else
		files[(*count)++] = arg;
}

/* What a card is made for, and whom it trusts. */
static void
parse_made_for(int key, const char *arg, struct se_options *options)
{
	if (key == KEY_SCP)
		options->scp = arg;
	else if (key == KEY_ISD_KEYS)
		options->isd_keys_file = arg;
	else if (key == KEY_PLAIN_CHANNEL)
		options->plain_channel = true;
	else if (key == KEY_CITY)
		options->city = arg;
	else if (key == KEY_CARDS)
		options->cards = arg;
	else if (key == KEY_OTA_ROOT)
		options->ota_root_file = arg;
	else if (key == KEY_OTA_ALG)
		options->ota_alg = arg;
	else
		options->menu_root = arg;
}

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct parsed *parsed = state->input;
	struct se_options *options = &parsed->options;

	switch (key) {
	case KEY_SE_ID:
		options->se_id = arg;
		return 0;
	case KEY_ROOT:
		options->root_file = arg;
		return 0;
	case KEY_SEAL_KEY:
		options->seal_key_file = arg;
		return 0;
	case KEY_PLATFORM_KEY:
	case KEY_AUTHORITY_KEY:
		parse_party(key, arg, options, state);
		return 0;
	case KEY_ISD_KEYS:
	case KEY_SCP:
	case KEY_PLAIN_CHANNEL:
	case KEY_MENU_ROOT:
	case KEY_OTA_ROOT:
	case KEY_OTA_ALG:
	case KEY_CITY:
	case KEY_CARDS:
		parse_made_for(key, arg, options);
		return 0;
	case KEY_SOCKET:
		options->socket = arg;
		return 0;
	case KEY_GATE_SOCKET:
		options->gate_socket = arg;
		return 0;
	case KEY_VPCD:
		options->vpcd = arg;
		return 0;
	case KEY_VPCD_CONTACTLESS:
		options->vpcd_contactless = true;
		return 0;
	case KEY_CONTROL:
		options->control = arg;
		return 0;
	case KEY_VOLATILE:
		options->in_memory = true;
		return 0;
	case KEY_ACCESS_RULES:
		options->access_rules = true;
		return 0;
	case KEY_CONTAINER:
		options->container = true;
		return 0;
	case KEY_FORCE:
		options->force = true;
		return 0;
	case ARGP_KEY_ARGS:
		parsed->command = state->argv[state->next];
		options->args = state->argv + state->next + 1;
		options->arg_count = state->argc - state->next - 1;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "%s", words("a command is needed"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The parser of argp: what is given, and what was said of it. */
static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct parsed *parsed = state->input;

	if (key >= KEY_SE_ID && key <= KEY_FORCE)
		parsed->given |= BIT(key);

	return take(key, arg, state);
}

void
se_complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fprintf(stderr, "%s: ", SE_PROGRAM);
	(void)vfprintf(stderr, words(format), args);
	(void)fputc('\n', stderr);
	va_end(args);
}

/* False, and said: an option was given that this command would not look at. */
static bool
takes_all(const struct parsed *parsed, uint32_t takes)
{
	for (const struct argp_option *option = option_table; option->name != NULL; option++) {
		if ((parsed->given & ~takes & BIT(option->key)) == 0)
			continue;
		se_complain("%s takes no --%s (see --help)", parsed->command, option->name);
		return false;
	}
	return true;
}

int
main(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse, "COMMAND ARGUMENTS", doc, NULL,
		words_argp, NULL };
	struct parsed parsed = { 0 };

	argp_err_exit_status = SE_EXIT_USAGE;
	(void)argp_parse(&argp, argc, argv, 0, NULL, &parsed);
	for (size_t i = 0; i < YKT_ARRAY_LEN(commands); i++) {
		if (strcmp(parsed.command, commands[i].name) != 0)
			continue;
		if (parsed.options.arg_count < commands[i].arg_min ||
		    parsed.options.arg_count > commands[i].arg_max) {
			se_complain("wrong number of arguments to %s (see --help)", parsed.command);
			return SE_EXIT_USAGE;
		}
		if (!takes_all(&parsed, commands[i].takes))
			return SE_EXIT_USAGE;
		return commands[i].run(&parsed.options);
	}
	se_complain("no such command: %s (see --help)", parsed.command);
	return SE_EXIT_USAGE;
}
