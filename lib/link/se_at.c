/*
 * AT commands that reach the card in a modem, see se_at.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "link/se_at.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

static void
put_text(struct ykt_buf *out, const char *text)
{
	ykt_put(out, ykt_bytes_str(text));
}

static void
put_number(struct ykt_buf *out, unsigned number)
{
	char digits[10];
	size_t used = 0;

	do {
		digits[used++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0 && used < sizeof(digits));
	while (used > 0)
		ykt_put_u8(out, (uint8_t)digits[--used]);
}

static void
put_hex(struct ykt_buf *out, struct ykt_bytes bytes)
{
	char pair[3];

	ykt_put_u8(out, '"');
	for (size_t i = 0; i < bytes.len; i++) {
		ykt_hex_encode(ykt_bytes_sub(bytes, i, 1), pair);
		put_text(out, pair);
	}
	ykt_put_u8(out, '"');
}

/* Ends the line; one that did not fit leaves out as it was. */
static enum ykt_status
finish(struct ykt_buf *out, size_t before)
{
	ykt_put_u8(out, '\r');
	if (!out->full)
		return YKT_OK;
	out->len = before;
	out->full = false;

	return YKT_E_SPACE;
}

enum ykt_status
se_at_open(struct ykt_bytes aid, struct ykt_buf *out)
{
	const size_t before = out->len;

	if (aid.len > SE_AT_AID_MAX)
		return YKT_E_ARG;
	put_text(out, "AT+CCHO=");
	put_hex(out, aid);

	return finish(out, before);
}

enum ykt_status
se_at_close(unsigned session, struct ykt_buf *out)
{
	const size_t before = out->len;

	put_text(out, "AT+CCHC=");
	put_number(out, session);

	return finish(out, before);
}

static enum ykt_status
put_apdu(struct ykt_bytes apdu, struct ykt_buf *out, size_t before)
{
	put_number(out, (unsigned)(2 * apdu.len));
	ykt_put_u8(out, ',');
	put_hex(out, apdu);

	return finish(out, before);
}

enum ykt_status
se_at_send(unsigned session, struct ykt_bytes apdu, struct ykt_buf *out)
{
	const size_t before = out->len;

	if (apdu.len > SE_AT_APDU_MAX)
		return YKT_E_ARG;
	put_text(out, "AT+CGLA=");
	put_number(out, session);
	ykt_put_u8(out, ',');

	return put_apdu(apdu, out, before);
}

enum ykt_status
se_at_send_basic(struct ykt_bytes apdu, struct ykt_buf *out)
{
	const size_t before = out->len;

	if (apdu.len > SE_AT_APDU_MAX)
		return YKT_E_ARG;
	put_text(out, "AT+CSIM=");

	return put_apdu(apdu, out, before);
}

static bool
is_digit(uint8_t sign)
{
	return sign >= '0' && sign <= '9';
}

/* Takes word and the spaces behind it off rest. */
static bool
take_word(struct ykt_bytes *rest, const char *word)
{
	const struct ykt_bytes wanted = ykt_bytes_str(word);

	if (rest->len < wanted.len || !ykt_bytes_equal(ykt_bytes_sub(*rest, 0, wanted.len), wanted))
		return false;
	*rest = ykt_bytes_sub(*rest, wanted.len, rest->len);
	while (rest->len > 0 && rest->data[0] == ' ')
		*rest = ykt_bytes_sub(*rest, 1, rest->len);

	return true;
}

/* Takes a number of 0 to 65535 off rest; -1 when there is none. */
static int
take_number(struct ykt_bytes *rest)
{
	int number = -1;

	while (rest->len > 0 && is_digit(rest->data[0])) {
		number = (number < 0 ? 0 : number * 10) + (rest->data[0] - '0');
		if (number > 0xFFFF)
			return -1;
		*rest = ykt_bytes_sub(*rest, 1, rest->len);
	}

	return number;
}

/* LENGTH,"HEX" or LENGTH,HEX; false when they do not agree. */
static bool
take_response(struct ykt_bytes rest, struct ykt_bytes *ret_text)
{
	const int len = take_number(&rest);

	if (len < 4 || len > 2 * SE_AT_RSP_MAX || len % 2 != 0 || !take_word(&rest, ","))
		return false;
	if (rest.len >= 2 && rest.data[0] == '"' && rest.data[rest.len - 1] == '"')
		rest = ykt_bytes_sub(rest, 1, rest.len - 2);
	if (rest.len != (size_t)len)
		return false;
	*ret_text = rest;

	return true;
}

static struct se_at_line
read_error(struct ykt_bytes rest)
{
	const int number = take_number(&rest);

	/* Verbose modems write words here; they name no number. */
	return (struct se_at_line){ .kind = SE_AT_ERROR, .number = rest.len == 0 ? number : -1 };
}

static struct se_at_line
read_number(struct ykt_bytes rest, enum se_at_kind kind)
{
	const int number = take_number(&rest);

	if (number < 0 || rest.len > 0)
		kind = SE_AT_BROKEN;

	return (struct se_at_line){ .kind = kind, .number = number };
}

/* Digits alone: a session id. Digits and more are something that nobody asked for. */
static bool
is_number(struct ykt_bytes line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (!is_digit(line.data[i]))
			return false;
	}

	return line.len > 0;
}

struct se_at_line
se_at_read(struct ykt_bytes line)
{
	struct se_at_line found = { .kind = SE_AT_OTHER, .number = -1 };
	struct ykt_bytes rest = line;

	if (ykt_bytes_equal(line, ykt_bytes_str("OK")))
		found.kind = SE_AT_OK;
	else if (ykt_bytes_equal(line, ykt_bytes_str("ERROR")))
		found.kind = SE_AT_ERROR;
	else if (take_word(&rest, "+CME ERROR:"))
		found = read_error(rest);
	else if (take_word(&rest, "+CCHO:"))
		found = read_number(rest, SE_AT_SESSION);
	else if (take_word(&rest, "+CMEE:"))
		found.kind = SE_AT_CMEE;
	else if (take_word(&rest, "+CGLA:") || take_word(&rest, "+CSIM:"))
		found.kind = take_response(rest, &found.text) ? SE_AT_RESPONSE : SE_AT_BROKEN;
	else if (is_number(line))
		found = read_number(line, SE_AT_NUMBER);

	return found;
}
