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
	uint8_t result;       /* enum usat_result */
	struct ykt_buf *body; /* elements */
};

/* handset_list.c: title and items of a command. False: more than a list holds, or bad texts. */
bool handset_list_read(struct handset_list *list, struct ykt_bytes body);

/* handset_ui.c: the commands that a user sees; each sets the answer. */
void handset_set_up_menu(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer);
void handset_select_item(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer);
void handset_display_text(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer);
void handset_get_input(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer);
/* Asks for an item of list; *ret_place its place. YKT_CANCELLED: back; others end it. */
YKT_MUST_USE enum ykt_status
handset_ask_item(struct handset *handset, const struct handset_list *list, size_t *ret_place);

#endif
