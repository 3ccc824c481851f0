/*
 * Purse and PSAM commands as raw hex (card.md 1.4, 1.8, 1.9), and every answer
 * or command that is one byte short or long.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse_cmd.h"

#include <string.h>

#include "card_check.h"

static const uint8_t terminal[PURSE_TERMINAL_LEN] = { 0x31, 0, 0, 0, 0, 1 };

static void
test_reading_commands(void **state)
{
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	purse_select_build(YKT_BYTES(purse_aid), &out);
	assert_hex(ykt_buf_view(&out), "00A4040008A00000063201010500");
	out.len = 0;
	purse_select_build(YKT_BYTES(purse_ppse_name), &out);
	assert_hex(ykt_buf_view(&out), "00A404000E325041592E5359532E444446303100");
	out.len = 0;
	purse_read_binary_build(PURSE_SFI_INFO, 0, 30, &out);
	purse_read_binary_build(PURSE_SFI_MANAGEMENT, 8, 256, &out);
	assert_hex(ykt_buf_view(&out), "00B095001E 00B0970800");
	out.len = 0;
	purse_read_record_build(PURSE_SFI_LOG, 1, &out);
	purse_read_record_build(PURSE_SFI_TRIP, 30, &out);
	purse_read_record_build(PURSE_SFI_JOURNEY, 2, &out);
	assert_hex(ykt_buf_view(&out), "00B201C400 00B21EF400 00B202D400");
	out.len = 0;
	purse_read_by_id_build(0x2701, &out);
	assert_hex(ykt_buf_view(&out), "80B400D003 022701 00");
	out.len = 0;
	purse_balance_build(PURSE_BALANCE_AVAILABLE, &out);
	purse_balance_build(PURSE_BALANCE_ACTUAL, &out);
	purse_balance_build(PURSE_BALANCE_ALL, &out);
	assert_hex(ykt_buf_view(&out), "805C000204 805C030204 805C050210");
	out.len = 0;
	purse_get_challenge_build(4, &out);
	purse_get_response_build(8, &out);
	assert_hex(ykt_buf_view(&out), "0084000004 00C0000008");
}

static void
test_transaction_commands(void **state)
{
	struct purse_init init = { PURSE_INIT_LOAD, 1, 5000, { 0 } };
	struct purse_credit credit = { { 0x20, 0x25, 1, 2, 3, 4, 5 }, { 0xC7, 0xFC, 0xD2, 0x45 } };
	struct purse_debit debit = { 0x00ABCDEF, { 0x20, 0x25, 1, 2, 3, 4, 6 },
		{ 0xBF, 0x22, 0x34, 0xD9 } };
	struct purse_proof proof = { 0x09, 0x0011 };
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	memcpy(init.terminal, terminal, sizeof(terminal));
	purse_init_build(&init, &out);
	assert_hex(ykt_buf_view(&out), "805000020B 01 00001388 310000000001 10");
	out.len = 0;
	init.p1 = PURSE_INIT_CAPP;
	init.amount = 0;
	purse_init_build(&init, &out);
	assert_hex(ykt_buf_view(&out), "805003020B 01 00000000 310000000001 0F");
	out.len = 0;
	purse_credit_build(&credit, &out);
	assert_hex(ykt_buf_view(&out), "805200000B 20250102 030405 C7FCD245 04");
	out.len = 0;
	purse_debit_build(&debit, &out);
	assert_hex(ykt_buf_view(&out), "805401000F 00ABCDEF 20250102 030406 BF2234D9 08");
	out.len = 0;
	purse_proof_build(&proof, &out);
	assert_hex(ykt_buf_view(&out), "805A0009020011 08");
}

static void
test_capp_cache_command_as_validators_send_it(void **state)
{
	uint8_t record[128] = { 0x27, 0x12 };
	uint8_t raw[160];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	purse_capp_update_build(PURSE_SFI_JOURNEY, YKT_BYTES(record), &out);
	assert_int_equal(out.len, 5 + 128);
	assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 0, 7), "80DC12D080 2712");
	out.len = 0;
	purse_capp_update_build(PURSE_SFI_TRIP, ykt_bytes(record, 48), &out);
	assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 0, 5), "80DC00F030");
}

static void
test_capp_cache_command_forms_that_are_read(void **state)
{
	static const struct {
		const char *hex;
		enum ykt_status status;
		uint8_t sfi;
	} rows[] = {
		{ "80DC02D002 2702", YKT_OK, 0x1A },
		{ "80DC00F001 03", YKT_OK, 0x1E },
		{ "80DC028401 00", YKT_OK, 0x10 },
		{ "80DC013B01 00", YKT_OK, 0x07 },
		{ "80DC02B801 00", YKT_OK, 0x17 },
		{ "80DC00F101 03", YKT_E_ARG, 0 },
		{ "80DC00F701 03", YKT_E_ARG, 0 },
		{ "80DC00F0", YKT_E_FORMAT, 0 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct purse_capp_update update = { .sfi = 0 };
		struct apdu_cmd cmd;

		assert_status(apdu_cmd_decode(hex_view(&hex), &cmd), YKT_OK);
		assert_status_why(
		    purse_capp_update_decode(&cmd, &update), rows[i].status, rows[i].hex);
		assert_int_equal(update.sfi, rows[i].sfi);
	}
}

static void
test_psam_commands(void **state)
{
	struct psam_mac1 cmd = { { 1, 2, 3, 4 }, 0x10, 200, 6, { 0x20, 0x25, 1, 2, 3, 4, 6 }, 1, 0,
		2, { { 0x51, 0x70 }, { 0x01, 0x01 } } };
	struct psam_mac1 back = { 0 };
	static const uint8_t mac2[4] = { 0xAE, 0x08, 0x53, 0x98 };
	struct apdu_cmd apdu;
	uint8_t raw[80];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	psam_mac1_build(&cmd, &out);
	assert_hex(ykt_buf_view(&out), "8070000024 01020304 0010 000000C8 06 20250102030406 01 00"
				       "5170000000000000 0101000000000000 08");
	assert_status(apdu_cmd_decode(ykt_buf_view(&out), &apdu), YKT_OK);
	assert_status(psam_mac1_decode(&apdu, &back), YKT_OK);
	assert_memory_equal(&cmd, &back, sizeof(cmd));
	out.len = 0;
	psam_mac2_build(mac2, &out);
	assert_hex(ykt_buf_view(&out), "8072000004 AE085398");
	out.len = 0;
	psam_terminal_build(&out);
	assert_hex(ykt_buf_view(&out), "00B0960006");
	cmd.factor_count = PSAM_FACTORS_MAX + 1;
	psam_mac1_build(&cmd, &out);
	assert_status(ykt_buf_done(&out), YKT_E_SPACE);
}

static void
test_answers_are_read_and_written(void **state)
{
	struct hex load = hex_of("00000BB8 0007 01 00 A1B2C3D4 1F539928");
	struct hex purchase = hex_of("000002E4 0010 000064 01 00 01020304");
	struct hex debit = hex_of("32A31F60 AE085398");
	struct purse_load_init_rsp load_rsp;
	struct purse_purchase_init_rsp purchase_rsp;
	struct purse_debit_rsp debit_rsp;
	struct purse_proof_rsp proof_rsp;
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	assert_status(purse_load_init_rsp_decode(hex_view(&load), &load_rsp), YKT_OK);
	assert_int_equal(load_rsp.balance, 3000);
	assert_int_equal(load_rsp.online_seq, 7);
	assert_hex(YKT_BYTES(load_rsp.mac1), "1F539928");
	purse_load_init_rsp_encode(&load_rsp, &out);
	assert_memory_equal(raw, load.data, load.len);

	out.len = 0;
	assert_status(purse_purchase_init_rsp_decode(hex_view(&purchase), &purchase_rsp), YKT_OK);
	assert_int_equal(purchase_rsp.balance, 740);
	assert_int_equal(purchase_rsp.offline_seq, 16);
	assert_int_equal(purchase_rsp.overdraft_limit, 100);
	purse_purchase_init_rsp_encode(&purchase_rsp, &out);
	assert_memory_equal(raw, purchase.data, purchase.len);

	/* DEBIT answers TAC, MAC2; the proof answers MAC, TAC. */
	assert_status(purse_debit_rsp_decode(hex_view(&debit), &debit_rsp), YKT_OK);
	assert_hex(YKT_BYTES(debit_rsp.tac), "32A31F60");
	assert_status(purse_proof_rsp_decode(hex_view(&debit), &proof_rsp), YKT_OK);
	assert_hex(YKT_BYTES(proof_rsp.tac), "AE085398");
	out.len = 0;
	purse_debit_rsp_encode(&debit_rsp, &out);
	purse_proof_rsp_encode(&proof_rsp, &out);
	assert_hex(ykt_buf_view(&out), "32A31F60AE085398 32A31F60AE085398");
}

