/*
 * Messages between TSMs. The first byte picks what the rest is: a whole message, of
 * which nothing may be left when it is refused; or the body of one of the kinds,
 * which comes back the same when it is written and read again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "crypto/crypto.h"
#include "fuzz.h"
#include "wire/peer_msg.h"

#define KINDS     8
#define REPLY     0x40
#define WHOLE     0x80
#define NEVER(st) ((st) == YKT_E_CRYPTO || (st) == YKT_E_SPACE)

/* Made once: the key that the corpus is signed with. */
static struct crypto *crypto;
static struct wire_signed_key known;

static void
prepare(void)
{
	uint8_t d[32] = { 1 };
	struct crypto_sm2_key key;

	if (crypto != NULL)
		return;
	if (crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK ||
	    crypto_sm2_key_set(crypto, d, &key) != YKT_OK)
		abort();
	memcpy(known.id, "tsm-9901", 9);
	known.pub = key.pub;
}

static void
fuzz_whole(struct ykt_bytes json)
{
	static const struct wire_peer_head no_head;
	static const union wire_peer_body no_body;
	struct wire_peer_head head;
	union wire_peer_body body;
	enum ykt_status status = wire_peer_read(crypto, &known, 1, json, &head, &body);

	assert(!NEVER(status));
	if (status != YKT_OK) {
		assert(memcmp(&head, &no_head, sizeof(head)) == 0);
		assert(memcmp(&body, &no_body, sizeof(body)) == 0);
		return;
	}
	assert(strcmp(head.sender, known.id) == 0);
	assert(strcmp(body.ack.business, head.message) == 0);
}

static void
fuzz_body(enum wire_peer_kind kind, bool reply, struct ykt_bytes json)
{
	static uint8_t out[2][16 * 1024];
	struct ykt_buf text[2] = { YKT_BUF(out[0]), YKT_BUF(out[1]) };
	const struct wire_message *msg = wire_peer_body_msg(kind, reply);
	union wire_peer_body body;
	enum ykt_status status;

	memset(&body, 0, sizeof(body));
	if (wire_decode(msg, json, &body) != YKT_OK)
		return;
	status = wire_encode(msg, &body, &text[0]);
	assert(status == YKT_OK);
	memset(&body, 0, sizeof(body));
	status = wire_decode(msg, ykt_buf_view(&text[0]), &body);
	assert(status == YKT_OK);
	status = wire_encode(msg, &body, &text[1]);
	assert(status == YKT_OK);
	assert(ykt_bytes_equal(ykt_buf_view(&text[0]), ykt_buf_view(&text[1])));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0)
		return 0;
	prepare();
	if ((data[0] & WHOLE) != 0)
		fuzz_whole(ykt_bytes(data + 1, len - 1));
	else
		fuzz_body((enum wire_peer_kind)(data[0] % KINDS), (data[0] & REPLY) != 0,
		    ykt_bytes(data + 1, len - 1));

	return 0;
}
