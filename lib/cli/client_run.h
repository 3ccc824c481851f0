/*
 * The table of the client's commands, and what a command line of theirs says.
 * For client_cmd.c and client_run.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CLIENT_RUN_H
#define CLI_CLIENT_RUN_H

#include <ykt/lists.h>

struct client_arguments {
	const char *config;
	const char *answers;
	const char *sms_sink;
	const char *city;
	const char *card;
	const char *order; /* of refund; of pay: the bill; of unbind, withdraw: the account */
	enum ykt_profile profile;
	const char *from; /* the account that pays */
	ykt_fen amount;   /* of topup, or the first load */
	bool yes;
	bool quiet;
	bool abnormal;
	bool help;
	bool bad_amount;
	bool bad_day;
	bool bad_account;
	int64_t from_ms; /* of records: the first day's beginning, and the last one's end; 0 */
	int64_t to_ms;
	bool on;    /* of contactless */
	bool watch; /* of code show */
	const char *png;
	const char *svg;
	const char *raw;
};

/* One command: what it takes, whether unfinished orders are looked for first. */
struct client_command {
	const char *name;
	const char *usage; /* message id */
	bool operand;      /* AMOUNT, ORDER, ACCOUNT, on or off */
	bool recover;
	enum ykt_status (*run)(struct ykt_client *client, const struct client_arguments *arguments);
	/* With several platforms and none named all of them are asked: 1 and its enum ykt_list; 0: no. */
	unsigned merged;
};

/* "topup", or two words: "wallet topup". NULL: there is none such. */
const struct client_command *client_command_find(const char *name);

/* The i-th command, from 0; NULL behind the last. */
const struct client_command *client_command_at(size_t i);

#endif
