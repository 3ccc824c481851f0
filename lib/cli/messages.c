/*
 * Texts for people.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/messages.h"

#include <stdlib.h>
#include <string.h>

#include "cli/messages_table.h"

static int
compare(const void *key, const void *row)
{
	return strcmp(key, ((const struct message_row *)row)->source);
}

const char *
messages_text(enum messages_lang lang, const char *msgid)
{
	const struct message_row *row;

	if (lang == MESSAGES_EN)
		return msgid;
	row = bsearch(msgid, message_rows, message_row_count, sizeof(message_rows[0]), compare);

	return row != NULL ? row->chinese : msgid;
}

enum messages_lang
messages_lang_of(const char *locale)
{
	return locale != NULL && strncmp(locale, "zh", 2) == 0 ? MESSAGES_ZH : MESSAGES_EN;
}
