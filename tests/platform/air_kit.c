/*
 * The menu's side of the gateway's tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "air_kit.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/purse_cmd.h"
#include "card/sw.h"
#include "wallets.h"

#define SENDS_MAX 3

/* Packets go to the real key module, everything else to the model; both can fail. */
static enum ykt_status
kit_keyd(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct air *air = ctx;
	struct ykt_http_request mine = *req;
	struct ykt_buf empty = rsp->body;
	enum ykt_status status;

	if (strncmp(req->path, "/key/ota.", 9) != 0)
		return air->inner.call(air->inner.ctx, req, rsp);
	if (!parts_enter(air->b, &status))
		return status;
	if (air->b->keyd_down)
		return YKT_E_NET;
	mine.peer = "platform-9901";
	keys_handle(air->worker, &mine, rsp);
	status = parts_leave(air->b);
	if (status != YKT_OK)
		rsp->body = empty;

	return status;
}

static void
keys_open(struct air *air)
{
	static const struct air_roots roots = { "TEST OTA KIC    ", "TEST OTA KID    ",
		"TEST OTA PAYLOAD" };
	static const struct ykt_store store = { 0 };
	struct keys_options options = { .env = air->b->env, .store = &store, .city = "9901" };

	air->roots = roots;
	options.roots.has_ota_kic = options.roots.has_ota_kid = true;
	options.roots.has_ota_payload = true;
	options.pay_pin.there = true;
	options.pay_pin.key = air->b->pin_key;
	memcpy(options.roots.ota_kic, roots.kic, KEYS_ROOT_LEN);
	memcpy(options.roots.ota_kid, roots.kid, KEYS_ROOT_LEN);
	memcpy(options.roots.ota_payload, roots.payload, KEYS_ROOT_LEN);
	assert_status(keys_new(&options, &air->keys), YKT_OK);
	assert_status(keys_worker_new(air->keys, air->crypto, &air->worker), YKT_OK);
}

struct air *
air_open(void)
{
	struct air *air = calloc(1, sizeof(*air));

	assert_non_null(air);
	bench_open(&air->b);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &air->crypto), YKT_OK);
	keys_open(air);
	memset(air->identity, 0x11, sizeof(air->identity));
	air->alg = OTA_ALG_AES;
	air->inner = air->b->keyd;
	air->b->keyd = (struct ykt_http){ air, kit_keyd };

	return air;
}

void
air_close(struct air **air)
{
	bench_close(&(*air)->b);
	keys_worker_free(&(*air)->worker);
	keys_free(&(*air)->keys);
	crypto_free(&(*air)->crypto);
	free(*air);
	*air = NULL;
}

void
air_make(struct air *air, const struct air_call *call)
{
	struct air_keys keys;
	struct air_seal seal = { keys.payload, air->identity, ++air->counter, AIR_UP };
	uint8_t plain_bytes[AIR_CALL_MAX], sealed_bytes[128], packet_bytes[256];
	struct ykt_buf plain = YKT_BUF(plain_bytes);
	struct ykt_buf sealed = YKT_BUF(sealed_bytes);
	struct ykt_buf packet = YKT_BUF(packet_bytes);
	struct ykt_buf out = YKT_BUF(air->message);
	struct ota_command command = { .head = air_head(air->alg), .counter = air->counter };
	struct air_message message;

	assert_status(
	    air_keys_derive(air->crypto, &air->roots, air->identity, air->alg, &keys), YKT_OK);
	air_call_encode(call, &plain);
	assert_status(ykt_buf_done(&plain), YKT_OK);
	assert_status(air_seal_make(air->crypto, &seal, ykt_buf_view(&plain), &sealed), YKT_OK);
	command.data = ykt_buf_view(&sealed);
	assert_status(ota_command_make(air->crypto, &command, &keys.packet, &packet), YKT_OK);
	memcpy(message.identity, air->identity, sizeof(message.identity));
	message.packet = ykt_buf_view(&packet);
	air_message_encode(&message, &out);
	assert_status(ykt_buf_done(&out), YKT_OK);
	air->message_len = out.len;
}

int
air_send(struct air *air, struct air_answer *ret_answer)
{
	const struct ota_head head = air_head(air->alg);
	struct ykt_buf out = YKT_BUF(air->response);
	uint8_t work[AIR_RESPONSE_MAX];
	struct ota_response response;
	struct air_keys keys;
	struct air_seal seal = { keys.payload, air->identity, air->counter, AIR_DOWN };
	struct ykt_bytes plain;

	air->response_len = 0;
	if (platform_ota_packet(
		air->b->w, ykt_bytes(air->message, air->message_len), air->sms, &out) != YKT_OK) {
		assert_int_equal(out.len, 0);
		return AIR_NOTHING_CAME;
	}
	air->response_len = out.len;
	assert_true(!air->sms || out.len <= SMS_USER_DATA_MAX);
	assert_status(
	    air_keys_derive(air->crypto, &air->roots, air->identity, air->alg, &keys), YKT_OK);
	assert_status(ota_response_open(
			  air->crypto, &head, ykt_buf_view(&out), &keys.packet, work, &response),
	    YKT_OK);
	if (response.status != OTA_STATUS_OK)
		return response.status;
	assert_int_equal(response.counter, air->counter);
	assert_status(air_seal_open(air->crypto, &seal, response.data, air->plain, &plain), YKT_OK);
	assert_status(air_answer_decode(plain, ret_answer), YKT_OK);

	return OTA_STATUS_OK;
}

