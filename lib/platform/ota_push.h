/*
 * Menu packages that the gateway brings to elements by itself, in short messages: one
 * command of the menu a packet, the next when the proof of the last has come.
 *
 * A push is one row: how far it is, and the packet that is out. What is out is sent again,
 * to the byte, until its proof comes, so that a lost message costs nothing. Versions only
 * rise; the element judges signature and version itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_OTA_PUSH_H
#define PLATFORM_OTA_PUSH_H

#include "platform/ota.h"

/*
 * Appends the packet that the element is to get now. YKT_NOT_FOUND: none. Only elements
 * that have told which menu they have get any.
 */
YKT_MUST_USE enum ykt_status ota_push_next(
    struct platform_worker *w, const uint8_t se_id[AIR_IDENTITY_LEN], struct ykt_buf *out);

/*
 * Takes the proof of receipt of the packet that is out. YKT_DENIED: not of this element
 * and packet, nothing has changed. YKT_NOT_FOUND: none is out.
 */
YKT_MUST_USE enum ykt_status ota_push_receipt(
    struct platform_worker *w, const uint8_t se_id[AIR_IDENTITY_LEN], struct ykt_bytes packet);

#endif
