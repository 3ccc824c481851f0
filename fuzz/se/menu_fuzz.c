/*
 * The menu application behind se_transceive(): a phone that does what it should or
 * anything else.
 *
 * The input is a list of actions, a byte each, some with a byte or a length and bytes
 * behind it. The network is there, and a gateway with the card's keys that answers a
 * call with any payload. What must hold: one command at a time, of the length that was announced,
 * well-formed; and no menu ever moves a purse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/air_frame.h"
#include "card/menu_pack.h"
#include "card/purse_cmd.h"
#include "card/usat.h"
#include "fuzz.h"
#include "se/internal.h"

#define ACTIONS_MAX 100
#define TEXTS       (MENU_TEXT_COUNT + 1)

enum action {
	ACTION_PROFILE,
	ACTION_FETCH,
	ACTION_ANSWER, /* a result, with an item */
	ACTION_TYPE,   /* digits as many as a byte says */
	ACTION_CHOOSE,
	ACTION_RAW,
	ACTION_RESET,
	ACTION_RESTART,
	ACTION_NET_PROFILE,
	ACTION_TAKE,  /* does what the command asks of the network, or says yes */
	ACTION_EVENT, /* data, an end, a timer: by a byte */
	ACTION_REPLY, /* the answer to the call that is written down: a length, bytes */
	ACTION_COUNT
};

struct world {
	struct ykt_nvm nvm;
	struct ykt_random random;
	struct se se;
	uint8_t image[SE_IMAGE_SIZE];
	uint8_t counter;
	bool out; /* a command was fetched and not answered */
	struct usat_head head;
	uint16_t sw;
	uint8_t purse[SE_PURSE_SIZE];
	uint8_t down_bytes[400]; /* for RECEIVE DATA */
	struct ykt_buf down;
	size_t down_at;
};

#define KEY     "TEST fuzz key 16"
#define KEY_LEN 16

static struct crypto *crypto;
static struct world world;
static uint8_t fresh_image[SE_IMAGE_SIZE];

static enum ykt_status
mem_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	memcpy(out, ((struct world *)ctx)->image + off, len);

	return YKT_OK;
}

static enum ykt_status
mem_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	memcpy(((struct world *)ctx)->image + off, data, len);

	return YKT_OK;
}

static enum ykt_status
count_fill(void *ctx, uint8_t *out, size_t len)
{
	struct world *w = ctx;

	for (size_t i = 0; i < len; i++)
		out[i] = ++w->counter;

	return YKT_OK;
}

/* A package with every operation; its signature is judged when it is loaded, not here. */
static void
make_package(struct ykt_buf *out)
{
	struct menu_item items[MENU_ITEMS_MAX];
	struct menu_maker maker;
	struct crypto_sm2_key key;
	uint8_t d[32] = { 1 };
	static const uint8_t address[] = { 127, 0, 0, 1 };
	const struct menu_gateway gateway = { 9000, 9001, YKT_BYTES(address), YKT_BYTES(address) };

	if (crypto_sm2_key_set(crypto, d, &key) != YKT_OK)
		abort();
	for (uint8_t i = 0; i < MENU_ITEMS_MAX; i++) {
		uint8_t op = (uint8_t)(1 + i % (MENU_OP_COUNT - 1));

		items[i] = (struct menu_item){ i % TEXTS, op,
			op <= MENU_OP_TEXT || op == MENU_OP_BEARER ? 1 : 0 };
	}
	menu_pack_begin(&maker, MENU_LANG_EN, 1, out);
	menu_pack_put_gateway(&maker, &gateway);
	for (size_t i = 0; i < MENU_TEXT_COUNT; i++)
		menu_pack_put_text(&maker, ykt_bytes_str(menu_text_msgids[i]));
	menu_pack_put_text(&maker, ykt_bytes_str("\xE4\xBD\xA0\xE5\xA5\xBD"));
	menu_pack_put_screen(&maker, MENU_TEXT_COUNT, 0, items, MENU_OP_COUNT - 1);
	menu_pack_put_screen(&maker, MENU_TEXT_COUNT, 0, items, MENU_ITEMS_MAX);
	if (menu_pack_end(&maker, crypto, &key) != YKT_OK)
		abort();
}

