/*
 * The toolkit's messages: every test sequence of usat.json read, said the same as
 * the file says, and written again byte by byte; texts in all forms; refusals.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/usat.h"
#include "card/usat_text.h"
#include "card_check.h"

#define TEXT_MAX 2048

/* The texts of an array of the vectors, in their order. */
struct expected {
	const json_t *list;
	size_t at;
};

static void
check_text(struct expected *expected, struct ykt_bytes got, bool decoded, const char *name)
{
	const json_t *want = json_array_get(expected->list, expected->at++);

	if (json_is_null(want) || want == NULL) {
		assert_true_why(!decoded, name);
		return;
	}
	assert_true_why(decoded, name);
	if (!ykt_bytes_equal(got, ykt_bytes_str(json_string_value(want))))
		fail_msg("%s: got %.*s", name, (int)got.len, (const char *)got.data);
}

/* A text read and written again in its own coding is the same bytes. */
static void
check_text_element(struct expected *expected, struct ykt_bytes value, const char *name)
{
	uint8_t raw[TEXT_MAX];
	uint8_t again_raw[TEXT_MAX];
	struct ykt_buf text = YKT_BUF(raw);
	struct ykt_buf again = YKT_BUF(again_raw);
	enum ykt_status status = usat_text_decode(value, &text);

	check_text(expected, ykt_buf_view(&text), status == YKT_OK, name);
	if (status != YKT_OK || value.len == 0)
		return;
	assert_status_why(
	    usat_text_encode((enum usat_dcs)value.data[0], ykt_buf_view(&text), &again), YKT_OK,
	    name);
	assert_true_why(ykt_bytes_equal(ykt_buf_view(&again), value), name);
}

static void
check_alpha(struct ykt_bytes alpha, const char *want, const char *name)
{
	uint8_t raw[TEXT_MAX];
	uint8_t again_raw[TEXT_MAX];
	struct ykt_buf text = YKT_BUF(raw);
	struct ykt_buf again = YKT_BUF(again_raw);

	assert_status_why(usat_alpha_decode(alpha, &text), YKT_OK, name);
	assert_true_why(ykt_bytes_equal(ykt_buf_view(&text), ykt_bytes_str(want)), name);
	assert_status_why(
	    usat_alpha_encode(usat_alpha_form(alpha), ykt_buf_view(&text), &again), YKT_OK, name);
	assert_true_why(ykt_bytes_equal(ykt_buf_view(&again), alpha), name);
}

static void
check_item(const json_t *want, struct ykt_bytes value, const char *name)
{
	assert_true_why(json_array_size(want) == 2 && value.len > 0, name);
	assert_int_equal(json_integer_value(json_array_get(want, 0)), value.data[0]);
	check_alpha(
	    ykt_bytes_sub(value, 1, value.len), json_string_value(json_array_get(want, 1)), name);
}

/* Every element, written again, gives the body back. */
static void
check_body(const json_t *row, struct ykt_bytes body, struct ykt_buf *out, const char *name)
{
	struct expected text = { json_object_get(row, "text"), 0 };
	struct ykt_rd rd = ykt_rd(body);
	struct usat_tlv tlv;
	size_t items = 0;

	while (usat_next(&rd, &tlv)) {
		uint8_t tag = (uint8_t)(tlv.tag | (tlv.cr ? USAT_CR : 0));

		if (tlv.tag == USAT_TAG_TEXT)
			check_text_element(&text, tlv.value, name);
		if (tlv.tag == USAT_TAG_ALPHA)
			check_alpha(tlv.value,
			    json_string_value(json_array_get(json_object_get(row, "alpha"), 0)),
			    name);
		if (tlv.tag == USAT_TAG_ITEM && tlv.value.len > 0)
			check_item(json_array_get(json_object_get(row, "items"), items++),
			    tlv.value, name);
		usat_put(out, tag, tlv.value);
	}
	assert_true_why(!rd.bad, name);
	assert_int_equal(items, json_array_size(json_object_get(row, "items")));
	assert_int_equal(text.at, json_array_size(json_object_get(row, "text")));
}

static void
check_head(const json_t *row, const struct usat_head *head, const char *name)
{
	const json_t *cmd = json_object_get(row, "cmd");

	assert_true_why(cmd != NULL, name);
	assert_int_equal(head->number, json_integer_value(json_object_get(cmd, "number")));
	assert_int_equal(head->type, vectors_number(cmd, "type"));
	assert_int_equal(head->qualifier, vectors_number(cmd, "qualifier"));
}

