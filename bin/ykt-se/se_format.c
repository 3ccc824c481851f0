/*
 * ykt-se format: blank cards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_program.h"

#include "config.h"
#include "se_image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ykt/hex.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

#include "card/gp.h"
#include "card/sd_keys.h"
#include "crypto/core.h"
#include "crypto/sm2.h"
#include "host/host_daemon.h"
#include "host/host_random.h"
#include "se/se.h"

#define UID_LEN   7
#define UID_FIRST 0x04 /* ISO/IEC 14443-3: a seven-byte UID begins with a maker's number */

static enum ykt_status
read_pub(const char *path, struct crypto *crypto, struct crypto_sm2_pub *ret_pub)
{
	if (!config_sm2_pub(SE_PROGRAM, path, ret_pub))
		return YKT_E_FORMAT;
	if (crypto_sm2_pub_check(crypto, ret_pub) == YKT_OK)
		return YKT_OK;
	se_complain("%s: no point of the SM2 curve", path);

	return YKT_E_FORMAT;
}

/*
 * The identity applet, an instance for each platform: whom it enciphers for, and whose
 * certificates it takes. Which authority is which platform's is said by their order
 * alone, so that none may be left out.
 */
static enum ykt_status
fill_ident(const struct se_options *options, struct crypto *crypto, struct se_params *params)
{
	const size_t platforms = options->platform_key_count;
	const size_t authorities = options->authority_key_count;
	enum ykt_status status = YKT_OK;

	if (authorities > 0 && platforms > 1 && authorities != platforms) {
		se_complain("--authority-key: one for each --platform-key is needed, or none");
		return YKT_E_ARG;
	}
	params->ident_count = platforms > 1 ? platforms : 1;
	for (size_t i = 0; i < params->ident_count && status == YKT_OK; i++) {
		struct se_ident_params *ident = &params->ident[i];

		ident->has_platform = i < platforms;
		ident->has_authority = i < authorities;
		if (ident->has_platform)
			status = read_pub(options->platform_key_files[i], crypto, &ident->platform);
		if (status == YKT_OK && ident->has_authority)
			status =
			    read_pub(options->authority_key_files[i], crypto, &ident->authority);
	}

	return status;
}

/* --scp: the protocol, and i where it is not 70 or 15; the 2016 profile has SCP02. */
static enum ykt_status
fill_scp(const struct se_options *options, struct se_params *params)
{
	static const struct {
		const char *name;
		uint8_t scp03_i;
		uint8_t scp02_i;
	} table[] = {
		{ "03", 0, 0 },
		{ "03-60", 0x60, 0 },
		{ "02", 0, 0x15 },
		{ "02-35", 0, 0x35 },
		{ "02-55", 0, 0x55 },
		{ "02-75", 0, 0x75 },
	};
	const char *name = options->scp != NULL ? options->scp : table[0].name;

	for (size_t i = 0; i < YKT_ARRAY_LEN(table); i++) {
		if (strcmp(name, table[i].name) != 0)
			continue;
		params->scp03_i = table[i].scp03_i;
		params->scp02_i = table[i].scp02_i;
		return YKT_OK;
	}
	se_complain("--scp: 03, 03-60, 02, 02-35, 02-55 or 02-75 is needed, not %s", name);
	return YKT_E_ARG;
}

/* The card's identity and UID, --se-id or drawn. */
static enum ykt_status
fill_identity(const struct se_options *options, struct se_params *params)
{
	const struct ykt_random random = host_random();
	struct ykt_buf id = YKT_BUF(params->identity);
	enum ykt_status status = ykt_random_fill(&random, params->uid, UID_LEN);

	params->uid[0] = UID_FIRST;
	params->uid_len = UID_LEN;
	if (status != YKT_OK)
		return status;
	if (options->se_id == NULL)
		return ykt_random_fill(&random, params->identity, sizeof(params->identity));
	if (ykt_hex_decode(options->se_id, strlen(options->se_id), &id) != YKT_OK ||
	    id.len != SE_IDENTITY_LEN) {
		se_complain("--se-id: %d hex digits are needed", 2 * SE_IDENTITY_LEN);
		return YKT_E_ARG;
	}
	return YKT_OK;
}

