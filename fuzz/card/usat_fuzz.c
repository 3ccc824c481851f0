/*
 * usat_command_decode(), usat_response_decode(), usat_envelope_decode() and the
 * readers of texts: refusals leave outputs alone; what is accepted says the same
 * when it is written and read again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "card/usat.h"
#include "card/usat_bip.h"
#include "card/usat_text.h"
#include "fuzz.h"

#define TEXT_MAX 4096

/* Any text that can be read can be written in the form it had, and says the same. */
static void
check_alpha(struct ykt_bytes alpha)
{
	uint8_t raw[TEXT_MAX];
	uint8_t again_raw[TEXT_MAX];
	uint8_t third_raw[TEXT_MAX];
	struct ykt_buf text = YKT_BUF(raw);
	struct ykt_buf again = YKT_BUF(again_raw);
	struct ykt_buf third = YKT_BUF(third_raw);

	if (usat_alpha_decode(alpha, &text) != YKT_OK) {
		assert(text.len == 0);
		return;
	}
	if (usat_alpha_encode(usat_alpha_form(alpha), ykt_buf_view(&text), &again) != YKT_OK)
		return; /* an offset that meant a character of the default alphabet */
	assert(usat_alpha_decode(ykt_buf_view(&again), &third) == YKT_OK);
	assert(ykt_bytes_equal(ykt_buf_view(&text), ykt_buf_view(&third)));
}

static void
check_text(struct ykt_bytes value)
{
	uint8_t raw[TEXT_MAX];
	struct ykt_buf text = YKT_BUF(raw);

	if (usat_text_decode(value, &text) != YKT_OK)
		assert(text.len == 0);
}

/* The reading of UTF-8: what is written from it reads back as it was. */
static void
check_utf8(struct ykt_bytes utf8)
{
	uint8_t raw[TEXT_MAX];
	uint8_t again_raw[TEXT_MAX];
	struct ykt_buf alpha = YKT_BUF(raw);
	struct ykt_buf again = YKT_BUF(again_raw);

	if (usat_text_encode(USAT_DCS_UCS2, utf8, &alpha) != YKT_OK) {
		assert(alpha.len == 0);
		return;
	}
	assert(usat_text_decode(ykt_buf_view(&alpha), &again) == YKT_OK);
	assert(ykt_bytes_equal(ykt_buf_view(&again), utf8));
}

static void
check_timer(struct ykt_bytes value)
{
	uint8_t raw[8];
	struct ykt_buf out = YKT_BUF(raw);
	uint32_t seconds = 0;

	if (usat_timer_decode(value, &seconds) != YKT_OK)
		return;
	usat_timer_put(seconds, &out);
	assert(ykt_bytes_equal(ykt_bytes_sub(ykt_buf_view(&out), 2, 3), value));
}

static void
check_body(struct ykt_bytes body)
{
	struct ykt_rd rd = ykt_rd(body);
	struct usat_tlv tlv;
	struct ykt_bytes value;

	while (usat_next(&rd, &tlv)) {
		assert(usat_find(body, tlv.tag, &value));
		check_text(tlv.value);
		check_alpha(tlv.value);
		check_timer(tlv.value);
	}
	assert(!rd.bad);
}

/* What a channel needs, written and read again. */
static void
check_open(struct ykt_bytes body)
{
	struct usat_open open = { .port = 0x5A };
	struct usat_open again;
	uint8_t raw[TEXT_MAX];
	struct ykt_buf out = YKT_BUF(raw);

	if (usat_open_decode(body, &open) != YKT_OK) {
		assert(open.port == 0x5A && open.address.data == NULL);
		return;
	}
	if (open.bearer.len > 0x7F)
		return;
	usat_open_encode(&open, &out);
	assert(usat_open_decode(ykt_buf_view(&out), &again) == YKT_OK);
	assert(again.port == open.port && again.protocol == open.protocol);
	assert(ykt_bytes_equal(again.address, open.address));
}

static void
check_command(struct ykt_bytes in)
{
	struct usat_command command = { .head = { .number = 0x5A } };
	struct usat_command again;
	uint8_t raw[TEXT_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	size_t mark;

	if (usat_command_decode(in, &command) != YKT_OK) {
		assert(command.head.number == 0x5A && command.body.data == NULL);
		return;
	}
	check_body(command.body);
	check_open(command.body);
	mark = usat_command_begin(&out, &command.head);
	ykt_put(&out, command.body);
	usat_end(&out, mark);
	assert(out.full || usat_command_decode(ykt_buf_view(&out), &again) == YKT_OK);
	assert(out.full || ykt_bytes_equal(again.body, command.body));
}

static void
check_response(struct ykt_bytes in)
{
	struct usat_response response = { .result = 0x5A };
	struct usat_response again;
	uint8_t raw[TEXT_MAX];
	struct ykt_buf out = YKT_BUF(raw);

	if (usat_response_decode(in, &response) != YKT_OK) {
		assert(response.result == 0x5A && response.body.data == NULL);
		return;
	}
	check_body(response.body);
	usat_response_encode(&response, &out);
	assert(out.full || usat_response_decode(ykt_buf_view(&out), &again) == YKT_OK);
	assert(out.full || memcmp(&again.head, &response.head, sizeof(again.head)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_bytes in = ykt_bytes(data, len);
	struct usat_envelope envelope = { .tag = 0x5A };

	if (len > TEXT_MAX / 3)
		return 0;
	check_command(in);
	check_response(in);
	check_alpha(in);
	check_text(in);
	check_utf8(in);
	if (usat_envelope_decode(in, &envelope) == YKT_OK)
		check_body(envelope.body);
	else
		assert(envelope.tag == 0x5A);

	return 0;
}
