/*
 * The menus' packets from the key module's JSON side: opened, answered, made, and what
 * it does for nobody.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/air_call.h"
#include "card/air_frame.h"
#include "card/air_keys.h"
#include "keys/keys.h"
#include "wire/ota_msg.h"

#define IDENTITY "101112131415161718191A1B1C1D1E1F"
/* Of the packet's call, 03 01 123456 .., the PIN is not shown. */
#define CALL "03010000000310500000000000001700001388"
/* Made by another program (tests/card/air_seal_test.c): counter 7, that call. */
#define PACKET_AES                                                                                 \
	"00381516191212594B47CC89FF9D7C7604C9DB586BA5E109A5DC412EB6F5C3CCEE89DE7631AAE62AE5EFA80F" \
	"6F280C0DA69263617659D5D46C6D"
#define PACKET_3DES                                                                                \
	"00381516191515594B47085B726DCB0CA69F47C52AE2F5C838DFD05DE02ED33E7A13E0596069A8C071F18ABA" \
	"4D1E7C32F969129C94F6F282224A"

struct desk {
	struct crypto *crypto;
	struct keys_options options;
	struct keys *keys;
	struct keys_worker *worker;
	struct air_roots roots;
	uint8_t identity[AIR_IDENTITY_LEN];
};

static struct desk desk;
static char answer[4096];

static int64_t
no_time(void *ctx)
{
	(void)ctx;
	return 0;
}

static enum ykt_status
no_bytes(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 7, len);
	return YKT_OK;
}

static void
start(void)
{
	assert_status(keys_new(&desk.options, &desk.keys), YKT_OK);
	assert_status(keys_worker_new(desk.keys, desk.crypto, &desk.worker), YKT_OK);
}

static void
stop(void)
{
	keys_worker_free(&desk.worker);
	keys_free(&desk.keys);
}

static int
setup(void **state)
{
	static const struct ykt_clock clock = { NULL, no_time, no_time, NULL };
	static const struct ykt_random random = { NULL, no_bytes };
	static const struct ykt_store store = { 0 };
	static const struct air_roots roots = { "TEST OTA KIC    ", "TEST OTA KID    ",
		"TEST OTA PAYLOAD" };
	struct keys_roots *own = &desk.options.roots;
	struct ykt_buf identity = YKT_BUF(desk.identity);

	(void)state;
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &desk.crypto), YKT_OK);
	assert_status(ykt_hex_decode(IDENTITY, strlen(IDENTITY), &identity), YKT_OK);
	desk.options = (struct keys_options){
		.env = { &clock, &random, &ykt_alloc_libc, NULL }, .store = &store, .city = "9901"
	};
	desk.roots = roots;
	own->has_ota_kic = own->has_ota_kid = own->has_ota_payload = true;
	memcpy(own->ota_kic, roots.kic, KEYS_ROOT_LEN);
	memcpy(own->ota_kid, roots.kid, KEYS_ROOT_LEN);
	memcpy(own->ota_payload, roots.payload, KEYS_ROOT_LEN);
	start();

	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stop();
	crypto_free(&desk.crypto);

	return 0;
}

static int
ask(const char *peer, const char *path, const char *body)
{
	struct ykt_http_request req = {
		.method = YKT_HTTP_POST, .path = path, .body = ykt_bytes_str(body), .peer = peer
	};
	struct ykt_http_response rsp = { .body = {
					     (uint8_t *)answer, 0, sizeof(answer) - 1, false } };

	keys_handle(desk.worker, &req, &rsp);
	answer[rsp.body.len] = '\0';

	return rsp.code;
}

static int
open_hex(const char *packet, struct wire_key_ota_open_rsp *rsp)
{
	char body[2048];
	int code;

	(void)snprintf(
	    body, sizeof(body), "{\"se_id\":\"" IDENTITY "\",\"packet\":\"%s\"}", packet);
	code = ask("platform-9901", WIRE_PATH_KEY_OTA_OPEN, body);
	if (code == 200)
		assert_status(
		    wire_decode(&wire_key_ota_open_rsp_msg, ykt_bytes_str(answer), rsp), YKT_OK);

	return code;
}

static void
opens_packets_of_both_key_sets(void **state)
{
	static const struct {
		const char *packet;
		int key_id;
	} rows[] = { { PACKET_AES, 0x12 }, { PACKET_3DES, 0x15 } };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_key_ota_open_rsp rsp;
		char call[2 * AIR_CALL_MAX + 1];

		assert_int_equal(open_hex(rows[i].packet, &rsp), 200);
		assert_int_equal(rsp.status, OTA_STATUS_OK);
		assert_int_equal(rsp.key_id, rows[i].key_id);
		assert_int_equal(rsp.counter, 7);
		ykt_hex_encode(ykt_bytes(rsp.call.data, rsp.call.len), call);
		assert_string_equal(call, CALL);
	}
}

