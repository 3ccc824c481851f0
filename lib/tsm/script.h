/*
 * The scripts of jobs: what their files share. Every function here ends in a
 * whole order in worker->order, unless it says otherwise.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TSM_SCRIPT_H
#define TSM_SCRIPT_H

#include "card/files.h"
#include "tsm/internal.h"

/* script.c: ends and pieces. */

/* The instance that the job is about; the data of one answer. */
struct ykt_bytes tsm_script_instance(const struct tsm_worker *worker);
struct ykt_bytes tsm_script_answer_data(const struct tsm_worker *worker, size_t at);

/* The last order of the session; the job is in state from then on. */
YKT_MUST_USE enum ykt_status tsm_script_finish(
    struct tsm_worker *worker, enum wire_job_state state, const char *reason, const char *notice);
/* The job is over without a card. reason is a token of at most 32 bytes. */
YKT_MUST_USE enum ykt_status tsm_script_fail(struct tsm_worker *worker, const char *reason);
/* Reads the card again, or ends a session that has done that too often. */
YKT_MUST_USE enum ykt_status tsm_script_again(struct tsm_worker *worker, const char *reason);
/* The same, because the card answered command at with a wrong status word. */
YKT_MUST_USE enum ykt_status tsm_script_refused(struct tsm_worker *worker, size_t at);
/* Each appends one command to the order. GET STATUS answers 9000, 6310 or 6A88. */
YKT_MUST_USE enum ykt_status
tsm_script_order_install(struct tsm_worker *worker, const struct gp_install *install);
/* The city's domain, as the card's list has it, or as it will be made, needs tokens. */
bool tsm_script_delegated(const struct tsm_worker *worker);
/* The same inside the city's domain: with the issuer's token where it needs one. */
YKT_MUST_USE enum ykt_status
tsm_script_order_delegated(struct tsm_worker *worker, const struct gp_install *install);
YKT_MUST_USE enum ykt_status
tsm_script_order_status(struct tsm_worker *worker, struct ykt_bytes aid, bool next);

/* read.c */
/* Begins to read the card, as its job wants it read. */
YKT_MUST_USE enum ykt_status tsm_script_begin(struct tsm_worker *worker, int64_t delay_ms);
YKT_MUST_USE enum ykt_status tsm_script_look(struct tsm_worker *worker, int64_t delay_ms);
YKT_MUST_USE enum ykt_status tsm_script_looked(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_script_listed(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_script_deleted(struct tsm_worker *worker);
/* GET STATUS inside the channel that is open; next: what comes behind a first part. */
YKT_MUST_USE enum ykt_status tsm_script_list_more(struct tsm_worker *worker, bool next);
/* DELETE of aid alone in an order; also: what it may answer beside 9000. */
YKT_MUST_USE enum ykt_status tsm_script_order_delete(
    struct tsm_worker *worker, enum tsm_stage stage, struct ykt_bytes aid, uint16_t also);
YKT_MUST_USE enum ykt_status tsm_script_checked_old(struct tsm_worker *worker);
/* Answer at, of GET STATUS, behind what run.app has. YKT_E_FORMAT: it is none. */
YKT_MUST_USE enum ykt_status tsm_script_read_list(struct tsm_worker *worker, size_t at);
/* In run.app; NULL without. */
const struct tsm_app *tsm_script_find_app(const struct tsm_worker *worker, struct ykt_bytes aid);
/* Answer at is file 15 as the job wants it. */
bool tsm_script_file15_is_ours(const struct tsm_worker *worker, size_t at);
/* Its issuer and number are the job's: the rest may have been changed since. */
bool tsm_script_same_card(const struct tsm_worker *worker, const struct file15 *file);

/*
 * remove.c: taking a card's application out of its element. begin: the guard's
 * order; decide: what a list means for such a job.
 */
YKT_MUST_USE enum ykt_status tsm_remove_begin(struct tsm_worker *worker, int64_t delay_ms);
YKT_MUST_USE enum ykt_status tsm_remove_guarded(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_remove_decide(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_remove_deleted(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_remove_dropped(struct tsm_worker *worker);

/*
 * own.c: what the city's domain does itself when it manages by delegation, and the issuer's
 * for it when not. Each begins; entered: the answer of its domain; the rest: what comes after
 * the change.
 */
YKT_MUST_USE enum ykt_status tsm_own_delete(struct tsm_worker *worker, enum tsm_stage stage);
YKT_MUST_USE enum ykt_status tsm_own_set(struct tsm_worker *worker, uint8_t state);
YKT_MUST_USE enum ykt_status tsm_own_order_set(struct tsm_worker *worker, uint8_t state);
YKT_MUST_USE enum ykt_status tsm_own_entered(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_own_deleted(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_own_was_set(struct tsm_worker *worker);

/*
 * ident.c: identity applications. wanted: the job looks for them; next: one is missing and may
 * be made; the rest is what comes after each order.
 */
bool tsm_ident_wanted(const struct tsm_worker *worker);
bool tsm_ident_next(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_ident_begin(struct tsm_worker *worker, int64_t delay_ms);
YKT_MUST_USE enum ykt_status tsm_ident_looked(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_ident_make(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_ident_made(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_ident_ready(struct tsm_worker *worker);

/* menu.c: keys of the menu, when they are to be sent; and what comes after. */
bool tsm_menu_next(const struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_menu_give(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_menu_given(struct tsm_worker *worker);

/* lock.c: the state that the job wants for the instance of the list. */
uint8_t tsm_lock_state(const struct tsm_worker *worker);
/* lock.c: an instance locked or unlocked, as the job says. */
YKT_MUST_USE enum ykt_status tsm_lock_decide(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_lock_set(struct tsm_worker *worker);

/* update.c: a newer version into an instance that is in use. */
YKT_MUST_USE enum ykt_status tsm_update_decide(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_update_judge(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_update_entered(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_update_stored(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_update_checked(struct tsm_worker *worker);

/* make.c */
/* SELECT of the city's domain and INITIALIZE UPDATE to it, whose answer is the third. */
YKT_MUST_USE enum ykt_status
tsm_script_order_door(struct tsm_worker *worker, uint8_t kvn, uint16_t also);
/* installed: it is there and only has to be made selectable. */
YKT_MUST_USE enum ykt_status tsm_script_make_domain(struct tsm_worker *worker, bool installed);
/* also: what INITIALIZE UPDATE may answer beside 9000. */
YKT_MUST_USE enum ykt_status
tsm_script_open_door(struct tsm_worker *worker, uint8_t kvn, uint16_t also);
YKT_MUST_USE enum ykt_status tsm_script_domain_made(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_script_door_answered(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_script_keys_put(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_script_installed(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_script_personalised(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_script_made_selectable(struct tsm_worker *worker);
YKT_MUST_USE enum ykt_status tsm_script_checked(struct tsm_worker *worker);
/* The job is done: file 15 was read back as it should be. */
YKT_MUST_USE enum ykt_status tsm_script_done(struct tsm_worker *worker);

#endif