static void
check_command(const json_t *row, struct ykt_bytes bytes, struct ykt_buf *out, const char *name)
{
	struct usat_command command;
	size_t mark;

	assert_status_why(usat_command_decode(bytes, &command), YKT_OK, name);
	check_head(row, &command.head, name);
	mark = usat_command_begin(out, &command.head);
	check_body(row, command.body, out, name);
	usat_end(out, mark);
}

static void
check_response(const json_t *row, struct ykt_bytes bytes, struct ykt_buf *out, const char *name)
{
	struct usat_response response;
	uint8_t raw[TEXT_MAX];
	struct ykt_buf body = YKT_BUF(raw);
	struct hex result = vectors_hex(row, "result");

	assert_status_why(usat_response_decode(bytes, &response), YKT_OK, name);
	check_head(row, &response.head, name);
	assert_int_equal(response.result, result.data[0]);
	assert_int_equal(response.info.len, result.len - 1);
	check_body(row, response.body, &body, name);
	usat_response_encode(&response, out);
	/* The devices' comprehension bit may be either; ours asks for it. */
	assert_int_equal(out->len, bytes.len);
	out->data[5] = bytes.data[5];
	out->data[9] = bytes.data[9];
}

static void
check_envelope(const json_t *row, struct ykt_bytes bytes, struct ykt_buf *out, const char *name)
{
	struct usat_envelope envelope;
	uint8_t raw[TEXT_MAX];
	struct ykt_buf body = YKT_BUF(raw);

	assert_status_why(usat_envelope_decode(bytes, &envelope), YKT_OK, name);
	check_body(row, envelope.body, &body, name);
	ykt_put_u8(out, envelope.tag);
	ykt_put_u8(out, (uint8_t)body.len);
	ykt_put(out, ykt_buf_view(&body));
}

static void
test_every_sequence_of_the_vectors(void **state)
{
	json_t *json = vectors_load("usat.json");
	const json_t *list = json_object_get(json, "vectors");

	(void)state;
	assert_int_equal(json_array_size(list), 138);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		const char *name = vectors_text(row, "name");
		const char *outer = vectors_text(row, "outer");
		struct hex hex = vectors_hex(row, "hex");
		uint8_t raw[TEXT_MAX];
		struct ykt_buf out = YKT_BUF(raw);

		if (strcmp(outer, "D0") == 0)
			check_command(row, hex_view(&hex), &out, name);
		else if (outer[0] == 'D')
			check_envelope(row, hex_view(&hex), &out, name);
		else
			check_response(row, hex_view(&hex), &out, name);
		assert_true_why(ykt_bytes_equal(ykt_buf_view(&out), hex_view(&hex)), name);
	}
	json_decref(json);
}

/* A menu selection as a phone sends it (card.md 4.1). */
static void
test_an_envelope_is_written(void **state)
{
	uint8_t raw[32];
	struct ykt_buf out = YKT_BUF(raw);
	size_t mark;

	(void)state;
	mark = usat_envelope_begin(&out, USAT_MENU_SELECTION, USAT_KEYPAD, USAT_UICC);
	usat_put_u8(&out, USAT_TAG_ITEM_ID | USAT_CR, 0x3D);
	usat_end(&out, mark);
	assert_hex(ykt_buf_view(&out), "D3078202018190013D");
}

static void
test_text_forms(void **state)
{
	static const struct {
		const char *hex;
		const char *text;
	} rows[] = {
		{ "", "" },
		{ "80", "" },
		{ "80 4F60 597D", "你好" },
		{ "31 1B65", "1€" },
		{ "81 03 08 41 94 31", "AД1" },
		{ "82 03 0410 84 80 31", "ДА1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hex hex = hex_of(rows[i].hex);

		check_alpha(hex_view(&hex), rows[i].text, rows[i].hex);
	}
}

/* The quirk that usat_text.h names. */
static void
test_packed_text_of_whole_bytes(void **state)
{
	uint8_t raw[32];
	struct ykt_buf out = YKT_BUF(raw);
	struct hex seven = hex_of("00 31D98C56B3DD00"); /* 1234567, padded to 7 bytes */

	(void)state;
	assert_status(usat_text_decode(hex_view(&seven), &out), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&out), ykt_bytes_str("1234567")));
	out.len = 0;
	assert_status(usat_text_encode(USAT_DCS_PACKED, ykt_bytes_str("1234567"), &out), YKT_OK);
	assert_hex(ykt_buf_view(&out), "00 31D98C56B3DD00");
}

