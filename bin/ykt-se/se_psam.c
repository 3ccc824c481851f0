/*
 * ykt-se psam-format, psam-store: blank PSAMs and their groupings. A PSAM is a
 * plain file, which ykt-validator opens.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

#include "card/gp.h"
#include "crypto/core.h"
#include "host/host_daemon.h"
#include "host/host_nvm.h"
#include "se/psam.h"
#include "se/se.h"
#include "words.h"

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

static enum ykt_status
open_psam(const char *path, bool force, struct host_nvm **ret_nvm)
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
		status = open_psam(options->args[0], options->force, &nvm);
	if (status == YKT_OK) {
		port = host_nvm_port(nvm);
		status = se_psam_format(&port, transport);
		if (status == YKT_OK)
			status = host_nvm_sync(nvm);
		if (status != YKT_OK)
			se_complain_image(options->args[0], status);
	}
	if (status == YKT_OK)
		(void)printf(words("%s: blank PSAM\n"), options->args[0]);
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
		status = open_psam(options->args[0], true, &nvm);
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
		(void)printf(words("%s: PSAM personalised\n"), options->args[0]);
	se_psam_clear(&psam);
	host_nvm_close(&nvm);
	crypto_free(&crypto);
	ykt_wipe(dgi_bytes, sizeof(dgi_bytes));
	return status == YKT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
