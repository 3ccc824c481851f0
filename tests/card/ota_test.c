/*
 * Secured packets: those of ota.json made byte by byte and opened, both checksum
 * kinds by example, and every way that a packet can be wrong.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/ota.h"
#include "card/ota_check.h"
#include "card_check.h"

#define PACKET_MAX 512

/* One case of the vectors. */
struct sample {
	struct ota_head head;
	struct ota_keys keys;
	uint8_t counter[OTA_COUNTER_LEN];
};

static void
load_key(const json_t *row, const char *name, enum crypto_alg alg, struct crypto_key *ret_key)
{
	struct hex hex = vectors_hex(row, name);

	assert_status(crypto_key_set(alg, hex_view(&hex), ret_key), YKT_OK);
}

/* The case that has a response alone names no key sets and no TAR. */
static void
load(const json_t *row, struct sample *ret)
{
	enum crypto_alg alg =
	    strcmp(vectors_text(row, "alg"), "aes") == 0 ? CRYPTO_AES : CRYPTO_TDES2;
	uint8_t spi[2];

	memset(ret, 0, sizeof(*ret));
	vectors_copy(row, "SPI", spi, sizeof(spi));
	ret->head.spi1 = spi[0];
	ret->head.spi2 = spi[1];
	ret->head.kic = alg == CRYPTO_AES ? OTA_ALG_AES : OTA_ALG_TDES2;
	ret->head.kid = ret->head.kic;
	if (json_object_get(row, "cmd") != NULL) {
		ret->head.kic = (uint8_t)vectors_number(row, "KIc");
		ret->head.kid = (uint8_t)vectors_number(row, "KID");
		vectors_copy(row, "TAR", ret->head.tar, OTA_TAR_LEN);
	}
	load_key(row, "KIc_key", alg, &ret->keys.kic);
	load_key(row, "KID_key", alg, &ret->keys.kid);
}

static void
check_command(struct crypto *c, const json_t *row, const struct sample *sample)
{
	uint8_t raw[PACKET_MAX];
	uint8_t work[PACKET_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct hex data = vectors_hex(row, "apdu");
	struct ota_command command = { .head = sample->head, .data = hex_view(&data) };
	struct ota_command opened;

	assert_status(ota_command_make(c, &command, &sample->keys, &out), YKT_OK);
	assert_hex(ykt_buf_view(&out), vectors_text(row, "cmd"));
	assert_status(
	    ota_command_open(c, ykt_buf_view(&out), &sample->keys, work, &opened), YKT_OK);
	assert_memory_equal(&opened.head, &sample->head, sizeof(opened.head));
	assert_hex(opened.data, vectors_text(row, "apdu"));
	assert_true(opened.counter == 0);
	/* In place, too. */
	assert_status(ota_command_open(c, ykt_buf_view(&out), &sample->keys, raw, &opened), YKT_OK);
	assert_hex(opened.data, vectors_text(row, "apdu"));
}

static void
check_response(struct crypto *c, const json_t *row, const struct sample *sample)
{
	const json_t *derived = json_object_get(row, "derived_rsp");
	uint8_t raw[PACKET_MAX];
	uint8_t work[PACKET_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct hex packet = vectors_hex(row, "rsp");
	struct ota_response response;

	assert_status(
	    ota_response_open(c, &sample->head, hex_view(&packet), &sample->keys, work, &response),
	    YKT_OK);
	assert_int_equal(response.padding, json_integer_value(json_object_get(derived, "pcntr")));
	assert_int_equal(response.status, json_integer_value(json_object_get(derived, "status")));
	assert_hex(response.check, vectors_text(derived, "cc"));
	assert_hex(response.data, vectors_text(derived, "data"));
	assert_status(ota_response_make(c, &sample->head, &response, &sample->keys, &out), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&out), hex_view(&packet)));
}

static void
test_packets_of_the_vectors(void **state)
{
	json_t *json = vectors_load("ota.json");
	const json_t *cases = json_object_get(json, "cases");
	unsigned commands = 0;
	unsigned responses = 0;

	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *row = json_array_get(cases, i);
		struct sample sample;

		load(row, &sample);
		if (json_object_get(row, "cmd") != NULL) {
			check_command(*state, row, &sample);
			commands++;
		}
		if (json_object_get(row, "rsp") != NULL) {
			check_response(*state, row, &sample);
			responses++;
		}
	}
	assert_int_equal(commands, 3);
	assert_int_equal(responses, 3);
	json_decref(json);
}

