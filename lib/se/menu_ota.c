/*
 * Secured packets for the menu (TS 102 225, TS 31.115): how its packages come over
 * the air (C5-ARC-12).
 *
 * A packet comes in ENVELOPE (SMS-PP DOWNLOAD) and holds one command to the menu.
 * There is one security level, and nothing below it does anything (T19): AES or 3DES
 * of two keys, whichever the card was made with, a cryptographic checksum, ciphering, and a counter that must be higher than every one
 * before. The counter is durable before the command runs, so that no cut makes a
 * packet worth anything twice. A card that was made without keys takes no packet.
 *
 * The command goes through the dispatcher like any other. Proof of receipt comes in
 * the answer to ENVELOPE; what was not authenticated gets a status and no more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/air_frame.h"
#include "card/ota.h"
#include "card/sms.h"
#include "card/usat.h"

#define KEY_LEN    16
#define LEVEL      0x16 /* checksum, cipher, counter must be higher */
#define DATA_MAX   80   /* answer of a command that is told */
#define CMD_MAX    SMS_USER_DATA_MAX
#define SELECT_LEN 14

static const uint8_t tar[OTA_TAR_LEN] = { 'M', 'N', 'U' };
static const uint8_t command_udh[] = { 0x02, 0x70, 0x00 };
static const uint8_t channel_open[] = { 0x00, 0x70, 0x00, 0x00, 0x01 };

static const uint8_t *
state(const struct se *se)
{
	return se_home(se, SE_MENU);
}

static uint64_t
counter_of(const struct se *se)
{
	const uint8_t *bytes = state(se) + SE_MENU_OTA_COUNTER;

	return (uint64_t)bytes[0] << 32 | ykt_get_u32(bytes + 1);
}

uint8_t
se_menu_alg(const struct se *se)
{
	uint8_t alg = state(se)[SE_MENU_OTA_ALG];

	return alg != 0 ? alg : OTA_ALG_AES;
}

/* KIc and KID of every packet: key set 1 of the card's algorithm. */
static uint8_t
key_id(const struct se *se)
{
	return AIR_KEY_ID(se_menu_alg(se));
}

bool
se_menu_keys(const struct se *se, struct ota_keys *ret_keys)
{
	static const uint8_t none[KEY_LEN];
	const uint8_t *bytes = state(se) + SE_MENU_OTA_KIC;
	enum crypto_alg alg = se_menu_alg(se) == OTA_ALG_AES ? CRYPTO_AES : CRYPTO_TDES2;

	if (ykt_ct_equal(bytes, none, KEY_LEN))
		return false;
	return crypto_key_set(alg, ykt_bytes(bytes, KEY_LEN), &ret_keys->kic) == YKT_OK &&
	       crypto_key_set(alg, ykt_bytes(bytes + KEY_LEN, KEY_LEN), &ret_keys->kid) == YKT_OK;
}

static uint16_t
commit_counter(struct se *se, uint64_t counter)
{
	uint8_t bytes[OTA_COUNTER_LEN];

	bytes[0] = (uint8_t)(counter >> 32);
	ykt_set_u32(bytes + 1, (uint32_t)counter);
	se_tx_begin(se);
	se_tx_put(se, SE_MENU + SE_MENU_OTA_COUNTER, YKT_BYTES(bytes));

	return se_tx_commit(se);
}

/* SELECT and the command on a channel that is opened and closed; the command's word. */
static uint16_t
run_command(struct se *se, struct ykt_bytes data, struct ykt_buf *out)
{
	uint8_t select[SELECT_LEN] = { 0x00, 0xA4, 0x04, 0x00, sizeof(SE_AID_MENU) - 1 };
	uint8_t end[] = { 0x00, 0x70, 0x80, 0x00 };
	uint8_t cmd[CMD_MAX];
	uint16_t sw = se_exchange(se, YKT_BYTES(channel_open), out);

	if (sw != SW_OK)
		return sw;
	end[3] = out->data[--out->len];
	select[0] |= end[3];
	memcpy(select + 5, SE_AID_MENU, sizeof(SE_AID_MENU) - 1);
	memcpy(cmd, data.data, data.len);
	cmd[0] |= end[3];
	sw = se_exchange(se, YKT_BYTES(select), out);
	out->len = 0;
	if (sw == SW_OK)
		sw = se_exchange(se, ykt_bytes(cmd, data.len), out);
	(void)se_exchange(se, YKT_BYTES(end), out);

	return sw;
}

