/*
 * A blank card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <assert.h>
#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/ident.h"
#include "card/ota.h"

/* What fits was checked. */
static uint8_t
options_of(const struct se_params *params)
{
	uint8_t options = params->scp03_i == SCP03_I_R_ENC ? SE_OPTION_RANDOM03 : 0;

	if (params->scp02_i != 0)
		options |= SE_OPTION_SCP02;
	if ((params->scp02_i & SCP02_I_R_MAC) != 0)
		options |= SE_OPTION_R_MAC02;
	if ((params->scp02_i & SCP02_I_PSEUDO_RANDOM) != 0)
		options |= SE_OPTION_PSEUDO02;
	if (params->plain_channel)
		options |= SE_OPTION_PLAIN;

	return options;
}

/* Works page by page, so that no image has to stand in memory. */
static void
fill_head(uint8_t page[SE_PAGE_LEN], const struct se_params *params)
{
	static const uint8_t magic[8] = SE_IMAGE_MAGIC;

	memcpy(page + SE_HEAD_MAGIC, magic, sizeof(magic));
	ykt_set_u16(page + SE_HEAD_VERSION, SE_IMAGE_VERSION);
	page[SE_HEAD_CARD_STATE] = GP_STATE_CARD_SECURED;
	memcpy(page + SE_HEAD_IDENTITY, params->identity, SE_IDENTITY_LEN);
	memcpy(page + SE_HEAD_IIN, params->iin, SE_IIN_LEN);
	page[SE_HEAD_OPTIONS] = options_of(params);
	page[SE_HEAD_UID_LEN] = params->uid_len;
	memcpy(page + SE_HEAD_UID, params->uid, params->uid_len);
	memcpy(page + SE_HEAD_MENU_ROOT, params->menu_root, sizeof(params->menu_root));
}

static void
fill_key(uint8_t *slot, const struct se_params *params, uint8_t id, const uint8_t *bytes)
{
	slot[SE_SD_KEY_KVN] = params->isd_kvn;
	slot[SE_SD_KEY_ID] = id;
	slot[SE_SD_KEY_TYPE] = params->scp02_i != 0 ? GP_KEY_TYPE_DES : GP_KEY_TYPE_AES;
	slot[SE_SD_KEY_LEN] = params->isd_key_len;
	memcpy(slot + SE_SD_KEY_VALUE, bytes, params->isd_key_len);
}

/* The issuer's domain: every privilege that this card knows; its own parent. */
static void
fill_isd(uint8_t page[SE_PAGE_LEN], const struct se_params *params)
{
	page[SE_SD_STATE] = GP_STATE_PERSONALIZED;
	page[SE_SD_AID_LEN] = sizeof(gp_isd_aid);
	memcpy(page + SE_SD_AID, gp_isd_aid, sizeof(gp_isd_aid));
	page[SE_SD_PRIVILEGES] = GP_PRIV_SD | GP_PRIV_CARD_LOCK;
	page[SE_SD_PRIVILEGES + 1] = GP_PRIV2_AUTHORIZED | GP_PRIV2_GLOBAL_DELETE |
				     GP_PRIV2_GLOBAL_LOCK | GP_PRIV2_GLOBAL_REGISTRY;
	fill_key(page + SE_SD_KEYS, params, 1, params->isd_enc);
	fill_key(page + SE_SD_KEYS + SE_SD_KEY_SIZE, params, 2, params->isd_mac);
	fill_key(page + SE_SD_KEYS + 2 * SE_SD_KEY_SIZE, params, 3, params->isd_dek);
}

/* Selectable, and of the issuer: parent 0. */
static void
fill_ident(uint8_t page[SE_PAGE_LEN], const struct se_ident_params *ident, size_t number)
{
	page[SE_PURSE_STATE] = GP_STATE_SELECTABLE;
	page[SE_PURSE_AID_LEN] = sizeof(ident_aid);
	memcpy(page + SE_PURSE_AID, ident_aid, sizeof(ident_aid));
	if (number > 0)
		page[SE_PURSE_AID + page[SE_PURSE_AID_LEN]++] = (uint8_t)number;
	if (ident->has_platform) {
		page[SE_IDENT_HAS] |= SE_IDENT_HAS_PLATFORM;
		memcpy(page + SE_IDENT_PLATFORM, ident->platform.xy, 64);
	}
	if (ident->has_authority) {
		page[SE_IDENT_HAS] |= SE_IDENT_HAS_AUTHORITY;
		memcpy(page + SE_IDENT_AUTHORITY, ident->authority.xy, 64);
	}
}

