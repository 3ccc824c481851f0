/*
 * What anybody may read off a T-Union card: no keys, nothing written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CARD_VIEW_H
#define CLI_CARD_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/driver/se.h>

#include "card/files.h"

/* Records as the card gave them, newest first, and how many of those could be read. */
struct card_view {
	bool has_info; /* info is filled in; always on YKT_OK */
	struct file15 info;
	char number[CARD_NUMBER_MAX];
	bool has_management;
	struct file17 management;
	int64_t balance_fen; /* as wallets show it: may be negative */
	bool has_second;     /* the FCI told the balance of a second ticket kind (DF71) */
	uint32_t second_fen;
	unsigned log_count;
	uint8_t log[RECORD_LOG_COUNT][RECORD_LOG_LEN];
	unsigned trip_count;
	uint8_t trips[RECORD_TRIP_COUNT][RECORD_TRIP_LEN];
	unsigned odd_count; /* records of another length than the standard's */
};

/*
 * Selects the purse and reads everything that needs no key: number, validity,
 * city, balance, ten log and thirty trip records. se is a checked port (of
 * link), which follows 61xx and 6Cxx itself.
 *
 * *ret_view is written on YKT_OK and, as far as it could be read, on YKT_BLOCKED.
 *
 * YKT_WRONG_CARD  there is no T-Union purse on it
 * YKT_DENIED      the element's access rules let this caller at none (6982)
 * YKT_BLOCKED     the purse is blocked (6A81, 6283, 9303, 9407)
 * YKT_E_LINK      the card left before everything was read
 * YKT_E_FORMAT    a purse, but its answers are not what they must be
 * others          as the port gives them
 */
YKT_MUST_USE enum ykt_status
card_view_read(const struct ykt_se *se, int64_t deadline_mono_ms, struct card_view *ret_view);

/*
 * The same for number and balance alone; aid is the purse's, or empty for the
 * first that is there.
 */
YKT_MUST_USE enum ykt_status card_view_balance(const struct ykt_se *se, struct ykt_bytes aid,
    int64_t deadline_mono_ms, struct card_view *ret_view);

enum card_validity {
	CARD_VALID,
	CARD_NOT_YET_VALID,
	CARD_NOT_ENABLED, /* version byte 00 */
	CARD_EXPIRED,
	CARD_VALIDITY_UNKNOWN, /* the dates are no dates */
};

/* The card's dates on a business day in UTC+8. */
enum card_validity card_view_validity(const struct card_view *view, int64_t utc_ms);

#endif
