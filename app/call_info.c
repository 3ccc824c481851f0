/*
 * What a row of the table of functions says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <glib/gi18n.h>
#include <string.h>

#include "app/calls.h"

#define DAY_MS (24 * 3600 * 1000LL)

static gint64
first_ms(const char *const *args)
{
	return args[0] != NULL ? g_ascii_strtoll(args[0], NULL, 10) : 0;
}

/* Behind the last day. */
static gint64
end_ms(const char *const *args)
{
	return args[1] != NULL ? g_ascii_strtoll(args[1], NULL, 10) + DAY_MS : 0;
}

const struct ykt_function *
app_call_function(const AppCall *call)
{
	const struct ykt_function *functions;
	gsize count = ykt_functions(&functions);

	for (gsize i = 0; i < count; i++) {
		if (strcmp(functions[i].id, call->function) == 0)
			return &functions[i];
	}

	return NULL;
}

gboolean
app_call_offered(const AppCall *call, enum ykt_profile profile)
{
	const struct ykt_function *function = app_call_function(call);

	if (call == app_call_menu())
		return profile == YKT_PROFILE_SE;

	return function != NULL && function->why_not[profile] == NULL;
}

gboolean
app_call_asks(const AppCall *call, gboolean optional)
{
	for (gsize i = 0; i < APP_ARGS_MAX; i++) {
		AppArgKind kind = call->args[i].kind;

		if (kind == APP_ARG_NONE || kind == APP_ARG_PAYER)
			continue;
		if (optional || kind != APP_ARG_OPTIONAL)
			return TRUE;
	}

	return FALSE;
}

struct ykt_list_ask
app_call_ask(const AppCall *call, const char *const *args)
{
	gboolean days = call->args[0].kind == APP_ARG_DAY;

	return (struct ykt_list_ask){ .list = (enum ykt_list)(call->list - 1),
		.from_ms = days ? first_ms(args) : 0,
		.to_ms = days ? end_ms(args) : 0,
		.abnormal = strcmp(call->id, "orders abnormal") == 0 };
}

int
app_call_card(const AppCall *call)
{
	for (int i = 0; i < APP_ARGS_MAX; i++) {
		if (call->args[i].card)
			return i;
	}

	return -1;
}

const char *
app_call_title(const AppCall *call)
{
	const struct ykt_function *function = app_call_function(call);

	if (call->title != NULL)
		return call->title;

	return function != NULL ? function->title : call->id;
}

const char *
app_group_title(AppGroup group)
{
	static const char *const titles[APP_GROUP_COUNT] = {
		[APP_GROUP_MONEY] = N_("Money"),
		[APP_GROUP_CARDS] = N_("Cards"),
		[APP_GROUP_RIDE] = N_("Rides by code"),
		[APP_GROUP_ACCOUNT] = N_("Account"),
		[APP_GROUP_SECURITY] = N_("Security"),
		[APP_GROUP_OTHER] = N_("More"),
	};

	return titles[group];
}
