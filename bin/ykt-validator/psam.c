/*
 * ykt-validator: the software PSAM, at work and being made.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

#include "card/apdu.h"
#include "card/gp.h"
#include "card/sw.h"
#include "crypto/core.h"
#include "host/host_clock.h"
#include "host/host_random.h"
#include "program.h"
#include "wire/call.h"
#include "wire/key_msg.h"
#include "words.h"

#define CALL_MS 20000

static enum ykt_status
psam_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct program_psam *psam = ctx;
	const size_t before = rsp->len;
	enum ykt_status status =
	    psam->port.se.transceive(psam->port.se.ctx, cmd, rsp, deadline_mono_ms);

	/* A number that is used up must stay used up, or two taps would share it. */
	if (status == YKT_OK)
		status = host_nvm_sync(psam->nvm);
	if (status != YKT_OK)
		rsp->len = before;
	return status == YKT_OK ? YKT_OK : YKT_E_LINK;
}

static enum ykt_status
psam_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct program_psam *psam = ctx;

	return psam->port.se.reset(psam->port.se.ctx, atr, deadline_mono_ms);
}

static const char *
image_trouble(enum ykt_status status)
{
	switch (status) {
	case YKT_BUSY:
		return words("another process has it in use");
	case YKT_E_CORRUPT:
		return words("is damaged, or no PSAM");
	case YKT_E_KEY:
		return words("holds a test key, which this build refuses");
	default:
		return errno != 0 ? strerror(errno) : words("cannot be used");
	}
}

static void
complain_image(const char *path, enum ykt_status status)
{
	program_complain("PSAM image %s: %s", path, image_trouble(status));
}

bool
program_psam_open(struct program_psam *psam, const char *path, struct crypto *crypto)
{
	enum ykt_status status;

	/* host_nvm_open() would make it. */
	if (access(path, F_OK) != 0) {
		program_complain(
		    "PSAM image %s: %s; \"ykt-validator psam\" makes it", path, strerror(errno));
		return false;
	}
	if (!config_private("ykt-validator", path))
		return false;
	errno = 0;
	status = host_nvm_open(&ykt_alloc_libc, path, SE_PSAM_IMAGE_SIZE, &psam->nvm, NULL);
	if (status == YKT_OK) {
		psam->memory = host_nvm_port(psam->nvm);
		status = se_psam_boot(&psam->psam, &psam->memory, crypto);
	}
	if (status != YKT_OK) {
		complain_image(path, status);
		return false;
	}
	se_psam_port(&psam->port, &psam->psam);
	psam->se = (struct ykt_se){ .ctx = psam,
		.iface = YKT_SE_WIRED,
		.transceive = psam_transceive,
		.reset = psam_reset };
	return true;
}

void
program_psam_close(struct program_psam *psam)
{
	se_psam_clear(&psam->psam);
	host_nvm_close(&psam->nvm);
}

/* Asks the key module, with the operator's certificate. */
static bool
fetch_groupings(const struct validator_config *config, struct wire_key_psam_make_rsp *ret_rsp)
{
	const struct ykt_clock clock = host_clock();
	const struct ykt_env env = { .clock = &clock, .alloc = &ykt_alloc_libc };
	const struct http_client_options options = { .base_url = config->keyd,
		.ca_file = config->ca,
		.cert_file = config->operator_cert,
		.key_file = config->operator_key,
		.pool = 1,
		.env = &env };
	struct wire_key_psam_make_req req = { 0 };
	struct wire_scratch *scratch = NULL;
	struct http_client *http = NULL;
	enum ykt_status status;

	memcpy(req.terminal, config->terminal, sizeof(req.terminal));
	/* The PSAM's own number: zeros and its terminal's. */
	memcpy(req.psam_no + 4, config->terminal, sizeof(req.terminal));
	status = http_client_open(&options, &http);
	if (status == YKT_OK)
		status = wire_call_scratch_new(&ykt_alloc_libc, &scratch);
	if (status == YKT_OK)
		status = wire_call(http_client_port(http), WIRE_PATH_KEY_PSAM_MAKE,
		    &wire_key_psam_make_req_msg, &req, &wire_key_psam_make_rsp_msg, ret_rsp,
		    scratch, ykt_clock_mono(&clock) + CALL_MS, NULL);
	if (status != YKT_OK)
		program_complain("key module %s: no keys for a PSAM (%s)", config->keyd,
		    ykt_status_name(status));
	wire_scratch_free(&scratch);
	http_client_close(&http);
	return status == YKT_OK;
}

