/*
 * Registration from the menu (5.2.1 in the profile in the element).
 *
 * The one-time code shows whose number it is. A number without an account gets one, with
 * the PIN that was chosen and a password that nobody knows: the person sets one later, by
 * a code, if he wants a phone client too. A number that has an account needs its PIN,
 * because a code alone is what a stolen phone shows. Either way the element is bound to
 * the account by its own keys, and from whichever account it was bound to before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/ota.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "platform/otp.h"
#include "platform/pin.h"
#include "platform/rows.h"
#include "platform/users.h"

#define NAME_START     "SIM "
#define NAME_DIGITS    4
#define PASSWORD_BYTES 24

struct joining {
	struct ota_ask *ask;
	char phone[21];
	char name[32];
	char user_id[33];                          /* of a new account */
	char password_verifier[CRYPTO_PWHASH_MAX]; /* of one that nobody knows */
	struct pin_new pin;
	struct user user;
};

static enum ykt_status
find_tx(struct ykt_tx *tx, void *arg)
{
	struct joining *joining = arg;

	return user_by_phone(tx, joining->phone, &joining->user);
}

/* The element is this user's from now on. */
static enum ykt_status
bind_user(struct ykt_tx *tx, const struct ota_card *card, const char *user_id)
{
	return row_change_one(tx,
	    "UPDATE ota_card SET user_id = ?1, bound = counter WHERE se_id = ?2 AND counter = ?3",
	    YKT_SQL_IN(ykt_sql_text(user_id), ykt_sql_blob(YKT_BYTES(card->se_id)),
		ykt_sql_int(card->counter)));
}

static enum ykt_status
bind_tx(struct ykt_tx *tx, void *arg)
{
	struct joining *joining = arg;
	enum ykt_status status = otp_spend(tx, joining->phone, "register", joining->user.user_id);

	return status == YKT_OK ? bind_user(tx, &joining->ask->card, joining->user.user_id)
				: status;
}

/* The person, his PIN, the spent code and the element are one fact. */
static enum ykt_status
make_tx(struct ykt_tx *tx, void *arg)
{
	struct joining *joining = arg;
	const struct ota_card *card = &joining->ask->card;
	const struct ykt_sql_val user_id = ykt_sql_text(joining->user_id);
	const struct ykt_sql_val now = ykt_sql_int(joining->ask->op.now_ms);
	enum ykt_status status;

	status = row_change_one(tx,
	    "INSERT INTO user(user_id, phone, name, verifier, se_id, client_version, edition,"
	    " created_ms) VALUES(?1, ?2, ?3, ?4, ?5, 'menu', '2016', ?6)"
	    " ON CONFLICT(phone) DO NOTHING",
	    YKT_SQL_IN(user_id, ykt_sql_text(joining->phone), ykt_sql_text(joining->name),
		ykt_sql_text(joining->password_verifier), ykt_sql_blob(YKT_BYTES(card->se_id)),
		now));
	if (status == YKT_OK)
		status = row_change_one(tx,
		    "INSERT INTO pin(user_id, verifier, fails, set_ms) VALUES(?1, ?2, 0, ?3)",
		    YKT_SQL_IN(user_id, ykt_sql_text(joining->pin.verifier), now));
	if (status == YKT_OK)
		status = otp_spend(tx, joining->phone, "register", joining->user_id);

	return status == YKT_OK ? bind_user(tx, card, joining->user_id) : status;
}

static enum ykt_status
make_password(struct joining *joining)
{
	struct platform_worker *w = joining->ask->w;
	const struct crypto_pwhash_cost *cost = &w->p->o.settings.pwhash;
	uint8_t random[PASSWORD_BYTES];
	enum ykt_status status = ykt_random_fill(w->p->env->random, random, sizeof(random));

	if (status == YKT_OK)
		status = crypto_pwhash_make(
		    w->p->env->random, YKT_BYTES(random), cost, joining->password_verifier);
	ykt_wipe(random, sizeof(random));

	return status;
}

static void
make_account(struct joining *joining, struct air_answer *answer)
{
	struct ota_ask *ask = joining->ask;
	const struct pin_block block = ota_pin(ask);
	enum ykt_status status = room_ids(ask->w, &joining->user_id, 1);

	if (status == YKT_OK)
		status = pin_make(ask->w, joining->user_id, joining->phone, &block,
		    ask->op.deadline_mono_ms, &joining->pin);
	if (status == YKT_OK && joining->pin.result == WIRE_PIN_IS_WEAK) {
		ota_refuse(ask, answer, AIR_REFUSED);
		ota_text_set(ask, answer,
		    ask->call.language == 0 ? "This PIN is too easy" : "支付密码过于简单");
		return;
	}
	text_add(joining->name, sizeof(joining->name), NAME_START);
	text_add(joining->name, sizeof(joining->name),
	    joining->phone + strlen(joining->phone) - NAME_DIGITS);
	if (status == YKT_OK && joining->pin.result != WIRE_PIN_MADE)
		status = YKT_E_SERVER;
	if (status == YKT_OK)
		status = make_password(joining);
	if (status == YKT_OK)
		status = ykt_store_run(ask->w->p->store, make_tx, joining);
	if (status != YKT_OK)
		ota_refuse_status(ask, answer, status);
}

