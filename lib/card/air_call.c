/*
 * Calls and answers of the menu, read and written: one table says which fields an op has.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/air_call.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/menu_pack.h"
#include "card/purse.h"
#include "card/purse_cmd.h"
#include "card/usat_text.h"

#define HAS_ALL 0x3F
#define NIBBLE  0x0F

/* Fields of a call, in the sequence in which they stand. */
enum field {
	PHONE = 0x001,
	CODE = 0x002,
	PIN = 0x004,
	CONSENT = 0x008,
	SERIAL = 0x010,
	REF = 0x020,
	RESULT = 0x040, /* attempt, word, data */
	FEN = 0x080,
	BILL = 0x100,
	VERSION = 0x200,
	BLOCK = 0x400 /* offset, max */
};

static const uint16_t fields[AIR_OP_COUNT] = {
	[AIR_OTP] = PHONE,
	[AIR_REGISTER] = PHONE | CODE | PIN | CONSENT,
	[AIR_TOPUP] = PIN | SERIAL | FEN,
	[AIR_LOAD_BEGIN] = SERIAL | REF,
	[AIR_LOAD_REQUEST] = REF | RESULT,
	[AIR_LOAD_CONFIRM] = REF | RESULT,
	[AIR_BILL] = BILL,
	[AIR_PAY] = PIN | REF | FEN,
	[AIR_BALANCE] = SERIAL,
	[AIR_MENU] = VERSION,
	[AIR_MENU_BLOCK] = VERSION | BLOCK,
};

/* Every nibble a digit; with odd, the last one F. */
static bool
is_digits(const uint8_t *bcd, size_t len, bool odd)
{
	for (size_t i = 0; i < len; i++) {
		if (bcd[i] >> 4 > 9)
			return false;
		if (i + 1 == len && odd)
			return (bcd[i] & NIBBLE) == NIBBLE;
		if ((bcd[i] & NIBBLE) > 9)
			return false;
	}

	return true;
}

/* What the types alone do not say; of fields that the op has. */
static bool
call_good(const struct air_call *call)
{
	uint16_t has = call->op < AIR_OP_COUNT ? fields[call->op] : 0;

	if (has == 0 || call->language > MENU_LANG_ZH)
		return false;
	if ((has & PHONE) != 0 && !is_digits(call->phone, AIR_PHONE_LEN, true))
		return false;
	if ((has & CODE) != 0 && !is_digits(call->code, AIR_PIN_LEN, false))
		return false;
	if ((has & PIN) != 0 && !is_digits(call->pin, AIR_PIN_LEN, false))
		return false;
	if ((has & SERIAL) != 0 && !is_digits(call->serial, AIR_SERIAL_LEN, false))
		return false;
	if ((has & RESULT) != 0 && call->data.len > AIR_DATA_MAX)
		return false;
	if ((has & FEN) != 0 && (call->fen == 0 || call->fen > PURSE_BALANCE_MAX))
		return false;
	if ((has & BILL) != 0 &&
	    (call->bill_digits < AIR_BILL_MIN || call->bill_digits > AIR_BILL_MAX ||
		(call->bill_digits % 2 != 0 && (call->bill[call->bill_digits / 2] & NIBBLE) != 0)))
		return false;

	return (has & BLOCK) == 0 || (call->max != 0 && call->max <= AIR_BLOCK_MAX);
}

static void
rd_result(struct ykt_rd *rd, struct air_call *call)
{
	call->attempt = ykt_rd_u16(rd);
	call->sw = ykt_rd_u16(rd);
	call->data = ykt_rd_take(rd, ykt_rd_u8(rd));
}

static void
rd_bill(struct ykt_rd *rd, struct air_call *call)
{
	call->bill_digits = ykt_rd_u8(rd);
	if (call->bill_digits > AIR_BILL_MAX)
		rd->bad = true;
	else
		ykt_rd_copy(rd, call->bill, (call->bill_digits + 1u) / 2);
}

static void
rd_fields(struct ykt_rd *rd, uint16_t has, struct air_call *call)
{
	if ((has & PHONE) != 0)
		ykt_rd_copy(rd, call->phone, AIR_PHONE_LEN);
	if ((has & CODE) != 0)
		ykt_rd_copy(rd, call->code, AIR_PIN_LEN);
	if ((has & PIN) != 0)
		ykt_rd_copy(rd, call->pin, AIR_PIN_LEN);
	if ((has & CONSENT) != 0) {
		uint8_t consent = ykt_rd_u8(rd);

		call->consent = consent != 0;
		rd->bad = rd->bad || consent > 1;
	}
	if ((has & SERIAL) != 0)
		ykt_rd_copy(rd, call->serial, AIR_SERIAL_LEN);
	if ((has & REF) != 0)
		ykt_rd_copy(rd, call->ref, AIR_REF_LEN);
	if ((has & RESULT) != 0)
		rd_result(rd, call);
	if ((has & FEN) != 0)
		call->fen = ykt_rd_u32(rd);
	if ((has & BILL) != 0)
		rd_bill(rd, call);
	if ((has & VERSION) != 0)
		call->version = ykt_rd_u16(rd);
	if ((has & BLOCK) != 0) {
		call->offset = ykt_rd_u16(rd);
		call->max = ykt_rd_u8(rd);
	}
}

