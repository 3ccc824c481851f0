/*
 * The acquirer's half: other cities' cards at our gates, and telling their
 * issuers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_ACQUIRER_H
#define PLATFORM_ACQUIRER_H

#include "platform/tap.h"

/*
 * Takes a sound record of another city's card inside a transaction: a confirmed
 * one is credited provisionally (I-15), an unconfirmed one is passed on only.
 */
YKT_MUST_USE enum ykt_status acquirer_take(struct ykt_tx *tx, const struct ledger_writer *writer,
    const struct platform *p, const struct platform_peer *peer, const struct wire_tap *tap,
    enum wire_upload_result *ret_result);

/*
 * Submits one batch of what waits for the city's issuer and books its answer.
 * YKT_OK: nothing waits any more. YKT_PENDING: more waits. Or the status of the
 * call: nothing has changed.
 */
YKT_MUST_USE enum ykt_status clear_run(struct platform_worker *w, const char *city, int64_t now_ms);

#endif
