/*
 * The results of several platforms on one screen: a ui port in front of another. Questions
 * go through; what would be shown at the end is kept, each row with the name of its
 * platform, until all have been asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_JOIN_H
#define CLIENT_JOIN_H

#include <ykt/driver/ui.h>
#include <ykt/env.h>

#include "client/view.h"

/* Of one platform: all that a view holds, a name for each row of two cells, and for the rest. */
#define JOIN_FIELDS_MAX (CLIENT_FIELDS_MAX + CLIENT_FIELDS_MAX / 2 + 4)
#define JOIN_ROWS_MAX   (CLIENT_FIELDS_MAX / 2)
#define JOIN_IDS_MAX    8
#define JOIN_ID_MAX     32
#define JOIN_TEXT_MAX   (CLIENT_TEXT_MAX + 64)

/* How much a platform has to say of a card in the element. */
enum join_rank { JOIN_NOT_ITS = 0, JOIN_UNKNOWN = 1, JOIN_ITS = 2 };

/* Cells that stand together. */
struct join_row {
	size_t first;
	size_t count;
	enum join_rank rank;
};

struct join {
	const struct ykt_ui *under;
	struct ykt_ui port; /* for the clients */
	const char *name;   /* of the platform that is asked now */
	/* Of a row of the element's list: its application's AID in hex. NULL: all are its own. */
	enum join_rank (*rank)(void *ctx, const char *aid);
	void *rank_ctx;
	const char *id; /* of the first result, as are the rest; borrowed: the program's own */
	const char *title;
	const char *text; /* of all of them, or NULL when they differ */
	unsigned results;
	enum ykt_screen_tone tone; /* the worst */
	bool secure;
	bool shown; /* of the platform that is asked now */
	char ids[JOIN_IDS_MAX][JOIN_ID_MAX];
	size_t ids_count;
	size_t platforms; /* that there is room for */
	struct ykt_field *plain;
	size_t plain_count;
	struct ykt_field *cells;
	size_t cells_count;
	struct ykt_field *out; /* the screen's */
	struct join_row *rows;
	size_t rows_count;
	char *values;
	size_t used;
};

/* under is borrowed. YKT_E_NOMEM: *ret_join is as it was. */
YKT_MUST_USE enum ykt_status join_new(const struct ykt_alloc *alloc, const struct ykt_ui *under,
    size_t platforms, struct join **ret_join);
/* Wipes and frees; leaves NULL. */
void join_free(const struct ykt_alloc *alloc, struct join **join);
/* The platform that comes next; its name is borrowed until join_end(). */
void join_platform(struct join *join, const char *name);
/* Names the platform and says that it could not be asked, unless it has shown something. */
void join_away(struct join *join);
/* Shows what was kept, once. */
void join_end(struct join *join);

#endif
