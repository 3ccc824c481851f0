/*
 * GlobalPlatform commands as raw hex, their card side, data groupings.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/gp.h"

#include <string.h>

#include "card_check.h"

static struct apdu_cmd
parsed(const struct hex *hex)
{
	struct apdu_cmd cmd;

	assert_status(apdu_cmd_decode(hex_view(hex), &cmd), YKT_OK);

	return cmd;
}

static void
test_registry_commands(void **state)
{
	struct hex aid = hex_of("A000000632010105");
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	gp_get_status_build(GP_SCOPE_ELFS, (struct ykt_bytes){ 0 }, false, &out);
	assert_hex(ykt_buf_view(&out), "80F22002024F0000");
	out.len = 0;
	gp_get_status_build(GP_SCOPE_APPS, hex_view(&aid), true, &out);
	assert_hex(ykt_buf_view(&out), "80F240030A 4F08A000000632010105 00");
	out.len = 0;
	gp_set_status_build(GP_SCOPE_APPS, 0x87, hex_view(&aid), &out);
	assert_hex(ykt_buf_view(&out), "80F0408708 A000000632010105");
	out.len = 0;
	gp_delete_build(hex_view(&aid), true, &out);
	assert_hex(ykt_buf_view(&out), "80E400800A 4F08A000000632010105 00");
	out.len = 0;
	gp_delete_key_build(1, 0x30, &out);
	assert_hex(ykt_buf_view(&out), "80E4000006 D00101 D20130 00");
}

/* Data as GP231 11.5 lays it out; load and install from a real pair (card.md 3.3). */
static const struct {
	const char *why;
	uint8_t p1;
	const char *data;
} install_rows[] = {
	{ "load", 0x02, "07D0D1D2D3D4D501 08A000000003000000 00 0AEF08C6020160C80207D0 00" },
	{ "install", 0x04,
	    "07D0D1D2D3D4D501 08D0D1D2D3D4D50101 08D0D1D2D3D4D50101 0102 09C90100EF04C80207D0 00" },
	{ "install and make selectable", 0x0C,
	    "07D0D1D2D3D4D501 08D0D1D2D3D4D50101 08D0D1D2D3D4D50101 03800000 02C900 00" },
	{ "extradition", 0x10, "08D400000001020304 00 08D000000001020304 00 00 00" },
	{ "make selectable", 0x08, "00 00 08A000000632010105 0100 00 00" },
	{ "personalization", 0x20, "00 00 08A000000632010105 00 00 00" },
	{ "registry update with a token", 0x40,
	    "00 00 08A000000632010105 0100 00 080102030405060708" },
};

static void
test_every_form_of_install_is_read_and_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(install_rows); i++) {
		struct hex hex = hex_of(install_rows[i].data);
		struct apdu_cmd cmd = { .p1 = install_rows[i].p1, .data = hex_view(&hex) };
		struct gp_install install;
		uint8_t raw[128];
		struct ykt_buf out = YKT_BUF(raw);

		assert_status_why(gp_install_decode(&cmd, &install), YKT_OK, install_rows[i].why);
		gp_install_build(&install, &out);
		assert_status(ykt_buf_done(&out), YKT_OK);
		assert_status(apdu_cmd_decode(ykt_buf_view(&out), &cmd), YKT_OK);
		assert_int_equal(ykt_get_u16(raw), 0x80E6);
		assert_int_equal(cmd.p1, install_rows[i].p1);
		assert_hex(cmd.data, install_rows[i].data);
	}
}

static void
test_install_fields_go_where_they_belong(void **state)
{
	struct hex hex = hex_of(install_rows[1].data);
	struct apdu_cmd cmd = { .p1 = install_rows[1].p1, .data = hex_view(&hex) };
	struct gp_install install;

	(void)state;
	assert_status(gp_install_decode(&cmd, &install), YKT_OK);
	assert_int_equal(install.form, GP_INSTALL_INSTALL);
	assert_hex(install.elf, "D0D1D2D3D4D501");
	assert_hex(install.module, "D0D1D2D3D4D50101");
	assert_hex(install.aid, "D0D1D2D3D4D50101");
	assert_hex(install.privileges, "02");
	assert_hex(install.params, "C90100EF04C80207D0");
	assert_int_equal(install.token.len, 0);

	hex = hex_of(install_rows[3].data);
	cmd = (struct apdu_cmd){ .p1 = install_rows[3].p1, .data = hex_view(&hex) };
	assert_status(gp_install_decode(&cmd, &install), YKT_OK);
	assert_hex(install.sd, "D400000001020304");
	assert_hex(install.aid, "D000000001020304");
	assert_int_equal(install.elf.len, 0);
}

