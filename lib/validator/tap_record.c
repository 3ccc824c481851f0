/*
 * The record of one debit, as the files have it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "validator/internal.h"

#define RECORD_USED 103

void
tap_record_put(struct ykt_buf *out, const struct tap_record *record)
{
	ykt_put(out, YKT_BYTES(record->serial));
	ykt_put(out, YKT_BYTES(record->issuer));
	ykt_put_u8(out, record->alg);
	ykt_put_u8(out, record->key_version);
	ykt_put_u8(out, record->type);
	ykt_put_u32(out, record->amount);
	ykt_put_u32(out, (uint32_t)record->balance);
	ykt_put_u16(out, record->offline_seq);
	ykt_put_u32(out, record->terminal_seq);
	ykt_put(out, YKT_BYTES(record->datetime));
	ykt_put(out, YKT_BYTES(record->tac));
	ykt_put_u8(out, record->confirmed);
	ykt_put(out, YKT_BYTES(record->trip));
	ykt_put_u64(out, (uint64_t)record->made_ms);
	ykt_put_fill(out, 0, RECORD_BYTES - RECORD_USED);
}

bool
tap_record_get(struct ykt_rd *rd, struct tap_record *ret_record)
{
	ykt_rd_copy(rd, ret_record->serial, sizeof(ret_record->serial));
	ykt_rd_copy(rd, ret_record->issuer, sizeof(ret_record->issuer));
	ret_record->alg = ykt_rd_u8(rd);
	ret_record->key_version = ykt_rd_u8(rd);
	ret_record->type = ykt_rd_u8(rd);
	ret_record->amount = ykt_rd_u32(rd);
	ret_record->balance = (int32_t)ykt_rd_u32(rd);
	ret_record->offline_seq = ykt_rd_u16(rd);
	ret_record->terminal_seq = ykt_rd_u32(rd);
	ykt_rd_copy(rd, ret_record->datetime, sizeof(ret_record->datetime));
	ykt_rd_copy(rd, ret_record->tac, sizeof(ret_record->tac));
	ret_record->confirmed = ykt_rd_u8(rd) == 1;
	ykt_rd_copy(rd, ret_record->trip, sizeof(ret_record->trip));
	ret_record->made_ms = (int64_t)ykt_rd_u64(rd);
	(void)ykt_rd_take(rd, RECORD_BYTES - RECORD_USED);
	return !rd->bad;
}
