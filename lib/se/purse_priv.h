/*
 * What the files of the purse share: its money, its keys, its session, and its
 * commands by group.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_PURSE_PRIV_H
#define SE_PURSE_PRIV_H

#include "se/internal.h"

/* A stored proof, as GET TRANSACTION PROOF gives it. */
struct se_proof {
	uint8_t valid;
	uint8_t type;
	uint16_t seq; /* the counter after the transaction */
	uint8_t mac[PURSE_MAC_LEN];
	uint8_t tac[PURSE_MAC_LEN];
};

enum se_proof_slot { SE_PROOF_ONLINE, SE_PROOF_OFFLINE };

/* The part of a purse that money moves in. */
struct se_money {
	uint32_t balance;   /* B */
	uint32_t overdrawn; /* D */
	uint16_t online;
	uint16_t offline;
	uint8_t tries;
	uint8_t block;
	uint8_t sm_fails;
	uint8_t log_head;
	uint8_t log_count;
	uint8_t trip_head;
	uint8_t trip_count;
	struct se_proof proof[2];
	uint8_t kind; /* of the ticket that balance to limit are of */
	uint32_t other_balance;
	uint32_t other_overdrawn;
	uint32_t cap;   /* A: a parameter, not written back */
	uint32_t limit; /* C: likewise */
};

/* purse_money.c */
void se_money_load(const struct se *se, uint8_t purse, struct se_money *ret_money);
/* The same with the other ticket kind (PURSE_KIND_SECOND) in front. */
void
se_money_load_kind(const struct se *se, uint8_t purse, uint8_t kind, struct se_money *ret_money);
/* False for a kind that this purse was not personalised with. */
bool se_money_has_kind(const struct se *se, uint8_t purse, uint8_t kind);
void se_money_put(struct se *se, uint8_t purse, const struct se_money *money);
/* B + C - D, what INITIALIZE answers. */
uint32_t se_money_available(const struct se_money *money);
bool se_money_can_debit(const struct se_money *money, uint32_t amount);
bool se_money_can_credit(const struct se_money *money, uint32_t amount);
/* After the matching se_money_can_x() said so. */
void se_money_debit(struct se_money *money, uint32_t amount);
void se_money_credit(struct se_money *money, uint32_t amount);
/* 9000, or the refusal of a blocked application. */
uint16_t se_money_blocked(const struct se_money *money);

/* One key of a purse, borrowed from home. */
struct se_purse_key {
	uint8_t slot;
	uint8_t version;
	enum purse_alg alg;
	const uint8_t *bytes; /* PURSE_KEY_LEN */
};

/*
 * purse_key.c: the key of this use and index, of the algorithm in force if the
 * purse has it so, never of a blocked algorithm.
 */
YKT_MUST_USE bool se_purse_key(
    const struct se_call *call, uint8_t usage, uint8_t index, struct se_purse_key *ret_key);
/* The same of one algorithm only. */
YKT_MUST_USE bool se_purse_key_of(const struct se_call *call, uint8_t usage, uint8_t index,
    enum purse_alg alg, struct se_purse_key *ret_key);
void
se_purse_key_at(const struct se *se, uint8_t purse, uint8_t slot, struct se_purse_key *ret_key);
/* Which algorithm is in force on this channel. */
enum purse_alg se_purse_alg(const struct se_call *call);
/* The bits of the usages that a purse has keys of in any of algs (SE_ALG_BIT_x). */
unsigned se_purse_usages(const struct se *se, uint8_t purse, unsigned algs);

/* purse.c: sessions and dispatch. */
uint16_t se_purse_dispatch(struct se_call *call);
/* True when the open transaction belongs to the channel of this call. */
bool se_purse_mine(const struct se_call *call);
/* True when the command is the next step of the open transaction. */
bool se_purse_step(const struct se_call *call);
void se_purse_end(struct se *se);
/* Contactless wins: 9000 when iface may begin, and then nothing is open. */
uint16_t se_purse_take(struct se *se, enum ykt_se_iface iface);
/* The open transaction if it is in state and belongs to this call, or NULL. */
struct se_purse_session *se_purse_open(struct se_call *call, enum se_purse_state state);
/* Stages a log record (file 18) and moves money's log. */
struct record_log;
void
se_purse_log(struct se *se, uint8_t purse, struct se_money *money, const struct record_log *record);

/* One binary file: its place in home, and what it needs (PERSO_FILE_x). */
struct se_file {
	uint32_t off;
	size_t len;
	uint8_t read;
	uint8_t update;
};

/* purse_file.c: the binary files, 15 to 17 and the issuer's own. */
/* False for an SFI that this purse does not have, or not as such a file. */
bool se_purse_file(const struct se *se, uint8_t purse, uint8_t sfi, struct se_file *ret_file);
bool se_purse_is_record_file(uint8_t sfi);
uint16_t se_purse_read_binary(struct se_call *call);
uint16_t se_purse_update_binary(struct se_call *call);
/* UPDATE BINARY without secure messaging. */
uint16_t se_purse_update_open(struct se_call *call);
/* Clears the issuer's files of a free entry in a commit of its own, if there are any. */
uint16_t se_purse_scrub_pool(struct se *se, uint8_t purse);

