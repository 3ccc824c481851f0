/*
 * The part of inspect that takes records apart.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_INSPECT_RECORD_H
#define CLI_INSPECT_RECORD_H

#include <jansson.h>

#include <ykt/bytes.h>

/* Add members to object. YKT_E_FORMAT: not such a record. */
YKT_MUST_USE enum ykt_status inspect_log(struct ykt_bytes bytes, json_t *object);
YKT_MUST_USE enum ykt_status inspect_trip(struct ykt_bytes bytes, json_t *object);
YKT_MUST_USE enum ykt_status inspect_journey(struct ykt_bytes bytes, json_t *object);

#endif
