/*
 * Balance and records: off the card, and from the account (C5-QRY-1, -2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/civil.h>

#include "client/element.h"
#include "client/flow.h"
#include "client/mask.h"
#include "client/merge.h"
#include "client/wallet.h"

#define RECORDS_LIMIT 50

/* The card that is meant, unless another client tells of it: then there is none here. */
static enum ykt_status
select_card(struct ykt_client *client, char card_no[CLIENT_CARD_NO_LEN])
{
	if (client->card_elsewhere)
		return YKT_NOT_FOUND;

	return client_element_select(client, NULL, card_no, NULL);
}

/* What is said when neither came; what another client says of the card is not said again. */
static enum ykt_status
neither(const struct ykt_client *client, enum ykt_status card, enum ykt_status account)
{
	return client->card_elsewhere ? account : card;
}

static enum ykt_status
card_balance(struct ykt_client *client, char card_no[CLIENT_CARD_NO_LEN])
{
	struct client_view *view = &client->view;
	ykt_fen balance = 0;
	enum ykt_status status;

	status = select_card(client, card_no);
	if (status == YKT_OK)
		status = client_purse_balance(client, &balance);
	if (status != YKT_OK)
		return status;
	client_view_card(view, "card", N_("Card"), card_no);
	client_view_money(view, "balance_card", N_("Balance on the card"), balance);
	client_view_time(view, "balance_card_time", N_("Read from the card at"),
	    ykt_clock_wall(client->o.env.clock));

	return YKT_OK;
}

static enum ykt_status
account_balance(struct ykt_client *client, const char *card_no)
{
	struct client_view *view = &client->view;
	struct wire_card_balance_req req = { 0 };
	struct wire_card card;
	enum ykt_status status;

	client_text_copy(req.card_no, sizeof(req.card_no), card_no);
	status = client_call(client, "card.balance", NULL, &req, &card);
	if (status != YKT_OK)
		return status;
	client_view_money(view, "balance_account", N_("Balance in the account"), card.balance_fen);
	client_view_time(view, "balance_account_time", N_("The account's state of"), card.as_of_ms);
	client_view_money(view, "pending", N_("Not final yet"), card.pending_fen);

	return YKT_OK;
}

/* The account's only card, when the element cannot say which. YKT_NOT_FOUND. */
static enum ykt_status
only_card(struct ykt_client *client, char card_no[CLIENT_CARD_NO_LEN])
{
	const struct wire_empty empty = { 0 };
	struct wire_card_list_rsp *list = &client->lists.cards;
	enum ykt_status status = client_call(client, "card.list", NULL, &empty, list);

	if (status == YKT_OK && list->cards_count != 1)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK) {
		client_text_copy(card_no, CLIENT_CARD_NO_LEN, list->cards[0].card_no);
		client_view_card(&client->view, "card", N_("Card"), card_no);
	}

	return status;
}

static enum ykt_status
balance_run(struct ykt_client *client)
{
	char card_no[CLIENT_CARD_NO_LEN];
	enum ykt_status card, account;

	card = card_balance(client, card_no);
	if (card == YKT_E_DOWN)
		return card;
	if (card != YKT_OK)
		account = only_card(client, card_no);
	else
		account = YKT_OK;
	if (account == YKT_OK)
		account = account_balance(client, card_no);
	if (account == YKT_E_DOWN)
		return account;
	if (card != YKT_OK && account == YKT_OK)
		client_view_text(&client->view, "fault", N_("Card"),
		    client_words(CLIENT_FLOW_BALANCE, card).text);
	if (card == YKT_OK && account != YKT_OK)
		client_view_text(&client->view, "fault", N_("Account"),
		    client_words(CLIENT_FLOW_BALANCE, account).text);

	return card == YKT_OK || account == YKT_OK ? YKT_OK : neither(client, card, account);
}

enum ykt_status
ykt_client_balance(struct ykt_client *client)
{
	client_begin(client);
	if (client_seless(client))
		return client_end(client, CLIENT_FLOW_BALANCE, client_wallet_show(client));

	return client_end(client, CLIENT_FLOW_BALANCE, balance_run(client));
}

/* One record by number; *ret_more is false when the card has no such. */
static enum ykt_status
read_record(
    struct ykt_client *client, uint8_t sfi, uint8_t number, struct client_rsp *rsp, bool *ret_more)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	enum ykt_status status;

	purse_read_record_build(sfi, number, &out);
	status = client_card_do(client, &out, rsp);
	*ret_more = status == YKT_OK && !record_empty(rsp->data);

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

