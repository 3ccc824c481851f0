/*
 * Files of SM2 private keys: 192 hex digits, private and public.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/key_file.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "cli/code_args.h"

#define KEY_TEXT_MAX (192 + 2)

static bool
write_key(struct cli *cli, const char *path, const struct crypto_sm2_key *key)
{
	char text[KEY_TEXT_MAX];
	bool good;

	ykt_hex_encode(YKT_BYTES(key->d), text);
	ykt_hex_encode(YKT_BYTES(key->pub.xy), text + 64);
	memcpy(text + 192, "\n", 2);
	good = cli->files != NULL && cli->files->write(path, ykt_bytes(text, 193), true) == YKT_OK;
	ykt_wipe(text, sizeof(text));

	return good || code_complain(cli, path, "cannot be written");
}

bool
key_file_of(struct cli *cli, const char *path, struct crypto_sm2_key *ret_key)
{
	uint8_t byte[KEY_TEXT_MAX];
	struct ykt_buf probe = YKT_BUF(byte);
	enum ykt_status status = YKT_NOT_FOUND;

	if (cli->files != NULL)
		status = cli->files->read(path, &probe);
	ykt_wipe(byte, sizeof(byte));
	if (status != YKT_NOT_FOUND)
		return code_key_file(cli, path, ret_key);
	if (cli->random == NULL || crypto_sm2_generate(cli->crypto, cli->random, ret_key) != YKT_OK)
		return code_complain(cli, path, "no key could be made");

	return write_key(cli, path, ret_key);
}