static void
test_balances_over_the_cap_are_refused(void **state)
{
	static const char *const rows[] = { "FFFFFFFF", "80000000", "01000000", "", "0000FF",
		"0000000000" };
	struct hex load = hex_of("FFFFFFFF 0007 01 00 A1B2C3D4 1F539928");
	struct hex purchase = hex_of("80000000 0010 000064 01 00 01020304");
	struct purse_load_init_rsp load_rsp = { .key_version = 0x5A };
	struct purse_purchase_init_rsp purchase_rsp = { .key_version = 0x5A };
	uint32_t fen = 5;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i]);

		assert_status_why(
		    purse_balance_rsp_decode(hex_view(&hex), &fen), YKT_E_FORMAT, rows[i]);
		assert_int_equal(fen, 5);
	}
	assert_status(purse_load_init_rsp_decode(hex_view(&load), &load_rsp), YKT_E_FORMAT);
	assert_status(
	    purse_purchase_init_rsp_decode(hex_view(&purchase), &purchase_rsp), YKT_E_FORMAT);
	assert_int_equal(load_rsp.key_version, 0x5A);
	assert_int_equal(purchase_rsp.key_version, 0x5A);

	load = hex_of("00FFFFFF");
	assert_status(purse_balance_rsp_decode(hex_view(&load), &fen), YKT_OK);
	assert_int_equal(fen, PURSE_BALANCE_MAX);
}

