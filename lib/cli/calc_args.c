/*
 * Named values of one calculation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_args.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

/* Other names for ours. */
static const struct {
	const char *other;
	const char *ours;
} aliases[] = {
	{ "random", "rand" },
	{ "x", "factor" },
	{ "factors", "factor" },
	{ "diversify-x", "factor" },
	{ "mac-input", "data" },
	{ "commands", "command" },
	{ "static-enc", "enc" },
	{ "static-mac", "mac" },
	{ "static-dek", "dek" },
	{ "security-level", "level" },
	{ "old-balance", "balance" },
	{ "algorithm", "alg" },
	{ "responses", "response" },
	{ "response-to-first-command", "response" },
	{ "algo", "alg" },
};

static const char *const known[] = { "alg", "kind", "key", "root", "issuer", "serial", "factor",
	"rand", "seq", "online-seq", "offline-seq", "terminal-seq", "session-key", "dtk", "tac-key",
	"balance", "new-balance", "amount", "type", "terminal", "datetime", "challenge", "data",
	"command", "enc", "mac", "dek", "host-challenge", "initialize-update-response", "level",
	"response", "spi", "kic", "kid", "kic-key", "kid-key", "tar", "cntr", "apdu", "cmd",
	"rsp" };

/* Our spelling of a name, cut to fit. */
static void
normalise(const char *name, char out[CALC_NAME_MAX])
{
	size_t len = 0;

	for (; name[len] != '\0' && len + 1 < CALC_NAME_MAX; len++) {
		int c = tolower((unsigned char)name[len]);

		out[len] = c == '_' ? '-' : (char)c;
	}
	out[len] = '\0';
	for (size_t i = 0; i < YKT_ARRAY_LEN(aliases); i++)
		if (strcmp(aliases[i].other, out) == 0)
			strcpy(out, aliases[i].ours);
}

bool
calc_args_known(const char *name)
{
	char ours[CALC_NAME_MAX];

	normalise(name, ours);
	for (size_t i = 0; i < YKT_ARRAY_LEN(known); i++)
		if (strcmp(known[i], ours) == 0)
			return true;

	return false;
}

static enum ykt_status
fail(struct calc_args *args, enum ykt_status status, const char *name, const char *what)
{
	snprintf(args->why, sizeof(args->why), "%s: %s", name, what);

	return status;
}

/* Each step of a diversification, each command and each answer of a session. */
static bool
repeats(const char *ours)
{
	return strcmp(ours, "factor") == 0 || strcmp(ours, "command") == 0 ||
	       strcmp(ours, "response") == 0;
}

static enum ykt_status
add(struct calc_args *args, const char *name, const char *text, json_int_t number)
{
	struct calc_arg *arg;

	if (args->count == CALC_ARGS_MAX)
		return fail(args, YKT_E_SPACE, name, "too many values");
	arg = &args->items[args->count];
	normalise(name, arg->name);
	if (!repeats(arg->name) && calc_args_has(args, arg->name))
		return fail(args, YKT_E_FORMAT, name, "given twice");
	args->count++;
	arg->text = text;
	arg->number = number;

	return YKT_OK;
}

enum ykt_status
calc_args_add(struct calc_args *args, const char *name, const char *text)
{
	return add(args, name, text, 0);
}

/* A command stands as it was before it was wrapped, an answer as it came. */
static const json_t *
exchanged(const char *name, const json_t *value)
{
	char ours[CALC_NAME_MAX];

	normalise(name, ours);

	return json_object_get(value, strcmp(ours, "response") == 0 ? "wrapped" : "plain");
}

static enum ykt_status
add_json(struct calc_args *args, const char *name, const json_t *value)
{
	if (json_is_object(value))
		value = exchanged(name, value);
	if (json_is_string(value))
		return add(args, name, json_string_value(value), 0);
	if (json_is_integer(value) && json_integer_value(value) >= 0)
		return add(args, name, NULL, json_integer_value(value));

	return fail(args, YKT_E_FORMAT, name, "must be hex text");
}

enum ykt_status
calc_args_json(struct calc_args *args, const json_t *object)
{
	enum ykt_status status = YKT_OK;
	const char *name;
	json_t *value;
	json_t *item;
	size_t i;

	json_object_foreach((json_t *)object, name, value)
	{
		if (!calc_args_known(name))
			continue;
		if (!json_is_array(value))
			status = add_json(args, name, value);
		json_array_foreach(value, i, item)
		{
			if (status == YKT_OK)
				status = add_json(args, name, item);
		}
		if (status != YKT_OK)
			break;
	}

	return status;
}

