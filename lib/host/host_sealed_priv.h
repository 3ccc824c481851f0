/*
 * A sealed file in use: what opening it (host_sealed_open.c) and writing to it
 * (host_sealed.c) share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_SEALED_PRIV_H
#define HOST_SEALED_PRIV_H

#include "host/host_ranges.h"
#include "host/host_sealed.h"

#define CHANGE_HEAD 8     /* of a change in a frame: offset 4, length 4 */
#define SEALED_PAGE 4096u /* what a small write lies in costs a disk one piece of memory */

struct host_sealed {
	struct host_sealed_options options;
	struct seal_header header;
	struct seal_keys keys;
	struct seal_stream stream;
	struct seal_chain base;  /* what snapshots are chained to */
	struct seal_chain chain; /* the last frame */
	int fd;
	int direct_fd;    /* for commits; -1: none, they are written and then synced */
	unsigned active;  /* area 0 or 1 */
	uint32_t tail;    /* where the next frame goes, from the start of the area */
	bool spare_clean; /* the other area is zeros */
	bool log_usable;  /* what is behind the tail is zeros */
	bool was_cut;
	struct host_ranges dirty;
	uint32_t space_len; /* of a snapshot's frame */
	uint8_t *space;     /* a frame on its way, and its copy; begins a page of memory */
	uint8_t *room;      /* what that lies in */
	uint8_t *image;
};

static inline uint32_t
sealed_area_len(const struct seal_header *header)
{
	return (uint32_t)seal_frame_len(header->image_len) + header->log_len;
}

static inline int64_t
sealed_area_at(const struct host_sealed *sealed, unsigned area)
{
	return (int64_t)SEAL_HEADER_LEN + (int64_t)area * sealed_area_len(&sealed->header);
}

/* The space of a frame, and what it lies in. */
static inline size_t
sealed_room_len(const struct host_sealed *sealed)
{
	return sealed->space_len + SEALED_PAGE;
}

/* Fills everything from the open file; fd is the caller's. Errors as host_sealed_open(). */
YKT_MUST_USE enum ykt_status sealed_load(struct host_sealed *sealed, int64_t file_len);

#endif
