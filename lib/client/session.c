/*
 * Calls to the platform in the envelope, and their repetition.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/session.h"

#include <assert.h>
#include <string.h>

#include "client/device.h"
#include "client/selfcheck.h"
#include "wire/report.h"

#define CALL_MS       15000
#define TRIES         4
#define FIRST_WAIT_MS 400
#define CTR_STEP      64 /* counters that one save of the store allows */

bool
client_lost(enum ykt_status status)
{
	switch (status) {
	case YKT_UNKNOWN:
	case YKT_E_NET_UNKNOWN:
	case YKT_E_SERVER:
	case YKT_E_REPLY:
	case YKT_E_MAC:
	case YKT_E_SPACE:
	case YKT_E_DRIVER:
	case YKT_E_DOWN:
		return true;
	default:
		return false;
	}
}

bool
client_error_is(const struct ykt_client *client, const char *token)
{
	return strcmp(client->error.error, token) == 0;
}

bool
client_refused(enum ykt_status status)
{
	switch (status) {
	case YKT_REFUSED:
	case YKT_DENIED:
	case YKT_NOT_FOUND:
	case YKT_MISMATCH:
	case YKT_OVER_LIMIT:
		return true;
	default:
		return false;
	}
}

enum ykt_status
client_session_drop(struct ykt_client *client)
{
	struct client_state next = *client_state(client);
	enum ykt_status status;

	client_session_clear(&next.session);
	client->ctr = 0;
	status = client_store_put(&client->store, &next);
	/* Gone from memory whatever the disk says. */
	client_session_clear(&client->store.state.session);
	ykt_wipe(&next, sizeof(next));

	return status;
}

/* One exchange: where it goes, and what it is sealed under. */
struct exchange {
	const struct wire_op *op;
	struct ykt_bytes plain;
	void *rsp;
	struct wire_session_keys keys;
	struct wire_seal seal;
};

/* The next counter; a block of them is durable before the first is used. */
static enum ykt_status
next_ctr(struct ykt_client *client)
{
	struct client_state next;
	enum ykt_status status = YKT_OK;

	if (client->ctr >= client_state(client)->session.ctr) {
		next = *client_state(client);
		next.session.ctr += CTR_STEP;
		status = client_store_put(&client->store, &next);
		ykt_wipe(&next, sizeof(next));
	}
	if (status == YKT_OK)
		client->ctr++;

	return status;
}

/* Anybody may ask this: under a key that is thrown away, so that it tells nobody who asks. */
static enum ykt_status
seal_guest(struct ykt_client *client, struct exchange *x, int64_t now_ms, struct ykt_buf *json)
{
	struct crypto *crypto = client->o.crypto;
	struct signer_soft guest;
	struct crypto_sm2_key key;
	enum ykt_status status = crypto_sm2_generate(crypto, client->o.env.random, &key);

	if (status != YKT_OK)
		return status;
	signer_soft_init(&guest, crypto, &key);
	ykt_wipe(&key, sizeof(key));
	status = wire_open_seal(crypto, client->o.env.random, &client->platform, &guest.signer,
	    now_ms, x->plain, json, &x->keys, &x->seal);
	signer_soft_clear(&guest);

	return status;
}

/* Proves the device, and makes the keys of a session to come. */
static enum ykt_status
seal_open(struct ykt_client *client, struct exchange *x, int64_t now_ms, struct ykt_buf *json)
{
	const struct signer *device = NULL;
	enum ykt_status status;

	if (wire_op_guest(x->op))
		return seal_guest(client, x, now_ms, json);
	status = client_device(client, &device);
	if (status != YKT_OK)
		return status;

	return wire_open_seal(client->o.crypto, client->o.env.random, &client->platform, device,
	    now_ms, x->plain, json, &x->keys, &x->seal);
}

static enum ykt_status
seal(struct ykt_client *client, struct exchange *x, struct ykt_buf *json)
{
	const struct client_session *session = &client_state(client)->session;
	int64_t now_ms = ykt_clock_wall(client->o.env.clock);
	enum ykt_status status;

	if (x->op->open)
		return seal_open(client, x, now_ms, json);
	status = next_ctr(client);
	if (status == YKT_OK) {
		x->keys = session->keys;
		status = wire_call_seal(client->o.crypto, client->o.env.random, &x->keys,
		    session->sid, client->ctr, now_ms, x->plain, json, &x->seal);
	}

	return status;
}