/* A malformed record is left out; those behind it are read all the same. */
static enum ykt_status
read_card(struct ykt_client *client, struct merge *merge, char card_no[CLIENT_CARD_NO_LEN])
{
	static const struct {
		uint8_t sfi;
		uint8_t count;
	} files[] = { { PURSE_SFI_TRIP, RECORD_TRIP_COUNT }, { PURSE_SFI_LOG, RECORD_LOG_COUNT } };
	struct client_rsp rsp;
	enum ykt_status status = select_card(client, card_no);

	for (size_t f = 0; f < YKT_ARRAY_LEN(files) && status == YKT_OK; f++) {
		bool more = true;

		for (uint8_t i = 1; status == YKT_OK && more && i <= files[f].count; i++) {
			status = read_record(client, files[f].sfi, i, &rsp, &more);
			if (status != YKT_OK || !more)
				break;
			if (files[f].sfi == PURSE_SFI_TRIP)
				merge_add_trip(merge, rsp.data);
			else
				merge_add_log(merge, rsp.data);
		}
	}

	return status;
}

static enum ykt_status
read_account(struct ykt_client *client, struct merge *merge, const char *card_no)
{
	struct wire_card_records_req req = { .limit = RECORDS_LIMIT,
		.has_from_ms = merge->from_ms != 0,
		.from_ms = merge->from_ms,
		.has_to_ms = merge->to_ms != 0,
		.to_ms = merge->to_ms };
	struct wire_card_records_rsp *list = &client->lists.records;
	enum ykt_status status;

	client_text_copy(req.card_no, sizeof(req.card_no), card_no);
	status = client_call(client, "card.records", NULL, &req, list);
	for (size_t i = 0; status == YKT_OK && i < list->records_count; i++)
		merge_add_account(merge, &list->records[i]);

	return status;
}

static void
show(struct ykt_client *client, struct merge *merge)
{
	static const char *const sources[] = { "card", "account", "both" };
	struct client_view *view = &client->view;

	if (merge->from_ms != 0)
		client_view_time(view, "from", N_("From"), merge->from_ms);
	if (merge->to_ms != 0)
		client_view_time(view, "to", N_("Before"), merge->to_ms);
	merge_trim(merge);
	merge_sort(merge);
	for (size_t i = 0; i < merge->count; i++) {
		const struct merge_row *row = &merge->rows[i];

		client_view_time(view, "record.time", N_("Time"), row->time_ms);
		client_view_text(view, "record.kind", N_("What"), client_token_text(row->kind));
		client_view_money(view, "record.amount", N_("Amount"), row->amount_fen);
		client_view_text(view, "record.place", N_("Place"), row->place);
		client_view_text(view, "record.stop", N_("Station"), row->stop);
		client_view_text(view, "record.source", N_("Source"),
		    client_token_text(sources[row->source - 1]));
	}
}

/* Without an element there is the wallet alone. */
static enum ykt_status
records_seless(struct ykt_client *client, struct merge *merge)
{
	enum ykt_status status = client_wallet_records(client, merge);

	if (status == YKT_OK)
		show(client, merge);

	return status;
}

static enum ykt_status
records_run(struct ykt_client *client, struct merge *merge)
{
	char card_no[CLIENT_CARD_NO_LEN];
	enum ykt_status card, account;

	card = read_card(client, merge, card_no);
	if (card == YKT_E_DOWN)
		return card;
	account = card == YKT_OK ? YKT_OK : only_card(client, card_no);
	if (account == YKT_OK)
		account = read_account(client, merge, card_no);
	if (account == YKT_E_DOWN)
		return account;
	if (card != YKT_OK && account != YKT_OK)
		return neither(client, card, account);
	if (card == YKT_OK)
		client_view_card(&client->view, "card", N_("Card"), card_no);
	if (card != YKT_OK || account != YKT_OK)
		client_view_text(&client->view, "fault",
		    card != YKT_OK ? N_("Card") : N_("Account"),
		    client_words(CLIENT_FLOW_RECORDS, card != YKT_OK ? card : account).text);
	show(client, merge);

	return YKT_OK;
}

/* Until the year 9999, which is as far as a card's date goes. */
static bool
span_valid(int64_t from_ms, int64_t to_ms)
{
	return from_ms >= 0 && to_ms >= 0 && from_ms <= WIRE_TIME_MAX && to_ms <= WIRE_TIME_MAX &&
	       (to_ms == 0 || from_ms < to_ms);
}

static enum ykt_status
records_between(struct ykt_client *client, int64_t from_ms, int64_t to_ms)
{
	struct merge *merge;
	enum ykt_status status;

	if (!span_valid(from_ms, to_ms))
		return YKT_E_ARG;
	merge = ykt_mem_get(client->o.env.alloc, sizeof(*merge));
	if (merge == NULL)
		return YKT_E_NOMEM;
	merge->from_ms = from_ms;
	merge->to_ms = to_ms;
	status = client_seless(client) ? records_seless(client, merge) : records_run(client, merge);
	ykt_mem_put(client->o.env.alloc, &merge, sizeof(*merge));

	return status;
}

enum ykt_status
ykt_client_records(struct ykt_client *client)
{
	return ykt_client_records_between(client, 0, 0);
}

enum ykt_status
ykt_client_records_between(struct ykt_client *client, int64_t from_ms, int64_t to_ms)
{
	client_begin(client);

	return client_end(client, CLIENT_FLOW_RECORDS, records_between(client, from_ms, to_ms));
}
