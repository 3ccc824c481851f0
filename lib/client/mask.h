/*
 * What a user typed, and what a user may see: pure functions over text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_MASK_H
#define CLIENT_MASK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Card number: the first 6 and the last 4 digits, the rest stars; the leading 0
 * of a stored number is not shown. What is shorter than 11 digits is all stars.
 */
void client_mask_card(const char *card_no, char *out, size_t size);
/* 138****5678; anything that is no phone number is all stars. */
void client_mask_phone(const char *phone, char *out, size_t size);

/* Copies as much as fits, with a NUL. */
void client_text_copy(char *out, size_t size, const char *text);

/*
 * A person's name: UTF-8 of 1..64 bytes, no control characters, no invisible
 * direction marks, no blank at either end.
 */
bool client_name_valid(const char *name);
/* Six ASCII digits. */
bool client_otp_valid(const char *otp);

#endif
