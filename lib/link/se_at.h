/*
 * The AT commands of 3GPP TS 27.007 that reach the card in a modem, as lines:
 * +CCHO opens a logical channel to an application, +CGLA sends a command on it,
 * +CCHC closes it, +CSIM sends a command on the basic channel.
 *
 * Lengths in these commands count hexadecimal characters. Modems differ in the
 * quotes around a response and in whether the session id of +CCHO stands behind
 * its name; both forms are read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_AT_H
#define LINK_SE_AT_H

#include <ykt/bytes.h>

#define SE_AT_APDU_MAX 261 /* a short command: what modems take in one line */
#define SE_AT_RSP_MAX  258
#define SE_AT_LINE_MAX (2 * SE_AT_APDU_MAX + 32)
#define SE_AT_AID_MAX  16

/* Each appends one line with its carriage return. YKT_E_ARG: too long; YKT_E_SPACE. */
YKT_MUST_USE enum ykt_status se_at_open(struct ykt_bytes aid, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status se_at_close(unsigned session, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
se_at_send(unsigned session, struct ykt_bytes apdu, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status se_at_send_basic(struct ykt_bytes apdu, struct ykt_buf *out);

enum se_at_kind {
	SE_AT_OTHER,    /* an echo, an unsolicited line, something not asked for */
	SE_AT_OK,       /* final: done */
	SE_AT_ERROR,    /* final: refused; number is that of +CME ERROR, or -1 */
	SE_AT_NUMBER,   /* digits alone: the session id of +CCHO as 27.007 writes it */
	SE_AT_SESSION,  /* +CCHO: number */
	SE_AT_RESPONSE, /* +CGLA: or +CSIM: with the card's answer in text, still hexadecimal */
	SE_AT_CMEE,     /* +CMEE: the answer that nothing else gives */
	SE_AT_BROKEN,   /* one of the above with a value that cannot be */
};

#define SE_AT_CME_NOT_FOUND 22

struct se_at_line {
	enum se_at_kind kind;
	int number;            /* 0 to 65535, or -1 */
	struct ykt_bytes text; /* hexadecimal digits; borrowed from the line */
};

/* Reads one line, without its line end. Never fails: what it is not is SE_AT_OTHER. */
struct se_at_line se_at_read(struct ykt_bytes line);

#endif
