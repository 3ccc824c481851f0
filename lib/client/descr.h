/*
 * Applications as descriptions (clause 6): what this client's platform says of each
 * application that it issues: AID, issuer, city, names, limits, and which functions it
 * lacks. The flows are the same for all of them; a city is added by data alone.
 *
 * The platform's list comes in a session's authenticated answer, and is signed itself by the
 * key that the configuration pins (wire/app_list.h). It is checked, kept with its signature in
 * the device's folder under the store's MAC, checked again when it is read, and asked for
 * again before anything is refused by it, so that an old copy refuses nothing that the
 * platform would do. A copy that is not what it was, older than one that was kept before, or
 * older than CLIENT_DESCR_LIFE_MS is not gone by.
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

#define CLIENT_DESCR_LIFE_MS (INT64_C(30) * 86400000) /* how long a copy counts (ours, grade D) */
#define CLIENT_DESCR_KEEP_MS INT64_C(86400000) /* as old may it be before it is written anew */

struct client_descrs {
	bool known;    /* there is a list, if its signature is good: client_descr_known() */
	bool unproved; /* nobody has looked at that yet */
	bool fresh;    /* it came in this process */
	/*
	 * Why the kept copy is not gone by; YKT_OK: it is, or there was none.
	 * YKT_E_CORRUPT  cut, changed, of another device or form
	 * YKT_MISMATCH   older than one that was kept before: put back
	 * YKT_EXPIRED    older than CLIENT_DESCR_LIFE_MS
	 * YKT_E_MAC      not signed by this platform
	 */
	enum ykt_status refused;
	struct wire_app_list_rsp list;
};

/*
 * Every field within its bounds: AIDs of 5 to 16 bytes, each once; a city of four
 * digits; names of 1 to 48 bytes in UTF-8 without control characters; amounts of 0 to
 * what a purse holds, the least load above 0 and not over the most.
 */
bool client_descr_valid(const struct wire_app_list_rsp *list);

/* Exactly one form of a valid list, without a signature. YKT_E_CORRUPT. */
YKT_MUST_USE enum ykt_status
client_descr_decode(struct ykt_bytes bytes, struct wire_app_list_rsp *ret_list);

/* What was kept; a file that is missing or refused is none. YKT_E_DOWN only. */
YKT_MUST_USE enum ykt_status client_descr_load(struct ykt_client *client);

/*
 * app.list into client->lists.apps, checked and kept; what the disk does not take is
 * only not kept. YKT_E_SERVER: a list that is none, and with its reason said one that is
 * not signed by this platform, or older than one before; what was kept stays. Or as
 * client_call().
 */
YKT_MUST_USE enum ykt_status client_descr_ask(struct ykt_client *client);

/*
 * There is a list: what is not in it is not this platform's. The signature of a kept one is
 * looked at here, at first use: commands that need no list do not pay for it.
 */
bool client_descr_known(struct ykt_client *client);
/* NULL: none is known with this AID. Borrowed until the next client_descr_ask(). */
const struct wire_app *client_descr_find(struct ykt_client *client, struct ykt_bytes aid);
/* True for what may be this platform's: everything while nothing is known. */
bool client_descr_ours(struct ykt_client *client, struct ykt_bytes aid);

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
