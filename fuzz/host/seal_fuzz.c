/*
 * The readers of a sealed file before any MAC is known to be right: a header of
 * 4096 bytes, a frame, sectors that may be heads. What is refused leaves the
 * outputs alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "fuzz.h"
#include "host/host_seal.h"

static void
try_header(struct crypto *crypto, const uint8_t *data, size_t size)
{
	static const uint8_t key[SEAL_KEY_LEN] = "fuzz-fuzz-fuzz-";
	static uint8_t bytes[SEAL_HEADER_LEN];
	struct seal_header header = { .image_len = 77 };
	struct seal_keys keys;
	struct seal_chain chain;

	memset(bytes, 0, sizeof(bytes));
	if (size > 0)
		memcpy(bytes, data, size < sizeof(bytes) ? size : sizeof(bytes));
	if (seal_header_read(crypto, key, bytes, &header, &keys, &chain) != YKT_OK)
		assert(header.image_len == 77);
}

static void
try_frame(struct crypto *crypto, const uint8_t *data, size_t size)
{
	static const struct seal_keys keys;
	const struct seal_chain before = { .number = 6 };
	struct seal_chain chain = { .number = 77 };
	size_t len = 77;

	for (int kind = SEAL_SNAPSHOT; kind <= SEAL_CHANGES; kind++)
		if (seal_frame_check(crypto, &keys, (enum seal_kind)kind, &before,
			ykt_bytes(data, size), &len, &chain) != YKT_OK)
			assert(len == 77 && chain.number == 77);
	if (size >= SEAL_SECTOR) {
		assert(seal_frame_claim(data) >= SEAL_SECTOR);
		(void)seal_frame_is_later(data, before.number);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct crypto *crypto;

	if (crypto == NULL && crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK)
		abort();
	try_header(crypto, data, size);
	try_frame(crypto, data, size);

	return 0;
}
