/*
 * The envelope: known answers of another implementation first, then what each
 * side refuses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/crypto.h"
#include "envelope_vectors.h"
#include "wire/envelope.h"
#include "wire_test.h"

#define TS INT64_C(1795392000000)

static const char call_plain[] = "{\"op\":\"app.list\",\"body\":{}}";
static const char reply_plain[] = "{\"code\":200,\"body\":{\"apps\":[]}}";
static const char open_plain[] =
    "{\"op\":\"otp.send\",\"body\":{\"phone\":\"13800000000\",\"purpose\":\"login\"}}";

struct world {
	struct crypto *c;
	struct signer_soft platform;
	struct signer_soft device;
	struct wire_session_keys keys;
	struct wire_seal call; /* of call_text */
};

static void
from_hex(const char *text, uint8_t *out, size_t len)
{
	struct ykt_buf buf = { out, 0, len, false };

	assert_status(ykt_hex_decode(text, strlen(text), &buf), YKT_OK);
	assert_int_equal(buf.len, len);
}

static void
soft_key(struct world *w, const char *d_text, struct signer_soft *soft)
{
	struct crypto_sm2_key key;
	uint8_t d[32];

	from_hex(d_text, d, sizeof(d));
	assert_status(crypto_sm2_key_set(w->c, d, &key), YKT_OK);
	signer_soft_init(soft, w->c, &key);
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	uint8_t secret[32];

	assert_non_null(w);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &w->c), YKT_OK);
	soft_key(w, platform_d, &w->platform);
	soft_key(w, device_d, &w->device);
	for (size_t i = 0; i < sizeof(secret); i++)
		secret[i] = (uint8_t)(0x10 + i);
	assert_status(wire_session_keys_derive(w->c, secret, &w->keys), YKT_OK);
	w->call = (struct wire_seal){ .ctr = 7, .ts_ms = TS };
	for (size_t i = 0; i < 16; i++) {
		w->call.sid[i] = (uint8_t)(0xA0 + i);
		w->call.nonce[i] = (uint8_t)(0x50 + i);
	}
	*state = w;

	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	signer_soft_clear(&w->platform);
	signer_soft_clear(&w->device);
	crypto_free(&w->c);
	free(w);

	return 0;
}

static void
test_derives_the_keys(void **state)
{
	struct world *w = *state;
	uint8_t want[32];

	from_hex(c2s_text, want, sizeof(want));
	assert_memory_equal(w->keys.c2s_enc, want, 16);
	assert_memory_equal(w->keys.c2s_mac, want + 16, 16);
	from_hex(s2c_text, want, sizeof(want));
	assert_memory_equal(w->keys.s2c_enc, want, 16);
	assert_memory_equal(w->keys.s2c_mac, want + 16, 16);
}

static void
test_seals_a_call(void **state)
{
	struct world *w = *state;
	struct counting counting;
	uint8_t out[512];
	struct ykt_buf json = YKT_BUF(out);
	struct wire_seal seal;

	counting_init(&counting, 0x50);
	assert_status(wire_call_seal(w->c, &counting.random, &w->keys, w->call.sid, 7, TS,
			  ykt_bytes_str(call_plain), &json, &seal),
	    YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json), ykt_bytes_str(call_text)));
	assert_memory_equal(&seal, &w->call, sizeof(seal));
}

static void
test_opens_a_call(void **state)
{
	struct world *w = *state;
	struct wire_call_sealed sealed;
	uint8_t out[64] = "ab";
	struct ykt_buf plain = { out, 2, sizeof(out), false };
	struct wire_seal seal;

	assert_status(
	    wire_decode(&wire_call_sealed_msg, ykt_bytes_str(call_text), &sealed), YKT_OK);
	assert_status(wire_call_unseal(w->c, &w->keys, &sealed, &plain, &seal), YKT_OK);
	assert_int_equal(plain.len, 2 + strlen(call_plain));
	assert_memory_equal(out, "ab", 2);
	assert_memory_equal(out + 2, call_plain, strlen(call_plain));
	assert_memory_equal(&seal, &w->call, sizeof(seal));
}

static void
test_seals_and_opens_a_reply(void **state)
{
	struct world *w = *state;
	uint8_t out[512];
	struct ykt_buf json = YKT_BUF(out);
	uint8_t text[64];
	struct ykt_buf plain = YKT_BUF(text);

	assert_status(
	    wire_reply_seal(w->c, &w->keys, &w->call, ykt_bytes_str(reply_plain), &json), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json), ykt_bytes_str(reply_text)));
	assert_status(
	    wire_reply_unseal(w->c, &w->keys, &w->call, ykt_bytes_str(reply_text), &plain), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&plain), ykt_bytes_str(reply_plain)));
}

