/*
 * The one caller of secure-element drivers: see se_link.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "link/se_link.h"

#include <string.h>

#include <ykt/secret.h>

/* ISO/IEC 7816-4, 5.3.4 and 7.6.1. */
#define INS_GET_RESPONSE 0xC0
#define SW1_MORE         0x61
#define SW1_WRONG_LE     0x6C
#define LEN_HEADER       4
#define LEN_CASE_2       5

/* One exchange of the caller with all that follows from it. */
struct exchange {
	const struct se_link *link;
	int64_t deadline_mono_ms;
	struct ykt_buf *rsp; /* the caller's */
	size_t start;        /* its length before */
	unsigned rounds;
};

static void
trace_apdu(const struct se_link *link, const char *name, struct ykt_bytes bytes)
{
	const struct ykt_trace_event event = {
		.kind = YKT_TRACE_APDU,
		.room = "link",
		.name = name,
		.number = link->port.iface,
		.bytes = bytes,
	};

	ykt_trace_event(link->trace, &event);
}

static void
trace_error(const struct se_link *link, const char *name, enum ykt_status status)
{
	const struct ykt_trace_event event = {
		.kind = YKT_TRACE_ERROR,
		.room = "link",
		.name = name,
		.number = status,
	};

	ykt_trace_event(link->trace, &event);
}

/* What a driver may say; anything else is its fault. */
static enum ykt_status
driver_status(enum ykt_status status)
{
	switch (status) {
	case YKT_OK:
	case YKT_E_LINK:
	case YKT_E_DOWN:
	case YKT_E_DRIVER:
		return status;
	default:
		return YKT_E_DRIVER;
	}
}

/* The driver wrote into view, a buffer of ours; takes over what it may have written. */
static enum ykt_status
take_over(enum ykt_status status, const struct ykt_buf *before, const struct ykt_buf *view,
    size_t min_len)
{
	status = driver_status(status);
	if (status == YKT_OK && view->full)
		status = YKT_E_SPACE;
	if (status == YKT_OK && (view->data != before->data || view->cap != before->cap ||
				    view->len < min_len || view->len > before->cap))
		status = YKT_E_DRIVER;
	return status;
}

/* One call of the driver; its whole answer is appended to the caller's buffer. */
static enum ykt_status
send_once(struct exchange *x, struct ykt_bytes cmd, size_t *ret_len)
{
	const struct ykt_se *driver = x->link->driver;
	const struct ykt_buf before = {
		.data = x->rsp->data + x->rsp->len,
		.cap = x->rsp->cap - x->rsp->len,
	};
	struct ykt_buf view = before;
	enum ykt_status status;

	if (ykt_clock_mono(x->link->clock) >= x->deadline_mono_ms)
		return x->rounds == 0 ? YKT_E_DEADLINE : YKT_E_LINK;
	x->rounds++;

	trace_apdu(x->link, "command", cmd);
	status = driver->transceive(driver->ctx, cmd, &view, x->deadline_mono_ms);
	status = take_over(status, &before, &view, SE_LINK_SW_LEN);
	if (status != YKT_OK)
		return status;

	trace_apdu(x->link, "response", ykt_buf_view(&view));
	x->rsp->len += view.len;
	*ret_len = view.len;
	return YKT_OK;
}

static uint8_t
sw1(const struct exchange *x)
{
	return x->rsp->data[x->rsp->len - 2];
}

static uint8_t
sw2(const struct exchange *x)
{
	return x->rsp->data[x->rsp->len - 1];
}

/* True when cmd has a short Le that 6Cxx can correct: case 2 and case 4. */
static bool
has_short_le(struct ykt_bytes cmd)
{
	if (cmd.len == LEN_CASE_2)
		return true;
	return cmd.len > LEN_CASE_2 && cmd.data[LEN_HEADER] != 0 &&
	       cmd.len == (size_t)cmd.data[LEN_HEADER] + LEN_CASE_2 + 1;
}

