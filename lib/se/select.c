/*
 * SELECT by name, partial AIDs, and what a selection answers.
 *
 * Of several matches the exact one comes first, the others in the order of the
 * registry; P2 = 02 goes on after the one that is selected now. On the air only
 * what the contactless registry lets answer is found, the default card first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include "card/fci.h"
#include "card/files.h"
#include "card/gp.h"
#include "card/ident.h"
#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "card/tlv.h"
#include "se/purse_priv.h"

#define P2_FIRST    0x00
#define P2_NEXT     0x02
#define FCI_VERSION 0x02 /* 9F08 of fielded cards, card.md 1.1 */

#define TAG_FCI             0x6F
#define TAG_AID             0x84
#define TAG_FCI_PROPRIETARY 0xA5
#define TAG_MAX_DATA        0x9F65

static const uint8_t purse_label[] = "MOT_T_EP";

/* Where app stands among the matches of aid; SIZE_MAX when it is none. */
static size_t
rank_of(const struct se_call *call, struct se_app app, struct ykt_bytes aid)
{
	const struct se *se = call->se;
	bool air = call->iface == YKT_SE_CONTACTLESS;
	struct ykt_bytes name = se_app_aid(se, app);

	if (name.len < aid.len || !ykt_bytes_equal(ykt_bytes_sub(name, 0, aid.len), aid))
		return SIZE_MAX;
	if (air && !se_air_answers(se, app))
		return SIZE_MAX;
	if (name.len == aid.len)
		return se_app_number(app);

	return SE_APP_COUNT + (air && se_air_preferred(se, app) ? 0 : se_app_number(app) + 1);
}

/*
 * 9000 with what is found. A caller that the access rules keep from an application is
 * led past it to the next whose name begins so: 6982 when there is none, but behind
 * another that it was let at, what it may not see is not there (6A82).
 */
static uint16_t
match(const struct se_call *call, struct ykt_bytes aid, bool next, struct se_app *ret_app)
{
	struct se_app best = { SE_APP_NONE, 0 };
	size_t best_rank = SIZE_MAX;
	size_t after = next ? rank_of(call, call->side->app, aid) : SIZE_MAX;
	bool barred = false;

	for (size_t i = 0; i < SE_APP_COUNT; i++) {
		struct se_app app = se_app_at(i);
		size_t rank = rank_of(call, app, aid);

		if (!se_app_selectable(call->se, app) || (after != SIZE_MAX && rank <= after))
			continue;
		if (rank >= best_rank)
			continue;
		if (!se_ara_may_select(call, app)) {
			barred = !next;
			continue;
		}
		best = app;
		best_rank = rank;
	}
	if (best.kind == SE_APP_NONE)
		return barred ? SW_SECURITY : SW_FILE_NOT_FOUND;
	*ret_app = best;

	return SW_OK;
}

static void
put_sd_fci(const struct se *se, struct se_app app, struct ykt_buf *out)
{
	size_t fci = tlv_begin(out, TAG_FCI);
	size_t inner;

	tlv_put(out, TAG_AID, se_app_aid(se, app));
	inner = tlv_begin(out, TAG_FCI_PROPRIETARY);
	tlv_put_u8(out, TAG_MAX_DATA, APDU_SHORT_DATA_MAX);
	tlv_end(out, inner);
	tlv_end(out, fci);
}

static void
put_crs_fci(const struct se *se, struct se_app app, struct ykt_buf *out)
{
	size_t fci = tlv_begin(out, TAG_FCI);
	size_t inner;

	tlv_put(out, TAG_AID, se_app_aid(se, app));
	inner = tlv_begin(out, TAG_FCI_PROPRIETARY);
	se_crs_version(se, out);
	tlv_end(out, inner);
	tlv_end(out, fci);
}

static void
put_ident_fci(const struct se *se, struct se_app app, struct ykt_buf *out)
{
	static const uint8_t version = IDENT_VERSION;
	const struct fci fci = {
		.name = se_app_aid(se, app), .priority = -1, .version = { &version, 1 }
	};

	fci_encode(&fci, out);
}

