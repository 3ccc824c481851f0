/*
 * Calls, answers, messages, parts and frames of the menu: a refusal leaves the output
 * alone; what is accepted is the same bytes when it is written again. The first byte
 * chooses which.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/air_call.h"
#include "card/air_frame.h"
#include "fuzz.h"

static void
try_call(struct ykt_bytes bytes)
{
	struct air_call call = { .op = 0x5A };
	uint8_t raw[AIR_CALL_MAX + 64];
	struct ykt_buf out = YKT_BUF(raw);

	if (air_call_decode(bytes, &call) != YKT_OK) {
		assert(call.op == 0x5A);
		return;
	}
	assert(bytes.len <= AIR_CALL_MAX);
	air_call_encode(&call, &out);
	assert(!out.full && ykt_bytes_equal(ykt_buf_view(&out), bytes));
}

static void
try_answer(struct ykt_bytes bytes)
{
	struct air_answer answer = { .status = 0x5A };
	uint8_t raw[512];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_bytes command = { NULL, 0 };

	if (air_answer_decode(bytes, &answer) != YKT_OK) {
		assert(answer.status == 0x5A);
		return;
	}
	if ((answer.has & AIR_HAS_SCRIPT) != 0) {
		struct ykt_rd rd = ykt_rd(answer.data);

		while (air_script_next(&rd, &command))
			assert(command.len >= 4 && command.data[0] == 0x80 &&
			       (command.data[1] == 0x50 || command.data[1] == 0x52));
		assert(!rd.bad && command.len != 0);
	}
	air_answer_encode(&answer, &out);
	assert(!out.full && ykt_bytes_equal(ykt_buf_view(&out), bytes));
}

static void
try_message(struct ykt_bytes bytes)
{
	struct air_message message = { .packet = { NULL, 7 } };
	uint8_t raw[AIR_MESSAGE_MAX];
	struct ykt_buf out = YKT_BUF(raw);

	if (air_message_decode(bytes, &message) != YKT_OK) {
		assert(message.packet.len == 7);
		return;
	}
	air_message_encode(&message, &out);
	assert(!out.full && ykt_bytes_equal(ykt_buf_view(&out), bytes));
}

static void
try_part(struct ykt_bytes bytes)
{
	struct air_part part = { .ref = 0x5A };

	if (air_part_decode(bytes, &part) != YKT_OK) {
		assert(part.bytes.data == NULL);
		return;
	}
	assert(part.number >= 1 && part.number <= part.total && part.total <= AIR_PARTS_MAX);
	assert(part.bytes.len >= 1 && part.bytes.len < SMS_USER_DATA_MAX);
	assert(part.has_identity == (part.number == 1));
}

static void
try_stream(struct ykt_bytes bytes)
{
	struct ykt_bytes frame;
	size_t used = 0;

	while (air_tcp_next(bytes, AIR_MESSAGE_MAX, &frame, &used) == YKT_OK) {
		assert(frame.len >= 1 && frame.len <= AIR_MESSAGE_MAX && used <= bytes.len);
		bytes = ykt_bytes_sub(bytes, used, bytes.len);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static void (*const tries[])(
	    struct ykt_bytes) = { try_call, try_answer, try_message, try_part, try_stream };

	if (len != 0)
		tries[data[0] % YKT_ARRAY_LEN(tries)](ykt_bytes(data + 1, len - 1));

	return 0;
}
