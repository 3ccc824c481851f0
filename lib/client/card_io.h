/*
 * What the client itself says to the element: identity, number, balance, load.
 *
 * Every command ends in one of three (R1): a 9000 answer of the right form, a
 * refusal by status word, or nothing that proves anything: client_card_unsure().
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_CARD_IO_H
#define CLIENT_CARD_IO_H

#include "card/files.h"
#include "card/purse_cmd.h"
#include "client/internal.h"

#define CLIENT_CARD_NO_LEN 21 /* 20 digits and a NUL */

struct client_rsp {
	uint8_t bytes[APDU_SHORT_RSP_MAX];
	struct ykt_bytes data; /* into bytes */
	uint16_t sw;
};

/* An element's name as messages carry it. */
struct client_se_id {
	uint16_t len;
	uint8_t data[16];
};

/*
 * Sends one command. YKT_OK: any answer with a status word.
 * YKT_E_LINK, YKT_E_DRIVER, YKT_E_SPACE, YKT_E_CARD: no answer; it may be done.
 * YKT_E_DEADLINE: nothing was sent. YKT_E_DOWN. YKT_REFUSED: a SELECT that the
 * element's access rules do not allow this program; the reason is set.
 */
YKT_MUST_USE enum ykt_status client_card_send(
    struct ykt_client *client, const struct ykt_buf *command, struct client_rsp *ret_rsp);

/* The same, and 9000 is required: otherwise the word's outcome (card/sw.h). */
YKT_MUST_USE enum ykt_status client_card_do(
    struct ykt_client *client, const struct ykt_buf *command, struct client_rsp *ret_rsp);

/*
 * True when a failed command may have been done after all: link trouble, an
 * answer without form, 6F00, 6581 and words that nobody knows.
 */
bool client_card_unsure(enum ykt_status status, uint16_t sw);

/* After link trouble: a warm reset, so that the next command meets a known state. */
YKT_MUST_USE enum ykt_status client_card_reset(struct ykt_client *client);

/*
 * Reading is safe to repeat. True when a failed read should be tried once more:
 * the card was reset for it.
 */
YKT_MUST_USE bool client_card_again(struct ykt_client *client, enum ykt_status status);

/*
 * Bytes that are free for applications (ETSI TS 102 226 8.2.1.7.2, FF21), tried a second
 * time as client_se_id() is. YKT_NOT_FOUND: the element does not say.
 */
YKT_MUST_USE enum ykt_status client_se_room(struct ykt_client *client, uint32_t *ret_bytes);

/* The number in file 15. YKT_NOT_FOUND: installed and not personalised. */
YKT_MUST_USE enum ykt_status
client_card_number(const struct file15 *info, char ret_card_no[CLIENT_CARD_NO_LEN]);

/*
 * (This and client_purse_select() read only, so they are tried a second time,
 * after a reset, when an answer did not come.)
 * The identity in the issuer domain: tag 45, or parts of 9F7F where a card has
 * no 45. YKT_E_FORMAT: neither in a usable form.
 */
YKT_MUST_USE enum ykt_status client_se_id(struct ykt_client *client, struct client_se_id *ret_id);

/*
 * Selects the purse with this AID, reads its file 15 and makes the number of
 * it. ret_info may be NULL.
 *
 * YKT_NOT_FOUND  there is no such purse, or it has no number yet
 * YKT_BLOCKED    it is blocked
 */
YKT_MUST_USE enum ykt_status client_purse_select(struct ykt_client *client, struct ykt_bytes aid,
    char ret_card_no[CLIENT_CARD_NO_LEN], struct file15 *ret_info);
/* The usual AID. */
extern const struct ykt_bytes client_purse_aid;

/* What a wallet shows: available minus the overdraft limit; may be negative. */
YKT_MUST_USE enum ykt_status client_purse_balance(struct ykt_client *client, ykt_fen *ret_balance);

/*
 * INITIALIZE FOR LOAD; ret_init is the whole answer without its status word.
 * *ret_sw is what the card said, 0 when it said nothing.
 */
YKT_MUST_USE enum ykt_status client_purse_init(struct ykt_client *client, ykt_fen amount,
    const uint8_t terminal[PURSE_TERMINAL_LEN], uint8_t ret_init[PURSE_LOAD_INIT_RSP_LEN],
    uint16_t *ret_sw);
YKT_MUST_USE enum ykt_status client_purse_credit(struct ykt_client *client,
    const struct purse_credit *credit, uint8_t ret_tac[PURSE_MAC_LEN], uint16_t *ret_sw);
/* INITIALIZE FOR UNLOAD of that much, DEBIT FOR UNLOAD with MAC3 for an answer. */
YKT_MUST_USE enum ykt_status client_purse_unload_init(struct ykt_client *client, ykt_fen amount,
    const uint8_t terminal[PURSE_TERMINAL_LEN], uint8_t ret_init[PURSE_LOAD_INIT_RSP_LEN],
    uint16_t *ret_sw);
YKT_MUST_USE enum ykt_status client_purse_unload(struct ykt_client *client,
    const struct purse_credit *unload, uint8_t ret_mac3[PURSE_MAC_LEN], uint16_t *ret_sw);
/* The MAC3 of the unload that moved the counter to seq. YKT_NOT_FOUND: not kept. */
YKT_MUST_USE enum ykt_status
client_purse_unload_proof(struct ykt_client *client, uint16_t seq, uint8_t ret_mac3[PURSE_MAC_LEN]);
/* The TAC of the load that moved the counter to seq. YKT_NOT_FOUND: not kept (any more). */
YKT_MUST_USE enum ykt_status
client_purse_proof(struct ykt_client *client, uint16_t seq, uint8_t ret_tac[PURSE_MAC_LEN]);

#endif
