/*
 * The one caller of drivers: what it sends, what it follows, what it refuses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "check.h"
#include "link/se_link.h"
#include "link/se_script.h"
#include "link_clock.h"

#define FILL 0xA5

static void
assert_rsp(const struct ykt_buf *rsp, const char *hex, const char *why)
{
	uint8_t raw[512];
	struct ykt_buf want = YKT_BUF(raw);

	assert_status(ykt_hex_decode(hex, strlen(hex), &want), YKT_OK);
	assert_true_why(ykt_bytes_equal(ykt_buf_view(rsp), ykt_buf_view(&want)), why);
}

/* Runs cmd against the script; the answer is appended to rsp. */
static enum ykt_status
exchange(const struct se_script_step *steps, const char *cmd, struct ykt_buf *rsp,
    char failure[SE_SCRIPT_TEXT_MAX])
{
	int64_t now = 0;
	const struct ykt_clock clock = HAND_CLOCK(&now);
	uint8_t raw[300];
	struct ykt_buf bytes = YKT_BUF(raw);
	struct se_script script;
	struct se_link link;
	enum ykt_status status;
	const char *end;

	assert_status(ykt_hex_decode(cmd, strlen(cmd), &bytes), YKT_OK);
	se_script_init(&script, YKT_SE_WIRED, steps);
	se_link_init(&link, &script.se, &clock, NULL);
	status = se_link_port(&link)->transceive(
	    se_link_port(&link)->ctx, ykt_buf_view(&bytes), rsp, 1000);
	end = se_script_end(&script);
	(void)snprintf(failure, SE_SCRIPT_TEXT_MAX, "%s", end != NULL ? end : "");
	return status;
}

static void
test_follows_what_the_card_asks_for(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		struct se_script_step steps[4];
		const char *rsp;
	} rows[] = {
		{ "any status word is an answer", "00A4040000", { { "", "00A4040000", "6A82" } },
		    "6A82" },
		{ "data and status word", "00B0950003", { { "", "00B0950003", "010203 9000" } },
		    "010203 9000" },
		{ "61xx is fetched", "00A40400 01 AA",
		    { { "", "00A4040001AA", "6103" }, { "", "00C0000003", "112233 9000" } },
		    "112233 9000" },
		{ "in parts, on the command's channel", "81CA9F7F00",
		    { { "", "81CA9F7F00", "01 6102" }, { "", "01C0000002", "0203 6101" },
			{ "", "01C0000001", "04 9000" } },
		    "01020304 9000" },
		{ "a further interindustry channel", "4AA4040000",
		    { { "", "4AA4040000", "6101" }, { "", "4AC0000001", "FF 9000" } }, "FF 9000" },
		{ "secure messaging bits do not travel", "84F28002 02 4F00",
		    { { "", "84F2800202 4F00", "6101" }, { "", "00C0000001", "FF 6A88" } },
		    "FF 6A88" },
		{ "6Cxx is repeated with its length", "00B2010400",
		    { { "", "00B2010400", "6C02" }, { "", "00B2010402", "AABB 9000" } },
		    "AABB 9000" },
		{ "also with data", "80500002 01 01 00",
		    { { "", "8050000201 01 00", "6C10" }, { "", "8050000201 01 10", "AA 9000" } },
		    "AA 9000" },
		{ "also inside 61xx", "00A40400 01 AA",
		    { { "", "00A4040001AA", "6100" }, { "", "00C0000000", "6C01" },
			{ "", "00C0000001", "77 9000" } },
		    "77 9000" },
		{ "a second 6Cxx is the caller's", "00B2010400",
		    { { "", "00B2010400", "6C02" }, { "", "00B2010402", "6C03" } }, "6C03" },
		{ "6Cxx without a length to correct is the caller's", "00708000",
		    { { "", "00708000", "6C01" } }, "6C01" },
		{ "6Cxx with data is the caller's", "00B0950003",
		    { { "", "00B0950003", "01 6C02" } }, "01 6C02" },
		{ "the fetch may fail", "00A40400 01 AA",
		    { { "", "00A4040001AA", "6103" }, { "", "00C0000003", "6F00" } }, "6F00" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t raw[64];
		struct ykt_buf rsp = YKT_BUF(raw);
		char failure[SE_SCRIPT_TEXT_MAX];

		assert_status_why(
		    exchange(rows[i].steps, rows[i].cmd, &rsp, failure), YKT_OK, rows[i].why);
		assert_string_equal(failure, "");
		assert_rsp(&rsp, rows[i].rsp, rows[i].why);
	}
}

