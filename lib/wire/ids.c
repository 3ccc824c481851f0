/*
 * Ids, card numbers and phone numbers in messages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "wire/json.h"

bool
wire_id_valid(const char *text)
{
	return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

bool
wire_card_no_valid(const char *text)
{
	return text[0] == '0' && strlen(text) == 20 && strspn(text, "0123456789") == 20;
}

bool
wire_phone_valid(const char *text)
{
	return text[0] == '1' && strlen(text) == 11 && strspn(text, "0123456789") == 11;
}

void
wire_id_text(const uint8_t bytes[16], char out[33])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < 16; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[32] = '\0';
}
