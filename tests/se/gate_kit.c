/*
 * A phone with a network, and the gateway.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gate_kit.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/purse_cmd.h"
#include "card/sw.h"

struct card *
gate_card(const struct kit *kit, bool tdes)
{
	struct card *card = menu_card_alg(kit, tdes ? OTA_ALG_TDES2 : 0);
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf package = YKT_BUF(bytes);

	gate_package(
	    card, 1, 1 << MENU_BEARER_TCP | 1 << MENU_BEARER_UDP | 1 << MENU_BEARER_SMS, &package);
	assert_int_equal(menu_load(card, ykt_buf_view(&package)), SW_OK);

	return card;
}

void
gate_package(struct card *card, uint16_t version, unsigned ways, struct ykt_buf *out)
{
	static const struct menu_item items[] = {
		{ MENU_TEXT_YUAN, MENU_OP_REGISTER, 0 },
		{ MENU_TEXT_YUAN, MENU_OP_TOPUP, 5 },
		{ MENU_TEXT_YUAN, MENU_OP_TOPUP, 0 },
		{ MENU_TEXT_YUAN, MENU_OP_PAY, 0 },
		{ MENU_TEXT_YUAN, MENU_OP_ACCOUNT, 0 },
		{ MENU_TEXT_YUAN, MENU_OP_COLLECT, 0 },
		{ MENU_TEXT_YUAN, MENU_OP_BEARER, MENU_BEARER_UDP },
		{ MENU_TEXT_YUAN, MENU_OP_BEARER, MENU_BEARER_SMS },
		{ MENU_TEXT_YUAN, MENU_OP_UPDATE, 0 },
		{ MENU_TEXT_YUAN, MENU_OP_BALANCE, 0 },
	};
	static const uint8_t address[] = { 127, 0, 0, 1 };
	static const uint8_t number[] = { 0x01, 0x96, 0x00, 0x10 };
	const struct menu_gateway gateway = {
		.tcp_port = (ways & 1 << MENU_BEARER_TCP) != 0 ? 9000 : 0,
		.udp_port = (ways & 1 << MENU_BEARER_UDP) != 0 ? 9001 : 0,
		.address = YKT_BYTES(address),
		.sms = ykt_bytes(number, (ways & 1 << MENU_BEARER_SMS) != 0 ? sizeof(number) : 0),
	};
	struct crypto_sm2_key key;
	struct menu_maker maker;

	menu_test_key(card, false, &key);
	out->len = 0;
	menu_pack_begin(&maker, MENU_LANG_ZH, version, out);
	menu_pack_put_gateway(&maker, &gateway);
	menu_put_texts(&maker, version);
	menu_pack_put_screen(&maker, MENU_TEXT_COUNT, MENU_ROOT, items, YKT_ARRAY_LEN(items));
	assert_int_equal(menu_pack_end(&maker, card->crypto, &key), YKT_OK);
}

static void
note(struct gate *gate, const char *word)
{
	assert_true(strlen(gate->log) + strlen(word) + 2 < sizeof(gate->log));
	if (gate->log[0] != '\0')
		strcat(gate->log, " ");
	strcat(gate->log, word);
}

/* The packet of a message, opened as the gateway does. */
static void
take_message(struct gate *gate, struct ykt_bytes identity, struct ykt_bytes packet)
{
	struct ota_command command;
	struct ykt_bytes plain;
	uint8_t work[AIR_MESSAGE_MAX];
	struct air_seal seal = { .key = (const uint8_t *)MENU_OTA_PAYLOAD,
		.identity = identity.data,
		.direction = AIR_UP };

	assert_int_equal(identity.len, AIR_IDENTITY_LEN);
	gate->packet.len = 0;
	ykt_put(&gate->packet, packet);
	assert_int_equal(
	    ota_command_open(gate->card->crypto, packet, &gate->keys, work, &command), YKT_OK);
	assert_memory_equal(&command.head, &gate->head, sizeof(command.head));
	gate->counter = seal.counter = command.counter;
	assert_true(command.data.len <= sizeof(gate->plain_bytes));
	memcpy(gate->plain_bytes, command.data.data, command.data.len);
	assert_int_equal(
	    air_seal_open(gate->card->crypto, &seal, ykt_bytes(gate->plain_bytes, command.data.len),
		gate->plain_bytes, &plain),
	    YKT_OK);
	assert_int_equal(air_call_decode(plain, &gate->call), YKT_OK);
	gate->sends++;
}

