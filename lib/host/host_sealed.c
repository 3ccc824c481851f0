/*
 * Sealed files: making them and writing to them, see host_sealed.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "host/host_sealed_priv.h"

#include <assert.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "host/host_image.h"
#include "host/host_sync.h"

#define LOG_LEAST   1048576u
#define CLEAN_PART  65536u
#define CLEAN_PARTS 32 /* written with one sync: 2 MiB at most */

/* A new file: all of it but zeros. */
struct draft {
	uint8_t header[SEAL_HEADER_LEN];
	uint8_t *frame;
	size_t frame_len;
	size_t file_len;
};

static bool
write_draft(void *ctx, int fd)
{
	static const uint8_t zeros[65536];
	const struct draft *draft = ctx;
	size_t at = SEAL_HEADER_LEN + draft->frame_len;

	if (!host_image_write(fd, draft->header, SEAL_HEADER_LEN, 0) ||
	    !host_image_write(fd, draft->frame, draft->frame_len, SEAL_HEADER_LEN))
		return false;
	/* Written, not reserved: the first write of a reserved block costs another of the journal. */
	while (at < draft->file_len) {
		const size_t left = draft->file_len - at;
		const size_t len = left < sizeof(zeros) ? left : sizeof(zeros);

		if (!host_image_write(fd, zeros, len, (off_t)at))
			return false;
		at += len;
	}

	return true;
}

/* The header, and the first snapshot: of zeros. */
static enum ykt_status
seal_draft(const struct host_sealed_options *options, const struct seal_header *header,
    struct draft *draft)
{
	struct seal_chain base, chain;
	struct seal_stream stream = { .random = options->random };
	struct seal_keys keys;
	enum ykt_status status =
	    seal_header_write(options->crypto, options->key, header, draft->header, &keys, &base);

	chain = base;
	memset(draft->frame, 0, draft->frame_len);
	if (status == YKT_OK)
		status = seal_frame_close(options->crypto, &keys, &stream, SEAL_SNAPSHOT, base.mac,
		    header->image_len, draft->frame, &chain);
	ykt_wipe(&keys, sizeof(keys));

	return status;
}

enum ykt_status
host_sealed_create(
    const struct host_sealed_options *options, const char *path, uint32_t size, uint32_t log_len)
{
	struct seal_header header = {
		.version = SEAL_VERSION,
		.image_len = size,
		.log_len = log_len != 0 ? log_len : LOG_LEAST + 2 * (uint32_t)seal_frame_len(size),
	};
	struct draft draft = { .frame_len = seal_frame_len(size) };
	bool created = false;
	enum ykt_status status;

	assert(size != 0 && size <= UINT32_MAX / 16 && log_len % SEAL_SECTOR == 0);
	draft.file_len = SEAL_HEADER_LEN + 2 * (size_t)sealed_area_len(&header);
	draft.frame = ykt_mem_get(options->alloc, draft.frame_len);
	if (draft.frame == NULL)
		return YKT_E_NOMEM;
	status = ykt_random_fill(options->random, header.salt, sizeof(header.salt));
	if (status == YKT_OK)
		status = seal_draft(options, &header, &draft);
	if (status == YKT_OK)
		status = host_image_create(path, write_draft, &draft, &created);
	ykt_mem_put(options->alloc, &draft.frame, draft.frame_len);

	return status == YKT_OK && !created ? YKT_CONFLICT : status;
}

enum ykt_status
host_sealed_open(
    const struct host_sealed_options *options, const char *path, struct host_sealed **ret_sealed)
{
	struct host_sealed *sealed = ykt_mem_get(options->alloc, sizeof(*sealed));
	enum ykt_status status;
	off_t len;

	if (sealed == NULL)
		return YKT_E_NOMEM;
	memset(sealed, 0, sizeof(*sealed));
	sealed->options = *options;
	sealed->stream.random = options->random;
	sealed->fd = -1;
	sealed->direct_fd = -1;
	status = host_image_open(path, &sealed->fd, &len);
	if (status == YKT_OK)
		status = sealed_load(sealed, len);
	if (status == YKT_OK)
		sealed->direct_fd = host_image_direct(path, sealed->fd);
	if (status == YKT_OK)
		*ret_sealed = sealed;
	else
		host_sealed_close(&sealed);

	return status;
}

