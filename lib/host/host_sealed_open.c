/*
 * Reading a sealed file: which area is in use, its snapshot and its frames, and
 * whether what is not as it was written can be the work of a power cut.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "host/host_sealed_priv.h"

#include <string.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "host/host_image.h"

/* An area in memory, and how far it was understood. */
struct area {
	uint8_t *bytes;
	size_t len;
	size_t at;
	bool cut; /* a frame was not written whole: nothing but zeros may follow */
};

/* Where a frame and its copy differ, one of them has a sector that was not written. */
static enum ykt_status
compare_copy(const uint8_t *frame, const uint8_t *copy, size_t len, bool *ret_cut)
{
	for (size_t at = 0; at < len; at += SEAL_SECTOR) {
		if (memcmp(frame + at, copy + at, SEAL_SECTOR) == 0)
			continue;
		if (!seal_is_zero(ykt_bytes(copy + at, SEAL_SECTOR)))
			return YKT_E_CORRUPT;
		*ret_cut = true;
	}

	return YKT_OK;
}

static enum ykt_status
apply(struct host_sealed *sealed, uint8_t *frame, size_t len)
{
	struct ykt_bytes payload;
	enum ykt_status status =
	    seal_frame_open(sealed->options.crypto, &sealed->keys, frame, &payload);
	struct ykt_rd rd;

	if (status != YKT_OK)
		return status;
	rd = ykt_rd(payload);
	while (rd.left > 0 && !rd.bad) {
		const uint32_t off = ykt_rd_u32(&rd);
		const struct ykt_bytes bytes = ykt_rd_take(&rd, ykt_rd_u32(&rd));

		if (rd.bad || off > sealed->header.image_len ||
		    bytes.len > sealed->header.image_len - off)
			return YKT_E_CORRUPT;
		memcpy(sealed->image + off, bytes.data, bytes.len);
	}
	ykt_wipe(frame, len);

	return ykt_rd_done(&rd) == YKT_OK ? YKT_OK : YKT_E_CORRUPT;
}

static enum ykt_status
check_changes(const struct host_sealed *sealed, const struct area *area, size_t at, size_t *ret_len,
    struct seal_chain *ret_chain)
{
	return seal_frame_check(sealed->options.crypto, &sealed->keys, SEAL_CHANGES, &sealed->chain,
	    ykt_bytes(area->bytes + at, area->len - at), ret_len, ret_chain);
}

/* The frame at area->at, or, when that is not whole, its copy. YKT_E_MAC: neither. */
static enum ykt_status
find_pair(const struct host_sealed *sealed, struct area *area, size_t *ret_good, size_t *ret_len,
    struct seal_chain *ret_chain)
{
	const size_t room = area->len - area->at;
	enum ykt_status status = check_changes(sealed, area, area->at, ret_len, ret_chain);
	size_t len;

	*ret_good = area->at;
	if (status == YKT_OK)
		return 2 * *ret_len <= room
			   ? compare_copy(area->bytes + area->at, area->bytes + area->at + *ret_len,
				 *ret_len, &area->cut)
			   : YKT_E_CORRUPT;
	/* The head that said how long it is may be what is missing. */
	for (len = SEAL_SECTOR; status == YKT_E_MAC && 2 * len <= room; len += SEAL_SECTOR) {
		status = check_changes(sealed, area, area->at + len, ret_len, ret_chain);
		if (status == YKT_OK && *ret_len != len)
			return YKT_E_CORRUPT;
		*ret_good = area->at + len;
	}
	if (status == YKT_OK)
		status = compare_copy(
		    area->bytes + *ret_good, area->bytes + area->at, *ret_len, &area->cut);

	return status;
}

/*
 * A frame that was cut in both copies lacks a sector: in between, or at its end,
 * which is nearer than its head says. And it was the last.
 */
static bool
may_be_cut(const struct host_sealed *sealed, const struct area *area)
{
	const uint8_t *bytes = area->bytes + area->at;
	size_t used = area->len - area->at;
	bool lacks = false;

	while (seal_is_zero(ykt_bytes(bytes + used - SEAL_SECTOR, SEAL_SECTOR)))
		used -= SEAL_SECTOR;
	for (size_t at = 0; at < used; at += SEAL_SECTOR) {
		if (seal_frame_is_later(bytes + at, sealed->chain.number + 1))
			return false;
		lacks = lacks || seal_is_zero(ykt_bytes(bytes + at, SEAL_SECTOR));
	}

	return lacks || seal_frame_claim(bytes) > used;
}

/* All frames behind the snapshot. */
static enum ykt_status
load_log(struct host_sealed *sealed, struct area *area)
{
	while (area->at < area->len &&
	       !seal_is_zero(ykt_bytes(area->bytes + area->at, area->len - area->at))) {
		struct seal_chain chain;
		enum ykt_status status;
		size_t good, len;

		if (area->cut)
			return YKT_E_CORRUPT;
		status = find_pair(sealed, area, &good, &len, &chain);
		if (status == YKT_E_MAC && may_be_cut(sealed, area)) {
			area->cut = true;
			return YKT_OK;
		}
		if (status == YKT_OK)
			status = apply(sealed, area->bytes + good, len);
		if (status != YKT_OK)
			return status == YKT_E_MAC ? YKT_E_CORRUPT : status;
		sealed->chain = chain;
		area->at += 2 * len;
	}

	return YKT_OK;
}

