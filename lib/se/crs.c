/*
 * The contactless registry service (GP Amendment C, A00000015143525300).
 *
 * Its own form of GET STATUS, SET STATUS and GET DATA. Only the wired side
 * reaches this application, and it changes nothing under an open tap.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include "card/crs.h"
#include "card/gp.h"
#include "card/tlv.h"
#include "se/purse_priv.h"

#define TAG_AID         0x4F
#define TAG_PRIORITY    0x81
#define TAG_LIST        0x5C
#define TAG_VERSION     0x9F08
#define TAG_UPDATES     0x80
#define TAG_PROPRIETARY 0xA5

#define P1_AVAILABILITY 0x01
#define P1_PRIORITY     0x02
#define P2_ON           0x01
#define P2_OFF          0x00
#define P2_LOWEST       0x81

static const uint8_t *
entry_of(const struct se *se, uint8_t purse)
{
	return se_home(se, (uint32_t)SE_PURSE_OFF(purse));
}

void
se_crs_version(const struct se *se, struct ykt_buf *out)
{
	static const uint8_t version[2] = { 0x01, 0x00 };

	tlv_put(out, TAG_VERSION, YKT_BYTES(version));
	tlv_put(out, TAG_UPDATES, ykt_bytes(se_home(se, SE_HEAD_UPDATES), 2));
}

static uint16_t
get_data(struct se_call *call)
{
	size_t mark;

	if (call->cmd->p1 != 0 || call->cmd->p2 != TAG_PROPRIETARY)
		return SW_DATA_NOT_FOUND;
	mark = tlv_begin(call->out, TAG_PROPRIETARY);
	se_crs_version(call->se, call->out);
	tlv_end(call->out, mark);

	return SW_OK;
}

static void
put_purse(const struct se *se, uint8_t purse, bool priority, struct ykt_buf *out)
{
	const struct se_app app = { SE_APP_PURSE, purse };
	struct crs_entry entry = {
		.aid = se_app_aid(se, app),
		.life = entry_of(se, purse)[SE_PURSE_STATE],
		.air = CRS_AIR_NEVER,
		.preferred = se_air_preferred(se, app),
	};

	if (se_app_selectable(se, app))
		entry.air = se_air_answers(se, app) ? CRS_AIR_ON : CRS_AIR_OFF;
	crs_entry_encode(&entry, priority, out);
}

/* The AID searched for and whether the priority is asked for; false: not understood. */
static bool
read_query(struct ykt_bytes data, struct ykt_bytes *ret_aid, bool *ret_priority)
{
	struct ykt_rd rd = ykt_rd(data);
	struct tlv tlv;
	bool aid = false;
	bool list = false;

	*ret_priority = true;
	while (tlv_next(&rd, &tlv)) {
		if (tlv.tag == TAG_AID && !aid && tlv.value.len <= GP_AID_MAX) {
			aid = true;
			*ret_aid = tlv.value;
		} else if (tlv.tag == TAG_LIST && !list) {
			list = true;
			*ret_priority = false;
			for (size_t i = 0; i < tlv.value.len; i++)
				if (tlv.value.data[i] == TAG_PRIORITY)
					*ret_priority = true;
		} else {
			return false;
		}
	}

	return !rd.bad && aid;
}

static uint16_t
get_status(struct se_call *call)
{
	struct ykt_bytes aid = { 0 };
	size_t found = 0;
	bool priority;

	if (call->cmd->p1 != GP_SCOPE_APPS || (call->cmd->p2 & ~GP_STATUS_P2_NEXT) != 0)
		return SW_P1P2;
	/* Everything fits one answer, so there is never a next one. */
	if (call->cmd->p2 != 0)
		return SW_CONDITIONS;
	if (!read_query(call->cmd->data, &aid, &priority))
		return SW_DATA;
	for (uint8_t i = 0; i < SE_PURSE_COUNT; i++) {
		struct ykt_bytes own = se_app_aid(call->se, (struct se_app){ SE_APP_PURSE, i });

		if (own.len == 0 || !ykt_bytes_equal(ykt_bytes_sub(own, 0, aid.len), aid))
			continue;
		put_purse(call->se, i, priority, call->out);
		found++;
	}

	return found > 0 ? SW_OK : SW_DATA_NOT_FOUND;
}

