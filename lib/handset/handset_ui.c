/*
 * What a user sees of the card, through the ui port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset/handset_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/secret.h>

#include "card/usat_text.h"

#define NUMBER_TEXT 12
#define HIDES_MAX   16
#define N_(text)    text

static int64_t
ask_deadline(const struct handset *handset)
{
	return ykt_clock_mono(handset->o.clock) + HANDSET_ASK_MS;
}

/* A result for what the ui port said instead of an answer. */
static uint8_t
result_of(enum ykt_status status)
{
	switch (status) {
	case YKT_OK:
		return USAT_DONE;
	case YKT_CANCELLED:
		return USAT_USER_ENDED;
	case YKT_E_DEADLINE:
		return USAT_NO_RESPONSE;
	default:
		return USAT_TERMINAL_BUSY;
	}
}

/* A screen of the card's; asked again when the phone was elsewhere meanwhile. */
static enum ykt_status
ask(struct handset *handset, const struct ykt_screen *screen, struct ykt_answers *ret_answers)
{
	const struct ykt_ui *ui = handset->o.ui;
	const bool guard = screen->secure && ui->protect != NULL;
	enum ykt_status status = guard ? ui->protect(ui->ctx, true) : YKT_OK;
	bool again = status == YKT_OK;

	for (unsigned i = 0; again && i < HIDES_MAX; i++) {
		memset(ret_answers, 0, sizeof(*ret_answers));
		status = ui->ask(ui->ctx, screen, ret_answers, ask_deadline(handset));
		again = status == YKT_HIDDEN;
	}
	if (guard)
		(void)!ui->protect(ui->ctx, false);

	return status;
}

/* The number of an item that was typed: 1 to count; 0 for none, or to go back. */
static size_t
typed_number(const char *text, size_t count)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	return end == text || *end != '\0' || text[0] == '-' || number > count ? 0 : number;
}

enum ykt_status
handset_ask_item(struct handset *handset, const struct handset_list *list, size_t *ret_place)
{
	char numbers[HANDSET_ITEMS_MAX][NUMBER_TEXT];
	struct ykt_field fields[HANDSET_ITEMS_MAX + 1];
	struct ykt_screen screen = { .id = "card_list", .title = list->title, .fields = fields };
	struct ykt_answers answers;
	enum ykt_status status;
	size_t number = 0;

	for (size_t i = 0; i < list->count; i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "%u", (unsigned)i + 1);
		fields[i] =
		    (struct ykt_field){ "item", numbers[i], YKT_FIELD_TEXT, list->texts[i], 0 };
	}
	fields[list->count] =
	    (struct ykt_field){ "choice", N_("Number, or 0 to go back"), YKT_FIELD_INPUT, "", 0 };
	screen.field_count = list->count + 1;
	status = ask(handset, &screen, &answers);
	if (status == YKT_OK) {
		number = typed_number(answers.text[0], list->count);
		if (number == 0)
			status = YKT_NOT_FOUND;
	}
	if (status == YKT_OK)
		*ret_place = number - 1;

	return status;
}

void
handset_set_up_menu(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	if (!handset_list_read(&handset->shown, command->body)) {
		answer->result = USAT_DATA_UNKNOWN;
		return;
	}
	/* Texts point into the list they are of: read into the place where it stays. */
	if (!handset_list_read(&handset->menu, command->body))
		answer->result = USAT_DATA_UNKNOWN;
}

void
handset_select_item(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	enum ykt_status status;
	size_t place = 0;

	if (!handset_list_read(&handset->shown, command->body)) {
		answer->result = USAT_DATA_UNKNOWN;
		return;
	}
	if (handset->shown.count == 0) {
		answer->result = USAT_VALUES_MISSING;
		return;
	}
	status = handset_ask_item(handset, &handset->shown, &place);
	if (status == YKT_OK)
		usat_put_u8(answer->body, USAT_TAG_ITEM_ID | USAT_CR, handset->shown.ids[place]);
	answer->result = status == YKT_NOT_FOUND ? USAT_USER_BACK : result_of(status);
}

/* The text of a command, with a NUL; false without one that can be read. */
static bool
read_text(struct ykt_bytes body, char text[HANDSET_TEXT_MAX], struct handset_answer *answer)
{
	struct ykt_buf out = { (uint8_t *)text, 0, HANDSET_TEXT_MAX - 1, false };
	struct ykt_bytes value;

	text[0] = '\0';
	answer->result = USAT_VALUES_MISSING;
	if (!usat_find(body, USAT_TAG_TEXT, &value))
		return false;
	answer->result = USAT_DATA_UNKNOWN;
	if (usat_text_decode(value, &out) != YKT_OK)
		return false;
	text[out.len] = '\0';
	for (char *p = text; *p != '\0'; p++)
		if (((unsigned char)*p < ' ' && *p != '\n') || *p == 0x7F)
			*p = ' ';
	answer->result = USAT_DONE;

	return true;
}

