/*
 * A card that answers what no card may (docs/bad-inputs.md 5.1), at each of its
 * answers in turn: one result screen each time, and the money where it belongs
 * once the card is itself again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "fake.h"

#include "card/files.h"
#include "card/purse_cmd.h"

#define AMOUNT    5000
#define CALLS_MAX 200

/* What takes the place of an answer that the card has given. */
enum bad {
	BAD_EMPTY,
	BAD_ONE_BYTE,
	BAD_SW_ONLY, /* its status word without its data: no TAC, no MAC1 */
	BAD_6F00,
	BAD_6100,
	BAD_6C00,
	BAD_SHORTER, /* one byte of data is missing */
	BAD_LONGER,  /* one byte too many */
	BAD_ZEROS,   /* of the same length */
	BAD_ONES,
	BAD_TOO_LONG, /* more than there is room for */
	BAD_COUNT
};

static const char *const names[BAD_COUNT] = { "nothing", "one byte", "the status word only", "6F00",
	"6100", "6C00", "a byte short", "a byte long", "zeros", "FF", "too long" };

static enum ykt_status (*card)(void *, struct ykt_bytes, struct ykt_buf *, int64_t);
static enum bad bad;
static unsigned bad_at; /* 0: never */
static unsigned calls;
static bool told; /* the card got the command before its answer was spoilt */
static bool fired;

static void
spoil(struct ykt_buf *rsp, size_t from)
{
	const size_t data_len = rsp->len - from - 2;
	uint8_t *data = rsp->data + from;

	if (bad == BAD_ZEROS || bad == BAD_ONES) {
		memset(data, bad == BAD_ONES ? 0xFF : 0, data_len);
		ykt_set_u16(data + data_len, 0x9000);
		return;
	}
	rsp->len = from;
	if (bad == BAD_ONE_BYTE) {
		ykt_put_u8(rsp, 0x90);
	} else if (bad == BAD_SHORTER || bad == BAD_LONGER) {
		rsp->len += bad == BAD_LONGER ? data_len : data_len - (data_len > 0);
		if (bad == BAD_LONGER)
			ykt_put_u8(rsp, 0x00);
		ykt_put_u16(rsp, 0x9000);
	} else if (bad == BAD_TOO_LONG) {
		ykt_put_fill(rsp, 0x5A, rsp->cap + 1);
	} else if (bad != BAD_EMPTY) {
		ykt_put_u16(rsp, bad == BAD_SW_ONLY ? 0x9000
				 : bad == BAD_6F00  ? 0x6F00
				 : bad == BAD_6100  ? 0x6100
						    : 0x6C00);
	}
}

static enum ykt_status
spoilt(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline)
{
	const size_t from = rsp->len;
	enum ykt_status status;

	if (++calls != bad_at)
		return card(ctx, cmd, rsp, deadline);
	fired = true;
	if (told) {
		status = card(ctx, cmd, rsp, deadline);
		if (status != YKT_OK)
			return status;
	} else {
		/* As long as the right answer to the commands that move money. */
		const bool init = cmd.data[1] == PURSE_INS_INITIALIZE;

		ykt_put_fill(rsp, 0x11, init ? PURSE_LOAD_INIT_RSP_LEN : PURSE_MAC_LEN);
		ykt_put_u16(rsp, 0x9000);
	}
	spoil(rsp, from);
	/* What the link says of an answer that did not fit. */
	if (rsp->full) {
		rsp->full = false;
		rsp->len = from;
		return YKT_E_SPACE;
	}
	return YKT_OK;
}

static enum ykt_status
run_topup(struct fake *fake)
{
	return ykt_client_topup(fake->client, NULL, AMOUNT);
}

static enum ykt_status
run_recover(struct fake *fake)
{
	return ykt_client_recover(fake->client);
}

static enum ykt_status
run_refund(struct fake *fake)
{
	return ykt_client_refund(fake->client, fake->orders[0].wire.order_id);
}

static enum ykt_status
run_balance(struct fake *fake)
{
	return ykt_client_balance(fake->client);
}

