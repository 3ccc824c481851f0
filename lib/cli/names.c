/*
 * Names of places and cards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/names.h"

#include <string.h>

#include <ykt/hex.h>

#include "cli/names_table.h"
#include "client/stop.h"

#define CITY_DIGITS     4
#define PLACE_BYTES     6 /* line, station, operator */
#define WHOLE_STATION   8 /* digits */
#define SHORT_CODE_OFF  4 /* bytes of the terminal field before Xi'an's short code */
#define INDUSTRY_SUBURB 0x0E
#define INDUSTRY_RAIL   0x0A

static const char xian[] = "7910";

/* The longest row of that city that digits begin with, or NULL. */
static const struct names_station_row *
longest(const char *city, const char *digits)
{
	const struct names_station_row *best = NULL;
	size_t best_len = 0;

	for (size_t i = 0; i < names_station_count; i++) {
		const struct names_station_row *row = &names_stations[i];
		size_t len = strlen(row->code);

		if (len > best_len && strcmp(row->city, city) == 0 &&
		    strncmp(row->code, digits, len) == 0) {
			best = row;
			best_len = len;
		}
	}

	return best;
}

static bool
on_rails(uint8_t industry)
{
	return industry == RECORD_INDUSTRY_METRO || industry == INDUSTRY_RAIL ||
	       industry == INDUSTRY_SUBURB;
}

struct names_place
names_place(const struct record_trip *trip)
{
	const struct names_station_row *row;
	uint8_t raw[PLACE_BYTES];
	char digits[2 * sizeof(trip->terminal) + 1];
	char city[CITY_DIGITS + 1];

	memcpy(raw, trip->line, 2);
	memcpy(raw + 2, trip->station, 2);
	memcpy(raw + 4, trip->operator_code, 2);
	ykt_hex_encode(YKT_BYTES(trip->city), city);
	ykt_hex_encode(YKT_BYTES(raw), digits);
	row = longest(city, digits);
	/* Xi'an writes a short code into the terminal field instead (card.md 1.2). */
	if (row == NULL && strcmp(city, xian) == 0) {
		ykt_hex_encode(ykt_bytes_sub(YKT_BYTES(trip->terminal), SHORT_CODE_OFF, 4), digits);
		row = longest(city, digits);
	}
	if (row == NULL || (!on_rails(trip->industry) && strlen(row->code) < WHOLE_STATION))
		return (struct names_place){ "", "" };

	return (struct names_place){ row->line, row->station };
}

struct names_place
names_stop(const char *stop)
{
	uint8_t bytes[CLIENT_STOP_LEN];
	struct ykt_buf buf = YKT_BUF(bytes);
	struct record_trip trip = { 0 };

	if (ykt_hex_decode(stop, strlen(stop), &buf) != YKT_OK ||
	    client_stop_decode(ykt_buf_view(&buf), &trip) != YKT_OK)
		return (struct names_place){ "", "" };

	return names_place(&trip);
}

const char *
names_card(const char *number, const uint8_t issuer[8])
{
	const char *best = NULL;
	size_t best_len = 0;
	char code[9];

	for (size_t i = 0; i < names_card_count; i++) {
		size_t len = strlen(names_cards[i].iin);

		if (len > best_len && strncmp(names_cards[i].iin, number, len) == 0) {
			best = names_cards[i].name;
			best_len = len;
		}
	}
	if (best != NULL)
		return best;

	ykt_hex_encode(ykt_bytes(issuer, 4), code);
	for (size_t i = 0; i < names_card_count; i++)
		if (strcmp(names_cards[i].issuer, code) == 0)
			return names_cards[i].name;

	return NULL;
}

const char *
names_city(const uint8_t city[2], enum messages_lang lang)
{
	char code[CITY_DIGITS + 1];

	ykt_hex_encode(ykt_bytes(city, 2), code);
	for (size_t i = 0; i < names_city_count; i++)
		if (strcmp(names_cities[i].code, code) == 0)
			return lang == MESSAGES_ZH ? names_cities[i].chinese
						   : names_cities[i].english;

	return NULL;
}
