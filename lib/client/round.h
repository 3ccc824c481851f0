/*
 * Rounds of money that goes onto a card or off it (R1, R2): a load and an unload
 * differ in what they ask the platform, not in what follows a command whose
 * answer was lost.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_ROUND_H
#define CLIENT_ROUND_H

#include "client/card_io.h"

/* A status for the caller, or go round again with a new attempt. */
enum client_step { CLIENT_STEP_END, CLIENT_STEP_AGAIN };

/* One round; what it leaves in *ret_step counts whatever its status is. */
typedef enum ykt_status client_round(void *ctx, enum client_step *ret_step);

/*
 * At most count rounds, until one ends it. A card that went away is reset first
 * and waited for between two. YKT_DENIED ends it in the second round: who refuses
 * a MAC twice will do so again.
 *
 * YKT_UNKNOWN  no round ended it
 * YKT_E_LINK   the card does not come back; the reason is set
 * YKT_E_DOWN, and what the last round gave
 */
YKT_MUST_USE enum ykt_status
client_rounds(struct ykt_client *client, unsigned count, client_round *round, void *ctx);

/* The command that moves the money, and what shows that it did. */
struct client_move {
	const char *card_no; /* of the card that answered INITIALIZE */
	const uint8_t *init; /* that answer: the counter before */
	unsigned done;       /* of steps, for progress while proof is looked for */
	unsigned steps;
	/* Sends it; the proof is the card's answer. */
	enum ykt_status (*send)(struct ykt_client *client, const struct purse_credit *command,
	    uint8_t ret_proof[PURSE_MAC_LEN], uint16_t *ret_sw);
	/* The proof that the card keeps of what moved its counter to seq. */
	enum ykt_status (*kept)(
	    struct ykt_client *client, uint16_t seq, uint8_t ret_proof[PURSE_MAC_LEN]);
	/* It is done; now the platform must hear of it. */
	enum ykt_status (*confirm)(
	    void *ctx, const uint8_t proof[PURSE_MAC_LEN], enum client_step *ret_step);
	void *ctx;
};

/*
 * Sends the command under the platform's date, time and MAC2. When its answer is
 * lost the card is asked for proof at once; without one the next round shows.
 *
 * what confirm gave
 * YKT_UNKNOWN, YKT_WRONG_CARD and refusals by the card, with another round
 * YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status client_move(struct ykt_client *client, const struct client_move *move,
    const uint8_t datetime[PURSE_DATETIME_LEN], const uint8_t mac2[PURSE_MAC_LEN],
    enum client_step *ret_step);

/*
 * What an INITIALIZE gave, for a round: YKT_PENDING with its reason while a gate
 * has the card, YKT_E_LINK when nothing can be said of it.
 */
YKT_MUST_USE enum ykt_status
client_init_outcome(struct ykt_client *client, enum ykt_status status, uint16_t sw);

/*
 * What a confirmation gave, for a round: a proof that is refused wants another
 * round, and what was not heard is YKT_PENDING: the money is where it should be.
 */
YKT_MUST_USE enum ykt_status
client_confirm_outcome(enum ykt_status status, enum client_step *ret_step);

#endif
