/*
 * The transaction event after a tap, queued for the host of the wired side.
 *
 * The queue is volatile and short, and a full one forgets its oldest: whoever
 * hears of a tap reads the card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/ara.h"
#include "card/purse_cmd.h"
#include "card/tap_event.h"
#include "se/purse_priv.h"

_Static_assert(SE_EVENT_MAX >= TAP_EVENT_MAX, "an event fits its place");

void
se_event_raise(struct se_call *call, const struct purse_purchase *purchase, uint32_t balance)
{
	const struct se_purse_session *session = &call->se->purse;
	struct se_events *events = &call->se->events;
	struct ykt_bytes aid = se_app_aid(call->se, call->side->app);
	struct tap_event event = {
		.type = purchase->type, .amount = purchase->amount, .balance = balance
	};
	struct se_event *place;
	struct ykt_buf out;

	if (call->iface != YKT_SE_CONTACTLESS)
		return;
	memcpy(event.terminal, purchase->terminal, sizeof(event.terminal));
	for (size_t i = 0; i < session->cache_count; i++) {
		const struct se_cache *item = &session->cache[i];

		if (item->sfi != PURSE_SFI_JOURNEY)
			event.trip = ykt_bytes(item->data, SE_TRIP_LEN);
		else if (event.journey.len == 0)
			event.journey = ykt_bytes(item->data, SE_DATA_LEN);
	}
	if (events->count == SE_EVENT_COUNT) {
		events->first = (uint8_t)((events->first + 1) % SE_EVENT_COUNT);
		events->count--;
	}
	place = &events->queue[(events->first + events->count) % SE_EVENT_COUNT];
	place->aid_len = (uint8_t)aid.len;
	memcpy(place->aid, aid.data, aid.len);
	out = (struct ykt_buf){ place->data, 0, sizeof(place->data), false };
	tap_event_encode(&event, &out);
	place->data_len = (uint8_t)out.len;
	events->count++;
}

bool
se_take_event(struct se *se, struct se_event *ret_event)
{
	struct se_events *events = &se->events;
	struct se_event *place = &events->queue[events->first];

	if (!se->alive || events->count == 0)
		return false;
	*ret_event = *place;
	ykt_wipe(place, sizeof(*place));
	events->first = (uint8_t)((events->first + 1) % SE_EVENT_COUNT);
	events->count--;

	return true;
}

bool
se_event_is_for(const struct se *se, const struct se_event *event, struct ykt_bytes hash)
{
	const struct ara_ref ref = { .aid = ykt_bytes(event->aid, event->aid_len), .hash = hash };
	struct ara_rule rule;

	if (!se->alive || !se_ara_find(se, &ref, &rule))
		return false;

	/* Without a word on events: who may send commands may hear. */
	return rule.has_nfc ? rule.nfc : rule.apdu != ARA_NEVER;
}