static void
test_appends_behind_what_is_there(void **state)
{
	static const struct se_script_step steps[] = {
		{ "", "00A4040001AA", "6101" },
		{ "", "00C0000001", "55 9000" },
		{ 0 },
	};
	uint8_t raw[16] = { 0xEE };
	struct ykt_buf rsp = { raw, 1, sizeof(raw), false };
	char failure[SE_SCRIPT_TEXT_MAX];

	(void)state;
	assert_status(exchange(steps, "00A4040001AA", &rsp, failure), YKT_OK);
	assert_rsp(&rsp, "EE 55 9000", "append");
}

/* Each failure leaves the caller's bytes and wipes what had come so far. */
static void
test_refuses_what_no_card_may_do(void **state)
{
	static const struct {
		const char *why;
		struct se_script_step steps[4];
		enum ykt_status status;
	} rows[] = {
		{ "no answer", { { "", "00A4040000", NULL } }, YKT_E_LINK },
		{ "an empty answer", { { "", "00A4040000", "" } }, YKT_E_DRIVER },
		{ "half a status word", { { "", "00A4040000", "90" } }, YKT_E_DRIVER },
		{ "more than fits", { { "", "00A4040000", "0102030405060708 9000" } },
		    YKT_E_SPACE },
		{ "the second part is lost",
		    { { "", "00A4040000", "01 6101" }, { "", "00C0000001", NULL } }, YKT_E_LINK },
		{ "the second part does not fit",
		    { { "", "00A4040000", "010203 6108" },
			{ "", "00C0000008", "0102030405060708 9000" } },
		    YKT_E_SPACE },
		{ "a promise that brings nothing",
		    { { "", "00A4040000", "6101" }, { "", "00C0000001", "6101" } }, YKT_E_CARD },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t raw[10] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, FILL };
		struct ykt_buf rsp = { raw, 1, 9, false };
		char failure[SE_SCRIPT_TEXT_MAX];

		assert_status_why(exchange(rows[i].steps, "00A4040000", &rsp, failure),
		    rows[i].status, rows[i].why);
		assert_string_equal(failure, "");
		assert_int_equal(rsp.len, 1);
		assert_int_equal(raw[0], 1);
		for (size_t at = 1; at < 9; at++)
			assert_true_why(raw[at] == 0, rows[i].why);
		assert_int_equal(raw[9], FILL);
	}
}

/* A driver that is made to misbehave. */
struct rogue {
	struct ykt_se se;
	enum ykt_status status;
	size_t add;       /* claimed length */
	bool move;        /* puts another buffer in place */
	bool always_more; /* 61xx with a byte of data for ever */
	unsigned calls;
	int64_t *now;
	int64_t takes_ms;
};

static enum ykt_status
rogue_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	static uint8_t elsewhere[8];
	static const uint8_t more[] = { 0x11, 0x61, 0x01 };
	struct rogue *rogue = ctx;

	(void)cmd;
	(void)deadline_mono_ms;
	rogue->calls++;
	*rogue->now += rogue->takes_ms;
	if (rogue->always_more) {
		ykt_put_mem(rsp, more, sizeof(more));
		return YKT_OK;
	}
	rsp->len += rogue->add;
	if (rogue->move)
		rsp->data = elsewhere;
	return rogue->status;
}

static enum ykt_status
rogue_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	return rogue_transceive(ctx, (struct ykt_bytes){ 0 }, atr, deadline_mono_ms);
}

static void
rogue_init(struct rogue *rogue, int64_t *now)
{
	*rogue = (struct rogue){
		.se = { .ctx = rogue,
		    .iface = YKT_SE_CONTACTLESS,
		    .transceive = rogue_transceive,
		    .reset = rogue_reset },
		.now = now,
	};
}

