/*
 * The bytes that broke other readers of cards (docs/bad-inputs.md 5.1), given to
 * every reader of ours: refused, outputs alone, at an end after a few steps.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "card/fci.h"
#include "card/gp.h"
#include "card/scp03.h"
#include "card/tlv.h"
#include "card_check.h"

/* 48 bytes and more, for elements that announce them. */
#define BYTES_16 "000102030405060708090A0B0C0D0E0F"
#define BYTES_41 BYTES_16 BYTES_16 "101112131415161718"
#define NEST_16  "61806180618061806180618061806180"

static const struct {
	const char *why;
	const char *hex;
	bool tlv; /* well-formed BER-TLV, though of no use to anybody */
} rows[] = {
	{ "a long length with 255 bytes announced", "5A 81 FF 0102", false },
	{ "48 bytes announced, 41 there", "57 30" BYTES_41, false },
	{ "96 bytes announced, none there", "5F20 60", false },
	{ "a list whose first child is a bare length", "01 01 06 02 01 00 03 03 00 00 00", true },
	{ "the same list in a template that ends before it", "61 05 02 01 00 03 03 00 00 00",
	    false },
	{ "indefinite length", "6F 80 84 00 0000", false },
	{ "2 GB announced", "84 84 7F FF FF FF", false },
	{ "4 GB announced", "84 84 FF FF FF FF", false },
	{ "a length that wraps 32 bits to zero", "84 85 01 00 00 00 00", false },
	{ "a length that wraps 64 bits to zero", "84 89 01 0000000000000000", false },
	{ "126 length bytes", "84 FE 01", false },
	{ "112 templates of indefinite length",
	    NEST_16 NEST_16 NEST_16 NEST_16 NEST_16 NEST_16 NEST_16 NEST_16 NEST_16 NEST_16 NEST_16
		NEST_16 NEST_16 NEST_16,
	    false },
	{ "a zero, then more", "00 5A 01 00", false },
	{ "zeros without end", "0000000000000000000000000000", false },
	{ "elements of no length", "50 00 50 00 50 00 50 00 50 00 50 00 50 00", true },
	{ "an empty template", "6F 00", true },
	{ "an empty template in an empty place", "6F 02 A5 00", true },
	{ "only unknown tags", "6F 07 C1 01 00 DF7F 01 00", true },
	{ "a tag that never ends", "1F 80 80 80 80 80 80 80 80 01 00", false },
	{ "the same, in a template", "6F 08 9F 81 82 83 84 85 01 00", false },
};

static void
test_no_reader_takes_them_for_what_they_are_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct fci fci = { .priority = 99 };
		struct ppse_entry entry = { .priority = 99 };
		struct gp_entry status = { .state = 0x5A };
		size_t count = 77;

		assert_status_why(
		    tlv_check(hex_view(&hex)), rows[i].tlv ? YKT_OK : YKT_E_FORMAT, rows[i].why);
		assert_status_why(fci_decode(hex_view(&hex), &fci), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(fci.priority, 99);
		assert_status_why(
		    ppse_decode(hex_view(&hex), &entry, 1, &count), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(entry.priority, 99);
		assert_int_equal(count, 77);
		{
			struct ykt_rd rd = ykt_rd(hex_view(&hex));

			assert_true_why(!gp_entry_next(&rd, &status), rows[i].why);
			assert_true_why(ykt_rd_done(&rd) != YKT_OK, rows[i].why);
			assert_int_equal(status.state, 0x5A);
		}
	}
}

/* A walk takes one step an element, and an element is two bytes at least. */
static void
test_every_walk_comes_to_an_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct tlv_walk walk;
		struct ykt_bytes value = { 0 };
		struct tlv tlv;
		unsigned depth;
		size_t steps = 0;

		tlv_walk_init(&walk, hex_view(&hex));
		while (tlv_walk_next(&walk, &tlv, &depth))
			steps++;
		assert_true_why(2 * steps <= hex.len, rows[i].why);
		assert_true_why(walk.bad != rows[i].tlv, rows[i].why);
		assert_true_why(
		    TLV_FIND(hex_view(&hex), &value, 0x6F, 0xA5, 0x50) != YKT_OK, rows[i].why);
		assert_null(value.data);
	}
}

/* The first of two is not quietly taken: which one would a gate have taken? */
static void
test_a_tag_that_is_used_may_come_once(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
	} twice[] = {
		{ "two names", "6F 14 8408A000000632010105 8408A000000632010107" },
		{ "two labels", "6F 12 8408A000000632010105 A506 500141 500142" },
		{ "two priorities", "6F 12 8408A000000632010105 A506 870101 870102" },
		{ "two versions", "6F 14 8408A000000632010105 A508 9F080101 9F080102" },
		{ "two A5", "6F 0E 8408A000000632010105 A500 A500" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(twice); i++) {
		struct hex hex = hex_of(twice[i].hex);
		struct fci fci = { .priority = 99 };

		assert_status_why(tlv_check(hex_view(&hex)), YKT_OK, twice[i].why);
		assert_status_why(fci_decode(hex_view(&hex), &fci), YKT_E_FORMAT, twice[i].why);
		assert_int_equal(fci.priority, 99);
	}
}

/* A right C-MAC over a text without padding: the key holder's own mistake, still one answer. */
static void
test_right_mac_over_wrong_padding_is_refused(void **state)
{
	static const uint8_t cryptogram[SCP03_MAC_LEN] = { 9 };
	struct scp03_session_keys keys = { .len = 16, .s_enc = { 1 }, .s_mac = { 2 } };
	unsigned refused = 0;

	for (unsigned n = 0; n < 64; n++) {
		struct apdu_cmd cmd = { 0x80, 0xE2, 0x88, 0, { 0 }, 0, false };
		struct scp03_session host, card, before;
		uint8_t text[32] = { (uint8_t)n };
		uint8_t raw[64], raw2[64], raw3[64];
		struct ykt_buf plain = YKT_BUF(raw);
		struct ykt_buf wrapped = YKT_BUF(raw2);
		struct ykt_buf out = YKT_BUF(raw3);

		scp03_session_init(&host, &keys);
		assert_status(
		    scp03_authenticate_build(*state, &host, 0x03, cryptogram, &wrapped), YKT_OK);
		card = before = host;
		host.level = 0x01; /* what it sends now is the text as it is */
		cmd.data = YKT_BYTES(text);
		apdu_cmd_encode(&cmd, &plain);
		wrapped.len = 0;
		assert_status(
		    scp03_cmd_wrap(*state, &host, ykt_buf_view(&plain), &wrapped), YKT_OK);
		/* A text in 256 ends like a padding by chance; the others are all the same. */
		if (scp03_cmd_unwrap(*state, &card, ykt_buf_view(&wrapped), &out) == YKT_OK)
			continue;
		assert_status(
		    scp03_cmd_unwrap(*state, &card, ykt_buf_view(&wrapped), &out), YKT_E_MAC);
		assert_int_equal(out.len, 0);
		assert_memory_equal(&card, &before, sizeof(card));
		refused++;
	}
	assert_true(refused >= 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_reader_takes_them_for_what_they_are_not),
		cmocka_unit_test(test_every_walk_comes_to_an_end),
		cmocka_unit_test(test_a_tag_that_is_used_may_come_once),
		cmocka_unit_test(test_right_mac_over_wrong_padding_is_refused),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
