/*
 * Opening a card: checks, order, payment, the TSM's work, first load (2.5 of
 * the requirement notes).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "client/flow.h"
#include "client/selfcheck.h"
#include "client/mask.h"
#include "client/seram.h"
#include "wire/unload_msg.h"

#define SESSIONS    6
#define STATUS_WAIT 1000

/* The files of card.md 1.2 alone; what else a purse needs, its maker knows. */
#define PURSE_ROOM                                                                                 \
	(FILE15_LEN + FILE16_LEN + FILE17_LEN + RECORD_LOG_COUNT * RECORD_LOG_LEN +                \
	    RECORD_JOURNEY_COUNT * RECORD_JOURNEY_LEN + RECORD_TRIP_COUNT * RECORD_TRIP_LEN)

/* What the user chose, and the element that it is for. */
struct choice {
	struct wire_app app;
	struct client_se_id se_id;
	ykt_fen first_load;
	char ticket[33]; /* that pays for it, or "" */
};

static void
show_apps(struct ykt_client *client, const struct wire_app_list_rsp *list)
{
	struct client_view *view = &client->view;

	for (size_t i = 0; i < list->apps_count; i++) {
		const struct wire_app *app = &list->apps[i];

		client_view_text(view, "app.city", N_("City"), app->city);
		client_view_text(view, "app.name", N_("Card"), app->name_zh);
		client_view_text(view, "app.name_en", N_("English name"), app->name_en);
		client_view_money(view, "app.fee", N_("Fee"), app->fee_fen);
		client_view_money(view, "app.min", N_("First load from"), app->min_load_fen);
	}
}

static enum ykt_status
ask_city(struct ykt_client *client, const struct wire_app_list_rsp *list, char city[5])
{
	struct ykt_answers answers;
	enum ykt_status status;

	show_apps(client, list);
	client_view_input(&client->view, YKT_FIELD_INPUT, "city", N_("City"),
	    list->apps_count == 1 ? list->apps[0].city : NULL);
	status = client_ask(client, CLIENT_FORM_APP, NULL, &answers);
	if (status == YKT_OK && strlen(answers.text[0]) > 4)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		client_text_copy(city, 5, answers.text[0]);

	return status;
}

static enum ykt_status
choose_app(struct ykt_client *client, const char *city, struct wire_app *ret_app)
{
	struct wire_app_list_rsp *list = &client->lists.apps;
	char typed[5] = "";
	enum ykt_status status = client_descr_ask(client);

	if (status == YKT_OK && city == NULL) {
		status = ask_city(client, list, typed);
		city = typed;
	}
	if (status != YKT_OK)
		return status;
	for (size_t i = 0; i < list->apps_count; i++) {
		if (strcmp(list->apps[i].city, city) == 0) {
			*ret_app = list->apps[i];
			return YKT_OK;
		}
	}

	return YKT_NOT_FOUND;
}

/*
 * Before an order: nobody pays for what the TSM would find no room for. An element that
 * does not say is tried. YKT_REFUSED: it says that there is none.
 */
