/*
 * The identity applet: what it answers, byte for byte; that nothing gives its
 * key away; what each command refuses, and that nothing moved then.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/ident_cert.h"
#include "card/sw.h"
#include "ident_vectors.h"
#include "se/internal.h"

#define SELECT_IDENT "00A4040007F0594B54494401"
#define AID_IDENT    "F0594B54494401"
#define PUBLIC_RSP   "7F4943864104" IDENT_KEY_PUB "9000"

static struct ykt_bytes
unhex(const char *hex, uint8_t *out, size_t size)
{
	struct ykt_buf buf = { out, 0, size, false };

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &buf), YKT_OK);

	return ykt_buf_view(&buf);
}

static void
unhex_pub(const char *hex, struct crypto_sm2_pub *ret_pub)
{
	assert_int_equal(unhex(hex, ret_pub->xy, sizeof(ret_pub->xy)).len, 64);
}

/* A card from the factory: the applet with both keys of others and none of its own. */
static int
setup(void **state)
{
	struct card *card = card_new();
	struct se_params params;

	card_params(&params);
	params.ident_count = 1;
	params.ident[0].has_platform = params.ident[0].has_authority = true;
	unhex_pub(IDENT_PLATFORM_PUB, &params.ident[0].platform);
	unhex_pub(IDENT_AUTHORITY_PUB, &params.ident[0].authority);
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	expect(card, SELECT_IDENT, "6F0F8407" AID_IDENT "A5049F0801019000");
	*state = card;

	return 0;
}

/* The same with the key of the vectors. */
static int
setup_key(void **state)
{
	setup(state);
	rng_script(&((struct card *)*state)->rng, IDENT_KEY_D);
	expect(*state, "0046800000", PUBLIC_RSP);

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* Asserts the answer, and that nothing in the image moved. */
static void
refuse(struct card *card, const char *why, const char *cmd, const char *sw)
{
	static struct snapshot before, after;
	unsigned writes = card->nvm.writes;
	const char *got;

	snapshot_take(card, &before);
	got = card_hex(card, YKT_SE_WIRED, cmd);
	if (strcmp(got, sw) != 0)
		fail_msg("%s: %s, not %s", why, got, sw);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	assert_int_equal(card->nvm.writes, writes);
}

/* Sends ins with data, and the answer's data into ret. */
static uint16_t
operate(struct card *card, uint16_t op, struct ykt_bytes data, struct ykt_buf *ret)
{
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	ident_operation_build(op, data, &cmd);

	return card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), ret);
}

static void
test_a_factory_card(void **state)
{
	struct card *card = *state;

	expect(card, "00CADF2300",
	    "DF23150C0000000000000000000000000000000000000000"
	    "9000");
	expect(card, "00CADF2200", "DF2240" IDENT_PLATFORM_PUB "9000");
	refuse(card, "no key yet", "0046810000", "6A88");
	refuse(card, "no certificate yet", "00CA7F2100", "6A88");
	refuse(card, "nothing to ask a certificate for", "00CADF2400", "6985");
	refuse(card, "nothing to sign with", "002A9E9A0361626300", "6985");
	refuse(card, "nothing to answer with", "0088000008010203040506070800", "6985");
	refuse(card, "nothing to decipher with", "002A808481" IDENT_CIPHER "00", "6985");
	refuse(card, "nothing to certify", "00DA7F21BE" IDENT_CERT, "6985");
	/* Only the wired side finds it, and it finds nothing on the air. */
	expect_on(card, YKT_SE_CONTACTLESS, SELECT_IDENT, "6A82");
}

