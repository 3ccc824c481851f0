/*
 * Frames between a card and its reader, see se_frame.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "link/se_frame.h"

static bool
control_known(uint8_t control)
{
	return control == SE_FRAME_POWER_OFF || control == SE_FRAME_POWER_ON ||
	       control == SE_FRAME_RESET || control == SE_FRAME_GET_ATR;
}

enum ykt_status
se_frame_decode(struct ykt_bytes bytes, struct se_frame *ret_frame, size_t *ret_used)
{
	size_t len;

	if (bytes.len < SE_FRAME_HEAD)
		return YKT_PENDING;
	len = ykt_get_u16(bytes.data);
	if (len == 0)
		return YKT_E_FORMAT;
	if (bytes.len - SE_FRAME_HEAD < len)
		return YKT_PENDING;
	if (len == 1 && !control_known(bytes.data[SE_FRAME_HEAD]))
		return YKT_E_FORMAT;

	*ret_frame = (struct se_frame){ .kind = SE_FRAME_APDU };
	if (len == 1) {
		ret_frame->kind = SE_FRAME_CONTROL;
		ret_frame->control = (enum se_frame_control)bytes.data[SE_FRAME_HEAD];
	} else {
		ret_frame->apdu = ykt_bytes(bytes.data + SE_FRAME_HEAD, len);
	}
	*ret_used = SE_FRAME_HEAD + len;
	return YKT_OK;
}

enum ykt_status
se_frame_encode(struct ykt_bytes data, struct ykt_buf *out)
{
	if (data.len == 0 || data.len > SE_FRAME_DATA_MAX)
		return YKT_E_ARG;
	if (out->cap - out->len < SE_FRAME_HEAD + data.len)
		return YKT_E_SPACE;
	ykt_put_u16(out, (uint16_t)data.len);
	ykt_put(out, data);
	return YKT_OK;
}
