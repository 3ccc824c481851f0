/*
 * Driver of the random port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <sys/random.h>

#include "host/host_random.h"

static enum ykt_status
random_fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	while (len != 0) {
		ssize_t got = getrandom(out, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || (size_t)got > len)
			return YKT_E_RANDOM;
		out += got;
		len -= (size_t)got;
	}

	return YKT_OK;
}

struct ykt_random
host_random(void)
{
	return (struct ykt_random){ .fill = random_fill };
}
