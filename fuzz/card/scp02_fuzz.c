/*
 * scp02_cmd_unwrap() and scp02_rsp_unwrap(): nothing an attacker sends without
 * the keys opens, and a refusal moves nothing.
 *
 * The first byte picks the level, the second the length of a plain command; then
 * that command, and the wrapped command or response.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/scp02.h"
#include "crypto/core.h"
#include "fuzz.h"

/* One handle for the process: making one takes a millisecond. */
static struct crypto *crypto;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t levels[] = { 0x01, 0x03, 0x11, 0x13 };
	struct scp02_session session = { .s_enc = { 1 }, .c_mac = { 2 }, .r_mac = { 3 } };
	struct scp02_session before;
	struct ykt_rd rd = ykt_rd(ykt_bytes(data, len));
	uint8_t raw[1024];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_bytes plain, body;
	enum ykt_status status;

	if (crypto == NULL && crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK)
		abort();
	session.level = levels[ykt_rd_u8(&rd) % sizeof(levels)];
	plain = ykt_rd_take(&rd, ykt_rd_u8(&rd));
	body = ykt_rd_take(&rd, rd.left);
	if (rd.bad || body.len > sizeof(raw))
		return 0;

	before = session;
	status = scp02_cmd_unwrap(crypto, &session, body, &out);
	assert(status == YKT_E_MAC || status == YKT_E_FORMAT);
	assert(out.len == 0 && memcmp(&session, &before, sizeof(session)) == 0);
	status = scp02_rsp_unwrap(crypto, &session, plain, body, &out);
	/* Only a bare error status word, or a level without response MACs, passes. */
	assert(status != YKT_OK || out.len == 2 || !scp02_r_mac_sent(&before));
	assert(status == YKT_OK || memcmp(&session, &before, sizeof(session)) == 0);

	return 0;
}
