/*
 * Files and records: every accepted length decodes, and encodes to the same bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/files.h"
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
	if (file15_decode(in, &info) == YKT_OK && file15_number(&info, number) == YKT_OK)
		for (const char *p = number; *p != '\0'; p++)
			assert(*p >= '0' && *p <= '9' && p - number < CARD_NUMBER_MAX);

	return 0;
}
