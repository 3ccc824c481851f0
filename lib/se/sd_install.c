/*
 * INSTALL in its forms (GP231 11.5); that for load is in load.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/ident.h"
#include "se/internal.h"

#include <string.h>

#include "card/fci.h"
#include "card/gp.h"
#include "se/module.h"
#include "se/perso.h"
#include "se/purse_priv.h"

#define AID(text) ykt_bytes((text), sizeof(text) - 1)

/* A free entry of the kind; NONE when all are taken. */
static struct se_app
free_entry(const struct se *se, enum se_app_kind kind)
{
	for (size_t i = 0; i < SE_ENTRY_COUNT; i++) {
		struct se_app app = se_app_at(i);

		if (app.kind == kind && se_app_aid(se, app).len == 0)
			return app;
	}

	return (struct se_app){ SE_APP_NONE, 0 };
}

/* GP231 11.1.2: one byte stands for itself and two zero bytes. */
static bool
read_privileges(struct ykt_bytes bytes, uint8_t ret_privileges[3])
{
	if (bytes.len != 1 && bytes.len != 3)
		return false;
	memset(ret_privileges, 0, 3);
	memcpy(ret_privileges, bytes.data, bytes.len);

	return true;
}

/* Only the issuer's domain gives away what it does not have itself. */
static bool
may_grant(const struct se_call *call, const uint8_t privileges[3])
{
	uint8_t self = call->side->scp.sd;
	const uint8_t *own = se_home(call->se, (uint32_t)SE_SD_OFF(self) + SE_SD_PRIVILEGES);

	for (size_t i = 0; i < 3 && self != 0; i++)
		if ((privileges[i] & ~own[i]) != 0)
			return false;

	return true;
}

/* Commits, with a receipt over these fields where one is due. */
#define RECEIPT(call, ...)                                                                         \
	se_receipt_commit((call), (const struct ykt_bytes[]){ __VA_ARGS__ },                       \
	    sizeof((const struct ykt_bytes[]){ __VA_ARGS__ }) / sizeof(struct ykt_bytes))

static struct ykt_bytes
domain_of(const struct se *se, uint8_t sd)
{
	return se_app_aid(se, (struct se_app){ SE_APP_SD, sd });
}

/* Stages the entry. */
static void
entry_begin(struct se_call *call, struct se_app app, const struct gp_install *install,
    const uint8_t privileges[3], uint8_t state)
{
	uint8_t head[SE_SD_PARENT + 1] = { 0 };
	uint32_t off = se_app_off(app);

	head[SE_SD_STATE] = state;
	head[SE_SD_AID_LEN] = (uint8_t)install->aid.len;
	memcpy(head + SE_SD_AID, install->aid.data, install->aid.len);
	memcpy(head + SE_SD_PRIVILEGES, privileges, 3);
	head[SE_SD_PARENT] = call->side->scp.sd;
	se_tx_begin(call->se);
	se_tx_fill(call->se, off, 0, app.kind == SE_APP_PURSE ? SE_PURSE_POOL : se_app_size(app));
	se_tx_put(call->se, off, YKT_BYTES(head));
}

static uint16_t
install_instance(struct se_call *call, const struct gp_install *install)
{
	uint8_t elf = 0;
	const struct se_module *module =
	    se_module_find(call->se, install->elf, install->module, &elf);
	bool selectable = install->form == GP_INSTALL_INSTALL_SELECTABLE;
	uint8_t privileges[3];
	struct se_app app;
	uint16_t sw = SW_OK;

	if (!se_sd_manages(call, call->side->scp.sd))
		return SW_CONDITIONS;
	if (module == NULL)
		return SW_DATA_NOT_FOUND;
	if (elf != 0 && !se_sd_manages(call, se_elf_sd(call->se, elf - 1u)))
		return SW_CONDITIONS;
	if (install->aid.len < FCI_AID_MIN || install->aid.len > FCI_AID_MAX ||
	    !read_privileges(install->privileges, privileges) ||
	    se_module_taken(call->se, install->aid) ||
	    se_app_find(call->se, install->aid).kind != SE_APP_NONE)
		return SW_DATA;
	if (((privileges[0] & GP_PRIV_SD) != 0) != (module->kind == SE_APP_SD))
		return SW_DATA;
	if (!may_grant(call, privileges))
		return SW_CONDITIONS;
	/* T20: a purse without its data is never selectable. */
	if (selectable && module->kind == SE_APP_PURSE)
		return SW_CONDITIONS;
	app = free_entry(call->se, module->kind);
	if (app.kind == SE_APP_NONE)
		return SW_NO_SPACE;
	if (app.kind == SE_APP_PURSE)
		sw = se_purse_scrub_pool(call->se, app.index);
	if (sw != SW_OK)
		return sw;

	entry_begin(
	    call, app, install, privileges, selectable ? GP_STATE_SELECTABLE : GP_STATE_INSTALLED);
	se_elf_stage_app(call->se, app, elf);

	return RECEIPT(call, install->elf, install->aid);
}

