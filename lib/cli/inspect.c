/*
 * Bytes of cards taken apart into JSON: commands, TLV, files, status words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/inspect.h"

#include <string.h>

#include "card/apdu.h"
#include "card/fci.h"
#include "card/files.h"
#include "card/purse_cmd.h"
#include "card/sw.h"
#include "card/tlv.h"
#include "cli/inspect_air.h"
#include "cli/inspect_gp.h"
#include "cli/inspect_record.h"
#include "cli/jsonput.h"
#include "cli/names.h"
#include "cli/words.h"

typedef enum ykt_status inspect_fn(struct ykt_bytes bytes, json_t *object);

static enum ykt_status
inspect_apdu(struct ykt_bytes bytes, json_t *object)
{
	struct apdu_cmd cmd;
	enum ykt_status status = apdu_cmd_decode(bytes, &cmd);

	if (status != YKT_OK)
		return status;

	jsonput_u8(object, "cla", cmd.cla);
	jsonput_u8(object, "ins", cmd.ins);
	jsonput_u8(object, "p1", cmd.p1);
	jsonput_u8(object, "p2", cmd.p2);
	jsonput_text(object, "name", words_command(cmd.cla, cmd.ins, cmd.p1));
	jsonput_int(object, "case", 1u + (cmd.data.len != 0 ? 2u : 0u) + (cmd.ne != 0 ? 1u : 0u));
	json_object_set_new(object, "extended", json_boolean(cmd.extended));
	jsonput_int(object, "lc", cmd.data.len);
	jsonput_hex(object, "data", cmd.data);
	if (cmd.ne != 0)
		jsonput_int(object, "le", cmd.ne);
	else
		json_object_set_new(object, "le", json_null());

	return YKT_OK;
}

static void
put_tag(json_t *object, uint32_t tag)
{
	uint8_t raw[4];
	size_t skip = tag > 0xFFFF ? 1 : tag > 0xFF ? 2 : 3;

	ykt_set_u32(raw, tag);
	jsonput_hex(object, "tag", ykt_bytes_sub(YKT_BYTES(raw), skip, sizeof(raw)));
	jsonput_text(object, "name", words_tag(tag));
}

static enum ykt_status
inspect_tlv(struct ykt_bytes bytes, json_t *object)
{
	json_t *parents[TLV_DEPTH_MAX + 1] = { json_array() };
	struct tlv_walk walk;
	struct tlv tlv;
	unsigned depth;

	json_object_set_new(object, "elements", parents[0]);
	tlv_walk_init(&walk, bytes);
	while (tlv_walk_next(&walk, &tlv, &depth)) {
		json_t *element = json_object();

		put_tag(element, tlv.tag);
		jsonput_int(element, "length", tlv.value.len);
		jsonput_hex(element, "value", tlv.value);
		json_array_append_new(parents[depth], element);
		if (tlv_constructed(tlv.tag)) {
			parents[depth + 1] = json_array();
			json_object_set_new(element, "children", parents[depth + 1]);
		}
	}

	return walk.bad || bytes.len == 0 ? YKT_E_FORMAT : YKT_OK;
}

static enum ykt_status
inspect_file15(struct ykt_bytes bytes, json_t *object)
{
	struct file15 file;
	char number[CARD_NUMBER_MAX];
	enum ykt_status status = file15_decode(bytes, &file);

	if (status != YKT_OK)
		return status;

	JSONPUT_FIELD(object, &file, issuer);
	jsonput_u8(object, "app_type", file.app_type);
	jsonput_text(object, "app_type_name", words_app_type(file.app_type));
	jsonput_u8(object, "version", file.version);
	JSONPUT_FIELD(object, &file, serial);
	JSONPUT_FIELD(object, &file, start_date);
	JSONPUT_FIELD(object, &file, end_date);
	JSONPUT_FIELD(object, &file, issuer_data);
	if (file15_number(&file, number) == YKT_OK) {
		jsonput_text(object, "card_number", number);
		jsonput_text(object, "issuer_name", names_card(number, file.issuer));
	}

	return YKT_OK;
}

static enum ykt_status
inspect_file16(struct ykt_bytes bytes, json_t *object)
{
	struct file16 file;
	enum ykt_status status = file16_decode(bytes, &file);

	if (status != YKT_OK)
		return status;

	jsonput_u8(object, "card_type", file.card_type);
	jsonput_u8(object, "staff", file.staff);
	JSONPUT_FIELD(object, &file, name);
	JSONPUT_FIELD(object, &file, id_number);
	jsonput_u8(object, "id_type", file.id_type);
	jsonput_text(object, "id_type_name", words_id_type(file.id_type));

	return YKT_OK;
}

static enum ykt_status
inspect_file17(struct ykt_bytes bytes, json_t *object)
{
	struct file17 file;
	enum ykt_status status = file17_decode(bytes, &file);

	if (status != YKT_OK)
		return status;

	JSONPUT_FIELD(object, &file, country);
	JSONPUT_FIELD(object, &file, province);
	JSONPUT_FIELD(object, &file, city);
	jsonput_text(object, "city_name", names_city(file.city, MESSAGES_EN));
	jsonput_u16(object, "interoperability", file.interoperability);
	jsonput_u8(object, "card_kind", file.card_kind);
	JSONPUT_FIELD(object, &file, rfu);

	return YKT_OK;
}

static void
put_label(json_t *object, struct ykt_bytes label, int priority)
{
	if (label.len != 0)
		json_object_set_new(
		    object, "label", json_stringn((const char *)label.data, label.len));
	if (priority >= 0)
		jsonput_int(object, "priority", (uint64_t)priority);
}

static enum ykt_status
inspect_ppse(struct ykt_bytes bytes, json_t *object)
{
	struct ppse_entry entries[PPSE_ENTRIES_MAX];
	json_t *list = json_array();
	size_t count = 0;
	enum ykt_status status = ppse_decode(bytes, entries, PPSE_ENTRIES_MAX, &count);

	json_object_set_new(object, "entries", list);
	for (size_t i = 0; status == YKT_OK && i < count; i++) {
		json_t *entry = json_object();

		jsonput_hex(entry, "aid", entries[i].aid);
		put_label(entry, entries[i].label, entries[i].priority);
		json_array_append_new(list, entry);
	}

	return status;
}

/* 9F51 and DF71: what they hold is known of our own cards only. */
static void
put_fci_balance(json_t *object, const char *name, const char *fen_name, struct ykt_bytes value)
{
	uint32_t fen;

	if (value.len == 0)
		return;
	jsonput_hex(object, name, value);
	if (purse_balance_rsp_decode(value, &fen) == YKT_OK)
		jsonput_int(object, fen_name, fen);
}

