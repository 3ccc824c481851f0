/*
 * Messages between TSMs: header, signature, body. See wire/peer_msg.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "wire/field.h"
#include "wire/peer_msg.h"

/* The outer object. */
struct wire_peer {
	int64_t version;
	char message[17];
	bool reply;
	char sender[17];
	char receiver[17];
	char message_id[33];
	int64_t ts_ms;
	uint8_t sig[64];
	char body[WIRE_PEER_BODY_MAX + 1];
};

static const struct wire_field wire_peer_fields[] = {
	FIELD_INT(wire_peer, version, WIRE_PEER_VERSION, WIRE_PEER_VERSION),
	FIELD_TEXT(wire_peer, message),
	FIELD_BOOL(wire_peer, reply),
	FIELD_TEXT(wire_peer, sender),
	FIELD_TEXT(wire_peer, receiver),
	FIELD_TEXT(wire_peer, message_id),
	FIELD_TIME(wire_peer, ts_ms),
	FIELD_HEX(wire_peer, sig),
	FIELD_TEXT(wire_peer, body),
};
MESSAGE(wire_peer, "peer");

/* The encoding with sig all zero; sig itself is put back. */
static enum ykt_status
signed_bytes(struct wire_peer *peer, struct ykt_buf *out)
{
	uint8_t sig[sizeof(peer->sig)];
	enum ykt_status status;

	memcpy(sig, peer->sig, sizeof(sig));
	memset(peer->sig, 0, sizeof(peer->sig));
	status = wire_encode(&wire_peer_msg, peer, out);
	memcpy(peer->sig, sig, sizeof(sig));

	return status;
}

static void
head_put(const struct wire_peer_head *head, struct wire_peer *peer)
{
	peer->version = head->version;
	memcpy(peer->message, head->message, sizeof(peer->message));
	peer->reply = head->reply;
	memcpy(peer->sender, head->sender, sizeof(peer->sender));
	memcpy(peer->receiver, head->receiver, sizeof(peer->receiver));
	memcpy(peer->message_id, head->message_id, sizeof(peer->message_id));
	peer->ts_ms = head->ts_ms;
}

static void
head_get(const struct wire_peer *peer, struct wire_peer_head *head)
{
	head->version = peer->version;
	memcpy(head->message, peer->message, sizeof(head->message));
	head->reply = peer->reply;
	memcpy(head->sender, peer->sender, sizeof(head->sender));
	memcpy(head->receiver, peer->receiver, sizeof(head->receiver));
	memcpy(head->message_id, peer->message_id, sizeof(head->message_id));
	head->ts_ms = peer->ts_ms;
}

enum ykt_status
wire_peer_make(const struct signer *signer, const struct wire_peer_head *head,
    union wire_peer_body *body, struct ykt_buf *json)
{
	struct wire_peer peer = { 0 };
	uint8_t bytes[WIRE_PEER_JSON_MAX];
	struct ykt_buf all = YKT_BUF(bytes);
	struct ykt_buf text = { (uint8_t *)peer.body, 0, WIRE_PEER_BODY_MAX, false };
	int kind = wire_token_find(&wire_peer_kind, head->message);
	enum ykt_status status;

	if (kind < 0)
		return YKT_E_ARG;
	/* Every body begins with it. */
	memcpy(body->ack.business, head->message, sizeof(body->ack.business));
	head_put(head, &peer);
	status =
	    wire_encode(wire_peer_body_msg((enum wire_peer_kind)kind, head->reply), body, &text);
	if (status == YKT_E_SPACE)
		status = YKT_E_ARG;
	if (status == YKT_OK)
		status = signed_bytes(&peer, &all);
	if (status == YKT_OK)
		status = signer_sign(signer, ykt_buf_view(&all), peer.sig);

	return status == YKT_OK ? wire_encode(&wire_peer_msg, &peer, json) : status;
}

static enum ykt_status
check(
    struct crypto *c, const struct wire_signed_key *keys, size_t key_count, struct wire_peer *peer)
{
	uint8_t bytes[WIRE_PEER_JSON_MAX];
	struct ykt_buf all = YKT_BUF(bytes);
	enum ykt_status status = signed_bytes(peer, &all);

	if (status != YKT_OK)
		return YKT_E_FORMAT;
	for (size_t i = 0; i < key_count; i++) {
		if (strcmp(keys[i].id, peer->sender) == 0)
			return crypto_sm2_verify(
			    c, &keys[i].pub, crypto_sm2_default_id, ykt_buf_view(&all), peer->sig);
	}

	return YKT_E_MAC;
}

enum ykt_status
wire_peer_read(struct crypto *c, const struct wire_signed_key *keys, size_t key_count,
    struct ykt_bytes json, struct wire_peer_head *ret_head, union wire_peer_body *ret_body)
{
	struct wire_peer peer;
	enum ykt_status status = wire_decode(&wire_peer_msg, json, &peer);
	int kind = -1;

	memset(ret_head, 0, sizeof(*ret_head));
	memset(ret_body, 0, sizeof(*ret_body));
	if (status == YKT_OK)
		kind = wire_token_find(&wire_peer_kind, peer.message);
	if (status != YKT_OK || kind < 0 || !wire_id_valid(peer.message_id))
		return YKT_E_FORMAT;
	status = check(c, keys, key_count, &peer);
	if (status == YKT_OK &&
	    wire_decode(wire_peer_body_msg((enum wire_peer_kind)kind, peer.reply),
		ykt_bytes_str(peer.body), ret_body) != YKT_OK)
		status = YKT_E_FORMAT;
	if (status == YKT_OK && strcmp(ret_body->ack.business, peer.message) != 0)
		status = YKT_E_FORMAT;
	if (status == YKT_OK)
		head_get(&peer, ret_head);
	else
		memset(ret_body, 0, sizeof(*ret_body));

	return status;
}
