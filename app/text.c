/*
 * What is computed for the eye.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/text.h"

#include <glib/gi18n.h>
#include <string.h>

#include <ykt/civil.h>
#include <ykt/money.h>

#define DAY_MS  86400000
#define ZONE_MS 28800000 /* UTC+8 */
#define TAIL    4
#define MINUTES 16 /* of "2026-11-23 08:00:00" */

const char *
app_text_tr(const char *msgid)
{
	return msgid != NULL && *msgid != '\0' ? gettext(msgid) : "";
}

gboolean
app_text_is_chinese(void)
{
	/* Translators: "names:name" when names should be Chinese, "names:name_en" when English. */
	return strcmp(_("names:name_en"), "names:name") == 0;
}

char *
app_text_title(const char *msgid)
{
	const char *text = app_text_tr(msgid);
	char first[8] = "";

	if (*text == '\0')
		return g_strdup("");
	g_unichar_to_utf8(g_unichar_totitle(g_utf8_get_char(text)), first);

	return g_strconcat(first, g_utf8_next_char(text), NULL);
}

char *
app_text_money(gint64 fen)
{
	char text[YKT_FEN_TEXT_MAX];

	ykt_fen_text(fen, text);

	return text[0] == '-' ? g_strconcat("-¥", text + 1, NULL) : g_strconcat("¥", text, NULL);
}

char *
app_text_change(gint64 fen, gboolean comes_in)
{
	g_autofree char *money = app_text_money(fen < 0 ? -fen : fen);

	if (fen == 0)
		return g_steal_pointer(&money);

	return g_strconcat(comes_in ? "+" : "-", money, NULL);
}

char *
app_text_time(gint64 ms)
{
	char text[YKT_CIVIL_TEXT_MAX];

	ykt_civil_text(ms, text);
	text[MINUTES] = '\0';

	return g_strdup(text);
}

char *
app_text_clock(gint64 ms)
{
	g_autofree char *text = app_text_time(ms);

	return g_strdup(text + MINUTES - 5);
}

static gint64
day_number(gint64 ms)
{
	return (ms + ZONE_MS) / DAY_MS;
}

char *
app_text_day(gint64 ms, gint64 now_ms)
{
	const struct ykt_civil day = ykt_civil_from_ms(ms);
	gint64 ago = day_number(now_ms) - day_number(ms);

	if (ago == 0)
		return g_strdup(_("Today"));
	if (ago == 1)
		return g_strdup(_("Yesterday"));

	/* Translators: year, month, day of a list's heading. */
	return g_strdup_printf(_("%d-%02d-%02d"), day.year, day.month, day.day);
}

/* The columns whose values the client gives as message ids. */
static gboolean
value_is_message(const char *column)
{
	static const char *const columns[] = { "money", "next", "reason", "note", "fault", "source",
		"kind", "state", "here", "gate", "end", "account", "platform_text", "for", "to",
		"left", "default", NULL };

	return g_strv_contains(columns, column);
}

char *
app_text_field(const AppField *field)
{
	switch (field->kind) {
	case YKT_FIELD_MONEY:
		return app_text_money(field->number);
	case YKT_FIELD_TIME:
		return app_text_time(field->number);
	case YKT_FIELD_CARD:
		return app_text_card_tail(field->value);
	case YKT_FIELD_CODE:
	case YKT_FIELD_SECRET:
		return g_strdup("");
	default:
		if (value_is_message(app_field_column(field)))
			return app_text_title(field->value);
		return g_strdup(field->value != NULL ? field->value : "");
	}
}

static const char *
tail_of(const char *masked)
{
	gsize len = masked != NULL ? strlen(masked) : 0;

	return len < TAIL ? "" : masked + len - TAIL;
}

char *
app_text_card_tail(const char *masked)
{
	const char *tail = tail_of(masked);

	return *tail != '\0' ? g_strconcat("•••• ", tail, NULL) : g_strdup("");
}

char *
app_text_card_spoken(const char *masked)
{
	GString *spoken = g_string_new(NULL);

	for (const char *digit = tail_of(masked); *digit != '\0'; digit++)
		g_string_append_printf(spoken, spoken->len > 0 ? " %c" : "%c", *digit);

	return g_string_free(spoken, FALSE);
}

gboolean
app_text_comes_in(const char *kind)
{
	static const char *const kinds[] = { "top-up", "refund", "wallet top-up", "card opening",
		NULL };

	return g_strv_contains(kinds, kind);
}

double
app_text_left(gint64 begin_ms, gint64 end_ms, gint64 now_ms)
{
	if (end_ms <= begin_ms || now_ms >= end_ms)
		return 0;
	if (now_ms <= begin_ms)
		return 1;

	return (double)(end_ms - now_ms) / (double)(end_ms - begin_ms);
}