static void
test_malformed_install_is_refused(void **state)
{
	static const struct {
		const char *why;
		uint8_t p1;
		const char *data;
	} rows[] = {
		{ "unknown form", 0x01, "0000000000 00" },
		{ "nothing", 0x0C, "" },
		{ "a field missing", 0x08, "0000 05A000000632 0100 00" },
		{ "a byte too many", 0x08, "0000 05A000000632 0100 00 00 00" },
		{ "AID of 17 bytes", 0x20, "0000 11A000000632000000000000000000000000 000000" },
		{ "privileges of 2 bytes", 0x08, "0000 05A000000632 020000 00 00" },
		{ "privileges in an extradition", 0x10, "05A000000003 00 05A000000632 0180 00 00" },
		{ "length over the end", 0x20, "0000 09A000000632 000000" },
		{ "token cut", 0x08, "0000 05A000000632 0100 00 8180 01" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].data);
		struct apdu_cmd cmd = { .p1 = rows[i].p1, .data = hex_view(&hex) };
		struct gp_install install = { .form = 0x5A };

		assert_status_why(gp_install_decode(&cmd, &install), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(install.form, 0x5A);
	}
}

static void
test_registry_entries(void **state)
{
	struct hex hex = hex_of("E315 4F08A000000632010105 9F700107 C503800000 CC00"
				"E30B 4F05A000000003 9F70010F");
	struct ykt_rd rd = ykt_rd(hex_view(&hex));
	struct gp_entry entry;
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	assert_true(gp_entry_next(&rd, &entry));
	assert_hex(entry.aid, "A000000632010105");
	assert_int_equal(entry.state, GP_STATE_SELECTABLE);
	assert_int_equal(entry.privileges[0], GP_PRIV_SD);
	assert_true(gp_entry_next(&rd, &entry));
	assert_int_equal(entry.state, GP_STATE_PERSONALIZED);
	assert_false(gp_entry_next(&rd, &entry));
	assert_status(ykt_rd_done(&rd), YKT_OK);
	gp_entry_encode(&entry, &out);
	assert_hex(ykt_buf_view(&out), "E310 4F05A000000003 9F70010F C503000000");
}

static void
test_malformed_registry_entries_are_refused(void **state)
{
	static const char *const rows[] = { "E308 4F05A000000003 00", "6100", "E304 9F700107",
		"E309 4F05A000000003 9F70", "E307 4F05A000000003" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i]);
		struct ykt_rd rd = ykt_rd(hex_view(&hex));
		struct gp_entry entry = { .state = 0x5A };

		assert_false(gp_entry_next(&rd, &entry));
		assert_true_why(rd.bad, rows[i]);
		assert_int_equal(entry.state, 0x5A);
	}
}

static void
test_card_side_of_get_status_and_delete(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
		enum ykt_status status;
	} deletes[] = {
		{ "application", "80E400800A 4F08A000000632010105 00", YKT_OK },
		{ "key", "80E4000003 D20130", YKT_OK },
		{ "nothing", "80E40000", YKT_E_FORMAT },
		{ "application and key", "80E400000D 4F08A000000632010105 D20130", YKT_E_FORMAT },
		{ "unknown tag", "80E400000D 4F08A000000632010105 DF0100", YKT_E_FORMAT },
		{ "cut", "80E4000002 4F08", YKT_E_FORMAT },
	};
	struct hex hex = hex_of("80F240030A 4F08A000000632010105 00");
	struct apdu_cmd cmd = parsed(&hex);
	struct gp_get_status get = { .scope = 0 };

	(void)state;
	assert_status(gp_get_status_decode(&cmd, &get), YKT_OK);
	assert_int_equal(get.scope, GP_SCOPE_APPS);
	assert_true(get.next && get.tlv);
	assert_hex(get.aid, "A000000632010105");
	hex = hex_of("80F24002024F01");
	cmd = parsed(&hex);
	get.scope = 0x5A;
	assert_status(gp_get_status_decode(&cmd, &get), YKT_E_FORMAT);
	assert_int_equal(get.scope, 0x5A);

	for (size_t i = 0; i < YKT_ARRAY_LEN(deletes); i++) {
		struct gp_delete del = { .key_id = 0x5A };

		hex = hex_of(deletes[i].hex);
		cmd = parsed(&hex);
		assert_status_why(gp_delete_decode(&cmd, &del), deletes[i].status, deletes[i].why);
		assert_true_why(
		    (del.key_id == 0x5A) == (deletes[i].status != YKT_OK), deletes[i].why);
	}
}

