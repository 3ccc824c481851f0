/*
 * The life cycle of a card's application, between client and platform
 * (docs/protocol.md section 2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_MANAGE_MSG_H
#define WIRE_MANAGE_MSG_H

#include "wire/client_msg.h"

/* card.delete: the terminal number that the card's proof must carry. */
struct wire_card_delete_req {
	char card_no[21];
	WIRE_BLOB(16) se_id;
	char password[65];
};
struct wire_card_delete_rsp {
	bool proven; /* there is a proof already: go on with card.session */
	int64_t attempt;
	uint8_t terminal[6];
};

/* card.prove: the answer to INITIALIZE FOR LOAD with amount 0. */
struct wire_card_prove_req {
	char card_no[21];
	int64_t attempt;
	uint8_t init[16];
};

/* card.session: what a device does for its card now. */
struct wire_card_session_req {
	char card_no[21];
	WIRE_BLOB(16) se_id;
};
struct wire_card_session_rsp {
	char kind[17]; /* enum wire_job_kind */
	uint8_t session_id[16];
};

/* card.status asks with the number alone: wire_card_balance_req. */
struct wire_card_status {
	char card_no[21];
	char card_state[17];
	char kind[17];   /* of the last job; "" when there was none */
	char state[9];   /* of it */
	char reason[33]; /* of one that failed */
	int64_t changed_ms;
	WIRE_BLOB(16) se_id; /* of the element that it was opened in */
};

/* card.lock asks with the number alone too. Both answer with the card's state. */
struct wire_card_unlock_req {
	char card_no[21];
	char password[65];
};
struct wire_card_lock_rsp {
	char card_state[17];
};

/* card.version asks with the number alone too. */
struct wire_card_version_rsp {
	char state[17]; /* of the application: enum wire_app_state */
	bool update;    /* a card may be updated now */
	int64_t newest; /* version that it may have; 0: none was published */
	int64_t has;    /* version that was read back from it; 0: as opened without any */
};
/* card.update answers with the card's state. */
struct wire_card_update_req {
	char card_no[21];
	int64_t version; /* that the user agreed to */
};

extern const struct wire_message wire_card_version_rsp_msg;
extern const struct wire_message wire_card_update_req_msg;
extern const struct wire_message wire_card_unlock_req_msg;
extern const struct wire_message wire_card_lock_rsp_msg;
extern const struct wire_message wire_card_delete_req_msg;
extern const struct wire_message wire_card_delete_rsp_msg;
extern const struct wire_message wire_card_prove_req_msg;
extern const struct wire_message wire_card_session_req_msg;
extern const struct wire_message wire_card_session_rsp_msg;
extern const struct wire_message wire_card_status_msg;

#endif