static void
test_opens_what_another_sealed(void **state)
{
	struct world *w = *state;
	uint8_t text[256];
	struct ykt_buf plain = YKT_BUF(text);
	struct wire_session_keys keys;
	struct wire_seal seal;
	struct crypto_sm2_pub device;

	assert_status(wire_open_unseal(w->c, &w->platform.signer, ykt_bytes_str(open_text), &plain,
			  &keys, &seal, &device),
	    YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&plain), ykt_bytes_str(open_plain)));
	assert_memory_equal(&keys, &w->keys, sizeof(keys));
	assert_memory_equal(&device, &w->device.signer.pub, sizeof(device));
	assert_true(all_zero(seal.sid, sizeof(seal.sid)));
	assert_int_equal(seal.ctr, 0);
	assert_int_equal(seal.ts_ms, TS);
	assert_memory_equal(seal.nonce, w->call.nonce, 16);
}

/* Any length round trips, and only a buffer of the documented size is needed. */
static void
test_opens_what_it_sealed(void **state)
{
	static const size_t lens[] = { 0, 1, 15, 16, 17, 128, 129, 130, 1000, WIRE_REQUEST_MAX };
	static uint8_t text[WIRE_REQUEST_MAX];
	static uint8_t out[WIRE_SEAL_OVERHEAD + 2 * WIRE_REQUEST_MAX];
	static uint8_t back[WIRE_REQUEST_MAX];
	struct world *w = *state;
	struct counting counting;

	counting_init(&counting, 1);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < YKT_ARRAY_LEN(lens); i++) {
		struct ykt_buf json = { out, 0, WIRE_SEAL_OVERHEAD + 2 * lens[i], false };
		struct ykt_buf plain = { back, 0, lens[i], false };
		struct wire_session_keys keys[2];
		struct wire_seal seals[2];
		struct crypto_sm2_pub device;

		assert_status(wire_open_seal(w->c, &counting.random, &w->platform.signer.pub,
				  &w->device.signer, TS, ykt_bytes(text, lens[i]), &json, &keys[0],
				  &seals[0]),
		    YKT_OK);
		assert_status(wire_open_unseal(w->c, &w->platform.signer, ykt_buf_view(&json),
				  &plain, &keys[1], &seals[1], &device),
		    YKT_OK);
		assert_int_equal(plain.len, lens[i]);
		assert_memory_equal(back, text, lens[i]);
		assert_memory_equal(&keys[0], &keys[1], sizeof(keys[0]));
		assert_memory_equal(&seals[0], &seals[1], sizeof(seals[0]));

		json.len = 0;
		plain.len = 0;
		assert_status(
		    wire_reply_seal(w->c, &keys[1], &seals[1], ykt_bytes(text, lens[i]), &json),
		    YKT_OK);
		assert_status(
		    wire_reply_unseal(w->c, &keys[0], &seals[0], ykt_buf_view(&json), &plain),
		    YKT_OK);
		assert_int_equal(plain.len, lens[i]);
		assert_memory_equal(back, text, lens[i]);
	}
}

/* Every byte of each sealed text changed: refused, with one error or as no JSON. */
static void
test_refuses_every_changed_byte(void **state)
{
	struct world *w = *state;
	char text[2048];

	for (size_t i = 0; i < strlen(call_text); i++) {
		uint8_t out[64] = { 0 };
		struct ykt_buf plain = YKT_BUF(out);
		struct wire_call_sealed sealed;
		struct wire_seal seal = { .ctr = -1 };
		enum ykt_status status;

		memcpy(text, call_text, sizeof(call_text));
		text[i] = (char)(text[i] ^ 1);
		status = wire_decode(&wire_call_sealed_msg, ykt_bytes_str(text), &sealed);
		if (status == YKT_OK)
			assert_status(
			    wire_call_unseal(w->c, &w->keys, &sealed, &plain, &seal), YKT_E_MAC);
		else
			assert_status(status, YKT_E_FORMAT);
		assert_int_equal(plain.len, 0);
		assert_int_equal(seal.ctr, -1);
		assert_true(all_zero(out, sizeof(out)));
	}
	for (size_t i = 0; i < strlen(reply_text); i++) {
		uint8_t out[64] = { 0 };
		struct ykt_buf plain = YKT_BUF(out);
		enum ykt_status status;

		memcpy(text, reply_text, sizeof(reply_text));
		text[i] = (char)(text[i] ^ 1);
		status = wire_reply_unseal(w->c, &w->keys, &w->call, ykt_bytes_str(text), &plain);
		assert_true(status == YKT_E_MAC || status == YKT_E_FORMAT);
		assert_int_equal(plain.len, 0);
		assert_true(all_zero(out, sizeof(out)));
	}
}

