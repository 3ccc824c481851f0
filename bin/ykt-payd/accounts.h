/*
 * The accounts that the stand-in knows, from a file.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PAYD_ACCOUNTS_H
#define PAYD_ACCOUNTS_H

#include <stdbool.h>

#include "psp/psp.h"
#include "wire/account.h"

struct payd_account {
	char ref[PSP_NAME_MAX + 1];
	char number[20];
	char issuer[49];
	char holder[49];
	char phone[12];
	bool blocked;
	int64_t funds_fen;
};

struct payd_accounts {
	size_t accounts_count;
	struct payd_account accounts[PSP_ACCOUNTS_MAX];
	struct psp_account list[PSP_ACCOUNTS_MAX]; /* views of accounts[] */
};

/* Reads the file into accounts, which stay in use. False: standard error says why. */
bool payd_accounts_read(const char *program, const char *path, struct payd_accounts *accounts);

#endif
