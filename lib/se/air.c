/*
 * Which purses answer on the air (GP Amendment C).
 *
 * Purses that answer the same partial AID form a group, because a gate selects
 * by the eight bytes that all of them share; of a group at most one answers.
 * Activating one lets the others wait, and of those that wait one takes over
 * when the one that answers is deleted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include "card/gp.h"

#define GROUP_AID_LEN 8

static const uint8_t *
entry_of(const struct se *se, uint8_t purse)
{
	return se_home(se, (uint32_t)SE_PURSE_OFF(purse));
}

bool
se_air_made(const struct se *se, uint8_t purse)
{
	return (entry_of(se, purse)[SE_PURSE_STATE] & ~GP_STATE_LOCKED) >= GP_STATE_SELECTABLE;
}

bool
se_air_group(const struct se *se, uint8_t a, uint8_t b)
{
	struct ykt_bytes aid_a = se_app_aid(se, (struct se_app){ SE_APP_PURSE, a });
	struct ykt_bytes aid_b = se_app_aid(se, (struct se_app){ SE_APP_PURSE, b });
	size_t len = GROUP_AID_LEN;

	len = aid_a.len < len ? aid_a.len : len;
	len = aid_b.len < len ? aid_b.len : len;

	return len > 0 &&
	       ykt_bytes_equal(ykt_bytes_sub(aid_a, 0, len), ykt_bytes_sub(aid_b, 0, len));
}

bool
se_air_answers(const struct se *se, struct se_app app)
{
	if (app.kind == SE_APP_PURSE)
		return se_app_selectable(se, app) &&
		       entry_of(se, app.index)[SE_PURSE_AIR] == SE_AIR_ACTIVE;

	return app.kind == SE_APP_SD || app.kind == SE_APP_PPSE;
}

bool
se_air_preferred(const struct se *se, struct se_app app)
{
	return app.kind == SE_APP_PURSE && *se_home(se, SE_HEAD_PREFERRED) == app.index + 1;
}

void
se_air_put(struct se *se, uint8_t purse, uint8_t air)
{
	if (entry_of(se, purse)[SE_PURSE_AIR] != air)
		se_tx_put_u8(se, (uint32_t)SE_PURSE_OFF(purse) + SE_PURSE_AIR, air);
}

void
se_air_count(struct se *se)
{
	uint8_t count[2];

	ykt_set_u16(count, (uint16_t)(ykt_get_u16(se_home(se, SE_HEAD_UPDATES)) + 1));
	se_tx_put(se, SE_HEAD_UPDATES, YKT_BYTES(count));
}

void
se_air_enter(struct se *se, uint8_t purse)
{
	uint8_t air = SE_AIR_ACTIVE;

	for (uint8_t i = 0; i < SE_PURSE_COUNT; i++)
		if (i != purse && se_air_made(se, i) && se_air_group(se, i, purse) &&
		    entry_of(se, i)[SE_PURSE_AIR] == SE_AIR_ACTIVE)
			air = SE_AIR_WAITING;
	se_air_put(se, purse, air);
	se_air_count(se);
}

void
se_air_leave(struct se *se, const bool marked[SE_APP_COUNT])
{
	const bool *purses = marked + SE_SD_COUNT;
	bool taken[SE_PURSE_COUNT] = { false };
	bool any = false;

	for (uint8_t i = 0; i < SE_PURSE_COUNT; i++) {
		if (!purses[i])
			continue;
		any = true;
		if (se_air_preferred(se, (struct se_app){ SE_APP_PURSE, i }))
			se_tx_put_u8(se, SE_HEAD_PREFERRED, 0);
		if (!se_air_made(se, i) || entry_of(se, i)[SE_PURSE_AIR] != SE_AIR_ACTIVE)
			continue;
		for (uint8_t k = 0; k < SE_PURSE_COUNT; k++) {
			if (purses[k] || taken[k] || !se_air_made(se, k) ||
			    !se_air_group(se, i, k) ||
			    entry_of(se, k)[SE_PURSE_AIR] != SE_AIR_WAITING)
				continue;
			taken[k] = true;
			se_air_put(se, k, SE_AIR_ACTIVE);
			break;
		}
	}
	if (any)
		se_air_count(se);
}
