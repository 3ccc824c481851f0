/*
 * The list of applications as it is signed and kept (wire/app_list.h). The signature of the
 * vector was made by OpenSSL's own command from the bytes that docs/protocol.md names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/hex.h>
#include <ykt/mem.h>

#include "envelope_vectors.h"
#include "wire/app_list.h"
#include "wire_test.h"

static const char form_hex[] =
    "000001A205B3D000020AA0000006320101059901043939303109981001FFFFFFFF0FE794B2E5B882E4B880E5"
    "8DA1E9809A0B4369747920412063617264000007D0000003E80000C350000186A0000AA00000063201010599"
    "02043939303209981002FFFFFFFF06E4B999E5B8820142000000000000000100FFFFFF000186A0010F726574"
    "75726E2C6D6F7665206F7574";
static const char sig_hex[] = "1E0E6B329F45419C37D5A3384AC1D8837EBA55CA0FD2B4F88456D7B33D550E76"
			      "2B7A8DB5BFAE6DC2CB35E13ABA9A35C16E44085811B99873BAC8B127EE80FC44";

struct world {
	struct crypto *c;
	struct crypto_sm2_key key;
	struct crypto_sm2_pub other;
	uint8_t form[512];
	size_t form_len;
	struct wire_app_list_rsp list;
};

static void
read_key(struct world *w, const char *hex, struct crypto_sm2_key *key)
{
	uint8_t d[32];
	struct ykt_buf buf = YKT_BUF(d);

	assert_status(ykt_hex_decode(hex, strlen(hex), &buf), YKT_OK);
	assert_status(crypto_sm2_key_set(w->c, d, key), YKT_OK);
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct crypto_sm2_key other;
	struct ykt_buf form, sig;

	assert_non_null(w);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &w->c), YKT_OK);
	read_key(w, platform_d, &w->key);
	read_key(w, device_d, &other);
	w->other = other.pub;
	form = YKT_BUF(w->form);
	assert_status(ykt_hex_decode(form_hex, strlen(form_hex), &form), YKT_OK);
	w->form_len = form.len;
	assert_status(wire_app_list_decode(ykt_buf_view(&form), &w->list), YKT_OK);
	sig = YKT_BUF(w->list.sig);
	assert_status(ykt_hex_decode(sig_hex, strlen(sig_hex), &sig), YKT_OK);
	*state = w;

	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	crypto_free(&w->c);
	free(w);

	return 0;
}

static enum ykt_status
check(struct world *w, const struct crypto_sm2_pub *pub)
{
	uint8_t bytes[WIRE_APP_LIST_MAX];
	struct ykt_buf scratch = YKT_BUF(bytes);

	return wire_app_list_verify(w->c, pub, &scratch, &w->list);
}

static void
test_the_form(void **state)
{
	struct world *w = *state;
	uint8_t bytes[512];
	struct ykt_buf out = YKT_BUF(bytes);

	assert_int_equal(w->list.issued_ms, INT64_C(1795392000000));
	assert_int_equal(w->list.apps_count, 2);
	assert_string_equal(w->list.apps[0].name_en, "City A card");
	assert_int_equal(w->list.apps[0].fee_fen, 2000);
	assert_false(w->list.apps[0].has_without);
	assert_string_equal(w->list.apps[1].city, "9902");
	assert_int_equal(w->list.apps[1].max_load_fen, 0xFFFFFF);
	assert_string_equal(w->list.apps[1].without, "return,move out");
	wire_app_list_encode(&w->list, &out);
	assert_true(ykt_bytes_equal(ykt_buf_view(&out), ykt_bytes(w->form, w->form_len)));
}

static void
test_the_signature_of_another_program(void **state)
{
	struct world *w = *state;

	assert_status(check(w, &w->key.pub), YKT_OK);
	assert_status(check(w, &w->other), YKT_E_MAC);
}

/* Any bit of what is signed, and of the signature. */
static void
test_nothing_can_be_changed(void **state)
{
	struct world *w = *state;
	struct wire_app_list_rsp good = w->list;

	for (size_t at = 0; at < w->form_len; at++) {
		uint8_t sig[64];

		memcpy(sig, good.sig, sizeof(sig));
		w->form[at] ^= 1;
		if (wire_app_list_decode(ykt_bytes(w->form, w->form_len), &w->list) == YKT_OK) {
			memcpy(w->list.sig, sig, sizeof(sig));
			assert_status(check(w, &w->key.pub), YKT_E_MAC);
		}
		w->form[at] ^= 1;
	}
	for (size_t at = 0; at < sizeof(good.sig); at++) {
		w->list = good;
		w->list.sig[at] ^= 0x80;
		assert_status(check(w, &w->key.pub), YKT_E_MAC);
	}
	w->list = good;
	w->list.apps_count = 1;
	assert_status(check(w, &w->key.pub), YKT_E_MAC);
}

static void
test_what_is_signed_here_is_good(void **state)
{
	struct world *w = *state;
	uint8_t bytes[WIRE_APP_LIST_MAX], few[16];
	struct ykt_buf scratch = YKT_BUF(bytes), small = YKT_BUF(few);
	struct signer_soft signer;
	uint8_t before[64];

	signer_soft_init(&signer, w->c, &w->key);
	w->list.issued_ms++;
	assert_status(check(w, &w->key.pub), YKT_E_MAC);
	memcpy(before, w->list.sig, sizeof(before));
	assert_status(wire_app_list_sign(&signer.signer, &small, &w->list), YKT_E_SPACE);
	assert_memory_equal(w->list.sig, before, sizeof(before));
	assert_status(wire_app_list_sign(&signer.signer, &scratch, &w->list), YKT_OK);
	assert_status(check(w, &w->key.pub), YKT_OK);
	signer_soft_clear(&signer);
}

/* As many and as long as a list can hold fit what is set aside for it. */
static void
test_the_longest_list_fits(void **state)
{
	struct world *w = *state;
	struct wire_app *app = &w->list.apps[0];

	app->aid.len = sizeof(app->aid.data);
	memset(app->name_zh, 'a', sizeof(app->name_zh) - 1);
	memset(app->name_en, 'a', sizeof(app->name_en) - 1);
	app->has_without = true;
	memset(app->without, 'a', sizeof(app->without) - 1);
	for (size_t i = 1; i < WIRE_APPS_MAX; i++)
		w->list.apps[i] = *app;
	w->list.apps_count = WIRE_APPS_MAX;
	assert_status(check(w, &w->key.pub), YKT_E_MAC);
}

static void
test_every_other_length_is_refused(void **state)
{
	struct world *w = *state;
	static const struct wire_app_list_rsp none;

	for (size_t cut = 0; cut < w->form_len; cut++) {
		assert_status(
		    wire_app_list_decode(ykt_bytes(w->form, cut), &w->list), YKT_E_CORRUPT);
		assert_memory_equal(&w->list, &none, sizeof(none));
	}
	w->form[w->form_len] = 0;
	assert_status(
	    wire_app_list_decode(ykt_bytes(w->form, w->form_len + 1), &w->list), YKT_E_CORRUPT);
	w->form[0] = 0xFF; /* a time that nobody has */
	assert_status(
	    wire_app_list_decode(ykt_bytes(w->form, w->form_len), &w->list), YKT_E_CORRUPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_form, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_signature_of_another_program, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_can_be_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_signed_here_is_good, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_longest_list_fits, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_every_other_length_is_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
