/*
 * SMS-DELIVER: the TPDUs of the vectors, written again, and what is none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/sms.h"
#include "card/usat.h"
#include "card_check.h"

/* sms_pp_data_download_162: an envelope with a TPDU inside. */
static void
test_the_message_of_the_vectors(void **state)
{
	json_t *json = vectors_load("usat.json");
	const json_t *list = json_object_get(json, "vectors");
	unsigned seen = 0;

	(void)state;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		struct usat_envelope envelope;
		struct sms_deliver deliver;
		struct ykt_bytes tpdu;
		uint8_t raw[256];
		struct ykt_buf out = YKT_BUF(raw);
		struct hex hex = vectors_hex(row, "hex");

		if (strcmp(vectors_text(row, "outer"), "D1") != 0)
			continue;
		assert_status(usat_envelope_decode(hex_view(&hex), &envelope), YKT_OK);
		assert_true(usat_find(envelope.body, USAT_TAG_SMS_TPDU, &tpdu));
		assert_status(sms_deliver_decode(tpdu, &deliver), YKT_OK);
		assert_int_equal(deliver.pid, SMS_PID_DOWNLOAD);
		assert_int_equal(deliver.dcs, SMS_DCS_DOWNLOAD);
		assert_false(deliver.has_header);
		assert_hex(deliver.data, "53686F7274204D657373616765");
		assert_hex(deliver.address, "2143");
		sms_deliver_encode(&deliver, &out);
		assert_true(ykt_bytes_equal(ykt_buf_view(&out), tpdu));
		seen++;
	}
	assert_int_equal(seen, 1);
	json_decref(json);
}

/* The published TPDUs of ota.json say 3 bytes of user data and hold more: a quirk. */
static void
test_published_packets_have_another_length(void **state)
{
	json_t *json = vectors_load("ota.json");
	const json_t *cases = json_object_get(json, "cases");
	unsigned seen = 0;

	(void)state;
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *row = json_array_get(cases, i);
		struct sms_deliver deliver = { .pid = 0x5A };
		struct hex hex;

		if (json_object_get(row, "sms_deliver_tpdu_as_published") == NULL)
			continue;
		hex = vectors_hex(row, "sms_deliver_tpdu_as_published");
		assert_status(sms_deliver_decode(hex_view(&hex), &deliver), YKT_E_FORMAT);
		assert_int_equal(deliver.pid, 0x5A);
		seen++;
	}
	assert_int_equal(seen, 2);
	json_decref(json);
}

static void
test_messages_that_are_none(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
	} rows[] = {
		{ "nothing", "" },
		{ "SMS-SUBMIT", "05049121437FF6891010000000000141" },
		{ "seven bits a character", "04049121437F0089101000000000 0141" },
		{ "a byte short", "04049121437FF68910100000000002 41" },
		{ "a byte over", "04049121437FF6891010000000000141 42" },
		{ "an address over its maximum",
		    "0415912143658709214365870921437FF6891010000000000141" },
		{ "an address past the end", "0420912143" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct sms_deliver deliver = { .pid = 0x5A };

		assert_status_why(
		    sms_deliver_decode(hex_view(&hex), &deliver), YKT_E_FORMAT, rows[i].why);
		assert_true_why(deliver.pid == 0x5A, rows[i].why);
	}
}

/* What the card said to a message, and back. */
static void
test_reports(void **state)
{
	static const char *const none[] = { "", "40", "40077FF6", "40077FF60202", "40077FF6000000",
		"00077FF60102", "40067FF60102" };
	struct hex hex = hex_of("40077FF603027100");
	struct ykt_bytes data = ykt_bytes(NULL, 0);
	uint8_t raw[16];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	assert_status(sms_report_decode(hex_view(&hex), &data), YKT_OK);
	assert_hex(data, "027100");
	sms_report_encode(data, &out);
	assert_true(ykt_bytes_equal(ykt_buf_view(&out), hex_view(&hex)));
	data = ykt_bytes(NULL, 0);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		hex = hex_of(none[i]);
		assert_status_why(sms_report_decode(hex_view(&hex), &data), YKT_E_FORMAT, none[i]);
		assert_null(data.data);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_message_of_the_vectors),
		cmocka_unit_test(test_published_packets_have_another_length),
		cmocka_unit_test(test_messages_that_are_none),
		cmocka_unit_test(test_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
