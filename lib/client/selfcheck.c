/*
 * The client's look at itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/selfcheck.h"

#include <string.h>

enum ykt_status
client_self_open(struct ykt_client *client)
{
	const char *line = client->o.release_key;
	enum ykt_status status;

	if (line == NULL)
		return YKT_OK;
	status = wire_release_key_read(client->o.crypto, ykt_bytes_str(line), &client->release_key);

	return status == YKT_E_FORMAT ? YKT_E_ARG : status;
}

/* One file of the manifest, as it is now. */
static enum ykt_status
check_file(const struct ykt_attest *attest, const struct wire_release_file *file)
{
	uint8_t hash[YKT_ATTEST_HASH_LEN];
	uint64_t size = 0;
	enum ykt_status status = ykt_attest_measure(attest, file->name, &size, hash);

	if (status != YKT_OK)
		return status;

	return size == file->size && ykt_bytes_equal(YKT_BYTES(hash), YKT_BYTES(file->sha256))
		   ? YKT_OK
		   : YKT_E_CORRUPT;
}

/* A manifest that says nothing of the program that runs says nothing. */
static enum ykt_status
check_files(const struct ykt_attest *attest, const struct wire_release *release)
{
	struct wire_release_file file;
	bool listed = false;
	enum ykt_status status = YKT_OK;

	for (uint8_t i = 0; i < release->file_count && status == YKT_OK; i++) {
		wire_release_file(release, i, &file);
		listed = listed || strcmp(file.name, attest->program) == 0;
		status = check_file(attest, &file);
	}

	return status == YKT_OK && !listed ? YKT_E_CORRUPT : status;
}

static enum ykt_status
check_manifest(const struct client_self *self, struct ykt_bytes bytes)
{
	char version[WIRE_VERSION_TEXT_MAX];
	struct wire_release release;
	enum ykt_status status;

	status = wire_release_trust(self->crypto, self->key, bytes, &release);
	if (status != YKT_OK)
		return status;
	wire_version_text(&release.version, version);
	if (release.manifest_len != bytes.len || strcmp(release.edition, self->edition) != 0 ||
	    strcmp(version, self->version) != 0)
		return YKT_E_CORRUPT;

	return check_files(self->attest, &release);
}

/* What the state of the program's own files is as a finding. */
static unsigned
finding_of(enum ykt_status status)
{
	switch (status) {
	case YKT_OK:
		return 0;
	case YKT_E_CRYPTO:
	case YKT_E_DRIVER:
		return YKT_FINDING_UNKNOWN;
	default:
		return YKT_FINDING_CHANGED;
	}
}

static enum ykt_status
judge_program(const struct client_self *self, unsigned *findings)
{
	uint8_t bytes[WIRE_MANIFEST_MAX];
	struct ykt_buf manifest = YKT_BUF(bytes);
	enum ykt_status status = ykt_attest_manifest(self->attest, &manifest);

	if (status == YKT_NOT_FOUND || (status == YKT_OK && self->key == NULL)) {
		*findings |= YKT_FINDING_UNSIGNED;
		return YKT_OK;
	}
	if (status == YKT_OK)
		status = check_manifest(self, ykt_buf_view(&manifest));
	if (status != YKT_E_DOWN)
		*findings |= finding_of(status);

	return status == YKT_E_DOWN ? status : YKT_OK;
}

enum ykt_status
client_self_judge(const struct client_self *self, unsigned *ret_findings)
{
	unsigned findings = 0;
	enum ykt_status status;

	if (self->attest == NULL) {
		*ret_findings = YKT_FINDING_UNKNOWN;
		return YKT_OK;
	}
	status = ykt_attest_look(self->attest, &findings);
	if (status == YKT_E_DOWN)
		return status;
	if (status != YKT_OK)
		findings = YKT_FINDING_UNKNOWN;
	status = judge_program(self, &findings);
	if (status == YKT_OK)
		*ret_findings = findings;

	return status;
}

enum ykt_status
client_self_look(struct ykt_client *client)
{
	const struct client_self self = { .attest = client->o.attest,
		.crypto = client->o.crypto,
		.key = client->o.release_key != NULL ? &client->release_key : NULL,
		.edition = client->edition,
		.version = client->version };

	return client_self_judge(&self, &client->findings);
}

enum ykt_status
client_self_system(const struct ykt_client *client, struct ykt_system *ret_system)
{
	struct ykt_system system = { "", "" };
	enum ykt_status status = YKT_OK;

	if (client->o.attest != NULL)
		status = ykt_attest_system(client->o.attest, &system);
	if (status == YKT_E_DOWN)
		return status;
	*ret_system = system;

	return YKT_OK;
}

enum ykt_status
client_self_check(struct ykt_client *client, enum client_flow flow)
{
	enum ykt_status status = client_may(client, flow);

	if (status == YKT_OK)
		status = client_self_look(client);
	if (status != YKT_OK)
		return status;
	if ((client->findings & YKT_FINDING_CHANGED) == 0)
		return YKT_OK;
	client_reason(client, "changed");

	return YKT_REFUSED;
}
