/*
 * What happens around a card, told to it in envelopes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset/handset_priv.h"

#include <ykt/secret.h>

#include "card/apdu.h"
#include "card/sms.h"
#include "card/tlv.h"

#define ENVELOPE_MAX 255
#define TPDU_MAX     200
#define COUNT_MAX    0xFF
#define LOOK_MS      250 /* how often a user who waits is asked whether he goes on */
#define N_(text)     text

/* Sends an envelope that out holds; the card may be busy, and then it has missed it. */
static enum ykt_status
post(struct handset *handset, const struct ykt_buf *out)
{
	enum ykt_status status = ykt_buf_done(out);
	uint16_t sw = 0;

	return status == YKT_OK ? handset_tell(handset, ykt_buf_view(out), NULL, &sw) : status;
}

static enum ykt_status
tell_channel(struct handset *handset, size_t place, enum usat_event event)
{
	const struct handset_channel *channel = &handset->channels[place];
	const struct usat_channel status = { (uint8_t)(place + 1), channel->open,
		channel->open ? 0 : USAT_CHANNEL_DROPPED };
	uint8_t bytes[ENVELOPE_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	static const uint8_t devices[] = { USAT_TERMINAL, USAT_UICC };
	size_t mark = tlv_begin(&out, USAT_EVENT);

	/* Here the event stands before the devices (TS 102 223 7.5). */
	usat_put_u8(&out, USAT_TAG_EVENTS | USAT_CR, (uint8_t)event);
	usat_put(&out, USAT_TAG_DEVICES | USAT_CR, YKT_BYTES(devices));
	usat_channel_put(&status, &out);
	if (event == USAT_EVENT_DATA)
		usat_put_u8(&out, USAT_TAG_CHANNEL_LEN | USAT_CR,
		    (uint8_t)(channel->in_len < COUNT_MAX ? channel->in_len : COUNT_MAX));
	usat_end(&out, mark);

	return post(handset, &out);
}

/* What came on a channel; *happened when there was something. */
static enum ykt_status
pump_channel(struct handset *handset, size_t place, bool *happened)
{
	const struct ykt_net *net = handset->o.net;
	struct handset_channel *channel = &handset->channels[place];
	struct ykt_buf in = { channel->in, channel->in_len, channel->size, false };
	bool was_empty = channel->in_len == 0;
	enum ykt_status status = YKT_NOT_FOUND;

	/* A datagram that waits is kept apart from the next one. */
	if (channel->open && (was_empty || (!channel->datagrams && in.len < in.cap)))
		status = net->receive(net->ctx, channel->lane, &in);
	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	*happened = true;
	if (status == YKT_OK) {
		channel->in_len = in.len;
		return was_empty && in.len != 0 && handset->tells_data
			   ? tell_channel(handset, place, USAT_EVENT_DATA)
			   : YKT_OK;
	}
	net->close(net->ctx, channel->lane);
	channel->open = false;

	return handset->tells_channel ? tell_channel(handset, place, USAT_EVENT_CHANNEL) : YKT_OK;
}

/* A message for the card; what it answers goes back as a report of delivery. */
static enum ykt_status
deliver(struct handset *handset, struct ykt_bytes tpdu)
{
	const struct ykt_net *net = handset->o.net;
	uint8_t bytes[ENVELOPE_MAX], proof_bytes[APDU_SHORT_RSP_MAX], report_bytes[TPDU_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct ykt_buf proof = YKT_BUF(proof_bytes);
	struct ykt_buf report = YKT_BUF(report_bytes);
	size_t mark = usat_envelope_begin(&out, USAT_SMS_PP, USAT_NETWORK, USAT_UICC);
	enum ykt_status status;
	uint16_t sw = 0;

	usat_put(&out, USAT_TAG_SMS_TPDU | USAT_CR, tpdu);
	usat_end(&out, mark);
	status = ykt_buf_done(&out);
	if (status == YKT_OK)
		status = handset_tell(handset, ykt_buf_view(&out), &proof, &sw);
	if (status == YKT_OK && proof.len != 0) {
		sms_report_encode(ykt_buf_view(&proof), &report);
		/* A report that is lost is one that the centre asks for again. */
		if (!report.full && handset->has_sms)
			(void)net->send(net->ctx, handset->sms_lane, ykt_buf_view(&report),
			    ykt_clock_mono(handset->o.clock) + HANDSET_NET_MS);
	}
	ykt_wipe(bytes, sizeof(bytes));

	return status;
}

static enum ykt_status
pump_sms(struct handset *handset, bool *happened)
{
	const struct ykt_net *net = handset->o.net;
	uint8_t bytes[TPDU_MAX];
	struct ykt_buf tpdu = YKT_BUF(bytes);
	enum ykt_status status = net->receive(net->ctx, handset->sms_lane, &tpdu);

	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	*happened = true;
	if (status != YKT_OK || tpdu.full) { /* the next message opens it again */
		net->close(net->ctx, handset->sms_lane);
		handset->has_sms = false;
		return YKT_OK;
	}
	status = tpdu.len != 0 ? deliver(handset, ykt_buf_view(&tpdu)) : YKT_OK;
	ykt_wipe(bytes, sizeof(bytes));

	return status;
}

static enum ykt_status
pump_timer(struct handset *handset, size_t place, bool *happened)
{
	struct handset_timer *timer = &handset->timers[place];
	uint8_t bytes[ENVELOPE_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	size_t mark;

	if (!timer->runs || ykt_clock_mono(handset->o.clock) < timer->end_mono_ms)
		return YKT_OK;
	*happened = true;
	timer->runs = false;
	mark = usat_envelope_begin(&out, USAT_TIMER_EXPIRATION, USAT_TERMINAL, USAT_UICC);
	usat_put_u8(&out, USAT_TAG_TIMER_ID | USAT_CR, (uint8_t)(place + 1));
	usat_timer_put(0, &out);
	usat_end(&out, mark);

	return post(handset, &out);
}

/* Everything that has happened by now: what came goes before a time that is over. */
static enum ykt_status
pump(struct handset *handset, bool *happened)
{
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; status == YKT_OK && i < HANDSET_CHANNELS; i++)
		if (handset->channels[i].used)
			status = pump_channel(handset, i, happened);
	if (status == YKT_OK && handset->has_sms)
		status = pump_sms(handset, happened);
	for (size_t i = 0; status == YKT_OK && i < USAT_TIMER_COUNT; i++)
		status = pump_timer(handset, i, happened);

	return status;
}

/* When the next timer runs out; false when none runs. */
static bool
next_end(const struct handset *handset, int64_t *ret_mono_ms)
{
	bool any = false;

	for (size_t i = 0; i < USAT_TIMER_COUNT; i++) {
		const struct handset_timer *timer = &handset->timers[i];

		if (timer->runs && (!any || timer->end_mono_ms < *ret_mono_ms)) {
			*ret_mono_ms = timer->end_mono_ms;
			any = true;
		}
	}

	return any;
}

/* Until something may have happened, or end; YKT_CANCELLED: the user has left. */
static enum ykt_status
wait_with_user(struct handset *handset, int64_t end)
{
	const struct ykt_net *net = handset->o.net;
	const struct ykt_ui *ui = handset->o.ui;
	enum ykt_status status = YKT_E_DEADLINE;

	while (status == YKT_E_DEADLINE) {
		int64_t now = ykt_clock_mono(handset->o.clock);
		int64_t until = end;

		if (ui->progress != NULL) {
			if (ui->progress(ui->ctx, N_("The card is at work"), 0, 0))
				return YKT_CANCELLED;
			until = end - now > LOOK_MS ? now + LOOK_MS : end;
		}
		status = net != NULL ? net->wait(net->ctx, until)
				     : ykt_clock_wait(handset->o.clock, until);
		if (until == end)
			break;
		if (net == NULL && status == YKT_OK)
			status = YKT_E_DEADLINE;
	}

	return status == YKT_E_DEADLINE ? YKT_OK : status;
}

/* Until something may have happened; YKT_E_DEADLINE: nothing is awaited any more. */
static enum ykt_status
await(struct handset *handset, int64_t limit_mono_ms)
{
	int64_t end = 0;

	if (!next_end(handset, &end) || ykt_clock_mono(handset->o.clock) >= limit_mono_ms)
		return YKT_E_DEADLINE;
	if (end > limit_mono_ms)
		end = limit_mono_ms;

	return wait_with_user(handset, end);
}

enum ykt_status
handset_settle(struct handset *handset)
{
	int64_t limit = ykt_clock_mono(handset->o.clock) + HANDSET_EVENTS_MS;
	enum ykt_status status = YKT_OK;

	for (unsigned events = 0; status == YKT_OK && events < HANDSET_EVENTS_MAX; events++) {
		bool happened = false;

		status = pump(handset, &happened);
		if (handset->reset_asked)
			return status;
		if (status == YKT_OK && !happened)
			status = await(handset, limit);
	}

	return status == YKT_E_DEADLINE ? YKT_OK : status;
}
