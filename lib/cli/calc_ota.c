/*
 * Secured packets of TS 102 225: made from their parts, and opened with keys.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_priv.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/ota.h"
#include "cli/inspect_air.h"
#include "cli/jsonput.h"

#define PACKET_MAX  2100
#define DATA_MAX    (PACKET_MAX - OTA_OVERHEAD_MAX)
#define UDH_LEN     3
#define UDH_COMMAND 0x027000u

/* A packet, its head, and the keys; the caller wipes it. */
struct work {
	struct ota_head head;
	struct ota_keys keys;
	uint8_t raw[PACKET_MAX];
	uint8_t plain[PACKET_MAX];
};

static enum ykt_status
get_alg(struct calc_args *args, enum crypto_alg *ret_alg)
{
	const char *text = calc_args_text(args, "alg");

	if (text == NULL || strcmp(text, "3des") == 0)
		*ret_alg = CRYPTO_TDES2;
	else if (strcmp(text, "aes") == 0)
		*ret_alg = CRYPTO_AES;
	else
		return calc_bad(args, "alg: must be 3des or aes");

	return YKT_OK;
}

/* One key; none when it was not given. */
static enum ykt_status
get_key(struct calc_args *args, const char *name, enum crypto_alg alg, struct crypto_key *ret_key)
{
	uint8_t raw[CRYPTO_KEY_MAX];
	struct ykt_buf key = YKT_BUF(raw);
	enum ykt_status status;

	if (!calc_args_has(args, name))
		return YKT_OK;
	status = calc_args_bytes(args, name, 0, &key);
	if (status == YKT_OK && crypto_key_set(alg, ykt_buf_view(&key), ret_key) != YKT_OK)
		status = calc_bad(args, "KIc_key, KID_key: of a length that alg does not have");
	ykt_wipe(raw, sizeof(raw));

	return status;
}

/* A byte that may be left out: then it names key set 1 with the algorithm of alg. */
static enum ykt_status
get_id(struct calc_args *args, const char *name, enum crypto_alg alg, uint8_t *ret_id)
{
	*ret_id = alg == CRYPTO_AES ? 0x10 | OTA_ALG_AES : 0x10 | OTA_ALG_TDES2;

	return calc_args_has(args, name) ? calc_args_copy(args, name, ret_id, 1) : YKT_OK;
}

static enum ykt_status
get_head(struct calc_args *args, struct work *work)
{
	uint8_t spi[2] = { 0 };
	enum crypto_alg alg = CRYPTO_TDES2;
	enum ykt_status status = get_alg(args, &alg);

	if (status == YKT_OK)
		status = calc_args_copy(args, "spi", spi, sizeof(spi));
	work->head.spi1 = spi[0];
	work->head.spi2 = spi[1];
	if (status == YKT_OK)
		status = get_id(args, "kic", alg, &work->head.kic);
	if (status == YKT_OK)
		status = get_id(args, "kid", alg, &work->head.kid);
	if (status == YKT_OK && calc_args_has(args, "tar"))
		status = calc_args_copy(args, "tar", work->head.tar, OTA_TAR_LEN);
	if (status == YKT_OK)
		status = get_key(args, "kic-key", alg, &work->keys.kic);
	if (status == YKT_OK)
		status = get_key(args, "kid-key", alg, &work->keys.kid);

	return status;
}

/* What a failure of the codec means here. */
static enum ykt_status
explain(struct calc_args *args, enum ykt_status status)
{
	switch (status) {
	case YKT_E_ARG:
		return calc_bad(args, "SPI, KIc, KID: name what is not done here");
	case YKT_E_KEY:
		return calc_bad(args, "KIc_key, KID_key: missing, or not what KIc or KID says");
	case YKT_E_MAC:
		return calc_bad(args, "the checksum is wrong, or a key");
	case YKT_E_FORMAT:
		return calc_bad(args, "not a secured packet, or deciphered with a wrong key");
	case YKT_E_SPACE:
		return calc_bad(args, "data: too long");
	default:
		return status;
	}
}

static void
put_opened(json_t *object, uint64_t counter, uint8_t padding, struct ykt_bytes check,
    struct ykt_bytes data)
{
	uint8_t raw[8];

	ykt_set_u64(raw, counter);
	jsonput_hex(object, "CNTR", ykt_bytes(raw + 3, OTA_COUNTER_LEN));
	jsonput_int(object, "pcntr", padding);
	if (check.len != 0) {
		jsonput_hex(object, "cc", check);
		json_object_set_new(object, "cc_valid", json_true());
	}
	jsonput_hex(object, "data", data);
}

