/*
 * Menu packages from text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/menu_source.h"

#include <stdio.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX   6
#define VERSION_MAX 65535

static enum ykt_status
bad(struct menu_source *source, const char *why)
{
	source->why = why;

	return YKT_E_FORMAT;
}

/*
 * Splits at blanks, in place; a word in quotes keeps its blanks and its first quote.
 * SIZE_MAX: a quote is open, or too many words.
 */
static size_t
split(char *line, char *words[WORDS_MAX])
{
	size_t count = 0;

	for (char *p = line;;) {
		char *end;

		p += strspn(p, " \t");
		if (*p == '\0' || *p == '#')
			return count;
		if (count == WORDS_MAX)
			return SIZE_MAX;
		words[count++] = p;
		end = *p == '"' ? strchr(p + 1, '"') : p + strcspn(p, " \t");
		if (end == NULL)
			return SIZE_MAX;
		if (*end == '\0')
			return count;
		*end = '\0';
		p = end + 1;
	}
}

static bool
copy_name(const char *word, char out[MENU_NAME_MAX])
{
	size_t len = strlen(word);

	if (len == 0 || len >= MENU_NAME_MAX || word[0] == '"')
		return false;
	memcpy(out, word, len + 1);

	return true;
}

/* The number of a text in quotes; a new one when nothing said it before. */
static bool
text_number(struct menu_source *source, const char *word, uint8_t *ret_number)
{
	size_t len = strlen(word);

	if (word[0] != '"' || len < 2 || len - 1 >= MENU_ID_MAX)
		return false;
	word++;
	for (uint8_t i = 0; i < MENU_TEXT_COUNT; i++) {
		if (strcmp(menu_text_msgids[i], word) == 0) {
			*ret_number = i;
			return true;
		}
	}
	for (uint8_t i = 0; i < source->text_count; i++) {
		if (strcmp(source->texts[i], word) == 0) {
			*ret_number = (uint8_t)(MENU_TEXT_COUNT + i);
			return true;
		}
	}
	if (MENU_TEXT_COUNT + source->text_count == MENU_TEXTS_MAX)
		return false;
	memcpy(source->texts[source->text_count], word, len);
	*ret_number = (uint8_t)(MENU_TEXT_COUNT + source->text_count++);

	return true;
}

static enum ykt_status
take_version(struct menu_source *source, char **words, size_t count)
{
	char *end;
	unsigned long version;

	if (count != 2 || source->version != 0)
		return bad(source, "version: one number, once");
	version = strtoul(words[1], &end, 10);
	if (*end != '\0' || words[1][0] == '-' || version == 0 || version > VERSION_MAX)
		return bad(source, "version: one number, once");
	source->version = (uint16_t)version;

	return YKT_OK;
}

static enum ykt_status
take_screen(struct menu_source *source, char **words, size_t count)
{
	struct menu_source_screen screen = { 0 };
	bool in = count == 5 && strcmp(words[3], "in") == 0;

	if (source->screen_count == MENU_SCREENS_MAX)
		return bad(source, "too many screens");
	if ((count != 3 && !in) || !copy_name(words[1], screen.name) ||
	    (in && !copy_name(words[4], screen.parent)))
		return bad(source, "screen NAME \"TITLE\" [in NAME]");
	for (uint8_t i = 0; i < source->screen_count; i++)
		if (strcmp(source->screens[i].name, screen.name) == 0)
			return bad(source, "that screen is there already");
	if (!text_number(source, words[2], &screen.title))
		return bad(source, "a text must be in quotes, and not too long");
	source->screens[source->screen_count++] = screen;

	return YKT_OK;
}

/* A number from 1 to max; 0 for none. */
static uint16_t
number_of(const char *word, unsigned long max)
{
	char *end;
	unsigned long number = strtoul(word, &end, 10);

	return *word < '0' || *word > '9' || *end != '\0' || number > max ? 0 : (uint16_t)number;
}

