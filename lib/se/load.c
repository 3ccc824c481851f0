/*
 * INSTALL [for load] and LOAD (GP231 11.5.2.3.1, 11.6): a package comes in blocks.
 *
 * The head of the file, up to the data of its package, is kept at SE_LOAD_HEAD; the
 * data goes straight to where its module wants it. Each block is one commit, and
 * only the last one registers the package, after hash and DAPs were verified over
 * what stands in the image: cut before that, the blocks mean nothing. Any error,
 * another command on the channel and the end of the channel end the load.
 *
 * No code comes this way: a package names a module of modules.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/module.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/fci.h"
#include "card/gp.h"
#include "card/gp_load.h"
#include "card/gp_sign.h"
#include "card/tlv.h"

#define TAG_SYSTEM_PARAMS 0xEF
#define DAP_KEY_ID        1
#define PRIV_DAP_BIT      0x40
#define PRIV_MANDATED_BIT 0x01

void
se_load_end(struct se *se, const struct se_side *side)
{
	if (se->load.owner == side->number)
		ykt_wipe(&se->load, sizeof(se->load));
}

void
se_load_gone(struct se *se, struct se_app app)
{
	if (app.kind == SE_APP_SD && se->load.owner != 0 && se->load.sd == app.index)
		ykt_wipe(&se->load, sizeof(se->load));
}

/* The domain that the field names, or this one; 6A88 without, 6985 for another's. */
static uint16_t
target_of(const struct se_call *call, struct ykt_bytes aid, uint8_t *ret_sd)
{
	struct se_app app = { SE_APP_SD, call->side->scp.sd };

	if (aid.len != 0)
		app = se_app_find(call->se, aid);
	if (app.kind != SE_APP_SD)
		return SW_DATA_NOT_FOUND;
	if (!se_sd_manages(call, app.index))
		return SW_CONDITIONS;
	*ret_sd = app.index;

	return SW_OK;
}

static bool
name_free(const struct se *se, struct ykt_bytes aid)
{
	return !se_module_taken(se, aid) && se_app_find(se, aid).kind == SE_APP_NONE;
}

/* Parameters are TLV; what they say of sizes is seen when the file comes. */
static bool
fields_fit(const struct se_call *call, const struct gp_install *install)
{
	if (install->aid.len != 0 || install->elf.len < FCI_AID_MIN ||
	    install->elf.len > FCI_AID_MAX || !name_free(call->se, install->elf))
		return false;
	if (install->hash.len != 0 && install->hash.len != GP_HASH_LEN)
		return false;

	return install->params.len == 0 || tlv_check(install->params) == YKT_OK;
}

uint16_t
se_load_begin(struct se_call *call, const struct gp_install *install)
{
	struct se_load *load = &call->se->load;
	uint8_t sd = 0;
	uint16_t sw;

	if (!se_sd_manages(call, call->side->scp.sd))
		return SW_CONDITIONS;
	if (!fields_fit(call, install))
		return SW_DATA;
	sw = target_of(call, install->sd, &sd);
	if (sw != SW_OK)
		return sw;
	if (se_elf_free(call->se) == SE_ELF_NONE)
		return SW_NO_SPACE;

	memset(load, 0, sizeof(*load));
	load->owner = call->side->number;
	load->sd = sd;
	load->aid_len = (uint8_t)install->elf.len;
	memcpy(load->aid, install->elf.data, install->elf.len);
	load->hash_len = (uint8_t)install->hash.len;
	if (install->hash.len != 0)
		memcpy(load->hash, install->hash.data, install->hash.len);
	ykt_put_u8(call->out, 0);

	return SW_OK;
}

/* The head so far; it stays where it is until the next load. */
static struct ykt_bytes
head_bytes(const struct se *se)
{
	return ykt_bytes(se_home(se, SE_LOAD_HEAD), se->load.head_len);
}

