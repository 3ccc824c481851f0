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

#define MENU_ITEM_MORE  0xFE /* item id of "next page" */
#define SW_TOOLKIT_BUSY 0x9300

/* menu.c */
/* Lets the command that menu->show says wait for its FETCH. */
void menu_issue(struct se_menu *menu);
/* What was shown is over: back to the list, or to the handset's own menu. */
void menu_go_back(struct se_menu *menu);

/* menu_build.c: appends the command that menu->show says. */
void menu_build(const struct se_menu *menu, const struct menu_os *os, struct ykt_buf *out);
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

#define MENU_TALK_CMD_MAX  208 /* a block of a menu is the longest command */
#define MENU_TALK_DATA_MAX 160 /* the FCI of a purse is the longest answer */

/* A conversation by APDU on a logical channel; its end wipes it. */
struct menu_talk {
	const struct menu_os *os;
	uint8_t channel; /* 0: none is open */
	uint8_t cmd_bytes[MENU_TALK_CMD_MAX];
	struct ykt_buf cmd;
	uint8_t data_bytes[MENU_TALK_DATA_MAX];
	struct ykt_buf data;
};

/* menu_read.c: opens a channel and selects; the SELECT's word. End it in any case. */
uint16_t menu_talk_open(struct menu_talk *talk, const struct menu_os *os, struct ykt_bytes aid);
/* The same with the first purse. */
uint16_t menu_talk_purse(struct menu_talk *talk, const struct menu_os *os);
/* One on a channel that is open already. */
void menu_talk_again(struct menu_talk *talk, const struct menu_os *os, uint8_t channel);
/* Sends what cmd holds, on the channel; the answer's data in data. */
uint16_t menu_talk_send(struct menu_talk *talk);
void menu_talk_end(struct menu_talk *talk);
/* What the user hears when the purse says no. */
enum menu_text menu_refusal(uint16_t sw);

/* menu_load.c */
/* The purse's serial; false, and why, without one. */
YKT_MUST_USE bool menu_load_serial(
    const struct menu_os *os, uint8_t ret_serial[AIR_SERIAL_LEN], enum menu_text *ret_why);
YKT_MUST_USE bool menu_load_balance(const struct menu_os *os, uint32_t *ret_fen);
/*
 * Runs a script on the channel of the load, to the first word that is not 9000. The
 * last command's word, and its data in *data, which has AIR_DATA_MAX.
 */
uint16_t menu_load_run(
    struct se_menu *menu, const struct menu_os *os, struct ykt_bytes script, struct ykt_buf *data);
/* Closes that channel if it is open. */
void menu_load_leave(struct se_menu *menu, const struct menu_os *os);
/* A block of a new menu; its word. After the last one the menu is a new one. */
uint16_t
menu_load_block(const struct menu_os *os, struct ykt_bytes block, uint8_t number, bool last);

/* menu_flow.c: operations with the platform. */
struct menu_question {
	uint8_t text; /* enum menu_text */
	uint8_t min;
	uint8_t max;
	bool hidden;
};

/* Of flow.ask. */
const struct menu_question *menu_flow_question(const struct se_menu *menu);
void menu_flow_begin(struct se_menu *menu, const struct menu_os *os, struct menu_item item);
/* Takes up what is written down; nothing happens when there is nothing. */
void menu_flow_resume(struct se_menu *menu, const struct menu_os *os, bool silent);
/* Answers of GET INPUT and GET INKEY. 6A80: they are none. */
uint16_t menu_flow_typed(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body);
uint16_t menu_flow_key(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body);
/* LOAD BEGIN for the order in flow.ref; zeros: the oldest that waits. */
void menu_flow_load(struct se_menu *menu, const struct menu_os *os);
/* Runs an answer's script; the purse's answer goes up. */
void
menu_flow_report(struct se_menu *menu, const struct menu_os *os, const struct air_answer *answer);
/* Is there a newer menu (AIR_MENU), or the next block of it. */
void menu_flow_update(struct se_menu *menu, const struct menu_os *os, enum air_op op);
bool menu_flow_is_load(uint8_t call);
/* menu_answer.c: the platform's answer, which lies in flow.rx. */
void menu_flow_answer(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes plain);
/* menu_flow.c: ends the operation with a text. */
void menu_flow_say(struct se_menu *menu, const struct menu_os *os, enum menu_text text);
/* menu_answer.c: the connection is over: flow.then. */
void menu_flow_go_on(struct se_menu *menu, const struct menu_os *os);
/* The call that was made may have counted, or a load of it may wait: it is kept. */
bool menu_flow_keeps(const struct se_menu *menu);

/* menu_net.c: the way to the gateway. */
/* The bearer to begin with; NONE: the handset has none, or the package. */
uint8_t menu_net_bearer(const struct se_menu *menu, const struct menu_os *os);
/* Sends the call that is written down, and waits for its answer. */
void menu_net_send(struct se_menu *menu, const struct menu_os *os);
/* Gives back timer and channel, then shows that. */
void menu_net_finish(struct se_menu *menu, const struct menu_os *os, enum menu_show then);
/* True while menu->show is one of its commands. */
bool menu_net_shows(const struct se_menu *menu);
/* Its command was carried out, or was not. */
uint16_t menu_net_done(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body);
void menu_net_failed(struct se_menu *menu, const struct menu_os *os);
/* An event or the end of a timer. */
uint16_t menu_net_event(
    struct se_menu *menu, const struct menu_os *os, const struct usat_envelope *envelope);

/* menu_command.c: the elements of its commands. */
void menu_command_put(const struct se_menu *menu, const struct menu_os *os, struct ykt_buf *out);
uint8_t menu_command_type(const struct se_menu *menu);
uint8_t menu_command_qualifier(const struct se_menu *menu);
uint8_t menu_command_dest(const struct se_menu *menu);

/* menu_text.c: UTF-8 texts of numbers. */
void menu_put_text(struct ykt_buf *out, const struct menu_pack *pack, enum menu_text text);
void menu_put_ascii(struct ykt_buf *out, const char *text);
void menu_put_fen(struct ykt_buf *out, uint32_t fen);
/* The same with the currency, and a sign when it is below zero. */
void menu_put_yuan(struct ykt_buf *out, const struct menu_pack *pack, int64_t fen);
/* What MENU_SHOW_ASK, CONFIRM and ANSWER say. */
void menu_put_flow(const struct se_menu *menu, const struct menu_pack *pack, struct ykt_buf *text);
/* A byte of two BCD digits. */
void menu_put_bcd(struct ykt_buf *out, uint8_t byte);

#endif
