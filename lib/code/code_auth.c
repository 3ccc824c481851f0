/*
 * The authorisation: fields 3 to 15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "code/code_auth.h"

#include <assert.h>

#include <ykt/hex.h>

#include "code/code_priv.h"

#define SIG_FIELD_LEN (1 + CODE_SIG_LEN)
#define FIXED_LEN     (CODE_AUTH_MIN - 1 - SIG_FIELD_LEN) /* fields 3 to 12 */
#define LIMIT_MAX     0xFFFFFFu

/* Printable ASCII: the payment account goes into files and screens. */
static bool
account_good(const uint8_t account[16])
{
	for (size_t i = 0; i < 16; i++) {
		if (account[i] < 0x20 || account[i] > 0x7E)
			return false;
	}

	return true;
}

static void
read_fixed(struct ykt_rd *rd, struct code_auth *auth)
{
	ykt_rd_copy(rd, auth->cert, sizeof(auth->cert));
	ykt_rd_copy(rd, auth->account, sizeof(auth->account));
	ykt_rd_copy(rd, auth->user, sizeof(auth->user));
	ykt_rd_copy(rd, auth->institution, sizeof(auth->institution));
	ykt_rd_copy(rd, auth->platform, sizeof(auth->platform));
	auth->kind = ykt_rd_u8(rd);
	auth->limit_fen = ykt_rd_u24(rd);
	ykt_rd_copy(rd, auth->point, sizeof(auth->point));
	auth->expires_s = ykt_rd_u32(rd);
	auth->validity_s = ykt_rd_u16(rd);
}

/* Field 13 must say what field 2 left for field 14. */
static enum code_fault
read_own(struct ykt_rd *rd, size_t len, const struct code_dialect *dialect, struct code_auth *auth)
{
	uint8_t said = ykt_rd_u8(rd);
	struct ykt_bytes own;

	if (dialect->own_len_with_self ? said != len + 1 : said != len)
		return CODE_FAULT_LENGTH;
	own = ykt_rd_take(rd, len);
	auth->own_len = (uint8_t)len;
	for (size_t i = 0; i < own.len; i++)
		auth->own[i] = own.data[i];

	return CODE_FAULT_NONE;
}

static void
read_sig(struct ykt_rd *rd, struct code_auth *auth)
{
	auth->sig_format = ykt_rd_u8(rd);
	ykt_rd_copy(rd, auth->sig, sizeof(auth->sig));
}

enum code_fault
code_auth_read(struct ykt_bytes bytes, const struct code_dialect *dialect,
    struct code_auth *ret_auth, struct ykt_bytes *ret_signed)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct code_auth auth = { 0 };
	enum code_fault fault;

	if (bytes.len < CODE_AUTH_MIN || bytes.len > CODE_AUTH_MAX)
		return CODE_FAULT_LENGTH;
	read_fixed(&rd, &auth);
	if (dialect->own_data_last)
		read_sig(&rd, &auth);
	fault = read_own(&rd, bytes.len - CODE_AUTH_MIN, dialect, &auth);
	if (fault != CODE_FAULT_NONE)
		return fault;
	if (!dialect->own_data_last)
		read_sig(&rd, &auth);
	if (ykt_rd_done(&rd) != YKT_OK)
		return CODE_FAULT_LENGTH;
	if (!account_good(auth.account) || !ykt_bcd_valid(YKT_BYTES(auth.user)) ||
	    (!dialect->any_issuer_format && auth.sig_format != CODE_SIG_FORMAT))
		return CODE_FAULT_FORMAT;
	*ret_auth = auth;
	*ret_signed =
	    ykt_bytes_sub(bytes, 0, dialect->own_data_last ? FIXED_LEN : bytes.len - SIG_FIELD_LEN);

	return CODE_FAULT_NONE;
}

enum ykt_status
code_auth_decode(struct ykt_bytes bytes, struct code_auth *ret_auth)
{
	struct ykt_bytes signed_part;
	enum code_fault fault = code_auth_read(bytes, &code_dialect_none, ret_auth, &signed_part);

	return fault == CODE_FAULT_NONE ? YKT_OK : YKT_E_FORMAT;
}

static void
put_fields(const struct code_auth *auth, struct ykt_buf *out)
{
	ykt_put(out, YKT_BYTES(auth->cert));
	ykt_put(out, YKT_BYTES(auth->account));
	ykt_put(out, YKT_BYTES(auth->user));
	ykt_put(out, YKT_BYTES(auth->institution));
	ykt_put(out, YKT_BYTES(auth->platform));
	ykt_put_u8(out, auth->kind);
	ykt_put_u24(out, auth->limit_fen);
	ykt_put(out, YKT_BYTES(auth->point));
	ykt_put_u32(out, auth->expires_s);
	ykt_put_u16(out, auth->validity_s);
	ykt_put_u8(out, auth->own_len);
	ykt_put_mem(out, auth->own, auth->own_len);
}

enum ykt_status
code_auth_make(const struct signer *institution, const struct code_auth *auth, struct ykt_buf *out)
{
	uint8_t sig[CODE_SIG_LEN];
	const size_t start = out->len;
	enum ykt_status status;

	if (auth->own_len > CODE_OWN_MAX || auth->limit_fen > LIMIT_MAX ||
	    !account_good(auth->account) || !ykt_bcd_valid(YKT_BYTES(auth->user)))
		return YKT_E_ARG;
	if (out->full || out->cap - out->len < CODE_AUTH_MAX)
		return YKT_E_SPACE;
	put_fields(auth, out);
	status = signer_sign(institution, ykt_bytes(out->data + start, out->len - start), sig);
	if (status == YKT_OK) {
		ykt_put_u8(out, CODE_SIG_FORMAT);
		ykt_put(out, YKT_BYTES(sig));
		assert(!out->full);
	} else
		out->len = start;

	return status;
}
