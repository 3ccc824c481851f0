/*
 * Menu packages from the gateway to an element: fetched block by block, and brought in
 * short messages to the product's own element; cut off anywhere, and taken up again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "se/menu_kit.h"
#include "air_kit.h"
#include "card/sms.h"
#include "card/sw.h"
#include "se/se.h"

#define VERSION 4

struct scene {
	struct air *air;
	struct card *card;
	struct platform_menu menu;
	uint8_t bytes[MENU_PACK_MAX];
	struct platform_ota_parts parts;
	unsigned delivered; /* packets that came down by SMS */
};

/* An element with the keys that the key module derives for it. */
static struct card *
element_of(struct air *air)
{
	struct card *card = card_new();
	struct crypto_sm2_key root;
	struct air_keys keys;
	struct se_params params;
	uint8_t d[32];

	/* The TEST root of menus (tests/se/menu_kit.c). */
	memcpy(d, "TEST menu root key, not for use!", sizeof(d));
	assert_status(crypto_sm2_key_set(card->crypto, d, &root), YKT_OK);
	assert_status(
	    air_keys_derive(air->crypto, &air->roots, air->identity, air->alg, &keys), YKT_OK);
	card_params(&params);
	memcpy(params.identity, air->identity, sizeof(params.identity));
	memcpy(params.menu_root, root.pub.xy, sizeof(params.menu_root));
	memcpy(params.ota_kic, keys.packet.kic.bytes, sizeof(params.ota_kic));
	memcpy(params.ota_kid, keys.packet.kid.bytes, sizeof(params.ota_kid));
	memcpy(params.ota_payload, keys.payload, sizeof(params.ota_payload));
	params.ota_alg = (uint8_t)air->alg;
	assert_status(se_format(&card->nvm.port, &params), YKT_OK);
	assert_status(card_boot(card), YKT_OK);

	return card;
}

static struct scene *
scene_open(enum ota_alg alg)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct ykt_buf package = YKT_BUF(s->bytes);

	assert_non_null(s);
	s->air = air_open();
	s->air->alg = alg;
	s->card = element_of(s->air);
	menu_package(s->card, VERSION, false, &package);
	s->menu = (struct platform_menu){ MENU_LANG_ZH, VERSION, s->bytes, package.len };
	s->air->b->options.menus = &s->menu;
	s->air->b->options.menu_count = 1;
	bench_restart(s->air->b);

	return s;
}

static void
scene_close(struct scene **s)
{
	card_free(&(*s)->card);
	air_close(&(*s)->air);
	free(*s);
	*s = NULL;
}

/* What the menu says it has; the answer's status. */
static int
tell_version(struct scene *s, uint16_t version, struct air_answer *answer)
{
	struct air_call call = air_call_of(s->air, AIR_MENU);

	call.language = MENU_LANG_ZH;
	call.version = version;

	return air_ask(s->air, &call, answer);
}

static void
test_a_download_block_by_block(void **state)
{
	struct scene *s = scene_open(OTA_ALG_AES);
	struct air_call call = air_call_of(s->air, AIR_MENU_BLOCK);
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf got = YKT_BUF(bytes);
	struct air_answer answer;

	(void)state;
	assert_int_equal(tell_version(s, 1, &answer), AIR_DONE);
	assert_int_equal(answer.next, AIR_MENU_BLOCK);
	assert_int_equal(answer.version, VERSION);
	assert_int_equal(answer.at, s->menu.len);
	call.language = MENU_LANG_ZH;
	call.version = VERSION;
	call.max = AIR_BLOCK_MAX;
	for (answer.next = AIR_MENU_BLOCK; answer.next == AIR_MENU_BLOCK;) {
		call.offset = (uint16_t)got.len;
		/* By SMS in between: shorter blocks of the same package. */
		s->air->sms = got.len > 300;
		assert_int_equal(air_ask(s->air, &call, &answer), AIR_DONE);
		assert_int_equal(answer.at, got.len);
		ykt_put(&got, answer.data);
	}
	assert_int_equal(got.len, s->menu.len);
	assert_memory_equal(bytes, s->bytes, got.len);
	scene_close(&s);
}

