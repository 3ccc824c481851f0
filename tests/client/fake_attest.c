/*
 * An attestation port whose program can be changed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/client.h>

#include "check.h"
#include "crypto/digest.h"
#include "fake_attest.h"

#define KEY_NAME "TEST-release"

static const char *const names[FAKE_ATTEST_FILES] = { "bin/ykt", "lib/libykt.so" };

static enum ykt_status
manifest(void *ctx, struct ykt_buf *out)
{
	struct fake_attest *attest = ctx;

	if (attest->manifest_fails != YKT_OK)
		return attest->manifest_fails;
	if (attest->manifest_len == 0)
		return YKT_NOT_FOUND;
	ykt_put_mem(out, attest->manifest, attest->manifest_len);

	return ykt_buf_done(out);
}

static enum ykt_status
measure(void *ctx, const char *name, uint64_t *ret_size, uint8_t ret_sha256[32])
{
	struct fake_attest *attest = ctx;

	attest->measures++;
	if (attest->measure_fails != YKT_OK)
		return attest->measure_fails;
	for (size_t i = 0; i < FAKE_ATTEST_FILES; i++) {
		struct ykt_bytes content = ykt_bytes_str(attest->content[i]);

		if (strcmp(names[i], name) != 0)
			continue;
		*ret_size = content.len;
		return crypto_sha256(attest->crypto, &content, 1, ret_sha256);
	}

	return YKT_NOT_FOUND;
}

static enum ykt_status
look(void *ctx, unsigned *ret_findings)
{
	struct fake_attest *attest = ctx;

	attest->looks++;
	if (attest->look_fails != YKT_OK)
		return attest->look_fails;
	*ret_findings = attest->findings;

	return YKT_OK;
}

static enum ykt_status
system_of(void *ctx, struct ykt_system *ret_system)
{
	struct fake_attest *attest = ctx;

	if (attest->system_fails != YKT_OK)
		return attest->system_fails;
	*ret_system = attest->system;

	return YKT_OK;
}

void
fake_attest_sign(
    struct fake_attest *attest, const char *edition, const char *version, const char *program)
{
	struct wire_release head = { .key = KEY_NAME, .file_count = 0 };
	struct ykt_buf out = YKT_BUF(attest->manifest);
	struct wire_release_maker maker;

	strcpy(head.edition, edition);
	assert_status(wire_version_read(version, &head.version), YKT_OK);
	wire_release_begin(&maker, &head, &out);
	assert_status(wire_release_put(
			  &maker, attest->crypto, program, true, ykt_bytes_str(attest->content[0])),
	    YKT_OK);
	assert_status(wire_release_put(&maker, attest->crypto, names[1], false,
			  ykt_bytes_str(attest->content[1])),
	    YKT_OK);
	assert_status(wire_release_end(&maker, attest->crypto, &attest->key), YKT_OK);
	attest->manifest_len = out.len;
}

void
fake_attest_init(struct fake_attest *attest, struct crypto *crypto)
{
	struct wire_release_key pinned = { .name = KEY_NAME };
	uint8_t d[32];

	*attest = (struct fake_attest){ .crypto = crypto };
	attest->port = (struct ykt_attest){ attest, names[0], manifest, measure, look, system_of };
	attest->system = (struct ykt_system){ "debian", "12" };
	memcpy(d, "TEST release key, not for use!!!", sizeof(d));
	assert_status(crypto_sm2_key_set(crypto, d, &attest->key), YKT_OK);
	pinned.pub = attest->key.pub;
	wire_release_key_line(&pinned, attest->key_line);
	strcpy(attest->content[0], "the program");
	strcpy(attest->content[1], "its library");
	fake_attest_sign(attest, YKT_EDITION_2016, FAKE_ATTEST_VERSION, names[0]);
}
