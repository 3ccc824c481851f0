/*
 * The seal of an image at rest: a header, and frames that hold a whole image or
 * the changes of one commit (version 2; one of version 1 is read, and goes on as it is).
 *
 * All is counted in sectors of 512 bytes, which a disk writes whole or not at
 * all. The header fills eight of them:
 *
 *   0  "YKT-SEAL"   8  version 2, 0 2   12  image length 4   16  log length 4
 *   20  salt 16     36 zeros            64  MAC 32 over bytes 0..63    96 zeros
 *
 * A frame is a head of 64 bytes and its payload, which is enciphered, filled up
 * with FF to whole sectors, so that none of them is zeros:
 *
 *   0  number 8     8  payload length 4   12  kind 4   16  counter block 16
 *   32  MAC 32 over the MAC of the frame before (a snapshot: of the header), bytes
 *       0..31, and the enciphered payload
 *
 * Any other fill is damage. In version 1 it is covered by the MAC instead, whatever
 * it is.
 *
 * SM4-CTR and HMAC-SM3 under keys that HMAC-SM3 derives from the seal key and the
 * salt. Project choice (grade D). Each frame has a counter block of its own, drawn
 * from 2^128: that two frames of a file share any block of keystream, though it
 * has a million, is less likely than 2^-80, and a frame that was not written takes
 * its own with it.
 *
 * What it does: who has the file and not the key reads nothing and changes
 * nothing unnoticed. What it cannot: an old copy of the whole file is a good
 * file, and the seal key in a process that runs is in its memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_SEAL_H
#define HOST_SEAL_H

#include <stdbool.h>

#include <ykt/bytes.h>
#include <ykt/driver/random.h>

#include "crypto/core.h"

#define SEAL_VERSION    2
#define SEAL_VERSION_1  1
#define SEAL_KEY_LEN    16
#define SEAL_SALT_LEN   16
#define SEAL_MAC_LEN    32
#define SEAL_SECTOR     512u
#define SEAL_HEADER_LEN 4096u
#define SEAL_HEAD_LEN   64u
#define SEAL_AHEAD_LEN  (SEAL_SECTOR - SEAL_HEAD_LEN) /* of a frame of one sector */
#define SEAL_AHEAD_STEP 112u

enum seal_kind { SEAL_SNAPSHOT = 1, SEAL_CHANGES = 2 };

/* What frames are sealed with; the owner wipes it. */
struct seal_keys {
	uint16_t version; /* of the file: what the MAC of a frame is over */
	uint8_t enc[16];
	uint8_t mac[32];
};

/*
 * Where frames have their counter blocks and keystream from. What is made ahead
 * of a frame, while there is time, is used once and wiped; what lacks is made when
 * the frame is.
 */
struct seal_stream {
	const struct ykt_random *random;
	size_t ahead; /* bytes that are ready; 0: no counter block either */
	size_t usual; /* the last changes' length, as those of the next may be; 0: not known */
	uint8_t counter[16];
	uint8_t bytes[SEAL_AHEAD_LEN];
};

/* The frame that a new one follows. */
struct seal_chain {
	uint64_t number;
	uint8_t mac[SEAL_MAC_LEN];
};

struct seal_header {
	uint16_t version;
	uint32_t image_len; /* bytes, above 0 */
	uint32_t log_len;   /* bytes of whole sectors for changes, behind each snapshot */
	uint8_t salt[SEAL_SALT_LEN];
};

/*
 * Writes the header, derives the keys, and starts the chain of snapshots (number
 * 0, the header's MAC). YKT_E_CRYPTO.
 */
YKT_MUST_USE enum ykt_status seal_header_write(struct crypto *crypto,
    const uint8_t key[SEAL_KEY_LEN], const struct seal_header *header, uint8_t out[SEAL_HEADER_LEN],
    struct seal_keys *ret_keys, struct seal_chain *ret_chain);

/*
 * YKT_E_FORMAT  no seal at all
 * YKT_MISMATCH  a seal of a later version
 * YKT_E_MAC     sealed with another key, or damaged
 * YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status seal_header_read(struct crypto *crypto,
    const uint8_t key[SEAL_KEY_LEN], const uint8_t bytes[SEAL_HEADER_LEN],
    struct seal_header *ret_header, struct seal_keys *ret_keys, struct seal_chain *ret_chain);

/* Bytes of the frame with such a payload. */
size_t seal_frame_len(size_t payload_len);

/* How long the frame says that it is; nobody has checked that. */
size_t seal_frame_claim(const uint8_t head[SEAL_SECTOR]);

/* True for what says that it is the head of changes later than number; unchecked too. */
bool seal_frame_is_later(const uint8_t sector[SEAL_SECTOR], uint64_t number);

/*
 * Makes SEAL_AHEAD_STEP bytes more of the next frame's keystream. *ret_done: there
 * is as much as is usually needed, and this did nothing. On an error the stream stands.
 * YKT_E_RANDOM, YKT_E_CRYPTO.
 */
YKT_MUST_USE enum ykt_status seal_ahead(struct crypto *crypto, const struct seal_keys *keys,
    struct seal_stream *stream, bool *ret_done);

/*
 * Seals the frame whose payload stands at frame + SEAL_HEAD_LEN, in place, as the
 * one behind *chain, which then is this one (for a snapshot the number goes on,
 * but what is chained is before: give that in base, else base is chain->mac).
 *
 * YKT_E_RANDOM, YKT_E_CRYPTO: the payload may be enciphered, *chain stands.
 */
YKT_MUST_USE enum ykt_status seal_frame_close(struct crypto *crypto, const struct seal_keys *keys,
    struct seal_stream *stream, enum seal_kind kind, const uint8_t base[SEAL_MAC_LEN],
    size_t payload_len, uint8_t *frame, struct seal_chain *chain);

/*
 * Checks the frame at the front of bytes: kind, length, MAC, fill, and, unless it is
 * a snapshot, that its number follows chain's. YKT_OK: *ret_len is its length and
 * *ret_chain this frame; nothing was deciphered.
 *
 * YKT_E_MAC     no such frame there, whole
 * YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status seal_frame_check(struct crypto *crypto, const struct seal_keys *keys,
    enum seal_kind kind, const struct seal_chain *chain, struct ykt_bytes bytes, size_t *ret_len,
    struct seal_chain *ret_chain);

/* Deciphers a frame that was checked; its payload is *ret_payload, in frame. YKT_E_CRYPTO. */
YKT_MUST_USE enum ykt_status seal_frame_open(struct crypto *crypto, const struct seal_keys *keys,
    uint8_t *frame, struct ykt_bytes *ret_payload);

/* True when all of it is zeros. */
bool seal_is_zero(struct ykt_bytes bytes);

#endif
