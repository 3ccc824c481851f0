/*
 * Grey lock: a terminal that cannot know the sum yet (a fuel pump) locks the purse,
 * takes the sum off it later, and nothing else may move its money in between.
 *
 * JR/T 0025.9 could not be read. The commands' bytes, the session key of the lock
 * and its MAC1, and both MACs of the unlock by the issuer are read in public code
 * of two makers of terminals and in one published list of a card's commands: grade
 * B. What a GMAC, a GTAC, the lock's MAC2 and MAC3 are computed over is in none of
 * them, and is the project's: grade D. Only 3DES is known. A purse has it when it
 * is personalised with PERSO_KEY_GREY.
 *
 * Conventions of purse.h and purse_cmd.h hold. The class is E0.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_PURSE_GREY_H
#define CARD_PURSE_GREY_H

#include "card/purse_cmd.h"

#define PURSE_CLA_GREY 0xE0

enum purse_grey_ins {
	PURSE_INS_GREY_INIT = 0x7A,
	PURSE_INS_GREY_LOCK = 0x7C,
	PURSE_INS_GREY_DEBIT = 0x7E,
	PURSE_INS_GREY_PROOF = 0xCA,
};

/* P1 of INITIALIZE and of the debit. */
#define PURSE_P1_GREY_LOCK   0x08 /* by a terminal */
#define PURSE_P1_GREY_UNLOCK 0x09 /* by the issuer */
/* P1 of GET LOCK PROOF. */
#define PURSE_P1_GREY_READ  0x00
#define PURSE_P1_GREY_TAKEN 0x01 /* the terminal has the TAC */

#define PURSE_TYPE_GREY_LOCK   0x91
#define PURSE_TYPE_GREY_DEBIT  0x93
#define PURSE_TYPE_GREY_UNLOCK 0x95

/* Both forms of INITIALIZE: seven data bytes. P2 is 02; 01 in fuel cards. */
struct purse_grey_init {
	uint8_t key_index;
	uint8_t terminal[PURSE_TERMINAL_LEN];
};

void purse_grey_init_build(uint8_t p1, const struct purse_grey_init *init, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_grey_init_decode(const struct apdu_cmd *cmd, struct purse_grey_init *ret_init);
/* The answer to P1 = 08 is that of INITIALIZE FOR PURCHASE. To 09: */
#define PURSE_GREY_UNLOCK_INIT_RSP_LEN 18
struct purse_grey_unlock_rsp {
	uint32_t balance;
	uint16_t offline_seq;
	uint16_t online_seq;
	uint8_t key_version;
	uint8_t alg;
	uint8_t random[PURSE_RANDOM_LEN];
	uint8_t mac1[PURSE_MAC_LEN];
};

void purse_grey_unlock_rsp_encode(const struct purse_grey_unlock_rsp *rsp, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_grey_unlock_rsp_decode(struct ykt_bytes data, struct purse_grey_unlock_rsp *ret_rsp);

/* GREY LOCK; answers GTAC and MAC2. */
struct purse_grey_lock {
	uint32_t terminal_seq;
	uint8_t terminal_random[PURSE_RANDOM_LEN];
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t mac1[PURSE_MAC_LEN];
};

void purse_grey_lock_build(const struct purse_grey_lock *lock, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_grey_lock_decode(const struct apdu_cmd *cmd, struct purse_grey_lock *ret_lock);

/* DEBIT FOR UNLOCK, which needs no INITIALIZE; answers a TAC. */
struct purse_grey_debit {
	uint32_t amount;      /* 0: nothing was sold */
	uint16_t offline_seq; /* the counter as the lock left it */
	uint8_t terminal[PURSE_TERMINAL_LEN];
	uint32_t terminal_seq;
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t gmac[PURSE_MAC_LEN];
};

void purse_grey_debit_build(const struct purse_grey_debit *debit, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_grey_debit_decode(const struct apdu_cmd *cmd, struct purse_grey_debit *ret_debit);

/* The issuer's debit after INITIALIZE with P1 = 09; answers MAC3. */
struct purse_grey_unlock {
	uint32_t amount;
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t mac2[PURSE_MAC_LEN];
};

void purse_grey_unlock_build(const struct purse_grey_unlock *unlock, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_grey_unlock_decode(const struct apdu_cmd *cmd, struct purse_grey_unlock *ret_unlock);

/* What GET LOCK PROOF gives. State, terminal and TAC stand where code reads them; the rest: D. */
#define PURSE_GREY_PROOF_LEN 30
enum purse_grey_state {
	PURSE_GREY_FREE = 0x00,
	PURSE_GREY_LOCKED = 0x01,
	PURSE_GREY_TAC = 0x10, /* free, and nobody has said that he has the TAC */
};

struct purse_grey_proof {
	uint8_t state; /* enum purse_grey_state */
	uint8_t type;
	uint8_t purse;        /* 02 */
	uint32_t balance;     /* available, when it was locked; after a debit: then */
	uint16_t offline_seq; /* the counter after the lock */
	uint8_t terminal[PURSE_TERMINAL_LEN];
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t mac2[PURSE_MAC_LEN]; /* of the lock; MAC3 of the issuer's debit */
	uint8_t tac[PURSE_MAC_LEN];  /* GTAC of the lock, TAC of a debit */
};

void
purse_grey_proof_encode(const struct purse_grey_proof *proof, uint8_t ret[PURSE_GREY_PROOF_LEN]);
YKT_MUST_USE enum ykt_status
purse_grey_proof_decode(struct ykt_bytes data, struct purse_grey_proof *ret_proof);

/* The session of a lock: as a purchase's, enciphered once more with the terminal's random. */
YKT_MUST_USE enum ykt_status purse_grey_session(struct crypto *crypto,
    const uint8_t dpk[PURSE_KEY_LEN], const uint8_t random[PURSE_RANDOM_LEN], uint16_t offline_seq,
    const struct purse_grey_lock *lock, struct purse_session *ret_session);
/* 91, terminal, date and time. */
YKT_MUST_USE enum ykt_status purse_grey_mac1(struct crypto *crypto,
    const struct purse_session *session, const struct purse_grey_init *init,
    const struct purse_grey_lock *lock, uint8_t ret_mac[PURSE_MAC_LEN]);
/* Grade D: amount, 93, offline seq, under the session that seq makes of DGK with a random of 0. */
YKT_MUST_USE enum ykt_status
purse_grey_gmac(struct crypto *crypto, const uint8_t dgk[PURSE_KEY_LEN],
    const struct purse_grey_debit *debit, uint8_t ret_mac[PURSE_MAC_LEN]);
/* balance, offline seq, 95, terminal. */
YKT_MUST_USE enum ykt_status purse_grey_unlock_mac1(struct crypto *crypto,
    const struct purse_session *session, const struct purse_grey_unlock_rsp *rsp,
    const uint8_t terminal[PURSE_TERMINAL_LEN], uint8_t ret_mac[PURSE_MAC_LEN]);

#endif
