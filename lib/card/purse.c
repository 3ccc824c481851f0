/*
 * The cryptography of the T-Union purse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/block.h"
#include "crypto/mac.h"

#define INPUT_MAX   32 /* the longest MAC input is 25 bytes */
#define SESSION_LEN 8  /* what a session key is made from: random, counter, tail */

/*
 * What differs between the algorithms. For SM4 the diversification and the MAC
 * follow a published draft; session and tac are a reading (card.md 1.7).
 */
struct layout {
	enum crypto_alg cipher;
	size_t block;
	/* Fills one block from the eight session bytes. */
	void (*session)(const uint8_t y[SESSION_LEN], uint8_t *block);
	/* Fills the key that a TAC is computed under. */
	void (*tac)(const uint8_t dtk[PURSE_KEY_LEN], uint8_t key[16]);
};

static void
session_plain(const uint8_t y[SESSION_LEN], uint8_t *block)
{
	memcpy(block, y, SESSION_LEN);
}

/* X, then its complement. */
static void
session_doubled(const uint8_t y[SESSION_LEN], uint8_t *block)
{
	memcpy(block, y, SESSION_LEN);
	for (size_t i = 0; i < SESSION_LEN; i++)
		block[SESSION_LEN + i] = (uint8_t)~y[i];
}

static void
tac_folded(const uint8_t dtk[PURSE_KEY_LEN], uint8_t key[16])
{
	memset(key, 0, 16);
	for (size_t i = 0; i < PURSE_KEY_LEN / 2; i++)
		key[i] = dtk[i] ^ dtk[PURSE_KEY_LEN / 2 + i];
}

static void
tac_itself(const uint8_t dtk[PURSE_KEY_LEN], uint8_t key[16])
{
	memcpy(key, dtk, PURSE_KEY_LEN);
}

static const struct layout layout_tdes = { CRYPTO_TDES2, 8, session_plain, tac_folded };
static const struct layout layout_sm4 = { CRYPTO_SM4, 16, session_doubled, tac_itself };

static const struct layout *
layout_of(enum purse_alg alg)
{
	switch (alg) {
	case PURSE_ALG_TDES:
		return &layout_tdes;
	case PURSE_ALG_SM4:
		return &layout_sm4;
	}

	return NULL;
}

/* One key, whole blocks; out is wiped unless YKT_OK. */
static enum ykt_status
encipher(struct crypto *crypto, const struct layout *layout, const uint8_t key[PURSE_KEY_LEN],
    struct ykt_bytes in, uint8_t *out)
{
	struct crypto_key cipher_key;
	enum ykt_status status;

	status = crypto_key_set(layout->cipher, ykt_bytes(key, PURSE_KEY_LEN), &cipher_key);
	if (status == YKT_OK)
		status = crypto_ecb_encrypt(crypto, &cipher_key, in, out);
	ykt_wipe(&cipher_key, sizeof(cipher_key));

	return status;
}

enum ykt_status
purse_diversify(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    const uint8_t factor[PURSE_FACTOR_LEN], uint8_t ret_key[PURSE_KEY_LEN])
{
	const struct layout *layout = layout_of(alg);
	uint8_t block[PURSE_KEY_LEN];
	enum ykt_status status;

	if (layout == NULL)
		return YKT_E_ARG;

	/* X || ~X is two 3DES blocks or one SM4 block. */
	session_doubled(factor, block);
	status = encipher(crypto, layout, key, YKT_BYTES(block), block);
	if (status == YKT_OK)
		memcpy(ret_key, block, sizeof(block));
	ykt_wipe(block, sizeof(block));

	return status;
}

enum ykt_status
purse_card_key(struct crypto *crypto, enum purse_alg alg, const uint8_t root[PURSE_KEY_LEN],
    const uint8_t issuer[PURSE_ISSUER_LEN], const uint8_t serial[PURSE_SERIAL_LEN],
    uint8_t ret_key[PURSE_KEY_LEN])
{
	uint8_t city[PURSE_KEY_LEN] = { 0 };
	enum ykt_status status;

	status = purse_diversify(crypto, alg, root, issuer, city);
	if (status == YKT_OK)
		status = purse_diversify(
		    crypto, alg, city, serial + PURSE_SERIAL_LEN - PURSE_FACTOR_LEN, ret_key);
	ykt_wipe(city, sizeof(city));

	return status;
}

static enum ykt_status
session_derive(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    const uint8_t y[SESSION_LEN], struct purse_session *ret_session)
{
	const struct layout *layout = layout_of(alg);
	struct purse_session session = { .alg = alg };
	uint8_t block[16];
	enum ykt_status status;

	if (layout == NULL)
		return YKT_E_ARG;

	layout->session(y, block);
	status = encipher(crypto, layout, key, ykt_bytes(block, layout->block), session.key);
	if (status == YKT_OK)
		*ret_session = session;
	purse_session_clear(&session);
	ykt_wipe(block, sizeof(block));

	return status;
}

