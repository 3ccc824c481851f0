/*
 * The element of a host: an address that is opened when something is first
 * said to it, or an embedder's driver behind the checked link.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMBED_ELEMENT_H
#define EMBED_ELEMENT_H

#include "card/host_cmd.h"
#include "link/se_open.h"

#define EMBED_ADDRESS_MAX 4352 /* a path and its kind */

/* Embedded; the owner does not move it. */
struct embed_element {
	struct ykt_se port; /* what the client gets; without slots in no_element.c */
	const struct ykt_clock *clock;
	char address[EMBED_ADDRESS_MAX]; /* "" without one */
	size_t caller_len;               /* 0: not said */
	uint8_t caller[HOST_CALLER_SHA256];
	struct se_link own;   /* around an embedder's driver */
	struct se_link *link; /* &own, or of the address once it is open */
};

/*
 * clock and driver are borrowed, address and caller (a hash, or empty) copied;
 * driver wins. YKT_E_ARG: the address is too long, or caller is no hash.
 */
YKT_MUST_USE enum ykt_status
embed_element_init(struct embed_element *element, const struct ykt_clock *clock,
    const char *address, struct ykt_bytes caller, const struct ykt_se *driver);

/* Powers off what was opened. */
void embed_element_close(struct embed_element *element);

#endif
