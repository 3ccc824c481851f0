/*
 * The one caller of secure-element drivers.
 *
 * A link wraps a driver (struct ykt_se) and is itself a struct ykt_se, so that
 * every room above takes the checked port and never sees a driver. The link
 * checks the command before, believes no length that comes back, fetches the
 * rest of an answer that a card gives in parts (61xx, ISO/IEC 7816-4 7.6.1),
 * repeats once with the length that the card asks for (6Cxx), and keeps the
 * one deadline over all of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_LINK_H
#define LINK_SE_LINK_H

#include <ykt/driver/clock.h>
#include <ykt/driver/se.h>
#include <ykt/driver/trace.h>

#define SE_LINK_CMD_MIN 4     /* CLA INS P1 P2 */
#define SE_LINK_CMD_MAX 65544 /* extended case 4 */
#define SE_LINK_SW_LEN  2
#define SE_LINK_ATR_MAX 33
/* GET RESPONSE and repeated commands after one command of the caller. */
#define SE_LINK_ROUND_MAX 16

/* Embedded: its owner provides it and does not move it. Used by one thread at a time. */
struct se_link {
	struct ykt_se port; /* hand out se_link_port(), not this */
	const struct ykt_se *driver;
	const struct ykt_clock *clock;
	const struct ykt_trace *trace;
};

/* Borrows all three until the link is no longer used; trace may be NULL. */
void se_link_init(struct se_link *link, const struct ykt_se *driver, const struct ykt_clock *clock,
    const struct ykt_trace *trace);

/* The checked port, for every room above; valid as long as the link. */
const struct ykt_se *se_link_port(const struct se_link *link);

/*
 * Sends one command and appends the whole answer with its last status word to
 * rsp. Any status word is YKT_OK, but for the two that the link follows itself:
 * a caller sees 61xx never and 6Cxx only when the repeated command gave it too.
 * On failure rsp has its old length and the bytes behind it are wiped.
 *
 * YKT_E_ARG       cmd is shorter than 4 or longer than SE_LINK_CMD_MAX bytes
 * YKT_E_DEADLINE  the deadline had passed: nothing was sent
 * YKT_E_LINK      no answer, or not all of it in time: the command may be done
 * YKT_E_DRIVER    the driver broke its contract (an answer below two bytes,
 *                 more than there was room for, a foreign status)
 * YKT_E_SPACE     the answer does not fit rsp; the command is done
 * YKT_E_CARD      the card goes on promising more and gives nothing, or gave
 *                 more than SE_LINK_ROUND_MAX parts; the command is done
 * YKT_E_DOWN      as the driver said
 */
YKT_MUST_USE enum ykt_status se_link_transceive(const struct se_link *link, struct ykt_bytes cmd,
    struct ykt_buf *rsp, int64_t deadline_mono_ms);

/*
 * Warm reset of the driver's interface; appends the ATR or ATS to atr, which
 * needs room for SE_LINK_ATR_MAX bytes.
 *
 * YKT_E_DEADLINE, YKT_E_LINK, YKT_E_DRIVER, YKT_E_DOWN as above
 */
YKT_MUST_USE enum ykt_status
se_link_reset(const struct se_link *link, struct ykt_buf *atr, int64_t deadline_mono_ms);

#endif
