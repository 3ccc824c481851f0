/*
 * Channels and timers of the toolkit: the elements of the vectors read, written
 * again byte by byte, and what is none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/usat_bip.h"
#include "card_check.h"

/* open_channel_221, from the bearer on; the names and passwords between are not ours. */
#define OPEN                                                                                       \
	"350702030403041F0239020578470A065465737447700272730D08F4557365724C6F67"                   \
	"0D08F4557365725077643C0301AD9C3E052101010101"

static void
test_the_channel_of_the_vectors(void **state)
{
	struct hex hex = hex_of(OPEN);
	struct usat_open open;
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	assert_status(usat_open_decode(hex_view(&hex), &open), YKT_OK);
	assert_hex(open.bearer, "02030403041F02");
	assert_int_equal(open.buffer_size, 1400);
	assert_int_equal(open.protocol, USAT_UDP_CLIENT);
	assert_int_equal(open.port, 44444);
	assert_hex(open.address, "01010101");
	usat_open_encode(&open, &out);
	assert_hex(ykt_buf_view(&out), "350702030403041F02390205783C0301AD9C3E052101010101");
}

static void
test_an_address_of_version_6(void **state)
{
	struct hex hex =
	    hex_of("3501033902 05DC 3C03021F90 3E11 57 20010DB8000000000000000000000001");
	struct usat_open open;
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	assert_status(usat_open_decode(hex_view(&hex), &open), YKT_OK);
	assert_int_equal(open.protocol, USAT_TCP_CLIENT);
	assert_int_equal(open.address.len, 16);
	usat_open_encode(&open, &out);
	assert_true(ykt_bytes_equal(ykt_buf_view(&out), hex_view(&hex)));
}

static void
test_channels_that_are_none(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
		enum ykt_status status;
	} rows[] = {
		{ "nothing", "", YKT_NOT_FOUND },
		{ "no bearer", "390205783C0301AD9C3E052101010101", YKT_NOT_FOUND },
		{ "no buffer size", "3501033C0301AD9C3E052101010101", YKT_NOT_FOUND },
		{ "no transport level", "350103390205783E052101010101", YKT_NOT_FOUND },
		{ "no address", "350103390205783C0301AD9C", YKT_NOT_FOUND },
		{ "an empty bearer", "3500390205783C0301AD9C3E052101010101", YKT_E_FORMAT },
		{ "a buffer size of one byte", "35010339 0105 3C0301AD9C3E052101010101",
		    YKT_E_FORMAT },
		{ "half a port", "350103390205783C0201AD3E052101010101", YKT_E_FORMAT },
		{ "an empty address", "350103390205783C0301AD9C3E00", YKT_E_FORMAT },
		{ "three bytes of address", "350103390205783C0301AD9C3E0421010101", YKT_E_FORMAT },
		{ "an address of an unknown kind", "350103390205783C0301AD9C3E052201010101",
		    YKT_E_FORMAT },
		{ "IPv6 of four bytes", "350103390205783C0301AD9C3E055701010101", YKT_E_FORMAT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct usat_open open = { .port = 0x5A };

		assert_status_why(
		    usat_open_decode(hex_view(&hex), &open), rows[i].status, rows[i].why);
		assert_true_why(open.port == 0x5A && open.address.data == NULL, rows[i].why);
	}
}

/* open_channel_response_211, event_download_channel_status_131. */
static void
test_channel_status(void **state)
{
	static const struct {
		const char *hex;
		struct usat_channel channel;
	} rows[] = {
		{ "8100", { 1, true, 0 } },
		{ "0105", { 1, false, USAT_CHANNEL_DROPPED } },
		{ "0000", { 0, false, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct usat_channel got;
		uint8_t raw[8];
		struct ykt_buf out = YKT_BUF(raw);

		assert_status(usat_channel_decode(hex_view(&hex), &got), YKT_OK);
		assert_int_equal(got.id, rows[i].channel.id);
		assert_int_equal(got.open, rows[i].channel.open);
		assert_int_equal(got.info, rows[i].channel.info);
		usat_channel_put(&got, &out);
		assert_int_equal(raw[0], USAT_TAG_CHANNEL_STATUS | USAT_CR);
		assert_true(
		    ykt_bytes_equal(ykt_bytes_sub(ykt_buf_view(&out), 2, 2), hex_view(&hex)));
	}
}

static void
test_a_channel_status_that_is_none(void **state)
{
	struct usat_channel channel = { .id = 5 };

	(void)state;
	assert_status(usat_channel_decode(ykt_bytes("\x81", 1), &channel), YKT_E_FORMAT);
	assert_status(usat_channel_decode(ykt_bytes("\x81\x00\x00", 3), &channel), YKT_E_FORMAT);
	assert_int_equal(channel.id, 5);
}

/* The times of timer_mgmt_113, 133, 163, timer_expiration_221a, and the largest. */
static void
test_times(void **state)
{
	static const struct {
		const char *hex;
		uint32_t seconds;
	} rows[] = {
		{ "001003", 90 },
		{ "100000", 3600 },
		{ "000050", 5 },
		{ "000003", 30 },
		{ "329595", USAT_SECONDS_MAX },
		{ "000000", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hex hex = hex_of(rows[i].hex);
		uint32_t seconds = 1;
		uint8_t raw[8];
		struct ykt_buf out = YKT_BUF(raw);

		assert_status_why(usat_timer_decode(hex_view(&hex), &seconds), YKT_OK, rows[i].hex);
		assert_int_equal(seconds, rows[i].seconds);
		usat_timer_put(seconds, &out);
		assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 2, 3), rows[i].hex);
	}
}

static void
test_times_that_are_none(void **state)
{
	static const char *const rows[] = { "", "0000", "00000000", "420000", "000600", "000006",
		"A00000", "0A0000", "0000F0" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hex hex = hex_of(rows[i]);
		uint32_t seconds = 77;

		assert_status_why(
		    usat_timer_decode(hex_view(&hex), &seconds), YKT_E_FORMAT, rows[i]);
		assert_int_equal(seconds, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_channel_of_the_vectors),
		cmocka_unit_test(test_an_address_of_version_6),
		cmocka_unit_test(test_channels_that_are_none),
		cmocka_unit_test(test_channel_status),
		cmocka_unit_test(test_a_channel_status_that_is_none),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_times_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
