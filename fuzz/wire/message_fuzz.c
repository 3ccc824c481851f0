/*
 * wire_decode() and wire_encode(): the first byte picks a message, the rest is
 * its text. What is accepted comes back the same when it is written and read
 * again, and a second JSON parser (jansson) takes it too; what is refused leaves
 * nothing but zeros.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "fuzz.h"
#include "wire/client_msg.h"
#include "wire/gate_msg.h"
#include "wire/key_msg.h"
#include "wire/ota_msg.h"
#include "wire/psp_msg.h"
#include "wire/signed.h"
#include "wire/tsm_msg.h"

#define JSON_MAX (256 * 1024)

static const struct wire_message *const messages[] = {
	&wire_request_msg,
	&wire_reply_msg,
	&wire_error_msg,
	&wire_order_list_rsp_msg,
	&wire_gate_upload_req_msg,
	&wire_gate_params_rsp_msg,
	&wire_key_load_permit_rsp_msg,
	&wire_key_perso_make_rsp_msg,
	&wire_tsm_job_start_req_msg,
	&wire_pay_notice_msg,
	&wire_signed_msg,
	&wire_order_refund_req_msg,
	&wire_empty_msg,
	&wire_key_ota_open_req_msg,
	&wire_key_ota_receipt_rsp_msg,
	&wire_tsm_app_get_rsp_msg,
};

static bool
all_zero(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] != 0)
			return false;
	}

	return true;
}

/* jansson knows no depth limit of ours and no ranges, but all of the grammar. */
static void
check_with_jansson(struct ykt_bytes json)
{
	json_t *root = json_loadb((const char *)json.data, json.len, JSON_REJECT_DUPLICATES, NULL);

	assert(root != NULL && json_is_object(root));
	json_decref(root);
}

/* Written, read and written again, it is the same text. */
static void
check_round_trip(const struct wire_message *msg, const void *m)
{
	static uint8_t out[2][JSON_MAX];
	struct ykt_buf json[2] = { YKT_BUF(out[0]), YKT_BUF(out[1]) };
	void *again = malloc(msg->size);
	enum ykt_status status;

	assert(again != NULL);
	status = wire_encode(msg, m, &json[0]);
	assert(status == YKT_OK);
	status = wire_decode(msg, ykt_buf_view(&json[0]), again);
	assert(status == YKT_OK);
	status = wire_encode(msg, again, &json[1]);
	assert(status == YKT_OK);
	assert(ykt_bytes_equal(ykt_buf_view(&json[0]), ykt_buf_view(&json[1])));
	free(again);
}

/* An unread object inside may hold a key twice; its own reader finds out. */
static bool
has_raw(const struct wire_message *msg)
{
	return msg == &wire_request_msg || msg == &wire_reply_msg;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct wire_message *msg;
	struct ykt_bytes json;
	enum ykt_status status;
	void *m;

	if (len == 0 || len > JSON_MAX / 8)
		return 0;
	msg = messages[data[0] % YKT_ARRAY_LEN(messages)];
	json = ykt_bytes(data + 1, len - 1);
	m = malloc(msg->size);
	assert(m != NULL);
	memset(m, 0xA5, msg->size);
	status = wire_decode(msg, json, m);
	if (status == YKT_OK) {
		if (!has_raw(msg))
			check_with_jansson(json);
		check_round_trip(msg, m);
	} else {
		assert(status == YKT_E_FORMAT && all_zero(m, msg->size));
	}
	free(m);

	return 0;
}