/* Each decoder takes its one length and refuses all others untouched. */
static void
test_every_other_length_is_refused(void **state)
{
	static const uint8_t zeros[64];
	struct purse_init init = { .key_index = 0x5A };
	struct purse_credit credit = { .mac2 = { 0x5A } };
	struct purse_debit debit = { .terminal_seq = 0x5A };
	struct purse_proof proof = { .type = 0x5A };
	struct purse_load_init_rsp load_rsp = { .alg = 0x5A };
	struct purse_purchase_init_rsp purchase_rsp = { .alg = 0x5A };
	struct purse_debit_rsp debit_rsp = { .tac = { 0x5A } };
	struct purse_proof_rsp proof_rsp = { .tac = { 0x5A } };
	struct psam_mac1 mac1 = { .type = 0x5A };
	struct psam_mac1_rsp mac1_rsp = { .terminal_seq = 0x5A };
	uint8_t bytes[6] = { 0x5A };
	uint16_t id = 0x5A;

	(void)state;
	for (size_t len = 0; len <= sizeof(zeros); len++) {
		struct ykt_bytes data = ykt_bytes(zeros, len);
		struct apdu_cmd cmd = { .data = data };

		if (len != 11) {
			assert_status(purse_init_decode(&cmd, &init), YKT_E_FORMAT);
			assert_status(purse_credit_decode(&cmd, &credit), YKT_E_FORMAT);
		}
		if (len != 15) {
			assert_status(purse_debit_decode(&cmd, &debit), YKT_E_FORMAT);
			assert_status(
			    purse_purchase_init_rsp_decode(data, &purchase_rsp), YKT_E_FORMAT);
		}
		if (len != 2)
			assert_status(purse_proof_decode(&cmd, &proof), YKT_E_FORMAT);
		if (len != 16)
			assert_status(purse_load_init_rsp_decode(data, &load_rsp), YKT_E_FORMAT);
		if (len != 8) {
			assert_status(purse_debit_rsp_decode(data, &debit_rsp), YKT_E_FORMAT);
			assert_status(purse_proof_rsp_decode(data, &proof_rsp), YKT_E_FORMAT);
			assert_status(psam_mac1_rsp_decode(data, &mac1_rsp), YKT_E_FORMAT);
		}
		if (len < 0x14 || (len - 0x14) % 8 != 0 || len > 0x14 + 3 * 8)
			assert_status(psam_mac1_decode(&cmd, &mac1), YKT_E_FORMAT);
		if (len != 4) {
			assert_status(purse_credit_rsp_decode(data, bytes), YKT_E_FORMAT);
			assert_status(psam_mac2_decode(&cmd, bytes), YKT_E_FORMAT);
		}
		if (len != 6)
			assert_status(psam_terminal_rsp_decode(data, bytes), YKT_E_FORMAT);
		/* Never: the first byte is not 02. */
		assert_status(purse_read_by_id_decode(&cmd, &id), YKT_E_FORMAT);
	}
	assert_int_equal(init.key_index, 0x5A);
	assert_int_equal(credit.mac2[0], 0x5A);
	assert_int_equal(debit.terminal_seq, 0x5A);
	assert_int_equal(proof.type, 0x5A);
	assert_int_equal(load_rsp.alg, 0x5A);
	assert_int_equal(purchase_rsp.alg, 0x5A);
	assert_int_equal(debit_rsp.tac[0], 0x5A);
	assert_int_equal(proof_rsp.tac[0], 0x5A);
	assert_int_equal(mac1.type, 0x5A);
	assert_int_equal(mac1_rsp.terminal_seq, 0x5A);
	assert_int_equal(bytes[0], 0x5A);
	assert_int_equal(id, 0x5A);
}

