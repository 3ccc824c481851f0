/*
 * Secured packets of the menus: opened and made here, so that the gateway sees no key.
 *
 * The module counts nothing: that is the gateway's, with its database. It makes two
 * kinds of packets and no other: the response to a card's packet, and a command that
 * loads a menu package, asks for the state of the packages or takes one back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/air_call.h"
#include "card/air_frame.h"
#include "card/air_keys.h"
#include "card/apdu.h"
#include "card/menu_pack.h"
#include "card/usat.h"
#include "crypto/digest.h"
#include "keys/internal.h"
#include "wire/ota_msg.h"
#include "wire/pin.h"

/* YKT_NOT_FOUND: this module has no roots for it. YKT_E_ARG: no key set of ours. */
static enum ykt_status
card_keys(struct keys_worker *worker, const uint8_t *se_id, int64_t key_id, struct air_keys *keys)
{
	const struct keys_roots *roots = &worker->keys->options.roots;
	struct air_roots air = { 0 };
	enum ykt_status status;

	if (!roots->has_ota_kic)
		return YKT_NOT_FOUND;
	if (key_id != AIR_KEY_ID(OTA_ALG_AES) && key_id != AIR_KEY_ID(OTA_ALG_TDES2))
		return YKT_E_ARG;
	memcpy(air.kic, roots->ota_kic, sizeof(air.kic));
	memcpy(air.kid, roots->ota_kid, sizeof(air.kid));
	memcpy(air.payload, roots->ota_payload, sizeof(air.payload));
	status = air_keys_derive(
	    worker->crypto, &air, se_id, (enum ota_alg)(key_id & ~AIR_KEY_ID(0)), keys);
	ykt_wipe(&air, sizeof(air));

	return status;
}

/* What the open head says against a packet, before any key is used. */
static uint8_t
judge_head(const struct ota_head *head)
{
	const struct ota_head ours = air_head(OTA_ALG_AES);

	if (!ykt_bytes_equal(YKT_BYTES(head->tar), YKT_BYTES(ours.tar)))
		return OTA_STATUS_TAR;
	if (head->spi1 != AIR_SPI1 || head->spi2 != AIR_SPI2 || head->kic != head->kid)
		return OTA_STATUS_LEVEL_LOW;

	return OTA_STATUS_OK;
}

/* The payment PIN of this call, as a block that this module alone opens again. */
static enum ykt_status
seal_pin(struct keys_worker *worker, const struct wire_key_ota_open_req *req, uint64_t counter,
    const struct air_call *call, struct wire_key_ota_open_rsp *rsp)
{
	const struct keys_pay_pin *own = &worker->keys->options.pay_pin;
	uint8_t number[8], digest[32];
	const struct ykt_bytes parts[] = { ykt_bytes_str("ykt-ota-pin"), YKT_BYTES(req->se_id),
		YKT_BYTES(number) };
	char pin[2 * AIR_PIN_LEN + 1];
	enum ykt_status status;

	if (!own->there)
		return YKT_OK;
	ykt_set_u64(number, counter);
	status = crypto_sm3(worker->crypto, parts, YKT_ARRAY_LEN(parts), digest);
	if (status == YKT_OK)
		status = air_digits_text(call->pin, AIR_PIN_LEN, pin);
	if (status == YKT_OK) {
		memcpy(rsp->sid, digest, sizeof(rsp->sid));
		status = wire_pin_seal(worker->crypto, NULL, &own->key.pub, rsp->sid, WIRE_PIN_MENU,
		    ykt_clock_wall(worker->keys->options.env.clock), pin, rsp->pin.data,
		    &rsp->pin.len);
	}
	ykt_wipe(pin, sizeof(pin));
	rsp->has_pin = status == YKT_OK;

	return status;
}

/* The call as the platform sees it: what has a PIN has zeros in its place. */
static enum ykt_status
put_call(struct keys_worker *worker, const struct wire_key_ota_open_req *req, uint64_t counter,
    struct ykt_bytes plain, struct wire_key_ota_open_rsp *rsp)
{
	struct ykt_buf out = YKT_BUF(rsp->call.data);
	struct air_call call;
	enum ykt_status status = air_call_decode(plain, &call);

