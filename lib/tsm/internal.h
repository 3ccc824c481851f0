/*
 * Inside the TSM: what its files share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TSM_INTERNAL_H
#define TSM_INTERNAL_H

#include "card/gp.h"
#include "card/scp03.h"
#include "tsm/city.h"
#include "tsm/tsm.h"
#include "wire/call.h"
#include "wire/seram.h"
#include "wire/tokens.h"
#include "wire/tsm_msg.h"

#define TSM_APPS_MAX    16
#define TSM_CMDS_MAX    8
#define TSM_DGIS_MAX    900
#define TSM_ANSWER_MAX  8192
#define TSM_DIGEST_LEN  32
#define TSM_CALL_MS     10000
#define TSM_STEPS       8
#define TSM_REREADS_MAX 8    /* of the card, in one session */
#define TSM_REREAD_MS   1000 /* what the client waits before one */
#define TSM_REPEATS_MAX 8    /* of one report, before its order is made anew */
#define TSM_SSD_AID_LEN 9

#define TSM_SEAL_NONCE_LEN 16
#define TSM_SEAL_MAC_LEN   32

/* An application or a domain, as the card's registry told it. */
struct tsm_app {
	uint8_t aid_len;
	uint8_t aid[GP_AID_MAX];
	uint8_t state;
	uint8_t privileges;
	uint8_t sd_len;
	uint8_t sd[GP_AID_MAX];
};

/* The order that a client has now, named after what it does. */
enum tsm_stage {
	TSM_STAGE_NONE,
	TSM_STAGE_LOOK,        /* issuer's domain: which element, INITIALIZE UPDATE */
	TSM_STAGE_LIST,        /* EXTERNAL AUTHENTICATE, GET STATUS */
	TSM_STAGE_LIST_MORE,   /* GET STATUS, the rest, or again from the start */
	TSM_STAGE_DELETE,      /* an instance that is half done; alone */
	TSM_STAGE_DOMAIN,      /* the city's domain, then INITIALIZE UPDATE to it */
	TSM_STAGE_DOOR,        /* INITIALIZE UPDATE to a city's domain that is there */
	TSM_STAGE_KEYS,        /* its keys, then INITIALIZE UPDATE with them */
	TSM_STAGE_INSTALL,     /* the instance */
	TSM_STAGE_PERSO,       /* its data */
	TSM_STAGE_SELECTABLE,  /* alone */
	TSM_STAGE_CHECK,       /* what became of it */
	TSM_STAGE_CHECK_OLD,   /* what is in an instance that was selectable already */
	TSM_STAGE_GUARD,       /* which card it is and what it holds, before it is deleted */
	TSM_STAGE_REMOVE,      /* DELETE of the instance; alone */
	TSM_STAGE_SET,         /* SET STATUS of the instance; alone */
	TSM_STAGE_DROP,        /* DELETE of the empty domain with its keys; alone */
	TSM_STAGE_VERSION,     /* which version the instance has */
	TSM_STAGE_ENTER,       /* INITIALIZE UPDATE to its domain */
	TSM_STAGE_UPDATE,      /* a newer version's data */
	TSM_STAGE_UPDATED,     /* what became of it */
	TSM_STAGE_IDENTS,      /* whose identity applications are there */
	TSM_STAGE_IDENT,       /* one that is missing, and its data */
	TSM_STAGE_IDENT_READY, /* it may be selected; alone */
	TSM_STAGE_MENU,        /* keys of the menu */
	TSM_STAGE_COUNT
};

#define TSM_SWS_MAX 3
#define TSM_SW_ANY  0xFFFF /* as the first: whatever it answers is an answer */

/* One APDU of the order that is out. */
struct tsm_cmd {
	bool secure;
	uint16_t sw[TSM_SWS_MAX];   /* what it may answer; 0: no more */
	struct scp03_session after; /* the channel just after it: its answer needs that */
};

