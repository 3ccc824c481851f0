/*
 * Places where a card process can be met: a Unix socket's path or HOST:PORT.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_PLACE_H
#define LINK_SE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/status.h>

#define SE_PLACE_TEXT_MAX 108 /* what a Unix socket address holds, its NUL included */

struct se_place {
	bool is_unix;
	char text[SE_PLACE_TEXT_MAX]; /* the path, or the host */
	uint16_t port;                /* 1..65535, host byte order; 0 for a path */
};

/*
 * A text with a slash, or without a colon, is a path; anything else must be
 * HOST:PORT (an IPv6 address may stand in brackets).
 *
 * YKT_E_ARG  empty, too long, an empty host, a port that is not 1..65535
 */
YKT_MUST_USE enum ykt_status se_place_parse(const char *text, struct se_place *ret_place);

/* True for a path, 127.0.0.1, ::1 and localhost. */
bool se_place_local(const struct se_place *place);

/*
 * Connects within the time to wait_ms; the descriptor does not block, is closed
 * on exec, and on TCP sends at once.
 *
 * YKT_NOT_FOUND  nobody listens there (or no such path, or no such host)
 * YKT_E_LINK     the system refused, or no answer in time
 */
YKT_MUST_USE enum ykt_status
se_place_connect(const struct se_place *place, int wait_ms, int *ret_fd);

/*
 * Listens; a Unix socket that is left over from a process that is gone is
 * replaced, and has mode 0600 before anybody can reach it.
 *
 * YKT_E_ARG   not a local place
 * YKT_BUSY    somebody listens there
 * YKT_E_LINK  the system refused
 */
YKT_MUST_USE enum ykt_status se_place_listen(const struct se_place *place, int *ret_fd);

/* Asks the kernel to acknowledge at once: vpcd sends a frame in two pieces. */
void se_place_quick(int fd);

#endif
