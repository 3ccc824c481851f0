/*
 * What a city gives its new cards beside what every card has: files of its own, a
 * second ticket kind, access conditions, balances in the FCI. It is read from a
 * configuration file, and goes to each card as groupings (card/purse_perso.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TSM_CITY_H
#define TSM_CITY_H

#include <stdint.h>

#include "card/purse_perso.h"
#include "wire/json.h"

/* All groupings of it: with the others they make one series of STORE DATA. */
#define TSM_CITY_MAX 700

struct tsm_city_file {
	uint8_t sfi[1];
	int64_t size;
	int64_t read;   /* PERSO_FILE_x */
	int64_t update; /* PERSO_FILE_x */
	WIRE_BLOB(PERSO_FILE_MAX) content;
};

struct tsm_city {
	int64_t second_cap_fen; /* 0: no second ticket kind */
	int64_t second_overdraft_fen;
	int64_t needs_pin;      /* PERSO_ACCESS_x */
	int64_t needs_external; /* PERSO_ACCESS_x */
	int64_t fci;            /* PERSO_FCI_x */
	size_t files_count;
	struct tsm_city_file files[PERSO_FILE_COUNT];
};

extern const struct wire_message tsm_city_msg;

/*
 * Appends the groupings. A condition needs a PIN or a key that the key module has
 * to give; only the card can see whether it did.
 *
 * YKT_E_ARG    a file or a limit that a card would refuse
 * YKT_E_SPACE  more than TSM_CITY_MAX, or than out takes
 */
YKT_MUST_USE enum ykt_status tsm_city_encode(const struct tsm_city *city, struct ykt_buf *out);

#endif
