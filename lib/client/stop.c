/*
 * Where a trip was.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/stop.h"

void
client_stop_encode(const struct record_trip *trip, uint8_t ret_bytes[CLIENT_STOP_LEN])
{
	struct ykt_buf out = { .data = ret_bytes, .cap = CLIENT_STOP_LEN };

	ykt_put_mem(&out, trip->city, sizeof(trip->city));
	ykt_put_mem(&out, trip->line, sizeof(trip->line));
	ykt_put_mem(&out, trip->station, sizeof(trip->station));
	ykt_put_mem(&out, trip->operator_code, sizeof(trip->operator_code));
	ykt_put_u8(&out, trip->industry);
	ykt_put_mem(&out, trip->terminal, sizeof(trip->terminal));
}

enum ykt_status
client_stop_decode(struct ykt_bytes bytes, struct record_trip *trip)
{
	struct ykt_rd rd = ykt_rd(bytes);

	if (bytes.len != CLIENT_STOP_LEN)
		return YKT_E_FORMAT;
	ykt_rd_copy(&rd, trip->city, sizeof(trip->city));
	ykt_rd_copy(&rd, trip->line, sizeof(trip->line));
	ykt_rd_copy(&rd, trip->station, sizeof(trip->station));
	ykt_rd_copy(&rd, trip->operator_code, sizeof(trip->operator_code));
	trip->industry = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, trip->terminal, sizeof(trip->terminal));

	return YKT_OK;
}
