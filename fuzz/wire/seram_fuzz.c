/*
 * The readers and writers of GP SERAM: the first byte picks a message. What is
 * accepted stays in its capacities and comes back the same when it is written
 * and read again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "wire/seram.h"

static uint8_t out[2][160 * 1024];

static void
fuzz_order(struct ykt_bytes json)
{
	static struct wire_seram_order order;
	struct ykt_buf text[2] = { YKT_BUF(out[0]), YKT_BUF(out[1]) };
	enum ykt_status status = wire_seram_order_decode(json, &order);

	if (status != YKT_OK) {
		assert(order.command_count == 0 && order.pool_len == 0 && !order.has_delay);
		return;
	}
	assert(order.pool_len <= WIRE_SERAM_POOL);
	assert(order.command_count <= WIRE_SERAM_COMMANDS_MAX);
	for (size_t i = 0; i < order.command_count; i++) {
		for (size_t j = 0; j < order.command[i].apdu_count; j++) {
			struct ykt_bytes apdu = wire_seram_order_apdu(&order, i, j);

			assert(apdu.len >= WIRE_SERAM_CAPDU_MIN);
			assert(apdu.len <= WIRE_SERAM_CAPDU_MAX);
			assert(apdu.data + apdu.len <= order.pool + order.pool_len);
		}
	}
	status = wire_seram_order_encode(&order, &text[0]);
	assert(status == YKT_OK);
	status = wire_seram_order_decode(ykt_buf_view(&text[0]), &order);
	assert(status == YKT_OK);
	status = wire_seram_order_encode(&order, &text[1]);
	assert(status == YKT_OK);
	assert(ykt_bytes_equal(ykt_buf_view(&text[0]), ykt_buf_view(&text[1])));
}

static void
fuzz_report(struct ykt_bytes json)
{
	static struct wire_seram_report report;
	struct ykt_buf text[2] = { YKT_BUF(out[0]), YKT_BUF(out[1]) };
	enum ykt_status status = wire_seram_report_decode(json, &report);

	if (status != YKT_OK) {
		assert(report.response_count == 0 && report.pool_len == 0 && report.executed == 0);
		return;
	}
	assert(report.pool_len <= WIRE_SERAM_POOL);
	status = wire_seram_report_encode(&report, &text[0]);
	assert(status == YKT_OK);
	status = wire_seram_report_decode(ykt_buf_view(&text[0]), &report);
	assert(status == YKT_OK);
	status = wire_seram_report_encode(&report, &text[1]);
	assert(status == YKT_OK);
	assert(ykt_bytes_equal(ykt_buf_view(&text[0]), ykt_buf_view(&text[1])));
}

static void
fuzz_hello(struct ykt_bytes json)
{
	struct ykt_buf text = YKT_BUF(out[0]);
	struct wire_seram_choice choice;
	struct wire_seram_hello hello;
	enum ykt_status status = wire_seram_hello_decode(json, &hello);

	assert((status == YKT_OK) == (hello.element_count != 0));
	if (status == YKT_OK)
		status = wire_seram_hello_encode(&hello, &text);
	assert(status == YKT_OK || status == YKT_E_FORMAT);
	text.len = 0;
	status = wire_seram_choice_decode(json, &choice);
	if (status == YKT_OK)
		status = wire_seram_choice_encode(&choice, &text);
	assert(status == YKT_OK || status == YKT_E_FORMAT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_bytes json;

	if (len == 0)
		return 0;
	json = ykt_bytes(data + 1, len - 1);
	switch (data[0] % 3) {
	case 0:
		fuzz_order(json);
		break;
	case 1:
		fuzz_report(json);
		break;
	default:
		fuzz_hello(json);
		break;
	}

	return 0;
}
