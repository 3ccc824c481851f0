/*
 * Strings of JSON, for this room only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_TEXT_H
#define WIRE_TEXT_H

#include "wire/reader.h"

/*
 * Takes the rest of a string, behind its opening quote, closing quote included.
 * Unescaped characters go to out with a NUL; those that no longer fit are read
 * and left out, whole. out may be NULL with size 0. Gives true when all fitted.
 */
bool wire_text_take(struct wire_rd *rd, char *out, size_t size);

#endif
