/*
 * The gateway's answers to a load.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gate_kit.h"

#include <string.h>

#include "card/purse_cmd.h"
#include "card/sw.h"

static struct air_answer
load_answer(uint8_t ref, uint8_t next, uint8_t has)
{
	struct air_answer answer = { .next = next, .has = AIR_HAS_REF | has, .attempt = 1 };

	memset(answer.ref, ref, sizeof(answer.ref));

	return answer;
}

void
gate_answer_begin(struct gate *gate, uint8_t ref, uint32_t fen)
{
	const struct purse_init init = { .p1 = PURSE_INIT_LOAD,
		.key_index = 1,
		.amount = fen,
		.terminal = { 0x31, 0x00, 0x00, 0x00, 0x00, 0x01 } }; /* TERMINAL_HEX */
	struct air_answer answer = load_answer(ref, AIR_LOAD_REQUEST, AIR_HAS_SCRIPT | AIR_HAS_FEN);
	uint8_t bytes[32], script_bytes[40];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf script = YKT_BUF(script_bytes);

	purse_init_build(&init, &cmd);
	air_script_put(&script, ykt_buf_view(&cmd));
	answer.fen = (int32_t)fen;
	answer.data = ykt_buf_view(&script);
	gate_reply(gate, &answer);
}

void
gate_answer_request(struct gate *gate, uint8_t ref, uint32_t fen)
{
	struct air_answer answer = load_answer(ref, AIR_LOAD_CONFIRM, AIR_HAS_SCRIPT);
	uint8_t bytes[64], script_bytes[80];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf script = YKT_BUF(script_bytes);

	assert_int_equal(gate->call.sw, SW_OK);
	kit_step(gate->card, PURSE_INIT_LOAD, fen, gate->call.data, &cmd);
	air_script_put(&script, ykt_buf_view(&cmd));
	answer.data = ykt_buf_view(&script);
	gate_reply(gate, &answer);
}

void
gate_answer_confirm(struct gate *gate, uint8_t ref, uint32_t fen)
{
	struct air_answer answer = load_answer(ref, 0, AIR_HAS_FEN);

	answer.fen = (int32_t)fen;
	gate_reply(gate, &answer);
}

uint32_t
gate_balance(struct card *card)
{
	uint8_t bytes[16];
	struct ykt_buf data = YKT_BUF(bytes);
	static const uint8_t ask[] = { 0x80, 0x5C, 0x00, 0x02, 0x04 };

	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(card_send(card, YKT_SE_WIRED, YKT_BYTES(ask), &data), SW_OK);

	return ykt_get_u32(bytes);
}
