/*
 * ykt ca: the CA of a clearing centre in small: roots, requests, certificates.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "cli/code_args.h"
#include "cli/code_view.h"
#include "cli/jsonput.h"
#include "cli/key_file.h"

static int
usage(struct cli *cli, FILE *stream, int code)
{
	fprintf(stream, "%s\n\n%s\n%s\n%s\n%s\n%s\n\n%s\n%s\n",
	    cli_text(cli, "usage: ykt ca root|request|check|issue|roots WORD..."),
	    "  root NAME INDEX KEY-FILE", "  request INSTITUTION MMYY KEY-FILE REQUEST-FILE",
	    "  check REQUEST", "  issue ROOT-KEY-FILE INDEX REQUEST CERT-FILE [SERIAL]",
	    "  roots FILE...",
	    cli_text(cli, "root prints the line of a file of roots; name test roots TEST-..."),
	    cli_text(cli, "A key file that is there is used, otherwise a new key is made."));

	return code;
}

static bool
write_hex(struct cli *cli, const char *path, struct ykt_bytes bytes)
{
	char text[2 * CODE_CERT_LEN + 2];

	ykt_hex_encode(bytes, text);
	memcpy(text + 2 * bytes.len, "\n", 2);

	return (cli->files != NULL &&
		   cli->files->write(path, ykt_bytes(text, 2 * bytes.len + 1), false) == YKT_OK) ||
	       code_complain(cli, path, "cannot be written");
}

static bool
name_good(const char *name)
{
	const size_t len = strlen(name);

	return len > 0 && len <= CODE_ROOT_NAME_MAX &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") ==
		   len;
}

static int
do_root(struct cli *cli, char **words)
{
	struct code_root root = { .service = CODE_SERVICE };
	char line[CODE_ROOT_LINE_MAX];
	struct code_roots roots = { 0 };
	struct crypto_sm2_key key;
	bool good;

	if (!name_good(words[0]))
		return code_complain(cli, words[0], "wants letters, digits and hyphens")
			   ? CLI_OK
			   : CLI_FAILED;
	memcpy(root.name, words[0], strlen(words[0]) + 1);
	if (!code_hex(cli, "INDEX", words[1], &root.index, 1) || !key_file_of(cli, words[2], &key))
		return CLI_FAILED;
	root.pub = key.pub;
	ykt_wipe(&key, sizeof(key));
	/* A build that refuses test roots makes none either. */
	good = code_roots_add(cli->crypto, &roots, &root) == YKT_OK;
	if (good) {
		code_root_line(&root, line);
		fputs(line, cli->out);
	} else
		(void)code_complain(cli, words[0], "a test root, which this build refuses");

	return good ? CLI_OK : CLI_FAILED;
}

static int
do_request(struct cli *cli, char **words)
{
	struct code_request request = { .service = CODE_SERVICE, .hash_alg = CODE_REQUEST_SM3 };
	uint8_t bytes[CODE_REQUEST_LEN];
	struct crypto_sm2_key key;
	struct signer_soft signer;
	struct code_request again;
	enum ykt_status status;

	if (!code_hex(cli, "INSTITUTION", words[0], request.institution, 4) ||
	    !code_hex(cli, "MMYY", words[1], request.expiry, 2) ||
	    !key_file_of(cli, words[2], &key))
		return CLI_FAILED;
	signer_soft_init(&signer, cli->crypto, &key);
	ykt_wipe(&key, sizeof(key));
	status = code_request_sign(&signer.signer, &request);
	signer_soft_clear(&signer);
	code_request_encode(&request, bytes);
	/* Also for a month that is none. */
	if (status == YKT_OK)
		status = code_request_decode(YKT_BYTES(bytes), &again);
	if (status != YKT_OK)
		return code_complain(cli, words[1], "these fields make no request") ? CLI_OK
										    : CLI_FAILED;

	return write_hex(cli, words[3], YKT_BYTES(bytes)) ? CLI_OK : CLI_FAILED;
}

