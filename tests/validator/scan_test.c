/*
 * Ride codes at a gate: who is let in, for how much, and that a refusal leaves
 * nothing behind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "rig_codes.h"
#include "validator/internal.h"

static struct codes codes;

static void
test_good_code_opens_and_is_kept(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct validator_result result;

	codes_open(&codes, rig);
	result = codes_scan(&codes, GATE_BUS, codes_make(&codes, 1, 0));
	assert_int_equal(result.gate, VALIDATOR_OPEN);
	assert_string_equal(result.reason, "ok");
	assert_int_equal(result.amount, FARE_BUS);
	assert_true(result.by_code);
	assert_string_equal(result.card_no, "00000000000000000100");
	assert_int_equal(validator_waiting(gate->validator), 1);
	gate_drain(rig, GATE_BUS);
	assert_int_equal(gate->net.ride_count, 1);
	assert_string_equal(gate->net.rides[0].kind, "single");
	assert_int_equal(gate->net.rides[0].amount_fen, FARE_BUS);
	assert_int_equal(gate->net.rides[0].ride_seq, 0);
	assert_memory_equal(gate->net.rides[0].datetime, "\x20\x26\x07\x25\x08\x30\x15", 7);
	assert_int_equal(gate->net.rides[0].code.len, codes.code.len);
	assert_memory_equal(gate->net.rides[0].code.data, codes.bytes, codes.code.len);
	codes_close(&codes);
}

static void
test_metro_takes_the_base_fare_on_entry(void **state)
{
	struct rig *rig = *state;

	codes_open(&codes, rig);
	assert_int_equal(codes_scan(&codes, GATE_IN, codes_make(&codes, 1, 0)).amount, FARE_METRO);
	assert_int_equal(codes_scan(&codes, GATE_OUT, codes_make(&codes, 1, 10)).amount, 0);
	gate_drain(rig, GATE_IN);
	gate_drain(rig, GATE_OUT);
	assert_string_equal(rig->gates[GATE_IN].net.rides[0].kind, "entry");
	assert_string_equal(rig->gates[GATE_OUT].net.rides[0].kind, "exit");
	codes_close(&codes);
}

/* A code is a rider and a second, however often it is signed. */
static void
test_a_code_is_taken_once(void **state)
{
	struct rig *rig = *state;
	uint8_t first[CODE_QR_MAX];
	size_t len;
	struct ykt_bytes code;

	codes_open(&codes, rig);
	code = codes_make(&codes, 1, 0);
	len = code.len;
	memcpy(first, code.data, len);
	codes_expect(&codes, GATE_BUS, code, VALIDATOR_OPEN, "ok");
	codes_expect(&codes, GATE_BUS, ykt_bytes(first, len), VALIDATOR_CLOSED, "code_used");
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 1, 0), VALIDATOR_CLOSED, "code_used");
	gate_restart(rig, GATE_BUS);
	codes_expect(&codes, GATE_BUS, ykt_bytes(first, len), VALIDATOR_CLOSED, "code_used");
	gate_drain(rig, GATE_BUS);
	codes_expect(&codes, GATE_BUS, ykt_bytes(first, len), VALIDATOR_CLOSED, "code_used");
	/* Another rider at the same second, and the same rider at the next. */
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 2, 0), VALIDATOR_OPEN, "ok");
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 1, 1), VALIDATOR_OPEN, "ok");
	assert_int_equal(validator_waiting(rig->gates[GATE_BUS].validator), 2);
	codes_close(&codes);
}

static void
refuse(struct rig *rig, struct ykt_bytes code, const char *reason)
{
	static struct disk before;
	struct gate *gate = &rig->gates[GATE_BUS];

	before = gate->disk;
	codes_expect(&codes, GATE_BUS, code, VALIDATOR_CLOSED, reason);
	assert_true(disk_equal(&before, &gate->disk));
	assert_int_equal(validator_waiting(gate->validator), 0);
}

static void
test_every_byte_counts(void **state)
{
	struct rig *rig = *state;
	struct validator_result result;
	struct ykt_bytes code;

	codes_open(&codes, rig);
	code = codes_make(&codes, 1, 0);
	for (size_t at = 0; at < code.len; at++) {
		codes.bytes[at] ^= 0x20;
		result = codes_scan(&codes, GATE_BUS, code);
		assert_int_equal(result.gate, VALIDATOR_CLOSED);
		assert_string_not_equal(result.reason, "ok");
		codes.bytes[at] ^= 0x20;
	}
	assert_int_equal(validator_waiting(rig->gates[GATE_BUS].validator), 0);
	codes_expect(&codes, GATE_BUS, code, VALIDATOR_OPEN, "ok");
	codes_close(&codes);
}

