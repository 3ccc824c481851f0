/*
 * Files and records: every accepted length decodes, and encodes to the same bytes.
 * The table of the issuer's files: what is accepted keeps to its bounds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/files.h"
#include "card/purse_perso.h"
#include "fuzz.h"

#define CHECK(type, decode, encode, size)                                                          \
	do {                                                                                       \
		struct type record;                                                                \
		uint8_t raw[size];                                                                 \
		if (decode(in, &record) == YKT_OK) {                                               \
			encode(&record, raw);                                                      \
			assert(ykt_bytes_equal(YKT_BYTES(raw), in));                               \
		}                                                                                  \
	} while (0)

static void
check_table(struct ykt_bytes in)
{
	struct perso_file files[PERSO_FILE_COUNT] = { { .sfi = 99 } };
	uint8_t raw[PERSO_FILE_COUNT * PERSO_FILE_ENTRY_LEN];
	struct ykt_buf out = YKT_BUF(raw);
	size_t total = 0;

	if (perso_files_decode(in, files) != YKT_OK) {
		assert(files[0].sfi == 99);
		return;
	}
	for (size_t i = 0; i < PERSO_FILE_COUNT; i++) {
		total += files[i].size;
		assert(files[i].size <= PERSO_FILE_MAX);
		if (files[i].size != 0) {
			assert(perso_file_index(files[i].sfi) == i);
			perso_file_encode(&files[i], &out);
		}
	}
	/* In another order perhaps, and the same again. */
	assert(total <= PERSO_FILES_MAX && out.len == in.len);
	assert(perso_files_decode(ykt_buf_view(&out), files) == YKT_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_bytes in = ykt_bytes(data, len);
	struct file15 info;
	char number[CARD_NUMBER_MAX];

	CHECK(file15, file15_decode, file15_encode, FILE15_LEN);
	CHECK(file16, file16_decode, file16_encode, FILE16_LEN);
	CHECK(file17, file17_decode, file17_encode, FILE17_LEN);
	CHECK(record_log, record_log_decode, record_log_encode, RECORD_LOG_LEN);
	CHECK(record_trip, record_trip_decode, record_trip_encode, RECORD_TRIP_LEN);
	CHECK(record_metro, record_metro_decode, record_metro_encode, RECORD_JOURNEY_LEN);
	CHECK(record_bus, record_bus_decode, record_bus_encode, RECORD_JOURNEY_LEN);
	check_table(in);
	if (file15_decode(in, &info) == YKT_OK && file15_number(&info, number) == YKT_OK)
		for (const char *p = number; *p != '\0'; p++)
			assert(*p >= '0' && *p <= '9' && p - number < CARD_NUMBER_MAX);

	return 0;
}
