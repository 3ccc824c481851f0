/*
 * Opening a sealed message under fixed keys: the first byte picks open, call or
 * reply. Nothing is written unless it held; what held is sealed again and held.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/mem.h>

#include "crypto/crypto.h"
#include "fuzz.h"
#include "wire/envelope.h"

static uint8_t text[WIRE_REPLY_MAX];

static const struct wire_session_keys keys = { { 1 }, { 2 }, { 3 }, { 4 } };

/* Made once; keeps nothing of an input. */
static struct crypto *
handle(void)
{
	static struct crypto *c;
	enum ykt_status status;

	if (c == NULL) {
		status = crypto_new(&ykt_alloc_libc, NULL, &c);
		assert(status == YKT_OK);
	}

	return c;
}

/* The platform's key is d = 1, whose point is the curve's generator. */
static void
fuzz_open(struct ykt_bytes json)
{
	static const uint8_t d[32] = { [31] = 1 };
	struct crypto *c = handle();
	struct ykt_buf plain = YKT_BUF(text);
	struct wire_session_keys made = { { 9 }, { 0 }, { 0 }, { 0 } };
	struct wire_seal seal = { .ctr = -1 };
	struct crypto_sm2_pub device = { { 9 } };
	struct crypto_sm2_key key;
	struct signer_soft soft;
	enum ykt_status status;

	status = crypto_sm2_key_set(c, d, &key);
	assert(status == YKT_OK);
	signer_soft_init(&soft, c, &key);
	status = wire_open_unseal(c, &soft.signer, json, &plain, &made, &seal, &device);
	assert(status == YKT_OK || status == YKT_E_FORMAT || status == YKT_E_MAC);
	if (status != YKT_OK)
		assert(
		    plain.len == 0 && made.c2s_enc[0] == 9 && seal.ctr == -1 && device.xy[0] == 9);
	signer_soft_clear(&soft);
}

static void
fuzz_call(struct ykt_bytes json)
{
	struct ykt_buf plain = YKT_BUF(text);
	struct wire_call_sealed sealed;
	struct wire_seal seal = { .ctr = -1 };
	enum ykt_status status;

	status = wire_decode(&wire_call_sealed_msg, json, &sealed);
	if (status == YKT_OK)
		status = wire_call_unseal(handle(), &keys, &sealed, &plain, &seal);
	assert(status == YKT_OK || status == YKT_E_FORMAT || status == YKT_E_MAC);
	assert(status == YKT_OK ? seal.ctr == sealed.ctr : plain.len == 0 && seal.ctr == -1);
}

static void
fuzz_reply(struct ykt_bytes json)
{
	static const struct wire_seal seal = { .ctr = 1 };
	static uint8_t again[WIRE_SEAL_OVERHEAD + 2 * WIRE_REPLY_MAX];
	struct ykt_buf plain = YKT_BUF(text);
	struct ykt_buf out = YKT_BUF(again);
	enum ykt_status status;

	status = wire_reply_unseal(handle(), &keys, &seal, json, &plain);
	assert(status == YKT_OK || status == YKT_E_FORMAT || status == YKT_E_MAC);
	if (status != YKT_OK) {
		assert(plain.len == 0);
		return;
	}
	status = wire_reply_seal(handle(), &keys, &seal, ykt_buf_view(&plain), &out);
	assert(status == YKT_OK);
	plain.len = 0;
	status = wire_reply_unseal(handle(), &keys, &seal, ykt_buf_view(&out), &plain);
	assert(status == YKT_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_bytes json;

	if (len == 0)
		return 0;
	json = ykt_bytes(data + 1, len - 1);
	switch (data[0] % 3) {
	case 0:
		fuzz_open(json);
		break;
	case 1:
		fuzz_call(json);
		break;
	default:
		fuzz_reply(json);
		break;
	}

	return 0;
}
