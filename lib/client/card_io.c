/*
 * What the client itself says to the element.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/card_io.h"

#include <string.h>

#include "card/gp.h"
#include "card/purse_admin.h"
#include "card/sw.h"
#include "card/tlv.h"

#define CARD_MS  10000
#define TAG_CIN  0x45
#define TAG_CPLC 0x9F7F
#define ATR_MAX  40

#define TAG_RESOURCES 0xFF21
#define TAG_FREE_NVM  0x82

/* Where a chip's production data tell one from another. */
#define CPLC_FABRICATOR 0
#define CPLC_FAB_LEN    4
#define CPLC_SERIAL     10
#define CPLC_SERIAL_LEN 8
#define CPLC_LEN        42

const struct ykt_bytes client_purse_aid = { purse_aid, PURSE_AID_LEN };

static int64_t
deadline(const struct ykt_client *client)
{
	return ykt_clock_mono(client->o.env.clock) + CARD_MS;
}

/* SELECT has no condition of its own: the access rules do not let this program (C5-MOD-4). */
static bool
caller_refused(const struct ykt_buf *command, uint16_t sw)
{
	return sw == SW_SECURITY && command->len > 1 && command->data[1] == PURSE_INS_SELECT;
}

enum ykt_status
client_card_send(
    struct ykt_client *client, const struct ykt_buf *command, struct client_rsp *ret_rsp)
{
	const struct ykt_se *se = client->o.se;
	struct ykt_buf answer = YKT_BUF(ret_rsp->bytes);
	struct apdu_rsp rsp;
	enum ykt_status status = ykt_buf_done(command);

	ret_rsp->data = ykt_bytes(NULL, 0);
	ret_rsp->sw = 0;
	if (status == YKT_OK && se == NULL)
		status = YKT_E_LINK;
	if (status == YKT_OK)
		status = se->transceive(se->ctx, ykt_buf_view(command), &answer, deadline(client));
	if (status == YKT_OK)
		status = apdu_rsp_decode(ykt_buf_view(&answer), &rsp);
	if (status == YKT_OK) {
		ret_rsp->data = rsp.data;
		ret_rsp->sw = rsp.sw;
	}
	if (status == YKT_OK && caller_refused(command, rsp.sw)) {
		client_reason(client, "access_rules");
		status = YKT_REFUSED;
	}

	return status;
}

enum ykt_status
client_card_do(struct ykt_client *client, const struct ykt_buf *command, struct client_rsp *ret_rsp)
{
	enum ykt_status status = client_card_send(client, command, ret_rsp);

	if (status == YKT_OK && ret_rsp->sw != SW_OK) {
		status = sw_status(ret_rsp->sw);
		if (status == YKT_OK) /* 61xx and 91xx: the link fetches what is to be had */
			status = YKT_E_CARD;
	}

	return status;
}

bool
client_card_unsure(enum ykt_status status, uint16_t sw)
{
	if (status == YKT_OK || status == YKT_E_DEADLINE)
		return false;

	return sw == 0 || sw == SW_OK || sw == SW_UNKNOWN || sw == SW_MEMORY ||
	       sw_status(sw) == YKT_E_CARD;
}

enum ykt_status
client_card_reset(struct ykt_client *client)
{
	const struct ykt_se *se = client->o.se;
	uint8_t bytes[ATR_MAX];
	struct ykt_buf atr = YKT_BUF(bytes);

	if (se == NULL)
		return YKT_E_LINK;

	return se->reset(se->ctx, &atr, deadline(client));
}

static enum ykt_status
get_data(struct ykt_client *client, uint16_t tag, struct client_rsp *rsp)
{
	const struct apdu_cmd cmd = {
		.cla = GP_CLA,
		.ins = GP_INS_GET_DATA,
		.p1 = (uint8_t)(tag >> 8),
		.p2 = (uint8_t)tag,
		.ne = APDU_SHORT_NE_MAX,
	};
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);

	apdu_cmd_encode(&cmd, &out);

	return client_card_do(client, &out, rsp);
}

static enum ykt_status
id_from_cin(const struct client_rsp *rsp, struct client_se_id *id)
{
	struct ykt_bytes value;
	enum ykt_status status = TLV_FIND(rsp->data, &value, TAG_CIN);

	if (status != YKT_OK || value.len == 0 || value.len > sizeof(id->data))
		return YKT_E_FORMAT;
	id->len = (uint16_t)value.len;
	memcpy(id->data, value.data, value.len);

	return YKT_OK;
}

static enum ykt_status
id_from_cplc(const struct client_rsp *rsp, struct client_se_id *id)
{
	struct ykt_bytes value;
	enum ykt_status status = TLV_FIND(rsp->data, &value, TAG_CPLC);

	if (status != YKT_OK || value.len != CPLC_LEN)
		return YKT_E_FORMAT;
	id->len = CPLC_FAB_LEN + CPLC_SERIAL_LEN;
	memcpy(id->data, value.data + CPLC_FABRICATOR, CPLC_FAB_LEN);
	memcpy(id->data + CPLC_FAB_LEN, value.data + CPLC_SERIAL, CPLC_SERIAL_LEN);

	return YKT_OK;
}

