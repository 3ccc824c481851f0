/*
 * Load files: their parts as bytes, every cut of them, and what is none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/gp_load.h"

#include <string.h>

#include "card/gp_sign.h"
#include "card/gp.h"
#include "card_check.h"

#define BLOCK "594B544C01010208A000000632010105"
#define DAP                                                                                        \
	"E214"                                                                                     \
	"4F08A00000063201FF01"                                                                     \
	"C3080102030405060708"
/* Of BLOCK, by another program. */
#define SHA256 "2B3F392E95849B0B99674F5AF2804A4ADD08A249F8CFF224C7D163F0B216B6E6"
#define SM3    "396FC3F69354C255CDF6BCFDD4888C677C08C94D73199ECF76E2E7F7262E78B8"
#define SHA1   "09087A25CF170BB4FF45A6B17BF4B59CBAEA1903"

static void
test_a_load_file_is_built_and_read(void **state)
{
	struct hex sd = hex_of("A00000063201FF01");
	struct hex signature = hex_of("0102030405060708");
	struct hex module = hex_of("A000000632010105");
	uint8_t raw[300];
	struct ykt_buf out = YKT_BUF(raw);
	struct gp_load_head head;
	struct gp_dap dap;
	struct ykt_rd rd;

	(void)state;
	gp_dap_put(hex_view(&sd), hex_view(&signature), &out);
	gp_load_file_put(16 + 200, &out);
	gp_package_put(0x0102, hex_view(&module), &out);
	assert_hex(ykt_buf_view(&out), DAP "C481D8" BLOCK);
	assert_status(gp_load_head_decode(ykt_buf_view(&out), &head), YKT_OK);
	assert_int_equal(head.block_at, 25);
	assert_int_equal(head.data_at, 41);
	assert_int_equal(head.data_len, 200);
	assert_int_equal(head.version, 0x0102);
	assert_hex(head.module, "A000000632010105");
	rd = ykt_rd(head.daps);
	assert_true(gp_dap_next(&rd, &dap));
	assert_hex(dap.sd, "A00000063201FF01");
	assert_hex(dap.signature, "0102030405060708");
	assert_false(gp_dap_next(&rd, &dap));

	/* Anything shorter is a beginning of it. */
	for (size_t len = 0; len < out.len; len++) {
		struct gp_load_head none = { .version = 7 };

		assert_status(gp_load_head_decode(ykt_bytes(raw, len), &none), YKT_NOT_FOUND);
		assert_int_equal(none.version, 7);
	}
	/* And data behind it is no part of the head. */
	ykt_put_fill(&out, 0xAA, 100);
	assert_status(gp_load_head_decode(ykt_buf_view(&out), &head), YKT_OK);
	assert_int_equal(head.data_at, 41);
}

static const struct {
	const char *why;
	const char *hex;
} bad_files[] = {
	{ "another tag", "C510" BLOCK },
	{ "a ciphered block", "D410" BLOCK },
	{ "an indefinite length", "C480" BLOCK },
	{ "a length of three bytes", "C483000010" BLOCK },
	{ "a CAP file: its Header.cap", "C40A01000FDECAFFED010204" },
	{ "another form of the package", "C410594B544C02010208A000000632010105" },
	{ "an empty block", "C400" },
	{ "a block too short for a package", "C40C"
					     "594B544C010102"
					     "04A0000006" },
	{ "a module's name of four bytes", "C410594B544C01010204A000000632010105" },
	{ "a module's name of 17 bytes", "C419594B544C01010211A000000632010105A000000632010105A0" },
	{ "a name over the end of the block", "C40F594B544C01010208A0000006320101" },
	{ "a DAP without a domain", "E20AC3080102030405060708C410" BLOCK },
	{ "a DAP without a signature", "E20A4F08A00000063201FF01C410" BLOCK },
	{ "a DAP with an empty signature", "E20C4F08A00000063201FF01C300C410" BLOCK },
	{ "a DAP in the other order", "E214C30801020304050607084F08A00000063201FF01C410" BLOCK },
	{ "a DAP with a byte more", "E2154F08A00000063201FF01C308010203040506070800C410" BLOCK },
	{ "a DAP of a domain with a long name",
	    "E21D4F11A00000063201FF01A00000063201FF01A0C3080102030405060708C410" BLOCK },
	{ "an empty DAP", "E200C410" BLOCK },
};

