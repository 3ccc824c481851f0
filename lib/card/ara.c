/*
 * Access rules: reading, writing, and matching a command's header.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/ara.h"

#include "card/tlv.h"

enum ykt_status
ara_ref_decode(struct ykt_bytes bytes, struct ara_ref *ret_ref)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct ara_ref ref = { 0 };
	struct tlv tlv;
	bool aid = false;
	bool hash = false;

	while (tlv_next(&rd, &tlv)) {
		size_t len = tlv.value.len;

		if (tlv.tag == ARA_TAG_AID && !aid &&
		    (len == 0 || (len >= ARA_AID_MIN && len <= ARA_AID_MAX))) {
			aid = true;
			ref.aid = tlv.value;
		} else if (tlv.tag == ARA_TAG_HASH && !hash &&
			   (len == 0 || len == ARA_HASH_SHA1 || len == ARA_HASH_SHA256)) {
			hash = true;
			ref.hash = tlv.value;
		} else {
			return YKT_E_FORMAT;
		}
	}
	if (rd.bad || !aid || !hash)
		return YKT_E_FORMAT;
	*ret_ref = ref;

	return YKT_OK;
}

static bool
read_apdu(struct ykt_bytes value, struct ara_rule *rule)
{
	if (value.len == 1 && value.data[0] <= ARA_ALWAYS) {
		rule->apdu = (enum ara_access)value.data[0];
		return true;
	}
	rule->apdu = ARA_FILTERED;
	rule->filters = value;

	return value.len > 0 && value.len % ARA_FILTER_LEN == 0 &&
	       value.len <= ARA_FILTERS_MAX * ARA_FILTER_LEN;
}

/* The value of an AR-DO. */
static bool
read_access(struct ykt_bytes bytes, struct ara_rule *rule)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct tlv tlv;
	bool apdu = false;

	while (tlv_next(&rd, &tlv)) {
		if (tlv.tag == ARA_TAG_APDU && !apdu) {
			apdu = true;
			if (!read_apdu(tlv.value, rule))
				return false;
		} else if (tlv.tag == ARA_TAG_NFC && !rule->has_nfc && tlv.value.len == 1 &&
			   tlv.value.data[0] <= 1) {
			rule->has_nfc = true;
			rule->nfc = tlv.value.data[0] == 1;
		} else {
			return false;
		}
	}

	return !rd.bad && (apdu || rule->has_nfc);
}

enum ykt_status
ara_rule_decode(struct ykt_bytes bytes, struct ara_rule *ret_rule)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct ara_rule rule = { 0 };
	struct tlv tlv;
	bool ref = false;
	bool access = false;

	while (tlv_next(&rd, &tlv)) {
		if (tlv.tag == ARA_TAG_REF && !ref &&
		    ara_ref_decode(tlv.value, &rule.ref) == YKT_OK)
			ref = true;
		else if (tlv.tag == ARA_TAG_AR && !access && read_access(tlv.value, &rule))
			access = true;
		else
			return YKT_E_FORMAT;
	}
	if (rd.bad || !ref || !access)
		return YKT_E_FORMAT;
	*ret_rule = rule;

	return YKT_OK;
}

void
ara_access_encode(const struct ara_rule *rule, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, ARA_TAG_AR);

	if (rule->apdu == ARA_FILTERED)
		tlv_put(out, ARA_TAG_APDU, rule->filters);
	else
		tlv_put_u8(out, ARA_TAG_APDU, (uint8_t)rule->apdu);
	if (rule->has_nfc)
		tlv_put_u8(out, ARA_TAG_NFC, rule->nfc ? 1 : 0);
	tlv_end(out, mark);
}

void
ara_rule_encode(const struct ara_rule *rule, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, ARA_TAG_REF_AR);
	size_t ref = tlv_begin(out, ARA_TAG_REF);

	tlv_put(out, ARA_TAG_AID, rule->ref.aid);
	tlv_put(out, ARA_TAG_HASH, rule->ref.hash);
	tlv_end(out, ref);
	ara_access_encode(rule, out);
	tlv_end(out, mark);
}

bool
ara_rule_allows(const struct ara_rule *rule, const uint8_t header[4])
{
	if (rule->apdu != ARA_FILTERED)
		return rule->apdu == ARA_ALWAYS;
	for (size_t i = 0; i < rule->filters.len; i += ARA_FILTER_LEN) {
		const uint8_t *filter = rule->filters.data + i;
		bool fits = true;

		for (size_t k = 0; k < 4; k++)
			fits = fits && (header[k] & filter[4 + k]) == filter[k];
		if (fits)
			return true;
	}

	return false;
}
