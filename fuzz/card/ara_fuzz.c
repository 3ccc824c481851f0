/*
 * ara_rule_decode() and ara_ref_decode(): a refusal leaves the output alone; an
 * accepted rule fits a slot, says the same after it was written and read again,
 * and judges every header the same way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/ara.h"
#include "card/tlv.h"
#include "fuzz.h"

static void
check_rule(struct ykt_bytes in, const uint8_t header[4])
{
	uint8_t raw[ARA_RULE_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct ara_rule rule = { .apdu = ARA_FILTERED, .nfc = true };
	struct ara_rule again;
	struct ykt_rd rd;
	struct tlv tlv;
	bool whole;

	if (ara_rule_decode(in, &rule) != YKT_OK) {
		assert(rule.apdu == ARA_FILTERED && rule.nfc && rule.ref.aid.data == NULL);
		return;
	}
	ara_rule_encode(&rule, &out);
	assert(!out.full);
	rd = ykt_rd(ykt_buf_view(&out));
	whole = tlv_next(&rd, &tlv) && ykt_rd_done(&rd) == YKT_OK;
	assert(whole && ara_rule_decode(tlv.value, &again) == YKT_OK);
	assert(ykt_bytes_equal(rule.ref.aid, again.ref.aid) &&
	       ykt_bytes_equal(rule.ref.hash, again.ref.hash) && rule.nfc == again.nfc &&
	       rule.has_nfc == again.has_nfc);
	assert(ara_rule_allows(&rule, header) == ara_rule_allows(&again, header));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ara_ref ref = { 0 };

	if (size < 4)
		return 0;
	check_rule(ykt_bytes(data + 4, size - 4), data);
	if (ara_ref_decode(ykt_bytes(data + 4, size - 4), &ref) != YKT_OK)
		assert(ref.aid.data == NULL && ref.hash.data == NULL);

	return 0;
}
