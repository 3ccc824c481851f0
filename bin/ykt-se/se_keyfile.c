/*
 * ykt-se: keys from files, and messages about images.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_program.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#define LINE_MAX_LEN 256
#define TEST_MARK    "TEST"

/* "hex", "name hex" or "name = hex"; comments begin with #. */
static bool
take_line(const char *line, const char *name, uint8_t key[SE_ROOT_LEN])
{
	struct ykt_buf out = { key, 0, SE_ROOT_LEN, false };
	const size_t name_len = strlen(name);
	size_t len;

	line += strspn(line, " \t");
	if (strncmp(line, name, name_len) == 0 && strchr(" \t=", line[name_len]) != NULL)
		line += name_len + strspn(line + name_len, " \t=");
	len = strcspn(line, " \t\r\n");
	return ykt_hex_decode(line, len, &out) == YKT_OK && out.len == SE_ROOT_LEN;
}

static enum ykt_status
read_key(FILE *file, const char *name, uint8_t key[SE_ROOT_LEN])
{
	char line[LINE_MAX_LEN];
	bool found = false;

	while (!found && fgets(line, sizeof(line), file) != NULL)
		found = take_line(line, name, key);
	ykt_wipe(line, sizeof(line));
	return found ? YKT_OK : YKT_E_FORMAT;
}

static enum ykt_status
check_test_key(const uint8_t key[SE_ROOT_LEN])
{
#ifdef YKT_REFUSE_TEST_KEYS
	if (ykt_bytes_equal(ykt_bytes(key, sizeof(TEST_MARK) - 1), ykt_bytes_str(TEST_MARK))) {
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

void
se_complain_image(const char *path, enum ykt_status status)
{
	switch (status) {
	case YKT_BUSY:
		se_complain("%s: in use by another program", path);
		break;
	case YKT_E_CORRUPT:
		se_complain("%s: not a card image, or damaged", path);
		break;
	case YKT_E_FILE:
		se_complain("%s: %s", path,
		    errno != 0 ? strerror(errno)
			       : "not a plain file that only its owner may read and write");
		break;
	default:
		se_complain("%s: %s", path, ykt_status_text(status));
		break;
	}
}
