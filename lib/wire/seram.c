/*
 * GP SERAM: building orders and reports, and the session in the path.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "wire/reader.h"
#include "wire/seram.h"
#include "wire/writer.h"

#define QUERY     "?sessionId="
#define QUERY_LEN (sizeof(QUERY) - 1)

static_assert(WIRE_SERAM_POOL <= UINT16_MAX, "offsets are 16 bits");

void
wire_seram_order_init(struct wire_seram_order *order, int64_t delay_ms)
{
	order->has_delay = true;
	order->delay_ms = delay_ms;
	order->has_element = false;
	order->command_count = 0;
	order->pool_len = 0;
}

enum ykt_status
wire_seram_order_add_command(struct wire_seram_order *order, enum wire_seram_kind kind)
{
	struct wire_seram_command *command;

	if (order->command_count == WIRE_SERAM_COMMANDS_MAX)
		return YKT_E_SPACE;
	command = &order->command[order->command_count++];
	command->kind = kind;
	command->has_stop = false;
	command->stop = false;
	command->apdu_count = 0;
	command->notice[0] = '\0';

	return YKT_OK;
}

/* Copies an APDU into a pool and notes where it is. */
static enum ykt_status
keep(struct wire_seram_apdu *list, size_t *count, uint8_t *pool, size_t *pool_len,
    struct ykt_bytes apdu)
{
	if (*count == WIRE_SERAM_APDUS_MAX || apdu.len > WIRE_SERAM_POOL - *pool_len)
		return YKT_E_SPACE;
	list[*count] = (struct wire_seram_apdu){ (uint16_t)*pool_len, (uint16_t)apdu.len };
	if (apdu.len != 0)
		memcpy(pool + *pool_len, apdu.data, apdu.len);
	(*count)++;
	*pool_len += apdu.len;

	return YKT_OK;
}

enum ykt_status
wire_seram_order_add_apdu(struct wire_seram_order *order, struct ykt_bytes apdu)
{
	struct wire_seram_command *command;

	if (order->command_count == 0 || apdu.len < WIRE_SERAM_CAPDU_MIN ||
	    apdu.len > WIRE_SERAM_CAPDU_MAX)
		return YKT_E_ARG;
	command = &order->command[order->command_count - 1];
	if (command->kind != WIRE_SERAM_SE)
		return YKT_E_ARG;

	return keep(command->apdu, &command->apdu_count, order->pool, &order->pool_len, apdu);
}

struct ykt_bytes
wire_seram_order_apdu(const struct wire_seram_order *order, size_t command, size_t apdu)
{
	const struct wire_seram_apdu *at;

	assert(command < order->command_count && apdu < order->command[command].apdu_count);
	at = &order->command[command].apdu[apdu];

	return ykt_bytes(order->pool + at->off, at->len);
}

void
wire_seram_report_init(struct wire_seram_report *report, enum wire_seram_state state)
{
	report->state = state;
	report->executed = 0;
	report->error[0] = '\0';
	report->response_count = 0;
	report->pool_len = 0;
}

enum ykt_status
wire_seram_report_add_response(struct wire_seram_report *report)
{
	if (report->response_count == WIRE_SERAM_COMMANDS_MAX)
		return YKT_E_SPACE;
	report->response[report->response_count++].apdu_count = 0;
	report->executed++;

	return YKT_OK;
}

enum ykt_status
wire_seram_report_add_apdu(struct wire_seram_report *report, struct ykt_bytes apdu)
{
	struct wire_seram_response *response;

	if (report->response_count == 0 || apdu.len == 1 || apdu.len > WIRE_SERAM_RAPDU_MAX)
		return YKT_E_ARG;
	response = &report->response[report->response_count - 1];

	return keep(response->apdu, &response->apdu_count, report->pool, &report->pool_len, apdu);
}

struct ykt_bytes
wire_seram_report_apdu(const struct wire_seram_report *report, size_t response, size_t apdu)
{
	const struct wire_seram_apdu *at;

	assert(response < report->response_count && apdu < report->response[response].apdu_count);
	at = &report->response[response].apdu[apdu];

	return ykt_bytes(report->pool + at->off, at->len);
}

void
wire_seram_path(const char *path, const uint8_t session_id[16], char out[128])
{
	size_t len = strlen(path);

	assert(len + QUERY_LEN + 32 < 128);

	memcpy(out, path, len);
	memcpy(out + len, QUERY, QUERY_LEN);
	wire_hex_digits(ykt_bytes(session_id, 16), (uint8_t *)out + len + QUERY_LEN);
	out[len + QUERY_LEN + 32] = '\0';
}

enum ykt_status
wire_seram_path_session(const char *path, uint8_t ret_session_id[16])
{
	const char *query = strchr(path, '?');
	struct ykt_bytes digits;

	if (query == NULL || strncmp(query, QUERY, QUERY_LEN) != 0)
		return YKT_E_FORMAT;
	digits = ykt_bytes_str(query + QUERY_LEN);
	if (digits.len != 32 || !wire_digits_valid(digits))
		return YKT_E_FORMAT;
	wire_hex_bytes(digits, ret_session_id);

	return YKT_OK;
}
