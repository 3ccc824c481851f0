/*
 * What the files of a purse's personalisation share: one series of groupings.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_PERSO_PRIV_H
#define SE_PERSO_PRIV_H

#include "se/internal.h"

/* What one series of groupings is turned into. */
struct perso {
	struct se_call *call;
	uint8_t purse;
	uint32_t off;
	uint16_t has;
	unsigned usages;   /* of the keys that this series brought */
	uint8_t access[2]; /* the conditions that it brought */
	uint8_t fci;
	uint32_t overdraft; /* C in force, or as this series brings it */
	uint8_t contents;   /* bits of the files it filled */
	uint8_t files[SE_FILE_COUNT * SE_FILE_ENTRY_SIZE]; /* the table in force */
};

/*
 * perso_update.c: what a series may be that comes to a purse in use.
 *
 * SW_CONDITIONS  it is in a transaction, grey-locked, locked; or its block's word
 * SW_NOT_NEWER   the version is not higher than the purse's
 * SW_DATA        another card's, without file 15, or with what may not change
 */
uint16_t se_update_check(const struct se_call *call, uint8_t purse, struct ykt_bytes groups);

/* purse_perso.c: a grouping that perso.c does not know; the bit that it sets. */
struct dgi;
uint16_t se_perso_extra(struct perso *perso, const struct dgi *dgi, uint16_t *ret_bit);
/* perso_files.c: the issuer's files, and what their conditions need (PERSO_FILE_x). */
uint16_t se_perso_files(struct perso *perso, struct ykt_bytes value);
uint16_t se_perso_content(struct perso *perso, const struct dgi *dgi);
uint8_t se_perso_file_needs(const struct perso *perso);
/* After the last whole item: zeros, or 80 and zeros. */
bool se_perso_is_padding(struct ykt_bytes rest);

#endif
