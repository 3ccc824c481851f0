/*
 * Channels and short messages of the card, through the net port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset/handset_priv.h"

#include <string.h>

#include <ykt/secret.h>

#define COUNT_MAX   0xFF /* "so many or more", of free room and of bytes that wait */
#define RECEIVE_MAX USAT_CHANNEL_DATA_MAX

static int64_t
net_deadline(const struct handset *handset)
{
	return ykt_clock_mono(handset->o.clock) + HANDSET_NET_MS;
}

static void
fail(struct handset_answer *answer, enum usat_bip_error error)
{
	answer->result = USAT_BIP_ERROR;
	answer->has_info = true;
	answer->info = (uint8_t)error;
}

static uint8_t
capped(size_t count)
{
	return (uint8_t)(count < COUNT_MAX ? count : COUNT_MAX);
}

static void
drop(struct handset *handset, struct handset_channel *channel)
{
	if (channel->open)
		handset->o.net->close(handset->o.net->ctx, channel->lane);
	channel->open = false;
}

void
handset_hang_up(struct handset *handset)
{
	for (size_t i = 0; i < HANDSET_CHANNELS; i++) {
		drop(handset, &handset->channels[i]);
		ykt_wipe(&handset->channels[i], sizeof(handset->channels[i]));
	}
	if (handset->has_sms)
		handset->o.net->close(handset->o.net->ctx, handset->sms_lane);
	handset->has_sms = false;
}

/* The channel that a command goes to; NULL, and its result set, for none. */
static struct handset_channel *
addressed(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	unsigned place = command->head.dest - (unsigned)USAT_CHANNEL_1;

	if (place < HANDSET_CHANNELS && handset->channels[place].used)
		return &handset->channels[place];
	fail(answer, USAT_BIP_BAD_ID);

	return NULL;
}

/* What the command asks for, as the port wants it. */
static bool
read_target(
    const struct usat_open *open, struct ykt_net_target *target, struct handset_answer *answer)
{
	*target = (struct ykt_net_target){ .address_len = (uint8_t)open->address.len,
		.port = open->port };
	memcpy(target->address, open->address.data, open->address.len);
	if (open->bearer.data[0] != USAT_BEARER_PACKET &&
	    open->bearer.data[0] != USAT_BEARER_DEFAULT) {
		answer->result = USAT_BEYOND;
		return false;
	}
	if (open->port == 0) {
		answer->result = USAT_DATA_UNKNOWN;
		return false;
	}
	switch (open->protocol) {
	case USAT_UDP_CLIENT:
		target->kind = YKT_NET_UDP;
		return true;
	case USAT_TCP_CLIENT:
		target->kind = YKT_NET_TCP;
		return true;
	default:
		fail(answer, USAT_BIP_TRANSPORT);
		return false;
	}
}

/* Status, bearer and size of a channel that is there now. */
static void
put_opened(const struct handset *handset, const struct handset_channel *channel,
    const struct usat_open *open, struct handset_answer *answer)
{
	const struct usat_channel status = { (uint8_t)(channel - handset->channels + 1), true, 0 };

	usat_channel_put(&status, answer->body);
	usat_put(answer->body, USAT_TAG_BEARER | USAT_CR, open->bearer);
	ykt_put_u16(answer->body, (USAT_TAG_BUFFER_SIZE | USAT_CR) << 8 | 2);
	ykt_put_u16(answer->body, (uint16_t)channel->size);
	if (channel->size != open->buffer_size)
		answer->result = USAT_DONE_MODIFIED;
}

/* Connects at once, also when the command would let it wait for the first data. */
static void
connect_to(struct handset *handset, struct handset_channel *channel, const struct usat_open *open,
    struct handset_answer *answer)
{
	const struct ykt_net *net = handset->o.net;
	struct ykt_net_target target;
	enum ykt_status status;
	unsigned lane = 0;

	if (!read_target(open, &target, answer))
		return;
	status = net->open(net->ctx, &target, &lane, net_deadline(handset));
	if (status != YKT_OK) {
		fail(answer, status == YKT_E_SPACE ? USAT_BIP_NO_CHANNEL : USAT_BIP_UNREACHABLE);
		return;
	}
	memset(channel, 0, sizeof(*channel));
	channel->used = channel->open = true;
	channel->datagrams = target.kind == YKT_NET_UDP;
	channel->lane = lane;
	channel->size = open->buffer_size;
	if (channel->size == 0 || channel->size > USAT_BUFFER_MAX)
		channel->size = USAT_BUFFER_MAX;
	put_opened(handset, channel, open, answer);
}

