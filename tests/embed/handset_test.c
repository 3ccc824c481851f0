/*
 * A handset for embedders: what it is given, and why it ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include <ykt/handset.h>

struct phone {
	enum ykt_status reset;
	const uint8_t *answer; /* to every command: two bytes of status */
	unsigned commands;
	unsigned results;
	char id[32];
	char text[160];
	struct ykt_se se;
	struct ykt_clock clock;
	struct ykt_ui ui;
	struct ykt_handset_options options;
};

static enum ykt_status
transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct phone *phone = ctx;

	(void)cmd;
	(void)deadline_mono_ms;
	phone->commands++;
	ykt_put_mem(rsp, phone->answer, 2);

	return YKT_OK;
}

static enum ykt_status
reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct phone *phone = ctx;

	(void)deadline_mono_ms;
	ykt_put_u8(atr, 0x3B);

	return phone->reset;
}

static int64_t
now(void *ctx)
{
	(void)ctx;

	return 0;
}

static void
result(void *ctx, const struct ykt_screen *screen)
{
	struct phone *phone = ctx;

	phone->results++;
	snprintf(phone->id, sizeof(phone->id), "%s", screen->id);
	snprintf(phone->text, sizeof(phone->text), "%s", screen->text);
}

static void
phone_init(struct phone *phone)
{
	static const uint8_t ok[] = { 0x90, 0x00 };

	memset(phone, 0, sizeof(*phone));
	phone->answer = ok;
	phone->se = (struct ykt_se){ phone, YKT_SE_WIRED, transceive, reset };
	phone->clock = (struct ykt_clock){ .ctx = phone, .wall_ms = now, .mono_ms = now };
	phone->ui = (struct ykt_ui){ .ctx = phone, .result = result };
	phone->options = (struct ykt_handset_options){
		.se = &phone->se, .clock = &phone->clock, .ui = &phone->ui
	};
}

static void
what_is_missing_is_said_before_the_card_is_touched(void **state)
{
	struct phone phone;

	(void)state;
	phone_init(&phone);
	assert_int_equal(ykt_handset_run(NULL), YKT_E_ARG);
	phone.options.se = NULL;
	assert_int_equal(ykt_handset_run(&phone.options), YKT_E_ARG);
	phone_init(&phone);
	phone.options.clock = NULL;
	assert_int_equal(ykt_handset_run(&phone.options), YKT_E_ARG);
	phone_init(&phone);
	phone.options.ui = NULL;
	assert_int_equal(ykt_handset_run(&phone.options), YKT_E_ARG);
	phone_init(&phone);
	phone.options.sms = "nowhere";
	assert_int_equal(ykt_handset_run(&phone.options), YKT_E_ARG);
	assert_int_equal(phone.commands, 0);
	assert_int_equal(phone.results, 0);
}

static void
an_element_without_a_menu_is_one_result_screen(void **state)
{
	struct phone phone;

	(void)state;
	phone_init(&phone);
	assert_int_equal(ykt_handset_run(&phone.options), YKT_NOT_FOUND);
	assert_int_equal(phone.results, 1);
	assert_string_equal(phone.id, "card_menu");
	assert_string_equal(phone.text, "This card has no menu.");
}

static void
an_element_that_is_gone_is_one_result_screen(void **state)
{
	struct phone phone;

	(void)state;
	phone_init(&phone);
	phone.reset = YKT_E_LINK;
	assert_int_equal(ykt_handset_run(&phone.options), YKT_E_LINK);
	assert_int_equal(phone.commands, 0);
	assert_int_equal(phone.results, 1);
	assert_string_equal(phone.text, "The secure element does not answer.");
}

/* 9101: a command of one byte is there; what comes is none. */
static void
an_element_that_breaks_the_protocol_is_one_result_screen(void **state)
{
	static const uint8_t pending[] = { 0x91, 0x01 };
	struct phone phone;

	(void)state;
	phone_init(&phone);
	phone.answer = pending;
	assert_int_equal(ykt_handset_run(&phone.options), YKT_E_CARD);
	assert_int_equal(phone.results, 1);
	assert_string_equal(phone.text, "The card answers, but not as a card with a menu must.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_is_said_before_the_card_is_touched),
		cmocka_unit_test(an_element_without_a_menu_is_one_result_screen),
		cmocka_unit_test(an_element_that_is_gone_is_one_result_screen),
		cmocka_unit_test(an_element_that_breaks_the_protocol_is_one_result_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