/* Who signs its menus. */
static enum ykt_status
fill_menu_root(const struct se_options *options, struct crypto *crypto, struct se_params *params)
{
	const char *text = options->menu_root;
	struct ykt_buf out = YKT_BUF(params->menu_root);
	struct crypto_sm2_pub pub;

#ifdef YKT_REFUSE_TEST_KEYS
	if (text == NULL)
		return YKT_OK;
	if (strcasecmp(text, SE_TEST_MENU_ROOT) == 0) {
		se_complain("--menu-root: this build refuses test keys");
		return YKT_E_KEY;
	}
#else
	if (text == NULL)
		text = SE_TEST_MENU_ROOT;
#endif
	if (ykt_hex_decode(text, strlen(text), &out) == YKT_OK && out.len == sizeof(pub.xy)) {
		memcpy(pub.xy, params->menu_root, sizeof(pub.xy));
		if (crypto_sm2_pub_check(crypto, &pub) == YKT_OK)
			return YKT_OK;
	}
	se_complain("--menu-root: a point of the SM2 curve is needed, x then y in hex");

	return YKT_E_ARG;
}

/* What makes this card different from others, and its keys. */
static enum ykt_status
fill_params(const struct se_options *options, struct crypto *crypto, struct se_params *params)
{
	struct scp03_keys keys;
	enum ykt_status status = fill_identity(options, params);

	if (status == YKT_OK)
		status = fill_scp(options, params);
	if (status == YKT_OK)
		status = fill_menu_root(options, crypto, params);
	if (status == YKT_OK)
		status = se_ota_keys(options, crypto, params);
	if (status == YKT_OK)
		status = se_isd_keys(options, crypto, YKT_BYTES(params->identity), &keys);
	if (status != YKT_OK)
		return status;
	params->plain_channel = options->plain_channel;
	params->isd_kvn = SD_KEYS_KVN_ISD;
	params->isd_key_len = keys.len;
	memcpy(params->isd_enc, keys.enc, keys.len);
	memcpy(params->isd_mac, keys.mac, keys.len);
	memcpy(params->isd_dek, keys.dek, keys.len);
	ykt_wipe(&keys, sizeof(keys));

	return YKT_OK;
}

enum ykt_status
se_image_blank(const struct se_options *options, struct crypto *crypto, struct se_image *image,
    uint8_t ret_identity[SE_IDENTITY_LEN])
{
	/* An issuer number of the example range 31 05 (transport cards begin with 31). */
	struct se_params params = { .iin = { 0x31, 0x05, 0x99, 0x01 } };
	enum ykt_status status = fill_params(options, crypto, &params);

	if (status == YKT_OK)
		status = fill_ident(options, crypto, &params);
	if (status == YKT_OK)
		status = se_image_replace(options, crypto, options->args[0], image);
	if (status == YKT_OK) {
		status = se_format(&image->port, &params);
		if (status != YKT_OK) {
			se_complain_image(options->args[0], status);
			se_image_close(image);
		}
	}
	if (status == YKT_OK)
		memcpy(ret_identity, params.identity, SE_IDENTITY_LEN);
	ykt_wipe(&params, sizeof(params));
	return status;
}

int
se_format_main(const struct se_options *options)
{
	uint8_t identity[SE_IDENTITY_LEN];
	char id[2 * SE_IDENTITY_LEN + 1];
	struct crypto *crypto = NULL;
	struct se_image image = { .file = NULL };
	enum ykt_status status;

	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = crypto_new(&ykt_alloc_libc, NULL, &crypto);
	if (status == YKT_OK)
		status = se_image_blank(options, crypto, &image, identity);
	if (status == YKT_OK)
		status = se_image_sync(&image, options->args[0]);
	if (status == YKT_OK) {
		ykt_hex_encode(YKT_BYTES(identity), id);
		(void)printf("%s: SE id %s\n", options->args[0], id);
	}
	se_image_close(&image);
	crypto_free(&crypto);
	return se_exit(status);
}
