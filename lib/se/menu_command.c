/*
 * The commands between the menu and the handset on the way to the gateway: type,
 * qualifier, other end and elements of each.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/menu_priv.h"

#include "card/air_frame.h"
#include "card/tlv.h"

#define TIMER_ID   1
#define NET_SECS   20 /* for an answer over a channel */
#define SMS_SECS   60
#define PACKET_MAX 160

static const struct {
	uint8_t type;
	uint8_t qualifier;
} commands[] = {
	[MENU_SHOW_EVENTS - MENU_SHOW_EVENTS] = { USAT_SET_UP_EVENT_LIST, 0 },
	[MENU_SHOW_OPEN - MENU_SHOW_EVENTS] = { USAT_OPEN_CHANNEL, USAT_Q_IMMEDIATE },
	[MENU_SHOW_SEND - MENU_SHOW_EVENTS] = { USAT_SEND_DATA, USAT_Q_IMMEDIATE },
	[MENU_SHOW_SMS - MENU_SHOW_EVENTS] = { USAT_SEND_SMS, 0 },
	[MENU_SHOW_TIMER - MENU_SHOW_EVENTS] = { USAT_TIMER, USAT_Q_TIMER_START },
	[MENU_SHOW_RECEIVE - MENU_SHOW_EVENTS] = { USAT_RECEIVE_DATA, 0 },
	[MENU_SHOW_TIMER_STOP - MENU_SHOW_EVENTS] = { USAT_TIMER, USAT_Q_TIMER_STOP },
	[MENU_SHOW_HANG_UP - MENU_SHOW_EVENTS] = { USAT_CLOSE_CHANNEL, 0 },
};

uint8_t
menu_command_type(const struct se_menu *menu)
{
	return commands[menu->show - MENU_SHOW_EVENTS].type;
}

uint8_t
menu_command_qualifier(const struct se_menu *menu)
{
	return commands[menu->show - MENU_SHOW_EVENTS].qualifier;
}

uint8_t
menu_command_dest(const struct se_menu *menu)
{
	switch ((enum menu_show)menu->show) {
	case MENU_SHOW_SEND:
	case MENU_SHOW_RECEIVE:
	case MENU_SHOW_HANG_UP:
		return (uint8_t)(USAT_CHANNEL_1 - 1 + menu->flow.channel);
	case MENU_SHOW_SMS:
		return USAT_NETWORK;
	default:
		return USAT_TERMINAL;
	}
}

/* Identity and packet of the call that is written down. packet has its bytes. */
static bool
make_message(const struct menu_os *os, struct ykt_buf *packet, struct air_message *message)
{
	if (os->air->packet(os->ctx, message->identity, packet) != YKT_OK)
		return false;
	message->packet = ykt_buf_view(packet);

	return true;
}

/* The message as the bearer carries it, in an element. */
static void
put_message(const struct se_menu *menu, const struct menu_os *os, struct ykt_buf *out)
{
	uint8_t bytes[PACKET_MAX];
	struct ykt_buf packet = YKT_BUF(bytes);
	struct air_message message;
	bool sms = menu->show == MENU_SHOW_SMS;
	size_t mark;

	if (!make_message(os, &packet, &message)) {
		out->full = true;
		return;
	}
	ykt_put_u8(out, (sms ? USAT_TAG_SMS_TPDU : USAT_TAG_CHANNEL_DATA) | USAT_CR);
	mark = out->len;
	if (sms) {
		air_part_encode(&message, 0, 1, os->pack->gateway.sms, out);
	} else {
		if (menu->flow.bearer == MENU_BEARER_TCP)
			ykt_put_u16(out, (uint16_t)(AIR_IDENTITY_LEN + packet.len));
		air_message_encode(&message, out);
	}
	tlv_end(out, mark);
}

static void
put_open(const struct se_menu *menu, const struct menu_os *os, struct ykt_buf *out)
{
	static const uint8_t bearer[] = { USAT_BEARER_DEFAULT };
	const struct menu_gateway *gateway = &os->pack->gateway;
	bool tcp = menu->flow.bearer == MENU_BEARER_TCP;
	const struct usat_open open = { YKT_BYTES(bearer), USAT_BUFFER_MAX,
		tcp ? USAT_TCP_CLIENT : USAT_UDP_CLIENT,
		tcp ? gateway->tcp_port : gateway->udp_port, gateway->address };

	usat_open_encode(&open, out);
}

void
menu_command_put(const struct se_menu *menu, const struct menu_os *os, struct ykt_buf *out)
{
	static const uint8_t events[] = { USAT_EVENT_DATA, USAT_EVENT_CHANNEL };
	size_t room = sizeof(menu->flow.rx) - menu->flow.rx_len;

	switch ((enum menu_show)menu->show) {
	case MENU_SHOW_EVENTS:
		usat_put(out, USAT_TAG_EVENTS | USAT_CR, YKT_BYTES(events));
		break;
	case MENU_SHOW_OPEN:
		put_open(menu, os, out);
		break;
	case MENU_SHOW_SEND:
	case MENU_SHOW_SMS:
		put_message(menu, os, out);
		break;
	case MENU_SHOW_TIMER:
		usat_put_u8(out, USAT_TAG_TIMER_ID | USAT_CR, TIMER_ID);
		usat_timer_put(menu->flow.bearer == MENU_BEARER_SMS ? SMS_SECS : NET_SECS, out);
		break;
	case MENU_SHOW_TIMER_STOP:
		usat_put_u8(out, USAT_TAG_TIMER_ID | USAT_CR, TIMER_ID);
		break;
	case MENU_SHOW_RECEIVE:
		usat_put_u8(out, USAT_TAG_CHANNEL_LEN | USAT_CR,
		    (uint8_t)(menu->flow.more < room ? menu->flow.more : room));
		break;
	default: /* CLOSE CHANNEL names it as the other end */
		break;
	}
}
