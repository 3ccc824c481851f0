/*
 * Port: the small named files of a device (the client's sealed store, a
 * validator's queue). Names are [a-z0-9._-]{1,64}; no folders.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_FILE_H
#define YKT_DRIVER_FILE_H

#include <ykt/bytes.h>

struct ykt_file {
	void *ctx;
	/* Appends the whole file. YKT_NOT_FOUND, YKT_E_SPACE, YKT_E_FILE. */
	enum ykt_status (*read)(void *ctx, const char *name, struct ykt_buf *out);
	/* Replaces the whole file, durably and atomically: old or new, never a mix. */
	enum ykt_status (*write)(void *ctx, const char *name, struct ykt_bytes content);
	/* Removes it durably; a file that is not there is YKT_OK. */
	enum ykt_status (*remove)(void *ctx, const char *name);
};

/*
 * As above. YKT_E_ARG: no such name can be ("." and ".." neither). A read that
 * fails leaves what out held and wipes the room behind it.
 */
YKT_MUST_USE enum ykt_status
ykt_file_read(const struct ykt_file *file, const char *name, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
ykt_file_write(const struct ykt_file *file, const char *name, struct ykt_bytes content);
YKT_MUST_USE enum ykt_status ykt_file_remove(const struct ykt_file *file, const char *name);

#endif
