/*
 * Values of ykt calc from JSON: any object gives a result or says what is wrong.
 *
 * The first byte picks the calculation; the rest is the line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>

#include <ykt/mem.h>

#include "cli/calc.h"
#include "crypto/core.h"
#include "fuzz.h"

/* One handle for the process: making one takes a millisecond. */
static struct crypto *crypto;

static const struct calc *
pick(uint8_t byte)
{
	size_t count = 0;

	while (calc_table[count].name != NULL)
		count++;

	return &calc_table[byte % count];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct calc_args args;
	json_t *input;
	json_t *object = NULL;
	enum ykt_status status;

	if (crypto == NULL && crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK)
		abort();
	if (len == 0)
		return 0;
	input = json_loadb((const char *)data + 1, len - 1, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(input)) {
		json_decref(input);
		return 0;
	}

	args.count = 0;
	args.why[0] = '\0';
	status = calc_args_json(&args, input);
	assert(status == YKT_OK || args.why[0] != '\0');
	if (status == YKT_OK) {
		status = calc_run(crypto, pick(data[0]), &args, &object);
		assert((status == YKT_OK) == (object != NULL));
		assert(status == YKT_OK || args.why[0] != '\0');
	}
	json_decref(object);
	json_decref(input);

	return 0;
}