enum ykt_status
purse_session_load(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    const uint8_t random[PURSE_RANDOM_LEN], uint16_t online_seq, struct purse_session *ret_session)
{
	uint8_t y[SESSION_LEN];

	memcpy(y, random, PURSE_RANDOM_LEN);
	ykt_set_u16(y + 4, online_seq);
	ykt_set_u16(y + 6, 0x8000);

	return session_derive(crypto, alg, key, y, ret_session);
}

enum ykt_status
purse_session_purchase(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    const uint8_t random[PURSE_RANDOM_LEN], uint16_t offline_seq, uint32_t terminal_seq,
    struct purse_session *ret_session)
{
	uint8_t y[SESSION_LEN];

	memcpy(y, random, PURSE_RANDOM_LEN);
	ykt_set_u16(y + 4, offline_seq);
	ykt_set_u16(y + 6, (uint16_t)(terminal_seq & 0xFFFF));

	return session_derive(crypto, alg, key, y, ret_session);
}

void
purse_session_clear(struct purse_session *session)
{
	if (session != NULL)
		ykt_wipe(session, sizeof(*session));
}

enum ykt_status
purse_mac(struct crypto *crypto, const struct purse_session *session, struct ykt_bytes input,
    uint8_t ret_mac[PURSE_MAC_LEN])
{
	static const uint8_t zero[16];
	uint8_t mac[16];
	enum ykt_status status = YKT_E_ARG;

	if (session->alg == PURSE_ALG_TDES)
		status = crypto_des_cbc_mac(crypto, session->key, zero, input, mac);
	else if (session->alg == PURSE_ALG_SM4)
		status = crypto_sm4_cbc_mac(crypto, session->key, zero, input, mac);
	if (status == YKT_OK)
		memcpy(ret_mac, mac, PURSE_MAC_LEN);
	ykt_wipe(mac, sizeof(mac));

	return status;
}

enum ykt_status
purse_load_mac1(struct crypto *crypto, const struct purse_session *session,
    const struct purse_load *load, uint8_t ret_mac[PURSE_MAC_LEN])
{
	uint8_t raw[INPUT_MAX];
	struct ykt_buf input = YKT_BUF(raw);

	ykt_put_u32(&input, load->balance);
	ykt_put_u32(&input, load->amount);
	ykt_put_u8(&input, load->type);
	ykt_put_mem(&input, load->terminal, PURSE_TERMINAL_LEN);

	return purse_mac(crypto, session, ykt_buf_view(&input), ret_mac);
}

enum ykt_status
purse_load_mac2(struct crypto *crypto, const struct purse_session *session,
    const struct purse_load *load, uint8_t ret_mac[PURSE_MAC_LEN])
{
	uint8_t raw[INPUT_MAX];
	struct ykt_buf input = YKT_BUF(raw);

	ykt_put_u32(&input, load->amount);
	ykt_put_u8(&input, load->type);
	ykt_put_mem(&input, load->terminal, PURSE_TERMINAL_LEN);
	ykt_put_mem(&input, load->datetime, PURSE_DATETIME_LEN);

	return purse_mac(crypto, session, ykt_buf_view(&input), ret_mac);
}

enum ykt_status
purse_tac_key(enum purse_alg alg, const uint8_t dtk[PURSE_KEY_LEN], struct purse_session *ret_key)
{
	const struct layout *layout = layout_of(alg);

	if (layout == NULL)
		return YKT_E_ARG;
	ret_key->alg = alg;
	layout->tac(dtk, ret_key->key);

	return YKT_OK;
}

enum ykt_status
purse_load_tac_with(struct crypto *crypto, const struct purse_session *tac_key,
    const struct purse_load *load, uint8_t ret_tac[PURSE_MAC_LEN])
{
	uint8_t raw[INPUT_MAX];
	struct ykt_buf input = YKT_BUF(raw);

	ykt_put_u32(&input, load->balance);
	ykt_put_u16(&input, load->online_seq);
	ykt_put_u32(&input, load->amount);
	ykt_put_u8(&input, load->type);
	ykt_put_mem(&input, load->terminal, PURSE_TERMINAL_LEN);
	ykt_put_mem(&input, load->datetime, PURSE_DATETIME_LEN);

	return purse_mac(crypto, tac_key, ykt_buf_view(&input), ret_tac);
}

enum ykt_status
purse_load_tac(struct crypto *crypto, enum purse_alg alg, const uint8_t dtk[PURSE_KEY_LEN],
    const struct purse_load *load, uint8_t ret_tac[PURSE_MAC_LEN])
{
	struct purse_session key;
	enum ykt_status status = purse_tac_key(alg, dtk, &key);

	if (status == YKT_OK) {
		status = purse_load_tac_with(crypto, &key, load, ret_tac);
		purse_session_clear(&key);
	}

	return status;
}

static void
put_purchase(const struct purse_purchase *purchase, struct ykt_buf *input)
{
	ykt_put_u32(input, purchase->amount);
	ykt_put_u8(input, purchase->type);
	ykt_put_mem(input, purchase->terminal, PURSE_TERMINAL_LEN);
	ykt_put_mem(input, purchase->datetime, PURSE_DATETIME_LEN);
}

