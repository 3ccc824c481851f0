/*
 * Menu packages: read and judged, and made.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/menu_pack.h"

#include "card/usat.h"
#include "card/usat_text.h"

#define MAGIC       0x594D /* "YM" */
#define FORMAT      2
#define LEN_AT      6
#define COUNTS_AT   8
#define ITEM_LEN    3
#define GATEWAY_MIN 6 /* no ports, no address, no number */
#define ALPHA_MAX   (1 + 2 * MENU_TEXT_LEN_MAX)
#define ROOT_ROOM   (USAT_COMMAND_MAX - 12) /* of D0 81 xx, details, devices */

const char *const menu_text_msgids[MENU_TEXT_COUNT] = {
	[MENU_TEXT_BALANCE] = "Balance",
	[MENU_TEXT_YUAN] = "yuan",
	[MENU_TEXT_NUMBER] = "Card number",
	[MENU_TEXT_VALID] = "Valid until",
	[MENU_TEXT_LOAD] = "Top-up",
	[MENU_TEXT_PURCHASE] = "Payment",
	[MENU_TEXT_OTHER] = "Other",
	[MENU_TEXT_NO_RECORDS] = "No records",
	[MENU_TEXT_NO_CARD] = "No transport card here",
	[MENU_TEXT_BUSY] = "The card is in use",
	[MENU_TEXT_FAILED] = "That did not work",
	[MENU_TEXT_MORE] = "Next page",
	[MENU_TEXT_PIN_OLD] = "Present PIN",
	[MENU_TEXT_PIN_NEW] = "New PIN",
	[MENU_TEXT_PIN_AGAIN] = "New PIN again",
	[MENU_TEXT_PIN_DIFFER] = "The two PINs differ",
	[MENU_TEXT_PIN_DONE] = "The PIN was changed",
	[MENU_TEXT_PIN_WRONG] = "Wrong PIN, tries left:",
	[MENU_TEXT_PIN_BLOCKED] = "The PIN is blocked",
	[MENU_TEXT_PHONE] = "Mobile number",
	[MENU_TEXT_CODE] = "Code from the text message",
	[MENU_TEXT_CONSENT] = "Do you agree to the terms of the account?",
	[MENU_TEXT_PAY_PIN] = "Payment PIN, 6 digits",
	[MENU_TEXT_PAY_PIN_NEW] = "New payment PIN, 6 digits",
	[MENU_TEXT_PAY_PIN_AGAIN] = "The same PIN again",
	[MENU_TEXT_AMOUNT] = "Amount, whole yuan",
	[MENU_TEXT_BILL] = "Number of the bill",
	[MENU_TEXT_PAID] = "Paid",
	[MENU_TEXT_REGISTERED] = "You are registered",
	[MENU_TEXT_NO_NET] = "No connection. Nothing has changed.",
	[MENU_TEXT_UNKNOWN] = "No answer. The outcome will be asked for.",
	[MENU_TEXT_NOT_ABLE] = "This phone or card cannot do that",
	[MENU_TEXT_SAVED] = "Saved",
	[MENU_TEXT_NEWEST] = "The menu is up to date",
};

/* How long the text is as an alpha identifier; 0 when it is none. */
static size_t
alpha_len(struct ykt_bytes utf8)
{
	uint8_t raw[ALPHA_MAX];
	struct ykt_buf out = YKT_BUF(raw);

	if (usat_alpha_encode(USAT_FORM_GSM, utf8, &out) != YKT_OK &&
	    usat_alpha_encode(USAT_FORM_UCS2, utf8, &out) != YKT_OK)
		return 0;

	return out.len;
}

/* Where to call; an address has a length of its family, a number is digits. */
static struct menu_gateway
take_gateway(struct ykt_rd *rd)
{
	struct menu_gateway gateway = { .tcp_port = ykt_rd_u16(rd), .udp_port = ykt_rd_u16(rd) };

	gateway.address = ykt_rd_take(rd, ykt_rd_u8(rd));
	gateway.sms = ykt_rd_take(rd, ykt_rd_u8(rd));
	if ((gateway.address.len != 0 && gateway.address.len != 4 && gateway.address.len != 16) ||
	    (gateway.address.len == 0 && (gateway.tcp_port | gateway.udp_port) != 0) ||
	    gateway.sms.len > MENU_SMS_MAX)
		rd->bad = true;

	return gateway;
}

/* Takes the texts off rd. */
static struct ykt_bytes
take_texts(struct ykt_rd *rd, uint8_t count)
{
	struct ykt_bytes all = ykt_rd_rest(rd);

	*rd = ykt_rd(all);
	for (uint8_t i = 0; i < count && !rd->bad; i++) {
		if (ykt_rd_take(rd, ykt_rd_u8(rd)).len > MENU_TEXT_LEN_MAX)
			rd->bad = true;
	}

	return ykt_bytes_sub(all, 0, all.len - rd->left);
}

static bool
texts_good(const struct menu_pack *pack)
{
	struct ykt_rd rd = ykt_rd(pack->texts);

	while (rd.left > 0)
		if (alpha_len(ykt_rd_take(&rd, ykt_rd_u8(&rd))) == 0)
			return false;

	return true;
}

