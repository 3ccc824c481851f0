/*
 * Who may manage what, DELETE and SET STATUS (GP231 11.2, 11.10).
 *
 * Delegated or authorised management reaches what is associated with the domain
 * itself, the delegated one with a token; the issuer's domain reaches everything.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include "card/gp.h"
#include "se/module.h"
#include "se/purse_priv.h"

/* DELETE: of every entry state, AID, privileges and domain; and what a record needs. */
#define REGISTRY_PART 22
#define RANGE_HEAD    4
#define DELETE_EXTRA  512 /* availability of other purses, packages, the receipt's counter */

bool
se_sd_privileged(const struct se_call *call, uint8_t privilege)
{
	uint32_t off = (uint32_t)SE_SD_OFF(call->side->scp.sd) + SE_SD_PRIVILEGES;

	return (se_home(call->se, off)[1] & privilege) != 0;
}

bool
se_sd_manages(const struct se_call *call, uint8_t sd)
{
	uint8_t self = call->side->scp.sd;
	const uint8_t *privileges = se_home(call->se, (uint32_t)SE_SD_OFF(self) + SE_SD_PRIVILEGES);

	if (self == 0)
		return true;
	if ((privileges[0] & GP_PRIV_DELEGATED) != GP_PRIV_DELEGATED &&
	    (privileges[1] & GP_PRIV2_AUTHORIZED) == 0)
		return false;
	for (size_t i = 0; i < SE_SD_COUNT && sd != self; i++)
		sd = se_home(call->se, (uint32_t)SE_SD_OFF(sd))[SE_SD_PARENT];

	return sd == self;
}

/* Applications by number, and behind them the packages. */
#define MARK_ELFS  SE_APP_COUNT
#define MARK_COUNT (SE_APP_COUNT + SE_ELF_COUNT)

static bool
app_depends(const struct se *se, struct se_app app, const bool marked[MARK_COUNT])
{
	uint8_t elf = se_elf_of(se, app);

	return se_app_aid(se, app).len != 0 &&
	       (marked[se_home(se, se_app_off(app))[SE_SD_PARENT]] ||
		   (elf != SE_ELF_NONE && marked[MARK_ELFS + elf]));
}

/*
 * Adds to marked everything that is associated with something marked; with packages
 * also those, and the instances of them.
 */
static void
mark_dependents(const struct se *se, bool marked[MARK_COUNT], bool packages)
{
	for (size_t round = 0; round < SE_SD_COUNT; round++) {
		for (size_t i = 1; i < SE_ENTRY_COUNT; i++)
			if (app_depends(se, se_app_at(i), marked))
				marked[i] = true;
		for (size_t i = 0; i < SE_ELF_COUNT && packages; i++)
			if (se_elf_aid(se, i).len != 0 && marked[se_elf_sd(se, i)])
				marked[MARK_ELFS + i] = true;
	}
}

static size_t
count_marked(const bool marked[MARK_COUNT])
{
	size_t count = 0;

	for (size_t i = 0; i < MARK_COUNT; i++)
		count += marked[i] ? 1 : 0;

	return count;
}

/* The bytes of an entry that go with it; a purse's records and files go after it. */
static size_t
entry_size(struct se_app app)
{
	return app.kind == SE_APP_PURSE ? SE_PURSE_LOG : se_app_size(app);
}

/*
 * The rest of a deleted entry, from byte from on: the files of a purse name its
 * holder and trips. Nobody can reach them.
 */
static void
scrub(struct se *se, struct se_app app, size_t from)
{
	uint32_t off = se_app_off(app);
	size_t end = app.kind == SE_APP_PURSE ? SE_PURSE_POOL : se_app_size(app);

	se_tx_begin(se);
	if (from < end)
		se_tx_fill(se, off + (uint32_t)from, 0, end - from);
	/* Cut here, INSTALL clears the same bytes before the entry is used again. */
	if (se_tx_commit(se) == SW_OK && app.kind == SE_APP_PURSE)
		(void)se_purse_scrub_pool(se, app.index);
}

/* True when the entries of all that is marked fit one record with what goes with them. */
static bool
fits(const bool marked[MARK_COUNT])
{
	size_t total = DELETE_EXTRA;

	for (size_t i = 0; i < SE_ENTRY_COUNT; i++)
		total += marked[i] ? entry_size(se_app_at(i)) + RANGE_HEAD : 0;

	return total <= SE_JOURNAL_ROOM;
}

/*
 * All entries are gone in one commit, or none. Too many for one record go by their
 * registry parts alone, and the rest of each, keys and all, right after.
 */
static uint16_t
delete_marked(struct se_call *call, struct ykt_bytes aid, const bool marked[MARK_COUNT])
{
	struct se *se = call->se;
	bool whole = fits(marked);
	uint16_t sw;

	se_tx_begin(se);
	se_air_leave(se, marked);
	for (size_t i = 0; i < SE_ENTRY_COUNT; i++) {
		struct se_app app = se_app_at(i);

		if (!marked[i])
			continue;
		se_tx_fill(se, se_app_off(app), 0, whole ? entry_size(app) : REGISTRY_PART);
		se_elf_stage_app(se, app, 0);
	}
	for (size_t i = 0; i < SE_ELF_COUNT; i++)
		if (marked[MARK_ELFS + i])
			se_elf_stage_drop(se, i);
	sw = se_receipt_commit(call, &aid, 1);
	for (size_t i = 0; i < SE_ENTRY_COUNT && sw == SW_OK; i++) {
		struct se_app app = se_app_at(i);

		if (!marked[i])
			continue;
		se_app_gone(se, app);
		if (!whole || app.kind == SE_APP_PURSE)
			scrub(se, app, whole ? entry_size(app) : REGISTRY_PART);
	}

	return sw;
}

