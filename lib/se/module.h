/*
 * The modules that this card has code for: what INSTALL makes instances of.
 *
 * A new application adds its row to modules.c; INSTALL, GET STATUS, LOAD and DELETE
 * find it there. No code is ever loaded (there is no Java Card here): a load file
 * names a module of this table and may bring data for it (load.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_MODULE_H
#define SE_MODULE_H

#include "se/internal.h"

struct se_module {
	struct ykt_bytes elf;    /* the package that is on every card with it */
	struct ykt_bytes module; /* its AID */
	/* A second AID that INSTALL may say for the module, or empty. */
	struct ykt_bytes alias;
	enum se_app_kind kind; /* of its instances */
};

/* modules.c holds nothing else, so that a test may bring another table. */
extern const struct se_module se_modules[];
extern const size_t se_module_count;

/* module.c */
/* The row that package and module of an INSTALL name; NULL for a foreign pair. */
const struct se_module *se_module_find(struct ykt_bytes elf, struct ykt_bytes module);
/* The row that makes instances of this kind; NULL for what is built in as a whole. */
const struct se_module *se_module_of(enum se_app_kind kind);
/* True for the AID of a package, or of an application that is built in as a whole. */
bool se_module_taken(struct ykt_bytes aid);

#endif