static void
test_makes_a_key(void **state)
{
	struct card *card = *state;
	struct snapshot *before = malloc(sizeof(*before));
	struct snapshot *after = malloc(sizeof(*after));

	rng_script(&card->rng, IDENT_KEY_D);
	expect(card, "0046800000", PUBLIC_RSP);
	expect(card, "0046810000", PUBLIC_RSP);
	expect(card, "00CADF2300",
	    "DF23150D0000000000000000000000000000000000000000"
	    "9000");
	/* It is there after a power cut. */
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_IDENT);
	expect(card, "0046810000", PUBLIC_RSP);
	/* A number that is no private key is drawn again. */
	rng_script(&card->rng, "0000000000000000000000000000000000000000000000000000000000000000"
			       "9D441D94B257A521B87080D5424B196E2DEDCBA09B34DE0489C3A4FA414F7BD0");
	expect(card, "0046800000", "7F4943864104" IDENT_OTHER_PUB "9000");
	/* No randomness, no key; the one before stays. */
	snapshot_take(card, before);
	card->rng.fails = true;
	expect(card, "0046800000", "6400");
	card->rng.fails = false;
	snapshot_take(card, after);
	assert_true(snapshot_equal(before, after));
	expect(card, "0046810000", "7F4943864104" IDENT_OTHER_PUB "9000");
	free(before);
	free(after);
}

static void
test_signs_what_it_is_given(void **state)
{
	struct card *card = *state;
	uint8_t message[IDENT_MESSAGE_MAX], rsp[300];
	struct crypto_sm2_pub pub;
	static const size_t lens[] = { 1, 161, IDENT_MESSAGE_MAX };

	unhex_pub(IDENT_KEY_PUB, &pub);
	memset(message, 0x5A, sizeof(message));
	for (size_t i = 0; i < YKT_ARRAY_LEN(lens); i++) {
		struct ykt_bytes text = ykt_bytes(message, lens[i]);
		struct ykt_buf out = YKT_BUF(rsp);

		assert_int_equal(operate(card, IDENT_OP_SIGN, text, &out), SW_OK);
		assert_int_equal(out.len, 64);
		assert_int_equal(
		    crypto_sm2_verify(card->crypto, &pub, crypto_sm2_default_id, text, rsp),
		    YKT_OK);
		/* And it is no answer to a challenge, and no request. */
		assert_int_equal(
		    crypto_sm2_verify(card->crypto, &pub, ident_id_internal, text, rsp), YKT_E_MAC);
		assert_int_equal(
		    crypto_sm2_verify(card->crypto, &pub, ident_id_request, text, rsp), YKT_E_MAC);
	}
}

/* A message in parts is signed whole. */
static void
test_signs_a_message_in_parts(void **state)
{
	struct card *card = *state;
	uint8_t message[IDENT_TEXT_MAX], rsp[300];
	struct ykt_buf out = YKT_BUF(rsp);
	struct crypto_sm2_pub pub;

	unhex_pub(IDENT_KEY_PUB, &pub);
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 7);
	for (size_t len = 241; len <= sizeof(message); len += 1039) {
		size_t at = 0;

		for (; len - at > IDENT_MESSAGE_MAX; at += IDENT_MESSAGE_MAX)
			assert_int_equal(operate(card, IDENT_OP_PART,
					     ykt_bytes(message + at, IDENT_MESSAGE_MAX), &out),
			    SW_OK);
		assert_int_equal(
		    operate(card, IDENT_OP_SIGN, ykt_bytes(message + at, len - at), &out), SW_OK);
		assert_int_equal(crypto_sm2_verify(card->crypto, &pub, crypto_sm2_default_id,
				     ykt_bytes(message, len), rsp),
		    YKT_OK);
	}
	/* The last part may be empty, once. */
	expect(card, "002A908003616263", "9000");
	assert_int_equal(operate(card, IDENT_OP_SIGN, ykt_bytes(NULL, 0), &out), SW_OK);
	assert_int_equal(
	    crypto_sm2_verify(card->crypto, &pub, crypto_sm2_default_id, ykt_bytes_str("abc"), rsp),
	    YKT_OK);
	refuse(card, "signed already", "002A9E9A00", "6700");
}

