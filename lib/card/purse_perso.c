/*
 * The key list of a purse's personalisation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse_perso.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "crypto/block.h"

void
perso_key_encode(const struct perso_key *key, struct ykt_buf *out)
{
	ykt_put_u8(out, key->usage);
	ykt_put_u8(out, key->index);
	ykt_put_u8(out, key->version);
	ykt_put_u8(out, key->alg);
	ykt_put_mem(out, key->key, sizeof(key->key));
	ykt_put_mem(out, key->kcv, sizeof(key->kcv));
}

void
perso_key_read(struct ykt_rd *rd, struct perso_key *ret_key)
{
	ret_key->usage = ykt_rd_u8(rd);
	ret_key->index = ykt_rd_u8(rd);
	ret_key->version = ykt_rd_u8(rd);
	ret_key->alg = ykt_rd_u8(rd);
	ykt_rd_copy(rd, ret_key->key, sizeof(ret_key->key));
	ykt_rd_copy(rd, ret_key->kcv, sizeof(ret_key->kcv));
}

static enum ykt_status
kcv_sm4(struct crypto *crypto, const uint8_t key[PURSE_KEY_LEN], uint8_t ret_kcv[3])
{
	static const uint8_t zeros[16];
	struct crypto_key sm4 = { .alg = CRYPTO_SM4, .len = PURSE_KEY_LEN };
	uint8_t block[16];
	enum ykt_status status;

	memcpy(sm4.bytes, key, PURSE_KEY_LEN);
	status = crypto_ecb_encrypt(crypto, &sm4, YKT_BYTES(zeros), block);
	if (status == YKT_OK)
		memcpy(ret_kcv, block, 3);
	ykt_wipe(&sm4, sizeof(sm4));
	ykt_wipe(block, sizeof(block));
	return status;
}

enum ykt_status
perso_kcv(struct crypto *crypto, const struct perso_key *key, uint8_t ret_kcv[3])
{
	if (key->alg == PURSE_ALG_TDES)
		return gp_kcv_tdes(crypto, key->key, ret_kcv);
	if (key->alg == PURSE_ALG_SM4)
		return kcv_sm4(crypto, key->key, ret_kcv);
	return YKT_E_ARG;
}
