/*
 * The purse's commands and answers, and the PSAM's (card.md 1.4, 1.9).
 *
 * Host side: *_build() appends a whole command APDU; *_rsp_decode() reads the
 * data of a 9000 answer. Card side: *_decode() reads a command whose CLA, INS,
 * P1 and P2 the dispatcher has matched; *_rsp_encode() appends the answer data.
 *
 * Decoders return YKT_E_FORMAT for a wrong length (a card answers 6700) and
 * leave their output alone. Builders set out->full when out is too small.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_PURSE_CMD_H
#define CARD_PURSE_CMD_H

#include <stdint.h>

#include "card/apdu.h"
#include "card/purse.h"

/* Instructions, class 80 unless named otherwise. */
enum purse_ins {
	PURSE_INS_SELECT = 0xA4,      /* class 00 */
	PURSE_INS_READ_BINARY = 0xB0, /* class 00 */
	PURSE_INS_READ_RECORD = 0xB2, /* class 00 */
	PURSE_INS_READ_EXT = 0xB4,
	PURSE_INS_BALANCE = 0x5C,
	PURSE_INS_INITIALIZE = 0x50,
	PURSE_INS_CREDIT = 0x52,
	PURSE_INS_DEBIT = 0x54,
	PURSE_INS_PROOF = 0x5A,
	PURSE_INS_UPDATE_CAPP = 0xDC,
	PURSE_INS_UPDATE_BINARY = 0xD6, /* class 04 */
	PURSE_INS_UPDATE_RECORD = 0xDC, /* class 04 */
	PURSE_INS_CHALLENGE = 0x84,     /* class 00 */
	PURSE_INS_EXTERNAL_AUTH = 0x82, /* class 00 */
	PURSE_INS_INTERNAL_AUTH = 0x88, /* class 00 */
	PURSE_INS_VERIFY = 0x20,        /* class 00 */
	PURSE_INS_PIN = 0x5E,           /* CHANGE PIN and RELOAD PIN */
	PURSE_INS_UNBLOCK_PIN = 0x24,   /* class 84 */
	PURSE_INS_UPDATE_LIMIT = 0x58,
	PURSE_INS_ALGORITHM = 0xCD,
	PURSE_INS_APPEND_RECORD = 0xE2, /* class 04 */
	PURSE_INS_READ_PICTURE = 0xB5,  /* class 00 */
	PURSE_INS_APP_BLOCK = 0x1E,     /* class 84 */
	PURSE_INS_APP_UNBLOCK = 0x18,   /* class 84 */
	PURSE_INS_CARD_BLOCK = 0x16,    /* class 84 */
	PURSE_INS_GET_RESPONSE = 0xC0,  /* class 00 */
	PSAM_INS_MAC1 = 0x70,
	PSAM_INS_MAC2 = 0x72,
};

#define PURSE_CLA            0x80
#define PURSE_CLA_SM         0x84
#define PURSE_CLA_CHAIN      0x14 /* of UPDATE BINARY: 04, and more of it follows */
#define PURSE_P1_SELECT_AID  0x04
#define PURSE_P2_SELECT_NEXT 0x02
#define PURSE_P2_PASSBOOK    0x01
#define PURSE_KIND_SECOND    0x10 /* bit of P1: the second ticket kind (card.md 1.4) */
#define PURSE_P2_PURSE       0x02 /* P2 of INITIALIZE and GET BALANCE: the purse, not the passbook */

/* P1 of INITIALIZE. */
enum purse_init_p1 {
	PURSE_INIT_LOAD = 0x00,
	PURSE_INIT_PURCHASE = 0x01,
	PURSE_INIT_CAPP = 0x03,
	PURSE_INIT_UPDATE = 0x04,
	PURSE_INIT_UNLOAD = 0x05,
};

/* P1 of GET BALANCE (card.md 1.3). */
enum purse_balance_p1 {
	PURSE_BALANCE_AVAILABLE = 0x00, /* balance + overdraft limit - overdrawn */
	PURSE_BALANCE_OVERDRAFT_LIMIT = 0x01,
	PURSE_BALANCE_OVERDRAWN = 0x02,
	PURSE_BALANCE_ACTUAL = 0x03,
	PURSE_BALANCE_UPPER_LIMIT = 0x04,
	PURSE_BALANCE_ALL = 0x05,    /* 16 bytes; field order not documented */
	PURSE_BALANCE_SECOND = 0x06, /* 06..0B: the same of the second ticket kind */
};

