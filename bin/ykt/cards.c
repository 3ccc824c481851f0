/*
 * Cards by their address, for the commands of lib/cli.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cards.h"

#include <string.h>

#include <ykt/mem.h>

#include "link/se_open.h"

#define OPEN_TIME_MS 5000

/* A sentence for each token of se_link_open(). */
static const char *
sentence(const char *token)
{
	static const struct {
		const char *token;
		const char *text;
	} table[] = {
		{ "address", "not an address of a card; see ykt card --help" },
		{ "no_service", "There is no card reader service (pcscd)." },
		{ "no_reader", "There is no such card reader." },
		{ "no_card", "There is no card in the reader." },
		{ "no_peer", "There is nobody at that address." },
		{ "busy", "Another program uses the card." },
		{ "mute", "The card does not answer." },
		{ "denied", "The element does not take this caller's name." },
	};

	for (size_t i = 0; token != NULL && i < YKT_ARRAY_LEN(table); i++)
		if (strcmp(table[i].token, token) == 0)
			return table[i].text;

	return "The card could not be read.";
}

static enum ykt_status
open_side(struct cards *cards, enum ykt_se_iface iface, const char *address,
    const struct ykt_se **ret_se, const char **ret_why)
{
	const struct se_open_options options = {
		.alloc = &ykt_alloc_libc,
		.clock = cards->clock,
		.iface = iface,
		.deadline_mono_ms = ykt_clock_mono(cards->clock) + OPEN_TIME_MS,
		.caller = cards->caller,
	};
	const char *token = NULL;
	enum ykt_status status = se_link_open(&options, address, &cards->link, &token);

	if (status == YKT_OK)
		*ret_se = se_link_port(cards->link);
	else
		*ret_why = sentence(token);

	return status;
}

static enum ykt_status
cards_open(void *ctx, const char *address, const struct ykt_se **ret_se, const char **ret_why)
{
	return open_side(ctx, YKT_SE_CONTACTLESS, address, ret_se, ret_why);
}

static enum ykt_status
cards_open_wired(void *ctx, const char *address, const struct ykt_se **ret_se, const char **ret_why)
{
	return open_side(ctx, YKT_SE_WIRED, address, ret_se, ret_why);
}

static void
cards_close(void *ctx)
{
	struct cards *cards = ctx;

	se_link_close(&cards->link);
	net_socket_clear(&cards->net);
}

static enum ykt_status
cards_net(void *ctx, const char *sms, const struct ykt_net **ret_net)
{
	struct cards *cards = ctx;
	enum ykt_status status = net_socket_init(&cards->net, cards->clock, sms);

	if (status == YKT_OK)
		*ret_net = &cards->net.port;

	return status;
}

static void
cards_net_owner(void *ctx, const uint8_t *identity)
{
	net_socket_set_identity(&((struct cards *)ctx)->net, identity);
}

struct cli_cards
cards_port(struct cards *cards, const struct ykt_clock *clock)
{
	*cards = (struct cards){ .clock = clock };

	return (struct cli_cards){ cards, cards_open, cards_close, cards_open_wired, cards_net,
		cards_net_owner };
}