static bool
item_good(const struct menu_pack *pack, struct menu_item item)
{
	if (item.text >= pack->text_count || item.op == 0 || item.op >= MENU_OP_COUNT)
		return false;
	if (item.op == MENU_OP_SCREEN)
		return item.arg != MENU_ROOT && item.arg < pack->screen_count;
	if (item.op == MENU_OP_TEXT)
		return item.arg < pack->text_count;
	if (item.op == MENU_OP_TOPUP)
		return item.arg <= MENU_TILES_MAX;
	if (item.op == MENU_OP_BEARER)
		return item.arg >= MENU_BEARER_TCP && item.arg <= MENU_BEARER_SMS;

	return item.arg == 0;
}

static struct menu_item
rd_item(struct ykt_rd *rd)
{
	struct menu_item item;

	item.text = ykt_rd_u8(rd);
	item.op = ykt_rd_u8(rd);
	item.arg = ykt_rd_u8(rd);

	return item;
}

/* The screens, to the end of the body. */
static bool
screens_good(const struct menu_pack *pack)
{
	struct ykt_rd rd = ykt_rd(pack->screens);

	for (uint8_t i = 0; i < pack->screen_count && !rd.bad; i++) {
		uint8_t title = ykt_rd_u8(&rd);
		uint8_t parent = ykt_rd_u8(&rd);
		uint8_t count = ykt_rd_u8(&rd);

		if (title >= pack->text_count || parent >= pack->screen_count || count == 0 ||
		    count > MENU_ITEMS_MAX)
			return false;
		for (uint8_t k = 0; k < count && !rd.bad; k++)
			if (!item_good(pack, rd_item(&rd)))
				return false;
	}

	return ykt_rd_done(&rd) == YKT_OK;
}

/* SET UP MENU has no second page. */
static bool
root_fits(const struct menu_pack *pack)
{
	struct menu_screen root = menu_pack_screen(pack, MENU_ROOT);
	size_t len = 2 + alpha_len(menu_pack_text(pack, root.title));

	for (uint8_t i = 0; i < root.item_count; i++)
		len += 3 + alpha_len(menu_pack_text(pack, menu_screen_item(&root, i).text));

	return len <= ROOT_ROOM;
}

enum ykt_status
menu_pack_view(struct ykt_bytes body, struct menu_pack *ret_pack)
{
	struct ykt_rd rd = ykt_rd(body);
	struct menu_pack pack;

	if (ykt_rd_u16(&rd) != MAGIC || ykt_rd_u8(&rd) != FORMAT)
		return YKT_E_FORMAT;
	pack.language = ykt_rd_u8(&rd);
	pack.version = ykt_rd_u16(&rd);
	if (ykt_rd_u16(&rd) != body.len || body.len > MENU_PACK_MAX - CRYPTO_SM2_SIG_LEN)
		return YKT_E_FORMAT;
	pack.screen_count = ykt_rd_u8(&rd);
	pack.text_count = ykt_rd_u8(&rd);
	if (rd.bad || pack.language > MENU_LANG_ZH || pack.version == 0 || pack.screen_count == 0 ||
	    pack.screen_count > MENU_SCREENS_MAX || pack.text_count < MENU_TEXT_COUNT ||
	    pack.text_count > MENU_TEXTS_MAX)
		return YKT_E_FORMAT;
	pack.gateway = take_gateway(&rd);
	pack.texts = take_texts(&rd, pack.text_count);
	pack.screens = ykt_rd_rest(&rd);
	if (rd.bad || !screens_good(&pack))
		return YKT_E_FORMAT;
	*ret_pack = pack;

	return YKT_OK;
}

enum ykt_status
menu_pack_open(struct ykt_bytes body, struct menu_pack *ret_pack)
{
	struct menu_pack pack;
	enum ykt_status status = menu_pack_view(body, &pack);

	if (status == YKT_OK && (!texts_good(&pack) || !root_fits(&pack)))
		status = YKT_E_FORMAT;
	if (status == YKT_OK)
		*ret_pack = pack;

	return status;
}

enum ykt_status
menu_pack_verify(struct crypto *c, const struct crypto_sm2_pub *root, struct ykt_bytes package,
    struct menu_pack *ret_pack)
{
	struct menu_pack pack;
	struct ykt_bytes body;
	enum ykt_status status;

	if (package.len < MENU_PACK_MIN || package.len > MENU_PACK_MAX)
		return YKT_E_FORMAT;
	body = ykt_bytes_sub(package, 0, package.len - CRYPTO_SM2_SIG_LEN);
	status = crypto_sm2_verify(c, root, ykt_bytes(NULL, 0), body, package.data + body.len);
	/* A root that is no point can have signed nothing. */
	if (status == YKT_E_FORMAT)
		status = YKT_E_MAC;
	if (status == YKT_OK)
		status = menu_pack_open(body, &pack);
	if (status == YKT_OK)
		*ret_pack = pack;

