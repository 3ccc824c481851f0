/*
 * ykt-se format, psam-format, psam-store: blank images and PSAM groupings.
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

#include <ykt/hex.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

#include "card/gp.h"
#include "card/sd_keys.h"
#include "crypto/core.h"
#include "host/host_daemon.h"
#include "host/host_nvm.h"
#include "host/host_random.h"
#include "se/psam.h"
#include "se/se.h"

#define UID_LEN     7
#define UID_FIRST   0x04 /* ISO/IEC 14443-3: a seven-byte UID begins with a maker's number */
#define P1_LAST_DGI 0x88
#define DGIS_MAX    255
#define RSP_MAX     SE_PSAM_RSP_MAX

/* What the image holds already: a card, a PSAM, or nothing of ours. */
static bool
holds_something(const struct ykt_nvm *nvm)
{
	uint8_t first[8];
	static const uint8_t none[8];

	return ykt_nvm_read(nvm, SE_HOME_IN, first, sizeof(first)) == YKT_OK &&
	       memcmp(first, none, sizeof(none)) != 0;
}

enum ykt_status
se_image_open(const char *path, bool force, struct host_nvm **ret_nvm)
{
	struct host_nvm *nvm = NULL;
	struct ykt_nvm port;
	enum ykt_status status;

	errno = 0;
	status = host_nvm_open(&ykt_alloc_libc, path, SE_IMAGE_SIZE, &nvm, NULL);
	if (status != YKT_OK) {
		se_complain_image(path, status);
		return status;
	}
	port = host_nvm_port(nvm);
	if (!force && holds_something(&port)) {
		se_complain("%s: holds a card already; --force overwrites it", path);
		host_nvm_close(&nvm);
		return YKT_CONFLICT;
	}
	*ret_nvm = nvm;
	return YKT_OK;
}