static void
test_refuses_every_changed_byte_of_open(void **state)
{
	struct world *w = *state;
	char text[2048];

	for (size_t i = 0; i < strlen(open_text); i++) {
		uint8_t out[256] = { 0 };
		struct ykt_buf plain = YKT_BUF(out);
		struct wire_session_keys keys = { 0 };
		struct wire_seal seal = { .ctr = -1 };
		struct crypto_sm2_pub device = { { 0 } };
		enum ykt_status status;

		memcpy(text, open_text, sizeof(open_text));
		text[i] = (char)(text[i] ^ 1);
		status = wire_open_unseal(
		    w->c, &w->platform.signer, ykt_bytes_str(text), &plain, &keys, &seal, &device);
		assert_true_why(status == YKT_E_MAC || status == YKT_E_FORMAT, text);
		assert_int_equal(plain.len, 0);
		assert_int_equal(seal.ctr, -1);
		assert_true(all_zero(&keys, sizeof(keys)));
		assert_true(all_zero(&device, sizeof(device)));
		assert_true(all_zero(out, sizeof(out)));
	}
}

/* The nearest wrong things: other direction, session, counter, time, nonce. */
static void
test_refuses_another_place(void **state)
{
	static const char *const why[] = { "keys of the other direction", "another session",
		"a counter later", "a counter earlier", "another time", "another nonce",
		"another secret" };
	struct world *w = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(why); i++) {
		struct wire_session_keys keys = w->keys;
		struct wire_call_sealed sealed;
		struct wire_seal seal = w->call;
		struct wire_seal none;
		uint8_t out[64];
		struct ykt_buf plain = YKT_BUF(out);

		if (i == 0)
			keys = (struct wire_session_keys){ 0 };
		if (i == 0)
			memcpy(&keys, w->keys.s2c_enc, 32);
		if (i == 0)
			memcpy(keys.s2c_enc, w->keys.c2s_enc, 32);
		seal.sid[0] ^= i == 1;
		seal.ctr += (i == 2) - (i == 3);
		seal.ts_ms += i == 4;
		seal.nonce[15] ^= i == 5;
		keys.c2s_mac[0] ^= i == 6;
		keys.s2c_mac[0] ^= i == 6;

		assert_status(
		    wire_decode(&wire_call_sealed_msg, ykt_bytes_str(call_text), &sealed), YKT_OK);
		memcpy(sealed.sid, seal.sid, sizeof(seal.sid));
		memcpy(sealed.nonce, seal.nonce, sizeof(seal.nonce));
		sealed.ctr = seal.ctr;
		sealed.ts_ms = seal.ts_ms;
		assert_status_why(
		    wire_call_unseal(w->c, &keys, &sealed, &plain, &none), YKT_E_MAC, why[i]);
		assert_status_why(
		    wire_reply_unseal(w->c, &keys, &seal, ykt_bytes_str(reply_text), &plain),
		    YKT_E_MAC, why[i]);
		assert_int_equal(plain.len, 0);
	}
}

static void
test_refuses_another_platform(void **state)
{
	struct world *w = *state;
	uint8_t out[256];
	struct ykt_buf plain = YKT_BUF(out);
	struct wire_session_keys keys;
	struct wire_seal seal;
	struct crypto_sm2_pub device;

	assert_status(wire_open_unseal(w->c, &w->device.signer, ykt_bytes_str(open_text), &plain,
			  &keys, &seal, &device),
	    YKT_E_MAC);
	assert_int_equal(plain.len, 0);
}

/* A call is no open and no reply. */
static void
test_refuses_another_kind(void **state)
{
	struct world *w = *state;
	uint8_t out[256];
	struct ykt_buf plain = YKT_BUF(out);
	struct wire_session_keys keys;
	struct wire_call_sealed sealed;
	struct wire_seal seal;
	struct crypto_sm2_pub device;

	assert_status(wire_open_unseal(w->c, &w->platform.signer, ykt_bytes_str(call_text), &plain,
			  &keys, &seal, &device),
	    YKT_E_FORMAT);
	assert_status(wire_reply_unseal(w->c, &w->keys, &w->call, ykt_bytes_str(call_text), &plain),
	    YKT_E_FORMAT);
	assert_status(
	    wire_decode(&wire_call_sealed_msg, ykt_bytes_str(open_text), &sealed), YKT_E_FORMAT);
}

