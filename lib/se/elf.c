/*
 * The registry of packages that were loaded.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/gp.h"
#include "se/module.h"

_Static_assert(SE_ENTRY_COUNT <= SE_APP_ELFS_COUNT, "an application has no place for its package");
_Static_assert(SE_PAMID + 1 + GP_PAMID_MAX <= SE_LOAD_HEAD, "the packages pass their page");

static const uint8_t *
entry_of(const struct se *se, size_t elf)
{
	return se_home(se, SE_ELF_OFF((uint32_t)elf));
}

struct ykt_bytes
se_elf_aid(const struct se *se, size_t elf)
{
	const uint8_t *entry;

	if (elf >= SE_ELF_COUNT)
		return ykt_bytes(NULL, 0);
	entry = entry_of(se, elf);
	if (entry[SE_ELF_STATE] == 0)
		return ykt_bytes(NULL, 0);

	return ykt_bytes(entry + SE_ELF_AID, entry[SE_ELF_AID_LEN]);
}

struct ykt_bytes
se_elf_module(const struct se *se, size_t elf)
{
	const uint8_t *entry = entry_of(se, elf);

	return ykt_bytes(entry + SE_ELF_MODULE, entry[SE_ELF_MODULE_LEN]);
}

uint8_t
se_elf_sd(const struct se *se, size_t elf)
{
	return entry_of(se, elf)[SE_ELF_SD];
}

uint16_t
se_elf_version(const struct se *se, size_t elf)
{
	return ykt_get_u16(entry_of(se, elf) + SE_ELF_VERSION);
}

uint8_t
se_elf_find(const struct se *se, struct ykt_bytes aid)
{
	for (uint8_t i = 0; i < SE_ELF_COUNT && aid.len != 0; i++)
		if (ykt_bytes_equal(se_elf_aid(se, i), aid))
			return i;

	return SE_ELF_NONE;
}

uint8_t
se_elf_free(const struct se *se)
{
	for (uint8_t i = 0; i < SE_ELF_COUNT; i++)
		if (se_elf_aid(se, i).len == 0)
			return i;

	return SE_ELF_NONE;
}

uint8_t
se_elf_of(const struct se *se, struct se_app app)
{
	size_t number = se_app_number(app);
	uint8_t elf = number < SE_ENTRY_COUNT ? *se_home(se, SE_APP_ELFS + (uint32_t)number) : 0;

	return elf != 0 ? (uint8_t)(elf - 1) : SE_ELF_NONE;
}

struct ykt_bytes
se_elf_aid_of(const struct se *se, struct se_app app)
{
	uint8_t elf = se_elf_of(se, app);

	if (elf != SE_ELF_NONE)
		return se_elf_aid(se, elf);
	for (size_t i = 0; i < se_module_count; i++)
		if (se_modules[i].kind == app.kind)
			return se_modules[i].elf;

	return ykt_bytes(NULL, 0);
}

void
se_elf_stage_app(struct se *se, struct se_app app, uint8_t elf)
{
	uint32_t at = SE_APP_ELFS + (uint32_t)se_app_number(app);

	/* Most packages are built in: then this page need not be touched. */
	if (*se_home(se, at) != elf)
		se_tx_put_u8(se, at, elf);
}

void
se_elf_stage_drop(struct se *se, size_t elf)
{
	const struct se_module *module = se_module_named(se_elf_module(se, elf));
	const uint8_t *entry = entry_of(se, elf);

	if (module != NULL && module->drop != NULL)
		module->drop(
		    se, ykt_get_u16(entry + SE_ELF_DATA), ykt_get_u16(entry + SE_ELF_DATA_LEN));
	se_tx_fill(se, SE_ELF_OFF((uint32_t)elf), 0, SE_ELF_SIZE);
}
