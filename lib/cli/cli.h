/*
 * The terminal's face: what every command of ykt gets, and the table of them.
 *
 * Commands write to the streams they are given and return an exit code; they
 * open nothing but through the ports in struct cli.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include <ykt/bytes.h>
#include <ykt/driver/clock.h>
#include <ykt/driver/net.h>
#include <ykt/driver/random.h>
#include <ykt/driver/se.h>

#include "cli/messages.h"

struct crypto;

/* Exit codes of every command. */
enum cli_exit {
	CLI_OK = 0,
	CLI_FAILED = 1,     /* bad input, a refusal, anything without its own code */
	CLI_USAGE = 2,      /* the command line was not understood */
	CLI_NO_CARD = 3,    /* no reader, no card, nobody at the address */
	CLI_TORN = 4,       /* the card left while it was read */
	CLI_WRONG_CARD = 5, /* a card of another kind */
	CLI_BLOCKED = 6,    /* the card is blocked */
	CLI_EXPIRED = 7,    /* read, but out of its validity */
};

/* A line of standard input, its end included. */
#define CLI_LINE_MAX 65536

/* Opens and closes a card by its address; the main program joins it to lib/link. */
struct cli_cards {
	void *ctx;
	/* *ret_why (never NULL) gets a message id when it fails. */
	enum ykt_status (*open)(
	    void *ctx, const char *address, const struct ykt_se **ret_se, const char **ret_why);
	void (*close)(void *ctx);
	/* As open, for the wired side. */
	enum ykt_status (*open_wired)(
	    void *ctx, const char *address, const struct ykt_se **ret_se, const char **ret_why);
	/*
	 * The networks of a phone, ended by close() too; short messages go to sms,
	 * ADDRESS:PORT, or NULL: there is no such service. YKT_E_ARG: no such address.
	 */
	enum ykt_status (*net)(void *ctx, const char *sms, const struct ykt_net **ret_net);
	/* Whose phone it is: the identity of its element, 16 bytes. Before its first message. */
	void (*net_owner)(void *ctx, const uint8_t *identity);
};

/* Files named on the command line; the main program joins it to the disk. */
struct cli_files {
	/* Appends the whole file. YKT_NOT_FOUND; YKT_E_SPACE: too long; YKT_E_FILE. */
	enum ykt_status (*read)(const char *path, struct ykt_buf *out);
	/*
	 * Makes or replaces a file; a secret one is new and its owner's alone.
	 * YKT_CONFLICT: a secret one that is there already; YKT_E_FILE.
	 */
	enum ykt_status (*write)(const char *path, struct ykt_bytes content, bool secret);
};

struct cli {
	FILE *in;
	FILE *out;
	FILE *err;
	bool terminal; /* out is a terminal: long JSON is indented */
	enum messages_lang lang;
	const struct ykt_clock *clock;
	struct crypto *crypto; /* NULL only for a command that is plain */
	const struct cli_cards *cards;
	const struct cli_files *files;   /* NULL: there are none */
	const struct ykt_random *random; /* NULL: no key can be made */
	void *app;                       /* what the client commands need; theirs */
};

struct cli_command {
	const char *name;
	const char *summary; /* message id */
	/* argv[0] is the command's name. Returns enum cli_exit. */
	int (*run)(struct cli *cli, int argc, char **argv);
	bool plain; /* takes no crypto: NULL will do, and starts sooner */
};

/* Ends with a row whose name is NULL. */
extern const struct cli_command cli_commands[];

/* Finds and runs argv[0]; prints the list of commands when there is none such. */
int cli_run(struct cli *cli, int argc, char **argv);
/* True when cli_run() of this command takes no crypto; also when there is none such. */
bool cli_plain(const char *name);
/* The list of commands. */
void cli_help(struct cli *cli, FILE *stream);

int cli_inspect(struct cli *cli, int argc, char **argv);
int cli_calc(struct cli *cli, int argc, char **argv);
int cli_card(struct cli *cli, int argc, char **argv);
int cli_watch(struct cli *cli, int argc, char **argv);
int cli_functions(struct cli *cli, int argc, char **argv);
int cli_code(struct cli *cli, int argc, char **argv);
int cli_ca(struct cli *cli, int argc, char **argv);
int cli_selfcheck(struct cli *cli, int argc, char **argv);
int cli_release(struct cli *cli, int argc, char **argv);
int cli_menu(struct cli *cli, int argc, char **argv);
int cli_handset(struct cli *cli, int argc, char **argv);

/* The text of a message id in the language of this run. */
const char *cli_text(const struct cli *cli, const char *msgid);

/*
 * The next line of cli->in without its end, into a buffer of CLI_LINE_MAX
 * bytes. False at the end. A line that is too long is cut off and *ret_whole is
 * false.
 */
bool cli_line(struct cli *cli, char *line, bool *ret_whole);

#endif
