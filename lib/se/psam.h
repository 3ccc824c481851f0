/*
 * The software PSAM: the purchase module of a validator, as a card image
 * (card.md 1.9, reliability.md R5).
 *
 * It holds the national purchase root, derives a card's purchase key from the
 * factors of a tap, and gives MAC1 and checks MAC2, in this order only. It has
 * no load key and no TAC key, and no command returns a key byte. Wrong MAC2s in
 * a row are counted and end in refusal. The image uses the card's journal; like
 * the card, it never syncs: the host does, before it lets an answer out.
 *
 *   00A4            SELECT: 3F00, 8011, or any application: there is but one
 *   00B0 95/96/97   file 15: serial number 10; 16: terminal number 6; 17: 25
 *   80E2 80 00      STORE DATA, once: groupings 0015, 0016, [0017], 8001 as in
 *                   card/purse_perso.h, 8001 encrypted under the transport key,
 *                   with purchase keys only
 *   8070 00 00      MAC1: random 4, counter 2, amount 4, type 1, date and time 7,
 *                   key version 1, algorithm 1, serial's last 8, issuer 8;
 *                   answers terminal sequence 4, MAC1 4
 *   8072 00 00      MAC2 of the tap before: 9000 or 9302
 *   8074 00 00      ours: terminal sequence 4, MAC2 4: was this the MAC2 of that
 *                   earlier tap? 9000, 9302, or 6A88 when it is not remembered
 *
 * The terminal sequence number is used up durably before MAC1 leaves, together
 * with what 8074 needs; the last SE_PSAM_TAPS taps are remembered.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_PSAM_H
#define SE_PSAM_H

#include <ykt/bytes.h>
#include <ykt/driver/nvm.h>
#include <ykt/driver/se.h>

#include "se/journal.h"

struct crypto;

#define SE_PSAM_IMAGE_SIZE    SE_IMAGE_SIZE
#define SE_PSAM_TRANSPORT_LEN 16
#define SE_PSAM_TAPS          8
#define SE_PSAM_FAILS_MAX     100 /* wrong MAC2s in a row; then 6983 for ever */
#define SE_PSAM_RSP_MAX       64

/*
 * The transport key of test PSAMs. Keys that begin with "TEST" are refused by
 * a build with YKT_REFUSE_TEST_KEYS (T18).
 */
#define SE_PSAM_TEST_TRANSPORT "TEST-TRANSPORT-1"

/* Public only so that a caller can provide the memory. */
struct se_psam {
	bool alive;
	bool open; /* 8070 was the command before */
	uint32_t terminal_seq;
	struct crypto *crypto;
	struct se_journal journal;
};

/*
 * Writes a blank PSAM. What the image held is gone.
 *
 * YKT_E_ARG: nvm is smaller than SE_PSAM_IMAGE_SIZE; YKT_E_KEY: a test key in a
 * build that refuses them; YKT_E_DRIVER and others: the nvm port.
 */
YKT_MUST_USE enum ykt_status
se_psam_format(const struct ykt_nvm *nvm, const uint8_t transport_key[SE_PSAM_TRANSPORT_LEN]);

/*
 * Starts, or power-cycles, a PSAM. nvm and crypto are borrowed until clear.
 *
 * YKT_E_CORRUPT: not a PSAM image, or it fails its check; YKT_E_KEY: its
 * transport key is a test key and this build refuses them; others: the nvm port.
 */
YKT_MUST_USE enum ykt_status
se_psam_boot(struct se_psam *psam, const struct ykt_nvm *nvm, struct crypto *crypto);

/* Wipes everything volatile. Accepts a struct that never booted. */
void se_psam_clear(struct se_psam *psam);

/* Runs one command; rsp needs room for SE_PSAM_RSP_MAX bytes. Never fails. */
void se_psam_transceive(struct se_psam *psam, struct ykt_bytes cmd, struct ykt_buf *rsp);

/* Ends an open tap; appends the ATR. */
void se_psam_reset(struct se_psam *psam, struct ykt_buf *atr);

/* A PSAM as a port; the owner keeps it where it stays put. */
struct se_psam_port {
	struct ykt_se se; /* hand out &port.se */
	struct se_psam *psam;
};

void se_psam_port(struct se_psam_port *port, struct se_psam *psam);

#endif