/* TS 102 225 annex B, in one part and in two. */
static void
test_crc_examples(void **state)
{
	const struct ykt_bytes one = ykt_bytes("\x01\x02\x03\x04\x05", 5);
	const struct ykt_bytes two[] = { ykt_bytes_sub(one, 0, 2), ykt_bytes_sub(one, 2, 3) };
	uint8_t out[OTA_CHECK_MAX];

	assert_status(ota_check(*state, OTA_RC, 0x05, NULL, &one, 1, out), YKT_OK);
	assert_hex(ykt_bytes(out, 4), "470B99F4");
	assert_status(ota_check(*state, OTA_RC, 0x01, NULL, two, 2, out), YKT_OK);
	assert_hex(ykt_bytes(out, 2), "22EC");
}

static const uint8_t key_bytes[16] = "TEST key of ota";

static struct ota_keys
keys_of(enum crypto_alg alg)
{
	struct ota_keys keys;

	assert_status(crypto_key_set(alg, YKT_BYTES(key_bytes), &keys.kic), YKT_OK);
	keys.kid = keys.kic;
	keys.kid.bytes[0] ^= 0xFF;

	return keys;
}

#define SPI_CC_CIPHER_HIGHER 0x16
#define SPI2_POR_SECURED     0x19

static struct ota_head
head_of(uint8_t spi1, uint8_t id)
{
	return (struct ota_head){ spi1, SPI2_POR_SECURED, id, id, { 0xB0, 0x00, 0x01 } };
}

static struct ykt_bytes
make(struct crypto *c, uint8_t spi1, uint8_t id, enum crypto_alg alg, struct ykt_bytes data,
    struct ykt_buf *out)
{
	struct ota_command command = {
		.head = head_of(spi1, id), .counter = 0x0102030405, .data = data
	};
	struct ota_keys keys = keys_of(alg);

	assert_status(ota_command_make(c, &command, &keys, out), YKT_OK);

	return ykt_buf_view(out);
}

/* Each integrity, with and without the cipher, every length up to two blocks. */
static void
test_round_trips(void **state)
{
	static const struct {
		uint8_t spi1;
		uint8_t id;
		enum crypto_alg alg;
	} rows[] = {
		{ 0x10, 0x15, CRYPTO_TDES2 },
		{ 0x11, 0x11, CRYPTO_TDES2 },
		{ 0x15, 0x15, CRYPTO_TDES2 },
		{ 0x12, 0x15, CRYPTO_TDES2 },
		{ 0x16, 0x15, CRYPTO_TDES2 },
		{ 0x14, 0x12, CRYPTO_AES },
		{ 0x12, 0x12, CRYPTO_AES },
		{ 0x16, 0x12, CRYPTO_AES },
	};
	uint8_t data[33];

	memset(data, 0xA5, sizeof(data));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ota_keys keys = keys_of(rows[i].alg);

		for (size_t len = 0; len <= sizeof(data); len++) {
			uint8_t raw[PACKET_MAX];
			uint8_t work[PACKET_MAX];
			struct ykt_buf out = YKT_BUF(raw);
			struct ykt_bytes packet = make(*state, rows[i].spi1, rows[i].id,
			    rows[i].alg, ykt_bytes(data, len), &out);
			struct ota_command opened;

			assert_true(packet.len <= len + OTA_OVERHEAD_MAX);
			assert_status(
			    ota_command_open(*state, packet, &keys, work, &opened), YKT_OK);
			assert_true(opened.counter == 0x0102030405);
			assert_int_equal(opened.data.len, len);
			assert_memory_equal(opened.data.data, data, len);
		}
	}
}

static void
refuse(struct crypto *c, struct ykt_bytes packet, const struct ota_keys *keys,
    enum ykt_status status, const char *why)
{
	static const uint8_t zeros[PACKET_MAX];
	uint8_t work[PACKET_MAX];
	struct ota_command opened = { .counter = 0x5A };

