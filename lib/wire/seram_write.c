/*
 * GP SERAM: the writers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "wire/seram.h"
#include "wire/seram_names.h"
#include "wire/writer.h"

const char *const seram_kinds[4] = {
	[WIRE_SERAM_START] = "ramStartCommand",
	[WIRE_SERAM_SE] = "seRamCommand",
	[WIRE_SERAM_NOTE] = "notificationCommand",
	[WIRE_SERAM_STOP] = "ramStopCommand",
};

const char *const seram_states[5] = {
	[WIRE_SERAM_PROCESSED] = "PROCESSED",
	[WIRE_SERAM_POLLING] = "POLLING",
	[WIRE_SERAM_UNAVAILABLE_SE] = "UNAVAILABLE_SE",
	[WIRE_SERAM_UNKNOWN_FAILURE] = "UNKNOWN_FAILURE",
	[WIRE_SERAM_UNGRANTED_ACCESS] = "UNGRANTED_ACCESS",
};

/* field is a NUL-terminated array of size bytes. */
static void
put_text(struct wire_wr *wr, const char *name, const char *field, size_t size)
{
	const char *nul = memchr(field, '\0', size);

	wire_wr_name(wr, name);
	if (nul == NULL)
		wr->arg = true;
	else
		wire_wr_text(wr, ykt_bytes(field, (size_t)(nul - field)));
}

static void
put_word(struct wire_wr *wr, const char *name, const char *word)
{
	wire_wr_name(wr, name);
	wire_wr_text(wr, ykt_bytes_str(word));
}

static void
put_words(struct wire_wr *wr, const char *name, const char *word)
{
	wire_wr_name(wr, name);
	wire_wr_raw(wr, "[");
	wire_wr_text(wr, ykt_bytes_str(word));
	wire_wr_raw(wr, "]");
}

static void
put_int(struct wire_wr *wr, const char *name, int64_t value, int64_t max)
{
	wr->arg |= value < 0 || value > max;
	wire_wr_name(wr, name);
	wire_wr_int(wr, value);
}

static void
put_element(struct wire_wr *wr, const struct wire_seram_element *element)
{
	wire_wr_raw(wr, "{");
	put_text(wr, SERAM_KEY_SE_TYPE, element->type, sizeof(element->type));
	put_text(wr, SERAM_KEY_SE_ID, element->id, sizeof(element->id));
	if (element->info[0] != '\0')
		put_text(wr, SERAM_KEY_SE_INFO, element->info, sizeof(element->info));
	wire_wr_raw(wr, "}");
}

enum ykt_status
wire_seram_hello_encode(const struct wire_seram_hello *hello, struct ykt_buf *json)
{
	struct wire_wr wr;

	wire_wr_begin(&wr, json);
	wr.arg = hello->element_count < 1 || hello->element_count > WIRE_SERAM_ELEMENTS_MAX;
	wire_wr_raw(&wr, "{");
	wire_wr_name(&wr, SERAM_KEY_ELEMENTS);
	wire_wr_raw(&wr, "[");
	for (size_t i = 0; !wr.arg && i < hello->element_count; i++) {
		wire_wr_comma(&wr);
		put_element(&wr, &hello->element[i]);
	}
	wire_wr_raw(&wr, "]");
	put_words(&wr, SERAM_KEY_TRANSPORTS, WIRE_SERAM_TRANSPORT);
	put_words(&wr, SERAM_KEY_FORMATS, WIRE_SERAM_FORMAT);
	put_words(&wr, SERAM_KEY_VERSIONS, WIRE_SERAM_VERSION);
	wire_wr_raw(&wr, "}");

	return wire_wr_end(&wr);
}

enum ykt_status
wire_seram_choice_encode(const struct wire_seram_choice *choice, struct ykt_buf *json)
{
	struct wire_wr wr;

	wire_wr_begin(&wr, json);
	wire_wr_raw(&wr, "{");
	put_text(&wr, SERAM_KEY_TRANSPORT, choice->transport, sizeof(choice->transport));
	/* The schema requires one name and describes the other. */
	put_text(&wr, SERAM_KEY_FORMAT, choice->format, sizeof(choice->format));
	put_text(&wr, SERAM_KEY_FORMAT_ALT, choice->format, sizeof(choice->format));
	put_text(&wr, SERAM_KEY_VERSION, choice->version, sizeof(choice->version));
	wire_wr_raw(&wr, "}");

	return wire_wr_end(&wr);
}

