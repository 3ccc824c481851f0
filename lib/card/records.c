/*
 * The purse's records, byte by byte in the order of card.md 1.2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/files.h"

#define COPY(rd, field) ykt_rd_copy((rd), (field), sizeof(field))
#define PUT(out, field) ykt_put_mem((out), (field), sizeof(field))

enum ykt_status
record_log_decode(struct ykt_bytes bytes, struct record_log *ret_record)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct record_log record;

	record.seq = ykt_rd_u16(&rd);
	COPY(&rd, record.overdraft_or_balance);
	record.amount = ykt_rd_u32(&rd);
	record.type = ykt_rd_u8(&rd);
	COPY(&rd, record.terminal);
	COPY(&rd, record.date);
	COPY(&rd, record.time);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_record = record;

	return YKT_OK;
}

void
record_log_encode(const struct record_log *record, uint8_t ret_bytes[RECORD_LOG_LEN])
{
	struct ykt_buf out = { ret_bytes, 0, RECORD_LOG_LEN, false };

	ykt_put_u16(&out, record->seq);
	PUT(&out, record->overdraft_or_balance);
	ykt_put_u32(&out, record->amount);
	ykt_put_u8(&out, record->type);
	PUT(&out, record->terminal);
	PUT(&out, record->date);
	PUT(&out, record->time);
}

enum ykt_status
record_trip_decode(struct ykt_bytes bytes, struct record_trip *ret_record)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct record_trip record;

	record.type = ykt_rd_u8(&rd);
	COPY(&rd, record.terminal);
	record.industry = ykt_rd_u8(&rd);
	COPY(&rd, record.line);
	COPY(&rd, record.station);
	COPY(&rd, record.operator_code);
	record.rfu1 = ykt_rd_u8(&rd);
	record.amount = ykt_rd_u32(&rd);
	record.balance = ykt_rd_u32(&rd);
	COPY(&rd, record.time);
	COPY(&rd, record.city);
	COPY(&rd, record.institution);
	COPY(&rd, record.rfu2);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_record = record;

	return YKT_OK;
}

void
record_trip_encode(const struct record_trip *record, uint8_t ret_bytes[RECORD_TRIP_LEN])
{
	struct ykt_buf out = { ret_bytes, 0, RECORD_TRIP_LEN, false };

	ykt_put_u8(&out, record->type);
	PUT(&out, record->terminal);
	ykt_put_u8(&out, record->industry);
	PUT(&out, record->line);
	PUT(&out, record->station);
	PUT(&out, record->operator_code);
	ykt_put_u8(&out, record->rfu1);
	ykt_put_u32(&out, record->amount);
	ykt_put_u32(&out, record->balance);
	PUT(&out, record->time);
	PUT(&out, record->city);
	PUT(&out, record->institution);
	PUT(&out, record->rfu2);
}

bool
record_empty(struct ykt_bytes bytes)
{
	uint8_t all_or = 0x00;
	uint8_t all_and = 0xFF;

	for (size_t i = 0; i < bytes.len; i++) {
		all_or |= bytes.data[i];
		all_and &= bytes.data[i];
	}

	return all_or == 0x00 || all_and == 0xFF;
}

enum ykt_status
record_journey_id(struct ykt_bytes bytes, uint16_t *ret_id)
{
	if (bytes.len < 2)
		return YKT_E_FORMAT;
	*ret_id = ykt_get_u16(bytes.data);

	return YKT_OK;
}

enum ykt_status
record_metro_decode(struct ykt_bytes bytes, struct record_metro *ret_record)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct record_metro record;

	record.id = ykt_rd_u16(&rd);
	record.len = ykt_rd_u8(&rd);
	record.valid = ykt_rd_u8(&rd);
	record.interoperability = ykt_rd_u8(&rd);
	record.lock = ykt_rd_u8(&rd);
	COPY(&rd, record.serial);
	record.status = ykt_rd_u8(&rd);
	COPY(&rd, record.entry_city);
	COPY(&rd, record.exit_city);
	COPY(&rd, record.entry_institution);
	COPY(&rd, record.exit_institution);
	COPY(&rd, record.entry_station);
	COPY(&rd, record.exit_station);
	COPY(&rd, record.entry_terminal);
	COPY(&rd, record.exit_terminal);
	COPY(&rd, record.entry_time);
	COPY(&rd, record.exit_time);
	record.maximum_amount = ykt_rd_u32(&rd);
	record.entry_line = ykt_rd_u8(&rd);
	record.exit_line = ykt_rd_u8(&rd);
	record.entry_amount = ykt_rd_u32(&rd);
	record.balance = ykt_rd_u32(&rd);
	record.exit_amount = ykt_rd_u32(&rd);
	COPY(&rd, record.rfu);
	if (ykt_rd_done(&rd) != YKT_OK || record.id != RECORD_ID_METRO)
		return YKT_E_FORMAT;
	*ret_record = record;

	return YKT_OK;
}

void
record_metro_encode(const struct record_metro *record, uint8_t ret_bytes[RECORD_JOURNEY_LEN])
{
	struct ykt_buf out = { ret_bytes, 0, RECORD_JOURNEY_LEN, false };

	ykt_put_u16(&out, record->id);
	ykt_put_u8(&out, record->len);
	ykt_put_u8(&out, record->valid);
	ykt_put_u8(&out, record->interoperability);
	ykt_put_u8(&out, record->lock);
	PUT(&out, record->serial);
	ykt_put_u8(&out, record->status);
	PUT(&out, record->entry_city);
	PUT(&out, record->exit_city);
	PUT(&out, record->entry_institution);
	PUT(&out, record->exit_institution);
	PUT(&out, record->entry_station);
	PUT(&out, record->exit_station);
	PUT(&out, record->entry_terminal);
	PUT(&out, record->exit_terminal);
	PUT(&out, record->entry_time);
	PUT(&out, record->exit_time);
	ykt_put_u32(&out, record->maximum_amount);
	ykt_put_u8(&out, record->entry_line);
	ykt_put_u8(&out, record->exit_line);
	ykt_put_u32(&out, record->entry_amount);
	ykt_put_u32(&out, record->balance);
	ykt_put_u32(&out, record->exit_amount);
	PUT(&out, record->rfu);
}

static void
bus_board_decode(struct ykt_rd *rd, struct record_bus *record)
{
	COPY(rd, record->board_city);
	COPY(rd, record->board_institution);
	COPY(rd, record->board_operator);
	COPY(rd, record->board_line);
	record->board_station = ykt_rd_u8(rd);
	COPY(rd, record->board_vehicle);
	COPY(rd, record->board_terminal);
	COPY(rd, record->board_time);
	record->marked_amount = ykt_rd_u32(rd);
	record->direction = ykt_rd_u8(rd);
}

enum ykt_status
record_bus_decode(struct ykt_bytes bytes, struct record_bus *ret_record)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct record_bus record;

	record.id = ykt_rd_u16(&rd);
	record.len = ykt_rd_u8(&rd);
	record.valid = ykt_rd_u8(&rd);
	record.interoperability = ykt_rd_u8(&rd);
	record.lock = ykt_rd_u8(&rd);
	COPY(&rd, record.serial);
	record.status = ykt_rd_u8(&rd);
	bus_board_decode(&rd, &record);
	COPY(&rd, record.alight_city);
	COPY(&rd, record.alight_institution);
	COPY(&rd, record.alight_operator);
	COPY(&rd, record.alight_line);
	record.alight_station = ykt_rd_u8(&rd);
	COPY(&rd, record.alight_vehicle);
	COPY(&rd, record.alight_terminal);
	COPY(&rd, record.alight_time);
	record.alight_amount = ykt_rd_u32(&rd);
	record.distance = ykt_rd_u16(&rd);
	COPY(&rd, record.rfu);
	if (ykt_rd_done(&rd) != YKT_OK || record.id != RECORD_ID_BUS)
		return YKT_E_FORMAT;
	*ret_record = record;

	return YKT_OK;
}

static void
bus_board_encode(struct ykt_buf *out, const struct record_bus *record)
{
	PUT(out, record->board_city);
	PUT(out, record->board_institution);
	PUT(out, record->board_operator);
	PUT(out, record->board_line);
	ykt_put_u8(out, record->board_station);
	PUT(out, record->board_vehicle);
	PUT(out, record->board_terminal);
	PUT(out, record->board_time);
	ykt_put_u32(out, record->marked_amount);
	ykt_put_u8(out, record->direction);
}

void
record_bus_encode(const struct record_bus *record, uint8_t ret_bytes[RECORD_JOURNEY_LEN])
{
	struct ykt_buf out = { ret_bytes, 0, RECORD_JOURNEY_LEN, false };

	ykt_put_u16(&out, record->id);
	ykt_put_u8(&out, record->len);
	ykt_put_u8(&out, record->valid);
	ykt_put_u8(&out, record->interoperability);
	ykt_put_u8(&out, record->lock);
	PUT(&out, record->serial);
	ykt_put_u8(&out, record->status);
	bus_board_encode(&out, record);
	PUT(&out, record->alight_city);
	PUT(&out, record->alight_institution);
	PUT(&out, record->alight_operator);
	PUT(&out, record->alight_line);
	ykt_put_u8(&out, record->alight_station);
	PUT(&out, record->alight_vehicle);
	PUT(&out, record->alight_terminal);
	PUT(&out, record->alight_time);
	ykt_put_u32(&out, record->alight_amount);
	ykt_put_u16(&out, record->distance);
	PUT(&out, record->rfu);
}
