/*
 * SELECT answers: FCI of the purse, PPSE directory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/fci.h"

#include "card/files.h"
#include "card/tlv.h"

#define TAG_FCI         0x6F
#define TAG_NAME        0x84
#define TAG_PROPRIETARY 0xA5
#define TAG_ISSUER_DATA 0xBF0C
#define TAG_ENTRY       0x61
#define TAG_AID         0x4F
#define TAG_LABEL       0x50
#define TAG_PRIORITY    0x87
#define TAG_VERSION     0x9F08
#define TAG_INFO        0x9F0C
#define TAG_BALANCE     0x9F51
#define TAG_SECOND      0xDF71

#define LABEL_MAX   16
#define VERSION_MAX 8
#define BALANCE_MAX 8

static bool
all_zero(const struct ykt_rd *rd)
{
	for (size_t i = 0; i < rd->left; i++)
		if (rd->p[i] != 0)
			return false;

	return true;
}

/* Keeps the first value of a tag; refuses a second one and a foreign length. */
static void
keep(struct ykt_rd *rd, struct ykt_bytes value, size_t min, size_t max, struct ykt_bytes *slot)
{
	if (slot->data != NULL || value.len < min || value.len > max)
		rd->bad = true;
	else
		*slot = value;
}

static void
keep_priority(struct ykt_rd *rd, struct ykt_bytes value, int *slot)
{
	if (*slot >= 0 || value.len != 1)
		rd->bad = true;
	else
		*slot = value.data[0];
}

static bool
proprietary_decode(struct ykt_bytes bytes, struct fci *fci)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct tlv tlv;

	while (tlv_next(&rd, &tlv)) {
		switch (tlv.tag) {
		case TAG_LABEL:
			keep(&rd, tlv.value, 1, LABEL_MAX, &fci->label);
			break;
		case TAG_PRIORITY:
			keep_priority(&rd, tlv.value, &fci->priority);
			break;
		case TAG_VERSION:
			keep(&rd, tlv.value, 1, VERSION_MAX, &fci->version);
			break;
		case TAG_INFO:
			keep(&rd, tlv.value, FILE15_LEN, FILE15_LEN, &fci->info);
			break;
		case TAG_BALANCE:
			keep(&rd, tlv.value, 1, BALANCE_MAX, &fci->balance);
			break;
		case TAG_SECOND:
			keep(&rd, tlv.value, 1, BALANCE_MAX, &fci->second);
			break;
		default:
			break;
		}
	}

	return !rd.bad;
}

/* The one template that the whole answer must be. */
static enum ykt_status
open_fci(struct ykt_bytes bytes, struct ykt_rd *ret_inner)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct tlv tlv;

	if (!tlv_next(&rd, &tlv) || tlv.tag != TAG_FCI || ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_inner = ykt_rd(tlv.value);

	return YKT_OK;
}

enum ykt_status
fci_decode(struct ykt_bytes bytes, struct fci *ret_fci)
{
	struct fci fci = { .priority = -1 };
	struct ykt_bytes proprietary = { 0 };
	bool has_proprietary = false;
	struct ykt_rd rd;
	struct tlv tlv;
	enum ykt_status status = open_fci(bytes, &rd);

	if (status != YKT_OK)
		return status;

	while (!all_zero(&rd) && tlv_next(&rd, &tlv)) {
		if (tlv.tag == TAG_NAME) {
			keep(&rd, tlv.value, FCI_AID_MIN, FCI_AID_MAX, &fci.name);
		} else if (tlv.tag == TAG_PROPRIETARY) {
			/* An empty one counts as well, and leaves nothing to know it by. */
			rd.bad = rd.bad || has_proprietary;
			has_proprietary = true;
			proprietary = tlv.value;
		}
	}
	if (rd.bad || fci.name.len == 0 || !proprietary_decode(proprietary, &fci))
		return YKT_E_FORMAT;
	*ret_fci = fci;

	return YKT_OK;
}

