/*
 * Named values of one calculation, from options or from a JSON object.
 *
 * Names may be written with dashes or underscores, in either case, with the
 * names of published vectors ("static_ENC", "rand") as well as ours. Values are
 * hex text; a JSON integer stands for a number.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CALC_ARGS_H
#define CLI_CALC_ARGS_H

#include <stdbool.h>

#include <jansson.h>

#include <ykt/bytes.h>

#define CALC_NAME_MAX 40
#define CALC_ARGS_MAX 128
#define CALC_WHY_MAX  96

struct calc_arg {
	char name[CALC_NAME_MAX];
	const char *text; /* borrowed; NULL for a number */
	json_int_t number;
};

struct calc_args {
	struct calc_arg items[CALC_ARGS_MAX];
	size_t count;
	char why[CALC_WHY_MAX]; /* what was wrong, set by every failure */
};

/* True when name, once made ours, is an option of some calculation. */
bool calc_args_known(const char *name);

/* YKT_E_SPACE: too many. text is borrowed. */
YKT_MUST_USE enum ykt_status
calc_args_add(struct calc_args *args, const char *name, const char *text);
/*
 * All members of a JSON object whose names are known; others are passed over.
 * Arrays give their elements, in which an object stands for its member "plain".
 * The object must live as long as args.
 */
YKT_MUST_USE enum ykt_status calc_args_json(struct calc_args *args, const json_t *object);
/*
 * Options as words: --name VALUE or --name=VALUE.
 *
 * YKT_E_FORMAT  not an option, an unknown name, or no value
 */
YKT_MUST_USE enum ykt_status calc_args_words(struct calc_args *args, size_t count, char **words);

bool calc_args_has(const struct calc_args *args, const char *name);
/* NULL when it was not given. */
const char *calc_args_text(const struct calc_args *args, const char *name);

/* All readers: YKT_E_FORMAT with why set when it is missing or is not what it must be. */

/* Exactly len bytes into out. */
YKT_MUST_USE enum ykt_status
calc_args_copy(struct calc_args *args, const char *name, uint8_t *out, size_t len);
/* The index-th value of that name, any length, appended to out. YKT_NOT_FOUND at the end. */
YKT_MUST_USE enum ykt_status
calc_args_bytes(struct calc_args *args, const char *name, size_t index, struct ykt_buf *out);
/* A number of one to max_len bytes. */
YKT_MUST_USE enum ykt_status
calc_args_number(struct calc_args *args, const char *name, size_t max_len, uint32_t *ret_number);

#endif
