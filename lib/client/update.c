/*
 * The client's own update (C5-UPD-1): asked for, fetched in parts that survive a
 * restart, judged, put beside the old version, and never an older one.
 *
 * What is fetched lies in the stage folder: "release" says which one, and a file
 * of each block. It is a cache: nothing in it is believed before the signature
 * over the manifest and both hashes of each file hold.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/flow.h"
#include "client/mask.h"
#include "client/selfcheck.h"
#include "wire/update_msg.h"

#define STAGE_HEAD     "release"
#define STAGE_HEAD_MAX 64
#define MANIFEST       "share/ykt/manifest"

/* One update: what is offered, and its bytes as far as they are there. */
struct update {
	struct wire_client_version_rsp offer;
	struct wire_version own;
	struct wire_version newest;
	struct ykt_buf bytes;
	size_t cap; /* of bytes, for giving it back */
};

static unsigned
block_count(int64_t length)
{
	return (unsigned)((length + WIRE_UPDATE_BLOCK - 1) / WIRE_UPDATE_BLOCK);
}

static void
block_name(unsigned number, char name[16])
{
	(void)snprintf(name, 16, "block-%04u", number % 10000);
}

static size_t
block_len(const struct update *update, unsigned number)
{
	size_t at = (size_t)number * WIRE_UPDATE_BLOCK;
	size_t left = (size_t)update->offer.length - at;

	return left < WIRE_UPDATE_BLOCK ? left : WIRE_UPDATE_BLOCK;
}

/* How many blocks "VERSION LENGTH" stands for; as many as can be, when it is none. */
static unsigned
head_blocks(char *head)
{
	const char *blank = strchr(head, ' ');
	long long length = blank != NULL ? strtoll(blank + 1, NULL, 10) : 0;

	return block_count(length > 0 && length < WIRE_RELEASE_MAX ? length : WIRE_RELEASE_MAX);
}

/* Removes every block; the head last, so that a cut goes on here. */
static enum ykt_status
stage_clear(struct ykt_client *client)
{
	char text[STAGE_HEAD_MAX + 1] = "";
	struct ykt_buf head = { (uint8_t *)text, 0, STAGE_HEAD_MAX, false };
	enum ykt_status status = ykt_file_read(client->o.stage, STAGE_HEAD, &head);
	unsigned count;

	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	count = head_blocks(text);
	for (unsigned i = 0; status != YKT_E_DOWN && i < count; i++) {
		char name[16];

		block_name(i, name);
		status = ykt_file_remove(client->o.stage, name);
	}

	return status == YKT_OK ? ykt_file_remove(client->o.stage, STAGE_HEAD) : status;
}

/* Blocks of another release are worth nothing. */
static enum ykt_status
stage_begin(struct ykt_client *client, const struct update *update)
{
	uint8_t text[STAGE_HEAD_MAX];
	struct ykt_buf head = YKT_BUF(text);
	char want[STAGE_HEAD_MAX];
	enum ykt_status status;

	(void)snprintf(
	    want, sizeof(want), "%s %lld", update->offer.newest, (long long)update->offer.length);
	status = ykt_file_read(client->o.stage, STAGE_HEAD, &head);
	if (status == YKT_OK && ykt_bytes_equal(ykt_buf_view(&head), ykt_bytes_str(want)))
		return YKT_OK;
	if (status == YKT_E_DOWN)
		return status;
	status = stage_clear(client);
	if (status == YKT_OK)
		status = ykt_file_write(client->o.stage, STAGE_HEAD, ykt_bytes_str(want));

	return status;
}

static enum ykt_status
ask_version(struct ykt_client *client, struct update *update)
{
	struct wire_client_version_req req = { 0 };
	struct wire_client_version_rsp *offer = &update->offer;
	enum ykt_status status;

	client_text_copy(req.version, sizeof(req.version), client->version);
	client_text_copy(req.edition, sizeof(req.edition), client->edition);
	(void)client_progress(client, N_("Asking for the newest version"), 0, 3);
	status = client_call_open(client, "client.version", &req, offer, NULL);
	if (status != YKT_OK || offer->newest[0] == '\0')
		return status;
	if (wire_version_read(offer->newest, &update->newest) != YKT_OK ||
	    offer->length < CRYPTO_SM2_SIG_LEN || offer->length > WIRE_RELEASE_MAX)
		return YKT_E_SERVER;

	return YKT_OK;
}

/* True when the platform offers something newer; an older one is never looked at. */
static bool
newer(const struct update *update)
{
	return update->offer.newest[0] != '\0' &&
	       wire_version_cmp(&update->newest, &update->own) > 0;
}

