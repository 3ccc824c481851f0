/*
 * Messages between TSMs (JT/T 1059.6 chapter 10 names eight and says that each has a
 * header, a digital signature field and a body; that a body begins with a business
 * header; that a reply carries response information). The field layout is our own:
 * grade D.
 *
 * A message is a JSON object: the header's fields, sig, and body, which is the JSON
 * text of one of the structures below. sig is SM2 over the encoding of all of it
 * with sig zero, so that a body cannot be put under another header.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_PEER_MSG_H
#define WIRE_PEER_MSG_H

#include "wire/signed.h"
#include "wire/tokens.h"

#define WIRE_PATH_TSM_PEER "/tsm/peer"

#define WIRE_PEER_VERSION     1
#define WIRE_PEER_BODY_MAX    1200
#define WIRE_PEER_JSON_MAX    3072 /* all of a message */
#define WIRE_PEER_RECEIPT_MAX 128

/* What response information says. */
#define WIRE_PEER_DONE    "done"
#define WIRE_PEER_REFUSED "refused"
#define WIRE_PEER_UNKNOWN "unknown" /* the receiver does not know what it is about */

/* The header. */
struct wire_peer_head {
	int64_t version;
	char message[17]; /* enum wire_peer_kind */
	bool reply;
	char sender[17]; /* as "tsm-9901" */
	char receiver[17];
	char message_id[33]; /* of the request also in its reply; never used twice */
	int64_t ts_ms;
};

/* The business header, and the response information of a reply. */
#define WIRE_PEER_BUSINESS                                                                         \
	char business[17]; /* the header's message again */                                        \
	char trade_id[33]  /* of what it is about: a repeat has it again */
#define WIRE_PEER_RESPONSE                                                                         \
	char result[17]; /* WIRE_PEER_x */                                                         \
	char note[65]    /* for people */

/* A reply that says no more than that. */
struct wire_peer_ack {
	WIRE_PEER_BUSINESS;
	WIRE_PEER_RESPONSE;
};
/* Application business status notice: how an application stands at the sender. */
struct wire_peer_app_business_req {
	WIRE_PEER_BUSINESS;
	WIRE_BLOB(16) aid;
	char state[17]; /* enum wire_app_state */
	int64_t version;
};
/* Application network-wide query: how it stands for this element and for who asks. */
struct wire_peer_app_query_req {
	WIRE_PEER_BUSINESS;
	WIRE_BLOB(16) aid;
	WIRE_BLOB(16) se_id; /* empty: for none */
	bool test;           /* for a person who tests */
};
struct wire_peer_app_query_rsp {
	WIRE_PEER_BUSINESS;
	WIRE_PEER_RESPONSE;
	char state[17]; /* enum wire_app_state; "" without an answer */
	bool open;
	bool update;
	int64_t version; /* the newest; 0: none */
	int64_t has;     /* that was read back from the element; 0: none */
};
/*
 * Application management operation: a job of the receiver, whose id is trade_id, in the
 * domain of its city. The same again, with another message_id, is the same job.
 */
struct wire_peer_app_manage_req {
	WIRE_PEER_BUSINESS;
	bool begin; /* start it, or give it a new session; else only tell how it stands */
	WIRE_BLOB(16) se_id;
	WIRE_BLOB(16) aid;
	char card_no[21];
	char operation[17]; /* enum wire_job_kind */
	/* As job.start has them (tsm_msg.h). */
	char city[5];
	uint8_t issuer[8];
	uint8_t start[4];
	uint8_t end[4];
	uint8_t file17[60];
	int64_t limit_fen;
	int64_t alg;
	bool has_most_fen;
	int64_t most_fen;
	bool has_version;
	int64_t version;
	bool has_test;
	bool test;
};
/* note, where it is refused: the token of the refusal of job.start. */
struct wire_peer_app_manage_rsp {
	WIRE_PEER_BUSINESS;
	WIRE_PEER_RESPONSE;
	char state[17]; /* enum wire_job_state; "" without an answer */
	int64_t step;
	int64_t steps;
	char reason[33];
	bool has_session_id;
	uint8_t session_id[16]; /* a capability, for SERAM at the receiver */
};
/* TOKEN request: INSTALL or DELETE, clear and without one. */
struct wire_peer_token_req {
	WIRE_PEER_BUSINESS;
	WIRE_BLOB(16) se_id;
	WIRE_BLOB(261) command;
};
struct wire_peer_token_rsp {
	WIRE_PEER_BUSINESS;
	WIRE_PEER_RESPONSE;
	WIRE_BLOB(64) token;
};
/*
 * Card-write result notice: the end of the job that trade_id names, or, with a receipt, one
 * change that an element made by a token of the receiver (open: an installation, or that it
 * was made selectable); refused, when it is no receipt of that.
 */