/*
 * Takes the status word off the end of an answer, which a blocked purse gives with its
 * FCI too (card.md 1.1). Only what is no FCI as it stands can have one.
 */
static struct ykt_bytes
take_sw(struct ykt_bytes bytes, json_t *object)
{
	struct fci fci;
	uint16_t sw;

	if (bytes.len <= APDU_SW_LEN || fci_decode(bytes, &fci) == YKT_OK)
		return bytes;
	sw = ykt_get_u16(bytes.data + bytes.len - APDU_SW_LEN);
	if (sw != SW_OK && sw >> 12 != 6)
		return bytes;
	jsonput_u16(object, "sw", sw);
	jsonput_text(object, "sw_text", sw_text(sw));

	return ykt_bytes_sub(bytes, 0, bytes.len - APDU_SW_LEN);
}

static enum ykt_status
inspect_fci(struct ykt_bytes answer, json_t *object)
{
	const struct ykt_bytes bytes = take_sw(answer, object);
	const struct ykt_bytes ppse = YKT_BYTES(purse_ppse_name);
	struct fci fci;
	json_t *info;
	enum ykt_status status = fci_decode(bytes, &fci);

	if (status != YKT_OK)
		return status;

	jsonput_hex(object, "aid", fci.name);
	if (ykt_bytes_equal(fci.name, ppse))
		return inspect_ppse(bytes, object);
	put_label(object, fci.label, fci.priority);
	if (fci.version.len != 0)
		jsonput_hex(object, "version", fci.version);
	put_fci_balance(object, "balance", "balance_fen", fci.balance);
	put_fci_balance(object, "second_balance", "second_balance_fen", fci.second);
	if (fci.info.len != 0) {
		info = json_object();
		json_object_set_new(object, "file15", info);
		status = inspect_file15(fci.info, info);
	}

	return status;
}

static enum ykt_status
inspect_sw(struct ykt_bytes bytes, json_t *object)
{
	unsigned number;
	uint16_t sw;

	if (bytes.len != APDU_SW_LEN)
		return YKT_E_FORMAT;

	sw = ykt_get_u16(bytes.data);
	jsonput_u16(object, "sw", sw);
	jsonput_text(object, "sw_text", sw_text(sw));
	jsonput_text(object, "outcome", ykt_status_name(sw_status(sw)));
	if (sw_tries_left(sw, &number))
		jsonput_int(object, "tries_left", number);
	if (sw_more(sw, &number) || sw_exact_le(sw, &number))
		jsonput_int(object, "length", number);

	return YKT_OK;
}

static const struct {
	const char *name;
	inspect_fn *fn;
} kinds[INSPECT_KIND_COUNT] = {
	[INSPECT_APDU] = { "apdu", inspect_apdu },
	[INSPECT_TLV] = { "tlv", inspect_tlv },
	[INSPECT_FCI] = { "fci", inspect_fci },
	[INSPECT_FILE15] = { "file15", inspect_file15 },
	[INSPECT_FILE16] = { "file16", inspect_file16 },
	[INSPECT_FILE17] = { "file17", inspect_file17 },
	[INSPECT_LOG] = { "log", inspect_log },
	[INSPECT_TRIP] = { "trip", inspect_trip },
	[INSPECT_JOURNEY] = { "journey", inspect_journey },
	[INSPECT_SW] = { "sw", inspect_sw },
	[INSPECT_USAT] = { "usat", inspect_usat },
	[INSPECT_OTA] = { "ota", inspect_ota },
	[INSPECT_GP] = { "gp", inspect_gp },
};

const char *
inspect_kind_name(enum inspect_kind kind)
{
	return kinds[kind].name;
}

enum ykt_status
inspect_kind_of(const char *name, enum inspect_kind *ret_kind)
{
	for (unsigned i = 0; i < INSPECT_KIND_COUNT; i++) {
		if (strcmp(kinds[i].name, name) == 0) {
			*ret_kind = (enum inspect_kind)i;
			return YKT_OK;
		}
	}

	return YKT_NOT_FOUND;
}

enum ykt_status
inspect_bytes(enum inspect_kind kind, struct ykt_bytes bytes, json_t **ret_object)
{
	json_t *object = json_object();
	enum ykt_status status;

	if (object == NULL)
		return YKT_E_NOMEM;
	status = kinds[kind].fn(bytes, object);
	if (status == YKT_OK)
		*ret_object = object;
	else
		json_decref(object);

	return status;
}
