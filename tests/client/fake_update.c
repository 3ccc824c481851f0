/*
 * What an update needs, in memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fake_update.h"

#define KEY_NAME "TEST-release"

/* Every call of both ports is one that may fail. */
static enum ykt_status
enter(struct fake_update *update)
{
	bool hit = fake_hit(update->fake, FAKE_PORT_FILE);

	if (update->fake->down)
		return YKT_E_DOWN;

	return hit ? YKT_E_FILE : YKT_OK;
}

struct fake_stage_file *
fake_stage_find(struct fake_update *update, const char *name)
{
	for (size_t i = 0; i < FAKE_STAGE_FILES; i++) {
		if (strcmp(update->files[i].name, name) == 0)
			return &update->files[i];
	}

	return NULL;
}

static enum ykt_status
stage_read(void *ctx, const char *name, struct ykt_buf *out)
{
	struct fake_update *update = ctx;
	const struct fake_stage_file *file = fake_stage_find(update, name);
	enum ykt_status status = enter(update);

	if (status != YKT_OK)
		return status;
	if (file == NULL)
		return YKT_NOT_FOUND;
	if (file->len > out->cap - out->len)
		return YKT_E_SPACE;
	ykt_put_mem(out, file->data, file->len);

	return YKT_OK;
}

static enum ykt_status
stage_write(void *ctx, const char *name, struct ykt_bytes content)
{
	struct fake_update *update = ctx;
	struct fake_stage_file *file = fake_stage_find(update, name);
	enum ykt_status status = enter(update);

	if (status != YKT_OK)
		return status;
	if (file == NULL)
		file = fake_stage_find(update, "");
	assert_non_null(file);
	assert_true(content.len <= sizeof(file->data));
	strcpy(file->name, name);
	memcpy(file->data, content.data, content.len);
	file->len = content.len;

	return YKT_OK;
}

static enum ykt_status
stage_remove(void *ctx, const char *name)
{
	struct fake_update *update = ctx;
	struct fake_stage_file *file = fake_stage_find(update, name);
	enum ykt_status status = enter(update);

	if (status == YKT_OK && file != NULL)
		memset(file, 0, sizeof(*file));

	return status;
}

static void
place_clear(struct fake_place *place)
{
	for (size_t i = 0; i < place->count; i++)
		free((void *)(uintptr_t)place->files[i].content.data);
	memset(place, 0, sizeof(*place));
}

static enum ykt_status
install_begin(void *ctx, const char *version)
{
	struct fake_update *update = ctx;
	enum ykt_status status = enter(update);

	assert_string_not_equal(version, update->current);
	if (status != YKT_OK)
		return status;
	place_clear(&update->half);
	strcpy(update->half.version, version);

	return YKT_OK;
}

static enum ykt_status
install_put(void *ctx, const char *name, bool program, struct ykt_bytes content)
{
	struct fake_update *update = ctx;
	struct fake_place *half = &update->half;
	enum ykt_status status = enter(update);
	uint8_t *copy;

	if (status != YKT_OK)
		return status;
	assert_true(half->count < FAKE_PLACE_FILES);
	copy = malloc(content.len + 1);
	assert_non_null(copy);
	memcpy(copy, content.data, content.len);
	strcpy(half->files[half->count].name, name);
	half->files[half->count].program = program;
	half->files[half->count++].content = ykt_bytes(copy, content.len);

	return YKT_OK;
}

static enum ykt_status
install_check(void *ctx)
{
	struct fake_update *update = ctx;
	enum ykt_status status = enter(update);

	if (status != YKT_OK)
		return status;
	place_clear(&update->whole);
	update->whole = update->half;
	memset(&update->half, 0, sizeof(update->half));

	return update->runs_not ? YKT_REFUSED : YKT_OK;
}

/* Two links, one after the other; either call may be the last of this process. */
static enum ykt_status
install_commit(void *ctx)
{
	struct fake_update *update = ctx;
	enum ykt_status status = enter(update);

	if (status != YKT_OK)
		return status;
	strcpy(update->previous, update->current);
	status = enter(update);
	if (status != YKT_OK)
		return status;
	strcpy(update->current, update->whole.version);
	update->commits++;

	return YKT_OK;
}

static bool
install_trial(void *ctx)
{
	const struct fake_update *update = ctx;

	return update->previous[0] != '\0' && strcmp(update->current, update->running) == 0;
}

static enum ykt_status
install_settle(void *ctx, bool keep)
{
	struct fake_update *update = ctx;
	enum ykt_status status = enter(update);

	if (status != YKT_OK)
		return status;
	if (!keep)
		strcpy(update->current, update->previous);
	update->previous[0] = '\0';

	return YKT_OK;
}

