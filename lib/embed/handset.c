/*
 * A handset over the networks of this host.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/handset.h>

#include <string.h>

#include <ykt/mem.h>

#include "handset/handset.h"
#include "link/net_socket.h"

#define RESET_MS 20000
#define N_(text) text

struct phone {
	struct handset handset;
	struct net_socket net;
};

static const char *
why(enum ykt_status status)
{
	switch (status) {
	case YKT_NOT_FOUND:
		return N_("This card has no menu.");
	case YKT_CANCELLED:
		return N_("You left while the card was at work. What it has begun it takes up when "
			  "you open the menu again.");
	case YKT_E_DEADLINE:
		return N_("Nothing was chosen for a while, so the menu was closed. Open it again.");
	case YKT_E_LINK:
		return N_("The secure element does not answer.");
	case YKT_E_CARD:
		return N_("The card answers, but not as a card with a menu must.");
	default:
		return N_("The menu of the card could not be worked with. Open it again.");
	}
}

static void
say(const struct ykt_ui *ui, enum ykt_status status)
{
	const struct ykt_screen screen = {
		.id = "card_menu",
		.title = N_("Menu of the card"),
		.text = why(status),
		.tone = status == YKT_CANCELLED ? YKT_TONE_WAIT : YKT_TONE_BAD,
	};

	if (status != YKT_OK)
		ui->result(ui->ctx, &screen);
}

/* The phone's power: the element begins anew, whatever another function left selected. */
static enum ykt_status
power(const struct ykt_handset_options *o)
{
	uint8_t bytes[64];
	struct ykt_buf atr = YKT_BUF(bytes);

	return o->se->reset(o->se->ctx, &atr, ykt_clock_mono(o->clock) + RESET_MS);
}

static enum ykt_status
work(struct phone *phone, const struct ykt_handset_options *o)
{
	uint8_t owner[AIR_IDENTITY_LEN];
	struct handset_options options = { .se = o->se,
		.clock = o->clock,
		.ui = o->ui,
		.net = &phone->net.port,
		.lang = o->lang };
	enum ykt_status status = power(o);

	if (status == YKT_OK && o->sms != NULL && handset_owner(o->se, o->clock, owner)) {
		net_socket_set_identity(&phone->net, owner);
		options.registers = true;
	}
	handset_init(&phone->handset, &options);
	if (status == YKT_OK)
		status = handset_start(&phone->handset);
	if (status == YKT_OK)
		status = handset_run(&phone->handset);
	handset_clear(&phone->handset);

	return status;
}

enum ykt_status
ykt_handset_run(const struct ykt_handset_options *options)
{
	struct phone *phone;
	enum ykt_status status;

	if (options == NULL || options->se == NULL || options->clock == NULL || options->ui == NULL)
		return YKT_E_ARG;
	phone = ykt_mem_get(&ykt_alloc_libc, sizeof(*phone));
	if (phone == NULL)
		return YKT_E_NOMEM;
	memset(phone, 0, sizeof(*phone));
	status = net_socket_init(&phone->net, options->clock, options->sms);
	if (status == YKT_OK) {
		status = work(phone, options);
		say(options->ui, status);
	}
	net_socket_clear(&phone->net);
	ykt_mem_put(&ykt_alloc_libc, &phone, sizeof(*phone));

	return status;
}
