/*
 * ykt_fen_parse() and ykt_fen_text(): an accepted amount is in range and is
 * parsed again from its own text; a refused one leaves the output alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/bytes.h>
#include <ykt/money.h>

#include "fuzz.h"

#define TEXT_MAX 64
#define FEN_MAX  INT64_C(100000000000000)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[TEXT_MAX + 1] = { 0 };
	char shown[YKT_FEN_TEXT_MAX];
	ykt_fen fen = -7;
	ykt_fen again = -7;
	enum ykt_status status;

	if (len > TEXT_MAX)
		return 0;
	if (len != 0)
		memcpy(text, data, len);

	status = ykt_fen_parse(text, &fen);
	if (status != YKT_OK) {
		assert(status == YKT_E_FORMAT && fen == -7);
	} else {
		assert(fen >= 0 && fen <= FEN_MAX);
		ykt_fen_text(fen, shown);
		assert(strlen(shown) < YKT_FEN_TEXT_MAX);
		status = ykt_fen_parse(shown, &again);
		assert(status == YKT_OK && again == fen);
	}

	/* Any value at all has a text that fits. */
	if (len >= 8) {
		ykt_fen_text((ykt_fen)ykt_get_u64(data), shown);
		assert(strlen(shown) < YKT_FEN_TEXT_MAX);
	}

	return 0;
}
