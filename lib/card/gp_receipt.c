/*
 * Receipts of delegated management.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/gp_receipt.h"

#include "card/tlv.h"

#define COUNTER_LEN 2

void
gp_confirmation_put(uint16_t counter, struct ykt_bytes number, struct ykt_buf *out)
{
	if (number.len > GP_RECEIPT_NUMBER_MAX) {
		out->full = true;
		return;
	}
	ykt_put_u8(out, COUNTER_LEN);
	ykt_put_u16(out, counter);
	ykt_put_u8(out, (uint8_t)number.len);
	ykt_put(out, number);
}

void
gp_receipt_input_put(struct ykt_bytes confirmation, const struct ykt_bytes *fields, size_t count,
    struct ykt_buf *out)
{
	ykt_put(out, confirmation);
	for (size_t i = 0; i < count; i++) {
		tlv_put_len(out, fields[i].len);
		ykt_put(out, fields[i]);
	}
}

enum ykt_status
gp_receipt_decode(struct ykt_bytes answer, struct gp_receipt *ret_receipt)
{
	struct ykt_rd rd = ykt_rd(answer);
	struct gp_receipt receipt = { .receipt = tlv_rd_lv(&rd) };

	if (receipt.receipt.len != 0) {
		receipt.confirmation = ykt_bytes_sub(answer, answer.len - rd.left, rd.left);
		if (ykt_rd_u8(&rd) != COUNTER_LEN)
			rd.bad = true;
		receipt.counter = ykt_rd_u16(&rd);
		receipt.number = ykt_rd_take(&rd, ykt_rd_u8(&rd));
	}
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_receipt = receipt;

	return YKT_OK;
}
