/*
 * Inside a validator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VALIDATOR_INTERNAL_H
#define VALIDATOR_INTERNAL_H

#include "card/apdu.h"
#include "card/files.h"
#include "card/purse_cmd.h"
#include "validator/queue.h"
#include "validator/rides.h"
#include "validator/validator.h"
#include "wire/call.h"
#include "wire/gate_msg.h"

#define TORN_MAX         8
#define TAP_DEADLINE_MS  3000
#define PSAM_DEADLINE_MS 2000
#define CALL_MS          20000
/* How long after a restart the last paid tap may find its gate still closed. */
#define LAST_WINDOW_MS 60000

/* One debit: queued when it is settled, torn while its answer is unknown. */
struct tap_record {
	uint8_t serial[PURSE_SERIAL_LEN];
	uint8_t issuer[8];
	uint8_t alg;
	uint8_t key_version;
	uint8_t type;
	uint32_t amount;
	int32_t balance; /* before, without overdraft */
	uint16_t offline_seq;
	uint32_t terminal_seq;
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t tac[PURSE_MAC_LEN];
	bool confirmed;
	uint8_t trip[RECORD_TRIP_LEN];
	int64_t made_ms;
};

/*
 * What is durable: the file "state" and the segments of its queue.
 *
 * last is the tap that was settled last: its record is queued, but a crash may
 * have come before the gate opened, so that the rider stands before it, paid.
 */
struct state {
	struct queue queue;
	struct tap_record open[QUEUE_SEGMENT];
	uint32_t torn_count;
	struct tap_record torn[TORN_MAX];
	bool has_last;
	struct tap_record last;
};

struct validator {
	struct validator_options options; /* fares and tap_cap: see params_apply() */
	uint8_t terminal[PURSE_TERMINAL_LEN];
	struct state state;
	struct state next; /* the change being made */
	/* Of the INITIALIZE before, of whichever card; zeros: none yet. */
	uint8_t seen_serial[PURSE_SERIAL_LEN];
	uint8_t seen_random[PURSE_RANDOM_LEN];
	bool last_kept; /* the file says has_last */
	bool down;      /* a write found the node stopping: memory may be behind the file */
	struct ride_state rides;
	struct ride_state rides_next; /* the change being made */
	bool rides_last_kept;         /* the file "rides" says has_last */
	struct wire_gate_rides_req *rides_req;
	struct wire_scratch *scratch;
	struct wire_gate_upload_req *upload_req;
	struct wire_gate_upload_rsp *upload_rsp;
	struct wire_gate_params_rsp *params; /* in use; version 0: none yet */
	struct wire_gate_params_rsp *params_next;
	struct validator_fares own_fares; /* of the options, before any parameters */
	ykt_fen own_tap_cap;
};

/* file.c: small files that end in an SM3 digest of what is before it. */
#define FILE_DIGEST_LEN 32
/* Appends the head that file_read() takes off again. */
void file_begin(struct ykt_buf *buf);
/* buf has room for the digest behind its content. */
YKT_MUST_USE enum ykt_status
file_write(struct validator *validator, const char *name, struct ykt_buf *buf);
/*
 * Reads into buf (empty). *ret_body: what was appended after file_begin().
 * YKT_E_CORRUPT: too long, too short, another digest or head. YKT_NOT_FOUND.
 */
YKT_MUST_USE enum ykt_status file_read(
    struct validator *validator, const char *name, struct ykt_buf *buf, struct ykt_rd *ret_body);

/* state.c */
YKT_MUST_USE enum ykt_status state_load(struct validator *validator);
/* Makes validator->next the state, durably; on failure the state is as before. */
YKT_MUST_USE enum ykt_status state_commit(struct validator *validator);
/* Starts a change: next is a copy of the state. */
struct state *state_begin(struct validator *validator);
/* Adds to the queue of next, as queue_add(). */
YKT_MUST_USE enum ykt_status
state_queue(struct validator *validator, const struct tap_record *record);
void state_torn_drop(struct state *state, uint32_t index);
/* True when one more tap, and every torn one, might not find room in the queue. */
bool state_full(const struct validator *validator);

/* tap_record.c */
#define RECORD_BYTES 112
void tap_record_put(struct ykt_buf *out, const struct tap_record *record);
/* False: the bytes end before it does. */
bool tap_record_get(struct ykt_rd *rd, struct tap_record *ret_record);

/* upload.c */
/* An id of its own for one attempt. YKT_E_RANDOM. */
YKT_MUST_USE enum ykt_status upload_id(struct validator *validator, char ret_id[33]);
/*
 * Whether it is this attempt that was acknowledged, with a result for each of
 * count records.
 *
 * YKT_E_REPLY   another attempt, or another number of results
 * YKT_E_SERVER  a result that nobody knows
 */