/*
 * 409 is two things: "not now", and "not in this state". The second is a
 * refusal for good.
 */
static enum ykt_status
settle_busy(const struct ykt_client *client, enum ykt_status status, int code)
{
	static const char *const later[] = { "", WIRE_ERR_IN_PROGRESS, WIRE_ERR_REPLAY,
		WIRE_ERR_BUSY, WIRE_ERR_HELD };

	if (code != 409)
		return status;
	for (size_t i = 0; i < YKT_ARRAY_LEN(later); i++) {
		if (client_error_is(client, later[i]))
			return status;
	}

	return YKT_REFUSED;
}

/* What an authentic reply says. */
static enum ykt_status
read_reply(struct ykt_client *client, const struct exchange *x, struct ykt_bytes plain)
{
	struct wire_reply reply;
	enum ykt_status status = wire_reply_decode(plain, &reply);

	if (status != YKT_OK)
		return YKT_E_SERVER;
	status = wire_code_status((int)reply.code);
	if (status == YKT_OK)
		return wire_decode(x->op->rsp, reply.body, x->rsp) == YKT_OK ? YKT_OK
									     : YKT_E_SERVER;
	if (wire_decode(&wire_error_msg, reply.body, &client->error) != YKT_OK)
		memset(&client->error, 0, sizeof(client->error));

	return settle_busy(client, status, (int)reply.code);
}

static enum ykt_status
unseal(struct ykt_client *client, const struct exchange *x, struct ykt_bytes body)
{
	struct ykt_buf plain = { client->plain, 0, CLIENT_PLAIN_MAX, false };
	enum ykt_status status;

	status = wire_reply_unseal(client->o.crypto, &x->keys, &x->seal, body, &plain);
	if (status == YKT_E_FORMAT)
		status = YKT_E_MAC; /* not sealed at all: not the platform's either */
	if (status == YKT_OK)
		status = read_reply(client, x, ykt_buf_view(&plain));
	ykt_buf_wipe(&(struct ykt_buf){ client->plain, 0, plain.len, false });

	return status;
}

static enum ykt_status
exchange_once(struct ykt_client *client, struct exchange *x)
{
	struct wire_scratch *scratch = client->scratch;
	struct ykt_buf json = { scratch->a, 0, scratch->a_size, false };
	const char *path = x->op->open ? WIRE_PATH_CLIENT_OPEN : WIRE_PATH_CLIENT_CALL;
	int64_t deadline = ykt_clock_mono(client->o.env.clock) + CALL_MS;
	struct ykt_bytes body = { NULL, 0 };
	enum ykt_status status;

	memset(&client->error, 0, sizeof(client->error));
	status = seal(client, x, &json);
	if (status != YKT_OK)
		return status == YKT_E_SPACE ? YKT_E_INTERNAL : status;
	status = wire_post(client->o.platform, path, ykt_buf_view(&json), scratch, deadline, &body,
	    &client->error);
	if (status == YKT_OK)
		status = unseal(client, x, body);

	return status;
}

/* Refusals that mean "not now", and answers that did not come. */
static bool
worth_repeating(const struct ykt_client *client, enum ykt_status status)
{
	if (status == YKT_E_DOWN || status == YKT_E_DRIVER)
		return false;
	if (status == YKT_BUSY)
		return !client_error_is(client, WIRE_ERR_HELD);

	return client_lost(status) || status == YKT_E_NET || status == YKT_E_DEADLINE;
}

/* A no that looked at who asks, not at what an earlier try may have done. */
static bool
refused_for_report(const struct ykt_client *client)
{
	return client_error_is(client, WIRE_ERR_RISK) ||
	       client_error_is(client, WIRE_ERR_RISK_AMOUNT) ||
	       client_error_is(client, WIRE_ERR_SYSTEM) || client_error_is(client, WIRE_ERR_UPDATE);
}

/* What the tries together amount to. lost: one of them may have reached the platform. */
static enum ykt_status
verdict(const struct ykt_client *client, enum ykt_status status, bool lost)
{
	if (status == YKT_REFUSED && lost && refused_for_report(client))
		return YKT_UNKNOWN;
	if (status == YKT_E_DEADLINE)
		status = YKT_E_NET;
	if (status == YKT_E_NET)
		return lost ? YKT_UNKNOWN : YKT_E_NET;
	if (status == YKT_BUSY && lost)
		return YKT_UNKNOWN;
	if (status == YKT_E_NET_UNKNOWN || status == YKT_E_SERVER || status == YKT_E_SPACE)
		return YKT_UNKNOWN;

	return status;
}