/* gateway ADDRESS [tcp PORT] [udp PORT] */
static enum ykt_status
take_gateway(struct menu_source *source, char **words, size_t count)
{
	static const char why[] = "gateway IP [tcp PORT] [udp PORT], once";
	uint8_t bytes[16];
	uint8_t len = 0;

	if (count != 4 && count != 6)
		return bad(source, why);
	if (inet_pton(AF_INET, words[1], bytes) == 1)
		len = 4;
	else if (inet_pton(AF_INET6, words[1], bytes) == 1)
		len = 16;
	if (source->address_len != 0 || len == 0)
		return bad(source, why);
	for (size_t i = 2; i < count; i += 2) {
		bool tcp = strcmp(words[i], "tcp") == 0;
		uint16_t *port = tcp ? &source->tcp_port : &source->udp_port;

		if ((!tcp && strcmp(words[i], "udp") != 0) || *port != 0)
			return bad(source, why);
		*port = number_of(words[i + 1], UINT16_MAX);
		if (*port == 0)
			return bad(source, why);
	}
	source->address_len = len;
	memcpy(source->address, bytes, len);

	return YKT_OK;
}

/* sms NUMBER: an even number of digits, of which each byte holds two, turned round. */
static enum ykt_status
take_sms(struct menu_source *source, char **words, size_t count)
{
	static const char why[] = "sms NUMBER, once: an even number of digits, 20 at most";
	size_t len = count == 2 ? strlen(words[1]) : 0;

	if (source->sms_len != 0 || len == 0 || len % 2 != 0 || len > (size_t)2 * MENU_SMS_MAX ||
	    strspn(words[1], "0123456789") != len)
		return bad(source, why);
	for (size_t i = 0; i < len; i += 2)
		source->sms[i / 2] = (uint8_t)((words[1][i + 1] - '0') << 4 | (words[1][i] - '0'));
	source->sms_len = (uint8_t)(len / 2);

	return YKT_OK;
}

/* Operations with an argument of their own; false for another word, or another argument. */
static bool
take_arg(char **words, struct menu_source_item *item)
{
	static const char *const bearers[] = { "", "tcp", "udp", "sms" };

	if (strcmp(words[0], "topup") == 0) {
		uint16_t yuan = number_of(words[1], 10 * MENU_TILES_MAX);

		item->op = MENU_OP_TOPUP;
		item->text_arg = (uint8_t)(yuan / 10);
		return yuan != 0 && yuan % 10 == 0;
	}
	if (strcmp(words[0], "bearer") != 0)
		return false;
	item->op = MENU_OP_BEARER;
	for (uint8_t i = MENU_BEARER_TCP; i <= MENU_BEARER_SMS; i++)
		if (strcmp(words[1], bearers[i]) == 0)
			item->text_arg = i;

	return item->text_arg != 0;
}

/* What an item does, by its words behind the text. */
static enum ykt_status
take_op(struct menu_source *source, char **words, size_t count, struct menu_source_item *item)
{
	static const struct {
		const char *word;
		enum menu_op op;
	} ops[] = {
		{ "balance", MENU_OP_BALANCE },
		{ "records", MENU_OP_RECORDS },
		{ "number", MENU_OP_NUMBER },
		{ "pin", MENU_OP_PIN },
		{ "register", MENU_OP_REGISTER },
		{ "topup", MENU_OP_TOPUP },
		{ "pay", MENU_OP_PAY },
		{ "account", MENU_OP_ACCOUNT },
		{ "collect", MENU_OP_COLLECT },
		{ "update", MENU_OP_UPDATE },
	};

	if (count == 2 && strcmp(words[0], "screen") == 0 && copy_name(words[1], item->screen)) {
		item->op = MENU_OP_SCREEN;
		return YKT_OK;
	}
	if (count == 2 && strcmp(words[0], "text") == 0 &&
	    text_number(source, words[1], &item->text_arg)) {
		item->op = MENU_OP_TEXT;
		return YKT_OK;
	}
	if (count == 2 && take_arg(words, item))
		return YKT_OK;
	for (size_t i = 0; count == 1 && i < YKT_ARRAY_LEN(ops); i++) {
		if (strcmp(words[0], ops[i].word) == 0) {
			item->op = (uint8_t)ops[i].op;
			return YKT_OK;
		}
	}

	return bad(source, "no such operation");
}