YKT_MUST_USE enum ykt_status upload_judge(const char *asked, const char *answered, size_t count,
    const struct wire_tap_result *results, size_t results_count);

/* params.c */
YKT_MUST_USE enum ykt_status params_load(struct validator *validator);
bool params_accepts(const struct validator *validator, const uint8_t issuer[8]);
bool params_blacklisted(const struct validator *validator, const char *card_no);
/* user_no: field 5 of a ride code. */
bool params_code_refused(const struct validator *validator, const char *user_no);

/* One exchange with the card or the PSAM. */
struct exchange {
	uint8_t cmd[APDU_SHORT_CMD_MAX];
	uint8_t rsp[APDU_SHORT_RSP_MAX];
	struct ykt_buf out;
	struct apdu_rsp answer;
};

/* Empties the command buffer; build into the result, then exchange_run(). */
struct ykt_buf *exchange_begin(struct exchange *exchange);
/* YKT_OK: an answer with any status word is in exchange->answer. */
YKT_MUST_USE enum ykt_status
exchange_run(struct exchange *exchange, const struct ykt_se *se, int64_t deadline_mono_ms);

/* A tap in progress. */
struct tap {
	struct validator *validator;
	const struct ykt_se *card;
	int64_t deadline;
	struct exchange exchange;
	struct file15 info;
	bool foreign;
	uint8_t journey[RECORD_JOURNEY_LEN];
	uint8_t trip[RECORD_TRIP_LEN];
	uint8_t datetime[PURSE_DATETIME_LEN];
	/* A torn tap of this card that was settled just now, too late for its ride. */
	bool torn_here;
	uint8_t torn_datetime[PURSE_DATETIME_LEN];
	uint32_t amount;
	struct purse_purchase_init_rsp init;
	struct psam_mac1_rsp mac1;
	struct validator_result *result;
};

/* Each step: YKT_OK go on; YKT_REFUSED: result is set, the tap ends. */
YKT_MUST_USE enum ykt_status tap_close(struct tap *tap, const char *reason);
YKT_MUST_USE enum ykt_status tap_retap(struct tap *tap, const char *reason);
/* Runs a command: link trouble becomes RETAP, nothing has been charged yet. */
YKT_MUST_USE enum ykt_status tap_ask(struct tap *tap, uint16_t *ret_sw);

/* Runs a command on the PSAM, with time of its own: the card has had its share. */
YKT_MUST_USE enum ykt_status tap_psam(struct tap *tap);

/* rules.c: who may ride. */
YKT_MUST_USE enum ykt_status rules_select(struct tap *tap);
YKT_MUST_USE enum ykt_status rules_card(struct tap *tap);
YKT_MUST_USE enum ykt_status rules_balance(struct tap *tap);

/* journey.c: where the rider comes from, and for how much. */
YKT_MUST_USE enum ykt_status journey_check(struct tap *tap);
ykt_fen fare_metro(const struct validator_fares *fares, uint16_t from, uint16_t to);

/* record.c */
YKT_MUST_USE enum ykt_status record_make(struct tap *tap);
void record_of_tap(const struct tap *tap, struct tap_record *ret_record);
void record_terminal(const struct validator *validator, uint8_t out[8]);

/* debit.c */
YKT_MUST_USE enum ykt_status debit_initialize(struct tap *tap);
YKT_MUST_USE enum ykt_status debit_run(struct tap *tap);

/* torn.c: taps whose debit was sent and whose answer is unknown. */
/* The card's newest torn tap below *index (start with UINT32_MAX). */
bool torn_next(const struct tap *tap, uint32_t *index);
/* Durable before DEBIT is sent (I-13). A full list gives its oldest to the queue. */
YKT_MUST_USE enum ykt_status torn_add(struct tap *tap);
/* The newest one was refused by the card, certainly. */
YKT_MUST_USE enum ykt_status torn_undo(struct validator *validator);
/*
 * The tap at index is proven by its MAC2. That settles the card's others too:
 * those at the same counter did not happen, those at another one can no longer
 * be proven here and go up unconfirmed. opens: the gate opens for it.
 */
YKT_MUST_USE enum ykt_status torn_settle(
    struct validator *validator, uint32_t index, const uint8_t tac[PURSE_MAC_LEN], bool opens);

/* recover.c: finishes what an earlier tap of this card left (R5). */
YKT_MUST_USE enum ykt_status recover(struct tap *tap);

#endif
