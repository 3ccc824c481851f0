/*
 * Which operating systems clients may run on (MASVS CODE-1): what the options say of
 * the one that a request names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_SYSTEM_H
#define PLATFORM_SYSTEM_H

#include "platform/room.h"

/* Names that are names, each once, with versions that can be compared. */
bool systems_valid(const struct platform_options *o);

/*
 * WIRE_FINDING_SYSTEM_OLD, or WIRE_FINDING_SYSTEM_UNKNOWN: not said, not listed, or
 * a version that is none. 0: new enough, or nothing is asked.
 */
unsigned system_findings(const struct platform_options *o, const struct wire_request *request);

/* "debian 12" as the request says it, for the log; "" when it says nothing. */
#define SYSTEM_TEXT_MAX 34
void system_text(const struct wire_request *request, char ret_text[SYSTEM_TEXT_MAX]);

#endif