static enum ykt_status
sealed_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct host_sealed *sealed = ctx;

	assert(off <= sealed->header.image_len && len <= sealed->header.image_len - off);
	memcpy(out, sealed->image + off, len);

	return YKT_OK;
}

static enum ykt_status
sealed_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct host_sealed *sealed = ctx;

	assert(off <= sealed->header.image_len && len <= sealed->header.image_len - off);
	memcpy(sealed->image + off, data, len);
	host_ranges_note(&sealed->dirty, off, off + len);

	return YKT_OK;
}

struct ykt_nvm
host_sealed_port(struct host_sealed *sealed)
{
	return (struct ykt_nvm){
		.ctx = sealed,
		.size = sealed->header.image_len,
		.read = sealed_read,
		.write = sealed_write,
	};
}

bool
host_sealed_was_cut(const struct host_sealed *sealed)
{
	return sealed->was_cut;
}

/*
 * In one call, which is quicker than two. Where a disk or a file system has none
 * of it, or anything goes wrong, nothing is known of the sectors: the same bytes
 * are then written there as ever, and this is not tried again.
 */
static bool
write_direct(
    struct host_sealed *sealed, const struct iovec *parts, int count, size_t len, int64_t at)
{
	if (sealed->direct_fd < 0)
		return false;
	if (pwritev(sealed->direct_fd, parts, count, at) == (ssize_t)len)
		return true;
	close(sealed->direct_fd);
	sealed->direct_fd = -1;

	return false;
}

/* In one call, or, where that took less than all, each in as many as it takes. */
static bool
write_cached(
    struct host_sealed *sealed, const struct iovec *parts, int count, size_t len, int64_t at)
{
	if (pwritev(sealed->fd, parts, count, at) == (ssize_t)len)
		return true;
	for (int i = 0; i < count; i++) {
		if (!host_image_write(sealed->fd, parts[i].iov_base, parts[i].iov_len, at))
			return false;
		at += (int64_t)parts[i].iov_len;
	}

	return true;
}

/* Whole sectors from memory in whole sectors, len bytes in all, durable when this is true. */
static bool
write_durable(
    struct host_sealed *sealed, const struct iovec *parts, int count, size_t len, int64_t at)
{
	if (write_direct(sealed, parts, count, len, at))
		return true;
	if (!write_cached(sealed, parts, count, len, at))
		return false;
	host_sync_data(sealed->fd);

	return true;
}

/* Only its first len bytes are anything else. Its zeros take the space of a frame. */
static enum ykt_status
clean_spare(struct host_sealed *sealed, size_t len)
{
	const size_t most = sealed->space_len < CLEAN_PART ? sealed->space_len : CLEAN_PART;
	int64_t at = sealed_area_at(sealed, 1 - sealed->active);
	struct iovec parts[CLEAN_PARTS];

	memset(sealed->space, 0, most);
	while (len > 0) {
		size_t done = 0;
		int count = 0;

		for (; count < CLEAN_PARTS && done < len; count++) {
			parts[count].iov_base = sealed->space;
			parts[count].iov_len = len - done < most ? len - done : most;
			done += parts[count].iov_len;
		}
		if (!write_durable(sealed, parts, count, done, at))
			return YKT_E_FILE;
		at += (int64_t)done;
		len -= done;
	}
	sealed->spare_clean = true;

	return YKT_OK;
}

/* The image goes to the other area, as it is now; then this one is cleaned. */
static enum ykt_status
move(struct host_sealed *sealed)
{
	const struct host_sealed_options *options = &sealed->options;
	struct seal_chain chain = sealed->chain;
	const uint32_t used = sealed->log_usable ? sealed->tail : sealed_area_len(&sealed->header);
	const struct iovec whole = { .iov_base = sealed->space, .iov_len = sealed->space_len };
	enum ykt_status status;

	memcpy(sealed->space + SEAL_HEAD_LEN, sealed->image, sealed->header.image_len);
	status = seal_frame_close(options->crypto, &sealed->keys, &sealed->stream, SEAL_SNAPSHOT,
	    sealed->base.mac, sealed->header.image_len, sealed->space, &chain);
	if (status != YKT_OK)
		return status;
	sealed->spare_clean = false;
	if (!write_durable(
		sealed, &whole, 1, whole.iov_len, sealed_area_at(sealed, 1 - sealed->active)))
		return YKT_E_FILE;
	sealed->chain = chain;
	sealed->active = 1 - sealed->active;
	sealed->tail = sealed->space_len;
	sealed->log_usable = true;
	sealed->dirty.count = 0;

	return clean_spare(sealed, used);
}

