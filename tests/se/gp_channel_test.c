/*
 * Logical channels: numbers, selections, secure channels, and one purse session
 * over all of them (reliability.md R2a, t_vse_two_channels).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

#define WIRED YKT_SE_WIRED
#define AIR   YKT_SE_CONTACTLESS

#define OPEN       "0070000001"
#define SELECT_ON1 "01A4040008" AID_PURSE "00"
#define INIT_LOAD  "805000020B01000003E8" TERMINAL_HEX "10"

static int
setup(void **state)
{
	*state = card_new();

	return 0;
}

static int
setup_purse(void **state)
{
	struct card *card = card_new();

	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, WIRED, 5000), SW_OK);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

static void
test_channels_are_numbered_from_the_lowest_free_one(void **state)
{
	struct card *card = *state;

	expect(card, OPEN, "019000");
	expect(card, OPEN, "029000");
	expect(card, "0170000000", "039000");
	expect(card, OPEN, "6A81");
	expect(card, "00708002", "9000");
	expect(card, "00708002", "6200");
	expect(card, OPEN, "029000");
	/* Without a number: the channel that the command came on. */
	expect(card, "03708000", "9000");
	expect(card, "03CA006600", "6881");
	/* One closes another, and itself. */
	expect(card, "02708001", "9000");
	expect(card, "02708002", "9000");
	expect(card, OPEN, "019000");
}

static const struct {
	const char *why;
	const char *cmd;
	const char *rsp;
} refusals[] = {
	{ "no room for the number", "00700000", "6700" },
	{ "data", "00700000010001", "6700" },
	{ "a number of the caller's choice", "0070000101", "6A86" },
	{ "P1", "0070010001", "6A86" },
	{ "P1 40", "00704000", "6A86" },
	{ "the basic channel is not closed", "00708000", "6A86" },
	{ "channel 4", "00708004", "6A86" },
	{ "channel 255", "007080FF", "6A86" },
	{ "close with data", "00708001010000", "6700" },
	{ "never opened", "00708002", "6200" },
	{ "extended", "00700000000001", "6700" },
	{ "class 80", "8070000001", "6D00" },
	{ "secure messaging", "0470000001", "6882" },
	{ "secure messaging, channel 1", "0570000001", "6882" },
	{ "on a channel that is not open", "0270000001", "6881" },
	{ "SELECT on a channel that is not open", "02A4040000", "6881" },
	{ "GlobalPlatform on a channel that is not open", "82CA006600", "6881" },
	{ "with secure messaging", "86F28002024F0000", "6881" },
	{ "channel 4 by a further class", "40CA006600", "6881" },
	{ "channel 19 by a further class", "4FA4040000", "6881" },
	{ "chained, on an open channel", "11CA006600", "6884" },
};

static void
test_refusals_open_and_close_nothing(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;

	expect(card, OPEN, "019000");
	snapshot_take(card, &before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(refusals); i++) {
		const char *got = card_hex(card, WIRED, refusals[i].cmd);

		if (strcmp(got, refusals[i].rsp) != 0)
			fail_msg("%s: %s, not %s", refusals[i].why, got, refusals[i].rsp);
		expect_sw(card, SW_OK, "81CA006600");
		expect(card, "82CA006600", "6881");
		expect(card, "83CA006600", "6881");
	}
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
}

static void
test_each_channel_has_its_own_selection(void **state)
{
	struct card *card = *state;

	expect(card, OPEN, "019000");
	assert_memory_equal(card_hex(card, WIRED, SELECT_ON1), "6F31", 4);
	expect(card, "815C000204", "000013889000");
	/* The basic channel, the purse still selected, too. */
	expect(card, "805C000204", "000013889000");
	expect_sw(card, SW_OK, "00A4040000");
	expect(card, "805C000204", "6D00");
	expect(card, "815C000204", "000013889000");
	/* From the basic channel: the issuer's domain. From another: what it has. */
	expect(card, OPEN, "029000");
	expect_sw(card, SW_OK, "82CA006600");
	expect(card, "0170000001", "039000");
	expect(card, "835C000204", "000013889000");
	/* A closed channel forgets. */
	expect(card, "00708001", "9000");
	expect(card, OPEN, "019000");
	expect(card, "815C000204", "6D00");
}