static void
refuse_saying(struct ota_ask *ask, struct air_answer *answer, enum air_status status,
    const char *en, const char *zh)
{
	ota_refuse(ask, answer, status);
	ota_text_set(ask, answer, ask->call.language == 0 ? en : zh);
}

/*
 * The code is right, and was used: another is sent a minute after it. Who has it has the
 * telephone, and may be told of the account that it made.
 */
static void
refuse_used(struct joining *joining, struct air_answer *answer)
{
	struct ota_ask *ask = joining->ask;
	enum ykt_status status = ykt_store_run(ask->w->p->store, find_tx, joining);

	if (status == YKT_OK)
		refuse_saying(ask, answer, AIR_CODE_WRONG,
		    "This number has an account; get a new code",
		    "此号码已有账户，请重新获取验证码");
	else if (status == YKT_NOT_FOUND)
		refuse_saying(ask, answer, AIR_CODE_WRONG, "This code was used; get a new one",
		    "此验证码已使用，请重新获取");
	else
		ota_refuse_status(ask, answer, status);
}

/* The account's own PIN, each look at which costs a try. */
static void
join_account(struct joining *joining, struct air_answer *answer)
{
	struct ota_ask *ask = joining->ask;
	struct wire_error error = { 0 };
	const struct pin_block block = ota_pin(ask);
	enum ykt_status status =
	    pin_check(ask->w, joining->user.user_id, &block, ask->op.deadline_mono_ms);

	if (status == YKT_DENIED) {
		refuse_saying(ask, answer, AIR_PIN_WRONG,
		    "This number has an account; its PIN is wrong", "此号码已有账户，支付密码错误");
		return;
	}
	if (status == YKT_NOT_FOUND) {
		refuse_saying(ask, answer, AIR_PIN_WRONG,
		    "This number has an account without a PIN", "此号码已有账户，尚未设支付密码");
		return;
	}
	if (status != YKT_OK) {
		ota_refuse_op(ask, answer, pin_refuse(ask->w, status, &error), &error);
		return;
	}
	status = ykt_store_run(ask->w->p->store, bind_tx, joining);
	if (status != YKT_OK)
		ota_refuse_status(ask, answer, status);
}

static void
join(struct joining *joining, struct air_answer *answer)
{
	struct ota_ask *ask = joining->ask;
	char code[2 * AIR_PIN_LEN + 1], used_by[33] = "";
	enum ykt_status status = air_digits_text(ask->call.code, AIR_PIN_LEN, code);

	if (status == YKT_OK)
		status = strspn(code, "0123456789") == 6
			     ? otp_check(ask->w, joining->phone, "register", code, ask->op.now_ms,
				   used_by)
			     : YKT_DENIED;
	ykt_wipe(code, sizeof(code));
	if (status == YKT_OK && used_by[0] != '\0') {
		refuse_used(joining, answer);
		return;
	}
	if (status == YKT_DENIED) {
		room_trace(ask->w, YKT_TRACE_SECURITY, "ota register", 0);
		ota_refuse(ask, answer, AIR_CODE_WRONG);
		return;
	}
	if (status == YKT_OK)
		status = ykt_store_run(ask->w->p->store, find_tx, joining);
	if (status == YKT_OK)
		join_account(joining, answer);
	else if (status == YKT_NOT_FOUND)
		make_account(joining, answer);
	else
		ota_refuse_status(ask, answer, status);
}

void
ota_register(struct ota_ask *ask, struct air_answer *answer)
{
	struct joining joining = { .ask = ask };

	/* This very packet has done it, and died before its response was kept. */
	if (ask->card.bound == ask->card.counter)
		return;
	if (!ask->call.consent ||
	    air_digits_text(ask->call.phone, AIR_PHONE_LEN, joining.phone) != YKT_OK ||
	    !wire_phone_valid(joining.phone))
		ota_refuse(ask, answer, AIR_REFUSED);
	else
		join(&joining, answer);
	ykt_wipe(&joining, sizeof(joining));
}