/* An entry for a purse and the package, put straight into the image. */
static void
make_card(struct world *w)
{
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf package = YKT_BUF(bytes);
	uint8_t head[2 + PURSE_AID_LEN] = { 0x07, PURSE_AID_LEN };
	static const uint8_t active[] = { 1, 0, 0 };
	struct se_params params = { .uid_len = 4, .isd_kvn = 0x30, .isd_key_len = 16 };

	memcpy(params.ota_kic, KEY, KEY_LEN);
	memcpy(params.ota_kid, KEY, KEY_LEN);
	memcpy(params.ota_payload, KEY, KEY_LEN);

	if (se_format(&w->nvm, &params) != YKT_OK ||
	    se_boot(&w->se, &w->nvm, crypto, &w->random) != YKT_OK)
		abort();
	make_package(&package);
	memcpy(head + 2, purse_aid, PURSE_AID_LEN);
	se_tx_begin(&w->se);
	se_tx_put(&w->se, SE_PURSE_OFF(0), YKT_BYTES(head));
	se_tx_put(&w->se, SE_MENU, YKT_BYTES(active));
	se_tx_put(&w->se, SE_MENU_SLOT(1), ykt_buf_view(&package));
	if (se_tx_commit(&w->se) != SW_OK)
		abort();
}

static void
send_cmd(struct world *w, struct ykt_bytes cmd, struct ykt_buf *rsp)
{
	rsp->len = 0;
	se_transceive(&w->se, YKT_SE_WIRED, cmd, rsp);
	assert(rsp->len >= APDU_SW_LEN && !rsp->full);
	w->sw = ykt_get_u16(rsp->data + rsp->len - APDU_SW_LEN);
	rsp->len -= APDU_SW_LEN;
}

/* FETCH of what was announced. A second one finds nothing. */
static void
fetch(struct world *w, struct ykt_buf *rsp)
{
	uint8_t cmd[] = { 0x80, 0x12, 0x00, 0x00, (uint8_t)w->sw };
	bool announced = w->sw >> 8 == USAT_SW1_PENDING;
	struct usat_command command;

	if (!announced)
		cmd[4] = 0;
	send_cmd(w, YKT_BYTES(cmd), rsp);
	assert(!announced || (w->sw == SW_OK && (rsp->len & 0xFF) == cmd[4]));
	if (w->sw != SW_OK)
		return;
	assert(!w->out && rsp->len <= USAT_COMMAND_MAX);
	assert(usat_command_decode(ykt_buf_view(rsp), &command) == YKT_OK);
	w->head = command.head;
	w->out = true;
	send_cmd(w, YKT_BYTES(cmd), rsp);
	assert(w->sw == SW_CONDITIONS);
}

static void
answer(struct world *w, uint8_t result, struct ykt_bytes body, struct ykt_buf *rsp)
{
	struct usat_response response = { .head = w->head, .result = result, .body = body };
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);

	response.head.source = USAT_TERMINAL;
	response.head.dest = USAT_UICC;
	ykt_put_u32(&cmd, 0x80140000);
	ykt_put_u8(&cmd, 0);
	usat_response_encode(&response, &cmd);
	bytes[4] = (uint8_t)(cmd.len - 5);
	send_cmd(w, ykt_buf_view(&cmd), rsp);
	if (w->sw == SW_OK || w->sw >> 8 == USAT_SW1_PENDING)
		w->out = false;
}

static void
type_digits(struct world *w, uint8_t count, struct ykt_buf *rsp)
{
	uint8_t bytes[40] = { USAT_TAG_TEXT | USAT_CR, (uint8_t)(1 + count % 16), 0x04 };

	memset(bytes + 3, '1', 16);
	answer(w, USAT_DONE, ykt_bytes(bytes, 3u + count % 16), rsp);
}

