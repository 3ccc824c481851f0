/*
 * The TSM's shared part, its workers and its routes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tsm/tsm.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

#include "tsm/catalogue.h"
#include "tsm/internal.h"
#include "tsm/peer.h"

#define ROLES       "platform-*"
#define OPERATOR    "operator"
#define CITY_DIGITS 4

static const struct wire_route routes[] = {
	{ .path = WIRE_PATH_TSM_JOB_START,
	    .roles = ROLES,
	    .req = &wire_tsm_job_start_req_msg,
	    .rsp = &wire_tsm_session_rsp_msg,
	    .fn = tsm_job_start },
	{ .path = WIRE_PATH_TSM_JOB_GET,
	    .roles = ROLES,
	    .req = &wire_tsm_job_id_req_msg,
	    .rsp = &wire_tsm_job_get_rsp_msg,
	    .fn = tsm_job_get },
	{ .path = WIRE_PATH_TSM_JOB_SESSION,
	    .roles = ROLES,
	    .req = &wire_tsm_job_id_req_msg,
	    .rsp = &wire_tsm_session_rsp_msg,
	    .fn = tsm_job_session },
	{ .path = WIRE_PATH_TSM_APP_GET,
	    .roles = ROLES,
	    .req = &wire_tsm_app_get_req_msg,
	    .rsp = &wire_tsm_app_get_rsp_msg,
	    .fn = tsm_app_get },
	{ .path = TSM_PATH_APP_ADD,
	    .roles = OPERATOR,
	    .req = &tsm_app_ref_msg,
	    .rsp = &wire_empty_msg,
	    .fn = tsm_app_add },
	{ .path = TSM_PATH_APP_MOVE,
	    .roles = OPERATOR,
	    .req = &tsm_app_move_msg,
	    .rsp = &wire_empty_msg,
	    .fn = tsm_app_move },
	{ .path = TSM_PATH_VERSION_ADD,
	    .roles = OPERATOR,
	    .req = &tsm_version_new_msg,
	    .rsp = &wire_empty_msg,
	    .fn = tsm_version_add },
	{ .path = TSM_PATH_VERSION_MOVE,
	    .roles = OPERATOR,
	    .req = &tsm_version_move_msg,
	    .rsp = &wire_empty_msg,
	    .fn = tsm_version_move },
	{ .path = TSM_PATH_APP_LIST,
	    .roles = OPERATOR,
	    .req = &wire_empty_msg,
	    .rsp = &tsm_app_list_rsp_msg,
	    .fn = tsm_app_list },
	{ .path = TSM_PATH_ELEMENT_STATE,
	    .roles = OPERATOR,
	    .req = &tsm_element_state_msg,
	    .rsp = &wire_empty_msg,
	    .fn = tsm_element_state },
	{ .path = WIRE_PATH_TSM_PEER, .roles = "tsm-*", .raw = tsm_peer },
	{ .path = WIRE_PATH_SERAM_HANDSHAKE, .raw = tsm_handshake },
	{ .path = WIRE_PATH_SERAM_MANAGE, .raw = tsm_manage },
};

static void
set_default(int64_t *value, int64_t standard)
{
	if (*value == 0)
		*value = standard;
}

static bool
options_fit(const struct tsm_options *options)
{
	const struct ykt_env *env = &options->env;

	return env->clock != NULL && env->random != NULL && env->alloc != NULL &&
	       options->store != NULL && options->keyd != NULL && options->city != NULL &&
	       (options->level == 0 || options->level == 0x13 || options->level == 0x33) &&
	       options->session_ms > 0 && options->lost_ms > 0 && options->job_ms > 0 &&
	       options->sessions_max > 0 && options->delay_ms > 0 &&
	       options->delay_ms <= WIRE_SERAM_DELAY_MAX && options->groups.len <= TSM_CITY_MAX &&
	       options->idents_count <= TSM_IDENTS_MAX;
}

/* What one may start is told to it, and nobody has our city. */
static bool
ways_fit(const struct tsm_options *options)
{
	for (size_t i = 0; i < options->peers_count && options->ways != NULL; i++) {
		const struct tsm_peer_way *way = &options->ways[i];

		if (way->city == NULL || strcmp(way->city, options->city) == 0 ||
		    (way->http == NULL && (way->jobs || way->city[0] != '\0')))
			return false;
	}

	/* Its tokens and receipts are of delegated management alone. */
	for (size_t i = 0; i < options->peers_count && options->issuer != NULL; i++) {
		if (strcmp(options->peers[i].id, options->issuer) == 0)
			return options->delegated && options->ways != NULL &&
			       options->ways[i].http != NULL;
	}

	return options->issuer == NULL;
}

