/*
 * sms_deliver_decode(): a refusal leaves the output alone; what is accepted says the
 * same after it was written and read again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/sms.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sms_deliver deliver = { .pid = 0x5A };
	struct sms_deliver again;
	uint8_t raw[300];
	struct ykt_buf out = YKT_BUF(raw);

	if (sms_deliver_decode(ykt_bytes(data, len), &deliver) != YKT_OK) {
		assert(deliver.pid == 0x5A && deliver.data.data == NULL);
		return 0;
	}
	assert(deliver.data.len <= SMS_USER_DATA_MAX);
	sms_deliver_encode(&deliver, &out);
	assert(!out.full && sms_deliver_decode(ykt_buf_view(&out), &again) == YKT_OK);
	assert(ykt_bytes_equal(again.data, deliver.data));
	assert(ykt_bytes_equal(again.address, deliver.address));

	return 0;
}
