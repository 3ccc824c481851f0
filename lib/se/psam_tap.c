/*
 * The PSAM's part of a tap: MAC1, MAC2, and the check of an earlier tap (R5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "card/psam_check.h"
#include "card/purse_cmd.h"
#include "card/sw.h"
#include "se/psam_priv.h"

#define FACTOR_SERIAL 0
#define FACTOR_ISSUER 1
#define FACTOR_COUNT  2

static uint32_t
tap_off(uint32_t terminal_seq)
{
	return PSAM_OFF_TAPS + terminal_seq % SE_PSAM_TAPS * PSAM_TAP_SIZE;
}

/* The root with this version and algorithm, borrowed from home; NULL without. */
static const uint8_t *
find_root(const struct se_psam *psam, uint8_t version, uint8_t alg)
{
	for (uint32_t i = 0; i < PSAM_KEY_COUNT; i++) {
		const uint8_t *key = psam_home(psam, PSAM_OFF_KEYS + i * PSAM_KEY_SIZE);

		if (key[0] != 0 && key[0] == version && key[1] == alg)
			return key + 2;
	}
	return NULL;
}

/* No factor may be left out: MAC1 under the root itself would open every card. */
static uint16_t
check_tap(const struct psam_mac1 *tap)
{
	const bool capp = tap->type == PURSE_TYPE_CAPP;

	if (tap->factor_count != FACTOR_COUNT || (!capp && tap->type != PURSE_TYPE_PURCHASE) ||
	    tap->amount > PURSE_BALANCE_MAX || (!capp && tap->amount == 0) ||
	    !ykt_bcd_valid(YKT_BYTES(tap->datetime)))
		return SW_DATA;
	return SW_OK;
}

static enum ykt_status
compute(struct se_psam *psam, const struct psam_mac1 *tap, const uint8_t *root,
    struct psam_mac1_rsp *rsp, uint8_t mac2[PURSE_MAC_LEN])
{
	const enum purse_alg alg = (enum purse_alg)tap->alg;
	struct purse_purchase purchase = {
		.amount = tap->amount,
		.terminal_seq = rsp->terminal_seq,
		.type = tap->type,
	};
	struct purse_session session;
	uint8_t issuer_key[PURSE_KEY_LEN];
	uint8_t card_key[PURSE_KEY_LEN];
	enum ykt_status status;

	memcpy(purchase.terminal, psam_home(psam, PSAM_OFF_TERMINAL), PURSE_TERMINAL_LEN);
	memcpy(purchase.datetime, tap->datetime, PURSE_DATETIME_LEN);
	memset(&session, 0, sizeof(session));

	status = purse_diversify(psam->crypto, alg, root, tap->factors[FACTOR_ISSUER], issuer_key);
	if (status == YKT_OK)
		status = purse_diversify(
		    psam->crypto, alg, issuer_key, tap->factors[FACTOR_SERIAL], card_key);
	if (status == YKT_OK)
		status = purse_session_purchase(psam->crypto, alg, card_key, tap->random,
		    tap->offline_seq, rsp->terminal_seq, &session);
	if (status == YKT_OK)
		status = purse_purchase_macs(psam->crypto, &session, &purchase, rsp->mac1, mac2);

	purse_session_clear(&session);
	ykt_wipe(issuer_key, sizeof(issuer_key));
	ykt_wipe(card_key, sizeof(card_key));
	return status;
}

/* The number is used up, and what proves the tap later is kept, before MAC1 leaves. */
static uint16_t
remember(struct se_psam *psam, uint32_t terminal_seq, const uint8_t mac2[PURSE_MAC_LEN])
{
	uint8_t next[4];
	uint8_t tap[PSAM_TAP_SIZE];
	uint16_t sw;

	ykt_set_u32(next, terminal_seq + 1);
	ykt_set_u32(tap, terminal_seq);
	memcpy(tap + 4, mac2, PURSE_MAC_LEN);
	se_journal_begin(&psam->journal);
	se_journal_put(&psam->journal, PSAM_OFF_NEXT_SEQ, YKT_BYTES(next));
	se_journal_put(&psam->journal, tap_off(terminal_seq), YKT_BYTES(tap));
	sw = psam_commit(psam);
	ykt_wipe(tap, sizeof(tap));
	return sw;
}