/* The city's domain: the scheme's prefix, FF, and the city (project choice). */
static enum ykt_status
make_ssd_aid(const char *city, uint8_t ret_aid[TSM_SSD_AID_LEN])
{
	static const uint8_t prefix[] = { 0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0xFF };
	uint8_t digits[CITY_DIGITS / 2];
	struct ykt_buf buf = YKT_BUF(digits);

	if (strlen(city) != CITY_DIGITS || ykt_hex_decode(city, CITY_DIGITS, &buf) != YKT_OK ||
	    !ykt_bcd_valid(ykt_buf_view(&buf)))
		return YKT_E_ARG;
	memcpy(ret_aid, prefix, sizeof(prefix));
	memcpy(ret_aid + sizeof(prefix), digits, sizeof(digits));

	return YKT_OK;
}

static enum ykt_status
fill(struct tsm *tsm, const struct tsm_options *options)
{
	enum ykt_status status;

	tsm->options = *options;
	tsm->started_ms = ykt_clock_wall(options->env.clock);
	set_default(&tsm->options.session_ms, TSM_SESSION_MS);
	set_default(&tsm->options.lost_ms, TSM_LOST_MS);
	set_default(&tsm->options.job_ms, TSM_JOB_MS);
	set_default(&tsm->options.sessions_max, TSM_SESSIONS_MAX);
	set_default(&tsm->options.delay_ms, TSM_DELAY_MS);
	if (!options_fit(&tsm->options) || !ways_fit(&tsm->options))
		return YKT_E_ARG;
	if (options->groups.len != 0)
		memcpy(tsm->groups, options->groups.data, options->groups.len);
	tsm->options.groups = ykt_bytes(tsm->groups, options->groups.len);
	status = make_ssd_aid(options->city, tsm->ssd_aid);
	if (status == YKT_OK)
		status = ykt_random_fill(options->env.random, tsm->seal_key, sizeof(tsm->seal_key));
	if (status == YKT_OK)
		status = ykt_random_fill(
		    options->env.random, tsm->seal_mac_key, sizeof(tsm->seal_mac_key));

	return status;
}

enum ykt_status
tsm_new(const struct tsm_options *options, struct tsm **ret_tsm)
{
	enum ykt_status status;
	struct tsm *tsm;

	if (options->env.alloc == NULL || options->env.random == NULL ||
	    options->env.clock == NULL || options->city == NULL)
		return YKT_E_ARG;
	tsm = ykt_mem_get(options->env.alloc, sizeof(*tsm));
	if (tsm == NULL)
		return YKT_E_NOMEM;
	status = fill(tsm, options);
	if (status == YKT_OK)
		*ret_tsm = tsm;
	else
		ykt_mem_put(options->env.alloc, &tsm, sizeof(*tsm));

	return status;
}

void
tsm_free(struct tsm **tsm)
{
	if (tsm != NULL && *tsm != NULL)
		ykt_mem_put((*tsm)->options.env.alloc, tsm, sizeof(**tsm));
}

enum ykt_status
tsm_worker_new(const struct tsm *tsm, struct crypto *crypto, struct tsm_worker **ret_worker)
{
	const struct ykt_alloc *alloc = tsm->options.env.alloc;
	struct tsm_worker *worker = ykt_mem_get(alloc, sizeof(*worker));
	enum ykt_status status;

	if (worker == NULL)
		return YKT_E_NOMEM;
	worker->tsm = tsm;
	worker->crypto = crypto;
	status = wire_dispatch_scratch_new(alloc, routes, YKT_ARRAY_LEN(routes), &worker->dispatch);
	if (status == YKT_OK)
		status = wire_call_scratch_new(alloc, &worker->call);
	if (status == YKT_OK)
		*ret_worker = worker;
	else
		tsm_worker_free(&worker);

	return status;
}

void
tsm_worker_free(struct tsm_worker **worker)
{
	if (worker == NULL || *worker == NULL)
		return;
	wire_scratch_free(&(*worker)->call);
	wire_scratch_free(&(*worker)->dispatch);
	ykt_mem_put((*worker)->tsm->options.env.alloc, worker, sizeof(**worker));
}

void
tsm_handle(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	wire_dispatch(routes, YKT_ARRAY_LEN(routes), worker,
	    ((struct tsm_worker *)worker)->dispatch, req, rsp);
}

int64_t
tsm_wall(const struct tsm_worker *worker)
{
	return ykt_clock_wall(worker->tsm->options.env.clock);
}

struct ykt_bytes
tsm_ssd(const struct tsm_worker *worker)
{
	return YKT_BYTES(worker->tsm->ssd_aid);
}

void
tsm_note(
    const struct tsm_worker *worker, enum ykt_trace_kind kind, const char *name, int64_t number)
{
	const struct ykt_trace_event event = {
		.kind = kind, .room = "tsm", .name = name, .number = number
	};

	ykt_trace_event(worker->tsm->options.env.trace, &event);
}
