/*
 * GlobalPlatform taken apart into JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/inspect_gp.h"

#include "card/gp.h"
#include "card/gp_load.h"
#include "card/scp02.h"
#include "card/scp03.h"
#include "card/sw.h"
#include "card/tlv.h"
#include "cli/jsonput.h"
#include "cli/words.h"

#define MAC_LEN        8
#define TAG_ENTRY      0xE3
#define TAG_MODULE     0x84
#define PROTOCOL_AT    11
#define TAG_PRIVILEGES 0xC5

static void
put_some(json_t *object, const char *name, struct ykt_bytes bytes)
{
	if (bytes.len != 0)
		jsonput_hex(object, name, bytes);
}

/* The names of what is set; GP231 6.6.1. One byte stands for itself and two of zeros. */
static void
put_privileges(json_t *object, struct ykt_bytes bytes)
{
	static const struct {
		uint8_t byte;
		uint8_t mask;
		uint8_t value;
		const char *name;
	} table[] = {
		{ 0, 0x80, 0x80, "security domain" },
		{ 0, 0xC0, 0xC0, "DAP verification" },
		{ 0, 0xA0, 0xA0, "delegated management" },
		{ 0, 0x10, 0x10, "card lock" },
		{ 0, 0x08, 0x08, "card terminate" },
		{ 0, 0x04, 0x04, "card reset" },
		{ 0, 0x02, 0x02, "CVM management" },
		{ 0, 0xC1, 0xC1, "mandated DAP verification" },
		{ 1, 0x80, 0x80, "trusted path" },
		{ 1, 0x40, 0x40, "authorized management" },
		{ 1, 0x20, 0x20, "token management" },
		{ 1, 0x10, 0x10, "global delete" },
		{ 1, 0x08, 0x08, "global lock" },
		{ 1, 0x04, 0x04, "global registry" },
		{ 1, 0x02, 0x02, "final application" },
		{ 1, 0x01, 0x01, "global service" },
		{ 2, 0x80, 0x80, "receipt generation" },
		{ 2, 0x40, 0x40, "ciphered load file data block" },
		{ 2, 0x20, 0x20, "contactless activation" },
		{ 2, 0x10, 0x10, "contactless self-activation" },
	};
	json_t *list;

	if (bytes.len == 0)
		return;
	jsonput_hex(object, "privileges", bytes);
	list = json_array();
	for (size_t i = 0; i < YKT_ARRAY_LEN(table); i++)
		if (table[i].byte < bytes.len &&
		    (bytes.data[table[i].byte] & table[i].mask) == table[i].value)
			json_array_append_new(list, json_string(table[i].name));
	json_object_set_new(object, "privilege_names", list);
}

static const char *
install_form(uint8_t form)
{
	static const struct {
		uint8_t form;
		const char *name;
	} table[] = {
		{ GP_INSTALL_LOAD, "for load" },
		{ GP_INSTALL_INSTALL, "for install" },
		{ GP_INSTALL_SELECTABLE, "for make selectable" },
		{ GP_INSTALL_INSTALL_SELECTABLE, "for install and make selectable" },
		{ GP_INSTALL_EXTRADITION, "for extradition" },
		{ GP_INSTALL_PERSONALIZATION, "for personalization" },
		{ GP_INSTALL_REGISTRY, "for registry update" },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(table); i++)
		if (table[i].form == form)
			return table[i].name;

	return NULL;
}

static enum ykt_status
put_install(const struct apdu_cmd *cmd, json_t *object)
{
	struct gp_install install;
	enum ykt_status status = gp_install_decode(cmd, &install);

	if (status != YKT_OK)
		return status;
	jsonput_text(object, "form", install_form(install.form));
	put_some(object, "elf", install.elf);
	put_some(object, "module", install.module);
	put_some(object, "sd", install.sd);
	put_some(object, "aid", install.aid);
	put_some(object, "hash", install.hash);
	put_privileges(object, install.privileges);
	put_some(object, "params", install.params);
	put_some(object, "token", install.token);

	return YKT_OK;
}

