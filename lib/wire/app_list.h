/*
 * The list of applications that a platform issues, as it is signed and kept. The form is ours
 * (grade D; clause 6 of Part 5 has an application model and no bytes of it).
 *
 *   issued8  UTC milliseconds, by the platform's clock: of two lists the later counts
 *   count1, then each application:
 *     aid: length1, bytes   city: length1, text   issuer8   name_zh, name_en: length1, text
 *     fee4 min_load4 max_load4 cap4   without: 00, or 01 length1 text
 *
 * The signature is SM2 (default id) over "ykt-apps" ‖ 01 ‖ this form, by the key that clients
 * pin: the one that opens their envelopes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_APP_LIST_H
#define WIRE_APP_LIST_H

#include "crypto/signer.h"
#include "wire/client_msg.h"

#define WIRE_APP_LIST_MAX 4096 /* bytes of the form with what is signed before it */

/* Appends the form; no signature. */
void wire_app_list_encode(const struct wire_app_list_rsp *list, struct ykt_buf *out);

/*
 * Exactly one form, whose texts fit their fields; what the fields say is not judged, and the
 * signature is left zero. YKT_E_CORRUPT: *list is wiped.
 */
YKT_MUST_USE enum ykt_status
wire_app_list_decode(struct ykt_bytes bytes, struct wire_app_list_rsp *list);

/* Signs it as it is. scratch: room for WIRE_APP_LIST_MAX, wiped. YKT_E_SPACE, or the signer's. */
YKT_MUST_USE enum ykt_status wire_app_list_sign(
    const struct signer *signer, struct ykt_buf *scratch, struct wire_app_list_rsp *list);

/* YKT_E_MAC: not signed by pub as it is. YKT_E_SPACE, YKT_E_CRYPTO */
YKT_MUST_USE enum ykt_status
wire_app_list_verify(struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_buf *scratch,
    const struct wire_app_list_rsp *list);

#endif