static void
test_the_interfaces_do_not_share_channels(void **state)
{
	struct card *card = *state;
	uint8_t bytes[40];
	struct ykt_buf atr = YKT_BUF(bytes);

	expect(card, OPEN, "019000");
	expect_on(card, AIR, "81CA006600", "6881");
	expect_on(card, AIR, OPEN, "019000");
	expect_on(card, AIR, OPEN, "029000");
	se_reset(&card->se, AIR, &atr);
	expect_on(card, AIR, "81CA006600", "6881");
	expect_sw(card, SW_OK, "81CA006600");
	se_reset(&card->se, WIRED, &atr);
	expect(card, "81CA006600", "6881");
	expect(card, OPEN, "019000");
	assert_int_equal(card_boot(card), YKT_OK);
	expect(card, "81CA006600", "6881");
}

/* Wraps plain in tsm's session and sends it with the channel's class. */
static uint16_t
send_on(struct tsm *tsm, uint8_t channel, const char *plain_hex)
{
	uint8_t plain_bytes[300], bytes[300];
	struct ykt_buf plain = YKT_BUF(plain_bytes);
	struct ykt_buf wrapped = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(plain_hex, strlen(plain_hex), &plain), YKT_OK);
	assert_int_equal(
	    scp03_cmd_wrap(tsm->card->crypto, &tsm->session, ykt_buf_view(&plain), &wrapped),
	    YKT_OK);
	bytes[0] |= channel;

	return card_send(tsm->card, WIRED, ykt_buf_view(&wrapped), &tsm->data);
}

/* GP231 11.1.4: the number is not under the MAC, and a session stays where it is. */
static void
test_a_secure_channel_belongs_to_one_channel(void **state)
{
	struct card *card = *state;
	struct tsm basic, copy;

	expect(card, OPEN, "019000");
	tsm_open(&basic, card, AID_ISD, &tsm_isd_keys, 0x33);
	copy = basic;
	assert_int_equal(send_on(&copy, 1, "80F28002024F0000"), SW_SECURITY);
	assert_int_equal(tsm_send_hex(&basic, "80F28002024F0000"), SW_OK);
	/* Neither opening, closing nor a SELECT elsewhere touches it. */
	expect(card, "0070000001", "029000");
	expect(card, "00708002", "9000");
	expect_sw(card, SW_OK, "01A4040000");
	assert_int_equal(tsm_send_hex(&basic, "80F28002024F0000"), SW_OK);
}

static void
test_two_channels_hold_two_secure_channels(void **state)
{
	static const uint8_t challenge[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct card *card = *state;
	struct tsm basic, other;
	struct scp03_session_keys keys;
	struct scp03_init_rsp rsp;
	uint8_t bytes[300], mine[8], host[8];
	struct ykt_buf cmd = YKT_BUF(bytes);

	expect(card, OPEN, "019000");
	tsm_open(&basic, card, AID_ISD, &tsm_isd_keys, 0x33);
	other = basic;
	other.data = YKT_BUF(other.data_bytes);
	scp03_initialize_build(0, challenge, &cmd);
	bytes[0] |= 1;
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&cmd), &other.data), SW_OK);
	assert_int_equal(scp03_init_rsp_decode(ykt_buf_view(&other.data), &rsp), YKT_OK);
	assert_int_equal(
	    scp03_derive(card->crypto, &tsm_isd_keys, challenge, rsp.challenge, &keys), YKT_OK);
	assert_int_equal(
	    scp03_cryptograms(card->crypto, &keys, challenge, rsp.challenge, mine, host), YKT_OK);
	scp03_session_init(&other.session, &keys);
	cmd.len = 0;
	assert_int_equal(
	    scp03_authenticate_build(card->crypto, &other.session, 0x33, host, &cmd), YKT_OK);
	bytes[0] |= 1;
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	assert_int_equal(send_on(&other, 1, "80CA00E000"), SW_OK);
	assert_int_equal(tsm_send_hex(&basic, "80CA00E000"), SW_OK);
	assert_int_equal(send_on(&other, 1, "80CA00E000"), SW_OK);

	/* STORE DATA series: the later first block takes the buffer. */
	assert_int_equal(tsm_send_hex(&basic, "80E21000024203"), SW_OK);
	assert_int_equal(send_on(&other, 1, "80E21000024203"), SW_OK);
	assert_int_equal(tsm_send_hex(&basic, "80E2900103010203"), SW_P1P2);
	assert_int_equal(send_on(&other, 1, "80E2900103ABCDEF"), SW_OK);
	expect_on(card, AIR, "80CA004200", "4203ABCDEF9000");

	/* Closing the channel ends only its own. */
	expect(card, "00708001", "9000");
	assert_int_equal(tsm_send_hex(&basic, "80CA00E000"), SW_OK);
}

