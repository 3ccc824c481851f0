/*
 * The issuer's own files in a purse's personalisation. See purse_perso.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse_perso.h"

#include <string.h>

#define READ_BITS   (PERSO_FILE_PIN | PERSO_FILE_EXTERNAL | PERSO_FILE_NEVER)
#define UPDATE_BITS (READ_BITS | PERSO_FILE_PLAIN)

const uint8_t perso_file_sfis[PERSO_FILE_COUNT] = { 0x05, 0x06, 0x07, 0x08, 0x10, 0x11, 0x19 };

size_t
perso_file_index(uint16_t sfi)
{
	size_t i = 0;

	while (i < PERSO_FILE_COUNT && perso_file_sfis[i] != sfi)
		i++;

	return i;
}

void
perso_file_encode(const struct perso_file *file, struct ykt_buf *out)
{
	ykt_put_u8(out, file->sfi);
	ykt_put_u16(out, file->size);
	ykt_put_u8(out, file->read);
	ykt_put_u8(out, file->update);
}

/* Nobody may write a file without having proved anything. */
static bool
acceptable(const struct perso_file *file)
{
	if (file->size == 0 || file->size > PERSO_FILE_MAX || (file->read & ~READ_BITS) != 0 ||
	    (file->update & ~UPDATE_BITS) != 0)
		return false;

	return (file->update & PERSO_FILE_PLAIN) == 0 ||
	       (file->update & (PERSO_FILE_PIN | PERSO_FILE_EXTERNAL)) != 0;
}

enum ykt_status
perso_files_decode(struct ykt_bytes value, struct perso_file files[PERSO_FILE_COUNT])
{
	struct perso_file read[PERSO_FILE_COUNT] = { 0 };
	struct ykt_rd rd = ykt_rd(value);
	size_t total = 0;

	if (value.len == 0)
		return YKT_E_FORMAT;
	while (rd.left > 0 && !rd.bad) {
		struct perso_file file;
		size_t i;

		file.sfi = ykt_rd_u8(&rd);
		i = perso_file_index(file.sfi);
		file.size = ykt_rd_u16(&rd);
		file.read = ykt_rd_u8(&rd);
		file.update = ykt_rd_u8(&rd);
		if (i == PERSO_FILE_COUNT || read[i].size != 0 || !acceptable(&file))
			return YKT_E_FORMAT;
		read[i] = file;
		total += file.size;
	}
	if (rd.bad || total > PERSO_FILES_MAX)
		return YKT_E_FORMAT;
	memcpy(files, read, sizeof(read));

	return YKT_OK;
}
