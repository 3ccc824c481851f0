/*
 * Civil time in UTC+8, by arithmetic on the Gregorian calendar: no zone file,
 * no locale, no C library clock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#define YEAR_MIN     1970
#define YEAR_MAX     9999
#define MS_PER_DAY   INT64_C(86400000)
#define ZONE_MS      INT64_C(28800000)
#define DAYS_OF_9999 2932896 /* 9999-12-31, counted from 1970-01-01 */

static bool
leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to the first day of a year, 1970 or later. */
static int64_t
year_start(int year)
{
	int before = year - 1;

	return (int64_t)(year - YEAR_MIN) * 365 + (before / 4 - 1969 / 4) -
	       (before / 100 - 1969 / 100) + (before / 400 - 1969 / 400);
}

struct ykt_civil
ykt_civil_from_ms(int64_t utc_ms)
{
	const int64_t first = -ZONE_MS;
	const int64_t last = (DAYS_OF_9999 + 1) * MS_PER_DAY - 1 - ZONE_MS;
	struct ykt_civil civil = { .month = 1 };
	int64_t local;
	int64_t days;
	int second;

	/* A moment outside the calendar of cards shows as the nearest end of it. */
	if (utc_ms < first)
		utc_ms = first;
	if (utc_ms > last)
		utc_ms = last;
	local = utc_ms + ZONE_MS;
	days = local / MS_PER_DAY;
	second = (int)(local % MS_PER_DAY / 1000);

	civil.year = YEAR_MIN + (int)(days / 366);
	while (year_start(civil.year + 1) <= days)
		civil.year++;
	days -= year_start(civil.year);
	while (days >= month_days(civil.year, civil.month))
		days -= month_days(civil.year, civil.month++);
	civil.day = (int)days + 1;
	civil.hour = second / 3600;
	civil.minute = second / 60 % 60;
	civil.second = second % 60;

	return civil;
}

int64_t
ykt_civil_to_ms(const struct ykt_civil *civil)
{
	int64_t days;
	int64_t seconds;

	assert(ykt_civil_valid(civil));

	days = year_start(civil->year) + civil->day - 1;
	for (int month = 1; month < civil->month; month++)
		days += month_days(civil->year, month);
	seconds = days * 86400 + civil->hour * 3600 + civil->minute * 60 + civil->second;

	return seconds * 1000 - ZONE_MS;
}

bool
ykt_civil_valid(const struct ykt_civil *civil)
{
	return civil->year >= YEAR_MIN && civil->year <= YEAR_MAX && civil->month >= 1 &&
	       civil->month <= 12 && civil->day >= 1 &&
	       civil->day <= month_days(civil->year, civil->month) && civil->hour >= 0 &&
	       civil->hour <= 23 && civil->minute >= 0 && civil->minute <= 59 &&
	       civil->second >= 0 && civil->second <= 59;
}

void
ykt_civil_to_bcd7(const struct ykt_civil *civil, uint8_t out[7])
{
	assert(ykt_civil_valid(civil));

	out[0] = ykt_bcd_put((unsigned)civil->year / 100);
	out[1] = ykt_bcd_put((unsigned)civil->year % 100);
	out[2] = ykt_bcd_put((unsigned)civil->month);
	out[3] = ykt_bcd_put((unsigned)civil->day);
	out[4] = ykt_bcd_put((unsigned)civil->hour);
	out[5] = ykt_bcd_put((unsigned)civil->minute);
	out[6] = ykt_bcd_put((unsigned)civil->second);
}

bool
ykt_civil_from_bcd7(const uint8_t bcd[7], struct ykt_civil *ret)
{
	struct ykt_civil civil;

	if (!ykt_bcd_valid((struct ykt_bytes){ bcd, 7 }))
		return false;

	civil = (struct ykt_civil){
		.year = ykt_bcd_get(bcd[0]) * 100 + ykt_bcd_get(bcd[1]),
		.month = ykt_bcd_get(bcd[2]),
		.day = ykt_bcd_get(bcd[3]),
		.hour = ykt_bcd_get(bcd[4]),
		.minute = ykt_bcd_get(bcd[5]),
		.second = ykt_bcd_get(bcd[6]),
	};
	if (!ykt_civil_valid(&civil))
		return false;
	*ret = civil;

	return true;
}

static char *
two_digits(char *out, int value)
{
	*out++ = (char)('0' + value / 10);
	*out++ = (char)('0' + value % 10);

	return out;
}

/* A separator of NUL is left out. */
static char *
date_text(char *out, const struct ykt_civil *civil, char separator)
{
	out = two_digits(out, civil->year / 100);
	out = two_digits(out, civil->year % 100);
	if (separator != '\0')
		*out++ = separator;
	out = two_digits(out, civil->month);
	if (separator != '\0')
		*out++ = separator;

	return two_digits(out, civil->day);
}

void
ykt_civil_text(int64_t utc_ms, char out[YKT_CIVIL_TEXT_MAX])
{
	struct ykt_civil civil = ykt_civil_from_ms(utc_ms);

	out = date_text(out, &civil, '-');
	*out++ = ' ';
	out = two_digits(out, civil.hour);
	*out++ = ':';
	out = two_digits(out, civil.minute);
	*out++ = ':';
	out = two_digits(out, civil.second);
	*out = '\0';
}

void
ykt_civil_day(int64_t utc_ms, char out[9])
{
	struct ykt_civil civil = ykt_civil_from_ms(utc_ms);

	*date_text(out, &civil, '\0') = '\0';
}
