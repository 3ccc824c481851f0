/*
 * scp03_cmd_unwrap() and scp03_rsp_unwrap(): nothing an attacker sends without
 * the keys opens, and a refusal moves nothing.
 *
 * The first byte picks the level; the rest is the command or the response.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/scp03.h"
#include "crypto/core.h"
#include "fuzz.h"

/* One handle for the process: making one takes a millisecond. */
static struct crypto *crypto;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t levels[] = { 0x01, 0x03, 0x11, 0x13, 0x33 };
	struct scp03_session session = {
		.keys = { .len = 16, .s_enc = { 1 }, .s_mac = { 2 }, .s_rmac = { 3 } }
	};
	struct scp03_session before;
	uint8_t raw[1024];
	struct ykt_buf out = YKT_BUF(raw);
	struct scp03_init_rsp init;
	struct ykt_bytes body;
	enum ykt_status status;

	if (crypto == NULL && crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK)
		abort();
	if (len == 0)
		return 0;

	session.level = levels[data[0] % sizeof(levels)];
	before = session;
	body = ykt_bytes_sub(ykt_bytes(data, len), 1, len - 1);
	status = scp03_cmd_unwrap(crypto, &session, body, &out);
	assert(status == YKT_E_MAC || status == YKT_E_FORMAT);
	assert(out.len == 0 && memcmp(&session, &before, sizeof(session)) == 0);
	if (body.len <= sizeof(raw)) {
		status = scp03_rsp_unwrap(crypto, &session, body, &out);
		/* Only a bare error status word, or a level without response MACs, passes. */
		assert(status != YKT_OK || out.len == 2 || (session.level & 0x10) == 0);
	}
	if (scp03_init_rsp_decode(body, &init) == YKT_OK) {
		out.len = 0;
		scp03_init_rsp_encode(&init, &out);
		assert(ykt_bytes_equal(ykt_buf_view(&out), body));
	}

	return 0;
}
