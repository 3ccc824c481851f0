/*
 * How a call of the menu gets to the gateway and its answer back: BIP over TCP or UDP,
 * or a short message, as the settings say and the handset can.
 *
 * SET UP EVENT LIST, OPEN CHANNEL, SEND DATA, TIMER MANAGEMENT, and then nothing waits
 * until data has come or the time is over; RECEIVE DATA; and at the end the timer and
 * the channel are given back before the user is told. Without an answer the packet goes
 * again as it was, TRIES_MAX times in all. A bearer that does not come about makes way
 * for the next one while nothing has been sent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/menu_priv.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/air_frame.h"
#include "card/sw.h"

#define TRIES_MAX 3
#define TIMER_ID  1 /* as in menu_command.c */
#define COUNT_MAX 0xFF

static void
step(struct se_menu *menu, enum menu_show show)
{
	menu->show = (uint8_t)show;
	menu_issue(menu);
}

bool
menu_net_shows(const struct se_menu *menu)
{
	return menu->show >= MENU_SHOW_EVENTS;
}

/* The package names where to go, and the handset can go there. */
static bool
usable(const struct se_menu *menu, const struct menu_os *os, uint8_t bearer)
{
	const struct menu_gateway *gateway = &os->pack->gateway;

	switch (bearer) {
	case MENU_BEARER_TCP:
		return gateway->tcp_port != 0 && (menu->can & MENU_CAN_TCP) != 0;
	case MENU_BEARER_UDP:
		return gateway->udp_port != 0 && (menu->can & MENU_CAN_UDP) != 0;
	case MENU_BEARER_SMS:
		return gateway->sms.len != 0 && (menu->can & MENU_CAN_SMS) != 0;
	default:
		return false;
	}
}

/* The first bearer after one that is usable: TCP, UDP, SMS; NONE after the last. */
static uint8_t
next_bearer(const struct se_menu *menu, const struct menu_os *os, uint8_t after)
{
	for (uint8_t bearer = (uint8_t)(after + 1); bearer <= MENU_BEARER_SMS; bearer++)
		if (usable(menu, os, bearer))
			return bearer;

	return MENU_BEARER_NONE;
}

uint8_t
menu_net_bearer(const struct se_menu *menu, const struct menu_os *os)
{
	uint8_t wished = os->air->bearer(os->ctx);

	return usable(menu, os, wished) ? wished : next_bearer(menu, os, MENU_BEARER_NONE);
}

static void
connect_step(struct se_menu *menu)
{
	menu->flow.rx_len = 0;
	if (menu->flow.bearer == MENU_BEARER_SMS)
		step(menu, MENU_SHOW_SMS);
	else
		step(menu, menu->flow.channel != 0 ? MENU_SHOW_SEND : MENU_SHOW_EVENTS);
}

void
menu_net_send(struct se_menu *menu, const struct menu_os *os)
{
	menu->flow.tries = 0;
	if (menu->flow.bearer == MENU_BEARER_NONE)
		menu->flow.bearer = menu_net_bearer(menu, os);
	connect_step(menu);
}

/* The timer, the channel, and then what was to be next. */
void
menu_net_finish(struct se_menu *menu, const struct menu_os *os, enum menu_show then)
{
	menu->flow.then = (uint8_t)then;
	menu->flow.waits = false;
	if (menu->flow.timer)
		step(menu, MENU_SHOW_TIMER_STOP);
	else if (menu->flow.channel != 0)
		step(menu, MENU_SHOW_HANG_UP);
	else if (then == MENU_SHOW_EVENTS)
		connect_step(menu);
	else
		menu_flow_go_on(menu, os);
}

/* Nobody answers. What is not known stays written down, and is asked another time. */
static void
give_up(struct se_menu *menu, const struct menu_os *os)
{
	bool unknown = menu_flow_keeps(menu);

	if (!unknown)
		(void)os->air->close(os->ctx);
	menu_flow_say(menu, os, unknown ? MENU_TEXT_UNKNOWN : MENU_TEXT_NO_NET);
}

