/*
 * Rows of the gateway: an element's counter and its last packet.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_OTA_ROW_H
#define PLATFORM_OTA_ROW_H

#include "platform/ota.h"

#define OTA_WINDOW_MS 60000

/*
 * Takes a packet's counter, in one transaction with the row.
 *
 * YKT_OK        it is new, or the last one that is not answered yet: do it
 * YKT_DUPLICATE the last one, answered: *card has the response
 * YKT_CONFLICT  a counter that is not higher; *card has the highest
 */
YKT_MUST_USE enum ykt_status ota_row_take(struct platform_worker *w, int64_t counter,
    const uint8_t hash[32], int64_t key_id, int64_t now_ms, struct ota_card *card);

/*
 * Keeps the response to the packet of that counter, unless one is kept already, and
 * reads back the one that is kept. YKT_CONFLICT: a later packet was taken meanwhile.
 */
YKT_MUST_USE enum ykt_status ota_row_keep(
    struct platform_worker *w, struct ota_card *card, int64_t counter, struct ykt_bytes response);

/* The element's row, outside a transaction of one's own. YKT_NOT_FOUND. */
YKT_MUST_USE enum ykt_status ota_row_find(
    struct platform_worker *w, const uint8_t se_id[AIR_IDENTITY_LEN], struct ota_card *ret_card);

/* Which menu the element says that it has. */
YKT_MUST_USE enum ykt_status ota_row_menu(struct platform_worker *w,
    const uint8_t se_id[AIR_IDENTITY_LEN], int64_t version, int64_t language);

#endif
