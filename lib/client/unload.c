/*
 * Unloading a card (R1, R2, R2a; docs/protocol.md section 11).
 *
 * Every round is a new attempt with a new INITIALIZE, which is proof and retry
 * in one. A card with money on it answers INITIALIZE FOR UNLOAD of all of it; an
 * empty one, or one that cannot be unloaded, INITIALIZE FOR LOAD of nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/unload.h"

#include <string.h>

#include "card/purse_admin.h"
#include "card/sw.h"
#include "client/element.h"
#include "client/mask.h"
#include "client/round.h"

#define ROUNDS 5
#define STEPS  4

struct unload {
	struct ykt_client *client;
	struct wire_unload *wire;
	struct wire_unload_attempt_rsp at;
	ykt_fen balance;
	bool attest;
	const char *give_up; /* why the card stays; NULL: it does not */
	uint8_t init[PURSE_LOAD_INIT_RSP_LEN];
	struct wire_unload_request_rsp answer;
};

static void
progress(const struct unload *u, unsigned done)
{
	(void)client_progress(
	    u->client, N_("Emptying the card: leave it where it is"), done, STEPS);
}

enum ykt_status
client_unload_get(struct ykt_client *client, const char *card_no, struct wire_unload *ret_unload)
{
	struct wire_unload_get_req req = { .card_no = "" };

	client_text_copy(req.card_no, sizeof(req.card_no), card_no);

	return client_call(client, "unload.get", NULL, &req, ret_unload);
}

/* How it stands: a status, or YKT_E_STATE when there is something to do. */
static enum ykt_status
final_of(const struct wire_unload *wire)
{
	switch (wire_token_find(&wire_unload_state, wire->state)) {
	case WIRE_UNLOAD_DONE:
		return YKT_OK;
	case WIRE_UNLOAD_NONE:
	case WIRE_UNLOAD_CLOSED:
		return YKT_NOT_DONE;
	case WIRE_UNLOAD_CASE:
		return YKT_DISPUTED;
	case WIRE_UNLOAD_BEGUN:
	case WIRE_UNLOAD_ASKED:
		return YKT_E_STATE;
	default:
		return YKT_E_SERVER;
	}
}

static enum ykt_status
look(struct unload *u)
{
	struct wire_unload now;
	enum ykt_status status = client_unload_get(u->client, u->wire->card_no, &now);

	if (status != YKT_OK)
		return status;
	*u->wire = now;
	status = final_of(&now);

	return status == YKT_E_STATE ? YKT_PENDING : status;
}

static enum ykt_status
begin(struct unload *u)
{
	struct wire_unload_id_req req = { .unload_id = "" };
	enum ykt_status status;

	progress(u, 1);
	client_text_copy(req.unload_id, sizeof(req.unload_id), u->wire->unload_id);
	status = client_call(u->client, "unload.attempt", NULL, &req, &u->at);
	if (status == YKT_REFUSED && client_error_is(u->client, "unload_state")) {
		status = look(u);
		if (status == YKT_OK)
			status = YKT_DUPLICATE;
	}

	return status;
}

/* The card, selected, and what it holds. */
static enum ykt_status
read_card(struct unload *u)
{
	char card_no[CLIENT_CARD_NO_LEN];
	enum ykt_status status;

	status = client_element_select(u->client, u->at.card_no, card_no, NULL);
	if (status == YKT_OK)
		status = client_purse_balance(u->client, &u->balance);
	if (status == YKT_OK && u->balance < 0)
		u->give_up = "arrears";

	return status == YKT_NOT_FOUND ? YKT_WRONG_CARD : status;
}

/* What the card's refusal of an unload means: NULL, it may be tried again. */
static const char *
refusal(uint16_t sw)
{
	switch (sw) {
	case SW_KEY_INDEX:
	case SW_P1P2:
		return "no_unload"; /* this city's cards have no such key or command */
	case SW_SECURITY:
		return "card_pin";
	default:
		return NULL;
	}
}

static enum ykt_status
initialize(struct unload *u)
{
	struct ykt_client *client = u->client;
	uint16_t sw = 0;
	enum ykt_status status = YKT_OK;

	progress(u, 2);
	u->attest = u->give_up != NULL || u->balance == 0;
	if (!u->attest) {
		status = client_purse_unload_init(client, u->balance, u->at.terminal, u->init, &sw);
		if (status != YKT_OK && refusal(sw) != NULL) {
			u->give_up = refusal(sw);
			u->attest = true;
		}
	}
	if (u->attest)
		status = client_purse_init(client, 0, u->at.terminal, u->init, &sw);

	return client_init_outcome(client, status, sw);
}

