/*
 * SCP02, the host end, against scp.json.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/scp02.h"

#include <string.h>

#include "card_check.h"

static void
check_derived(const struct scp02_session *session, const json_t *row)
{
	const json_t *derived = json_object_get(row, "derived_session_keys");

	assert_hex(YKT_BYTES(session->s_enc), vectors_text(derived, "S_ENC"));
	assert_hex(YKT_BYTES(session->c_mac), vectors_text(derived, "C_MAC"));
	assert_hex(YKT_BYTES(session->r_mac), vectors_text(derived, "R_MAC"));
	assert_hex(YKT_BYTES(session->dek), vectors_text(derived, "DEK"));
}

static void
load_keys(const json_t *row, struct scp02_keys *keys)
{
	vectors_copy(row, "static_ENC", keys->enc, SCP02_KEY_LEN);
	vectors_copy(row, "static_MAC", keys->mac, SCP02_KEY_LEN);
	vectors_copy(row, "static_DEK", keys->dek, SCP02_KEY_LEN);
}

static void
test_published_session(void **state)
{
	json_t *json = vectors_load("scp.json");
	json_t *row;
	json_t *command;
	size_t i;
	size_t j;

	json_array_foreach(json_object_get(json, "scp02"), i, row)
	{
		struct hex rsp = vectors_hex(row, "initialize_update_response");
		struct hex challenge = vectors_hex(row, "host_challenge");
		struct scp02_keys keys;
		struct scp02_session session;
		uint8_t raw[300];
		struct ykt_buf out = YKT_BUF(raw);

		load_keys(row, &keys);
		assert_status(
		    scp02_authenticate_build(*state, &keys, challenge.data, hex_view(&rsp),
			(uint8_t)vectors_number(row, "security_level"), &session, &out),
		    YKT_OK);
		assert_hex(ykt_buf_view(&out), vectors_text(row, "external_authenticate"));
		check_derived(&session, row);
		json_array_foreach(json_object_get(row, "commands"), j, command)
		{
			struct hex plain = vectors_hex(command, "plain");

			out.len = 0;
			assert_status(
			    scp02_cmd_wrap(*state, &session, hex_view(&plain), &out), YKT_OK);
			assert_hex(ykt_buf_view(&out), vectors_text(command, "wrapped"));
		}
	}
	assert_int_equal(i, 1);
	json_decref(json);
}

static void
test_wrong_card_is_refused(void **state)
{
	json_t *json = vectors_load("scp.json");
	json_t *row = json_array_get(json_object_get(json, "scp02"), 0);
	struct hex rsp = vectors_hex(row, "initialize_update_response");
	struct hex challenge = vectors_hex(row, "host_challenge");
	struct scp02_keys keys;
	struct scp02_session session = { .level = 0x5A };
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	load_keys(row, &keys);
	rsp.data[27] ^= 1;
	assert_status(scp02_authenticate_build(
			  *state, &keys, challenge.data, hex_view(&rsp), 1, &session, &out),
	    YKT_E_MAC);
	rsp.data[27] ^= 1;
	assert_status(scp02_authenticate_build(
			  *state, &keys, challenge.data, hex_view(&rsp), 0x33, &session, &out),
	    YKT_E_ARG);
	rsp.len--;
	assert_status(scp02_authenticate_build(
			  *state, &keys, challenge.data, hex_view(&rsp), 1, &session, &out),
	    YKT_E_FORMAT);
	assert_int_equal(session.level, 0x5A);
	assert_int_equal(out.len, 0);
	json_decref(json);
}

static void
test_wrap_needs_an_open_session_and_room(void **state)
{
	struct scp02_session session = { 0 };
	uint8_t long_command[5 + 240] = { 0x80, 0xE2, 0, 0, 240 };
	uint8_t raw[300];
	struct ykt_buf out = YKT_BUF(raw);

	assert_status(scp02_cmd_wrap(*state, &session, YKT_BYTES(long_command), &out), YKT_E_STATE);
	session.level = 1;
	assert_status(scp02_cmd_wrap(*state, &session, YKT_BYTES(long_command), &out), YKT_E_ARG);
	assert_status(
	    scp02_cmd_wrap(*state, &session, ykt_bytes(long_command, 3), &out), YKT_E_ARG);
	assert_int_equal(out.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_session),
		cmocka_unit_test(test_wrong_card_is_refused),
		cmocka_unit_test(test_wrap_needs_an_open_session_and_room),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
