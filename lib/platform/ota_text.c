/*
 * What the gateway's answers say to people, in the language of the menu that asked, and
 * what a refusal of an operation is to the menu.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/ota.h"

#include <string.h>

#include "card/menu_pack.h"
#include "platform/rows.h"

/* At most AIR_TEXT_MAX bytes each, characters of the basic plane. */
static const char *const texts[AIR_STATUS_COUNT][2] = {
	[AIR_DONE] = { "", "" },
	[AIR_REFUSED] = { "Not accepted", "未被接受" },
	[AIR_LATER] = { "Please try again later", "请稍后再试" },
	[AIR_NOT_REGISTERED] = { "Please register first", "请先注册" },
	[AIR_CODE_WRONG] = { "The code is wrong or too old", "验证码错误或已过期" },
	[AIR_PIN_WRONG] = { "The payment PIN is wrong", "支付密码错误" },
	[AIR_PIN_BLOCKED] = { "The payment PIN is blocked", "支付密码已锁定" },
	[AIR_FUNDS] = { "Not enough in the wallet", "钱包余额不足" },
	[AIR_LIMIT] = { "Outside the allowed amounts", "金额超出限额" },
	[AIR_NOT_FOUND] = { "Not found", "未找到" },
	[AIR_STATE] = { "Not possible now", "当前状态不能办理" },
	[AIR_NOTHING] = { "Nothing to do", "没有需要处理的内容" },
	[AIR_CASE] = { "Please see the service desk", "请到服务网点处理" },
};

const char *
ota_status_text(enum air_status status, uint8_t language)
{
	return texts[status][language == MENU_LANG_ZH ? 1 : 0];
}

/* Bytes of the character at p of valid UTF-8, which ends with a NUL. */
static size_t
char_len(const char *p)
{
	uint8_t c = (uint8_t)*p;

	if (c < 0x80)
		return 1;

	return c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

void
ota_text_set(struct ota_ask *ask, struct air_answer *answer, const char *text)
{
	size_t at = 0;

	while (*text != '\0') {
		size_t len = char_len(text);
		bool shown = len <= 3 && (len > 1 || ((uint8_t)*text >= 0x20 && *text != 0x7F));
		size_t put = shown ? len : 1;

		if (strlen(text) < len || at + put > AIR_TEXT_MAX)
			break;
		if (shown)
			memcpy(ask->text + at, text, len);
		else
			ask->text[at] = '?';
		at += put;
		text += len;
	}
	ask->text[at] = '\0';
	answer->text = ykt_bytes(ask->text, at);
}

void
ota_refuse(struct ota_ask *ask, struct air_answer *answer, enum air_status status)
{
	*answer = (struct air_answer){ .status = (uint8_t)status };
	ota_text_set(ask, answer, ota_status_text(status, ask->call.language));
}

/* What an operation's token means to a menu; the others are AIR_REFUSED. */
static const struct {
	const char *token;
	enum air_status status;
} tokens[] = {
	{ "otp_wrong", AIR_CODE_WRONG },
	{ "pin_wrong", AIR_PIN_WRONG },
	{ "no_pin", AIR_PIN_WRONG },
	{ "pin_blocked", AIR_PIN_BLOCKED },
	{ "funds", AIR_FUNDS },
	{ "cap", AIR_LIMIT },
	{ "amount", AIR_LIMIT },
	{ "not_found", AIR_NOT_FOUND },
	{ "card_state", AIR_STATE },
	{ "order_state", AIR_STATE },
	{ "stale", AIR_STATE },
	{ "attempt_used", AIR_STATE },
	{ "expired", AIR_STATE },
	{ "closed", AIR_STATE },
	{ "paid", AIR_STATE },
	{ WIRE_ERR_HELD, AIR_STATE },
	{ "case", AIR_CASE },
	{ WIRE_ERR_BUSY, AIR_LATER },
	{ WIRE_ERR_TOO_OFTEN, AIR_LATER },
};

void
ota_refuse_op(
    struct ota_ask *ask, struct air_answer *answer, int code, const struct wire_error *error)
{
	enum air_status status = code >= 500 ? AIR_LATER : AIR_REFUSED;

	for (size_t i = 0; i < YKT_ARRAY_LEN(tokens); i++) {
		if (strcmp(error->error, tokens[i].token) == 0)
			status = tokens[i].status;
	}
	ota_refuse(ask, answer, status);
}

void
ota_refuse_status(struct ota_ask *ask, struct air_answer *answer, enum ykt_status status)
{
	struct wire_error error = { 0 };
	int code = room_refuse(ask->w, status, &error);

	ota_refuse_op(ask, answer, code, &error);
}
