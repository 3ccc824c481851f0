/*
 * wire_release_open() and wire_release_file(): a refusal leaves the output alone;
 * in what is accepted every file lies behind the one before, inside the release,
 * and no name leads out of its folder.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "wire/release.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct wire_release release = { .len = 0x5A5A5A };
	struct ykt_bytes in = ykt_bytes(data, len);
	struct wire_release_file file = { .name = "" };
	uint64_t at;

	assert(wire_release_manifest_len(in) <= WIRE_MANIFEST_MAX);
	if (wire_release_open(in, &release) != YKT_OK) {
		assert(release.len == 0x5A5A5A);
		return 0;
	}
	assert(
	    release.manifest_len == wire_release_manifest_len(in) && release.manifest_len <= len);
	assert(release.file_count > 0 && release.file_count <= WIRE_RELEASE_FILES_MAX);
	assert(release.len <= WIRE_RELEASE_MAX);
	assert(wire_version_cmp(&release.least, &release.version) <= 0);
	at = release.manifest_len;
	for (uint8_t i = 0; i < release.file_count; i++) {
		char before[WIRE_RELEASE_NAME_MAX + 1];

		memcpy(before, file.name, sizeof(before));
		wire_release_file(&release, i, &file);
		assert(strcmp(before, file.name) < 0);
		assert(
		    file.name[0] != '/' && file.name[0] != '.' && strstr(file.name, "/.") == NULL);
		assert(file.at == at);
		at += file.size;
	}
	assert(at == release.len);

	return 0;
}
