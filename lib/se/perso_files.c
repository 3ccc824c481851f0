/*
 * The issuer's own files in a personalisation: their table, their first bytes.
 * See card/purse_perso.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include "card/gp.h"
#include "card/purse_perso.h"
#include "se/perso_priv.h"

_Static_assert(SE_FILE_COUNT == PERSO_FILE_COUNT, "a line for each file");
_Static_assert(SE_POOL_LEN >= PERSO_FILES_MAX, "the files fit the pool");
_Static_assert(SE_PURSE_FILES + SE_FILE_COUNT * SE_FILE_ENTRY_SIZE <= SE_PURSE_FILE17,
    "the table fits its place");

uint16_t
se_perso_files(struct perso *perso, struct ykt_bytes value)
{
	struct perso_file files[PERSO_FILE_COUNT];

	/* What came before it in this series would be lost without a word. */
	if (perso->contents != 0 || perso_files_decode(value, files) != YKT_OK)
		return SW_DATA;
	for (size_t i = 0; i < PERSO_FILE_COUNT; i++) {
		uint8_t *line = perso->files + i * SE_FILE_ENTRY_SIZE;

		ykt_set_u16(line, files[i].size);
		line[2] = files[i].read;
		line[3] = files[i].update;
	}
	se_tx_put(perso->call->se, perso->off + SE_PURSE_FILES, YKT_BYTES(perso->files));
	se_tx_fill(perso->call->se, perso->off + SE_PURSE_POOL, 0, SE_POOL_LEN);

	return SW_OK;
}

uint16_t
se_perso_content(struct perso *perso, const struct dgi *dgi)
{
	uint32_t off = perso->off + SE_PURSE_POOL;
	const uint8_t *line = perso->files;
	size_t index = perso_file_index(dgi->tag);

	if (index == PERSO_FILE_COUNT)
		return SW_DATA_NOT_FOUND;
	for (size_t i = 0; i < index; i++, line += SE_FILE_ENTRY_SIZE)
		off += ykt_get_u16(line);
	if (dgi->value.len == 0 || dgi->value.len > ykt_get_u16(line) ||
	    (perso->contents & 1u << index) != 0)
		return SW_DATA;
	perso->contents |= (uint8_t)(1u << index);
	se_tx_put(perso->call->se, off, dgi->value);

	return SW_OK;
}

uint8_t
se_perso_file_needs(const struct perso *perso)
{
	uint8_t needs = 0;

	for (size_t i = 0; i < PERSO_FILE_COUNT; i++) {
		const uint8_t *line = perso->files + i * SE_FILE_ENTRY_SIZE;

		/* What may never happen needs nothing. */
		if (ykt_get_u16(line) == 0)
			continue;
		needs |= (line[2] & PERSO_FILE_NEVER) == 0 ? line[2] : 0;
		needs |= (line[3] & PERSO_FILE_NEVER) == 0 ? line[3] : 0;
	}

	return needs;
}
