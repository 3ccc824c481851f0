/*
 * What ykt code and ykt ca share: options with values, codes and keys as input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CODE_ARGS_H
#define CLI_CODE_ARGS_H

#include "cli/cli.h"
#include "code/code_verify.h"

/* Where a command puts one option's value; flag: it has none, and value is its name. */
struct code_option {
	const char *name; /* "--roots" */
	const char **value;
	bool flag;
};

/*
 * Takes options off argv (from argv[1]) and leaves the other words in argv, in
 * their order, counted in *ret_words. False: said what was wrong.
 */
bool code_options(struct cli *cli, int argc, char **argv, const struct code_option *options,
    size_t count, int *ret_words);

/*
 * A code, certificate or request: hex in the argument itself, the name of a file,
 * or "-" for standard input; a file holds raw bytes or hex. Appends to out. False:
 * said what was wrong.
 */
bool code_input(struct cli *cli, const char *word, struct ykt_buf *out);

/* A file of roots into the set. False: said why, with the line. */
bool code_roots_file(struct cli *cli, const char *path, struct code_roots *roots);

/* A key file of 192 hex digits, private and public. False: said why. */
bool code_key_file(struct cli *cli, const char *path, struct crypto_sm2_key *ret_key);

/* Exactly len bytes of hex; false: said that name wants them. */
bool code_hex(struct cli *cli, const char *name, const char *text, uint8_t *out, size_t len);
/* A decimal number up to max; false: said that name wants it. */
bool
code_number(struct cli *cli, const char *name, const char *text, uint64_t max, uint64_t *ret_value);

/* "ykt: WHAT: text" on standard error; false, for returning. */
bool code_complain(struct cli *cli, const char *what, const char *msgid);

#endif