bool
client_card_again(struct ykt_client *client, enum ykt_status status)
{
	return (status == YKT_E_LINK || status == YKT_E_DRIVER || status == YKT_E_FORMAT) &&
	       client_card_reset(client) == YKT_OK;
}

static enum ykt_status
se_id_once(struct ykt_client *client, struct client_se_id *ret_id)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf select = YKT_BUF(bytes);
	struct client_se_id id = { 0 };
	struct client_rsp rsp;
	enum ykt_status status;

	purse_select_build(YKT_BYTES(gp_isd_aid), &select);
	status = client_card_do(client, &select, &rsp);
	if (status != YKT_OK)
		return status;
	status = get_data(client, TAG_CIN, &rsp);
	if (status == YKT_OK)
		status = id_from_cin(&rsp, &id);
	else if (rsp.sw != 0) {
		status = get_data(client, TAG_CPLC, &rsp);
		if (status == YKT_OK)
			status = id_from_cplc(&rsp, &id);
	}
	if (status == YKT_OK)
		*ret_id = id;

	return status;
}

enum ykt_status
client_se_id(struct ykt_client *client, struct client_se_id *ret_id)
{
	enum ykt_status status = se_id_once(client, ret_id);

	return client_card_again(client, status) ? se_id_once(client, ret_id) : status;
}

static enum ykt_status
room_once(struct ykt_client *client, uint32_t *ret_bytes)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf select = YKT_BUF(bytes);
	struct ykt_bytes value;
	struct client_rsp rsp;
	uint32_t room = 0;
	enum ykt_status status;

	purse_select_build(YKT_BYTES(gp_isd_aid), &select);
	status = client_card_do(client, &select, &rsp);
	if (status != YKT_OK)
		return status;
	status = get_data(client, TAG_RESOURCES, &rsp);
	if (status != YKT_OK)
		return rsp.sw != 0 ? YKT_NOT_FOUND : status;
	if (TLV_FIND(rsp.data, &value, TAG_RESOURCES, TAG_FREE_NVM) != YKT_OK || value.len == 0 ||
	    value.len > sizeof(room))
		return YKT_NOT_FOUND;
	for (size_t i = 0; i < value.len; i++)
		room = room << 8 | value.data[i];
	*ret_bytes = room;

	return YKT_OK;
}

enum ykt_status
client_se_room(struct ykt_client *client, uint32_t *ret_bytes)
{
	enum ykt_status status = room_once(client, ret_bytes);

	return client_card_again(client, status) ? room_once(client, ret_bytes) : status;
}

enum ykt_status
client_card_number(const struct file15 *info, char ret_card_no[CLIENT_CARD_NO_LEN])
{
	char digits[2 * sizeof(info->serial) + 1];

	_Static_assert(sizeof(digits) == CLIENT_CARD_NO_LEN, "ten bytes are twenty digits");
	for (size_t i = 0; i < sizeof(info->serial); i++) {
		digits[2 * i] = (char)('0' + (info->serial[i] >> 4));
		digits[2 * i + 1] = (char)('0' + (info->serial[i] & 15));
	}
	digits[sizeof(digits) - 1] = '\0';
	/* Installed and not personalised it is zeros; every number begins with 0 31 (card.md 1.2). */
	if (!wire_card_no_valid(digits) ||
	    !ykt_bytes_equal(ykt_bytes(digits, 3), ykt_bytes_str("031")))
		return YKT_NOT_FOUND;
	memcpy(ret_card_no, digits, sizeof(digits));

	return YKT_OK;
}

static enum ykt_status
select_once(struct ykt_client *client, struct ykt_bytes aid, char ret_card_no[CLIENT_CARD_NO_LEN],
    struct file15 *ret_info)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct client_rsp rsp;
	struct file15 info;
	enum ykt_status status;

	purse_select_build(aid, &out);
	status = client_card_do(client, &out, &rsp);
	if (status != YKT_OK)
		return status;
	out.len = 0;
	purse_read_binary_build(PURSE_SFI_INFO, 0, FILE15_LEN, &out);
	status = client_card_do(client, &out, &rsp);
	if (status == YKT_OK)
		status = file15_decode(rsp.data, &info);
	if (status == YKT_OK)
		status = client_card_number(&info, ret_card_no);
	if (status == YKT_OK && ret_info != NULL)
		*ret_info = info;

	return status;
}

enum ykt_status
client_purse_select(struct ykt_client *client, struct ykt_bytes aid,
    char ret_card_no[CLIENT_CARD_NO_LEN], struct file15 *ret_info)
{
	enum ykt_status status = select_once(client, aid, ret_card_no, ret_info);

	return client_card_again(client, status) ? select_once(client, aid, ret_card_no, ret_info)
						 : status;
}

static enum ykt_status
balance_part(struct ykt_client *client, enum purse_balance_p1 which, uint32_t *ret_fen)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	purse_balance_build(which, &out);
	status = client_card_do(client, &out, &rsp);

	return status == YKT_OK ? purse_balance_rsp_decode(rsp.data, ret_fen) : status;
}

