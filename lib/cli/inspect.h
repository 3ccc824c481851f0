/*
 * Bytes of cards taken apart into JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_INSPECT_H
#define CLI_INSPECT_H

#include <jansson.h>

#include <ykt/bytes.h>

enum inspect_kind {
	INSPECT_APDU,
	INSPECT_TLV,
	INSPECT_FCI,
	INSPECT_FILE15,
	INSPECT_FILE16,
	INSPECT_FILE17,
	INSPECT_LOG,
	INSPECT_TRIP,
	INSPECT_JOURNEY,
	INSPECT_SW,
	INSPECT_USAT,
	INSPECT_OTA,
	INSPECT_GP,
	INSPECT_KIND_COUNT
};

/* "apdu", "tlv" and so on; YKT_NOT_FOUND for another name. */
YKT_MUST_USE enum ykt_status inspect_kind_of(const char *name, enum inspect_kind *ret_kind);
const char *inspect_kind_name(enum inspect_kind kind);

/*
 * One value as a new JSON object, which the caller gives back with
 * json_decref(). Hex is upper-case text, amounts are integer fen.
 *
 * YKT_E_FORMAT  the bytes are not of that kind
 */
YKT_MUST_USE enum ykt_status
inspect_bytes(enum inspect_kind kind, struct ykt_bytes bytes, json_t **ret_object);

#endif
