/*
 * What one run knows about the card; within this room.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONFORM_STATE_H
#define CONFORM_STATE_H

#include "card/fci.h"
#include "card/files.h"
#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/scp03.h"
#include "conform/conform.h"
#include "conform/template.h"

#define CONFORM_SE_ID_MAX 16
#define CONFORM_RSP_MAX   300

/* Balance and counters; a value that the card did not tell is not known. */
struct conform_snapshot {
	bool has_balance;
	bool has_cap;
	bool has_online;
	bool has_offline;
	uint32_t balance; /* available, fen */
	uint32_t cap;
	uint16_t online;
	uint16_t offline;
};

struct conform_state {
	const struct conform_card *card;
	struct conform_result *result;

	/* The last exchange: raw command, and the answer (clear, of a channel). */
	uint8_t cmd_bytes[CONFORM_BYTES_MAX];
	struct ykt_buf cmd;
	uint8_t rsp_bytes[CONFORM_RSP_MAX];
	struct ykt_buf rsp; /* without the status word */
	uint16_t sw;

	/* The purse, from its FCI. */
	uint8_t aid[FCI_AID_MAX];
	size_t aid_len;
	uint8_t info[FILE15_LEN];
	bool has_info;
	struct conform_snapshot before;

	/* Watched: the last INITIALIZEs, challenge and INITIALIZE UPDATE that succeeded. */
	bool has_load;
	struct purse_init load;
	struct purse_load_init_rsp load_rsp;
	bool has_debit;
	struct purse_init debit;
	struct purse_purchase_init_rsp debit_rsp;
	uint8_t second_bytes[CONFORM_BYTES_MAX];
	struct ykt_buf second; /* the last CREDIT or DEBIT, done or not */
	uint8_t challenge[8];
	size_t challenge_len;
	bool has_iur;
	uint8_t host_challenge[SCP03_CHALLENGE_LEN];
	struct scp03_init_rsp iur;

	uint8_t se_id[CONFORM_SE_ID_MAX];
	size_t se_id_len;
	struct scp03_keys domain; /* the static keys of the open channel */
	struct scp03_session session;
};

void conform_state_init(
    struct conform_state *state, const struct conform_card *card, struct conform_result *result);
/* Wipes. */
void conform_state_clear(struct conform_state *state);

/* The values of templates; ctx is a struct conform_state. */
struct conform_values conform_state_values(struct conform_state *state);

/* AID of the city's purse or domain. */
void conform_purse_aid(const struct conform_card *card, struct ykt_buf *out);
void conform_ssd_aid(const struct conform_card *card, struct ykt_buf *out);

/*
 * Steps, as cases have them. False: it went wrong, and the result says how (its
 * verdict is set to failed). words NULL: 9000.
 */
bool conform_step_reset(struct conform_state *state);
/* Expands and sends as it is; what comes back is in state, nothing is judged. */
bool conform_step_send(struct conform_state *state, struct ykt_bytes text);
/* The same through the channel; tamper turns the last bit of the MAC. */
bool conform_step_wrap(struct conform_state *state, struct ykt_bytes text, bool tamper);
bool conform_step_again(struct conform_state *state);
bool conform_step_open(struct conform_state *state, bool ssd, uint8_t level);
/* The card's identity, for the keys of its domains. */
bool conform_step_identity(struct conform_state *state);
/* send and 9000. */
bool conform_step_good(struct conform_state *state, const char *text);
bool conform_step_wrap_good(struct conform_state *state, const char *text);
bool conform_step_fail(struct conform_state *state, enum conform_reason reason);

/* PUT KEY and data grouping 8001, for values.c. */
enum ykt_status conform_put_key(
    struct conform_state *state, const struct conform_value *value, struct ykt_buf *out);
enum ykt_status conform_purse_keys(
    struct conform_state *state, const struct conform_value *value, struct ykt_buf *out);
enum ykt_status conform_purse_pin(struct conform_state *state, struct ykt_buf *out);
/* The static keys of the domain whose set has that version. */
enum ykt_status
conform_domain_keys(struct conform_state *state, uint8_t kvn, struct scp03_keys *ret_keys);
/* One key of the card from its root; the number is in state->info. */
enum ykt_status conform_card_key(struct conform_state *state, enum purse_alg alg,
    const uint8_t root[CONFORM_KEY_LEN], uint8_t ret_key[PURSE_KEY_LEN]);

#endif