static enum ykt_status
exchange_repeat(struct ykt_client *client, struct exchange *x)
{
	int64_t wait_ms = FIRST_WAIT_MS;
	enum ykt_status status = YKT_OK, waited;
	bool lost = false;

	for (unsigned try = 1; try <= TRIES; try++) {
		status = exchange_once(client, x);
		if (!worth_repeating(client, status) || try == TRIES)
			break;
		lost = lost || client_lost(status);
		waited =
		    client_wait(client, N_("Waiting for the platform"), wait_ms, try, TRIES, NULL);
		if (waited != YKT_OK) {
			status = waited;
			break;
		}
		wait_ms *= 3;
	}

	return verdict(client, status, lost);
}

/* The request's plain text, with a report where the platform wants one. */
static enum ykt_status
compose(struct ykt_client *client, const struct wire_op *op, const char *idem, const void *req,
    struct ykt_buf *plain)
{
	struct wire_report report;
	enum ykt_status status;

	if (!wire_op_reports(op))
		return wire_request_put(op, idem, req, plain);
	status = client_self_look(client);
	if (status != YKT_OK)
		return status;
	status = client_self_system(client, &report.system);
	if (status != YKT_OK)
		return status;
	report.findings = client->findings;
	memcpy(report.version, client->version, sizeof(report.version));

	return wire_request_report(op, idem, &report, req, plain);
}

/* For the result screen: why, and which limit. */
static void
note_refusal(struct ykt_client *client)
{
	client_reason(client, client->error.error);
	if (client->error.has_limit_fen)
		client->end.limit_fen = client->error.limit_fen;
}

static enum ykt_status
run(struct ykt_client *client, const char *name, const char *idem, const void *req, void *rsp,
    struct wire_session_keys *ret_keys)
{
	uint8_t plain_bytes[CLIENT_ASK_MAX];
	struct ykt_buf plain = YKT_BUF(plain_bytes);
	struct exchange x = { .op = wire_op_find(name), .rsp = rsp };
	enum ykt_status status;

	assert(x.op != NULL);

	status = compose(client, x.op, idem, req, &plain);
	if (status == YKT_OK) {
		x.plain = ykt_buf_view(&plain);
		status = exchange_repeat(client, &x);
	} else if (status == YKT_E_SPACE)
		status = YKT_E_ARG;
	if (status == YKT_OK && ret_keys != NULL)
		*ret_keys = x.keys;
	if (status > YKT_OK)
		note_refusal(client);
	ykt_wipe(plain_bytes, plain.len);
	ykt_wipe(&x.keys, sizeof(x.keys));

	return status;
}

enum ykt_status
client_call_open(struct ykt_client *client, const char *op, const void *req, void *rsp,
    struct wire_session_keys *ret_keys)
{
	return run(client, op, NULL, req, rsp, ret_keys);
}

/*
 * Idle, or old for too long: over here too, without asking (C5-HCI-8). The
 * platform's own clock decides; this only keeps a forgotten phone quiet.
 */
bool
client_session_over(const struct ykt_client *client)
{
	const struct client_session *session = &client_state(client)->session;
	const struct ykt_clock *clock = client->o.env.clock;

	if (!session->open)
		return false;
	if (session->idle_ms != 0 && client->used_ms != 0 &&
	    ykt_clock_mono(clock) - client->used_ms > session->idle_ms)
		return true;

	return session->absolute_ms != 0 &&
	       ykt_clock_wall(clock) - session->opened_ms > session->absolute_ms;
}

enum ykt_status
client_call(struct ykt_client *client, const char *op, const char *idem, const void *req, void *rsp)
{
	enum ykt_status status, dropped;

	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	if (client_session_over(client))
		status = YKT_LOGIN_NEEDED;
	else
		status = run(client, op, idem, req, rsp, NULL);
	client->used_ms = ykt_clock_mono(client->o.env.clock);
	if (status == YKT_LOGIN_NEEDED) {
		client->end.reason[0] = '\0';
		dropped = client_session_drop(client);
		if (dropped == YKT_E_DOWN)
			status = dropped;
	}

	return status;
}
