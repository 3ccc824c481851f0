/*
 * The contactless registry service, see crs.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/crs.h"

#include "card/apdu.h"
#include "card/gp.h"
#include "card/tlv.h"

#define TAG_APP         0x61
#define TAG_AID         0x4F
#define TAG_STATE       0x9F70
#define TAG_PRIORITY    0x81
#define P1_AVAILABILITY 0x01
#define P1_PRIORITY     0x02
#define P2_ON           0x01
#define P2_OFF          0x00
#define P2_LOWEST       0x81

const uint8_t crs_aid[CRS_AID_LEN] = { 0xA0, 0x00, 0x00, 0x01, 0x51, 0x43, 0x52, 0x53, 0x00 };

static void
build(uint8_t ins, uint8_t p1, uint8_t p2, struct ykt_bytes aid, unsigned ne, struct ykt_buf *out)
{
	uint8_t space[2 + CRS_NAME_MAX];
	struct ykt_buf data = YKT_BUF(space);
	struct apdu_cmd cmd = { .cla = GP_CLA, .ins = ins, .p1 = p1, .p2 = p2, .ne = ne };

	tlv_put(&data, TAG_AID, aid);
	if (data.full) {
		out->full = true;
		return;
	}
	cmd.data = ykt_buf_view(&data);
	apdu_cmd_encode(&cmd, out);
}

void
crs_list_build(struct ykt_bytes prefix, struct ykt_buf *out)
{
	build(GP_INS_GET_STATUS, GP_SCOPE_APPS, 0, prefix, APDU_SHORT_NE_MAX, out);
}

void
crs_air_build(struct ykt_bytes aid, bool on, struct ykt_buf *out)
{
	build(GP_INS_SET_STATUS, P1_AVAILABILITY, on ? P2_ON : P2_OFF, aid, 0, out);
}

void
crs_prefer_build(struct ykt_bytes aid, bool first, struct ykt_buf *out)
{
	build(GP_INS_SET_STATUS, P1_PRIORITY, first ? P2_ON : P2_LOWEST, aid, 0, out);
}

static bool
read_entry(struct ykt_bytes bytes, struct crs_entry *entry)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct tlv tlv;
	bool aid = false;
	bool state = false;

	while (tlv_next(&rd, &tlv)) {
		if (tlv.tag == TAG_AID) {
			if (aid || tlv.value.len < CRS_NAME_MIN || tlv.value.len > CRS_NAME_MAX)
				return false;
			aid = true;
			entry->aid = tlv.value;
		} else if (tlv.tag == TAG_STATE) {
			if (state || tlv.value.len != 2)
				return false;
			state = true;
			entry->life = tlv.value.data[0];
			entry->air = tlv.value.data[1];
		} else if (tlv.tag == TAG_PRIORITY) {
			entry->preferred = tlv.value.len == 1 && tlv.value.data[0] == 1;
		}
	}

	return !rd.bad && aid && state;
}

bool
crs_entry_next(struct ykt_rd *rd, struct crs_entry *ret_entry)
{
	struct crs_entry entry = { 0 };
	struct tlv tlv;

	while (tlv_next(rd, &tlv)) {
		if (tlv.tag != TAG_APP)
			continue;
		if (!read_entry(tlv.value, &entry)) {
			rd->bad = true;
			return false;
		}
		*ret_entry = entry;
		return true;
	}

	return false;
}

void
crs_entry_encode(const struct crs_entry *entry, bool with_priority, struct ykt_buf *out)
{
	const uint8_t state[2] = { entry->life, entry->air };
	const size_t mark = tlv_begin(out, TAG_APP);

	tlv_put(out, TAG_AID, entry->aid);
	tlv_put(out, TAG_STATE, YKT_BYTES(state));
	if (with_priority)
		tlv_put_u8(out, TAG_PRIORITY, entry->preferred ? 1 : 0);
	tlv_end(out, mark);
}
