/*
 * A newer version of an application that is in use (docs/protocol.md section 5):
 * the domain that the purse lives in stores one more series of groupings.
 *
 * The series brings file 15 with a higher number in the issuer's two bytes and may
 * bring what no money depends on, and the most that the card may hold. Keys, the
 * overdraft limit, PIN, conditions, the holder and the records stay as they are: other
 * groupings are refused. All of it is one commit, so a cut leaves the old version or the
 * new one. Project choice, grade D.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include "card/files.h"
#include "card/gp.h"
#include "card/purse_perso.h"
#include "se/perso_priv.h"
#include "se/purse_priv.h"

/* Nobody is between two commands of a transaction, and the purse is in order. */
static uint16_t
check_purse(const struct se_call *call, uint8_t purse)
{
	const struct se *se = call->se;
	struct se_money money;

	if (se_home(se, (uint32_t)SE_PURSE_OFF(purse))[SE_PURSE_STATE] != GP_STATE_SELECTABLE ||
	    (se->purse.state != SE_PURSE_IDLE && se->purse.purse == purse) ||
	    se_grey_locked(se, purse))
		return SW_CONDITIONS;
	se_money_load(se, purse, &money);

	return se_money_blocked(&money);
}

/* The same card, at least as long, and a higher version. */
static uint16_t
check_file15(const struct se *se, uint8_t purse, struct ykt_bytes value)
{
	struct file15 now, then;

	if (file15_decode(
		ykt_bytes(se_home(se, (uint32_t)SE_PURSE_OFF(purse) + SE_PURSE_FILE15), FILE15_LEN),
		&now) != YKT_OK ||
	    file15_decode(value, &then) != YKT_OK)
		return SW_DATA;
	if (!ykt_bytes_equal(YKT_BYTES(now.issuer), YKT_BYTES(then.issuer)) ||
	    !ykt_bytes_equal(YKT_BYTES(now.serial), YKT_BYTES(then.serial)) ||
	    !ykt_bytes_equal(YKT_BYTES(now.start_date), YKT_BYTES(then.start_date)) ||
	    now.app_type != then.app_type || now.version != then.version ||
	    ykt_get_u32(then.end_date) < ykt_get_u32(now.end_date))
		return SW_DATA;

	return ykt_get_u16(then.issuer_data) > ykt_get_u16(now.issuer_data) ? SW_OK : SW_NOT_NEWER;
}

/* A card never holds more than its limit (I-2): with more on it the lower one waits. */
static uint16_t
check_limit(const struct se *se, uint8_t purse, struct ykt_bytes value)
{
	struct se_money money;

	if (value.len != PERSO_LIMIT_LEN)
		return SW_DATA;
	se_money_load(se, purse, &money);

	return money.balance <= ykt_get_u24(value.data) ? SW_OK : SW_CONDITIONS;
}

static bool
may_change(uint16_t tag)
{
	switch (tag) {
	case PERSO_DGI_FILE15:
	case PERSO_DGI_FILE17:
	case PERSO_DGI_PICTURE:
	case PERSO_DGI_QR:
	case PERSO_DGI_FCI:
	case PERSO_DGI_LIMIT:
		return true;
	default:
		return perso_file_index(tag) != PERSO_FILE_COUNT;
	}
}

uint16_t
se_update_check(const struct se_call *call, uint8_t purse, struct ykt_bytes groups)
{
	struct ykt_rd rd = ykt_rd(groups);
	struct dgi dgi;
	bool named = false;
	uint16_t sw = check_purse(call, purse);

	while (sw == SW_OK && dgi_next(&rd, &dgi)) {
		if (!may_change(dgi.tag))
			sw = SW_DATA;
		else if (dgi.tag == PERSO_DGI_FILE15)
			sw = check_file15(call->se, purse, dgi.value);
		else if (dgi.tag == PERSO_DGI_LIMIT)
			sw = check_limit(call->se, purse, dgi.value);
		named |= dgi.tag == PERSO_DGI_FILE15;
	}

	return sw == SW_OK && !named ? SW_DATA : sw;
}
