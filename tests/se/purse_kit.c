/*
 * A purse with everything. See purse_kit.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/sw.h"

static void
put_hex(struct ykt_buf *buf, const char *hex)
{
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), buf), YKT_OK);
}

void
kit_key(uint8_t usage, enum purse_alg alg, uint8_t ret_key[16])
{
	static const uint8_t *const published[] = { NULL, purse_test_keys.dlk, purse_test_keys.dpk,
		purse_test_keys.dtk, purse_test_keys.damk };

	for (uint8_t i = 0; i < 16; i++)
		ret_key[i] = (uint8_t)((usage << 4 | i) ^ (alg == PURSE_ALG_SM4 ? 0x55 : 0));
	if (alg == PURSE_ALG_TDES && usage < YKT_ARRAY_LEN(published))
		memcpy(ret_key, published[usage], 16);
}

static void
put_keys(struct card *card, const struct kit *kit, enum purse_alg alg, struct ykt_buf *out)
{
	for (uint8_t usage = 1; usage <= PERSO_KEY_USAGE_LAST; usage++) {
		struct perso_key key = {
			.usage = usage, .index = 1, .version = 1, .alg = (uint8_t)alg
		};

		if (kit->usages != 0 ? (kit->usages & 1u << usage) == 0 : usage > PERSO_KEY_RECORD)
			continue;
		kit_key(usage, alg, key.key);
		assert_int_equal(perso_kcv(card->crypto, &key, key.kcv), YKT_OK);
		perso_key_encode(&key, out);
	}
}

static void
put_secret(struct card *card, uint16_t tag, struct ykt_buf *clear, struct ykt_buf *out)
{
	uint8_t bytes[700];
	struct ykt_buf secret = YKT_BUF(bytes);

	assert_int_equal(scp03_dek_encrypt(card->crypto, tsm_ssd_keys.dek, tsm_ssd_keys.len,
			     ykt_buf_view(clear), &secret),
	    YKT_OK);
	dgi_put(out, tag, ykt_buf_view(&secret));
}

static void
put_hex_group(uint16_t tag, const char *hex, struct ykt_buf *out)
{
	uint8_t bytes[64];
	struct ykt_buf group = YKT_BUF(bytes);

	put_hex(&group, hex);
	dgi_put(out, tag, ykt_buf_view(&group));
}

void
kit_groups(struct card *card, const struct kit *kit, struct ykt_buf *out)
{
	uint8_t bytes[700], params[8], second[6];
	struct ykt_buf clear = YKT_BUF(bytes);

	put_hex_group(PERSO_DGI_FILE15, FILE15_HEX, out);
	put_hex_group(PERSO_DGI_FILE17, FILE17_HEX, out);
	ykt_set_u24(params, kit->cap == 0 ? 100000 : kit->cap);
	ykt_set_u24(params + 3, kit->limit);
	params[6] = (uint8_t)kit->alg;
	params[7] = 1;
	dgi_put(out, PERSO_DGI_PARAMS, YKT_BYTES(params));
	if (kit->dual || kit->alg == PURSE_ALG_TDES)
		put_keys(card, kit, PURSE_ALG_TDES, &clear);
	if (kit->dual || kit->alg == PURSE_ALG_SM4)
		put_keys(card, kit, PURSE_ALG_SM4, &clear);
	put_secret(card, PERSO_DGI_KEYS, &clear, out);
	if (kit->pin != NULL) {
		clear.len = 0;
		ykt_put_u8(&clear, kit->tries);
		ykt_put_u8(&clear, (uint8_t)(strlen(kit->pin) / 2));
		put_hex(&clear, kit->pin);
		ykt_put_u8(&clear, 0x80);
		ykt_put_fill(&clear, 0, 16 - clear.len);
		put_secret(card, PERSO_DGI_PIN, &clear, out);
	}
	if (kit->cap2 != 0) {
		ykt_set_u24(second, kit->cap2);
		ykt_set_u24(second + 3, kit->limit2);
		dgi_put(out, PERSO_DGI_SECOND, YKT_BYTES(second));
	}
	if ((kit->access[0] | kit->access[1]) != 0)
		dgi_put(out, PERSO_DGI_ACCESS, YKT_BYTES(kit->access));
	if (kit->extra != NULL)
		put_hex(out, kit->extra);
	assert_false(out->full);
}

/* Byte i of a long file is i * 7. */
static void
store_long(struct tsm *tsm, uint16_t tag, size_t len)
{
	uint8_t file[1000] = { 0 }, bytes[1100];
	struct ykt_buf group = YKT_BUF(bytes);

	for (size_t i = 0; i < len; i++)
		file[i] = (uint8_t)(i * 7);
	dgi_put(&group, tag, ykt_bytes(file, len));
	if (len != 0)
		assert_int_equal(tsm_store(tsm, ykt_buf_view(&group)), SW_OK);
}