	return status;
}

size_t
menu_pack_len(struct ykt_bytes start)
{
	size_t len;

	if (start.len < MENU_PACK_HEAD || ykt_get_u16(start.data) != MAGIC)
		return 0;
	len = (size_t)ykt_get_u16(start.data + LEN_AT) + CRYPTO_SM2_SIG_LEN;

	return len < MENU_PACK_MIN || len > MENU_PACK_MAX ? 0 : len;
}

struct ykt_bytes
menu_pack_text(const struct menu_pack *pack, uint8_t number)
{
	struct ykt_rd rd = ykt_rd(pack->texts);

	for (; number > 0; number--)
		(void)ykt_rd_take(&rd, ykt_rd_u8(&rd));

	return ykt_rd_take(&rd, ykt_rd_u8(&rd));
}

struct menu_screen
menu_pack_screen(const struct menu_pack *pack, uint8_t number)
{
	struct ykt_rd rd = ykt_rd(pack->screens);
	struct menu_screen screen;

	for (;; number--) {
		screen.title = ykt_rd_u8(&rd);
		screen.parent = ykt_rd_u8(&rd);
		screen.item_count = ykt_rd_u8(&rd);
		screen.items = ykt_rd_take(&rd, (size_t)screen.item_count * ITEM_LEN);
		if (number == 0)
			return screen;
	}
}

struct menu_item
menu_screen_item(const struct menu_screen *screen, uint8_t index)
{
	struct ykt_rd rd = ykt_rd(screen->items);

	(void)ykt_rd_take(&rd, (size_t)index * ITEM_LEN);

	return rd_item(&rd);
}

void
menu_pack_begin(
    struct menu_maker *maker, enum menu_language language, uint16_t version, struct ykt_buf *out)
{
	*maker = (struct menu_maker){ .out = out };
	ykt_put_u16(out, MAGIC);
	ykt_put_u8(out, FORMAT);
	ykt_put_u8(out, (uint8_t)language);
	ykt_put_u16(out, version);
	ykt_put_fill(out, 0, MENU_PACK_HEAD - LEN_AT);
	ykt_put_fill(out, 0, GATEWAY_MIN);
}

void
menu_pack_put_gateway(struct menu_maker *maker, const struct menu_gateway *gateway)
{
	struct ykt_buf *out = maker->out;

	if (out->len != MENU_PACK_HEAD + GATEWAY_MIN || gateway->address.len > UINT8_MAX ||
	    gateway->sms.len > UINT8_MAX) {
		out->full = true;
		return;
	}
	out->len = MENU_PACK_HEAD;
	ykt_put_u16(out, gateway->tcp_port);
	ykt_put_u16(out, gateway->udp_port);
	ykt_put_u8(out, (uint8_t)gateway->address.len);
	ykt_put(out, gateway->address);
	ykt_put_u8(out, (uint8_t)gateway->sms.len);
	ykt_put(out, gateway->sms);
}

void
menu_pack_put_text(struct menu_maker *maker, struct ykt_bytes utf8)
{
	if (utf8.len > MENU_TEXT_LEN_MAX || maker->text_count == MENU_TEXTS_MAX)
		maker->out->full = true;
	ykt_put_u8(maker->out, (uint8_t)utf8.len);
	ykt_put(maker->out, utf8);
	maker->text_count++;
}

void
menu_pack_put_screen(struct menu_maker *maker, uint8_t title, uint8_t parent,
    const struct menu_item *items, size_t count)
{
	if (count > MENU_ITEMS_MAX || maker->screen_count == MENU_SCREENS_MAX)
		maker->out->full = true;
	ykt_put_u8(maker->out, title);
	ykt_put_u8(maker->out, parent);
	ykt_put_u8(maker->out, (uint8_t)count);
	for (size_t i = 0; i < count; i++) {
		ykt_put_u8(maker->out, items[i].text);
		ykt_put_u8(maker->out, items[i].op);
		ykt_put_u8(maker->out, items[i].arg);
	}
	maker->screen_count++;
}

enum ykt_status
menu_pack_end(struct menu_maker *maker, struct crypto *c, const struct crypto_sm2_key *key)
{
	struct ykt_buf *out = maker->out;
	struct ykt_bytes body = ykt_buf_view(out);
	uint8_t sig[CRYPTO_SM2_SIG_LEN];
	struct menu_pack pack;
	enum ykt_status status = ykt_buf_done(out);

	if (status == YKT_OK) {
		ykt_set_u16(out->data + LEN_AT, (uint16_t)out->len);
		out->data[COUNTS_AT] = maker->screen_count;
		out->data[COUNTS_AT + 1] = maker->text_count;
		status = menu_pack_open(body, &pack);
	}
	if (status == YKT_OK)
		status = crypto_sm2_sign(c, key, ykt_bytes(NULL, 0), body, sig);
	if (status == YKT_OK) {
		ykt_put_mem(out, sig, sizeof(sig));
		status = ykt_buf_done(out);
	}
	if (status != YKT_OK)
		ykt_buf_wipe(out);

	return status;
}
