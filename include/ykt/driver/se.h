/*
 * Port: one interface of one secure element (or PSAM, or any card).
 *
 * Only lib/link/se_link.c calls a driver; it has checked the arguments before
 * and believes no length that comes back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_SE_H
#define YKT_DRIVER_SE_H

#include <ykt/bytes.h>

enum ykt_se_iface {
	YKT_SE_WIRED = 0,       /* the client's and the TSM's side */
	YKT_SE_CONTACTLESS = 1, /* the gate's side */
};

struct ykt_se {
	void *ctx;
	enum ykt_se_iface iface;
	/*
	 * Required. Sends one command APDU and appends the whole response, status
	 * word included, to rsp. Any status word is YKT_OK. YKT_E_LINK: the answer
	 * did not come; the card may or may not have done the command.
	 */
	enum ykt_status (*transceive)(
	    void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms);
	/* Required. Warm reset of this interface only; appends the ATR (or ATS). */
	enum ykt_status (*reset)(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms);
};

#endif
