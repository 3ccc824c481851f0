/*
 * Withdrawal: money of the wallet out into an account that its owner has bound.
 *
 * What is shown is what is signed and sent, under an id that is durable before (R1). A
 * withdrawal whose answer is lost is asked about under that id; only the user withdraws again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/withdraw.h"

#include <string.h>

#include "client/bank.h"
#include "client/device.h"
#include "client/keypad.h"
#include "client/mask.h"
#include "client/selfcheck.h"
#include "client/wallet.h"
#include "wire/withdraw.h"

#define QUERY_TRIES   3
#define QUERY_WAIT_MS 2000
/* A call is accepted for ten minutes after it was sealed, and not later. */
#define LATE_MS (2 * WIRE_CLOCK_MS)

/* What stands on the confirmation screen, and nothing else is signed. */
struct shown {
	struct wire_account account;
	struct wire_wallet wallet;
	ykt_fen amount;
};

const char *
client_withdrawal_state(const struct wire_withdrawal *withdrawal)
{
	switch (wire_token_find(&wire_withdraw_state, withdrawal->state)) {
	case WIRE_WITHDRAW_ASKED:
		return client_token_text("withdraw_asked");
	case WIRE_WITHDRAW_DONE:
		return client_token_text("withdraw_done");
	case WIRE_WITHDRAW_REFUSED:
		return client_token_text("withdraw_refused");
	default:
		return withdrawal->state;
	}
}

static void
show(struct ykt_client *client, const struct wire_withdrawal *withdrawal)
{
	struct client_view *view = &client->view;

	if (withdrawal->withdraw_id[0] == '\0')
		return;
	client_view_text(view, "bank", N_("To"), withdrawal->account);
	client_view_money(view, "amount", N_("Amount"), withdrawal->amount_fen);
	client_view_text(view, "withdrawal", N_("Withdrawal"), withdrawal->withdraw_id);
	client_view_time(view, "time", N_("Time"), withdrawal->made_ms);
}

/* How the platform says that this very withdrawal stands. */
static enum ykt_status
outcome(struct ykt_client *client, const struct client_intent *intent,
    const struct wire_withdrawal *withdrawal)
{
	enum ykt_status status, done;

	if (strcmp(withdrawal->withdraw_id, intent->idem) != 0 ||
	    strcmp(withdrawal->account_id, intent->order_id) != 0 ||
	    withdrawal->amount_fen != intent->amount_fen)
		return YKT_E_SERVER;
	switch (wire_token_find(&wire_withdraw_state, withdrawal->state)) {
	case WIRE_WITHDRAW_ASKED:
		client->end.money = CLIENT_MONEY_ON_ITS_WAY;
		return YKT_PENDING;
	case WIRE_WITHDRAW_DONE:
		client->end.money = CLIENT_MONEY_WITHDRAWN;
		status = YKT_OK;
		break;
	case WIRE_WITHDRAW_REFUSED:
		client->end.money = CLIENT_MONEY_WALLET;
		client_reason(client, withdrawal->reason);
		status = YKT_NOT_DONE;
		break;
	default:
		return YKT_E_SERVER;
	}
	done = client_intent_done(client, intent);

	return done == YKT_OK ? status : done;
}

/* The platform does not know it: for good, once what was sent is too old. */
static enum ykt_status
unheard(struct ykt_client *client, const struct client_intent *intent)
{
	enum ykt_status done;

	if (ykt_clock_wall(client->o.env.clock) - intent->created_ms <= LATE_MS)
		return YKT_UNKNOWN;
	client->end.money = CLIENT_MONEY_UNTOUCHED;
	done = client_intent_done(client, intent);

	return done == YKT_OK ? YKT_NOT_DONE : done;
}

enum ykt_status
client_finish_withdrawal(struct ykt_client *client, const struct client_intent *intent,
    struct wire_withdrawal *ret_withdrawal)
{
	struct wire_withdraw_id_req req = { .withdraw_id = "" };
	enum ykt_status status;

	memset(ret_withdrawal, 0, sizeof(*ret_withdrawal));
	client->end.money = CLIENT_MONEY_UNSURE_OUT;
	client_text_copy(req.withdraw_id, sizeof(req.withdraw_id), intent->idem);
	status = client_call(client, "wallet.withdrawal", NULL, &req, ret_withdrawal);
	if (status == YKT_NOT_FOUND)
		return unheard(client, intent);

