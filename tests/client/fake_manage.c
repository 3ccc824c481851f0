/*
 * The platform of the world: what is done to the card's application. It believes
 * of the card only what its INITIALIZE under the number that was given last says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake.h"

#include <string.h>

#include "card/purse_cmd.h"
#include "check.h"
#include "wire/app_list.h"

/* That of fake_card.c. */
static const uint8_t se_id[16] = { 0xA1, 0xA2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

static int
no(struct wire_error *error, int code, const char *token)
{
	return wire_error_set(error, code, token, NULL);
}

static void
set_job(struct fake *fake, const char *kind, const char *state)
{
	strcpy(fake->manage.kind, kind);
	strcpy(fake->manage.state, state);
	fake->manage.reason[0] = '\0';
}

static int
card_delete(struct fake *fake, const struct wire_card_delete_req *req,
    struct wire_card_delete_rsp *rsp, struct wire_error *error)
{
	struct fake_manage *m = &fake->manage;

	if (strcmp(req->password, fake->password[0] != '\0' ? fake->password : FAKE_PASSWORD) != 0)
		return no(error, 403, WIRE_ERR_LOGIN_FAILED);
	if (strcmp(m->card_state, "deleting") == 0 && strcmp(m->state, "proving") != 0) {
		rsp->proven = true;
		return 200;
	}
	if (strcmp(m->card_state, "active") != 0 && strcmp(m->card_state, "deleting") != 0)
		return no(error, 409, "card_state");
	strcpy(m->card_state, "deleting");
	set_job(fake, "delete", "proving");
	rsp->attempt = ++m->attempt;
	memset(m->terminal, 0x31, 2);
	ykt_set_u32(m->terminal + 2, ++fake->nonce);
	memcpy(rsp->terminal, m->terminal, 6);

	return 200;
}

static int
card_prove(struct fake *fake, const struct wire_card_prove_req *req, struct wire_error *error)
{
	struct fake_manage *m = &fake->manage;
	struct purse_load_init_rsp init;

	if (strcmp(m->state, "asked") == 0 || strcmp(m->state, "started") == 0)
		return 200;
	if (strcmp(m->state, "proving") != 0)
		return no(error, 404, WIRE_ERR_NOT_FOUND);
	if (req->attempt != m->attempt)
		return no(error, 409, "stale");
	assert_status(purse_load_init_rsp_decode(YKT_BYTES(req->init), &init), YKT_OK);
	if (memcmp(init.random, m->terminal + 2, 4) != 0 || ykt_get_u32(init.mac1) != 0)
		return no(error, 403, "mac1");
	if (init.balance != 0) {
		strcpy(m->card_state, "active");
		set_job(fake, "delete", "failed");
		strcpy(m->reason, "card_money");
		return no(error, 409, "card_money");
	}
	strcpy(m->state, "asked");

	return 200;
}

static int
card_session(struct fake *fake, struct wire_card_session_rsp *rsp, struct wire_error *error)
{
	struct fake_manage *m = &fake->manage;

	if (strcmp(m->state, "asked") != 0 && strcmp(m->state, "started") != 0)
		return no(error, 404, WIRE_ERR_NOT_FOUND);
	if (m->elsewhere)
		return no(error, 409, "other_element");
	strcpy(m->state, "started");
	strcpy(rsp->kind, m->kind);
	memset(fake->session_id, (int)++fake->tsm_sessions, 16);
	memcpy(rsp->session_id, fake->session_id, 16);
	fake->tsm_step = 0;

	return 200;
}

/* What the TSM never heard of is taken back; the rest is done the other way round. */
static void
set_lock(struct fake *fake, bool lock, struct wire_card_lock_rsp *rsp)
{
	struct fake_manage *m = &fake->manage;
	bool other = strcmp(m->card_state, lock ? "unlocking" : "locking") == 0;

	if (other && strcmp(m->state, "asked") == 0) {
		strcpy(m->card_state, lock ? "locked" : "active");
		set_job(fake, lock ? "unlock" : "lock", "failed");
		strcpy(m->reason, "cancelled");
	} else if (other || strcmp(m->card_state, lock ? "active" : "locked") == 0) {
		strcpy(m->card_state, lock ? "locking" : "unlocking");
		set_job(fake, lock ? "lock" : "unlock", "asked");
	}
	strcpy(rsp->card_state, m->card_state);
}

static int
card_unlock(struct fake *fake, const struct wire_card_unlock_req *req,
    struct wire_card_lock_rsp *rsp, struct wire_error *error)
{
	if (strcmp(req->password, fake->password[0] != '\0' ? fake->password : FAKE_PASSWORD) != 0)
		return no(error, 403, WIRE_ERR_LOGIN_FAILED);
	set_lock(fake, false, rsp);

	return 200;
}

static int
card_update(struct fake *fake, const struct wire_card_update_req *req,
    struct wire_card_lock_rsp *rsp, struct wire_error *error)
{
	struct fake_manage *m = &fake->manage;

	if (strcmp(m->card_state, "active") != 0)
		return no(error, 409, "card_state");
	m->wanted = req->version;
	set_job(fake, "update", "asked");
	strcpy(rsp->card_state, m->card_state);

	return 200;
}

static void
card_version(const struct fake *fake, struct wire_card_version_rsp *rsp)
{
	strcpy(rsp->state, fake->manage.paused ? "paused" : "online");
	rsp->update = !fake->manage.paused;
	rsp->newest = fake->manage.newest;
}

/* The element has the last word. */
static void
card_status(struct fake *fake, struct wire_card_status *rsp)
{
	struct fake_manage *m = &fake->manage;

	if (strcmp(m->state, "started") == 0 && strcmp(m->kind, "delete") == 0 &&
	    !fake->card.installed) {
		strcpy(m->state, "done");
		strcpy(m->card_state, "deleted");
	}
	if (strcmp(m->state, "started") == 0 && strcmp(m->kind, "lock") == 0 && fake->card.locked) {
		strcpy(m->state, "done");
		strcpy(m->card_state, "locked");
	}
	if (strcmp(m->state, "started") == 0 && strcmp(m->kind, "unlock") == 0 &&
	    !fake->card.locked) {
		strcpy(m->state, "done");
		strcpy(m->card_state, "active");
	}
	if (strcmp(m->state, "started") == 0 && m->fails != NULL) {
		strcpy(m->state, "failed");
		strcpy(m->reason, m->fails);
	}
	if (strcmp(m->state, "started") == 0 && strcmp(m->kind, "update") == 0 &&
	    fake->card.version == m->wanted)
		strcpy(m->state, "done");
	rsp->se_id.len = 16;
	memcpy(rsp->se_id.data, se_id, 16);
	rsp->se_id.data[15] ^= m->elsewhere ? 1 : 0;
	strcpy(rsp->card_no, FAKE_CARD_NO);
	strcpy(rsp->card_state, m->card_state);
	strcpy(rsp->kind, m->kind);
	strcpy(rsp->state, m->state);
	strcpy(rsp->reason, m->reason);
}

int
fake_manage_op(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error)
{
	/* Every such request begins with the card's number. */
	if (strcmp(req, FAKE_CARD_NO) != 0)
		return no(error, 404, WIRE_ERR_NOT_FOUND);
	if (strcmp(op->op, "card.delete") == 0)
		return card_delete(fake, req, rsp, error);
	if (strcmp(op->op, "card.prove") == 0)
		return card_prove(fake, req, error);
	if (strcmp(op->op, "card.unlock") == 0)
		return card_unlock(fake, req, rsp, error);
	if (strcmp(op->op, "card.lock") == 0) {
		set_lock(fake, true, rsp);
		return 200;
	}
	if (strcmp(op->op, "card.update") == 0)
		return card_update(fake, req, rsp, error);
	if (strcmp(op->op, "card.version") == 0) {
		card_version(fake, rsp);
		return 200;
	}
	if (strcmp(op->op, "card.session") == 0)
		return card_session(fake, rsp, error);
	card_status(fake, rsp);

	return 200;
}

static void
app_list_lies(struct fake *fake, struct wire_app_list_rsp *rsp)
{
	struct wire_app *app = &rsp->apps[0];

	fake->app_lists++;
	if (fake->app_max != 0)
		app->max_load_fen = fake->app_max;
	app->has_without = fake->app_without != NULL;
	if (app->has_without)
		strcpy(app->without, fake->app_without);
	if (fake->app_foreign)
		app->aid.data[7] ^= 1;
	if (fake->app_bad)
		app->min_load_fen = 0;
}

static void
app_list_sign(struct fake *fake, struct wire_app_list_rsp *rsp)
{
	const struct signer *signer =
	    fake->app_forged ? &fake->pin_module.signer : &fake->key.signer;
	uint8_t bytes[WIRE_APP_LIST_MAX];
	struct ykt_buf scratch = YKT_BUF(bytes);

	rsp->issued_ms =
	    fake->app_issued_ms != 0 ? fake->app_issued_ms : fake->now_ms + fake->ahead_ms;
	assert_status(wire_app_list_sign(signer, &scratch, rsp), YKT_OK);
	if (fake->app_edited)
		rsp->apps[0].max_load_fen++;
}

void
fake_app_list(struct fake *fake, const uint8_t aid[8], struct wire_app_list_rsp *rsp)
{
	struct wire_app *app = &rsp->apps[0];

	rsp->apps_count = 1;
	memcpy(app->aid.data, aid, 8);
	app->aid.len = 8;
	strcpy(app->city, FAKE_CITY);
	strcpy(app->name_zh, "试验一卡通");
	strcpy(app->name_en, "Test card");
	app->fee_fen = FAKE_FEE;
	app->min_load_fen = FAKE_MIN;
	app->max_load_fen = FAKE_CAP;
	app->cap_fen = FAKE_CAP;
	app_list_lies(fake, rsp);
	app_list_sign(fake, rsp);
}
