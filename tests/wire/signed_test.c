/*
 * The pay channel's signed wrapper, and the signature over a gate's parameters.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/crypto.h"
#include "envelope_vectors.h"
#include "wire/gate_msg.h"
#include "wire/psp_msg.h"
#include "wire/signed.h"
#include "wire_test.h"

#define INNER                                                                                      \
	"{\\\"prepay_id\\\":\\\"0123456789abcdef0123456789abcdef\\\",\\\"ts_ms\\\":1795392000000," \
	"\\\"nonce\\\":\\\"505152535455565758595A5B5C5D5E5F\\\"}"

struct world {
	struct crypto *c;
	struct signer_soft signer;
	struct wire_signed_key keys[2];
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct crypto_sm2_key key;
	uint8_t d[32];
	struct ykt_buf buf = YKT_BUF(d);

	assert_non_null(w);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &w->c), YKT_OK);
	assert_status(ykt_hex_decode(platform_d, strlen(platform_d), &buf), YKT_OK);
	assert_status(crypto_sm2_key_set(w->c, d, &key), YKT_OK);
	memcpy(w->keys[0].id, "old", 4);
	w->keys[0].pub = key.pub;
	buf.len = 0;
	assert_status(ykt_hex_decode(device_d, strlen(device_d), &buf), YKT_OK);
	assert_status(crypto_sm2_key_set(w->c, d, &key), YKT_OK);
	signer_soft_init(&w->signer, w->c, &key);
	memcpy(w->keys[1].id, "psp-1", 6);
	w->keys[1].pub = key.pub;
	*state = w;

	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	signer_soft_clear(&w->signer);
	crypto_free(&w->c);
	free(w);

	return 0;
}

static void
wrapper(char *out, size_t size, const char *msg, const char *key, const char *sig)
{
	snprintf(out, size, "{\"msg\":\"%s\",\"key\":\"%s\",\"sig\":\"%s\"}", msg, key, sig);
}

static void
test_reads_what_another_signed(void **state)
{
	struct world *w = *state;
	struct wire_psp_query_req req;
	char text[1024];

	wrapper(text, sizeof(text), INNER, "psp-1", signed_sig);
	assert_status(
	    wire_signed_read(w->c, w->keys, 2, ykt_bytes_str(text), &wire_psp_query_req_msg, &req),
	    YKT_OK);
	assert_string_equal(req.prepay_id, "0123456789abcdef0123456789abcdef");
	assert_int_equal(req.ts_ms, INT64_C(1795392000000));
	assert_int_equal(req.nonce[15], 0x5F);
}

static void
test_reads_what_it_signed(void **state)
{
	struct world *w = *state;
	struct wire_psp_query_req req = { "0123456789abcdef0123456789abcdef",
		INT64_C(1795392000000), { 0 } };
	struct wire_psp_query_req back;
	uint8_t out[1024];
	struct ykt_buf json = YKT_BUF(out);
	char start[512];

	for (size_t i = 0; i < sizeof(req.nonce); i++)
		req.nonce[i] = (uint8_t)(0x50 + i);
	assert_status(
	    wire_signed_make(&w->signer.signer, "psp-1", &wire_psp_query_req_msg, &req, &json),
	    YKT_OK);
	snprintf(start, sizeof(start), "{\"msg\":\"%s\",\"key\":\"psp-1\",\"sig\":\"", INNER);
	assert_int_equal(json.len, strlen(start) + 128 + 2);
	assert_memory_equal(json.data, start, strlen(start));
	assert_status(
	    wire_signed_read(w->c, w->keys, 2, ykt_buf_view(&json), &wire_psp_query_req_msg, &back),
	    YKT_OK);
	assert_string_equal(req.prepay_id, back.prepay_id);
	assert_int_equal(req.ts_ms, back.ts_ms);
	assert_memory_equal(req.nonce, back.nonce, sizeof(req.nonce));

	for (size_t cap = json.len - 1; cap > 7; cap -= 7) {
		struct ykt_buf small = { out, 0, cap, false };

		assert_status(wire_signed_make(&w->signer.signer, "psp-1", &wire_psp_query_req_msg,
				  &req, &small),
		    YKT_E_SPACE);
		assert_int_equal(small.len, 0);
	}
	json = YKT_BUF(out);
	assert_status(wire_signed_make(&w->signer.signer, "a key id that is too long",
			  &wire_psp_query_req_msg, &req, &json),
	    YKT_E_ARG);
	assert_int_equal(json.len, 0);
}

static void
test_refuses(void **state)
{
	static const struct {
		const char *msg;
		const char *key;
		const char *sig;
		enum ykt_status status;
		const char *why;
	} rows[] = {
		{ INNER, "psp-2", signed_sig, YKT_E_MAC, "unknown key" },
		{ INNER, "", signed_sig, YKT_E_MAC, "no key" },
		{ INNER, "old", signed_sig, YKT_E_MAC, "another of our keys" },
		{ INNER " ", "psp-1", signed_sig, YKT_E_MAC, "a blank more" },
		{ "", "psp-1", signed_sig, YKT_E_MAC, "nothing signed" },
		{ "not json", "psp-1", signed_sig, YKT_E_MAC, "not read before it is checked" },
		{ INNER, "psp-1", "00", YKT_E_FORMAT, "short signature" },
		{ INNER, "psp-1", "", YKT_E_FORMAT, "no signature" },
	};
	struct world *w = *state;
	struct wire_psp_query_req req;
	char text[1024];
	char sig[129];

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		wrapper(text, sizeof(text), rows[i].msg, rows[i].key, rows[i].sig);
		memset(&req, 0xA5, sizeof(req));
		assert_status_why(wire_signed_read(w->c, w->keys, 2, ykt_bytes_str(text),
				      &wire_psp_query_req_msg, &req),
		    rows[i].status, rows[i].why);
		assert_true_why(all_zero(&req, sizeof(req)), rows[i].why);
	}
	for (size_t i = 0; i < 128; i++) {
		memcpy(sig, signed_sig, sizeof(sig));
		sig[i] = sig[i] == '0' ? '1' : '0';
		wrapper(text, sizeof(text), INNER, "psp-1", sig);
		assert_status(wire_signed_read(w->c, w->keys, 2, ykt_bytes_str(text),
				  &wire_psp_query_req_msg, &req),
		    YKT_E_MAC);
	}
	memset(sig, '0', 128);
	wrapper(text, sizeof(text), INNER, "psp-1", sig);
	assert_status(
	    wire_signed_read(w->c, w->keys, 2, ykt_bytes_str(text), &wire_psp_query_req_msg, &req),
	    YKT_E_MAC);
}

/* A good signature over a message of another path is still no such message. */
static void
test_refuses_another_message(void **state)
{
	struct world *w = *state;
	struct wire_psp_confirm_rsp rsp;
	char text[1024];

	wrapper(text, sizeof(text), INNER, "psp-1", signed_sig);
	memset(&rsp, 0xA5, sizeof(rsp));
	assert_status(wire_signed_read(
			  w->c, w->keys, 2, ykt_bytes_str(text), &wire_psp_confirm_rsp_msg, &rsp),
	    YKT_E_FORMAT);
	assert_true(all_zero(&rsp, sizeof(rsp)));
}

