/*
 * menu_pack_open(), menu_pack_view(): a refusal leaves the output alone; in what is accepted every
 * text, screen and item can be reached, and leads somewhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/menu_pack.h"
#include "fuzz.h"

static void
check_screen(const struct menu_pack *pack, uint8_t number)
{
	struct menu_screen screen = menu_pack_screen(pack, number);

	assert(screen.title < pack->text_count && screen.parent < pack->screen_count);
	assert(screen.item_count > 0 && screen.items.len == 3u * screen.item_count);
	for (uint8_t i = 0; i < screen.item_count; i++) {
		struct menu_item item = menu_screen_item(&screen, i);

		assert(item.text < pack->text_count && item.op > 0 && item.op < MENU_OP_COUNT);
		assert(item.op != MENU_OP_SCREEN || item.arg < pack->screen_count);
		assert(item.op != MENU_OP_TEXT || item.arg < pack->text_count);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct menu_pack pack = { .version = 0x5A5A, .text_count = 0 }, view = { 0 };
	struct ykt_bytes in = ykt_bytes(data, len);

	assert(menu_pack_len(in) <= MENU_PACK_MAX);
	if (menu_pack_view(in, &view) == YKT_OK) {
		for (uint8_t i = 0; i < view.screen_count; i++)
			check_screen(&view, i);
	}
	if (menu_pack_open(in, &pack) != YKT_OK) {
		assert(pack.version == 0x5A5A && pack.text_count == 0);
		return 0;
	}
	assert(menu_pack_len(in) == len + CRYPTO_SM2_SIG_LEN);
	assert(view.screen_count == pack.screen_count && view.version == pack.version);
	for (uint8_t i = 0; i < pack.text_count; i++)
		assert(menu_pack_text(&pack, i).len > 0);
	for (uint8_t i = 0; i < pack.screen_count; i++)
		check_screen(&pack, i);

	return 0;
}