static void
test_believes_no_driver(void **state)
{
	static const struct {
		const char *why;
		enum ykt_status status;
		size_t add;
		bool move;
		enum ykt_status want;
	} rows[] = {
		{ "a length of one", YKT_OK, 1, false, YKT_E_DRIVER },
		{ "a length past the end", YKT_OK, 9, false, YKT_E_DRIVER },
		{ "a huge length", YKT_OK, SIZE_MAX / 2, false, YKT_E_DRIVER },
		{ "another buffer", YKT_OK, 4, true, YKT_E_DRIVER },
		{ "a status that is not a driver's", YKT_NOT_FOUND, 4, false, YKT_E_DRIVER },
		{ "the node is stopping", YKT_E_DOWN, 0, false, YKT_E_DOWN },
	};
	static const uint8_t cmd[] = { 0x00, 0xA4, 0x04, 0x00 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		int64_t now = 0;
		const struct ykt_clock clock = HAND_CLOCK(&now);
		uint8_t raw[8];
		struct ykt_buf rsp = YKT_BUF(raw);
		struct rogue rogue;
		struct se_link link;

		rogue_init(&rogue, &now);
		rogue.status = rows[i].status;
		rogue.add = rows[i].add;
		rogue.move = rows[i].move;
		se_link_init(&link, &rogue.se, &clock, NULL);
		assert_status_why(
		    se_link_transceive(&link, YKT_BYTES(cmd), &rsp, 1), rows[i].want, rows[i].why);
		assert_int_equal(rsp.len, 0);
		assert_ptr_equal(rsp.data, raw);
	}
}

static void
test_endless_parts_end(void **state)
{
	static const uint8_t cmd[] = { 0x00, 0xA4, 0x04, 0x00 };
	int64_t now = 0;
	const struct ykt_clock clock = HAND_CLOCK(&now);
	uint8_t raw[256];
	struct ykt_buf rsp = YKT_BUF(raw);
	struct rogue rogue;
	struct se_link link;

	(void)state;
	rogue_init(&rogue, &now);
	rogue.always_more = true;
	se_link_init(&link, &rogue.se, &clock, NULL);
	assert_status(se_link_transceive(&link, YKT_BYTES(cmd), &rsp, 1), YKT_E_CARD);
	assert_int_equal(rogue.calls, SE_LINK_ROUND_MAX + 1);
	assert_int_equal(rsp.len, 0);
}

static void
test_one_deadline_over_all(void **state)
{
	static const uint8_t cmd[] = { 0x00, 0xA4, 0x04, 0x00 };
	int64_t now = 1000;
	const struct ykt_clock clock = HAND_CLOCK(&now);
	uint8_t raw[256];
	struct ykt_buf rsp = YKT_BUF(raw);
	struct rogue rogue;
	struct se_link link;

	(void)state;
	rogue_init(&rogue, &now);
	rogue.always_more = true;
	rogue.takes_ms = 10;
	se_link_init(&link, &rogue.se, &clock, NULL);

	assert_status(se_link_transceive(&link, YKT_BYTES(cmd), &rsp, 1000), YKT_E_DEADLINE);
	assert_int_equal(rogue.calls, 0);
	/* Started, so what it did is not known. */
	assert_status(se_link_transceive(&link, YKT_BYTES(cmd), &rsp, 1025), YKT_E_LINK);
	assert_int_equal(rogue.calls, 3);
	assert_int_equal(rsp.len, 0);
	assert_status(se_link_reset(&link, &rsp, 1025), YKT_E_DEADLINE);
	assert_int_equal(rogue.calls, 3);
}

static void
test_refuses_bad_arguments(void **state)
{
	static uint8_t cmd[SE_LINK_CMD_MAX + 1];
	int64_t now = 0;
	const struct ykt_clock clock = HAND_CLOCK(&now);
	uint8_t raw[8];
	struct ykt_buf rsp = YKT_BUF(raw);
	struct rogue rogue;
	struct se_link link;

	(void)state;
	rogue_init(&rogue, &now);
	se_link_init(&link, &rogue.se, &clock, NULL);
	assert_status(se_link_transceive(&link, ykt_bytes(cmd, 3), &rsp, 1), YKT_E_ARG);
	assert_status(se_link_transceive(&link, ykt_bytes(NULL, 0), &rsp, 1), YKT_E_ARG);
	assert_status(
	    se_link_transceive(&link, ykt_bytes(cmd, SE_LINK_CMD_MAX + 1), &rsp, 1), YKT_E_ARG);
	assert_status(se_link_transceive(&link, ykt_bytes(cmd, 4), NULL, 1), YKT_E_ARG);
	rsp.len = 9;
	assert_status(se_link_transceive(&link, ykt_bytes(cmd, 4), &rsp, 1), YKT_E_ARG);
	assert_int_equal(rogue.calls, 0);
}

