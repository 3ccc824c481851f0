/*
 * Asking another TSM.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/signer.h"
#include "tsm/internal.h"
#include "tsm/peer.h"

const struct tsm_peer_way *
tsm_peer_way(const struct tsm_worker *worker, const char *name)
{
	const struct tsm_options *options = &worker->tsm->options;

	for (size_t i = 0; i < options->peers_count && options->ways != NULL; i++) {
		if (strcmp(options->peers[i].id, name) == 0)
			return options->ways[i].http != NULL ? &options->ways[i] : NULL;
	}

	return NULL;
}

const char *
tsm_peer_of_city(const struct tsm_worker *worker, const char *city)
{
	const struct tsm_options *options = &worker->tsm->options;

	for (size_t i = 0; i < options->peers_count && options->ways != NULL; i++) {
		const struct tsm_peer_way *way = &options->ways[i];

		if (way->http != NULL && way->city[0] != '\0' && strcmp(way->city, city) == 0)
			return options->peers[i].id;
	}

	return NULL;
}

static void
put_name(char to[17], const char *from)
{
	size_t len = strlen(from);

	memset(to, 0, 17);
	memcpy(to, from, len < 16 ? len : 16);
}

enum ykt_status
tsm_peer_make(struct tsm_worker *worker, struct wire_peer_head *head, union wire_peer_body *body,
    struct ykt_buf *out)
{
	const struct tsm_options *options = &worker->tsm->options;
	struct signer_soft signer;
	enum ykt_status status;

	if (options->sign_key == NULL)
		return YKT_E_ARG;
	head->version = WIRE_PEER_VERSION;
	put_name(head->sender, options->name);
	head->ts_ms = tsm_wall(worker);
	signer_soft_init(&signer, worker->crypto, options->sign_key);
	status = wire_peer_make(&signer.signer, head, body, out);
	signer_soft_clear(&signer);

	return status;
}

/* The reply to just this message, by just that peer. */
static enum ykt_status
read_reply(struct tsm_worker *worker, const struct wire_peer_head *asked, struct ykt_bytes json,
    union wire_peer_body *body)
{
	const struct tsm_options *options = &worker->tsm->options;
	union wire_peer_body before = *body;
	struct wire_peer_head head;
	enum ykt_status status =
	    wire_peer_read(worker->crypto, options->peers, options->peers_count, json, &head, body);

	if (status == YKT_OK && (!head.reply || strcmp(head.message, asked->message) != 0 ||
				    strcmp(head.message_id, asked->message_id) != 0 ||
				    strcmp(head.sender, asked->receiver) != 0 ||
				    strcmp(head.receiver, asked->sender) != 0 ||
				    strcmp(body->ack.trade_id, before.ack.trade_id) != 0))
		status = YKT_E_MAC;
	if (status == YKT_OK && strcmp(head.message, "auth") == 0 &&
	    !ykt_bytes_equal(YKT_BYTES(body->auth_rsp.challenge), YKT_BYTES(before.auth.challenge)))
		status = YKT_E_MAC;
	if (status != YKT_OK)
		memset(body, 0, sizeof(*body));

	return status == YKT_E_FORMAT ? YKT_E_MAC : status;
}

enum ykt_status
tsm_peer_ask(struct tsm_worker *worker, const struct ykt_http *http, const char *receiver,
    enum wire_peer_kind kind, union wire_peer_body *body, int64_t deadline_mono_ms)
{
	uint8_t bytes[WIRE_PEER_JSON_MAX];
	struct ykt_buf json = YKT_BUF(bytes);
	struct wire_peer_head head = { .reply = false };
	struct ykt_bytes answer = { NULL, 0 };
	uint8_t id[16];
	enum ykt_status status = ykt_random_fill(worker->tsm->options.env.random, id, sizeof(id));

	put_name(head.receiver, receiver);
	wire_token_set(&wire_peer_kind, (int)kind, head.message, sizeof(head.message));
	wire_id_text(id, head.message_id);
	if (status == YKT_OK)
		status = tsm_peer_make(worker, &head, body, &json);
	if (status == YKT_OK)
		status = wire_post(http, WIRE_PATH_TSM_PEER, ykt_buf_view(&json), worker->call,
		    deadline_mono_ms, &answer, NULL);

	if (status == YKT_OK)
		status = read_reply(worker, &head, answer, body);
	if (status == YKT_OK)
		tsm_heard_now(worker, head.receiver);
	/* The capability of a session may be in it. */
	if (answer.len != 0)
		ykt_wipe(worker->call->b, answer.len);

	return status;
}
