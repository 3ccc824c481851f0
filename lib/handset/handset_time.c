/*
 * Timers, events and what the phone knows of itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset/handset_priv.h"

#include <string.h>

#include <ykt/civil.h>

#define TIMER_MASK  0x03
#define INFO_TIME   0x03
#define INFO_LANG   0x04
#define RESET_CARD  0x04
#define REFRESH_MAX 0x03 /* 0 to 3: files changed; there is nothing to read again */
#define ZONE        0x23 /* UTC+8, in quarters of an hour, halves swapped */
#define LANG_LEN    2

static void
put_left(const struct handset *handset, const struct handset_timer *timer, struct ykt_buf *body)
{
	int64_t left = timer->end_mono_ms - ykt_clock_mono(handset->o.clock);

	usat_timer_put(left > 0 ? (uint32_t)((left + 999) / 1000) : 0, body);
}

/* Starts, stops or reads the timer. */
static void
manage(struct handset *handset, const struct usat_command *command, struct handset_timer *timer,
    struct handset_answer *answer)
{
	struct ykt_bytes value;
	uint32_t seconds = 0;

	if ((command->head.qualifier & TIMER_MASK) != USAT_Q_TIMER_START) {
		if (!timer->runs) {
			answer->result = USAT_TIMER_STATE;
			return;
		}
		put_left(handset, timer, answer->body);
		if ((command->head.qualifier & TIMER_MASK) == USAT_Q_TIMER_STOP)
			timer->runs = false;
		return;
	}
	answer->result = USAT_VALUES_MISSING;
	if (!usat_find(command->body, USAT_TAG_TIMER_VALUE, &value))
		return;
	answer->result = USAT_DATA_UNKNOWN;
	if (usat_timer_decode(value, &seconds) != YKT_OK)
		return;
	answer->result = USAT_DONE;
	timer->runs = true;
	timer->end_mono_ms = ykt_clock_mono(handset->o.clock) + 1000 * (int64_t)seconds;
}

void
handset_timer(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	struct ykt_bytes id;

	answer->result = USAT_VALUES_MISSING;
	if (!usat_find(command->body, USAT_TAG_TIMER_ID, &id))
		return;
	answer->result = USAT_DATA_UNKNOWN;
	if (id.len != 1 || id.data[0] == 0 || id.data[0] > USAT_TIMER_COUNT ||
	    (command->head.qualifier & TIMER_MASK) > USAT_Q_TIMER_VALUE)
		return;
	answer->result = USAT_DONE;
	usat_put_u8(answer->body, USAT_TAG_TIMER_ID | USAT_CR, id.data[0]);
	manage(handset, command, &handset->timers[id.data[0] - 1], answer);
}

/* Date, time and zone as in TS 23.040 9.2.3.11: digits, halves swapped. */
static void
put_now(const struct handset *handset, struct ykt_buf *body)
{
	const struct ykt_civil now = ykt_civil_from_ms(ykt_clock_wall(handset->o.clock));
	const int parts[] = { now.year % 100, now.month, now.day, now.hour, now.minute,
		now.second };

	ykt_put_u8(body, USAT_TAG_DATE_TIME | USAT_CR);
	ykt_put_u8(body, YKT_ARRAY_LEN(parts) + 1);
	for (size_t i = 0; i < YKT_ARRAY_LEN(parts); i++)
		ykt_put_u8(body, (uint8_t)(parts[i] % 10 << 4 | parts[i] / 10));
	ykt_put_u8(body, ZONE);
}

void
handset_local_information(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	const char *lang = handset->o.lang != NULL ? handset->o.lang : "zh";

	switch (command->head.qualifier) {
	case INFO_TIME:
		put_now(handset, answer->body);
		break;
	case INFO_LANG:
		usat_put(answer->body, USAT_TAG_LANGUAGE | USAT_CR, ykt_bytes(lang, LANG_LEN));
		break;
	default: /* where it is, and who it is: this phone has no such thing */
		answer->result = USAT_BEYOND;
		break;
	}
}

void
handset_event_list(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	struct ykt_bytes events;
	bool data = false;
	bool channel = false;

	answer->result = USAT_VALUES_MISSING;
	if (!usat_find(command->body, USAT_TAG_EVENTS, &events))
		return;
	answer->result = USAT_BEYOND;
	for (size_t i = 0; i < events.len; i++) {
		if (handset->o.net == NULL ||
		    (events.data[i] != USAT_EVENT_DATA && events.data[i] != USAT_EVENT_CHANNEL))
			return;
		data = data || events.data[i] == USAT_EVENT_DATA;
		channel = channel || events.data[i] == USAT_EVENT_CHANNEL;
	}
	answer->result = USAT_DONE;
	handset->tells_data = data;
	handset->tells_channel = channel;
}

void
handset_refresh(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	if (command->head.qualifier == RESET_CARD && handset->o.se->reset != NULL)
		handset->reset_asked = true;
	else if (command->head.qualifier > REFRESH_MAX)
		answer->result = USAT_BEYOND;
}
