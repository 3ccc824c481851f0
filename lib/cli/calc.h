/*
 * Calculations of ykt calc: keys, MACs, TACs and secure channels as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CALC_H
#define CLI_CALC_H

#include <jansson.h>

#include "cli/calc_args.h"

struct crypto;

struct calc {
	const char *name;    /* "diversify" */
	const char *options; /* for the help text */
	enum ykt_status (*fn)(struct crypto *crypto, struct calc_args *args, json_t *object);
};

/* Ends with a row whose name is NULL. */
extern const struct calc calc_table[];

/* NULL when there is none such; underscores count as dashes. */
const struct calc *calc_find(const char *name);

/*
 * Runs one calculation; the caller gives *ret_object back with json_decref().
 *
 * YKT_E_FORMAT  a value is missing or wrong; args->why says which
 * others        the calculation failed; args->why says how
 */
YKT_MUST_USE enum ykt_status calc_run(
    struct crypto *crypto, const struct calc *calc, struct calc_args *args, json_t **ret_object);

#endif