static enum ykt_status
store(struct program_psam *psam, struct ykt_bytes dgis)
{
	uint8_t cmd_bytes[APDU_SHORT_CMD_MAX];
	uint8_t rsp_bytes[SE_PSAM_RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);
	struct apdu_rsp answer;
	enum ykt_status status;

	gp_store_data_build(GP_STORE_LAST | GP_STORE_DGI, 0, dgis, &cmd);
	status = ykt_buf_done(&cmd);
	if (status != YKT_OK)
		return status;
	se_psam_transceive(&psam->psam, ykt_buf_view(&cmd), &rsp);
	status = apdu_rsp_decode(ykt_buf_view(&rsp), &answer);
	if (status == YKT_OK && answer.sw != SW_OK) {
		program_complain("the PSAM refused the keys (%04X): the key module encrypts for "
				 "another transport key",
		    (unsigned)answer.sw);
		status = YKT_REFUSED;
	}
	return status;
}

/* The image gets its name when all of it is durable. */
static enum ykt_status
make_image(const char *path, struct crypto *crypto, struct ykt_bytes dgis)
{
	static struct program_psam psam;
	char draft[CONFIG_PATH_MAX + 8];
	enum ykt_status status;

	(void)snprintf(draft, sizeof(draft), "%s.new", path);
	(void)unlink(draft);
	errno = 0;
	status = host_nvm_open(&ykt_alloc_libc, draft, SE_PSAM_IMAGE_SIZE, &psam.nvm, NULL);
	if (status == YKT_OK) {
		psam.memory = host_nvm_port(psam.nvm);
		status = se_psam_format(&psam.memory, (const uint8_t *)SE_PSAM_TEST_TRANSPORT);
		if (status == YKT_OK)
			status = se_psam_boot(&psam.psam, &psam.memory, crypto);
	}
	if (status == YKT_OK)
		status = store(&psam, dgis);
	if (status == YKT_OK)
		status = host_nvm_sync(psam.nvm);
	if (status == YKT_OK && rename(draft, path) != 0)
		status = YKT_E_FILE;
	if (status != YKT_OK && status != YKT_REFUSED)
		complain_image(path, status);
	if (status != YKT_OK)
		(void)unlink(draft);
	program_psam_close(&psam);
	return status;
}

int
program_psam_make(const struct validator_config *config)
{
	struct wire_key_psam_make_rsp rsp = { 0 };
	struct crypto *crypto = NULL;
	char terminal[13];
	bool good = config->has_keyd && config->has_operator_cert && config->has_operator_key;

	if (!good)
		program_complain("keyd, operator_cert and operator_key are needed to make a PSAM");
	/* Numbers that one PSAM used must not come again from another of its name. */
	if (good && access(config->psam_image, F_OK) == 0) {
		program_complain("PSAM image %s: is there already", config->psam_image);
		good = false;
	}
	good = good && crypto_new(&ykt_alloc_libc, NULL, &crypto) == YKT_OK &&
	       fetch_groupings(config, &rsp) &&
	       make_image(config->psam_image, crypto, ykt_bytes(rsp.dgis.data, rsp.dgis.len)) ==
		   YKT_OK;
	if (good) {
		ykt_hex_encode(YKT_BYTES(config->terminal), terminal);
		(void)printf("%s: PSAM of terminal %s\n", config->psam_image, terminal);
	}
	ykt_wipe(&rsp, sizeof(rsp));
	crypto_free(&crypto);
	return good ? EXIT_DONE : EXIT_FAILED;
}
