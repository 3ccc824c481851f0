/*
 * Jobs of the TSM, asked by the platform (docs/protocol.md section 5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_TSM_MSG_H
#define WIRE_TSM_MSG_H

#include "wire/json.h"

#define WIRE_PATH_TSM_JOB_START   "/tsm/job.start"
#define WIRE_PATH_TSM_JOB_GET     "/tsm/job.get"
#define WIRE_PATH_TSM_JOB_SESSION "/tsm/job.session"
#define WIRE_PATH_TSM_APP_GET     "/tsm/app.get"

struct wire_tsm_job_start_req {
	char job_id[33];
	char kind[17]; /* enum wire_job_kind */
	WIRE_BLOB(16) se_id;
	WIRE_BLOB(16) aid;
	char city[5];
	uint8_t issuer[8];
	char card_no[21];
	uint8_t start[4];
	uint8_t end[4];
	uint8_t file17[60];
	int64_t limit_fen;
	int64_t alg;
	bool has_most_fen;
	int64_t most_fen; /* delete: what the card may hold at most, 0 when it is not there */
	bool has_version;
	int64_t version; /* update: the one that the user agreed to */
	bool has_test;
	bool test; /* open, update: for a person who tests */
};
/* job.start and job.session answer alike. session_id is a capability. */
struct wire_tsm_session_rsp {
	uint8_t session_id[16];
};

/* job.get and job.session. */
struct wire_tsm_job_id_req {
	char job_id[33];
};
struct wire_tsm_job_get_rsp {
	char state[17]; /* enum wire_job_state */
	int64_t step;
	int64_t steps;
	char reason[33];
};

/* app.get: how an application stands, for this element and for who asks. */
struct wire_tsm_app_get_req {
	WIRE_BLOB(16) aid;
	WIRE_BLOB(16) se_id;
	bool test;
};
struct wire_tsm_app_get_rsp {
	char state[17]; /* enum wire_app_state */
	bool open;      /* a card may be opened now */
	bool update;    /* and updated */
	int64_t newest; /* version that a card may have; 0: none was published */
	int64_t has;    /* version that was read back from this element; 0: as opened without any */
};

extern const struct wire_message wire_tsm_app_get_req_msg;
extern const struct wire_message wire_tsm_app_get_rsp_msg;
extern const struct wire_message wire_tsm_job_start_req_msg;
extern const struct wire_message wire_tsm_session_rsp_msg;
extern const struct wire_message wire_tsm_job_id_req_msg;
extern const struct wire_message wire_tsm_job_get_rsp_msg;

#endif