/* The purses that a list of 4F names, each once; the status word of the first fault. */
static uint16_t
read_list(const struct se *se, struct ykt_bytes data, bool ret_named[SE_PURSE_COUNT])
{
	struct ykt_rd rd = ykt_rd(data);
	struct tlv tlv;
	size_t count = 0;

	while (tlv_next(&rd, &tlv)) {
		struct se_app app = se_app_find(se, tlv.value);

		if (tlv.tag != TAG_AID)
			return SW_DATA;
		if (app.kind != SE_APP_PURSE)
			return SW_DATA_NOT_FOUND;
		if (!se_app_selectable(se, app))
			return SW_CONDITIONS;
		if (ret_named[app.index])
			return SW_DATA;
		ret_named[app.index] = true;
		count++;
	}

	return !rd.bad && count > 0 ? SW_OK : SW_DATA;
}

/* Purses that a gate has selected and that answer no longer are gone for it. */
static void
drop_selections(struct se *se)
{
	for (size_t i = 0; i < SE_CHANNELS; i++) {
		struct se_side *side = &se->side[YKT_SE_CONTACTLESS][i];

		if (side->app.kind == SE_APP_PURSE && !se_air_answers(se, side->app))
			side->app.kind = SE_APP_NONE;
	}
}

static uint16_t
set_availability(struct se_call *call, const bool named[SE_PURSE_COUNT])
{
	struct se *se = call->se;
	bool on = call->cmd->p2 == P2_ON;
	uint16_t sw;

	se_tx_begin(se);
	for (uint8_t i = 0; i < SE_PURSE_COUNT; i++) {
		if (!named[i])
			continue;
		se_air_put(se, i, on ? SE_AIR_ACTIVE : SE_AIR_OFF);
		for (uint8_t k = 0; k < SE_PURSE_COUNT && on; k++) {
			if (k == i || !se_air_group(se, i, k))
				continue;
			if (named[k])
				return SW_DATA;
			if (se_air_made(se, k) && entry_of(se, k)[SE_PURSE_AIR] == SE_AIR_ACTIVE)
				se_air_put(se, k, SE_AIR_WAITING);
		}
	}
	se_air_count(se);
	sw = se_tx_commit(se);
	if (sw == SW_OK)
		drop_selections(se);

	return sw;
}

static uint16_t
set_priority(struct se_call *call, const bool named[SE_PURSE_COUNT])
{
	struct se *se = call->se;
	uint8_t preferred = *se_home(se, SE_HEAD_PREFERRED);
	size_t count = 0;

	for (uint8_t i = 0; i < SE_PURSE_COUNT; i++) {
		if (!named[i])
			continue;
		count++;
		if (call->cmd->p2 == P2_ON)
			preferred = (uint8_t)(i + 1);
		else if (preferred == i + 1)
			preferred = 0;
	}
	/* There is one default card. */
	if (count != 1)
		return SW_DATA;
	se_tx_begin(se);
	se_tx_put_u8(se, SE_HEAD_PREFERRED, preferred);
	se_air_count(se);

	return se_tx_commit(se);
}

static uint16_t
set_status(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	const struct se_purse_session *session = &call->se->purse;
	bool named[SE_PURSE_COUNT] = { false };
	bool priority = cmd->p1 == P1_PRIORITY;
	uint16_t sw;

	if (cmd->p1 != P1_AVAILABILITY && !priority)
		return SW_P1P2;
	if (cmd->p2 != P2_ON && cmd->p2 != (priority ? P2_LOWEST : P2_OFF))
		return SW_P1P2;
	sw = read_list(call->se, cmd->data, named);
	if (sw != SW_OK)
		return sw;
	if (session->state != SE_PURSE_IDLE && session->owner == YKT_SE_CONTACTLESS)
		return SW_CONDITIONS;

	return priority ? set_priority(call, named) : set_availability(call, named);
}

static const struct se_row rows[] = {
	{ 0x80, GP_INS_GET_DATA, 0, get_data },
	{ 0x80, GP_INS_GET_STATUS, 0, get_status },
	{ 0x80, GP_INS_SET_STATUS, 0, set_status },
};

uint16_t
se_crs_dispatch(struct se_call *call)
{
	return se_rows_run(rows, YKT_ARRAY_LEN(rows), call);
}