/* purse_picture.c: files 1B and 1C, which are longer than a short command. */
uint16_t se_purse_read_picture(struct se_call *call);
uint16_t se_purse_update_picture(struct se_call *call);
/* One part of an UPDATE BINARY that comes in a chain. */
uint16_t se_purse_update_chain(struct se_call *call);
bool se_purse_is_picture(uint8_t sfi);
/* Drops a chain of this channel unless the command goes on with it. */
void se_purse_chain_end(struct se *se, const struct se_side *side, const struct apdu_cmd *cmd);

/* purse_read.c */
uint16_t se_purse_read_record(struct se_call *call);
uint16_t se_purse_read_ext(struct se_call *call);
uint16_t se_purse_balance(struct se_call *call);
uint16_t se_purse_proof(struct se_call *call);
/* The record of file 1A with this id, from 0; SE_DATA_COUNT without. */
uint8_t se_purse_data_find(const struct se *se, uint8_t purse, uint16_t id);

struct purse_init;

/* purse_init.c, purse_debit.c */
uint16_t se_purse_initialize(struct se_call *call);
/* Fills the session; its state says that it is open. */
void se_purse_start(struct se_call *call, const struct purse_init *init,
    const struct se_purse_key *key, enum se_purse_state state, uint8_t type);
uint16_t se_purse_update_capp(struct se_call *call);
uint16_t se_purse_debit(struct se_call *call);
/* 9000, or 6Cxx when the command asks for fewer than len bytes. */
uint16_t se_purse_le(const struct se_call *call, uint8_t len);

/* purse_online.c: what load, unload and change of the limit share. */
/* INITIALIZE; init->p1 comes without the bit of the kind, which money has. */
uint16_t
se_online_initialize(struct se_call *call, const struct purse_init *init, struct se_money *money);
/* The step's commit: money, counter, log, proof with its MAC, and a new limit. */
uint16_t se_online_commit(
    struct se_call *call, const uint8_t *datetime, const uint8_t *mac, struct se_money *money);
/* The load that the session and money make; type and all. */
struct purse_load se_online_load(
    const struct se_purse_session *session, const uint8_t *datetime, const struct se_money *money);
#define SE_TAC_KEY_INDEX 1

/* purse_load.c, purse_unload.c, purse_limit.c */
uint16_t se_purse_credit(struct se_call *call);
uint16_t se_purse_unload(struct se_call *call);
uint16_t se_purse_update_limit(struct se_call *call);

/*
 * purse_sm.c: judges the MAC at the end of the data; key may be NULL, the card
 * has none then. On 9000 money holds the reset counter of failures.
 */
uint16_t se_sm_check(struct se_call *call, const struct se_purse_key *key, struct se_money *money);
/* The same for input that is not this command's alone: header, Lc, data without the MAC. */
uint16_t se_sm_judge(struct se_call *call, const struct se_purse_key *key, struct ykt_bytes input,
    const uint8_t mac[PURSE_MAC_LEN], struct se_money *money);
/* One more failure, durably; sw, or 6581. */
uint16_t se_sm_failed(struct se_call *call, struct se_money *money, uint16_t sw);
/* The maintenance key; NULL without one. key is where it goes. */
const struct se_purse_key *se_sm_key(struct se_call *call, uint8_t usage, struct se_purse_key *key);
/* The money alone, in one commit. */
uint16_t se_purse_write_money(struct se_call *call, const struct se_money *money);
uint16_t se_purse_challenge(struct se_call *call);

/* purse_block.c */
uint16_t se_purse_app_block(struct se_call *call);
uint16_t se_purse_app_unblock(struct se_call *call);
uint16_t se_purse_card_block(struct se_call *call);

/* purse_grey.c */
/* The purse has the grey lock; it is locked now. */
bool se_grey_there(const struct se *se, uint8_t purse);
bool se_grey_locked(const struct se *se, uint8_t purse);
uint16_t se_grey_initialize(struct se_call *call);
uint16_t se_grey_lock(struct se_call *call);
uint16_t se_grey_debit(struct se_call *call);
uint16_t se_grey_proof(struct se_call *call);

/* purse_pin.c */
uint16_t se_purse_verify(struct se_call *call);
uint16_t se_purse_pin(struct se_call *call);
uint16_t se_purse_unblock_pin(struct se_call *call);
/* 9000, or 6982 when the caller lacks a right for it (PERSO_ACCESS_x). */
uint16_t se_purse_allowed(const struct se_call *call, uint8_t access);
/* The same for what one file needs (PERSO_FILE_x). */
uint16_t se_purse_file_allowed(const struct se_call *call, uint8_t needs);

/* purse_alg.c */
uint16_t se_purse_algorithm(struct se_call *call);
uint16_t se_purse_internal_auth(struct se_call *call);
uint16_t se_purse_external_auth(struct se_call *call);

/* purse_record.c */
uint16_t se_purse_update_record(struct se_call *call);
uint16_t se_purse_append_record(struct se_call *call);
/* UPDATE and APPEND RECORD without secure messaging: refused. */
uint16_t se_purse_update_plain(struct se_call *call);
/* The slot of a cyclic file's record, newest first; count when there is none. */
size_t se_cyclic_slot(uint8_t number, uint8_t head, uint8_t used, size_t count);

/* Limits of guessing. */
#define SE_TRIES_MAX    200 /* online INITIALIZEs since the last success */
#define SE_SM_FAILS_MAX 100 /* wrong secure-messaging MACs in a row */

#endif
