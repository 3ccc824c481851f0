/*
 * Loading libsodium.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <stdbool.h>

#include "crypto/library.h"
#include "crypto/sodium_lib.h"

#define SODIUM_SONAME "libsodium.so.23"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct sodium_lib table;
static bool loaded;

static void
load(void)
{
	void *library = dlopen(SODIUM_SONAME, RTLD_NOW | RTLD_LOCAL);

	loaded = library != NULL && library_take(library, "sodium_init", &table.init) &&
		 library_take(library, "crypto_pwhash_argon2id", &table.argon2id) &&
		 library_take(library, "sodium_bin2base64", &table.bin2base64) &&
		 library_take(library, "sodium_base642bin", &table.base642bin) && table.init() >= 0;
}

const struct sodium_lib *
sodium_load(void)
{
	return pthread_once(&once, load) == 0 && loaded ? &table : NULL;
}
