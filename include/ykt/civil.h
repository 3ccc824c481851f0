/*
 * Civil time. Card time is fixed UTC+8, without daylight saving; everything
 * else is milliseconds since 1970-01-01T00:00:00Z.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_CIVIL_H
#define YKT_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

struct ykt_civil {
	int year;   /* 1970..9999 */
	int month;  /* 1..12 */
	int day;    /* 1..31 */
	int hour;   /* 0..23 */
	int minute; /* 0..59 */
	int second; /* 0..59 */
};

/* UTC milliseconds to UTC+8 civil time, and back. */
struct ykt_civil ykt_civil_from_ms(int64_t utc_ms);
int64_t ykt_civil_to_ms(const struct ykt_civil *civil);
bool ykt_civil_valid(const struct ykt_civil *civil);

/* BCD YYYYMMDDhhmmss of card records. from: false when it is no valid time. */
void ykt_civil_to_bcd7(const struct ykt_civil *civil, uint8_t out[7]);
bool ykt_civil_from_bcd7(const uint8_t bcd[7], struct ykt_civil *ret);

#define YKT_CIVIL_TEXT_MAX 24
/* "2026-11-23 08:00:00" in UTC+8. */
void ykt_civil_text(int64_t utc_ms, char out[YKT_CIVIL_TEXT_MAX]);
/* "20261123" in UTC+8: the business day of a moment. */
void ykt_civil_day(int64_t utc_ms, char out[9]);

#endif