static void
test_bad_text_is_refused(void **state)
{
	static const struct {
		const char *why;
		const char *alpha;
	} rows[] = {
		{ "a byte outside the alphabet", "41 83" },
		{ "half a character", "80 4F" },
		{ "81: cut", "81 03 08 41 94" },
		{ "81: longer than it says", "81 01 08 41 94" },
		{ "81: without its base", "81 00" },
		{ "82: cut base", "82 00 04" },
		{ "82: past the plane", "82 01 FFF0 FF" },
		{ "ends in an escape", "41 1B" },
	};
	uint8_t raw[64] = { 0x5A };
	struct ykt_buf out = { raw, 1, sizeof(raw), false };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hex hex = hex_of(rows[i].alpha);

		assert_status_why(
		    usat_alpha_decode(hex_view(&hex), &out), YKT_E_FORMAT, rows[i].why);
		assert_true_why(out.len == 1 && raw[0] == 0x5A, rows[i].why);
	}
	assert_status(usat_text_decode(ykt_bytes("\xF4"
						 "A",
					   2),
			  &out),
	    YKT_E_FORMAT);
	assert_int_equal(out.len, 1);
}

static void
test_text_that_a_form_does_not_have(void **state)
{
	static const struct {
		enum usat_form form;
		const char *text;
		enum ykt_status status;
	} rows[] = {
		{ USAT_FORM_GSM, "你", YKT_E_ARG },
		{ USAT_FORM_UCS2, "\xF0\x9F\x98\x80", YKT_E_ARG },
		{ USAT_FORM_81, "你好", YKT_E_ARG },
		{ USAT_FORM_81, "钱", YKT_E_ARG },
		{ USAT_FORM_82, "你好", YKT_E_ARG },
		{ USAT_FORM_UCS2, "\xE4\xBD", YKT_E_FORMAT },
		{ USAT_FORM_GSM, "\xC0\x80", YKT_E_FORMAT },
		{ USAT_FORM_UCS2, "\xED\xA0\x80", YKT_E_FORMAT },
	};
	uint8_t raw[64];
	struct ykt_buf out = { raw, 1, sizeof(raw), false };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_status_why(
		    usat_alpha_encode(rows[i].form, ykt_bytes_str(rows[i].text), &out),
		    rows[i].status, rows[i].text);
		assert_int_equal(out.len, 1);
	}
}

static void
test_bad_messages_are_refused(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
	} rows[] = {
		{ "nothing", "" },
		{ "another template", "D109810301218082028102" },
		{ "a byte left over", "D00981030121808202810200" },
		{ "a byte short", "D00A810301218082028102" },
		{ "no devices", "D0058103012180" },
		{ "details of four bytes", "D00A81040121800082028102" },
		{ "devices before details", "D0098202810281030121 80" },
		{ "a tag of zero", "D00B8103012180820281020000" },
		{ "a reserved tag", "D00B810301218082028102FF00" },
		{ "an element cut", "D00B8103012180820281028D01" },
		{ "a response without its result", "810301218082028281" },
		{ "an empty result", "8103012180820282818300" },
		{ "a response with a bad element", "81030121808202828183010090" },
		{ "an envelope without devices", "D30390013D" },
		{ "an envelope of devices cut", "D30682010190013D" },
		{ "an envelope of another class", "E3078202018190013D" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct usat_command command = { .head = { .number = 0x5A } };
		struct usat_response response = { .result = 0x5A };
		struct usat_envelope envelope = { .tag = 0x5A };

		assert_status_why(
		    usat_command_decode(hex_view(&hex), &command), YKT_E_FORMAT, rows[i].why);
		assert_status_why(
		    usat_response_decode(hex_view(&hex), &response), YKT_E_FORMAT, rows[i].why);
		if (hex.len == 0 || hex.data[0] != USAT_SMS_PP)
			assert_status_why(usat_envelope_decode(hex_view(&hex), &envelope),
			    YKT_E_FORMAT, rows[i].why);
		assert_true_why(
		    command.head.number == 0x5A && response.result == 0x5A && envelope.tag == 0x5A,
		    rows[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_sequence_of_the_vectors),
		cmocka_unit_test(test_an_envelope_is_written),
		cmocka_unit_test(test_text_forms),
		cmocka_unit_test(test_packed_text_of_whole_bytes),
		cmocka_unit_test(test_bad_text_is_refused),
		cmocka_unit_test(test_text_that_a_form_does_not_have),
		cmocka_unit_test(test_bad_messages_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
