/*
 * Driver of the NVM port: a card image in a file of fixed size.
 *
 * The whole image is in memory. A write changes the memory and is noted;
 * host_nvm_sync() makes everything noted durable, so that a host which answers
 * several cards pays for one sync. Until then a crash may leave any part of
 * what was noted in the file, as a power cut may in a chip.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_NVM_H
#define HOST_NVM_H

#include <stdbool.h>

#include <ykt/driver/alloc.h>
#include <ykt/driver/nvm.h>

struct host_nvm;

/*
 * Opens the image at path and locks it until it is closed. A missing one is
 * made, filled with zeros, mode 0600, its blocks reserved on the disk;
 * *ret_created (may be NULL) says so. The folder must exist.
 *
 * YKT_BUSY       another process, or this one, has it open
 * YKT_E_CORRUPT  its size is not size bytes; nothing was read
 * YKT_E_FILE     no such folder, a symbolic link, no plain file, open to others
 *                than its owner, or the system refused (disk full: errno)
 * YKT_E_NOMEM    no memory for the image
 */
YKT_MUST_USE enum ykt_status host_nvm_open(const struct ykt_alloc *alloc, const char *path,
    uint32_t size, struct host_nvm **ret_nvm, bool *ret_created);

/* The port; valid as long as the image. One thread at a time. */
struct ykt_nvm host_nvm_port(struct host_nvm *nvm);

/*
 * Makes durable all that was written since the last YKT_OK. Costs nothing when
 * nothing was. A kernel that cannot sync aborts the process (R12).
 *
 * YKT_E_FILE  not written whole; nothing may be answered; may be tried again
 */
YKT_MUST_USE enum ykt_status host_nvm_sync(struct host_nvm *nvm);

/* Unlocks, wipes, frees and nulls; does not sync. Accepts NULL in *nvm. */
void host_nvm_close(struct host_nvm **nvm);

#endif
