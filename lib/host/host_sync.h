/*
 * fsync that cannot fail quietly.
 *
 * After a failed fsync the kernel may have dropped what it could not write, and
 * a second one may succeed all the same. So the process ends and what starts
 * again reads what is really there (R12).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_SYNC_H
#define HOST_SYNC_H

/* Returns when fd is durable; aborts the process when it cannot be made so. */
void host_sync_file(int fd);

/* The same for the bytes alone, without times: for a file that keeps its size. */
void host_sync_data(int fd);

/* The same for a folder; a file system that has no such operation passes. */
void host_sync_folder(int fd);

#endif
