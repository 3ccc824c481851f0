/*
 * Applications as descriptions (clause 6): what this client's platform says of each
 * application that it issues: AID, issuer, city, names, limits, and which functions it
 * lacks. The flows are the same for all of them; a city is added by data alone.
 *
 * The platform's list comes in a session's authenticated answer. It is checked, kept in
 * the device's folder under the store's MAC, and asked for again before anything is
 * refused by it, so that an old copy refuses nothing that the platform would do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_DESCR_H
#define CLIENT_DESCR_H

#include <ykt/bytes.h>
#include <ykt/money.h>

#include "wire/client_msg.h"

struct ykt_client;

#define CLIENT_FILE_DESCR "apps"
#define CLIENT_DESCR_MAX  8192 /* bytes of the file at most */

struct client_descrs {
	bool known; /* there is a list: what is not in it is not this platform's */
	bool fresh; /* it came in this process */
	struct wire_app_list_rsp list;
};

/*
 * Every field within its bounds: AIDs of 5 to 16 bytes, each once; a city of four
 * digits; names of 1 to 48 bytes in UTF-8 without control characters; amounts of 0 to
 * what a purse holds, the least load above 0 and not over the most.
 */
bool client_descr_valid(const struct wire_app_list_rsp *list);

/* The plain form, for the file and for fuzzing: appends. */
void client_descr_encode(const struct wire_app_list_rsp *list, struct ykt_buf *out);
/* Exactly one valid list of this version. YKT_E_CORRUPT. */
YKT_MUST_USE enum ykt_status
client_descr_decode(struct ykt_bytes bytes, struct wire_app_list_rsp *ret_list);

/* What was kept; a file that is missing or was changed is none. YKT_E_DOWN only. */
YKT_MUST_USE enum ykt_status client_descr_load(struct ykt_client *client);

/*
 * app.list into client->lists.apps, checked and kept; what the disk does not take is
 * only not kept. YKT_E_SERVER: a list that is none; what was kept stays. Or as
 * client_call().
 */
YKT_MUST_USE enum ykt_status client_descr_ask(struct ykt_client *client);

/* NULL: none is known with this AID. Borrowed until the next client_descr_ask(). */
const struct wire_app *client_descr_find(const struct ykt_client *client, struct ykt_bytes aid);
/* True for what may be this platform's: everything while nothing is known. */
bool client_descr_ours(const struct ykt_client *client, struct ykt_bytes aid);

/*
 * Before anything of money is sent: is the application of this card one of this
 * platform's, and does it have the function (its id, "topup")? ret_app gets the
 * description; without an AID (a card that tells none) NULL, and no check is made.
 *
 * YKT_REFUSED  it is not, or has not; the reason is said, and the AID shown
 * and every status of client_call(), but YKT_LOGIN_NEEDED: then nothing is checked
 */
YKT_MUST_USE enum ykt_status client_descr_may(struct ykt_client *client, struct ykt_bytes aid,
    const char *function, const struct wire_app **ret_app);

/* YKT_OVER_LIMIT: no load of this amount; the reason and both limits are said. */
YKT_MUST_USE enum ykt_status
client_descr_load_fits(struct ykt_client *client, const struct wire_app **app, ykt_fen amount);

#endif
