/*
 * Names of places and cards, from the tables that are compiled in (data/).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "card/files.h"
#include "cli/messages.h"

/* Constant UTF-8 text; "" where it is not known. Line and station are Chinese. */
struct names_place {
	const char *line;
	const char *station;
};

/*
 * Line and station of a trip record. Cities code them in different widths, so
 * the longest code that the table knows and that line, station and operator
 * begin with counts. Both "" when nothing matches. Buses share line codes with
 * metros, so their records only match a whole eight-digit station.
 */
struct names_place names_place(const struct record_trip *trip);

/* The same of the value of a field "record.stop"; both "" when it is none. */
struct names_place names_stop(const char *stop);

/*
 * The card's name: by the longest known beginning of its number, then by the
 * issuer code (first four bytes of file 15). NULL when neither is known.
 */
const char *names_card(const char *number, const uint8_t issuer[8]);

/* NULL when the code is not in the table. */
const char *names_city(const uint8_t city[2], enum messages_lang lang);

#endif
