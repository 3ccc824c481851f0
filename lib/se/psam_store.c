/*
 * Personalisation of a PSAM: all groupings in one command, one commit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/purse_perso.h"
#include "card/scp03.h"
#include "card/sw.h"
#include "se/psam_priv.h"

#define DGI_SERIAL    0x0015
#define DGI_TERMINAL  0x0016
#define DGI_FILE17    0x0017
#define P1_LAST       0x80
#define P1_FORMAT_DGI 0x08 /* GP231 11.11: bits 5 and 4, with or without 01 */
#define P1_ENCRYPTED  0x60

/* What must be there, as bits. */
#define HAS_SERIAL   1u
#define HAS_TERMINAL 2u
#define HAS_KEYS     4u
#define HAS_FILE17   8u
#define HAS_ALL      (HAS_SERIAL | HAS_TERMINAL | HAS_KEYS)

#define KEYS_CLEAR_MAX (PSAM_KEY_COUNT * PERSO_KEY_LEN + 16)

static uint16_t
put_field(struct se_psam *psam, uint32_t off, size_t len, struct ykt_bytes value)
{
	if (value.len != len)
		return SW_DATA;
	se_journal_put(&psam->journal, off, value);
	return SW_OK;
}

/* After the last whole key: zeros, or 80 and zeros. */
static bool
is_padding(struct ykt_bytes rest)
{
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.data[i] != 0 && (i != 0 || rest.data[i] != 0x80))
			return false;
	}
	return true;
}

/* A PSAM takes purchase keys and nothing else (I-22). */
static uint16_t
check_key(struct se_psam *psam, const struct perso_key *key, const uint8_t *table, size_t count)
{
	uint8_t kcv[sizeof(key->kcv)];
	uint16_t sw = SW_OK;

	if (key->usage != PERSO_KEY_PURCHASE || key->index != PURSE_KEY_INDEX ||
	    key->version == 0 || (key->alg != PURSE_ALG_TDES && key->alg != PURSE_ALG_SM4))
		return SW_DATA;
	for (size_t i = 0; i < count; i++) {
		const uint8_t *other = table + i * PSAM_KEY_SIZE;

		if (other[0] == key->version && other[1] == key->alg)
			return SW_DATA;
	}
	if (perso_kcv(psam->crypto, key, kcv) != YKT_OK)
		sw = SW_EXEC_ERROR;
	else if (!ykt_ct_equal(kcv, key->kcv, sizeof(kcv)))
		sw = SW_KEY_CHECK;
	ykt_wipe(kcv, sizeof(kcv));
	return sw;
}

static uint16_t
read_keys(
    struct se_psam *psam, struct ykt_bytes clear, uint8_t table[PSAM_KEY_COUNT * PSAM_KEY_SIZE])
{
	struct ykt_rd rd = ykt_rd(clear);
	struct perso_key key;
	uint16_t sw = SW_DATA;
	size_t count = 0;

	memset(&key, 0, sizeof(key));
	for (; rd.left >= PERSO_KEY_LEN; count++) {
		uint8_t *to = table + count * PSAM_KEY_SIZE;

		sw = SW_DATA;
		if (count == PSAM_KEY_COUNT)
			break;
		perso_key_read(&rd, &key);
		sw = check_key(psam, &key, table, count);
		if (sw != SW_OK)
			break;
		to[0] = key.version;
		to[1] = key.alg;
		memcpy(to + 2, key.key, PURSE_KEY_LEN);
	}
	ykt_wipe(&key, sizeof(key));
	if (sw == SW_OK && !is_padding(ykt_rd_rest(&rd)))
		sw = SW_DATA;
	return sw;
}

static uint16_t
put_keys(struct se_psam *psam, struct ykt_bytes secret)
{
	uint8_t table[PSAM_KEY_COUNT * PSAM_KEY_SIZE] = { 0 };
	uint8_t clear_bytes[KEYS_CLEAR_MAX];
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	uint16_t sw = SW_DATA;

	if (secret.len != 0 && secret.len <= sizeof(clear_bytes) &&
	    scp03_dek_decrypt(psam->crypto, psam_home(psam, PSAM_OFF_TRANSPORT),
		SE_PSAM_TRANSPORT_LEN, secret, &clear) == YKT_OK)
		sw = read_keys(psam, ykt_buf_view(&clear), table);
	if (sw == SW_OK)
		se_journal_put(&psam->journal, PSAM_OFF_KEYS, YKT_BYTES(table));
	ykt_wipe(table, sizeof(table));
	ykt_wipe(clear_bytes, sizeof(clear_bytes));
	return sw;
}

static uint16_t
put_group(struct se_psam *psam, const struct dgi *dgi, unsigned *ret_bit)
{
	switch (dgi->tag) {
	case DGI_SERIAL:
		*ret_bit = HAS_SERIAL;
		return put_field(psam, PSAM_OFF_SERIAL, PSAM_SERIAL_LEN, dgi->value);
	case DGI_TERMINAL:
		*ret_bit = HAS_TERMINAL;
		return put_field(psam, PSAM_OFF_TERMINAL, PURSE_TERMINAL_LEN, dgi->value);
	case DGI_FILE17:
		*ret_bit = HAS_FILE17;
		return put_field(psam, PSAM_OFF_FILE17, PSAM_FILE17_LEN, dgi->value);
	case PERSO_DGI_KEYS:
		*ret_bit = HAS_KEYS;
		return put_keys(psam, dgi->value);
	default:
		return SW_DATA_NOT_FOUND;
	}
}

uint16_t
psam_store(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out)
{
	static const uint8_t ready = PSAM_STATE_READY;
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct dgi dgi;
	unsigned has = 0;
	uint16_t sw = SW_OK;

	(void)out;
	if ((cmd->p1 & ~(P1_FORMAT_DGI | P1_ENCRYPTED)) != P1_LAST || cmd->p2 != 0)
		return SW_P1P2;
	if (*psam_home(psam, PSAM_OFF_STATE) != PSAM_STATE_BLANK)
		return SW_CONDITIONS;

	se_journal_begin(&psam->journal);
	while (sw == SW_OK && dgi_next(&rd, &dgi)) {
		unsigned bit = 0;

		sw = put_group(psam, &dgi, &bit);
		if (sw == SW_OK && (has & bit) != 0)
			sw = SW_DATA;
		has |= bit;
	}
	if (sw == SW_OK && (rd.bad || (has & HAS_ALL) != HAS_ALL))
		sw = SW_DATA;
	se_journal_put(&psam->journal, PSAM_OFF_STATE, ykt_bytes(&ready, 1));
	if (sw == SW_OK)
		return psam_commit(psam);
	/* What was staged is dropped, keys among it. */
	se_journal_begin(&psam->journal);
	return sw;
}
