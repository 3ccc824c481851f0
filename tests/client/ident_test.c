/*
 * The SE profile's key is the element's (C5-ARC-2, C5-ARC-7): made there, used
 * there, found nowhere else.
 *
 * The linker puts a spy in front of the crypto calls that need a private key
 * (meson.build, --wrap), and the fake says whose code runs: on the client's own
 * side none of them may be called.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/ident.h"
#include "check.h"
#include "client/device.h"
#include "crypto/crypto.h"
#include "fake.h"
#include "se/internal.h"

static struct spy {
	const struct fake *fake;
	unsigned here;  /* calls on the client's side */
	unsigned there; /* in the element or at a server */
	unsigned pins;  /* sealed for the key module on the client's side */
	unsigned pins_there;
} spy;

static void
note(void)
{
	if (spy.fake != NULL && spy.fake->elsewhere == 0)
		spy.here++;
	else
		spy.there++;
}

enum ykt_status __real_crypto_sm2_sign(struct crypto *c, const struct crypto_sm2_key *key,
    struct ykt_bytes id, struct ykt_bytes msg, uint8_t sig[64]);
enum ykt_status __wrap_crypto_sm2_sign(struct crypto *c, const struct crypto_sm2_key *key,
    struct ykt_bytes id, struct ykt_bytes msg, uint8_t sig[64]);
enum ykt_status
__wrap_crypto_sm2_sign(struct crypto *c, const struct crypto_sm2_key *key, struct ykt_bytes id,
    struct ykt_bytes msg, uint8_t sig[64])
{
	note();

	return __real_crypto_sm2_sign(c, key, id, msg, sig);
}

enum ykt_status __real_crypto_sm2_decrypt(
    struct crypto *c, const struct crypto_sm2_key *key, struct ykt_bytes in, struct ykt_buf *out);
enum ykt_status __wrap_crypto_sm2_decrypt(
    struct crypto *c, const struct crypto_sm2_key *key, struct ykt_bytes in, struct ykt_buf *out);
enum ykt_status
__wrap_crypto_sm2_decrypt(
    struct crypto *c, const struct crypto_sm2_key *key, struct ykt_bytes in, struct ykt_buf *out)
{
	note();

	return __real_crypto_sm2_decrypt(c, key, in, out);
}

enum ykt_status __real_crypto_sm2_encrypt(
    struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_bytes text, struct ykt_buf *out);
enum ykt_status __wrap_crypto_sm2_encrypt(
    struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_bytes text, struct ykt_buf *out);
enum ykt_status
__wrap_crypto_sm2_encrypt(
    struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_bytes text, struct ykt_buf *out)
{
	const bool here = spy.fake != NULL && spy.fake->elsewhere == 0;

	note();
	if (spy.fake != NULL && memcmp(pub->xy, spy.fake->pin_module.key.pub.xy, 64) == 0)
		(here ? &spy.pins : &spy.pins_there)[0]++;

	return __real_crypto_sm2_encrypt(c, pub, text, out);
}

enum ykt_status __real_crypto_sm2_generate(
    struct crypto *c, const struct ykt_random *random, struct crypto_sm2_key *ret_key);
enum ykt_status __wrap_crypto_sm2_generate(
    struct crypto *c, const struct ykt_random *random, struct crypto_sm2_key *ret_key);
enum ykt_status
__wrap_crypto_sm2_generate(
    struct crypto *c, const struct ykt_random *random, struct crypto_sm2_key *ret_key)
{
	note();

	return __real_crypto_sm2_generate(c, random, ret_key);
}

static const uint8_t *
element_key(const struct fake *fake, uint32_t at)
{
	return se_home(&fake->element.se, SE_IDENT_OFF(0) + at);
}

/* Registration, login, a payment with its PIN, a top-up, ride codes, and a restart in between. */
static void
uses_no_key_outside_the_element(void **state)
{
	static const uint8_t none[32];
	struct fake fake;

	(void)state;
	fake_init(&fake);
	spy = (struct spy){ .fake = &fake };
	fake_login(&fake, true, 0);
	fake_put_bill(&fake);
	assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_OK);
	assert_int_equal(fake.wallet, FAKE_PRICE);
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
	/* The number of an account and its bank's code are the element's to seal. */
	assert_status(ykt_client_bind(fake.client), YKT_OK);
	assert_status(ykt_client_unbind(fake.client, NULL), YKT_OK);
	fake.wallet = 3000;
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_int_equal(fake.codes_shown, 1);
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_int_equal(spy.here, 0);
	/* The PIN too: the element seals it for the key module, which opened it. */
	assert_int_equal(spy.pins, 0);
	assert_int_equal(spy.pins_there, 1);
	/* It has seen what there was to see: signatures and seals of the element. */
	assert_true(spy.there > 10);
	/* What the platform verified with is the element's key, whose other half stays there. */
	assert_memory_equal(fake.device.xy, element_key(&fake, SE_IDENT_PUB), 64);
	assert_memory_not_equal(element_key(&fake, SE_IDENT_D), none, 32);
	spy.fake = NULL;
	fake_clear(&fake);
}

