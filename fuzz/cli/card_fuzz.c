/*
 * card_view_read(): a card that answers anything at all. Its answers are the
 * input, each with two bytes of length before it; when they end, it has left.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "cli/card_view.h"
#include "fuzz.h"

#define EXCHANGES_MAX 64

struct card {
	struct ykt_rd rd;
	unsigned exchanges;
};

static enum ykt_status
answer(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct card *card = ctx;
	struct ykt_bytes part;
	uint16_t len = ykt_rd_u16(&card->rd);

	(void)deadline_mono_ms;
	assert(cmd.len >= 4 && ++card->exchanges <= EXCHANGES_MAX);
	part = ykt_rd_take(&card->rd, len);
	if (card->rd.bad || part.len > rsp->cap - rsp->len)
		return YKT_E_LINK;
	ykt_put(rsp, part);

	return YKT_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct card_view view;
	struct card card = { .rd = ykt_rd(ykt_bytes(data, len)) };
	const struct ykt_se se = { .ctx = &card, .transceive = answer };
	enum ykt_status status;

	memset(&view, 0, sizeof(view));
	status = card_view_read(&se, 0, &view);
	if (status == YKT_OK) {
		assert(view.has_info && strlen(view.number) >= 19);
		assert(view.log_count <= RECORD_LOG_COUNT && view.trip_count <= RECORD_TRIP_COUNT);
		(void)card_view_validity(&view, 0);
	} else {
		assert(view.log_count == 0 && view.trip_count == 0 && view.balance_fen == 0);
	}

	return 0;
}
