/*
 * GlobalPlatform PUT KEY, check values, STORE DATA and data groupings.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/gp.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/block.h"

#define AES_BLOCK       16
#define KEY_VERSION_MAX 0x7F
#define DGI_LEN_LONG    0xFF
#define KCV_AES_FILL    0x01

/* True when an AES component was padded and so names its clear length. */
static bool
was_padded(const struct gp_key *key)
{
	return key->type == GP_KEY_TYPE_AES && key->len % AES_BLOCK != 0;
}

static bool
is_public(const struct gp_key *key)
{
	return key->type == GP_KEY_TYPE_ECC_PUBLIC;
}

static void
check_value_put(const struct gp_key *key, struct ykt_buf *data)
{
	if (is_public(key)) {
		ykt_put_u8(data, GP_KEY_TYPE_ECC_PARAMS);
		ykt_put_u8(data, 1);
		ykt_put_u8(data, key->curve);
		ykt_put_u8(data, 0);
		return;
	}
	ykt_put_u8(data, GP_KCV_LEN);
	ykt_put_mem(data, key->kcv, GP_KCV_LEN);
}

void
gp_put_key_build(const struct gp_put_key *put, struct ykt_buf *out)
{
	uint8_t raw[APDU_SHORT_DATA_MAX];
	struct ykt_buf data = YKT_BUF(raw);
	struct apdu_cmd cmd = { GP_CLA, GP_INS_PUT_KEY, put->old_version, put->first_id, { 0 },
		APDU_SHORT_NE_MAX, false };

	if (put->count == 0 || put->count > GP_KEYS_MAX) {
		out->full = true;
		return;
	}
	if (put->count > 1)
		cmd.p2 |= GP_KEY_P2_MULTIPLE;

	ykt_put_u8(&data, put->new_version);
	for (size_t i = 0; i < put->count; i++) {
		const struct gp_key *key = &put->keys[i];
		size_t extra = was_padded(key) ? 1 : 0;

		ykt_put_u8(&data, key->type);
		ykt_put_u8(&data, (uint8_t)(key->component.len + extra));
		if (extra != 0)
			ykt_put_u8(&data, key->len);
		ykt_put(&data, key->component);
		check_value_put(key, &data);
	}
	out->full = out->full || data.full;
	cmd.data = ykt_buf_view(&data);
	apdu_cmd_encode(&cmd, out);
}

/* GP231 11.8.2.3.3: the point in the clear, its curve, no check value. */
static void
public_decode(struct ykt_rd *rd, struct gp_key *key)
{
	key->component = ykt_rd_take(rd, ykt_rd_u8(rd));
	key->len = (uint8_t)key->component.len;
	if (ykt_rd_u8(rd) != GP_KEY_TYPE_ECC_PARAMS || ykt_rd_u8(rd) != 1)
		rd->bad = true;
	key->curve = ykt_rd_u8(rd);
	if (ykt_rd_u8(rd) != 0 || key->component.len == 0)
		rd->bad = true;
}

static void
key_decode(struct ykt_rd *rd, struct gp_key *key)
{
	struct ykt_bytes component;

	key->type = ykt_rd_u8(rd);
	if (is_public(key)) {
		public_decode(rd, key);
		return;
	}
	component = ykt_rd_take(rd, ykt_rd_u8(rd));
	key->len = (uint8_t)component.len;
	if (key->type == GP_KEY_TYPE_AES && component.len % AES_BLOCK == 1) {
		key->len = component.data[0];
		component = ykt_bytes_sub(component, 1, component.len - 1);
	}
	key->component = component;
	/* A padded key fills more than all but its last block. */
	if (component.len == 0 || key->len > component.len || component.len - key->len >= AES_BLOCK)
		rd->bad = true;
	if (ykt_rd_u8(rd) != GP_KCV_LEN)
		rd->bad = true;
	ykt_rd_copy(rd, key->kcv, GP_KCV_LEN);
}