	memset(work, 0, sizeof(work));
	assert_status_why(ota_command_open(c, packet, keys, work, &opened), status, why);
	assert_true_why(opened.counter == 0x5A && opened.data.data == NULL, why);
	assert_true_why(memcmp(work, zeros, sizeof(work)) == 0, why);
}

/* A wrong bit anywhere: in the head it changes the checksum's input, or a length. */
static void
test_a_packet_with_a_bit_changed_is_refused(void **state)
{
	const struct ykt_bytes data = ykt_bytes_str("00A40004");
	struct ota_keys keys = keys_of(CRYPTO_AES);
	uint8_t raw[PACKET_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_bytes packet = make(*state, SPI_CC_CIPHER_HIGHER, 0x12, CRYPTO_AES, data, &out);

	for (size_t i = 0; i < packet.len; i++) {
		uint8_t work[PACKET_MAX];
		struct ota_command opened = { .counter = 0x5A };
		bool weaker = i == 3; /* SPI: what it asks for is the card's to judge */

		raw[i] ^= 0x10;
		if (!weaker) {
			assert_int_not_equal(
			    ota_command_open(*state, packet, &keys, work, &opened), YKT_OK);
			assert_true(opened.counter == 0x5A);
		}
		raw[i] ^= 0x10;
	}
	raw[packet.len - 1] ^= 1;
	refuse(*state, packet, &keys, YKT_E_MAC, "the last byte");
}

static void
test_lengths_that_do_not_add_up_are_refused(void **state)
{
	struct ota_keys keys = keys_of(CRYPTO_AES);
	uint8_t raw[PACKET_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_bytes packet =
	    make(*state, SPI_CC_CIPHER_HIGHER, 0x12, CRYPTO_AES, ykt_bytes_str("0123456789"), &out);

	for (size_t len = 0; len < packet.len; len++)
		refuse(*state, ykt_bytes_sub(packet, 0, len), &keys, YKT_E_FORMAT, "cut");
	raw[packet.len] = 0;
	refuse(*state, ykt_bytes(raw, packet.len + 1), &keys, YKT_E_FORMAT, "a byte over");
	raw[2]++;
	refuse(*state, packet, &keys, YKT_E_FORMAT, "CHL one more");
	raw[2] = 0xFF;
	refuse(*state, packet, &keys, YKT_E_FORMAT, "CHL past the end");
	raw[2] = 12;
	refuse(*state, packet, &keys, YKT_E_FORMAT, "CHL without a counter");
}

static void
test_padding_larger_than_the_data_is_refused(void **state)
{
	struct ota_keys keys = keys_of(CRYPTO_AES);
	uint8_t raw[PACKET_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	/* No integrity and no cipher: PCNTR lies open. */
	struct ykt_bytes packet = make(*state, 0x10, 0x12, CRYPTO_AES, ykt_bytes_str("AB"), &out);

	raw[OTA_HEAD_LEN + OTA_COUNTER_LEN] = 3;
	refuse(*state, packet, &keys, YKT_E_FORMAT, "one more than the data");
}

static void
test_algorithms_and_keys_refused(void **state)
{
	static const struct {
		const char *why;
		uint8_t spi1;
		uint8_t id;
		enum ykt_status status;
	} rows[] = {
		{ "a digital signature", 0x17, 0x12, YKT_E_ARG },
		{ "implicit algorithms", 0x16, 0x10, YKT_E_ARG },
		{ "single DES", 0x16, 0x11, YKT_E_ARG },
		{ "3DES of three keys", 0x16, 0x19, YKT_E_ARG },
		{ "a CRC that is none", 0x11, 0x12, YKT_E_ARG },
		{ "3DES with a key of AES", 0x16, 0x15, YKT_E_KEY },
	};
	struct ota_keys keys = keys_of(CRYPTO_AES);
	uint8_t raw[PACKET_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ykt_buf out = YKT_BUF(raw);
		struct ota_command command = { .head = head_of(rows[i].spi1, rows[i].id) };
		struct ykt_bytes packet;

		assert_status_why(
		    ota_command_make(*state, &command, &keys, &out), rows[i].status, rows[i].why);
		assert_true_why(out.len == 0, rows[i].why);
		packet = make(*state, SPI_CC_CIPHER_HIGHER, 0x12, CRYPTO_AES,
		    ykt_bytes_str("0123456789"), &out);
		raw[3] = rows[i].spi1;
		raw[5] = rows[i].id;
		raw[6] = rows[i].id;
		refuse(*state, packet, &keys, rows[i].status, rows[i].why);
	}
}

static void
test_a_counter_of_six_bytes_is_refused(void **state)
{
	struct ota_command command = { .head = head_of(0x16, 0x12),
		.counter = OTA_COUNTER_MAX + 1 };
	struct ota_keys keys = keys_of(CRYPTO_AES);
	uint8_t raw[PACKET_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_buf small = { raw, 0, 20, false };

	assert_status(ota_command_make(*state, &command, &keys, &out), YKT_E_ARG);
	assert_int_equal(out.len, 0);
	command.counter = OTA_COUNTER_MAX;
	assert_status(ota_command_make(*state, &command, &keys, &small), YKT_E_SPACE);
	assert_int_equal(small.len, 0);
	assert_status(ota_command_make(*state, &command, &keys, &out), YKT_OK);
}

static void
test_bad_responses_are_refused(void **state)
{
	struct ota_head head = head_of(SPI_CC_CIPHER_HIGHER, 0x12);
	struct ota_keys keys = keys_of(CRYPTO_AES);
	struct ota_response response = {
		.tar = { 0xB0, 0, 1 }, .counter = 7, .data = ykt_bytes_str("ok")
	};
	struct ota_response opened = { .status = 0x5A };
	uint8_t raw[PACKET_MAX];
	uint8_t work[PACKET_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_bytes packet;

	assert_status(ota_response_make(*state, &head, &response, &keys, &out), YKT_OK);
	packet = ykt_buf_view(&out);
	for (size_t i = 0; i < packet.len; i++) {
		raw[i] ^= 0x01;
		assert_int_not_equal(
		    ota_response_open(*state, &head, packet, &keys, work, &opened), YKT_OK);
		assert_int_equal(opened.status, 0x5A);
		raw[i] ^= 0x01;
		assert_status(ota_response_open(
				  *state, &head, ykt_bytes_sub(packet, 0, i), &keys, work, &opened),
		    YKT_E_FORMAT);
	}
	assert_status(ota_response_open(*state, &head, packet, &keys, work, &opened), YKT_OK);
	assert_int_equal(opened.status, 0);
}

/* Published packets without ciphering lack their CPL; their checksum counts it. */
static void
test_a_packet_without_its_cpl_is_made_whole(void **state)
{
	struct ota_keys keys = keys_of(CRYPTO_TDES2);
	uint8_t raw[PACKET_MAX];
	uint8_t whole_raw[PACKET_MAX];
	uint8_t work[PACKET_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_buf whole = YKT_BUF(whole_raw);
	struct ykt_bytes packet =
	    make(*state, 0x12, 0x15, CRYPTO_TDES2, ykt_bytes_str("00A4"), &out);
	struct ykt_bytes bare = ykt_bytes_sub(packet, 2, packet.len);
	struct ota_command opened;

	refuse(*state, bare, &keys, YKT_E_FORMAT, "on the wire it must be there");
	assert_status(ota_command_whole(bare, &whole), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&whole), packet));
	assert_status(ota_command_open(*state, ykt_buf_view(&whole), &keys, work, &opened), YKT_OK);
	whole.len = 0;
	assert_status(ota_command_whole(packet, &whole), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&whole), packet));
	whole.len = 0;
	assert_status(ota_command_whole(ykt_bytes_sub(bare, 1, 10), &whole), YKT_E_FORMAT);
	assert_int_equal(whole.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets_of_the_vectors),
		cmocka_unit_test(test_crc_examples),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_a_packet_with_a_bit_changed_is_refused),
		cmocka_unit_test(test_lengths_that_do_not_add_up_are_refused),
		cmocka_unit_test(test_padding_larger_than_the_data_is_refused),
		cmocka_unit_test(test_algorithms_and_keys_refused),
		cmocka_unit_test(test_a_counter_of_six_bytes_is_refused),
		cmocka_unit_test(test_bad_responses_are_refused),
		cmocka_unit_test(test_a_packet_without_its_cpl_is_made_whole),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