void
fake_update_offer(struct fake_update *update, const char *edition, const char *version,
    const char *least, size_t size)
{
	struct wire_release head = { .key = KEY_NAME };
	struct ykt_buf out = { update->release, 0, WIRE_MANIFEST_MAX, false };
	struct wire_release_maker maker;
	static uint8_t content[FAKE_RELEASE_MAX];

	for (size_t i = 0; i < size; i++)
		content[i] = (uint8_t)(i * 7 + i / 251);
	strcpy(head.edition, edition);
	assert_status(wire_version_read(version, &head.version), YKT_OK);
	assert_status(wire_version_read(least, &head.least), YKT_OK);
	wire_release_begin(&maker, &head, &out);
	assert_status(wire_release_put(
			  &maker, update->fake->crypto, "bin/ykt", true, ykt_bytes(content, size)),
	    YKT_OK);
	assert_status(wire_release_put(&maker, update->fake->crypto, "share/terms.txt", false,
			  ykt_bytes_str("terms")),
	    YKT_OK);
	assert_status(wire_release_end(&maker, update->fake->crypto, &update->key), YKT_OK);
	out.cap = sizeof(update->release);
	ykt_put_mem(&out, content, size);
	ykt_put(&out, ykt_bytes_str("terms"));
	assert_status(ykt_buf_done(&out), YKT_OK);
	update->release_len = out.len;
}

bool
fake_update_whole(const struct fake_update *update)
{
	const struct fake_place *place = &update->whole;
	struct ykt_bytes bytes = ykt_bytes(update->release, update->release_len);
	struct wire_release release;
	struct wire_release_file file;

	assert_status(wire_release_open(bytes, &release), YKT_OK);
	if (place->count != 3u)
		return false;
	for (uint8_t i = 0; i < 2; i++) {
		wire_release_file(&release, i, &file);
		if (strcmp(place->files[i].name, file.name) != 0 ||
		    place->files[i].program != file.program ||
		    !ykt_bytes_equal(
			place->files[i].content, ykt_bytes_sub(bytes, file.at, file.size)))
			return false;
	}

	return strcmp(place->files[2].name, "share/ykt/manifest") == 0 &&
	       ykt_bytes_equal(
		   place->files[2].content, ykt_bytes_sub(bytes, 0, release.manifest_len));
}

void
fake_update_init(struct fake_update *update, struct fake *fake)
{
	struct wire_release_key pinned = { .name = KEY_NAME };
	uint8_t d[32];

	memset(update, 0, sizeof(*update));
	update->fake = fake;
	update->install = (struct ykt_install){ update, install_begin, install_put, install_check,
		install_commit, install_trial, install_settle };
	update->stage = (struct ykt_file){ update, stage_read, stage_write, stage_remove };
	memcpy(d, "TEST release key, not for use!!!", sizeof(d));
	assert_status(crypto_sm2_key_set(fake->crypto, d, &update->key), YKT_OK);
	pinned.pub = update->key.pub;
	wire_release_key_line(&pinned, update->key_line);
	strcpy(update->current, "1.0.0");
	strcpy(update->running, "1.0.0");
	fake->update = update;
	fake->version = update->running;
	fake->release_key = update->key_line;
}

void
fake_update_clear(struct fake_update *update)
{
	place_clear(&update->half);
	place_clear(&update->whole);
}

int
fake_update_op(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct fake_update *update = fake->update;
	const struct wire_client_block_req *ask = req;
	struct wire_client_block_rsp *block = rsp;
	struct wire_client_version_rsp *answer = rsp;
	struct wire_release release;
	struct ykt_bytes part;
	char newest[WIRE_VERSION_TEXT_MAX];

	if (update == NULL || update->release_len == 0)
		return 200;
	assert_status(
	    wire_release_open(ykt_bytes(update->release, WIRE_MANIFEST_MAX), &release), YKT_OK);
	wire_version_text(&release.version, newest);
	if (strcmp(op->op, "client.version") == 0) {
		strcpy(answer->newest, newest);
		wire_version_text(&release.least, answer->least);
		answer->length = (int64_t)update->release_len;
		return 200;
	}
	if (strcmp(ask->version, newest) != 0)
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, NULL);
	fake->blocks++;
	part = ykt_bytes_sub(ykt_bytes(update->release, update->release_len), (size_t)ask->offset,
	    WIRE_UPDATE_BLOCK);
	block->data.len = (uint16_t)part.len;
	memcpy(block->data.data, part.data, part.len);

	return 200;
}
