/*
 * Driver of the file port: a folder of small files, each of mode 0600.
 *
 * A write goes to a temporary file, which is synced and renamed over the old
 * one before the folder is synced: a crash at any point leaves the old file or
 * the new one. What a crash left behind temporarily is overwritten by the next
 * write of that name. When the kernel cannot sync, the process aborts (R12).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_FILE_H
#define HOST_FILE_H

#include <ykt/driver/file.h>

/* Embedded: its owner provides it and does not move it while a port is in use. */
struct host_file {
	int dir_fd;
};

/*
 * Opens the folder, which must exist (host_dirs_make()), and locks it against
 * every other host_file_open() until it is closed.
 *
 * YKT_NOT_FOUND  no such folder
 * YKT_BUSY       another process, or this one, has it open
 * YKT_E_FILE     not a folder (a symbolic link to one neither), or refused (errno)
 */
YKT_MUST_USE enum ykt_status host_file_open(const char *folder, struct host_file *ret_file);

/*
 * The port. One thread at a time. A symbolic link, a folder, a pipe, or a file
 * that others than its owner may use is YKT_E_FILE and stays as it is.
 */
struct ykt_file host_file_port(struct host_file *file);

/* Unlocks; the struct may be opened again. Accepts one that is closed or all zero. */
void host_file_close(struct host_file *file);

#endif
