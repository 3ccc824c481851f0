/*
 * The user's certificate and its request, in the form of a card-verifiable
 * certificate of ISO/IEC 7816-8 (grade D: tags as published, choice of fields ours):
 *
 *   7F21 { 7F4E { 5F29 00, 42 authority, 7F49 { 86 point }, 5F20 holder,
 *                 5F25 from, 5F24 until }, 5F37 r | s }
 *
 * The signature is over the whole element 7F4E: of a certificate the
 * authority's, with the default SM2 id. A request has neither authority nor
 * dates and is signed with the key in it, with ident_id_request.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_IDENT_CERT_H
#define CARD_IDENT_CERT_H

#include "card/ident.h"

#define IDENT_AUTHORITY_MAX 16
#define IDENT_DATE_LEN      4 /* YYYYMMDD, BCD */
#define IDENT_CERT_MAX      199

struct ident_cert {
	bool request;               /* no authority and no dates */
	struct ykt_bytes authority; /* its reference, 1 to 16 bytes; borrowed */
	struct crypto_sm2_pub pub;
	uint8_t holder[IDENT_IDENTITY_LEN]; /* the element's identity */
	uint8_t from[IDENT_DATE_LEN];
	uint8_t until[IDENT_DATE_LEN];
	uint8_t sig[CRYPTO_SM2_SIG_LEN];
};

/* Appends the element that is signed. */
void ident_cert_body_encode(const struct ident_cert *cert, struct ykt_buf *out);
/* Appends all of it, with cert->sig. */
void ident_cert_encode(const struct ident_cert *cert, struct ykt_buf *out);

/*
 * Exactly one, in just the form above. *ret_body (may be NULL) is what was
 * signed, borrowed from bytes as authority is. Nothing is verified.
 *
 * YKT_E_FORMAT  anything else; also a date that is none
 */
YKT_MUST_USE enum ykt_status
ident_cert_decode(struct ykt_bytes bytes, struct ident_cert *ret_cert, struct ykt_bytes *ret_body);

/*
 * True, in status, for a request that the key in it signed.
 * YKT_E_FORMAT: a certificate, or its point is none. YKT_E_MAC, YKT_E_CRYPTO.
 */
YKT_MUST_USE enum ykt_status
ident_request_verify(struct crypto *c, const struct ident_cert *request, struct ykt_bytes body);

#endif