static void
again(struct se_menu *menu, const struct menu_os *os)
{
	if (++menu->flow.tries >= TRIES_MAX)
		give_up(menu, os);
	else if (menu->flow.bearer == MENU_BEARER_TCP)
		menu_net_finish(menu, os, MENU_SHOW_EVENTS);
	else
		connect_step(menu);
}

/* A channel, or the right to hear of it, was not to be had. */
static void
unreachable(struct se_menu *menu, const struct menu_os *os)
{
	uint8_t bearer = next_bearer(menu, os, menu->flow.bearer);

	if (menu->flow.tries != 0) {
		again(menu, os);
	} else if (bearer == MENU_BEARER_NONE) {
		give_up(menu, os);
	} else {
		menu->flow.bearer = bearer;
		connect_step(menu);
	}
}

void
menu_net_failed(struct se_menu *menu, const struct menu_os *os)
{
	switch ((enum menu_show)menu->show) {
	case MENU_SHOW_EVENTS:
	case MENU_SHOW_OPEN:
		unreachable(menu, os);
		break;
	case MENU_SHOW_TIMER_STOP: /* it has run out by itself */
		menu->flow.timer = false;
		menu_net_finish(menu, os, (enum menu_show)menu->flow.then);
		break;
	case MENU_SHOW_HANG_UP: /* it is gone already */
		menu->flow.channel = 0;
		menu_net_finish(menu, os, (enum menu_show)menu->flow.then);
		break;
	case MENU_SHOW_TIMER: /* nothing would ever wake us */
		give_up(menu, os);
		break;
	case MENU_SHOW_SEND:
	case MENU_SHOW_RECEIVE: /* whatever the bearer: begin with another channel */
		if (++menu->flow.tries >= TRIES_MAX)
			give_up(menu, os);
		else
			menu_net_finish(menu, os, MENU_SHOW_EVENTS);
		break;
	default:
		again(menu, os);
		break;
	}
}

static void
wait_on(struct se_menu *menu)
{
	menu->flow.waits = true;
	menu->wait = MENU_IDLE;
}

/* A whole response in rx, from start; it is opened where it lies. */
static void
take_response(struct se_menu *menu, const struct menu_os *os, size_t start, size_t len)
{
	struct ykt_bytes plain;

	switch (os->air->open(os->ctx, menu->flow.rx + start, len, &plain)) {
	case YKT_OK:
		menu_flow_answer(menu, os, plain);
		break;
	case YKT_REFUSED:
		(void)os->air->close(os->ctx);
		menu_flow_say(menu, os, MENU_TEXT_FAILED);
		break;
	default: /* not for this call: on a stream nothing else can come behind it */
		menu->flow.rx_len = 0;
		if (menu->flow.bearer == MENU_BEARER_TCP)
			again(menu, os);
		else
			wait_on(menu);
		break;
	}
}

static void
take_stream(struct se_menu *menu, const struct menu_os *os)
{
	struct ykt_bytes frame;
	size_t used;

	switch (air_tcp_next(
	    ykt_bytes(menu->flow.rx, menu->flow.rx_len), AIR_RESPONSE_MAX, &frame, &used)) {
	case YKT_OK:
		take_response(menu, os, AIR_TCP_LEN, frame.len);
		break;
	case YKT_NOT_FOUND:
		wait_on(menu);
		break;
	default:
		again(menu, os);
		break;
	}
}

/* The data of RECEIVE DATA. */
static uint16_t
take_data(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body)
{
	struct menu_flow *flow = &menu->flow;
	struct ykt_bytes data, left;

	if (!usat_find(body, USAT_TAG_CHANNEL_DATA, &data) ||
	    !usat_find(body, USAT_TAG_CHANNEL_LEN, &left) || left.len != 1)
		return SW_DATA;
	if (data.len > sizeof(flow->rx) - flow->rx_len) {
		again(menu, os);
		return SW_OK;
	}
	memcpy(flow->rx + flow->rx_len, data.data, data.len);
	flow->rx_len = (uint8_t)(flow->rx_len + data.len);
	flow->more = left.data[0];
	if (flow->more != 0 && data.len != 0 && flow->rx_len < sizeof(flow->rx))
		step(menu, MENU_SHOW_RECEIVE);
	else if (flow->bearer == MENU_BEARER_TCP)
		take_stream(menu, os);
	else
		take_response(menu, os, 0, flow->rx_len);

	return SW_OK;
}