/* What the instance said of itself before a job deletes it. */
enum tsm_guard {
	TSM_GUARD_NONE,    /* not asked yet */
	TSM_GUARD_ABSENT,  /* nothing selectable answers to its name */
	TSM_GUARD_OURS,    /* the job's card, with no more on it than the job allows */
	TSM_GUARD_OTHER,   /* another card */
	TSM_GUARD_MONEY,   /* the job's card, with more on it */
	TSM_GUARD_BLOCKED, /* it is there and says nothing */
};

/* A session's memory. No pointers: it is sealed into its row as it stands. */
struct tsm_run {
	enum tsm_stage stage;
	bool began;       /* ramStartCommand was sent */
	uint8_t rereads;  /* of the card, because something was lost or refused */
	uint8_t kvn;      /* of the INITIALIZE UPDATE that is out */
	bool list_proven; /* part of the list came with a MAC */
	bool list_cut;    /* there were more than fit */
	bool list_whole;  /* its last part came with a MAC too: what is not in it is not there */
	bool menu;        /* its keys were sent, in this session */
	uint8_t idents;   /* a bit for each of options.idents that is missing */
	enum tsm_guard guard;
	uint8_t host_challenge[SCP03_CHALLENGE_LEN];
	struct scp03_session scp;
	uint8_t cmd_count;
	struct tsm_cmd cmd[TSM_CMDS_MAX];
	uint8_t app_count;
	struct tsm_app app[TSM_APPS_MAX];
	uint8_t kcv[3 * GP_KCV_LEN];
	uint16_t dgis_len;
	uint8_t dgis[TSM_DGIS_MAX]; /* of the key module; its keys are encrypted */
};

struct tsm_job {
	char job_id[33];
	char kind[17]; /* of wire_job_kind; the database holds no other */
	int64_t most_fen;
	int64_t gone;   /* the instance was seen to be gone, in any session */
	char there[21]; /* the card that the registry has in its place; "": not known */
	size_t se_id_len;
	uint8_t se_id[16];
	size_t aid_len;
	uint8_t aid[GP_AID_MAX];
	uint8_t issuer[8];
	char card_no[21];
	uint8_t valid_from[4];
	uint8_t valid_to[4];
	uint8_t file17[60];
	int64_t limit_fen;
	int64_t alg;
	int64_t version; /* that the card gets: 0, or a row of the catalogue */
	uint8_t ends[4]; /* of it; zeros: valid_to */
	size_t groups_len;
	uint8_t groups[TSM_CITY_MAX]; /* of it */
};

#define TSM_SEALED_MAX (TSM_SEAL_NONCE_LEN + sizeof(struct tsm_run) + TSM_SEAL_MAC_LEN)

struct tsm_session {
	uint8_t id[TSM_DIGEST_LEN];
	char state[5]; /* live, over */
	int64_t seq;
	int64_t repeats; /* how often the last report came again */
	size_t report_len;
	uint8_t report[TSM_DIGEST_LEN];
	size_t answer_len;
	uint8_t answer[TSM_ANSWER_MAX];
	size_t sealed_len;
	uint8_t sealed[TSM_SEALED_MAX];
	char se_type[17];
	struct tsm_job job;
};

/* An answer of the card, unwrapped. */
struct tsm_answer {
	uint16_t sw;
	size_t len;
	uint8_t data[APDU_SHORT_NE_MAX];
};

/* What an order means for session, job and registry; saved with it. */
struct tsm_result {
	bool over;    /* the session ends with this order */
	bool counted; /* and it counts as one without result */
	enum wire_job_state state;
	int64_t step;
	char reason[33];
	bool list_read; /* run->app replaces the element's rows */
	bool app_read;  /* run->app are some rows that were read again */
	bool card_read; /* and file 15 of the instance is the job's */
	bool gone;      /* the instance is proven to be gone */
	bool no_domain; /* and so is the domain */
};

