/*
 * Files and records against real bytes: cards.json, trip_records_1e.csv, and the
 * offsets of card.md 1.2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "card_check.h"

static void
test_file15_of_a_real_card(void **state)
{
	static const char text[] = "00083010FFFFFFFF02010310483001000600000020220301204912310000";
	struct hex hex = hex_of(text);
	struct file15 file;
	uint8_t raw[FILE15_LEN];

	(void)state;
	assert_status(file15_decode(hex_view(&hex), &file), YKT_OK);
	assert_hex(YKT_BYTES(file.issuer), "00083010FFFFFFFF");
	assert_int_equal(file.app_type, 2);
	assert_int_equal(file.version, 1);
	assert_hex(YKT_BYTES(file.serial), "03104830010006000000");
	assert_hex(YKT_BYTES(file.start_date), "20220301");
	assert_hex(YKT_BYTES(file.end_date), "20491231");
	assert_hex(YKT_BYTES(file.issuer_data), "0000");
	file15_encode(&file, raw);
	assert_hex(YKT_BYTES(raw), text);
}

static void
test_card_number_refuses_what_is_no_digit(void **state)
{
	struct file15 file = { .serial = { 0x03, 0x10, 0x48, 0x3A } };
	char number[CARD_NUMBER_MAX] = "unchanged";

	(void)state;
	assert_status(file15_number(&file, number), YKT_E_FORMAT);
	assert_string_equal(number, "unchanged");
	file.serial[3] = 0x30;
	file.serial[0] = 0x13; /* 20 digits when the first nibble is not zero */
	assert_status(file15_number(&file, number), YKT_OK);
	assert_string_equal(number, "13104830000000000000");
}

static void
test_file16_and_17_offsets(void **state)
{
	uint8_t raw[FILE17_LEN];
	uint8_t again[FILE17_LEN];
	struct file16 holder;
	struct file17 management;

	(void)state;
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)i;

	assert_status(file16_decode(ykt_bytes(raw, FILE16_LEN), &holder), YKT_OK);
	assert_int_equal(holder.card_type, 0);
	assert_int_equal(holder.staff, 1);
	assert_int_equal(holder.name[0], 2);
	assert_int_equal(holder.id_number[0], 22);
	assert_int_equal(holder.id_type, 54);
	file16_encode(&holder, again);
	assert_memory_equal(raw, again, FILE16_LEN);

	assert_status(file17_decode(YKT_BYTES(raw), &management), YKT_OK);
	assert_hex(YKT_BYTES(management.country), "00010203");
	assert_hex(YKT_BYTES(management.province), "0405");
	assert_hex(YKT_BYTES(management.city), "0607");
	assert_int_equal(management.interoperability, 0x0809);
	assert_int_equal(management.card_kind, 0x0A);
	assert_int_equal(management.rfu[0], 0x0B);
	file17_encode(&management, again);
	assert_memory_equal(raw, again, FILE17_LEN);
}

static void
test_log_of_a_real_card(void **state)
{
	json_t *json = vectors_load("cards.json");
	json_t *card = json_array_get(json_object_get(json, "cards"), 0);
	json_t *row;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(card, "sfi18"), i, row)
	{
		struct hex hex = hex_of(json_string_value(row));
		struct record_log record;
		uint8_t raw[RECORD_LOG_LEN];

		assert_status(record_log_decode(hex_view(&hex), &record), YKT_OK);
		assert_int_equal(record.seq, 0xB1 - i);
		assert_int_equal(record.type, 9);
		record_log_encode(&record, raw);
		assert_hex(YKT_BYTES(raw), json_string_value(row));
		if (i == 1) {
			assert_int_equal(record.amount, 160);
			assert_hex(YKT_BYTES(record.overdraft_or_balance), "000000");
			assert_hex(YKT_BYTES(record.terminal), "413100629388");
			assert_hex(YKT_BYTES(record.date), "20240310");
			assert_hex(YKT_BYTES(record.time), "195719");
		}
	}
	assert_int_equal(i, 10);
	json_decref(json);
}

#define COLUMNS     13
#define LINE_LENGTH 1024

/* Splits at commas, in place; returns how many of the first COLUMNS + 1 there are. */
static size_t
split(char *line, char *columns[COLUMNS + 1])
{
	size_t count = 0;

	for (char *p = line; p != NULL && count <= COLUMNS; count++) {
		columns[count] = p;
		p = strchr(p, ',');
		if (p != NULL)
			*p++ = '\0';
	}

	return count;
}

