/*
 * Texts for people: English message ids and their Chinese, from the catalogues
 * po/zh_CN*.po, compiled in. A locale that the system lacks still works.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_MESSAGES_H
#define CLI_MESSAGES_H

enum messages_lang { MESSAGES_EN, MESSAGES_ZH };

/* The text in that language; the message id itself where it has none. */
const char *messages_text(enum messages_lang lang, const char *msgid);

/*
 * The language that a locale name asks for: "zh_CN.UTF-8" and the like are
 * Chinese, anything else and NULL English.
 */
enum messages_lang messages_lang_of(const char *locale);

#endif
