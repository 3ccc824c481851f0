/*
 * Packages, a card that takes them, and a phone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "menu_kit.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"
#include "card/usat_text.h"

#define BLOCK_LEN 240
#define TEXT_MAX  1024
/* The texts of the kit behind the fixed ones. */
enum { TEXT_ROOT = MENU_TEXT_COUNT, TEXT_CARD, TEXT_SETTINGS, TEXT_HELLO, TEXT_COUNT };

/* Numbers of the screens. */
enum { SCREEN_ROOT, SCREEN_CARD, SCREEN_SETTINGS, SCREEN_LONG };

void
menu_test_key(struct card *card, bool other, struct crypto_sm2_key *ret_key)
{
	const char *text =
	    other ? "TEST other root key, not for us!" : "TEST menu root key, not for use!";
	uint8_t d[32];

	memcpy(d, text, sizeof(d));
	assert_int_equal(crypto_sm2_key_set(card->crypto, d, ret_key), YKT_OK);
}

struct card *
menu_card(const struct kit *kit)
{
	return menu_card_alg(kit, 0);
}

struct card *
menu_card_alg(const struct kit *kit, uint8_t ota_alg)
{
	struct card *card = card_new();
	struct crypto_sm2_key key;
	struct se_params params;

	menu_test_key(card, false, &key);
	card_params(&params);
	memcpy(params.menu_root, key.pub.xy, sizeof(params.menu_root));
	memcpy(params.ota_kic, MENU_OTA_KIC, sizeof(params.ota_kic));
	memcpy(params.ota_kid, MENU_OTA_KID, sizeof(params.ota_kid));
	params.ota_alg = ota_alg;
	memcpy(params.ota_payload, MENU_OTA_PAYLOAD, sizeof(params.ota_payload));
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	if (kit != NULL)
		kit_make(card, kit);

	return card;
}

void
menu_put_texts(struct menu_maker *maker, uint16_t version)
{
	static const char *const zh[MENU_TEXT_COUNT] = { "余额", "元", "卡号", "有效期至", "充值",
		"消费", "其他", "没有记录", "没有交通卡", "卡片正在使用", "操作失败", "下一页",
		"当前密码", "新密码", "再次输入新密码", "两次输入不一致", "密码已修改",
		"密码错误，剩余次数：", "密码已锁定", "手机号", "短信验证码", "同意账户条款？",
		"支付密码", "设置支付密码", "再输一次", "金额（元）", "账单号", "已支付", "已注册",
		"未连接，无变化", "无应答，稍后查询", "无法办理", "已保存", "已是最新" };
	char root[32];

	for (size_t i = 0; i < MENU_TEXT_COUNT; i++)
		menu_pack_put_text(maker, ykt_bytes_str(zh[i]));
	snprintf(root, sizeof(root), "交通卡%u", version);
	menu_pack_put_text(maker, ykt_bytes_str(root));
	menu_pack_put_text(maker, ykt_bytes_str("我的卡"));
	menu_pack_put_text(maker, ykt_bytes_str("设置"));
	menu_pack_put_text(maker, ykt_bytes_str("你好"));
}

