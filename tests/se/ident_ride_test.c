/*
 * The key of ride codes in the identity applet: made there, signs whole ride
 * codes of its own and nothing else, each moment once, and goes when it is told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/ident.h"
#include "card/ident_cert.h"
#include "card/sw.h"
#include "ident_vectors.h"
#include "se/internal.h"

#define SELECT_IDENT "00A4040007F0594B54494401"
#define PUBLIC_RSP   "7F4943864104" IDENT_KEY_PUB "9000"
#define EXPIRES      2000u
#define NEED_PIN     0
#define NEED_NOBODY  1

static int
setup(void **state)
{
	struct card *card = card_new();
	struct se_params params;

	card_params(&params);
	params.ident_count = 1;
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_IDENT);
	*state = card;

	return 0;
}

/* The same with the key of the vectors for ride codes. */
static int
setup_key(void **state)
{
	setup(state);
	rng_script(&((struct card *)*state)->rng, IDENT_KEY_D);
	expect(*state, "0046800100", PUBLIC_RSP);

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

static void
pub_of(struct crypto_sm2_pub *ret_pub)
{
	struct ykt_buf out = YKT_BUF(ret_pub->xy);

	assert_int_equal(ykt_hex_decode(IDENT_KEY_PUB, strlen(IDENT_KEY_PUB), &out), YKT_OK);
}

/* What of a ride code is signed: fields 1 to 16; len from 267 to 299. */
static struct ykt_bytes
text_of(uint8_t text[300], size_t len, uint32_t moment)
{
	struct crypto_sm2_pub pub;

	pub_of(&pub);
	memset(text, 0x11, 300);
	text[0] = 0x80;
	ykt_set_u16(text + 1, (uint16_t)(len + 62));
	crypto_sm2_compress(&pub, text + 158);
	ykt_set_u32(text + 191, EXPIRES);
	ykt_set_u32(text + len - 4, moment);

	return ykt_bytes(text, len);
}

/* In two parts; the status word of the last. */
static uint16_t
sign(struct card *card, struct ykt_bytes text, struct ykt_buf *ret_sig)
{
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	size_t first = text.len > 240 ? 240 : 0;

	if (first != 0) {
		ident_operation_build(IDENT_OP_PART, ykt_bytes_sub(text, 0, first), &cmd);
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	}
	cmd.len = 0;
	ident_operation_build(IDENT_OP_RIDE, ykt_bytes_sub(text, first, text.len - first), &cmd);

	return card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), ret_sig);
}

static void
good(struct card *card, size_t len, uint32_t moment)
{
	uint8_t text[300], rsp[300];
	struct ykt_bytes code = text_of(text, len, moment);
	struct ykt_buf out = YKT_BUF(rsp);
	struct crypto_sm2_pub pub;

	pub_of(&pub);
	assert_int_equal(sign(card, code, &out), SW_OK);
	assert_int_equal(out.len, 64);
	assert_int_equal(
	    crypto_sm2_verify(card->crypto, &pub, crypto_sm2_default_id, code, rsp), YKT_OK);
}

/* Refused with sw, and nothing moved. */
static void
bad(struct card *card, const char *why, struct ykt_bytes text, uint16_t sw)
{
	struct snapshot *before = malloc(sizeof(*before));
	struct snapshot *after = malloc(sizeof(*after));
	unsigned writes = card->nvm.writes;
	uint8_t rsp[300];
	struct ykt_buf out = YKT_BUF(rsp);
	uint16_t got;

	snapshot_take(card, before);
	got = sign(card, text, &out);
	if (got != sw || out.len != 0)
		fail_msg("%s: %04X", why, got);
	snapshot_take(card, after);
	assert_true(snapshot_equal(before, after));
	assert_int_equal(card->nvm.writes, writes);
	free(before);
	free(after);
}

static void
test_makes_a_key_of_its_own(void **state)
{
	struct card *card = *state;
	uint8_t text[300];

	expect(card, "0046810100", "6A88");
	bad(card, "no key", text_of(text, 267, 1000), SW_CONDITIONS);
	rng_script(&card->rng, IDENT_KEY_D);
	expect(card, "0046800100", PUBLIC_RSP);
	expect(card, "0046810100", PUBLIC_RSP);
	expect(card, "0046810000", "6A88"); /* the user's is another matter */
	expect(card, "00CADF2300",
	    "DF231510"
	    "0000000000000000000000000000000000000000"
	    "9000");
	expect_sw(card, SW_OK, "0046800000");
	expect(card, "00CADF2300",
	    "DF231511"
	    "0000000000000000000000000000000000000000"
	    "9000");
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_IDENT);
	expect(card, "0046810100", PUBLIC_RSP);
}

static void
test_signs_ride_codes(void **state)
{
	struct card *card = *state;

	good(card, 267, 1000);
	good(card, 267, 1000); /* the answer was lost */
	good(card, 299, 1001);
	good(card, 280, EXPIRES);
	/* A new key begins anew. */
	rng_script(&card->rng, IDENT_KEY_D);
	expect(card, "0046800100", PUBLIC_RSP);
	good(card, 267, 1000);
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_IDENT);
	good(card, 267, 1000);
}

