/*
 * The identity applet (card/ident.h): its commands, what it tells, and the
 * certificate it keeps.
 *
 * The private key leaves home for one operation at a time and no command gives
 * it out. Nothing here answers on the contactless side (air.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/ident.h"

#include <string.h>

#include "card/ident.h"
#include "card/ident_cert.h"
#include "card/purse_pin.h"
#include "se/purse_priv.h"

#define CHANGE_LEN_MIN (2 * PURSE_PIN_MIN + 1)
#define CHANGE_LEN_MAX (2 * PURSE_PIN_MAX + 1)

_Static_assert(IDENT_CERT_MAX <= SE_IDENT_SIZE - SE_IDENT_CERT - 1, "a certificate has room");

uint32_t
se_ident_off(const struct se_call *call)
{
	const struct se_side *side = call->side;

	return se_app_off(side->app.kind == SE_APP_IDENT ? side->app : side->perso);
}

const uint8_t *
se_ident(const struct se_call *call)
{
	return se_home(call->se, se_ident_off(call));
}

bool
se_ident_has(const struct se_call *call, uint8_t bit)
{
	return (se_ident(call)[SE_IDENT_HAS] & bit) != 0;
}

uint16_t
se_ident_allowed(const struct se_call *call, uint8_t access)
{
	return se_pin_allows(call, se_ident(call) + SE_IDENT_ACCESS, access);
}

static void
put_status(const struct se_call *call)
{
	const struct se *se = call->se;
	const uint8_t *entry = se_ident(call);
	struct ident_status status = {
		.key = se_ident_has(call, SE_IDENT_HAS_KEY),
		.certificate = entry[SE_IDENT_CERT] != 0,
		.platform = se_ident_has(call, SE_IDENT_HAS_PLATFORM),
		.authority = se_ident_has(call, SE_IDENT_HAS_AUTHORITY),
		.ride = se_ident_has(call, SE_IDENT_HAS_RIDE),
		.pin_limit = entry[SE_IDENT_PIN + SE_PIN_LIMIT],
		.pin_left = entry[SE_IDENT_PIN + SE_PIN_LEFT],
	};

	memcpy(status.access, entry + SE_IDENT_ACCESS, sizeof(status.access));
	memcpy(status.identity, se_home(se, SE_HEAD_IDENTITY), sizeof(status.identity));
	ident_status_encode(&status, call->out);
}

static uint16_t
put_platform(const struct se_call *call)
{
	struct crypto_sm2_pub pub;

	if (!se_ident_has(call, SE_IDENT_HAS_PLATFORM))
		return SW_DATA_NOT_FOUND;
	memcpy(pub.xy, se_ident(call) + SE_IDENT_PLATFORM, sizeof(pub.xy));
	ident_platform_encode(&pub, call->out);

	return SW_OK;
}

static uint16_t
put_certificate(const struct se_call *call)
{
	const uint8_t *cert = se_ident(call) + SE_IDENT_CERT;

	if (cert[0] == 0)
		return SW_DATA_NOT_FOUND;
	ykt_put_mem(call->out, cert + 1, cert[0]);

	return SW_OK;
}

static uint16_t
get_data(struct se_call *call)
{
	uint16_t sw = SW_OK;

	if (call->cmd->data.len != 0)
		return SW_LENGTH;
	switch (call->cmd->p1 << 8 | call->cmd->p2) {
	case IDENT_TAG_STATUS:
		put_status(call);
		break;
	case IDENT_TAG_PLATFORM:
		sw = put_platform(call);
		break;
	case IDENT_TAG_CERT:
		sw = put_certificate(call);
		break;
	case IDENT_TAG_REQUEST:
		sw = se_ident_request(call);
		break;
	default:
		return SW_DATA_NOT_FOUND;
	}
	if (sw == SW_OK && call->cmd->ne != 0 && call->cmd->ne < call->out->len)
		return (uint16_t)(0x6C00 | call->out->len);

	return sw;
}

/* 9000 for a certificate of this key in this element that the authority signed. */
static uint16_t
judge(const struct se_call *call)
{
	const uint8_t *entry = se_ident(call);
	struct ident_cert cert;
	struct ykt_bytes body;
	struct crypto_sm2_pub authority;
	enum ykt_status status;

	if (ident_cert_decode(call->cmd->data, &cert, &body) != YKT_OK || cert.request ||
	    !ykt_bytes_equal(
		YKT_BYTES(cert.pub.xy), ykt_bytes(entry + SE_IDENT_PUB, sizeof(cert.pub.xy))) ||
	    !ykt_bytes_equal(YKT_BYTES(cert.holder),
		ykt_bytes(se_home(call->se, SE_HEAD_IDENTITY), sizeof(cert.holder))))
		return SW_DATA;
	/* Without an authority it is for the reader of the certificate to verify it. */
	if (!se_ident_has(call, SE_IDENT_HAS_AUTHORITY))
		return SW_OK;
	memcpy(authority.xy, entry + SE_IDENT_AUTHORITY, sizeof(authority.xy));
	status =
	    crypto_sm2_verify(call->se->crypto, &authority, crypto_sm2_default_id, body, cert.sig);
	if (status == YKT_E_MAC)
		return SW_SM_WRONG;

	return status == YKT_OK ? SW_OK : SW_EXEC_ERROR;
}