static void
choose(struct world *w, uint8_t item, struct ykt_buf *rsp)
{
	const uint8_t cmd[] = { 0x80, 0xC2, 0, 0, 9, 0xD3, 7, 0x82, 2, 1, 0x81, 0x90, 1, item };

	send_cmd(w, YKT_BYTES(cmd), rsp);
	/* Nothing begins while a command is out. */
	assert(!w->out || w->sw >> 8 != USAT_SW1_PENDING);
}

/* The body that a command of the network is answered with; a key says yes. */
static void
take(struct world *w, struct ykt_buf *rsp)
{
	static const uint8_t opened[] = { 0xB8, 2, 0x81, 0x00, 0xB5, 1, 3, 0xB9, 2, 5, 0xDC };
	static const uint8_t yes[] = { USAT_TAG_TEXT | USAT_CR, 2, 4, 1 };
	size_t left = w->down.len - w->down_at;
	uint8_t bytes[256];
	struct ykt_buf body = YKT_BUF(bytes);

	if (w->head.type == USAT_OPEN_CHANNEL)
		ykt_put(&body, YKT_BYTES(opened));
	if (w->head.type == USAT_GET_INKEY)
		ykt_put(&body, YKT_BYTES(yes));
	if (w->head.type == USAT_RECEIVE_DATA) {
		left = left < USAT_CHANNEL_DATA_MAX ? left : USAT_CHANNEL_DATA_MAX;
		usat_put(&body, USAT_TAG_CHANNEL_DATA | USAT_CR,
		    ykt_bytes(w->down_bytes + w->down_at, left));
		w->down_at += left;
		usat_put_u8(&body, USAT_TAG_CHANNEL_LEN | USAT_CR, 0);
	}
	answer(w, USAT_DONE, ykt_buf_view(&body), rsp);
}

static void
happen(struct world *w, uint8_t what, struct ykt_buf *rsp)
{
	static const uint8_t data[] = { 0x80, 0xC2, 0, 0, 0x10, 0xD6, 0x0E, 0x99, 1, 9, 0x82, 2,
		0x82, 0x81, 0xB8, 2, 0x81, 0, 0xB7, 1, 0xFF };
	static const uint8_t end[] = { 0x80, 0xC2, 0, 0, 0x0D, 0xD6, 0x0B, 0x99, 1, 0x0A, 0x82, 2,
		0x82, 0x81, 0xB8, 2, 1, 5 };
	static const uint8_t timer[] = { 0x80, 0xC2, 0, 0, 0x0E, 0xD7, 0x0C, 0x82, 2, 0x82, 0x81,
		0xA4, 1, 1, 0xA5, 3, 0, 0, 0 };

	if (what % 3 == 0)
		send_cmd(w, YKT_BYTES(data), rsp);
	else if (what % 3 == 1)
		send_cmd(w, YKT_BYTES(end), rsp);
	else
		send_cmd(w, YKT_BYTES(timer), rsp);
}

/* A response under the card's keys for its newest call. */
static void
reply(struct world *w, struct ykt_bytes plain)
{
	const uint8_t *sent = se_home(&w->se, SE_MENU + SE_MENU_OTA_SENT);
	const struct air_seal seal = { (const uint8_t *)KEY, se_home(&w->se, SE_HEAD_IDENTITY),
		(uint64_t)sent[0] << 32 | ykt_get_u32(sent + 1), AIR_DOWN };
	const struct ota_head head = air_head(OTA_ALG_AES);
	struct ota_response response = { .counter = seal.counter };
	uint8_t bytes[300], packet_bytes[400];
	struct ykt_buf sealed = YKT_BUF(bytes);
	struct ykt_buf packet = YKT_BUF(packet_bytes);
	struct ota_keys keys;

	memcpy(response.tar, head.tar, sizeof(response.tar));
	if (crypto_key_set(CRYPTO_AES, ykt_bytes(KEY, KEY_LEN), &keys.kic) != YKT_OK ||
	    air_seal_make(crypto, &seal, plain, &sealed) != YKT_OK)
		abort();
	keys.kid = keys.kic;
	response.data = ykt_buf_view(&sealed);
	w->down = YKT_BUF(w->down_bytes);
	w->down_at = 0;
	if (ota_response_make(crypto, &head, &response, &keys, &packet) == YKT_OK)
		air_tcp_put(&w->down, ykt_buf_view(&packet));
}

