/*
 * The payload's seal, the keys of a card, and a whole packet, against values that
 * another program made (OpenSSL's command line: SM3, HMAC, SM4-CTR, CMAC, CBC).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/air_frame.h"
#include "card/air_keys.h"
#include "card_check.h"

#define IDENTITY "101112131415161718191A1B1C1D1E1F"
#define CALL     "03011234560310500000000000001700001388"
#define SEALED   "01C82972EBA79652F0F789CADD8F9CDE50ED754750770638D761854E"
#define ANSWER   "0124CA73F74B4D5806DB18737E" /* of four zeros, down */

static const struct air_roots roots = { "TEST OTA KIC    ", "TEST OTA KID    ",
	"TEST OTA PAYLOAD" };

static void
derive(struct crypto *c, enum ota_alg alg, struct air_keys *keys)
{
	struct hex identity = hex_of(IDENTITY);

	assert_status(air_keys_derive(c, &roots, identity.data, alg, keys), YKT_OK);
}

static void
test_keys_of_a_card(void **state)
{
	struct air_keys keys;

	derive(*state, OTA_ALG_AES, &keys);
	assert_int_equal(keys.packet.kic.alg, CRYPTO_AES);
	assert_hex(ykt_bytes(keys.packet.kic.bytes, 16), "659420E0BBB5E94A9DC3400434F93FE7");
	assert_hex(ykt_bytes(keys.packet.kid.bytes, 16), "B84AB473D07B0573A9AEA2E763D043AB");
	assert_hex(YKT_BYTES(keys.payload), "2F66FEF6BBD97F6C73384E9E1B097474");
	derive(*state, OTA_ALG_TDES2, &keys);
	assert_int_equal(keys.packet.kic.alg, CRYPTO_TDES2);
	assert_hex(ykt_bytes(keys.packet.kic.bytes, 16), "86C3E85CC1A8A1E446B32AAC19F9805E");
	assert_hex(ykt_bytes(keys.packet.kid.bytes, 16), "B3FE08B7BC98C8C1271BC8EA59895AB9");
	memset(&keys, 0x5A, sizeof(keys));
	assert_status(
	    air_keys_derive(*state, &roots, keys.payload, OTA_ALG_IMPLICIT, &keys), YKT_E_ARG);
	assert_int_equal(keys.payload[0], 0x5A);
}

struct sealed {
	struct air_keys keys;
	struct hex identity;
	struct air_seal seal;
};

static void
seal_begin(struct crypto *c, struct sealed *s)
{
	derive(c, OTA_ALG_AES, &s->keys);
	s->identity = hex_of(IDENTITY);
	s->seal = (struct air_seal){ s->keys.payload, s->identity.data, 7, AIR_UP };
}

static void
test_a_payload_both_ways(void **state)
{
	struct hex call = hex_of(CALL);
	struct hex zeros = hex_of("00000000");
	struct sealed s;
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_bytes plain;

	seal_begin(*state, &s);
	assert_status(air_seal_make(*state, &s.seal, hex_view(&call), &out), YKT_OK);
	assert_hex(ykt_buf_view(&out), SEALED);
	assert_status(air_seal_open(*state, &s.seal, ykt_buf_view(&out), raw, &plain), YKT_OK);
	assert_hex(plain, CALL);
	out.len = 0;
	s.seal.direction = AIR_DOWN;
	assert_status(air_seal_make(*state, &s.seal, hex_view(&zeros), &out), YKT_OK);
	assert_hex(ykt_buf_view(&out), ANSWER);
}

/* Every bit of it, every cut, and what it is bound to. */
static void
test_a_payload_that_is_changed_is_refused(void **state)
{
	struct hex sealed = hex_of(SEALED);
	struct sealed s;
	uint8_t work[64];
	struct ykt_bytes plain = { NULL, 0 };

	seal_begin(*state, &s);
	for (size_t bit = 0; bit < 8 * sealed.len; bit++) {
		sealed.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_status(air_seal_open(*state, &s.seal, hex_view(&sealed), work, &plain),
		    bit < 8 ? YKT_E_FORMAT : YKT_E_MAC);
		sealed.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t len = 0; len < sealed.len; len++)
		assert_int_not_equal(
		    air_seal_open(*state, &s.seal, ykt_bytes(sealed.data, len), work, &plain),
		    YKT_OK);
	s.seal.counter = 8;
	assert_status(air_seal_open(*state, &s.seal, hex_view(&sealed), work, &plain), YKT_E_MAC);
	s.seal.counter = 7;
	s.seal.direction = AIR_DOWN;
	assert_status(air_seal_open(*state, &s.seal, hex_view(&sealed), work, &plain), YKT_E_MAC);
	s.seal.direction = AIR_UP;
	s.identity.data[15] ^= 1;
	assert_status(air_seal_open(*state, &s.seal, hex_view(&sealed), work, &plain), YKT_E_MAC);
	assert_null(plain.data);
}

static void
test_a_seal_that_does_not_fit_leaves_nothing(void **state)
{
	struct hex call = hex_of(CALL);
	struct sealed s;
	uint8_t raw[32] = { 0 };
	struct ykt_buf out = { raw, 2, call.len + AIR_SEAL_EXTRA + 1, false };

	seal_begin(*state, &s);
	assert_status(air_seal_make(*state, &s.seal, hex_view(&call), &out), YKT_E_SPACE);
	assert_int_equal(out.len, 2);
	for (size_t i = 2; i < sizeof(raw); i++)
		assert_int_equal(raw[i], 0);
}

/* The packet around it, in both key sets. */
static void
test_whole_packets(void **state)
{
	static const struct {
		enum ota_alg alg;
		const char *hex;
	} rows[] = {
		{ OTA_ALG_AES,
		    "00381516191212594B47CC89FF9D7C7604C9DB586BA5E109A5DC412EB6F5C3CCEE89DE7631AAE6"
		    "2AE5EFA80F6F280C0DA69263617659D5D46C6D" },
		{ OTA_ALG_TDES2,
		    "00381516191515594B47085B726DCB0CA69F47C52AE2F5C838DFD05DE02ED33E7A13E0596069A8"
		    "C071F18ABA4D1E7C32F969129C94F6F282224A" },
	};
	struct hex sealed = hex_of(SEALED);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct ota_command command = {
			.head = air_head(rows[i].alg), .counter = 7, .data = hex_view(&sealed)
		};
		struct air_keys keys;
		uint8_t raw[128];
		struct ykt_buf out = YKT_BUF(raw);

		derive(*state, rows[i].alg, &keys);
		assert_status(ota_command_make(*state, &command, &keys.packet, &out), YKT_OK);
		assert_hex(ykt_buf_view(&out), rows[i].hex);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_of_a_card),
		cmocka_unit_test(test_a_payload_both_ways),
		cmocka_unit_test(test_a_payload_that_is_changed_is_refused),
		cmocka_unit_test(test_a_seal_that_does_not_fit_leaves_nothing),
		cmocka_unit_test(test_whole_packets),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
