/*
 * Access rules of GlobalPlatform Secure Element Access Control: the data
 * objects that an ARA-M stores and answers (REF-AR-DO, REF-DO, AR-DO).
 *
 * Views borrow. Decoders: YKT_E_FORMAT, outputs untouched, when lengths do not
 * add up, an object is missing, doubled or unknown, or a value has a length
 * other than those named here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_ARA_H
#define CARD_ARA_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define ARA_AID_MIN     5
#define ARA_AID_MAX     16
#define ARA_HASH_SHA1   20
#define ARA_HASH_SHA256 32
#define ARA_FILTER_LEN  8 /* four bytes of a command's header, four of a mask */
#define ARA_FILTERS_MAX 8
/* The longest REF-AR-DO. */
#define ARA_RULE_MAX 136

#define ARA_TAG_AID     0x4F
#define ARA_TAG_HASH    0xC1
#define ARA_TAG_REF     0xE1
#define ARA_TAG_REF_AR  0xE2
#define ARA_TAG_AR      0xE3
#define ARA_TAG_APDU    0xD0
#define ARA_TAG_NFC     0xD1
#define ARA_TAG_STORE   0xF0 /* STORE DATA: one REF-AR-DO */
#define ARA_TAG_DELETE  0xF1 /* nothing (all), an AID-REF-DO, or a REF-DO */
#define ARA_TAG_REFRESH 0xF2

enum ara_access { ARA_NEVER, ARA_ALWAYS, ARA_FILTERED };

/* Whom a rule is about; an empty part stands for all others. */
struct ara_ref {
	struct ykt_bytes aid;  /* 0 or 5..16 */
	struct ykt_bytes hash; /* 0, 20 or 32: of the caller's certificate */
};

struct ara_rule {
	struct ara_ref ref;
	enum ara_access apdu;
	struct ykt_bytes filters; /* ARA_FILTERED: 1..ARA_FILTERS_MAX of ARA_FILTER_LEN */
	bool has_nfc;
	bool nfc; /* may get transaction events */
};

/* The value of a REF-DO (E1). */
YKT_MUST_USE enum ykt_status ara_ref_decode(struct ykt_bytes bytes, struct ara_ref *ret_ref);

/* The value of a REF-AR-DO (E2). Without an APDU rule: ARA_NEVER. */
YKT_MUST_USE enum ykt_status ara_rule_decode(struct ykt_bytes bytes, struct ara_rule *ret_rule);

/* Append a whole REF-AR-DO, a whole AR-DO. */
void ara_rule_encode(const struct ara_rule *rule, struct ykt_buf *out);
void ara_access_encode(const struct ara_rule *rule, struct ykt_buf *out);

/* True when the rule lets a command with this header through. */
bool ara_rule_allows(const struct ara_rule *rule, const uint8_t header[4]);

#endif
