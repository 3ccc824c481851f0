/*
 * GlobalPlatform taken apart into JSON: content management commands, and answers
 * of GET STATUS and INITIALIZE UPDATE.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_INSPECT_GP_H
#define CLI_INSPECT_GP_H

#include <jansson.h>

#include <ykt/bytes.h>

/*
 * A command of class 80, or 84 with its MAC; else an answer, with or without 9000
 * or 6310 behind it. Enciphered data is left as it is. YKT_E_FORMAT: none of them.
 */
YKT_MUST_USE enum ykt_status inspect_gp(struct ykt_bytes bytes, json_t *object);

#endif
