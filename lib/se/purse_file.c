/*
 * The purse's binary files: 15 to 17, and the issuer's own (card.md 1.2).
 *
 * What the issuer's files need for reading and updating, each has of its own
 * personalisation (card/purse_perso.h). A file that nobody made is not there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include "card/files.h"
#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

#define P1_SFI      0x80
#define P1_SFI_MASK 0xE0
#define SW_EXACT_LE 0x6C00
#define SHORT_MAX   256

bool
se_purse_is_record_file(uint8_t sfi)
{
	return sfi == PURSE_SFI_LOG || sfi == PURSE_SFI_JOURNEY || sfi == PURSE_SFI_TRIP;
}

/* One behind the other in the pool, in the order of perso_file_sfis. */
static bool
find_own(const struct se *se, uint8_t purse, uint8_t sfi, struct se_file *ret_file)
{
	uint32_t off = (uint32_t)SE_PURSE_OFF(purse);
	const uint8_t *line = se_home(se, off + SE_PURSE_FILES);
	size_t index = perso_file_index(sfi);

	off += SE_PURSE_POOL;
	if (index == PERSO_FILE_COUNT)
		return false;
	for (size_t i = 0; i < index; i++, line += SE_FILE_ENTRY_SIZE)
		off += ykt_get_u16(line);
	*ret_file = (struct se_file){ off, ykt_get_u16(line), line[2], line[3] };

	return ret_file->len != 0;
}

bool
se_purse_file(const struct se *se, uint8_t purse, uint8_t sfi, struct se_file *ret_file)
{
	uint32_t off = (uint32_t)SE_PURSE_OFF(purse);

	switch (sfi) {
	case PURSE_SFI_INFO:
		*ret_file = (struct se_file){ off + SE_PURSE_FILE15, FILE15_LEN, 0, 0 };
		return true;
	case PURSE_SFI_HOLDER:
		*ret_file = (struct se_file){ off + SE_PURSE_FILE16, FILE16_LEN, 0, 0 };
		return true;
	case PURSE_SFI_MANAGEMENT:
		*ret_file = (struct se_file){ off + SE_PURSE_FILE17, FILE17_LEN, 0, 0 };
		return true;
	default:
		return find_own(se, purse, sfi, ret_file);
	}
}

uint16_t
se_purse_scrub_pool(struct se *se, uint8_t purse)
{
	uint32_t off = (uint32_t)SE_PURSE_OFF(purse) + SE_PURSE_POOL;
	const uint8_t *pool = se_home(se, off);
	size_t i = 0;

	while (i < SE_POOL_LEN && pool[i] == 0)
		i++;
	if (i == SE_POOL_LEN)
		return SW_OK;
	se_tx_begin(se);
	se_tx_fill(se, off, 0, SE_POOL_LEN);

	return se_tx_commit(se);
}

static uint16_t
may_read(const struct se_call *call, uint8_t sfi, const struct se_file *file)
{
	if (sfi == PURSE_SFI_HOLDER)
		return se_purse_allowed(call, PERSO_ACCESS_HOLDER);

	return se_purse_file_allowed(call, file->read);
}

uint16_t
se_purse_read_binary(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t sfi = cmd->p1 & 0x1F;
	struct se_file file;
	size_t len, wish = cmd->ne;

	/* There is no current file: real cards too know files by short id only. */
	if ((cmd->p1 & P1_SFI) == 0)
		return SW_NO_EF;
	if ((cmd->p1 & 0x60) != 0)
		return SW_P1P2;
	if (se_purse_is_record_file(sfi))
		return SW_FILE_KIND;
	if (!se_purse_file(call->se, call->side->app.index, sfi, &file))
		return SW_FILE_NOT_FOUND;
	if (cmd->data.len != 0 || cmd->ne == 0)
		return SW_LENGTH;
	if (may_read(call, sfi, &file) != SW_OK)
		return SW_SECURITY;
	if (cmd->p2 >= file.len)
		return SW_OFFSET;
	len = file.len - cmd->p2;
	/* Le 00 is all that is left and fits. */
	if (wish == APDU_SHORT_NE_MAX && len < SHORT_MAX)
		wish = len;
	if (wish > len)
		return (uint16_t)(SW_EXACT_LE | len);
	ykt_put_mem(call->out, se_home(call->se, file.off + cmd->p2), wish);

	return SW_OK;
}

/* The file that is to be written, with room for len bytes at P2. */
static uint16_t
find_target(const struct se_call *call, size_t len, struct se_file *ret_file)
{
	const struct apdu_cmd *cmd = call->cmd;

	if (!se_purse_file(call->se, call->side->app.index, cmd->p1 & 0x1F, ret_file))
		return SW_FILE_NOT_FOUND;
	if (len == 0 || cmd->extended)
		return SW_LENGTH;
	if (cmd->p2 + len > ret_file->len)
		return SW_OFFSET;

	return se_purse_file_allowed(call, ret_file->update);
}

uint16_t
se_purse_update_binary(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	size_t len = cmd->data.len > PURSE_MAC_LEN ? cmd->data.len - PURSE_MAC_LEN : 0;
	struct se_purse_key key;
	struct se_money money;
	struct se_file file;
	uint16_t sw;

	if ((cmd->p1 & P1_SFI_MASK) != P1_SFI)
		return SW_P1P2;
	if (se_purse_is_picture(cmd->p1 & 0x1F))
		return se_purse_update_picture(call);
	sw = find_target(call, len, &file);
	if (sw == SW_OK)
		sw = se_sm_check(call, se_sm_key(call, PERSO_KEY_MAINTENANCE, &key), &money);
	if (sw == SW_OK)
		sw = se_money_blocked(&money);
	if (sw != SW_OK)
		return sw;
	se_tx_begin(call->se);
	se_tx_put(call->se, file.off + cmd->p2, ykt_bytes_sub(cmd->data, 0, len));
	se_money_put(call->se, call->side->app.index, &money);

	return se_tx_commit(call->se);
}

/* card.md 1.4: "00 without SM". Which files, their personalisation says. */
uint16_t
se_purse_update_open(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct se_money money;
	struct se_file file;
	uint16_t sw;

	if ((cmd->p1 & P1_SFI_MASK) != P1_SFI ||
	    !se_purse_file(call->se, call->side->app.index, cmd->p1 & 0x1F, &file) ||
	    (file.update & PERSO_FILE_PLAIN) == 0)
		return SW_SM_MISSING;
	sw = find_target(call, cmd->data.len, &file);
	if (sw != SW_OK)
		return sw;
	se_money_load(call->se, call->side->app.index, &money);
	sw = se_money_blocked(&money);
	if (sw != SW_OK)
		return sw;
	se_tx_begin(call->se);
	se_tx_put(call->se, file.off + cmd->p2, cmd->data);

	return se_tx_commit(call->se);
}