static void
take_data(struct gate *gate)
{
	static const uint8_t room[] = { USAT_TAG_CHANNEL_LEN | USAT_CR, 1, 0xFF };
	struct ykt_bytes data, frame;
	struct air_message message;
	size_t used;

	note(gate, "send");
	assert_true(usat_find(gate->phone.command.body, USAT_TAG_CHANNEL_DATA, &data));
	gate->way = MENU_BEARER_UDP;
	if (air_tcp_next(data, AIR_MESSAGE_MAX, &frame, &used) == YKT_OK && used == data.len) {
		gate->way = MENU_BEARER_TCP;
		data = frame;
	}
	assert_int_equal(air_message_decode(data, &message), YKT_OK);
	take_message(gate, YKT_BYTES(message.identity), message.packet);
	phone_answer(&gate->phone, USAT_DONE, YKT_BYTES(room));
}

static void
take_sms(struct gate *gate)
{
	struct ykt_bytes tpdu;
	struct air_part part;

	note(gate, "sms");
	if (gate->deaf) {
		phone_answer(&gate->phone, USAT_SMS_ERROR, ykt_bytes(NULL, 0));
		return;
	}
	assert_int_equal(gate->phone.command.head.dest, USAT_NETWORK);
	assert_true(usat_find(gate->phone.command.body, USAT_TAG_SMS_TPDU, &tpdu));
	assert_int_equal(air_part_decode(tpdu, &part), YKT_OK);
	assert_true(part.has_identity && part.total == 1);
	gate->way = MENU_BEARER_SMS;
	take_message(gate, YKT_BYTES(part.identity), part.bytes);
	phone_answer(&gate->phone, USAT_DONE, ykt_bytes(NULL, 0));
}

static void
open_channel(struct gate *gate)
{
	static const uint8_t opened[] = { 0xB8, 2, 0x81, 0x00, 0xB5, 1, 0x03, 0xB9, 2, 0x05, 0xDC };
	struct usat_open open;

	assert_int_equal(usat_open_decode(gate->phone.command.body, &open), YKT_OK);
	assert_int_equal(open.port, open.protocol == USAT_TCP_CLIENT ? 9000 : 9001);
	note(gate, open.protocol == USAT_TCP_CLIENT ? "tcp" : "udp");
	if (gate->deaf)
		phone_answer(&gate->phone, USAT_BIP_ERROR, ykt_bytes(NULL, 0));
	else
		phone_answer(&gate->phone, USAT_DONE, YKT_BYTES(opened));
}

static size_t
down_left(const struct gate *gate)
{
	return gate->down.len - gate->down_at;
}

static void
give_data(struct gate *gate)
{
	uint8_t bytes[300];
	struct ykt_buf body = YKT_BUF(bytes);
	struct ykt_bytes wanted;
	size_t len = down_left(gate);

	note(gate, "receive");
	assert_true(usat_find(gate->phone.command.body, USAT_TAG_CHANNEL_LEN, &wanted));
	if (len > wanted.data[0])
		len = wanted.data[0];
	if (gate->chunk != 0 && len > gate->chunk)
		len = gate->chunk;
	usat_put(&body, USAT_TAG_CHANNEL_DATA | USAT_CR,
	    ykt_bytes(gate->down_bytes + gate->down_at, len));
	gate->down_at += len;
	usat_put_u8(&body, USAT_TAG_CHANNEL_LEN | USAT_CR,
	    gate->chunk != 0 || down_left(gate) == 0 ? 0 : (uint8_t)down_left(gate));
	phone_answer(&gate->phone, USAT_DONE, ykt_buf_view(&body));
}

static void
do_timer(struct gate *gate)
{
	static const uint8_t id[] = { USAT_TAG_TIMER_ID | USAT_CR, 1, 1 };

	note(gate, gate->phone.command.head.qualifier == USAT_Q_TIMER_START ? "timer" : "stop");
	phone_answer(&gate->phone, USAT_DONE, YKT_BYTES(id));
}

/* Does what the menu asks of the network, until it idles or shows something. */
static void
run(struct gate *gate)
{
	for (unsigned i = 0; gate->phone.len != 0; i++) {
		assert_true(i < 100);
		switch (gate->phone.command.head.type) {
		case USAT_SET_UP_EVENT_LIST:
			note(gate, "events");
			phone_answer(&gate->phone, USAT_DONE, ykt_bytes(NULL, 0));
			break;
		case USAT_OPEN_CHANNEL:
			open_channel(gate);
			break;
		case USAT_SEND_DATA:
			take_data(gate);
			break;
		case USAT_SEND_SMS:
			take_sms(gate);
			break;
		case USAT_TIMER:
			do_timer(gate);
			break;
		case USAT_RECEIVE_DATA:
			give_data(gate);
			break;
		case USAT_CLOSE_CHANNEL:
			note(gate, "close");
			phone_answer(&gate->phone, USAT_DONE, ykt_bytes(NULL, 0));
			break;
		default:
			return;
		}
	}
}

