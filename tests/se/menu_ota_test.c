/*
 * Menu packages over the air: secured packets in ENVELOPE, and everything that gets
 * no further than its status (T19).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "menu_kit.h"

#include <string.h>

#include "card/ota.h"
#include "card/sms.h"
#include "card/sw.h"

#define LEVEL      0x16
#define POR_SECURE 0x19 /* always, checksum, ciphered */
#define KEY_ID     0x12
#define BLOCK_LEN  80

/* A sender: keys and the head of its packets. */
struct sender {
	struct card *card;
	struct ota_keys keys;
	struct ota_head head;
	uint64_t counter;
	uint8_t bytes[300]; /* the answer to ENVELOPE */
	struct ykt_buf answer;
};

static void
sender_init(struct sender *sender, struct card *card)
{
	memset(sender, 0, sizeof(*sender));
	sender->card = card;
	sender->head = (struct ota_head){ LEVEL, POR_SECURE, KEY_ID, KEY_ID, { 'M', 'N', 'U' } };
	sender->answer = YKT_BUF(sender->bytes);
	assert_int_equal(
	    crypto_key_set(CRYPTO_AES, ykt_bytes(MENU_OTA_KIC, 16), &sender->keys.kic), YKT_OK);
	assert_int_equal(
	    crypto_key_set(CRYPTO_AES, ykt_bytes(MENU_OTA_KID, 16), &sender->keys.kid), YKT_OK);
}

/* The whole ENVELOPE around a packet. */
static void
envelope(struct ykt_bytes packet, struct ykt_buf *out)
{
	static const uint8_t time[SMS_TIME_LEN] = { 0x62, 0x11, 0x32, 0x01, 0x00, 0x00, 0x23 };
	uint8_t ud_bytes[200], tpdu_bytes[250], data_bytes[300];
	struct ykt_buf ud = YKT_BUF(ud_bytes);
	struct ykt_buf tpdu = YKT_BUF(tpdu_bytes);
	struct ykt_buf data = YKT_BUF(data_bytes);
	struct sms_deliver deliver = { .has_header = true,
		.address_digits = 4,
		.address_type = 0x91,
		.address = ykt_bytes("\x21\x43", 2),
		.pid = SMS_PID_DOWNLOAD,
		.dcs = SMS_DCS_DOWNLOAD,
		.time = YKT_BYTES(time) };
	size_t mark;

	ykt_put_u24(&ud, 0x027000);
	ykt_put(&ud, packet);
	deliver.data = ykt_buf_view(&ud);
	sms_deliver_encode(&deliver, &tpdu);
	assert_false(tpdu.full);
	mark = usat_envelope_begin(&data, USAT_SMS_PP, USAT_NETWORK, USAT_UICC);
	usat_put(&data, USAT_TAG_SMS_TPDU | USAT_CR, ykt_buf_view(&tpdu));
	usat_end(&data, mark);
	out->len = 0;
	ykt_put_u32(out, 0x80C20000);
	ykt_put_u8(out, (uint8_t)data.len);
	ykt_put(out, ykt_buf_view(&data));
	ykt_put_u8(out, 0);
	assert_false(out->full);
}

static void
make_packet(struct sender *sender, struct ykt_bytes apdu, struct ykt_buf *out)
{
	struct ota_command command = {
		.head = sender->head, .counter = sender->counter, .data = apdu
	};

	out->len = 0;
	assert_int_equal(
	    ota_command_make(sender->card->crypto, &command, &sender->keys, out), YKT_OK);
}

static uint16_t
send_packet(struct sender *sender, struct ykt_bytes packet)
{
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	envelope(packet, &cmd);
	sender->answer.len = 0;

	return card_send(sender->card, YKT_SE_WIRED, ykt_buf_view(&cmd), &sender->answer);
}

/* Sends an APDU; the status of the proof, whose data is left in *ret_data when given. */
static uint8_t
send_apdu(struct sender *sender, struct ykt_bytes apdu, uint8_t data[100], size_t *ret_len)
{
	uint8_t bytes[200], work[300];
	struct ykt_buf packet = YKT_BUF(bytes);
	struct ota_response response;

	make_packet(sender, apdu, &packet);
	assert_int_equal(send_packet(sender, ykt_buf_view(&packet)), SW_OK);
	assert_int_equal(ota_response_open(sender->card->crypto, &sender->head,
			     ykt_buf_view(&sender->answer), &sender->keys, work, &response),
	    YKT_OK);
	if (ret_len != NULL) {
		assert_true(response.data.len <= 100);
		memcpy(data, response.data.data, response.data.len);
		*ret_len = response.data.len;
	}

	return response.status;
}