/* 6Cxx means that the card did nothing, so the same command may go once more. */
static enum ykt_status
send_with_le(struct exchange *x, struct ykt_bytes cmd, size_t *ret_len)
{
	uint8_t again[LEN_CASE_2 + UINT8_MAX + 1];
	enum ykt_status status;

	status = send_once(x, cmd, ret_len);
	if (status != YKT_OK || *ret_len != SE_LINK_SW_LEN || sw1(x) != SW1_WRONG_LE ||
	    !has_short_le(cmd) || x->rounds > SE_LINK_ROUND_MAX)
		return status;

	/* Bounded: a case 4 command has at most 4 + 1 + 255 + 1 bytes. */
	memcpy(again, cmd.data, cmd.len);
	again[cmd.len - 1] = sw2(x);
	x->rsp->len -= SE_LINK_SW_LEN;
	status = send_once(x, ykt_bytes(again, cmd.len), ret_len);
	ykt_wipe(again, sizeof(again));
	return status;
}

/* GET RESPONSE belongs to the logical channel of the command, without secure messaging. */
static uint8_t
channel_of(uint8_t cla)
{
	return (cla & 0x40) != 0 ? (uint8_t)(0x40 | (cla & 0x0F)) : (uint8_t)(cla & 0x03);
}

/* While the card says that there is more, asks for it; each part must bring something. */
static enum ykt_status
fetch_rest(struct exchange *x, uint8_t cla)
{
	while (sw1(x) == SW1_MORE) {
		const uint8_t cmd[LEN_CASE_2] = { channel_of(cla), INS_GET_RESPONSE, 0, 0, sw2(x) };
		enum ykt_status status;
		size_t len;

		if (x->rounds > SE_LINK_ROUND_MAX)
			return YKT_E_CARD;
		x->rsp->len -= SE_LINK_SW_LEN;
		status = send_with_le(x, YKT_BYTES(cmd), &len);
		if (status != YKT_OK)
			return status;
		if (len == SE_LINK_SW_LEN && sw1(x) == SW1_MORE)
			return YKT_E_CARD;
	}
	return YKT_OK;
}

static bool
buf_usable(const struct ykt_buf *buf)
{
	return buf != NULL && buf->data != NULL && buf->len <= buf->cap;
}

enum ykt_status
se_link_transceive(
    const struct se_link *link, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct exchange x = {
		.link = link,
		.deadline_mono_ms = deadline_mono_ms,
		.rsp = rsp,
	};
	enum ykt_status status;
	size_t len;

	if (!buf_usable(rsp) || cmd.data == NULL || cmd.len < SE_LINK_CMD_MIN ||
	    cmd.len > SE_LINK_CMD_MAX)
		return YKT_E_ARG;
	x.start = rsp->len;

	status = send_with_le(&x, cmd, &len);
	if (status == YKT_OK)
		status = fetch_rest(&x, cmd.data[0]);

	if (status != YKT_OK) {
		ykt_wipe(rsp->data + x.start, rsp->cap - x.start);
		rsp->len = x.start;
		trace_error(link, "transceive", status);
	}
	return status;
}

enum ykt_status
se_link_reset(const struct se_link *link, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	const struct ykt_se *driver = link->driver;
	struct ykt_buf before;
	struct ykt_buf view;
	enum ykt_status status;

	if (!buf_usable(atr))
		return YKT_E_ARG;
	if (ykt_clock_mono(link->clock) >= deadline_mono_ms)
		return YKT_E_DEADLINE;

	before = (struct ykt_buf){ .data = atr->data + atr->len, .cap = atr->cap - atr->len };
	view = before;
	status = driver->reset(driver->ctx, &view, deadline_mono_ms);
	status = take_over(status, &before, &view, 0);
	if (status == YKT_OK && view.len > SE_LINK_ATR_MAX)
		status = YKT_E_DRIVER;
	if (status == YKT_OK) {
		trace_apdu(link, "atr", ykt_buf_view(&view));
		atr->len += view.len;
	} else {
		ykt_wipe(before.data, before.cap);
		trace_error(link, "reset", status);
	}
	return status;
}

static enum ykt_status
port_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	return se_link_transceive(ctx, cmd, rsp, deadline_mono_ms);
}

static enum ykt_status
port_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	return se_link_reset(ctx, atr, deadline_mono_ms);
}

void
se_link_init(struct se_link *link, const struct ykt_se *driver, const struct ykt_clock *clock,
    const struct ykt_trace *trace)
{
	*link = (struct se_link){
		.port = {
			.ctx = link,
			.iface = driver->iface,
			.transceive = port_transceive,
			.reset = port_reset,
		},
		.driver = driver,
		.clock = clock,
		.trace = trace,
	};
}

const struct ykt_se *
se_link_port(const struct se_link *link)
{
	return &link->port;
}
