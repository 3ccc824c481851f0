/*
 * se_link_transceive() over a driver that the input plays: any answers, lengths
 * that are lies, any status. The caller's buffer keeps what it had, nothing is
 * written outside, and it ends.
 *
 * Input: room for the answer, length of the command, the command; then for each
 * call of the driver a status (0 OK, else one of six), what to add to the
 * length that it claims, the length of its answer, the answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "link/se_link.h"

#define ROOM_MAX 255
#define FILL     0x5A
#define KEPT     3

static enum ykt_status
play(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	static const enum ykt_status statuses[] = { YKT_OK, YKT_E_LINK, YKT_E_DOWN, YKT_E_DRIVER,
		YKT_NOT_FOUND, YKT_E_NOMEM };
	struct ykt_rd *rd = ctx;
	uint8_t status = ykt_rd_u8(rd);
	uint8_t more = ykt_rd_u8(rd);
	uint8_t len = ykt_rd_u8(rd);

	(void)deadline_mono_ms;
	assert(cmd.len >= SE_LINK_CMD_MIN);
	if (len > rd->left)
		len = (uint8_t)rd->left;
	ykt_put(rsp, ykt_rd_take(rd, len));
	rsp->len += more > 250 ? more : 0;
	return statuses[status % YKT_ARRAY_LEN(statuses)];
}

static enum ykt_status
play_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	static const uint8_t none[SE_LINK_CMD_MIN] = { 0 };

	return play(ctx, YKT_BYTES(none), atr, deadline_mono_ms);
}

static int64_t
no_time(void *ctx)
{
	(void)ctx;
	return 0;
}

static enum ykt_status
no_wait(void *ctx, int64_t until_mono_ms)
{
	(void)ctx;
	(void)until_mono_ms;
	return YKT_E_DOWN;
}

static void
check(const uint8_t *space, size_t room, const struct ykt_buf *rsp, enum ykt_status status)
{
	assert(rsp->data == space && rsp->cap == room && rsp->len <= room && !rsp->full);
	for (size_t i = 0; i < KEPT; i++)
		assert(space[i] == FILL);
	for (size_t i = room; i < ROOM_MAX + KEPT; i++)
		assert(space[i] == FILL);
	if (status != YKT_OK)
		assert(rsp->len == KEPT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct ykt_clock clock = { NULL, no_time, no_time, no_wait };
	struct ykt_rd rd = ykt_rd(ykt_bytes(data, len));
	const struct ykt_se driver = { &rd, YKT_SE_WIRED, play, play_reset };
	const size_t room = KEPT + (size_t)ykt_rd_u8(&rd);
	uint8_t space[ROOM_MAX + KEPT];
	struct ykt_buf rsp = { space, KEPT, room, false };
	struct ykt_bytes cmd = ykt_rd_take(&rd, ykt_rd_u8(&rd));
	struct se_link link;
	enum ykt_status status;

	memset(space, FILL, sizeof(space));
	se_link_init(&link, &driver, &clock, NULL);
	status = se_link_transceive(&link, cmd, &rsp, 1);
	check(space, room, &rsp, status);
	if (status == YKT_OK)
		assert(rsp.len >= KEPT + SE_LINK_SW_LEN);

	memset(space, FILL, sizeof(space));
	rsp.len = KEPT;
	status = se_link_reset(&link, &rsp, 1);
	check(space, room, &rsp, status);
	assert(rsp.len <= KEPT + SE_LINK_ATR_MAX);
	return 0;
}
