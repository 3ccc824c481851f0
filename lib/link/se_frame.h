/*
 * Frames between a card and its reader: a 16-bit length, then that many bytes.
 *
 * This is what vpcd, the virtual reader of vsmartcard, speaks with a card. From
 * the reader a frame of one byte is a control, any longer one a command APDU;
 * from the card a frame is an ATR or an answer. Nothing in the stream marks
 * where a frame begins, so whoever sees one that cannot be hangs up.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_FRAME_H
#define LINK_SE_FRAME_H

#include <stdbool.h>

#include <ykt/bytes.h>

#define SE_FRAME_HEAD     2
#define SE_FRAME_DATA_MAX 65535
#define SE_FRAME_MAX      (SE_FRAME_HEAD + SE_FRAME_DATA_MAX)

enum se_frame_control {
	SE_FRAME_POWER_OFF = 0,
	SE_FRAME_POWER_ON = 1,
	SE_FRAME_RESET = 2,
	SE_FRAME_GET_ATR = 4
};

enum se_frame_kind { SE_FRAME_CONTROL, SE_FRAME_APDU };

struct se_frame {
	enum se_frame_kind kind;
	enum se_frame_control control;
	struct ykt_bytes apdu; /* borrowed from the bytes that were read */
};

/*
 * Looks for one frame of a reader at the front of bytes.
 *
 * YKT_OK        *ret_frame is filled, *ret_used bytes belong to it
 * YKT_PENDING   so far well, but not whole
 * YKT_E_FORMAT  length 0, or a control that vpcd does not have
 */
YKT_MUST_USE enum ykt_status
se_frame_decode(struct ykt_bytes bytes, struct se_frame *ret_frame, size_t *ret_used);

/*
 * Appends a frame with data. YKT_E_ARG: data is empty or above
 * SE_FRAME_DATA_MAX; YKT_E_SPACE: it does not fit; out is then as it was.
 */
YKT_MUST_USE enum ykt_status se_frame_encode(struct ykt_bytes data, struct ykt_buf *out);

#endif
