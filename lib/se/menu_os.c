/*
 * The card OS behind the menu application: toolkit commands come to it here, and
 * its own APDUs go back through the dispatcher here.
 *
 * 91xx is answered to toolkit commands alone, so that whoever speaks to a purse or a
 * domain on the basic channel never sees it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include "card/gp.h"
#include "card/menu_pack.h"
#include "card/sms.h"
#include "card/usat.h"

static uint16_t
exchange(void *ctx, struct ykt_bytes cmd, struct ykt_buf *data)
{
	const struct se_call *call = ctx;

	return se_exchange(call->se, cmd, data);
}

bool
se_menu_takes(const struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;

	return call->iface == YKT_SE_WIRED && call->channel == 0 && cmd->cla == USAT_CLA &&
	       (cmd->ins == USAT_INS_PROFILE || cmd->ins == USAT_INS_FETCH ||
		   cmd->ins == USAT_INS_RESPONSE || cmd->ins == USAT_INS_ENVELOPE);
}

/* A set-up that was taken or refused may end a trial, and then all begins anew. */
static uint16_t
judge(struct se_call *call, enum menu_verdict verdict)
{
	switch (verdict) {
	case MENU_SET_UP:
		return se_menu_taken(call->se);
	case MENU_SET_UP_REFUSED:
		return se_menu_refused(call->se);
	case MENU_GOES_ON:
		break;
	}

	return SW_OK;
}

/* The profile may be the one too many on trial: the package is looked up after it. */
static uint16_t
start(struct se_call *call)
{
	struct menu_pack pack;
	uint16_t sw = se_menu_started(call->se);

	if (sw != SW_OK)
		return sw;
	if (!se_menu_package(call->se, &pack)) {
		menu_restart(&call->se->menu);
		return SW_OK;
	}

	return menu_profile(&call->se->menu, call->cmd->data);
}

static uint16_t
fetch(struct se_call *call, const struct menu_os *os)
{
	struct se_menu *menu = &call->se->menu;
	size_t len = menu_waiting(menu, os, call->out);

	if (call->cmd->data.len != 0 || call->cmd->ne == 0)
		return SW_LENGTH;
	if (len != 0 && call->cmd->ne < len)
		return (uint16_t)(0x6C00 | (len & 0xFF));

	return menu_fetch(menu, os, call->out);
}

static uint16_t
run(struct se_call *call, const struct menu_os *os)
{
	struct se_menu *menu = &call->se->menu;
	enum menu_verdict verdict = MENU_GOES_ON;
	uint16_t sw;

	switch (call->cmd->ins) {
	case USAT_INS_FETCH:
		return fetch(call, os);
	case USAT_INS_ENVELOPE:
		return menu_envelope(menu, os, call->cmd->data);
	default:
		sw = menu_response(menu, os, call->cmd->data, &verdict);
		return sw == SW_OK ? judge(call, verdict) : sw;
	}
}

/* 9000, or 91xx when a command waits now. */
static uint16_t
word_after(struct se_call *call)
{
	struct menu_pack pack;
	const struct menu_os os = { call, &pack, exchange, &se_menu_air };
	size_t len;

	if (!se_menu_package(call->se, &pack))
		return SW_OK;
	len = menu_waiting(&call->se->menu, &os, call->out);

	return len == 0 ? SW_OK : (uint16_t)(USAT_SW1_PENDING << 8 | (len & 0xFF));
}

/* SMS-PP DOWNLOAD is for the card OS, with or without a menu. */
static bool
is_packet(const struct se_call *call, struct ykt_bytes *ret_tpdu)
{
	struct usat_envelope envelope;

	return call->cmd->ins == USAT_INS_ENVELOPE &&
	       usat_envelope_decode(call->cmd->data, &envelope) == YKT_OK &&
	       envelope.tag == USAT_SMS_PP && envelope.source == USAT_NETWORK &&
	       usat_find(envelope.body, USAT_TAG_SMS_TPDU, ret_tpdu);
}

/* The user data of a short message that is the gateway's answer to a call. */
static bool
is_response(struct ykt_bytes tpdu, struct ykt_bytes *ret_response)
{
	static const uint8_t udh[] = { 0x02, 0x71, 0x00 };
	struct sms_deliver deliver;

	if (sms_deliver_decode(tpdu, &deliver) != YKT_OK || !deliver.has_header ||
	    !ykt_bytes_equal(ykt_bytes_sub(deliver.data, 0, sizeof(udh)), YKT_BYTES(udh)))
		return false;
	*ret_response = deliver.data;

	return true;
}

uint16_t
se_menu_toolkit(struct se_call *call)
{
	struct menu_pack pack;
	const struct menu_os os = { call, &pack, exchange, &se_menu_air };
	struct ykt_bytes tpdu, response;
	uint16_t sw = SW_CONDITIONS;

	if (se_card_state(call->se) >= GP_STATE_CARD_LOCKED)
		return SW_CONDITIONS;
	/* Whoever is named is an application of the phone, not the phone. */
	if (call->side->caller_len != 0)
		return SW_SECURITY;
	if (call->cmd->extended)
		return SW_LENGTH;
	if (call->cmd->p1 != 0 || call->cmd->p2 != 0)
		return SW_P1P2;
	if (is_packet(call, &tpdu)) {
		if (!is_response(tpdu, &response))
			return se_menu_packet(call, tpdu);
		if (se_menu_package(call->se, &pack))
			sw = menu_response_sms(&call->se->menu, &os, response);
	} else if (call->cmd->ins == USAT_INS_PROFILE)
		sw = start(call);
	else if (se_menu_package(call->se, &pack))
		sw = run(call, &os);
	if (sw != SW_OK || call->cmd->ins == USAT_INS_FETCH)
		return sw;

	return word_after(call);
}

uint16_t
se_menu_dispatch(struct se_call *call)
{
	static const struct se_row rows[] = {
		{ USAT_CLA, MENU_INS_LOAD, 0, se_menu_load },
		{ USAT_CLA, MENU_INS_INFO, 0, se_menu_info },
		{ USAT_CLA, MENU_INS_ROLLBACK, 0, se_menu_rollback },
	};

	return se_rows_run(rows, YKT_ARRAY_LEN(rows), call);
}
