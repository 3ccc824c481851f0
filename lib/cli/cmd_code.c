/*
 * ykt code: ride codes verified, taken apart, made for tests, drawn.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "cli/client_cmd.h"
#include "cli/code_args.h"
#include "cli/code_make.h"
#include "cli/code_view.h"
#include "cli/jsonput.h"
#include "qr/qr.h"

#define MS        1000
#define PNG_SCALE 6

static int
usage(struct cli *cli, FILE *stream, int code)
{
	fprintf(stream, "%s\n\n%s\n%s\n%s\n%s\n\n%s\n%s\n%s\n",
	    cli_text(cli, "usage: ykt code open|show|inspect|verify|make|draw [OPTION...] [CODE]"),
	    "  open\n  show [--watch] [--png FILE] [--svg FILE] [--raw FILE]\n  inspect CODE",
	    "  verify --roots FILE [--now SECONDS] [--fare FEN] [--institution HEX]\n"
	    "         [--future SECONDS] [--dialect NAME] CODE",
	    "  make --cert FILE --key FILE --user-key FILE [--now SECONDS] [--limit FEN]\n"
	    "       [--validity SECONDS] [--life SECONDS] [--user DIGITS] [--account TEXT]\n"
	    "       [--platform HEX] [--own HEX]",
	    "  draw [--level L|M|Q|H] [--invert] [--png FILE] [--svg FILE] CODE",
	    cli_text(cli, "CODE is hex, the name of a file, or - for standard input."),
	    cli_text(cli, "verify exits with 0 for a good code and with 1 for any other."),
	    cli_text(cli, "make is for tests: a real code is made by the phone."));

	return code;
}

/* Seconds: the option's, or this machine's. */
static bool
moment(struct cli *cli, const char *text, uint64_t *ret_seconds)
{
	if (text != NULL)
		return code_number(cli, "--now", text, UINT32_MAX, ret_seconds);
	*ret_seconds = (uint64_t)(ykt_clock_wall(cli->clock) / MS);

	return true;
}

static int
do_inspect(struct cli *cli, int argc, char **argv)
{
	uint8_t bytes[2 * CODE_QR_MAX];
	struct ykt_buf in = YKT_BUF(bytes);
	enum code_fault fault = CODE_FAULT_NONE;
	struct code_qr code;
	json_t *object;
	int words = 0;

	if (!code_options(cli, argc, argv, NULL, 0, &words) || words != 1)
		return usage(cli, cli->err, CLI_USAGE);
	if (!code_input(cli, argv[1], &in))
		return CLI_FAILED;
	if (code_qr_decode(ykt_buf_view(&in), &code_dialect_none, &code, &fault) != YKT_OK) {
		(void)code_complain(cli, argv[1],
		    fault == CODE_FAULT_VERSION  ? "no ride code: another version"
		    : fault == CODE_FAULT_LENGTH ? "no ride code: its lengths do not agree"
						 : "no ride code: a field has another form");
		return CLI_FAILED;
	}
	object = code_view_qr(&code);
	jsonput_line(cli->out, object, cli->terminal);
	json_decref(object);

	return CLI_OK;
}

static bool
set_dialect(struct cli *cli, const char *name, struct code_dialect *dialect)
{
	const struct {
		const char *name;
		bool *setting;
	} all[] = {
		{ "any_version", &dialect->any_version },
		{ "any_issuer_format", &dialect->any_issuer_format },
		{ "own_len_with_self", &dialect->own_len_with_self },
		{ "own_data_last", &dialect->own_data_last },
		{ "local_ids", &dialect->local_ids },
		{ "expiry_since_2000", &dialect->expiry_since_2000 },
	};

	/* Names with commas between them. */
	for (const char *p = name; p != NULL && *p != '\0';) {
		const size_t len = strcspn(p, ",");
		bool found = false;

		for (size_t i = 0; i < YKT_ARRAY_LEN(all); i++) {
			if (strlen(all[i].name) == len && strncmp(all[i].name, p, len) == 0)
				*all[i].setting = found = true;
		}
		if (!found)
			return code_complain(cli, name, "no such dialect");
		p += len + (p[len] == ',');
	}

	return true;
}

struct verify_words {
	const char *roots;
	const char *now;
	const char *fare;
	const char *institution;
	const char *future;
	const char *dialect;
};

/* Of the command line alone: what does not hold is how it is used. */
static bool
verify_policy(struct cli *cli, const struct verify_words *words, struct code_roots *roots,
    struct code_institution *institution, struct code_policy *policy)
{
	uint64_t fare = 0;
	uint64_t future = CODE_FUTURE_S;

	if (words->roots == NULL)
		return code_complain(cli, "code verify", "--roots FILE is needed");
	if (!set_dialect(cli, words->dialect, &policy->dialect))
		return false;
	if (words->fare != NULL && !code_number(cli, "--fare", words->fare, 0xFFFFFF, &fare))
		return false;
	if (words->future != NULL && !code_number(cli, "--future", words->future, 86400, &future))
		return false;
	policy->roots = roots;
	policy->fare_fen = (uint32_t)fare;
	policy->future_s = (uint32_t)future;
	if (words->institution == NULL)
		return true;
	policy->institutions = institution;
	policy->institution_count = 1;

