/*
 * Driver: a card process at a Unix or loopback TCP socket, reader's side.
 *
 * The frames are those of vpcd (se_frame.h). Opening powers the interface on,
 * closing powers it off. When the connection breaks, the exchange that noticed
 * is YKT_E_LINK, and the next one connects again to an interface that was off:
 * nothing that was selected before still is. A caller is named anew each time. An
 * answer that comes too late is
 * never taken for the answer to a later command.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_SOCKET_H
#define LINK_SE_SOCKET_H

#include <ykt/driver/alloc.h>
#include <ykt/driver/clock.h>
#include <ykt/driver/se.h>

struct se_socket;

/*
 * place is PATH or HOST:PORT as in se_open.h; caller is empty, or the hash of
 * who calls (card/host_cmd.h), copied. Connects, asks for the ATR, and says who
 * calls.
 *
 * YKT_E_ARG      also: a hash of another length
 * YKT_DENIED     the card process takes no name, or not from this user
 * YKT_E_ARG      not a place of these forms
 * YKT_NOT_FOUND  nobody listens there, or a card process whose card is away
 * YKT_BUSY       the card process hung up before it gave an ATR: it serves
 *                another program
 * YKT_E_LINK     connected, but no ATR before the deadline
 * YKT_E_NOMEM
 *
 * *ret_why then is a token of se_link_open().
 */
YKT_MUST_USE enum ykt_status
se_socket_open(const struct ykt_alloc *alloc, const struct ykt_clock *clock,
    enum ykt_se_iface iface, const char *place, struct ykt_bytes caller, int64_t deadline_mono_ms,
    struct se_socket **ret_socket, const char **ret_why);

/* The driver, to be wrapped by se_link_init(); valid until close. */
const struct ykt_se *se_socket_driver(const struct se_socket *socket);

/* Powers off, disconnects, frees, nulls. Accepts NULL in *socket. */
void se_socket_close(struct se_socket **socket);

#endif
