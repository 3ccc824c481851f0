/*
 * Two TSMs in one process. See two.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "two.h"

#include <string.h>

#include <ykt/mem.h>

#define ROUNDS 400

static void
far_start(struct two *two)
{
	assert_status(tsm_new(&two->options, &two->tsm), YKT_OK);
	assert_status(tsm_worker_new(two->tsm, two->world->crypto, &two->worker), YKT_OK);
}

void
far_restart(struct two *two)
{
	tsm_worker_free(&two->worker);
	tsm_free(&two->tsm);
	far_start(two);
}

static void
near_restart(struct two *two)
{
	world_restart(two->world);
}

static bool
strikes(struct two *two, enum loss loss)
{
	if (two->loss != loss || two->fired)
		return false;
	two->fired = ++two->occasion == two->at;

	return two->fired;
}

/* Of either way; the worker is the other side's. */
static enum ykt_status
carry(struct two *two, struct tsm_worker **to, const char *name, void (*restart)(struct two *two),
    const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct ykt_http_request seen = *req;
	uint8_t bytes[WIRE_PEER_JSON_MAX];
	struct ykt_http_response again = { .body = YKT_BUF(bytes) };
	bool peer = strcmp(req->path, WIRE_PATH_TSM_PEER) == 0;

	seen.peer = name;
	if (strikes(two, LOSS_BEFORE))
		return YKT_E_NET;
	tsm_handle(*to, &seen, rsp);
	if (strikes(two, LOSS_AFTER))
		return YKT_E_NET_UNKNOWN;
	if (peer && strikes(two, LOSS_TWICE)) {
		tsm_handle(*to, &seen, &again);
		assert_int_equal(again.code, 409);
	}
	if (strikes(two, LOSS_KILLED)) {
		if (restart != NULL)
			restart(two);
		return YKT_E_NET_UNKNOWN;
	}
	if (peer && strikes(two, LOSS_SPOILED))
		rsp->body.data[rsp->body.len / 2] ^= 0x01;

	return YKT_OK;
}

static enum ykt_status
to_far(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct two *two = ctx;

	enum ykt_status status;

	if (two->down[OVER])
		return YKT_E_NET;
	two->busy = true;
	status = carry(two, &two->worker, two->name, far_restart, req, rsp);
	two->busy = false;

	return status;
}

/* A worker of its own: the near one may be carrying the client's request right now. */
static enum ykt_status
to_near(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct two *two = ctx;
	struct tsm_worker *inner = NULL;
	enum ykt_status status;

	if (two->down[BACK])
		return YKT_E_NET;
	assert_status(tsm_worker_new(two->world->tsm, two->world->crypto, &inner), YKT_OK);
	status = carry(two, &inner, FAR, NULL, req, rsp);
	tsm_worker_free(&inner);
	/* It may end when it carries nothing. */
	if (status == YKT_E_NET_UNKNOWN && two->loss == LOSS_KILLED && !two->busy)
		near_restart(two);

	return status;
}

static void
make_keys(struct two *two)
{
	static const char *const names[] = { NEAR, FAR };

	for (uint8_t i = 0; i < 2; i++) {
		uint8_t d[32] = { (uint8_t)(i + 1) };

		assert_status(crypto_sm2_key_set(two->world->crypto, d, &two->keys[i]), YKT_OK);
		strcpy(two->known[i].id, names[i]);
		two->known[i].pub = two->keys[i].pub;
	}
	two->http[OVER] = (struct ykt_http){ two, to_far };
	two->http[BACK] = (struct ykt_http){ two, to_near };
	two->ways[0] = (struct tsm_peer_way){ .city = "" };
	two->ways[1] = (struct tsm_peer_way){ .http = &two->http[OVER], .city = CITY };
	two->back[0] = (struct tsm_peer_way){ .http = &two->http[BACK], .city = "", .jobs = true };
	two->back[1] = (struct tsm_peer_way){ .city = "" };
}

void
two_open(struct two *two)
{
	struct ykt_store_migration migrations[8];
	struct store_sqlite_options database = { .path = ":memory:",
		.migrations = migrations,
		.migration_count = tsm_schema_count,
		.alloc = &ykt_alloc_libc };
	struct tsm_options *near;

	memset(two, 0, sizeof(*two));
	two->world = world_new();
	two->name = NEAR;
	make_keys(two);
	for (size_t i = 0; i < tsm_schema_count; i++)
		migrations[i] = (struct ykt_store_migration){ (int)i + 1, tsm_schema[i] };
	assert_status(store_sqlite_open(&database, &two->database), YKT_OK);
	near = &two->world->options;
	near->peers = two->known;
	near->peers_count = 2;
	two->options = *near;
	two->options.store = store_sqlite_port(two->database);
	two->options.name = FAR;
	two->options.sign_key = &two->keys[1];
	two->options.ways = two->back;
	near->city = "9902";
	near->name = NEAR;
	near->sign_key = &two->keys[0];
	near->ways = two->ways;
	near_restart(two);
	far_start(two);
}

void
two_close(struct two *two)
{
	tsm_worker_free(&two->worker);
	tsm_free(&two->tsm);
	store_sqlite_close(&two->database);
	world_free(&two->world);
}

struct sum {
	const char *sql;
	int64_t n;
};

static enum ykt_status
take_sum(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	assert_int_equal(count, 1);
	((struct sum *)arg)->n = cols[0].i;

	return YKT_OK;
}

static enum ykt_status
sum_tx(struct ykt_tx *tx, void *arg)
{
	struct sum *sum = arg;

	return ykt_tx_query(tx, sum->sql, NULL, 0, take_sum, sum, NULL);
}

int64_t
far_rows(struct two *two, const char *sql)
{
	struct sum sum = { sql, -1 };

	assert_status(ykt_store_run(store_sqlite_port(two->database), sum_tx, &sum), YKT_OK);

	return sum.n;
}

void
settle(struct two *two)
{
	unsigned quiet = 0;

	for (unsigned i = 0; i < ROUNDS && quiet < 2; i++) {
		unsigned near = 0, far = 0;

		assert_status(tsm_tick(two->world->worker, &near), YKT_OK);
		assert_status(tsm_tick(two->worker, &far), YKT_OK);
		if (near != 0 || far != 0) {
			quiet = 0;
			continue;
		}
		quiet += far_rows(two, "SELECT count(*) FROM peer_out") == 0 ? 1 : 0;
		two->world->now_ms += TSM_RETRY_MAX_MS;
	}
	assert_int_equal(far_rows(two, "SELECT count(*) FROM peer_out"), 0);
}

void
assert_no_job(struct two *two)
{
	assert_int_equal(count_rows(two->world, "SELECT count(*) FROM far_job"), 0);
	assert_int_equal(count_rows(two->world, "SELECT count(*) FROM job"), 0);
	assert_int_equal(far_rows(two, "SELECT count(*) FROM job"), 0);
	assert_no_purse(two->world);
}

void
open_through(struct two *two)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		int code;

		(void)world_relay(two->world, JOB);
		if (strcmp(world_job(two->world, JOB), "done") == 0)
			return;
		two->world->now_ms += 1000;
		code = world_session(two->world, JOB);
		if (code != 200)
			assert_int_equal(code, 410);
	}
	fail_msg("a job without end: %s", world_job(two->world, JOB));
}
