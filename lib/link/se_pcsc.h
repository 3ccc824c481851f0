/*
 * Driver: a card in a PC/SC reader, protocols T=0 and T=1.
 *
 * The card is shared, so that other programs may look at it too, but each
 * exchange of ours is not interleaved by PC/SC itself. PC/SC offers no time
 * limit for an exchange, so an answer may come after the deadline; it is still
 * the answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_PCSC_H
#define LINK_SE_PCSC_H

#include <stdbool.h>

#include <ykt/driver/alloc.h>
#include <ykt/driver/se.h>

struct se_pcsc;

/* One reader; name is borrowed until the function returns. */
typedef void se_pcsc_reader(void *arg, const char *name, bool has_card);

/*
 * Calls reader for each reader, in the order of the indexes.
 *
 * YKT_NOT_FOUND  the PC/SC service does not answer
 * YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status
se_pcsc_list(const struct ykt_alloc *alloc, se_pcsc_reader *reader, void *arg);

/*
 * Opens the card in a reader: by index ("0"), by part of its name, or ("")
 * the first with a card. *ret_why (may be NULL) gets a token as in se_open.h.
 *
 * YKT_NOT_FOUND  no service, no such reader, no card in it
 * YKT_BUSY       another program holds the card for itself
 * YKT_E_LINK     the card does not answer to reset
 * YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status se_pcsc_open(const struct ykt_alloc *alloc, enum ykt_se_iface iface,
    const char *reader, struct se_pcsc **ret_pcsc, const char **ret_why);

/* The driver, to be wrapped by se_link_init(); valid until close. */
const struct ykt_se *se_pcsc_driver(const struct se_pcsc *pcsc);

/* Disconnects and leaves the card powered off; frees, nulls. Accepts NULL in *pcsc. */
void se_pcsc_close(struct se_pcsc **pcsc);

#endif