/* Leaves a right CREDIT for the basic channel. */
static void
begin_load(struct card *card, struct ykt_buf *ret_credit)
{
	uint8_t bytes[16], cmd_bytes[64];
	struct ykt_buf init = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);

	assert_int_equal(ykt_hex_decode(INIT_LOAD, strlen(INIT_LOAD), &cmd), YKT_OK);
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&cmd), &init), SW_OK);
	ret_credit->len = 0;
	terminal_credit_cmd(card, ykt_buf_view(&init), 1000, ret_credit);
}

static const struct {
	const char *why;
	const char *cmd; /* between INITIALIZE and CREDIT, on channel 1 or 2 */
	uint16_t sw;     /* of the command */
	uint16_t sw_credit;
} between[] = {
	{ "a second INITIALIZE FOR LOAD", "815000020B01000003E8" TERMINAL_HEX "10", SW_OK,
	    SW_CONDITIONS },
	{ "an attestation", "815000020B0100000000" TERMINAL_HEX "10", SW_OK, SW_CONDITIONS },
	{ "INITIALIZE FOR PURCHASE", "815001020B0100000001" TERMINAL_HEX "0F", SW_OK,
	    SW_CONDITIONS },
	{ "the proof of not loaded", "815A000202000208", SW_NO_PROOF, SW_CONDITIONS },
	{ "the balance", "815C000204", SW_OK, SW_CONDITIONS },
	{ "a refused INITIALIZE", "815000020B0900000001" TERMINAL_HEX "10", SW_KEY_INDEX,
	    SW_CONDITIONS },
	{ "SELECT of the purse", SELECT_ON1, SW_OK, SW_CONDITIONS },
	{ "SELECT of something else, away from the purse", "01A4040000", SW_OK, SW_CONDITIONS },
	{ "the domain's data", "82CA006600", SW_OK, SW_OK },
	{ "a command the domain does not know", "82FF0000", SW_INS, SW_OK },
	{ "opening a channel", "0270000001", SW_OK, SW_OK },
};

/* t_vse_two_channels. */
static void
test_no_channel_works_on_a_purse_while_another_waits(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64], rsp_bytes[300];
	struct ykt_buf credit = YKT_BUF(bytes);
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);
	unsigned done = 0;

	expect(card, OPEN, "019000");
	expect(card, OPEN, "029000");
	for (size_t i = 0; i < YKT_ARRAY_LEN(between); i++) {
		const char *got;
		char word[5] = { 0 };
		uint16_t sw;

		expect_sw(card, SW_OK, SELECT_ON1);
		expect_sw(card, SW_OK, SELECT_PURSE);
		begin_load(card, &credit);
		got = card_hex(card, WIRED, between[i].cmd);
		memcpy(word, got + strlen(got) - 4, 4);
		rsp.len = 0;
		assert_int_equal(ykt_hex_decode(word, 4, &rsp), YKT_OK);
		if (ykt_get_u16(rsp_bytes) != between[i].sw)
			fail_msg("%s: answered %s", between[i].why, got);
		sw = card_send(card, WIRED, ykt_buf_view(&credit), NULL);
		if (sw != between[i].sw_credit)
			fail_msg("%s: the credit got %04X", between[i].why, sw);
		done += sw == SW_OK ? 1 : 0;
		expect_sw(card, SW_OK, SELECT_PURSE);
		assert_int_equal(ykt_hex_decode("805C000204", 10, &rsp), YKT_OK);
		rsp.len = 0;
		assert_int_equal(
		    card_send(card, WIRED, ykt_bytes("\x80\x5C\x00\x02\x04", 5), &rsp), SW_OK);
		assert_int_equal(ykt_get_u32(rsp_bytes), 5000 + 1000 * done);
	}
	assert_int_equal(done, 3);
}

