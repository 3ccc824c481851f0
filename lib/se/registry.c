/*
 * The registry: which applications the card has, by number, AID and entry.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include "card/gp.h"
#include "card/purse_cmd.h"
#include "se/module.h"
#include "se/perso.h"
#include "se/purse_priv.h"

const uint8_t *
se_home(const struct se *se, uint32_t off)
{
	return se->journal.home + off;
}

struct se_app
se_app_at(size_t number)
{
	struct se_app app = { SE_APP_NONE, 0 };

	if (number < SE_SD_COUNT)
		app = (struct se_app){ SE_APP_SD, (uint8_t)number };
	else if (number < SE_SD_COUNT + SE_PURSE_COUNT)
		app = (struct se_app){ SE_APP_PURSE, (uint8_t)(number - SE_SD_COUNT) };
	else if (number < SE_ENTRY_COUNT)
		app = (struct se_app){ SE_APP_IDENT,
			(uint8_t)(number - SE_SD_COUNT - SE_PURSE_COUNT) };
	else if (number == SE_ENTRY_COUNT)
		app.kind = SE_APP_PPSE;
	else if (number == SE_ENTRY_COUNT + 1)
		app.kind = SE_APP_CRS;
	else if (number == SE_ENTRY_COUNT + 2)
		app.kind = SE_APP_ARA;
	else if (number == SE_ENTRY_COUNT + 3)
		app.kind = SE_APP_MENU;

	return app;
}

size_t
se_app_number(struct se_app app)
{
	if (app.kind == SE_APP_SD)
		return app.index;
	if (app.kind == SE_APP_PURSE)
		return SE_SD_COUNT + (size_t)app.index;

	if (app.kind == SE_APP_IDENT)
		return SE_SD_COUNT + SE_PURSE_COUNT + (size_t)app.index;

	if (app.kind == SE_APP_PPSE)
		return SE_ENTRY_COUNT;

	if (app.kind == SE_APP_CRS)
		return SE_ENTRY_COUNT + 1;

	if (app.kind == SE_APP_ARA)
		return SE_ENTRY_COUNT + 2;

	return app.kind == SE_APP_MENU ? SE_ENTRY_COUNT + 3 : SE_APP_COUNT;
}

bool
se_app_equal(struct se_app a, struct se_app b)
{
	return a.kind == b.kind && a.index == b.index;
}

uint32_t
se_app_off(struct se_app app)
{
	if (app.kind == SE_APP_IDENT)
		return (uint32_t)SE_IDENT_OFF(app.index);

	return app.kind == SE_APP_SD ? (uint32_t)SE_SD_OFF(app.index)
				     : (uint32_t)SE_PURSE_OFF(app.index);
}

size_t
se_app_size(struct se_app app)
{
	if (app.kind == SE_APP_IDENT)
		return SE_IDENT_SIZE;

	return app.kind == SE_APP_SD ? SE_SD_SIZE : SE_PURSE_SIZE;
}

/* Every kind of entry begins with state, AID length and AID. */
struct ykt_bytes
se_app_aid(const struct se *se, struct se_app app)
{
	const uint8_t *entry;

	if (app.kind == SE_APP_PPSE)
		return ykt_bytes(purse_ppse_name, PURSE_PPSE_LEN);
	if (app.kind == SE_APP_CRS)
		return ykt_bytes(SE_AID_CRS, sizeof(SE_AID_CRS) - 1);
	if (app.kind == SE_APP_ARA)
		return ykt_bytes(SE_AID_ARA, sizeof(SE_AID_ARA) - 1);
	if (app.kind == SE_APP_MENU)
		return ykt_bytes(SE_AID_MENU, sizeof(SE_AID_MENU) - 1);
	if (app.kind == SE_APP_NONE)
		return ykt_bytes(NULL, 0);
	entry = se_home(se, se_app_off(app));
	if (entry[SE_SD_STATE] == 0)
		return ykt_bytes(NULL, 0);

	return ykt_bytes(entry + SE_SD_AID, entry[SE_SD_AID_LEN]);
}

struct se_app
se_app_find(const struct se *se, struct ykt_bytes aid)
{
	for (size_t i = 0; i < SE_ENTRY_COUNT && aid.len > 0; i++)
		if (ykt_bytes_equal(se_app_aid(se, se_app_at(i)), aid))
			return se_app_at(i);

	return (struct se_app){ SE_APP_NONE, 0 };
}

bool
se_app_selectable(const struct se *se, struct se_app app)
{
	uint8_t state;

	if (app.kind == SE_APP_NONE)
		return false;
	if (se_card_state(se) >= GP_STATE_CARD_LOCKED && se_app_number(app) != 0)
		return false;
	if (app.kind == SE_APP_PPSE) {
		for (uint8_t i = 0; i < SE_PURSE_COUNT; i++)
			if (se_air_answers(se, (struct se_app){ SE_APP_PURSE, i }))
				return true;
		return false;
	}
	if (app.kind == SE_APP_CRS || app.kind == SE_APP_ARA || app.kind == SE_APP_MENU)
		return true;
	state = *se_home(se, se_app_off(app) + SE_SD_STATE);

	return state >= GP_STATE_SELECTABLE && (state & GP_STATE_LOCKED) == 0;
}

void
se_app_gone(struct se *se, struct se_app app)
{
	for (size_t i = 0; i < (size_t)SE_SIDES * SE_CHANNELS; i++) {
		struct se_side *side = &se->side[i / SE_CHANNELS][i % SE_CHANNELS];

		if (se_app_equal(side->app, app)) {
			side->app.kind = SE_APP_NONE;
			se_scp_close(se, side);
		}
		if (se_app_equal(side->perso, app))
			side->perso.kind = SE_APP_NONE;
	}
	se_load_gone(se, app);
	if (app.kind == SE_APP_PURSE && se->purse.purse == app.index)
		se_purse_end(se);
}

void
se_tx_begin(struct se *se)
{
	se_journal_begin(&se->journal);
}

void
se_tx_put(struct se *se, uint32_t off, struct ykt_bytes bytes)
{
	se_journal_put(&se->journal, off, bytes);
}

void
se_tx_put_u8(struct se *se, uint32_t off, uint8_t value)
{
	se_journal_put(&se->journal, off, ykt_bytes(&value, 1));
}

void
se_tx_fill(struct se *se, uint32_t off, uint8_t value, size_t len)
{
	se_journal_fill(&se->journal, off, value, len);
}

uint16_t
se_tx_commit(struct se *se)
{
	return se_journal_commit(&se->journal) == YKT_OK ? SW_OK : SW_MEMORY;
}