enum ykt_status
air_call_decode(struct ykt_bytes bytes, struct air_call *ret_call)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct air_call call = { .op = ykt_rd_u8(&rd), .language = ykt_rd_u8(&rd) };
	enum ykt_status status;

	if (call.op >= AIR_OP_COUNT)
		return YKT_E_FORMAT;
	rd_fields(&rd, fields[call.op], &call);
	status = ykt_rd_done(&rd);
	if (status == YKT_OK && !call_good(&call))
		status = YKT_E_FORMAT;
	if (status == YKT_OK)
		*ret_call = call;
	ykt_wipe(&call, sizeof(call));

	return status;
}

bool
air_call_has_pin(const struct air_call *call)
{
	return call->op < AIR_OP_COUNT && (fields[call->op] & PIN) != 0;
}

static void
put_fields(const struct air_call *call, uint16_t has, struct ykt_buf *out)
{
	if ((has & PHONE) != 0)
		ykt_put_mem(out, call->phone, AIR_PHONE_LEN);
	if ((has & CODE) != 0)
		ykt_put_mem(out, call->code, AIR_PIN_LEN);
	if ((has & PIN) != 0)
		ykt_put_mem(out, call->pin, AIR_PIN_LEN);
	if ((has & CONSENT) != 0)
		ykt_put_u8(out, call->consent ? 1 : 0);
	if ((has & SERIAL) != 0)
		ykt_put_mem(out, call->serial, AIR_SERIAL_LEN);
	if ((has & REF) != 0)
		ykt_put_mem(out, call->ref, AIR_REF_LEN);
	if ((has & RESULT) != 0) {
		ykt_put_u16(out, call->attempt);
		ykt_put_u16(out, call->sw);
		ykt_put_u8(out, (uint8_t)call->data.len);
		ykt_put(out, call->data);
	}
	if ((has & FEN) != 0)
		ykt_put_u32(out, call->fen);
	if ((has & BILL) != 0) {
		ykt_put_u8(out, call->bill_digits);
		ykt_put_mem(out, call->bill, (call->bill_digits + 1u) / 2);
	}
	if ((has & VERSION) != 0)
		ykt_put_u16(out, call->version);
	if ((has & BLOCK) != 0) {
		ykt_put_u16(out, call->offset);
		ykt_put_u8(out, call->max);
	}
}

void
air_call_encode(const struct air_call *call, struct ykt_buf *out)
{
	if (!call_good(call)) {
		out->full = true;
		return;
	}
	ykt_put_u8(out, call->op);
	ykt_put_u8(out, call->language);
	put_fields(call, fields[call->op], out);
}

/* INITIALIZE FOR LOAD or CREDIT FOR LOAD to the purse that is selected, nothing else. */
static bool
may_run(struct ykt_bytes command)
{
	struct apdu_cmd cmd;

	if (apdu_cmd_decode(command, &cmd) != YKT_OK || cmd.cla != PURSE_CLA || cmd.extended)
		return false;
	if (cmd.ins == PURSE_INS_INITIALIZE)
		return cmd.p1 == PURSE_INIT_LOAD && cmd.p2 == PURSE_P2_PURSE;

	return cmd.ins == PURSE_INS_CREDIT && cmd.p1 == 0 && cmd.p2 == 0;
}

bool
air_script_next(struct ykt_rd *rd, struct ykt_bytes *ret_command)
{
	struct ykt_bytes command;

	if (rd->left == 0)
		return false;
	command = ykt_rd_take(rd, ykt_rd_u8(rd));
	if (rd->bad)
		return false;
	*ret_command = command;

	return true;
}

void
air_script_put(struct ykt_buf *script, struct ykt_bytes command)
{
	if (command.len > UINT8_MAX)
		script->full = true;
	ykt_put_u8(script, (uint8_t)command.len);
	ykt_put(script, command);
}

static bool
script_good(struct ykt_bytes script)
{
	struct ykt_rd rd = ykt_rd(script);
	struct ykt_bytes command;
	unsigned count = 0;

	while (air_script_next(&rd, &command)) {
		if (!may_run(command) || ++count > AIR_SCRIPT_MAX)
			return false;
	}

	return !rd.bad && count != 0;
}

