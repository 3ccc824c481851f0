/*
 * The accounts that the stand-in knows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "accounts.h"

#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "config.h"
#include "wire/field.h"
#include "words.h"

static const struct wire_field payd_account_fields[] = {
	FIELD_TEXT(payd_account, ref),
	FIELD_TEXT(payd_account, number),
	FIELD_TEXT(payd_account, issuer),
	FIELD_TEXT(payd_account, holder),
	FIELD_TEXT(payd_account, phone),
	FIELD_BOOL(payd_account, blocked),
	FIELD_FEN(payd_account, funds_fen),
};
static MESSAGE(payd_account, "account");

static const struct wire_field payd_accounts_fields[] = {
	FIELD_LIST(payd_accounts, accounts, payd_account_msg),
};
static MESSAGE(payd_accounts, "accounts");

/* The first that is wrong in itself; psp_new() compares them with one another. */
static bool
check(const char *program, const char *path, const struct payd_account *account)
{
	struct wire_account_data data = { .number = "" };
	bool good;

	memcpy(data.number, account->number, sizeof(data.number));
	memcpy(data.holder, account->holder, sizeof(data.holder));
	memcpy(data.phone, account->phone, sizeof(data.phone));
	good = wire_account_data_valid(&data) && account->ref[0] != '\0';
	ykt_wipe(&data, sizeof(data));
	if (!good)
		fprintf(stderr,
		    words("%s: %s: account \"%s\" is none: its number has 12 to 19 digits "
			  "and a check digit, its phone 11\n"),
		    program, path, account->ref);
	return good;
}

bool
payd_accounts_read(const char *program, const char *path, struct payd_accounts *accounts)
{
	if (!config_read(program, path, &payd_accounts_msg, accounts))
		return false;
	for (size_t i = 0; i < accounts->accounts_count; i++) {
		const struct payd_account *account = &accounts->accounts[i];

		if (!check(program, path, account))
			return false;
		accounts->list[i] =
		    (struct psp_account){ account->ref, account->number, account->issuer,
			    account->holder, account->phone, account->blocked, account->funds_fen };
	}
	return true;
}