/* The spy sees: without an element the client's own key is used, on its side. */
static void
the_spy_sees_a_key_of_the_store(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_seless(&fake);
	spy = (struct spy){ .fake = &fake };
	fake_login(&fake, false, 0);
	assert_true(spy.here > 0);
	fake_put_bill(&fake);
	assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_OK);
	assert_int_equal(spy.pins, 1);
	assert_int_equal(spy.pins_there, 0);
	spy.fake = NULL;
	fake_clear(&fake);
}

/* Sealed or not, the private key is in no file of the client. */
static void
keeps_no_key_in_its_store(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, false, 0);
	fake.wallet = 3000;
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	assert_non_null(fake_find(&fake, "vault"));
	for (size_t i = 0; i < FAKE_FILES_MAX; i++) {
		const struct fake_file *file = &fake.files[i];

		for (size_t at = 0; at + 32 <= file->len; at++) {
			assert_memory_not_equal(
			    file->data + at, element_key(&fake, SE_IDENT_D), 32);
			assert_memory_not_equal(
			    file->data + at, element_key(&fake, SE_IDENT_RIDE_D), 32);
		}
	}
	fake_clear(&fake);
}

/* A ride code is longer than a command: it goes in parts, and again after a lost answer. */
static void
signs_what_is_longer_than_a_command(void **state)
{
	static const size_t lens[] = { 1, 240, 241, 299, 480, 481, 1280 };
	uint8_t text[1281], sig[64];
	struct fake fake;

	(void)state;
	memset(text, 0x3C, sizeof(text));
	fake_init(&fake);
	fake_login(&fake, false, 0);
	for (size_t i = 0; i < YKT_ARRAY_LEN(lens); i++) {
		for (unsigned at = 0; at <= 9; at++) {
			const struct signer *device = NULL;

			fake.fault = FAKE_APDU_RSP;
			fake.calls = 0;
			fake.fault_at = at;
			assert_status(client_device(fake.client, &device), YKT_OK);
			assert_status(signer_sign(device, ykt_bytes(text, lens[i]), sig), YKT_OK);
			assert_status(crypto_sm2_verify(fake.crypto, &device->pub,
					  crypto_sm2_default_id, ykt_bytes(text, lens[i]), sig),
			    YKT_OK);
			fake.fault_at = 0;
			assert_status(signer_sign(device, YKT_BYTES(text), sig), YKT_E_ARG);
			assert_status(signer_sign(device, ykt_bytes(text, 0), sig), YKT_E_ARG);
		}
	}
	fake_clear(&fake);
}

static void
refused(struct fake *fake, const char *reason)
{
	static uint8_t image[SE_IMAGE_SIZE];

	assert_status(fake_start(fake), YKT_OK);
	memcpy(image, fake->element.image, sizeof(image));
	assert_status(ykt_client_register(fake->client), YKT_REFUSED);
	assert_int_equal(fake->results, 1);
	assert_string_equal(fake->result_id, "reg_result");
	if (strstr(fake->result_reason, reason) == NULL)
		fail_msg("%s: %s", reason, fake->result_reason);
	/* Nobody typed anything, and nothing was sent. */
	assert_int_equal(fake->asked, 0);
	assert_int_equal(fake->ops, 0);
	assert_memory_equal(image, fake->element.image, sizeof(image));
	fake->results = 0;
	assert_status(ykt_client_login(fake->client), YKT_REFUSED);
	assert_int_equal(fake->ops, 0);
}

static void
says_that_an_element_has_no_ident(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.card.no_ident = true;
	refused(&fake, "no identity application");
	fake_clear(&fake);
}

/* C5-MOD-4: a caller that the access rules do not name is let at nothing, and told why. */
static void
says_that_the_access_rules_do_not_name_it(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.card.ruled = true;
	refused(&fake, "access rules");
	fake_clear(&fake);

	fake_init(&fake);
	fake_login(&fake, true, 5000);
	fake.wallet = 3000;
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	fake.card.ruled = true;
	fake.charged = 0;
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_REFUSED);
	assert_non_null(strstr(fake.result_reason, "access rules"));
	assert_status(ykt_client_code_show(fake.client, false), YKT_REFUSED);
	assert_non_null(strstr(fake.result_reason, "access rules"));
	assert_status(ykt_client_apps(fake.client), YKT_REFUSED);
	assert_non_null(strstr(fake.result_reason, "access rules"));
	assert_int_equal(fake.charged, 0);
	assert_int_equal(fake.card.balance, 5000);
	fake_clear(&fake);
}

