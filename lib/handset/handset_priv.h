/*
 * What the files of the handset share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HANDSET_HANDSET_PRIV_H
#define HANDSET_HANDSET_PRIV_H

#include "handset/handset.h"

/* The answer to a command: what goes behind its head. */
struct handset_answer {
	uint8_t result; /* enum usat_result */
	bool has_info;  /* additional information on it */
	uint8_t info;
	struct ykt_buf *body; /* elements; they go when the command was carried out */
};

/* One command. */
typedef void handset_run_fn(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer);

/* handset_list.c: title and items of a command. False: more than a list holds, or bad texts. */
bool handset_list_read(struct handset_list *list, struct ykt_bytes body);

/* handset_ui.c: the commands that a user sees; each sets the answer. */
handset_run_fn handset_set_up_menu, handset_select_item, handset_display_text, handset_get_input,
    handset_get_inkey;
/* Asks for an item of list; *ret_place its place. YKT_CANCELLED: back; others end it. */
YKT_MUST_USE enum ykt_status
handset_ask_item(struct handset *handset, const struct handset_list *list, size_t *ret_place);

/* handset_net.c: channels and short messages. */
handset_run_fn handset_send_sms, handset_open_channel, handset_close_channel, handset_receive_data,
    handset_send_data, handset_channel_status;
/* Is there for short messages, if there is such a service. */
void handset_register(struct handset *handset);
/* Ends every connection. */
void handset_hang_up(struct handset *handset);

/* handset_time.c: timers, and what else the phone knows. */
handset_run_fn handset_timer, handset_local_information, handset_event_list, handset_refresh;

/* handset_event.c: tells the card what happens, until nothing is awaited. */
YKT_MUST_USE enum ykt_status handset_settle(struct handset *handset);

/*
 * handset.c: an envelope, and the commands that follow it; *ret_sw the card's last
 * word. What the card answers to the envelope is appended to data, if it is given.
 */
YKT_MUST_USE enum ykt_status handset_tell(
    struct handset *handset, struct ykt_bytes envelope, struct ykt_buf *data, uint16_t *ret_sw);

#endif