/* One digit of every byte changed: a status, and not a byte of the call. */
static void
a_changed_packet_gets_a_status_and_no_call(void **state)
{
	char packet[] = PACKET_AES;

	(void)state;
	for (size_t at = 2 * OTA_HEAD_LEN; at < sizeof(packet) - 1; at += 2) {
		struct wire_key_ota_open_rsp rsp;
		char kept = packet[at];

		packet[at] = kept == '0' ? '1' : '0';
		assert_int_equal(open_hex(packet, &rsp), 200);
		assert_int_equal(rsp.status, OTA_STATUS_CC);
		assert_int_equal(rsp.call.len, 0);
		assert_int_equal(rsp.counter, 0);
		packet[at] = kept;
	}
}

/* Made with the right packet keys, but by one who has no payload key; and the heads. */
static void
what_is_not_of_the_menus_level_is_not_opened(void **state)
{
	static const struct {
		const char *why;
		uint8_t spi1, spi2;
		char target;
		const char *data;
		int status;
	} rows[] = {
		{ "no payload", 0x16, 0x19, 'Y', "", OTA_STATUS_SECURITY },
		{ "a payload without its seal", 0x16, 0x19, 'Y', "0A000003", OTA_STATUS_SECURITY },
		{ "a seal of zeros", 0x16, 0x19, 'Y', "010A0000030000000000000000",
		    OTA_STATUS_SECURITY },
		{ "no checksum", 0x14, 0x19, 'Y', "01", OTA_STATUS_LEVEL_LOW },
		{ "no cipher", 0x12, 0x19, 'Y', "01", OTA_STATUS_LEVEL_LOW },
		{ "no counter", 0x06, 0x19, 'Y', "01", OTA_STATUS_LEVEL_LOW },
		{ "an open proof", 0x16, 0x09, 'Y', "01", OTA_STATUS_LEVEL_LOW },
		{ "no proof", 0x16, 0x00, 'Y', "01", OTA_STATUS_LEVEL_LOW },
		{ "another target", 0x16, 0x19, 'M', "01", OTA_STATUS_TAR },
	};
	struct air_keys keys;

	(void)state;
	assert_status(
	    air_keys_derive(desk.crypto, &desk.roots, desk.identity, OTA_ALG_AES, &keys), YKT_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct ota_command command = { .head = air_head(OTA_ALG_AES), .counter = 9 };
		uint8_t data[64], raw[128];
		struct ykt_buf plain = YKT_BUF(data);
		struct ykt_buf packet = YKT_BUF(raw);
		struct wire_key_ota_open_rsp rsp;
		char hex[2 * sizeof(raw) + 1];

		command.head.spi1 = rows[i].spi1;
		command.head.spi2 = rows[i].spi2;
		command.head.tar[0] = (uint8_t)rows[i].target;
		assert_status(ykt_hex_decode(rows[i].data, strlen(rows[i].data), &plain), YKT_OK);
		command.data = ykt_buf_view(&plain);
		assert_status(
		    ota_command_make(desk.crypto, &command, &keys.packet, &packet), YKT_OK);
		ykt_hex_encode(ykt_buf_view(&packet), hex);
		assert_int_equal(open_hex(hex, &rsp), 200);
		assert_true_why(rsp.status == rows[i].status, rows[i].why);
		assert_int_equal(rsp.call.len, 0);
	}
}

/* The card's side opens what the module answers. */
static void
an_answer_is_for_its_card_and_counter(void **state)
{
	static const char body[] =
	    "{\"se_id\":\"" IDENTITY "\",\"key_id\":18,\"counter\":7,\"status\":0,"
	    "\"answer\":\"0000020000000064\"}";
	struct wire_key_ota_answer_rsp rsp;
	const struct ota_head head = air_head(OTA_ALG_AES);
	struct ota_response response;
	struct air_keys keys;
	struct air_seal seal = { keys.payload, desk.identity, 7, AIR_DOWN };
	uint8_t work[256], inner[256];
	struct ykt_bytes plain;

	(void)state;
	assert_status(
	    air_keys_derive(desk.crypto, &desk.roots, desk.identity, OTA_ALG_AES, &keys), YKT_OK);
	assert_int_equal(ask("platform-9901", WIRE_PATH_KEY_OTA_ANSWER, body), 200);
	assert_status(
	    wire_decode(&wire_key_ota_answer_rsp_msg, ykt_bytes_str(answer), &rsp), YKT_OK);
	assert_status(
	    ota_response_open(desk.crypto, &head, ykt_bytes(rsp.packet.data, rsp.packet.len),
		&keys.packet, work, &response),
	    YKT_OK);
	assert_int_equal(response.counter, 7);
	assert_int_equal(response.status, OTA_STATUS_OK);
	assert_status(air_seal_open(desk.crypto, &seal, response.data, inner, &plain), YKT_OK);
	assert_int_equal(plain.len, 8);
	assert_memory_equal(plain.data, "\x00\x00\x02\x00\x00\x00\x00\x64", 8);
	seal.counter = 8;
	assert_status(air_seal_open(desk.crypto, &seal, response.data, inner, &plain), YKT_E_MAC);
}