	if (status == YKT_OK && air_call_has_pin(&call)) {
		status = seal_pin(worker, req, counter, &call, rsp);
		memset(call.pin, 0, sizeof(call.pin));
	}
	if (status == YKT_OK) {
		air_call_encode(&call, &out);
		status = ykt_buf_done(&out);
	}
	ykt_wipe(&call, sizeof(call));
	if (status == YKT_OK)
		rsp->call.len = (uint16_t)out.len;

	return status;
}

/* Packet, then payload. rsp->status says what is wrong with either. */
static enum ykt_status
open_packet(struct keys_worker *worker, const struct wire_key_ota_open_req *req,
    const struct air_keys *keys, struct wire_key_ota_open_rsp *rsp)
{
	uint8_t work[AIR_MESSAGE_MAX];
	struct ota_command command;
	struct ykt_bytes plain = { NULL, 0 };
	enum ykt_status status = ota_command_open(worker->crypto,
	    ykt_bytes(req->packet.data, req->packet.len), &keys->packet, work, &command);
	const bool outer = status == YKT_OK;

	if (outer) {
		const struct air_seal seal = { keys->payload, req->se_id, command.counter, AIR_UP };
		uint8_t *inner = work + (command.data.len != 0 ? command.data.data - work : 0);

		status = air_seal_open(worker->crypto, &seal, command.data, inner, &plain);
	}
	if (status == YKT_OK)
		status = put_call(worker, req, command.counter, plain, rsp);
	if (status == YKT_OK)
		rsp->counter = (int64_t)command.counter;
	ykt_wipe(work, sizeof(work));
	/* A packet that cannot be read is one whose checksum is wrong: the length is open. */
	if (status == YKT_E_MAC || status == YKT_E_FORMAT) {
		rsp->status = outer ? OTA_STATUS_SECURITY : OTA_STATUS_CC;
		status = YKT_OK;
	}

	return status;
}

int
keys_ota_open(void *worker, const struct ykt_http_request *http, const void *req_arg, void *rsp_arg,
    struct wire_error *error)
{
	const struct wire_key_ota_open_req *req = req_arg;
	struct wire_key_ota_open_rsp *rsp = rsp_arg;
	struct air_keys keys = { 0 };
	struct ota_head head;
	struct ykt_bytes body;
	enum ykt_status status =
	    ota_command_head(ykt_bytes(req->packet.data, req->packet.len), &head, &body);

	(void)http;
	if (status == YKT_OK)
		status = card_keys(worker, req->se_id, head.kic, &keys);
	if (status == YKT_OK) {
		rsp->key_id = head.kic;
		rsp->status = judge_head(&head);
		if (rsp->status == OTA_STATUS_OK)
			status = open_packet(worker, req, &keys, rsp);
	}
	ykt_wipe(&keys, sizeof(keys));

	return status == YKT_OK ? 200 : keys_fail(error, status);
}

/* The payload of the response: a counter, an answer under its seal, or nothing. */
static enum ykt_status
put_answer(struct keys_worker *worker, const struct wire_key_ota_answer_req *req,
    const struct air_keys *keys, struct ykt_buf *out)
{
	const struct air_seal seal = { keys->payload, req->se_id, (uint64_t)req->counter,
		AIR_DOWN };
	struct air_answer answer;
	struct ykt_bytes plain = ykt_bytes(req->answer.data, req->answer.len);

	if (req->has_last) {
		ykt_put_u8(out, (uint8_t)(req->last >> 32));
		ykt_put_u32(out, (uint32_t)req->last);
		return plain.len == 0 ? YKT_OK : YKT_E_ARG;
	}
	if (plain.len == 0)
		return YKT_OK;
	if (air_answer_decode(plain, &answer) != YKT_OK)
		return YKT_E_ARG;

	return air_seal_make(worker->crypto, &seal, plain, out);
}

