/*
 * ykt-validator: what the display shows, in Chinese or English.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

/* For each of validator_reasons. */
static const struct {
	const char *reason;
	const char *en;
	const char *zh;
} texts[] = {
	{ "ok", "Please go", "请通行" },
	{ "recovered", "Please go: the tap before is paid", "请通行：上次刷卡已扣款，未重复扣款" },
	{ "retap", "Tap the same card again: nothing is charged twice",
	    "请用同一张卡再刷一次，不会重复扣款" },
	{ "too_fast", "Held too briefly: tap again", "刷卡过快，请再刷一次" },
	{ "card_not_genuine", "Not recognised: tap again", "卡片验证失败，请再刷一次" },
	{ "not_our_kind", "Not a transport card", "不是交通联合卡" },
	{ "card_blocked", "This card is blocked", "此卡已锁定" },
	{ "out_of_service", "Out of service", "暂停服务" },
	{ "issuer_unknown", "This card is not taken here", "本机不受理此卡" },
	{ "local_card_only", "This card is for its own city", "此卡仅限发卡城市使用" },
	{ "card_blacklisted", "This card is on the blacklist", "此卡已列入黑名单" },
	{ "card_not_enabled", "This card is not enabled", "此卡未启用" },
	{ "card_not_valid_yet", "This card is not valid yet", "此卡未到启用日期" },
	{ "card_expired", "This card has expired", "此卡已过期" },
	{ "card_locked", "This card is locked: please see the staff",
	    "此卡行程已锁，请联系工作人员" },
	{ "journey_open", "This card is inside already", "此卡已进站" },
	{ "no_entry", "This card did not enter", "此卡没有进站记录" },
	{ "journey_elsewhere", "This card entered in another city", "此卡在其他城市进站" },
	{ "over_limit", "Over the limit", "超过限额" },
	{ "low_balance", "Balance too low", "余额不足" },
	{ "card_refused", "The card refused", "卡片拒绝交易" },
	{ "code_not_taken", "Ride codes are not taken here", "本机不受理乘车码" },
	{ "code_unreadable", "Not a ride code", "不是乘车码" },
	{ "code_version", "This kind of ride code is not taken here", "本机不受理此类乘车码" },
	{ "code_issuer_unknown", "Ride codes of this issuer are not taken here",
	    "本机不受理该机构的乘车码" },
	{ "code_issuer_expired", "The issuer's certificate has expired", "发码机构证书已过期" },
	{ "code_not_genuine", "This ride code is not genuine", "乘车码验证失败" },
	{ "code_refresh", "Go online to renew your ride code", "乘车码授权已过期，请联网更新" },
	{ "code_clock", "The phone's clock is wrong", "手机时间不正确" },
	{ "code_expired", "This ride code is too old: show a new one", "乘车码已失效，请刷新" },
	{ "code_used", "This ride code was used: show a new one", "乘车码已使用，请刷新" },
	{ "code_blacklisted", "This account is on the blacklist", "此账户已列入黑名单" },
};

static bool
chinese(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *value = NULL;

	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++) {
		value = getenv(names[i]);
		if (value != NULL && value[0] != '\0')
			break;
	}
	return value != NULL && strncmp(value, "zh", 2) == 0;
}

static const char *
text_of(const char *reason)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(texts); i++) {
		if (strcmp(texts[i].reason, reason) == 0)
			return chinese() ? texts[i].zh : texts[i].en;
	}
	return reason;
}

/* The first six digits of the number and the last four. */
static void
print_card(const struct validator_result *result)
{
	const char *card_no = result->card_no;
	const char *en = result->by_code ? "account" : "card";
	const char *zh = result->by_code ? "账户" : "卡号";
	const size_t len = strlen(card_no);

	if (len < 12)
		return;
	(void)printf("  %s %.6s…%s", chinese() ? zh : en, card_no + 1, card_no + len - 4);
}

static void
print_money(const char *en, const char *zh, ykt_fen fen)
{
	char text[YKT_FEN_TEXT_MAX];

	ykt_fen_text(fen, text);
	(void)printf(chinese() ? "  %s %s 元" : "  %s %s", chinese() ? zh : en, text);
}

void
display_result(const struct validator_result *result)
{
	(void)fputs(text_of(result->reason), stdout);
	if (result->gate == VALIDATOR_OPEN) {
		print_money("fare", "票价", result->amount);
		if (!result->by_code)
			print_money("balance", "余额", result->balance);
	}
	print_card(result);
	(void)fputc('\n', stdout);
	(void)fflush(stdout);
}

void
display_failure(enum ykt_status status)
{
	(void)puts(text_of("out_of_service"));
	(void)fflush(stdout);
	program_complain(
	    "the validator cannot work: %s (%s)", ykt_status_text(status), ykt_status_name(status));
}