static enum ykt_status
run_records(struct fake *fake)
{
	return ykt_client_records(fake->client);
}

static const struct {
	const char *name;
	bool loading; /* an order stands whose MAC2 was given */
	enum ykt_status (*run)(struct fake *fake);
} functions[] = {
	{ "topup", false, run_topup },
	{ "recover", true, run_recover },
	{ "refund", true, run_refund },
	{ "balance", false, run_balance },
	{ "records", false, run_records },
};

static void
prepare(struct fake *fake, bool loading)
{
	bad_at = 0;
	fake_init(fake);
	card = fake->se.transceive;
	fake->se.transceive = spoilt;
	fake_login(fake, true, 0);
	if (loading) {
		fake->card.gate = true;
		assert_status(ykt_client_topup(fake->client, NULL, AMOUNT), YKT_PENDING);
		fake->card.gate = false;
		strcpy(fake->orders[0].wire.state, "loading");
		fake->orders[0].permit = fake->orders[0].given = true;
	}
	fake_stop(fake);
}

/* The card is itself again. */
static void
heal(struct fake *fake, const char *why)
{
	struct ykt_client_info info;

	bad_at = 0;
	fake_stop(fake);
	assert_status_why(fake_start(fake), YKT_OK, why);
	for (int i = 0; i < 3; i++)
		assert_status_why(ykt_client_recover(fake->client), YKT_OK, why);
	ykt_client_info(fake->client, &info);
	assert_true_why(info.open_intents == 0, why);
	assert_true_why(fake_paid(fake) == fake_loaded(fake) + fake_refunded(fake), why);
	assert_true_why(fake->charged == fake_paid(fake) - fake_refunded(fake), why);
	assert_true_why(fake->card.balance == fake_loaded(fake), why);
	assert_true_why(fake->card.commits == (fake_loaded(fake) > 0 ? 1 : 0), why);
}

static void
run_all(size_t f)
{
	static struct fake fake, base;

	prepare(&fake, functions[f].loading);
	base = fake;
	for (unsigned way = 0; way < 2 * BAD_COUNT; way++) {
		unsigned n = 0;

		do {
			unsigned results;
			char why[128];

			fake = base;
			assert_status(fake_start(&fake), YKT_OK);
			bad = (enum bad)(way / 2);
			told = way % 2 == 0;
			bad_at = ++n;
			calls = 0;
			fired = false;
			(void)snprintf(why, sizeof(why), "%s, %s for answer %u, %s",
			    functions[f].name, names[bad], n, told ? "done" : "not done");
			results = fake.results;
			(void)functions[f].run(&fake);
			assert_true_why(fake.results == results + 1, why);
			heal(&fake, why);
			fake_stop(&fake);
		} while (fired && n < CALLS_MAX);
		assert_true(n < CALLS_MAX);
		assert_true(n > 1);
	}
	fake_clear(&fake);
}

static void
one_screen_and_no_money_lost_topup(void **state)
{
	(void)state;
	run_all(0);
}

static void
one_screen_and_no_money_lost_recovery(void **state)
{
	(void)state;
	run_all(1);
}

static void
one_screen_and_no_money_lost_refund(void **state)
{
	(void)state;
	run_all(2);
}

static void
one_screen_and_no_money_lost_queries(void **state)
{
	(void)state;
	run_all(3);
	run_all(4);
}

/* The answers to GET BALANCE and to READ BINARY of file 15, changed on the way. */
static const char *instead; /* hex with status word */
static uint8_t instead_ins;

static enum ykt_status
changed(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline)
{
	const char *digits = "0123456789ABCDEF";

	if (cmd.data[1] != instead_ins)
		return card(ctx, cmd, rsp, deadline);
	for (const char *p = instead; *p != '\0'; p += 2)
		ykt_put_u8(rsp, (uint8_t)((strchr(digits, p[0]) - digits) << 4 |
					  (strchr(digits, p[1]) - digits)));
	return YKT_OK;
}

#define INFO(serial) "FFFFFFFFFFFFFFFF0201" serial "20220301204912310000"

