/*
 * Opening a card by its address: what programs call.
 *
 *   socket:PATH           the card process at a Unix socket
 *   socket:HOST:PORT      the same over TCP; HOST is 127.0.0.1, ::1 or localhost
 *   pcsc:N                the reader with that index, from 0
 *   pcsc:TEXT             the first reader whose name contains TEXT
 *   pcsc:                 the first reader that has a card
 *   modem:DEVICE          the card in the modem at that terminal device (always wired)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_OPEN_H
#define LINK_SE_OPEN_H

#include <ykt/driver/alloc.h>

#include "link/se_link.h"

/* All required but trace and caller; borrowed until se_link_close(). */
struct se_open_options {
	const struct ykt_alloc *alloc;
	const struct ykt_clock *clock;
	const struct ykt_trace *trace;
	enum ykt_se_iface iface;  /* what the other end of the address is */
	int64_t deadline_mono_ms; /* for opening */
	/*
	 * Who calls, for a card process (card/host_cmd.h); empty: not said. A PC/SC
	 * reader is told nothing.
	 */
	struct ykt_bytes caller;
};

/*
 * Opens the address and waits until the card answers to reset. On failure
 * *ret_why (may be NULL) gets a constant token for a message: "address",
 * "no_service", "no_reader", "no_card", "no_peer", "busy", "mute", "memory", "denied".
 *
 * YKT_E_ARG      not an address of the forms above
 * YKT_NOT_FOUND  no PC/SC service, no such reader, no card in it, nobody at
 *                the socket, or nobody but a card process whose card is away
 * YKT_BUSY       another program uses the card
 * YKT_DENIED     the card process does not take this caller's name
 * YKT_E_LINK     there is something, but no card that answers
 * YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status se_link_open(const struct se_open_options *options,
    const char *address, struct se_link **ret_link, const char **ret_why);

/* Powers the interface off, frees. Only for links of se_link_open(). Accepts NULL in *link. */
void se_link_close(struct se_link **link);

#endif
