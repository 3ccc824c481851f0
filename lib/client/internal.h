/*
 * What a client is made of; for this room only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_INTERNAL_H
#define CLIENT_INTERNAL_H

#include <ykt/client.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

#include "client/descr.h"
#include "client/screens.h"
#include "client/store.h"
#include "client/vault.h"
#include "client/view.h"
#include "crypto/signer.h"
#include "wire/account_msg.h"
#include "wire/call.h"
#include "wire/client_msg.h"
#include "wire/release.h"
#include "wire/tokens.h"
#include "wire/update_msg.h"
#include "wire/withdraw_msg.h"

#define CLIENT_SEND_MAX  (96 * 1024)  /* a SERAM report of a full pool fits */
#define CLIENT_REPLY_MAX (160 * 1024) /* a sealed list of 50 orders, an order of a full pool */
#define CLIENT_PLAIN_MAX (64 * 1024)
#define CLIENT_ASK_MAX   2048 /* plain bytes of the longest request */

/* The lists are too large for a fiber's stack. */
union client_lists {
	struct wire_app_list_rsp apps;
	struct wire_order_list_rsp orders;
	struct wire_card_list_rsp cards;
	struct wire_card_records_rsp records;
	struct wire_client_block_rsp block;
	struct wire_account_list_rsp accounts;
	struct {
		struct wire_order_list_rsp orders;
		struct wire_withdrawals_rsp withdrawals;
	} book;
};

/* The SE-less client has no element to talk to (5.1.3). */
#define client_seless(client) ((client)->profile == YKT_PROFILE_SELESS)

struct ykt_client {
	struct ykt_client_options o;
	enum ykt_profile profile; /* SE or SELESS */
	char edition[9];
	char version[17];
	struct crypto_sm2_pub platform;
	bool has_pin_key;
	struct crypto_sm2_pub pin_key;       /* whose PIN blocks are */
	struct wire_release_key release_key; /* where the options name one */
	unsigned findings;                   /* the last look's: client/selfcheck.h */
	char advice[17];         /* of the last login: the reason to be told; "": none */
	struct wire_version put; /* by this process, for the next start; 0.0.0: none */
	struct client_store store;
	struct signer element;        /* client_device(): the key in the element, */
	struct signer_soft soft;      /* or that of a client without one */
	struct wire_scratch *scratch; /* a: what is sent, b: what came */
	uint8_t *plain;               /* CLIENT_PLAIN_MAX: what a reply said */
	int64_t ctr;                  /* the last one used in this session */
	int64_t used_ms;              /* monotonic; when this process last used it, 0: not yet */
	struct wire_error error;      /* of the last call that was refused */
	struct client_end end;
	struct crypto_pwhash_cost vault_cost; /* of a new part two */
	bool guarded;                         /* the host guards its surface (client/guard.h) */
	bool card_elsewhere; /* the card in the element is told of by another client (lists.c) */
	char from[33];       /* the account that pays next; "": the user does, at the pay channel */
	struct client_view view;
	union client_lists lists;
	struct client_descrs descrs;
};

static inline const struct client_state *
client_state(const struct ykt_client *client)
{
	return &client->store.state;
}

/* The functions, by flow (functions.c). */
extern const struct ykt_function client_functions[CLIENT_FLOW_COUNT];

/*
 * Has the profile that function? YKT_REFUSED: no, and the result will say why.
 * Asked at the beginning of every function that some profile lacks.
 */
YKT_MUST_USE enum ykt_status client_may(struct ykt_client *client, enum client_flow flow);

/* 32 lower-case hex digits of randomness. YKT_E_RANDOM, YKT_E_DOWN. */
YKT_MUST_USE enum ykt_status client_new_id(struct ykt_client *client, char ret_id[33]);

/*
 * Waits on the clock port with progress shown. *ret_cancel (may be NULL) is set
 * when the user wants to stop. YKT_E_DOWN.
 */
YKT_MUST_USE enum ykt_status client_wait(struct ykt_client *client, const char *text,
    int64_t wait_ms, unsigned done, unsigned total, bool *ret_cancel);

#endif
