/*
 * The cards that gates refuse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_BLACKLIST_H
#define PLATFORM_BLACKLIST_H

#include "platform/room.h"

/*
 * The list and its version into a gate's parameters. The version is that of the
 * options and the changes of the list together, so it only grows. Of more cards
 * than fit, those come first whose element is not locked, then the latest.
 *
 * YKT_E_STORE.., YKT_E_CORRUPT
 */
YKT_MUST_USE enum ykt_status
blacklist_put(struct platform_worker *w, struct wire_gate_params_rsp *rsp);

#endif