static void
test_what_is_not_to_be_had(void **state)
{
	struct scene *s = scene_open(OTA_ALG_AES);
	struct air_call call = air_call_of(s->air, AIR_MENU_BLOCK);
	struct air_answer answer;

	(void)state;
	/* Not newer, older, and in a language that has none. */
	assert_int_equal(tell_version(s, VERSION, &answer), AIR_NOTHING);
	assert_int_equal(tell_version(s, VERSION + 1, &answer), AIR_NOTHING);
	call.language = MENU_LANG_EN;
	call.version = VERSION;
	call.max = 1;
	assert_int_equal(air_ask(s->air, &call, &answer), AIR_NOT_FOUND);
	call.language = MENU_LANG_ZH;
	call.version = VERSION - 1;
	assert_int_equal(air_ask(s->air, &call, &answer), AIR_NOT_FOUND);
	call.version = VERSION;
	call.offset = (uint16_t)s->menu.len;
	assert_int_equal(air_ask(s->air, &call, &answer), AIR_STATE);
	assert_int_equal(answer.has & AIR_HAS_BLOCK, 0);
	scene_close(&s);
}

/* Sends a frame to the service centre; the one SMS-DELIVER that came, or an empty one. */
static struct ykt_bytes
sms_frame(struct scene *s, uint8_t kind, struct ykt_bytes bytes, uint8_t out_bytes[512])
{
	uint8_t frame_bytes[512];
	struct ykt_buf frame = YKT_BUF(frame_bytes);
	struct ykt_buf out = { out_bytes, 0, 512, false };
	struct ykt_bytes stream, down, tpdu = { NULL, 0 };
	size_t used = 0;

	ykt_put_u8(&frame, kind);
	ykt_put_mem(&frame, s->air->identity, sizeof(s->air->identity));
	ykt_put(&frame, bytes);
	assert_status(
	    platform_ota_sms(s->air->b->w, &s->parts, ykt_buf_view(&frame), &out), YKT_OK);
	stream = ykt_buf_view(&out);
	assert_status(air_tcp_next(stream, 512, &down, &used), YKT_OK);
	if (down.data[0] == 1) {
		tpdu = ykt_bytes_sub(down, 1, down.len);
		stream = ykt_bytes_sub(stream, used, stream.len);
		assert_status(air_tcp_next(stream, 512, &down, &used), YKT_OK);
	}
	assert_int_equal(down.len, 1);
	assert_int_equal(down.data[0], 0);
	assert_int_equal(stream.len, used);

	return tpdu;
}