enum ykt_status
gp_put_key_decode(const struct apdu_cmd *cmd, struct gp_put_key *ret_put)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct gp_put_key put = { 0 };
	bool multiple = (cmd->p2 & GP_KEY_P2_MULTIPLE) != 0;

	put.old_version = cmd->p1;
	put.first_id = cmd->p2 & (uint8_t)~GP_KEY_P2_MULTIPLE;
	put.new_version = ykt_rd_u8(&rd);
	do {
		key_decode(&rd, &put.keys[put.count++]);
	} while (multiple && rd.left != 0 && !rd.bad && put.count < GP_KEYS_MAX);
	if (ykt_rd_done(&rd) != YKT_OK || put.new_version == 0 ||
	    put.new_version > KEY_VERSION_MAX || put.old_version > KEY_VERSION_MAX)
		return YKT_E_FORMAT;
	*ret_put = put;

	return YKT_OK;
}

void
gp_put_key_rsp_encode(const struct gp_put_key *put, struct ykt_buf *out)
{
	ykt_put_u8(out, put->new_version);
	for (size_t i = 0; i < put->count && i < GP_KEYS_MAX; i++)
		if (!is_public(&put->keys[i]))
			ykt_put_mem(out, put->keys[i].kcv, GP_KCV_LEN);
}

static enum ykt_status
kcv(struct crypto *crypto, enum crypto_alg alg, struct ykt_bytes key, uint8_t fill,
    uint8_t ret_kcv[GP_KCV_LEN])
{
	struct crypto_key cipher_key;
	uint8_t block[CRYPTO_BLOCK_MAX];
	enum ykt_status status;

	memset(block, fill, sizeof(block));
	status = crypto_key_set(alg, key, &cipher_key);
	if (status != YKT_OK)
		return status;

	status =
	    crypto_ecb_encrypt(crypto, &cipher_key, ykt_bytes(block, crypto_block_len(alg)), block);
	if (status == YKT_OK)
		memcpy(ret_kcv, block, GP_KCV_LEN);
	ykt_wipe(&cipher_key, sizeof(cipher_key));
	ykt_wipe(block, sizeof(block));

	return status;
}

enum ykt_status
gp_kcv_aes(struct crypto *crypto, const uint8_t *key, size_t len, uint8_t ret_kcv[GP_KCV_LEN])
{
	return kcv(crypto, CRYPTO_AES, ykt_bytes(key, len), KCV_AES_FILL, ret_kcv);
}

enum ykt_status
gp_kcv_tdes(struct crypto *crypto, const uint8_t key[16], uint8_t ret_kcv[GP_KCV_LEN])
{
	return kcv(crypto, CRYPTO_TDES2, ykt_bytes(key, 16), 0, ret_kcv);
}

void
gp_store_data_build(uint8_t p1, uint8_t block, struct ykt_bytes data, struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { GP_CLA, GP_INS_STORE_DATA, p1, block, data,
		(p1 & GP_STORE_CASE4) != 0 ? APDU_SHORT_NE_MAX : 0, false };

	if (data.len > APDU_SHORT_DATA_MAX)
		out->full = true;
	else
		apdu_cmd_encode(&cmd, out);
}

bool
dgi_next(struct ykt_rd *rd, struct dgi *ret_dgi)
{
	struct dgi dgi;
	size_t len;

	if (rd->bad || rd->left == 0)
		return false;

	dgi.tag = ykt_rd_u16(rd);
	len = ykt_rd_u8(rd);
	if (len == DGI_LEN_LONG)
		len = ykt_rd_u16(rd);
	dgi.value = ykt_rd_take(rd, len);
	if (rd->bad)
		return false;
	*ret_dgi = dgi;

	return true;
}

void
dgi_put(struct ykt_buf *out, uint16_t tag, struct ykt_bytes value)
{
	if (value.len > 0xFFFF) {
		out->full = true;
		return;
	}

	ykt_put_u16(out, tag);
	if (value.len >= DGI_LEN_LONG) {
		ykt_put_u8(out, DGI_LEN_LONG);
		ykt_put_u16(out, (uint16_t)value.len);
	} else {
		ykt_put_u8(out, (uint8_t)value.len);
	}
	ykt_put(out, value);
}
