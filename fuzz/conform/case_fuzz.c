/*
 * conform_case_parse(): whatever the text, what is refused leaves the output
 * alone and names a line of it; what is taken can be used: every template of it
 * becomes bytes or says why not, every pattern takes or refuses an answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "conform/case.h"
#include "conform/template.h"
#include "fuzz.h"

static enum ykt_status
get(void *ctx, const struct conform_value *value, struct ykt_bytes so_far, struct ykt_buf *out)
{
	(void)ctx;
	assert(so_far.len <= CONFORM_BYTES_MAX);
	if (value->count > 100)
		return YKT_NOT_FOUND;
	ykt_put_fill(out, 0xA5, 4);

	return YKT_OK;
}

static void
use(struct ykt_bytes text, bool pattern)
{
	static const struct conform_values values = { NULL, get };
	struct conform_pattern made;

	if (conform_template_expand(text, pattern, &values, &made) != YKT_OK)
		return;
	assert(made.len <= CONFORM_BYTES_MAX);
	assert(pattern || !made.open);
	assert(conform_pattern_matches(&made, ykt_bytes(made.value, made.len)));
	if (made.len > 0)
		assert(!conform_pattern_matches(&made, ykt_bytes(made.value, made.len - 1)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct conform_case one;
	const char *why = NULL;
	unsigned line = 0;

	memset(&one, 0, sizeof(one));
	one.grade = 'X';
	if (conform_case_parse(ykt_bytes(data, len), &one, &line, &why) != YKT_OK) {
		assert(one.grade == 'X' && why != NULL && line <= len + 1);
		return 0;
	}
	assert(one.grade >= 'A' && one.grade <= 'D');
	assert(one.step_count > 0 && one.step_count <= CONFORM_STEPS_MAX);
	for (size_t i = 0; i < one.step_count; i++) {
		const struct conform_step *step = &one.steps[i];

		if (step->verb == CONFORM_RESET || step->verb == CONFORM_OPEN)
			continue;
		assert(step->sw.len >= 4);
		(void)conform_sw_matches(step->sw, 0x9000);
		if (step->verb != CONFORM_AGAIN)
			use(step->value, false);
		if (step->has_data)
			use(step->data, true);
	}

	return 0;
}