	return status == YKT_OK ? outcome(client, intent, ret_withdrawal) : status;
}

/* After a lost answer: asks, some times; never withdraws (C5-PAY-2). */
static enum ykt_status
query(struct ykt_client *client, const struct client_intent *intent,
    struct wire_withdrawal *withdrawal)
{
	enum ykt_status status = YKT_UNKNOWN, waited;

	for (unsigned try = 1; try <= QUERY_TRIES; try++) {
		status = client_finish_withdrawal(client, intent, withdrawal);
		if (status != YKT_UNKNOWN && status != YKT_E_NET && status != YKT_BUSY)
			break;
		waited = client_wait(client, N_("Asking how the withdrawal stands"), QUERY_WAIT_MS,
		    try, QUERY_TRIES, NULL);
		if (waited != YKT_OK)
			return waited;
	}

	return status == YKT_E_NET || status == YKT_BUSY ? YKT_UNKNOWN : status;
}

/* The user's own yes, with the PIN, to what is in *shown (C5-HCI-7). */
static enum ykt_status
ask_user(struct ykt_client *client, const struct shown *shown, struct client_pin *ret_pin)
{
	struct client_view *view = &client->view;
	struct ykt_answers answers;
	char bank[CLIENT_BANK_TEXT];
	enum ykt_status status;

	client_bank_text(&shown->account, bank);
	client_view_text(view, "bank", N_("To"), bank);
	client_view_money(view, "amount", N_("Amount"), shown->amount);
	client_view_text(view, "account", N_("From"), client_token_text("wallet_account"));
	client_view_money(view, "balance_wallet", N_("In the wallet"), shown->wallet.balance_fen);
	client_view_input(view, YKT_FIELD_CHECK, "ok", N_("Withdraw"), NULL);
	status = client_ask(client, CLIENT_FORM_WITHDRAW, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[0], "1") != 0)
		status = YKT_CANCELLED;
	ykt_wipe(&answers, sizeof(answers));
	if (status == YKT_OK)
		status = client_pin_ask(client, "pin", N_("Payment PIN"), NULL, ret_pin);

	return status == YKT_E_DEADLINE ? YKT_CANCELLED : status;
}

/* Signs what was shown under this withdrawal's id, and seals the PIN. */
static enum ykt_status
protect(struct ykt_client *client, const struct shown *shown, const char *id,
    const struct client_pin *pin, struct wire_withdraw_req *req)
{
	const struct signer *device = NULL;
	uint8_t text[WIRE_WITHDRAW_SIGN_LEN];
	char bank[CLIENT_BANK_TEXT];
	enum ykt_status status = client_device(client, &device);

	client_text_copy(req->withdraw_id, sizeof(req->withdraw_id), id);
	client_text_copy(req->account_id, sizeof(req->account_id), shown->account.account_id);
	req->amount_fen = shown->amount;
	client_bank_text(&shown->account, bank);
	if (status == YKT_OK)
		status = wire_withdraw_digest(
		    client->o.crypto, req, shown->wallet.user_id, bank, req->digest);
	if (status != YKT_OK)
		return status;
	wire_withdraw_to_sign(req->digest, id, text);
	status = signer_sign(device, YKT_BYTES(text), req->sig);
	if (status == YKT_OK)
		status = client_pin_seal(client, pin, WIRE_PIN_PAY, req->pin.data, &req->pin.len);

	return status;
}

/* The platform's no: nothing left the wallet. */
static enum ykt_status
refused(struct ykt_client *client, const struct client_intent *intent, enum ykt_status status)
{
	enum ykt_status done;

	client->end.money = CLIENT_MONEY_UNTOUCHED;
	client_reason(client, client->error.error);
	if (client_error_is(client, "pin_blocked"))
		status = YKT_BLOCKED;
	else if (client_error_is(client, "funds") || client_error_is(client, "withdraw_amount"))
		status = YKT_OVER_LIMIT;
	done = client_intent_done(client, intent);

	return done == YKT_OK ? status : done;
}