static void
fill_menu(uint8_t page[SE_PAGE_LEN], const struct se_params *params)
{
	memcpy(page + SE_MENU_OTA_KIC, params->ota_kic, sizeof(params->ota_kic));
	memcpy(page + SE_MENU_OTA_KIC + sizeof(params->ota_kic), params->ota_kid,
	    sizeof(params->ota_kid));
	memcpy(page + SE_MENU_OTA_PAYLOAD, params->ota_payload, sizeof(params->ota_payload));
	page[SE_MENU_OTA_ALG] = params->ota_alg;
}

static enum ykt_status
write_page(const struct ykt_nvm *nvm, size_t page, const uint8_t bytes[SE_PAGE_LEN])
{
	uint8_t sum[SE_SUM_LEN];
	enum ykt_status status;

	ykt_set_u64(sum, se_page_sum(bytes, page));
	status = se_nvm_write(nvm, (uint32_t)(SE_HOME_IN + page * SE_PAGE_LEN), bytes, SE_PAGE_LEN);
	if (status == YKT_OK)
		status = se_nvm_write(nvm, (uint32_t)(SE_HOME_IN + SE_SUMS_OFF + page * SE_SUM_LEN),
		    sum, sizeof(sum));

	return status;
}

_Static_assert(SE_HOME_IN + SE_HOME_SIZE <= SE_IMAGE_SIZE, "an image holds a card");
_Static_assert(SE_IDENT_AUTHORITY + 64 <= SE_PAGE_LEN, "one page at the factory");

static bool
channels_fit(const struct se_params *params)
{
	uint8_t plain02 = params->scp02_i & (uint8_t) ~(SCP02_I_R_MAC | SCP02_I_PSEUDO_RANDOM);

	return (params->scp03_i == 0 || params->scp03_i == SCP03_I_R_ENC ||
		   params->scp03_i == (SCP03_I_R_ENC | SCP03_I_PSEUDO_RANDOM)) &&
	       (params->scp02_i == 0 ||
		   (plain02 == SCP02_I_PLAIN && params->isd_key_len == SCP02_KEY_LEN));
}

static bool
params_fit(const struct se_params *params)
{
	return (params->uid_len == 4 || params->uid_len == 7 || params->uid_len == 10) &&
	       (params->isd_key_len == 16 || params->isd_key_len == 24 ||
		   params->isd_key_len == 32) &&
	       channels_fit(params) &&
	       (params->ota_alg == 0 || params->ota_alg == OTA_ALG_AES ||
		   params->ota_alg == OTA_ALG_TDES2) &&
	       params->isd_kvn >= 1 && params->isd_kvn <= 0x7F &&
	       params->ident_count <= SE_IDENT_COUNT;
}

enum ykt_status
se_format(const struct ykt_nvm *nvm, const struct se_params *params)
{
	uint8_t bytes[SE_PAGE_LEN] = { 0 };
	const size_t slot_pages = SE_HOME_IN / SE_PAGE_LEN;
	const size_t isd_page = SE_SD_OFF(0) / SE_PAGE_LEN;
	const size_t menu_page = SE_MENU / SE_PAGE_LEN;
	enum ykt_status status = YKT_OK;

	assert(nvm != NULL && params != NULL);
	if (nvm->size < SE_IMAGE_SIZE || !params_fit(params))
		return YKT_E_ARG;

	/* An old head with a new body must not boot: the head goes first and last. */
	status = write_page(nvm, 0, bytes);
	for (size_t i = 0; i < slot_pages && status == YKT_OK; i++)
		status = se_nvm_write(nvm, (uint32_t)(i * SE_PAGE_LEN), bytes, SE_PAGE_LEN);
	for (size_t i = 1; i < SE_PAGE_COUNT && status == YKT_OK; i++) {
		if (i == isd_page)
			fill_isd(bytes, params);
		for (size_t k = 0; k < params->ident_count; k++)
			if (i == SE_IDENT_OFF(k) / SE_PAGE_LEN)
				fill_ident(bytes, &params->ident[k], k);
		if (i == menu_page)
			fill_menu(bytes, params);
		status = write_page(nvm, i, bytes);
		ykt_wipe(bytes, sizeof(bytes));
	}
	if (status == YKT_OK) {
		fill_head(bytes, params);
		status = write_page(nvm, 0, bytes);
	}
	ykt_wipe(bytes, sizeof(bytes));

	return status;
}
