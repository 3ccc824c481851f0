/*
 * What programs say to people, in the language of the locale: English message ids, and their
 * Chinese from po/zh_CN.services.po, compiled in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMON_WORDS_H
#define COMMON_WORDS_H

#include <stdbool.h>

/*
 * The name of the locale for messages: of LC_ALL, LC_MESSAGES and LANG the first that is set,
 * as POSIX has it; NULL: none is.
 */
const char *words_locale(void);

/*
 * The language of the command line, "en" or "zh", which counts before the locale from now on;
 * for main alone, before it says anything. lang stays the caller's.
 */
void words_lang(const char *lang);

/* The text in that language, or in that of the locale; the id itself where it has no Chinese. */
const char *words(const char *msgid) __attribute__((format_arg(1)));

/* That language is Chinese. */
bool words_chinese(void);

/* For struct argp's help_filter: argp frees what is not its own. */
char *words_argp(int key, const char *text, void *input);

#endif
