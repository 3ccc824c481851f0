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

	/*
	 * For packages that bring data, all three; without them a package with data is
	 * refused. The place that place() names is written while the file comes, before
	 * anything was verified and whatever becomes of it: nothing may use it yet.
	 *
	 * place  where in home len bytes may go; false: no room
	 * take   the data there is whole and verified: stages into the open transaction,
	 *        which registers the package, that it counts. 9000, or a refusal
	 * drop   stages into the open transaction that the package is gone
	 */
	bool (*place)(const struct se *se, size_t len, uint32_t *ret_off);
	uint16_t (*take)(struct se *se, uint32_t off, size_t len);
	void (*drop)(struct se *se, uint32_t off, size_t len);
};

/* modules.c holds nothing else, so that a test may bring another table. */
extern const struct se_module se_modules[];
extern const size_t se_module_count;

/* module.c */
/*
 * The row that package and module of an INSTALL name, and the package's index + 1,
 * or 0 for one that is built in; NULL for a foreign pair.
 */
const struct se_module *se_module_find(
    const struct se *se, struct ykt_bytes elf, struct ykt_bytes module, uint8_t *ret_elf);
/* The row of a module's AID alone, or NULL. */
const struct se_module *se_module_named(struct ykt_bytes module);
/* True for a package that is on every card. */
bool se_module_built_in(struct ykt_bytes elf);
/* True for the AID of a package, or of an application that is built in as a whole. */
bool se_module_taken(const struct se *se, struct ykt_bytes aid);

/* elf.c: packages that were loaded, by index from 0. */
#define SE_ELF_NONE 0xFF

/* Empty when there is no such package. */
struct ykt_bytes se_elf_aid(const struct se *se, size_t elf);
struct ykt_bytes se_elf_module(const struct se *se, size_t elf);
uint8_t se_elf_sd(const struct se *se, size_t elf);
uint16_t se_elf_version(const struct se *se, size_t elf);
/* SE_ELF_NONE without. */
uint8_t se_elf_find(const struct se *se, struct ykt_bytes aid);
uint8_t se_elf_free(const struct se *se);
/* The index of the package that app was made from, or SE_ELF_NONE; and its AID. */
uint8_t se_elf_of(const struct se *se, struct se_app app);
struct ykt_bytes se_elf_aid_of(const struct se *se, struct se_app app);
/* Stages that app is an instance of package elf (index + 1, or 0). */
void se_elf_stage_app(struct se *se, struct se_app app, uint8_t elf);
/* Stages that the package is gone, with its data. */
void se_elf_stage_drop(struct se *se, size_t elf);

/* load.c: INSTALL [for load], decoded, and LOAD. */
struct gp_install;
uint16_t se_load_begin(struct se_call *call, const struct gp_install *install);
uint16_t se_load_block(struct se_call *call);
/* Drops what is being loaded if it is from this channel, or for this domain. */
void se_load_end(struct se *se, const struct se_side *side);
void se_load_gone(struct se *se, struct se_app app);

#endif
