/*
 * ykt-sim --tear-matrix.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_SIM_TEAR_MATRIX_H
#define YKT_SIM_TEAR_MATRIX_H

#include <stdint.h>

#include "sim/tear.h"

/* Runs every scene in jobs processes and prints the table. The exit code. */
int tear_matrix(const struct tear_options *options, uint32_t jobs, bool quiet);

#endif
