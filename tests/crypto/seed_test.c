/*
 * With a seed, every nonce comes from it: the same bytes in, the same bytes
 * out, and the worked examples of GB/T 32918.5 with their own nonce.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

#define EXAMPLE_D "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
#define EXAMPLE_K "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21"

struct seeded {
	struct scripted_random source;
	struct ykt_random random;
	struct crypto *crypto;
	struct crypto_sm2_key key;
};

/* After the key, the next bytes drawn are those of script. */
static void
seeded_open(struct seeded *s, struct ykt_bytes script, uint32_t seed)
{
	struct hex d = hex(EXAMPLE_D);

	memset(s, 0, sizeof(*s));
	s->source.state = seed;
	s->random = scripted_random(&s->source);
	assert_status(crypto_new(&ykt_alloc_libc, &s->random, &s->crypto), YKT_OK);
	assert_status(crypto_sm2_key_set(s->crypto, d.data, &s->key), YKT_OK);
	s->source.data = script.data;
	s->source.len = script.len;
}

static void
test_example_signature_is_made(void **state)
{
	struct hex k = hex(EXAMPLE_K);
	struct hex want = hex("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
			      "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA");
	struct seeded s;
	uint8_t sig[64];

	(void)state;
	seeded_open(&s, VIEW(k), 1);
	assert_status(crypto_sm2_sign(s.crypto, &s.key, crypto_sm2_default_id,
			  ykt_bytes_str("message digest"), sig),
	    YKT_OK);
	assert_memory_equal(sig, want.data, 64);
	crypto_free(&s.crypto);
}

static void
test_example_ciphertext_is_made(void **state)
{
	struct hex k = hex(EXAMPLE_K);
	struct hex want = hex("0404EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
			      "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
			      "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
			      "21886CA989CA9C7D58087307CA93092D651EFA");
	struct seeded s;
	uint8_t raw[116];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	seeded_open(&s, VIEW(k), 1);
	assert_status(
	    crypto_sm2_encrypt(s.crypto, &s.key.pub, ykt_bytes_str("encryption standard"), &out),
	    YKT_OK);
	assert_memory_equal(raw, want.data, sizeof(raw));
	crypto_free(&s.crypto);
}

/* Ten signatures and ciphertexts, all different, as one transcript. */
static void
transcript(uint32_t seed, uint8_t out[10][64 + 116])
{
	struct seeded s;

	seeded_open(&s, (struct ykt_bytes){ NULL, 0 }, seed);
	for (size_t i = 0; i < 10; i++) {
		struct ykt_buf raw = { out[i] + 64, 0, 116, false };

		assert_status(crypto_sm2_sign(s.crypto, &s.key, crypto_sm2_default_id,
				  ykt_bytes_str("message digest"), out[i]),
		    YKT_OK);
		assert_status(crypto_sm2_encrypt(
				  s.crypto, &s.key.pub, ykt_bytes_str("encryption standard"), &raw),
		    YKT_OK);
	}
	crypto_free(&s.crypto);
}

static void
test_the_same_seed_gives_the_same_bytes(void **state)
{
	static uint8_t one[10][64 + 116];
	static uint8_t same[10][64 + 116];
	static uint8_t other[10][64 + 116];

	(void)state;
	transcript(42, one);
	transcript(42, same);
	transcript(43, other);
	assert_memory_equal(one, same, sizeof(one));
	for (size_t i = 0; i < 10; i++) {
		assert_memory_not_equal(one[i], other[i], 64);
		assert_memory_not_equal(one[i] + 64, other[i] + 64, 116);
		if (i > 0)
			assert_memory_not_equal(one[i], one[i - 1], 64);
	}
}

static void
test_without_a_seed_nonces_differ(void **state)
{
	struct hex d = hex(EXAMPLE_D);
	struct crypto *c = NULL;
	struct crypto_sm2_key key;
	uint8_t one[64];
	uint8_t two[64];

	(void)state;
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &c), YKT_OK);
	assert_status(crypto_sm2_key_set(c, d.data, &key), YKT_OK);
	assert_status(
	    crypto_sm2_sign(c, &key, crypto_sm2_default_id, ykt_bytes_str("m"), one), YKT_OK);
	assert_status(
	    crypto_sm2_sign(c, &key, crypto_sm2_default_id, ykt_bytes_str("m"), two), YKT_OK);
	assert_memory_not_equal(one, two, 64);
	crypto_free(&c);
}

static enum ykt_status
broken_fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;
	return YKT_E_RANDOM;
}

static void
test_a_failed_source_makes_no_signature(void **state)
{
	struct seeded s;
	uint8_t sig[64] = { 0x5A };
	uint8_t raw[116];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	seeded_open(&s, (struct ykt_bytes){ NULL, 0 }, 1);
	s.random.fill = broken_fill;
	assert_status(
	    crypto_sm2_sign(s.crypto, &s.key, crypto_sm2_default_id, ykt_bytes_str("m"), sig),
	    YKT_E_RANDOM);
	assert_int_equal(sig[0], 0x5A);
	assert_status(
	    crypto_sm2_encrypt(s.crypto, &s.key.pub, ykt_bytes_str("m"), &out), YKT_E_RANDOM);
	assert_int_equal(out.len, 0);
	crypto_free(&s.crypto);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example_signature_is_made),
		cmocka_unit_test(test_example_ciphertext_is_made),
		cmocka_unit_test(test_the_same_seed_gives_the_same_bytes),
		cmocka_unit_test(test_without_a_seed_nonces_differ),
		cmocka_unit_test(test_a_failed_source_makes_no_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
