/*
 * Look-ups in the table of modules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/module.h"

#define AID(text) ykt_bytes((text), sizeof(text) - 1)

static bool
is_module(const struct se_module *row, struct ykt_bytes module)
{
	return ykt_bytes_equal(module, row->module) ||
	       (row->alias.len != 0 && ykt_bytes_equal(module, row->alias));
}

const struct se_module *
se_module_find(const struct se *se, struct ykt_bytes elf, struct ykt_bytes module, uint8_t *ret_elf)
{
	uint8_t loaded = se_elf_find(se, elf);

	for (size_t i = 0; i < se_module_count; i++) {
		const struct se_module *row = &se_modules[i];
		bool mine = loaded != SE_ELF_NONE
				? ykt_bytes_equal(se_elf_module(se, loaded), row->module)
				: ykt_bytes_equal(elf, row->elf);

		if (mine && is_module(row, module)) {
			*ret_elf = loaded != SE_ELF_NONE ? (uint8_t)(loaded + 1) : 0;
			return row;
		}
	}

	return NULL;
}

const struct se_module *
se_module_named(struct ykt_bytes module)
{
	for (size_t i = 0; i < se_module_count; i++)
		if (ykt_bytes_equal(module, se_modules[i].module))
			return &se_modules[i];

	return NULL;
}

bool
se_module_built_in(struct ykt_bytes elf)
{
	for (size_t i = 0; i < se_module_count; i++)
		if (ykt_bytes_equal(elf, se_modules[i].elf))
			return true;

	return false;
}

bool
se_module_taken(const struct se *se, struct ykt_bytes aid)
{
	return se_module_built_in(aid) || se_elf_find(se, aid) != SE_ELF_NONE ||
	       ykt_bytes_equal(aid, AID(SE_AID_PPSE)) || ykt_bytes_equal(aid, AID(SE_AID_CRS)) ||
	       ykt_bytes_equal(aid, AID(SE_AID_ARA));
}