void
gate_restart(struct gate *gate)
{
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);

	gate->log[0] = '\0';
	gate->sends = 0;
	gate->phone.card = gate->card;
	assert_int_equal(ykt_hex_decode(GATE_PROFILE, strlen(GATE_PROFILE), &cmd), YKT_OK);
	phone_send(&gate->phone, ykt_buf_view(&cmd));
	assert_int_equal(gate->phone.command.head.type, USAT_SET_UP_MENU);
	phone_answer(&gate->phone, USAT_DONE, ykt_bytes(NULL, 0));
	run(gate);
}

static void
start(struct gate *gate, struct card *card, enum ota_alg ota_alg, enum crypto_alg alg)
{
	memset(gate, 0, sizeof(*gate));
	gate->card = card;
	gate->packet = YKT_BUF(gate->packet_bytes);
	gate->down = YKT_BUF(gate->down_bytes);
	gate->head = air_head(ota_alg);
	assert_int_equal(crypto_key_set(alg, ykt_bytes(MENU_OTA_KIC, 16), &gate->keys.kic), YKT_OK);
	assert_int_equal(crypto_key_set(alg, ykt_bytes(MENU_OTA_KID, 16), &gate->keys.kid), YKT_OK);
	gate_restart(gate);
}

void
gate_start(struct gate *gate, struct card *card)
{
	start(gate, card, OTA_ALG_AES, CRYPTO_AES);
}

void
gate_start_tdes(struct gate *gate, struct card *card)
{
	start(gate, card, OTA_ALG_TDES2, CRYPTO_TDES2);
}

void
gate_choose(struct gate *gate, uint8_t item)
{
	phone_choose(&gate->phone, item);
	run(gate);
}

void
gate_type(struct gate *gate, const char *text)
{
	phone_type(&gate->phone, text);
	run(gate);
}

void
gate_key(struct gate *gate, bool yes)
{
	const uint8_t body[] = { USAT_TAG_TEXT | USAT_CR, 2, 0x04, yes ? 1 : 0 };

	phone_answer(&gate->phone, USAT_DONE, YKT_BYTES(body));
	run(gate);
}

void
gate_call_topup(struct gate *gate)
{
	gate_choose(gate, GATE_TOPUP_50);
	gate_key(gate, true);
	gate_type(gate, "123456");
}

void
gate_ok(struct gate *gate)
{
	phone_answer(&gate->phone, USAT_DONE, ykt_bytes(NULL, 0));
	run(gate);
}

void
gate_called(const struct gate *gate, enum air_op op)
{
	phone_idles(&gate->phone);
	assert_int_equal(gate->call.op, op);
	assert_int_equal(gate->call.language, MENU_LANG_ZH);
}

/* An envelope: the tag, and all behind the template's length. */
static void
envelope(struct gate *gate, uint8_t tag, struct ykt_bytes body)
{
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	uint8_t data_bytes[256];
	struct ykt_buf data = YKT_BUF(data_bytes);

	usat_put(&data, tag, body);
	ykt_put_u32(&cmd, 0x80C20000);
	ykt_put_u8(&cmd, (uint8_t)data.len);
	ykt_put(&cmd, ykt_buf_view(&data));
	assert_false(cmd.full || data.full);
	phone_send(&gate->phone, ykt_buf_view(&cmd));
}

/* Data of a channel, chunk after chunk. */
static void
bring_data(struct gate *gate)
{
	while (down_left(gate) != 0) {
		size_t len = down_left(gate);
		const uint8_t body[] = { 0x99, 1, USAT_EVENT_DATA, 0x82, 2, 0x82, 0x81, 0xB8, 2,
			0x81, 0x00, 0xB7, 1,
			(uint8_t)(gate->chunk != 0 && len > gate->chunk ? gate->chunk
				  : len > 255                           ? 255
									: len) };
		size_t before = gate->down_at;

		envelope(gate, USAT_EVENT, YKT_BYTES(body));
		run(gate);
		if (gate->down_at == before)
			return; /* the menu does not want it */
	}
}

