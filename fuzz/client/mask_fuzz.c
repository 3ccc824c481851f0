/*
 * client_name_valid(), client_mask_card(), client_mask_phone(): any text, no
 * matter how it is coded, and never a digit that must be hidden.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "client/mask.h"
#include "wire/pin.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[129], out[24];
	size_t stars = 0;

	if (len > sizeof(text) - 1)
		len = sizeof(text) - 1;
	if (len != 0)
		memcpy(text, data, len);
	text[len] = '\0';
	len = strlen(text);
	if (client_name_valid(text))
		assert(len > 0 && len <= 64);
	(void)client_otp_valid(text);
	(void)wire_password_weak(text, "13812345678");
	client_mask_phone(text, out, sizeof(out));
	client_mask_card(text, out, sizeof(out));
	for (size_t i = 0; out[i] != '\0'; i++)
		stars += out[i] == '*';
	assert(strlen(out) - stars <= 10 || strchr(text, '*') != NULL);

	return 0;
}
