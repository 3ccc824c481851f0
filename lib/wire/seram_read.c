/*
 * GP SERAM: the readers. Unknown keys are passed over, known ones may come once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "wire/reader.h"
#include "wire/seram.h"
#include "wire/seram_names.h"

/* An object that is being read: its known keys, and which of them came. */
struct object {
	struct wire_rd *rd;
	const char *const *keys;
	size_t key_count;
	uint32_t seen;
	bool first;
};

#define BIT(key) (UINT32_C(1) << (key))

static struct object
enter(struct wire_rd *rd, const char *const *keys, size_t key_count)
{
	wire_rd_enter(rd, '{');

	return (struct object){ .rd = rd, .keys = keys, .key_count = key_count, .first = true };
}

/* The position of the next known key; -1 at the end. Refuses a known key twice. */
static int
next(struct object *object)
{
	struct wire_rd *rd = object->rd;
	char key[WIRE_KEY_MAX + 1];

	while (wire_rd_next(rd, '}', &object->first)) {
		size_t at = 0;

		wire_rd_key(rd, key);
		while (at < object->key_count && strcmp(object->keys[at], key) != 0)
			at++;
		if (at == object->key_count) {
			(void)wire_rd_skip(rd);
			continue;
		}
		if ((object->seen & BIT(at)) != 0)
			rd->bad = true;
		object->seen |= BIT(at);
		if (!rd->bad)
			return (int)at;
	}

	return -1;
}

/* All of these keys must have come. */
static void
require(struct object *object, uint32_t bits)
{
	if ((object->seen & bits) != bits)
		object->rd->bad = true;
}

/* At most one of two spellings of one thing. */
static void
either(struct object *object, uint32_t bits)
{
	if ((object->seen & bits) == bits)
		object->rd->bad = true;
}

/* The position of word in a table; bad and 0 when it is not there. */
static unsigned
find_word(struct wire_rd *rd, const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], word) == 0)
			return (unsigned)i;
	}
	rd->bad = true;

	return 0;
}

static void
read_element(struct wire_rd *rd, struct wire_seram_element *element)
{
	enum { TYPE, ID, INFO };
	static const char *const keys[] = { SERAM_KEY_SE_TYPE, SERAM_KEY_SE_ID, SERAM_KEY_SE_INFO };
	struct object object = enter(rd, keys, YKT_ARRAY_LEN(keys));
	int key;

	*element = (struct wire_seram_element){ 0 };
	while ((key = next(&object)) >= 0) {
		if (key == TYPE)
			wire_rd_text(rd, element->type, sizeof(element->type));
		else if (key == ID)
			wire_rd_text(rd, element->id, sizeof(element->id));
		else
			wire_rd_text_cut(rd, element->info, sizeof(element->info));
	}
	require(&object, BIT(TYPE) | BIT(ID));
}

/* A list of words: true when ours is among them. */
static bool
read_words(struct wire_rd *rd, const char *ours)
{
	char word[33];
	bool first = true;
	bool found = false;

	wire_rd_enter(rd, '[');
	while (wire_rd_next(rd, ']', &first)) {
		wire_rd_text_cut(rd, word, sizeof(word));
		found |= strcmp(word, ours) == 0;
	}

	return found;
}

static void
read_elements(struct wire_rd *rd, struct wire_seram_hello *ret)
{
	bool first = true;

	wire_rd_enter(rd, '[');
	while (wire_rd_next(rd, ']', &first)) {
		if (ret->element_count == WIRE_SERAM_ELEMENTS_MAX)
			rd->bad = true;
		else
			read_element(rd, &ret->element[ret->element_count++]);
	}
	if (ret->element_count == 0)
		rd->bad = true;
}

enum ykt_status
wire_seram_hello_decode(struct ykt_bytes json, struct wire_seram_hello *ret)
{
	enum { ELEMENTS, TRANSPORTS, FORMATS, VERSIONS, VERSIONS_ALT };
	static const char *const keys[] = { SERAM_KEY_ELEMENTS, SERAM_KEY_TRANSPORTS,
		SERAM_KEY_FORMATS, SERAM_KEY_VERSIONS, SERAM_KEY_VERSIONS_ALT };
	struct object object;
	struct wire_rd rd;
	int key;

	*ret = (struct wire_seram_hello){ .https = true, .json = true, .v200 = true };
	wire_rd_init(&rd, json);
	object = enter(&rd, keys, YKT_ARRAY_LEN(keys));
	while ((key = next(&object)) >= 0) {
		if (key == ELEMENTS)
			read_elements(&rd, ret);
		else if (key == TRANSPORTS)
			ret->https = read_words(&rd, WIRE_SERAM_TRANSPORT);
		else if (key == FORMATS)
			ret->json = read_words(&rd, WIRE_SERAM_FORMAT);
		else
			ret->v200 = read_words(&rd, WIRE_SERAM_VERSION);
	}
	require(&object, BIT(ELEMENTS));
	either(&object, BIT(VERSIONS) | BIT(VERSIONS_ALT));
	if (wire_rd_done(&rd))
		return YKT_OK;
	*ret = (struct wire_seram_hello){ 0 };

	return YKT_E_FORMAT;
}

