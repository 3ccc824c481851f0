/*
 * Talking to a modem line by line: one command, then lines until a final one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_MODEM_TALK_H
#define LINK_SE_MODEM_TALK_H

#include <ykt/driver/clock.h>

#include "link/se_at.h"

/* Embedded; owns fd. */
struct se_modem_talk {
	int fd;
	const struct ykt_clock *clock;
	bool lost; /* an answer may still come: nothing is sent before se_modem_sync() */
	struct ykt_buf out;
	uint8_t out_space[SE_AT_LINE_MAX];
	size_t in_len; /* of the line that is being read */
	bool in_long;  /* it is longer than any that is wanted */
	uint8_t in[SE_AT_LINE_MAX + 32];
};

/* How one command ended. Set rsp and has_rsp before asking the card. */
struct se_modem_answer {
	bool ok;             /* OK; otherwise ERROR */
	int error;           /* of +CME ERROR, or -1 */
	int session;         /* that the modem named, or -1 */
	bool has_rsp;        /* rsp got the card's answer */
	struct ykt_buf *rsp; /* NULL: no answer of a card is awaited */
};

void se_modem_talk_init(struct se_modem_talk *talk, int fd, const struct ykt_clock *clock);

/* Closes the port and wipes what was said. */
void se_modem_talk_end(struct se_modem_talk *talk);

/* The empty line to make the next command in. */
struct ykt_buf *se_modem_line(struct se_modem_talk *talk);

/*
 * Sends the line and reads until a final one. se_modem_ask() awaits no answer of
 * a card; se_modem_ask_card() does.
 *
 * YKT_E_LINK: no final line by the deadline, the port is gone, or the answer is
 * one that cannot be; the talk is lost then, and finds itself again at the next
 * command.
 */
YKT_MUST_USE enum ykt_status se_modem_ask(
    struct se_modem_talk *talk, int64_t deadline_mono_ms, struct se_modem_answer *ret_answer);
YKT_MUST_USE enum ykt_status se_modem_ask_card(
    struct se_modem_talk *talk, int64_t deadline_mono_ms, struct se_modem_answer *answer);

/* Asks what nothing else answers like, and drops all that comes before. YKT_E_LINK. */
YKT_MUST_USE enum ykt_status se_modem_sync(struct se_modem_talk *talk, int64_t deadline_mono_ms);

#endif