/* One block of LOAD in a packet; the word that the proof tells. */
static uint16_t
send_block(struct sender *sender, struct ykt_bytes package, size_t at)
{
	struct ykt_bytes block = ykt_bytes_sub(package, at, BLOCK_LEN);
	uint8_t bytes[100], data[100];
	struct ykt_buf apdu = YKT_BUF(bytes);
	size_t len = 0;

	ykt_put_u16(&apdu, 0x80E8);
	ykt_put_u8(&apdu, at + block.len == package.len ? 0x80 : 0x00);
	ykt_put_u8(&apdu, (uint8_t)(at / BLOCK_LEN));
	ykt_put_u8(&apdu, (uint8_t)block.len);
	ykt_put(&apdu, block);
	sender->counter++;
	assert_int_equal(send_apdu(sender, ykt_buf_view(&apdu), data, &len), OTA_STATUS_OK);
	assert_int_equal(len, 3);
	assert_int_equal(data[0], 1);

	return ykt_get_u16(data + 1);
}

static void
test_download_and_upgrade_over_the_air(void **state)
{
	struct card *card = menu_card(NULL);
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf package = YKT_BUF(bytes);
	struct sender sender;
	struct phone phone;

	(void)state;
	sender_init(&sender, card);
	for (uint16_t version = 1; version <= 2; version++) {
		menu_package(card, version, false, &package);
		for (size_t at = 0; at < package.len; at += BLOCK_LEN)
			assert_int_equal(send_block(&sender, ykt_buf_view(&package), at), SW_OK);
		phone_start(&phone, card);
		phone_sees(&phone, USAT_SET_UP_MENU, version == 1 ? "交通卡1" : "交通卡2");
		phone_answer(&phone, USAT_DONE, ykt_bytes(NULL, 0));
	}
	/* Down again: the menu's own word comes back in the proof. */
	menu_package(card, 1, false, &package);
	for (size_t at = 0; at < package.len; at += BLOCK_LEN)
		assert_int_equal(send_block(&sender, ykt_buf_view(&package), at),
		    at + BLOCK_LEN < package.len ? SW_OK : SW_CONDITIONS);
	phone_start(&phone, card);
	phone_sees(&phone, USAT_SET_UP_MENU, "交通卡2");
	/* No channel stays open. */
	expect(card, "0070000001", "019000");
	card_free(&card);
}

#define INFO ykt_bytes("\x80\xCA\x00\x00\x00", 5)

static void
test_the_answer_of_the_menu_comes_back(void **state)
{
	struct card *card = menu_card(NULL);
	struct sender sender;
	uint8_t data[100];
	size_t len = 0;

	(void)state;
	menu_install(card, 3);
	sender_init(&sender, card);
	sender.counter = 1;
	assert_int_equal(send_apdu(&sender, INFO, data, &len), OTA_STATUS_OK);
	assert_int_equal(len, 9);
	assert_memory_equal(data, "\x01\x90\x00\x01\x01\x00\x03\x00\x00", 9);
	card_free(&card);
}

/* A packet counts once, whatever happens to the power. */
static void
test_a_packet_again_is_refused(void **state)
{
	struct card *card = menu_card(NULL);
	struct sender sender;
	struct snapshot *before;

	(void)state;
	sender_init(&sender, card);
	sender.counter = 5;
	assert_int_equal(send_apdu(&sender, INFO, NULL, NULL), OTA_STATUS_OK);
	before = kit_before(card);
	assert_int_equal(send_apdu(&sender, INFO, NULL, NULL), OTA_STATUS_COUNTER_LOW);
	assert_int_equal(card_boot(card), YKT_OK);
	assert_int_equal(send_apdu(&sender, INFO, NULL, NULL), OTA_STATUS_COUNTER_LOW);
	sender.counter = 4;
	assert_int_equal(send_apdu(&sender, INFO, NULL, NULL), OTA_STATUS_COUNTER_LOW);
	kit_same(card, before, "counters");
	sender.counter = OTA_COUNTER_MAX;
	assert_int_equal(send_apdu(&sender, INFO, NULL, NULL), OTA_STATUS_OK);
	card_free(&card);
}

