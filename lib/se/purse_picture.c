/*
 * Files 1B and 1C, picture and QR code: read by READ PICTURE, replaced whole by
 * UPDATE BINARY under secure messaging.
 *
 * Neither fits a short command, so UPDATE BINARY comes with extended lengths or
 * as a chain (ISO 7816-4 5.3.3; class 14 until the last part, which has 04). The
 * sources name the files and not how they are written: grade D. A chain means the
 * same as one command with all its data, so it has one MAC, behind the last part,
 * over 04 D6, P1, P2, Lc of the whole, the whole; Lc has one byte up to 255, else
 * 00 and two. Nothing is written before the MAC is judged.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

/* Where the series holds the command: header, place of Lc, data and MAC. */
#define LC_MAX   3
#define HEAD_LEN (APDU_HEADER_LEN + LC_MAX)

_Static_assert(HEAD_LEN + PERSO_PICTURE_MAX + PURSE_MAC_LEN <= SE_STORE_MAX, "a picture fits");

bool
se_purse_is_picture(uint8_t sfi)
{
	return sfi == PURSE_SFI_PICTURE || sfi == PURSE_SFI_QR;
}

static uint32_t
file_off(const struct se_call *call, uint8_t sfi)
{
	return (uint32_t)SE_PURSE_OFF(call->side->app.index) +
	       (sfi == PURSE_SFI_PICTURE ? SE_PURSE_PICTURE : SE_PURSE_QR);
}

static size_t
file_max(uint8_t sfi)
{
	return sfi == PURSE_SFI_PICTURE ? PERSO_PICTURE_MAX : PERSO_QR_MAX;
}

/* As much as Le asks for; Le 00 and 000000 mean all that fits behind them. */
uint16_t
se_purse_read_picture(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t sfi = cmd->p1 & 0x1F;
	const uint8_t *file;
	size_t len, wish = cmd->ne;

	if ((cmd->p1 & 0xE0) != 0x80 || cmd->p2 != 0)
		return SW_P1P2;
	if (!se_purse_is_picture(sfi))
		return SW_FILE_NOT_FOUND;
	file = se_home(call->se, file_off(call, sfi));
	len = ykt_get_u16(file);
	if (len == 0)
		return SW_FILE_NOT_FOUND;
	if (cmd->data.len != 0 || cmd->ne == 0)
		return SW_LENGTH;
	if (wish > len)
		wish = len;
	ykt_put_mem(call->out, file + 2, wish);

	return SW_OK;
}

static bool
chain_open(const struct se *se, const struct se_side *side)
{
	return se->series.chain && se->series.owner == side->number;
}

void
se_purse_chain_end(struct se *se, const struct se_side *side, const struct apdu_cmd *cmd)
{
	if (!chain_open(se, side))
		return;
	if (cmd == NULL || cmd->ins != PURSE_INS_UPDATE_BINARY ||
	    (cmd->cla != PURSE_CLA_CHAIN && cmd->cla != APDU_CLA_SM))
		se_series_end(se, side);
}

/* Takes the data of this command, behind those before it in its chain. */
static uint16_t
gather(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct se_series *series = &call->se->series;
	const uint8_t head[] = { APDU_CLA_SM, cmd->ins, cmd->p1, cmd->p2 };

	if (!chain_open(call->se, call->side)) {
		ykt_wipe(series->bytes, series->len);
		series->owner = call->side->number;
		series->chain = true;
		series->next = 0;
		memcpy(series->bytes, head, sizeof(head));
		series->len = HEAD_LEN;
	}
	if (!ykt_bytes_equal(YKT_BYTES(head), ykt_bytes(series->bytes, sizeof(head))))
		return SW_CHAIN_EXPECTED;
	if (cmd->data.len > HEAD_LEN + file_max(cmd->p1 & 0x1F) + PURSE_MAC_LEN - series->len)
		return SW_LENGTH;
	memcpy(series->bytes + series->len, cmd->data.data, cmd->data.len);
	series->len = (uint16_t)(series->len + cmd->data.len);

	return SW_OK;
}

/* The files are replaced whole, so there is no offset. */
static uint16_t
check_header(const struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;

	if ((cmd->p1 & 0xE0) != 0x80)
		return SW_P1P2;
	if (!se_purse_is_picture(cmd->p1 & 0x1F))
		return SW_CHAINING_UNSUPPORTED;
	if (cmd->p2 != 0)
		return SW_OFFSET;

	return cmd->data.len == 0 || cmd->ne != 0 ? SW_LENGTH : SW_OK;
}

uint16_t
se_purse_update_chain(struct se_call *call)
{
	uint16_t sw = check_header(call);

	return sw == SW_OK ? gather(call) : sw;
}

/* The MAC's input in one piece: Lc goes right before the data. */
static struct ykt_bytes
mac_input(struct se_series *series, size_t data_len)
{
	size_t lc = data_len + PURSE_MAC_LEN;
	bool wide = lc > APDU_SHORT_DATA_MAX;
	uint8_t *from = series->bytes + (wide ? 0 : LC_MAX - 1);

	memmove(from, series->bytes, APDU_HEADER_LEN);
	if (wide) {
		from[APDU_HEADER_LEN] = 0;
		ykt_set_u16(from + APDU_HEADER_LEN + 1, (uint16_t)lc);
	} else {
		from[APDU_HEADER_LEN] = (uint8_t)lc;
	}

	return ykt_bytes(from, (size_t)(series->bytes + HEAD_LEN - from) + data_len);
}

static uint16_t
replace(struct se_call *call, struct ykt_bytes data)
{
	struct se_series *series = &call->se->series;
	uint32_t off = file_off(call, call->cmd->p1 & 0x1F);
	uint8_t len[2];
	struct se_purse_key key;
	struct se_money money;
	uint16_t sw = se_sm_judge(call, se_sm_key(call, PERSO_KEY_MAINTENANCE, &key),
	    mac_input(series, data.len), data.data + data.len, &money);

	if (sw == SW_OK)
		sw = se_money_blocked(&money);
	if (sw != SW_OK)
		return sw;
	ykt_set_u16(len, (uint16_t)data.len);
	se_tx_begin(call->se);
	se_tx_put(call->se, off, YKT_BYTES(len));
	se_tx_put(call->se, off + sizeof(len), data);
	se_money_put(call->se, call->side->app.index, &money);

	return se_tx_commit(call->se);
}

uint16_t
se_purse_update_picture(struct se_call *call)
{
	struct se_series *series = &call->se->series;
	uint16_t sw = check_header(call);
	size_t len;

	if (sw == SW_OK)
		sw = gather(call);
	if (sw == SW_OK) {
		len = (size_t)series->len - HEAD_LEN;
		sw = len > PURSE_MAC_LEN
			 ? replace(call, ykt_bytes(series->bytes + HEAD_LEN, len - PURSE_MAC_LEN))
			 : SW_LENGTH;
	}
	se_series_end(call->se, call->side);

	return sw;
}
