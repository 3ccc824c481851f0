/*
 * What the files of the PSAM share: where things stand in its home, and its
 * commands.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_PSAM_PRIV_H
#define SE_PSAM_PRIV_H

#include "card/apdu.h"
#include "card/purse.h"
#include "se/psam.h"

#define PSAM_SERIAL_LEN   10
#define PSAM_FILE17_LEN   25
#define PSAM_MAC1_RSP_LEN 8
#define PSAM_INS_STORE    0xE2

/* Page 0: what it is. The magic number makes the image a PSAM. */
#define PSAM_OFF_MAGIC     0 /* 8 */
#define PSAM_OFF_STATE     8
#define PSAM_OFF_TRANSPORT 16  /* 16 */
#define PSAM_OFF_SERIAL    32  /* 10 */
#define PSAM_OFF_TERMINAL  48  /* 6 */
#define PSAM_OFF_FILE17    64  /* 25 */
#define PSAM_OFF_KEYS      128 /* four of version, algorithm, key */

#define PSAM_STATE_BLANK 0
#define PSAM_STATE_READY 1

#define PSAM_KEY_COUNT 4
#define PSAM_KEY_SIZE  (2 + PURSE_KEY_LEN)

/* Behind it on the same page what every tap changes. */
#define PSAM_OFF_NEXT_SEQ 208 /* 4: of the next tap; 0 when all are used up */
#define PSAM_OFF_FAILS    212

/* Page 1: the taps, by terminal sequence modulo their count. */
#define PSAM_OFF_TAPS (1 * SE_PAGE_LEN)
#define PSAM_TAP_SIZE (4 + PURSE_MAC_LEN) /* terminal sequence (0: none), MAC2 */

const uint8_t *psam_home(const struct se_psam *psam, uint32_t off);
/* Commits the open transaction: 9000 or 6581. */
uint16_t psam_commit(struct se_psam *psam);

/* psam_tap.c and psam_store.c: one command each; data to out, the status word back. */
uint16_t psam_store(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out);
uint16_t psam_mac1(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out);
uint16_t psam_mac2(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out);
uint16_t psam_check(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out);

#endif
