/*
 * What a user typed, and what a user may see.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/mask.h"

#include <stdint.h>
#include <string.h>

#include "wire/json.h"

#define CARD_HEAD  6
#define CARD_TAIL  4
#define PHONE_HEAD 3
#define PHONE_TAIL 4
#define NAME_MAX   64
#define OTP_LEN    6

void
client_text_copy(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size)
		len = size - 1;
	memmove(out, text, len);
	out[len] = '\0';
}

static void
mask(const char *text, size_t head, size_t tail, char *out, size_t size)
{
	size_t len = strlen(text);

	client_text_copy(out, size, text);
	for (size_t i = 0; out[i] != '\0'; i++) {
		if (len <= head + tail || (i >= head && i < len - tail))
			out[i] = '*';
	}
}

void
client_mask_card(const char *card_no, char *out, size_t size)
{
	mask(card_no[0] == '0' ? card_no + 1 : card_no, CARD_HEAD, CARD_TAIL, out, size);
}

void
client_mask_phone(const char *phone, char *out, size_t size)
{
	bool valid = wire_phone_valid(phone);

	mask(phone, valid ? PHONE_HEAD : 0, valid ? PHONE_TAIL : strlen(phone), out, size);
}

/* One character of UTF-8 at *p, or 0: an overlong, lone or cut one is none. */
static uint32_t
next_char(const uint8_t **p)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const uint8_t *s = *p;
	unsigned more = s[0] < 0x80 ? 0 : s[0] < 0xC2 ? 4 : s[0] < 0xE0 ? 1 : s[0] < 0xF0 ? 2 : 3;
	uint32_t c;

	if (more == 4 || s[0] > 0xF4)
		return 0;
	c = more == 0 ? s[0] : s[0] & (0x3Fu >> more);
	for (unsigned i = 1; i <= more; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3F);
	}
	if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*p = s + more + 1;

	return c;
}

/* Characters that nobody sees but that change what is read. */
static bool
hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

bool
client_name_valid(const char *name)
{
	size_t len = strlen(name);
	const uint8_t *p = (const uint8_t *)name;

	if (len == 0 || len > NAME_MAX || name[0] == ' ' || name[len - 1] == ' ')
		return false;
	while (*p != 0) {
		if (hidden(next_char(&p)))
			return false;
	}

	return true;
}

bool
client_otp_valid(const char *otp)
{
	return strlen(otp) == OTP_LEN && strspn(otp, "0123456789") == OTP_LEN;
}
