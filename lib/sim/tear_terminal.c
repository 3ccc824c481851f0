/*
 * What a terminal says to the card on the tear bench.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/tear_talk.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/purse_admin.h"
#include "card/purse_cmd.h"
#include "card/sw.h"

#define DATETIME "20250102030405"

static bool
put_hex(struct tear_card *card, const char *hex, struct ykt_buf *out)
{
	return tear_need(card, ykt_hex_decode(hex, strlen(hex), out) == YKT_OK, "hex");
}

uint16_t
tear_initialize(struct tear_card *card, enum ykt_se_iface iface, uint8_t p1, uint32_t amount,
    struct ykt_buf *ret_init)
{
	uint8_t bytes[32];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct purse_init init = { .p1 = p1, .key_index = PURSE_KEY_INDEX, .amount = amount };
	struct ykt_buf terminal = YKT_BUF(init.terminal);

	if (!put_hex(card, TEAR_TERMINAL, &terminal))
		return 0;
	purse_init_build(&init, &cmd);

	return tear_card_send(card, iface, ykt_buf_view(&cmd), ret_init);
}

/* Both second steps of an online transaction carry a time and a MAC2. */
static bool
make_mac2(struct tear_card *card, struct ykt_bytes init, const uint8_t *key,
    struct purse_load *load, struct purse_credit *ret_credit)
{
	struct ykt_buf terminal = YKT_BUF(load->terminal);
	struct ykt_buf datetime = YKT_BUF(load->datetime);
	struct purse_load_init_rsp rsp;
	struct purse_session session;

	if (!put_hex(card, TEAR_TERMINAL, &terminal) || !put_hex(card, DATETIME, &datetime))
		return false;
	memcpy(ret_credit->datetime, load->datetime, sizeof(ret_credit->datetime));

	return tear_need(card,
	    purse_load_init_rsp_decode(init, &rsp) == YKT_OK &&
		purse_session_load(card->crypto, (enum purse_alg)rsp.alg, key, rsp.random,
		    rsp.online_seq, &session) == YKT_OK &&
		purse_load_mac2(card->crypto, &session, load, ret_credit->mac2) == YKT_OK,
	    "a MAC2");
}

bool
tear_credit_build(
    struct tear_card *card, struct ykt_bytes init, uint32_t amount, struct ykt_buf *ret_cmd)
{
	struct purse_load load = { .amount = amount, .type = PURSE_TYPE_LOAD };
	struct purse_credit credit;

	if (!make_mac2(card, init, tear_purse_keys.load, &load, &credit))
		return false;
	ret_cmd->len = 0;
	purse_credit_build(&credit, ret_cmd);

	return true;
}

bool
tear_unload_build(
    struct tear_card *card, struct ykt_bytes init, uint32_t amount, struct ykt_buf *ret_cmd)
{
	struct purse_load load = { .amount = amount, .type = PURSE_TYPE_UNLOAD };
	struct purse_credit unload;

	if (!make_mac2(card, init, tear_purse_keys.unload, &load, &unload))
		return false;
	ret_cmd->len = 0;
	purse_unload_build(0, &unload, ret_cmd);

	return true;
}

bool
tear_limit_build(
    struct tear_card *card, struct ykt_bytes init, uint32_t limit, struct ykt_buf *ret_cmd)
{
	struct purse_limit now = { .limit = limit };
	struct purse_limit_update update = { .limit = limit };
	struct ykt_buf terminal = YKT_BUF(now.terminal);
	struct ykt_buf datetime = YKT_BUF(now.datetime);
	struct purse_limit_init_rsp rsp;
	struct purse_session session;

	if (!put_hex(card, TEAR_TERMINAL, &terminal) || !put_hex(card, DATETIME, &datetime) ||
	    !tear_need(card,
		purse_limit_init_rsp_decode(init, &rsp) == YKT_OK &&
		    purse_session_load(card->crypto, (enum purse_alg)rsp.alg,
			tear_purse_keys.overdraft, rsp.random, rsp.online_seq,
			&session) == YKT_OK &&
		    purse_limit_mac2(card->crypto, &session, &now, update.mac2) == YKT_OK,
		"UPDATE OVERDRAW LIMIT, building"))
		return false;
	memcpy(update.datetime, now.datetime, sizeof(update.datetime));
	ret_cmd->len = 0;
	purse_limit_update_build(&update, ret_cmd);

	return true;
}

