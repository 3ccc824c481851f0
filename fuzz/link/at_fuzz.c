/*
 * se_at_read(): whatever a modem writes on one line, what comes back points into
 * it and is what it says; what is sent back as a command is read as no answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "fuzz.h"
#include "link/se_at.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t space[SE_AT_LINE_MAX];
	const struct ykt_bytes line = ykt_bytes(data, len);
	struct ykt_buf out = YKT_BUF(space);
	const struct se_at_line found = se_at_read(line);

	assert(found.number >= -1 && found.number <= 0xFFFF);
	if (found.kind == SE_AT_RESPONSE) {
		assert(found.text.len >= 4 && found.text.len <= 2 * SE_AT_RSP_MAX);
		assert(found.text.data > data && found.text.data + found.text.len <= data + len);
	} else {
		assert(found.text.len == 0);
	}
	if (len <= SE_AT_APDU_MAX) {
		assert(se_at_send(1, line, &out) == YKT_OK);
		assert(se_at_read(ykt_bytes(space, out.len - 1)).kind == SE_AT_OTHER);
	} else {
		assert(se_at_send(1, line, &out) == YKT_E_ARG && out.len == 0);
	}

	return 0;
}
