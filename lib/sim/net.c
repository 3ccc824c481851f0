/*
 * The simulated network.
 *
 * A call owns nothing of its answer once it stopped waiting: request and
 * answer live in a parcel that the far fiber frees when it comes last.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/net.h"

#include <stdlib.h>
#include <string.h>

struct parcel {
	struct net_path *path;
	struct ykt_http_request req;
	struct ykt_http_response rsp;
	struct sched_signal answered;
	bool handled;
	bool drop_answer;
	unsigned holders;
	char path_text[YKT_HTTP_PATH_MAX];
	uint8_t *body;
	uint8_t *answer;
};

void
net_hash_mix(uint64_t *hash, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++)
		*hash = (*hash ^ bytes[i]) * 0x100000001B3u;
}

static void
parcel_drop(struct parcel *parcel)
{
	if (--parcel->holders > 0)
		return;
	free(parcel->body);
	free(parcel->answer);
	free(parcel);
}

static struct parcel *
parcel_new(struct net_path *path, const struct ykt_http_request *req)
{
	struct parcel *parcel = calloc(1, sizeof(*parcel));

	if (parcel == NULL)
		return NULL;
	parcel->holders = 1;
	parcel->path = path;
	parcel->body = malloc(req->body.len + 1);
	if (parcel->body == NULL || strlen(req->path) >= sizeof(parcel->path_text)) {
		parcel_drop(parcel);
		return NULL;
	}
	if (req->body.len > 0)
		memcpy(parcel->body, req->body.data, req->body.len);
	strcpy(parcel->path_text, req->path);
	parcel->req = *req;
	parcel->req.path = parcel->path_text;
	parcel->req.body = (struct ykt_bytes){ parcel->body, req->body.len };
	parcel->req.peer = path->peer;
	return parcel;
}

/* Runs on the far node, one way later. */
static void
deliver(void *arg)
{
	struct parcel *parcel = arg;
	struct net_path *path = parcel->path;
	void *worker;

	if (parcel->answer == NULL)
		parcel->answer = malloc(YKT_HTTP_BODY_MAX);
	worker = sched_alive(path->sched) == YKT_OK && parcel->answer != NULL
		     ? path->take(path->far_ctx)
		     : NULL;
	if (worker == NULL)
		goto out;
	parcel->rsp =
	    (struct ykt_http_response){ .body = { parcel->answer, 0, YKT_HTTP_BODY_MAX, false } };
	path->handler(worker, &parcel->req, &parcel->rsp);
	path->give(path->far_ctx, worker);
	net_hash_mix(path->hash, parcel->path_text, strcspn(parcel->path_text, "?"));
	net_hash_mix(path->hash, &parcel->rsp.code, sizeof(parcel->rsp.code));
	if (sched_alive(path->sched) != YKT_OK || parcel->drop_answer)
		goto out;
	if (sched_sleep_until(path->sched, sched_mono(path->sched) + NET_ONE_WAY_MS) != YKT_OK)
		goto out;
	parcel->handled = true;
	sched_signal_set(path->sched, &parcel->answered);
out:
	parcel_drop(parcel);
}

/* A copy that arrives late and whose answer goes nowhere. */
static void
send_copy(struct net_path *path, const struct ykt_http_request *req, int64_t delay_ms)
{
	struct parcel *copy = parcel_new(path, req);

	if (copy == NULL)
		return;
	copy->drop_answer = true;
	if (sched_spawn(path->sched, path->far, delay_ms, deliver, copy) != YKT_OK)
		parcel_drop(copy);
}

static enum ykt_status
await(struct parcel *parcel, struct ykt_http_response *rsp)
{
	struct net_path *path = parcel->path;

	(void)sched_signal_wait(path->sched, &parcel->answered, parcel->req.deadline_mono_ms);
	if (sched_alive(path->sched) != YKT_OK)
		return YKT_E_DOWN;
	if (!parcel->handled)
		return YKT_E_NET_UNKNOWN;
	ykt_put(&rsp->body, ykt_buf_view(&parcel->rsp.body));
	if (rsp->body.full)
		return YKT_E_SERVER;
	rsp->code = parcel->rsp.code;
	return YKT_OK;
}

static enum ykt_status
net_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct net_path *path = ctx;
	const struct fault *fault = faults_pass(path->faults, path->site);
	int64_t delay = NET_ONE_WAY_MS;
	struct parcel *parcel;
	enum ykt_status status;

	if (sched_alive(path->sched) != YKT_OK)
		return YKT_E_DOWN;
	if (path->far->down)
		return sched_sleep_until(path->sched, sched_mono(path->sched) + NET_ONE_WAY_MS) ==
			       YKT_OK
			   ? YKT_E_NET
			   : YKT_E_DOWN;
	parcel = parcel_new(path, req);
	if (parcel == NULL)
		return YKT_E_NOMEM;
	if (fault != NULL && fault->kind == FAULT_NET_DELAY)
		delay += fault->param;
	if (fault != NULL && fault->kind == FAULT_NET_DUPLICATE)
		send_copy(path, req, delay + 1 + fault->param % 100);
	if (fault != NULL && fault->kind == FAULT_NET_REORDER)
		send_copy(path, req, delay + 1 + fault->param % NET_REORDER_MS);
	parcel->drop_answer = fault != NULL && fault->kind == FAULT_NET_LOST_ANSWER;
	if (fault == NULL || fault->kind != FAULT_NET_LOST_REQUEST) {
		parcel->holders++;
		if (sched_spawn(path->sched, path->far, delay, deliver, parcel) != YKT_OK)
			parcel->holders--;
	}
	status = await(parcel, rsp);
	parcel_drop(parcel);
	return status;
}

void
net_port_init(struct ykt_http *port, struct net_path *path)
{
	*port = (struct ykt_http){ .ctx = path, .call = net_call };
}
