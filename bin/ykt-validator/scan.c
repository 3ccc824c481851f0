/*
 * ykt-validator scan: a ride code instead of a card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "program.h"

/* Twice the longest code and its end of line; more is no code. */
#define INPUT_MAX 1024

/* Hex digits and blanks alone: a code itself begins with a byte above 7Fh. */
static bool
is_text(struct ykt_bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (!isxdigit(bytes.data[i]) && !isspace(bytes.data[i]))
			return false;
	}
	return bytes.len > 0;
}

static struct ykt_bytes
trimmed(struct ykt_bytes bytes)
{
	while (bytes.len > 0 && isspace(bytes.data[bytes.len - 1]))
		bytes.len--;
	return bytes;
}

static bool
read_input(const char *path, struct ykt_buf *out)
{
	const bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "rb");

	if (file == NULL) {
		program_complain("cannot open %s: %s", path, strerror(errno));
		return false;
	}
	out->len = fread(out->data, 1, out->cap, file);
	if (ferror(file))
		program_complain("cannot read %s: %s", path, strerror(errno));
	else if (out->len == out->cap)
		program_complain("%s: too long for a ride code", path);
	else if (out->len > 0) {
		if (!is_stdin)
			(void)fclose(file);
		return true;
	} else
		program_complain("%s: empty", path);
	if (!is_stdin)
		(void)fclose(file);
	return false;
}

int
program_scan_bytes(struct program *program, struct ykt_bytes input)
{
	static const int codes[] = { [VALIDATOR_OPEN] = TAP_OPEN,
		[VALIDATOR_CLOSED] = TAP_CLOSED,
		[VALIDATOR_RETAP] = TAP_RETAP };
	struct validator_result result;
	uint8_t raw[INPUT_MAX];
	struct ykt_buf buf = YKT_BUF(raw);
	struct ykt_bytes code = input;
	enum ykt_status status;

	if (is_text(input)) {
		const struct ykt_bytes text = trimmed(input);

		if (ykt_hex_decode((const char *)text.data, text.len, &buf) != YKT_OK) {
			program_complain("a ride code in hex has two digits a byte");
			return TAP_FAILED;
		}
		code = ykt_buf_view(&buf);
	}
	status = validator_scan(program->validator, code, &result);
	if (status != YKT_OK) {
		display_failure(status);
		return TAP_FAILED;
	}
	display_result(&result);
	return codes[result.gate];
}

int
program_scan(struct program *program, const char *code)
{
	uint8_t bytes[INPUT_MAX];
	struct ykt_buf buf = YKT_BUF(bytes);

	if (strcmp(code, "-") != 0 && is_text(ykt_bytes_str(code)))
		return program_scan_bytes(program, ykt_bytes_str(code));
	return read_input(code, &buf) ? program_scan_bytes(program, ykt_buf_view(&buf))
				      : TAP_FAILED;
}
