/*
 * The purse applet: its commands, and the one session of the card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/files.h"
#include "card/purse_cmd.h"
#include "card/purse_grey.h"
#include "se/purse_priv.h"

/* Those of a tap first: rows are looked at in this order. */
static const struct se_row rows[] = {
	{ 0x80, PURSE_INS_INITIALIZE, 0, se_purse_initialize },
	{ 0x80, PURSE_INS_UPDATE_CAPP, 0, se_purse_update_capp },
	{ 0x80, PURSE_INS_DEBIT, 0, se_purse_debit },
	{ 0x00, PURSE_INS_READ_BINARY, 0, se_purse_read_binary },
	{ 0x00, PURSE_INS_READ_RECORD, 0, se_purse_read_record },
	{ 0x80, PURSE_INS_READ_EXT, 0, se_purse_read_ext },
	{ 0x00, PURSE_INS_READ_PICTURE, SE_ROW_EXTENDED, se_purse_read_picture },
	{ 0x80, PURSE_INS_BALANCE, 4, se_purse_balance },
	{ 0x00, PURSE_INS_CHALLENGE, 0, se_purse_challenge },
	{ 0x80, PURSE_INS_CREDIT, PURSE_MAC_LEN, se_purse_credit },
	{ 0x80, PURSE_INS_UPDATE_LIMIT, PURSE_MAC_LEN, se_purse_update_limit },
	{ 0x80, PURSE_INS_PROOF, 2 * PURSE_MAC_LEN, se_purse_proof },
	{ 0x00, PURSE_INS_UPDATE_BINARY, 0, se_purse_update_open },
	{ APDU_CLA_SM, PURSE_INS_UPDATE_BINARY, SE_ROW_EXTENDED, se_purse_update_binary },
	{ PURSE_CLA_CHAIN, PURSE_INS_UPDATE_BINARY, 0, se_purse_update_chain },
	{ 0x00, PURSE_INS_UPDATE_RECORD, 0, se_purse_update_plain },
	{ APDU_CLA_SM, PURSE_INS_UPDATE_RECORD, 0, se_purse_update_record },
	{ 0x00, PURSE_INS_APPEND_RECORD, 0, se_purse_update_plain },
	{ APDU_CLA_SM, PURSE_INS_APPEND_RECORD, 0, se_purse_append_record },
	{ 0x00, PURSE_INS_VERIFY, 0, se_purse_verify },
	{ 0x80, PURSE_INS_PIN, 0, se_purse_pin },
	{ PURSE_CLA_SM, PURSE_INS_UNBLOCK_PIN, 0, se_purse_unblock_pin },
	{ 0x00, PURSE_INS_INTERNAL_AUTH, 0, se_purse_internal_auth },
	{ 0x00, PURSE_INS_EXTERNAL_AUTH, 0, se_purse_external_auth },
	{ 0x80, PURSE_INS_ALGORITHM, 0, se_purse_algorithm },
	{ PURSE_CLA_SM, PURSE_INS_APP_BLOCK, 0, se_purse_app_block },
	{ PURSE_CLA_SM, PURSE_INS_APP_UNBLOCK, 0, se_purse_app_unblock },
	{ PURSE_CLA_SM, PURSE_INS_CARD_BLOCK, 0, se_purse_card_block },
};

static const struct se_row grey_rows[] = {
	{ PURSE_CLA_GREY, PURSE_INS_GREY_INIT, 0, se_grey_initialize },
	{ PURSE_CLA_GREY, PURSE_INS_GREY_LOCK, 2 * PURSE_MAC_LEN, se_grey_lock },
	{ PURSE_CLA_GREY, PURSE_INS_GREY_DEBIT, PURSE_MAC_LEN, se_grey_debit },
	{ PURSE_CLA_GREY, PURSE_INS_GREY_PROOF, 0, se_grey_proof },
};

uint16_t
se_purse_dispatch(struct se_call *call)
{
	if (call->cmd->cla == PURSE_CLA_GREY)
		return se_rows_run(grey_rows, YKT_ARRAY_LEN(grey_rows), call);

	return se_rows_run(rows, YKT_ARRAY_LEN(rows), call);
}

void
se_purse_end(struct se *se)
{
	if (se->purse.state != SE_PURSE_IDLE)
		ykt_wipe(&se->purse, sizeof(se->purse));
}

bool
se_purse_mine(const struct se_call *call)
{
	const struct se_purse_session *session = &call->se->purse;

	return session->owner == call->iface && session->channel == call->channel;
}

bool
se_purse_step(const struct se_call *call)
{
	const struct se_purse_session *session = &call->se->purse;
	const struct apdu_cmd *cmd = call->cmd;

	if (!se_purse_mine(call))
		return false;
	if (cmd->cla == PURSE_CLA_GREY)
		return (session->state == SE_PURSE_GREY && cmd->ins == PURSE_INS_GREY_LOCK) ||
		       (session->state == SE_PURSE_UNGREY && cmd->ins == PURSE_INS_GREY_DEBIT);
	if (cmd->cla != PURSE_CLA)
		return false;
	switch (session->state) {
	case SE_PURSE_LOAD:
	case SE_PURSE_ATTEST:
		return cmd->ins == PURSE_INS_CREDIT;
	case SE_PURSE_UPDATE:
		return cmd->ins == PURSE_INS_UPDATE_LIMIT;
	case SE_PURSE_UNLOAD:
	case SE_PURSE_DEBIT:
		return cmd->ins == PURSE_INS_DEBIT;
	case SE_PURSE_CAPP:
		return cmd->ins == PURSE_INS_DEBIT || cmd->ins == PURSE_INS_UPDATE_CAPP;
	case SE_PURSE_GREY:
	case SE_PURSE_UNGREY:
	case SE_PURSE_IDLE:
		break;
	}

	return false;
}

uint16_t
se_purse_take(struct se *se, enum ykt_se_iface iface)
{
	const struct se_purse_session *session = &se->purse;

	if (session->state != SE_PURSE_IDLE && session->owner == YKT_SE_CONTACTLESS &&
	    iface == YKT_SE_WIRED)
		return SW_CONDITIONS;
	se_purse_end(se);

	return SW_OK;
}

struct se_purse_session *
se_purse_open(struct se_call *call, enum se_purse_state state)
{
	struct se_purse_session *session = &call->se->purse;

	if (session->state != state || !se_purse_mine(call) ||
	    session->purse != call->side->app.index)
		return NULL;

	return session;
}

void
se_purse_log(struct se *se, uint8_t purse, struct se_money *money, const struct record_log *record)
{
	uint8_t bytes[RECORD_LOG_LEN];

	money->log_head = (uint8_t)((money->log_head + 1) % SE_LOG_COUNT);
	if (money->log_count < SE_LOG_COUNT)
		money->log_count++;
	record_log_encode(record, bytes);
	se_tx_put(se,
	    (uint32_t)SE_PURSE_OFF(purse) + SE_PURSE_LOG +
		(uint32_t)money->log_head * RECORD_LOG_LEN,
	    YKT_BYTES(bytes));
}
