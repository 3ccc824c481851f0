/*
 * The phone around an element with a menu of its own (TS 102 223; the SIM profile of
 * JT/T 1059.5): the menu is drawn through the ui port, and what the element sends goes
 * to the network of this host. What the menu does is the element's affair and the
 * platform's; nothing here knows money.
 *
 * It says on the ui port:
 *
 *   ask       "card_list"    a menu, or a choice: a text field "item" for each line, its
 *                            label "1", "2"...; the answer is that number, 0 to go back
 *             "card_text"    a text that is read until the user goes on; no field
 *             "card_input"   its title is the question; one line, secret where the
 *                            element wants no echo; an empty answer goes back
 *             "card_key"     the same for one character, or 1 and 0 for yes and no
 *   show      "card_text"    a text that stands until something else does
 *   progress  while the element is at work with the network; true ends the session
 *   result    "card_menu"    why it ended, where it was not the user who left it
 *
 * Titles, texts and items are the element's own words, not message ids. YKT_CANCELLED
 * from ask() ends what the element was doing, as a handset's end key does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_HANDSET_H
#define YKT_HANDSET_H

#include <ykt/driver/clock.h>
#include <ykt/driver/se.h>
#include <ykt/driver/ui.h>
#include <ykt/status.h>

/* Everything is borrowed until the call is over. */
struct ykt_handset_options {
	const struct ykt_se *se; /* the wired side, as ykt_host_fill() gives it */
	const struct ykt_clock *clock;
	const struct ykt_ui *ui;
	const char *sms;  /* IP:PORT of the platform's service centre; NULL: no short messages */
	const char *lang; /* of the phone, two letters; NULL: "zh" */
};

/*
 * Resets the element, shows its menu and does what the user chooses, again and again,
 * until he leaves: YKT_OK. What the element had begun with the platform and not ended,
 * it takes up at its next start.
 *
 * YKT_E_ARG       a table is missing, or sms is no address
 * YKT_NOT_FOUND   the element has no menu
 * YKT_CANCELLED   the user left while the element was at work
 * YKT_E_DEADLINE  nothing was chosen for a minute
 * YKT_E_CARD      the element broke the protocol, or came to no end
 * YKT_E_LINK and others of the se port; YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status ykt_handset_run(const struct ykt_handset_options *options);

#endif
