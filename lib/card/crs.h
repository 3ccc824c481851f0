/*
 * The contactless registry service of a secure element (GlobalPlatform
 * Amendment C): which applications answer at gates, and which one first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_CRS_H
#define CARD_CRS_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define CRS_AID_LEN  9
#define CRS_NAME_MIN 5
#define CRS_NAME_MAX 16
extern const uint8_t crs_aid[CRS_AID_LEN]; /* A00000015143525300 */

enum crs_air {
	CRS_AIR_OFF = 0x00,
	CRS_AIR_ON = 0x01,
	CRS_AIR_NEVER = 0x80, /* it cannot be switched on as it is */
};

/* One application of the list. */
struct crs_entry {
	struct ykt_bytes aid; /* 4F; borrowed */
	uint8_t life;         /* first byte of 9F70 */
	uint8_t air;          /* second byte, enum crs_air */
	bool preferred;       /* 81 is 01: the default card */
};

/* GET STATUS for the applications whose AID begins with prefix. */
void crs_list_build(struct ykt_bytes prefix, struct ykt_buf *out);

/*
 * Takes the next application off the answer. False at the end and on a fault;
 * a fault also sets rd->bad. Unknown tags are passed over.
 */
bool crs_entry_next(struct ykt_rd *rd, struct crs_entry *ret_entry);
void crs_entry_encode(const struct crs_entry *entry, bool with_priority, struct ykt_buf *out);

/* SET STATUS: availability, or the first place among all. */
void crs_air_build(struct ykt_bytes aid, bool on, struct ykt_buf *out);
void crs_prefer_build(struct ykt_bytes aid, bool first, struct ykt_buf *out);

#endif