static void
put_ppse(const struct se *se, struct ykt_buf *out)
{
	struct ppse_entry entries[SE_PURSE_COUNT];
	size_t count = 0;

	/* The default card in the first round, the others in the second. */
	for (uint8_t i = 0; i < 2 * SE_PURSE_COUNT; i++) {
		struct se_app app = { SE_APP_PURSE, i % SE_PURSE_COUNT };

		if (!se_air_answers(se, app) || se_air_preferred(se, app) != (i < SE_PURSE_COUNT))
			continue;
		entries[count].aid = se_app_aid(se, app);
		entries[count].label = ykt_bytes(purse_label, sizeof(purse_label) - 1);
		entries[count].priority = (int)count + 1;
		count++;
	}
	ppse_encode(entries, count, out);
}

/* Four bytes, as GET BALANCE gives what is available; bytes is where they go. */
static struct ykt_bytes
fci_balance(const struct se *se, struct se_app app, uint8_t option, uint8_t bytes[4])
{
	struct se_money money;

	if ((se_home(se, se_app_off(app))[SE_PURSE_FCI] & option) == 0)
		return ykt_bytes(NULL, 0);
	se_money_load_kind(
	    se, app.index, option == PERSO_FCI_BALANCE ? 0 : PURSE_KIND_SECOND, &money);
	ykt_set_u32(bytes, se_money_available(&money));

	return ykt_bytes(bytes, 4);
}

static uint16_t
put_purse_fci(const struct se *se, struct se_app app, struct ykt_buf *out)
{
	static const uint8_t version = FCI_VERSION;
	const uint8_t *entry = se_home(se, se_app_off(app));
	struct fci fci = { .name = se_app_aid(se, app), .priority = -1 };
	uint8_t first[4], second[4];
	struct se_money money;

	fci.version = ykt_bytes(&version, 1);
	fci.info = ykt_bytes(entry + SE_PURSE_FILE15, FILE15_LEN);
	fci.balance = fci_balance(se, app, PERSO_FCI_BALANCE, first);
	fci.second = fci_balance(se, app, PERSO_FCI_BALANCE_SECOND, second);
	fci_encode(&fci, out);

	/* A blocked application is still found; card.md 1.1 knows both words. */
	se_money_load(se, app.index, &money);
	if (money.block == SE_BLOCK_NONE)
		return SW_OK;

	return money.block == SE_BLOCK_TEMPORARY ? SW_WARN_FILE_BLOCKED : SW_FUNCTION;
}

/* Ends what the channel had open with the application before. */
static void
leave(struct se *se, struct se_side *side)
{
	se_scp_close(se, side);
	side->app.kind = SE_APP_NONE;
	side->perso.kind = SE_APP_NONE;
	side->rights = 0;
	side->alg = 0;
}

uint16_t
se_select(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct se_app app = { SE_APP_SD, 0 };
	uint16_t sw = SW_OK;

	if (cmd->p1 != PURSE_P1_SELECT_AID || (cmd->p2 != P2_FIRST && cmd->p2 != P2_NEXT))
		return SW_P1P2;
	if (cmd->extended || cmd->data.len > FCI_AID_MAX)
		return SW_LENGTH;
	/* GP231 6.4.1: without a name the issuer's domain is meant. */
	if (cmd->data.len != 0 && cmd->data.len < FCI_AID_MIN)
		return SW_FILE_NOT_FOUND;
	if (cmd->data.len != 0)
		sw = match(call, cmd->data, cmd->p2 == P2_NEXT, &app);
	else if (!se_ara_may_select(call, app))
		sw = SW_SECURITY;
	if (sw == SW_OK && app.kind == SE_APP_PURSE)
		sw = se_purse_take(call->se, call->iface);
	if (sw != SW_OK)
		return sw;

	leave(call->se, call->side);
	call->side->app = app;
	if (app.kind == SE_APP_PURSE)
		return put_purse_fci(call->se, app, call->out);
	if (app.kind == SE_APP_PPSE)
		put_ppse(call->se, call->out);
	else if (app.kind == SE_APP_IDENT)
		put_ident_fci(call->se, app, call->out);
	else if (app.kind == SE_APP_CRS)
		put_crs_fci(call->se, app, call->out);
	else
		put_sd_fci(call->se, app, call->out);

	/* GP231 11.9.3.2: a warning that the card is locked. */
	return se_card_state(call->se) == GP_STATE_CARD_LOCKED ? SW_WARN_FILE_BLOCKED : SW_OK;
}
