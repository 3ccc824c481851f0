/*
 * Driver: a card behind two C functions, see se_callback.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "link/se_callback.h"

/* The embedder counts as a driver too: what it says is checked here and again in the link. */
static enum ykt_status
appended(long len, struct ykt_buf *out)
{
	if (len < 0)
		return YKT_E_LINK;
	if ((unsigned long)len > out->cap - out->len)
		return YKT_E_DRIVER;
	out->len += (size_t)len;
	return YKT_OK;
}

static enum ykt_status
callback_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct se_callback *callback = ctx;

	return appended(callback->run(callback->ctx, cmd.data, cmd.len, rsp->data + rsp->len,
			    rsp->cap - rsp->len, deadline_mono_ms),
	    rsp);
}

static enum ykt_status
callback_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct se_callback *callback = ctx;

	return appended(callback->reset(callback->ctx, atr->data + atr->len, atr->cap - atr->len,
			    deadline_mono_ms),
	    atr);
}

void
se_callback_init(struct se_callback *callback, enum ykt_se_iface iface, void *ctx,
    se_callback_run *run, se_callback_reset *reset)
{
	*callback = (struct se_callback){
		.se = {
			.ctx = callback,
			.iface = iface,
			.transceive = callback_transceive,
			.reset = callback_reset,
		},
		.ctx = ctx,
		.run = run,
		.reset = reset,
	};
}