/* ENVELOPE (SMS-PP DOWNLOAD); the proof of receipt. */
static struct ykt_bytes
deliver(struct scene *s, struct ykt_bytes tpdu, uint8_t proof_bytes[300])
{
	uint8_t data_bytes[300], cmd_bytes[300];
	struct ykt_buf data = YKT_BUF(data_bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf proof = { proof_bytes, 0, 300, false };
	size_t mark = usat_envelope_begin(&data, USAT_SMS_PP, USAT_NETWORK, USAT_UICC);

	usat_put(&data, USAT_TAG_SMS_TPDU | USAT_CR, tpdu);
	usat_end(&data, mark);
	ykt_put_u32(&cmd, 0x80C20000);
	ykt_put_u8(&cmd, (uint8_t)data.len);
	ykt_put(&cmd, ykt_buf_view(&data));
	ykt_put_u8(&cmd, 0);
	assert_int_equal(
	    card_send(s->card, YKT_SE_WIRED, ykt_buf_view(&cmd), &proof) & 0xFF00, SW_OK);
	s->delivered++;

	return ykt_buf_view(&proof);
}

static uint16_t
version_of(struct card *card)
{
	uint8_t bytes[64];
	struct ykt_buf out = YKT_BUF(bytes);

	static const uint8_t info[] = { 0x80, 0xCA, 0x00, 0x00, 0x00 };

	expect_sw(card, SW_OK, SELECT_MENU);
	assert_int_equal(card_send(card, YKT_SE_WIRED, YKT_BYTES(info), &out), SW_OK);

	return ykt_get_u16(bytes + 2);
}

/* To the end, or until the packet number lose, whose proof is lost. */
static void
push(struct scene *s, unsigned lose)
{
	uint8_t out[512], proof[300];
	struct ykt_bytes tpdu = sms_frame(s, 2, ykt_bytes(NULL, 0), out);

	for (unsigned n = 1; tpdu.len != 0; n++) {
		struct ykt_bytes receipt = deliver(s, tpdu, proof);

		assert_in_range(n, 1, 60);
		if (n == lose)
			return;
		tpdu = sms_frame(s, 3, receipt, out);
	}
}

static void
push_whole(enum ota_alg alg)
{
	struct scene *s = scene_open(alg);
	struct air_answer answer;
	uint8_t out[512];

	/* Nothing for an element that has not said what it has. */
	assert_int_equal(sms_frame(s, 2, ykt_bytes(NULL, 0), out).len, 0);
	assert_int_equal(tell_version(s, 1, &answer), AIR_DONE);
	push(s, 0);
	assert_int_equal(version_of(s->card), VERSION);
	assert_int_equal(s->delivered, (s->menu.len + 79) / 80);
	assert_int_equal(sms_frame(s, 2, ykt_bytes(NULL, 0), out).len, 0);
	scene_close(&s);
}

static void
test_a_push_whole(void **state)
{
	(void)state;
	push_whole(OTA_ALG_AES);
	push_whole(OTA_ALG_TDES2);
}

/* The proof of any packet is lost, and the gateway is another process then. */
static void
test_a_push_cut_anywhere_goes_on(void **state)
{
	(void)state;
	for (unsigned lose = 1; lose <= 5; lose++) {
		struct scene *s = scene_open(OTA_ALG_AES);
		struct air_answer answer;

		assert_int_equal(tell_version(s, 1, &answer), AIR_DONE);
		push(s, lose);
		bench_restart(s->air->b);
		push(s, 0);
		assert_int_equal(version_of(s->card), VERSION);
		scene_close(&s);
	}
}

/* The element lost power: the block after is out of its place, and all begins anew. */
static void
test_a_push_to_an_element_that_was_reset(void **state)
{
	struct scene *s = scene_open(OTA_ALG_AES);
	struct air_answer answer;

	(void)state;
	assert_int_equal(tell_version(s, 1, &answer), AIR_DONE);
	push(s, 3);
	assert_status(card_boot(s->card), YKT_OK);
	push(s, 0);
	assert_int_equal(version_of(s->card), VERSION);
	scene_close(&s);
}

/* Receipts of nobody, of another packet, and frames that are none. */
static void
test_what_a_handset_may_not_say(void **state)
{
	struct scene *s = scene_open(OTA_ALG_AES);
	struct air_answer answer;
	uint8_t out[512], proof_bytes[300], first[512];
	struct ykt_bytes tpdu, proof, again;
	uint8_t changed[300];

	(void)state;
	assert_int_equal(tell_version(s, 1, &answer), AIR_DONE);
	tpdu = sms_frame(s, 2, ykt_bytes(NULL, 0), first);
	proof = deliver(s, tpdu, proof_bytes);
	for (size_t at = 3; at < proof.len; at++) {
		memcpy(changed, proof.data, proof.len);
		changed[at] ^= 0x10;
		(void)sms_frame(s, 3, ykt_bytes(changed, proof.len), out);
		/* The same packet is still what is out. */
		again = sms_frame(s, 2, ykt_bytes(NULL, 0), out);
		assert_int_equal(again.len, tpdu.len);
	}
	assert_int_equal(bench_number(s->air->b, "SELECT at FROM ota_push"), 0);
	(void)sms_frame(s, 3, proof, out);
	assert_int_equal(bench_number(s->air->b, "SELECT at FROM ota_push"), 80);
	/* The same proof again moves nothing: another packet is out. */
	assert_int_equal(sms_frame(s, 3, proof, out).len, 0);
	assert_int_equal(bench_number(s->air->b, "SELECT at FROM ota_push"), 80);
	scene_close(&s);
}

static void
test_frames_that_are_none(void **state)
{
	static const char *const rows[] = { "", "00", "04", "0211", "03",
		"0311111111111111111111111111111111", "01", "0141000000" };
	struct scene *s = scene_open(OTA_ALG_AES);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t frame_bytes[64], out_bytes[256];
		struct ykt_buf frame = YKT_BUF(frame_bytes);
		struct ykt_buf out = YKT_BUF(out_bytes);

		assert_status(ykt_hex_decode(rows[i], strlen(rows[i]), &frame), YKT_OK);
		assert_status(platform_ota_sms(s->air->b->w, &s->parts, ykt_buf_view(&frame), &out),
		    YKT_E_FORMAT);
		assert_int_equal(out.len, 0);
	}
	assert_int_equal(bench_number(s->air->b, "SELECT COUNT(*) FROM ota_push"), 0);
	scene_close(&s);
}

