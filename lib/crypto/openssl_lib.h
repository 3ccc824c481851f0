/*
 * OpenSSL's libcrypto, loaded when the first handle is made: a program that only
 * reads a card and prints it has neither its start nor its memory. Its functions
 * are called through the table ossl, under their own names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_OPENSSL_LIB_H
#define CRYPTO_OPENSSL_LIB_H

#include <stdbool.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include <ykt/status.h>

/* Each that the backend calls; a macro of OpenSSL's headers cannot stand here. */
#define OPENSSL_FUNCTIONS(F)                                                                       \
	F(BN_CTX_free)                                                                             \
	F(BN_CTX_new_ex)                                                                           \
	F(BN_bin2bn)                                                                               \
	F(BN_clear_free)                                                                           \
	F(BN_secure_new)                                                                           \
	F(BN_set_flags)                                                                            \
	F(EC_GROUP_free)                                                                           \
	F(EC_GROUP_new_by_curve_name_ex)                                                           \
	F(EC_POINT_clear_free)                                                                     \
	F(EC_POINT_mul)                                                                            \
	F(EC_POINT_new)                                                                            \
	F(EC_POINT_oct2point)                                                                      \
	F(EC_POINT_point2oct)                                                                      \
	F(ERR_clear_error)                                                                         \
	F(ERR_peek_error)                                                                          \
	F(EVP_CIPHER_CTX_free)                                                                     \
	F(EVP_CIPHER_CTX_new)                                                                      \
	F(EVP_CIPHER_fetch)                                                                        \
	F(EVP_CIPHER_free)                                                                         \
	F(EVP_Cipher)                                                                              \
	F(EVP_CipherInit_ex2)                                                                      \
	F(EVP_DigestFinal_ex)                                                                      \
	F(EVP_DigestInit_ex2)                                                                      \
	F(EVP_DigestUpdate)                                                                        \
	F(EVP_MD_CTX_free)                                                                         \
	F(EVP_MD_CTX_new)                                                                          \
	F(EVP_MD_fetch)                                                                            \
	F(EVP_MD_free)                                                                             \
	F(EVP_PKEY_CTX_free)                                                                       \
	F(EVP_PKEY_CTX_new_from_name)                                                              \
	F(EVP_PKEY_CTX_new_from_pkey)                                                              \
	F(EVP_PKEY_decrypt)                                                                        \
	F(EVP_PKEY_decrypt_init)                                                                   \
	F(EVP_PKEY_encrypt)                                                                        \
	F(EVP_PKEY_encrypt_init)                                                                   \
	F(EVP_PKEY_free)                                                                           \
	F(EVP_PKEY_fromdata)                                                                       \
	F(EVP_PKEY_fromdata_init)                                                                  \
	F(EVP_PKEY_sign)                                                                           \
	F(EVP_PKEY_sign_init)                                                                      \
	F(EVP_PKEY_verify)                                                                         \
	F(EVP_PKEY_verify_init)                                                                    \
	F(EVP_RAND_CTX_set_params)                                                                 \
	F(EVP_RAND_instantiate)                                                                    \
	F(OSSL_LIB_CTX_free)                                                                       \
	F(OSSL_LIB_CTX_new)                                                                        \
	F(OSSL_PARAM_BLD_free)                                                                     \
	F(OSSL_PARAM_BLD_new)                                                                      \
	F(OSSL_PARAM_BLD_push_BN_pad)                                                              \
	F(OSSL_PARAM_BLD_push_octet_string)                                                        \
	F(OSSL_PARAM_BLD_push_utf8_string)                                                         \
	F(OSSL_PARAM_BLD_to_param)                                                                 \
	F(OSSL_PARAM_construct_end)                                                                \
	F(OSSL_PARAM_construct_octet_string)                                                       \
	F(OSSL_PARAM_construct_uint)                                                               \
	F(OSSL_PARAM_free)                                                                         \
	F(OSSL_PROVIDER_load)                                                                      \
	F(OSSL_PROVIDER_unload)                                                                    \
	F(RAND_get0_private)                                                                       \
	F(RAND_get0_public)                                                                        \
	F(RAND_set_DRBG_type)

#define OPENSSL_MEMBER(name) __typeof__(name) *name;

struct openssl_lib {
	OPENSSL_FUNCTIONS(OPENSSL_MEMBER)
};

/* Written once, by openssl_load(); all NULL before. */
extern struct openssl_lib ossl;

/* Loads it, once a process, from any thread. False: not installed, or too old. */
YKT_MUST_USE bool openssl_load(void);

#endif
