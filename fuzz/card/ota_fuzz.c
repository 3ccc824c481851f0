/*
 * ota_command_open(), ota_response_open(), ota_command_whole(): refusals leave the
 * outputs alone; what is accepted has its views inside the work, and made again
 * from them gives the packet back, up to padding that nobody checked.
 *
 * The first byte picks the keys' algorithm, and the head of a response's command.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/ota.h"
#include "fuzz.h"

#define PACKET_MAX 2048

/* One handle for the process: making one takes a millisecond. */
static struct crypto *crypto;

static struct ota_keys
keys_of(enum crypto_alg alg)
{
	static const uint8_t zeros[16];
	struct ota_keys keys;

	if (crypto_key_set(alg, YKT_BYTES(zeros), &keys.kic) != YKT_OK)
		abort();
	keys.kid = keys.kic;

	return keys;
}

static void
check_inside(struct ykt_bytes view, const uint8_t *work, size_t len)
{
	assert(view.len == 0 || (view.data >= work && view.data + view.len <= work + len));
}

static void
check_command(struct ykt_bytes packet, const struct ota_keys *keys)
{
	uint8_t work[PACKET_MAX];
	uint8_t raw[PACKET_MAX + OTA_OVERHEAD_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct ota_command command = { .counter = 0x5A };
	struct ota_command again;

	if (ota_command_open(crypto, packet, keys, work, &command) != YKT_OK) {
		assert(command.counter == 0x5A && command.data.data == NULL);
		return;
	}
	check_inside(command.data, work, packet.len);
	check_inside(command.check, work, packet.len);
	assert(command.padding <= OTA_PADDING_MAX);
	assert(ota_command_make(crypto, &command, keys, &out) == YKT_OK);
	assert(ota_command_open(crypto, ykt_buf_view(&out), keys, raw, &again) == YKT_OK);
	assert(ykt_bytes_equal(again.data, command.data) && again.counter == command.counter);
}

static void
check_response(struct ykt_bytes packet, const struct ota_head *head, const struct ota_keys *keys)
{
	uint8_t work[PACKET_MAX];
	uint8_t raw[PACKET_MAX + OTA_OVERHEAD_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct ota_response response = { .status = 0x5A };

	if (ota_response_open(crypto, head, packet, keys, work, &response) != YKT_OK) {
		assert(response.status == 0x5A && response.data.data == NULL);
		return;
	}
	check_inside(response.data, work, packet.len);
	assert(ota_response_make(crypto, head, &response, keys, &out) == YKT_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t raw[PACKET_MAX + 2];
	struct ykt_buf whole = YKT_BUF(raw);
	struct ykt_bytes packet;
	struct ota_keys keys;
	struct ota_head head;

	if (crypto == NULL && crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK)
		abort();
	if (len == 0 || len > PACKET_MAX)
		return 0;
	packet = ykt_bytes(data + 1, len - 1);
	keys = keys_of((data[0] & 0x80) != 0 ? CRYPTO_AES : CRYPTO_TDES2);
	head = (struct ota_head){ 0, data[0] & 0x3F, 0x12, 0x12, { 0 } };
	if ((data[0] & 0x80) == 0)
		head.kic = head.kid = 0x15;
	check_command(packet, &keys);
	check_response(packet, &head, &keys);
	if (ota_command_whole(packet, &whole) == YKT_OK)
		check_command(ykt_buf_view(&whole), &keys);
	else
		assert(whole.len == 0);

	return 0;
}
