/*
 * Personalisation of a purse instance: the data groupings that STORE DATA
 * brings after INSTALL [for personalization] (project choice).
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * All blocks of one STORE DATA series are gathered, and the last one commits
 * every grouping of the series at once or none. An instance can be made
 * selectable only when 0015, 0017, 9001 and 8001 have all been stored; from
 * then on it takes newer versions alone: a series with 0015 of the same card, its
 * end no earlier, a higher number in the issuer's two bytes; and of the rest 0017,
 * 001B, 001C, 9005, 9006 and the first bytes of the issuer's files, nothing else
 * (project choice, grade D).
 *
 *   0015  file 15, 30 bytes
 *   0016  file 16, 55 bytes (optional; zeros without it)
 *   0017  file 17, 60 bytes
 *   9001  8 bytes: upper limit A (3, fen), overdraft limit C (3, fen, A + C at
 *         most FFFFFF), algorithm (00 3DES, 04 SM4), key version
 *   8001  the keys, see below; the load, purchase, TAC and maintenance keys
 *         must be among them
 *   8010  the PIN, see below (optional)
 *   9002  6 bytes: A and C of the second ticket kind (optional: without it the
 *         purse has one kind)
 *   9003  access conditions, 2 bytes of PERSO_ACCESS_x bits: what needs VERIFY
 *         PIN before, what needs EXTERNAL AUTHENTICATE before (optional; the
 *         PIN or the key must be stored before it or in the same series)
 *   001B  picture, 1 to 900 bytes (optional)
 *   001C  QR code, 1 to 500 bytes (optional)
 *   9004  the issuer's own binary files, 5 bytes each: SFI (05 to 08, 10, 11 or
 *         19), size 2 (1 to 500), what reading needs, what updating needs (bits
 *         PERSO_FILE_x); together at most 2000 bytes (optional). What was stored
 *         in them before is gone
 *   0005 to 0008, 0010, 0011, 0019  the first bytes of such a file, zeros behind
 *         them (optional; 9004 must be stored before it or earlier in the series)
 *   9005  what the FCI shows of the balances: PERSO_FCI_x (optional)
 *   9006  upper limit A alone, 3 bytes (optional; with 9001 in a series, behind it): with the
 *         overdraft limit at most FFFFFF, and in a purse in use no less than its balance.
 *         The overdraft limit itself moves by UPDATE OVERDRAW LIMIT alone
 *   901A  ids of the records of file 1A, 2 bytes each, at most 18 (optional;
 *         2701..2712 without it)
 *
 * 8001 is AES-CBC with IV 0 under the static DEK of the key set with which the
 * secure channel of the instance's security domain was opened, whatever level
 * that channel has: who relays it cannot read it. Its clear text is a list of
 * PERSO_KEY_LEN bytes each: usage 1, index 1, version 1, algorithm 1, key 16,
 * check value 3 (3DES: 3DES(key, 00 x 8); SM4: SM4(key, 00 x 16); first three
 * bytes), then padding to whole blocks, either zeros or 80 and zeros.
 *
 * 8010 is enciphered likewise: tries 1 (1 to 15), length 1 (2 to 6), the PIN as
 * VERIFY sends it, then the same padding.
 *
 * A purse may have the same usage and index in both algorithms; the command
 * takes the one of the algorithm in force, or the only one there is.
 */
#ifndef CARD_PURSE_PERSO_H
#define CARD_PURSE_PERSO_H

#include <stdint.h>

#include <ykt/bytes.h>

#include "card/purse.h"

struct crypto;

#define PERSO_DGI_FILE15  0x0015
#define PERSO_DGI_FILE16  0x0016
#define PERSO_DGI_FILE17  0x0017
#define PERSO_DGI_PARAMS  0x9001
#define PERSO_DGI_KEYS    0x8001
#define PERSO_DGI_IDS     0x901A
#define PERSO_DGI_PIN     0x8010
#define PERSO_DGI_SECOND  0x9002
#define PERSO_DGI_ACCESS  0x9003
#define PERSO_DGI_PICTURE 0x001B
#define PERSO_DGI_QR      0x001C
#define PERSO_DGI_FILES   0x9004
#define PERSO_DGI_FCI     0x9005
#define PERSO_DGI_LIMIT   0x9006

#define PERSO_LIMIT_LEN   3
#define PERSO_SECOND_LEN  6
#define PERSO_ACCESS_LEN  2
#define PERSO_PICTURE_MAX 900
#define PERSO_QR_MAX      500

/*
 * The issuer's files. Their SFIs are known (card.md 1.2), their sizes and rights
 * are each city's own: grade D. READ and UPDATE BINARY reach 255 bytes from any
 * offset up to 255, hence the size.
 */
