/*
 * inspect_bytes(): any bytes as any kind give an object or a refusal without one.
 *
 * The first byte picks the kind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "cli/inspect.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_t *object = NULL;
	struct ykt_bytes body;
	enum ykt_status status;

	if (len == 0)
		return 0;
	body = ykt_bytes_sub(ykt_bytes(data, len), 1, len - 1);
	status = inspect_bytes((enum inspect_kind)(data[0] % INSPECT_KIND_COUNT), body, &object);
	assert((status == YKT_OK) == (object != NULL));
	assert(status == YKT_OK || status == YKT_E_FORMAT);
	if (object != NULL) {
		assert(json_object_size(object) > 0);
		json_decref(object);
	}

	return 0;
}