/* An instance may have gone to a domain that the one of its package does not manage. */
static bool
may_delete(const struct se_call *call, const bool marked[MARK_COUNT])
{
	if (se_sd_privileged(call, GP_PRIV2_GLOBAL_DELETE))
		return true;
	for (size_t i = 0; i < SE_ENTRY_COUNT; i++)
		if (marked[i] &&
		    !se_sd_manages(call, se_home(call->se, se_app_off(se_app_at(i)))[SE_SD_PARENT]))
			return false;
	for (size_t i = 0; i < SE_ELF_COUNT; i++)
		if (marked[MARK_ELFS + i] && !se_sd_manages(call, se_elf_sd(call->se, i)))
			return false;

	return true;
}

/* Marks what this AID names: 9000, 6A88, or 6985 for a package that is built in. */
static uint16_t
mark_named(const struct se *se, struct ykt_bytes aid, bool marked[MARK_COUNT])
{
	struct se_app app = se_app_find(se, aid);
	uint8_t elf = se_elf_find(se, aid);

	if (app.kind != SE_APP_NONE)
		marked[se_app_number(app)] = true;
	else if (elf != SE_ELF_NONE)
		marked[MARK_ELFS + elf] = true;
	else
		return se_module_built_in(aid) ? SW_CONDITIONS : SW_DATA_NOT_FOUND;

	return SW_OK;
}

static uint16_t
delete_named(struct se_call *call, const struct gp_delete *what)
{
	bool marked[MARK_COUNT] = { false };
	uint16_t sw = mark_named(call->se, what->aid, marked);

	if (sw != SW_OK)
		return sw;
	mark_dependents(call->se, marked, true);
	if (marked[0] || marked[call->side->scp.sd] || !may_delete(call, marked))
		return SW_CONDITIONS;
	if (!what->related && count_marked(marked) > 1)
		return SW_CONDITIONS;

	return delete_marked(call, what->aid, marked);
}

uint16_t
se_sd_delete(struct se_call *call)
{
	struct gp_delete what;
	uint16_t sw;

	if (call->cmd->p1 != 0 || (call->cmd->p2 & 0x7F) != 0)
		return SW_P1P2;
	if (gp_delete_decode(call->cmd, &what) != YKT_OK)
		return SW_DATA;
	if (what.aid.len == 0) {
		sw = se_sd_delete_key(call, what.key_id, what.key_version);
		if (sw == SW_OK)
			ykt_put_u8(call->out, 0);
	} else {
		sw = se_token_check(call);
		if (sw == SW_OK)
			sw = delete_named(call, &what);
	}

	return sw;
}

/* The state that app would get, or 0 when that is no change that may be. */
static uint8_t
next_state(struct se_call *call, struct se_app app, uint8_t wish)
{
	uint8_t state = se_home(call->se, se_app_off(app))[SE_SD_STATE];
	bool lock = (wish & GP_STATE_LOCKED) != 0;

	if (lock != ((state & GP_STATE_LOCKED) != 0))
		return lock ? (uint8_t)(state | GP_STATE_LOCKED)
			    : (uint8_t)(state & ~GP_STATE_LOCKED);
	if (app.kind == SE_APP_SD && wish == GP_STATE_PERSONALIZED && state == GP_STATE_SELECTABLE)
		return wish;

	return 0;
}

static bool
may_set(const struct se_call *call, struct se_app app)
{
	/* GP231 5.3.2: a domain says itself that it is personalised. */
	if (app.kind == SE_APP_SD && app.index == call->side->scp.sd &&
	    call->cmd->p2 == GP_STATE_PERSONALIZED)
		return true;

	return se_sd_privileged(call, GP_PRIV2_GLOBAL_LOCK) ||
	       se_sd_manages(call, se_home(call->se, se_app_off(app))[SE_SD_PARENT]);
}

uint16_t
se_sd_set_status(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	bool marked[MARK_COUNT] = { false };
	struct se_app app = se_app_find(call->se, cmd->data);
	uint16_t sw;

	if (cmd->p1 == GP_SCOPE_ISD)
		return se_card_set_state(call);
	if (cmd->p1 != GP_SCOPE_APPS && cmd->p1 != GP_SCOPE_SD_AND_APPS)
		return SW_P1P2;
	if (app.kind == SE_APP_NONE)
		return SW_DATA_NOT_FOUND;
	/* The issuer's domain stays open. */
	if (se_app_number(app) == 0 || !may_set(call, app))
		return SW_CONDITIONS;
	if (next_state(call, app, cmd->p2) == 0)
		return SW_DATA;
	if (cmd->p1 == GP_SCOPE_SD_AND_APPS && app.kind != SE_APP_SD)
		return SW_DATA;

	marked[se_app_number(app)] = true;
	if (cmd->p1 == GP_SCOPE_SD_AND_APPS)
		mark_dependents(call->se, marked, false);
	/* Nobody locks the channel in use. */
	if (marked[call->side->scp.sd] && cmd->p2 != GP_STATE_PERSONALIZED)
		return SW_CONDITIONS;
	se_tx_begin(call->se);
	for (size_t i = 0; i < SE_ENTRY_COUNT; i++) {
		uint8_t state = marked[i] ? next_state(call, se_app_at(i), cmd->p2) : 0;

		if (state != 0)
			se_tx_put_u8(call->se, se_app_off(se_app_at(i)) + SE_SD_STATE, state);
	}
	sw = se_tx_commit(call->se);
	for (size_t i = 0; i < SE_ENTRY_COUNT && sw == SW_OK; i++)
		if (marked[i] && !se_app_selectable(call->se, se_app_at(i)))
			se_app_gone(call->se, se_app_at(i));

	return sw;
}
