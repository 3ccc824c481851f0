/*
 * Look-ups in the table of modules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/module.h"

#define AID(text) ykt_bytes((text), sizeof(text) - 1)

const struct se_module *
se_module_find(struct ykt_bytes elf, struct ykt_bytes module)
{
	for (size_t i = 0; i < se_module_count; i++) {
		const struct se_module *row = &se_modules[i];

		if (ykt_bytes_equal(elf, row->elf) &&
		    (ykt_bytes_equal(module, row->module) ||
			(row->alias.len != 0 && ykt_bytes_equal(module, row->alias))))
			return row;
	}

	return NULL;
}

const struct se_module *
se_module_of(enum se_app_kind kind)
{
	for (size_t i = 0; i < se_module_count; i++)
		if (se_modules[i].kind == kind)
			return &se_modules[i];

	return NULL;
}

bool
se_module_taken(struct ykt_bytes aid)
{
	for (size_t i = 0; i < se_module_count; i++)
		if (ykt_bytes_equal(aid, se_modules[i].elf))
			return true;

	return ykt_bytes_equal(aid, AID(SE_AID_PPSE)) || ykt_bytes_equal(aid, AID(SE_AID_CRS)) ||
	       ykt_bytes_equal(aid, AID(SE_AID_ARA));
}