static enum ykt_status
check_room(struct ykt_client *client)
{
	uint32_t room = 0;
	enum ykt_status status = client_se_room(client, &room);

	if (status == YKT_OK && room < PURSE_ROOM) {
		client_reason(client, "no_space");
		return YKT_REFUSED;
	}

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

/* YKT_CONFLICT: a card of this issuer is in the element. YKT_REFUSED: no room for one. */
static enum ykt_status
check_element(struct ykt_client *client, struct choice *choice)
{
	const struct wire_app *app = &choice->app;
	char card_no[CLIENT_CARD_NO_LEN];
	struct file15 info;
	enum ykt_status status;

	status =
	    client_purse_select(client, ykt_bytes(app->aid.data, app->aid.len), card_no, &info);
	if (status == YKT_OK) {
		client_view_card(&client->view, "card", N_("Card"), card_no);
		return YKT_CONFLICT;
	}

	return status == YKT_NOT_FOUND ? check_room(client) : status;
}

static enum ykt_status
choose(struct ykt_client *client, const char *city, ykt_fen first_load, struct choice *choice)
{
	const struct wire_app *app = &choice->app;
	enum ykt_status status;

	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = client_se_id(client, &choice->se_id);
	if (status == YKT_E_LINK)
		client_reason(client, "no_element");
	if (status == YKT_OK)
		status = choose_app(client, city, &choice->app);
	if (status != YKT_OK || choice->ticket[0] != '\0')
		return status;
	choice->first_load = first_load == 0 ? app->min_load_fen : first_load;
	if (choice->first_load < app->min_load_fen || choice->first_load > app->max_load_fen) {
		client_reason(client, "amount");
		client_view_money(&client->view, "least", N_("At least"), app->min_load_fen);
		client_view_money(&client->view, "most", N_("At most"), app->max_load_fen);
		return YKT_OVER_LIMIT;
	}

	return YKT_OK;
}

/* An opening that was begun before is the one that is meant (see topup.c). */
static bool
same_opening(const struct client_intent *begun, const struct client_intent *wish)
{
	return begun->aid.len != 0 &&
	       ykt_bytes_equal(ykt_bytes(begun->aid.data, begun->aid.len),
		   ykt_bytes(wish->aid.data, wish->aid.len)) &&
	       ykt_bytes_equal(ykt_bytes(begun->se_id.data, begun->se_id.len),
		   ykt_bytes(wish->se_id.data, wish->se_id.len));
}

static enum ykt_status
wish_of(const struct choice *choice, struct client_intent *wish)
{
	struct ykt_buf ticket = YKT_BUF(wish->init);

	wish->aid.len = choice->app.aid.len;
	memcpy(wish->aid.data, choice->app.aid.data, sizeof(wish->aid.data));
	wish->se_id.len = choice->se_id.len;
	memcpy(wish->se_id.data, choice->se_id.data, sizeof(wish->se_id.data));
	wish->amount_fen = choice->first_load;
	wish->has_proof = choice->ticket[0] != '\0';
	if (wish->has_proof && ykt_hex_decode(choice->ticket, 32, &ticket) != YKT_OK)
		return YKT_E_SERVER;

	return YKT_OK;
}

static enum ykt_status
begin(struct ykt_client *client, struct choice *choice, struct client_intent *ret_intent)
{
	struct client_intent wish = { .kind = CLIENT_INTENT_OPEN };
	enum ykt_status status = wish_of(choice, &wish);

	if (status == YKT_OK && client_intent_find(client, same_opening, &wish) == NULL)
		status = check_element(client, choice);
	if (status == YKT_OK)
		status = client_intent_take(client, same_opening, &wish, ret_intent);

	return status;
}

/* To its end, and the card as it is then. */
static enum ykt_status
finish(struct ykt_client *client, struct client_intent *intent)
{
	struct wire_order order;
	enum ykt_status status = client_finish(client, intent, true, &order), shown;

	client_show_order(client, &order);
	if (status == YKT_OK) {
		shown = client_show_card(client, &order);
		if (shown != YKT_OK)
			status = shown;
	}

	return status;
}

static enum ykt_status
run(struct ykt_client *client, const char *city, ykt_fen first_load, struct choice *choice)
{
	struct client_intent intent;
	enum ykt_status status = choose(client, city, first_load, choice);

	if (status == YKT_OK)
		status = begin(client, choice, &intent);

	return status == YKT_OK ? finish(client, &intent) : status;
}

enum ykt_status
ykt_client_open_card(struct ykt_client *client, const char *city, ykt_fen first_load)
{
	struct choice choice = { .first_load = 0 };
	enum ykt_status status;

	client_begin(client);
	client->end.money = CLIENT_MONEY_UNTOUCHED;
	status = client_self_check(client, CLIENT_FLOW_OPEN_CARD);
	if (status == YKT_OK)
		status = run(client, city, first_load, &choice);

	return client_end(client, CLIENT_FLOW_OPEN_CARD, status);
}

/* The oldest of what waits for a card of this account. YKT_REFUSED: nothing does. */
static enum ykt_status
find_ticket(struct ykt_client *client, struct choice *choice)
{
	const struct wire_empty none = { 0 };
	struct wire_unload_tickets_rsp list;
	enum ykt_status status = client_call(client, "unload.tickets", NULL, &none, &list);

	if (status != YKT_OK)
		return status;
	if (list.tickets_count == 0) {
		client_reason(client, "no_ticket");
		return YKT_REFUSED;
	}
	if (!wire_id_valid(list.tickets[0].unload_id) || list.tickets[0].amount_fen <= 0)
		return YKT_E_SERVER;
	client_text_copy(choice->ticket, sizeof(choice->ticket), list.tickets[0].unload_id);
	choice->first_load = list.tickets[0].amount_fen;

	return YKT_OK;
}

/* An opening by ticket that was begun before is gone on with, whatever waits now. */
static bool
by_ticket(const struct client_intent *begun, const struct client_intent *wish)
{
	(void)wish;

	return begun->has_proof &&
	       (begun->kind == CLIENT_INTENT_OPEN || begun->kind == CLIENT_INTENT_TOPUP);
}

static bool
move_begun(const struct ykt_client *client, struct client_intent *ret_intent)
{
	const struct client_intent *begun = client_intent_find(client, by_ticket, NULL);

	if (begun == NULL)
		return false;
	*ret_intent = *begun;

	return true;
}

static enum ykt_status
move_in(struct ykt_client *client, const char *city)
{
	struct choice choice = { .first_load = 0 };
	struct client_intent intent;
	enum ykt_status status;

	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	if (move_begun(client, &intent))
		return finish(client, &intent);
	status = find_ticket(client, &choice);

	return status == YKT_OK ? run(client, city, 0, &choice) : status;
}

enum ykt_status
ykt_client_move_in(struct ykt_client *client, const char *city)
{
	enum ykt_status status;

	client_begin(client);
	client->end.money = CLIENT_MONEY_UNTOUCHED;
	status = client_self_check(client, CLIENT_FLOW_MOVE_IN);
	if (status == YKT_OK)
		status = move_in(client, city);

	return client_end(client, CLIENT_FLOW_MOVE_IN, status);
}

/* One SERAM session of the order. */
static enum ykt_status
session(struct ykt_client *client, const struct wire_order *order, const struct client_se_id *se_id)
{
	struct wire_open_begin_req req = { 0 };
	struct wire_open_begin_rsp rsp = { 0 };
	enum ykt_status status;

	client_text_copy(req.order_id, sizeof(req.order_id), order->order_id);
	req.se_id.len = se_id->len;
	memcpy(req.se_id.data, se_id->data, sizeof(req.se_id.data));
	status = client_call(client, "open.begin", NULL, &req, &rsp);
	if (status == YKT_OK)
		status = client_seram_run(client, rsp.session_id, se_id);
	ykt_wipe(&rsp, sizeof(rsp));

	return status;
}

/* How the order stands after a session; YKT_E_STATE: another is needed. */
static enum ykt_status
ask_status(struct ykt_client *client, struct wire_order *order)
{
	struct wire_order_id_req req = { 0 };
	enum ykt_status status;

	client_text_copy(req.order_id, sizeof(req.order_id), order->order_id);
	status = client_call(client, "open.status", NULL, &req, order);
	if (status != YKT_OK)
		return status;
	if (client_order_state(order) == WIRE_ORDER_OPENED)
		return YKT_OK;

	return client_order_final(client, order);
}

enum ykt_status
client_open_run(struct ykt_client *client, struct wire_order *order)
{
	struct client_se_id se_id = { 0 };
	enum ykt_status status, relayed = YKT_OK;

	client->end.money = CLIENT_MONEY_KEPT;
	status = client_se_id(client, &se_id);
	for (unsigned i = 0; status == YKT_OK && i < SESSIONS; i++) {
		relayed = session(client, order, &se_id);
		if (relayed == YKT_E_DOWN || relayed == YKT_LOGIN_NEEDED)
			return relayed;
		status = ask_status(client, order);
		if (status != YKT_E_STATE)
			return status;
		if (relayed == YKT_E_LINK)
			client_reason(client, "card_gone");
		if (relayed == YKT_MISMATCH) /* begun for another element */
			relayed = YKT_WRONG_CARD;
		if (relayed == YKT_E_LINK || relayed == YKT_WRONG_CARD || client_refused(relayed))
			return relayed;
		status = client_wait(
		    client, N_("Going on with the card opening"), STATUS_WAIT, i, SESSIONS, NULL);
	}

	return status == YKT_OK ? YKT_PENDING : status;
}
