/*
 * ykt code make.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/code_make.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "cli/code_args.h"

#define MS         1000
#define DEFAULT_NO "00990100000000000001"

struct make_words {
	const char *cert, *key, *user_key, *now, *limit, *validity, *life, *user, *account,
	    *platform, *own;
};

struct make {
	struct code_auth auth;
	struct crypto_sm2_key institution;
	struct crypto_sm2_key rider;
	uint64_t now_s;
};

/* A number of an option that has a default. */
static bool
number(struct cli *cli, const char *name, const char *text, uint64_t max, uint64_t standard,
    uint64_t *ret_value)
{
	*ret_value = standard;

	return text == NULL || code_number(cli, name, text, max, ret_value);
}

static bool
fill_numbers(struct cli *cli, const struct make_words *words, struct make *make)
{
	uint64_t now = (uint64_t)(ykt_clock_wall(cli->clock) / MS);
	uint64_t limit, validity, life;

	if (!number(cli, "--now", words->now, UINT32_MAX, now, &make->now_s) ||
	    !number(cli, "--limit", words->limit, 0xFFFFFF, 3000, &limit) ||
	    !number(cli, "--validity", words->validity, UINT16_MAX, 60, &validity) ||
	    !number(cli, "--life", words->life, 0x7FFFFFFF, 86400, &life))
		return false;
	make->auth.limit_fen = (uint32_t)limit;
	make->auth.validity_s = (uint16_t)validity;
	make->auth.expires_s = (uint32_t)(make->now_s + life);

	return true;
}

static bool
fill_names(struct cli *cli, const struct make_words *words, struct make *make)
{
	const char *account = words->account != NULL ? words->account : "9901000000000001";
	struct ykt_buf own = { make->auth.own, 0, sizeof(make->auth.own), false };

	if (strlen(account) != sizeof(make->auth.account))
		return code_complain(cli, "--account", "wants 16 characters");
	memcpy(make->auth.account, account, sizeof(make->auth.account));
	if (words->own != NULL && ykt_hex_decode(words->own, strlen(words->own), &own) != YKT_OK)
		return code_complain(cli, "--own", "wants up to 32 bytes in hex");
	make->auth.own_len = (uint8_t)own.len;

	return code_hex(cli, "--user", words->user != NULL ? words->user : DEFAULT_NO,
		   make->auth.user, sizeof(make->auth.user)) &&
	       code_hex(cli, "--platform", words->platform != NULL ? words->platform : "00000000",
		   make->auth.platform, sizeof(make->auth.platform));
}

static bool
fill_cert(struct cli *cli, const struct make_words *words, struct make *make)
{
	uint8_t bytes[2 * CODE_CERT_LEN];
	struct ykt_buf in = YKT_BUF(bytes);
	struct code_cert cert;

	if (!code_input(cli, words->cert, &in))
		return false;
	if (code_cert_decode(ykt_buf_view(&in), &cert) != YKT_OK)
		return code_complain(cli, words->cert, "no certificate");
	memcpy(make->auth.cert, bytes, sizeof(make->auth.cert));
	memcpy(make->auth.institution, cert.institution, sizeof(make->auth.institution));

	return true;
}

static bool
fill(struct cli *cli, const struct make_words *words, struct make *make)
{
	return fill_cert(cli, words, make) && code_key_file(cli, words->key, &make->institution) &&
	       code_key_file(cli, words->user_key, &make->rider) &&
	       fill_numbers(cli, words, make) && fill_names(cli, words, make);
}

static enum ykt_status
sign(struct cli *cli, struct make *make, struct ykt_buf *out)
{
	uint8_t bytes[CODE_AUTH_MAX];
	struct ykt_buf auth = YKT_BUF(bytes);
	struct signer_soft institution;
	struct signer_soft rider;
	enum ykt_status status;

	signer_soft_init(&institution, cli->crypto, &make->institution);
	signer_soft_init(&rider, cli->crypto, &make->rider);
	crypto_sm2_compress(&make->rider.pub, make->auth.point);
	status = code_auth_make(&institution.signer, &make->auth, &auth);
	if (status == YKT_OK)
		status =
		    code_qr_make(&rider.signer, ykt_buf_view(&auth), (uint32_t)make->now_s, out);
	signer_soft_clear(&institution);
	signer_soft_clear(&rider);

	return status;
}

int
cli_code_make(struct cli *cli, int argc, char **argv)
{
	struct make_words words = { 0 };
	const struct code_option options[] = { { "--cert", &words.cert, false },
		{ "--key", &words.key, false }, { "--user-key", &words.user_key, false },
		{ "--now", &words.now, false }, { "--limit", &words.limit, false },
		{ "--validity", &words.validity, false }, { "--life", &words.life, false },
		{ "--user", &words.user, false }, { "--account", &words.account, false },
		{ "--platform", &words.platform, false }, { "--own", &words.own, false } };
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	char text[2 * CODE_QR_MAX + 1];
	struct make make = { 0 };
	int count = 0;
	bool good;

	if (!code_options(cli, argc, argv, options, YKT_ARRAY_LEN(options), &count))
		return CLI_USAGE;
	if (count != 0 || words.cert == NULL || words.key == NULL || words.user_key == NULL) {
		(void)code_complain(cli, "code make", "--cert, --key and --user-key are needed");
		return CLI_USAGE;
	}
	good = fill(cli, &words, &make);
	if (good && sign(cli, &make, &out) != YKT_OK)
		good = code_complain(cli, "code make", "these fields make no code");
	if (good) {
		ykt_hex_encode(ykt_buf_view(&out), text);
		fprintf(cli->out, "%s\n", text);
	}
	ykt_wipe(&make, sizeof(make));

	return good ? CLI_OK : CLI_FAILED;
}