static void
test_parts_end_with_what_comes_between(void **state)
{
	static const char *const between[] = { "0046810000", "002A8480016100", "00CADF2300",
		SELECT_IDENT, "00B0000001" };
	struct card *card = *state;
	uint8_t part[IDENT_MESSAGE_MAX] = { 1 };

	for (size_t i = 0; i < YKT_ARRAY_LEN(between); i++) {
		expect(card, "002A908003616263", "9000");
		(void)card_hex(card, YKT_SE_WIRED, between[i]);
		refuse(card, between[i], "002A9E9A00", "6700");
	}
	/* Too long: refused, and begun anew. */
	for (int i = 0; i < 5; i++)
		assert_int_equal(operate(card, IDENT_OP_PART, YKT_BYTES(part), NULL), SW_OK);
	assert_int_equal(operate(card, IDENT_OP_PART, YKT_BYTES(part), NULL), SW_NO_SPACE);
	refuse(card, "nothing is gathered", "002A9E9A00", "6700");
	/* Another channel has a message of its own, and takes the room over. */
	expect(card, "0070000001", "019000");
	expect_sw(card, SW_OK, "01A4040007" AID_IDENT);
	expect(card, "002A908003616263", "9000");
	expect(card, "012A908003646566", "9000");
	refuse(card, "taken over", "002A9E9A00", "6700");
	expect_sw(card, SW_OK, "012A9E9A00");
}

static void
test_answers_challenges(void **state)
{
	static const uint8_t challenge[IDENT_INTERNAL_MAX] = { 1, 2, 3 };
	struct card *card = *state;
	uint8_t bytes[300], rsp[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf out = YKT_BUF(rsp);
	struct crypto_sm2_pub pub;

	unhex_pub(IDENT_KEY_PUB, &pub);
	ident_internal_build(YKT_BYTES(challenge), &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), &out), SW_OK);
	assert_int_equal(out.len, 64);
	assert_int_equal(
	    crypto_sm2_verify(card->crypto, &pub, ident_id_internal, YKT_BYTES(challenge), rsp),
	    YKT_OK);
	assert_int_equal(
	    crypto_sm2_verify(card->crypto, &pub, crypto_sm2_default_id, YKT_BYTES(challenge), rsp),
	    YKT_E_MAC);
}

/* Texts of every length behind head come out again with the receiver's key. */
static void
enciphers_for(struct card *card, uint16_t op, struct ykt_bytes head, const uint8_t d[32])
{
	uint8_t data[IDENT_RECEIVER_LEN + IDENT_FIELD_MAX], rsp[300], back[200];
	static const size_t lens[] = { 1, 39, IDENT_FIELD_MAX };
	struct crypto_sm2_key receiver;

	assert_int_equal(crypto_sm2_key_set(card->crypto, d, &receiver), YKT_OK);
	memset(data, 0xA5, sizeof(data));
	if (head.len != 0)
		memcpy(data, head.data, head.len);
	for (size_t i = 0; i < YKT_ARRAY_LEN(lens); i++) {
		struct ykt_buf out = YKT_BUF(rsp);
		struct ykt_buf plain = YKT_BUF(back);

		assert_int_equal(
		    operate(card, op, ykt_bytes(data, head.len + lens[i]), &out), SW_OK);
		assert_int_equal(out.len, lens[i] + CRYPTO_SM2_EXTRA);
		assert_int_equal(
		    crypto_sm2_decrypt(card->crypto, &receiver, ykt_buf_view(&out), &plain),
		    YKT_OK);
		assert_int_equal(plain.len, lens[i]);
		assert_memory_equal(back, data + head.len, lens[i]);
	}
}

static void
test_enciphers_for_the_platform_and_whom_it_is_told(void **state)
{
	static const uint8_t other_d[32] = { [31] = 9 };
	struct card *card = *state;
	struct crypto_sm2_key other;
	uint8_t d[32];

	(void)unhex(IDENT_PLATFORM_D, d, sizeof(d));
	enciphers_for(card, IDENT_OP_ENCIPHER, ykt_bytes(NULL, 0), d);
	assert_int_equal(crypto_sm2_key_set(card->crypto, other_d, &other), YKT_OK);
	enciphers_for(card, IDENT_OP_ENCIPHER_TO, YKT_BYTES(other.pub.xy), other_d);
}

static void
test_deciphers_one_secret(void **state)
{
	struct card *card = *state;
	char cmd[2 * 300];

	strcpy(cmd, "002A808481" IDENT_CIPHER "00");
	expect(card, cmd, IDENT_SECRET "9000");
	/* One bit anywhere: the same word for each. */
	for (size_t at = 10; at < strlen(cmd) - 2; at += 16) {
		char kept = cmd[at];

		cmd[at] = kept == '0' ? '1' : '0';
		refuse(card, "a bit of the ciphertext", cmd, "6A80");
		cmd[at] = kept;
	}
}

