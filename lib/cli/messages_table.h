/*
 * The shape of the table that tools/gen-messages writes; nobody but messages.c reads it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_MESSAGES_TABLE_H
#define CLI_MESSAGES_TABLE_H

#include <stddef.h>

/* Sorted by source, byte by byte. */
struct message_row {
	const char *source;
	const char *chinese;
};

extern const struct message_row message_rows[];
extern const size_t message_row_count;

#endif