static bool
blocked(const struct se_psam *psam)
{
	return *psam_home(psam, PSAM_OFF_FAILS) >= SE_PSAM_FAILS_MAX;
}

uint16_t
psam_mac1(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out)
{
	struct psam_mac1 tap;
	struct psam_mac1_rsp rsp = { 0 };
	uint8_t mac2[PURSE_MAC_LEN];
	const uint8_t *root;
	uint16_t sw;

	if (cmd->p1 != 0 || cmd->p2 != 0)
		return SW_P1P2;
	if (psam_mac1_decode(cmd, &tap) != YKT_OK)
		return SW_LENGTH;
	if (*psam_home(psam, PSAM_OFF_STATE) != PSAM_STATE_READY)
		return SW_CONDITIONS;
	if (blocked(psam))
		return SW_AUTH_BLOCKED;
	sw = check_tap(&tap);
	if (sw != SW_OK)
		return sw;
	root = find_root(psam, tap.key_version, tap.alg);
	if (root == NULL)
		return SW_KEY_INDEX;
	rsp.terminal_seq = ykt_get_u32(psam_home(psam, PSAM_OFF_NEXT_SEQ));
	if (rsp.terminal_seq == 0)
		return SW_COUNTER;

	if (compute(psam, &tap, root, &rsp, mac2) != YKT_OK)
		sw = SW_EXEC_ERROR;
	if (sw == SW_OK)
		sw = remember(psam, rsp.terminal_seq, mac2);
	if (sw == SW_OK) {
		psam_mac1_rsp_encode(&rsp, out);
		psam->open = true;
		psam->terminal_seq = rsp.terminal_seq;
	}
	ykt_wipe(mac2, sizeof(mac2));
	ykt_wipe(&rsp, sizeof(rsp));
	return sw;
}

/* Compares with the remembered tap and keeps the count of wrong ones, durably. */
static uint16_t
judge(struct se_psam *psam, const uint8_t *tap, const uint8_t mac2[PURSE_MAC_LEN])
{
	const bool good = ykt_ct_equal(tap + 4, mac2, PURSE_MAC_LEN);
	uint8_t fails = *psam_home(psam, PSAM_OFF_FAILS);
	uint16_t sw = SW_OK;

	if (good && fails == 0)
		return SW_OK;
	fails = good ? 0 : (uint8_t)(fails + 1);
	se_journal_begin(&psam->journal);
	se_journal_put(&psam->journal, PSAM_OFF_FAILS, ykt_bytes(&fails, 1));
	sw = psam_commit(psam);
	if (sw != SW_OK)
		return sw;
	return good ? SW_OK : SW_MAC;
}

uint16_t
psam_mac2(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out)
{
	const bool open = psam->open;
	uint8_t mac2[PURSE_MAC_LEN];

	(void)out;
	psam->open = false;
	if (cmd->p1 != 0 || cmd->p2 != 0)
		return SW_P1P2;
	if (psam_mac2_decode(cmd, mac2) != YKT_OK)
		return SW_LENGTH;
	if (!open)
		return SW_CONDITIONS;
	if (blocked(psam))
		return SW_AUTH_BLOCKED;
	return judge(psam, psam_home(psam, tap_off(psam->terminal_seq)), mac2);
}

uint16_t
psam_check(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out)
{
	uint8_t mac2[PURSE_MAC_LEN];
	uint32_t terminal_seq;
	const uint8_t *tap;

	(void)out;
	if (cmd->p1 != 0 || cmd->p2 != 0)
		return SW_P1P2;
	if (psam_check_decode(cmd, &terminal_seq, mac2) != YKT_OK)
		return SW_LENGTH;
	if (blocked(psam))
		return SW_AUTH_BLOCKED;
	tap = psam_home(psam, tap_off(terminal_seq));
	if (terminal_seq == 0 || ykt_get_u32(tap) != terminal_seq)
		return SW_DATA_NOT_FOUND;
	return judge(psam, tap, mac2);
}
