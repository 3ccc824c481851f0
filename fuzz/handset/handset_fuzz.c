/*
 * The handset around a card that answers anything: it ends, stays in its buffers, and
 * every response that it sends is one.
 *
 * The input is what the card answers, a length and bytes each; behind its end the card
 * says 9000. The user types what the input's last bytes say, and a network echoes what is
 * sent to it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "card/apdu.h"
#include "fuzz.h"
#include "handset/handset.h"

#define EXCHANGES_MAX 20000 /* over what every limit of the handset allows together */

struct world {
	struct ykt_rd script;
	struct ykt_bytes all;
	unsigned exchanges;
	unsigned asked;
	int64_t now_ms;
	bool open[YKT_NET_LANES];
	uint8_t echo[YKT_NET_LANES][300];
	size_t echo_len[YKT_NET_LANES];
	struct handset handset;
};

static struct world world;

static enum ykt_status
answer(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct world *w = ctx;
	struct usat_response response;
	struct apdu_cmd apdu;
	struct ykt_bytes next;

	(void)deadline_mono_ms;
	assert(++w->exchanges < EXCHANGES_MAX);
	assert(apdu_cmd_decode(cmd, &apdu) == YKT_OK);
	if (apdu.ins == USAT_INS_RESPONSE)
		assert(usat_response_decode(apdu.data, &response) == YKT_OK);
	next = ykt_rd_take(&w->script, ykt_rd_u8(&w->script));
	if (w->script.bad)
		ykt_put_u16(rsp, 0x9000);
	else
		ykt_put(rsp, next);

	return YKT_OK;
}

static enum ykt_status
reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	(void)ctx;
	(void)deadline_mono_ms;
	ykt_put_u8(atr, 0x3B);

	return YKT_OK;
}

static void
show(void *ctx, const struct ykt_screen *screen)
{
	(void)ctx;
	assert(screen->text == NULL || strlen(screen->text) < HANDSET_TEXT_MAX);
}

static enum ykt_status
ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	static const char *const typed[] = { "1", "2", "123456", "0", "", "+", "好" };
	struct world *w = ctx;
	size_t from = w->all.len > 8 ? w->all.len - 8 : 0;
	uint8_t say = w->all.len != 0 ? w->all.data[from + w->asked % (w->all.len - from)] : 0;

	(void)deadline_mono_ms;
	assert(screen->title != NULL);
	w->asked++;
	if (say % 8 == 7)
		return YKT_CANCELLED;
	strcpy(ret_answers->text[0], typed[say % 8]);

	return YKT_OK;
}

static int64_t
now(void *ctx)
{
	return ((struct world *)ctx)->now_ms;
}

static enum ykt_status
sleep_until(void *ctx, int64_t until_mono_ms)
{
	struct world *w = ctx;

	w->now_ms = until_mono_ms > w->now_ms ? until_mono_ms : w->now_ms;

	return YKT_OK;
}

static enum ykt_status
net_open(
    void *ctx, const struct ykt_net_target *target, unsigned *ret_lane, int64_t deadline_mono_ms)
{
	struct world *w = ctx;

	(void)deadline_mono_ms;
	if (target->kind != YKT_NET_SMS)
		assert(
		    target->port != 0 && (target->address_len == 4 || target->address_len == 16));
	for (unsigned i = 0; i < YKT_NET_LANES; i++) {
		if (w->open[i])
			continue;
		w->open[i] = true;
		w->echo_len[i] = 0;
		*ret_lane = i;
		return YKT_OK;
	}

	return YKT_E_SPACE;
}

static enum ykt_status
net_send(void *ctx, unsigned lane, struct ykt_bytes data, int64_t deadline_mono_ms)
{
	struct world *w = ctx;
	size_t len = data.len < sizeof(w->echo[0]) ? data.len : sizeof(w->echo[0]);

	(void)deadline_mono_ms;
	assert(lane < YKT_NET_LANES && w->open[lane]);
	if (len != 0)
		memcpy(w->echo[lane], data.data, len);
	w->echo_len[lane] = len;

	return YKT_OK;
}

static enum ykt_status
net_receive(void *ctx, unsigned lane, struct ykt_buf *out)
{
	struct world *w = ctx;
	size_t len;

	assert(lane < YKT_NET_LANES && w->open[lane]);
	len = w->echo_len[lane];
	if (len == 0 || len > out->cap - out->len)
		return YKT_NOT_FOUND;
	/* One byte is the other side's farewell. */
	if (len == 1)
		return YKT_E_LINK;
	ykt_put_mem(out, w->echo[lane], len);
	w->echo_len[lane] = 0;

	return YKT_OK;
}

static enum ykt_status
net_wait(void *ctx, int64_t deadline_mono_ms)
{
	(void)sleep_until(ctx, deadline_mono_ms);

	return YKT_E_DEADLINE;
}

static void
net_close(void *ctx, unsigned lane)
{
	struct world *w = ctx;

	assert(lane < YKT_NET_LANES && w->open[lane]);
	w->open[lane] = false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct world *w = &world;
	const struct ykt_se se = {
		.ctx = w, .iface = YKT_SE_WIRED, .transceive = answer, .reset = reset
	};
	const struct ykt_ui ui = { .ctx = w, .show = show, .ask = ask, .result = show };
	const struct ykt_clock clock = {
		.ctx = w, .wall_ms = now, .mono_ms = now, .wait = sleep_until
	};
	const struct ykt_net net = { w, net_open, net_send, net_receive, net_wait, net_close };
	const struct handset_options options = { &se, &clock, &ui, &net, "en", true };
	enum ykt_status status;

	memset(w, 0, sizeof(*w));
	w->all = ykt_bytes(data, len);
	w->script = ykt_rd(w->all);
	handset_init(&w->handset, &options);
	status = handset_start(&w->handset);
	for (unsigned i = 0; status == YKT_OK && i < 4; i++) {
		status = handset_choose(&w->handset, i % w->handset.menu.count);
		if (status == YKT_REFUSED || w->handset.menu.count == 0)
			break;
	}
	handset_clear(&w->handset);
	for (unsigned i = 0; i < YKT_NET_LANES; i++)
		assert(!w->open[i]);

	return 0;
}