void
handset_open_channel(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	struct usat_open open;
	size_t place = 0;

	switch (usat_open_decode(command->body, &open)) {
	case YKT_OK:
		break;
	case YKT_NOT_FOUND:
		answer->result = USAT_VALUES_MISSING;
		return;
	default:
		answer->result = USAT_DATA_UNKNOWN;
		return;
	}
	/* What it answers with the bearer must fit. */
	if (open.bearer.len > USAT_ITEM_TEXT_MAX / 2) {
		answer->result = USAT_DATA_UNKNOWN;
		return;
	}
	while (place < HANDSET_CHANNELS && handset->channels[place].used)
		place++;
	if (place == HANDSET_CHANNELS)
		fail(answer, USAT_BIP_NO_CHANNEL);
	else
		connect_to(handset, &handset->channels[place], &open, answer);
}

void
handset_close_channel(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	struct handset_channel *channel = addressed(handset, command, answer);

	if (channel == NULL)
		return;
	drop(handset, channel);
	ykt_wipe(channel, sizeof(*channel));
}

/* All that waits to go. */
static void
flush(struct handset *handset, struct handset_channel *channel, struct handset_answer *answer)
{
	const struct ykt_net *net = handset->o.net;
	enum ykt_status status = net->send(net->ctx, channel->lane,
	    ykt_bytes(channel->out, channel->out_len), net_deadline(handset));

	ykt_wipe(channel->out, sizeof(channel->out));
	channel->out_len = 0;
	if (status != YKT_OK) {
		drop(handset, channel);
		fail(answer, USAT_BIP_CLOSED);
	}
}

void
handset_send_data(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	struct handset_channel *channel = addressed(handset, command, answer);
	struct ykt_bytes data;

	if (channel == NULL)
		return;
	if (!usat_find(command->body, USAT_TAG_CHANNEL_DATA, &data)) {
		answer->result = USAT_VALUES_MISSING;
	} else if (!channel->open) {
		fail(answer, USAT_BIP_CLOSED);
	} else if (data.len > channel->size - channel->out_len) {
		fail(answer, USAT_BIP_BUFFER);
	} else {
		if (data.len != 0)
			memcpy(channel->out + channel->out_len, data.data, data.len);
		channel->out_len += data.len;
		if ((command->head.qualifier & USAT_Q_IMMEDIATE) != 0)
			flush(handset, channel, answer);
		usat_put_u8(answer->body, USAT_TAG_CHANNEL_LEN | USAT_CR,
		    capped(channel->size - channel->out_len));
	}
}

void
handset_receive_data(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	struct handset_channel *channel = addressed(handset, command, answer);
	struct ykt_bytes wanted;
	size_t len;

	if (channel == NULL)
		return;
	if (!usat_find(command->body, USAT_TAG_CHANNEL_LEN, &wanted) || wanted.len != 1) {
		answer->result = USAT_VALUES_MISSING;
		return;
	}
	len = wanted.data[0] < RECEIVE_MAX ? wanted.data[0] : RECEIVE_MAX;
	if (len > channel->in_len) {
		answer->result = USAT_DONE_MISSING;
		len = channel->in_len;
	}
	usat_put(answer->body, USAT_TAG_CHANNEL_DATA | USAT_CR, ykt_bytes(channel->in, len));
	channel->in_len -= len;
	memmove(channel->in, channel->in + len, channel->in_len);
	usat_put_u8(answer->body, USAT_TAG_CHANNEL_LEN | USAT_CR, capped(channel->in_len));
}

void
handset_channel_status(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	struct usat_channel status = { 0 };
	bool any = false;

	(void)command;
	for (size_t i = 0; i < HANDSET_CHANNELS; i++) {
		const struct handset_channel *channel = &handset->channels[i];

		if (!channel->used)
			continue;
		any = true;
		status = (struct usat_channel){ (uint8_t)(i + 1), channel->open,
			channel->open ? 0 : USAT_CHANNEL_DROPPED };
		usat_channel_put(&status, answer->body);
	}
	if (!any)
		usat_channel_put(&status, answer->body);
}

static bool
reach_centre(struct handset *handset)
{
	static const struct ykt_net_target target = { .kind = YKT_NET_SMS };
	const struct ykt_net *net = handset->o.net;

	if (!handset->has_sms)
		handset->has_sms = net->open(net->ctx, &target, &handset->sms_lane,
				       net_deadline(handset)) == YKT_OK;

	return handset->has_sms;
}

void
handset_register(struct handset *handset)
{
	if (handset->o.net != NULL)
		(void)reach_centre(handset); /* then there are none */
}

void
handset_send_sms(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	const struct ykt_net *net = handset->o.net;
	struct ykt_bytes tpdu;

	answer->result = USAT_VALUES_MISSING;
	if (!usat_find(command->body, USAT_TAG_SMS_TPDU, &tpdu) || tpdu.len == 0)
		return;
	answer->result = USAT_NETWORK_BUSY;
	if (!reach_centre(handset))
		return;
	if (net->send(net->ctx, handset->sms_lane, tpdu, net_deadline(handset)) == YKT_OK)
		answer->result = USAT_DONE;
}