void
menu_package(struct card *card, uint16_t version, bool other_root, struct ykt_buf *ret_package)
{
	static const struct menu_item root[] = {
		{ TEXT_CARD, MENU_OP_SCREEN, SCREEN_CARD },
		{ TEXT_SETTINGS, MENU_OP_SCREEN, SCREEN_SETTINGS },
		{ MENU_TEXT_BALANCE, MENU_OP_BALANCE, 0 },
		{ TEXT_HELLO, MENU_OP_SCREEN, SCREEN_LONG },
	};
	static const struct menu_item card_items[] = {
		{ MENU_TEXT_BALANCE, MENU_OP_BALANCE, 0 },
		{ MENU_TEXT_PURCHASE, MENU_OP_RECORDS, 0 },
		{ MENU_TEXT_NUMBER, MENU_OP_NUMBER, 0 },
	};
	static const struct menu_item settings[] = {
		{ MENU_TEXT_PIN_NEW, MENU_OP_PIN, 0 },
		{ TEXT_HELLO, MENU_OP_TEXT, TEXT_HELLO },
	};
	struct menu_item many[MENU_ITEMS_MAX];
	struct crypto_sm2_key key;
	struct menu_maker maker;

	for (size_t i = 0; i < MENU_ITEMS_MAX; i++)
		many[i] = (struct menu_item){ MENU_TEXT_PIN_AGAIN, MENU_OP_TEXT,
			i == MENU_ITEMS_MAX - 1 ? MENU_TEXT_OTHER : TEXT_HELLO };
	menu_test_key(card, other_root, &key);
	ret_package->len = 0;
	menu_pack_begin(&maker, MENU_LANG_ZH, version, ret_package);
	menu_put_texts(&maker, version);
	menu_pack_put_screen(&maker, TEXT_ROOT, SCREEN_ROOT, root, YKT_ARRAY_LEN(root));
	menu_pack_put_screen(&maker, TEXT_CARD, SCREEN_ROOT, card_items, YKT_ARRAY_LEN(card_items));
	menu_pack_put_screen(&maker, TEXT_SETTINGS, SCREEN_CARD, settings, YKT_ARRAY_LEN(settings));
	menu_pack_put_screen(&maker, TEXT_HELLO, SCREEN_ROOT, many, YKT_ARRAY_LEN(many));
	assert_int_equal(menu_pack_end(&maker, card->crypto, &key), YKT_OK);
}

static void
block_cmd(struct ykt_bytes package, size_t at, struct ykt_buf *ret_cmd)
{
	struct ykt_bytes block = ykt_bytes_sub(package, at, BLOCK_LEN);

	ret_cmd->len = 0;
	ykt_put_u16(ret_cmd, 0x80E8);
	ykt_put_u8(ret_cmd, at + block.len == package.len ? 0x80 : 0x00);
	ykt_put_u8(ret_cmd, (uint8_t)(at / BLOCK_LEN));
	ykt_put_u8(ret_cmd, (uint8_t)block.len);
	ykt_put(ret_cmd, block);
}

void
menu_load_but_last(struct card *card, struct ykt_bytes package, struct ykt_buf *ret_cmd)
{
	size_t at = 0;

	expect_sw(card, SW_OK, SELECT_MENU);
	for (; at + BLOCK_LEN < package.len; at += BLOCK_LEN) {
		block_cmd(package, at, ret_cmd);
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(ret_cmd), NULL), SW_OK);
	}
	block_cmd(package, at, ret_cmd);
}

uint16_t
menu_load(struct card *card, struct ykt_bytes package)
{
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	menu_load_but_last(card, package, &cmd);

	return card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL);
}

void
menu_install(struct card *card, uint16_t version)
{
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf package = YKT_BUF(bytes);

	menu_package(card, version, false, &package);
	assert_int_equal(menu_load(card, ykt_buf_view(&package)), SW_OK);
}

void
phone_send(struct phone *phone, struct ykt_bytes cmd)
{
	uint8_t fetch[] = { 0x80, 0x12, 0x00, 0x00, 0x00 };
	struct ykt_buf out = YKT_BUF(phone->bytes);

	phone->len = 0;
	phone->sw = card_send(phone->card, YKT_SE_WIRED, cmd, NULL);
	if (phone->sw >> 8 != USAT_SW1_PENDING)
		return;
	fetch[4] = (uint8_t)phone->sw;
	assert_int_equal(card_send(phone->card, YKT_SE_WIRED, YKT_BYTES(fetch), &out), SW_OK);
	/* What was announced is what comes. */
	assert_int_equal(out.len & 0xFF, phone->sw & 0xFF);
	phone->len = out.len;
	assert_int_equal(usat_command_decode(ykt_buf_view(&out), &phone->command), YKT_OK);
}

static void
send_hex(struct phone *phone, const char *hex)
{
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &cmd), YKT_OK);
	phone_send(phone, ykt_buf_view(&cmd));
}

