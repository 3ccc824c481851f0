/*
 * What is computed for the eye: pure functions over fields and numbers. Each
 * gives a new text, for the caller to free.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_TEXT_H
#define APP_TEXT_H

#include "app/screen.h"

G_BEGIN_DECLS

/* Translated; "" for NULL and for "" (which gettext() answers with its header). */
const char *app_text_tr(const char *msgid);

/* Whether texts are Chinese. */
gboolean app_text_is_chinese(void);

/* A translated word as a title: in a script with capitals, the first letter is one. */
char *app_text_title(const char *msgid);
/* "¥12.50", "-¥3.00". */
char *app_text_money(gint64 fen);
/* With the sign of what it did to the balance: "+¥50.00", "-¥2.00". */
char *app_text_change(gint64 fen, gboolean comes_in);
/* A moment in UTC+8, as cards have it: "2026-11-23 08:00". */
char *app_text_time(gint64 ms);
/* "08:00". */
char *app_text_clock(gint64 ms);
/* "Today", "Yesterday", else the date. */
char *app_text_day(gint64 ms, gint64 now_ms);

/* What a field shows, whatever its kind; values that are message ids are translated. */
char *app_text_field(const AppField *field);
/* The end of a masked number: "•••• 1234"; "" of "". */
char *app_text_card_tail(const char *masked);
/* For a screen reader: the last four digits one by one. */
char *app_text_card_spoken(const char *masked);

/* Where it was: a place as the client writes it, "9901 310000000001", with the city's name. */
char *app_text_place(const char *place);
/* Line and station of a field "record.stop"; "" where no table knows it. */
char *app_text_stop(const char *stop);
/* The city's name in the user's language; the code itself when it is not known. */
char *app_text_city(const char *code);

/* TRUE when money came in with a record or an order of this kind (an untranslated msgid). */
gboolean app_text_comes_in(const char *kind);

/* Seconds of a countdown, as a share from 0 to 1 that is left at now. */
double app_text_left(gint64 begin_ms, gint64 end_ms, gint64 now_ms);

G_END_DECLS

#endif
