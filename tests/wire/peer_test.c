/*
 * Messages between TSMs: each of the eight, with its reply, and what of it may not
 * be otherwise: a byte, the sender, the header over the body.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/mem.h>

#include "crypto/crypto.h"
#include "wire/peer_msg.h"
#include "wire_test.h"

#define ID    "0123456789abcdef0123456789abcdef"
#define KINDS 8

struct world {
	struct crypto *c;
	struct signer_soft signer;
	struct signer_soft other;
	struct wire_signed_key keys[2];
};

static void
make_key(struct world *w, uint8_t first, const char *name, struct wire_signed_key *to,
    struct signer_soft *signer)
{
	struct crypto_sm2_key key;
	uint8_t d[32] = { first };

	assert_status(crypto_sm2_key_set(w->c, d, &key), YKT_OK);
	signer_soft_init(signer, w->c, &key);
	strcpy(to->id, name);
	to->pub = key.pub;
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &w->c), YKT_OK);
	make_key(w, 1, "tsm-9901", &w->keys[0], &w->signer);
	make_key(w, 2, "tsm-9902", &w->keys[1], &w->other);
	*state = w;

	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	signer_soft_clear(&w->signer);
	signer_soft_clear(&w->other);
	crypto_free(&w->c);
	free(w);

	return 0;
}

static struct wire_peer_head
head_of(int kind, bool reply)
{
	struct wire_peer_head head = { .version = 1,
		.reply = reply,
		.sender = "tsm-9901",
		.receiver = "tsm-9902",
		.message_id = ID,
		.ts_ms = 1795392000000 };

	wire_token_set(&wire_peer_kind, kind, head.message, sizeof(head.message));

	return head;
}

/* Something in every field that a body of this kind has. */
static union wire_peer_body
body_of(int kind, bool reply)
{
	union wire_peer_body body;

	memset(&body, 0, sizeof(body));
	strcpy(body.ack.trade_id, "trade \"1\"");
	if (reply) {
		strcpy(body.ack.result, WIRE_PEER_DONE);
		strcpy(body.ack.note, "好");
		if (kind == WIRE_PEER_APP_QUERY)
			body.app_query_rsp.version = body.app_query_rsp.has = 65535;
		if (kind == WIRE_PEER_APP_MANAGE) {
			strcpy(body.app_manage_rsp.state, "running");
			body.app_manage_rsp.step = 255;
			body.app_manage_rsp.has_session_id = true;
			body.app_manage_rsp.session_id[15] = 1;
		}
		if (kind == WIRE_PEER_TOKEN)
			body.token_rsp.token.len = 64;
		if (kind == WIRE_PEER_AUTH)
			body.auth_rsp.challenge[15] = 9;
		return body;
	}
	switch (kind) {
	case WIRE_PEER_APP_BUSINESS:
		strcpy(body.app_business.state, "paused");
		body.app_business.aid.len = 16;
		break;
	case WIRE_PEER_APP_QUERY:
		body.app_query.aid.len = 5;
		body.app_query.se_id.len = 16;
		break;
	case WIRE_PEER_APP_MANAGE:
		strcpy(body.app_manage.operation, "lock");
		strcpy(body.app_manage.card_no, "03101234567890123456");
		body.app_manage.se_id.len = body.app_manage.aid.len = 16;
		strcpy(body.app_manage.city, "9901");
		body.app_manage.has_version = true;
		body.app_manage.version = 65535;
		body.app_manage.file17[59] = 1;
		break;
	case WIRE_PEER_TOKEN:
		body.token.command.len = 261;
		body.token.se_id.len = 16;
		break;
	case WIRE_PEER_CARD_WRITE:
		body.card_write.receipt.len = 128;
		strcpy(body.card_write.reason, "card_6985");
		break;
	case WIRE_PEER_APP_STATE:
		body.app_state.state = 0x87;
		break;
	case WIRE_PEER_AUTH:
		body.auth.challenge[0] = 7;
		break;
	default:
		strcpy(body.se_state.state, "lost");
		break;
	}

	return body;
}

static struct ykt_bytes
make(struct world *w, int kind, bool reply, uint8_t *bytes, size_t cap)
{
	struct wire_peer_head head = head_of(kind, reply);
	union wire_peer_body body = body_of(kind, reply);
	struct ykt_buf json = { bytes, 0, cap, false };

	assert_status(wire_peer_make(&w->signer.signer, &head, &body, &json), YKT_OK);

	return ykt_buf_view(&json);
}

static enum ykt_status
read_it(
    struct world *w, struct ykt_bytes json, struct wire_peer_head *head, union wire_peer_body *body)
{
	enum ykt_status status = wire_peer_read(w->c, w->keys, 2, json, head, body);

	if (status != YKT_OK) {
		static const struct wire_peer_head no_head;
		static const union wire_peer_body no_body;

		assert_memory_equal(head, &no_head, sizeof(no_head));
		assert_memory_equal(body, &no_body, sizeof(no_body));
	}

	return status;
}

