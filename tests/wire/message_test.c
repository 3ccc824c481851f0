/*
 * Every message of docs/protocol.md, against text written by hand from that
 * page: it is read and written back to the byte, each required field is missed,
 * each field may come once only, and an unknown one is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "message_samples.h"
#include "wire_test.h"

static void
test_reads_and_writes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(messages); i++) {
		const struct wire_message *msg = messages[i].msg;
		struct ykt_bytes json = exact(messages[i].text, strlen(messages[i].text));
		uint8_t out[4096];
		struct ykt_buf back = YKT_BUF(out);
		void *m = malloc(msg->size);

		assert_non_null(m);
		assert_status_why(wire_decode(msg, json, m), YKT_OK, msg->name);
		assert_status_why(wire_encode(msg, m, &back), YKT_OK, msg->name);
		assert_true_why(ykt_bytes_equal(json, ykt_buf_view(&back)), msg->name);
		free(m);
		release(json);
	}
}

/* Writes text with each top-level "name": renamed to another. */
static void
rename_field(const char *text, const char *name, const char *other, char *out, size_t size)
{
	char quoted[64];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":", name);
	at = strstr(text, quoted);
	assert_non_null(at);
	snprintf(out, size, "%.*s\"%s\":%s", (int)(at - text), text, other, at + strlen(quoted));
}

static void
test_misses_each_required_field(void **state)
{
	char text[4096];
	char why[128];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(messages); i++) {
		const struct wire_message *msg = messages[i].msg;

		for (size_t j = 0; j < msg->field_count; j++) {
			const char *name = msg->fields[j].name;

			if (msg->fields[j].optional)
				continue;
			snprintf(why, sizeof(why), "%s without %s", msg->name, name);
			rename_field(messages[i].text, name, "unknown", text, sizeof(text));
			refuses(msg, text, strlen(text), why);
			if (j == 0)
				continue;
			snprintf(
			    why, sizeof(why), "%s with two %s", msg->name, msg->fields[0].name);
			rename_field(
			    messages[i].text, name, msg->fields[0].name, text, sizeof(text));
			refuses(msg, text, strlen(text), why);
		}
	}
}

/* A message with one more key at its end. */
static void
test_refuses_an_unknown_field(void **state)
{
	char text[4096];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(messages); i++) {
		size_t len = strlen(messages[i].text);

		snprintf(
		    text, sizeof(text), "%.*s,\"amount\":1}", (int)(len - 1), messages[i].text);
		refuses(messages[i].msg, text, strlen(text), messages[i].msg->name);
	}
}

/* No two fields of a structure share a byte, and none passes its end. */
static void
check_layout(const struct wire_message *msg)
{
	uint8_t *used = calloc(1, msg->size);

	assert_non_null(used);
	for (size_t i = 0; i < msg->field_count; i++) {
		const struct wire_field *field = &msg->fields[i];
		size_t len = field->size;

		if (field->type == WIRE_INT)
			len = sizeof(int64_t);
		else if (field->type == WIRE_BOOL)
			len = sizeof(bool);
		else if (field->type == WIRE_BYTES)
			len = sizeof(uint16_t) + field->size;
		else if (field->type == WIRE_LIST)
			len = (size_t)field->size * field->count_max;
		else if (field->type == WIRE_RAW || field->type == WIRE_DIGITS)
			len = sizeof(struct ykt_bytes);
		assert_true_why(len != 0 && field->off + len <= msg->size, field->name);
		for (size_t k = 0; k < len; k++)
			assert_true_why(used[field->off + k]++ == 0, field->name);
		if (field->optional)
			assert_true_why(used[field->has_off]++ == 0, field->name);
		if (field->type == WIRE_LIST) {
			assert_true_why(field->size == field->msg->size, field->name);
			check_layout(field->msg);
		}
	}
	free(used);
}

static void
test_layout(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(messages); i++)
		check_layout(messages[i].msg);
}

