/*
 * A city with delegated management. See delegated.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "delegated.h"

#include <string.h>

static enum way way;
static struct world *here;

static enum ykt_status
call_keyd(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct ykt_http_request seen = *req;
	bool token = strcmp(req->path, "/key/token.make") == 0;

	(void)ctx;
	seen.peer = "tsm-" CITY;
	if (token && way == REFUSES) {
		rsp->code = 404;
		return YKT_OK;
	}
	if (token && way == DROPS) {
		rsp->code = 200;
		ykt_put(&rsp->body, ykt_bytes_str("{\"token\":\"\"}"));
		return YKT_OK;
	}
	keys_handle(here->keys_worker, &seen, rsp);
	if (token && way == SPOILS)
		rsp->body.data[12] = rsp->body.data[12] == '0' ? '1' : '0';
	if (strcmp(req->path, "/key/receipt.check") == 0 && way == DENIES_RECEIPT) {
		rsp->body.len = 0;
		ykt_put(&rsp->body, ykt_bytes_str("{\"ok\":false,\"counter\":0}"));
	}
	return YKT_OK;
}

struct world *
world_delegated(bool delegated)
{
	struct world *world = world_new();

	here = world;
	way = HONEST;
	world->options.delegated = delegated;
	world_restart(world);

	return world;
}

struct world *
world_with_way(void)
{
	struct world *world = world_delegated(true);

	world->keyd = (struct ykt_http){ world, call_keyd };

	return world;
}

const uint8_t *
home(struct world *world, uint32_t off)
{
	return world->element[0].se.journal.home + off;
}

void
world_way(enum way to)
{
	way = to;
}
