/*
 * Reading the purse: records, balance, transaction proof.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include "card/files.h"
#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

#define P2_BY_NUMBER 0x04
#define P2_BY_ID     (PURSE_SFI_JOURNEY << 3)
#define SW_EXACT_LE  0x6C00
#define BALANCE_ALL  16

/* One record by number; empty when there is none. */
static struct ykt_bytes
record_at(const struct se_call *call, uint8_t sfi, uint8_t number)
{
	const uint8_t *entry = se_home(call->se, (uint32_t)SE_PURSE_OFF(call->side->app.index));
	struct se_money money;
	size_t slot;

	se_money_load(call->se, call->side->app.index, &money);
	if (sfi == PURSE_SFI_LOG) {
		slot = se_cyclic_slot(number, money.log_head, money.log_count, SE_LOG_COUNT);
		if (slot < SE_LOG_COUNT)
			return ykt_bytes(entry + SE_PURSE_LOG + slot * SE_LOG_LEN, SE_LOG_LEN);
	} else if (sfi == PURSE_SFI_TRIP) {
		slot = se_cyclic_slot(number, money.trip_head, money.trip_count, SE_TRIP_COUNT);
		if (slot < SE_TRIP_COUNT)
			return ykt_bytes(entry + SE_PURSE_TRIPS + slot * SE_TRIP_LEN, SE_TRIP_LEN);
	} else if (number >= 1 && number <= SE_DATA_COUNT) {
		const uint8_t *record = entry + SE_PURSE_DATA + (number - 1u) * SE_DATA_LEN;

		if (ykt_get_u16(record) != 0)
			return ykt_bytes(record, SE_DATA_LEN);
	}

	return ykt_bytes(NULL, 0);
}

static uint16_t
answer_record(struct se_call *call, struct ykt_bytes record)
{
	uint32_t ne = call->cmd->ne;

	if (record.len == 0)
		return SW_RECORD_NOT_FOUND;
	if (ne != 0 && ne != APDU_SHORT_NE_MAX && ne != record.len)
		return (uint16_t)(SW_EXACT_LE | record.len);
	ykt_put(call->out, record);

	return SW_OK;
}

uint16_t
se_purse_read_record(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t sfi = cmd->p2 >> 3;
	struct se_file file;

	if ((cmd->p2 & 0x07) != P2_BY_NUMBER)
		return SW_P1P2;
	if (se_purse_file(call->se, call->side->app.index, sfi, &file))
		return SW_FILE_KIND;
	if (!se_purse_is_record_file(sfi))
		return SW_FILE_NOT_FOUND;
	if (cmd->data.len != 0)
		return SW_LENGTH;

	return answer_record(call, record_at(call, sfi, cmd->p1));
}

uint8_t
se_purse_data_find(const struct se *se, uint8_t purse, uint16_t id)
{
	const uint8_t *record = se_home(se, (uint32_t)SE_PURSE_OFF(purse) + SE_PURSE_DATA);

	for (uint8_t i = 0; i < SE_DATA_COUNT; i++, record += SE_DATA_LEN)
		if (id != 0 && ykt_get_u16(record) == id)
			return i;

	return SE_DATA_COUNT;
}

uint16_t
se_purse_read_ext(struct se_call *call)
{
	uint16_t id;
	uint8_t record;

	if (call->cmd->p1 != 0 || call->cmd->p2 != P2_BY_ID)
		return SW_P1P2;
	/* card.md 1.4 can be read as 02 and the id, or as the id whose Lc is 02. */
	if (call->cmd->data.len == 2)
		id = ykt_get_u16(call->cmd->data.data);
	else if (purse_read_by_id_decode(call->cmd, &id) != YKT_OK)
		return SW_LENGTH;
	record = se_purse_data_find(call->se, call->side->app.index, id);
	if (record == SE_DATA_COUNT)
		return SW_RECORD_NOT_FOUND;

	return answer_record(call, record_at(call, PURSE_SFI_JOURNEY, (uint8_t)(record + 1)));
}

uint16_t
se_purse_balance(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t kind = cmd->p1 >= PURSE_BALANCE_SECOND ? PURSE_KIND_SECOND : 0;
	uint8_t which = (uint8_t)(cmd->p1 - (kind != 0 ? PURSE_BALANCE_SECOND : 0));
	struct se_money money;
	uint32_t values[5];

	if (cmd->p2 != PURSE_P2_PURSE || which > PURSE_BALANCE_ALL ||
	    !se_money_has_kind(call->se, call->side->app.index, kind))
		return SW_P1P2;
	if (cmd->data.len != 0)
		return SW_LENGTH;
	if (which == PURSE_BALANCE_ALL && cmd->ne != 0 && cmd->ne < BALANCE_ALL)
		return SW_EXACT_LE | BALANCE_ALL;
	se_money_load_kind(call->se, call->side->app.index, kind, &money);
	values[PURSE_BALANCE_AVAILABLE] = se_money_available(&money);
	values[PURSE_BALANCE_OVERDRAFT_LIMIT] = money.limit;
	values[PURSE_BALANCE_OVERDRAWN] = money.overdrawn;
	values[PURSE_BALANCE_ACTUAL] = money.balance;
	values[PURSE_BALANCE_UPPER_LIMIT] = money.cap;
	if (which < PURSE_BALANCE_ALL) {
		ykt_put_u32(call->out, values[which]);
		return SW_OK;
	}
	/* card.md 1.3: the order is not documented; seen are balance, limit, two zeros. */
	ykt_put_u32(call->out, money.balance);
	ykt_put_u32(call->out, money.cap);
	ykt_put_u32(call->out, money.limit);
	ykt_put_u32(call->out, money.overdrawn);

	return SW_OK;
}

/* Which slot keeps the proof of a transaction of this type. */
static bool
proof_slot(uint8_t type, enum se_proof_slot *ret_slot)
{
	switch (type) {
	case PURSE_TYPE_LOAD:
	case PURSE_TYPE_UNLOAD:
	case PURSE_TYPE_OVERDRAFT:
		*ret_slot = SE_PROOF_ONLINE;
		return true;
	case PURSE_TYPE_PURCHASE:
	case PURSE_TYPE_CAPP:
		*ret_slot = SE_PROOF_OFFLINE;
		return true;
	default:
		return false;
	}
}

uint16_t
se_purse_proof(struct se_call *call)
{
	struct purse_proof ask;
	struct se_money money;
	const struct se_proof *proof;
	enum se_proof_slot slot;

	if (call->cmd->p1 != 0 || !proof_slot(call->cmd->p2, &slot))
		return SW_P1P2;
	if (purse_proof_decode(call->cmd, &ask) != YKT_OK)
		return SW_LENGTH;
	se_money_load(call->se, call->side->app.index, &money);
	proof = &money.proof[slot];
	if (proof->valid == 0 || proof->type != ask.type || proof->seq != ask.seq)
		return SW_NO_PROOF;
	ykt_put_mem(call->out, proof->mac, PURSE_MAC_LEN);
	ykt_put_mem(call->out, proof->tac, PURSE_MAC_LEN);

	return SW_OK;
}