void
kit_make(struct card *card, const struct kit *kit)
{
	uint8_t bytes[1200];
	struct ykt_buf groups = YKT_BUF(bytes);
	char registry[64];
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_install_purse(card, AID_PURSE);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000E000008" AID_PURSE "000000"), SW_OK);
	kit_groups(card, kit, &groups);
	assert_int_equal(tsm_store(&tsm, ykt_buf_view(&groups)), SW_OK);
	store_long(&tsm, PERSO_DGI_PICTURE, kit->picture);
	store_long(&tsm, PERSO_DGI_QR, kit->qr);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E608000F000008" AID_PURSE "0100000000"), SW_OK);
	(void)snprintf(registry, sizeof(registry), "80E640000F000008" AID_PURSE "01%02X000000",
	    kit->privileges);
	if (kit->privileges != 0)
		assert_int_equal(tsm_send_hex(&tsm, registry), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
}

struct card *
kit_card(const struct kit *kit)
{
	struct card *card = card_new();

	kit_make(card, kit);

	return card;
}

uint16_t
kit_initialize(struct card *card, uint8_t p1, uint32_t amount, struct ykt_buf *ret_init)
{
	uint8_t bytes[32];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct purse_init init = { .p1 = p1, .key_index = 1, .amount = amount };
	struct purse_limit_init limit = { .key_index = 1 };
	struct ykt_buf to = YKT_BUF(init.terminal);

	put_hex(&to, TERMINAL_HEX);
	memcpy(limit.terminal, init.terminal, sizeof(limit.terminal));
	if ((p1 & ~PURSE_KIND_SECOND) == PURSE_INIT_UPDATE)
		purse_limit_init_build(p1 & PURSE_KIND_SECOND, &limit, &cmd);
	else
		purse_init_build(&init, &cmd);

	return card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), ret_init);
}

static void
purchase_step(
    struct card *card, uint8_t p1, uint32_t amount, struct ykt_bytes init, struct ykt_buf *ret_cmd)
{
	static const uint32_t terminal_seq = 77;
	struct purse_purchase_init_rsp rsp;
	struct purse_session session;
	struct purse_debit debit = { .terminal_seq = terminal_seq };
	struct purse_purchase purchase = {
		.amount = amount, .terminal_seq = terminal_seq, .type = PURSE_TYPE_PURCHASE
	};
	struct ykt_buf to = YKT_BUF(purchase.terminal);
	struct ykt_buf when = YKT_BUF(purchase.datetime);
	uint8_t key[16];

	put_hex(&to, TERMINAL_HEX);
	put_hex(&when, DATETIME_HEX);
	if ((p1 & ~PURSE_KIND_SECOND) == PURSE_INIT_CAPP)
		purchase.type = PURSE_TYPE_CAPP;
	assert_int_equal(purse_purchase_init_rsp_decode(init, &rsp), YKT_OK);
	kit_key(PERSO_KEY_PURCHASE, (enum purse_alg)rsp.alg, key);
	assert_int_equal(purse_session_purchase(card->crypto, (enum purse_alg)rsp.alg, key,
			     rsp.random, rsp.offline_seq, terminal_seq, &session),
	    YKT_OK);
	assert_int_equal(
	    purse_purchase_mac1(card->crypto, &session, &purchase, debit.mac1), YKT_OK);
	memcpy(debit.datetime, purchase.datetime, sizeof(debit.datetime));
	purse_debit_build(&debit, ret_cmd);
	ret_cmd->data[2] |= p1 & PURSE_KIND_SECOND;
}

static void
limit_step(struct card *card, uint32_t amount, struct ykt_bytes init, struct ykt_buf *ret_cmd)
{
	struct purse_limit_init_rsp rsp;
	struct purse_limit limit = { .limit = amount };
	struct purse_limit_update update = { .limit = amount };
	struct purse_session session;
	struct ykt_buf to = YKT_BUF(limit.terminal);
	struct ykt_buf when = YKT_BUF(limit.datetime);
	uint8_t key[16];

	put_hex(&to, TERMINAL_HEX);
	put_hex(&when, DATETIME_HEX);
	assert_int_equal(purse_limit_init_rsp_decode(init, &rsp), YKT_OK);
	kit_key(PERSO_KEY_OVERDRAFT, (enum purse_alg)rsp.alg, key);
	assert_int_equal(purse_session_load(card->crypto, (enum purse_alg)rsp.alg, key, rsp.random,
			     rsp.online_seq, &session),
	    YKT_OK);
	assert_int_equal(purse_limit_mac2(card->crypto, &session, &limit, update.mac2), YKT_OK);
	memcpy(update.datetime, limit.datetime, sizeof(update.datetime));
	purse_limit_update_build(&update, ret_cmd);
}

/* Load and unload. */
static void
load_step(
    struct card *card, uint8_t p1, uint32_t amount, struct ykt_bytes init, struct ykt_buf *ret_cmd)
{
	bool unload = (p1 & ~PURSE_KIND_SECOND) == PURSE_INIT_UNLOAD;
	struct purse_load load = { .amount = amount,
		.type = unload ? PURSE_TYPE_UNLOAD : PURSE_TYPE_LOAD };
	struct purse_load_init_rsp rsp;
	struct purse_session session;
	struct purse_credit credit;
	struct ykt_buf to = YKT_BUF(load.terminal);
	struct ykt_buf when = YKT_BUF(load.datetime);
	uint8_t key[16];

