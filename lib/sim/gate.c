/*
 * Simulated validators.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/gate.h"

#include <string.h>

#include <ykt/mem.h>

#include "card/gp.h"

static enum ykt_status
psam_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct gate *gate = ctx;

	memcpy(out, gate->psam_image + off, len);
	return YKT_OK;
}

static enum ykt_status
psam_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct gate *gate = ctx;

	memcpy(gate->psam_image + off, data, len);
	return YKT_OK;
}

static enum ykt_status
psam_make(struct gate *gate, struct ykt_bytes dgis)
{
	uint8_t cmd[APDU_SHORT_CMD_MAX];
	uint8_t rsp[SE_PSAM_RSP_MAX];
	struct ykt_buf command = YKT_BUF(cmd);
	struct ykt_buf answer = YKT_BUF(rsp);
	struct apdu_rsp parsed;
	enum ykt_status status =
	    se_psam_format(&gate->psam_nvm, (const uint8_t *)SE_PSAM_TEST_TRANSPORT);

	if (status == YKT_OK)
		status = se_psam_boot(&gate->psam, &gate->psam_nvm, gate->options.crypto);
	if (status != YKT_OK)
		return status;
	gp_store_data_build(GP_STORE_LAST | GP_STORE_DGI, 0, dgis, &command);
	se_psam_transceive(&gate->psam, ykt_buf_view(&command), &answer);
	status = apdu_rsp_decode(ykt_buf_view(&answer), &parsed);
	return status == YKT_OK && parsed.sw != 0x9000 ? YKT_E_CARD : status;
}

enum ykt_status
gate_start(struct gate *gate, const char *name, struct sched *sched, struct faults *faults,
    struct crypto *crypto, struct ykt_bytes dgis, uint64_t seed)
{
	enum ykt_status status;

	gate->node = (struct sched_node){ .name = name, .sched = sched };
	gate->sched = sched;
	gate->rng = rng_stream(seed, 0x6A7E);
	sched_clock_init(&gate->clock, &gate->node);
	rng_port_init(&gate->random, &gate->rng);
	disk_init(&gate->disk, &gate->node, faults);
	net_port_init(&gate->http, &gate->path);
	gate->psam_nvm = (struct ykt_nvm){
		.ctx = gate, .size = SE_PSAM_IMAGE_SIZE, .read = psam_read, .write = psam_write
	};
	se_psam_port(&gate->psam_port, &gate->psam);
	gate->options.crypto = crypto;
	gate->options.env = (struct ykt_env){
		.clock = &gate->clock, .random = &gate->random, .alloc = &ykt_alloc_libc
	};
	gate->options.psam = &gate->psam_port.se;
	gate->options.file = &gate->disk.port;
	gate->options.http = &gate->http;
	status = psam_make(gate, dgis);
	if (status == YKT_OK)
		status = validator_new(&gate->options, &gate->validator);
	return status;
}

enum ykt_status
gate_restart(struct gate *gate)
{
	enum ykt_status status;

	gate->crashes++;
	validator_free(&gate->validator);
	se_psam_clear(&gate->psam);
	status = se_psam_boot(&gate->psam, &gate->psam_nvm, gate->options.crypto);
	if (status == YKT_OK)
		status = validator_new(&gate->options, &gate->validator);
	if (status == YKT_OK)
		gate->node.down = false;
	return status;
}

void
gate_clear(struct gate *gate)
{
	validator_free(&gate->validator);
	se_psam_clear(&gate->psam);
	disk_clear(&gate->disk);
}