static uint16_t
take_channel(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body)
{
	struct usat_channel channel;
	struct ykt_bytes value;

	if (!usat_find(body, USAT_TAG_CHANNEL_STATUS, &value) ||
	    usat_channel_decode(value, &channel) != YKT_OK || channel.id == 0)
		return SW_DATA;
	menu->flow.channel = channel.id;
	if (channel.open)
		step(menu, MENU_SHOW_SEND);
	else
		unreachable(menu, os);

	return SW_OK;
}

uint16_t
menu_net_done(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body)
{
	switch ((enum menu_show)menu->show) {
	case MENU_SHOW_EVENTS:
		step(menu, MENU_SHOW_OPEN);
		break;
	case MENU_SHOW_OPEN:
		return take_channel(menu, os, body);
	case MENU_SHOW_SEND:
	case MENU_SHOW_SMS:
		menu->flow.sent = true;
		step(menu, MENU_SHOW_TIMER);
		break;
	case MENU_SHOW_TIMER:
		menu->flow.timer = true;
		wait_on(menu);
		break;
	case MENU_SHOW_RECEIVE:
		return take_data(menu, os, body);
	default: /* the timer, the channel */
		menu_net_failed(menu, os);
		break;
	}

	return SW_OK;
}

/* Data, or the end, of our channel; anything else is not for us. */
static void
take_event(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body)
{
	struct usat_channel channel;
	struct ykt_bytes event, value, len;

	if (!menu->flow.waits || !usat_find(body, USAT_TAG_EVENTS, &event) || event.len != 1 ||
	    !usat_find(body, USAT_TAG_CHANNEL_STATUS, &value) ||
	    usat_channel_decode(value, &channel) != YKT_OK || channel.id == 0 ||
	    channel.id != menu->flow.channel)
		return;
	menu->flow.waits = false;
	if (event.data[0] == USAT_EVENT_DATA) {
		menu->flow.more = COUNT_MAX;
		if (usat_find(body, USAT_TAG_CHANNEL_LEN, &len) && len.len == 1)
			menu->flow.more = len.data[0];
		step(menu, MENU_SHOW_RECEIVE);
	} else if (event.data[0] == USAT_EVENT_CHANNEL && !channel.open) {
		if (++menu->flow.tries >= TRIES_MAX)
			give_up(menu, os);
		else
			menu_net_finish(menu, os, MENU_SHOW_EVENTS);
	} else {
		menu->flow.waits = true;
	}
}

static void
take_time(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body)
{
	struct ykt_bytes id;

	if (!menu->flow.waits || !usat_find(body, USAT_TAG_TIMER_ID, &id) || id.len != 1 ||
	    id.data[0] != TIMER_ID)
		return;
	menu->flow.waits = menu->flow.timer = false;
	again(menu, os);
}

uint16_t
menu_net_event(struct se_menu *menu, const struct menu_os *os, const struct usat_envelope *envelope)
{
	if (envelope->source != USAT_TERMINAL || envelope->dest != USAT_UICC)
		return SW_DATA;
	if (menu->wait != MENU_IDLE)
		return SW_TOOLKIT_BUSY;
	if (envelope->tag == USAT_EVENT)
		take_event(menu, os, envelope->body);
	else
		take_time(menu, os, envelope->body);

	return SW_OK;
}

uint16_t
menu_response_sms(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes response)
{
	if (!menu->ready)
		return SW_CONDITIONS;
	if (menu->wait != MENU_IDLE)
		return SW_TOOLKIT_BUSY;
	if (!menu->flow.waits || menu->flow.bearer != MENU_BEARER_SMS ||
	    response.len > sizeof(menu->flow.rx))
		return SW_OK; /* too late, or for nobody */
	menu->flow.waits = false;
	memcpy(menu->flow.rx, response.data, response.len);
	take_response(menu, os, 0, response.len);

	return SW_OK;
}