static void
says_that_an_element_is_of_another_platform(void **state)
{
	for (int other = 0; other <= 1; other++) {
		struct fake fake;
		struct crypto_sm2_key key;
		static const uint8_t d[32] = { [31] = 9 };

		(void)state;
		fake_init(&fake);
		assert_status(crypto_sm2_key_set(fake.crypto, d, &key), YKT_OK);
		fake_element_init(&fake, other == 1 ? &key.pub : NULL);
		assert_status(fake_start(&fake), YKT_OK);
		assert_status(ykt_client_register(fake.client), YKT_REFUSED);
		assert_non_null(strstr(fake.result_reason, "another payment platform"));
		assert_int_equal(fake.ops, 0);
		fake_clear(&fake);
	}
}

/* Two platforms' instances in one element: only this client's is ever used (clause 6). */
static void
uses_its_own_of_two_instances(void **state)
{
	static const uint8_t d[32] = { [31] = 9 };

	(void)state;
	for (uint32_t ours = 0; ours <= 1; ours++) {
		uint8_t theirs[SE_IDENT_SIZE];
		struct crypto_sm2_key key;
		const uint8_t *own, *other;
		struct fake fake;

		fake_init(&fake);
		assert_status(crypto_sm2_key_set(fake.crypto, d, &key), YKT_OK);
		fake_element_init_two(&fake, ours == 0 ? &fake.key.key.pub : &key.pub,
		    ours == 0 ? &key.pub : &fake.key.key.pub);
		own = se_home(&fake.element.se, SE_IDENT_OFF(ours));
		other = se_home(&fake.element.se, SE_IDENT_OFF(1 - ours));
		memcpy(theirs, other, sizeof(theirs));
		fake.ca = true;
		assert_status(crypto_sm2_key_set(fake.crypto, d, &fake.ca_key), YKT_OK);
		fake_login(&fake, true, 0);
		assert_memory_equal(fake.sender.xy, own + SE_IDENT_PUB, 64);
		fake_put_bill(&fake);
		assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_OK);
		assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
		fake.wallet = 3000;
		assert_status(ykt_client_code_open(fake.client), YKT_OK);
		assert_int_not_equal(own[SE_IDENT_CERT], 0);
		assert_int_not_equal(own[SE_IDENT_HAS] & SE_IDENT_HAS_RIDE, 0);
		/* Of the other's not a byte has changed. */
		assert_memory_equal(other, theirs, sizeof(theirs));
		fake_clear(&fake);
	}
}

/* Any one answer of the element lost or spoilt: it still registers, with one key. */
static void
any_answer_of_the_element_may_be_lost(void **state)
{
	static const enum fake_fault faults[] = { FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00,
		FAKE_APDU_SHORT };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		/* The first two ask for the element's name (tests/client/faults_test.c). */
		for (unsigned at = 3;; at++) {
			struct fake fake;
			uint8_t made[64];
			bool fired;

			fake_init(&fake);
			assert_status(fake_start(&fake), YKT_OK);
			fake.fault = faults[f];
			fake.fault_at = at;
			if (ykt_client_register(fake.client) != YKT_OK)
				fail_msg("fault %zu at %u: %s", f, at, fake.result_reason);
			fired = fake.fired;
			fake.fault_at = 0;
			memcpy(made, element_key(&fake, SE_IDENT_PUB), sizeof(made));
			assert_status(ykt_client_login(fake.client), YKT_OK);
			assert_memory_equal(fake.device.xy, made, sizeof(made));
			assert_memory_equal(made, element_key(&fake, SE_IDENT_PUB), sizeof(made));
			fake_clear(&fake);
			if (!fired)
				break;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uses_no_key_outside_the_element),
		cmocka_unit_test(the_spy_sees_a_key_of_the_store),
		cmocka_unit_test(keeps_no_key_in_its_store),
		cmocka_unit_test(signs_what_is_longer_than_a_command),
		cmocka_unit_test(says_that_an_element_has_no_ident),
		cmocka_unit_test(says_that_the_access_rules_do_not_name_it),
		cmocka_unit_test(says_that_an_element_is_of_another_platform),
		cmocka_unit_test(uses_its_own_of_two_instances),
		cmocka_unit_test(any_answer_of_the_element_may_be_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