/* Short file identifiers. */
enum purse_sfi {
	PURSE_SFI_INFO = 0x15,
	PURSE_SFI_HOLDER = 0x16,
	PURSE_SFI_MANAGEMENT = 0x17,
	PURSE_SFI_LOG = 0x18,
	PURSE_SFI_JOURNEY = 0x1A,
	PURSE_SFI_PICTURE = 0x1B,
	PURSE_SFI_QR = 0x1C,
	PURSE_SFI_TRIP = 0x1E,
};

#define PURSE_AID_LEN 8
extern const uint8_t purse_aid[PURSE_AID_LEN]; /* A000000632010105 */
#define PURSE_PPSE_LEN 14
extern const uint8_t purse_ppse_name[PURSE_PPSE_LEN]; /* 2PAY.SYS.DDF01 */

/* P1 (80 | SFI) of READ BINARY; P2 of READ and UPDATE RECORD by number. */
uint8_t purse_p1_sfi(uint8_t sfi);
uint8_t purse_p2_record(uint8_t sfi);

/* SELECT by (partial) AID, first occurrence, with Le. */
void purse_select_build(struct ykt_bytes aid, struct ykt_buf *out);
/* The same, next occurrence: the match behind the one that is selected. */
void purse_select_next_build(struct ykt_bytes aid, struct ykt_buf *out);
/* len is 1..256 bytes from off (0..255). */
void purse_read_binary_build(uint8_t sfi, uint8_t off, unsigned len, struct ykt_buf *out);
/* number is 1..254. */
void purse_read_record_build(uint8_t sfi, uint8_t number, struct ykt_buf *out);
/* 80B4 00 D0: a record of file 1A by its id, such as 0x2701. */
void purse_read_by_id_build(uint16_t id, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status purse_read_by_id_decode(const struct apdu_cmd *cmd, uint16_t *ret_id);
void purse_get_challenge_build(unsigned len, struct ykt_buf *out);
void purse_get_response_build(unsigned len, struct ykt_buf *out);

void purse_balance_build(enum purse_balance_p1 which, struct ykt_buf *out);
/* Four bytes, big-endian fen. Values over PURSE_BALANCE_MAX are YKT_E_FORMAT. */
YKT_MUST_USE enum ykt_status purse_balance_rsp_decode(struct ykt_bytes data, uint32_t *ret_fen);

/* INITIALIZE FOR LOAD, PURCHASE, CAPP PURCHASE and UNLOAD share one command. */
struct purse_init {
	uint8_t p1; /* enum purse_init_p1 */
	uint8_t key_index;
	uint32_t amount;
	uint8_t terminal[PURSE_TERMINAL_LEN];
};

void purse_init_build(const struct purse_init *init, struct ykt_buf *out);
/* Eleven data bytes; a surplus Le is tolerated. */
YKT_MUST_USE enum ykt_status
purse_init_decode(const struct apdu_cmd *cmd, struct purse_init *ret_init);

#define PURSE_LOAD_INIT_RSP_LEN 16
struct purse_load_init_rsp {
	uint32_t balance; /* available, including overdraft */
	uint16_t online_seq;
	uint8_t key_version;
	uint8_t alg; /* enum purse_alg; not checked */
	uint8_t random[PURSE_RANDOM_LEN];
	uint8_t mac1[PURSE_MAC_LEN];
};

void purse_load_init_rsp_encode(const struct purse_load_init_rsp *rsp, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_load_init_rsp_decode(struct ykt_bytes data, struct purse_load_init_rsp *ret_rsp);

#define PURSE_PURCHASE_INIT_RSP_LEN 15
struct purse_purchase_init_rsp {
	uint32_t balance; /* available, including overdraft */
	uint16_t offline_seq;
	uint32_t overdraft_limit; /* 24 bits */
	uint8_t key_version;
	uint8_t alg; /* enum purse_alg; not checked */
	uint8_t random[PURSE_RANDOM_LEN];
};

void purse_purchase_init_rsp_encode(const struct purse_purchase_init_rsp *rsp, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_purchase_init_rsp_decode(struct ykt_bytes data, struct purse_purchase_init_rsp *ret_rsp);

/* CREDIT FOR LOAD. Built with P2 00; a card accepts 00 and 02. */
struct purse_credit {
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t mac2[PURSE_MAC_LEN];
};

void purse_credit_build(const struct purse_credit *credit, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_credit_decode(const struct apdu_cmd *cmd, struct purse_credit *ret_credit);
/* Exactly four bytes. */
YKT_MUST_USE enum ykt_status
purse_credit_rsp_decode(struct ykt_bytes data, uint8_t ret_tac[PURSE_MAC_LEN]);

/* UPDATE CAPP DATA CACHE (80DC). The first two data bytes name a 1A record. */
struct purse_capp_update {
	uint8_t p1;              /* 00, the id's low byte, or a record number: all accepted */
	uint8_t sfi;             /* PURSE_SFI_JOURNEY or PURSE_SFI_TRIP */
	struct ykt_bytes record; /* borrowed */
};

/* P1: the id's low byte for file 1A, 00 for 1E, as validators send it. */
void purse_capp_update_build(uint8_t sfi, struct ykt_bytes record, struct ykt_buf *out);
/* P2's low three bits may be 0, 3 or 4 (card.md 1.4). YKT_E_ARG: other bits. */
YKT_MUST_USE enum ykt_status
purse_capp_update_decode(const struct apdu_cmd *cmd, struct purse_capp_update *ret_update);

/* DEBIT FOR PURCHASE and for CAPP PURCHASE. */
struct purse_debit {
	uint32_t terminal_seq;
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t mac1[PURSE_MAC_LEN];
};

/* P1 is 01 for both; a card accepts 02 too after INITIALIZE FOR PURCHASE. */
void purse_debit_build(const struct purse_debit *debit, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_debit_decode(const struct apdu_cmd *cmd, struct purse_debit *ret_debit);

#define PURSE_DEBIT_RSP_LEN 8
struct purse_debit_rsp {
	uint8_t tac[PURSE_MAC_LEN];
	uint8_t mac2[PURSE_MAC_LEN];
};

void purse_debit_rsp_encode(const struct purse_debit_rsp *rsp, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_debit_rsp_decode(struct ykt_bytes data, struct purse_debit_rsp *ret_rsp);

/* GET TRANSACTION PROOF: type 02 (load), 06 or 09, and the transaction's number. */
struct purse_proof {
	uint8_t type;
	uint16_t seq; /* purchase: INITIALIZE's offline seq + 1 (card.md 1.8) */
};

void purse_proof_build(const struct purse_proof *proof, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_proof_decode(const struct apdu_cmd *cmd, struct purse_proof *ret_proof);

/* The answer is MAC, then TAC: the opposite order of DEBIT. */
struct purse_proof_rsp {
	uint8_t mac[PURSE_MAC_LEN]; /* the MAC2 of that purchase */
	uint8_t tac[PURSE_MAC_LEN];
};

void purse_proof_rsp_encode(const struct purse_proof_rsp *rsp, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
purse_proof_rsp_decode(struct ykt_bytes data, struct purse_proof_rsp *ret_rsp);

/* PSAM 8070: MAC1 of a purchase. */
#define PSAM_FACTORS_MAX 3
struct psam_mac1 {
	uint8_t random[PURSE_RANDOM_LEN];
	uint16_t offline_seq;
	uint32_t amount;
	uint8_t type;
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t key_version;
	uint8_t alg;
	uint8_t factor_count;                                /* 0..PSAM_FACTORS_MAX */
	uint8_t factors[PSAM_FACTORS_MAX][PURSE_FACTOR_LEN]; /* serial tail first, then issuer */
};

void psam_mac1_build(const struct psam_mac1 *cmd, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
psam_mac1_decode(const struct apdu_cmd *cmd, struct psam_mac1 *ret_cmd);

struct psam_mac1_rsp {
	uint32_t terminal_seq;
	uint8_t mac1[PURSE_MAC_LEN];
};

void psam_mac1_rsp_encode(const struct psam_mac1_rsp *rsp, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
psam_mac1_rsp_decode(struct ykt_bytes data, struct psam_mac1_rsp *ret_rsp);

/* PSAM 8072: checks MAC2 in the session of the last 8070. 9000 or a refusal. */
void psam_mac2_build(const uint8_t mac2[PURSE_MAC_LEN], struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
psam_mac2_decode(const struct apdu_cmd *cmd, uint8_t ret_mac2[PURSE_MAC_LEN]);

/* PSAM file 16: the six-byte terminal number. */
void psam_terminal_build(struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
psam_terminal_rsp_decode(struct ykt_bytes data, uint8_t ret_terminal[PURSE_TERMINAL_LEN]);

#endif