enum ykt_status
client_purse_balance(struct ykt_client *client, ykt_fen *ret_balance)
{
	uint32_t available = 0, limit = 0;
	enum ykt_status status;

	status = balance_part(client, PURSE_BALANCE_AVAILABLE, &available);
	if (status == YKT_OK)
		status = balance_part(client, PURSE_BALANCE_OVERDRAFT_LIMIT, &limit);
	if (status == YKT_OK)
		*ret_balance = (ykt_fen)available - (ykt_fen)limit;

	return status;
}

static enum ykt_status
initialize(struct ykt_client *client, enum purse_init_p1 form, ykt_fen amount,
    const uint8_t terminal[PURSE_TERMINAL_LEN], uint8_t ret_init[PURSE_LOAD_INIT_RSP_LEN],
    uint16_t *ret_sw)
{
	struct purse_init init = { .p1 = (uint8_t)form, .key_index = PURSE_KEY_INDEX };
	struct purse_load_init_rsp answer; /* not used: what cannot be is not sent on */
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	if (amount < 0 || amount > PURSE_BALANCE_MAX)
		return YKT_OVER_LIMIT;
	init.amount = (uint32_t)amount;
	memcpy(init.terminal, terminal, sizeof(init.terminal));
	purse_init_build(&init, &out);
	status = client_card_do(client, &out, &rsp);
	*ret_sw = rsp.sw;
	if (status == YKT_OK)
		status = purse_load_init_rsp_decode(rsp.data, &answer);
	if (status == YKT_OK)
		memcpy(ret_init, rsp.data.data, PURSE_LOAD_INIT_RSP_LEN);

	return status;
}

enum ykt_status
client_purse_init(struct ykt_client *client, ykt_fen amount,
    const uint8_t terminal[PURSE_TERMINAL_LEN], uint8_t ret_init[PURSE_LOAD_INIT_RSP_LEN],
    uint16_t *ret_sw)
{
	return initialize(client, PURSE_INIT_LOAD, amount, terminal, ret_init, ret_sw);
}

enum ykt_status
client_purse_unload_init(struct ykt_client *client, ykt_fen amount,
    const uint8_t terminal[PURSE_TERMINAL_LEN], uint8_t ret_init[PURSE_LOAD_INIT_RSP_LEN],
    uint16_t *ret_sw)
{
	return initialize(client, PURSE_INIT_UNLOAD, amount, terminal, ret_init, ret_sw);
}

/* CREDIT FOR LOAD and DEBIT FOR UNLOAD: the command in out, four bytes for an answer. */
static enum ykt_status
commit(struct ykt_client *client, const struct ykt_buf *out, uint8_t ret_mac[PURSE_MAC_LEN],
    uint16_t *ret_sw)
{
	struct client_rsp rsp;
	enum ykt_status status = client_card_do(client, out, &rsp);

	*ret_sw = rsp.sw;

	return status == YKT_OK ? purse_credit_rsp_decode(rsp.data, ret_mac) : status;
}

enum ykt_status
client_purse_credit(struct ykt_client *client, const struct purse_credit *credit,
    uint8_t ret_tac[PURSE_MAC_LEN], uint16_t *ret_sw)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);

	purse_credit_build(credit, &out);

	return commit(client, &out, ret_tac, ret_sw);
}

enum ykt_status
client_purse_unload(struct ykt_client *client, const struct purse_credit *unload,
    uint8_t ret_mac3[PURSE_MAC_LEN], uint16_t *ret_sw)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);

	purse_unload_build(0, unload, &out);

	return commit(client, &out, ret_mac3, ret_sw);
}

static enum ykt_status
proof_of(struct ykt_client *client, enum purse_type type, uint16_t seq,
    struct purse_proof_rsp *ret_answer)
{
	const struct purse_proof proof = { .type = (uint8_t)type, .seq = seq };
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	purse_proof_build(&proof, &out);
	status = client_card_do(client, &out, &rsp);

	return status == YKT_OK ? purse_proof_rsp_decode(rsp.data, ret_answer) : status;
}

enum ykt_status
client_purse_proof(struct ykt_client *client, uint16_t seq, uint8_t ret_tac[PURSE_MAC_LEN])
{
	struct purse_proof_rsp answer;
	enum ykt_status status = proof_of(client, PURSE_TYPE_LOAD, seq, &answer);

	if (status == YKT_OK)
		memcpy(ret_tac, answer.tac, PURSE_MAC_LEN);

	return status;
}

enum ykt_status
client_purse_unload_proof(struct ykt_client *client, uint16_t seq, uint8_t ret_mac3[PURSE_MAC_LEN])
{
	struct purse_proof_rsp answer;
	enum ykt_status status = proof_of(client, PURSE_TYPE_UNLOAD, seq, &answer);

	if (status == YKT_OK)
		memcpy(ret_mac3, answer.mac, PURSE_MAC_LEN);

	return status;
}