/* Once it is sent it may be done: what came of it is asked for under its id. */
static enum ykt_status
send_wish(struct ykt_client *client, const struct client_intent *intent,
    const struct wire_withdraw_req *req, struct wire_withdrawal *withdrawal)
{
	enum ykt_status status = client_intent_keep(client, intent);

	if (status != YKT_OK)
		return status;
	client->end.money = CLIENT_MONEY_UNSURE_OUT;
	(void)client_progress(client, N_("Withdrawing"), 2, 3);
	status = client_call(client, "wallet.withdraw", NULL, req, withdrawal);
	if (status == YKT_E_DOWN || status == YKT_LOGIN_NEEDED)
		return status;
	if (status == YKT_OK)
		return outcome(client, intent, withdrawal);
	if (client_refused(status) || status == YKT_E_NET)
		return refused(client, intent, status);

	return query(client, intent, withdrawal);
}

static enum ykt_status
confirmed(struct ykt_client *client, const struct shown *shown, const struct client_pin *pin,
    struct wire_withdrawal *withdrawal)
{
	struct wire_withdraw_req req = { .withdraw_id = "" };
	struct client_intent intent;
	enum ykt_status status = client_intent_new(client, CLIENT_INTENT_WITHDRAW, &intent);

	if (status != YKT_OK)
		return status;
	intent.confirmed = true;
	intent.amount_fen = shown->amount;
	client_text_copy(intent.order_id, sizeof(intent.order_id), shown->account.account_id);
	status = protect(client, shown, intent.idem, pin, &req);
	if (status == YKT_OK)
		status = send_wish(client, &intent, &req, withdrawal);
	ykt_wipe(&req, sizeof(req));

	return status;
}

/* What can be known before the user is asked. */
static enum ykt_status
look(struct ykt_client *client, struct shown *shown)
{
	enum ykt_status status;

	(void)client_progress(client, N_("Looking at the wallet"), 1, 3);
	status = client_wallet_get(client, &shown->wallet);
	if (status != YKT_OK)
		return status;
	if (!shown->wallet.has_pin || !wire_id_valid(shown->wallet.user_id)) {
		client_reason(client, "no_pin");
		return YKT_REFUSED;
	}
	if (shown->wallet.balance_fen < shown->amount) {
		client_reason(client, "funds");
		return YKT_OVER_LIMIT;
	}

	return YKT_OK;
}

static bool
same_wish(const struct client_intent *begun, const struct client_intent *wish)
{
	return begun->kind == CLIENT_INTENT_WITHDRAW && begun->amount_fen == wish->amount_fen &&
	       strcmp(begun->order_id, wish->order_id) == 0;
}

/* The same wish without an outcome, begun before: asked about, not begun again. */
static const struct client_intent *
begun(const struct ykt_client *client, const struct shown *shown)
{
	struct client_intent wish = { .kind = CLIENT_INTENT_WITHDRAW, .amount_fen = shown->amount };

	client_text_copy(wish.order_id, sizeof(wish.order_id), shown->account.account_id);

	return client_intent_find(client, same_wish, &wish);
}

static enum ykt_status
run(struct ykt_client *client, const char *which, struct shown *shown,
    struct wire_withdrawal *withdrawal)
{
	const struct client_intent *old;
	struct client_intent copy;
	struct client_pin pin = { 0 };
	enum ykt_status status;

	client->end.money = CLIENT_MONEY_UNTOUCHED;
	status = client_self_check(client, CLIENT_FLOW_WITHDRAW);
	if (status != YKT_OK)
		return status;
	if (shown->amount <= 0 || shown->amount > WIRE_FEN_MAX) {
		client_reason(client, "withdraw_amount");
		return YKT_OVER_LIMIT;
	}
	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = client_bank_find(client, which, &shown->account);
	if (status != YKT_OK)
		return status;
	old = begun(client, shown);
	if (old != NULL) {
		copy = *old;
		return query(client, &copy, withdrawal);
	}
	status = look(client, shown);
	if (status == YKT_OK)
		status = ask_user(client, shown, &pin);
	if (status == YKT_OK)
		status = confirmed(client, shown, &pin, withdrawal);
	ykt_wipe(&pin, sizeof(pin));

	return status;
}

enum ykt_status
ykt_client_withdraw(struct ykt_client *client, const char *account, ykt_fen amount)
{
	struct shown shown = { .amount = amount };
	struct wire_withdrawal withdrawal = { .withdraw_id = "" };
	enum ykt_status status;

	client_begin(client);
	status = run(client, account, &shown, &withdrawal);
	show(client, &withdrawal);

	return client_end(client, CLIENT_FLOW_WITHDRAW, status);
}
