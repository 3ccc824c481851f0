/*
 * Steps of a binding at the account system.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "binds.h"

int
binds_begin(struct world *w, const char *bind_id, const char *user, const char *number,
    struct wire_psp_bind_rsp *ret)
{
	struct wire_psp_bind_req req = { .ts_ms = w->now_ms };
	struct wire_account_data data = { .number = "" };
	int code;

	SET_TEXT(req.bind_id, bind_id);
	SET_TEXT(req.user, user);
	SET_TEXT(data.number, number);
	SET_TEXT(data.holder, HOLDER);
	SET_TEXT(data.phone, PHONE);
	assert_status(wire_account_seal(w->crypto, NULL, &w->channel.signer.pub, bind_id, &data,
			  req.sealed.data, &req.sealed.len),
	    YKT_OK);
	code = world_signed(w, 0, WIRE_PATH_PSP_BIND, &wire_psp_bind_req_msg, &req);
	if (code == 200)
		world_read(w, &wire_psp_bind_rsp_msg, ret);
	return code;
}

int
binds_code(struct world *w, const char *bind_id, const char *code, struct wire_psp_bind_rsp *ret)
{
	struct wire_psp_bind_confirm_req req = { .ts_ms = w->now_ms };
	int answer;

	SET_TEXT(req.bind_id, bind_id);
	assert_status(wire_account_code_seal(w->crypto, NULL, &w->channel.signer.pub, bind_id, code,
			  req.code.data, &req.code.len),
	    YKT_OK);
	answer =
	    world_signed(w, 0, WIRE_PATH_PSP_BIND_CONFIRM, &wire_psp_bind_confirm_req_msg, &req);
	if (answer == 200)
		world_read(w, &wire_psp_bind_rsp_msg, ret);
	return answer;
}

int
binds_by_id(struct world *w, size_t city, const char *path, const char *bind_id,
    struct wire_psp_bind_rsp *ret)
{
	struct wire_psp_bind_id_req req = { .ts_ms = w->now_ms };
	int code;

	SET_TEXT(req.bind_id, bind_id);
	code = world_signed(w, city, path, &wire_psp_bind_id_req_msg, &req);
	if (code == 200)
		world_read(w, &wire_psp_bind_rsp_msg, ret);
	return code;
}

int
binds_charge(struct world *w, const struct wire_psp_prepay_rsp *pay,
    const struct wire_psp_bind_rsp *bind, struct wire_psp_charge_rsp *ret)
{
	struct wire_psp_charge_req req = { .amount_fen = pay->amount_fen, .ts_ms = w->now_ms };
	int code;

	SET_TEXT(req.prepay_id, pay->prepay_id);
	SET_TEXT(req.bind_id, bind->bind_id);
	memcpy(req.token, bind->token, sizeof(req.token));
	code = world_signed(w, 0, WIRE_PATH_PSP_CHARGE, &wire_psp_charge_req_msg, &req);
	if (code == 200)
		world_read(w, &wire_psp_charge_rsp_msg, ret);
	return code;
}

const char *
binds_sent(const struct world *w)
{
	size_t len = strlen(w->sms_text);

	assert_true(len > WIRE_ACCOUNT_CODE_LEN);
	return w->sms_text + len - WIRE_ACCOUNT_CODE_LEN;
}

void
binds_bound(struct world *w, const char *bind_id, struct wire_psp_bind_rsp *ret)
{
	assert_int_equal(binds_begin(w, bind_id, USER_1, NUMBER_A, ret), 200);
	assert_string_equal(ret->state, "waiting");
	assert_int_equal(binds_code(w, bind_id, binds_sent(w), ret), 200);
	assert_string_equal(ret->state, "bound");
}
