/*
 * The profiles, and which function is in which (5.1.2, 5.1.3).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/internal.h"

static const char *const profiles[YKT_PROFILE_COUNT] = {
	[YKT_PROFILE_SE] = "se",
	[YKT_PROFILE_SELESS] = "seless",
};

size_t
ykt_functions(const struct ykt_function **ret_functions)
{
	*ret_functions = client_functions;

	return CLIENT_FLOW_COUNT;
}

const char *
ykt_profile_name(enum ykt_profile profile)
{
	return (size_t)profile < YKT_PROFILE_COUNT ? profiles[profile] : NULL;
}

enum ykt_status
ykt_profile_of(const char *name, enum ykt_profile *ret_profile)
{
	for (size_t i = 0; i < YKT_PROFILE_COUNT; i++) {
		if (strcmp(profiles[i], name) == 0) {
			*ret_profile = (enum ykt_profile)i;
			return YKT_OK;
		}
	}

	return YKT_E_ARG;
}

enum ykt_status
client_may(struct ykt_client *client, enum client_flow flow)
{
	if (client_functions[flow].why_not[client->profile] == NULL)
		return YKT_OK;
	client_reason(client, client_seless(client) ? "profile" : "profile_se");

	return YKT_REFUSED;
}