static uint16_t
make_selectable(struct se_call *call, struct se_app app)
{
	uint32_t off = se_app_off(app);
	const uint8_t *entry = se_home(call->se, off);

	if (!se_sd_manages(call, entry[SE_SD_PARENT]) || entry[SE_SD_STATE] != GP_STATE_INSTALLED)
		return SW_CONDITIONS;
	if (app.kind == SE_APP_PURSE &&
	    (ykt_get_u16(entry + SE_PURSE_PERSO) & PERSO_COMPLETE) != PERSO_COMPLETE)
		return SW_CONDITIONS;
	se_tx_begin(call->se);
	se_tx_put_u8(call->se, off + SE_SD_STATE, GP_STATE_SELECTABLE);
	if (app.kind == SE_APP_PURSE)
		se_air_enter(call->se, app.index);

	return RECEIPT(call, se_elf_aid_of(call->se, app), se_app_aid(call->se, app));
}

/* True when sd is below or equal to top; associations never form a ring. */
static bool
descends(const struct se *se, uint8_t sd, uint8_t top)
{
	for (size_t i = 0; i < SE_SD_COUNT; i++) {
		if (sd == top)
			return true;
		sd = se_home(se, (uint32_t)SE_SD_OFF(sd))[SE_SD_PARENT];
	}

	return sd == top;
}

static uint16_t
extradite(struct se_call *call, struct se_app app, struct ykt_bytes to_aid)
{
	struct se_app to = se_app_find(call->se, to_aid);
	uint32_t off = se_app_off(app);

	if (to.kind != SE_APP_SD)
		return SW_DATA_NOT_FOUND;
	if (!se_sd_manages(call, se_home(call->se, off)[SE_SD_PARENT]))
		return SW_CONDITIONS;
	if (app.kind == SE_APP_SD &&
	    (app.index == 0 || (to.index != app.index && descends(call->se, to.index, app.index))))
		return SW_CONDITIONS;
	se_tx_begin(call->se);
	se_tx_put_u8(call->se, off + SE_SD_PARENT, to.index);

	return RECEIPT(call, domain_of(call->se, se_home(call->se, off)[SE_SD_PARENT]),
	    se_app_aid(call->se, app), to_aid);
}

/* Only the domain that an application is associated with may personalise it. */
static uint16_t
personalize(struct se_call *call, struct se_app app)
{
	const uint8_t *entry;
	bool may = false;

	if (app.kind == SE_APP_ARA) {
		may = call->side->scp.sd == 0;
	} else if (app.kind == SE_APP_PURSE) {
		entry = se_home(call->se, se_app_off(app));
		/* One in use takes newer versions only (perso_update.c). */
		may = entry[SE_PURSE_SD] == call->side->scp.sd &&
		      (entry[SE_PURSE_STATE] == GP_STATE_INSTALLED ||
			  entry[SE_PURSE_STATE] == GP_STATE_SELECTABLE);
	} else if (app.kind == SE_APP_IDENT) {
		/* A platform's key may change while the application is in use. */
		may = se_home(call->se, se_app_off(app))[SE_PURSE_SD] == call->side->scp.sd;
	}
	if (!may)
		return SW_CONDITIONS;
	call->side->perso = app;
	se_series_end(call->se, call->side);
	ykt_put_u8(call->out, 0);

	return SW_OK;
}

