/*
 * Loading libcrypto.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>

#include "crypto/library.h"
#include "crypto/openssl_lib.h"

#define OPENSSL_SONAME "libcrypto.so.3"

struct openssl_lib ossl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool loaded;

#define OPENSSL_TAKE(name) &&library_take(library, #name, &ossl.name)

/* It stays loaded to the end: contexts of every handle are its. */
static void
load(void)
{
	void *library = dlopen(OPENSSL_SONAME, RTLD_NOW | RTLD_LOCAL);

	loaded = library != NULL OPENSSL_FUNCTIONS(OPENSSL_TAKE);
}

bool
openssl_load(void)
{
	return pthread_once(&once, load) == 0 && loaded;
}
