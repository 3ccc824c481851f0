/*
 * Whose phone it is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset/handset.h"

#include <string.h>

#include "card/apdu.h"

#define TAG_IDENTITY 0x45

bool
handset_owner(
    const struct ykt_se *se, const struct ykt_clock *clock, uint8_t ret_identity[AIR_IDENTITY_LEN])
{
	static const uint8_t select[] = { 0x00, 0xA4, 0x04, 0x00, 0x00 };
	static const uint8_t get[] = { 0x80, 0xCA, 0x00, TAG_IDENTITY, 0x00 };
	int64_t deadline = ykt_clock_mono(clock) + HANDSET_CARD_MS;
	uint8_t bytes[APDU_SHORT_RSP_MAX];
	struct ykt_buf rsp = YKT_BUF(bytes);

	if (se->transceive(se->ctx, YKT_BYTES(select), &rsp, deadline) != YKT_OK)
		return false;
	rsp.len = 0;
	if (se->transceive(se->ctx, YKT_BYTES(get), &rsp, deadline) != YKT_OK ||
	    rsp.len != 2 + AIR_IDENTITY_LEN + APDU_SW_LEN || bytes[0] != TAG_IDENTITY ||
	    bytes[1] != AIR_IDENTITY_LEN)
		return false;
	memcpy(ret_identity, bytes + 2, AIR_IDENTITY_LEN);

	return true;
}
