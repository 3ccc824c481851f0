/*
 * STORE DATA: a series of blocks, gathered and taken as one (GP231 11.11).
 *
 * The series goes to the purse or ident that INSTALL [for personalization] named,
 * as data groupings, to the access rules, or else to the domain itself, as TLV; the issuer's
 * takes groupings too, with keys of the menu.
 * Any error ends the series.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/ident.h"
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/air_provide.h"
#include "card/gp.h"
#include "card/tlv.h"

#define FORMAT_MASK 0x18
#define TAG_IIN     0x42
#define TAG_CIN     0x45
#define IIN_MAX     (SE_SD_CIN - SE_SD_IIN - 1)
#define CIN_MAX     (SE_SD_KEYS - SE_SD_CIN - 1)

/* Where a domain keeps an object, as a length and as many bytes; false without. */
static bool
object_of(uint8_t sd, uint32_t tag, uint32_t *ret_off, size_t *ret_max)
{
	uint32_t off = (uint32_t)SE_SD_OFF(sd);

	if (tag == TAG_IIN) {
		*ret_off = off + SE_SD_IIN;
		*ret_max = IIN_MAX;
	} else if (tag == TAG_CIN) {
		*ret_off = off + SE_SD_CIN;
		*ret_max = CIN_MAX;
	} else if (tag == GP_TAG_PAMID && sd == 0) {
		*ret_off = SE_PAMID;
		*ret_max = GP_PAMID_MAX;
	} else {
		return false;
	}

	return true;
}

/* Data of the domain itself: issuer and card image numbers, the issuer's PAMID. */
static uint16_t
store_own(struct se_call *call, struct ykt_bytes bytes)
{
	struct se *se = call->se;
	struct ykt_rd rd = ykt_rd(bytes);
	struct tlv tlv;

	se_tx_begin(se);
	while (tlv_next(&rd, &tlv)) {
		size_t max = 0;
		uint32_t at = 0;

		if (!object_of(call->side->scp.sd, tlv.tag, &at, &max))
			return SW_DATA_NOT_FOUND;
		if (tlv.value.len == 0 || tlv.value.len > max)
			return SW_DATA;
		se_tx_put_u8(se, at, (uint8_t)tlv.value.len);
		se_tx_put(se, at + 1, tlv.value);
	}
	if (ykt_rd_done(&rd) != YKT_OK)
		return SW_DATA;

	return se_tx_commit(se);
}

void
se_series_end(struct se *se, const struct se_side *side)
{
	struct se_series *series = &se->series;

	if (series->owner != side->number)
		return;
	ykt_wipe(series->bytes, series->len);
	series->owner = 0;
	series->chain = false;
	series->next = 0;
	series->len = 0;
}

/* The one grouping that the issuer's domain takes for the card itself, in one block. */
static bool
is_card_data(const struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct ykt_rd rd = ykt_rd(cmd->data);

	return call->side->perso.kind == SE_APP_NONE && call->side->scp.sd == 0 &&
	       (cmd->p1 & FORMAT_MASK) == GP_STORE_DGI && (cmd->p1 & GP_STORE_LAST) != 0 &&
	       cmd->p2 == 0 && ykt_rd_u16(&rd) == AIR_DGI_KEYS;
}

static uint16_t
take_block(struct se_call *call)
{
	struct se_series *series = &call->se->series;
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t format = cmd->p1 & FORMAT_MASK;
	bool groups =
	    call->side->perso.kind == SE_APP_PURSE || call->side->perso.kind == SE_APP_IDENT;
	uint8_t next = series->owner == call->side->number ? series->next : 0;

	/* The encryption bits say what the groupings are, which we know. */
	if ((cmd->p1 & 0x06) != 0 || (groups && format != GP_STORE_DGI) ||
	    (!groups && format == GP_STORE_DGI && !is_card_data(call)))
		return SW_P1P2;
	if (cmd->p2 != next)
		return SW_P1P2;
	if (cmd->data.len == 0)
		return SW_LENGTH;
	if (next == 0) {
		ykt_wipe(series->bytes, series->len);
		series->owner = call->side->number;
		series->chain = false;
		series->len = 0;
	}
	if (cmd->data.len > sizeof(series->bytes) - series->len)
		return SW_NO_SPACE;
	memcpy(series->bytes + series->len, cmd->data.data, cmd->data.len);
	series->len = (uint16_t)(series->len + cmd->data.len);
	series->next = (uint8_t)(next + 1);

	return SW_OK;
}

uint16_t
se_sd_store_data(struct se_call *call)
{
	struct se_series *series = &call->se->series;
	bool last = (call->cmd->p1 & GP_STORE_LAST) != 0;
	uint16_t sw = take_block(call);

	if (sw == SW_OK && last) {
		struct ykt_bytes all = ykt_bytes(series->bytes, series->len);

		if (call->side->perso.kind == SE_APP_PURSE)
			sw = se_perso_store(call, call->side->perso.index, all);
		else if (call->side->perso.kind == SE_APP_IDENT)
			sw = se_ident_store(call, all);
		else if (call->side->perso.kind == SE_APP_ARA)
			sw = se_ara_store(call, all);
		else if (is_card_data(call))
			sw = se_menu_provide(call, all);
		else
			sw = store_own(call, all);
	}
	if (sw != SW_OK || last)
		se_series_end(call->se, call->side);

	return sw;
}