static void
test_reset_gives_the_atr(void **state)
{
	static const struct se_script_step steps[] = {
		{ "reset", SE_SCRIPT_RESET, "3B800181" },
		{ 0 },
	};
	int64_t now = 0;
	const struct ykt_clock clock = HAND_CLOCK(&now);
	uint8_t raw[SE_LINK_ATR_MAX + 2];
	struct ykt_buf atr = YKT_BUF(raw);
	struct se_script script;
	struct rogue rogue;
	struct se_link link;

	(void)state;
	se_script_init(&script, YKT_SE_WIRED, steps);
	se_link_init(&link, &script.se, &clock, NULL);
	assert_status(se_link_port(&link)->reset(se_link_port(&link)->ctx, &atr, 1), YKT_OK);
	assert_rsp(&atr, "3B800181", "the ATR");
	assert_null(se_script_end(&script));

	rogue_init(&rogue, &now);
	rogue.add = SE_LINK_ATR_MAX + 1;
	se_link_init(&link, &rogue.se, &clock, NULL);
	assert_int_equal(se_link_port(&link)->iface, YKT_SE_CONTACTLESS);
	ykt_buf_wipe(&atr);
	assert_status(se_link_reset(&link, &atr, 1), YKT_E_DRIVER);
	assert_int_equal(atr.len, 0);
}

struct heard {
	size_t count;
	char names[4][16];
	size_t lens[4];
};

static void
hear(void *ctx, const struct ykt_trace_event *event)
{
	struct heard *heard = ctx;

	assert_true(heard->count < 4);
	(void)snprintf(heard->names[heard->count], 16, "%s", event->name);
	heard->lens[heard->count++] = event->bytes.len;
}

static void
test_tells_the_trace(void **state)
{
	static const struct se_script_step steps[] = {
		{ "", "00B0950003", "010203 9000" },
		{ "", "00B0950003", NULL },
		{ 0 },
	};
	static const uint8_t cmd[] = { 0x00, 0xB0, 0x95, 0x00, 0x03 };
	int64_t now = 0;
	const struct ykt_clock clock = HAND_CLOCK(&now);
	struct heard heard = { 0 };
	const struct ykt_trace trace = { &heard, hear };
	uint8_t raw[8];
	struct ykt_buf rsp = YKT_BUF(raw);
	struct se_script script;
	struct se_link link;

	(void)state;
	se_script_init(&script, YKT_SE_WIRED, steps);
	se_link_init(&link, &script.se, &clock, &trace);
	assert_status(se_link_transceive(&link, YKT_BYTES(cmd), &rsp, 1), YKT_OK);
	assert_int_equal(heard.count, 2);
	assert_string_equal(heard.names[0], "command");
	assert_int_equal(heard.lens[0], 5);
	assert_string_equal(heard.names[1], "response");
	assert_int_equal(heard.lens[1], 5);
	assert_status(se_link_transceive(&link, YKT_BYTES(cmd), &rsp, 1), YKT_E_LINK);
	assert_int_equal(heard.count, 4);
	assert_string_equal(heard.names[3], "transceive");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follows_what_the_card_asks_for),
		cmocka_unit_test(test_appends_behind_what_is_there),
		cmocka_unit_test(test_refuses_what_no_card_may_do),
		cmocka_unit_test(test_believes_no_driver),
		cmocka_unit_test(test_endless_parts_end),
		cmocka_unit_test(test_one_deadline_over_all),
		cmocka_unit_test(test_refuses_bad_arguments),
		cmocka_unit_test(test_reset_gives_the_atr),
		cmocka_unit_test(test_tells_the_trace),
	};

	return cmocka_run_group_tests_name("link: se_link", tests, NULL, NULL);
}