static void
test_a_request_and_its_certificate(void **state)
{
	struct card *card = *state;
	uint8_t rsp[300], want[200];
	struct ykt_buf out = YKT_BUF(rsp);
	struct ykt_bytes body;
	struct ident_cert request;

	assert_int_equal(
	    card_send(card, YKT_SE_WIRED, ykt_bytes("\x00\xCA\xDF\x24\x00", 5), &out), SW_OK);
	assert_int_equal(ident_cert_decode(ykt_buf_view(&out), &request, &body), YKT_OK);
	assert_true(ykt_bytes_equal(body, unhex(IDENT_REQUEST_BODY, want, sizeof(want))));
	assert_int_equal(ident_request_verify(card->crypto, &request, body), YKT_OK);

	expect(card, "00DA7F21BE" IDENT_CERT, "9000");
	expect(card, "00CA7F2100", IDENT_CERT "9000");
	expect(card, "00CADF2300",
	    "DF23150F0000000000000000000000000000000000000000"
	    "9000");
	/* A new key makes the certificate void in the same step. */
	expect_sw(card, SW_OK, "0046800000");
	refuse(card, "of the key before", "00CA7F2100", "6A88");
	refuse(card, "for the key before", "00DA7F21BE" IDENT_CERT, "6A80");
}

static void
test_refuses(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *sw;
	} rows[] = {
		{ "SELECT by what the package is called", "00A4040006F0594B544944",
		    "6F0F8407" AID_IDENT "A5049F0801019000" },
		{ "GENERATE with another P1", "0046820000", "6A86" },
		{ "GENERATE with P2", "0046800200", "6A86" },
		{ "GENERATE with data", "0046800002B60000", "6700" },
		{ "GENERATE into too little", "0046800010", "6C46" },
		{ "a certificate of another key", "00DA7F21BE" IDENT_CERT_OTHER_KEY, "6A80" },
		{ "a certificate of another element", "00DA7F21BE" IDENT_CERT_OTHER_HOLDER,
		    "6A80" },
		{ "a certificate that the authority did not sign", "00DA7F21BE" IDENT_CERT_FORGED,
		    "6988" },
		{ "a certificate that ends before it begins", "00DA7F21BE" IDENT_CERT_BACKWARDS,
		    "6A80" },
		{ "a request for a certificate", "00DA7F21A7" IDENT_REQUEST, "6A80" },
		{ "no certificate at all", "00DA7F2101FF", "6A80" },
		{ "PUT DATA without data", "00DA7F21", "6700" },
		{ "PUT DATA of a public key", "00DA7F490100", "6A88" },
		{ "PUT DATA of the platform's key", "00DADF2240" IDENT_OTHER_PUB, "6A88" },
		{ "a message of no bytes", "002A9E9A00", "6700" },
		{ "a part of no bytes", "002A908000", "6700" },
		{ "an operation that is none", "002A9E9B0361626300", "6A86" },
		{ "decipher and encipher turned round", "002A80800361626300", "6A86" },
		{ "a signature into too little", "002A9E9A0361626320", "6C40" },
		{ "a ciphertext into too little", "002A84800361626340", "6C64" },
		{ "a ciphertext for another into too little", "002A848141" IDENT_OTHER_PUB "6140",
		    "6C62" },
		{ "a receiver without a text", "002A848140" IDENT_OTHER_PUB "00", "6700" },
		{ "half a receiver", "002A84810361626300", "6700" },
		{ "a receiver off the curve",
		    "002A848141"
		    "CDADD6E9C36B1982E23B5A06735E057C03018A1692BCC60CBEAD054B661443F2AD4E2838"
		    "96B61BC511F169B77FD5FEDF6389B68245F0D39FE8A869BC168A20"
		    "6100",
		    "6A80" },
		{ "a secret of another length", "002A8084810200", "6700" },
		{ "a short challenge", "00880000070102030405060700", "6700" },
		{ "a challenge with P1", "0088010008010203040506070800", "6A86" },
		{ "VERIFY without a PIN in the card", "0020000003123456", "6A88" },
		{ "CHANGE without a PIN in the card", "00240000051234FF5678", "6A88" },
		{ "STORE DATA without the channel of its domain",
		    "80E28800439101"
		    "40" IDENT_OTHER_PUB,
		    "6D00" },
		{ "READ BINARY", "00B0000020", "6D00" },
		{ "READ RECORD", "00B2010420", "6D00" },
		{ "GET DATA of the next class", "80CADF2300", "6E00" },
		{ "GET DATA with data", "00CADF2301FF00", "6700" },
	};
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		refuse(card, rows[i].why, rows[i].cmd, rows[i].sw);
	expect(card, "0046810000", PUBLIC_RSP);
}

