/*
 * Memory, randomness and the plain exchange. See support.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/core.h"

static uint64_t
mix64(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static void
tear_bytes(struct nvm_mem *nvm, uint8_t *to, const uint8_t *from, size_t len)
{
	switch (nvm->tear) {
	case TEAR_NEW:
		memcpy(to, from, len);
		break;
	case TEAR_PREFIX_1:
		memcpy(to, from, 1);
		break;
	case TEAR_PREFIX_HALF:
		memcpy(to, from, len / 2);
		break;
	case TEAR_PREFIX_ALL_BUT_1:
		memcpy(to, from, len - 1);
		break;
	case TEAR_AND:
		for (size_t i = 0; i < len; i++)
			to[i] = to[i] & from[i];
		break;
	case TEAR_FF:
		memset(to, 0xFF, len);
		break;
	case TEAR_RANDOM:
		for (size_t i = 0; i < len; i++)
			to[i] = (uint8_t)mix64(&nvm->seed);
		break;
	default:
		break;
	}
}

static enum ykt_status
nvm_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	struct nvm_mem *nvm = ctx;

	assert_true(off + len <= sizeof(nvm->bytes));
	if (nvm->off)
		return YKT_E_DRIVER;
	memcpy(out, nvm->bytes + off, len);

	return YKT_OK;
}

static void
log_write(struct nvm_log *log, uint32_t off, const uint8_t *data, uint32_t len)
{
	assert_true(log->count < NVM_LOG_MAX && log->used + len <= sizeof(log->data));
	log->write[log->count].off = off;
	log->write[log->count].len = len;
	log->write[log->count].at = log->used;
	memcpy(log->data + log->used, data, len);
	log->used += len;
	log->count++;
}

static enum ykt_status
nvm_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct nvm_mem *nvm = ctx;

	assert_true(len > 0 && off + len <= sizeof(nvm->bytes));
	if (nvm->off)
		return YKT_E_DRIVER;
	nvm->writes++;
	if (nvm->log != NULL)
		log_write(nvm->log, off, data, len);
	if (nvm->writes != nvm->fault_at) {
		memcpy(nvm->bytes + off, data, len);
		return YKT_OK;
	}
	nvm->fired = true;
	if (nvm->fault == FAULT_SILENT)
		return YKT_OK;
	if (nvm->fault == FAULT_CUT) {
		tear_bytes(nvm, nvm->bytes + off, data, len);
		nvm->off = true;
	}

	return YKT_E_DRIVER;
}

void
nvm_init(struct nvm_mem *nvm)
{
	memset(nvm, 0, sizeof(*nvm));
	nvm->port.ctx = nvm;
	nvm->port.size = SE_IMAGE_SIZE;
	nvm->port.read = nvm_read;
	nvm->port.write = nvm_write;
	nvm->seed = 1;
}

void
nvm_fault(struct nvm_mem *nvm, unsigned fault_at, enum fault fault, enum tear tear)
{
	nvm->writes = 0;
	nvm->fault_at = fault_at;
	nvm->fault = fault;
	nvm->tear = tear;
	nvm->fired = false;
}

void
nvm_power(struct nvm_mem *nvm)
{
	nvm_fault(nvm, 0, FAULT_NONE, TEAR_OLD);
	nvm->off = false;
}

static enum ykt_status
rng_fill(void *ctx, uint8_t *out, size_t len)
{
	struct rng *rng = ctx;

	if (rng->fails)
		return YKT_E_RANDOM;
	for (size_t i = 0; i < len; i++) {
		if (rng->script_len == 0) {
			out[i] = (uint8_t)mix64(&rng->state);
			continue;
		}
		out[i] = rng->script[0];
		memmove(rng->script, rng->script + 1, --rng->script_len);
	}

	return YKT_OK;
}

void
rng_init(struct rng *rng, uint64_t seed)
{
	memset(rng, 0, sizeof(*rng));
	rng->port.ctx = rng;
	rng->port.fill = rng_fill;
	rng->state = seed;
}

void
rng_script(struct rng *rng, const char *hex)
{
	struct ykt_buf buf = { rng->script, 0, sizeof(rng->script), false };

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &buf), YKT_OK);
	rng->script_len = buf.len;
}

void
card_params(struct se_params *ret_params)
{
	memset(ret_params, 0, sizeof(*ret_params));
	ret_params->uid_len = 7;
	memcpy(ret_params->uid, "\x04\x11\x22\x33\x44\x55\x66", 7);
	memcpy(ret_params->iin, "\x31\x05\x17\x00", 4);
	ret_params->isd_kvn = 0x30;
	ret_params->isd_key_len = 16;
	memcpy(ret_params->isd_enc, tsm_isd_keys.enc, 16);
	memcpy(ret_params->isd_mac, tsm_isd_keys.mac, 16);
	memcpy(ret_params->isd_dek, tsm_isd_keys.dek, 16);
}

struct card *
card_new(void)
{
	struct card *card = calloc(1, sizeof(*card));
	struct se_params params;

	assert_non_null(card);
	nvm_init(&card->nvm);
	rng_init(&card->rng, 1);
	assert_int_equal(crypto_new(&ykt_alloc_libc, NULL, &card->crypto), YKT_OK);
	card_params(&params);
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);

	return card;
}

void
card_free(struct card **card)
{
	if (*card == NULL)
		return;
	se_clear(&(*card)->se);
	crypto_free(&(*card)->crypto);
	free(*card);
	*card = NULL;
}

enum ykt_status
card_boot(struct card *card)
{
	return se_boot(&card->se, &card->nvm.port, card->crypto, &card->rng.port);
}

uint16_t
card_send(
    struct card *card, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *ret_data)
{
	uint8_t bytes[SE_RSP_MAX];
	struct ykt_buf rsp = YKT_BUF(bytes);

	se_transceive(&card->se, iface, cmd, &rsp);
	assert_true(rsp.len >= 2 && !rsp.full);
	if (ret_data != NULL) {
		ret_data->len = 0;
		ykt_put_mem(ret_data, bytes, rsp.len - 2);
		assert_false(ret_data->full);
	}

	return ykt_get_u16(bytes + rsp.len - 2);
}

const char *
card_hex(struct card *card, enum ykt_se_iface iface, const char *cmd_hex)
{
	static char text[2 * SE_RSP_MAX + 1];
	uint8_t cmd_bytes[300], rsp_bytes[SE_RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);

	assert_int_equal(ykt_hex_decode(cmd_hex, strlen(cmd_hex), &cmd), YKT_OK);
	se_transceive(&card->se, iface, ykt_buf_view(&cmd), &rsp);
	assert_false(rsp.full);
	ykt_hex_encode(ykt_buf_view(&rsp), text);

	return text;
}

void
expect_on(struct card *card, enum ykt_se_iface iface, const char *cmd_hex, const char *rsp_hex)
{
	const char *got = card_hex(card, iface, cmd_hex);

	if (strcmp(got, rsp_hex) != 0)
		fail_msg("%s\n  answered %s\n  not      %s", cmd_hex, got, rsp_hex);
}

void
expect(struct card *card, const char *cmd_hex, const char *rsp_hex)
{
	expect_on(card, YKT_SE_WIRED, cmd_hex, rsp_hex);
}

void
expect_sw(struct card *card, uint16_t sw, const char *cmd_hex)
{
	const char *got = card_hex(card, YKT_SE_WIRED, cmd_hex);
	char word[5];

	snprintf(word, sizeof(word), "%04X", sw);
	if (strcmp(got + strlen(got) - 4, word) != 0)
		fail_msg("%s answered %s, not %s", cmd_hex, got, word);
}