enum ykt_status
calc_args_words(struct calc_args *args, size_t count, char **words)
{
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		char name[CALC_NAME_MAX];
		const char *value = strchr(words[i], '=');
		size_t len = value != NULL ? (size_t)(value - words[i]) : strlen(words[i]);

		if (strncmp(words[i], "--", 2) != 0 || len - 2 >= sizeof(name))
			return fail(args, YKT_E_FORMAT, words[i], "not an option");
		memcpy(name, words[i] + 2, len - 2);
		name[len - 2] = '\0';
		if (!calc_args_known(name))
			return fail(args, YKT_E_FORMAT, words[i], "no such option");
		if (value == NULL && i + 1 == count)
			return fail(args, YKT_E_FORMAT, words[i], "has no value");
		status = calc_args_add(args, name, value != NULL ? value + 1 : words[++i]);
	}

	return status;
}

static const struct calc_arg *
find(const struct calc_args *args, const char *name, size_t index)
{
	for (size_t i = 0; i < args->count; i++)
		if (strcmp(args->items[i].name, name) == 0 && index-- == 0)
			return &args->items[i];

	return NULL;
}

bool
calc_args_has(const struct calc_args *args, const char *name)
{
	return find(args, name, 0) != NULL;
}

const char *
calc_args_text(const struct calc_args *args, const char *name)
{
	const struct calc_arg *arg = find(args, name, 0);

	return arg != NULL ? arg->text : NULL;
}

static enum ykt_status
decode(struct calc_args *args, const struct calc_arg *arg, struct ykt_buf *out)
{
	enum ykt_status status = YKT_E_FORMAT;

	if (arg->text != NULL)
		status = ykt_hex_decode(arg->text, strlen(arg->text), out);
	if (status == YKT_E_SPACE)
		return fail(args, YKT_E_FORMAT, arg->name, "too long");
	if (status != YKT_OK)
		return fail(args, YKT_E_FORMAT, arg->name, "not hexadecimal");

	return YKT_OK;
}

enum ykt_status
calc_args_copy(struct calc_args *args, const char *name, uint8_t *out, size_t len)
{
	const struct calc_arg *arg = find(args, name, 0);
	uint8_t raw[64];
	struct ykt_buf value = YKT_BUF(raw);
	char what[32];
	enum ykt_status status;

	if (arg == NULL)
		return fail(args, YKT_E_FORMAT, name, "missing");
	status = decode(args, arg, &value);
	if (status == YKT_OK && value.len != len) {
		snprintf(what, sizeof(what), "must have %zu bytes", len);
		return fail(args, YKT_E_FORMAT, name, what);
	}
	if (status == YKT_OK)
		memcpy(out, raw, len);

	return status;
}

enum ykt_status
calc_args_bytes(struct calc_args *args, const char *name, size_t index, struct ykt_buf *out)
{
	const struct calc_arg *arg = find(args, name, index);

	if (arg == NULL) {
		(void)fail(args, YKT_NOT_FOUND, name, "missing");
		return YKT_NOT_FOUND;
	}

	return decode(args, arg, out);
}

enum ykt_status
calc_args_number(struct calc_args *args, const char *name, size_t max_len, uint32_t *ret_number)
{
	const struct calc_arg *arg = find(args, name, 0);
	uint8_t raw[4];
	struct ykt_buf value = { raw, 0, max_len, false };
	uint32_t number = 0;
	enum ykt_status status;

	if (arg == NULL)
		return fail(args, YKT_E_FORMAT, name, "missing");
	if (arg->text == NULL) {
		if ((uint64_t)arg->number >> (8 * max_len) != 0)
			return fail(args, YKT_E_FORMAT, name, "too large");
		*ret_number = (uint32_t)arg->number;
		return YKT_OK;
	}

	status = decode(args, arg, &value);
	if (status == YKT_OK && value.len == 0)
		return fail(args, YKT_E_FORMAT, name, "empty");
	for (size_t i = 0; status == YKT_OK && i < value.len; i++)
		number = number << 8 | raw[i];
	if (status == YKT_OK)
		*ret_number = number;

	return status;
}
