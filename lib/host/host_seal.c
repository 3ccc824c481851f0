/*
 * The bytes of a sealed image, see host_seal.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "host/host_seal.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/block.h"
#include "crypto/mac.h"

#define HEADER_VERSION 8
#define HEADER_IMAGE   12
#define HEADER_LOG     16
#define HEADER_SALT    20
#define HEADER_SIGNED  64 /* then its MAC */
#define HEAD_LEN_OFF   8
#define HEAD_KIND      12
#define HEAD_COUNTER   16
#define HEAD_MAC       32
#define MAGIC_LEN      8
#define COUNTER_LEN    16
#define FILL           0xFF

_Static_assert(SEAL_AHEAD_STEP % COUNTER_LEN == 0 && SEAL_AHEAD_LEN % SEAL_AHEAD_STEP == 0,
    "whole blocks, whole steps");

static const uint8_t magic[MAGIC_LEN] = { 'Y', 'K', 'T', '-', 'S', 'E', 'A', 'L' };

static enum ykt_status
derive(struct crypto *crypto, const uint8_t key[SEAL_KEY_LEN], const uint8_t salt[SEAL_SALT_LEN],
    struct seal_keys *ret_keys)
{
	static const uint8_t enc[] = "ykt-seal enc";
	static const uint8_t mac[] = "ykt-seal mac";
	const struct ykt_bytes secret = ykt_bytes(key, SEAL_KEY_LEN);
	struct ykt_bytes parts[2] = { YKT_BYTES(enc), ykt_bytes(salt, SEAL_SALT_LEN) };
	uint8_t bytes[SEAL_MAC_LEN];
	enum ykt_status status = crypto_hmac_sm3(crypto, secret, parts, 2, bytes);

	if (status == YKT_OK) {
		memcpy(ret_keys->enc, bytes, sizeof(ret_keys->enc));
		parts[0] = YKT_BYTES(mac);
		status = crypto_hmac_sm3(crypto, secret, parts, 2, ret_keys->mac);
	}
	ykt_wipe(bytes, sizeof(bytes));

	return status;
}

static enum ykt_status
header_mac(struct crypto *crypto, const struct seal_keys *keys, const uint8_t *header,
    uint8_t out[SEAL_MAC_LEN])
{
	const struct ykt_bytes part = ykt_bytes(header, HEADER_SIGNED);

	return crypto_hmac_sm3(crypto, YKT_BYTES(keys->mac), &part, 1, out);
}

enum ykt_status
seal_header_write(struct crypto *crypto, const uint8_t key[SEAL_KEY_LEN],
    const struct seal_header *header, uint8_t out[SEAL_HEADER_LEN], struct seal_keys *ret_keys,
    struct seal_chain *ret_chain)
{
	enum ykt_status status = derive(crypto, key, header->salt, ret_keys);

	ret_keys->version = header->version;
	memset(out, 0, SEAL_HEADER_LEN);
	memcpy(out, magic, sizeof(magic));
	ykt_set_u16(out + HEADER_VERSION, header->version);
	ykt_set_u32(out + HEADER_IMAGE, header->image_len);
	ykt_set_u32(out + HEADER_LOG, header->log_len);
	memcpy(out + HEADER_SALT, header->salt, SEAL_SALT_LEN);
	if (status == YKT_OK)
		status = header_mac(crypto, ret_keys, out, out + HEADER_SIGNED);
	if (status != YKT_OK)
		return status;
	ret_chain->number = 0;
	memcpy(ret_chain->mac, out + HEADER_SIGNED, SEAL_MAC_LEN);

	return YKT_OK;
}

enum ykt_status
seal_header_read(struct crypto *crypto, const uint8_t key[SEAL_KEY_LEN],
    const uint8_t bytes[SEAL_HEADER_LEN], struct seal_header *ret_header,
    struct seal_keys *ret_keys, struct seal_chain *ret_chain)
{
	const size_t used = HEADER_SIGNED + SEAL_MAC_LEN;
	const uint16_t version = ykt_get_u16(bytes + HEADER_VERSION);
	struct seal_keys keys;
	uint8_t mac[SEAL_MAC_LEN];
	enum ykt_status status;