/* Is this version below the least that may still spend? */
static bool
must(const struct update *update)
{
	struct wire_version least;

	return wire_version_read(update->offer.least, &least) == YKT_OK &&
	       wire_version_cmp(&update->own, &least) < 0;
}

static enum ykt_status
ask_user(struct ykt_client *client, const struct update *update)
{
	struct client_view *view = &client->view;
	struct ykt_answers answers;
	char size[32];
	enum ykt_status status;

	(void)snprintf(
	    size, sizeof(size), "%lld KiB", (long long)(update->offer.length + 1023) / 1024);
	client_view_text(view, "version", N_("This version"), client->version);
	client_view_text(view, "newest", N_("New version"), update->offer.newest);
	client_view_text(view, "size", N_("Size"), size);
	if (must(update))
		client_view_text(view, "note", N_("Note"), client_reason_text("update"));
	client_view_input(view, YKT_FIELD_CHECK, "ok", N_("Update"), NULL);
	status = client_ask(client, CLIENT_FORM_UPDATE, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[0], "1") != 0)
		status = YKT_CANCELLED;
	ykt_wipe(&answers, sizeof(answers));

	return status == YKT_E_DEADLINE ? YKT_CANCELLED : status;
}

/* The next block out of the stage. YKT_NOT_FOUND: it is not there, or is another. */
static enum ykt_status
block_staged(struct ykt_client *client, struct update *update, unsigned number)
{
	size_t before = update->bytes.len;
	char name[16];
	enum ykt_status status;

	block_name(number, name);
	status = ykt_file_read(client->o.stage, name, &update->bytes);
	if (status == YKT_OK && update->bytes.len - before == block_len(update, number))
		return YKT_OK;
	update->bytes.len = before;

	return status == YKT_E_DOWN ? status : YKT_NOT_FOUND;
}

/* The next block from the platform, into the stage too. */
static enum ykt_status
block_fetch(struct ykt_client *client, struct update *update, unsigned number)
{
	struct wire_client_block_req req = { .offset = (int64_t)number * WIRE_UPDATE_BLOCK };
	struct wire_client_block_rsp *rsp = &client->lists.block;
	char name[16];
	enum ykt_status status;

	client_text_copy(req.version, sizeof(req.version), update->offer.newest);
	status = client_call_open(client, "client.block", &req, rsp, NULL);
	if (status != YKT_OK)
		return status;
	if (rsp->data.len != block_len(update, number))
		return YKT_E_SERVER;
	block_name(number, name);
	ykt_put_mem(&update->bytes, rsp->data.data, rsp->data.len);

	return ykt_file_write(client->o.stage, name, ykt_bytes(rsp->data.data, rsp->data.len));
}

/* Does a release as judged fit what was offered and what runs here? */
static bool
fits(const struct ykt_client *client, const struct update *update,
    const struct wire_release *release)
{
	struct wire_release_file file;

	for (uint8_t i = 0; i < release->file_count; i++) {
		wire_release_file(release, i, &file);
		if (strcmp(file.name, MANIFEST) == 0)
			return false;
	}

	return wire_version_cmp(&release->version, &update->newest) == 0 &&
	       wire_version_cmp(&release->version, &update->own) > 0 &&
	       strcmp(release->edition, client->edition) == 0 &&
	       release->len == (uint32_t)update->offer.length;
}

/* Judged as YKT_OK, or YKT_REFUSED with the stage emptied: it is worth nothing. */
static enum ykt_status
judged(struct ykt_client *client, struct update *update, enum ykt_status status,
    const struct wire_release *release)
{
	if (status == YKT_OK && fits(client, update, release))
		return YKT_OK;
	if (status == YKT_E_CRYPTO || status == YKT_E_DOWN)
		return status;
	client_reason(client, "release");

	return stage_clear(client) == YKT_E_DOWN ? YKT_E_DOWN : YKT_REFUSED;
}

/* All blocks; the manifest is judged as soon as it is there. */
static enum ykt_status
fetch(struct ykt_client *client, struct update *update)
{
	unsigned count = block_count(update->offer.length);
	struct wire_release release;
	enum ykt_status status = stage_begin(client, update);

	for (unsigned i = 0; i < count && status == YKT_OK; i++) {
		if (client_progress(client, N_("Fetching the new version"), i, count))
			return YKT_CANCELLED;
		status = block_staged(client, update, i);
		if (status == YKT_NOT_FOUND)
			status = block_fetch(client, update, i);
		if (status == YKT_OK && i == 0) {
			status = wire_release_trust(client->o.crypto, &client->release_key,
			    ykt_buf_view(&update->bytes), &release);
			status = judged(client, update, status, &release);
		}
	}

	return status;
}