bool
tear_debit_build(struct tear_card *card, struct ykt_bytes init, uint8_t type, uint32_t amount,
    struct ykt_buf *ret_cmd)
{
	struct purse_purchase purchase = { .amount = amount, .terminal_seq = 1, .type = type };
	struct purse_debit debit = { .terminal_seq = 1 };
	struct ykt_buf terminal = YKT_BUF(purchase.terminal);
	struct ykt_buf datetime = YKT_BUF(purchase.datetime);
	struct purse_purchase_init_rsp rsp;
	struct purse_session session;

	if (!put_hex(card, TEAR_TERMINAL, &terminal) || !put_hex(card, DATETIME, &datetime) ||
	    !tear_need(card,
		purse_purchase_init_rsp_decode(init, &rsp) == YKT_OK &&
		    purse_session_purchase(card->crypto, (enum purse_alg)rsp.alg,
			tear_purse_keys.purchase, rsp.random, rsp.offline_seq, 1,
			&session) == YKT_OK &&
		    purse_purchase_mac1(card->crypto, &session, &purchase, debit.mac1) == YKT_OK,
		"DEBIT, building"))
		return false;
	memcpy(debit.datetime, purchase.datetime, sizeof(debit.datetime));
	ret_cmd->len = 0;
	purse_debit_build(&debit, ret_cmd);

	return true;
}

uint16_t
tear_load(struct tear_card *card, enum ykt_se_iface iface, uint32_t amount)
{
	uint8_t bytes[64], init_bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);
	uint16_t sw = tear_initialize(card, iface, PURSE_INIT_LOAD, amount, &init);

	if (sw == SW_OK)
		sw = tear_credit_build(card, ykt_buf_view(&init), amount, &cmd)
			 ? tear_card_send(card, iface, ykt_buf_view(&cmd), NULL)
			 : 0;

	return sw;
}

uint16_t
tear_purchase(struct tear_card *card, enum ykt_se_iface iface, uint32_t amount)
{
	uint8_t bytes[64], init_bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);
	uint16_t sw = tear_initialize(card, iface, PURSE_INIT_PURCHASE, amount, &init);

	if (sw == SW_OK)
		sw = tear_debit_build(card, ykt_buf_view(&init), PURSE_TYPE_PURCHASE, amount, &cmd)
			 ? tear_card_send(card, iface, ykt_buf_view(&cmd), NULL)
			 : 0;

	return sw;
}

static bool
build_sm(struct tear_card *card, enum ykt_se_iface iface, const uint8_t key[PURSE_KEY_LEN],
    const char *head_hex, const char *data_hex, struct ykt_buf *ret_cmd)
{
	uint8_t challenge_bytes[8], mac[PURSE_MAC_LEN];
	struct ykt_buf challenge = YKT_BUF(challenge_bytes);

	ret_cmd->len = 0;
	purse_get_challenge_build(4, ret_cmd);
	if (!tear_need(card,
		tear_card_send(card, iface, ykt_buf_view(ret_cmd), &challenge) == SW_OK,
		"GET CHALLENGE"))
		return false;
	ret_cmd->len = 0;
	if (!put_hex(card, head_hex, ret_cmd))
		return false;
	ykt_put_u8(ret_cmd, (uint8_t)(strlen(data_hex) / 2 + PURSE_MAC_LEN));
	if (!put_hex(card, data_hex, ret_cmd) ||
	    !tear_need(card,
		purse_sm_mac(card->crypto, PURSE_ALG_TDES, key, ykt_buf_view(&challenge),
		    ykt_buf_view(ret_cmd), mac) == YKT_OK,
		"a MAC of secure messaging"))
		return false;
	ykt_put_mem(ret_cmd, mac, sizeof(mac));

	return true;
}

bool
tear_sm_build(struct tear_card *card, enum ykt_se_iface iface, const char *head_hex,
    const char *data_hex, bool wrong, struct ykt_buf *ret_cmd)
{
	if (!build_sm(card, iface, tear_purse_keys.maintenance, head_hex, data_hex, ret_cmd))
		return false;
	ret_cmd->data[ret_cmd->len - PURSE_MAC_LEN] ^= wrong ? 1 : 0;

	return true;
}

bool
tear_sm_key_build(struct tear_card *card, enum ykt_se_iface iface, const uint8_t key[PURSE_KEY_LEN],
    const char *head_hex, const char *data_hex, struct ykt_buf *ret_cmd)
{
	return build_sm(card, iface, key, head_hex, data_hex, ret_cmd);
}
