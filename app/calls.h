/*
 * The client's functions as this program calls them: one row each, by the id of
 * ykt_functions(). What a function is, asks and shows is data of the client.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_CALLS_H
#define APP_CALLS_H

#include <glib.h>

#include <ykt/lists.h>

G_BEGIN_DECLS

#define APP_ARGS_MAX 3

typedef enum {
	APP_ARG_NONE,
	APP_ARG_AMOUNT, /* fen as text; shown as tiles */
	APP_ARG_TEXT,
	APP_ARG_OPTIONAL, /* as TEXT; left empty it is not said */
	APP_ARG_SWITCH,   /* "1" or "0" */
	APP_ARG_DAY,      /* where it begins, UTC milliseconds as text */
	APP_ARG_PAYER,    /* id of a bound account; empty: the pay channel, as without it */
} AppArgKind;

typedef struct {
	AppArgKind kind;
	const char *label; /* message id */
	const char *hint;  /* message id, or NULL */
	gboolean card;     /* a card's digits, which tell whose platform's it is */
} AppArg;

typedef enum {
	APP_GROUP_MONEY,
	APP_GROUP_CARDS,
	APP_GROUP_RIDE,
	APP_GROUP_ACCOUNT,
	APP_GROUP_SECURITY,
	APP_GROUP_OTHER,
} AppGroup;
#define APP_GROUP_COUNT 6

/* A card that something is meant for, and its platform's name; either may be NULL. */
typedef struct {
	const char *card; /* its last digits */
	const char *platform;
} AppTarget;

typedef struct {
	const char *id; /* as in struct ykt_function, and one of our own where that has a mode */
	const char *function; /* its id in ykt_functions() */
	const char *title;    /* message id; NULL: the function's own */
	const char *what;     /* message id, or NULL, likewise */
	AppGroup group;
	const char *icon; /* app/icons has it: no theme of the system is asked */
	AppArg args[APP_ARGS_MAX];
	gboolean destructive;
	gboolean shows; /* goes on until the user has seen enough */
	guint list;     /* of all platforms: 1 and its enum ykt_list; 0: of one */
	/* args[i] is NULL where an optional one was left empty. The menu's row has none. */
	enum ykt_status (*run)(struct ykt_client *client, const char *const *args);
} AppCall;

/* All rows; the count is given back. */
gsize app_calls(const AppCall **ret_calls);
/* The menu in the element: no function of the client, and among no group's rows. */
const AppCall *app_call_menu(void);
/* NULL when there is no such row. */
const AppCall *app_call_find(const char *id);
/* The client's description of what a row calls; NULL when the client has none. */
const struct ykt_function *app_call_function(const AppCall *call);
/* Whether the profile has it. */
gboolean app_call_offered(const AppCall *call, enum ykt_profile profile);
/* Whether something must be said before it starts; optional counts what may be left out. */
gboolean app_call_asks(const AppCall *call, gboolean optional);
/* What a row of a list asks of all platforms. */
struct ykt_list_ask app_call_ask(const AppCall *call, const char *const *args);
/* Which of its arguments are a card's digits; -1: none. */
int app_call_card(const AppCall *call);
/* The message id of its title. */
const char *app_call_title(const AppCall *call);

const char *app_group_title(AppGroup group);

G_END_DECLS

#endif