static void
test_gate_parameters(void **state)
{
	static struct wire_gate_params_rsp params;
	static struct wire_gate_params_rsp before;
	static uint8_t out[16 * 1024];
	struct world *w = *state;
	struct ykt_buf scratch = YKT_BUF(out);
	const struct crypto_sm2_pub *pub = &w->signer.signer.pub;

	/* The largest that there is fits the documented scratch. */
	params.version = INT32_MAX;
	params.cap_fen = WIRE_FEN_MAX;
	params.cities_count = WIRE_CITIES_MAX;
	for (size_t i = 0; i < WIRE_CITIES_MAX; i++)
		memcpy(params.cities[i].city, "9901", 5);
	params.blacklist_count = WIRE_BLACKLIST_MAX;
	for (size_t i = 0; i < WIRE_BLACKLIST_MAX; i++)
		memcpy(params.blacklist[i].card_no, "03104990000000000011", 21);
	params.has_codes = true;
	params.codes_count = WIRE_CODES_MAX;
	for (size_t i = 0; i < WIRE_CODES_MAX; i++)
		memcpy(params.codes[i].user_no, "00990100000000000011", 21);
	params.fares_count = WIRE_FARES_MAX;
	for (size_t i = 0; i < WIRE_FARES_MAX; i++) {
		memcpy(params.fares[i].kind, "0123456789abcdef", 17);
		params.fares[i].amount_fen = WIRE_FEN_MAX;
	}
	assert_status(wire_gate_params_sign(&w->signer.signer, &scratch, &params), YKT_OK);
	before = params;
	assert_status(wire_gate_params_verify(w->c, pub, &scratch, &params), YKT_OK);
	assert_memory_equal(&before, &params, sizeof(params));
	assert_int_equal(scratch.len, 0);

	params.blacklist_count--;
	assert_status(wire_gate_params_verify(w->c, pub, &scratch, &params), YKT_E_MAC);
	params.blacklist_count++;
	params.codes_count--;
	assert_status(wire_gate_params_verify(w->c, pub, &scratch, &params), YKT_E_MAC);
	params.codes_count++;
	params.codes[0].user_no[19] ^= 1;
	assert_status(wire_gate_params_verify(w->c, pub, &scratch, &params), YKT_E_MAC);
	params.codes[0].user_no[19] ^= 1;
	params.cap_fen--;
	assert_status(wire_gate_params_verify(w->c, pub, &scratch, &params), YKT_E_MAC);
	params.cap_fen++;
	assert_status(wire_gate_params_verify(w->c, &w->keys[0].pub, &scratch, &params), YKT_E_MAC);
	params.sig[63] ^= 1;
	assert_status(wire_gate_params_verify(w->c, pub, &scratch, &params), YKT_E_MAC);
	params.sig[63] ^= 1;
	assert_status(wire_gate_params_verify(w->c, pub, &scratch, &params), YKT_OK);

	params.version = -1;
	assert_status(wire_gate_params_sign(&w->signer.signer, &scratch, &params), YKT_E_ARG);
	assert_memory_equal(before.sig, params.sig, sizeof(params.sig));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_another_signed),
		cmocka_unit_test(test_reads_what_it_signed),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_refuses_another_message),
		cmocka_unit_test(test_gate_parameters),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