int
keys_ota_answer(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct wire_key_ota_answer_req *req = req_arg;
	struct wire_key_ota_answer_rsp *rsp = rsp_arg;
	struct ykt_buf packet = { rsp->packet.data, 0, sizeof(rsp->packet.data), false };
	uint8_t bytes[AIR_PLAIN_MAX + AIR_SEAL_EXTRA];
	struct ykt_buf data = YKT_BUF(bytes);
	struct ota_response response = { .counter = (uint64_t)req->counter,
		.status = (uint8_t)req->status };
	struct air_keys keys = { 0 };
	enum ykt_status status = card_keys(worker, req->se_id, req->key_id, &keys);

	(void)http;
	if (status == YKT_OK)
		status = put_answer(worker, req, &keys, &data);
	if (status == YKT_OK) {
		struct ota_head head = air_head((enum ota_alg)(req->key_id & ~AIR_KEY_ID(0)));

		memcpy(response.tar, head.tar, sizeof(response.tar));
		response.data = ykt_buf_view(&data);
		status = ota_response_make(worker->crypto, &head, &response, &keys.packet, &packet);
	}
	rsp->packet.len = (uint16_t)packet.len;
	ykt_wipe(&keys, sizeof(keys));

	return status == YKT_OK ? 200 : keys_fail(error, status);
}

/* Only what the menu has of its own; a purse or a domain is never reached by this. */
static bool
may_send(struct ykt_bytes command)
{
	struct apdu_cmd cmd;

	return apdu_cmd_decode(command, &cmd) == YKT_OK && cmd.cla == USAT_CLA && !cmd.extended &&
	       (cmd.ins == MENU_INS_LOAD || cmd.ins == MENU_INS_INFO ||
		   cmd.ins == MENU_INS_ROLLBACK);
}

static struct ota_head
menu_head(int64_t key_id)
{
	struct ota_head head = air_head((enum ota_alg)(key_id & ~AIR_KEY_ID(0)));

	memcpy(head.tar, AIR_TAR_MENU, sizeof(head.tar));

	return head;
}

int
keys_ota_command(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct wire_key_ota_command_req *req = req_arg;
	struct wire_key_ota_command_rsp *rsp = rsp_arg;
	struct ykt_buf packet = { rsp->packet.data, 0, sizeof(rsp->packet.data), false };
	struct ota_command command = { .head = menu_head(req->key_id),
		.counter = (uint64_t)req->counter,
		.data = ykt_bytes(req->command.data, req->command.len) };
	struct air_keys keys = { 0 };
	enum ykt_status status = may_send(command.data) ? YKT_OK : YKT_E_ARG;

	(void)http;
	if (status == YKT_OK)
		status = card_keys(worker, req->se_id, req->key_id, &keys);
	if (status == YKT_OK)
		status = ota_command_make(worker->crypto, &command, &keys.packet, &packet);
	rsp->packet.len = (uint16_t)packet.len;
	ykt_wipe(&keys, sizeof(keys));

	return status == YKT_OK ? 200 : keys_fail(error, status);
}

int
keys_ota_receipt(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct wire_key_ota_receipt_req *req = req_arg;
	struct wire_key_ota_receipt_rsp *rsp = rsp_arg;
	const struct ota_head head = menu_head(req->key_id);
	uint8_t work[sizeof(req->packet.data)];
	struct ota_response response;
	struct air_keys keys = { 0 };
	enum ykt_status status = card_keys(worker, req->se_id, req->key_id, &keys);

	(void)http;
	if (status != YKT_OK)
		return keys_fail(error, status);
	status = ota_response_open(worker->crypto, &head,
	    ykt_bytes(req->packet.data, req->packet.len), &keys.packet, work, &response);
	ykt_wipe(&keys, sizeof(keys));
	if (status == YKT_OK && response.data.len <= sizeof(rsp->data.data)) {
		rsp->ok = true;
		rsp->status = response.status;
		rsp->counter = (int64_t)response.counter;
		rsp->data.len = (uint16_t)response.data.len;
		if (response.data.len != 0)
			memcpy(rsp->data.data, response.data.data, response.data.len);
	}

	/* ok is false for everything that is no receipt of this card. */
	return status == YKT_E_CRYPTO ? keys_fail(error, status) : 200;
}