/* A first block shows whose DAPs there are and, when it is ours, what it names. */
static void
put_load_head(struct ykt_bytes block, json_t *object)
{
	struct gp_load_head head;
	json_t *list = json_array();
	struct gp_dap dap;
	struct ykt_rd rd;

	if (gp_load_head_decode(block, &head) != YKT_OK) {
		json_decref(list);
		return;
	}
	rd = ykt_rd(head.daps);
	while (gp_dap_next(&rd, &dap)) {
		json_t *one = json_object();

		jsonput_hex(one, "sd", dap.sd);
		jsonput_hex(one, "signature", dap.signature);
		json_array_append_new(list, one);
	}
	json_object_set_new(object, "daps", list);
	jsonput_u16(object, "version", head.version);
	jsonput_hex(object, "module", head.module);
	jsonput_int(object, "data_length", head.data_len);
}

static enum ykt_status
put_load(const struct apdu_cmd *cmd, json_t *object)
{
	if ((cmd->p1 & ~GP_LOAD_LAST) != 0 || cmd->data.len == 0)
		return YKT_E_FORMAT;
	jsonput_int(object, "block", cmd->p2);
	json_object_set_new(object, "last", json_boolean((cmd->p1 & GP_LOAD_LAST) != 0));
	jsonput_hex(object, "data", cmd->data);
	if (cmd->p2 == 0)
		put_load_head(cmd->data, object);

	return YKT_OK;
}

static enum ykt_status
put_delete(const struct apdu_cmd *cmd, json_t *object)
{
	struct gp_delete what;
	enum ykt_status status = gp_delete_decode(cmd, &what);

	if (status != YKT_OK)
		return status;
	put_some(object, "aid", what.aid);
	if (what.key_id != 0)
		jsonput_u8(object, "key_id", what.key_id);
	if (what.key_version != 0)
		jsonput_u8(object, "key_version", what.key_version);
	json_object_set_new(object, "related", json_boolean(what.related));
	put_some(object, "token", what.token);

	return YKT_OK;
}

static const char *
key_type(uint8_t type)
{
	switch (type) {
	case GP_KEY_TYPE_DES:
		return "DES";
	case GP_KEY_TYPE_AES:
		return "AES";
	case GP_KEY_TYPE_ECC_PUBLIC:
		return "public point";
	default:
		return NULL;
	}
}

static enum ykt_status
put_put_key(const struct apdu_cmd *cmd, json_t *object)
{
	struct gp_put_key put;
	json_t *list;
	enum ykt_status status = gp_put_key_decode(cmd, &put);

	if (status != YKT_OK)
		return status;
	jsonput_u8(object, "old_version", put.old_version);
	jsonput_u8(object, "new_version", put.new_version);
	jsonput_u8(object, "first_id", put.first_id);
	list = json_array();
	for (size_t i = 0; i < put.count; i++) {
		const struct gp_key *key = &put.keys[i];
		json_t *one = json_object();

		jsonput_u8(one, "type", key->type);
		jsonput_text(one, "type_name", key_type(key->type));
		jsonput_int(one, "length", key->len);
		jsonput_hex(one, "component", key->component);
		if (key->type == GP_KEY_TYPE_ECC_PUBLIC)
			jsonput_u8(one, "curve", key->curve);
		else
			jsonput_hex(one, "kcv", YKT_BYTES(key->kcv));
		json_array_append_new(list, one);
	}
	json_object_set_new(object, "keys", list);

	return YKT_OK;
}

/* Groupings, when the block holds whole ones: a series may be cut anywhere. */
static void
put_groupings(struct ykt_bytes data, json_t *object)
{
	struct ykt_rd rd = ykt_rd(data);
	json_t *list = json_array();
	struct dgi dgi;

	while (dgi_next(&rd, &dgi)) {
		json_t *one = json_object();

		jsonput_u16(one, "dgi", dgi.tag);
		jsonput_hex(one, "value", dgi.value);
		json_array_append_new(list, one);
	}
	if (ykt_rd_done(&rd) == YKT_OK)
		json_object_set_new(object, "groupings", list);
	else
		json_decref(list);
}