uint16_t
se_ident_put(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint16_t sw;

	if ((cmd->p1 << 8 | cmd->p2) != IDENT_TAG_CERT)
		return SW_DATA_NOT_FOUND;
	if (cmd->data.len == 0 || cmd->data.len > IDENT_CERT_MAX)
		return SW_LENGTH;
	if (!se_ident_has(call, SE_IDENT_HAS_KEY))
		return SW_CONDITIONS;
	sw = se_ident_allowed(call, IDENT_ACCESS_CERT);
	if (sw == SW_OK)
		sw = judge(call);
	if (sw != SW_OK)
		return sw;
	se_tx_begin(call->se);
	se_tx_put_u8(call->se, se_ident_off(call) + SE_IDENT_CERT, (uint8_t)cmd->data.len);
	se_tx_put(call->se, se_ident_off(call) + SE_IDENT_CERT + 1, cmd->data);

	return se_tx_commit(call->se);
}

static uint16_t
verify(struct se_call *call)
{
	uint16_t sw = se_pin_verify_form(call);

	if (sw == SW_OK && se_pin(call)[SE_PIN_LIMIT] == 0)
		sw = SW_DATA_NOT_FOUND;

	return sw == SW_OK ? se_pin_verify(call) : sw;
}

static uint16_t
change(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct ykt_bytes old, pin;

	if (cmd->p1 != 0 || cmd->p2 != 0)
		return SW_P1P2;
	if (cmd->data.len < CHANGE_LEN_MIN || cmd->data.len > CHANGE_LEN_MAX)
		return SW_LENGTH;
	if (se_pin(call)[SE_PIN_LIMIT] == 0)
		return SW_DATA_NOT_FOUND;
	if (purse_pin_change_decode(cmd->data, &old, &pin) != YKT_OK)
		return SW_DATA;

	return se_pin_change(call, old, pin);
}

static const struct se_row rows[] = {
	{ 0x00, IDENT_INS_VERIFY, 0, verify },
	{ 0x00, IDENT_INS_CHANGE, 0, change },
	{ 0x00, IDENT_INS_OPERATION, 0, se_ident_operation },
	{ 0x00, IDENT_INS_GENERATE, IDENT_PUBLIC_RSP_LEN, se_ident_generate },
	{ 0x00, IDENT_INS_EXTERNAL, 0, se_ident_external },
	{ 0x00, IDENT_INS_CHALLENGE, 0, se_purse_challenge },
	{ 0x00, IDENT_INS_INTERNAL, CRYPTO_SM2_SIG_LEN, se_ident_internal },
	{ 0x00, IDENT_INS_GET, 0, get_data },
	{ 0x00, IDENT_INS_PUT, 0, se_ident_put },
	{ 0x00, IDENT_INS_DELETE, 0, se_ident_delete },
};

uint16_t
se_ident_dispatch(struct se_call *call)
{
	/* A message in parts is one message only while nothing comes between. */
	if (call->cmd->ins != IDENT_INS_OPERATION)
		se_series_end(call->se, call->side);

	return se_rows_run(rows, YKT_ARRAY_LEN(rows), call);
}