/* Reads and checks a request; says what is wrong with it. */
static bool
take_request(struct cli *cli, const char *word, struct code_request *ret_request)
{
	uint8_t bytes[2 * CODE_REQUEST_LEN];
	struct ykt_buf in = YKT_BUF(bytes);
	enum ykt_status status;

	if (!code_input(cli, word, &in))
		return false;
	if (code_request_decode(ykt_buf_view(&in), ret_request) != YKT_OK)
		return code_complain(cli, word, "no request");
	status = code_request_check(cli->crypto, ret_request, ykt_clock_wall(cli->clock));
	switch (status) {
	case YKT_OK:
		return true;
	case YKT_EXPIRED:
		return code_complain(cli, word, "asks for a month that is over");
	case YKT_E_MAC:
		return code_complain(cli, word, "not signed by the key inside it");
	default:
		return code_complain(cli, word, "of another service, or its key is none");
	}
}

static int
do_check(struct cli *cli, char **words)
{
	struct code_request request;
	json_t *object;

	if (!take_request(cli, words[0], &request))
		return CLI_FAILED;
	object = code_view_request(&request);
	jsonput_line(cli->out, object, cli->terminal);
	json_decref(object);

	return CLI_OK;
}

static int
do_issue(struct cli *cli, char **words)
{
	struct code_request request;
	struct code_cert cert;
	struct crypto_sm2_key key;
	struct signer_soft ca;
	uint8_t bytes[CODE_CERT_LEN];
	uint8_t serial[3];
	uint8_t index;
	enum ykt_status status;
	json_t *object;

	if (!code_hex(cli, "INDEX", words[1], &index, 1) || !take_request(cli, words[2], &request))
		return CLI_FAILED;
	memcpy(serial, request.serial, sizeof(serial));
	if (words[4] != NULL && !code_hex(cli, "SERIAL", words[4], serial, sizeof(serial)))
		return CLI_FAILED;
	if (!code_key_file(cli, words[0], &key))
		return CLI_FAILED;
	signer_soft_init(&ca, cli->crypto, &key);
	ykt_wipe(&key, sizeof(key));
	status = code_request_issue(&ca.signer, index, &request, serial, &cert);
	signer_soft_clear(&ca);
	if (status != YKT_OK)
		return code_complain(cli, words[2], "the certificate could not be signed")
			   ? CLI_OK
			   : CLI_FAILED;
	code_cert_encode(&cert, bytes);
	if (!write_hex(cli, words[3], YKT_BYTES(bytes)))
		return CLI_FAILED;
	object = code_view_cert(&cert);
	jsonput_line(cli->out, object, cli->terminal);
	json_decref(object);

	return CLI_OK;
}

/* Loaded together, as a terminal loads them. */
static int
do_roots(struct cli *cli, char **words)
{
	struct code_roots roots = { 0 };

	for (size_t i = 0; words[i] != NULL; i++) {
		if (!code_roots_file(cli, words[i], &roots))
			return CLI_FAILED;
	}
	for (size_t i = 0; i < roots.count; i++) {
		json_t *object = code_view_root(&roots.roots[i]);

		jsonput_line(cli->out, object, cli->terminal);
		json_decref(object);
	}

	return CLI_OK;
}

int
cli_ca(struct cli *cli, int argc, char **argv)
{
	static const struct {
		const char *name;
		int least;
		int most;
		int (*run)(struct cli *cli, char **words);
	} all[] = {
		{ "root", 3, 3, do_root },
		{ "request", 4, 4, do_request },
		{ "check", 1, 1, do_check },
		{ "issue", 4, 5, do_issue },
		{ "roots", 1, CODE_ROOTS_MAX, do_roots },
	};

	char *words[CODE_ROOTS_MAX + 1] = { NULL };

	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return usage(cli, cli->out, CLI_OK);
	for (size_t i = 0; argc > 1 && i < YKT_ARRAY_LEN(all); i++) {
		if (strcmp(all[i].name, argv[1]) != 0 || argc - 2 < all[i].least ||
		    argc - 2 > all[i].most)
			continue;
		memcpy(words, argv + 2, (size_t)(argc - 2) * sizeof(words[0]));
		return all[i].run(cli, words);
	}

	return usage(cli, cli->err, CLI_USAGE);
}
