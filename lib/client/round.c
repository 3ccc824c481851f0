/*
 * Rounds of money, see round.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/round.h"

#include <string.h>

#include "card/sw.h"
#include "client/element.h"
#include "client/session.h"

#define ROUND_WAIT   500
#define WRONG_ROUNDS 2 /* rounds that the card or the key module may refuse a MAC */

enum ykt_status
client_rounds(struct ykt_client *client, unsigned count, client_round *round, void *ctx)
{
	enum ykt_status status = YKT_OK;
	enum client_step step = CLIENT_STEP_END;

	for (unsigned i = 0; i < count; i++) {
		status = round(ctx, &step);
		if (step == CLIENT_STEP_END || (status == YKT_DENIED && i + 1 >= WRONG_ROUNDS))
			break;
		status = status == YKT_E_LINK ? client_card_reset(client) : status;
		if (status == YKT_E_DOWN || status == YKT_E_LINK)
			break;
		status = client_wait(
		    client, N_("Trying again with a new attempt"), ROUND_WAIT, i, count, NULL);
		if (status != YKT_OK)
			break;
		status = YKT_UNKNOWN;
	}
	if (status == YKT_E_LINK)
		client_reason(client, "card_gone");

	return status;
}

/* The answer is missing. What the card keeps of it may settle it at once. */
static enum ykt_status
find_proof(
    struct ykt_client *client, const struct client_move *move, uint8_t ret_proof[PURSE_MAC_LEN])
{
	const uint16_t before = ykt_get_u16(move->init + 4);
	char card_no[CLIENT_CARD_NO_LEN];
	enum ykt_status status;

	(void)client_progress(client, N_("The card's answer was lost: asking the card for proof"),
	    move->done, move->steps);
	status = client_card_reset(client);
	if (status == YKT_OK)
		status = client_element_select(client, move->card_no, card_no, NULL);
	if (status == YKT_NOT_FOUND)
		status = YKT_WRONG_CARD;
	if (status == YKT_OK)
		status = move->kept(client, (uint16_t)(before + 1), ret_proof);

	return status;
}

enum ykt_status
client_move(struct ykt_client *client, const struct client_move *move,
    const uint8_t datetime[PURSE_DATETIME_LEN], const uint8_t mac2[PURSE_MAC_LEN],
    enum client_step *ret_step)
{
	struct purse_credit command;
	uint8_t proof[PURSE_MAC_LEN];
	uint16_t sw = 0;
	enum ykt_status status;

	memcpy(command.datetime, datetime, sizeof(command.datetime));
	memcpy(command.mac2, mac2, sizeof(command.mac2));
	status = move->send(client, &command, proof, &sw);
	ykt_wipe(&command, sizeof(command));
	if (status == YKT_OK)
		return move->confirm(move->ctx, proof, ret_step);
	if (status == YKT_E_DOWN)
		return status;
	*ret_step = CLIENT_STEP_AGAIN;
	if (!client_card_unsure(status, sw))
		return status; /* refused: 9302, or a tap came between */
	client->end.proved = true;
	status = find_proof(client, move, proof);
	if (status == YKT_OK) {
		*ret_step = CLIENT_STEP_END;
		status = move->confirm(move->ctx, proof, ret_step);
	} else if (status == YKT_E_DOWN)
		*ret_step = CLIENT_STEP_END;
	else
		status = status == YKT_WRONG_CARD ? status : YKT_UNKNOWN;

	return status;
}

enum ykt_status
client_init_outcome(struct ykt_client *client, enum ykt_status status, uint16_t sw)
{
	if (status != YKT_OK && sw == SW_CONDITIONS) {
		client_reason(client, "card_busy");
		return YKT_PENDING;
	}
	if (client_card_unsure(status, sw) && status != YKT_E_DOWN)
		return YKT_E_LINK;

	return status;
}

enum ykt_status
client_confirm_outcome(enum ykt_status status, enum client_step *ret_step)
{
	if (status == YKT_DENIED) /* this proof is none: a new attempt has another */
		*ret_step = CLIENT_STEP_AGAIN;
	else if ((client_lost(status) && status != YKT_E_DOWN) || status == YKT_E_NET ||
		 status == YKT_BUSY)
		status = YKT_PENDING;

	return status;
}