/* What a packet came to. */
struct outcome {
	uint8_t status;       /* enum ota_status */
	struct ykt_buf *data; /* of the proof: count, word, data */
};

static uint8_t
status_of(enum ykt_status status)
{
	return status == YKT_E_MAC ? OTA_STATUS_CC : OTA_STATUS_SECURITY;
}

/* Judges and runs a packet; everything that changes comes after every judgement. */
static void
take(struct se *se, struct ykt_bytes packet, const struct ota_keys *keys, uint8_t *work,
    struct outcome *outcome)
{
	struct ota_command command;
	enum ykt_status status = ota_command_open(se->crypto, packet, keys, work, &command);
	uint8_t answer[DATA_MAX];
	struct ykt_buf data = YKT_BUF(answer);
	uint16_t sw;

	outcome->status = status_of(status);
	if (status != YKT_OK)
		return;
	outcome->status = OTA_STATUS_COUNTER_LOW;
	if (command.counter <= counter_of(se))
		return;
	outcome->status = OTA_STATUS_SECURITY;
	if (command.data.len < APDU_HEADER_LEN || command.data.len > CMD_MAX ||
	    (command.data.data[0] & APDU_CLA_CHANNEL_MASK) != 0)
		return;
	outcome->status = OTA_STATUS_MEMORY;
	if (commit_counter(se, command.counter) != SW_OK)
		return;
	outcome->status = OTA_STATUS_OK;
	sw = run_command(se, command.data, &data);
	ykt_put_u8(outcome->data, 1);
	ykt_put_u16(outcome->data, sw);
	ykt_put(outcome->data, ykt_buf_view(&data));
}

/* Appends the proof that the head asks for; nothing when it asks for none. */
static uint16_t
prove(struct se *se, const struct ota_head *head, const struct ota_keys *keys, uint64_t counter,
    const struct outcome *outcome, struct ykt_buf *out)
{
	struct ota_response response = {
		.counter = counter, .status = outcome->status, .data = ykt_buf_view(outcome->data)
	};
	enum ota_por por = ota_por(head);

	if (por == OTA_POR_NONE || (por == OTA_POR_ON_ERROR && outcome->status == OTA_STATUS_OK))
		return SW_OK;
	memcpy(response.tar, tar, sizeof(tar));

	return ota_response_make(se->crypto, head, &response, keys, out) == YKT_OK ? SW_OK
										   : SW_DATA;
}

/* A packet with a head that is to be taken: its level is the card's, not the packet's. */
static uint16_t
take_packet(struct se_call *call, struct ykt_bytes packet, const struct ota_keys *keys)
{
	struct se *se = call->se;
	uint8_t work[SMS_USER_DATA_MAX];
	uint8_t bytes[3 + DATA_MAX];
	struct ykt_buf data = YKT_BUF(bytes);
	struct outcome outcome = { OTA_STATUS_LEVEL_LOW, &data };
	struct ota_head head;
	struct ykt_bytes body;

	if (ota_command_head(packet, &head, &body) != YKT_OK)
		return SW_DATA;
	if (!ykt_bytes_equal(YKT_BYTES(head.tar), YKT_BYTES(tar)))
		outcome.status = OTA_STATUS_TAR;
	else if (head.spi1 == LEVEL && head.kic == key_id(se) && head.kid == key_id(se))
		take(se, packet, keys, work, &outcome);
	ykt_wipe(work, sizeof(work));
	/* The proof is made with the card's own keys, whatever the packet named. */
	head.kic = key_id(se);
	head.kid = key_id(se);

	return prove(se, &head, keys, counter_of(se), &outcome, call->out);
}

uint16_t
se_menu_packet(struct se_call *call, struct ykt_bytes tpdu)
{
	struct sms_deliver deliver;
	struct ota_keys keys = { 0 };
	struct ykt_rd rd;
	struct ykt_bytes udh;
	uint16_t sw = SW_CONDITIONS;

	if (sms_deliver_decode(tpdu, &deliver) != YKT_OK || !deliver.has_header ||
	    deliver.pid != SMS_PID_DOWNLOAD)
		return SW_DATA;
	rd = ykt_rd(deliver.data);
	udh = ykt_rd_take(&rd, sizeof(command_udh));
	if (!ykt_bytes_equal(udh, YKT_BYTES(command_udh)))
		return SW_DATA;
	if (se_menu_keys(call->se, &keys))
		sw = take_packet(call, ykt_rd_rest(&rd), &keys);
	ykt_wipe(&keys, sizeof(keys));

	return sw;
}