static void
test_put_key_of_three_aes_keys(void **state)
{
	static const uint8_t component[32] = { 0xE0 };
	struct gp_put_key put = {
		.old_version = 0x30, .new_version = 0x31, .first_id = 1, .count = 3
	};
	struct gp_put_key back;
	struct apdu_cmd cmd;
	uint8_t raw[128];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	for (size_t i = 0; i < 3; i++)
		put.keys[i] = (struct gp_key){ GP_KEY_TYPE_AES, 16, ykt_bytes(component, 16),
			{ 0xC3, 0x52, 0x80 } };
	gp_put_key_build(&put, &out);
	assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 0, 9), "80D8308143 31 88 10 E0");
	assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 24, 6), "03C35280 88 10");
	assert_status(apdu_cmd_decode(ykt_buf_view(&out), &cmd), YKT_OK);
	assert_status(gp_put_key_decode(&cmd, &back), YKT_OK);
	assert_int_equal(back.old_version, 0x30);
	assert_int_equal(back.new_version, 0x31);
	assert_int_equal(back.first_id, 1);
	assert_int_equal(back.count, 3);
	assert_int_equal(back.keys[2].len, 16);
	assert_hex(YKT_BYTES(back.keys[2].kcv), "C35280");
	out.len = 0;
	gp_put_key_rsp_encode(&back, &out);
	assert_hex(ykt_buf_view(&out), "31 C35280 C35280 C35280");
}

static void
test_put_key_component_with_and_without_its_length(void **state)
{
	static const struct {
		const char *why;
		const char *data;
		enum ykt_status status;
		uint8_t len;
	} rows[] = {
		{ "without", "31 88 10 000102030405060708090A0B0C0D0E0F 03 010203", YKT_OK, 16 },
		{ "with", "31 88 11 10 000102030405060708090A0B0C0D0E0F 03 010203", YKT_OK, 16 },
		{ "padded 24",
		    "31 88 21 18 000102030405060708090A0B0C0D0E0F000102030405060708090A0B0C0D0E0F"
		    "03 010203",
		    YKT_OK, 24 },
		{ "length over the component",
		    "31 88 11 11 000102030405060708090A0B0C0D0E0F 03 010203", YKT_E_FORMAT, 0 },
		{ "length a block too small",
		    "31 88 11 00 000102030405060708090A0B0C0D0E0F 03 010203", YKT_E_FORMAT, 0 },
		{ "no check value", "31 88 10 000102030405060708090A0B0C0D0E0F 00", YKT_E_FORMAT,
		    0 },
		{ "check value cut", "31 88 10 000102030405060708090A0B0C0D0E0F 03 0102",
		    YKT_E_FORMAT, 0 },
		{ "version 0", "00 88 10 000102030405060708090A0B0C0D0E0F 03 010203", YKT_E_FORMAT,
		    0 },
		{ "version FF", "FF 88 10 000102030405060708090A0B0C0D0E0F 03 010203", YKT_E_FORMAT,
		    0 },
		{ "empty component", "31 88 00 03 010203", YKT_E_FORMAT, 0 },
		{ "nothing", "", YKT_E_FORMAT, 0 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].data);
		struct apdu_cmd cmd = { .p2 = 1, .data = hex_view(&hex) };
		struct gp_put_key put = { .count = 0 };

		assert_status_why(gp_put_key_decode(&cmd, &put), rows[i].status, rows[i].why);
		assert_int_equal(put.count, rows[i].status == YKT_OK ? 1 : 0);
		assert_int_equal(put.keys[0].len, rows[i].len);
	}
}