static enum ykt_status
make(struct crypto *crypto, struct calc_args *args, struct work *work, json_t *object)
{
	uint8_t counter[OTA_COUNTER_LEN] = { 0 };
	struct ota_command command = { .head = work->head };
	struct ota_command made;
	struct ykt_buf data = { work->plain, 0, DATA_MAX, false };
	struct ykt_buf out = YKT_BUF(work->raw);
	enum ykt_status status =
	    calc_args_bytes(args, calc_args_has(args, "apdu") ? "apdu" : "data", 0, &data);

	if (status == YKT_OK && calc_args_has(args, "cntr"))
		status = calc_args_copy(args, "cntr", counter, sizeof(counter));
	if (status == YKT_OK && !calc_args_has(args, "tar"))
		status = calc_bad(args, "TAR: missing");
	if (status != YKT_OK)
		return status;
	command.counter = (uint64_t)counter[0] << 32 | ykt_get_u32(counter + 1);
	command.data = ykt_buf_view(&data);
	status = ota_command_make(crypto, &command, &work->keys, &out);
	if (status == YKT_OK)
		jsonput_hex(object, "cmd", ykt_buf_view(&out));
	/* Opened again: what it says of itself is read, not repeated. */
	if (status == YKT_OK)
		status =
		    ota_command_open(crypto, ykt_buf_view(&out), &work->keys, work->plain, &made);
	if (status == YKT_OK)
		put_opened(object, made.counter, made.padding, made.check, made.data);

	return explain(args, status);
}

static enum ykt_status
open_command(struct crypto *crypto, struct calc_args *args, struct work *work, json_t *object)
{
	struct ota_command command;
	struct ykt_buf given = YKT_BUF(work->plain);
	struct ykt_buf whole = YKT_BUF(work->raw);
	struct ykt_bytes packet;
	enum ykt_status status = calc_args_bytes(args, "cmd", 0, &given);

	if (status != YKT_OK)
		return status;
	packet = ykt_buf_view(&given);
	if (packet.len > UDH_LEN && ykt_get_u24(packet.data) == UDH_COMMAND)
		packet = ykt_bytes_sub(packet, UDH_LEN, packet.len);
	status = ota_command_whole(packet, &whole);
	if (status == YKT_OK)
		status = ota_command_open(
		    crypto, ykt_buf_view(&whole), &work->keys, work->plain, &command);
	if (status != YKT_OK)
		return explain(args, status);
	inspect_ota_head(object, &command.head);
	put_opened(object, command.counter, command.padding, command.check, command.data);

	return YKT_OK;
}

static enum ykt_status
open_response(struct crypto *crypto, struct calc_args *args, struct work *work, json_t *object)
{
	struct ota_response response;
	struct ykt_buf packet = YKT_BUF(work->raw);
	enum ykt_status status = calc_args_bytes(args, "rsp", 0, &packet);

	if (status != YKT_OK)
		return status;
	status = ota_response_open(
	    crypto, &work->head, ykt_buf_view(&packet), &work->keys, work->plain, &response);
	if (status != YKT_OK)
		return explain(args, status);
	jsonput_hex(object, "TAR", YKT_BYTES(response.tar));
	jsonput_int(object, "status", response.status);
	put_opened(object, response.counter, response.padding, response.check, response.data);

	return YKT_OK;
}

/* One of the three as the whole answer, or both directions as members. */
static enum ykt_status
run(struct crypto *crypto, struct calc_args *args, struct work *work, json_t *object)
{
	bool has_data = calc_args_has(args, "apdu") || calc_args_has(args, "data");
	bool has_rsp = calc_args_has(args, "rsp");
	json_t *rsp = object;
	enum ykt_status status = YKT_OK;

	if (has_data)
		status = make(crypto, args, work, object);
	else if (calc_args_has(args, "cmd"))
		status = open_command(crypto, args, work, object);
	else if (!has_rsp)
		return calc_bad(args, "apdu, cmd or rsp: one is needed");
	if (status != YKT_OK || !has_rsp)
		return status;
	if (json_object_size(object) != 0) {
		rsp = json_object();
		json_object_set_new(object, "rsp", rsp);
	}

	return open_response(crypto, args, work, rsp);
}

enum ykt_status
calc_ota(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	static struct work work;
	enum ykt_status status;

	memset(&work, 0, sizeof(work));
	status = get_head(args, &work);
	if (status == YKT_OK)
		status = run(crypto, args, &work, object);
	ykt_wipe(&work, sizeof(work));

	return status == YKT_NOT_FOUND ? YKT_E_FORMAT : status;
}