static void
check_trip(char *columns[COLUMNS + 1])
{
	struct hex hex = hex_of(columns[0]);
	struct record_trip record;
	uint8_t raw[RECORD_TRIP_LEN];

	assert_status(record_trip_decode(hex_view(&hex), &record), YKT_OK);
	assert_hex(ykt_bytes(&record.type, 1), columns[1]);
	assert_hex(YKT_BYTES(record.terminal), columns[2]);
	assert_hex(ykt_bytes(&record.industry, 1), columns[3]);
	assert_hex(YKT_BYTES(record.line), columns[4]);
	assert_hex(YKT_BYTES(record.station), columns[5]);
	assert_hex(YKT_BYTES(record.operator_code), columns[6]);
	assert_hex(ykt_bytes(&record.rfu1, 1), columns[7]);
	assert_int_equal(record.amount, strtoul(columns[8], NULL, 10));
	assert_int_equal(record.balance, strtoul(columns[9], NULL, 10));
	assert_hex(YKT_BYTES(record.time), columns[10]);
	assert_hex(YKT_BYTES(record.city), columns[11]);
	assert_hex(YKT_BYTES(record.institution), columns[12]);
	assert_hex(YKT_BYTES(record.rfu2), columns[13]);
	record_trip_encode(&record, raw);
	assert_hex(YKT_BYTES(raw), columns[0]);
}

static void
test_every_real_trip_record_of_the_vectors(void **state)
{
	FILE *file = fopen(VECTORS "/trip_records_1e.csv", "r");
	char line[LINE_LENGTH];
	char *columns[COLUMNS + 1];
	unsigned rows = 0;

	(void)state;
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file)); /* names of the columns */
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		assert_int_equal(split(line, columns), COLUMNS + 1);
		check_trip(columns);
		rows++;
	}
	fclose(file);
	assert_int_equal(rows, 43);
}

/* Byte i holds i, so that a field shows its offset. */
static void
counting_journey(uint8_t raw[RECORD_JOURNEY_LEN], uint16_t id)
{
	for (size_t i = 0; i < RECORD_JOURNEY_LEN; i++)
		raw[i] = (uint8_t)i;
	ykt_set_u16(raw, id);
}

static void
test_metro_journey_offsets(void **state)
{
	uint8_t raw[RECORD_JOURNEY_LEN];
	uint8_t again[RECORD_JOURNEY_LEN];
	struct record_metro record;

	(void)state;
	counting_journey(raw, RECORD_ID_METRO);
	assert_status(record_metro_decode(YKT_BYTES(raw), &record), YKT_OK);
	assert_int_equal(record.len, 2);
	assert_int_equal(record.valid, 3);
	assert_int_equal(record.interoperability, 4);
	assert_int_equal(record.lock, 5);
	assert_int_equal(record.serial[0], 6);
	assert_int_equal(record.status, 14);
	assert_int_equal(record.entry_city[0], 15);
	assert_int_equal(record.exit_city[0], 17);
	assert_int_equal(record.entry_institution[0], 19);
	assert_int_equal(record.exit_institution[0], 27);
	assert_int_equal(record.entry_station[0], 35);
	assert_int_equal(record.exit_station[0], 43);
	assert_int_equal(record.entry_terminal[0], 51);
	assert_int_equal(record.exit_terminal[0], 59);
	assert_int_equal(record.entry_time[0], 67);
	assert_int_equal(record.exit_time[0], 74);
	assert_int_equal(record.maximum_amount, 0x51525354);
	assert_int_equal(record.entry_line, 85);
	assert_int_equal(record.exit_line, 86);
	assert_int_equal(record.entry_amount, 0x5758595A);
	assert_int_equal(record.balance, 0x5B5C5D5E);
	assert_int_equal(record.exit_amount, 0x5F606162);
	assert_int_equal(record.rfu[0], 99);
	record_metro_encode(&record, again);
	assert_memory_equal(raw, again, sizeof(raw));
}

static void
test_bus_journey_offsets(void **state)
{
	uint8_t raw[RECORD_JOURNEY_LEN];
	uint8_t again[RECORD_JOURNEY_LEN];
	struct record_bus record;

	(void)state;
	counting_journey(raw, RECORD_ID_BUS);
	assert_status(record_bus_decode(YKT_BYTES(raw), &record), YKT_OK);
	assert_int_equal(record.serial[0], 6);
	assert_int_equal(record.status, 14);
	assert_int_equal(record.board_city[0], 15);
	assert_int_equal(record.board_institution[0], 17);
	assert_int_equal(record.board_operator[0], 25);
	assert_int_equal(record.board_line[0], 27);
	assert_int_equal(record.board_station, 29);
	assert_int_equal(record.board_vehicle[0], 30);
	assert_int_equal(record.board_terminal[0], 38);
	assert_int_equal(record.board_time[0], 46);
	assert_int_equal(record.marked_amount, 0x35363738);
	assert_int_equal(record.direction, 57);
	assert_int_equal(record.alight_city[0], 58);
	assert_int_equal(record.alight_institution[0], 60);
	assert_int_equal(record.alight_operator[0], 68);
	assert_int_equal(record.alight_line[0], 70);
	assert_int_equal(record.alight_station, 72);
	assert_int_equal(record.alight_vehicle[0], 73);
	assert_int_equal(record.alight_terminal[0], 81);
	assert_int_equal(record.alight_time[0], 89);
	assert_int_equal(record.alight_amount, 0x60616263);
	assert_int_equal(record.distance, 0x6465);
	assert_int_equal(record.rfu[0], 102);
	record_bus_encode(&record, again);
	assert_memory_equal(raw, again, sizeof(raw));
}