enum ykt_status
wire_seram_choice_decode(struct ykt_bytes json, struct wire_seram_choice *ret)
{
	enum { TRANSPORT, FORMAT, FORMAT_ALT, VERSION };
	static const char *const keys[] = { SERAM_KEY_TRANSPORT, SERAM_KEY_FORMAT,
		SERAM_KEY_FORMAT_ALT, SERAM_KEY_VERSION };
	char alt[sizeof(ret->format)] = "";
	struct object object;
	struct wire_rd rd;
	int key;

	*ret = (struct wire_seram_choice){ 0 };
	wire_rd_init(&rd, json);
	object = enter(&rd, keys, YKT_ARRAY_LEN(keys));
	while ((key = next(&object)) >= 0) {
		if (key == TRANSPORT)
			wire_rd_text(&rd, ret->transport, sizeof(ret->transport));
		else if (key == FORMAT)
			wire_rd_text(&rd, ret->format, sizeof(ret->format));
		else if (key == FORMAT_ALT)
			wire_rd_text(&rd, alt, sizeof(alt));
		else
			wire_rd_text(&rd, ret->version, sizeof(ret->version));
	}
	require(&object, BIT(TRANSPORT) | BIT(VERSION));
	if ((object.seen & BIT(FORMAT)) == 0) {
		require(&object, BIT(FORMAT_ALT));
		memcpy(ret->format, alt, sizeof(alt));
	} else if ((object.seen & BIT(FORMAT_ALT)) != 0 && strcmp(alt, ret->format) != 0) {
		rd.bad = true;
	}
	if (wire_rd_done(&rd))
		return YKT_OK;
	*ret = (struct wire_seram_choice){ 0 };

	return YKT_E_FORMAT;
}

/* A list of APDUs into a pool; what no APDU can be, or does not fit, is bad. */
static void
read_apdus(struct wire_rd *rd, size_t min, size_t max, struct wire_seram_apdu *list, size_t *count,
    uint8_t *pool, size_t *pool_len)
{
	bool first = true;

	wire_rd_enter(rd, '[');
	while (wire_rd_next(rd, ']', &first)) {
		struct ykt_bytes digits = wire_rd_digits(rd, 2 * max);
		size_t len = digits.len / 2;

		if (*count == WIRE_SERAM_APDUS_MAX || len < min ||
		    len > WIRE_SERAM_POOL - *pool_len)
			rd->bad = true;
		if (rd->bad)
			return;
		wire_hex_bytes(digits, pool + *pool_len);
		list[*count] = (struct wire_seram_apdu){ (uint16_t)*pool_len, (uint16_t)len };
		(*count)++;
		*pool_len += len;
	}
}

static enum wire_seram_kind
find_kind(struct wire_rd *rd, const char *word)
{
	if (strcmp(word, "startCommand") == 0)
		return WIRE_SERAM_START;
	if (strcmp(word, "stopCommand") == 0)
		return WIRE_SERAM_STOP;

	return (enum wire_seram_kind)find_word(rd, word, seram_kinds, YKT_ARRAY_LEN(seram_kinds));
}

static void
read_command(struct wire_rd *rd, struct wire_seram_order *order)
{
	enum { TYPE, CAPDUS, NOTICE, STOP };
	static const char *const keys[] = { SERAM_KEY_TYPE, SERAM_KEY_CAPDUS, SERAM_KEY_NOTICE,
		SERAM_KEY_STOP };
	struct wire_seram_command *command;
	struct object object;
	char type[WIRE_KEY_MAX + 1] = "";
	int key;

	if (wire_seram_order_add_command(order, WIRE_SERAM_START) != YKT_OK) {
		rd->bad = true;
		return;
	}
	command = &order->command[order->command_count - 1];
	object = enter(rd, keys, YKT_ARRAY_LEN(keys));
	while ((key = next(&object)) >= 0) {
		if (key == TYPE)
			wire_rd_text(rd, type, sizeof(type));
		else if (key == CAPDUS)
			read_apdus(rd, WIRE_SERAM_CAPDU_MIN, WIRE_SERAM_CAPDU_MAX, command->apdu,
			    &command->apdu_count, order->pool, &order->pool_len);
		else if (key == NOTICE)
			wire_rd_text(rd, command->notice, sizeof(command->notice));
		else
			command->stop = wire_rd_bool(rd);
	}
	require(&object, BIT(TYPE));
	command->has_stop = (object.seen & BIT(STOP)) != 0;
	command->kind = find_kind(rd, type);
	if (command->kind == WIRE_SERAM_SE)
		require(&object, BIT(CAPDUS));
	else if (command->apdu_count != 0)
		rd->bad = true;
	if (command->kind == WIRE_SERAM_NOTE)
		require(&object, BIT(NOTICE));
}

