/*
 * The release of the client software that is offered: read whole, and checked as a
 * client will.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "platformd.h"
#include "wire/release.h"
#include "words.h"

/* Marks a message id: its Chinese is in po/. */
#define N_(text) text

static bool
complain(const char *program, const char *path, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", program, path, words(why));
	return false;
}

/* Appends the whole file, which must fit. */
static bool
read_whole(const char *program, const char *path, struct ykt_buf *out)
{
	FILE *file = fopen(path, "rbe");
	bool good = file != NULL;

	if (good) {
		out->len += fread(out->data + out->len, 1, out->cap - out->len, file);
		good = !ferror(file) && out->len < out->cap;
		(void)fclose(file);
	}
	return good || complain(program, path, N_("cannot be read, or is too long"));
}

static bool
check(const char *program, const struct platformd_config *config, struct ykt_bytes bytes)
{
	uint8_t text[WIRE_RELEASE_KEY_LINE_MAX];
	struct ykt_buf line = YKT_BUF(text);
	struct wire_release_key key;
	struct wire_release release;
	struct crypto *crypto = NULL;
	enum ykt_status status;

	if (!read_whole(program, config->release_key, &line))
		return false;
	if (crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK)
		return complain(
		    program, config->release, N_("the cryptographic library did not start"));
	status = wire_release_key_read(crypto, ykt_buf_view(&line), &key);
	if (status != YKT_OK)
		(void)complain(program, config->release_key,
		    status == YKT_E_KEY ? N_("a test key, which this build refuses")
					: N_("no line of a release key"));
	else {
		status = wire_release_check(crypto, &key, bytes, &release);
		if (status != YKT_OK)
			(void)complain(
			    program, config->release, N_("no whole release that this key signed"));
	}
	crypto_free(&crypto);
	return status == YKT_OK;
}

bool
platformd_release_read(
    const char *program, const struct platformd_config *config, struct platformd_parts *parts)
{
	if (config->has_release != config->has_release_key)
		return complain(program, "release", N_("goes with release_key"));
	if (!config->has_release)
		return true;
	parts->release.cap = WIRE_RELEASE_MAX + 1;
	parts->release.data = ykt_mem_get(&ykt_alloc_libc, parts->release.cap);
	if (parts->release.data == NULL)
		return complain(program, config->release, N_("there is no memory for it"));
	return read_whole(program, config->release, &parts->release) &&
	       check(program, config, ykt_buf_view(&parts->release));
}