static enum ykt_status
put_store_data(const struct apdu_cmd *cmd, json_t *object)
{
	bool groupings = (cmd->p1 & (GP_STORE_DGI | GP_STORE_BER)) == GP_STORE_DGI;

	jsonput_int(object, "block", cmd->p2);
	json_object_set_new(object, "last", json_boolean((cmd->p1 & GP_STORE_LAST) != 0));
	jsonput_text(object, "format",
	    groupings                       ? "DGI"
	    : (cmd->p1 & GP_STORE_BER) != 0 ? "BER-TLV"
					    : "none");
	json_object_set_new(object, "encrypted", json_boolean((cmd->p1 & GP_STORE_ENCRYPTED) != 0));
	jsonput_hex(object, "data", cmd->data);
	if (groupings)
		put_groupings(cmd->data, object);

	return YKT_OK;
}

static enum ykt_status
put_get_status(const struct apdu_cmd *cmd, json_t *object)
{
	struct gp_get_status get;
	enum ykt_status status = gp_get_status_decode(cmd, &get);

	if (status != YKT_OK)
		return status;
	jsonput_u8(object, "scope", get.scope);
	json_object_set_new(object, "next", json_boolean(get.next));
	jsonput_hex(object, "aid", get.aid);

	return YKT_OK;
}

static enum ykt_status
put_set_status(const struct apdu_cmd *cmd, json_t *object)
{
	jsonput_u8(object, "scope", cmd->p1);
	jsonput_u8(object, "state", cmd->p2);
	jsonput_hex(object, "aid", cmd->data);

	return YKT_OK;
}

static const struct {
	uint8_t ins;
	const char *name;
	enum ykt_status (*put)(const struct apdu_cmd *cmd, json_t *object);
} commands[] = {
	{ GP_INS_INSTALL, "INSTALL", put_install },
	{ GP_INS_LOAD, "LOAD", put_load },
	{ GP_INS_DELETE, "DELETE", put_delete },
	{ GP_INS_PUT_KEY, "PUT KEY", put_put_key },
	{ GP_INS_STORE_DATA, "STORE DATA", put_store_data },
	{ GP_INS_GET_STATUS, "GET STATUS", put_get_status },
	{ GP_INS_SET_STATUS, "SET STATUS", put_set_status },
};

/* The command with its MAC taken off; enciphered data makes no sense and stays as it is. */
static enum ykt_status
put_secure(size_t at, struct apdu_cmd *cmd, json_t *object)
{
	struct ykt_bytes body;
	json_t *fields = json_object();

	if (cmd->data.len < MAC_LEN) {
		json_decref(fields);
		return YKT_E_FORMAT;
	}
	body = ykt_bytes_sub(cmd->data, 0, cmd->data.len - MAC_LEN);
	jsonput_hex(object, "mac", ykt_bytes_sub(cmd->data, body.len, MAC_LEN));
	cmd->data = body;
	if (commands[at].put(cmd, fields) == YKT_OK)
		json_object_update(object, fields);
	else
		jsonput_hex(object, "data", body);
	json_decref(fields);

	return YKT_OK;
}

static enum ykt_status
put_command(struct ykt_bytes bytes, json_t *object)
{
	struct apdu_cmd cmd;

	if (apdu_cmd_decode(bytes, &cmd) != YKT_OK ||
	    (cmd.cla & (uint8_t) ~(APDU_CLA_SM | APDU_CLA_CHANNEL_MASK)) != GP_CLA)
		return YKT_E_FORMAT;
	for (size_t i = 0; i < YKT_ARRAY_LEN(commands); i++) {
		bool secure = (cmd.cla & APDU_CLA_SM) != 0;

		if (commands[i].ins != cmd.ins)
			continue;
		jsonput_text(object, "command", commands[i].name);
		json_object_set_new(object, "secure", json_boolean(secure));
		return secure ? put_secure(i, &cmd, object) : commands[i].put(&cmd, object);
	}

	return YKT_E_FORMAT;
}