static bool
text_good(struct ykt_bytes text)
{
	uint8_t raw[1 + 2 * AIR_TEXT_MAX];
	struct ykt_buf ucs2 = YKT_BUF(raw);

	if (text.len > AIR_TEXT_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < 0x20 || text.data[i] == 0x7F)
			return false;
	}

	return usat_text_encode(USAT_DCS_UCS2, text, &ucs2) == YKT_OK;
}

static bool
answer_good(const struct air_answer *answer)
{
	bool script = (answer->has & AIR_HAS_SCRIPT) != 0;
	bool block = (answer->has & AIR_HAS_BLOCK) != 0;

	if (answer->status >= AIR_STATUS_COUNT || answer->next >= AIR_OP_COUNT ||
	    (answer->has & ~HAS_ALL) != 0 || (script && block) || !text_good(answer->text))
		return false;
	if (script)
		return script_good(answer->data);

	return !block || (answer->data.len != 0 && answer->data.len <= AIR_BLOCK_MAX);
}

enum ykt_status
air_answer_decode(struct ykt_bytes bytes, struct air_answer *ret_answer)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct air_answer answer = { .status = ykt_rd_u8(&rd), .next = ykt_rd_u8(&rd) };

	answer.has = ykt_rd_u8(&rd);
	answer.text = ykt_rd_take(&rd, ykt_rd_u8(&rd));
	if ((answer.has & AIR_HAS_REF) != 0) {
		ykt_rd_copy(&rd, answer.ref, AIR_REF_LEN);
		answer.attempt = ykt_rd_u16(&rd);
	}
	if ((answer.has & AIR_HAS_FEN) != 0)
		answer.fen = (int32_t)ykt_rd_u32(&rd);
	if ((answer.has & AIR_HAS_MENU) != 0) {
		answer.version = ykt_rd_u16(&rd);
		answer.at = ykt_rd_u16(&rd);
	}
	if ((answer.has & (AIR_HAS_SCRIPT | AIR_HAS_BLOCK)) != 0)
		answer.data = ykt_rd_take(&rd, ykt_rd_u8(&rd));
	if (ykt_rd_done(&rd) != YKT_OK || !answer_good(&answer))
		return YKT_E_FORMAT;
	*ret_answer = answer;

	return YKT_OK;
}

void
air_answer_encode(const struct air_answer *answer, struct ykt_buf *out)
{
	if (!answer_good(answer)) {
		out->full = true;
		return;
	}
	ykt_put_u8(out, answer->status);
	ykt_put_u8(out, answer->next);
	ykt_put_u8(out, answer->has);
	ykt_put_u8(out, (uint8_t)answer->text.len);
	ykt_put(out, answer->text);
	if ((answer->has & AIR_HAS_REF) != 0) {
		ykt_put_mem(out, answer->ref, AIR_REF_LEN);
		ykt_put_u16(out, answer->attempt);
	}
	if ((answer->has & AIR_HAS_FEN) != 0)
		ykt_put_u32(out, (uint32_t)answer->fen);
	if ((answer->has & AIR_HAS_MENU) != 0) {
		ykt_put_u16(out, answer->version);
		ykt_put_u16(out, answer->at);
	}
	if ((answer->has & (AIR_HAS_SCRIPT | AIR_HAS_BLOCK)) != 0) {
		ykt_put_u8(out, (uint8_t)answer->data.len);
		ykt_put(out, answer->data);
	}
}

enum ykt_status
air_digits_pack(struct ykt_bytes digits, uint8_t *out, size_t len)
{
	uint8_t bcd[AIR_SERIAL_LEN];

	if (len > sizeof(bcd) || digits.len + 1 < 2 * len || digits.len > 2 * len || len == 0)
		return YKT_E_FORMAT;
	memset(bcd, 0xFF, len);
	for (size_t i = 0; i < digits.len; i++) {
		uint8_t value = (uint8_t)(digits.data[i] - '0');

		if (value > 9)
			return YKT_E_FORMAT;
		if (i % 2 == 0)
			bcd[i / 2] = (uint8_t)(value << 4 | NIBBLE);
		else
			bcd[i / 2] = (uint8_t)((bcd[i / 2] & 0xF0) | value);
	}
	memcpy(out, bcd, len);
	ykt_wipe(bcd, sizeof(bcd));

	return YKT_OK;
}

enum ykt_status
air_digits_text(const uint8_t *bcd, size_t len, char *ret_text)
{
	size_t at = 0;

	if (!is_digits(bcd, len, false) && !is_digits(bcd, len, true))
		return YKT_E_FORMAT;
	for (size_t i = 0; i < 2 * len; i++) {
		uint8_t value = i % 2 == 0 ? bcd[i / 2] >> 4 : bcd[i / 2] & NIBBLE;

		if (value != NIBBLE)
			ret_text[at++] = (char)('0' + value);
	}
	ret_text[at] = '\0';

	return YKT_OK;
}