static void
test_what_is_no_load_file_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad_files); i++) {
		struct hex bytes = hex_of(bad_files[i].hex);
		struct gp_load_head head = { .version = 7 };

		if (gp_load_head_decode(hex_view(&bytes), &head) != YKT_E_FORMAT ||
		    head.version != 7)
			fail_msg("%s", bad_files[i].why);
	}
}

static void
test_load_commands(void **state)
{
	struct hex block = hex_of("C410");
	uint8_t raw[300];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	gp_load_build(0, false, hex_view(&block), &out);
	assert_hex(ykt_buf_view(&out), "80E8000002C41000");
	out.len = 0;
	gp_load_build(7, true, hex_view(&block), &out);
	assert_hex(ykt_buf_view(&out), "80E8800702C41000");
	out.len = 0;
	gp_load_build(0, true, ykt_bytes(raw, 256), &out);
	assert_true(out.full);
	out = YKT_BUF(raw);
	gp_package_put(1, ykt_bytes(block.data, 2), &out);
	assert_true(out.full);
}

/* C.2: 32 bytes of either digest, over parts as over the whole. */
static void
test_hashes_by_their_length(void **state)
{
	static const struct {
		const char *hash;
		enum ykt_status status;
	} rows[] = {
		{ SHA256, YKT_OK },
		{ SM3, YKT_OK },
		{ SHA1, YKT_E_ARG },
		{ "", YKT_E_ARG },
		{ "0000000000000000000000000000000000000000000000000000000000000000", YKT_E_MAC },
	};
	struct hex block = hex_of(BLOCK);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hash = hex_of(rows[i].hash);

		for (size_t cut = 0; cut <= block.len; cut++) {
			const struct ykt_bytes parts[] = { ykt_bytes(block.data, cut),
				ykt_bytes(block.data + cut, block.len - cut) };

			assert_status(
			    gp_load_hash_check(*state, hex_view(&hash), parts, 2), rows[i].status);
		}
		hash.data[31] ^= 1;
		if (hash.len == 32)
			assert_status(gp_load_hash_check(*state, hex_view(&hash),
					  &(struct ykt_bytes){ block.data, block.len }, 1),
			    YKT_E_MAC);
	}
}

/* RFC 4493 and the 3DES MAC of another program. */
static const struct {
	uint8_t type;
	const char *key;
	const char *input;
	const char *mac;
} signatures[] = {
	{ GP_KEY_TYPE_AES, "2B7E151628AED2A6ABF7158809CF4F3C", "6BC1BEE22E409F96E93D7E117393172A",
	    "070A16B46B4D4144F79BDD9DD04A287C" },
	{ GP_KEY_TYPE_DES, "404142434445464748494A4B4C4D4E4F", "6BC1BEE22E409F96E93D7E117393172A",
	    "AF427A8603ECA040" },
};

static void
test_signatures_by_type_of_key(void **state)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(signatures); i++) {
		struct hex key_bytes = hex_of(signatures[i].key);
		struct hex input = hex_of(signatures[i].input);
		struct hex mac = hex_of(signatures[i].mac);
		struct gp_sign_key key = { signatures[i].type, hex_view(&key_bytes) };
		uint8_t raw[16];
		struct ykt_buf out = YKT_BUF(raw);

		assert_status(gp_sign_make(*state, &key, hex_view(&input), &out), YKT_OK);
		assert_hex(ykt_buf_view(&out), signatures[i].mac);
		assert_status(
		    gp_sign_check(*state, &key, hex_view(&input), hex_view(&mac)), YKT_OK);
		for (size_t bit = 0; bit < 8 * mac.len; bit++) {
			mac.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_status(gp_sign_check(*state, &key, hex_view(&input), hex_view(&mac)),
			    YKT_E_MAC);
			mac.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		assert_status(
		    gp_sign_check(*state, &key, hex_view(&input), ykt_bytes(mac.data, mac.len - 1)),
		    YKT_E_MAC);
		key.bytes.len--;
		out.len = 0;
		assert_status(gp_sign_make(*state, &key, hex_view(&input), &out), YKT_E_ARG);
		key.type = 0x85;
		assert_status(
		    gp_sign_check(*state, &key, hex_view(&input), hex_view(&mac)), YKT_E_ARG);
		assert_int_equal(out.len, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_load_file_is_built_and_read),
		cmocka_unit_test(test_what_is_no_load_file_is_refused),
		cmocka_unit_test(test_load_commands),
		cmocka_unit_test(test_hashes_by_their_length),
		cmocka_unit_test(test_signatures_by_type_of_key),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
