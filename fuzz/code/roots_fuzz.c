/*
 * Aims at code_roots_read() and code_root_line(): a text that is refused adds
 * nothing; the roots that are read are written and read again as the same.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct crypto *c = fuzz_open();
	struct code_roots roots = { 0 };
	struct code_roots again = { 0 };
	char line[CODE_ROOT_LINE_MAX];
	unsigned at = 0;
	enum ykt_status status = code_roots_read(c, ykt_bytes(data, len), &roots, &at);

	if (status != YKT_OK) {
		assert(roots.count == 0);
		return 0;
	}
	assert(roots.count > 0 && roots.count <= CODE_ROOTS_MAX && at == 0);
	for (size_t i = 0; i < roots.count; i++) {
		code_root_line(&roots.roots[i], line);
		status = code_roots_read(c, ykt_bytes_str(line), &again, &at);
		assert(status == YKT_OK);
	}
	assert(again.count == roots.count &&
	       memcmp(again.roots, roots.roots, roots.count * sizeof(roots.roots[0])) == 0);
	return 0;
}
