/*
 * GlobalPlatform content management: registry commands and INSTALL.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/gp.h"

#include "card/tlv.h"

#define TAG_AID         0x4F
#define TAG_ENTRY       0xE3
#define TAG_STATE       0x9F70
#define TAG_PRIVILEGES  0xC5
#define TAG_ELF         0xC4
#define TAG_SD          0xCC
#define TAG_KEY_ID      0xD0
#define TAG_KEY_VERSION 0xD2
#define TAG_TOKEN       0x9E
#define P2_RELATED      0x80
#define DATA_MAX        APDU_SHORT_DATA_MAX

const uint8_t gp_isd_aid[8] = { 0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00 };

/* One command; a data buffer that overflowed makes out overflow. */
static void
build(uint8_t ins, uint8_t p1, uint8_t p2, const struct ykt_buf *data, uint32_t ne,
    struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { GP_CLA, ins, p1, p2, ykt_buf_view(data), ne, false };

	if (data->full)
		out->full = true;
	apdu_cmd_encode(&cmd, out);
}

void
gp_get_status_build(enum gp_scope scope, struct ykt_bytes aid, bool next, struct ykt_buf *out)
{
	uint8_t raw[DATA_MAX];
	struct ykt_buf data = YKT_BUF(raw);

	tlv_put(&data, TAG_AID, aid);
	build(GP_INS_GET_STATUS, (uint8_t)scope, GP_STATUS_P2_TLV | (next ? GP_STATUS_P2_NEXT : 0),
	    &data, APDU_SHORT_NE_MAX, out);
}

enum ykt_status
gp_get_status_decode(const struct apdu_cmd *cmd, struct gp_get_status *ret_get)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct gp_get_status get = { .scope = cmd->p1 };
	struct tlv tlv;
	bool seen = false;

	get.next = (cmd->p2 & GP_STATUS_P2_NEXT) != 0;
	get.tlv = (cmd->p2 & GP_STATUS_P2_TLV) != 0;
	while (tlv_next(&rd, &tlv)) {
		if (tlv.tag != TAG_AID)
			continue;
		if (seen || tlv.value.len > GP_AID_MAX)
			return YKT_E_FORMAT;
		seen = true;
		get.aid = tlv.value;
	}
	if (rd.bad || !seen)
		return YKT_E_FORMAT;
	*ret_get = get;

	return YKT_OK;
}

static bool
entry_decode(struct ykt_bytes bytes, struct gp_entry *ret_entry)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct gp_entry entry = { 0 };
	struct tlv tlv;
	bool state = false;

	while (tlv_next(&rd, &tlv)) {
		if (tlv.tag == TAG_AID) {
			entry.aid = tlv.value;
		} else if (tlv.tag == TAG_STATE && tlv.value.len >= 1) {
			entry.state = tlv.value.data[0];
			state = true;
		} else if (tlv.tag == TAG_PRIVILEGES && tlv.value.len <= sizeof(entry.privileges)) {
			for (size_t i = 0; i < tlv.value.len; i++)
				entry.privileges[i] = tlv.value.data[i];
		} else if (tlv.tag == TAG_ELF) {
			entry.elf = tlv.value;
		} else if (tlv.tag == TAG_SD) {
			entry.sd = tlv.value;
		}
	}
	if (rd.bad || !state || entry.aid.len == 0 || entry.aid.len > GP_AID_MAX)
		return false;
	*ret_entry = entry;

	return true;
}

bool
gp_entry_next(struct ykt_rd *rd, struct gp_entry *ret_entry)
{
	struct tlv tlv;

	if (!tlv_next(rd, &tlv))
		return false;
	if (tlv.tag != TAG_ENTRY || !entry_decode(tlv.value, ret_entry)) {
		rd->bad = true;
		return false;
	}

	return true;
}

void
gp_entry_encode(const struct gp_entry *entry, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, TAG_ENTRY);

	tlv_put(out, TAG_AID, entry->aid);
	tlv_put_u8(out, TAG_STATE, entry->state);
	tlv_put(out, TAG_PRIVILEGES, YKT_BYTES(entry->privileges));
	if (entry->elf.len != 0)
		tlv_put(out, TAG_ELF, entry->elf);
	if (entry->sd.len != 0)
		tlv_put(out, TAG_SD, entry->sd);
	tlv_end(out, mark);
}

void
gp_set_status_build(enum gp_scope scope, uint8_t state, struct ykt_bytes aid, struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { GP_CLA, GP_INS_SET_STATUS, (uint8_t)scope, state, aid, 0,
		false };

	apdu_cmd_encode(&cmd, out);
}

void
gp_delete_build(struct ykt_bytes aid, bool related, struct ykt_buf *out)
{
	uint8_t raw[DATA_MAX];
	struct ykt_buf data = YKT_BUF(raw);

	tlv_put(&data, TAG_AID, aid);
	build(GP_INS_DELETE, 0, related ? P2_RELATED : 0, &data, APDU_SHORT_NE_MAX, out);
}

