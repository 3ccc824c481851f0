/*
 * An embedder's two functions as a driver.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <string.h>

#include "check.h"
#include "link/se_callback.h"
#include "link/se_link.h"
#include "link_clock.h"

struct element {
	long len; /* what it says; it writes at most cap bytes */
	uint8_t last_ins;
	int64_t deadline;
};

static long
element_run(void *ctx, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t cap,
    int64_t deadline_mono_ms)
{
	struct element *element = ctx;

	assert_true(cmd_len >= 4);
	element->last_ins = cmd[1];
	element->deadline = deadline_mono_ms;
	if (element->len > 0 && (size_t)element->len <= cap)
		memset(rsp, 0x90, (size_t)element->len);
	return element->len;
}

static long
element_reset(void *ctx, uint8_t *atr, size_t cap, int64_t deadline_mono_ms)
{
	static const uint8_t cmd[4] = { 0 };

	return element_run(ctx, cmd, sizeof(cmd), atr, cap, deadline_mono_ms);
}

static void
test_passes_and_checks(void **state)
{
	static const struct {
		const char *why;
		long len;
		enum ykt_status status;
		size_t rsp_len;
	} rows[] = {
		{ "an answer", 4, YKT_OK, 4 },
		{ "exactly full", 8, YKT_OK, 8 },
		{ "none", -1, YKT_E_LINK, 0 },
		{ "more than there is room", 9, YKT_E_DRIVER, 0 },
		{ "no status word", 1, YKT_E_DRIVER, 0 },
	};
	static const uint8_t cmd[] = { 0x80, 0x5C, 0x00, 0x02, 0x04 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		int64_t now = 0;
		const struct ykt_clock clock = HAND_CLOCK(&now);
		struct element element = { .len = rows[i].len };
		struct se_callback callback;
		struct se_link link;
		uint8_t raw[8];
		struct ykt_buf rsp = YKT_BUF(raw);

		se_callback_init(
		    &callback, YKT_SE_CONTACTLESS, &element, element_run, element_reset);
		se_link_init(&link, &callback.se, &clock, NULL);
		assert_int_equal(se_link_port(&link)->iface, YKT_SE_CONTACTLESS);
		assert_status_why(se_link_transceive(&link, YKT_BYTES(cmd), &rsp, 77),
		    rows[i].status, rows[i].why);
		assert_int_equal(rsp.len, rows[i].rsp_len);
		assert_int_equal(element.last_ins, 0x5C);
		assert_int_equal(element.deadline, 77);
	}
}

static void
test_resets(void **state)
{
	int64_t now = 0;
	const struct ykt_clock clock = HAND_CLOCK(&now);
	struct element element = { .len = 3 };
	struct se_callback callback;
	struct se_link link;
	uint8_t raw[SE_LINK_ATR_MAX];
	struct ykt_buf atr = YKT_BUF(raw);

	(void)state;
	se_callback_init(&callback, YKT_SE_WIRED, &element, element_run, element_reset);
	se_link_init(&link, &callback.se, &clock, NULL);
	assert_status(se_link_reset(&link, &atr, 1), YKT_OK);
	assert_int_equal(atr.len, 3);
	element.len = -1;
	assert_status(se_link_reset(&link, &atr, 1), YKT_E_LINK);
	assert_int_equal(atr.len, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passes_and_checks),
		cmocka_unit_test(test_resets),
	};

	return cmocka_run_group_tests_name("link: se_callback", tests, NULL, NULL);
}