/* The changes, one behind the other; 0: too many for the space of a frame. */
static size_t
gather(struct host_sealed *sealed)
{
	struct ykt_buf out = {
		.data = sealed->space + SEAL_HEAD_LEN,
		.cap = sealed->space_len - SEAL_HEAD_LEN,
	};

	for (size_t i = 0; i < sealed->dirty.count; i++) {
		const struct host_range *range = &sealed->dirty.list[i];

		ykt_put_u32(&out, range->from);
		ykt_put_u32(&out, range->to - range->from);
		ykt_put_mem(&out, sealed->image + range->from, range->to - range->from);
	}

	return out.full ? 0 : out.len;
}

/*
 * A frame and its copy in one piece, durable when this is true. The copy stands
 * behind it in memory too where there is room: one piece takes the disk less time.
 */
static bool
write_pair(struct host_sealed *sealed, size_t len)
{
	const bool fits = 2 * len <= sealed->space_len;
	const struct iovec both[2] = {
		{ .iov_base = sealed->space, .iov_len = fits ? 2 * len : len },
		{ .iov_base = sealed->space, .iov_len = len },
	};

	if (fits)
		memcpy(sealed->space + len, sealed->space, len);

	return write_durable(sealed, both, fits ? 1 : 2, 2 * len,
	    sealed_area_at(sealed, sealed->active) + sealed->tail);
}

static enum ykt_status
append(struct host_sealed *sealed, size_t payload_len)
{
	const struct host_sealed_options *options = &sealed->options;
	const size_t len = seal_frame_len(payload_len);
	struct seal_chain chain = sealed->chain;
	enum ykt_status status = seal_frame_close(options->crypto, &sealed->keys, &sealed->stream,
	    SEAL_CHANGES, chain.mac, payload_len, sealed->space, &chain);

	if (status != YKT_OK)
		return status;
	/* Half of it may be there: then the next attempt begins elsewhere. */
	sealed->log_usable = false;
	if (!write_pair(sealed, len))
		return YKT_E_FILE;
	sealed->log_usable = true;
	sealed->chain = chain;
	sealed->tail += (uint32_t)(2 * len);
	sealed->dirty.count = 0;

	return YKT_OK;
}

enum ykt_status
host_sealed_sync(struct host_sealed *sealed)
{
	const uint32_t area_len = sealed_area_len(&sealed->header);
	enum ykt_status status = YKT_OK;
	size_t payload_len;

	/* Before anything new: two areas in use would be two truths. */
	if (!sealed->spare_clean)
		status = clean_spare(sealed, area_len);
	if (status != YKT_OK || (sealed->dirty.count == 0 && sealed->log_usable))
		return status;
	payload_len = gather(sealed);
	if (!sealed->log_usable || payload_len == 0 ||
	    2 * seal_frame_len(payload_len) > area_len - sealed->tail)
		return move(sealed);

	return append(sealed, payload_len);
}

bool
host_sealed_ahead(struct host_sealed *sealed)
{
	bool done = true;
	const enum ykt_status status =
	    seal_ahead(sealed->options.crypto, &sealed->keys, &sealed->stream, &done);

	/* What it lacks, the sync makes, and says what is wrong. */
	return status == YKT_OK && !done;
}

void
host_sealed_close(struct host_sealed **sealed)
{
	struct host_sealed *closing = *sealed;
	const struct ykt_alloc *alloc;

	if (closing == NULL)
		return;
	alloc = closing->options.alloc;
	if (closing->direct_fd >= 0)
		close(closing->direct_fd);
	if (closing->fd >= 0)
		close(closing->fd);
	if (closing->room != NULL)
		ykt_mem_put(alloc, &closing->room, sealed_room_len(closing));
	if (closing->image != NULL)
		ykt_mem_put(alloc, &closing->image, closing->header.image_len);
	ykt_mem_put(alloc, sealed, sizeof(*closing));
}