/* The identity applet, and whom it enciphers for. */
static enum ykt_status
fill_ident(const struct se_options *options, struct crypto *crypto, struct se_params *params)
{
	const char *path = options->platform_key_file;

	params->ident = true;
	if (path == NULL)
		return YKT_OK;
	if (!config_sm2_pub(SE_PROGRAM, path, &params->ident_platform))
		return YKT_E_FORMAT;
	if (crypto_sm2_pub_check(crypto, &params->ident_platform) != YKT_OK) {
		se_complain("%s: no point of the SM2 curve", path);
		return YKT_E_FORMAT;
	}
	params->ident_has_platform = true;

	return YKT_OK;
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

/* What makes this card different from others, and its keys. */
static enum ykt_status
fill_params(const struct se_options *options, struct crypto *crypto, struct se_params *params)
{
	struct scp03_keys keys;
	enum ykt_status status = fill_identity(options, params);

	if (status == YKT_OK)
		status = fill_scp(options, params);
	if (status == YKT_OK)
		status = se_isd_keys(options, crypto, YKT_BYTES(params->identity), &keys);
	if (status != YKT_OK)
		return status;
	params->isd_kvn = SD_KEYS_KVN_ISD;
	params->isd_key_len = keys.len;
	memcpy(params->isd_enc, keys.enc, keys.len);
	memcpy(params->isd_mac, keys.mac, keys.len);
	memcpy(params->isd_dek, keys.dek, keys.len);
	ykt_wipe(&keys, sizeof(keys));

	return YKT_OK;
}

enum ykt_status
se_image_blank(const struct se_options *options, struct crypto *crypto, struct host_nvm **ret_nvm,
    uint8_t ret_identity[SE_IDENTITY_LEN])
{
	/* An issuer number of the example range 31 05 (transport cards begin with 31). */
	struct se_params params = { .iin = { 0x31, 0x05, 0x99, 0x01 } };
	struct host_nvm *nvm = NULL;
	struct ykt_nvm port;
	enum ykt_status status = fill_params(options, crypto, &params);

	if (status == YKT_OK)
		status = fill_ident(options, crypto, &params);
	if (status == YKT_OK)
		status = se_image_open(options->args[0], options->force, &nvm);
	if (status == YKT_OK) {
		port = host_nvm_port(nvm);
		status = se_format(&port, &params);
		if (status != YKT_OK)
			se_complain_image(options->args[0], status);
	}
	if (status == YKT_OK) {
		memcpy(ret_identity, params.identity, SE_IDENTITY_LEN);
		*ret_nvm = nvm;
		nvm = NULL;
	}
	host_nvm_close(&nvm);
	ykt_wipe(&params, sizeof(params));
	return status;
}

int
se_format_main(const struct se_options *options)
{
	uint8_t identity[SE_IDENTITY_LEN];
	char id[2 * SE_IDENTITY_LEN + 1];
	struct crypto *crypto = NULL;
	struct host_nvm *nvm = NULL;
	enum ykt_status status;

	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = crypto_new(&ykt_alloc_libc, NULL, &crypto);
	if (status == YKT_OK)
		status = se_image_blank(options, crypto, &nvm, identity);
	if (status == YKT_OK) {
		status = host_nvm_sync(nvm);
		if (status != YKT_OK)
			se_complain_image(options->args[0], status);
	}
	if (status == YKT_OK) {
		ykt_hex_encode(YKT_BYTES(identity), id);
		(void)printf("%s: SE id %s\n", options->args[0], id);
	}
	host_nvm_close(&nvm);
	crypto_free(&crypto);
	return status == YKT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
se_psam_format_main(const struct se_options *options)
{
	uint8_t transport[SE_ROOT_LEN];
	struct host_nvm *nvm = NULL;
	struct ykt_nvm port;
	enum ykt_status status;

	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = se_keyfile_read(options->root_file, "psam", SE_PSAM_TEST_TRANSPORT, transport);
	if (status == YKT_OK)
		status = se_image_open(options->args[0], options->force, &nvm);
	if (status == YKT_OK) {
		port = host_nvm_port(nvm);
		status = se_psam_format(&port, transport);
		if (status == YKT_OK)
			status = host_nvm_sync(nvm);
		if (status != YKT_OK)
			se_complain_image(options->args[0], status);
	}
	if (status == YKT_OK)
		(void)printf("%s: blank PSAM\n", options->args[0]);
	host_nvm_close(&nvm);
	ykt_wipe(transport, sizeof(transport));
	return status == YKT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The groupings as the key module gave them: hex, line ends allowed. */
static enum ykt_status
read_groupings(const char *path, struct ykt_buf *dgis)
{
	char line[1024];
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	enum ykt_status status = file != NULL ? YKT_OK : YKT_E_FILE;

	while (status == YKT_OK && fgets(line, sizeof(line), file) != NULL)
		status = ykt_hex_decode(line, strcspn(line, "\r\n"), dgis);
	if (file != NULL && file != stdin)
		(void)fclose(file);
	if (status != YKT_OK || dgis->len == 0) {
		se_complain("%s: not readable, or not groupings in hex", path);
		return YKT_E_FORMAT;
	}
	return YKT_OK;
}

static enum ykt_status
store(struct se_psam *psam, struct ykt_bytes dgis)
{
	uint8_t cmd_bytes[DGIS_MAX + 6];
	uint8_t rsp_bytes[RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);

	gp_store_data_build(P1_LAST_DGI, 0, dgis, &cmd);
	if (ykt_buf_done(&cmd) != YKT_OK)
		return YKT_E_FORMAT;
	se_psam_transceive(psam, ykt_buf_view(&cmd), &rsp);
	if (ykt_get_u16(rsp_bytes) != 0x9000) {
		se_complain("the PSAM refused the groupings: %04X (wrong transport key, or "
			    "personalised already)",
		    (unsigned)ykt_get_u16(rsp_bytes));
		return YKT_REFUSED;
	}
	return YKT_OK;
}

int
se_psam_store_main(const struct se_options *options)
{
	static struct se_psam psam;
	uint8_t dgi_bytes[DGIS_MAX];
	struct ykt_buf dgis = YKT_BUF(dgi_bytes);
	struct crypto *crypto = NULL;
	struct host_nvm *nvm = NULL;
	struct ykt_nvm port;
	enum ykt_status status;

	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = read_groupings(options->args[1], &dgis);
	if (status == YKT_OK)
		status = crypto_new(&ykt_alloc_libc, NULL, &crypto);
	if (status == YKT_OK)
		status = se_image_open(options->args[0], true, &nvm);
	if (status == YKT_OK) {
		port = host_nvm_port(nvm);
		status = se_psam_boot(&psam, &port, crypto);
		if (status != YKT_OK)
			se_complain_image(options->args[0], status);
	}
	if (status == YKT_OK)
		status = store(&psam, ykt_buf_view(&dgis));
	if (status == YKT_OK)
		status = host_nvm_sync(nvm);
	if (status == YKT_OK)
		(void)printf("%s: PSAM personalised\n", options->args[0]);
	se_psam_clear(&psam);
	host_nvm_close(&nvm);
	crypto_free(&crypto);
	ykt_wipe(dgi_bytes, sizeof(dgi_bytes));
	return status == YKT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
