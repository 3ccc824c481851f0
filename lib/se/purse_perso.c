/*
 * The groupings that not every purse has: PIN, second ticket kind, picture and
 * QR code, what the FCI shows. See card/purse_perso.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include "card/gp.h"
#include "card/purse_perso.h"
#include "card/purse_pin.h"
#include "se/perso.h"
#include "se/perso_priv.h"

static uint16_t
put_second(struct se_call *call, uint32_t off, struct ykt_bytes value)
{
	if (value.len != PERSO_SECOND_LEN ||
	    ykt_get_u24(value.data) + ykt_get_u24(value.data + 3) > PURSE_BALANCE_MAX)
		return SW_DATA;
	se_tx_put(call->se, off + SE_PURSE_CAP2, value);

	return SW_OK;
}

/* A alone; what a purse in use holds was looked at before (perso_update.c). */
static uint16_t
put_limit(const struct perso *perso, struct ykt_bytes value)
{
	if (value.len != PERSO_LIMIT_LEN || (perso->has & PERSO_HAS_LIMIT) != 0 ||
	    ykt_get_u24(value.data) + perso->overdraft > PURSE_BALANCE_MAX)
		return SW_DATA;
	se_tx_put(perso->call->se, perso->off + SE_PURSE_CAP, value);

	return SW_OK;
}

static uint16_t
put_sized(struct se_call *call, uint32_t off, struct ykt_bytes value, size_t max)
{
	uint8_t len[2];

	if (value.len == 0 || value.len > max)
		return SW_DATA;
	ykt_set_u16(len, (uint16_t)value.len);
	se_tx_put(call->se, off, YKT_BYTES(len));
	se_tx_put(call->se, off + sizeof(len), value);

	return SW_OK;
}

static uint16_t
put_fci(struct perso *perso, struct ykt_bytes value)
{
	static const uint8_t known = PERSO_FCI_BALANCE | PERSO_FCI_BALANCE_SECOND;

	if (value.len != 1 || (value.data[0] & ~known) != 0)
		return SW_DATA;
	perso->fci = value.data[0];
	se_tx_put_u8(perso->call->se, perso->off + SE_PURSE_FCI, perso->fci);

	return SW_OK;
}

uint16_t
se_perso_extra(struct perso *perso, const struct dgi *dgi, uint16_t *ret_bit)
{
	struct se_call *call = perso->call;
	uint32_t off = perso->off;

	switch (dgi->tag) {
	case PERSO_DGI_PIN:
		*ret_bit = PERSO_HAS_PIN;
		return se_pin_perso(call, off + SE_PURSE_PIN, dgi->value);
	case PERSO_DGI_SECOND:
		*ret_bit = PERSO_HAS_SECOND;
		return put_second(call, off, dgi->value);
	case PERSO_DGI_PICTURE:
		*ret_bit = PERSO_HAS_PICTURE;
		return put_sized(call, off + SE_PURSE_PICTURE, dgi->value, PERSO_PICTURE_MAX);
	case PERSO_DGI_QR:
		*ret_bit = PERSO_HAS_QR;
		return put_sized(call, off + SE_PURSE_QR, dgi->value, PERSO_QR_MAX);
	case PERSO_DGI_FILES:
		*ret_bit = PERSO_HAS_FILES;
		return se_perso_files(perso, dgi->value);
	case PERSO_DGI_LIMIT:
		*ret_bit = PERSO_HAS_LIMIT;
		return put_limit(perso, dgi->value);
	case PERSO_DGI_FCI:
		*ret_bit = PERSO_HAS_FCI;
		return put_fci(perso, dgi->value);
	default:
		*ret_bit = PERSO_HAS_CONTENT;
		return se_perso_content(perso, dgi);
	}
}
