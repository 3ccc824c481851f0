/*
 * libsodium, loaded when the first password is worked on. Its functions are called
 * through this table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_SODIUM_LIB_H
#define CRYPTO_SODIUM_LIB_H

#include <sodium.h>

struct sodium_lib {
	__typeof__(sodium_init) *init;
	__typeof__(crypto_pwhash_argon2id) *argon2id;
	__typeof__(sodium_bin2base64) *bin2base64;
	__typeof__(sodium_base642bin) *base642bin;
};

/* Loads and initialises it, once a process, from any thread. NULL: not installed. */
const struct sodium_lib *sodium_load(void);

#endif
