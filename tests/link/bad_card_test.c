/*
 * What a card may answer to break its reader (docs/bad-inputs.md 5.1): answers
 * of every wrong length, parts without end, and reset answers of any length.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "link/se_link.h"
#include "link_clock.h"

#define GUARD 0xA5

/* A card that answers always the same. */
struct stubborn {
	struct ykt_se se;
	uint8_t answer[600];
	size_t len;
	unsigned calls;
};

static enum ykt_status
same_answer(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct stubborn *card = ctx;

	(void)cmd;
	(void)deadline_mono_ms;
	card->calls++;
	ykt_put_mem(rsp, card->answer, card->len);
	return YKT_OK;
}

static enum ykt_status
same_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	return same_answer(ctx, (struct ykt_bytes){ 0 }, atr, deadline_mono_ms);
}

static void
card_init(struct stubborn *card, size_t len, const char *end)
{
	*card = (struct stubborn){ .se = { .ctx = card,
				       .iface = YKT_SE_CONTACTLESS,
				       .transceive = same_answer,
				       .reset = same_reset },
		.len = len };
	memset(card->answer, 0x33, sizeof(card->answer));
	if (len >= 2)
		memcpy(card->answer + len - 2, end, 2);
}

static void
test_answers_of_any_length(void **state)
{
	static const struct {
		const char *why;
		size_t len;
		const char *sw;
		enum ykt_status status;
		unsigned calls;
	} rows[] = {
		{ "nothing", 0, "", YKT_E_DRIVER, 1 },
		{ "one byte", 1, "", YKT_E_DRIVER, 1 },
		{ "a status word only", 2, "\x90\x00", YKT_OK, 1 },
		{ "258 bytes, the most a short command has", 258, "\x90\x00", YKT_OK, 1 },
		{ "259 bytes", 259, "\x90\x00", YKT_E_SPACE, 1 },
		{ "600 bytes", 600, "\x90\x00", YKT_E_SPACE, 1 },
		{ "6F00", 2, "\x6F\x00", YKT_OK, 1 },
		{ "6100 for ever", 2, "\x61\x00", YKT_E_CARD, 2 },
		{ "61FF for ever", 2, "\x61\xFF", YKT_E_CARD, 2 },
		{ "a byte and 6100 for ever", 3, "\x61\x00", YKT_E_CARD, SE_LINK_ROUND_MAX + 1 },
		{ "parts that grow past the buffer", 102, "\x61\x64", YKT_E_SPACE, 3 },
		{ "6C00 for ever", 2, "\x6C\x00", YKT_OK, 2 },
		{ "6C05 for ever", 2, "\x6C\x05", YKT_OK, 2 },
	};
	static const uint8_t cmd[] = { 0x00, 0xB0, 0x95, 0x00, 0x00 };
	int64_t now = 0;
	const struct ykt_clock clock = HAND_CLOCK(&now);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t raw[258 + 16];
		struct ykt_buf rsp = { raw, 0, 258, false };
		struct stubborn card;
		struct se_link link;

		memset(raw, GUARD, sizeof(raw));
		card_init(&card, rows[i].len, rows[i].sw);
		se_link_init(&link, &card.se, &clock, NULL);
		assert_status_why(se_link_transceive(&link, YKT_BYTES(cmd), &rsp, 1000),
		    rows[i].status, rows[i].why);
		assert_true_why(
		    rsp.len == (rows[i].status == YKT_OK ? rows[i].len : 0), rows[i].why);
		assert_true_why(card.calls == rows[i].calls, rows[i].why);
		for (size_t at = 258; at < sizeof(raw); at++)
			assert_true_why(raw[at] == GUARD, rows[i].why);
		/* The link is not worse for it. */
		card_init(&card, 2, "\x90\x00");
		rsp.len = 0;
		rsp.full = false;
		assert_status_why(
		    se_link_transceive(&link, YKT_BYTES(cmd), &rsp, 1000), YKT_OK, rows[i].why);
	}
}

static void
test_reset_answers_of_any_length(void **state)
{
	static const struct {
		size_t len;
		enum ykt_status status;
	} rows[] = {
		{ 0, YKT_OK }, /* a contactless card may have none */
		{ 1, YKT_OK },
		{ 20, YKT_OK },
		{ 21, YKT_OK },
		{ 33, YKT_OK },
		{ 34, YKT_E_DRIVER },
		{ 255, YKT_E_SPACE },
	};
	int64_t now = 0;
	const struct ykt_clock clock = HAND_CLOCK(&now);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t raw[64];
		struct ykt_buf atr = { raw, 0, 40, false };
		struct stubborn card;
		struct se_link link;

		memset(raw, GUARD, sizeof(raw));
		card_init(&card, rows[i].len, "\x00\x00");
		se_link_init(&link, &card.se, &clock, NULL);
		assert_status(se_link_reset(&link, &atr, 1000), rows[i].status);
		assert_int_equal(atr.len, rows[i].status == YKT_OK ? rows[i].len : 0);
		for (size_t at = 40; at < sizeof(raw); at++)
			assert_int_equal(raw[at], GUARD);
		/* A reader with room for the standard's longest only. */
		atr = (struct ykt_buf){ raw, 0, SE_LINK_ATR_MAX, false };
		memset(raw, GUARD, sizeof(raw));
		assert_status(se_link_reset(&link, &atr, 1000),
		    rows[i].status == YKT_OK ? YKT_OK : YKT_E_SPACE);
		for (size_t at = SE_LINK_ATR_MAX; at < sizeof(raw); at++)
			assert_int_equal(raw[at], GUARD);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_of_any_length),
		cmocka_unit_test(test_reset_answers_of_any_length),
	};

	return cmocka_run_group_tests_name("link: bad card", tests, NULL, NULL);
}
