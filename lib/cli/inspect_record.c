/*
 * Records taken apart into JSON. Member names follow card.md 1.2 and the columns
 * of published trip records.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/inspect_record.h"

#include "card/files.h"
#include "cli/jsonput.h"
#include "cli/names.h"
#include "cli/words.h"

enum ykt_status
inspect_log(struct ykt_bytes bytes, json_t *object)
{
	struct record_log record;
	enum ykt_status status = record_log_decode(bytes, &record);

	if (status != YKT_OK)
		return status;

	jsonput_int(object, "seq", record.seq);
	JSONPUT_FIELD(object, &record, overdraft_or_balance);
	jsonput_int(object, "amount", record.amount);
	jsonput_u8(object, "type", record.type);
	jsonput_text(object, "type_name", words_log_type(record.type));
	JSONPUT_FIELD(object, &record, terminal);
	JSONPUT_FIELD(object, &record, date);
	JSONPUT_FIELD(object, &record, time);

	return YKT_OK;
}

static void
put_place(json_t *object, const struct record_trip *record)
{
	struct names_place place = names_place(record);

	if (place.line[0] != '\0')
		jsonput_text(object, "line_name", place.line);
	if (place.station[0] != '\0')
		jsonput_text(object, "station_name", place.station);
	jsonput_text(object, "city_name", names_city(record->city, MESSAGES_EN));
}

enum ykt_status
inspect_trip(struct ykt_bytes bytes, json_t *object)
{
	struct record_trip record;
	enum ykt_status status = record_trip_decode(bytes, &record);

	if (status != YKT_OK)
		return status;

	jsonput_u8(object, "type", record.type);
	jsonput_text(object, "type_name", words_trip_type(record.type));
	JSONPUT_FIELD(object, &record, terminal);
	jsonput_u8(object, "industry", record.industry);
	jsonput_text(object, "industry_name", words_industry(record.industry));
	JSONPUT_FIELD(object, &record, line);
	JSONPUT_FIELD(object, &record, station);
	jsonput_hex(object, "operator", YKT_BYTES(record.operator_code));
	jsonput_u8(object, "rfu1", record.rfu1);
	jsonput_int(object, "amount", record.amount);
	jsonput_int(object, "balance", record.balance);
	JSONPUT_FIELD(object, &record, time);
	JSONPUT_FIELD(object, &record, city);
	JSONPUT_FIELD(object, &record, institution);
	JSONPUT_FIELD(object, &record, rfu2);
	put_place(object, &record);

	return YKT_OK;
}

static enum ykt_status
inspect_metro(struct ykt_bytes bytes, json_t *object)
{
	struct record_metro record;
	enum ykt_status status = record_metro_decode(bytes, &record);

	if (status != YKT_OK)
		return status;

	jsonput_u8(object, "len", record.len);
	jsonput_u8(object, "valid", record.valid);
	jsonput_u8(object, "interop_flag", record.interoperability);
	jsonput_u8(object, "lock", record.lock);
	JSONPUT_FIELD(object, &record, serial);
	jsonput_u8(object, "status", record.status);
	jsonput_text(object, "status_name", words_metro_status(record.status));
	JSONPUT_FIELD(object, &record, entry_city);
	JSONPUT_FIELD(object, &record, exit_city);
	JSONPUT_FIELD(object, &record, entry_institution);
	JSONPUT_FIELD(object, &record, exit_institution);
	JSONPUT_FIELD(object, &record, entry_station);
	JSONPUT_FIELD(object, &record, exit_station);
	JSONPUT_FIELD(object, &record, entry_terminal);
	JSONPUT_FIELD(object, &record, exit_terminal);
	JSONPUT_FIELD(object, &record, entry_time);
	JSONPUT_FIELD(object, &record, exit_time);
	jsonput_int(object, "maximum_amount", record.maximum_amount);
	jsonput_u8(object, "entry_line", record.entry_line);
	jsonput_u8(object, "exit_line", record.exit_line);
	jsonput_int(object, "entry_amount", record.entry_amount);
	jsonput_int(object, "balance", record.balance);
	jsonput_int(object, "exit_amount", record.exit_amount);
	JSONPUT_FIELD(object, &record, rfu);

	return YKT_OK;
}

static enum ykt_status
inspect_bus(struct ykt_bytes bytes, json_t *object)
{
	struct record_bus record;
	enum ykt_status status = record_bus_decode(bytes, &record);

	if (status != YKT_OK)
		return status;

	jsonput_u8(object, "len", record.len);
	jsonput_u8(object, "valid", record.valid);
	jsonput_u8(object, "interop_flag", record.interoperability);
	jsonput_u8(object, "lock", record.lock);
	JSONPUT_FIELD(object, &record, serial);
	jsonput_u8(object, "status", record.status);
	jsonput_text(object, "status_name", words_bus_status(record.status));
	jsonput_hex(object, "city", YKT_BYTES(record.board_city));
	jsonput_hex(object, "institution", YKT_BYTES(record.board_institution));
	jsonput_hex(object, "operator", YKT_BYTES(record.board_operator));
	jsonput_hex(object, "line", YKT_BYTES(record.board_line));
	jsonput_u8(object, "station", record.board_station);
	jsonput_hex(object, "vehicle", YKT_BYTES(record.board_vehicle));
	jsonput_hex(object, "terminal", YKT_BYTES(record.board_terminal));
	jsonput_hex(object, "time", YKT_BYTES(record.board_time));
	jsonput_int(object, "marked_amount", record.marked_amount);
	jsonput_u8(object, "direction", record.direction);
	jsonput_hex(object, "alighting_city", YKT_BYTES(record.alight_city));
	jsonput_hex(object, "alighting_institution", YKT_BYTES(record.alight_institution));
	jsonput_hex(object, "alighting_operator", YKT_BYTES(record.alight_operator));
	jsonput_hex(object, "alighting_line", YKT_BYTES(record.alight_line));
	jsonput_u8(object, "alighting_station", record.alight_station);
	jsonput_hex(object, "alighting_vehicle", YKT_BYTES(record.alight_vehicle));
	jsonput_hex(object, "alighting_terminal", YKT_BYTES(record.alight_terminal));
	jsonput_hex(object, "alighting_time", YKT_BYTES(record.alight_time));
	jsonput_int(object, "alighting_amount", record.alight_amount);
	jsonput_int(object, "distance", record.distance);
	JSONPUT_FIELD(object, &record, rfu);

	return YKT_OK;
}

enum ykt_status
inspect_journey(struct ykt_bytes bytes, json_t *object)
{
	uint16_t id = 0;

	if (bytes.len != RECORD_JOURNEY_LEN || record_journey_id(bytes, &id) != YKT_OK)
		return YKT_E_FORMAT;

	jsonput_u16(object, "id", id);
	if (id == RECORD_ID_METRO)
		return inspect_metro(bytes, object);
	if (id == RECORD_ID_BUS)
		return inspect_bus(bytes, object);
	/* Another industry: only the head is common. */
	if (id < RECORD_ID_METRO || id > RECORD_ID_LAST)
		return YKT_E_FORMAT;
	jsonput_u8(object, "len", bytes.data[2]);
	jsonput_hex(object, "data", ykt_bytes_sub(bytes, 3, bytes.len));

	return YKT_OK;
}