static void
test_card_side_reads_what_the_host_builds(void **state)
{
	struct purse_init init = { PURSE_INIT_PURCHASE, 2, 0x01020304, { 9, 8, 7, 6, 5, 4 } };
	struct purse_init back = { 0 };
	struct purse_proof proof = { 2, 0xFFFF };
	struct purse_proof proof_back = { 0 };
	struct apdu_cmd cmd;
	uint16_t id = 0;
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	purse_init_build(&init, &out);
	assert_status(apdu_cmd_decode(ykt_buf_view(&out), &cmd), YKT_OK);
	assert_status(purse_init_decode(&cmd, &back), YKT_OK);
	assert_int_equal(back.p1, PURSE_INIT_PURCHASE);
	assert_int_equal(back.key_index, 2);
	assert_int_equal(back.amount, 0x01020304);
	assert_memory_equal(back.terminal, init.terminal, sizeof(init.terminal));

	out.len = 0;
	purse_proof_build(&proof, &out);
	assert_status(apdu_cmd_decode(ykt_buf_view(&out), &cmd), YKT_OK);
	assert_status(purse_proof_decode(&cmd, &proof_back), YKT_OK);
	assert_int_equal(proof_back.type, 2);
	assert_int_equal(proof_back.seq, 0xFFFF);

	out.len = 0;
	purse_read_by_id_build(0x2712, &out);
	assert_status(apdu_cmd_decode(ykt_buf_view(&out), &cmd), YKT_OK);
	assert_status(purse_read_by_id_decode(&cmd, &id), YKT_OK);
	assert_int_equal(id, 0x2712);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading_commands),
		cmocka_unit_test(test_transaction_commands),
		cmocka_unit_test(test_capp_cache_command_as_validators_send_it),
		cmocka_unit_test(test_capp_cache_command_forms_that_are_read),
		cmocka_unit_test(test_psam_commands),
		cmocka_unit_test(test_answers_are_read_and_written),
		cmocka_unit_test(test_balances_over_the_cap_are_refused),
		cmocka_unit_test(test_every_other_length_is_refused),
		cmocka_unit_test(test_card_side_reads_what_the_host_builds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
