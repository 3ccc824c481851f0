/*
 * The table of modules, one row an application.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/module.h"

#include "card/ident.h"

#define AID(text)                                                                                  \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

const struct se_module se_modules[] = {
	{ .elf = AID(SE_AID_PURSE_ELF),
	    .module = AID(SE_AID_PURSE_MODULE),
	    .alias = AID(SE_AID_PURSE_ELF),
	    .kind = SE_APP_PURSE },
	{ .elf = AID(SE_AID_SSD_ELF), .module = AID(SE_AID_SSD_MODULE), .kind = SE_APP_SD },
	{ .elf = { ident_elf, IDENT_ELF_LEN },
	    .module = { ident_aid, IDENT_AID_LEN },
	    .kind = SE_APP_IDENT },
};

const size_t se_module_count = YKT_ARRAY_LEN(se_modules);
