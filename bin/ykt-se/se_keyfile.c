/*
 * ykt-se: keys from files, and messages about images.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "card/gp.h"
#include "card/sd_keys.h"
#include "crypto/core.h"
#include "words.h"

#define FILE_MAX_LEN 4096
#define SEPARATORS   " \t\r\n{}\":=,"
#define TEST_MARK    "TEST"

/* The next word of the file at *at; empty at its end. */
static struct ykt_bytes
next_word(const char *text, size_t *at)
{
	size_t start = *at + strspn(text + *at, SEPARATORS);

	*at = start + strcspn(text + start, SEPARATORS);
	return ykt_bytes(text + start, *at - start);
}

/* The word after name; or the only word, when there is but one. */
static enum ykt_status
find_key(const char *text, const char *name, uint8_t key[SE_ROOT_LEN])
{
	struct ykt_buf out = { key, 0, SE_ROOT_LEN, false };
	size_t at = 0;
	struct ykt_bytes word = next_word(text, &at);
	struct ykt_bytes next = next_word(text, &at);
	const bool only = next.len == 0;

	while (!only && word.len > 0 && !ykt_bytes_equal(word, ykt_bytes_str(name))) {
		word = next;
		next = next_word(text, &at);
	}
	if (!only)
		word = next;
	if (ykt_hex_decode((const char *)word.data, word.len, &out) != YKT_OK ||
	    out.len != SE_ROOT_LEN)
		return YKT_E_FORMAT;
	return YKT_OK;
}

static enum ykt_status
read_key(FILE *file, const char *name, uint8_t key[SE_ROOT_LEN])
{
	char text[FILE_MAX_LEN + 1];
	size_t len = fread(text, 1, FILE_MAX_LEN, file);
	enum ykt_status status;

	text[len] = '\0';
	status = find_key(text, name, key);
	ykt_wipe(text, sizeof(text));
	return status;
}

static enum ykt_status
check_test_key(const uint8_t key[SE_ROOT_LEN])
{
#ifdef YKT_REFUSE_TEST_KEYS
	/* The key that cards of every maker have before they are given their own. */
	static const uint8_t factory[SE_ROOT_LEN] = { 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46,
		0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F };

	if (ykt_bytes_equal(ykt_bytes(key, sizeof(TEST_MARK) - 1), ykt_bytes_str(TEST_MARK)) ||
	    memcmp(key, factory, sizeof(factory)) == 0) {
		se_complain("this build refuses test keys");
		return YKT_E_KEY;
	}
#else
	(void)key;
#endif
	return YKT_OK;
}

enum ykt_status
se_keyfile_read(
    const char *path, const char *name, const char *test_key, uint8_t ret_key[SE_ROOT_LEN])
{
	uint8_t key[SE_ROOT_LEN];
	struct stat info;
	enum ykt_status status = YKT_OK;
	FILE *file = NULL;

	if (path == NULL) {
		memcpy(key, test_key, SE_ROOT_LEN);
	} else {
		file = fopen(path, "re");
		if (file == NULL || fstat(fileno(file), &info) != 0) {
			se_complain("%s: %s", path, strerror(errno));
			status = YKT_E_FILE;
		} else if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
			se_complain(
			    "%s: a key file that others may read is refused (chmod 600)", path);
			status = YKT_E_FILE;
		} else {
			status = read_key(file, name, key);
			if (status != YKT_OK)
				se_complain("%s: holds no key '%s' of 16 bytes", path, name);
		}
	}
	if (status == YKT_OK)
		status = check_test_key(key);
	if (status == YKT_OK)
		memcpy(ret_key, key, SE_ROOT_LEN);
	if (file != NULL)
		(void)fclose(file);
	ykt_wipe(key, sizeof(key));
	return status;
}

/* Three keys by their names, or one key that is all three. */
static enum ykt_status
read_set(const char *path, struct scp03_keys *keys)
{
	enum ykt_status status = se_keyfile_read(path, "enc", NULL, keys->enc);

	if (status == YKT_OK)
		status = se_keyfile_read(path, "mac", NULL, keys->mac);
	if (status == YKT_OK)
		status = se_keyfile_read(path, "dek", NULL, keys->dek);
	keys->len = SE_ROOT_LEN;

	return status;
}

enum ykt_status
se_isd_keys(const struct se_options *options, struct crypto *crypto, struct ykt_bytes se_id,
    struct scp03_keys *ret_keys)
{
	uint8_t root[SE_ROOT_LEN];
	struct scp03_keys keys;
	enum ykt_status status;

	memset(&keys, 0, sizeof(keys));
	if (options->isd_keys_file != NULL) {
		status = read_set(options->isd_keys_file, &keys);
	} else {
		status = se_keyfile_read(options->root_file, "isd", SE_TEST_ISD_ROOT, root);
		if (status == YKT_OK)
			status = sd_keys_derive(
			    crypto, root, se_id, YKT_BYTES(gp_isd_aid), SD_KEYS_KVN_ISD, &keys);
		ykt_wipe(root, sizeof(root));
	}
	if (status == YKT_OK)
		*ret_keys = keys;
	ykt_wipe(&keys, sizeof(keys));

	return status;
}

void
se_complain_image(const char *path, enum ykt_status status)
{
	switch (status) {
	case YKT_BUSY:
		se_complain("%s: in use by another program", path);
		break;
	case YKT_NOT_FOUND:
		se_complain("%s: no such image; '%s format' makes one", path, SE_PROGRAM);
		break;
	case YKT_CONFLICT:
		se_complain("%s: is there already", path);
		break;
	case YKT_E_CORRUPT:
		se_complain("%s: not a card image, or damaged", path);
		break;
	case YKT_E_FORMAT:
		se_complain(
		    "%s: not a sealed image, or damaged ('%s import' seals those of before)", path,
		    SE_PROGRAM);
		break;
	case YKT_E_MAC:
		se_complain("%s: sealed with another key, or damaged", path);
		break;
	case YKT_MISMATCH:
		se_complain("%s: sealed by another version of this program, or damaged", path);
		break;
	case YKT_E_FILE:
		se_complain("%s: %s", path,
		    errno == ELOOP ? words("a symbolic link, which is not followed")
		    : errno != 0
			? strerror(errno)
			: words("not a plain file that only its owner may read and write"));
		break;
	default:
		se_complain("%s: %s", path, ykt_status_text(status));
		break;
	}
}
