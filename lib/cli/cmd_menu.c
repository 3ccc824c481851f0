/*
 * ykt menu: a menu package from its text, and into an element.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "card/apdu.h"
#include "card/sw.h"
#include "cli/jsonput.h"
#include "cli/menu_source.h"

#define BLOCK_LEN    240
#define LOAD_TIME_MS 20000
#define MENU_CLA     0x80
#define MENU_LOAD    0xE8
#define P1_LAST      0x80

static const uint8_t select_menu[] = { 0x00, 0xA4, 0x04, 0x00, 0x08, 0xF0, 'Y', 'K', 'T', 'M', 'E',
	'N', 'U', 0x00 };

struct menu_args {
	const char *key;
	const char *number;
	const char *card;
};

/* What is worked on: too large for a stack. */
static struct {
	char line[CLI_LINE_MAX];
	struct menu_source source;
	uint8_t bytes[MENU_PACK_MAX];
} work;

static int
usage(struct cli *cli, FILE *stream, int code)
{
	fprintf(stream, "%s\n\n%s\n%s\n",
	    cli_text(cli, "usage: ykt menu --key HEX32 [--number N] [--card ADDRESS] < SOURCE"),
	    cli_text(cli, "Compiles a menu package and signs it with an SM2 private key; "
			  "the language is that of the program."),
	    cli_text(cli, "With --card it is loaded into the secure element."));

	return code;
}

static bool
take_args(int argc, char **argv, struct menu_args *args)
{
	const struct {
		const char *name;
		const char **value;
	} table[] = { { "--key", &args->key }, { "--number", &args->number },
		{ "--card", &args->card } };

	for (int i = 1; i < argc; i += 2) {
		size_t k = 0;

		while (k < YKT_ARRAY_LEN(table) && strcmp(argv[i], table[k].name) != 0)
			k++;
		if (k == YKT_ARRAY_LEN(table) || i + 1 == argc || *table[k].value != NULL)
			return false;
		*table[k].value = argv[i + 1];
	}

	return args->key != NULL;
}

static bool
get_key(struct cli *cli, const char *text, struct crypto_sm2_key *ret_key)
{
	uint8_t d[32];
	struct ykt_buf out = YKT_BUF(d);
	bool good = ykt_hex_decode(text, strlen(text), &out) == YKT_OK && out.len == sizeof(d) &&
		    crypto_sm2_key_set(cli->crypto, d, ret_key) == YKT_OK;

	ykt_wipe(d, sizeof(d));
	if (!good)
		fprintf(cli->err, "ykt menu: --key: %s\n",
		    cli_text(cli, "64 hex digits of an SM2 private key are needed"));

	return good;
}

static bool
complain(struct cli *cli, unsigned line, const char *msgid)
{
	fprintf(cli->err, "ykt menu: %u: %s\n", line, cli_text(cli, msgid));

	return false;
}

/* The whole source; --number goes before the version of the text. */
static bool
read_source(struct cli *cli, const char *number)
{
	unsigned count = 0;
	bool whole;

	memset(&work.source, 0, sizeof(work.source));
	while (cli_line(cli, work.line, &whole)) {
		count++;
		if (!whole)
			return complain(cli, count, "line too long");
		if (menu_source_line(&work.source, work.line) != YKT_OK)
			return complain(cli, count, work.source.why);
	}
	if (number == NULL)
		return true;
	work.source.version = 0;
	snprintf(work.line, sizeof(work.line), "version %s", number);
	if (menu_source_line(&work.source, work.line) != YKT_OK)
		return complain(cli, 0, work.source.why);

	return true;
}

static void
print_package(struct cli *cli, struct ykt_bytes package, const struct crypto_sm2_key *key)
{
	json_t *object = json_object();

	jsonput_int(object, "version", work.source.version);
	jsonput_text(object, "language", cli->lang == MESSAGES_ZH ? "zh" : "en");
	jsonput_int(object, "screens", work.source.screen_count);
	jsonput_int(object, "length", package.len);
	jsonput_hex(object, "root", YKT_BYTES(key->pub.xy));
	jsonput_hex(object, "package", package);
	jsonput_line(cli->out, object, cli->terminal);
	json_decref(object);
}

static uint16_t
tell(struct cli *cli, const struct ykt_se *se, struct ykt_bytes cmd, int64_t deadline)
{
	uint8_t raw[APDU_SHORT_RSP_MAX];
	struct ykt_buf rsp = YKT_BUF(raw);

	(void)cli;
	if (se->transceive(se->ctx, cmd, &rsp, deadline) != YKT_OK || rsp.len < APDU_SW_LEN)
		return SW_UNKNOWN;

	return ykt_get_u16(raw + rsp.len - APDU_SW_LEN);
}

/* The last status word. */
static uint16_t
load(struct cli *cli, const struct ykt_se *se, struct ykt_bytes package)
{
	int64_t deadline = ykt_clock_mono(cli->clock) + LOAD_TIME_MS;
	uint16_t sw = tell(cli, se, YKT_BYTES(select_menu), deadline);

	for (size_t at = 0; at < package.len && sw == SW_OK; at += BLOCK_LEN) {
		uint8_t raw[APDU_SHORT_CMD_MAX];
		struct ykt_buf out = YKT_BUF(raw);
		struct apdu_cmd cmd = { .cla = MENU_CLA,
			.ins = MENU_LOAD,
			.p2 = (uint8_t)(at / BLOCK_LEN),
			.data = ykt_bytes_sub(package, at, BLOCK_LEN) };

		cmd.p1 = at + cmd.data.len == package.len ? P1_LAST : 0;
		apdu_cmd_encode(&cmd, &out);
		sw = tell(cli, se, ykt_buf_view(&out), deadline);
	}

	return sw;
}

static int
load_into(struct cli *cli, const char *address, struct ykt_bytes package)
{
	const char *why = "The card could not be read.";
	const struct ykt_se *se = NULL;
	uint16_t sw;

	if (cli->cards->open_wired(cli->cards->ctx, address, &se, &why) != YKT_OK) {
		fprintf(cli->err, "%s: %s\n", address, cli_text(cli, why));
		return CLI_NO_CARD;
	}
	sw = load(cli, se, package);
	cli->cards->close(cli->cards->ctx);
	if (sw == SW_OK)
		return CLI_OK;
	fprintf(cli->err, "ykt menu: %s (%04X)\n",
	    cli_text(cli, sw == SW_CONDITIONS
			      ? "the element has this version or a newer one, or one on trial"
			  : sw == SW_SECURITY ? "the element knows another root"
					      : "the element did not take the package"),
	    sw);

	return CLI_FAILED;
}

int
cli_menu(struct cli *cli, int argc, char **argv)
{
	struct menu_args args = { 0 };
	struct crypto_sm2_key key = { 0 };
	struct ykt_buf package = YKT_BUF(work.bytes);
	int code = CLI_FAILED;

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return usage(cli, cli->out, CLI_OK);
	if (!take_args(argc, argv, &args))
		return usage(cli, cli->err, CLI_USAGE);
	if (!get_key(cli, args.key, &key))
		return CLI_USAGE;
	work.source.why = "That did not work";
	if (read_source(cli, args.number)) {
		if (menu_source_compile(&work.source, cli->lang, cli->crypto, &key, &package) ==
		    YKT_OK) {
			print_package(cli, ykt_buf_view(&package), &key);
			code = args.card == NULL
				   ? CLI_OK
				   : load_into(cli, args.card, ykt_buf_view(&package));
		} else {
			complain(cli, 0, work.source.why);
		}
	}
	ykt_wipe(&key, sizeof(key));

	return code;
}
