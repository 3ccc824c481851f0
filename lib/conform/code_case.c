/*
 * Cases of ride codes: reading.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conform/code_case.h"

#include <string.h>

#include <ykt/hex.h>

#include "conform/words.h"

static bool
is(struct ykt_bytes word, const char *text)
{
	return ykt_bytes_equal(word, ykt_bytes_str(text));
}

static bool
hex(struct ykt_bytes value, uint8_t *out, size_t len)
{
	struct ykt_buf buf = { out, 0, len, false };

	return value.len == 2 * len &&
	       ykt_hex_decode((const char *)value.data, value.len, &buf) == YKT_OK;
}

static bool
number(struct ykt_bytes value, int64_t least, int64_t most, int64_t *ret)
{
	const bool negative = value.len > 0 && value.data[0] == '-';
	const size_t start = value.len > 0 && (negative || value.data[0] == '+') ? 1 : 0;
	int64_t sum = 0;

	if (value.len == start || value.len > 10)
		return false;
	for (size_t i = start; i < value.len; i++) {
		if (value.data[i] < '0' || value.data[i] > '9')
			return false;
		sum = sum * 10 + (value.data[i] - '0');
	}
	*ret = negative ? -sum : sum;

	return *ret >= least && *ret <= most;
}

static bool
signer(struct ykt_bytes value, enum code_case_signer *ret)
{
	static const char *const names[] = { "root", "institution", "user" };

	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++) {
		if (is(value, names[i])) {
			*ret = (enum code_case_signer)i;
			return true;
		}
	}

	return false;
}

static bool
set_bytes(struct code_case *one, struct ykt_bytes name, struct ykt_bytes value)
{
	if (is(name, "version"))
		return hex(value, &one->version, 1);
	if (is(name, "institution"))
		return hex(value, one->institution, 4);
	if (is(name, "cert-institution"))
		return hex(value, one->cert_institution, 4);
	if (is(name, "root"))
		return hex(value, &one->root, 1) && one->root >= 1 &&
		       one->root <= CODE_CASE_ROOTS + 1;
	if (is(name, "month"))
		return hex(value, one->month, 2);
	if (is(name, "issuer-format"))
		return hex(value, &one->issuer_format, 1);
	if (is(name, "user-format"))
		return hex(value, &one->user_format, 1);

	return false;
}

static bool
set_number(struct code_case *one, struct ykt_bytes name, struct ykt_bytes value)
{
	int64_t n = 0;

	if (is(name, "own") && number(value, 0, CODE_OWN_MAX, &n))
		one->own = (uint8_t)n;
	else if (is(name, "own-length") && number(value, 0, 255, &n)) {
		one->has_own_length = true;
		one->own_length = (uint8_t)n;
	} else if (is(name, "length") && number(value, 0, 65535, &n)) {
		one->has_length = true;
		one->length = (uint16_t)n;
	} else if (is(name, "expires") && number(value, -100000000, 100000000, &n))
		one->expires_s = (int32_t)n;
	else if (is(name, "generated") && number(value, -100000000, 100000000, &n))
		one->generated_s = (int32_t)n;
	else if (is(name, "validity") && number(value, 0, 65535, &n))
		one->validity_s = (uint16_t)n;
	else if (is(name, "limit") && number(value, 0, 0xFFFFFF, &n))
		one->limit_fen = (uint32_t)n;
	else if (is(name, "flip") && number(value, 0, CODE_QR_MAX - 1, &n)) {
		one->has_flip = true;
		one->flip = (uint16_t)n;
	} else if (is(name, "cut") && number(value, 1, CODE_QR_MIN, &n))
		one->cut = (uint16_t)n;
	else
		return false;

	return true;
}

static bool
set_level(struct code_case *one, struct ykt_bytes value)
{
	if (value.len != 1 || memchr("LMQH", value.data[0], 4) == NULL)
		return false;
	one->level = (char)value.data[0];

	return true;
}

static bool
set(struct code_case *one, struct ykt_bytes change)
{
	struct ykt_bytes name;
	struct ykt_bytes value;
	size_t len = 0;

	while (len < change.len && change.data[len] != ' ')
		len++;
	name = ykt_bytes_sub(change, 0, len);
	value = ykt_bytes_sub(change, len + 1, change.len);
	if (is(name, "cert-signer"))
		return signer(value, &one->cert_signer);
	if (is(name, "issuer-signer"))
		return signer(value, &one->issuer_signer);
	if (is(name, "user-signer"))
		return signer(value, &one->user_signer);
	if (is(name, "level"))
		return set_level(one, value);

	return set_bytes(one, name, value) || set_number(one, name, value);
}

/* A text that may stand once. */
static bool
once(struct ykt_bytes *field, struct ykt_bytes value)
{
	if (field->len != 0 || value.len == 0)
		return false;
	*field = value;

	return true;
}