void
phone_start(struct phone *phone, struct card *card)
{
	memset(phone, 0, sizeof(*phone));
	phone->card = card;
	send_hex(phone, MENU_PROFILE);
}

void
phone_ready(struct phone *phone, struct card *card)
{
	phone_start(phone, card);
	assert_int_equal(phone->command.head.type, USAT_SET_UP_MENU);
	phone_answer(phone, USAT_DONE, ykt_bytes(NULL, 0));
	phone_idles(phone);
}

void
phone_choose(struct phone *phone, uint8_t item)
{
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	size_t mark;

	ykt_put_u32(&cmd, 0x80C20000);
	ykt_put_u8(&cmd, 9);
	mark = usat_envelope_begin(&cmd, USAT_MENU_SELECTION, USAT_KEYPAD, USAT_UICC);
	usat_put_u8(&cmd, USAT_TAG_ITEM_ID | USAT_CR, item);
	usat_end(&cmd, mark);
	phone_send(phone, ykt_buf_view(&cmd));
}

void
phone_answer(struct phone *phone, uint8_t result, struct ykt_bytes body)
{
	uint8_t bytes[300], cmd_bytes[300];
	struct ykt_buf data = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct usat_response response = {
		.head = phone->command.head, .result = result, .body = body
	};

	response.head.source = USAT_TERMINAL;
	response.head.dest = USAT_UICC;
	usat_response_encode(&response, &data);
	ykt_put_u32(&cmd, 0x80140000);
	ykt_put_u8(&cmd, (uint8_t)data.len);
	ykt_put(&cmd, ykt_buf_view(&data));
	phone_send(phone, ykt_buf_view(&cmd));
}

void
phone_pick(struct phone *phone, uint8_t item)
{
	const uint8_t body[] = { USAT_TAG_ITEM_ID | USAT_CR, 1, item };

	phone_answer(phone, USAT_DONE, YKT_BYTES(body));
}

void
phone_type(struct phone *phone, const char *digits)
{
	uint8_t bytes[64];
	struct ykt_buf body = YKT_BUF(bytes);

	ykt_put_u8(&body, USAT_TAG_TEXT | USAT_CR);
	ykt_put_u8(&body, (uint8_t)(1 + strlen(digits)));
	ykt_put_u8(&body, USAT_DCS_8BIT);
	ykt_put(&body, ykt_bytes_str(digits));
	phone_answer(phone, USAT_DONE, ykt_buf_view(&body));
}

void
phone_sees(const struct phone *phone, uint8_t type, const char *text)
{
	uint8_t bytes[TEXT_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct ykt_bytes value;

	if (phone->len == 0)
		fail_msg("no command waits (%04X), wanted: %s", phone->sw, text);
	assert_int_equal(phone->command.head.type, type);
	if (usat_find(phone->command.body, USAT_TAG_TEXT, &value))
		assert_int_equal(usat_text_decode(value, &out), YKT_OK);
	else if (usat_find(phone->command.body, USAT_TAG_ALPHA, &value))
		assert_int_equal(usat_alpha_decode(value, &out), YKT_OK);
	ykt_put_u8(&out, 0);
	assert_string_equal((const char *)bytes, text);
}

void
phone_idles(const struct phone *phone)
{
	assert_int_equal(phone->sw, SW_OK);
	assert_int_equal(phone->len, 0);
}

void
phone_lists(const struct phone *phone, const char *items)
{
	struct ykt_rd rd = ykt_rd(phone->command.body);
	uint8_t bytes[TEXT_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct usat_tlv tlv;
	char number[8];

	while (usat_next(&rd, &tlv)) {
		if (tlv.tag != USAT_TAG_ITEM)
			continue;
		snprintf(
		    number, sizeof(number), "%s%u ", out.len != 0 ? "|" : "", tlv.value.data[0]);
		ykt_put(&out, ykt_bytes_str(number));
		assert_int_equal(
		    usat_alpha_decode(ykt_bytes_sub(tlv.value, 1, tlv.value.len), &out), YKT_OK);
	}
	ykt_put_u8(&out, 0);
	assert_string_equal((const char *)bytes, items);
}