static enum ykt_status
take_item(struct menu_source *source, char **words, size_t count)
{
	struct menu_source_item item = { 0 };
	struct menu_source_screen *screen;
	enum ykt_status status;

	if (source->screen_count == 0)
		return bad(source, "an item before the first screen");
	screen = &source->screens[source->screen_count - 1];
	if (screen->item_count == MENU_ITEMS_MAX)
		return bad(source, "too many items");
	if (count < 3 || !text_number(source, words[1], &item.text))
		return bad(source, "a text must be in quotes, and not too long");
	status = take_op(source, words + 2, count - 2, &item);
	if (status == YKT_OK)
		screen->items[screen->item_count++] = item;

	return status;
}

enum ykt_status
menu_source_line(struct menu_source *source, char *line)
{
	char *words[WORDS_MAX];
	size_t count = split(line, words);

	if (count == SIZE_MAX)
		return bad(source, "an open quote, or too many words");
	if (count == 0)
		return YKT_OK;
	if (strcmp(words[0], "version") == 0)
		return take_version(source, words, count);
	if (strcmp(words[0], "gateway") == 0)
		return take_gateway(source, words, count);
	if (strcmp(words[0], "sms") == 0)
		return take_sms(source, words, count);
	if (strcmp(words[0], "screen") == 0)
		return take_screen(source, words, count);
	if (strcmp(words[0], "item") == 0)
		return take_item(source, words, count);

	return bad(source, "a line is version, gateway, sms, screen or item");
}

static bool
screen_number(const struct menu_source *source, const char *name, uint8_t *ret_number)
{
	for (uint8_t i = 0; i < source->screen_count; i++) {
		if (strcmp(source->screens[i].name, name) == 0) {
			*ret_number = i;
			return true;
		}
	}

	return false;
}

static bool
put_screen(const struct menu_source *source, const struct menu_source_screen *screen,
    struct menu_maker *maker)
{
	struct menu_item items[MENU_ITEMS_MAX];
	uint8_t parent = MENU_ROOT;

	if (screen->parent[0] != '\0' && !screen_number(source, screen->parent, &parent))
		return false;
	for (uint8_t i = 0; i < screen->item_count; i++) {
		const struct menu_source_item *item = &screen->items[i];

		items[i] = (struct menu_item){ item->text, item->op, item->text_arg };
		if (item->op == MENU_OP_SCREEN &&
		    !screen_number(source, item->screen, &items[i].arg))
			return false;
	}
	menu_pack_put_screen(maker, screen->title, parent, items, screen->item_count);

	return true;
}

enum ykt_status
menu_source_compile(struct menu_source *source, enum messages_lang lang, struct crypto *crypto,
    const struct crypto_sm2_key *key, struct ykt_buf *out)
{
	const struct menu_gateway gateway = { source->tcp_port, source->udp_port,
		ykt_bytes(source->address, source->address_len),
		ykt_bytes(source->sms, source->sms_len) };
	struct menu_maker maker;
	enum ykt_status status;

	if (source->version == 0 || source->screen_count == 0)
		return bad(source, "no version, or no screen");
	menu_pack_begin(
	    &maker, lang == MESSAGES_ZH ? MENU_LANG_ZH : MENU_LANG_EN, source->version, out);
	menu_pack_put_gateway(&maker, &gateway);
	for (size_t i = 0; i < MENU_TEXT_COUNT; i++)
		menu_pack_put_text(&maker, ykt_bytes_str(messages_text(lang, menu_text_msgids[i])));
	for (size_t i = 0; i < source->text_count; i++)
		menu_pack_put_text(&maker, ykt_bytes_str(messages_text(lang, source->texts[i])));
	for (size_t i = 0; i < source->screen_count; i++)
		if (!put_screen(source, &source->screens[i], &maker))
			return bad(source, "a screen that is not there");
	status = menu_pack_end(&maker, crypto, key);
	if (status == YKT_E_FORMAT || status == YKT_E_SPACE)
		return bad(
		    source, "more than a package or its first screen holds, or an empty screen");

	return status;
}