/* C5-ARC-7: whatever is asked, the private key is in no answer. */
static void
never_the_key(struct card *card, struct ykt_bytes cmd, const uint8_t d[32])
{
	uint8_t rsp[SE_RSP_MAX];
	struct ykt_buf out = YKT_BUF(rsp);

	(void)card_send(card, YKT_SE_WIRED, cmd, &out);
	for (size_t at = 0; at + 8 <= out.len; at++)
		for (size_t part = 0; part <= 24; part += 8)
			assert_memory_not_equal(rsp + at, d + part, 8);
}

static void
test_no_tag_and_no_command_gives_the_key(void **state)
{
	struct card *card = *state;
	struct snapshot *before = malloc(sizeof(*before));
	struct snapshot *after = malloc(sizeof(*after));
	uint8_t d[32];

	(void)unhex(IDENT_KEY_D, d, sizeof(d));
	snapshot_take(card, before);
	assert_memory_equal(before->home + SE_IDENT_OFF(0) + SE_IDENT_D, d, 32);
	for (unsigned p1p2 = 0; p1p2 <= 0xFFFF; p1p2++) {
		uint8_t get[] = { 0x00, 0xCA, (uint8_t)(p1p2 >> 8), (uint8_t)p1p2, 0x00 };

		/* That one signs, and is looked at by itself. */
		if (p1p2 != IDENT_TAG_REQUEST)
			never_the_key(card, YKT_BYTES(get), d);
	}
	for (unsigned ins = 0; ins <= 0xFF; ins++)
		for (unsigned p = 0; p < 16; p++) {
			static const uint8_t ps[4] = { 0x00, 0x01, 0x81, 0x9E };
			uint8_t cmd[] = { 0x00, (uint8_t)ins, ps[p / 4], ps[p % 4], 0x00 };

			if (ins == 0xA4 || ins == 0x70)
				continue;
			never_the_key(card, YKT_BYTES(cmd), d);
			cmd[0] = 0x80;
			never_the_key(card, YKT_BYTES(cmd), d);
		}
	never_the_key(card, ykt_bytes("\x00\xCA\xDF\x24\x00", 5), d);
	never_the_key(card, ykt_bytes("\x00\x46\x81\x00\x00", 5), d);
	snapshot_take(card, after);
	assert_true(snapshot_equal(before, after));
	free(before);
	free(after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_factory_card, setup, teardown),
		cmocka_unit_test_setup_teardown(test_makes_a_key, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signs_what_it_is_given, setup_key, teardown),
		cmocka_unit_test_setup_teardown(test_signs_a_message_in_parts, setup_key, teardown),
		cmocka_unit_test_setup_teardown(
		    test_parts_end_with_what_comes_between, setup_key, teardown),
		cmocka_unit_test_setup_teardown(test_answers_challenges, setup_key, teardown),
		cmocka_unit_test_setup_teardown(
		    test_enciphers_for_the_platform_and_whom_it_is_told, setup_key, teardown),
		cmocka_unit_test_setup_teardown(test_deciphers_one_secret, setup_key, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_request_and_its_certificate, setup_key, teardown),
		cmocka_unit_test_setup_teardown(test_refuses, setup_key, teardown),
		cmocka_unit_test_setup_teardown(
		    test_no_tag_and_no_command_gives_the_key, setup_key, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
