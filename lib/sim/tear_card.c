/*
 * Memory that fails on demand, and a card over it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/tear_card.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/scp02.h"
#include "card/sw.h"
#include "sim/tear_talk.h"

#define SEED_CARD  0x7EA2
#define SEED_NOISE 0x0153

const char *
tear_content_name(enum tear_content content)
{
	static const char *const names[TEAR_CONTENT_COUNT] = { "old", "new", "first byte new",
		"first quarter new", "first half new", "all but the last byte new", "old & new",
		"FF", "random" };

	return names[content];
}

const char *
tear_fault_name(enum tear_fault fault)
{
	static const char *const names[] = { "none", "cut", "silent", "error" };

	return names[fault];
}

static enum ykt_status
nvm_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct tear_card *card = ctx;

	if (card->off)
		return YKT_E_DRIVER;
	memcpy(out, card->image + off, len);

	return YKT_OK;
}

static uint32_t
prefix_len(enum tear_content content, uint32_t len)
{
	switch (content) {
	case TEAR_CONTENT_NEW:
		return len;
	case TEAR_CONTENT_BYTE:
		return 1;
	case TEAR_CONTENT_QUARTER:
		return len / 4;
	case TEAR_CONTENT_HALF:
		return len / 2;
	case TEAR_CONTENT_BUT_ONE:
		return len - 1;
	default:
		return 0;
	}
}

static void
tear_bytes(struct tear_card *card, uint8_t *to, const uint8_t *from, uint32_t len)
{
	memcpy(to, from, prefix_len(card->content, len));
	for (uint32_t i = 0; i < len; i++) {
		if (card->content == TEAR_CONTENT_AND)
			to[i] &= from[i];
		else if (card->content == TEAR_CONTENT_FF)
			to[i] = 0xFF;
		else if (card->content == TEAR_CONTENT_RANDOM)
			to[i] = (uint8_t)rng_next(&card->noise);
	}
}

static enum ykt_status
nvm_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct tear_card *card = ctx;

	if (card->off)
		return YKT_E_DRIVER;
	card->writes++;
	if (card->writes != card->fault_at) {
		memcpy(card->image + off, data, len);
		return YKT_OK;
	}
	card->fired = true;
	card->idle = memcmp(card->image + off, data, len) == 0;
	if (card->fault == TEAR_FAULT_SILENT)
		return YKT_OK;
	if (card->fault == TEAR_FAULT_CUT) {
		tear_bytes(card, card->image + off, data, len);
		card->off = true;
	}

	return YKT_E_DRIVER;
}

void
tear_card_init(struct tear_card *card, struct crypto *crypto)
{
	memset(card, 0, sizeof(*card));
	card->crypto = crypto;
	card->nvm = (struct ykt_nvm){
		.ctx = card, .size = SE_IMAGE_SIZE, .read = nvm_read, .write = nvm_write
	};
	rng_port_init(&card->random, &card->rng);
}

static bool
make_blank(struct tear_card *card, uint8_t scp02_i)
{
	struct se_params params = { .uid = { 0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66 },
		.uid_len = 7,
		.iin = { 0x31, 0x05, 0x17, 0x00 },
		.isd_kvn = TEAR_KVN_ISD,
		.isd_key_len = 16,
		.scp02_i = scp02_i,
		.ident_count = 1 };

	memcpy(params.isd_enc, tear_isd_keys.enc, 16);
	memcpy(params.isd_mac, tear_isd_keys.mac, 16);
	memcpy(params.isd_dek, tear_isd_keys.dek, 16);
	return tear_need(card, se_format(&card->nvm, &params) == YKT_OK, "format") &&
	       tear_need(card, tear_card_boot(card) == YKT_OK, "boot");
}

bool
tear_card_blank(struct tear_card *card)
{
	return make_blank(card, 0);
}

bool
tear_card_blank_scp02(struct tear_card *card)
{
	return make_blank(card, SCP02_I_PLAIN);
}

enum ykt_status
tear_card_boot(struct tear_card *card)
{
	card->rng = rng_stream(SEED_CARD, 1);
	return se_boot(&card->se, &card->nvm, card->crypto, &card->random);
}

void
tear_card_save(const struct tear_card *card, struct tear_save *save)
{
	save->se = card->se;
	save->rng = card->rng;
	memcpy(save->image, card->image, sizeof(save->image));
}

void
tear_card_restore(struct tear_card *card, const struct tear_save *save)
{
	card->se = save->se;
	card->rng = save->rng;
	memcpy(card->image, save->image, sizeof(card->image));
	tear_card_power(card);
}

void
tear_card_fault(
    struct tear_card *card, unsigned at, enum tear_fault fault, enum tear_content content)
{
	card->writes = 0;
	card->fault_at = at;
	card->fault = fault;
	card->content = content;
	card->fired = false;
	card->idle = false;
	card->noise = rng_stream(SEED_NOISE, at);
}

void
tear_card_power(struct tear_card *card)
{
	tear_card_fault(card, 0, TEAR_FAULT_NONE, TEAR_CONTENT_OLD);
	card->off = false;
}

uint16_t
tear_card_send(
    struct tear_card *card, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *ret_data)
{
	uint8_t bytes[SE_RSP_MAX];
	struct ykt_buf rsp = YKT_BUF(bytes);

	se_transceive(&card->se, iface, cmd, &rsp);
	if (rsp.len < 2 || rsp.full)
		return 0;
	if (ret_data != NULL) {
		ret_data->len = 0;
		ykt_put_mem(ret_data, bytes, rsp.len - 2);
	}

	return ykt_get_u16(bytes + rsp.len - 2);
}

uint16_t
tear_card_send_hex(struct tear_card *card, enum ykt_se_iface iface, const char *cmd_hex)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);

	if (ykt_hex_decode(cmd_hex, strlen(cmd_hex), &cmd) != YKT_OK)
		return 0;

	return tear_card_send(card, iface, ykt_buf_view(&cmd), NULL);
}

bool
tear_need(struct tear_card *card, bool good, const char *what)
{
	if (!good && card->trouble == NULL)
		card->trouble = what;

	return card->trouble == NULL;
}
