/*
 * The commands of a calculated secure channel, see calc_channel.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_channel.h"

#include "cli/calc_priv.h"
#include "cli/jsonput.h"

#define APDU_BUF_MAX 512

/* The index-th response, which answers the index-th command. */
static enum ykt_status
unwrap_response(const struct calc_channel *channel, struct calc_args *args, size_t index,
    struct ykt_bytes command, json_t *row)
{
	uint8_t raw[APDU_BUF_MAX];
	uint8_t raw_plain[APDU_BUF_MAX];
	struct ykt_buf wrapped = YKT_BUF(raw);
	struct ykt_buf plain = YKT_BUF(raw_plain);
	enum ykt_status status;

	status = calc_args_bytes(args, "response", index, &wrapped);
	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	if (status == YKT_OK)
		status = channel->unwrap(
		    channel->crypto, channel->session, command, ykt_buf_view(&wrapped), &plain);
	if (status == YKT_E_MAC)
		status = calc_bad(args, "response: its MAC is wrong");
	if (status == YKT_E_FORMAT && args->why[0] == '\0')
		status = calc_bad(args, "response: no answer, or too short");
	if (status == YKT_OK) {
		jsonput_hex(row, "response", ykt_buf_view(&wrapped));
		jsonput_hex(row, "response_plain", ykt_buf_view(&plain));
	}

	return status;
}

enum ykt_status
calc_channel_run(const struct calc_channel *channel, struct calc_args *args, json_t *object)
{
	json_t *list = json_array();
	enum ykt_status status = YKT_OK;

	json_object_set_new(object, "commands", list);
	for (size_t i = 0; status == YKT_OK; i++) {
		uint8_t raw[APDU_BUF_MAX];
		uint8_t raw_out[APDU_BUF_MAX];
		struct ykt_buf plain = YKT_BUF(raw);
		struct ykt_buf out = YKT_BUF(raw_out);
		json_t *row;

		status = calc_args_bytes(args, "command", i, &plain);
		if (status == YKT_OK)
			status = channel->wrap(
			    channel->crypto, channel->session, ykt_buf_view(&plain), &out);
		if (status == YKT_E_ARG)
			status = calc_bad(args, "command: no command, or too long to wrap");
		if (status != YKT_OK)
			break;
		row = json_object();
		json_array_append_new(list, row);
		jsonput_hex(row, "plain", ykt_buf_view(&plain));
		jsonput_hex(row, "wrapped", ykt_buf_view(&out));
		status = unwrap_response(channel, args, i, ykt_buf_view(&plain), row);
	}

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}