static void
test_reads_the_values(void **state)
{
	struct wire_key_load_permit_rsp permit;
	struct wire_order order;
	struct wire_tap tap;

	(void)state;
	assert_status(wire_decode(&wire_order_msg, ykt_bytes_str(ORDER), &order), YKT_OK);
	assert_string_equal(order.order_id, ID);
	assert_string_equal(order.parent_id, "");
	assert_string_equal(order.kind, "topup");
	assert_string_equal(order.card_no, CARD);
	assert_int_equal(order.aid.len, 8);
	assert_memory_equal(order.aid.data, "\xA0\x00\x00\x06\x32\x01\x01\x05", 8);
	assert_int_equal(order.amount_fen, 5000);
	assert_int_equal(order.created_ms, INT64_C(1795392000000));
	assert_true(order.abnormal);

	assert_status(wire_decode(&wire_tap_msg, ykt_bytes_str(TAP), &tap), YKT_OK);
	assert_int_equal(tap.type[0], 0x09);
	assert_int_equal(tap.terminal_seq, INT64_C(4294967295));
	assert_int_equal(tap.offline_seq, 65535);
	assert_memory_equal(tap.terminal, "\x31\x00\x00\x00\x00\x01", 6);
	assert_int_equal(tap.trip[47], 0x2F);

	assert_status(wire_decode(&wire_key_load_permit_rsp_msg,
			  ykt_bytes_str("{\"result\":\"credit\",\"mac2\":\"01020304\"}"), &permit),
	    YKT_OK);
	assert_true(permit.has_mac2);
	assert_false(permit.has_order_id || permit.has_balance_fen || permit.has_online_seq);
}

/* Ranges that a later check would not see. */
static void
test_refuses_out_of_range(void **state)
{
	static const struct {
		const struct wire_message *msg;
		const char *from;
		const char *to;
	} rows[] = {
		{ &wire_order_list_req_msg, "50", "51" },
		{ &wire_order_list_req_msg, "50", "0" },
		{ &wire_withdrawals_req_msg, "20", "21" },
		{ &wire_card_records_req_msg, "\"limit\":1", "\"limit\":51" },
		{ &wire_order_topup_req_msg, "5000", "-1" },
		{ &wire_order_topup_req_msg, "5000", "100000000000001" },
		{ &wire_order_topup_req_msg, CARD, CARD "1" },
		{ &wire_tap_msg, "65535", "65536" },
		{ &wire_tap_msg, "4294967295", "4294967296" },
		{ &wire_tap_msg, "\"alg\":4", "\"alg\":5" },
		{ &wire_tap_msg, "\"key_version\":1", "\"key_version\":256" },
		{ &wire_key_load_permit_rsp_msg, "\"online_seq\":65535", "\"online_seq\":-1" },
		{ &wire_load_begin_rsp_msg, "\"attempt\":1", "\"attempt\":-1" },
		{ &wire_psp_prepay_req_msg, "\"CNY\"", "\"CNYX\"" },
		{ &wire_psp_prepay_req_msg, "1795392000000", "253402300800000" },
	};
	char text[4096];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		size_t j = 0;
		const char *at;

		while (messages[j].msg != rows[i].msg)
			j++;
		at = strstr(messages[j].text, rows[i].from);
		assert_non_null(at);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - messages[j].text),
		    messages[j].text, rows[i].to, at + strlen(rows[i].from));
		refuses(rows[i].msg, text, strlen(text), rows[i].to);
	}
}

/* 64 taps pass, 65 do not. */
static void
test_bounds_a_batch(void **state)
{
	static struct wire_gate_upload_req m;
	static char text[64 * 1024];
	struct ykt_buf json = { (uint8_t *)text, 0, sizeof(text), false };

	(void)state;
	for (int count = WIRE_TAPS_MAX; count <= WIRE_TAPS_MAX + 1; count++) {
		json.len = 0;
		ykt_put(&json, ykt_bytes_str("{\"batch_id\":\"x\",\"terminal\":\"310000000001\","
					     "\"records\":["));
		for (int i = 0; i < count; i++) {
			ykt_put(&json, ykt_bytes_str(i == 0 ? "" : ","));
			ykt_put(&json, ykt_bytes_str(TAP));
		}
		ykt_put(&json, ykt_bytes_str("]}"));
		assert_status(ykt_buf_done(&json), YKT_OK);
		assert_status(wire_decode(&wire_gate_upload_req_msg, ykt_buf_view(&json), &m),
		    count == WIRE_TAPS_MAX ? YKT_OK : YKT_E_FORMAT);
		assert_int_equal(m.records_count, count == WIRE_TAPS_MAX ? count : 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_and_writes_back),
		cmocka_unit_test(test_misses_each_required_field),
		cmocka_unit_test(test_refuses_an_unknown_field),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_reads_the_values),
		cmocka_unit_test(test_refuses_out_of_range),
		cmocka_unit_test(test_bounds_a_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