/* The right CREDIT on the wrong channel ends the session and is worth nothing. */
static void
test_a_credit_belongs_to_the_channel_of_its_initialize(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64];
	struct ykt_buf credit = YKT_BUF(bytes);

	expect(card, OPEN, "019000");
	expect_sw(card, SW_OK, SELECT_ON1);
	begin_load(card, &credit);
	bytes[0] |= 1;
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&credit), NULL), SW_CONDITIONS);
	bytes[0] = 0x80;
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&credit), NULL), SW_CONDITIONS);
	expect(card, "805C000204", "000013889000");

	/* A whole load runs on a channel that is not the basic one, MACs and all. */
	begin_load(card, &credit);
	expect(card, "01708001", "9000");
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&credit), NULL), SW_CONDITIONS);
	expect(card, "805C000204", "000013889000");
}

static void
test_a_load_runs_on_another_channel(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64], init_bytes[16], cmd_bytes[64];
	struct ykt_buf credit = YKT_BUF(bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);

	expect(card, OPEN, "019000");
	expect_sw(card, SW_OK, SELECT_ON1);
	assert_int_equal(ykt_hex_decode(INIT_LOAD, strlen(INIT_LOAD), &cmd), YKT_OK);
	cmd_bytes[0] |= 1;
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&cmd), &init), SW_OK);
	terminal_credit_cmd(card, ykt_buf_view(&init), 1000, &credit);
	bytes[0] |= 1;
	/* Resets of the other side and work of a domain beside it do not matter. */
	expect_on(card, AIR, "00A4040000", card_hex(card, AIR, "00A4040000"));
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&credit), NULL), SW_OK);
	expect(card, "815C000204", "000017709000");

	/* Closing the channel that waits ends the session. */
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	expect(card, "00708001", "9000");
	assert_int_equal(card->se.purse.state, SE_PURSE_IDLE);
}

/* A tap waits on channel 1 of the air: the wire is refused as on channel 0. */
static void
test_the_wire_waits_for_a_tap_on_any_channel(void **state)
{
	struct card *card = *state;

	expect_on(card, AIR, OPEN, "019000");
	assert_memory_equal(card_hex(card, AIR, SELECT_ON1), "6F31", 4);
	card_hex(card, AIR, "815001020B0100000064" TERMINAL_HEX "0F");
	expect(card, OPEN, "019000");
	expect(card, SELECT_ON1, "6985");
	expect(card, SELECT_PURSE, "6985");
	/* A copy of the basic channel's purse is a selection too. */
	expect_on(card, AIR, "00708001", "9000");
	expect_sw(card, SW_OK, SELECT_ON1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define P(f) cmocka_unit_test_setup_teardown(f, setup_purse, teardown)
	const struct CMUnitTest tests[] = {
		T(test_channels_are_numbered_from_the_lowest_free_one),
		T(test_refusals_open_and_close_nothing),
		P(test_each_channel_has_its_own_selection),
		T(test_the_interfaces_do_not_share_channels),
		T(test_a_secure_channel_belongs_to_one_channel),
		T(test_two_channels_hold_two_secure_channels),
		P(test_no_channel_works_on_a_purse_while_another_waits),
		P(test_a_credit_belongs_to_the_channel_of_its_initialize),
		P(test_a_load_runs_on_another_channel),
		P(test_the_wire_waits_for_a_tap_on_any_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
