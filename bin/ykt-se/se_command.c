/*
 * ykt-se: the lines of the control place, what ykt-se ctl sends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "link/se_serve.h"
#include "se_hold.h"

#define TAP_DEFAULT_MS 1000
#define TAP_MAX_MS     60000

/* The card goes out of its reader, or the field, or the phone loses power; or back. */
static bool
set_inserted(struct se_held *card, bool inserted)
{
	struct se_serve_around around = se_serve_around(card->serve);

	around.inserted = inserted;
	se_serve_set_around(card->serve, around);
	return true;
}

static bool
set_field(struct se_held *card, bool on)
{
	struct se_serve_around around = se_serve_around(card->serve);

	around.field = on;
	se_serve_set_around(card->serve, around);
	return true;
}

/* Taps while the phone was off were raised to nobody: their events are lost (se.h). */
static bool
set_power(struct se_held *card, bool on)
{
	struct se_serve_around around = se_serve_around(card->serve);
	const bool was_on = around.power;
	struct se_event event;

	around.power = on;
	se_serve_set_around(card->serve, around);
	while (on && !was_on && se_take_event(&card->se, &event))
		;
	return true;
}

/* What "lose-answer WHAT" asks for: an instruction, or nothing any more. */
static bool
take_loss(struct se_held *card, const char *what)
{
	uint8_t ins;
	struct ykt_buf out = { &ins, 0, 1, false };

	if (strcmp(what, "none") == 0)
		card->lose_ins = SE_NO_LOSS;
	else if (ykt_hex_decode(what, strlen(what), &out) == YKT_OK && out.len == 1)
		card->lose_ins = ins;
	else
		return false;
	return true;
}

/* Milliseconds, in digits alone. */
static bool
take_tap(struct se_held *card, const char *what)
{
	int64_t ms = 0;

	for (const char *at = what; *at != '\0'; at++) {
		if (*at < '0' || *at > '9' || ms > TAP_MAX_MS)
			return false;
		ms = 10 * ms + (*at - '0');
	}
	if (ms < 1 || ms > TAP_MAX_MS)
		return false;
	se_serve_tap(card->serve, ms);
	return true;
}

static void
put_status(const struct se_held *card, struct ykt_buf *answer)
{
	const struct se_serve_around around = se_serve_around(card->serve);
	char text[112];

	(void)snprintf(text, sizeof(text),
	    "ok commands %lu lost %lu waiting %d card %s field %s power %s", card->commands,
	    card->lost, card->lose_ins != SE_NO_LOSS, around.inserted ? "in" : "out",
	    around.field ? "on" : "off", around.power ? "on" : "off");
	ykt_put(answer, ykt_bytes_str(text));
}

/* One of two positions, by its whole line. */
static const struct {
	const char *line;
	bool (*set)(struct se_held *card, bool on);
	bool on;
} switches[] = {
	{ "pull", set_inserted, false },
	{ "insert", set_inserted, true },
	{ "field off", set_field, false },
	{ "field on", set_field, true },
	{ "power off", set_power, false },
	{ "power on", set_power, true },
};

static bool
run(struct se_held *card, const char *line)
{
	static const char lose[] = "lose-answer ";
	static const char tap[] = "tap ";

	for (size_t i = 0; i < YKT_ARRAY_LEN(switches); i++)
		if (strcmp(line, switches[i].line) == 0)
			return switches[i].set(card, switches[i].on);
	if (strncmp(line, lose, strlen(lose)) == 0)
		return take_loss(card, line + strlen(lose));
	if (strncmp(line, tap, strlen(tap)) == 0)
		return take_tap(card, line + strlen(tap));
	if (strcmp(line, "tap") == 0) {
		se_serve_tap(card->serve, TAP_DEFAULT_MS);
		return true;
	}
	return false;
}

void
se_held_command(void *ctx, const char *line, struct ykt_buf *answer)
{
	struct se_held *card = ctx;

	if (strcmp(line, "status") == 0)
		put_status(card, answer);
	else if (run(card, line))
		ykt_put(answer, ykt_bytes_str("ok"));
	else
		ykt_put(answer,
		    ykt_bytes_str("error: pull, insert, tap [MS], field on|off, power on|off, "
				  "lose-answer INS|none, status"));
}