struct tsm {
	struct tsm_options options;
	uint8_t groups[TSM_CITY_MAX];
	uint8_t ssd_aid[TSM_SSD_AID_LEN];
	uint8_t seal_key[16];
	uint8_t seal_mac_key[32];
	int64_t started_ms; /* wall */
};

struct tsm_worker {
	const struct tsm *tsm;
	struct crypto *crypto;
	struct wire_scratch *dispatch;
	struct wire_scratch *call;
	/* Too large for a fiber's stack; each request begins with its own. */
	struct wire_seram_order order;
	struct wire_seram_report report;
	struct tsm_session session;
	struct tsm_run run;
	struct tsm_result result;
	struct tsm_answer answer[TSM_CMDS_MAX];
	int64_t deadline_mono_ms;
};

/* job.c: of type wire_handler. */
int tsm_job_start(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int tsm_job_get(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int tsm_job_session(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);

/*
 * The same for another TSM, or for a platform (asker ""): starts the job, or gives one
 * that is there a new session; tells how one stands. tsm_job_error(): the code and the
 * words of their failures.
 */
YKT_MUST_USE enum ykt_status tsm_job_begin(struct tsm_worker *worker,
    const struct wire_tsm_job_start_req *req, const char *asker, uint8_t ret_session[16]);
YKT_MUST_USE enum ykt_status tsm_job_look(struct tsm_worker *worker, const char *job_id,
    const char *asker, struct wire_tsm_job_get_rsp *rsp);
int tsm_job_error(struct wire_error *error, enum ykt_status status);

/* catalogue.c: of type wire_handler; what they do is in catalogue.h. */
int tsm_app_add(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int tsm_app_move(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int tsm_version_add(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int tsm_version_move(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int tsm_app_list(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int tsm_app_get(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
/*
 * How an application stands. ret_known: it has a row, a version, or an instance in
 * some element.
 */
struct ykt_tx;
YKT_MUST_USE enum ykt_status tsm_catalogue_get(struct ykt_tx *tx,
    const struct wire_tsm_app_get_req *req, struct wire_tsm_app_get_rsp *ret_app, bool *ret_known);
/*
 * Whether a job may begin, and the version that its card gets. ret_reason: "", or
 * why it is over before it began: "app_state", "version_state", "downgrade".
 */
YKT_MUST_USE enum ykt_status tsm_catalogue_judge(struct ykt_tx *tx,
    const struct wire_tsm_job_start_req *req, int64_t *ret_version, const char **ret_reason);

/*
 * element.c: of type wire_handler; the operator's word on an element. judge: *ret_reason
 * "se_state" when a job may not begin on it; else untouched.
 */
int tsm_element_state(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
YKT_MUST_USE enum ykt_status tsm_element_judge(
    struct ykt_tx *tx, const struct wire_tsm_job_start_req *req, const char **ret_reason);

/* peer.c: of type ykt_http_handler. peer_ask.c: signs a message of ours. */
void tsm_peer(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp);
struct wire_peer_head;
union wire_peer_body;
YKT_MUST_USE enum ykt_status tsm_peer_make(struct tsm_worker *worker, struct wire_peer_head *head,
    union wire_peer_body *body, struct ykt_buf *out);

/* agent.c: of type ykt_http_handler. */
void tsm_handshake(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp);
void tsm_manage(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp);

/* seal.c: worker->run as the row keeps it. */
YKT_MUST_USE enum ykt_status tsm_seal(
    struct tsm_worker *worker, const uint8_t id[TSM_DIGEST_LEN], int64_t seq, struct ykt_buf *out);
/* YKT_E_MAC: not of this process; worker->run is zero then. */
YKT_MUST_USE enum ykt_status tsm_unseal(struct tsm_worker *worker, const uint8_t id[TSM_DIGEST_LEN],
    int64_t seq, struct ykt_bytes sealed);

/* rows.c: transactions. Columns into fields, their types and sizes checked. */
enum tsm_col_kind { TSM_COL_INT, TSM_COL_TEXT, TSM_COL_BLOB };
struct tsm_col {
	enum tsm_col_kind kind;
	void *out;
	size_t size;
	size_t *ret_len; /* BLOB: NULL when it must fill all of size */
};
/* At most one row. YKT_NOT_FOUND: none. YKT_E_CORRUPT: not such columns. */
YKT_MUST_USE enum ykt_status tsm_row(struct ykt_tx *tx, const char *sql,
    const struct ykt_sql_val *in, size_t in_count, const struct tsm_col *cols, size_t count);
/* Exactly one row changes, or YKT_BUSY: somebody else was here. */
YKT_MUST_USE enum ykt_status
tsm_change(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count);

/* Into worker->session. YKT_NOT_FOUND: no such session, or out of its time. */
YKT_MUST_USE enum ykt_status
tsm_session_load(struct tsm_worker *worker, const uint8_t id[TSM_DIGEST_LEN], int64_t now_ms);
/* YKT_NOT_FOUND: it ended meanwhile. */
YKT_MUST_USE enum ykt_status
tsm_session_greet(struct tsm_worker *worker, const char *se_type, int64_t now_ms);
/* Counts one more repeat of the last report. YKT_BUSY: it is not the last any more. */
YKT_MUST_USE enum ykt_status tsm_session_repeat(struct tsm_worker *worker, int64_t now_ms);
/*
 * What came of a report: worker->result with the answer that goes out. YKT_BUSY:
 * another report was first, or the session or the job ended meanwhile.
 */
YKT_MUST_USE enum ykt_status
tsm_session_save(struct tsm_worker *worker, const uint8_t report[TSM_DIGEST_LEN],
    struct ykt_bytes sealed, struct ykt_bytes answer, int64_t now_ms);

/* registry.c: inside a transaction, worker->run.app into the table. */
YKT_MUST_USE enum ykt_status
tsm_registry_put(struct ykt_tx *tx, const struct tsm_worker *worker, int64_t now_ms);

/*
 * script.c: reads worker->report, makes worker->order and worker->result. What
 * the card did wrong is in them. Any status but YKT_OK: nothing was decided, the
 * client shall ask again.
 */
YKT_MUST_USE enum ykt_status tsm_script_next(struct tsm_worker *worker);

/* order.c: the pieces that scripts are made of. Each gives the first failure. */

/* Empties the order and begins with stage as its only element command. */
YKT_MUST_USE enum ykt_status
tsm_order_begin(struct tsm_worker *worker, enum tsm_stage stage, int64_t delay_ms);
/* The last order of a session. */
YKT_MUST_USE enum ykt_status tsm_order_end(struct tsm_worker *worker, const char *notice);
/* One APDU, in clear or inside the channel; also and other: 0, or a second and third answer. */
YKT_MUST_USE enum ykt_status
tsm_order_plain(struct tsm_worker *worker, const struct ykt_buf *apdu, uint16_t sw, uint16_t also);
YKT_MUST_USE enum ykt_status tsm_order_secure(struct tsm_worker *worker, const struct ykt_buf *apdu,
    uint16_t sw, uint16_t also, uint16_t other);
YKT_MUST_USE enum ykt_status tsm_order_select(struct tsm_worker *worker, struct ykt_bytes aid);
YKT_MUST_USE enum ykt_status tsm_order_get_data(struct tsm_worker *worker, uint16_t tag);
/* also: what it may answer beside 9000. */
YKT_MUST_USE enum ykt_status
tsm_order_initialize(struct tsm_worker *worker, uint8_t kvn, uint16_t also);
/*
 * EXTERNAL AUTHENTICATE to sd, from the answer to INITIALIZE UPDATE, with session
 * keys of the key module.
 *
 * YKT_E_FORMAT  not an answer to INITIALIZE UPDATE with SCP03
 * YKT_E_MAC     the card does not have the keys that it should
 * YKT_DENIED    it cannot do the level that is asked for (T17)
 */
YKT_MUST_USE enum ykt_status tsm_order_authenticate(
    struct tsm_worker *worker, struct ykt_bytes sd, const struct tsm_answer *iur);

/*
 * Takes the answers to the order that is out from worker->report into
 * worker->answer. YKT_UNKNOWN: not all of them came, or more than were asked for.
 * YKT_E_MAC: one is not from this channel.
 */
YKT_MUST_USE enum ykt_status tsm_answers_read(struct tsm_worker *worker);
/* The first answer that its command may not have; cmd_count when all are right. */
size_t tsm_answers_wrong(const struct tsm_worker *worker);

/*
 * perso.c: file 15 of the job, and all groupings as STORE DATA, the key module's
 * from worker->run.dgis.
 */
void tsm_perso_file15(const struct tsm_job *job, uint8_t ret_bytes[30]);
YKT_MUST_USE enum ykt_status tsm_perso_order(struct tsm_worker *worker);
/* File 15 and what the job's version brings, alone, for a card in use. */
YKT_MUST_USE enum ykt_status tsm_perso_order_version(struct tsm_worker *worker);

/* keyd.c: calls to the key module. YKT_REFUSED: it will never do this. */
YKT_MUST_USE enum ykt_status
tsm_keyd_session(struct tsm_worker *worker, struct ykt_bytes sd, const struct tsm_answer *iur,
    uint8_t level, struct scp03_session_keys *ret_keys, uint8_t ret_host_cryptogram[SCP03_MAC_LEN]);
/* The data field of PUT KEY into data; what the card must answer into run.kcv. */
YKT_MUST_USE enum ykt_status tsm_keyd_put_key(struct tsm_worker *worker, struct ykt_buf *data);
/* The same of the issuer's own key with this version, for its domain. */
YKT_MUST_USE enum ykt_status
tsm_keyd_issuer_key(struct tsm_worker *worker, uint8_t kvn, struct ykt_buf *data);
/* The token alone, for a command in any element of this key module. */
YKT_MUST_USE enum ykt_status tsm_keyd_token_for(struct tsm_worker *worker, struct ykt_bytes se_id,
    struct ykt_bytes command, struct ykt_buf *out);
/* YKT_E_MAC: answer is no receipt of that element over these AIDs (gp_receipt.h). */
YKT_MUST_USE enum ykt_status tsm_keyd_receipt(struct tsm_worker *worker, struct ykt_bytes se_id,
    struct ykt_bytes answer, const struct ykt_bytes *fields, size_t count);
#define TSM_MENU_MAX 80
/* The grouping with the menu's keys for this element. YKT_REFUSED: there is none. */
YKT_MUST_USE enum ykt_status tsm_keyd_menu(struct tsm_worker *worker, struct ykt_buf *out);
/* Into run.dgis. */
YKT_MUST_USE enum ykt_status tsm_keyd_perso(struct tsm_worker *worker);

/*
 * issuer.c. token: appends the command with the issuer's; YKT_REFUSED: it gets none. receipt:
 * YKT_E_MAC: the answer is none of what a job of this kind did. check: the same by our key
 * module alone, for any element; kind: of wire_job_kind, or less than 0.
 */
struct ykt_bytes tsm_purse_elf(void);
YKT_MUST_USE enum ykt_status
tsm_issuer_token(struct tsm_worker *worker, const struct ykt_buf *apdu, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status tsm_issuer_receipt(
    struct tsm_worker *worker, const struct tsm_answer *answer, enum wire_job_kind kind);
YKT_MUST_USE enum ykt_status tsm_receipt_check(struct tsm_worker *worker, struct ykt_bytes se_id,
    struct ykt_bytes answer, struct ykt_bytes aid, int kind);

/* tsm.c */
int64_t tsm_wall(const struct tsm_worker *worker);
struct ykt_bytes tsm_ssd(const struct tsm_worker *worker);
void tsm_note(
    const struct tsm_worker *worker, enum ykt_trace_kind kind, const char *name, int64_t number);

#endif
