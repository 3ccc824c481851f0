/*
 * The cryptography of the T-Union purse (JT/T 978; card.md 1.6, 1.7).
 *
 * 3DES: every formula reproduces published or logged values. SM4: one reading,
 * seen in toll-road practice, of a text that could not be checked; purse.c keeps
 * what may differ in one table, so that another reading is one row.
 *
 * Amounts and balances are fen. Byte fields are in card order. A MAC that was
 * received is compared by the caller with ykt_ct_equal().
 *
 * Every function: YKT_E_ARG for a foreign algorithm, YKT_E_CRYPTO when the
 * backend failed; outputs are written only on YKT_OK.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_PURSE_H
#define CARD_PURSE_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

struct crypto;

#define PURSE_KEY_LEN      16
#define PURSE_FACTOR_LEN   8
#define PURSE_MAC_LEN      4
#define PURSE_RANDOM_LEN   4
#define PURSE_TERMINAL_LEN 6
#define PURSE_DATETIME_LEN 7 /* BCD YYYYMMDDhhmmss, UTC+8 */
#define PURSE_ISSUER_LEN   8
#define PURSE_SERIAL_LEN   10
#define PURSE_BALANCE_MAX  0xFFFFFFu /* three bytes on the card, card.md 1.3 */
#define PURSE_KEY_INDEX    1         /* the usual key index, card.md 1.4 */
#define PURSE_KEY_VERSION  1         /* what fielded cards answer */

/* The algorithm byte of INITIALIZE answers. */
enum purse_alg {
	PURSE_ALG_TDES = 0x00,
	PURSE_ALG_SM4 = 0x04,
};

/* The transaction type byte of MAC inputs and of record 18. */
enum purse_type {
	PURSE_TYPE_PASSBOOK_LOAD = 0x01,
	PURSE_TYPE_LOAD = 0x02,
	PURSE_TYPE_UNLOAD = 0x03,
	PURSE_TYPE_PURCHASE = 0x06,
	PURSE_TYPE_OVERDRAFT = 0x07,
	PURSE_TYPE_CAPP = 0x09,
};

/* A session key; wipe it with purse_session_clear(). */
struct purse_session {
	enum purse_alg alg;
	uint8_t key[16]; /* 3DES uses the first 8 */
};

/* One load, as much of it as each value needs. */
struct purse_load {
	uint32_t balance; /* MAC1: before; TAC: after */
	uint32_t amount;
	uint16_t online_seq; /* TAC: as INITIALIZE answered it, before it grows */
	uint8_t type;        /* PURSE_TYPE_LOAD */
	uint8_t terminal[PURSE_TERMINAL_LEN];
	uint8_t datetime[PURSE_DATETIME_LEN]; /* MAC2 and TAC */
};

/* One purchase or compound purchase. */
struct purse_purchase {
	uint32_t amount;
	uint32_t terminal_seq; /* TAC */
	uint8_t type;          /* PURSE_TYPE_PURCHASE or PURSE_TYPE_CAPP */
	uint8_t terminal[PURSE_TERMINAL_LEN];
	uint8_t datetime[PURSE_DATETIME_LEN];
};

/* One level: 3DES(K, X) || 3DES(K, ~X), or SM4(K, X || ~X). */
YKT_MUST_USE enum ykt_status
purse_diversify(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    const uint8_t factor[PURSE_FACTOR_LEN], uint8_t ret_key[PURSE_KEY_LEN]);

/* Two levels: the issuer, then the last eight bytes of the serial number. */
YKT_MUST_USE enum ykt_status purse_card_key(struct crypto *crypto, enum purse_alg alg,
    const uint8_t root[PURSE_KEY_LEN], const uint8_t issuer[PURSE_ISSUER_LEN],
    const uint8_t serial[PURSE_SERIAL_LEN], uint8_t ret_key[PURSE_KEY_LEN]);

/* Load, unload and overdraft update: from DLK, DULK or DUK. */
YKT_MUST_USE enum ykt_status
purse_session_load(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    const uint8_t random[PURSE_RANDOM_LEN], uint16_t online_seq, struct purse_session *ret_session);

/* Purchase and compound purchase: from DPK. */
YKT_MUST_USE enum ykt_status purse_session_purchase(struct crypto *crypto, enum purse_alg alg,
    const uint8_t key[PURSE_KEY_LEN], const uint8_t random[PURSE_RANDOM_LEN], uint16_t offline_seq,
    uint32_t terminal_seq, struct purse_session *ret_session);