static enum ykt_status
put_entry(struct ykt_bytes bytes, json_t *list)
{
	/* GP231 table 11-36. */
	static const struct {
		uint32_t tag;
		const char *name;
	} table[] = {
		{ 0x4F, "aid" },
		{ 0x9F70, "state" },
		{ 0xC4, "elf" },
		{ 0xCC, "sd" },
		{ 0xCE, "version" },
		{ 0xCF, "implicit_selection" },
	};
	struct ykt_rd rd = ykt_rd(bytes);
	json_t *one = json_object();
	json_t *modules = json_array();
	struct tlv tlv;

	json_array_append_new(list, one);
	json_object_set_new(one, "modules", modules);
	while (tlv_next(&rd, &tlv)) {
		for (size_t i = 0; i < YKT_ARRAY_LEN(table); i++)
			if (table[i].tag == tlv.tag)
				jsonput_hex(one, table[i].name, tlv.value);
		if (tlv.tag == TAG_PRIVILEGES)
			put_privileges(one, tlv.value);
		if (tlv.tag == TAG_MODULE) {
			json_t *module = json_object();

			jsonput_hex(module, "aid", tlv.value);
			json_array_append_new(modules, module);
		}
	}
	if (json_array_size(modules) == 0)
		json_object_del(one, "modules");

	return ykt_rd_done(&rd);
}

static enum ykt_status
put_status_answer(struct ykt_bytes bytes, json_t *object)
{
	struct ykt_rd rd = ykt_rd(bytes);
	json_t *list = json_array();
	enum ykt_status status = YKT_OK;
	struct tlv tlv;

	jsonput_text(object, "answer", "GET STATUS");
	json_object_set_new(object, "entries", list);
	while (status == YKT_OK && tlv_next(&rd, &tlv))
		status = tlv.tag == TAG_ENTRY ? put_entry(tlv.value, list) : YKT_E_FORMAT;

	return status == YKT_OK ? ykt_rd_done(&rd) : status;
}

static enum ykt_status
put_initialize_answer(struct ykt_bytes bytes, json_t *object)
{
	struct scp03_init_rsp rsp;

	jsonput_text(object, "answer", "INITIALIZE UPDATE");
	if (bytes.len == SCP02_INIT_RSP_LEN && bytes.data[PROTOCOL_AT] == 0x02) {
		jsonput_hex(object, "diversification", ykt_bytes_sub(bytes, 0, SCP03_DIV_LEN));
		jsonput_u8(object, "key_version", bytes.data[SCP03_DIV_LEN]);
		jsonput_text(object, "protocol", "SCP02");
		jsonput_hex(object, "seq", ykt_bytes_sub(bytes, 12, SCP02_SEQ_LEN));
		jsonput_hex(
		    object, "challenge", ykt_bytes_sub(bytes, 14, SCP02_CARD_CHALLENGE_LEN));
		jsonput_hex(object, "cryptogram", ykt_bytes_sub(bytes, 20, SCP02_MAC_LEN));
		return YKT_OK;
	}
	if (scp03_init_rsp_decode(bytes, &rsp) != YKT_OK)
		return YKT_E_FORMAT;
	JSONPUT_FIELD(object, &rsp, diversification);
	jsonput_u8(object, "key_version", rsp.key_version);
	jsonput_text(object, "protocol", "SCP03");
	jsonput_u8(object, "i", rsp.i);
	JSONPUT_FIELD(object, &rsp, challenge);
	JSONPUT_FIELD(object, &rsp, cryptogram);
	if ((rsp.i & SCP03_I_PSEUDO_RANDOM) != 0)
		JSONPUT_FIELD(object, &rsp, seq);

	return YKT_OK;
}

static enum ykt_status
put_answer(struct ykt_bytes bytes, json_t *object)
{
	if (bytes.len == 0)
		return YKT_E_FORMAT;

	return bytes.data[0] == TAG_ENTRY ? put_status_answer(bytes, object)
					  : put_initialize_answer(bytes, object);
}

enum ykt_status
inspect_gp(struct ykt_bytes bytes, json_t *object)
{
	uint16_t sw = bytes.len > APDU_SW_LEN ? ykt_get_u16(bytes.data + bytes.len - 2) : 0;
	enum ykt_status status = put_command(bytes, object);

	if (status == YKT_OK)
		return YKT_OK;
	json_object_clear(object);
	status = put_answer(bytes, object);
	if (status == YKT_OK || (sw != SW_OK && sw != SW_MORE_DATA_GP))
		return status;
	json_object_clear(object);
	status = put_answer(ykt_bytes_sub(bytes, 0, bytes.len - APDU_SW_LEN), object);
	jsonput_u16(object, "sw", sw);

	return status;
}
