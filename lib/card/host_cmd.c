/*
 * Commands to a card process, see host_cmd.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/host_cmd.h"

bool
host_caller_fits(struct ykt_bytes hash)
{
	return hash.len == HOST_CALLER_SHA1 || hash.len == HOST_CALLER_SHA256;
}

void
host_caller_build(struct ykt_bytes hash, struct ykt_buf *out)
{
	const struct apdu_cmd cmd = {
		.cla = HOST_CMD_CLA, .ins = HOST_CMD_INS_CALLER, .data = hash
	};

	apdu_cmd_encode(&cmd, out);
}

void
host_event_build(struct ykt_buf *out)
{
	const struct apdu_cmd cmd = {
		.cla = HOST_CMD_CLA, .ins = HOST_CMD_INS_EVENT, .ne = APDU_SHORT_NE_MAX
	};

	apdu_cmd_encode(&cmd, out);
}

void
host_event_encode(const struct host_event *event, struct ykt_buf *out)
{
	ykt_put_u8(out, (uint8_t)event->aid.len);
	ykt_put(out, event->aid);
	ykt_put(out, event->data);
}

enum ykt_status
host_event_decode(struct ykt_bytes bytes, struct host_event *ret_event)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct host_event event;
	size_t len;

	if (bytes.len == 0)
		return YKT_NOT_FOUND;
	len = ykt_rd_u8(&rd);
	event.aid = ykt_rd_take(&rd, len);
	event.data = ykt_rd_rest(&rd);
	if (ykt_rd_done(&rd) != YKT_OK || len < HOST_AID_MIN || len > HOST_AID_MAX ||
	    event.data.len == 0)
		return YKT_E_FORMAT;
	*ret_event = event;

	return YKT_OK;
}