static void
test_signs_nothing_else(void **state)
{
	static const struct {
		const char *why;
		size_t len;
		size_t at; /* this byte is changed; 300: none */
		uint32_t moment;
		uint16_t sw;
	} rows[] = {
		{ "too short", 266, 300, 1600, SW_DATA },
		{ "too long", 300, 300, 1600, SW_DATA },
		{ "another version", 267, 0, 1600, SW_DATA },
		{ "another length", 267, 2, 1600, SW_DATA },
		{ "another rider's sign of y", 267, 158, 1600, SW_DATA },
		{ "another rider's x", 299, 190, 1600, SW_DATA },
		{ "over", 267, 300, EXPIRES + 1, SW_CONDITIONS },
		{ "older than the last", 267, 300, 1499, SW_CONDITIONS },
	};
	struct card *card = *state;
	uint8_t text[300];

	good(card, 267, 1500);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct ykt_bytes code = text_of(text, rows[i].len, rows[i].moment);

		if (rows[i].at < sizeof(text))
			text[rows[i].at] ^= 1;
		bad(card, rows[i].why, code, rows[i].sw);
	}
	bad(card, "any message", ykt_bytes_str("pay"), SW_DATA);
	bad(card, "nothing", ykt_bytes(text, 0), SW_LENGTH);
	/* And the user's key signs what it is given, but not with this one. */
	expect(card, "002A9E9A0361626300", "6985");
	expect(card, "002A9EAC0361626320", "6C40");
	good(card, 267, 1500);
}

static void
test_deletes(void **state)
{
	struct card *card = *state;
	uint8_t text[300];
	unsigned writes;

	expect(card, "00E48100", "6A86");
	expect(card, "00E48002", "6A86");
	expect(card, "00E480000100", "6700");
	expect_sw(card, SW_OK, "0046800000");
	expect(card, "00E48001", "9000");
	bad(card, "deleted", text_of(text, 267, 1000), SW_CONDITIONS);
	expect(card, "0046810100", "6A88");
	expect_sw(card, SW_OK, "0046810000"); /* that one stays */
	writes = card->nvm.writes;
	expect(card, "00E48001", "9000"); /* again, and nothing to do */
	assert_int_equal(card->nvm.writes, writes);
	expect_sw(card, SW_OK, "0046800100");
	expect(card, "00E48000", "9000");
	expect(card, "0046810000", "6A88");
	expect(card, "0046810100", "6A88");
	expect(card, "00CADF2300",
	    "DF231500"
	    "0000000000000000000000000000000000000000"
	    "9000");
	for (uint32_t at = SE_IDENT_D; at < SE_IDENT_PLATFORM; at++)
		assert_int_equal(*se_home(&card->se, SE_IDENT_OFF(0) + at), 0);
	for (uint32_t at = SE_IDENT_CERT; at < SE_IDENT_SIZE; at++)
		assert_int_equal(*se_home(&card->se, SE_IDENT_OFF(0) + at), 0);
}

/* Straight into the image: a PIN, and what needs it or nobody. */
static void
put_access(struct card *card, unsigned who, uint8_t access)
{
	static const uint8_t pin[SE_PIN_SIZE] = { 3, 3, 2, 0x12, 0x34 };
	uint8_t needs[2] = { 0 };

	needs[who] = access;
	se_tx_begin(&card->se);
	se_tx_put(&card->se, SE_IDENT_OFF(0) + SE_IDENT_PIN, YKT_BYTES(pin));
	se_tx_put(&card->se, SE_IDENT_OFF(0) + SE_IDENT_ACCESS, YKT_BYTES(needs));
	assert_int_equal(se_tx_commit(&card->se), SW_OK);
}

static void
test_only_after_its_condition(void **state)
{
	struct card *card = *state;
	uint8_t text[300];

	put_access(card, NEED_PIN, IDENT_ACCESS_RIDE);
	bad(card, "no PIN yet", text_of(text, 267, 1000), SW_SECURITY);
	expect(card, "0046800100", "6982");
	expect(card, "00E48001", "6982");
	expect(card, "00E48000", "6982");
	expect_sw(card, SW_OK, "0046810100"); /* its public half is no secret */
	expect(card, "00200000021234", "9000");
	good(card, 267, 1000);
	expect(card, "00E48001", "9000");
	put_access(card, NEED_NOBODY, IDENT_ACCESS_REPLACE);
	expect_sw(card, SW_OK, "0046800100");
	expect(card, "00E48000", "6982");
	expect(card, "00E48001", "9000");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_makes_a_key_of_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signs_ride_codes, setup_key, teardown),
		cmocka_unit_test_setup_teardown(test_signs_nothing_else, setup_key, teardown),
		cmocka_unit_test_setup_teardown(test_deletes, setup_key, teardown),
		cmocka_unit_test_setup_teardown(test_only_after_its_condition, setup_key, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