/* Below its level, to another target, with another key: a status, and nothing moved. */
static void
test_packets_that_are_not_to_be_taken(void **state)
{
	static const struct {
		const char *why;
		uint8_t spi1;
		uint8_t id;
		uint8_t target;
		uint8_t status;
	} rows[] = {
		{ "nothing at all", 0x00, KEY_ID, 'M', OTA_STATUS_LEVEL_LOW },
		{ "no checksum", 0x14, KEY_ID, 'M', OTA_STATUS_LEVEL_LOW },
		{ "no cipher", 0x12, KEY_ID, 'M', OTA_STATUS_LEVEL_LOW },
		{ "a counter that nobody checks", 0x0E, KEY_ID, 'M', OTA_STATUS_LEVEL_LOW },
		{ "no counter", 0x06, KEY_ID, 'M', OTA_STATUS_LEVEL_LOW },
		{ "another key set", LEVEL, 0x22, 'M', OTA_STATUS_LEVEL_LOW },
		{ "another target", LEVEL, KEY_ID, 'N', OTA_STATUS_TAR },
	};
	struct card *card = menu_card(NULL);
	struct sender sender;
	uint8_t bytes[200], work[300];
	struct ykt_buf packet = YKT_BUF(bytes);
	struct ota_response response;

	(void)state;
	sender_init(&sender, card);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct snapshot *before = kit_before(card);
		struct ota_head head = sender.head;

		sender.counter = 100 + i;
		sender.head.spi1 = rows[i].spi1;
		sender.head.kic = sender.head.kid = rows[i].id;
		sender.head.tar[0] = rows[i].target;
		make_packet(&sender, INFO, &packet);
		sender.head = head;
		assert_int_equal(send_packet(&sender, ykt_buf_view(&packet)), SW_OK);
		assert_int_equal(ota_response_open(card->crypto, &sender.head,
				     ykt_buf_view(&sender.answer), &sender.keys, work, &response),
		    YKT_OK);
		assert_int_equal(response.status, rows[i].status);
		assert_int_equal(response.data.len, 0);
		kit_same(card, before, rows[i].why);
	}
	card_free(&card);
}

static void
test_t_ota_unsigned(void **state)
{
	struct card *card = menu_card(NULL);
	struct snapshot *before = kit_before(card);
	struct sender sender;
	uint8_t bytes[200], work[300];
	struct ykt_buf packet = YKT_BUF(bytes);
	struct ota_response response;

	(void)state;
	sender_init(&sender, card);
	sender.counter = 9;
	make_packet(&sender, INFO, &packet);
	/* Any bit of what is behind the head. */
	for (size_t at = OTA_HEAD_LEN; at < packet.len; at++) {
		bytes[at] ^= 0x04;
		assert_int_equal(send_packet(&sender, ykt_buf_view(&packet)), SW_OK);
		bytes[at] ^= 0x04;
		assert_int_equal(ota_response_open(card->crypto, &sender.head,
				     ykt_buf_view(&sender.answer), &sender.keys, work, &response),
		    YKT_OK);
		assert_true(
		    response.status == OTA_STATUS_CC || response.status == OTA_STATUS_SECURITY);
		assert_int_equal(response.data.len, 0);
	}
	kit_same(card, before, "unsigned");
	card_free(&card);
}

static void
test_envelopes_that_hold_no_packet(void **state)
{
	struct card *card = menu_card(NULL);
	struct snapshot *before = kit_before(card);
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	(void)state;
	envelope(ykt_bytes("\x00\x01\x00", 3), &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_DATA);
	/* A short message for people; one without its TPDU; one from the display. */
	expect(card,
	    "80C200002FD12D8202838106099111223344556677F88B1C04049121437FF6891010000000000D53686F"
	    "7274204D65737361676500",
	    "6A80");
	expect(card, "80C2000006D1048202838100", "6985");
	expect(card, "80C200000BD1098202028106008B0100", "6985");
	kit_same(card, before, "no packet");
	card_free(&card);
}