static void
put_label_priority(struct ykt_bytes label, int priority, struct ykt_buf *out)
{
	if (label.len != 0)
		tlv_put(out, TAG_LABEL, label);
	if (priority >= 0)
		tlv_put_u8(out, TAG_PRIORITY, (uint8_t)priority);
}

void
fci_encode(const struct fci *fci, struct ykt_buf *out)
{
	size_t outer = tlv_begin(out, TAG_FCI);
	size_t inner;

	tlv_put(out, TAG_NAME, fci->name);
	inner = tlv_begin(out, TAG_PROPRIETARY);
	put_label_priority(fci->label, fci->priority, out);
	if (fci->version.len != 0)
		tlv_put(out, TAG_VERSION, fci->version);
	if (fci->info.len != 0)
		tlv_put(out, TAG_INFO, fci->info);
	if (fci->balance.len != 0)
		tlv_put(out, TAG_BALANCE, fci->balance);
	if (fci->second.len != 0)
		tlv_put(out, TAG_SECOND, fci->second);
	tlv_end(out, inner);
	tlv_end(out, outer);
}

static enum ykt_status
entry_decode(struct ykt_bytes bytes, struct ppse_entry *ret_entry)
{
	struct ppse_entry entry = { .priority = -1 };
	struct ykt_rd rd = ykt_rd(bytes);
	struct tlv tlv;

	while (tlv_next(&rd, &tlv)) {
		if (tlv.tag == TAG_AID)
			keep(&rd, tlv.value, FCI_AID_MIN, FCI_AID_MAX, &entry.aid);
		else if (tlv.tag == TAG_LABEL)
			keep(&rd, tlv.value, 1, LABEL_MAX, &entry.label);
		else if (tlv.tag == TAG_PRIORITY)
			keep_priority(&rd, tlv.value, &entry.priority);
	}
	if (rd.bad || entry.aid.len == 0)
		return YKT_E_FORMAT;
	*ret_entry = entry;

	return YKT_OK;
}

enum ykt_status
ppse_decode(struct ykt_bytes bytes, struct ppse_entry *entries, size_t capacity, size_t *ret_count)
{
	struct ykt_bytes list;
	struct ppse_entry entry;
	struct ykt_rd rd;
	struct tlv tlv;
	size_t count = 0;
	enum ykt_status status = open_fci(bytes, &rd);

	if (status == YKT_OK)
		status = TLV_FIND(ykt_rd_rest(&rd), &list, TAG_PROPRIETARY, TAG_ISSUER_DATA);
	if (status != YKT_OK)
		return YKT_E_FORMAT;

	/* Checked whole first, so that entries stay untouched by a bad list. */
	for (int pass = 0; pass < 2; pass++) {
		rd = ykt_rd(list);
		count = 0;
		while (tlv_next(&rd, &tlv)) {
			if (tlv.tag != TAG_ENTRY)
				continue;
			if (entry_decode(tlv.value, &entry) != YKT_OK)
				return YKT_E_FORMAT;
			if (count < capacity) {
				if (pass == 1)
					entries[count] = entry;
				count++;
			}
		}
		if (rd.bad)
			return YKT_E_FORMAT;
	}
	*ret_count = count;

	return YKT_OK;
}

void
ppse_encode(const struct ppse_entry *entries, size_t count, struct ykt_buf *out)
{
	static const char name[] = "2PAY.SYS.DDF01";
	size_t outer = tlv_begin(out, TAG_FCI);
	size_t middle;
	size_t inner;
	size_t entry;

	tlv_put(out, TAG_NAME, ykt_bytes_str(name));
	middle = tlv_begin(out, TAG_PROPRIETARY);
	inner = tlv_begin(out, TAG_ISSUER_DATA);
	for (size_t i = 0; i < count; i++) {
		entry = tlv_begin(out, TAG_ENTRY);
		tlv_put(out, TAG_AID, entries[i].aid);
		put_label_priority(entries[i].label, entries[i].priority, out);
		tlv_end(out, entry);
	}
	tlv_end(out, inner);
	tlv_end(out, middle);
	tlv_end(out, outer);
}
