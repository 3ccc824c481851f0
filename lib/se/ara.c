/*
 * Access rules (GlobalPlatform Secure Element Access Control, ARA-M): answered
 * to the wired side, changed by the issuer's domain, and enforced here for a
 * channel whose caller the host has named.
 *
 * For a caller the rule for just this AID and hash counts; else the one for
 * this AID and all callers, unless other callers are named for the AID; else
 * the same with the rules for all AIDs. No rule: no access. An AID in a rule is
 * the whole AID of an application.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/ara.h"
#include "card/gp.h"
#include "card/tlv.h"

/* A rule in its slot: length, then a REF-AR-DO as ara_rule_encode() writes it. */
#define SLOT_LEN   SE_RULE_LEN
#define WINDOW_MAX 240 /* of a longer answer, for GET DATA [next] */
#define HEADER_MAX 6

#define DO_ALL      0xFF40
#define DO_SPECIFIC 0xFF50
#define DO_NEXT     0xFF60
#define DO_REFRESH  0xDF20

_Static_assert(ARA_RULE_MAX < SE_RULE_LEN, "a rule fits its slot");

/* Empty when the slot is. */
static struct ykt_bytes
rule_at(const struct se *se, size_t i)
{
	const uint8_t *slot = se_home(se, (uint32_t)SE_RULE_OFF(i));

	return ykt_bytes(slot + 1, slot[0]);
}

static bool
read_rule(const struct se *se, size_t i, struct ara_rule *ret_rule)
{
	struct ykt_rd rd = ykt_rd(rule_at(se, i));
	struct tlv tlv;

	return tlv_next(&rd, &tlv) && ara_rule_decode(tlv.value, ret_rule) == YKT_OK;
}

static bool
same_ref(const struct ara_ref *a, const struct ara_ref *b)
{
	return ykt_bytes_equal(a->aid, b->aid) && ykt_bytes_equal(a->hash, b->hash);
}

/* The slot of the rule for exactly this reference; SE_RULE_COUNT without. */
static size_t
find_ref(const struct se *se, const struct ara_ref *ref)
{
	struct ara_rule rule;
	size_t i = 0;

	while (i < SE_RULE_COUNT && !(read_rule(se, i, &rule) && same_ref(&rule.ref, ref)))
		i++;

	return i;
}

static bool
aid_has_rules(const struct se *se, struct ykt_bytes aid)
{
	struct ara_rule rule;

	for (size_t i = 0; i < SE_RULE_COUNT; i++)
		if (read_rule(se, i, &rule) && ykt_bytes_equal(rule.ref.aid, aid))
			return true;

	return false;
}

bool
se_ara_find(const struct se *se, const struct ara_ref *ref, struct ara_rule *ret_rule)
{
	const struct ykt_bytes none = ykt_bytes(NULL, 0);
	const struct ara_ref order[] = {
		{ ref->aid, ref->hash },
		{ ref->aid, none },
		{ none, ref->hash },
		{ none, none },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(order); i++) {
		size_t at = find_ref(se, &order[i]);

		if (at != SE_RULE_COUNT)
			return read_rule(se, at, ret_rule);
		if (i == 1 && aid_has_rules(se, ref->aid))
			return false;
	}

	return false;
}

static bool
caller_rule(const struct se_call *call, struct se_app app, struct ara_rule *ret_rule)
{
	const struct ara_ref ref = {
		.aid = se_app_aid(call->se, app),
		.hash = ykt_bytes(call->side->caller, call->side->caller_len),
	};

	return se_ara_find(call->se, &ref, ret_rule);
}

bool
se_ara_may_select(const struct se_call *call, struct se_app app)
{
	struct ara_rule rule;

	return call->side->caller_len == 0 ||
	       (caller_rule(call, app, &rule) && rule.apdu != ARA_NEVER);
}

