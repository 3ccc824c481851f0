/*
 * The shape of the table that tools/gen-names writes; nobody but names.c reads it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_NAMES_TABLE_H
#define CLI_NAMES_TABLE_H

#include <stddef.h>

/* Sorted by city, then code. A row without a station names a line. */
struct names_station_row {
	const char *city; /* four digits */
	const char *code; /* upper-case hex digits as the record has them, 2 to 8 */
	const char *line;
	const char *station;
};

struct names_card_row {
	const char *iin;    /* the first digits of the card number, 8 to 13 */
	const char *issuer; /* eight digits, or empty */
	const char *name;
};

struct names_city_row {
	const char *code;
	const char *chinese;
	const char *english;
};

extern const struct names_station_row names_stations[];
extern const size_t names_station_count;
extern const struct names_card_row names_cards[];
extern const size_t names_card_count;
extern const struct names_city_row names_cities[];
extern const size_t names_city_count;

#endif
