/*
 * What the files of the menu application share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_MENU_PRIV_H
#define SE_MENU_PRIV_H

#include "card/menu_pack.h"
#include "card/usat.h"
#include "se/menu.h"

#define MENU_ITEM_MORE 0xFE /* item id of "next page" */

/* menu_build.c: appends the command that menu->show says. */
void menu_build(const struct se_menu *menu, const struct menu_pack *pack, struct ykt_buf *out);
/* The type of that command. */
uint8_t menu_build_type(const struct se_menu *menu);
uint8_t menu_build_qualifier(const struct se_menu *menu);
/* The index after the last item of the page that begins with from. */
uint8_t menu_page_end(const struct menu_pack *pack, const struct menu_screen *screen, uint8_t from);

/*
 * menu_read.c: the purse, by APDU, on a logical channel that is opened for it and
 * closed again. Each sets menu->show: to what it read, or to a text why not.
 */
void menu_read_balance(struct se_menu *menu, const struct menu_os *os);
void menu_read_number(struct se_menu *menu, const struct menu_os *os);
/* The page from menu->from; false, and nothing to show, after the last one. */
bool menu_read_records(struct se_menu *menu, const struct menu_os *os);
/* CHANGE PIN with what menu->pin holds, which is wiped. */
void menu_change_pin(struct se_menu *menu, const struct menu_os *os);

/* menu_text.c: UTF-8 texts of numbers. */
void menu_put_text(struct ykt_buf *out, const struct menu_pack *pack, enum menu_text text);
void menu_put_ascii(struct ykt_buf *out, const char *text);
void menu_put_fen(struct ykt_buf *out, uint32_t fen);
/* A byte of two BCD digits. */
void menu_put_bcd(struct ykt_buf *out, uint8_t byte);

#endif