/* What died is another process then, over the same database. */
static int
send_again(struct air *air, struct air_answer *ret_answer)
{
	if (air->b->down) {
		air->b->down = false;
		bench_restart(air->b);
	}

	return air_send(air, ret_answer);
}

int
air_ask(struct air *air, const struct air_call *call, struct air_answer *ret_answer)
{
	int status;

	air_make(air, call);
	status = air_send(air, ret_answer);
	for (int i = 0; i < SENDS_MAX && air->persists && status == AIR_NOTHING_CAME; i++)
		status = send_again(air, ret_answer);
	assert_int_equal(status, OTA_STATUS_OK);

	return ret_answer->status;
}

struct air_call
air_call_of(const struct air *air, enum air_op op)
{
	struct air_call call = { .op = (uint8_t)op, .consent = true };
	char code[9] = "";

	assert_status(
	    air_digits_pack(ykt_bytes_str(BENCH_PHONE), call.phone, AIR_PHONE_LEN), YKT_OK);
	assert_status(air_digits_pack(ykt_bytes_str(AIR_PIN), call.pin, AIR_PIN_LEN), YKT_OK);
	if (op == AIR_REGISTER) {
		bench_otp(air->b, code);
		assert_status(air_digits_pack(ykt_bytes_str(code), call.code, AIR_PIN_LEN), YKT_OK);
	}
	memcpy(call.serial, air->serial, sizeof(call.serial));

	return call;
}

void
air_register(struct air *air, const char *phone)
{
	struct air_call call = air_call_of(air, AIR_OTP);
	struct air_answer answer;

	assert_status(air_digits_pack(ykt_bytes_str(phone), call.phone, AIR_PHONE_LEN), YKT_OK);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	call = air_call_of(air, AIR_REGISTER);
	assert_status(air_digits_pack(ykt_bytes_str(phone), call.phone, AIR_PHONE_LEN), YKT_OK);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
}

struct air *
air_rider(void)
{
	struct air *air = air_open();
	struct ykt_buf serial = YKT_BUF(air->serial);

	bench_register(air->b, BENCH_PHONE);
	assert_int_equal(wallet_pin(air->b, AIR_PIN), 200);
	(void)bench_card(air->b, air->card_no);
	assert_status(ykt_hex_decode(air->card_no, strlen(air->card_no), &serial), YKT_OK);
	air->b->now_ms += 61000;
	air_register(air, BENCH_PHONE);

	return air;
}

static struct apdu_cmd
script_command(const struct air_answer *answer)
{
	struct ykt_rd rd = ykt_rd(answer->data);
	struct ykt_bytes command;
	struct apdu_cmd cmd;

	assert_true((answer->has & AIR_HAS_SCRIPT) != 0);
	assert_true(air_script_next(&rd, &command));
	assert_status(apdu_cmd_decode(command, &cmd), YKT_OK);
	assert_int_equal(rd.left, 0);

	return cmd;
}

/* INITIALIZE FOR LOAD in the purse, and what it says, up. */
static int
load_request(struct air *air, struct air_answer *answer)
{
	struct air_call call = { .op = AIR_LOAD_REQUEST, .attempt = answer->attempt, .sw = SW_OK };
	struct apdu_cmd cmd = script_command(answer);
	struct purse_init init;
	uint8_t data[PURSE_LOAD_INIT_RSP_LEN];

	assert_status(purse_init_decode(&cmd, &init), YKT_OK);
	assert_int_equal(init.p1, PURSE_INIT_LOAD);
	memcpy(call.ref, answer->ref, sizeof(call.ref));
	model_card_init(air->b, air->card_no, init.amount, init.terminal, data);
	call.data = YKT_BYTES(data);

	return air_ask(air, &call, answer);
}

static int
load_confirm(struct air *air, struct air_answer *answer)
{
	struct air_call call = { .op = AIR_LOAD_CONFIRM, .attempt = answer->attempt, .sw = SW_OK };
	struct apdu_cmd cmd = script_command(answer);
	struct purse_credit credit;
	uint8_t tac[PURSE_MAC_LEN];

	assert_status(purse_credit_decode(&cmd, &credit), YKT_OK);
	memcpy(call.ref, answer->ref, sizeof(call.ref));
	assert_true(model_card_credit(air->b, air->card_no, credit.datetime, credit.mac2, tac));
	call.data = YKT_BYTES(tac);

	return air_ask(air, &call, answer);
}

int
air_load(struct air *air, const uint8_t *ref_or_null)
{
	struct air_call call = air_call_of(air, AIR_LOAD_BEGIN);
	struct air_answer answer;
	int status;

	if (ref_or_null != NULL)
		memcpy(call.ref, ref_or_null, sizeof(call.ref));
	status = air_ask(air, &call, &answer);
	if (status == AIR_DONE) {
		assert_int_equal(answer.next, AIR_LOAD_REQUEST);
		status = load_request(air, &answer);
	}
	if (status == AIR_DONE && answer.next == AIR_LOAD_CONFIRM)
		status = load_confirm(air, &answer);

	return status;
}
