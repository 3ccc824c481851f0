/*
 * fci_decode() and ppse_decode(): a refusal leaves the outputs alone; what is
 * accepted says the same after it was written and read again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/fci.h"
#include "fuzz.h"

#define OUT_MAX 1024

static void
check_fci(struct ykt_bytes in)
{
	uint8_t raw[OUT_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct fci fci = { .priority = 99 };
	struct fci again;
	enum ykt_status status;

	if (fci_decode(in, &fci) != YKT_OK) {
		assert(fci.priority == 99 && fci.name.data == NULL);
		return;
	}
	assert(fci.name.len >= FCI_AID_MIN && fci.name.len <= FCI_AID_MAX);
	fci_encode(&fci, &out);
	status = fci_decode(ykt_buf_view(&out), &again);
	assert(status == YKT_OK && ykt_bytes_equal(fci.name, again.name) &&
	       ykt_bytes_equal(fci.label, again.label) && fci.priority == again.priority &&
	       ykt_bytes_equal(fci.info, again.info) &&
	       ykt_bytes_equal(fci.balance, again.balance) &&
	       ykt_bytes_equal(fci.second, again.second));
}

static void
check_ppse(struct ykt_bytes in)
{
	uint8_t raw[OUT_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct ppse_entry entries[PPSE_ENTRIES_MAX] = { { .priority = 99 } };
	struct ppse_entry again[PPSE_ENTRIES_MAX];
	size_t count = 77;
	size_t count_again = 0;
	enum ykt_status status;

	if (ppse_decode(in, entries, PPSE_ENTRIES_MAX, &count) != YKT_OK) {
		assert(count == 77 && entries[0].priority == 99);
		return;
	}
	assert(count <= PPSE_ENTRIES_MAX);
	ppse_encode(entries, count, &out);
	status = ppse_decode(ykt_buf_view(&out), again, PPSE_ENTRIES_MAX, &count_again);
	assert(status == YKT_OK && count == count_again);
	for (size_t i = 0; i < count; i++)
		assert(ykt_bytes_equal(entries[i].aid, again[i].aid));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	check_fci(ykt_bytes(data, len));
	check_ppse(ykt_bytes(data, len));

	return 0;
}
