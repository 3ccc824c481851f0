/*
 * The issuer's own files of a T-Union card (05 to 08, 10, 11, 19), as far as they
 * can be read without a key or a PIN.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CARD_FILES_H
#define CLI_CARD_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/driver/se.h>

#include "card/purse_perso.h"

/* Two READ BINARY reach offset 255 and 256 bytes from there. */
#define CARD_FILE_MAX 511

struct card_file {
	uint8_t sfi;
	bool closed; /* it is there, and wants a right: 6982 */
	size_t len;
	uint8_t bytes[CARD_FILE_MAX];
};

struct card_files {
	unsigned count;
	struct card_file files[PERSO_FILE_COUNT];
};

/*
 * Reads those that the selected purse has. A card that refuses one, or answers
 * with what cannot be, does not have it.
 *
 * *ret_files is written on YKT_OK. Other: as the port gives them (YKT_E_LINK: the
 * card left).
 */
YKT_MUST_USE enum ykt_status
card_files_read(const struct ykt_se *se, int64_t deadline_mono_ms, struct card_files *ret_files);

#endif
