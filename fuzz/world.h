/*
 * A world for servers under a harness: time stands still, random bytes are the same
 * every time, nobody answers, and no message is sent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_FUZZ_WORLD_H
#define YKT_FUZZ_WORLD_H

#include <ykt/driver/clock.h>
#include <ykt/driver/http.h>
#include <ykt/driver/random.h>

#define WORLD_NOW_MS INT64_C(1795500000000)

static inline int64_t
world_time(void *ctx)
{
	(void)ctx;
	return WORLD_NOW_MS;
}

static inline enum ykt_status
world_wait(void *ctx, int64_t until)
{
	(void)ctx;
	(void)until;
	return YKT_OK;
}

/* For random ports; ctx is a uint64_t, the seed. */
static inline enum ykt_status
world_random(void *ctx, uint8_t *out, size_t len)
{
	uint64_t *seed = ctx;

	for (size_t i = 0; i < len; i++) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		out[i] = (uint8_t)(*seed >> 56);
	}
	return YKT_OK;
}

static inline enum ykt_status
world_nobody(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	(void)ctx;
	(void)req;
	(void)rsp;
	return YKT_E_NET;
}

static inline enum ykt_status
world_no_sms(void *arg, const char *phone, const char *text)
{
	(void)arg;
	(void)phone;
	(void)text;
	return YKT_OK;
}

#endif