#define PERSO_FILE_COUNT     7
#define PERSO_FILE_ENTRY_LEN 5
#define PERSO_FILE_MAX       500
#define PERSO_FILES_MAX      2000 /* all together */

/* What reading or updating such a file needs; without any, anybody reads. */
#define PERSO_FILE_PIN      0x01
#define PERSO_FILE_EXTERNAL 0x02
#define PERSO_FILE_PLAIN    0x04 /* update, with another: no secure messaging as well */
#define PERSO_FILE_NEVER    0x80

/*
 * Balances in the FCI. A laboratory's file tree names the tags for the first and
 * the second ticket kind and nothing more; the value, four bytes as GET BALANCE
 * of the available balance, is the project's reading: grade D, off by default.
 */
#define PERSO_FCI_BALANCE        0x01 /* 9F51 */
#define PERSO_FCI_BALANCE_SECOND 0x02 /* DF71; the purse has a second kind */

/* What may depend on a right. */
#define PERSO_ACCESS_LOAD     0x01
#define PERSO_ACCESS_UNLOAD   0x02
#define PERSO_ACCESS_LIMIT    0x04 /* INITIALIZE FOR UPDATE */
#define PERSO_ACCESS_PURCHASE 0x08 /* the simple one: no gate can ask for a PIN */
#define PERSO_ACCESS_HOLDER   0x10 /* reading file 16 */
#define PERSO_ACCESS_ALL      0x1F

#define PERSO_PARAMS_LEN 8
#define PERSO_KEY_LEN    23
#define PERSO_KEYS_MAX   28

/* One line of 9004. */
struct perso_file {
	uint8_t sfi;
	uint16_t size;
	uint8_t read;
	uint8_t update;
};

/* The place of an issuer's SFI in the order above; PERSO_FILE_COUNT for another. */
size_t perso_file_index(uint16_t sfi);
extern const uint8_t perso_file_sfis[PERSO_FILE_COUNT];
void perso_file_encode(const struct perso_file *file, struct ykt_buf *out);
/*
 * Reads 9004 into files, by the order above; size 0 is a file that is not there.
 * YKT_E_FORMAT: another length, an SFI twice or unknown, a size or a bit that may
 * not be, more than PERSO_FILES_MAX. files is then untouched.
 */
YKT_MUST_USE enum ykt_status
perso_files_decode(struct ykt_bytes value, struct perso_file files[PERSO_FILE_COUNT]);

/* Usage byte of a key. Indices count from 1. */
enum perso_usage {
	PERSO_KEY_LOAD = 1,        /* DLK */
	PERSO_KEY_PURCHASE = 2,    /* DPK */
	PERSO_KEY_TAC = 3,         /* DTK */
	PERSO_KEY_MAINTENANCE = 4, /* DAMK: secure messaging, block, unblock */
	PERSO_KEY_UNLOAD = 5,      /* DULK */
	PERSO_KEY_OVERDRAFT = 6,   /* DUK */
	PERSO_KEY_PIN_UNBLOCK = 7, /* DPUK */
	PERSO_KEY_PIN_RELOAD = 8,  /* DRPK */
	PERSO_KEY_INTERNAL = 9,    /* INTERNAL AUTHENTICATE */
	PERSO_KEY_EXTERNAL = 10,   /* EXTERNAL AUTHENTICATE */
	PERSO_KEY_BLOCK = 11,      /* blocks; without it the maintenance key does */
	PERSO_KEY_UNBLOCK = 12,    /* unblocks; likewise */
	PERSO_KEY_RECORD = 13,     /* opens APPEND RECORD */
	/* 3DES only; with the first of them the purse has the grey lock (purse_grey.h). */
	PERSO_KEY_GREY = 14,        /* GMAC of DEBIT FOR UNLOCK */
	PERSO_KEY_GREY_UNLOCK = 15, /* the issuer's unlock */
	PERSO_KEY_USAGE_LAST = 15
};

/* One key of 8001, clear. Whoever holds it wipes it. */
struct perso_key {
	uint8_t usage; /* enum perso_usage */
	uint8_t index;
	uint8_t version;
	uint8_t alg; /* enum purse_alg */
	uint8_t key[PURSE_KEY_LEN];
	uint8_t kcv[3];
};

void perso_key_encode(const struct perso_key *key, struct ykt_buf *out);
/* Takes PERSO_KEY_LEN bytes off rd; a shortage sets rd->bad. */
void perso_key_read(struct ykt_rd *rd, struct perso_key *ret_key);
/* The check value that belongs to key->key. YKT_E_ARG: algorithm; YKT_E_CRYPTO. */
YKT_MUST_USE enum ykt_status
perso_kcv(struct crypto *crypto, const struct perso_key *key, uint8_t ret_kcv[3]);

#endif