/* A call in a short message, and one in parts. */
static void
test_a_call_in_short_messages(void **state)
{
	struct scene *s = scene_open(OTA_ALG_AES);
	struct air_call call = air_call_of(s->air, AIR_MENU);
	struct air_message message;
	uint8_t tpdu_bytes[200], frame_bytes[256], out_bytes[512];
	static const uint8_t address[] = { 0x01, 0x68 };
	struct sms_deliver deliver_back;
	struct ykt_bytes down;
	size_t used = 0;

	(void)state;
	call.language = MENU_LANG_ZH;
	call.version = 1;
	air_make(s->air, &call);
	assert_status(
	    air_message_decode(ykt_bytes(s->air->message, s->air->message_len), &message), YKT_OK);
	{
		struct ykt_buf tpdu = YKT_BUF(tpdu_bytes);
		struct ykt_buf frame = YKT_BUF(frame_bytes);
		struct ykt_buf out = YKT_BUF(out_bytes);

		air_part_encode(&message, 1, 1, YKT_BYTES(address), &tpdu);
		ykt_put_u8(&frame, 1);
		ykt_put(&frame, ykt_buf_view(&tpdu));
		assert_status(
		    platform_ota_sms(s->air->b->w, &s->parts, ykt_buf_view(&frame), &out), YKT_OK);
		assert_status(air_tcp_next(ykt_buf_view(&out), 512, &down, &used), YKT_OK);
		assert_int_equal(down.data[0], 1);
		assert_status(
		    sms_deliver_decode(ykt_bytes_sub(down, 1, down.len), &deliver_back), YKT_OK);
		assert_true(deliver_back.has_header);
		assert_memory_equal(deliver_back.data.data, "\x02\x71\x00", 3);
	}
	assert_int_equal(bench_number(s->air->b, "SELECT menu_version FROM ota_card"), 1);
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_download_block_by_block),
		cmocka_unit_test(test_what_is_not_to_be_had),
		cmocka_unit_test(test_a_push_whole),
		cmocka_unit_test(test_a_push_cut_anywhere_goes_on),
		cmocka_unit_test(test_a_push_to_an_element_that_was_reset),
		cmocka_unit_test(test_what_a_handset_may_not_say),
		cmocka_unit_test(test_frames_that_are_none),
		cmocka_unit_test(test_a_call_in_short_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
