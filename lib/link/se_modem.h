/*
 * Driver: the card in a modem, over its AT port (3GPP TS 27.007).
 *
 * SELECT by name opens a logical channel with +CCHO and then goes, as every
 * command after it, over +CGLA; the modem puts the channel's number into CLA
 * itself. One channel is open at a time. Before the first SELECT, and on a modem
 * that has no +CCHO, commands go over +CSIM to the basic channel. MANAGE CHANNEL
 * is refused with 6881: channels are the modem's. Short commands only.
 *
 * A modem does not tell the answer to reset: 3B00 stands for it. An answer that
 * comes after the deadline is never taken for that of a later command: before
 * anything else is sent the modem is asked something that nothing else answers
 * like, and what came before that is dropped.
 *
 * Tested against a modem in software only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_MODEM_H
#define LINK_SE_MODEM_H

#include <ykt/driver/alloc.h>
#include <ykt/driver/clock.h>
#include <ykt/driver/se.h>

struct se_modem;

/*
 * path is that of a terminal device, such as /dev/ttyUSB2; it is locked against
 * another se_modem_open(). On failure *ret_why is a token as in se_open.h.
 *
 * YKT_E_ARG      path is empty, or no terminal
 * YKT_NOT_FOUND  no such device, or it may not be opened
 * YKT_BUSY       another program uses it
 * YKT_E_LINK     nothing answers there in time, or what answers has neither
 *                +CCHO with +CGLA nor +CSIM
 * YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status
se_modem_open(const struct ykt_alloc *alloc, const struct ykt_clock *clock, const char *path,
    int64_t deadline_mono_ms, struct se_modem **ret_modem, const char **ret_why);

/* The driver of the wired interface, to be wrapped by se_link_init(); valid until close. */
const struct ykt_se *se_modem_driver(const struct se_modem *modem);

/* Closes the channel and the port, frees, nulls. Accepts NULL in *modem. */
void se_modem_close(struct se_modem **modem);

#endif
