/*
 * The words about the client's update, and about what it finds of itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens_priv.h"

const struct client_own client_update_own[] = {
	{ CLIENT_FLOW_UPDATE, { YKT_OK, YKT_TONE_GOOD, N_("This client is up to date."), NULL } },
	{ CLIENT_FLOW_UPDATE,
	    { YKT_CANCELLED, YKT_TONE_PLAIN, N_("You stopped it. The old version stays."),
		N_("What was fetched is kept for the next time.") } },
	{ CLIENT_FLOW_UPDATE, { YKT_REFUSED, YKT_TONE_BAD,
				  N_("There was no update. The old version stays."), NULL } },
	{ CLIENT_FLOW_UPDATE,
	    { YKT_NOT_FOUND, YKT_TONE_BAD, N_("The platform has a newer one by now."),
		N_("Begin again.") } },
	{ CLIENT_FLOW_UPDATE,
	    { YKT_UNKNOWN, YKT_TONE_BAD, N_("An answer was lost. The old version stays."),
		N_("Try again later. What was fetched is kept for the next time.") } },
};
const size_t client_update_own_count = YKT_ARRAY_LEN(client_update_own);

const struct client_token client_update_reasons[] = {
	{ "changed", N_("This program is not the one that its publisher signed. Install it again; "
			"what is on "
			"the card and in the account is untouched.") },
	{ "risk", N_("The platform does not allow it while something watches or changes this "
		     "program, or while it runs as the superuser.") },
	{ "risk_amount", N_("The platform does not allow that much with this program as it is.") },
	{ "system", N_("The operating system of this device is too old to be safe, or cannot be "
		       "told. Update it first.") },
	{ "system_old", N_("The operating system of this device is older than the platform thinks "
			   "safe. Update it.") },
	{ "system_unknown", N_("The platform cannot tell whether the operating system of this "
			       "device is kept up.") },
	{ "update", N_("This version is too old to be safe. Update it first.") },
	{ "no_update", N_("This program is updated by where it came from, not by itself.") },
	{ "no_version", N_("This program has no version that could be compared.") },
	{ "release", N_("What came is not signed by the publisher, not whole, or not newer. It was "
			"thrown away.") },
	{ "release_runs", N_("The new version does not run on this device.") },
};
const size_t client_update_reasons_count = YKT_ARRAY_LEN(client_update_reasons);