static enum ykt_status
request(struct unload *u)
{
	struct wire_unload_request_req req = {
		.attempt = u->at.attempt, .attest = u->attest, .give_up = u->give_up != NULL
	};

	progress(u, 3);
	client_text_copy(req.unload_id, sizeof(req.unload_id), u->wire->unload_id);
	memcpy(req.init, u->init, sizeof(req.init));
	memset(&u->answer, 0, sizeof(u->answer));

	return client_call(u->client, "unload.request", NULL, &req, &u->answer);
}

/* It is off the card; now the platform must hear of it. */
static enum ykt_status
confirm(void *ctx, const uint8_t mac3[PURSE_MAC_LEN], enum client_step *ret_step)
{
	struct unload *u = ctx;
	struct wire_unload_confirm_req req = { .attempt = u->at.attempt };
	struct wire_unload now;
	enum ykt_status status;

	progress(u, 4);
	client_text_copy(req.unload_id, sizeof(req.unload_id), u->wire->unload_id);
	memcpy(req.mac3, mac3, sizeof(req.mac3));
	status = client_call(u->client, "unload.confirm", NULL, &req, &now);
	if (status == YKT_OK) {
		*u->wire = now;
		status = final_of(&now);
		return status == YKT_E_STATE ? YKT_E_SERVER : status;
	}

	return client_confirm_outcome(status, ret_step);
}

static enum ykt_status
debit(struct unload *u, enum client_step *ret_step)
{
	const struct client_move move = {
		.card_no = u->at.card_no,
		.init = u->init,
		.done = 3,
		.steps = STEPS,
		.send = client_purse_unload,
		.kept = client_purse_unload_proof,
		.confirm = confirm,
		.ctx = u,
	};

	if (!u->answer.has_datetime || !u->answer.has_mac2 || u->attest)
		return YKT_E_SERVER;

	return client_move(u->client, &move, u->answer.datetime, u->answer.mac2, ret_step);
}

static enum ykt_status
follow(struct unload *u, enum client_step *ret_step)
{
	switch (wire_token_find(&wire_unload_result, u->answer.result)) {
	case WIRE_UNLOAD_DEBIT:
		return debit(u, ret_step);
	case WIRE_UNLOAD_EMPTY:
		return look(u);
	case WIRE_UNLOAD_NOT:
		*ret_step = CLIENT_STEP_AGAIN;
		return YKT_UNKNOWN;
	case WIRE_UNLOAD_GIVEN_UP:
		if (u->give_up == NULL)
			return YKT_E_SERVER;
		client_reason(u->client, u->give_up);
		return YKT_REFUSED;
	default:
		return YKT_E_SERVER;
	}
}

/* What a refused unload.request means for the next round. */
static enum ykt_status
refused(struct unload *u, enum ykt_status status, enum client_step *ret_step)
{
	struct ykt_client *client = u->client;

	if (client_error_is(client, "stale") || client_error_is(client, "mac1")) {
		*ret_step = CLIENT_STEP_AGAIN;
		return status == YKT_DENIED ? status : YKT_UNKNOWN;
	}
	if (client_error_is(client, "case"))
		return YKT_DISPUTED;
	if (client_error_is(client, "unload_state"))
		return look(u);

	return status == YKT_REFUSED ? YKT_UNKNOWN : status;
}

static enum ykt_status
round_once(void *ctx, enum client_step *ret_step)
{
	struct unload *u = ctx;
	enum ykt_status status;

	*ret_step = CLIENT_STEP_END;
	status = begin(u);
	if (status != YKT_OK)
		return status == YKT_DUPLICATE ? YKT_OK : status;
	status = read_card(u);
	if (status == YKT_OK)
		status = initialize(u);
	if (status == YKT_E_LINK || status == YKT_LOW_BALANCE) {
		*ret_step = CLIENT_STEP_AGAIN; /* a tap came between, or nothing was heard */
		return status == YKT_LOW_BALANCE ? YKT_UNKNOWN : status;
	}
	if (status != YKT_OK)
		return status;
	status = request(u);
	if (status == YKT_OK)
		return follow(u, ret_step);
	if (status == YKT_REFUSED || status == YKT_DENIED || status == YKT_BUSY)
		status = refused(u, status, ret_step);

	return status;
}

enum ykt_status
client_unload_run(struct ykt_client *client, struct wire_unload *wire)
{
	struct unload u = { .client = client, .wire = wire };
	enum ykt_status status = final_of(wire);

	if (status != YKT_E_STATE)
		return status;
	status = client_rounds(client, ROUNDS, round_once, &u);
	/* What the platform or the network could not say is not known yet. */
	if (status == YKT_DENIED || status == YKT_BUSY ||
	    (client_lost(status) && status != YKT_E_DOWN))
		status = YKT_UNKNOWN;

	return status;
}
