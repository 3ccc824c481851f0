/*
 * UPDATE CAPP DATA CACHE and DEBIT for both kinds of purchase.
 *
 * Nothing of the cache is visible before DEBIT; DEBIT commits balance, counter,
 * log, the cached records and the proof at once (card.md 1.8).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/files.h"
#include "card/purse_admin.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

#define P1_DEBIT        0x01 /* everybody, for both kinds */
#define P1_DEBIT_SIMPLE 0x02 /* the 978 revision, after INITIALIZE FOR PURCHASE */

/* The place for a record; a repeated UPDATE, its answer lost, takes its own again. */
static struct se_cache *
cache_for(struct se_purse_session *session, uint8_t sfi, uint8_t record)
{
	struct se_cache *item;

	for (size_t i = 0; i < session->cache_count; i++) {
		item = &session->cache[i];
		if (item->sfi == sfi && item->record == record)
			return item;
	}
	if (session->cache_count == SE_CACHE_COUNT)
		return NULL;
	item = &session->cache[session->cache_count++];
	item->sfi = sfi;
	item->record = record;

	return item;
}

/* Which record of file 1A the data name; P1 is 00, the id's low byte or the number. */
static uint16_t
find_journey(struct se_call *call, const struct purse_capp_update *update, uint8_t *ret_record)
{
	uint16_t id = ykt_get_u16(update->record.data);
	uint8_t record = se_purse_data_find(call->se, call->side->app.index, id);

	if (record == SE_DATA_COUNT)
		return SW_RECORD_NOT_FOUND;
	if (update->p1 != 0 && update->p1 != (id & 0xFF) && update->p1 != record + 1)
		return SW_P1P2;
	*ret_record = record;

	return SW_OK;
}

uint16_t
se_purse_update_capp(struct se_call *call)
{
	struct se_purse_session *session = se_purse_open(call, SE_PURSE_CAPP);
	struct purse_capp_update update;
	struct se_cache *item;
	uint8_t record = 0;
	enum ykt_status status = purse_capp_update_decode(call->cmd, &update);

	if (status == YKT_E_ARG)
		return SW_P1P2;
	if (status != YKT_OK)
		return SW_LENGTH;
	if (session == NULL)
		return SW_CONDITIONS;
	if (update.sfi == PURSE_SFI_JOURNEY) {
		uint16_t sw = SW_LENGTH;

		if (update.record.len == RECORD_JOURNEY_LEN)
			sw = find_journey(call, &update, &record);
		if (sw != SW_OK)
			return sw;
	} else if (update.sfi != PURSE_SFI_TRIP) {
		return SW_P1P2;
	} else if (update.record.len != RECORD_TRIP_LEN) {
		return SW_LENGTH;
	} else if (update.p1 > SE_TRIP_COUNT) {
		return SW_P1P2;
	}
	item = cache_for(session, update.sfi, record);
	if (item == NULL)
		return SW_EXT_DATA;
	memcpy(item->data, update.record.data, update.record.len);

	return SW_OK;
}

static void
put_cache(struct se *se, const struct se_purse_session *session, struct se_money *money)
{
	uint32_t off = (uint32_t)SE_PURSE_OFF(session->purse);

	for (size_t i = 0; i < session->cache_count; i++) {
		const struct se_cache *item = &session->cache[i];

		if (item->sfi == PURSE_SFI_JOURNEY) {
			se_tx_put(se, off + SE_PURSE_DATA + (uint32_t)item->record * SE_DATA_LEN,
			    ykt_bytes(item->data, SE_DATA_LEN));
			continue;
		}
		money->trip_head = (uint8_t)((money->trip_head + 1) % SE_TRIP_COUNT);
		if (money->trip_count < SE_TRIP_COUNT)
			money->trip_count++;
		se_tx_put(se, off + SE_PURSE_TRIPS + (uint32_t)money->trip_head * SE_TRIP_LEN,
		    ykt_bytes(item->data, SE_TRIP_LEN));
	}
}