void
handset_display_text(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	char text[HANDSET_TEXT_MAX];
	const struct ykt_screen screen = {
		.id = "card_text", .title = handset->menu.title, .text = text
	};
	struct ykt_answers none;

	if (!read_text(command->body, text, answer))
		return;
	if ((command->head.qualifier & USAT_Q_WAIT_USER) != 0)
		answer->result = result_of(ask(handset, &screen, &none));
	else
		handset->o.ui->show(handset->o.ui->ctx, &screen);
	ykt_wipe(text, sizeof(text));
}

/* What was typed has a length that the card asked for. */
static bool
length_good(struct ykt_bytes body, const char *typed)
{
	struct ykt_bytes limits;
	size_t len = strlen(typed);

	if (!usat_find(body, USAT_TAG_RESPONSE_LEN, &limits) || limits.len != 2)
		return len != 0;

	return len >= limits.data[0] && (limits.data[1] == 0xFF || len <= limits.data[1]);
}

/* The answer as the qualifier wants it: digits and the default alphabet, or UCS2. */
static bool
put_typed(const struct usat_command *command, const char *typed, struct ykt_buf *body)
{
	uint8_t raw[2 * YKT_ANSWER_MAX + 1];
	struct ykt_buf text = YKT_BUF(raw);
	enum usat_dcs dcs = USAT_DCS_8BIT;
	bool good;

	if ((command->head.qualifier & USAT_Q_UCS2) != 0)
		dcs = USAT_DCS_UCS2;
	else if ((command->head.qualifier & USAT_Q_PACKED) != 0)
		dcs = USAT_DCS_PACKED;
	good = usat_text_encode(dcs, ykt_bytes_str(typed), &text) == YKT_OK;
	if ((command->head.qualifier & USAT_Q_ALPHABET) == 0)
		good = good && typed[strspn(typed, "0123456789*#+")] == '\0';
	if (good)
		usat_put(body, USAT_TAG_TEXT | USAT_CR, ykt_buf_view(&text));
	ykt_wipe(raw, sizeof(raw));

	return good;
}

void
handset_get_input(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	char text[HANDSET_TEXT_MAX];
	bool hidden = (command->head.qualifier & USAT_Q_NO_ECHO) != 0;
	const struct ykt_field field = { "input", text, hidden ? YKT_FIELD_SECRET : YKT_FIELD_INPUT,
		"", 0 };
	const struct ykt_screen screen = { .id = "card_input",
		.title = text,
		.fields = &field,
		.field_count = 1,
		.secure = hidden };
	struct ykt_answers answers;
	enum ykt_status status;

	if (!read_text(command->body, text, answer))
		return;
	status = ask(handset, &screen, &answers);
	answer->result = result_of(status);
	/* What cannot be an answer is none: the user goes back and may try again. */
	if (status == YKT_OK && (!length_good(command->body, answers.text[0]) ||
				    !put_typed(command, answers.text[0], answer->body)))
		answer->result = USAT_USER_BACK;
	ykt_wipe(&answers, sizeof(answers));
	ykt_wipe(text, sizeof(text));
}

/* One key: "1" or "0" for yes or no, else one character as the qualifier wants it. */
static bool
put_key(const struct usat_command *command, const char *typed, struct ykt_buf *body)
{
	bool yes = strcmp(typed, "1") == 0;
	const uint8_t choice[] = { USAT_DCS_8BIT, yes ? 1 : 0 };
	size_t len = 1;

	if ((command->head.qualifier & USAT_Q_YES_NO) != 0) {
		if (!yes && strcmp(typed, "0") != 0)
			return false;
		usat_put(body, USAT_TAG_TEXT | USAT_CR, YKT_BYTES(choice));
		return true;
	}
	while (typed[0] != '\0' && ((unsigned char)typed[len] & 0xC0) == 0x80)
		len++; /* the rest of one character of UTF-8 */

	return typed[0] != '\0' && typed[len] == '\0' && put_typed(command, typed, body);
}

void
handset_get_inkey(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	char text[HANDSET_TEXT_MAX];
	bool yes_no = (command->head.qualifier & USAT_Q_YES_NO) != 0;
	const struct ykt_field field = { "input", yes_no ? N_("Yes") : N_("One character"),
		yes_no ? YKT_FIELD_CHECK : YKT_FIELD_INPUT, "", 0 };
	const struct ykt_screen screen = {
		.id = "card_key", .title = text, .fields = &field, .field_count = 1
	};
	struct ykt_answers answers;
	enum ykt_status status;

	if (!read_text(command->body, text, answer))
		return;
	memset(&answers, 0, sizeof(answers));
	status = handset->o.ui->ask(handset->o.ui->ctx, &screen, &answers, ask_deadline(handset));
	answer->result = result_of(status);
	if (status == YKT_OK && !put_key(command, answers.text[0], answer->body))
		answer->result = USAT_USER_BACK;
	ykt_wipe(&answers, sizeof(answers));
	ykt_wipe(text, sizeof(text));
}