/* Finds the place of the data, and brings there what came with the head. */
static uint16_t
place_data(struct se *se, const struct gp_load_head *head)
{
	const struct se_module *module = se_module_named(head->module);
	struct se_load *load = &se->load;
	size_t more = load->head_len - head->data_at;
	uint32_t off = 0;

	if (module == NULL)
		return SW_DATA_NOT_FOUND;
	if (more > head->data_len || (head->data_len != 0 && module->place == NULL))
		return SW_DATA;
	if (head->data_len != 0 && !module->place(se, head->data_len, &off))
		return SW_NO_SPACE;
	load->placed = true;
	load->data_off = off;
	load->data_len = (uint32_t)head->data_len;
	load->data_got = (uint32_t)more;
	load->head_len = (uint16_t)head->data_at;
	if (more == 0)
		return SW_OK;
	se_tx_begin(se);
	se_tx_put(se, off, ykt_bytes(se_home(se, SE_LOAD_HEAD + (uint32_t)head->data_at), more));

	return se_tx_commit(se);
}

static uint16_t
take_head(struct se *se, struct ykt_bytes block)
{
	struct se_load *load = &se->load;
	struct gp_load_head head;
	enum ykt_status status;
	uint16_t sw;

	if (block.len > SE_LOAD_HEAD_SIZE - (size_t)load->head_len)
		return SW_NO_SPACE;
	se_tx_begin(se);
	se_tx_put(se, SE_LOAD_HEAD + (uint32_t)load->head_len, block);
	sw = se_tx_commit(se);
	if (sw != SW_OK)
		return sw;
	load->head_len = (uint16_t)(load->head_len + block.len);
	status = gp_load_head_decode(head_bytes(se), &head);
	if (status == YKT_NOT_FOUND)
		return SW_OK;

	return status == YKT_OK ? place_data(se, &head) : SW_DATA;
}

static uint16_t
take_data(struct se *se, struct ykt_bytes block)
{
	struct se_load *load = &se->load;
	uint16_t sw;

	if (block.len > load->data_len - load->data_got)
		return SW_DATA;
	se_tx_begin(se);
	se_tx_put(se, load->data_off + load->data_got, block);
	sw = se_tx_commit(se);
	if (sw == SW_OK)
		load->data_got += (uint32_t)block.len;

	return sw;
}

/* One domain's signature over the hash: adds it to those that vouch. */
static uint16_t
check_dap(struct se_call *call, const struct gp_dap *dap, bool vouch[SE_SD_COUNT])
{
	const struct se *se = call->se;
	struct se_app app = se_app_find(se, dap->sd);
	uint8_t bytes[GP_SIGN_KEY_MAX];
	struct gp_sign_key key;
	enum ykt_status status;

	if (app.kind != SE_APP_SD || se->load.hash_len == 0 ||
	    (se_home(se, se_app_off(app) + SE_SD_PRIVILEGES)[0] & PRIV_DAP_BIT) == 0 ||
	    !se_sd_sign_key(se, app.index, GP_DAP_KVN, DAP_KEY_ID, bytes, &key))
		return SW_CONDITIONS;
	status = gp_sign_check(
	    se->crypto, &key, ykt_bytes(se->load.hash, se->load.hash_len), dap->signature);
	ykt_wipe(bytes, sizeof(bytes));
	if (status != YKT_OK)
		return status == YKT_E_MAC ? SW_SECURITY : SW_EXEC_ERROR;
	vouch[app.index] = true;

	return SW_OK;
}

/* GP231 C.3: of domains with mandated DAP, and of the package's own if it has DAP. */
static uint16_t
check_daps(struct se_call *call, struct ykt_bytes daps)
{
	struct ykt_rd rd = ykt_rd(daps);
	bool vouch[SE_SD_COUNT] = { false };
	struct gp_dap dap;
	uint16_t sw = SW_OK;

	while (sw == SW_OK && gp_dap_next(&rd, &dap))
		sw = check_dap(call, &dap, vouch);
	for (uint8_t i = 0; i < SE_SD_COUNT && sw == SW_OK; i++) {
		const uint8_t *entry = se_home(call->se, (uint32_t)SE_SD_OFF(i));
		uint8_t own = entry[SE_SD_PRIVILEGES];
		bool wanted = (own & PRIV_DAP_BIT) != 0 &&
			      ((own & PRIV_MANDATED_BIT) != 0 || i == call->se->load.sd);

		if (entry[SE_SD_STATE] != 0 && wanted && !vouch[i])
			sw = SW_CONDITIONS;
	}

	return sw;
}

