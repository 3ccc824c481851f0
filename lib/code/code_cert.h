/*
 * The certificate of a code institution (117 bytes, field 3 of every ride code)
 * and the request for one, as laboratory and terminals use them (grade B).
 *
 * The clearing centre's CA signs the 47 bytes from format to key; header,
 * service and root index stand before them, unsigned. Nothing here allocates.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODE_CODE_CERT_H
#define CODE_CODE_CERT_H

#include "crypto/signer.h"

#define CODE_CERT_LEN    117
#define CODE_REQUEST_LEN 116
#define CODE_POINT_LEN   33
#define CODE_SIG_LEN     64
/* Transport e-cash: the one service that ride codes belong to. */
#define CODE_SERVICE 0x01010000u

/*
 * Every byte of the certificate but the constants: header 24, format 12,
 * signature and encryption algorithm 04 (SM2), parameter 00, key length 21.
 */
struct code_cert {
	uint32_t service;
	uint8_t root_index;
	uint8_t institution[4];
	uint8_t expiry[2]; /* BCD MMYY: valid to the end of that month, in card time */
	uint8_t serial[3];
	uint8_t point[CODE_POINT_LEN]; /* the institution's key, compressed */
	uint8_t sig[CODE_SIG_LEN];     /* r | s of the CA */
};

/* YKT_E_FORMAT: another length, another constant, a month that is none. */
YKT_MUST_USE enum ykt_status code_cert_decode(struct ykt_bytes bytes, struct code_cert *ret_cert);
void code_cert_encode(const struct code_cert *cert, uint8_t ret_bytes[CODE_CERT_LEN]);

/* Sets cert->sig, only on YKT_OK. As signer_sign(). */
YKT_MUST_USE enum ykt_status code_cert_sign(const struct signer *ca, struct code_cert *cert);

/*
 * YKT_E_MAC     not signed by ca
 * YKT_E_FORMAT  ca is no point of the curve
 * id is the signer id; empty for the default one (GB/T 35276).
 */
YKT_MUST_USE enum ykt_status code_cert_verify(struct crypto *c, const struct code_cert *cert,
    const struct crypto_sm2_pub *ca, struct ykt_bytes id);

/* True when the month of MMYY is over at now_ms (UTC); YY is of this century. */
bool code_cert_expired(const uint8_t expiry[2], int64_t now_ms);

/*
 * The request of an institution (the laboratory's IGNP file): header 23, format
 * 02, signed by the institution's own key over the 47 bytes from format to key.
 * Widths that no source gives are those of the certificate (grade C). The value
 * that stands for SM3 is unknown to us: ours is 03 (grade D), any is read.
 */
struct code_request {
	uint32_t service;
	uint8_t institution[4];
	uint8_t expiry[2];
	uint8_t serial[3];
	uint8_t hash_alg;
	uint8_t point[CODE_POINT_LEN];
	uint8_t sig[CODE_SIG_LEN];
};
#define CODE_REQUEST_SM3 0x03

/* YKT_E_FORMAT as above. */
YKT_MUST_USE enum ykt_status
code_request_decode(struct ykt_bytes bytes, struct code_request *ret_request);
void code_request_encode(const struct code_request *request, uint8_t ret_bytes[CODE_REQUEST_LEN]);

/* Fills point and sig from the institution's key. As signer_sign(). */
YKT_MUST_USE enum ykt_status
code_request_sign(const struct signer *institution, struct code_request *request);

/*
 * What the CA checks: the service, the month, the key, the self-signature.
 *
 * YKT_E_MAC     not signed by the key inside it
 * YKT_E_FORMAT  another service; the key is no point of the curve
 * YKT_EXPIRED   asks for a month that is over
 */
YKT_MUST_USE enum ykt_status
code_request_check(struct crypto *c, const struct code_request *request, int64_t now_ms);

/*
 * The certificate for a request that was checked, signed by the root of that
 * index. serial is the CA's own. As signer_sign(); *ret_cert only on YKT_OK.
 */
YKT_MUST_USE enum ykt_status code_request_issue(const struct signer *ca, uint8_t root_index,
    const struct code_request *request, const uint8_t serial[3], struct code_cert *ret_cert);

#endif