void
gp_delete_key_build(uint8_t id, uint8_t version, struct ykt_buf *out)
{
	uint8_t raw[8];
	struct ykt_buf data = YKT_BUF(raw);

	if (id != 0)
		tlv_put_u8(&data, TAG_KEY_ID, id);
	if (version != 0)
		tlv_put_u8(&data, TAG_KEY_VERSION, version);
	build(GP_INS_DELETE, 0, 0, &data, APDU_SHORT_NE_MAX, out);
}

enum ykt_status
gp_delete_decode(const struct apdu_cmd *cmd, struct gp_delete *ret_delete)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct gp_delete del = { .related = (cmd->p2 & P2_RELATED) != 0 };
	struct tlv tlv;

	while (tlv_next(&rd, &tlv)) {
		if (tlv.tag == TAG_AID && del.aid.len == 0)
			del.aid = tlv.value;
		else if (tlv.tag == TAG_KEY_ID && tlv.value.len == 1)
			del.key_id = tlv.value.data[0];
		else if (tlv.tag == TAG_KEY_VERSION && tlv.value.len == 1)
			del.key_version = tlv.value.data[0];
		else if (tlv.tag == TAG_TOKEN)
			del.token = tlv.value;
		else if (tlv.tag != 0xB6) /* control reference template: for tokens only */
			return YKT_E_FORMAT;
	}
	/* Either an application or keys, never both, never nothing. */
	if (rd.bad || del.aid.len > GP_AID_MAX ||
	    (del.aid.len != 0) == (del.key_id != 0 || del.key_version != 0))
		return YKT_E_FORMAT;
	*ret_delete = del;

	return YKT_OK;
}

/* GP231 table 11-40 and following: the order of fields of each form. */
#define FIELDS_MAX 6
struct install_shape {
	uint8_t form;
	uint8_t count;
	/* Offsets into struct gp_install; 0 (the form byte) stands for an empty field. */
	size_t fields[FIELDS_MAX];
};

#define FIELD(name) offsetof(struct gp_install, name)

static const struct install_shape shapes[] = {
	{ GP_INSTALL_LOAD, 5, { FIELD(elf), FIELD(sd), FIELD(hash), FIELD(params), FIELD(token) } },
	{ GP_INSTALL_INSTALL, 6,
	    { FIELD(elf), FIELD(module), FIELD(aid), FIELD(privileges), FIELD(params),
		FIELD(token) } },
	{ GP_INSTALL_INSTALL_SELECTABLE, 6,
	    { FIELD(elf), FIELD(module), FIELD(aid), FIELD(privileges), FIELD(params),
		FIELD(token) } },
	{ GP_INSTALL_SELECTABLE, 6,
	    { 0, 0, FIELD(aid), FIELD(privileges), FIELD(params), FIELD(token) } },
	{ GP_INSTALL_EXTRADITION, 6, { FIELD(sd), 0, FIELD(aid), 0, FIELD(params), FIELD(token) } },
	{ GP_INSTALL_REGISTRY, 6,
	    { FIELD(sd), 0, FIELD(aid), FIELD(privileges), FIELD(params), FIELD(token) } },
	{ GP_INSTALL_PERSONALIZATION, 6, { 0, 0, FIELD(aid), 0, 0, 0 } },
};

static const struct install_shape *
shape_of(uint8_t form)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(shapes); i++)
		if (shapes[i].form == form)
			return &shapes[i];

	return NULL;
}

void
gp_install_build(const struct gp_install *install, struct ykt_buf *out)
{
	const struct install_shape *shape = shape_of(install->form);
	uint8_t raw[DATA_MAX];
	struct ykt_buf data = YKT_BUF(raw);

	if (shape == NULL) {
		out->full = true;
		return;
	}

	for (size_t i = 0; i < shape->count; i++) {
		const uint8_t *base = (const uint8_t *)install;
		struct ykt_bytes field = { 0 };

		if (shape->fields[i] != 0)
			field = *(const struct ykt_bytes *)(const void *)(base + shape->fields[i]);
		tlv_put_len(&data, field.len);
		ykt_put(&data, field);
	}
	build(GP_INS_INSTALL, install->form, 0, &data, APDU_SHORT_NE_MAX, out);
}

static bool
install_sizes_ok(const struct gp_install *install)
{
	size_t privileges = install->privileges.len;

	return install->elf.len <= GP_AID_MAX && install->module.len <= GP_AID_MAX &&
	       install->sd.len <= GP_AID_MAX && install->aid.len <= GP_AID_MAX &&
	       (privileges <= 1 || privileges == 3);
}

enum ykt_status
gp_install_decode(const struct apdu_cmd *cmd, struct gp_install *ret_install)
{
	const struct install_shape *shape = shape_of(cmd->p1);
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct gp_install install = { .form = cmd->p1 };

	if (shape == NULL)
		return YKT_E_FORMAT;

	for (size_t i = 0; i < shape->count; i++) {
		uint8_t *base = (uint8_t *)&install;
		struct ykt_bytes field = tlv_rd_lv(&rd);

		if (shape->fields[i] != 0)
			*(struct ykt_bytes *)(void *)(base + shape->fields[i]) = field;
		else if (field.len != 0)
			rd.bad = true;
	}
	if (ykt_rd_done(&rd) != YKT_OK || !install_sizes_ok(&install))
		return YKT_E_FORMAT;
	*ret_install = install;

	return YKT_OK;
}