static enum ykt_status
put_files(
    struct ykt_client *client, const struct update *update, const struct wire_release *release)
{
	const struct ykt_install *install = client->o.install;
	struct ykt_bytes bytes = ykt_buf_view(&update->bytes);
	struct wire_release_file file;
	enum ykt_status status = YKT_OK;

	for (uint8_t i = 0; i < release->file_count && status == YKT_OK; i++) {
		wire_release_file(release, i, &file);
		status = install->put(install->ctx, file.name, file.program,
		    ykt_bytes_sub(bytes, file.at, file.size));
	}
	if (status == YKT_OK)
		status = install->put(
		    install->ctx, MANIFEST, false, ykt_bytes_sub(bytes, 0, release->manifest_len));

	return status;
}

/* Beside the old one; it is asked before it becomes the program. */
static enum ykt_status
put_beside(struct ykt_client *client, struct update *update)
{
	const struct ykt_install *install = client->o.install;
	struct wire_release release;
	enum ykt_status status;

	status = wire_release_check(
	    client->o.crypto, &client->release_key, ykt_buf_view(&update->bytes), &release);
	status = judged(client, update, status, &release);
	if (status != YKT_OK)
		return status;
	(void)client_progress(client, N_("Installing the new version"), 2, 3);
	status = install->begin(install->ctx, update->offer.newest);
	if (status == YKT_OK)
		status = put_files(client, update, &release);
	if (status == YKT_OK)
		status = install->check(install->ctx);
	if (status == YKT_REFUSED) {
		client_reason(client, "release_runs");
		return stage_clear(client) == YKT_E_DOWN ? YKT_E_DOWN : status;
	}
	if (status == YKT_OK)
		status = install->commit(install->ctx);
	if (status == YKT_OK)
		client->put = release.version;

	return status;
}

static enum ykt_status
fetch_and_put(struct ykt_client *client, struct update *update)
{
	const struct ykt_alloc *alloc = client->o.env.alloc;
	uint8_t *bytes;
	enum ykt_status status;

	update->cap = (size_t)update->offer.length;
	bytes = ykt_mem_get(alloc, update->cap);
	if (bytes == NULL)
		return YKT_E_NOMEM;
	update->bytes = (struct ykt_buf){ bytes, 0, update->cap, false };
	status = fetch(client, update);
	if (status == YKT_OK)
		status = put_beside(client, update);
	ykt_mem_put(alloc, &bytes, update->cap);

	return status;
}

/* What is needed is there. YKT_REFUSED: it is not, and the result will say so. */
static enum ykt_status
ready(struct ykt_client *client, struct update *update)
{
	if (client->o.install == NULL || client->o.stage == NULL || client->o.release_key == NULL)
		client_reason(client, "no_update");
	else if (wire_version_read(client->version, &update->own) != YKT_OK)
		client_reason(client, "no_version");
	else
		return YKT_OK;

	return YKT_REFUSED;
}

static enum ykt_status
run(struct ykt_client *client)
{
	struct update update = { .cap = 0 };
	enum ykt_status status = ready(client, &update);
	enum ykt_status cleared;

	/* What waits for the next start is not put there again. */
	if (status == YKT_OK && wire_version_cmp(&client->put, &update.own) > 0)
		update.own = client->put;
	if (status == YKT_OK)
		status = ask_version(client, &update);
	if (status == YKT_OK && newer(&update)) {
		status = ask_user(client, &update);
		if (status == YKT_OK)
			status = fetch_and_put(client, &update);
		if (status == YKT_OK)
			client_view_text(&client->view, "note", N_("Note"),
			    N_("The new version runs from the next start on."));
	}
	client_view_text(&client->view, "version", N_("This version"), client->version);
	if (update.offer.newest[0] != '\0')
		client_view_text(&client->view, "newest", N_("New version"), update.offer.newest);
	if (status != YKT_OK)
		return status;
	cleared = stage_clear(client); /* left over, it costs room and nothing else */

	return cleared == YKT_E_DOWN ? cleared : status;
}

enum ykt_status
ykt_client_update(struct ykt_client *client)
{
	client_begin(client);

	return client_end(client, CLIENT_FLOW_UPDATE, run(client));
}

/*
 * A version on trial that finds itself whole stays; one that does not goes back.
 * What fails here is tried again at the next start.
 */
enum ykt_status
client_self_trial(struct ykt_client *client)
{
	const struct ykt_install *install = client->o.install;
	bool whole = (client->findings & YKT_FINDING_CHANGED) == 0;
	enum ykt_status status;

	if (install == NULL || !install->trial(install->ctx))
		return YKT_OK;
	status = install->settle(install->ctx, whole);

	return status == YKT_E_DOWN ? status : YKT_OK;
}