static void
test_needs_room(void **state)
{
	struct world *w = *state;
	struct counting counting;
	struct wire_session_keys keys;
	struct wire_call_sealed sealed;
	struct wire_seal seal;
	struct crypto_sm2_pub device;
	uint8_t out[512] = { 0 };

	counting_init(&counting, 0);
	for (size_t cap = 0; cap < strlen(reply_text); cap++) {
		struct ykt_buf json = { out, 0, cap, false };

		assert_status(
		    wire_reply_seal(w->c, &w->keys, &w->call, ykt_bytes_str(reply_plain), &json),
		    YKT_E_SPACE);
		assert_int_equal(json.len, 0);
	}
	assert_status(
	    wire_decode(&wire_call_sealed_msg, ykt_bytes_str(call_text), &sealed), YKT_OK);
	for (size_t cap = 0; cap < strlen(call_plain); cap++) {
		struct ykt_buf plain = { out, 0, cap, false };

		assert_status(
		    wire_call_unseal(w->c, &w->keys, &sealed, &plain, &seal), YKT_E_SPACE);
		assert_int_equal(plain.len, 0);
	}
	for (size_t cap = 0; cap < strlen(open_plain); cap += 13) {
		struct ykt_buf plain = { out, 0, cap, false };

		assert_status(wire_open_unseal(w->c, &w->platform.signer, ykt_bytes_str(open_text),
				  &plain, &keys, &seal, &device),
		    YKT_E_SPACE);
		assert_int_equal(plain.len, 0);
	}
	for (size_t cap = 0; cap < 512; cap += 37) {
		struct ykt_buf json = { out, 0, cap, false };

		assert_status(
		    wire_open_seal(w->c, &counting.random, &w->platform.signer.pub,
			&w->device.signer, TS, ykt_bytes_str(open_plain), &json, &keys, &seal),
		    YKT_E_SPACE);
		assert_int_equal(json.len, 0);
	}
}

static void
test_seal_refuses_arguments(void **state)
{
	static uint8_t large[WIRE_REPLY_MAX + 1];
	struct world *w = *state;
	struct counting counting;
	uint8_t out[512];
	struct ykt_buf json = YKT_BUF(out);
	struct wire_seal seal;

	counting_init(&counting, 0);
	for (int i = 0; i < 4; i++) {
		static const struct {
			int64_t ctr, ts;
			size_t len;
		} rows[] = { { 0, TS, 1 }, { WIRE_CTR_MAX + 1, TS, 1 }, { 1, -1, 1 },
			{ 1, TS, WIRE_REQUEST_MAX + 1 } };

		assert_status(
		    wire_call_seal(w->c, &counting.random, &w->keys, w->call.sid, rows[i].ctr,
			rows[i].ts, ykt_bytes(large, rows[i].len), &json, &seal),
		    YKT_E_ARG);
	}
	assert_status(
	    wire_reply_seal(w->c, &w->keys, &w->call, YKT_BYTES(large), &json), YKT_E_ARG);
	counting.broken = true;
	assert_status(wire_call_seal(w->c, &counting.random, &w->keys, w->call.sid, 1, TS,
			  ykt_bytes_str(call_plain), &json, &seal),
	    YKT_E_RANDOM);
	assert_int_equal(json.len, 0);
	assert_false(json.full);
}

static void
test_time_is_near(void **state)
{
	(void)state;
	assert_true(wire_time_near(TS, TS));
	assert_true(wire_time_near(TS - 600000, TS));
	assert_true(wire_time_near(TS + 600000, TS));
	assert_false(wire_time_near(TS - 600001, TS));
	assert_false(wire_time_near(TS + 600001, TS));
	assert_false(wire_time_near(INT64_MAX, INT64_MIN));
	assert_false(wire_time_near(INT64_MIN, INT64_MAX));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_derives_the_keys),
		cmocka_unit_test(test_seals_a_call),
		cmocka_unit_test(test_opens_a_call),
		cmocka_unit_test(test_seals_and_opens_a_reply),
		cmocka_unit_test(test_opens_what_another_sealed),
		cmocka_unit_test(test_opens_what_it_sealed),
		cmocka_unit_test(test_refuses_every_changed_byte),
		cmocka_unit_test(test_refuses_every_changed_byte_of_open),
		cmocka_unit_test(test_refuses_another_place),
		cmocka_unit_test(test_refuses_another_platform),
		cmocka_unit_test(test_refuses_another_kind),
		cmocka_unit_test(test_needs_room),
		cmocka_unit_test(test_seal_refuses_arguments),
		cmocka_unit_test(test_time_is_near),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
