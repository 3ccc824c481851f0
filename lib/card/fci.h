/*
 * SELECT answers: the FCI of a purse and the PPSE directory (card.md 1.1).
 *
 * Views borrow from the decoded bytes. Unknown tags are passed over; a tag
 * that is read here and comes twice is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_FCI_H
#define CARD_FCI_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define FCI_AID_MIN      5
#define FCI_AID_MAX      16
#define PPSE_ENTRIES_MAX 8

struct fci {
	struct ykt_bytes name;    /* 84: AID of the instance, or the PPSE's name */
	struct ykt_bytes label;   /* 50, or empty */
	int priority;             /* 87, or -1 */
	struct ykt_bytes version; /* 9F08, or empty */
	struct ykt_bytes info;    /* 9F0C: the bytes of file 15, or empty */
	struct ykt_bytes balance; /* 9F51: balance of the first ticket kind, or empty */
	struct ykt_bytes second;  /* DF71: of the second, or empty */
};

/*
 * 9F51 and DF71 are named by one source without a coding, and e-cash has another use
 * for them: 1 to 8 bytes, uninterpreted.
 *
 * Zero bytes after the last element inside 6F are tolerated: real cards send
 * them.
 *
 * YKT_E_FORMAT  no 6F, no 84, an AID outside 5..16 bytes, TLV faults,
 *               duplicates, 9F0C present with another length than 30
 */
YKT_MUST_USE enum ykt_status fci_decode(struct ykt_bytes bytes, struct fci *ret_fci);
void fci_encode(const struct fci *fci, struct ykt_buf *out);

struct ppse_entry {
	struct ykt_bytes aid;   /* 4F */
	struct ykt_bytes label; /* 50, or empty */
	int priority;           /* 87, or -1 */
};

/*
 * Entries in card order. More than capacity are dropped.
 *
 * YKT_E_FORMAT  no 6F/A5/BF0C, or an entry without an AID of 5..16 bytes
 */
YKT_MUST_USE enum ykt_status
ppse_decode(struct ykt_bytes bytes, struct ppse_entry *entries, size_t capacity, size_t *ret_count);
void ppse_encode(const struct ppse_entry *entries, size_t count, struct ykt_buf *out);

#endif
