/*
 * What every harness defines: libFuzzer's entry point.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_FUZZ_H
#define YKT_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0. What must always hold is asserted; data may be NULL when len is 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#endif
