/*
 * Files that hold an image: making one whole or not at all, opening one that
 * nobody else has, and reading and writing all of what was asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_IMAGE_H
#define HOST_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <ykt/status.h>

/* Fills a new file; false when it cannot, with the reason in errno. */
typedef bool host_image_fill(void *ctx, int fd);

/*
 * Makes a file, mode 0600, synced without a name and linked to path, so that no crash
 * leaves half of one. A file system that knows no file without a name has it as
 * PATH.new-PID, which a crash leaves there. *ret_created is false when somebody was faster,
 * whose file stays.
 *
 * YKT_E_FILE  the system refused (errno)
 */
YKT_MUST_USE enum ykt_status
host_image_create(const char *path, host_image_fill *fill, void *ctx, bool *ret_created);

/*
 * Opens it for reading and writing and locks it until it is closed.
 *
 * YKT_NOT_FOUND  no such file
 * YKT_BUSY       another process, or this one, has it open
 * YKT_E_FILE     a symbolic link, no plain file, open to others than its owner, a
 *                path that is too long, or the system refused (errno)
 */
YKT_MUST_USE enum ykt_status host_image_open(const char *path, int *ret_fd, off_t *ret_len);

/*
 * The file at path, which is open as fd, a second time: for writes that go past
 * the page cache and are durable when they return (O_DIRECT, O_DSYNC). Place,
 * length and memory of each are whole sectors. What the page cache has of the file
 * is dropped, where it can be. -1: not here, or another file now.
 */
int host_image_direct(const char *path, int fd);

/* True when all len bytes were. */
bool host_image_read(int fd, uint8_t *out, size_t len, off_t off);
bool host_image_write(int fd, const uint8_t *data, size_t len, off_t off);

#endif