enum ykt_status
wire_seram_order_decode(struct ykt_bytes json, struct wire_seram_order *ret)
{
	enum { DELAY, ELEMENT, COMMANDS };
	static const char *const keys[] = { SERAM_KEY_DELAY, SERAM_KEY_ELEMENT,
		SERAM_KEY_COMMANDS };
	struct object object;
	struct wire_rd rd;
	bool first = true;
	int key;

	wire_seram_order_init(ret, 0);
	wire_rd_init(&rd, json);
	object = enter(&rd, keys, YKT_ARRAY_LEN(keys));
	while ((key = next(&object)) >= 0) {
		if (key == DELAY) {
			ret->delay_ms = wire_rd_int(&rd, 0, WIRE_SERAM_DELAY_MAX);
		} else if (key == ELEMENT) {
			read_element(&rd, &ret->element);
		} else {
			wire_rd_enter(&rd, '[');
			while (wire_rd_next(&rd, ']', &first))
				read_command(&rd, ret);
		}
	}
	ret->has_delay = (object.seen & BIT(DELAY)) != 0;
	ret->has_element = (object.seen & BIT(ELEMENT)) != 0;
	if (wire_rd_done(&rd))
		return YKT_OK;
	wire_seram_order_init(ret, 0);
	ret->has_delay = false;

	return YKT_E_FORMAT;
}

static void
read_status(struct wire_rd *rd, struct wire_seram_report *ret)
{
	enum { STATE, EXECUTED, ERROR };
	static const char *const keys[] = { SERAM_KEY_STATE, SERAM_KEY_EXECUTED, SERAM_KEY_ERROR };
	struct object object = enter(rd, keys, YKT_ARRAY_LEN(keys));
	char state[WIRE_KEY_MAX + 1] = "";
	int key;

	while ((key = next(&object)) >= 0) {
		if (key == STATE)
			wire_rd_text(rd, state, sizeof(state));
		else if (key == EXECUTED)
			ret->executed = wire_rd_int(rd, 0, INT32_MAX);
		else
			wire_rd_text_cut(rd, ret->error, sizeof(ret->error));
	}
	require(&object, BIT(STATE));
	/* One place of the schema spells it with a D. */
	if (strcmp(state, "UNGRANDED_ACCESS") == 0)
		ret->state = WIRE_SERAM_UNGRANTED_ACCESS;
	else
		ret->state = (enum wire_seram_state)find_word(
		    rd, state, seram_states, YKT_ARRAY_LEN(seram_states));
}

static void
read_response(struct wire_rd *rd, struct wire_seram_report *ret)
{
	enum { TYPE, RAPDUS };
	static const char *const keys[] = { SERAM_KEY_RSP_TYPE, SERAM_KEY_RAPDUS };
	struct wire_seram_response *response;
	struct object object;
	char type[WIRE_KEY_MAX + 1] = "";
	int key;

	if (ret->response_count == WIRE_SERAM_COMMANDS_MAX) {
		rd->bad = true;
		return;
	}
	response = &ret->response[ret->response_count++];
	response->apdu_count = 0;
	object = enter(rd, keys, YKT_ARRAY_LEN(keys));
	while ((key = next(&object)) >= 0) {
		if (key == TYPE)
			wire_rd_text(rd, type, sizeof(type));
		else
			read_apdus(rd, 0, WIRE_SERAM_RAPDU_MAX, response->apdu,
			    &response->apdu_count, ret->pool, &ret->pool_len);
	}
	require(&object, BIT(TYPE) | BIT(RAPDUS));
	if (strcmp(type, SERAM_RSP_SE) != 0)
		rd->bad = true;
	/* A status word is two bytes: an answer has none of them or both. */
	for (size_t i = 0; i < response->apdu_count; i++)
		rd->bad |= response->apdu[i].len == 1;
}

enum ykt_status
wire_seram_report_decode(struct ykt_bytes json, struct wire_seram_report *ret)
{
	enum { STATUS, RESPONSES };
	static const char *const keys[] = { SERAM_KEY_STATUS, SERAM_KEY_RESPONSES };
	struct object object;
	struct wire_rd rd;
	bool first = true;
	int key;

	wire_seram_report_init(ret, WIRE_SERAM_POLLING);
	wire_rd_init(&rd, json);
	object = enter(&rd, keys, YKT_ARRAY_LEN(keys));
	while ((key = next(&object)) >= 0) {
		if (key == STATUS) {
			read_status(&rd, ret);
		} else {
			wire_rd_enter(&rd, '[');
			while (wire_rd_next(&rd, ']', &first))
				read_response(&rd, ret);
		}
	}
	require(&object, BIT(STATUS));
	if (wire_rd_done(&rd))
		return YKT_OK;
	wire_seram_report_init(ret, WIRE_SERAM_POLLING);

	return YKT_E_FORMAT;
}