static void
nothing_is_made_that_is_none(void **state)
{
	static const struct {
		const char *why;
		const char *path;
		const char *body;
	} rows[] = {
		{ "an answer that is none", WIRE_PATH_KEY_OTA_ANSWER,
		    "{\"se_id\":\"" IDENTITY
		    "\",\"key_id\":18,\"counter\":7,\"status\":0,\"answer\":\"FF\"}" },
		{ "an answer and a counter", WIRE_PATH_KEY_OTA_ANSWER,
		    "{\"se_id\":\"" IDENTITY
		    "\",\"key_id\":18,\"counter\":7,\"status\":2,\"last\":9,"
		    "\"answer\":\"00000000\"}" },
		{ "another key set", WIRE_PATH_KEY_OTA_ANSWER,
		    "{\"se_id\":\"" IDENTITY
		    "\",\"key_id\":34,\"counter\":7,\"status\":0,\"answer\":\"\"}" },
		{ "a command to a purse", WIRE_PATH_KEY_OTA_COMMAND,
		    "{\"se_id\":\"" IDENTITY
		    "\",\"key_id\":18,\"counter\":1,\"command\":\"805C000204\"}" },
		{ "a command to a domain", WIRE_PATH_KEY_OTA_COMMAND,
		    "{\"se_id\":\"" IDENTITY
		    "\",\"key_id\":18,\"counter\":1,\"command\":\"80D8000000\"}" },
		{ "a command of another channel", WIRE_PATH_KEY_OTA_COMMAND,
		    "{\"se_id\":\"" IDENTITY
		    "\",\"key_id\":18,\"counter\":1,\"command\":\"81CA000000\"}" },
		{ "no command", WIRE_PATH_KEY_OTA_COMMAND,
		    "{\"se_id\":\"" IDENTITY "\",\"key_id\":18,\"counter\":1,\"command\":\"\"}" },
		{ "no packet", WIRE_PATH_KEY_OTA_OPEN,
		    "{\"se_id\":\"" IDENTITY "\",\"packet\":\"0000\"}" },
		{ "an identity that is short", WIRE_PATH_KEY_OTA_OPEN,
		    "{\"se_id\":\"1011\",\"packet\":\"" PACKET_AES "\"}" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_true_why(
		    ask("platform-9901", rows[i].path, rows[i].body) == 400, rows[i].why);
		assert_null(strstr(answer, "\"packet\""));
	}
}

static void
a_receipt_of_another_card_is_none(void **state)
{
	static const char body[] =
	    "{\"se_id\":\"" IDENTITY "\",\"key_id\":18,\"packet\":\"027100000E0A4D4E55%s\"}";
	struct wire_key_ota_receipt_rsp rsp;

	(void)state;
	assert_int_equal(ask("platform-9901", WIRE_PATH_KEY_OTA_RECEIPT, body), 400);
	assert_int_equal(ask("platform-9901", WIRE_PATH_KEY_OTA_RECEIPT,
			     "{\"se_id\":\"" IDENTITY "\",\"key_id\":18,\"packet\":"
			     "\"0271000024134D4E5500000000000000000000000000000000000000000000"
			     "00000000000000000000\"}"),
	    200);
	assert_status(
	    wire_decode(&wire_key_ota_receipt_rsp_msg, ykt_bytes_str(answer), &rsp), YKT_OK);
	assert_false(rsp.ok);
	assert_int_equal(rsp.data.len, 0);
}

static void
for_no_other_caller_and_not_without_roots(void **state)
{
	static const char body[] = "{\"se_id\":\"" IDENTITY "\",\"packet\":\"" PACKET_AES "\"}";
	struct keys_options half = desk.options;
	struct keys *keys = NULL;

	(void)state;
	assert_int_equal(ask("tsm-9901", WIRE_PATH_KEY_OTA_OPEN, body), 403);
	assert_int_equal(ask("gate-310000000001", WIRE_PATH_KEY_OTA_OPEN, body), 403);
	assert_int_equal(ask("operator", WIRE_PATH_KEY_OTA_OPEN, body), 403);
	half.roots.has_ota_payload = false;
	assert_status(keys_new(&half, &keys), YKT_E_ARG);
	assert_null(keys);
	stop();
	desk.options.roots.has_ota_kic = desk.options.roots.has_ota_kid = false;
	desk.options.roots.has_ota_payload = false;
	start();
	assert_int_equal(ask("platform-9901", WIRE_PATH_KEY_OTA_OPEN, body), 404);
	stop();
	desk.options.roots.has_ota_kic = desk.options.roots.has_ota_kid = true;
	desk.options.roots.has_ota_payload = true;
	start();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_packets_of_both_key_sets),
		cmocka_unit_test(a_changed_packet_gets_a_status_and_no_call),
		cmocka_unit_test(what_is_not_of_the_menus_level_is_not_opened),
		cmocka_unit_test(an_answer_is_for_its_card_and_counter),
		cmocka_unit_test(nothing_is_made_that_is_none),
		cmocka_unit_test(a_receipt_of_another_card_is_none),
		cmocka_unit_test(for_no_other_caller_and_not_without_roots),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