	if (memcmp(bytes, magic, sizeof(magic)) != 0)
		return YKT_E_FORMAT;
	if (version != SEAL_VERSION && version != SEAL_VERSION_1)
		return YKT_MISMATCH;
	keys.version = version;
	status = derive(crypto, key, bytes + HEADER_SALT, &keys);
	if (status == YKT_OK)
		status = header_mac(crypto, &keys, bytes, mac);
	if (status == YKT_OK && (!ykt_ct_equal(mac, bytes + HEADER_SIGNED, sizeof(mac)) ||
				    !seal_is_zero(ykt_bytes(bytes + used, SEAL_HEADER_LEN - used))))
		status = YKT_E_MAC;
	if (status == YKT_OK) {
		ret_header->version = version;
		ret_header->image_len = ykt_get_u32(bytes + HEADER_IMAGE);
		ret_header->log_len = ykt_get_u32(bytes + HEADER_LOG);
		memcpy(ret_header->salt, bytes + HEADER_SALT, SEAL_SALT_LEN);
		ret_chain->number = 0;
		memcpy(ret_chain->mac, mac, sizeof(mac));
		*ret_keys = keys;
	}
	ykt_wipe(&keys, sizeof(keys));

	return status;
}

size_t
seal_frame_len(size_t payload_len)
{
	return (SEAL_HEAD_LEN + payload_len + SEAL_SECTOR - 1) / SEAL_SECTOR * SEAL_SECTOR;
}

size_t
seal_frame_claim(const uint8_t head[SEAL_SECTOR])
{
	return seal_frame_len(ykt_get_u32(head + HEAD_LEN_OFF));
}

bool
seal_frame_is_later(const uint8_t sector[SEAL_SECTOR], uint64_t number)
{
	const uint64_t ahead = ykt_get_u64(sector) - number;

	return ykt_get_u32(sector + HEAD_KIND) == SEAL_CHANGES && ahead != 0 && ahead <= UINT32_MAX;
}

static enum ykt_status
frame_mac(struct crypto *crypto, const struct seal_keys *keys, const uint8_t base[SEAL_MAC_LEN],
    const uint8_t *frame, size_t payload_len, uint8_t out[SEAL_MAC_LEN])
{
	const size_t covered = keys->version == SEAL_VERSION_1
				   ? seal_frame_len(payload_len) - SEAL_HEAD_LEN
				   : payload_len;
	const struct ykt_bytes parts[] = {
		ykt_bytes(base, SEAL_MAC_LEN),
		ykt_bytes(frame, HEAD_MAC),
		ykt_bytes(frame + SEAL_HEAD_LEN, covered),
	};

	return crypto_hmac_sm3(crypto, YKT_BYTES(keys->mac), parts, YKT_ARRAY_LEN(parts), out);
}

/* True for the fill behind a payload, and no other byte. */
static bool
is_filled(const struct seal_keys *keys, const uint8_t *frame, size_t payload_len, size_t len)
{
	if (keys->version == SEAL_VERSION_1)
		return true;
	for (size_t at = SEAL_HEAD_LEN + payload_len; at < len; at++) {
		if (frame[at] != FILL)
			return false;
	}

	return true;
}

/* The counter block so many blocks on. */
static void
counter_at(const uint8_t counter[COUNTER_LEN], uint64_t blocks, uint8_t out[COUNTER_LEN])
{
	const uint64_t low = ykt_get_u64(counter + 8);

	ykt_set_u64(out, ykt_get_u64(counter) + (low + blocks < low ? 1 : 0));
	ykt_set_u64(out + 8, low + blocks);
}

/* How much of the keystream is made ahead: in whole steps. */
static size_t
ahead_goal(const struct seal_stream *stream)
{
	const size_t steps = (stream->usual + SEAL_AHEAD_STEP - 1) / SEAL_AHEAD_STEP;
	const size_t goal = steps * SEAL_AHEAD_STEP;

	return goal == 0 || goal > SEAL_AHEAD_LEN ? SEAL_AHEAD_LEN : goal;
}

enum ykt_status
seal_ahead(
    struct crypto *crypto, const struct seal_keys *keys, struct seal_stream *stream, bool *ret_done)
{
	static const uint8_t zeros[SEAL_AHEAD_STEP];
	uint8_t at[COUNTER_LEN];
	enum ykt_status status = YKT_OK;

	*ret_done = stream->ahead >= ahead_goal(stream);
	if (*ret_done)
		return YKT_OK;
	if (stream->ahead == 0)
		status = ykt_random_fill(stream->random, stream->counter, COUNTER_LEN);
	if (status != YKT_OK)
		return status;
	counter_at(stream->counter, stream->ahead / COUNTER_LEN, at);
	status =
	    crypto_sm4_ctr(crypto, keys->enc, at, YKT_BYTES(zeros), stream->bytes + stream->ahead);
	if (status == YKT_OK)
		stream->ahead += SEAL_AHEAD_STEP;

	return status;
}

