/*
 * tlv_check(), tlv_walk_next(), tlv_find(): bounded, inside the input, and a tree
 * that is well-formed can be walked and written again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/tlv.h"
#include "fuzz.h"

#define OUT_MAX 4096

/* One level written again is never longer: lengths take their shortest form. */
static void
check_rewrite(struct ykt_bytes in)
{
	static uint8_t raw[OUT_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_rd rd = ykt_rd(in);
	struct tlv tlv;

	while (tlv_next(&rd, &tlv)) {
		size_t mark = tlv_begin(&out, tlv.tag);

		ykt_put(&out, tlv.value);
		tlv_end(&out, mark);
	}
	assert(out.full || rd.bad || out.len <= in.len);
	assert(out.full || tlv_check(ykt_buf_view(&out)) == tlv_check(in) || rd.bad);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_bytes in = ykt_bytes(data, len);
	struct ykt_bytes value = { 0 };
	struct tlv_walk walk;
	struct tlv tlv;
	unsigned depth;
	size_t count = 0;

	tlv_walk_init(&walk, in);
	while (tlv_walk_next(&walk, &tlv, &depth)) {
		assert(depth < TLV_DEPTH_MAX && ++count <= len);
		assert(tlv.value.len == 0 ||
		       (tlv.value.data >= data && tlv.value.data + tlv.value.len <= data + len));
	}
	assert(walk.bad == (tlv_check(in) != YKT_OK));
	if (TLV_FIND(in, &value, 0x6F, 0xA5, 0xBF0C) != YKT_OK)
		assert(value.data == NULL);
	check_rewrite(in);

	return 0;
}