bool
se_ara_may_send(const struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	const uint8_t header[4] = { cmd->cla, cmd->ins, cmd->p1, cmd->p2 };
	struct ara_rule rule;

	return call->side->caller_len == 0 ||
	       (caller_rule(call, call->side->app, &rule) && ara_rule_allows(&rule, header));
}

enum ykt_status
se_set_caller(struct se *se, enum ykt_se_iface iface, uint8_t channel, struct ykt_bytes hash)
{
	struct se_side *side;

	if (channel >= SE_CHANNELS ||
	    (hash.len != 0 && hash.len != ARA_HASH_SHA1 && hash.len != ARA_HASH_SHA256))
		return YKT_E_ARG;
	side = &se->side[iface][channel];
	if (!se->alive || !side->open)
		return YKT_E_STATE;
	side->caller_len = (uint8_t)hash.len;
	if (hash.len != 0)
		memcpy(side->caller, hash.data, hash.len);

	return YKT_OK;
}

/* Appends what of bytes lies inside the window that starts at from; pos moves on. */
static void
put_window(struct ykt_buf *out, struct ykt_bytes bytes, size_t from, size_t *pos)
{
	for (size_t i = 0; i < bytes.len; i++, (*pos)++)
		if (*pos >= from && *pos < from + WINDOW_MAX)
			ykt_put_u8(out, bytes.data[i]);
}

/* FF40 with all rules, from a byte on; the client knows the length from the head. */
static uint16_t
put_all(struct se_call *call, size_t from)
{
	uint8_t bytes[HEADER_MAX];
	struct ykt_buf head = YKT_BUF(bytes);
	size_t total = 0;
	size_t pos = 0;

	for (size_t i = 0; i < SE_RULE_COUNT; i++)
		total += rule_at(call->se, i).len;
	ykt_put_u16(&head, DO_ALL);
	tlv_put_len(&head, total);
	put_window(call->out, ykt_buf_view(&head), from, &pos);
	for (size_t i = 0; i < SE_RULE_COUNT; i++)
		put_window(call->out, rule_at(call->se, i), from, &pos);
	call->side->rules_next = (uint16_t)(from + WINDOW_MAX < pos ? from + WINDOW_MAX : 0);

	return SW_OK;
}

static uint16_t
put_specific(struct se_call *call)
{
	struct ykt_rd rd = ykt_rd(call->cmd->data);
	struct ara_rule rule;
	struct ara_ref ref;
	struct tlv tlv;
	size_t mark;

	if (!tlv_next(&rd, &tlv) || tlv.tag != ARA_TAG_REF || ykt_rd_done(&rd) != YKT_OK ||
	    ara_ref_decode(tlv.value, &ref) != YKT_OK)
		return SW_DATA;
	mark = tlv_begin(call->out, DO_SPECIFIC);
	if (se_ara_find(call->se, &ref, &rule))
		ara_access_encode(&rule, call->out);
	tlv_end(call->out, mark);

	return SW_OK;
}

static uint16_t
get_data(struct se_call *call)
{
	uint16_t what = (uint16_t)(call->cmd->p1 << 8 | call->cmd->p2);
	size_t from = call->side->rules_next;

	call->side->rules_next = 0;
	if (what != DO_SPECIFIC && call->cmd->data.len != 0)
		return SW_LENGTH;
	switch (what) {
	case DO_ALL:
		return put_all(call, 0);
	case DO_SPECIFIC:
		return put_specific(call);
	case DO_NEXT:
		return from == 0 ? SW_CONDITIONS : put_all(call, from);
	case DO_REFRESH:
		tlv_put(call->out, DO_REFRESH, ykt_bytes(se_home(call->se, SE_HEAD_RULE_TAG), 8));
		return SW_OK;
	default:
		return SW_DATA_NOT_FOUND;
	}
}

static const struct se_row rows[] = {
	{ 0x80, GP_INS_GET_DATA, 0, get_data },
};

uint16_t
se_ara_dispatch(struct se_call *call)
{
	return se_rows_run(rows, YKT_ARRAY_LEN(rows), call);
}