static void
test_key_check_values_of_the_vectors(void **state)
{
	static const uint8_t zero[16];
	json_t *json = vectors_load("scp.json");
	json_t *row;
	size_t i;
	unsigned seen = 0;
	uint8_t kcv[GP_KCV_LEN];

	json_array_foreach(json_object_get(json, "kcv"), i, row)
	{
		struct hex key;

		if (json_object_get(row, "key") == NULL)
			continue;
		key = vectors_hex(row, "key");
		assert_status(gp_kcv_aes(*state, key.data, key.len, kcv), YKT_OK);
		assert_hex(YKT_BYTES(kcv), vectors_text(row, "kcv"));
		seen++;
	}
	assert_int_equal(seen, 3);
	json_decref(json);

	/* DES under the zero key of the zero block starts 8CA64D. */
	assert_status(gp_kcv_tdes(*state, zero, kcv), YKT_OK);
	assert_hex(YKT_BYTES(kcv), "8CA64D");
	kcv[0] = 0x5A;
	assert_status(gp_kcv_aes(*state, zero, 15, kcv), YKT_E_ARG);
	assert_int_equal(kcv[0], 0x5A);
}

static void
test_data_groupings(void **state)
{
	static const uint8_t zeros[300];
	struct hex hex = hex_of("0101 02 AABB 9F00 00 8000 FF0003 010203");
	struct ykt_rd rd = ykt_rd(hex_view(&hex));
	struct dgi dgi;
	uint8_t raw[320];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	assert_true(dgi_next(&rd, &dgi));
	assert_int_equal(dgi.tag, 0x0101);
	assert_hex(dgi.value, "AABB");
	assert_true(dgi_next(&rd, &dgi));
	assert_int_equal(dgi.tag, 0x9F00);
	assert_int_equal(dgi.value.len, 0);
	assert_true(dgi_next(&rd, &dgi));
	assert_hex(dgi.value, "010203");
	assert_false(dgi_next(&rd, &dgi));
	assert_status(ykt_rd_done(&rd), YKT_OK);

	dgi_put(&out, 0x0101, ykt_bytes(zeros, 254));
	assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 0, 3), "0101FE");
	out.len = 0;
	dgi_put(&out, 0x0101, ykt_bytes(zeros, 255));
	assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 0, 5), "0101FF00FF");
}

static void
test_cut_data_groupings_are_refused(void **state)
{
	static const char *const rows[] = { "01", "0101", "0101 02 AA", "0101 FF", "0101 FF00",
		"0101 FF0100 00" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i]);
		struct ykt_rd rd = ykt_rd(hex_view(&hex));
		struct dgi dgi = { .tag = 0x5A };

		assert_false(dgi_next(&rd, &dgi));
		assert_true_why(rd.bad, rows[i]);
		assert_int_equal(dgi.tag, 0x5A);
	}
}

static void
test_store_data(void **state)
{
	struct hex hex = hex_of("0101 02 AABB");
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	gp_store_data_build(GP_STORE_LAST | GP_STORE_DGI, 3, hex_view(&hex), &out);
	assert_hex(ykt_buf_view(&out), "80E2880305 0101 02 AABB");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registry_commands),
		cmocka_unit_test(test_every_form_of_install_is_read_and_written),
		cmocka_unit_test(test_install_fields_go_where_they_belong),
		cmocka_unit_test(test_malformed_install_is_refused),
		cmocka_unit_test(test_registry_entries),
		cmocka_unit_test(test_malformed_registry_entries_are_refused),
		cmocka_unit_test(test_card_side_of_get_status_and_delete),
		cmocka_unit_test(test_put_key_of_three_aes_keys),
		cmocka_unit_test(test_put_key_component_with_and_without_its_length),
		cmocka_unit_test(test_key_check_values_of_the_vectors),
		cmocka_unit_test(test_data_groupings),
		cmocka_unit_test(test_cut_data_groupings_are_refused),
		cmocka_unit_test(test_store_data),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