static void
bring_sms(struct gate *gate, struct ykt_bytes response)
{
	static const uint8_t time[SMS_TIME_LEN] = { 0x62, 0x11, 0x32, 0x01, 0x00, 0x00, 0x23 };
	const struct sms_deliver deliver = { .has_header = true,
		.address_digits = 8,
		.address_type = 0x91,
		.address = ykt_bytes("\x01\x96\x00\x10", 4),
		.pid = SMS_PID_DOWNLOAD,
		.dcs = SMS_DCS_DOWNLOAD,
		.time = YKT_BYTES(time),
		.data = response };
	uint8_t bytes[256], tpdu_bytes[200];
	struct ykt_buf body = YKT_BUF(bytes);
	struct ykt_buf tpdu = YKT_BUF(tpdu_bytes);

	sms_deliver_encode(&deliver, &tpdu);
	assert_false(tpdu.full);
	ykt_put_u32(&body, 0x82028381);
	usat_put(&body, USAT_TAG_SMS_TPDU | USAT_CR, ykt_buf_view(&tpdu));
	envelope(gate, USAT_SMS_PP, ykt_buf_view(&body));
	run(gate);
}

/* A response on the way that the call came. */
static void
bring(struct gate *gate, struct ykt_bytes response)
{
	gate->down.len = gate->down_at = 0;
	if (gate->way == MENU_BEARER_SMS) {
		bring_sms(gate, response);
		return;
	}
	if (gate->way == MENU_BEARER_TCP)
		air_tcp_put(&gate->down, response);
	else
		ykt_put(&gate->down, response);
	bring_data(gate);
}

static void
respond(struct gate *gate, enum ota_status status, uint64_t counter, struct ykt_bytes data)
{
	struct ota_response response = {
		.counter = counter, .status = (uint8_t)status, .data = data
	};
	uint8_t bytes[300];
	struct ykt_buf out = YKT_BUF(bytes);

	memcpy(response.tar, gate->head.tar, sizeof(response.tar));
	assert_int_equal(
	    ota_response_make(gate->card->crypto, &gate->head, &response, &gate->keys, &out),
	    YKT_OK);
	bring(gate, ykt_buf_view(&out));
}

void
gate_reply(struct gate *gate, const struct air_answer *answer)
{
	static const uint8_t identity[AIR_IDENTITY_LEN];
	const struct air_seal seal = { (const uint8_t *)MENU_OTA_PAYLOAD, identity, gate->counter,
		AIR_DOWN };
	uint8_t bytes[300], sealed_bytes[300];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct ykt_buf sealed = YKT_BUF(sealed_bytes);

	air_answer_encode(answer, &plain);
	assert_false(plain.full);
	assert_int_equal(
	    air_seal_make(gate->card->crypto, &seal, ykt_buf_view(&plain), &sealed), YKT_OK);
	respond(gate, OTA_STATUS_OK, gate->counter, ykt_buf_view(&sealed));
}

void
gate_say(struct gate *gate, enum air_status status, const char *text)
{
	const struct air_answer answer = { .status = (uint8_t)status, .text = ykt_bytes_str(text) };

	gate_reply(gate, &answer);
}

void
gate_refuse(struct gate *gate, enum ota_status status)
{
	const uint8_t highest[] = { 0, 0, 0, 2, 0 };

	if (status == OTA_STATUS_COUNTER_LOW)
		respond(gate, status, gate->counter, YKT_BYTES(highest));
	else
		respond(
		    gate, status, status == OTA_STATUS_CC ? 0 : gate->counter, ykt_bytes(NULL, 0));
}

void
gate_time(struct gate *gate)
{
	static const uint8_t body[] = { 0x82, 2, 0x82, 0x81, 0xA4, 1, 1, 0xA5, 3, 0, 0, 0 };

	envelope(gate, USAT_TIMER_EXPIRATION, YKT_BYTES(body));
	run(gate);
}

void
gate_noise(struct gate *gate, struct ykt_bytes bytes)
{
	gate->down.len = gate->down_at = 0;
	ykt_put(&gate->down, bytes);
	bring_data(gate);
}

void
gate_drop(struct gate *gate)
{
	static const uint8_t body[] = { 0x99, 1, USAT_EVENT_CHANNEL, 0x82, 2, 0x82, 0x81, 0xB8, 2,
		0x01, 0x05 };

	envelope(gate, USAT_EVENT, YKT_BYTES(body));
	run(gate);
}
