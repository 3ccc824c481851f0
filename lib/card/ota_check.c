/*
 * Checksums of secured packets: TS 102 225 5.1.3 (which), annex B (the CRCs).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/ota_check.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/block.h"
#include "crypto/mac.h"

#define DES_BLOCK  8
#define RC_CRC16   0x1
#define RC_CRC32   0x5
#define POLY_16    0x8408u /* ISO/IEC 13239, the other way round */
#define POLY_32    0xEDB88320u
#define CRC16_LEN  2
#define CRC32_LEN  4
#define ALG_NIBBLE 0x0F

enum ykt_status
ota_check_len(enum ota_integrity integrity, uint8_t kid, size_t *ret_len)
{
	size_t len = 0;

	if (integrity == OTA_DS)
		return YKT_E_ARG;
	if (integrity == OTA_CC)
		len = OTA_CC_LEN;
	if (integrity == OTA_RC && (kid & ALG_NIBBLE) == RC_CRC16)
		len = CRC16_LEN;
	if (integrity == OTA_RC && (kid & ALG_NIBBLE) == RC_CRC32)
		len = CRC32_LEN;
	if (integrity == OTA_RC && len == 0)
		return YKT_E_ARG;
	*ret_len = len;

	return YKT_OK;
}

enum ykt_status
ota_key_fits(uint8_t nibble, const struct crypto_key *key)
{
	enum crypto_alg alg;

	nibble &= ALG_NIBBLE;
	if (nibble == OTA_ALG_TDES2)
		alg = CRYPTO_TDES2;
	else if (nibble == OTA_ALG_AES)
		alg = CRYPTO_AES;
	else
		return YKT_E_ARG;

	return key->alg == alg && crypto_key_fits(alg, key->len) ? YKT_OK : YKT_E_KEY;
}

static uint32_t
crc(uint32_t value, uint32_t poly, struct ykt_bytes part)
{
	for (size_t i = 0; i < part.len; i++) {
		value ^= part.data[i];
		for (unsigned bit = 0; bit < 8; bit++)
			value = (value & 1) != 0 ? value >> 1 ^ poly : value >> 1;
	}

	return value;
}

/*
 * Annex B gives 47 0B 99 F4 and 22 EC for the bytes 01 to 05: the register as a
 * number, its high byte first.
 */
static void
put_crc(bool wide, const struct ykt_bytes *parts, size_t count, uint8_t *out)
{
	uint32_t value = wide ? 0xFFFFFFFFu : 0xFFFFu;

	for (size_t i = 0; i < count; i++)
		value = crc(value, wide ? POLY_32 : POLY_16, parts[i]);
	if (wide)
		ykt_set_u32(out, ~value);
	else
		ykt_set_u16(out, (uint16_t)~value);
}

/* CBC-MAC with zero padding, a block at a time: the parts never lie together. */
static enum ykt_status
des_mac(struct crypto *c, const struct crypto_key *key, const struct ykt_bytes *parts, size_t count,
    uint8_t mac[DES_BLOCK])
{
	uint8_t state[DES_BLOCK] = { 0 };
	enum ykt_status status = YKT_OK;
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < parts[i].len && status == YKT_OK; k++) {
			state[at++] ^= parts[i].data[k];
			if (at == DES_BLOCK) {
				status = crypto_ecb_encrypt(c, key, YKT_BYTES(state), state);
				at = 0;
			}
		}
	}
	if (at != 0 && status == YKT_OK)
		status = crypto_ecb_encrypt(c, key, YKT_BYTES(state), state);
	if (status == YKT_OK)
		memcpy(mac, state, DES_BLOCK);
	ykt_wipe(state, sizeof(state));

	return status;
}

enum ykt_status
ota_check(struct crypto *c, enum ota_integrity integrity, uint8_t kid, const struct crypto_key *key,
    const struct ykt_bytes *parts, size_t count, uint8_t out[OTA_CHECK_MAX])
{
	uint8_t block[CRYPTO_BLOCK_MAX];
	enum ykt_status status;

	if (integrity == OTA_RC)
		put_crc((kid & ALG_NIBBLE) == RC_CRC32, parts, count, out);
	if (integrity != OTA_CC)
		return YKT_OK;
	status = ota_key_fits(kid, key);
	if (status != YKT_OK)
		return status;
	if (key->alg == CRYPTO_TDES2)
		return des_mac(c, key, parts, count, out);

	status = crypto_cmac(c, key, parts, count, block);
	if (status == YKT_OK)
		memcpy(out, block, OTA_CC_LEN);
	ykt_wipe(block, sizeof(block));

	return status;
}
