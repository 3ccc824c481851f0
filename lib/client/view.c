/*
 * Building screens, and the calls of the ui port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/view.h"

#include <string.h>

#include "client/guard.h"
#include "client/internal.h"
#include "client/mask.h"

#define ASK_MS     300000
#define MASKED_MAX 24

void
client_view_clear(struct client_view *view)
{
	ykt_wipe(view->text, view->used);
	view->count = 0;
	view->used = 0;
}

/* A copy that lives as long as the view; NULL when there is no room. */
static const char *
keep(struct client_view *view, const char *text)
{
	size_t len = strlen(text) + 1;
	char *place = view->text + view->used;

	if (len > sizeof(view->text) - view->used)
		return NULL;
	memcpy(place, text, len);
	view->used += len;

	return place;
}

static void
add(struct client_view *view, const struct ykt_field *field)
{
	if (view->count < CLIENT_FIELDS_MAX)
		view->fields[view->count++] = *field;
}

static void
add_text(struct client_view *view, enum ykt_field_kind kind, const char *id, const char *label,
    const char *value)
{
	const struct ykt_field field = {
		.id = id, .label = label, .kind = kind, .value = keep(view, value)
	};

	if (field.value != NULL)
		add(view, &field);
}

void
client_view_text(struct client_view *view, const char *id, const char *label, const char *value)
{
	add_text(view, YKT_FIELD_TEXT, id, label, value);
}

void
client_view_money(struct client_view *view, const char *id, const char *label, int64_t fen)
{
	add(view, &(const struct ykt_field){
		      .id = id, .label = label, .kind = YKT_FIELD_MONEY, .number = fen });
}

void
client_view_time(struct client_view *view, const char *id, const char *label, int64_t ms)
{
	add(view, &(const struct ykt_field){
		      .id = id, .label = label, .kind = YKT_FIELD_TIME, .number = ms });
}

void
client_view_card(struct client_view *view, const char *id, const char *label, const char *card_no)
{
	char masked[MASKED_MAX];

	client_mask_card(card_no, masked, sizeof(masked));
	add_text(view, YKT_FIELD_CARD, id, label, masked);
}

void
client_view_code(struct client_view *view, const char *id, const char *label, const char *hex)
{
	add_text(view, YKT_FIELD_CODE, id, label, hex);
}

void
client_view_input(struct client_view *view, enum ykt_field_kind kind, const char *id,
    const char *label, const char *value)
{
	add_text(view, kind, id, label, value != NULL ? value : "");
}

static struct ykt_screen
screen_of(const struct client_screen *def, const struct client_view *view)
{
	return (struct ykt_screen){
		.id = def->id,
		.title = def->title,
		.text = def->text,
		.fields = view->fields,
		.field_count = view->count,
		.secure = def->secure,
	};
}

enum ykt_status
client_ask(struct ykt_client *client, enum client_form form, const char *fault,
    struct ykt_answers *ret_answers)
{
	const struct ykt_ui *ui = client->o.ui;
	struct client_view *view = &client->view;
	struct client_showing showing;
	struct ykt_screen screen;
	enum ykt_status status;

	if (fault != NULL)
		client_view_text(view, "fault", N_("Not accepted"), client_reason_text(fault));
	screen = screen_of(&client_forms[form], view);
	status = client_showing_begin(client, &showing, screen.secure, ASK_MS);
	do {
		ykt_wipe(ret_answers, sizeof(*ret_answers));
		if (status != YKT_OK && status != YKT_HIDDEN)
			break;
		status = ui->ask(
		    ui->ctx, &screen, ret_answers, client_showing_deadline(client, &showing));
		status = client_showing_settle(client, &showing, status);
	} while (status == YKT_HIDDEN);
	client_guard_off(client);
	client_view_clear(view);
	for (size_t i = 0; i < YKT_ANSWERS_MAX; i++)
		ret_answers->text[i][YKT_ANSWER_MAX - 1] = '\0';

	return status;
}

enum ykt_status
client_show(struct ykt_client *client, enum client_flow flow)
{
	const struct ykt_ui *ui = client->o.ui;
	struct ykt_screen screen = screen_of(&client_results[flow], &client->view);
	enum ykt_status status = client_guard(client, screen.secure);

	if (status == YKT_OK)
		ui->show(ui->ctx, &screen);
	client_view_clear(&client->view);

	return status;
}

bool
client_progress(struct ykt_client *client, const char *text, unsigned done, unsigned total)
{
	const struct ykt_ui *ui = client->o.ui;

	return ui->progress(ui->ctx, text, done, total);
}

void
client_reason(struct ykt_client *client, const char *token)
{
	if (token[0] != '\0')
		client_text_copy(client->end.reason, sizeof(client->end.reason), token);
}

void
client_begin(struct ykt_client *client)
{
	client_guard_off(client);
	client_view_clear(&client->view);
	memset(&client->end, 0, sizeof(client->end));
}

/* A result with something secret in it is guarded, or is the result that it could not be shown. */
static enum ykt_status
guard_result(struct ykt_client *client, enum client_flow flow, enum ykt_status status)
{
	enum ykt_status guarded;

	if (status != YKT_OK || !client_results[flow].secure) {
		client_guard_off(client);
		return status;
	}
	guarded = client_guard(client, true);
	if (guarded != YKT_OK)
		client_view_clear(&client->view);

	return guarded;
}

/* The last request reached nobody, but an earlier one may have moved money: the end is not known. */
static enum ykt_status
whole(const struct ykt_client *client, enum ykt_status outcome)
{
	return outcome == YKT_E_NET && client->end.money == CLIENT_MONEY_UNSURE ? YKT_UNKNOWN
										: outcome;
}

/* True when the platform's reason tells more than the sentence of this outcome does. */
static bool
tells_more(const struct client_end *end, enum ykt_status status)
{
	return end->reason[0] != '\0' && status != YKT_OK &&
	       !(status == YKT_NOT_FOUND && strcmp(end->reason, "not_found") == 0);
}

enum ykt_status
client_end(struct ykt_client *client, enum client_flow flow, enum ykt_status outcome)
{
	const struct ykt_ui *ui = client->o.ui;
	const enum ykt_status status = guard_result(client, flow, whole(client, outcome));
	const struct client_words words = client_words(flow, status);
	const struct client_end *end = &client->end;
	struct client_view *view = &client->view;
	struct ykt_screen screen;

	if (tells_more(end, status))
		client_view_text(view, "reason", N_("Reason"), client_reason_text(end->reason));
	if (end->limit_fen != 0 && strcmp(end->reason, "cap") == 0 && status != YKT_OK)
		client_view_money(view, "limit", N_("It may hold"), end->limit_fen);
	if (end->proved && status == YKT_OK)
		client_view_text(view, "note", N_("Note"),
		    N_("An answer was lost on the way; the card has proved what happened."));
	if (client_money_text[end->money] != NULL)
		client_view_text(view, "money", N_("Your money"), client_money_text[end->money]);
	if (words.next != NULL)
		client_view_text(view, "next", N_("What to do"), words.next);
	screen = screen_of(&client_results[flow], view);
	screen.text = words.text;
	screen.tone = words.tone;
	screen.secure = client->guarded;
	ui->result(ui->ctx, &screen);
	client_view_clear(view);

	return status;
}
