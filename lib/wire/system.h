/*
 * Versions of operating systems: one to three numbers, compared one after another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_SYSTEM_H
#define WIRE_SYSTEM_H

#include <stdbool.h>

#include "wire/version.h"

/*
 * "12", "22.04", "17.5.1": numbers up to 65535 of at most five digits, leading zeros
 * allowed, nothing before or behind; what is not there is 0. YKT_E_FORMAT, output
 * untouched.
 */
YKT_MUST_USE enum ykt_status
wire_system_version(const char *text, struct wire_version *ret_version);

/* 1 to 16 of a-z, 0-9, '-', '_', '.': what os-release(5) allows in an ID. */
bool wire_system_name_valid(const char *name);

#endif