static void
test_wrong_lengths_are_refused(void **state)
{
	uint8_t raw[RECORD_JOURNEY_LEN + 1] = { 0 };
	struct file15 file15 = { .app_type = 0x5A };
	struct file16 file16 = { .card_type = 0x5A };
	struct file17 file17 = { .card_kind = 0x5A };
	struct record_log log = { .type = 0x5A };
	struct record_trip trip = { .type = 0x5A };
	struct record_metro metro = { .status = 0x5A };
	struct record_bus bus = { .status = 0x5A };

	(void)state;
	for (size_t len = 0; len <= sizeof(raw); len++) {
		struct ykt_bytes bytes = ykt_bytes(raw, len);

		if (len != FILE15_LEN)
			assert_status(file15_decode(bytes, &file15), YKT_E_FORMAT);
		if (len != FILE16_LEN)
			assert_status(file16_decode(bytes, &file16), YKT_E_FORMAT);
		if (len != FILE17_LEN)
			assert_status(file17_decode(bytes, &file17), YKT_E_FORMAT);
		if (len != RECORD_LOG_LEN)
			assert_status(record_log_decode(bytes, &log), YKT_E_FORMAT);
		if (len != RECORD_TRIP_LEN)
			assert_status(record_trip_decode(bytes, &trip), YKT_E_FORMAT);
		/* Any length: the id is zero. */
		assert_status(record_metro_decode(bytes, &metro), YKT_E_FORMAT);
		assert_status(record_bus_decode(bytes, &bus), YKT_E_FORMAT);
	}
	assert_int_equal(file15.app_type, 0x5A);
	assert_int_equal(file16.card_type, 0x5A);
	assert_int_equal(file17.card_kind, 0x5A);
	assert_int_equal(log.type, 0x5A);
	assert_int_equal(trip.type, 0x5A);
	assert_int_equal(metro.status, 0x5A);
	assert_int_equal(bus.status, 0x5A);
}

static void
test_journey_of_another_id_is_refused(void **state)
{
	uint8_t raw[RECORD_JOURNEY_LEN];
	struct record_metro metro = { .status = 0x5A };
	struct record_bus bus = { .status = 0x5A };
	uint16_t id = 0;

	(void)state;
	counting_journey(raw, RECORD_ID_BUS);
	assert_status(record_metro_decode(YKT_BYTES(raw), &metro), YKT_E_FORMAT);
	counting_journey(raw, RECORD_ID_METRO);
	assert_status(record_bus_decode(YKT_BYTES(raw), &bus), YKT_E_FORMAT);
	assert_int_equal(metro.status, 0x5A);
	assert_int_equal(bus.status, 0x5A);
	assert_status(record_journey_id(YKT_BYTES(raw), &id), YKT_OK);
	assert_int_equal(id, RECORD_ID_METRO);
	id = 7;
	assert_status(record_journey_id(ykt_bytes(raw, 1), &id), YKT_E_FORMAT);
	assert_int_equal(id, 7);
}

static void
test_a_slot_never_written_is_told_apart(void **state)
{
	uint8_t raw[RECORD_TRIP_LEN];

	(void)state;
	memset(raw, 0xFF, sizeof(raw));
	assert_true(record_empty(YKT_BYTES(raw)));
	raw[47] = 0xFE;
	assert_false(record_empty(YKT_BYTES(raw)));
	memset(raw, 0, sizeof(raw));
	assert_true(record_empty(YKT_BYTES(raw)));
	raw[0] = 0x03;
	assert_false(record_empty(YKT_BYTES(raw)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file15_of_a_real_card),
		cmocka_unit_test(test_card_number_refuses_what_is_no_digit),
		cmocka_unit_test(test_file16_and_17_offsets),
		cmocka_unit_test(test_log_of_a_real_card),
		cmocka_unit_test(test_every_real_trip_record_of_the_vectors),
		cmocka_unit_test(test_metro_journey_offsets),
		cmocka_unit_test(test_bus_journey_offsets),
		cmocka_unit_test(test_wrong_lengths_are_refused),
		cmocka_unit_test(test_journey_of_another_id_is_refused),
		cmocka_unit_test(test_a_slot_never_written_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
