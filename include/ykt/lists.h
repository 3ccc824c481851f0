/*
 * One user at several payment platforms: a client each, one screen for all of them
 * (the application model of clause 6).
 *
 * Each platform has a client of its own, over a folder of its own: a registration, a
 * session and what is unfinished belong to one platform. Clients of one phone share its
 * element: one host opens it, and the others' options name the same port. Lists are asked
 * of each client in turn and shown together; a card's number finds the client that it
 * belongs to, and what is done to the card is done there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_LISTS_H
#define YKT_LISTS_H

#include <ykt/client.h>

#define YKT_PLATFORMS_MAX 8

/* Borrowed during a call. */
struct ykt_platform {
	const char *name;          /* what its rows say: at most 48 bytes, in the user's language */
	struct ykt_client *client; /* NULL: it could not be opened, which the screen says */
};

/* What can be asked of all platforms: the client call of the same name. */
enum ykt_list {
	YKT_LIST_CARDS = 0,
	YKT_LIST_APPS = 1,
	YKT_LIST_BALANCE = 2,
	YKT_LIST_RECORDS = 3,
	YKT_LIST_ORDERS = 4,
	YKT_LIST_RECOVER = 5,
};
#define YKT_LIST_COUNT 6

struct ykt_list_ask {
	enum ykt_list list;
	int64_t from_ms; /* of records, as of ykt_client_records_between(); 0 */
	int64_t to_ms;
	bool abnormal; /* of orders */
};

/*
 * Asks 1 to YKT_PLATFORMS_MAX platforms, one after another, and shows one result screen on ui,
 * which stands in for the clients' own meanwhile. One platform: its own screen. Of several:
 *
 *   - each row of a table begins with a cell TABLE.platform, the name;
 *   - records and orders are newest first over all platforms;
 *   - a card that several clients find in the element is one row, under the platform that
 *     describes its application; the name is "" where none does;
 *   - balance and records off a card are told once, by the client whose platform describes
 *     its application, or the first that reads it; the others tell of their accounts;
 *   - what stands in no table comes first, behind a field "platform" each;
 *   - one that could not be asked, or answered with anything but the list, is a "platform" and
 *     a "platform_text" that says what happened. It hides no other.
 *
 * alloc: for the time of the call, about 64 KiB a platform.
 *
 * YKT_OK       at least one list came, and none of the following was said
 * YKT_PENDING, YKT_UNKNOWN, YKT_DISPUTED  said by a platform: it goes on later
 * YKT_E_DOWN   the node is stopping: no screen is shown, those behind it were not asked
 * YKT_E_ARG    no platform, too many, no such list, a NULL; nothing was asked or shown
 * YKT_E_NOMEM  likewise
 * or what the first platform without a list said; YKT_NOT_FOUND: no client is open
 */
YKT_MUST_USE enum ykt_status ykt_lists_show(const struct ykt_platform *platforms, size_t count,
    const struct ykt_list_ask *ask, const struct ykt_alloc *alloc, const struct ykt_ui *ui);

/*
 * Which platform's a card is, by ykt_client_owns() of each; shows nothing. card_no: its 20
 * digits (leading 0) or its last ones, at least four.
 *
 * YKT_NOT_FOUND  nobody's that could be asked
 * YKT_CONFLICT   several say that it is theirs: more digits are needed
 * YKT_E_ARG, YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status ykt_lists_owner(
    const struct ykt_platform *platforms, size_t count, const char *card_no, size_t *ret_index);

#endif
