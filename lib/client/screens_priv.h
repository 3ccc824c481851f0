/*
 * The words of the screens, where they lie in several files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_SCREENS_PRIV_H
#define CLIENT_SCREENS_PRIV_H

#include <stddef.h>

#include "client/screens.h"

struct client_outcome {
	enum ykt_status status;
	enum ykt_screen_tone tone;
	const char *text;
	const char *next;
};

/* Where a function says it better than the words for all. */
struct client_own {
	enum client_flow flow;
	struct client_outcome outcome;
};

struct client_token {
	const char *token;
	const char *text;
};

/* screens_money.c: wallet, PIN, passwords and ride codes. */
extern const struct client_own client_wallet_own[];
extern const size_t client_wallet_own_count;

/* screens_manage.c: the life cycle of a card's application. */
extern const struct client_own client_manage_own[];
extern const size_t client_manage_own_count;
extern const struct client_token client_manage_reasons[];
extern const size_t client_manage_reasons_count;
extern const struct client_token client_manage_tokens[];
extern const size_t client_manage_tokens_count;
/* What the user agrees to when a card is to leave. */
extern const char client_text_return[];
extern const char client_text_move[];

/* screens_card.c: the end of a card, its moves and bindings. */
extern const struct client_own client_card_own[];
extern const size_t client_card_own_count;
extern const struct client_token client_card_reasons[];
extern const size_t client_card_reasons_count;
extern const struct client_token client_card_tokens[];
extern const size_t client_card_tokens_count;

/* screens_update.c: the client's update, and what it finds about itself. */
extern const struct client_own client_update_own[];
extern const size_t client_update_own_count;
extern const struct client_token client_update_reasons[];
extern const size_t client_update_reasons_count;

/* screens_bank.c: accounts that pay. */
extern const struct client_own client_bank_own[];
extern const size_t client_bank_own_count;
extern const struct client_token client_bank_reasons[];
extern const size_t client_bank_reasons_count;
extern const struct client_token client_bank_tokens[];
extern const size_t client_bank_tokens_count;
extern const char client_text_bind[];
extern const char client_text_unbind[];

/* screens_claim.c: cards of others that a user binds. */
extern const struct client_own client_claim_own[];
extern const size_t client_claim_own_count;
extern const struct client_token client_claim_reasons[];
extern const size_t client_claim_reasons_count;
extern const char client_text_bind_card[];
extern const char client_text_unbind_card[];

/* screens_withdraw.c: money out of the wallet. */
extern const struct client_own client_withdraw_own[];
extern const size_t client_withdraw_own_count;
extern const struct client_token client_withdraw_words[];
extern const size_t client_withdraw_words_count;
extern const char client_text_withdraw[];

#endif