static uint16_t
add_rule(struct se *se, struct ykt_bytes bytes)
{
	uint8_t slot[SLOT_LEN] = { 0 };
	struct ykt_buf out = { slot + 1, 0, sizeof(slot) - 1, false };
	struct ykt_rd rd = ykt_rd(bytes);
	struct ara_rule rule;
	struct tlv tlv;
	size_t at;

	if (!tlv_next(&rd, &tlv) || tlv.tag != ARA_TAG_REF_AR || ykt_rd_done(&rd) != YKT_OK ||
	    ara_rule_decode(tlv.value, &rule) != YKT_OK)
		return SW_DATA;
	at = find_ref(se, &rule.ref);
	for (size_t i = 0; i < SE_RULE_COUNT && at == SE_RULE_COUNT; i++)
		if (rule_at(se, i).len == 0)
			at = i;
	if (at == SE_RULE_COUNT)
		return SW_NO_SPACE;
	ara_rule_encode(&rule, &out);
	slot[0] = (uint8_t)out.len;
	se_tx_put(se, (uint32_t)SE_RULE_OFF(at), YKT_BYTES(slot));

	return SW_OK;
}

/* bytes: nothing for all, an AID-REF-DO for all callers, a REF-DO for one rule. */
static uint16_t
delete_rules(struct se *se, struct ykt_bytes bytes)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct tlv tlv = { 0 };
	struct ara_ref ref = { 0 };
	struct ara_rule rule;
	size_t count = 0;

	if (bytes.len != 0 && (!tlv_next(&rd, &tlv) || ykt_rd_done(&rd) != YKT_OK))
		return SW_DATA;
	if (tlv.tag == ARA_TAG_AID)
		ref.aid = tlv.value;
	else if (tlv.tag != 0 &&
		 (tlv.tag != ARA_TAG_REF || ara_ref_decode(tlv.value, &ref) != YKT_OK))
		return SW_DATA;
	for (size_t i = 0; i < SE_RULE_COUNT; i++) {
		if (!read_rule(se, i, &rule))
			continue;
		if (tlv.tag == ARA_TAG_REF && !same_ref(&rule.ref, &ref))
			continue;
		if (tlv.tag == ARA_TAG_AID && !ykt_bytes_equal(rule.ref.aid, ref.aid))
			continue;
		se_tx_fill(se, (uint32_t)SE_RULE_OFF(i), 0, SLOT_LEN);
		count++;
	}

	return count > 0 || bytes.len == 0 ? SW_OK : SW_DATA_NOT_FOUND;
}

uint16_t
se_ara_store(struct se_call *call, struct ykt_bytes bytes)
{
	struct se *se = call->se;
	struct ykt_rd rd = ykt_rd(bytes);
	uint8_t tag[8];
	struct tlv tlv;
	uint16_t sw = SW_OK;

	if (!tlv_next(&rd, &tlv) || ykt_rd_done(&rd) != YKT_OK)
		return SW_DATA;
	se_tx_begin(se);
	if (tlv.tag == ARA_TAG_STORE)
		sw = add_rule(se, tlv.value);
	else if (tlv.tag == ARA_TAG_DELETE)
		sw = delete_rules(se, tlv.value);
	else if (tlv.tag != ARA_TAG_REFRESH || tlv.value.len != 0)
		sw = SW_DATA;
	if (sw != SW_OK)
		return sw;
	ykt_set_u64(tag, ykt_get_u64(se_home(se, SE_HEAD_RULE_TAG)) + 1);
	se_tx_put(se, SE_HEAD_RULE_TAG, YKT_BYTES(tag));
	sw = se_tx_commit(se);
	/* A list that somebody is reading is not the list any more. */
	for (size_t i = 0; i < (size_t)SE_SIDES * SE_CHANNELS && sw == SW_OK; i++)
		se->side[i / SE_CHANNELS][i % SE_CHANNELS].rules_next = 0;

	return sw;
}
