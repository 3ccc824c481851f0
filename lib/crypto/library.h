/*
 * Functions of a library that is loaded at run time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_LIBRARY_H
#define CRYPTO_LIBRARY_H

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * Writes the function called name to the function pointer at ret_function, NULL
 * when the library has none. POSIX gives functions as object pointers; copied as
 * bytes, as C has no cast.
 */
static inline bool
library_take(void *library, const char *name, void *ret_function)
{
	void *found = dlsym(library, name);

	memcpy(ret_function, &found, sizeof(found));
	return found != NULL;
}

#endif