static void
each_message_and_its_reply_comes_back(void **state)
{
	struct world *w = *state;

	for (int kind = 0; kind < KINDS; kind++) {
		for (int reply = 0; reply < 2; reply++) {
			uint8_t bytes[WIRE_PEER_JSON_MAX], again_bytes[WIRE_PEER_JSON_MAX];
			struct ykt_buf once = YKT_BUF(bytes);
			struct ykt_buf again = YKT_BUF(again_bytes);
			struct ykt_bytes json = make(w, kind, reply != 0, bytes, sizeof(bytes));
			struct wire_peer_head head;
			union wire_peer_body body, sent = body_of(kind, reply != 0);
			const struct wire_message *msg =
			    wire_peer_body_msg((enum wire_peer_kind)kind, reply != 0);

			assert_status(read_it(w, json, &head, &body), YKT_OK);
			assert_string_equal(head.message, wire_token_text(&wire_peer_kind, kind));
			assert_int_equal(head.reply, reply);
			assert_string_equal(head.sender, "tsm-9901");
			assert_string_equal(head.message_id, ID);
			assert_string_equal(body.ack.business, head.message);
			strcpy(sent.ack.business, head.message);
			once.len = 0;
			assert_status(wire_encode(msg, &sent, &once), YKT_OK);
			assert_status(wire_encode(msg, &body, &again), YKT_OK);
			assert_true(ykt_bytes_equal(ykt_buf_view(&once), ykt_buf_view(&again)));
		}
	}
}

/* Every byte of every message: never read as anything but what was signed. */
static void
a_changed_byte_is_found(void **state)
{
	struct world *w = *state;

	for (int kind = 0; kind < KINDS; kind++) {
		uint8_t bytes[WIRE_PEER_JSON_MAX];
		struct ykt_bytes json = make(w, kind, false, bytes, sizeof(bytes));

		for (size_t i = 0; i < json.len; i += 3) {
			struct wire_peer_head head;
			union wire_peer_body body;
			enum ykt_status status;

			bytes[i] ^= 0x01;
			status = read_it(w, json, &head, &body);
			if (status != YKT_E_MAC && status != YKT_E_FORMAT)
				fail_msg("kind %d, byte %zu: %s", kind, i, ykt_status_name(status));
			bytes[i] ^= 0x01;
		}
	}
}

static void
replace(char *text, const char *from, const char *to)
{
	char *at = strstr(text, from);

	assert_non_null(at);
	assert_int_equal(strlen(from), strlen(to));
	memcpy(at, to, strlen(to));
}

static void
unsigned_or_by_another_is_refused(void **state)
{
	struct world *w = *state;

	for (int kind = 0; kind < KINDS; kind++) {
		uint8_t bytes[WIRE_PEER_JSON_MAX] = { 0 };
		struct wire_peer_head head = head_of(kind, false);
		union wire_peer_body body = body_of(kind, false);
		struct ykt_buf json = { bytes, 0, sizeof(bytes) - 1, false };
		char *sig;

		/* Signed by another than it says. */
		assert_status(wire_peer_make(&w->other.signer, &head, &body, &json), YKT_OK);
		assert_status(read_it(w, ykt_buf_view(&json), &head, &body), YKT_E_MAC);
		/* The right signature under another name, and under nobody's. */
		json.len = 0;
		head = head_of(kind, false);
		body = body_of(kind, false);
		assert_status(wire_peer_make(&w->signer.signer, &head, &body, &json), YKT_OK);
		replace((char *)bytes, "\"sender\":\"tsm-9901", "\"sender\":\"tsm-9902");
		assert_status(read_it(w, ykt_buf_view(&json), &head, &body), YKT_E_MAC);
		replace((char *)bytes, "\"sender\":\"tsm-9902", "\"sender\":\"tsm-9903");
		assert_status(read_it(w, ykt_buf_view(&json), &head, &body), YKT_E_MAC);
		replace((char *)bytes, "\"sender\":\"tsm-9903", "\"sender\":\"tsm-9901");
		assert_status(read_it(w, ykt_buf_view(&json), &head, &body), YKT_OK);
		/* Without any. */
		sig = strstr((char *)bytes, "\"sig\":\"") + 7;
		memset(sig, '0', 128);
		assert_status(read_it(w, ykt_buf_view(&json), &head, &body), YKT_E_MAC);
	}
}

/* A good signature over a body of another kind, or of none. */
static void
a_body_is_the_headers(void **state)
{
	struct world *w = *state;
	uint8_t bytes[WIRE_PEER_JSON_MAX];
	struct ykt_buf json = YKT_BUF(bytes);
	struct wire_peer_head head = head_of(0, false);
	union wire_peer_body body = body_of(0, false);

	strcpy(head.message, "nothing");
	assert_status(wire_peer_make(&w->signer.signer, &head, &body, &json), YKT_E_ARG);
	assert_int_equal(json.len, 0);
	head = head_of(0, false);
	strcpy(head.message_id, "0123");
	assert_status(wire_peer_make(&w->signer.signer, &head, &body, &json), YKT_OK);
	assert_status(read_it(w, ykt_buf_view(&json), &head, &body), YKT_E_FORMAT);
	json.len = 0;
	head = head_of(0, false);
	head.version = 2;
	body = body_of(0, false);
	assert_int_not_equal(wire_peer_make(&w->signer.signer, &head, &body, &json), YKT_OK);
	assert_status(read_it(w, ykt_bytes_str("{\"version\":1}"), &head, &body), YKT_E_FORMAT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    each_message_and_its_reply_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_changed_byte_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(unsigned_or_by_another_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_body_is_the_headers, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