static void
act(struct world *w, struct ykt_rd *rd, struct ykt_buf *rsp)
{
	static const uint8_t profile[] = { 0x80, 0x10, 0, 0, 4, 0x09, 0x00, 0x0D, 0x21 };
	static const uint8_t whole[] = { 0x80, 0x10, 0, 0, 0x12, 0x2B, 0, 0x8F, 0x23, 1, 0x0C, 0,
		0x0F, 8, 0, 0, 0x1F, 0x42, 0, 0, 0, 3, 0 };
	uint8_t bytes[3] = { USAT_TAG_ITEM_ID | USAT_CR, 1, 0 };
	uint8_t result;

	switch (ykt_rd_u8(rd) % ACTION_COUNT) {
	case ACTION_PROFILE:
		send_cmd(w, YKT_BYTES(profile), rsp);
		w->out = false;
		break;
	case ACTION_FETCH:
		fetch(w, rsp);
		break;
	case ACTION_ANSWER:
		result = ykt_rd_u8(rd);
		bytes[2] = ykt_rd_u8(rd);
		answer(w, result, YKT_BYTES(bytes), rsp);
		break;
	case ACTION_TYPE:
		type_digits(w, ykt_rd_u8(rd), rsp);
		break;
	case ACTION_CHOOSE:
		choose(w, ykt_rd_u8(rd), rsp);
		break;
	case ACTION_RAW:
		send_cmd(w, ykt_rd_take(rd, ykt_rd_u8(rd)), rsp);
		w->out = w->se.menu.wait == MENU_FETCHED;
		break;
	case ACTION_NET_PROFILE:
		send_cmd(w, YKT_BYTES(whole), rsp);
		w->out = false;
		break;
	case ACTION_TAKE:
		take(w, rsp);
		break;
	case ACTION_EVENT:
		happen(w, ykt_rd_u8(rd), rsp);
		break;
	case ACTION_REPLY:
		reply(w, ykt_rd_take(rd, ykt_rd_u8(rd)));
		break;
	case ACTION_RESET:
		rsp->len = 0;
		se_reset(&w->se, YKT_SE_WIRED, rsp);
		w->out = false;
		w->sw = SW_OK;
		break;
	default:
		assert(se_boot(&w->se, &w->nvm, crypto, &w->random) == YKT_OK);
		w->out = false;
		w->sw = SW_OK;
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_rd rd = ykt_rd(ykt_bytes(data, len));
	uint8_t bytes[SE_RSP_MAX];
	struct ykt_buf rsp = YKT_BUF(bytes);
	struct world *w = &world;

	w->nvm = (struct ykt_nvm){
		.ctx = w, .size = SE_IMAGE_SIZE, .read = mem_read, .write = mem_write
	};
	w->random = (struct ykt_random){ w, count_fill };
	if (crypto == NULL) {
		if (crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK)
			abort();
		make_card(w);
		memcpy(fresh_image, w->image, sizeof(fresh_image));
	}
	memcpy(w->image, fresh_image, sizeof(fresh_image));
	if (se_boot(&w->se, &w->nvm, crypto, &w->random) != YKT_OK)
		abort();
	w->out = false;
	w->sw = SW_OK;
	w->down.len = w->down_at = 0;
	memcpy(w->purse, se_home(&w->se, SE_PURSE_OFF(0)), sizeof(w->purse));
	for (unsigned i = 0; i < ACTIONS_MAX && rd.left > 0 && !rd.bad; i++)
		act(w, &rd, &rsp);
	assert(memcmp(w->purse + SE_PURSE_MONEY, se_home(&w->se, SE_PURSE_OFF(0)) + SE_PURSE_MONEY,
		   SE_MONEY_SIZE) == 0);

	return 0;
}