/* Accepts NULL. */
void purse_session_clear(struct purse_session *session);

/* balance, amount, type, terminal. */
YKT_MUST_USE enum ykt_status
purse_load_mac1(struct crypto *crypto, const struct purse_session *session,
    const struct purse_load *load, uint8_t ret_mac[PURSE_MAC_LEN]);
/* amount, type, terminal, date and time. */
YKT_MUST_USE enum ykt_status
purse_load_mac2(struct crypto *crypto, const struct purse_session *session,
    const struct purse_load *load, uint8_t ret_mac[PURSE_MAC_LEN]);
/* new balance, online seq, amount, type, terminal, date and time; under DTK. */
YKT_MUST_USE enum ykt_status
purse_load_tac(struct crypto *crypto, enum purse_alg alg, const uint8_t dtk[PURSE_KEY_LEN],
    const struct purse_load *load, uint8_t ret_tac[PURSE_MAC_LEN]);

/* amount, type, terminal, date and time. */
YKT_MUST_USE enum ykt_status
purse_purchase_mac1(struct crypto *crypto, const struct purse_session *session,
    const struct purse_purchase *purchase, uint8_t ret_mac[PURSE_MAC_LEN]);
/* amount. */
YKT_MUST_USE enum ykt_status purse_purchase_mac2(struct crypto *crypto,
    const struct purse_session *session, uint32_t amount, uint8_t ret_mac[PURSE_MAC_LEN]);
/* Both at once, with one key set-up. */
YKT_MUST_USE enum ykt_status purse_purchase_macs(struct crypto *crypto,
    const struct purse_session *session, const struct purse_purchase *purchase,
    uint8_t ret_mac1[PURSE_MAC_LEN], uint8_t ret_mac2[PURSE_MAC_LEN]);
/* amount, type, terminal, terminal seq, date and time; under DTK. */
YKT_MUST_USE enum ykt_status
purse_purchase_tac(struct crypto *crypto, enum purse_alg alg, const uint8_t dtk[PURSE_KEY_LEN],
    const struct purse_purchase *purchase, uint8_t ret_tac[PURSE_MAC_LEN]);

/*
 * The key that a TAC is computed under: 3DES, DTK left XOR right (8 bytes used,
 * the rest zero); SM4, DTK itself. Computing it once a card spares work.
 */
YKT_MUST_USE enum ykt_status
purse_tac_key(enum purse_alg alg, const uint8_t dtk[PURSE_KEY_LEN], struct purse_session *ret_key);
/* The two TACs with a key from purse_tac_key(). */
YKT_MUST_USE enum ykt_status
purse_load_tac_with(struct crypto *crypto, const struct purse_session *tac_key,
    const struct purse_load *load, uint8_t ret_tac[PURSE_MAC_LEN]);
YKT_MUST_USE enum ykt_status
purse_purchase_tac_with(struct crypto *crypto, const struct purse_session *tac_key,
    const struct purse_purchase *purchase, uint8_t ret_tac[PURSE_MAC_LEN]);

/* CBC-MAC with a session key over any input, leftmost four bytes. */
YKT_MUST_USE enum ykt_status purse_mac(struct crypto *crypto, const struct purse_session *session,
    struct ykt_bytes input, uint8_t ret_mac[PURSE_MAC_LEN]);

/*
 * Secure messaging: retail MAC (3DES) or SM4-CBC-MAC with the challenge padded
 * by zeros as initial value. command is CLA INS P1 P2 Lc and the data, where Lc
 * already counts the four MAC bytes. challenge has 4 or 8 bytes, SM4 up to 16.
 *
 * YKT_E_ARG  challenge longer than a block
 */
YKT_MUST_USE enum ykt_status
purse_sm_mac(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    struct ykt_bytes challenge, struct ykt_bytes command, uint8_t ret_mac[PURSE_MAC_LEN]);

/* EXTERNAL AUTHENTICATE: the challenge (4 bytes padded with zeros, or 8) enciphered. */
YKT_MUST_USE enum ykt_status purse_external_auth(struct crypto *crypto,
    const uint8_t key[PURSE_KEY_LEN], struct ykt_bytes challenge, uint8_t ret_cryptogram[8]);

#endif