static void
test_each_refusal_has_its_word(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	static const struct code_institution elsewhere[] = { { { 9, 9, 9, 9 } } };

	codes_open(&codes, rig);
	refuse(rig, ykt_bytes(NULL, 0), "code_unreadable");
	refuse(rig, ykt_bytes(codes_make(&codes, 1, 0).data, 100), "code_unreadable");
	(void)codes_make(&codes, 1, 0);
	codes.bytes[0] = 0x81;
	refuse(rig, ykt_buf_view(&codes.code), "code_version");
	refuse(rig, codes_make(&codes, 1, -61), "code_expired");
	refuse(rig, codes_make(&codes, 1, 31), "code_clock");
	codes.auth.limit_fen = FARE_BUS - 1;
	refuse(rig, codes_make(&codes, 1, 0), "over_limit");
	codes.auth.limit_fen = CODES_LIMIT;
	rig->wall_ms += (int64_t)(CODES_LIFE_S + 1) * 1000;
	refuse(rig, codes_make(&codes, 1, -1), "code_refresh");
	rig->wall_ms -= (int64_t)(CODES_LIFE_S + 1) * 1000;
	codes.auth.institution[3] = 1;
	refuse(rig, codes_make(&codes, 1, 0), "code_not_genuine");
	codes.auth.institution[3] = 0;
	codes.auth.cert[11] = 0x01;
	refuse(rig, codes_make(&codes, 1, 0), "code_not_genuine");
	code_cert_encode(&codes.cert, codes.auth.cert);
	codes.auth.cert[5] = 4; /* the root's index */
	refuse(rig, codes_make(&codes, 1, 0), "code_issuer_unknown");
	codes.cert.expiry[1] = 0x25;
	assert_status(code_cert_sign(&codes.root.signer, &codes.cert), YKT_OK);
	code_cert_encode(&codes.cert, codes.auth.cert);
	refuse(rig, codes_make(&codes, 1, 0), "code_issuer_expired");
	/* The forger's own root, whose key is in the code's certificate. */
	codes.cert.expiry[1] = 0x30;
	assert_status(code_cert_sign(&codes.institution.signer, &codes.cert), YKT_OK);
	code_cert_encode(&codes.cert, codes.auth.cert);
	refuse(rig, codes_make(&codes, 1, 0), "code_not_genuine");
	assert_status(code_cert_sign(&codes.root.signer, &codes.cert), YKT_OK);
	code_cert_encode(&codes.cert, codes.auth.cert);
	gate->options.codes.institutions = elsewhere;
	gate->options.codes.institution_count = 1;
	gate_restart(rig, GATE_BUS);
	refuse(rig, codes_make(&codes, 1, 0), "code_issuer_unknown");
	gate->options.codes = (struct code_policy){ 0 };
	gate_restart(rig, GATE_BUS);
	refuse(rig, codes_make(&codes, 1, 0), "code_not_taken");
	codes_close(&codes);
}

static void
test_blacklisted_rider_is_refused(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	int64_t version = 0;

	codes_open(&codes, rig);
	gate->net.params = (struct wire_gate_params_rsp){ .version = 1,
		.cap_fen = 30000,
		.blacklist_count = 1,
		.blacklist = { { "00000000000000000700" } } };
	params_publish(rig, GATE_BUS);
	assert_status(validator_params(gate->validator, &version), YKT_OK);
	refuse(rig, codes_make(&codes, 7, 0), "code_blacklisted");
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 8, 0), VALIDATOR_OPEN, "ok");
	codes_close(&codes);
}

/* As the platform lists one: its gate refuses him, writes nothing, and others ride. */
static void
publish_codes(struct rig *rig, int64_t version, const char *user_no, enum ykt_status expected)
{
	struct gate *gate = &rig->gates[GATE_BUS];
	int64_t got = 0;

	gate->net.params = (struct wire_gate_params_rsp){ .version = version, .cap_fen = 30000 };
	if (user_no != NULL) {
		gate->net.params.has_codes = true;
		gate->net.params.codes_count = 1;
		strcpy(gate->net.params.codes[0].user_no, user_no);
	}
	params_publish(rig, GATE_BUS);
	assert_status(validator_params(gate->validator, &got), expected);
}

static void
test_a_frozen_account_is_refused(void **state)
{
	struct rig *rig = *state;

	codes_open(&codes, rig);
	publish_codes(rig, 5, "00000000000000000700", YKT_OK);
	refuse(rig, codes_make(&codes, 7, 20), "code_blacklisted");
	/* After a restart too; and neither an older list nor another of that version frees him. */
	gate_restart(rig, GATE_BUS);
	refuse(rig, codes_make(&codes, 7, 21), "code_blacklisted");
	publish_codes(rig, 4, NULL, YKT_EXPIRED);
	refuse(rig, codes_make(&codes, 7, 22), "code_blacklisted");
	publish_codes(rig, 5, NULL, YKT_OK);
	refuse(rig, codes_make(&codes, 7, 23), "code_blacklisted");
	/* A number that is none: the whole list is, and the one before stays. */
	publish_codes(rig, 6, "0000000000000000070A", YKT_E_SERVER);
	refuse(rig, codes_make(&codes, 7, 24), "code_blacklisted");
	/* A newer one without him. */
	publish_codes(rig, 7, NULL, YKT_OK);
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 7, 25), VALIDATOR_OPEN, "ok");
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 8, 0), VALIDATOR_OPEN, "ok");
	codes_close(&codes);
}

/* The words of this test stand on the list that displays go by. */
static void
test_reasons_are_on_the_list(void **state)
{
	static const char *const words[] = { "code_not_taken", "code_unreadable", "code_version",
		"code_issuer_unknown", "code_issuer_expired", "code_not_genuine", "code_refresh",
		"code_clock", "code_expired", "code_used", "code_blacklisted" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(words); i++) {
		size_t at = 0;

		while (
		    validator_reasons[at] != NULL && strcmp(validator_reasons[at], words[i]) != 0)
			at++;
		assert_true_why(validator_reasons[at] != NULL, words[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_good_code_opens_and_is_kept, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(
		    test_metro_takes_the_base_fare_on_entry, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(test_a_code_is_taken_once, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(test_every_byte_counts, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(
		    test_each_refusal_has_its_word, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_frozen_account_is_refused, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(
		    test_blacklisted_rider_is_refused, rig_setup, rig_teardown),
		cmocka_unit_test(test_reasons_are_on_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
