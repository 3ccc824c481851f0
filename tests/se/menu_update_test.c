/*
 * A newer menu that the menu asks the platform for itself, block by block.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gate_kit.h"

#include "card/sw.h"

static const struct kit purse = { .pin = KIT_PIN, .tries = 3 };

/* A newer menu comes block by block; it is the new one only when it is whole. */
static void
test_a_newer_menu(void **state)
{
	struct card *card = gate_card(&purse, false);
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf package = YKT_BUF(bytes);
	struct air_answer answer = { .next = AIR_MENU_BLOCK, .has = AIR_HAS_MENU, .version = 2 };
	struct gate gate;
	size_t at = 0;

	(void)state;
	gate_package(card, 2, 1 << MENU_BEARER_TCP, &package);
	gate_start(&gate, card);
	gate_choose(&gate, GATE_UPDATE);
	gate_called(&gate, AIR_MENU);
	assert_int_equal(gate.call.version, 1);
	answer.at = (uint16_t)package.len;
	gate_reply(&gate, &answer);
	while (gate.phone.len == 0) {
		gate_called(&gate, AIR_MENU_BLOCK);
		assert_int_equal(gate.call.version, 2);
		assert_int_equal(gate.call.offset, at);
		assert_int_equal(gate.call.max, AIR_BLOCK_MAX);
		answer.has = AIR_HAS_MENU | AIR_HAS_BLOCK;
		answer.at = (uint16_t)at;
		answer.data = ykt_bytes_sub(ykt_buf_view(&package), at, gate.call.max);
		at += answer.data.len;
		gate.log[0] = '\0';
		gate_reply(&gate, &answer);
	}
	assert_int_equal(at, package.len);
	phone_sees(&gate.phone, USAT_SET_UP_MENU, "交通卡2");
	gate_ok(&gate);
	phone_idles(&gate.phone);
	/* Once more: there is none. */
	gate_choose(&gate, GATE_UPDATE);
	gate_say(&gate, AIR_NOTHING, "");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "操作失败");
	expect(card, "0070000001", "019000");
	card_free(&card);
}

/* A block that is not the one: the old menu stays. */
static void
test_blocks_that_are_none(void **state)
{
	static const uint8_t block[] = { 1, 2, 3, 4 };
	static const struct air_answer answers[] = {
		{ .has = AIR_HAS_MENU, .version = 2, .at = 0 },
		{ .has = AIR_HAS_MENU | AIR_HAS_BLOCK, .version = 3, .data = { block, 4 } },
		{ .has = AIR_HAS_MENU | AIR_HAS_BLOCK,
		    .version = 2,
		    .at = 1,
		    .data = { block, 4 } },
		{ .has = AIR_HAS_MENU | AIR_HAS_BLOCK, .version = 2, .data = { block, 4 } },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(answers); i++) {
		struct card *card = gate_card(&purse, false);
		const struct air_answer menu = { .has = AIR_HAS_MENU, .version = 2, .at = 4 };
		struct gate gate;

		gate_start(&gate, card);
		gate_choose(&gate, GATE_UPDATE);
		gate_reply(&gate, &menu);
		gate_called(&gate, AIR_MENU_BLOCK);
		gate_reply(&gate, &answers[i]);
		phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "操作失败");
		gate_ok(&gate);
		gate_restart(&gate);
		phone_idles(&gate.phone);
		card_free(&card);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_newer_menu),
		cmocka_unit_test(test_blocks_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