static void
test_a_card_without_keys_takes_nothing(void **state)
{
	struct card *card = card_new();
	struct sender sender;
	uint8_t bytes[200];
	struct ykt_buf packet = YKT_BUF(bytes);

	(void)state;
	sender_init(&sender, card);
	sender.counter = 1;
	make_packet(&sender, INFO, &packet);
	assert_int_equal(send_packet(&sender, ykt_buf_view(&packet)), SW_CONDITIONS);
	assert_int_equal(sender.answer.len, 0);
	card_free(&card);
}

/* Cut anywhere: the packet was taken once, or may come again. */
static void
test_a_cut_never_lets_a_packet_count_twice(void **state)
{
	struct card *card = menu_card(NULL);
	uint8_t package_bytes[MENU_PACK_MAX], bytes[200], cmd_bytes[300];
	struct ykt_buf package = YKT_BUF(package_bytes);
	struct ykt_buf packet = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	unsigned again = 0;
	unsigned refused = 0;

	(void)state;
	menu_package(card, 1, false, &package);
	card_free(&card);
	for (unsigned k = 0;; k++) {
		unsigned at = 1 + k / TEAR_COUNT;
		uint8_t apdu[5 + BLOCK_LEN] = { 0x80, 0xE8, 0x00, 0x00, BLOCK_LEN };
		struct sender sender;
		bool fired;
		uint8_t status;

		card = menu_card(NULL);
		sender_init(&sender, card);
		sender.counter = 1;
		memcpy(apdu + 5, package_bytes, BLOCK_LEN);
		make_packet(&sender, YKT_BYTES(apdu), &packet);
		envelope(ykt_buf_view(&packet), &cmd);
		nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)(k % TEAR_COUNT));
		card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL);
		fired = card->nvm.fired;
		nvm_power(&card->nvm);
		assert_int_equal(card_boot(card), YKT_OK);
		status = send_apdu(&sender, YKT_BYTES(apdu), NULL, NULL);
		assert_true(status == OTA_STATUS_OK || status == OTA_STATUS_COUNTER_LOW);
		again += status == OTA_STATUS_OK ? 1 : 0;
		refused += status == OTA_STATUS_COUNTER_LOW ? 1 : 0;
		assert_int_equal(
		    send_apdu(&sender, YKT_BYTES(apdu), NULL, NULL), OTA_STATUS_COUNTER_LOW);
		card_free(&card);
		if (!fired)
			break;
	}
	assert_true(again > 0 && refused > 0);
}

/* A card that was made for 3DES takes packets of 3DES, and AES is not its level. */
static void
test_a_card_of_3des(void **state)
{
	struct card *card = menu_card_alg(NULL, OTA_ALG_TDES2);
	struct sender sender;
	uint8_t bytes[200], work[300];
	struct ykt_buf packet = YKT_BUF(bytes);
	struct ota_response response;

	(void)state;
	sender_init(&sender, card);
	sender.counter = 1;
	make_packet(&sender, INFO, &packet);
	sender.keys.kic.alg = sender.keys.kid.alg = CRYPTO_TDES2;
	sender.head.kic = sender.head.kid = 0x15;
	assert_int_equal(send_packet(&sender, ykt_buf_view(&packet)), SW_OK);
	assert_int_equal(ota_response_open(card->crypto, &sender.head, ykt_buf_view(&sender.answer),
			     &sender.keys, work, &response),
	    YKT_OK);
	assert_int_equal(response.status, OTA_STATUS_LEVEL_LOW);
	assert_int_equal(send_apdu(&sender, INFO, NULL, NULL), OTA_STATUS_OK);
	assert_int_equal(send_apdu(&sender, INFO, NULL, NULL), OTA_STATUS_COUNTER_LOW);
	card_free(&card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_download_and_upgrade_over_the_air),
		cmocka_unit_test(test_the_answer_of_the_menu_comes_back),
		cmocka_unit_test(test_a_packet_again_is_refused),
		cmocka_unit_test(test_packets_that_are_not_to_be_taken),
		cmocka_unit_test(test_t_ota_unsigned),
		cmocka_unit_test(test_envelopes_that_hold_no_packet),
		cmocka_unit_test(test_a_card_without_keys_takes_nothing),
		cmocka_unit_test(test_a_cut_never_lets_a_packet_count_twice),
		cmocka_unit_test(test_a_card_of_3des),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