static bool
take_line(struct code_case *one, bool *has_accept, struct ykt_bytes word, struct ykt_bytes value)
{
	if (is(word, "id"))
		return once(&one->id, value);
	if (is(word, "title"))
		return once(&one->title, value);
	if (is(word, "title-zh"))
		return once(&one->title_zh, value);
	if (is(word, "source"))
		return once(&one->source, value);
	if (is(word, "reason"))
		return once(&one->reason, value);
	if (is(word, "set"))
		return set(one, value);
	if (is(word, "grade") && one->grade == '\0' && value.len == 1 && value.data[0] >= 'A' &&
	    value.data[0] <= 'D') {
		one->grade = (char)value.data[0];
		return true;
	}
	if (is(word, "accept") && !*has_accept && (is(value, "yes") || is(value, "no"))) {
		*has_accept = true;
		one->accept = is(value, "yes");
		return true;
	}

	return false;
}

static bool
read_line(struct code_case *one, bool *has_accept, struct ykt_bytes line)
{
	size_t at = 0;

	if (line.len == 0 || line.data[0] == '#')
		return true;
	while (at < line.len && line.data[at] != ':')
		at++;
	if (at + 2 >= line.len || line.data[at + 1] != ' ')
		return false;

	return take_line(
	    one, has_accept, ykt_bytes_sub(line, 0, at), ykt_bytes_sub(line, at + 2, line.len));
}

static bool
id_good(struct ykt_bytes id)
{
	for (size_t i = 0; i < id.len; i++) {
		if (!((id.data[i] >= 'A' && id.data[i] <= 'Z') ||
			(id.data[i] >= '0' && id.data[i] <= '9') || id.data[i] == '-'))
			return false;
	}

	return id.len > 0 && id.len <= 32;
}

enum ykt_status
code_case_parse(
    struct ykt_bytes text, struct code_case *ret_case, unsigned *ret_line, const char **ret_why)
{
	struct code_case one = { .version = CODE_VERSION,
		.institution = { 0x09, 0x98, 0x10, 0x01 },
		.cert_institution = { 0x09, 0x98, 0x10, 0x01 },
		.root = 1,
		.cert_signer = CODE_SIGNER_ROOT,
		.issuer_signer = CODE_SIGNER_INSTITUTION,
		.user_signer = CODE_SIGNER_USER,
		.month = { 0x12, 0x99 },
		.expires_s = 86400,
		.validity_s = 600,
		.limit_fen = 10000,
		.issuer_format = CODE_SIG_FORMAT,
		.user_format = CODE_SIG_FORMAT,
		.level = 'L' };
	bool has_accept = false;
	bool good = text.len <= CODE_CASE_TEXT_MAX;
	unsigned number = 0;

	*ret_why =
	    good ? N_("no such line, or given twice, or a value that is none") : N_("too long");
	while (good && text.len != 0) {
		number++;
		good = read_line(&one, &has_accept, ykt_bytes_line(&text));
	}
	if (good && (!id_good(one.id) || one.title.len == 0 || one.title_zh.len == 0 ||
			one.source.len == 0 || one.grade == '\0' || !has_accept ||
			(one.reason.len == 0) != one.accept)) {
		number = 0;
		*ret_why = N_("a line is missing");
		good = false;
	}
	if (good)
		*ret_case = one;
	else
		*ret_line = number;

	return good ? YKT_OK : YKT_E_FORMAT;
}