	return code_hex(cli, "--institution", words->institution, institution->id, 4);
}

static int
do_verify(struct cli *cli, int argc, char **argv)
{
	struct verify_words words = { 0 };
	const struct code_option options[] = { { "--roots", &words.roots, false },
		{ "--now", &words.now, false }, { "--fare", &words.fare, false },
		{ "--institution", &words.institution, false },
		{ "--future", &words.future, false }, { "--dialect", &words.dialect, false } };
	uint8_t bytes[2 * CODE_QR_MAX];
	struct ykt_buf in = YKT_BUF(bytes);
	struct code_roots roots = { 0 };
	struct code_institution institution;
	struct code_policy policy = { 0 };
	struct code_result result;
	uint64_t now = 0;
	json_t *object;
	int count = 0;

	if (!code_options(cli, argc, argv, options, YKT_ARRAY_LEN(options), &count) || count != 1)
		return usage(cli, cli->err, CLI_USAGE);
	if (!verify_policy(cli, &words, &roots, &institution, &policy) ||
	    !moment(cli, words.now, &now))
		return CLI_USAGE;
	if (!code_roots_file(cli, words.roots, &roots) || !code_input(cli, argv[1], &in))
		return CLI_FAILED;
	if (code_verify(cli->crypto, &policy, ykt_buf_view(&in), (int64_t)now * MS, &result) !=
	    YKT_OK) {
		(void)code_complain(cli, "code", "the cryptographic library failed");
		return CLI_FAILED;
	}
	object = code_view_result(&result);
	jsonput_line(cli->out, object, cli->terminal);
	json_decref(object);

	return result.verdict == CODE_GOOD ? CLI_OK : CLI_FAILED;
}

static int
do_draw(struct cli *cli, int argc, char **argv)
{
	static const char names[] = "LMQH";
	static struct qr_symbol symbol;
	static uint8_t drawing[QR_PNG_MAX];
	const char *level = NULL, *invert = NULL, *png = NULL, *svg = NULL;
	const struct code_option options[] = { { "--level", &level, false },
		{ "--invert", &invert, true }, { "--png", &png, false }, { "--svg", &svg, false } };
	uint8_t bytes[QR_BYTES_MAX];
	struct ykt_buf in = YKT_BUF(bytes);
	struct ykt_buf out = YKT_BUF(drawing);
	const char *file = png != NULL ? png : svg;
	enum ykt_status status;
	int words = 0;

	if (!code_options(cli, argc, argv, options, YKT_ARRAY_LEN(options), &words) || words != 1 ||
	    (png != NULL && svg != NULL))
		return usage(cli, cli->err, CLI_USAGE);
	if (level == NULL)
		level = "L";
	if (strlen(level) != 1 || strchr(names, level[0]) == NULL)
		return usage(cli, cli->err, CLI_USAGE);
	if (!code_input(cli, argv[1], &in))
		return CLI_FAILED;
	file = png != NULL ? png : svg;
	status = qr_symbol_make(
	    ykt_buf_view(&in), (enum qr_level)(strchr(names, level[0]) - names), &symbol);
	if (status == YKT_OK && png != NULL)
		status = qr_draw_png(&symbol, PNG_SCALE, &out);
	else if (status == YKT_OK && svg != NULL)
		status = qr_draw_svg(&symbol, &out);
	else if (status == YKT_OK)
		status = qr_draw_text(&symbol, invert != NULL, &out);
	if (status != YKT_OK)
		return code_complain(cli, argv[1], "does not fit into a symbol") ? CLI_OK
										 : CLI_FAILED;
	if (file == NULL)
		fwrite(drawing, 1, out.len, cli->out);
	else if (cli->files == NULL || cli->files->write(file, ykt_buf_view(&out), false) != YKT_OK)
		return code_complain(cli, file, "cannot be written") ? CLI_OK : CLI_FAILED;

	return CLI_OK;
}

/* The client's own: both words name its command. */
static int
open_or_show(struct cli *cli, int argc, char **argv)
{
	return client_cmd_run(cli, argc + 1, argv - 1);
}

int
cli_code(struct cli *cli, int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(struct cli *cli, int argc, char **argv);
	} all[] = {
		{ "inspect", do_inspect },
		{ "verify", do_verify },
		{ "make", cli_code_make },
		{ "draw", do_draw },
		{ "open", open_or_show },
		{ "show", open_or_show },
	};

	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return usage(cli, cli->out, CLI_OK);
	for (size_t i = 0; argc > 1 && i < YKT_ARRAY_LEN(all); i++) {
		if (strcmp(all[i].name, argv[1]) == 0)
			return all[i].run(cli, argc - 1, argv + 1);
	}

	return usage(cli, cli->err, CLI_USAGE);
}