static enum ykt_status
check_snapshot(
    const struct host_sealed *sealed, const struct area *area, struct seal_chain *ret_chain)
{
	size_t len = 0;
	enum ykt_status status = seal_frame_check(sealed->options.crypto, &sealed->keys,
	    SEAL_SNAPSHOT, &sealed->base, ykt_bytes(area->bytes, area->len), &len, ret_chain);

	if (status == YKT_OK && len != sealed->space_len)
		status = YKT_E_MAC;

	return status;
}

static enum ykt_status
load_area(
    struct host_sealed *sealed, unsigned which, struct area *area, const struct seal_chain *chain)
{
	struct ykt_bytes payload;
	enum ykt_status status =
	    seal_frame_open(sealed->options.crypto, &sealed->keys, area->bytes, &payload);

	if (status == YKT_OK && payload.len != sealed->header.image_len)
		status = YKT_E_CORRUPT;
	if (status != YKT_OK)
		return status;
	memcpy(sealed->image, payload.data, payload.len);
	ykt_wipe(area->bytes, sealed->space_len);
	sealed->chain = *chain;
	sealed->active = which;
	area->at = sealed->space_len;
	status = load_log(sealed, area);
	sealed->tail = (uint32_t)area->at;
	sealed->log_usable = !area->cut;
	sealed->was_cut = sealed->was_cut || area->cut;

	return status;
}

/*
 * One area begins with a snapshot and the other with zeros; both with one, while
 * the image moves: then nothing was answered since, and any whole one will do.
 */
static enum ykt_status
choose(struct host_sealed *sealed, struct area areas[2])
{
	struct seal_chain chains[2] = { { 0 } };
	bool there[2];
	unsigned which;

	for (unsigned i = 0; i < 2; i++)
		there[i] = !seal_is_zero(ykt_bytes(areas[i].bytes, SEAL_SECTOR));
	for (unsigned i = 0; i < 2; i++) {
		enum ykt_status status = YKT_E_MAC;

		if (there[i])
			status = check_snapshot(sealed, &areas[i], &chains[i]);
		if (status != YKT_OK && status != YKT_E_MAC)
			return status;
	}
	which = chains[1].number > chains[0].number ? 1 : 0;
	if (chains[which].number == 0)
		return YKT_E_CORRUPT;
	sealed->spare_clean = seal_is_zero(ykt_bytes(areas[1 - which].bytes, areas[1 - which].len));
	sealed->was_cut = !sealed->spare_clean;

	return load_area(sealed, which, &areas[which], &chains[which]);
}

static enum ykt_status
load_areas(struct host_sealed *sealed)
{
	const size_t len = sealed_area_len(&sealed->header);
	const struct ykt_alloc *alloc = sealed->options.alloc;
	uint8_t *bytes = ykt_mem_get(alloc, 2 * len);
	struct area areas[2] = { { .bytes = bytes, .len = len } };
	enum ykt_status status = YKT_E_NOMEM;

	if (bytes == NULL)
		return status;
	areas[1] = (struct area){ .bytes = bytes + len, .len = len };
	status = host_image_read(sealed->fd, bytes, 2 * len, SEAL_HEADER_LEN) ? YKT_OK : YKT_E_FILE;
	if (status == YKT_OK)
		status = choose(sealed, areas);
	ykt_mem_put(alloc, &bytes, 2 * len);

	return status;
}

static bool
fits(const struct seal_header *header, int64_t file_len)
{
	const int64_t area = (int64_t)seal_frame_len(header->image_len) + header->log_len;

	return header->image_len != 0 && header->log_len % SEAL_SECTOR == 0 &&
	       file_len == (int64_t)SEAL_HEADER_LEN + 2 * area && area <= UINT32_MAX;
}

enum ykt_status
sealed_load(struct host_sealed *sealed, int64_t file_len)
{
	const struct host_sealed_options *options = &sealed->options;
	uint8_t bytes[SEAL_HEADER_LEN];
	enum ykt_status status = YKT_OK;

	if (file_len < (int64_t)SEAL_HEADER_LEN)
		return YKT_E_FORMAT;
	if (!host_image_read(sealed->fd, bytes, sizeof(bytes), 0))
		return YKT_E_FILE;
	status = seal_header_read(
	    options->crypto, options->key, bytes, &sealed->header, &sealed->keys, &sealed->base);
	if (status == YKT_OK && !fits(&sealed->header, file_len))
		status = YKT_E_CORRUPT;
	if (status != YKT_OK)
		return status;
	sealed->space_len = (uint32_t)seal_frame_len(sealed->header.image_len);
	sealed->room = ykt_mem_get(options->alloc, sealed_room_len(sealed));
	sealed->image = ykt_mem_get(options->alloc, sealed->header.image_len);
	if (sealed->room == NULL || sealed->image == NULL)
		return YKT_E_NOMEM;
	sealed->space = sealed->room + SEALED_PAGE - (uintptr_t)sealed->room % SEALED_PAGE;

	return load_areas(sealed);
}