static uint16_t
check_hash(struct se *se, const struct gp_load_head *head)
{
	const struct se_load *load = &se->load;
	const struct ykt_bytes parts[] = {
		ykt_bytes_sub(head_bytes(se), head->block_at, head->data_at - head->block_at),
		ykt_bytes(se_home(se, load->data_off), load->data_len),
	};
	enum ykt_status status = YKT_OK;

	if (load->hash_len != 0)
		status = gp_load_hash_check(
		    se->crypto, ykt_bytes(load->hash, load->hash_len), parts, YKT_ARRAY_LEN(parts));
	if (status == YKT_E_MAC)
		return SW_DATA;

	return status == YKT_OK ? SW_OK : SW_EXEC_ERROR;
}

/* The entry, and what the module makes of its data, in one commit. */
static uint16_t
register_elf(struct se_call *call, uint8_t elf, const struct gp_load_head *head)
{
	struct se *se = call->se;
	const struct se_module *module = se_module_named(head->module);
	const struct se_load *load = &se->load;
	uint8_t entry[SE_ELF_SIZE] = { 0 };
	uint16_t sw = SW_OK;

	entry[SE_ELF_STATE] = GP_STATE_LOADED;
	entry[SE_ELF_AID_LEN] = load->aid_len;
	memcpy(entry + SE_ELF_AID, load->aid, load->aid_len);
	entry[SE_ELF_SD] = load->sd;
	entry[SE_ELF_MODULE_LEN] = (uint8_t)head->module.len;
	memcpy(entry + SE_ELF_MODULE, head->module.data, head->module.len);
	ykt_set_u16(entry + SE_ELF_VERSION, head->version);
	ykt_set_u16(entry + SE_ELF_DATA, (uint16_t)load->data_off);
	ykt_set_u16(entry + SE_ELF_DATA_LEN, (uint16_t)load->data_len);
	se_tx_begin(se);
	se_tx_put(se, SE_ELF_OFF((uint32_t)elf), YKT_BYTES(entry));
	if (load->data_len != 0)
		sw = module->take(se, load->data_off, load->data_len);

	if (sw != SW_OK)
		return sw;

	const struct ykt_bytes fields[] = { ykt_bytes(load->aid, load->aid_len),
		se_app_aid(se, (struct se_app){ SE_APP_SD, load->sd }) };

	return se_receipt_commit(call, fields, YKT_ARRAY_LEN(fields));
}

static uint16_t
finish(struct se_call *call)
{
	struct se *se = call->se;
	const struct se_load *load = &se->load;
	uint8_t elf = se_elf_free(se);
	struct gp_load_head head;
	uint16_t sw;

	if (!load->placed || load->data_got != load->data_len ||
	    gp_load_head_decode(head_bytes(se), &head) != YKT_OK)
		return SW_DATA;
	sw = check_hash(se, &head);
	if (sw == SW_OK)
		sw = check_daps(call, head.daps);
	/* Another channel may have been faster. */
	if (sw == SW_OK && !name_free(se, ykt_bytes(load->aid, load->aid_len)))
		sw = SW_DATA;
	if (sw == SW_OK && elf == SE_ELF_NONE)
		sw = SW_NO_SPACE;

	return sw == SW_OK ? register_elf(call, elf, &head) : sw;
}

uint16_t
se_load_block(struct se_call *call)
{
	struct se_load *load = &call->se->load;
	const struct apdu_cmd *cmd = call->cmd;
	bool last = (cmd->p1 & GP_LOAD_LAST) != 0;
	uint16_t sw;

	if (load->owner != call->side->number)
		return SW_CONDITIONS;
	if ((cmd->p1 & ~GP_LOAD_LAST) != 0 || cmd->p2 != load->next)
		sw = SW_P1P2;
	else if (cmd->data.len == 0)
		sw = SW_LENGTH;
	else
		sw = load->placed ? take_data(call->se, cmd->data) : take_head(call->se, cmd->data);
	if (sw == SW_OK && last)
		sw = finish(call);
	load->next++;
	if (sw != SW_OK || last)
		se_load_end(call->se, call->side);
	/* What finish() answers may be a receipt. */
	if (sw == SW_OK && !last)
		ykt_put_u8(call->out, 0);

	return sw;
}
