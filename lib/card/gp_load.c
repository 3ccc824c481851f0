/*
 * Load files and their hash.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/gp_load.h"

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/tlv.h"
#include "crypto/digest.h"

#define TAG_DAP       0xE2
#define TAG_SD        0x4F
#define TAG_SIGNATURE 0xC3
#define TAG_BLOCK     0xC4
#define FORMAT        0x01

static const uint8_t magic[] = { 'Y', 'K', 'T', 'L', FORMAT };

void
gp_load_build(uint8_t number, bool last, struct ykt_bytes block, struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { GP_CLA, GP_INS_LOAD, last ? GP_LOAD_LAST : 0, number, block,
		APDU_SHORT_NE_MAX, false };

	if (block.len > APDU_SHORT_DATA_MAX)
		out->full = true;
	else
		apdu_cmd_encode(&cmd, out);
}

void
gp_dap_put(struct ykt_bytes sd, struct ykt_bytes signature, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, TAG_DAP);

	tlv_put(out, TAG_SD, sd);
	tlv_put(out, TAG_SIGNATURE, signature);
	tlv_end(out, mark);
}

void
gp_load_file_put(size_t block_len, struct ykt_buf *out)
{
	ykt_put_u8(out, TAG_BLOCK);
	tlv_put_len(out, block_len);
}

void
gp_package_put(uint16_t version, struct ykt_bytes module, struct ykt_buf *out)
{
	if (module.len < GP_LOAD_MODULE_MIN || module.len > GP_AID_MAX) {
		out->full = true;
		return;
	}
	ykt_put(out, YKT_BYTES(magic));
	ykt_put_u16(out, version);
	ykt_put_u8(out, (uint8_t)module.len);
	ykt_put(out, module);
}

/* One byte of tag and a length that may still be on its way (YKT_NOT_FOUND). */
static enum ykt_status
take_head(struct ykt_rd *rd, uint8_t *ret_tag, size_t *ret_len)
{
	size_t count = 0;
	size_t len;

	if (rd->left < 2)
		return YKT_NOT_FOUND;
	*ret_tag = ykt_rd_u8(rd);
	len = ykt_rd_u8(rd);
	if (len > 0x7F) {
		count = len & 0x7F;
		len = 0;
		if (count == 0 || count > 2)
			return YKT_E_FORMAT;
		if (rd->left < count)
			return YKT_NOT_FOUND;
	}
	for (size_t i = 0; i < count; i++)
		len = len << 8 | ykt_rd_u8(rd);
	*ret_len = len;

	return YKT_OK;
}

static bool
dap_decode(struct ykt_bytes bytes, struct gp_dap *ret_dap)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct tlv sd, signature;

	if (!tlv_next(&rd, &sd) || sd.tag != TAG_SD || !tlv_next(&rd, &signature) ||
	    signature.tag != TAG_SIGNATURE || ykt_rd_done(&rd) != YKT_OK)
		return false;
	if (sd.value.len == 0 || sd.value.len > GP_AID_MAX || signature.value.len == 0)
		return false;
	*ret_dap = (struct gp_dap){ sd.value, signature.value };

	return true;
}

bool
gp_dap_next(struct ykt_rd *rd, struct gp_dap *ret_dap)
{
	struct tlv tlv;

	return tlv_next(rd, &tlv) && tlv.tag == TAG_DAP && dap_decode(tlv.value, ret_dap);
}

/* The DAP blocks, and the head of the C4 behind them. */
static enum ykt_status
take_daps(struct ykt_bytes bytes, struct ykt_rd *rd, struct ykt_bytes *ret_daps, size_t *ret_len)
{
	for (;;) {
		size_t start = bytes.len - rd->left;
		struct gp_dap dap;
		uint8_t tag = 0;
		enum ykt_status status = take_head(rd, &tag, ret_len);

		if (status != YKT_OK)
			return status;
		if (tag == TAG_BLOCK) {
			*ret_daps = ykt_bytes_sub(bytes, 0, start);
			return YKT_OK;
		}
		if (tag != TAG_DAP)
			return YKT_E_FORMAT;
		if (rd->left < *ret_len)
			return YKT_NOT_FOUND;
		if (!dap_decode(ykt_rd_take(rd, *ret_len), &dap))
			return YKT_E_FORMAT;
	}
}

enum ykt_status
gp_load_head_decode(struct ykt_bytes bytes, struct gp_load_head *ret_head)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct gp_load_head head = { 0 };
	size_t block_len = 0;
	size_t head_len;
	enum ykt_status status = take_daps(bytes, &rd, &head.daps, &block_len);

	if (status != YKT_OK)
		return status;
	head.block_at = bytes.len - rd.left;
	if (block_len < sizeof(magic) + 3 + GP_LOAD_MODULE_MIN)
		return YKT_E_FORMAT;
	/* A foreign block is known by its first bytes, before all of the head is here. */
	for (size_t i = 0; i < sizeof(magic) && rd.left != 0; i++)
		if (ykt_rd_u8(&rd) != magic[i])
			return YKT_E_FORMAT;
	if (rd.left < 3)
		return YKT_NOT_FOUND;
	head.version = ykt_rd_u16(&rd);
	head_len = ykt_rd_u8(&rd);
	if (head_len < GP_LOAD_MODULE_MIN || head_len > GP_AID_MAX)
		return YKT_E_FORMAT;
	if (block_len < sizeof(magic) + 3 + head_len)
		return YKT_E_FORMAT;
	if (rd.left < head_len)
		return YKT_NOT_FOUND;
	head.module = ykt_rd_take(&rd, head_len);
	head.data_at = bytes.len - rd.left;
	head.data_len = block_len - (head.data_at - head.block_at);
	*ret_head = head;

	return YKT_OK;
}

enum ykt_status
gp_load_hash_check(
    struct crypto *crypto, struct ykt_bytes hash, const struct ykt_bytes *parts, size_t count)
{
	uint8_t sha256[GP_HASH_LEN], sm3[GP_HASH_LEN];
	enum ykt_status status;

	if (hash.len != GP_HASH_LEN)
		return YKT_E_ARG;
	status = crypto_sha256(crypto, parts, count, sha256);
	if (status == YKT_OK)
		status = crypto_sm3(crypto, parts, count, sm3);
	if (status == YKT_OK && !ykt_ct_equal(hash.data, sha256, GP_HASH_LEN) &&
	    !ykt_ct_equal(hash.data, sm3, GP_HASH_LEN))
		status = YKT_E_MAC;

	return status;
}