static void
put_apdus(struct wire_wr *wr, const char *name, const struct wire_seram_apdu *list, size_t count,
    const uint8_t *pool, size_t pool_len)
{
	wr->arg |= count > WIRE_SERAM_APDUS_MAX || pool_len > WIRE_SERAM_POOL;
	wire_wr_name(wr, name);
	wire_wr_raw(wr, "[");
	for (size_t i = 0; !wr->arg && i < count; i++) {
		wr->arg = (size_t)list[i].off + list[i].len > pool_len;
		wire_wr_comma(wr);
		if (!wr->arg)
			wire_wr_hex(wr, ykt_bytes(pool + list[i].off, list[i].len));
	}
	wire_wr_raw(wr, "]");
}

static void
put_command(struct wire_wr *wr, const struct wire_seram_order *order,
    const struct wire_seram_command *command)
{
	if ((unsigned)command->kind > WIRE_SERAM_STOP) {
		wr->arg = true;
		return;
	}
	wire_wr_comma(wr);
	wire_wr_raw(wr, "{");
	put_word(wr, SERAM_KEY_TYPE, seram_kinds[command->kind]);
	if (command->kind == WIRE_SERAM_SE)
		put_apdus(wr, SERAM_KEY_CAPDUS, command->apdu, command->apdu_count, order->pool,
		    order->pool_len);
	if (command->kind == WIRE_SERAM_NOTE)
		put_text(wr, SERAM_KEY_NOTICE, command->notice, sizeof(command->notice));
	if (command->has_stop) {
		wire_wr_name(wr, SERAM_KEY_STOP);
		wire_wr_bool(wr, command->stop);
	}
	wire_wr_raw(wr, "}");
}

enum ykt_status
wire_seram_order_encode(const struct wire_seram_order *order, struct ykt_buf *json)
{
	struct wire_wr wr;

	wire_wr_begin(&wr, json);
	wr.arg = order->command_count > WIRE_SERAM_COMMANDS_MAX;
	wire_wr_raw(&wr, "{");
	if (order->has_delay)
		put_int(&wr, SERAM_KEY_DELAY, order->delay_ms, WIRE_SERAM_DELAY_MAX);
	if (order->has_element) {
		wire_wr_name(&wr, SERAM_KEY_ELEMENT);
		put_element(&wr, &order->element);
	}
	if (order->command_count != 0) {
		wire_wr_name(&wr, SERAM_KEY_COMMANDS);
		wire_wr_raw(&wr, "[");
		for (size_t i = 0; !wr.arg && i < order->command_count; i++)
			put_command(&wr, order, &order->command[i]);
		wire_wr_raw(&wr, "]");
	}
	wire_wr_raw(&wr, "}");

	return wire_wr_end(&wr);
}

static void
put_response(struct wire_wr *wr, const struct wire_seram_report *report,
    const struct wire_seram_response *response)
{
	wire_wr_comma(wr);
	wire_wr_raw(wr, "{");
	put_word(wr, SERAM_KEY_RSP_TYPE, SERAM_RSP_SE);
	put_apdus(wr, SERAM_KEY_RAPDUS, response->apdu, response->apdu_count, report->pool,
	    report->pool_len);
	wire_wr_raw(wr, "}");
}

enum ykt_status
wire_seram_report_encode(const struct wire_seram_report *report, struct ykt_buf *json)
{
	struct wire_wr wr;

	wire_wr_begin(&wr, json);
	wr.arg = report->response_count > WIRE_SERAM_COMMANDS_MAX ||
		 (unsigned)report->state > WIRE_SERAM_UNGRANTED_ACCESS;
	wire_wr_raw(&wr, "{");
	wire_wr_name(&wr, SERAM_KEY_STATUS);
	wire_wr_raw(&wr, "{");
	if (!wr.arg)
		put_word(&wr, SERAM_KEY_STATE, seram_states[report->state]);
	put_int(&wr, SERAM_KEY_EXECUTED, report->executed, INT32_MAX);
	if (report->error[0] != '\0')
		put_text(&wr, SERAM_KEY_ERROR, report->error, sizeof(report->error));
	wire_wr_raw(&wr, "}");
	if (report->response_count != 0) {
		wire_wr_name(&wr, SERAM_KEY_RESPONSES);
		wire_wr_raw(&wr, "[");
		for (size_t i = 0; !wr.arg && i < report->response_count; i++)
			put_response(&wr, report, &report->response[i]);
		wire_wr_raw(&wr, "]");
	}
	wire_wr_raw(&wr, "}");

	return wire_wr_end(&wr);
}
