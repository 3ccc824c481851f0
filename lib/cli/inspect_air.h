/*
 * The kinds usat and ota of ykt inspect; see cli/inspect.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_INSPECT_AIR_H
#define CLI_INSPECT_AIR_H

#include <jansson.h>

#include <ykt/bytes.h>

#include "card/ota.h"

YKT_MUST_USE enum ykt_status inspect_usat(struct ykt_bytes bytes, json_t *object);
/* A command packet, with or without 02 70 00 or its CPL, or a response with 02 71 00. */
YKT_MUST_USE enum ykt_status inspect_ota(struct ykt_bytes bytes, json_t *object);

/* The members of a head: SPI taken apart, KIc, KID, TAR. */
void inspect_ota_head(json_t *object, const struct ota_head *head);

#endif
