/*
 * Command and response APDUs of ISO 7816-4: short and extended, cases 1 to 4.
 *
 * Readers are strict: the lengths must account for every byte. Views borrow
 * from the bytes that were decoded.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_APDU_H
#define CARD_APDU_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define APDU_HEADER_LEN        4
#define APDU_SHORT_DATA_MAX    255
#define APDU_SHORT_NE_MAX      256
#define APDU_SHORT_CMD_MAX     (APDU_HEADER_LEN + 1 + APDU_SHORT_DATA_MAX + 1)
#define APDU_EXTENDED_DATA_MAX 65535
#define APDU_EXTENDED_NE_MAX   65536
#define APDU_SW_LEN            2
#define APDU_SHORT_RSP_MAX     (APDU_SHORT_NE_MAX + APDU_SW_LEN)
#define APDU_CLA_SM            0x04 /* secure messaging bit of a proprietary or ISO class */
#define APDU_CLA_CHANNEL_MASK  0x03
#define APDU_CLA_CHAINING      0x10

/* One command. data is empty without Lc; ne is 0 without Le. */
struct apdu_cmd {
	uint8_t cla;
	uint8_t ins;
	uint8_t p1;
	uint8_t p2;
	struct ykt_bytes data;
	uint32_t ne;   /* 0: no Le; else 1..256 (short), 1..65536 (extended) */
	bool extended; /* lengths are or must be written in three-byte form */
};

/* One response: data without the status word, and the status word. */
struct apdu_rsp {
	struct ykt_bytes data;
	uint16_t sw;
};

/*
 * Reads one command. A present Lc of 0 is refused, as are surplus bytes.
 *
 * YKT_E_FORMAT  fewer than 4 bytes, or the lengths do not account for all
 */
YKT_MUST_USE enum ykt_status apdu_cmd_decode(struct ykt_bytes bytes, struct apdu_cmd *ret_cmd);

/*
 * Appends one command in the shortest form, in the extended form when
 * cmd->extended is set or the sizes need it. Lengths over the limits set
 * out->full.
 */
void apdu_cmd_encode(const struct apdu_cmd *cmd, struct ykt_buf *out);

/*
 * The same command in short form, when its data fits (at most 255 bytes); a longer
 * Le becomes the longest short one. Else cmd stays as it is.
 */
void apdu_cmd_shorten(struct apdu_cmd *cmd);

/* YKT_E_FORMAT  fewer than two bytes, or more than 65,538 */
YKT_MUST_USE enum ykt_status apdu_rsp_decode(struct ykt_bytes bytes, struct apdu_rsp *ret_rsp);

/* Appends data and status word. */
void apdu_rsp_encode(const struct apdu_rsp *rsp, struct ykt_buf *out);

#endif
