/*
 * Driver: a card behind two C functions, for an embedder's own element (a
 * phone's secure-element service, an emulator, the card OS in the process).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_CALLBACK_H
#define LINK_SE_CALLBACK_H

#include <ykt/driver/se.h>

/*
 * Runs one command. Returns the length of the answer with its status word,
 * written to rsp (cap bytes), or -1 when no answer came. ctx is the embedder's.
 */
typedef long se_callback_run(void *ctx, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t cap, int64_t deadline_mono_ms);
/* Resets; returns the length of the ATR written to atr, or -1. */
typedef long se_callback_reset(void *ctx, uint8_t *atr, size_t cap, int64_t deadline_mono_ms);

/* Embedded; the owner does not move it. */
struct se_callback {
	struct ykt_se se; /* the driver: give &callback.se to se_link_init() */
	void *ctx;
	se_callback_run *run;
	se_callback_reset *reset;
};

/* ctx is borrowed; both functions are required. */
void se_callback_init(struct se_callback *callback, enum ykt_se_iface iface, void *ctx,
    se_callback_run *run, se_callback_reset *reset);

#endif