static void
values_that_cannot_be_are_not_shown(void **state)
{
	static const struct {
		const char *why;
		uint8_t ins;
		const char *answer;
		enum ykt_status status;
	} rows[] = {
		{ "2^32 - 1 fen", PURSE_INS_BALANCE, "FFFFFFFF9000", YKT_E_FORMAT },
		{ "2^31 fen", PURSE_INS_BALANCE, "800000009000", YKT_E_FORMAT },
		{ "one over three bytes", PURSE_INS_BALANCE, "010000009000", YKT_E_FORMAT },
		{ "three bytes", PURSE_INS_BALANCE, "0000649000", YKT_E_FORMAT },
		{ "no balance", PURSE_INS_BALANCE, "9000", YKT_E_FORMAT },
		{ "a number of letters", PURSE_INS_READ_BINARY, INFO("0310123456789012345A") "9000",
		    YKT_NOT_FOUND },
		{ "a number of zeros", PURSE_INS_READ_BINARY, INFO("00000000000000000000") "9000",
		    YKT_NOT_FOUND },
		{ "a number of another kind", PURSE_INS_READ_BINARY,
		    INFO("06222021234567890123") "9000", YKT_NOT_FOUND },
		{ "a number that begins with 1", PURSE_INS_READ_BINARY,
		    INFO("13101234567890123456") "9000", YKT_NOT_FOUND },
		{ "a number never written", PURSE_INS_READ_BINARY,
		    INFO("FFFFFFFFFFFFFFFFFFFF") "9000", YKT_NOT_FOUND },
		{ "file 15 a byte short", PURSE_INS_READ_BINARY,
		    "FFFFFFFFFFFFFFFF02010310123456789012345620220301204912319000", YKT_E_FORMAT },
		{ "file 15 empty", PURSE_INS_READ_BINARY, "9000", YKT_E_FORMAT },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		fake_init(&fake);
		fake.card.installed = true;
		card = fake.se.transceive;
		fake.se.transceive = changed;
		instead = rows[i].answer;
		instead_ins = rows[i].ins;
		assert_status(fake_start(&fake), YKT_OK);
		assert_status_why(ykt_client_balance(fake.client), rows[i].status, rows[i].why);
		assert_int_equal(fake.results, 1);
		assert_int_equal(fake.ops, 0);
		assert_true_why(
		    fake.shown_card[0] == '\0' || rows[i].ins == PURSE_INS_BALANCE, rows[i].why);
		fake_clear(&fake);
	}
}

/* A record that is none is left out, and a file has no more than thirty. */
static void
records_that_are_none_are_left_out(void **state)
{
	static const struct {
		const char *why;
		const char *answer;
	} rows[] = {
		{ "one byte", "009000" },
		{ "a log record in the trip file",
		    "0001000000000000C80631000000000120260101020304059000" },
		{ "no data", "9000" },
		{ "a date of letters", "020000310000000001020001000200030000"
				       "0000C800000300202601AA030405100001011000FFFFFFFF"
				       "0000000000009000" },
		{ "a date of zeros", "020000310000000001020001000200030000"
				     "0000C80000030000000000000000100001011000FFFFFFFF"
				     "0000000000009000" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		fake_init(&fake);
		fake.card.installed = true;
		card = fake.se.transceive;
		fake.se.transceive = changed;
		instead = rows[i].answer;
		instead_ins = PURSE_INS_READ_RECORD;
		assert_status(fake_start(&fake), YKT_OK);
		assert_status_why(ykt_client_records(fake.client), YKT_OK, rows[i].why);
		assert_true_why(fake.rows == 0, rows[i].why);
		fake_clear(&fake);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_screen_and_no_money_lost_topup),
		cmocka_unit_test(one_screen_and_no_money_lost_recovery),
		cmocka_unit_test(one_screen_and_no_money_lost_refund),
		cmocka_unit_test(one_screen_and_no_money_lost_queries),
		cmocka_unit_test(values_that_cannot_be_are_not_shown),
		cmocka_unit_test(records_that_are_none_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