/* The payload: with what was made ahead, and behind that with what is made now. */
static enum ykt_status
encipher(struct crypto *crypto, const struct seal_keys *keys, struct seal_stream *stream,
    uint8_t *frame, size_t payload_len)
{
	uint8_t *body = frame + SEAL_HEAD_LEN;
	const size_t ready = stream->ahead < payload_len ? stream->ahead : payload_len;
	enum ykt_status status = YKT_OK;
	uint8_t at[COUNTER_LEN];

	if (stream->ahead == 0)
		status = ykt_random_fill(stream->random, stream->counter, COUNTER_LEN);
	if (status != YKT_OK)
		return status;
	memcpy(frame + HEAD_COUNTER, stream->counter, COUNTER_LEN);
	for (size_t i = 0; i < ready; i++)
		body[i] ^= stream->bytes[i];
	counter_at(stream->counter, stream->ahead / COUNTER_LEN, at);
	if (ready < payload_len)
		status = crypto_sm4_ctr(crypto, keys->enc, at,
		    ykt_bytes(body + ready, payload_len - ready), body + ready);
	ykt_wipe(stream->bytes, stream->ahead);
	stream->ahead = 0;

	return status;
}

enum ykt_status
seal_frame_close(struct crypto *crypto, const struct seal_keys *keys, struct seal_stream *stream,
    enum seal_kind kind, const uint8_t base[SEAL_MAC_LEN], size_t payload_len, uint8_t *frame,
    struct seal_chain *chain)
{
	const size_t len = seal_frame_len(payload_len);
	enum ykt_status status;

	ykt_set_u64(frame, chain->number + 1);
	ykt_set_u32(frame + HEAD_LEN_OFF, (uint32_t)payload_len);
	ykt_set_u32(frame + HEAD_KIND, kind);
	memset(frame + SEAL_HEAD_LEN + payload_len, FILL, len - SEAL_HEAD_LEN - payload_len);
	status = encipher(crypto, keys, stream, frame, payload_len);
	if (status == YKT_OK)
		status = frame_mac(crypto, keys, base, frame, payload_len, frame + HEAD_MAC);
	if (status != YKT_OK)
		return status;
	if (kind == SEAL_CHANGES)
		stream->usual = payload_len;
	chain->number++;
	memcpy(chain->mac, frame + HEAD_MAC, SEAL_MAC_LEN);

	return YKT_OK;
}

enum ykt_status
seal_frame_check(struct crypto *crypto, const struct seal_keys *keys, enum seal_kind kind,
    const struct seal_chain *chain, struct ykt_bytes bytes, size_t *ret_len,
    struct seal_chain *ret_chain)
{
	const uint8_t *frame = bytes.data;
	uint8_t mac[SEAL_MAC_LEN];
	enum ykt_status status;
	size_t payload_len, len;
	uint64_t number;

	if (bytes.len < SEAL_SECTOR || ykt_get_u32(frame + HEAD_KIND) != kind ||
	    ykt_get_u32(frame + HEAD_LEN_OFF) > bytes.len)
		return YKT_E_MAC;
	number = ykt_get_u64(frame);
	payload_len = ykt_get_u32(frame + HEAD_LEN_OFF);
	len = seal_frame_len(payload_len);
	if (len > bytes.len || number == 0 || !is_filled(keys, frame, payload_len, len) ||
	    (kind != SEAL_SNAPSHOT && number != chain->number + 1))
		return YKT_E_MAC;
	status = frame_mac(crypto, keys, chain->mac, frame, payload_len, mac);
	if (status == YKT_OK && !ykt_ct_equal(mac, frame + HEAD_MAC, sizeof(mac)))
		status = YKT_E_MAC;
	if (status != YKT_OK)
		return status;
	*ret_len = len;
	ret_chain->number = number;
	memcpy(ret_chain->mac, mac, sizeof(mac));

	return YKT_OK;
}

enum ykt_status
seal_frame_open(struct crypto *crypto, const struct seal_keys *keys, uint8_t *frame,
    struct ykt_bytes *ret_payload)
{
	const size_t payload_len = ykt_get_u32(frame + HEAD_LEN_OFF);
	const struct ykt_bytes payload = ykt_bytes(frame + SEAL_HEAD_LEN, payload_len);
	enum ykt_status status =
	    crypto_sm4_ctr(crypto, keys->enc, frame + HEAD_COUNTER, payload, frame + SEAL_HEAD_LEN);

	if (status == YKT_OK)
		*ret_payload = payload;

	return status;
}

bool
seal_is_zero(struct ykt_bytes bytes)
{
	return bytes.len == 0 ||
	       (bytes.data[0] == 0 && memcmp(bytes.data, bytes.data + 1, bytes.len - 1) == 0);
}