struct wire_peer_card_write_req {
	WIRE_PEER_BUSINESS;
	WIRE_BLOB(16) se_id;
	WIRE_BLOB(16) aid;
	char operation[17]; /* enum wire_job_kind */
	bool done;
	char reason[33];                          /* of one that was not */
	WIRE_BLOB(WIRE_PEER_RECEIPT_MAX) receipt; /* as the card answered; empty: none */
};
/* Application status notice: of one instance, as its element told it. */
struct wire_peer_app_state_req {
	WIRE_PEER_BUSINESS;
	WIRE_BLOB(16) se_id;
	WIRE_BLOB(16) aid;
	int64_t state; /* GP231 11.1.1; 0: it is not there */
};
/* Authentication request: the reply is signed, and has the challenge in it. */
struct wire_peer_auth_req {
	WIRE_PEER_BUSINESS;
	uint8_t challenge[16];
};
struct wire_peer_auth_rsp {
	WIRE_PEER_BUSINESS;
	WIRE_PEER_RESPONSE;
	uint8_t challenge[16];
};
/* SE status notice. */
struct wire_peer_se_state_req {
	WIRE_PEER_BUSINESS;
	WIRE_BLOB(16) se_id;
	char state[17]; /* enum wire_element_state */
};

union wire_peer_body {
	struct wire_peer_ack ack;
	struct wire_peer_app_business_req app_business;
	struct wire_peer_app_query_req app_query;
	struct wire_peer_app_query_rsp app_query_rsp;
	struct wire_peer_app_manage_req app_manage;
	struct wire_peer_app_manage_rsp app_manage_rsp;
	struct wire_peer_token_req token;
	struct wire_peer_token_rsp token_rsp;
	struct wire_peer_card_write_req card_write;
	struct wire_peer_app_state_req app_state;
	struct wire_peer_auth_req auth;
	struct wire_peer_auth_rsp auth_rsp;
	struct wire_peer_se_state_req se_state;
};

/* What a message's body is; reply: of its answer. */
const struct wire_message *wire_peer_body_msg(enum wire_peer_kind kind, bool reply);

/*
 * Appends a message: the header with its body, signed. The body's business is set
 * from the header. json is unchanged on failure.
 *
 * YKT_E_ARG    as wire_encode(), an unknown kind, or a body longer than
 *              WIRE_PEER_BODY_MAX
 * YKT_E_SPACE  json is too small
 * or what the signer said
 */
YKT_MUST_USE enum ykt_status wire_peer_make(const struct signer *signer,
    const struct wire_peer_head *head, union wire_peer_body *body, struct ykt_buf *json);

/*
 * Reads one: the key by the sender's name, the signature, and only then the body.
 * Both outputs are zero on failure.
 *
 * YKT_E_FORMAT  not such a message, another version or kind, or a body that is not
 *               of the header's kind
 * YKT_E_MAC     an unknown sender, or the signature is wrong
 * YKT_E_CRYPTO  the library failed
 */
YKT_MUST_USE enum ykt_status
wire_peer_read(struct crypto *c, const struct wire_signed_key *keys, size_t key_count,
    struct ykt_bytes json, struct wire_peer_head *ret_head, union wire_peer_body *ret_body);

extern const struct wire_message wire_peer_msg; /* the outer object, for a fuzzer */

#endif
