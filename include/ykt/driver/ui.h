/*
 * Port: the user. A screen is data; a terminal prints it, GTK has a page for
 * it, a test asserts it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_UI_H
#define YKT_DRIVER_UI_H

#include <stdbool.h>

#include <ykt/bytes.h>

enum ykt_field_kind {
	YKT_FIELD_TEXT,   /* value as it is */
	YKT_FIELD_MONEY,  /* value_fen */
	YKT_FIELD_TIME,   /* value_ms, UTC */
	YKT_FIELD_CARD,   /* card number, already masked */
	YKT_FIELD_INPUT,  /* one line to type; value is the proposal */
	YKT_FIELD_SECRET, /* one line to type, never echoed */
	YKT_FIELD_CHECK,  /* consent and the like; value "1" or "0" */
	YKT_FIELD_CODE,   /* a QR symbol of bytes, in byte mode; value is their upper-case hex */
};

struct ykt_field {
	const char *id;    /* stable, for tests and for answers: "phone" */
	const char *label; /* message id for translation */
	enum ykt_field_kind kind;
	const char *value; /* UTF-8; borrowed; NULL where the kind has another */
	int64_t number;    /* fen, or UTC milliseconds */
};

enum ykt_screen_tone { YKT_TONE_PLAIN, YKT_TONE_GOOD, YKT_TONE_BAD, YKT_TONE_WAIT };

struct ykt_screen {
	const char *id;    /* "reg_result" */
	const char *title; /* message id */
	const char *text;  /* message id of one paragraph, or NULL */
	enum ykt_screen_tone tone;
	const struct ykt_field *fields;
	size_t field_count;
	bool secure; /* shown under protect() only; the host blanks it in the background */
};

#define YKT_ANSWER_MAX  128
#define YKT_ANSWERS_MAX 8

/* One answer per INPUT, SECRET or CHECK field, in order. Wiped by the caller. */
struct ykt_answers {
	char text[YKT_ANSWERS_MAX][YKT_ANSWER_MAX];
};

#define YKT_KEYPAD_KEYS 10

/*
 * A keypad as it stands at one showing: a PIN is typed by position, so that the
 * digits pass through no system keyboard, no clipboard and no log. The host
 * draws digit[position] on each key and one mask for each digit entered, and
 * keeps no copy of either.
 */
struct ykt_keypad {
	const char *id;    /* which PIN: "pin", "old_pin", "new_pin", "new_pin2" */
	const char *label; /* message id */
	const char *fault; /* message id: why it is asked again, or NULL */
	uint8_t digit[YKT_KEYPAD_KEYS];
	unsigned entered;
	unsigned wanted; /* with so many it is done by itself */
};

/* A press: a position below YKT_KEYPAD_KEYS, or this. */
#define YKT_PRESS_DELETE YKT_KEYPAD_KEYS

/*
 * Background: a host whose window leaves the screen (another program in front, the
 * phone locked, Ctrl-Z) blanks the form or the pad that it shows, forgets what was
 * typed into it, and returns YKT_HIDDEN at once. It is then asked the same again,
 * from nothing and with a newly shuffled pad; it draws that when it is in front
 * again, and waits for that until the deadline and no longer: then the client wipes
 * what the user had typed before, and a session that has idled as long. A secure
 * screen of show() or result() is blanked by the host alone, and drawn again in
 * front.
 */
struct ykt_ui {
	void *ctx;
	/* Shows and goes on. */
	void (*show)(void *ctx, const struct ykt_screen *screen);
	/* YKT_OK, YKT_CANCELLED, YKT_E_DEADLINE, YKT_HIDDEN. */
	enum ykt_status (*ask)(void *ctx, const struct ykt_screen *screen,
	    struct ykt_answers *ret_answers, int64_t deadline_mono_ms);
	/* done of total; text is a message id. True when the user asks to cancel. */
	bool (*progress)(void *ctx, const char *text, unsigned done, unsigned total);
	/* The one screen that ends a function. */
	void (*result)(void *ctx, const struct ykt_screen *screen);
	/*
	 * One press on the pad, which is secure as a screen is. NULL on a host that
	 * has none: what needs a PIN is refused there. YKT_OK, YKT_CANCELLED,
	 * YKT_E_DEADLINE, YKT_HIDDEN.
	 */
	enum ykt_status (*keypad)(
	    void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline_mono_ms);
	/*
	 * Guards the surface that secure screens and pads are drawn on, until it is told
	 * otherwise: true before the first of them, false behind the last; never twice the
	 * same. While it is on nobody takes pictures of it, recordings or thumbnails; with
	 * false what stood there is gone. NULL: this host has no such means. What a host
	 * that has one cannot guard (anything but YKT_OK to true) is not shown on it.
	 */
	enum ykt_status (*protect)(void *ctx, bool on);
};

#endif
