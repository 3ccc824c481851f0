/*
 * Whole codes: read, and made from an authorisation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "code/code_qr.h"

#include "code/code_auth.h"
#include "code/code_priv.h"

#define HEAD_LEN 3                      /* fields 1 and 2 */
#define TAIL_LEN (4 + 1 + CODE_SIG_LEN) /* fields 16 and 17 */

const struct code_dialect code_dialect_none = { 0 };

static enum code_fault
read_head(struct ykt_rd *rd, const struct code_dialect *dialect, struct code_qr *code)
{
	uint16_t len;

	code->version = ykt_rd_u8(rd);
	len = ykt_rd_u16(rd);
	if (rd->bad)
		return CODE_FAULT_LENGTH;
	if (dialect->any_version ? code->version < CODE_VERSION : code->version != CODE_VERSION)
		return CODE_FAULT_VERSION;

	return len == rd->left && len >= CODE_QR_MIN - HEAD_LEN ? CODE_FAULT_NONE
								: CODE_FAULT_LENGTH;
}

static enum code_fault
read_code(struct ykt_bytes bytes, const struct code_dialect *dialect, struct code_qr *code)
{
	struct ykt_rd rd = ykt_rd(bytes);
	enum code_fault fault = read_head(&rd, dialect, code);
	struct ykt_bytes auth;

	if (fault != CODE_FAULT_NONE)
		return fault;
	/* From the end: what is left before the moment and the rider's signature. */
	auth = ykt_rd_take(&rd, rd.left - TAIL_LEN);
	fault = code_auth_read(auth, dialect, &code->auth, &code->issuer_signed);
	if (fault != CODE_FAULT_NONE)
		return fault;
	code->generated_s = ykt_rd_u32(&rd);
	code_rd_expect(&rd, CODE_SIG_FORMAT);
	ykt_rd_copy(&rd, code->sig, sizeof(code->sig));
	code->user_signed = ykt_bytes_sub(bytes, 0, bytes.len - 1 - CODE_SIG_LEN);

	return ykt_rd_done(&rd) == YKT_OK ? CODE_FAULT_NONE : CODE_FAULT_FORMAT;
}

enum ykt_status
code_qr_decode(struct ykt_bytes bytes, const struct code_dialect *dialect, struct code_qr *ret_code,
    enum code_fault *ret_fault)
{
	struct code_qr code = { 0 };
	enum code_fault fault = read_code(bytes, dialect, &code);

	if (ret_fault != NULL)
		*ret_fault = fault;
	if (fault != CODE_FAULT_NONE)
		return YKT_E_FORMAT;
	*ret_code = code;

	return YKT_OK;
}

/* The authorisation is one, is the rider's, and is not over. */
static enum ykt_status
check_auth(const struct signer *rider, struct ykt_bytes auth_bytes, uint32_t generated_s)
{
	struct code_auth auth;
	uint8_t point[CODE_POINT_LEN];
	enum ykt_status status = code_auth_decode(auth_bytes, &auth);

	if (status != YKT_OK)
		return status;
	crypto_sm2_compress(&rider->pub, point);
	if (!ykt_bytes_equal(YKT_BYTES(point), YKT_BYTES(auth.point)))
		return YKT_E_KEY;

	return generated_s > auth.expires_s ? YKT_EXPIRED : YKT_OK;
}

enum ykt_status
code_qr_make(const struct signer *rider, struct ykt_bytes auth_bytes, uint32_t generated_s,
    struct ykt_buf *out)
{
	uint8_t sig[CODE_SIG_LEN];
	const size_t start = out->len;
	enum ykt_status status = check_auth(rider, auth_bytes, generated_s);

	if (status != YKT_OK)
		return status;
	if (out->full || out->cap - out->len < CODE_QR_MAX)
		return YKT_E_SPACE;
	ykt_put_u8(out, CODE_VERSION);
	ykt_put_u16(out, (uint16_t)(auth_bytes.len + TAIL_LEN));
	ykt_put(out, auth_bytes);
	ykt_put_u32(out, generated_s);
	status = signer_sign(rider, ykt_bytes(out->data + start, out->len - start), sig);
	if (status == YKT_OK) {
		ykt_put_u8(out, CODE_SIG_FORMAT);
		ykt_put(out, YKT_BYTES(sig));
	} else
		out->len = start;

	return status;
}
