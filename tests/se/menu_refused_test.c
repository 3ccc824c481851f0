/*
 * The menu and a gateway that does not take its packets: what such an answer is worth.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gate_kit.h"

static const struct kit purse = { .pin = KIT_PIN, .tries = 3 };

/* Said under our keys: the packet was not taken, so nothing came of it. */
static void
test_packets_that_the_gateway_refuses(void **state)
{
	static const enum ota_status rows[] = { OTA_STATUS_SECURITY, OTA_STATUS_TAR };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct card *card = gate_card(&purse, false);
		struct gate gate;

		gate_start(&gate, card);
		gate_call_topup(&gate);
		gate_refuse(&gate, rows[i]);
		phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "操作失败");
		gate_ok(&gate);
		gate_restart(&gate);
		phone_idles(&gate.phone);
		card_free(&card);
	}
}

/*
 * "The checksum is wrong" names no call, and whoever sends the gateway a packet with
 * this element's name has it: the packet goes again, and what is not known stays so.
 */
static void
test_a_refusal_that_names_no_call_is_none(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_call_topup(&gate);
	gate_refuse(&gate, OTA_STATUS_CC);
	gate_called(&gate, AIR_TOPUP);
	assert_int_equal(gate.sends, 2);
	assert_int_equal(gate.counter, 1);
	gate_refuse(&gate, OTA_STATUS_CC);
	gate_refuse(&gate, OTA_STATUS_CC);
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "无应答，稍后查询");
	gate_ok(&gate);
	gate_restart(&gate);
	gate_called(&gate, AIR_TOPUP);
	assert_int_equal(gate.counter, 1);
	gate_say(&gate, AIR_REFUSED, "不行");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "不行");
	card_free(&card);
}

/* A card whose counter fell behind goes on above what the gateway has seen. */
static void
test_a_counter_that_fell_behind(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_call_topup(&gate);
	assert_int_equal(gate.counter, 1);
	gate_refuse(&gate, OTA_STATUS_COUNTER_LOW);
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "操作失败");
	gate_ok(&gate);
	gate_call_topup(&gate);
	assert_int_equal(gate.counter, 0x201);
	card_free(&card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets_that_the_gateway_refuses),
		cmocka_unit_test(test_a_refusal_that_names_no_call_is_none),
		cmocka_unit_test(test_a_counter_that_fell_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