	put_hex(&to, TERMINAL_HEX);
	put_hex(&when, DATETIME_HEX);
	assert_int_equal(purse_load_init_rsp_decode(init, &rsp), YKT_OK);
	kit_key(unload ? PERSO_KEY_UNLOAD : PERSO_KEY_LOAD, (enum purse_alg)rsp.alg, key);
	assert_int_equal(purse_session_load(card->crypto, (enum purse_alg)rsp.alg, key, rsp.random,
			     rsp.online_seq, &session),
	    YKT_OK);
	assert_int_equal(purse_load_mac2(card->crypto, &session, &load, credit.mac2), YKT_OK);
	memcpy(credit.datetime, load.datetime, sizeof(credit.datetime));
	if (unload)
		purse_unload_build(p1 & PURSE_KIND_SECOND, &credit, ret_cmd);
	else
		purse_credit_build(&credit, ret_cmd);
}

void
kit_step(
    struct card *card, uint8_t p1, uint32_t amount, struct ykt_bytes init, struct ykt_buf *ret_cmd)
{
	ret_cmd->len = 0;
	switch (p1 & ~PURSE_KIND_SECOND) {
	case PURSE_INIT_PURCHASE:
	case PURSE_INIT_CAPP:
		purchase_step(card, p1, amount, init, ret_cmd);
		break;
	case PURSE_INIT_UPDATE:
		limit_step(card, amount, init, ret_cmd);
		break;
	default:
		load_step(card, p1, amount, init, ret_cmd);
		break;
	}
}

uint16_t
kit_transact(struct card *card, uint8_t p1, uint32_t amount)
{
	uint8_t init_bytes[32], bytes[64], trip_bytes[64];
	struct ykt_buf init = YKT_BUF(init_bytes);
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf trip = YKT_BUF(trip_bytes);
	uint16_t sw = kit_initialize(card, p1, amount, &init);

	if (sw != SW_OK)
		return sw;
	if ((p1 & ~PURSE_KIND_SECOND) == PURSE_INIT_CAPP) {
		put_hex(&trip, "80DC00F030" TRIP_HEX);
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&trip), NULL), SW_OK);
	}
	kit_step(card, p1, amount, ykt_buf_view(&init), &cmd);

	return card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL);
}

void
kit_sm_cmd(struct card *card, const char *header_hex, struct ykt_bytes data, const uint8_t key[16],
    enum purse_alg alg, struct ykt_buf *ret_cmd)
{
	uint8_t challenge_bytes[8], mac[PURSE_MAC_LEN];
	struct ykt_buf challenge = YKT_BUF(challenge_bytes);
	static const uint8_t ask[] = { 0x00, 0x84, 0x00, 0x00, 0x04 };

	assert_int_equal(card_send(card, YKT_SE_WIRED, YKT_BYTES(ask), &challenge), SW_OK);
	ret_cmd->len = 0;
	put_hex(ret_cmd, header_hex);
	ykt_put_u8(ret_cmd, (uint8_t)(data.len + PURSE_MAC_LEN));
	ykt_put(ret_cmd, data);
	assert_int_equal(purse_sm_mac(card->crypto, alg, key, ykt_buf_view(&challenge),
			     ykt_buf_view(ret_cmd), mac),
	    YKT_OK);
	ykt_put_mem(ret_cmd, mac, sizeof(mac));
	assert_false(ret_cmd->full);
}

uint16_t
kit_sm(struct card *card, const char *header_hex, const char *data_hex, uint8_t usage,
    enum purse_alg alg)
{
	uint8_t bytes[300], data_bytes[256], key[16];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf data = YKT_BUF(data_bytes);

	put_hex(&data, data_hex);
	kit_key(usage, alg, key);
	kit_sm_cmd(card, header_hex, ykt_buf_view(&data), key, alg, &cmd);

	return card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL);
}

struct snapshot *
kit_before(const struct card *card)
{
	struct snapshot *before = calloc(2, sizeof(*before));

	assert_non_null(before);
	snapshot_take(card, before);

	return before;
}

void
kit_same(const struct card *card, struct snapshot *before, const char *why)
{
	snapshot_take(card, before + 1);
	if (!snapshot_equal(before, before + 1))
		fail_msg("%s: something moved", why);
	free(before);
}

void
kit_refusals(struct card *card, const struct kit_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct snapshot *before = kit_before(card);
		char want[5];
		const char *got = card_hex(card, YKT_SE_WIRED, rows[i].cmd);

		(void)snprintf(want, sizeof(want), "%04X", rows[i].sw);
		if (strcmp(got, want) != 0)
			fail_msg("%s: %s, not %s", rows[i].why, got, want);
		kit_same(card, before, rows[i].why);
	}
}
