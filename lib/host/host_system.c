/*
 * Driver of the attestation port: what the operating system calls itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "host/host_system.h"

#include <stdio.h>
#include <string.h>

#define FILE_MAX 4096

/* The value as text, without its quotes; "" when it is none that could be said. */
static void
take_value(struct ykt_bytes value, char ret_text[17])
{
	if (value.len >= 2 && (value.data[0] == '"' || value.data[0] == '\'') &&
	    value.data[value.len - 1] == value.data[0])
		value = ykt_bytes_sub(value, 1, value.len - 2);
	memset(ret_text, 0, 17);
	if (value.len == 0 || value.len > 16)
		return;
	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] <= ' ' || value.data[i] > '~')
			return;
	}
	memcpy(ret_text, value.data, value.len);
}

static void
take_line(struct ykt_bytes line, struct ykt_system *system)
{
	static const char id[] = "ID=", version[] = "VERSION_ID=";

	if (line.len >= sizeof(id) - 1 && memcmp(line.data, id, sizeof(id) - 1) == 0)
		take_value(ykt_bytes_sub(line, sizeof(id) - 1, line.len), system->name);
	else if (line.len >= sizeof(version) - 1 &&
		 memcmp(line.data, version, sizeof(version) - 1) == 0)
		take_value(ykt_bytes_sub(line, sizeof(version) - 1, line.len), system->version);
}

enum ykt_status
host_system_read(struct ykt_bytes text, struct ykt_system *ret_system)
{
	struct ykt_system system = { "", "" };
	size_t from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.data[i] != '\n')
			continue;
		take_line(ykt_bytes_sub(text, from, i - from), &system);
		from = i + 1;
	}
	if (system.name[0] == '\0')
		return YKT_NOT_FOUND;
	*ret_system = system;

	return YKT_OK;
}

enum ykt_status
host_system(struct ykt_system *ret_system)
{
	static const char *const paths[] = { "/etc/os-release", "/usr/lib/os-release" };
	uint8_t bytes[FILE_MAX];
	FILE *file = NULL;
	enum ykt_status status = YKT_E_FILE;
	size_t len;

	for (size_t i = 0; i < YKT_ARRAY_LEN(paths) && file == NULL; i++)
		file = fopen(paths[i], "re");
	if (file == NULL)
		return YKT_NOT_FOUND;
	len = fread(bytes, 1, sizeof(bytes), file);
	if (ferror(file) == 0)
		status = host_system_read(ykt_bytes(bytes, len), ret_system);
	(void)fclose(file);

	return status;
}