static uint16_t
update_registry(struct se_call *call, struct se_app app, const struct gp_install *install)
{
	uint32_t off = se_app_off(app);
	uint8_t privileges[3];

	if (!se_sd_manages(call, se_home(call->se, off)[SE_SD_PARENT]))
		return SW_CONDITIONS;
	if (install->sd.len != 0 || !read_privileges(install->privileges, privileges) ||
	    ((privileges[0] & GP_PRIV_SD) != 0) != (app.kind == SE_APP_SD))
		return SW_DATA;
	if (!may_grant(call, privileges))
		return SW_CONDITIONS;
	se_tx_begin(call->se);
	se_tx_put(call->se, off + SE_SD_PRIVILEGES, YKT_BYTES(privileges));

	return RECEIPT(call, domain_of(call->se, se_home(call->se, off)[SE_SD_PARENT]),
	    install->aid, install->privileges);
}

/* GP231 9.4.3.2: a package moves without its instances. */
static uint16_t
extradite_elf(struct se_call *call, uint8_t elf, struct ykt_bytes to_aid)
{
	struct se_app to = se_app_find(call->se, to_aid);

	if (to.kind != SE_APP_SD)
		return SW_DATA_NOT_FOUND;
	if (!se_sd_manages(call, se_elf_sd(call->se, elf)))
		return SW_CONDITIONS;
	se_tx_begin(call->se);
	se_tx_put_u8(call->se, SE_ELF_OFF((uint32_t)elf) + SE_ELF_SD, to.index);

	return RECEIPT(
	    call, domain_of(call->se, se_elf_sd(call->se, elf)), se_elf_aid(call->se, elf), to_aid);
}

/* The forms that work on an application that exists. */
static uint16_t
change_instance(struct se_call *call, const struct gp_install *install)
{
	struct se_app app = se_app_find(call->se, install->aid);

	/* The built-in rules of access belong to the issuer. */
	if (install->form == GP_INSTALL_PERSONALIZATION &&
	    ykt_bytes_equal(install->aid, AID(SE_AID_ARA)))
		app.kind = SE_APP_ARA;
	if (app.kind == SE_APP_NONE) {
		uint8_t elf = se_elf_find(call->se, install->aid);

		if (elf == SE_ELF_NONE || install->form != GP_INSTALL_EXTRADITION)
			return SW_DATA_NOT_FOUND;
		return extradite_elf(call, elf, install->sd);
	}
	switch (install->form) {
	case GP_INSTALL_SELECTABLE:
		return make_selectable(call, app);
	case GP_INSTALL_EXTRADITION:
		return extradite(call, app, install->sd);
	case GP_INSTALL_PERSONALIZATION:
		return personalize(call, app);
	default:
		return update_registry(call, app, install);
	}
}

uint16_t
se_sd_install(struct se_call *call)
{
	struct gp_install install;
	uint16_t sw;

	switch (call->cmd->p1) {
	case GP_INSTALL_LOAD:
	case GP_INSTALL_INSTALL:
	case GP_INSTALL_SELECTABLE:
	case GP_INSTALL_INSTALL_SELECTABLE:
	case GP_INSTALL_EXTRADITION:
	case GP_INSTALL_PERSONALIZATION:
	case GP_INSTALL_REGISTRY:
		break;
	default:
		return SW_P1P2;
	}
	if (call->cmd->p2 != 0)
		return SW_P1P2;
	if (gp_install_decode(call->cmd, &install) != YKT_OK)
		return SW_DATA;
	/* Personalisation changes no registry. */
	sw = install.form == GP_INSTALL_PERSONALIZATION ? SW_OK : se_token_check(call);
	if (sw != SW_OK)
		return sw;
	if (install.form == GP_INSTALL_LOAD)
		sw = se_load_begin(call, &install);
	else if (install.form == GP_INSTALL_INSTALL ||
		 install.form == GP_INSTALL_INSTALL_SELECTABLE)
		sw = install_instance(call, &install);
	else
		sw = change_instance(call, &install);

	return sw;
}
