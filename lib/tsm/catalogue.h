/*
 * The TSM's catalogue: applications and their versions, each with the state that an
 * operator moves (JT/T 1059.6 names the states; which moves there are, and what each
 * state allows, is ours: grade D).
 *
 *   to_test, testing     not yet for everybody: who tests may open and update
 *                        while it is "testing"
 *   online               everybody may
 *   download_paused      nobody opens; cards in use are updated
 *   paused, offline      neither; offline is left by a new test alone
 *
 * A version is what cards get beside the base (city.h): it stands alone, so it
 * brings everything that differs from a card as it was opened without one. It is
 * pending, then in test or rejected, then published, paused or offline; what it
 * brings never changes. Numbers grow, a card's end never moves back.
 *
 * A state never ends what was begun: a job that started goes on. Locking, unlocking
 * and deleting a card need no state.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TSM_CATALOGUE_H
#define TSM_CATALOGUE_H

#include <stdint.h>

#include "card/files.h"
#include "card/purse_perso.h"
#include "wire/json.h"

#define TSM_PATH_APP_ADD      "/tsm/app.add"
#define TSM_PATH_APP_MOVE     "/tsm/app.move"
#define TSM_PATH_APP_LIST     "/tsm/app.list"
#define TSM_PATH_VERSION_ADD  "/tsm/version.add"
#define TSM_PATH_VERSION_MOVE "/tsm/version.move"

/* Of elements, not of applications (element.c); here because it is the operator's too. */
#define TSM_PATH_ELEMENT_STATE "/tsm/se.state"

#define TSM_CATALOGUE_APPS     16
#define TSM_CATALOGUE_VERSIONS 64

/*
 * POST app.add: a new one, to be tested. 409 "exists".
 *
 * Requests of the operator answer 400 for what no card takes, 404 for what is not
 * there, 409 "move" for a state that does not follow on the one it has.
 */
struct tsm_app_ref {
	WIRE_BLOB(16) aid;
};

/* POST app.move. */
struct tsm_app_move {
	WIRE_BLOB(16) aid;
	char state[17]; /* enum wire_app_state */
};

struct tsm_version_file {
	uint8_t sfi[1];
	WIRE_BLOB(PERSO_FILE_MAX) content; /* its first bytes */
};

/*
 * POST version.add: pending. 400 "end": earlier than that of an earlier version;
 * 409 "exists": the number is not higher than every other.
 */
struct tsm_version_new {
	WIRE_BLOB(16) aid;
	int64_t version; /* 1 to 65535: the issuer's two bytes in file 15 */
	bool has_end;
	uint8_t end[4]; /* last day of cards, where it is later than theirs */
	bool has_file17;
	uint8_t file17[FILE17_LEN];
	bool has_fci;
	int64_t fci; /* PERSO_FCI_x */
	bool has_limit_fen;
	int64_t limit_fen; /* the most that a card may hold */
	bool has_files;
	size_t files_count;
	struct tsm_version_file files[PERSO_FILE_COUNT];
};

/* POST version.move. */
struct tsm_version_move {
	WIRE_BLOB(16) aid;
	int64_t version;
	char state[17]; /* enum wire_version_state */
};

/* POST app.list, an empty object to ask. At most so many of each, the latest. */
struct tsm_app_row {
	WIRE_BLOB(16) aid;
	char state[17];
};
struct tsm_version_row {
	WIRE_BLOB(16) aid;
	int64_t version;
	char state[17];
};
struct tsm_app_list_rsp {
	size_t apps_count;
	struct tsm_app_row apps[TSM_CATALOGUE_APPS];
	size_t versions_count;
	struct tsm_version_row versions[TSM_CATALOGUE_VERSIONS];
};

/* POST se.state. */
struct tsm_element_state {
	WIRE_BLOB(16) se_id;
	char state[17]; /* enum wire_element_state */
};

extern const struct wire_message tsm_element_state_msg;
extern const struct wire_message tsm_app_ref_msg;
extern const struct wire_message tsm_app_move_msg;
extern const struct wire_message tsm_version_new_msg;
extern const struct wire_message tsm_version_move_msg;
extern const struct wire_message tsm_app_list_rsp_msg;

#endif