/* MAC1 judged, MAC2 (with it, for one key set-up) and TAC made; nothing is written yet. */
static uint16_t
authenticate(struct se_call *call, const struct purse_debit *debit,
    const struct purse_purchase *purchase, uint16_t offline, struct se_proof *proof)
{
	const struct se_purse_session *session = &call->se->purse;
	struct crypto *crypto = call->se->crypto;
	struct se_purse_key key, tac_key;
	struct purse_session session_key;
	uint8_t mac1[PURSE_MAC_LEN], mac2[PURSE_MAC_LEN];
	uint16_t sw = SW_EXEC_ERROR;

	se_purse_key_at(call->se, session->purse, session->key_slot, &key);
	if (!se_purse_key(call, PERSO_KEY_TAC, SE_TAC_KEY_INDEX, &tac_key))
		return SW_KEY_INDEX;
	if (purse_session_purchase(crypto, key.alg, key.bytes, session->random, offline,
		debit->terminal_seq, &session_key) != YKT_OK ||
	    purse_purchase_macs(crypto, &session_key, purchase, mac1, mac2) != YKT_OK)
		goto out;
	if (!ykt_ct_equal(mac1, debit->mac1, sizeof(mac1))) {
		sw = SW_MAC;
		goto out;
	}
	if (purse_purchase_tac(crypto, tac_key.alg, tac_key.bytes, purchase, proof->tac) ==
	    YKT_OK) {
		memcpy(proof->mac, mac2, sizeof(mac2));
		sw = SW_OK;
	}
out:
	purse_session_clear(&session_key);
	ykt_wipe(mac1, sizeof(mac1));
	ykt_wipe(mac2, sizeof(mac2));
	return sw;
}

static uint16_t
commit(struct se_call *call, const struct purse_purchase *purchase, struct se_money *money)
{
	const struct se_purse_session *session = &call->se->purse;
	struct se_proof *proof = &money->proof[SE_PROOF_OFFLINE];
	struct record_log record = { .amount = purchase->amount, .type = purchase->type };

	se_money_debit(money, purchase->amount);
	money->offline++;
	proof->valid = 1;
	proof->type = purchase->type;
	proof->seq = money->offline;

	record.seq = money->offline;
	memcpy(record.terminal, purchase->terminal, sizeof(record.terminal));
	memcpy(record.date, purchase->datetime, sizeof(record.date));
	memcpy(record.time, purchase->datetime + sizeof(record.date), sizeof(record.time));
	se_tx_begin(call->se);
	se_purse_log(call->se, session->purse, money, &record);
	put_cache(call->se, session, money);
	se_money_put(call->se, session->purse, money);

	return se_tx_commit(call->se);
}

/* The open purchase of this call, ready for DEBIT with this P1; NULL otherwise. */
static const struct se_purse_session *
debit_session(struct se_call *call)
{
	uint8_t kind = call->cmd->p1 & PURSE_KIND_SECOND;
	const struct se_purse_session *session = se_purse_open(call, SE_PURSE_CAPP);

	if (session != NULL && (session->cache_count == 0 || (call->cmd->p1 ^ kind) != P1_DEBIT))
		return NULL;
	if (session == NULL)
		session = se_purse_open(call, SE_PURSE_DEBIT);

	return session != NULL && session->kind == kind ? session : NULL;
}

uint16_t
se_purse_debit(struct se_call *call)
{
	const struct se_purse_session *session = debit_session(call);
	uint8_t p1 = call->cmd->p1 & (uint8_t)~PURSE_KIND_SECOND;
	struct purse_purchase purchase = { 0 };
	struct purse_debit debit;
	struct se_money money;
	uint16_t sw;

	if (!se_money_has_kind(call->se, call->side->app.index, call->cmd->p1 ^ p1))
		return SW_P1P2;
	if (p1 == PURSE_P1_UNLOAD)
		return se_purse_unload(call);
	if ((p1 != P1_DEBIT && p1 != P1_DEBIT_SIMPLE) || call->cmd->p2 != 0)
		return SW_P1P2;
	if (purse_debit_decode(call->cmd, &debit) != YKT_OK)
		return SW_LENGTH;
	sw = se_purse_le(call, PURSE_DEBIT_RSP_LEN);
	if (sw != SW_OK)
		return sw;
	if (session == NULL)
		return SW_CONDITIONS;
	purchase.amount = session->amount;
	purchase.terminal_seq = debit.terminal_seq;
	purchase.type = session->type;
	memcpy(purchase.terminal, session->terminal, sizeof(purchase.terminal));
	memcpy(purchase.datetime, debit.datetime, sizeof(purchase.datetime));

	se_money_load_kind(call->se, session->purse, session->kind, &money);
	sw = se_money_blocked(&money);
	if (sw == SW_OK && !se_money_can_debit(&money, session->amount))
		sw = SW_BALANCE;
	if (sw == SW_OK)
		sw = authenticate(
		    call, &debit, &purchase, money.offline, &money.proof[SE_PROOF_OFFLINE]);
	if (sw == SW_OK)
		sw = commit(call, &purchase, &money);
	if (sw == SW_OK) {
		se_event_raise(call, &purchase, se_money_available(&money));
		ykt_put_mem(call->out, money.proof[SE_PROOF_OFFLINE].tac, PURSE_MAC_LEN);
		ykt_put_mem(call->out, money.proof[SE_PROOF_OFFLINE].mac, PURSE_MAC_LEN);
	}
	se_purse_end(call->se);

	return sw;
}
