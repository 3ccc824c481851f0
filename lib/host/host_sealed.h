/*
 * Driver of the NVM port: a card image in a sealed file (host_seal.h).
 *
 * The image is in memory; a write changes the memory and is noted. A sync writes
 * what was noted as one frame, twice and in one piece, behind the frames before,
 * and waits for the disk once. So one sync is whole or absent, whatever a power
 * cut leaves, and what a power cut leaves is told apart from damage: of a frame
 * and its copy a cut leaves sectors that were written and sectors of zeros,
 * damage leaves others.
 *
 * The file has two areas, each with room for a snapshot of the image and a log
 * of frames. When the log is full, the image goes as a snapshot to the other
 * area, and the old one becomes zeros before anything is answered again. So
 * every bit of the file is accounted for when it is opened: any that differs is
 * found. What looks like the last frame cut short in both its copies is taken
 * for a power cut.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_SEALED_H
#define HOST_SEALED_H

#include <ykt/driver/alloc.h>
#include <ykt/driver/nvm.h>

#include "host/host_seal.h"

/* For images that never leave a machine; who uses it keeps to -Dtest_keys. */
#define HOST_SEALED_TEST_KEY "TEST-SEAL-KEY-01"

/* All required; borrowed until host_sealed_close(). */
struct host_sealed_options {
	const struct ykt_alloc *alloc;
	struct crypto *crypto;
	const struct ykt_random *random;
	const uint8_t *key; /* SEAL_KEY_LEN bytes */
};

struct host_sealed;

/*
 * Makes the file, with an image of size zeros, unless one is there. log_len 0:
 * as much as suits the size; else bytes, for tests. The folder must exist.
 *
 * YKT_CONFLICT  a file is there, or somebody was faster; it was not touched
 * YKT_E_FILE    as host_image_create()
 * YKT_E_NOMEM, YKT_E_RANDOM, YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status host_sealed_create(
    const struct host_sealed_options *options, const char *path, uint32_t size, uint32_t log_len);

/*
 * Opens the file, locks it, checks all of it, and has the image in memory. It
 * writes nothing: what a power cut left is put in order by the first sync.
 *
 * YKT_NOT_FOUND  no such file
 * YKT_BUSY       another process, or this one, has it open
 * YKT_E_FORMAT   no sealed file
 * YKT_MISMATCH   sealed by another version of this program
 * YKT_E_MAC      sealed with another key, or its header is damaged
 * YKT_E_CORRUPT  damaged
 * YKT_E_FILE     as host_image_open()
 * YKT_E_NOMEM, YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status host_sealed_open(
    const struct host_sealed_options *options, const char *path, struct host_sealed **ret_sealed);

/* The port, of the size that the file was made with; valid as long as the image. */
struct ykt_nvm host_sealed_port(struct host_sealed *sealed);

/* True when what was opened had been cut, or its unused half was not clean. */
bool host_sealed_was_cut(const struct host_sealed *sealed);

/*
 * Makes durable all that was written since the last YKT_OK. Costs nothing when
 * nothing was. A kernel that cannot sync aborts the process (R12).
 *
 * YKT_E_FILE  not written whole; nothing may be answered; may be tried again
 * YKT_E_RANDOM, YKT_E_CRYPTO  the same
 */
YKT_MUST_USE enum ykt_status host_sealed_sync(struct host_sealed *sealed);

/*
 * A little of the next sync's work that needs not wait for what it will write.
 * For when there is nothing else to do; false: there is no more of it.
 */
bool host_sealed_ahead(struct host_sealed *sealed);

/* Unlocks, wipes, frees and nulls; does not sync. Accepts NULL in *sealed. */
void host_sealed_close(struct host_sealed **sealed);

#endif
