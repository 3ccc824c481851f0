/*
 * What an issuer does with a purse beside loading it: unload, change of the
 * overdraft limit, authentication, algorithms (card.md 1.4, 1.6).
 *
 * The layouts of unload and limit update are PBOC's as remembered, confirmed by
 * no vector; MAC3 under DULK is one reading of two. Conventions of purse.h and
 * purse_cmd.h hold.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_PURSE_ADMIN_H
#define CARD_PURSE_ADMIN_H

#include "card/purse_cmd.h"

#define PURSE_P1_UNLOAD 0x03 /* of DEBIT */

/*
 * DEBIT FOR UNLOAD: the data of CREDIT FOR LOAD under another header. kind is 0
 * or PURSE_KIND_SECOND. MAC1 and MAC2 are those of a load with type 03; MAC3 is
 * a load's TAC with type 03 under the unload key.
 */
void purse_unload_build(uint8_t kind, const struct purse_credit *credit, struct ykt_buf *out);

/* INITIALIZE FOR UPDATE: seven data bytes. */
struct purse_limit_init {
	uint8_t key_index;
	uint8_t terminal[PURSE_TERMINAL_LEN];
};

void purse_limit_init_build(uint8_t kind, const struct purse_limit_init *init, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_limit_init_decode(const struct apdu_cmd *cmd, struct purse_limit_init *ret_init);

#define PURSE_LIMIT_INIT_RSP_LEN 19
struct purse_limit_init_rsp {
	uint32_t balance; /* available, including overdraft */
	uint16_t online_seq;
	uint32_t limit; /* 24 bits: the old one */
	uint8_t key_version;
	uint8_t alg; /* enum purse_alg; not checked */
	uint8_t random[PURSE_RANDOM_LEN];
	uint8_t mac1[PURSE_MAC_LEN];
};

void purse_limit_init_rsp_encode(const struct purse_limit_init_rsp *rsp, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_limit_init_rsp_decode(struct ykt_bytes data, struct purse_limit_init_rsp *ret_rsp);

/* UPDATE OVERDRAW LIMIT. */
struct purse_limit_update {
	uint32_t limit; /* 24 bits: the new one */
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t mac2[PURSE_MAC_LEN];
};

void purse_limit_update_build(const struct purse_limit_update *update, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_limit_update_decode(const struct apdu_cmd *cmd, struct purse_limit_update *ret_update);

/* One change of the limit, as much of it as each value needs. */
struct purse_limit {
	uint32_t balance;    /* available: MAC1 before, TAC after */
	uint32_t limit;      /* MAC1: the old one; MAC2 and TAC: the new one */
	uint16_t online_seq; /* TAC: as INITIALIZE answered it */
	uint8_t terminal[PURSE_TERMINAL_LEN];
	uint8_t datetime[PURSE_DATETIME_LEN]; /* MAC2 and TAC */
};

/* balance, limit, 07, terminal. */
YKT_MUST_USE enum ykt_status
purse_limit_mac1(struct crypto *crypto, const struct purse_session *session,
    const struct purse_limit *limit, uint8_t ret_mac[PURSE_MAC_LEN]);
/* limit, 07, terminal, date and time. */
YKT_MUST_USE enum ykt_status
purse_limit_mac2(struct crypto *crypto, const struct purse_session *session,
    const struct purse_limit *limit, uint8_t ret_mac[PURSE_MAC_LEN]);
/* balance, online seq, limit, 07, terminal, date and time; under DTK. */
YKT_MUST_USE enum ykt_status
purse_limit_tac(struct crypto *crypto, enum purse_alg alg, const uint8_t dtk[PURSE_KEY_LEN],
    const struct purse_limit *limit, uint8_t ret_tac[PURSE_MAC_LEN]);

/* One block: 8 bytes with 3DES, 16 with SM4. 0 for a foreign algorithm. */
size_t purse_block_len(enum purse_alg alg);

/*
 * Whole blocks under a card key, in electronic codebook as PBOC does: an
 * authentication cryptogram, a key or a PIN on its way. out has in.len bytes
 * and may be in.
 *
 * YKT_E_ARG  not whole blocks
 */
YKT_MUST_USE enum ykt_status purse_encipher(struct crypto *crypto, enum purse_alg alg,
    const uint8_t key[PURSE_KEY_LEN], struct ykt_bytes in, uint8_t *out);
YKT_MUST_USE enum ykt_status purse_decipher(struct crypto *crypto, enum purse_alg alg,
    const uint8_t key[PURSE_KEY_LEN], struct ykt_bytes in, uint8_t *out);

/*
 * GET, CHANGE and BLOCK ALGORITHM (80CD). The sources print the bytes without
 * their meaning; this is the project's reading.
 */
enum purse_alg_p1 {
	PURSE_ALG_GET = 0x00,
	PURSE_ALG_CHANGE = 0x01,      /* until the next selection */
	PURSE_ALG_CHANGE_GOOD = 0x02, /* for good */
	PURSE_ALG_BLOCK = 0x03,       /* with a MAC */
};
#define PURSE_ALG_P2_TDES       0x00 /* of CHANGE */
#define PURSE_ALG_P2_SM4        0x03 /* of CHANGE and BLOCK */
#define PURSE_ALG_P2_BLOCK_TDES 0x01

#endif