enum ykt_status
purse_purchase_mac1(struct crypto *crypto, const struct purse_session *session,
    const struct purse_purchase *purchase, uint8_t ret_mac[PURSE_MAC_LEN])
{
	uint8_t raw[INPUT_MAX];
	struct ykt_buf input = YKT_BUF(raw);

	put_purchase(purchase, &input);

	return purse_mac(crypto, session, ykt_buf_view(&input), ret_mac);
}

enum ykt_status
purse_purchase_mac2(struct crypto *crypto, const struct purse_session *session, uint32_t amount,
    uint8_t ret_mac[PURSE_MAC_LEN])
{
	uint8_t input[4];

	ykt_set_u32(input, amount);

	return purse_mac(crypto, session, YKT_BYTES(input), ret_mac);
}

enum ykt_status
purse_purchase_macs(struct crypto *crypto, const struct purse_session *session,
    const struct purse_purchase *purchase, uint8_t ret_mac1[PURSE_MAC_LEN],
    uint8_t ret_mac2[PURSE_MAC_LEN])
{
	uint8_t raw[INPUT_MAX];
	uint8_t macs[2][CRYPTO_BLOCK_MAX];
	struct ykt_buf input = YKT_BUF(raw);
	struct ykt_bytes data[2];
	struct crypto_key key;
	enum ykt_status status = YKT_E_ARG;

	put_purchase(purchase, &input);
	data[0] = ykt_buf_view(&input);
	data[1] = ykt_bytes_sub(data[0], 0, sizeof(purchase->amount));
	if (session->alg == PURSE_ALG_TDES)
		status = crypto_key_set(CRYPTO_DES, ykt_bytes(session->key, 8), &key);
	else if (session->alg == PURSE_ALG_SM4)
		status = crypto_key_set(CRYPTO_SM4, ykt_bytes(session->key, 16), &key);
	if (status != YKT_OK)
		return status;

	status = crypto_cbc_mac_pair(crypto, &key, data, macs);
	if (status == YKT_OK) {
		memcpy(ret_mac1, macs[0], PURSE_MAC_LEN);
		memcpy(ret_mac2, macs[1], PURSE_MAC_LEN);
	}
	ykt_wipe(&key, sizeof(key));
	ykt_wipe(macs, sizeof(macs));

	return status;
}

enum ykt_status
purse_purchase_tac_with(struct crypto *crypto, const struct purse_session *tac_key,
    const struct purse_purchase *purchase, uint8_t ret_tac[PURSE_MAC_LEN])
{
	uint8_t raw[INPUT_MAX];
	struct ykt_buf input = YKT_BUF(raw);

	ykt_put_u32(&input, purchase->amount);
	ykt_put_u8(&input, purchase->type);
	ykt_put_mem(&input, purchase->terminal, PURSE_TERMINAL_LEN);
	ykt_put_u32(&input, purchase->terminal_seq);
	ykt_put_mem(&input, purchase->datetime, PURSE_DATETIME_LEN);

	return purse_mac(crypto, tac_key, ykt_buf_view(&input), ret_tac);
}

enum ykt_status
purse_purchase_tac(struct crypto *crypto, enum purse_alg alg, const uint8_t dtk[PURSE_KEY_LEN],
    const struct purse_purchase *purchase, uint8_t ret_tac[PURSE_MAC_LEN])
{
	struct purse_session key;
	enum ykt_status status = purse_tac_key(alg, dtk, &key);

	if (status == YKT_OK) {
		status = purse_purchase_tac_with(crypto, &key, purchase, ret_tac);
		purse_session_clear(&key);
	}

	return status;
}

enum ykt_status
purse_sm_mac(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    struct ykt_bytes challenge, struct ykt_bytes command, uint8_t ret_mac[PURSE_MAC_LEN])
{
	const struct layout *layout = layout_of(alg);
	uint8_t iv[16] = { 0 };
	uint8_t mac[16];
	enum ykt_status status;

	if (layout == NULL || challenge.len > layout->block)
		return YKT_E_ARG;

	if (challenge.len != 0)
		memcpy(iv, challenge.data, challenge.len);
	if (alg == PURSE_ALG_SM4)
		status = crypto_sm4_cbc_mac(crypto, key, iv, command, mac);
	else
		status = crypto_retail_mac(crypto, key, iv, command, mac);
	if (status == YKT_OK)
		memcpy(ret_mac, mac, PURSE_MAC_LEN);
	ykt_wipe(mac, sizeof(mac));

	return status;
}

enum ykt_status
purse_external_auth(struct crypto *crypto, const uint8_t key[PURSE_KEY_LEN],
    struct ykt_bytes challenge, uint8_t ret_cryptogram[8])
{
	uint8_t block[8] = { 0 };
	enum ykt_status status;

	if (challenge.len != 4 && challenge.len != sizeof(block))
		return YKT_E_ARG;

	memcpy(block, challenge.data, challenge.len);
	status = encipher(crypto, &layout_tdes, key, YKT_BYTES(block), block);
	if (status == YKT_OK)
		memcpy(ret_cryptogram, block, sizeof(block));
	ykt_wipe(block, sizeof(block));

	return status;
}
