/*
 * What programs say to people.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include "words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/bytes.h>

#include "cli/messages.h"

const char *
words_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return value;
	}

	return NULL;
}

/* Of the process, as the locale of its environment is. */
static const char *asked;

void
words_lang(const char *lang)
{
	asked = lang;
}

static enum messages_lang
language(void)
{
	return messages_lang_of(asked != NULL ? asked : words_locale());
}

const char *
words(const char *msgid)
{
	return messages_text(language(), msgid);
}

bool
words_chinese(void)
{
	return language() == MESSAGES_ZH;
}

char *
words_argp(int key, const char *text, void *input)
{
	const char *own = text != NULL ? words(text) : text;

	(void)key;
	(void)input;

	return own != text ? strdup(own) : (char *)(uintptr_t)text;
}
