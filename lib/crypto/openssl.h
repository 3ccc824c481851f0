/*
 * What the two files of the OpenSSL backend share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_OPENSSL_H
#define CRYPTO_OPENSSL_H

#include "crypto/backend.h"
#include "crypto/openssl_lib.h"

#define OPENSSL_CIPHERS 12 /* six key kinds in two modes */

struct backend {
	const struct ykt_random *seed; /* NULL: the library's own generator */
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *provider[2];
	EVP_CIPHER_CTX *cipher[OPENSSL_CIPHERS];
	EVP_CIPHER_CTX *run; /* borrowed from cipher: the run under way */
	EVP_MD_CTX *digest[2];
	BN_CTX *numbers;
	EC_GROUP *group;
	EC_POINT *point;
	uint8_t der[CRYPTO_SM2_DER_MAX];
};

/* Forgets what the library queued for this thread; its callers ask us, not it. */
enum ykt_status openssl_failed(void);

/* With a seed: hands the generators their next bytes, enough for one call. */
YKT_MUST_USE enum ykt_status openssl_reseed(struct backend *b);

#endif
