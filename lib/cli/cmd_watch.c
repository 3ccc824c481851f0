/*
 * ykt watch: the new balance after each tap of a card in the phone.
 *
 * The element's transaction event is a hint (card/tap_event.h): nothing signs
 * it and it may be lost. So what is shown was always read from the card, and
 * the card is read now and then without a hint too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/civil.h>
#include <ykt/money.h>

#include "card/host_cmd.h"
#include "cli/card_view.h"

#define POLL_MS      200
#define LOOK_MS      15000 /* without a hint */
#define READ_TIME_MS 2000
#define TRIES_MAX    25 /* to read a card that is in use; then the next look does */
#define COUNT_MAX    1000000

struct watch {
	struct cli *cli;
	const struct ykt_se *se;
	unsigned long left; /* balances to show; 0: no end */
	unsigned tries;     /* 0: nothing is to be read */
	bool hinted;
	uint8_t aid[HOST_AID_MAX];
	size_t aid_len; /* 0: of the first purse */
	bool shown;
	int64_t shown_fen;
	int64_t look_at;
};

static int
usage(struct cli *cli, FILE *stream, int code)
{
	fprintf(stream, "%s\n\n%s\n", cli_text(cli, "usage: ykt watch [--count N] ADDRESS"),
	    cli_text(cli, "ADDRESS is the wired side of a card process, such as "
			  "socket:se.sock of ykt-se. N taps end it; else it goes on."));

	return code;
}

static void
want(struct watch *watch, bool hinted, struct ykt_bytes aid)
{
	watch->tries = TRIES_MAX;
	watch->hinted = watch->hinted || hinted;
	if (!hinted)
		return;
	watch->aid_len = aid.len;
	if (aid.len != 0)
		memcpy(watch->aid, aid.data, aid.len);
}

/*
 * Asks for an event. An answer that is none of ours is a hint to nothing in
 * particular. YKT_REFUSED: whoever answers there knows no events.
 */
static enum ykt_status
ask(struct watch *watch)
{
	const int64_t deadline = ykt_clock_mono(watch->cli->clock) + READ_TIME_MS;
	uint8_t cmd_bytes[APDU_HEADER_LEN + 1];
	uint8_t rsp_bytes[APDU_SHORT_RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf out = YKT_BUF(rsp_bytes);
	struct host_event event = { 0 };
	struct apdu_rsp rsp;
	enum ykt_status status;

	host_event_build(&cmd);
	status = watch->se->transceive(watch->se->ctx, ykt_buf_view(&cmd), &out, deadline);
	if (status == YKT_OK)
		status = apdu_rsp_decode(ykt_buf_view(&out), &rsp);
	if (status != YKT_OK)
		return status;
	if (rsp.sw != 0x9000)
		return YKT_REFUSED;
	if (host_event_decode(rsp.data, &event) != YKT_NOT_FOUND)
		want(watch, true, event.aid);

	return YKT_OK;
}

static void
show(struct watch *watch, const struct card_view *view)
{
	struct cli *cli = watch->cli;
	char when[YKT_CIVIL_TEXT_MAX];
	char money[YKT_FEN_TEXT_MAX];

	ykt_civil_text(ykt_clock_wall(cli->clock), when);
	ykt_fen_text(view->balance_fen, money);
	fprintf(cli->out, "%s  %s  %s %s %s\n", when, view->number, cli_text(cli, "Balance"), money,
	    cli_text(cli, "yuan"));
	fflush(cli->out);
}

/* True when the last balance that was asked for has been shown. */
static bool
look(struct watch *watch)
{
	const int64_t now = ykt_clock_mono(watch->cli->clock);
	const struct ykt_bytes aid = ykt_bytes(watch->aid, watch->aid_len);
	struct card_view view;
	bool counts;

	watch->look_at = now + LOOK_MS;
	watch->tries--;
	if (card_view_balance(watch->se, aid, now + READ_TIME_MS, &view) != YKT_OK)
		return false;
	counts = watch->hinted || (watch->shown && view.balance_fen != watch->shown_fen);
	if (counts || !watch->shown)
		show(watch, &view);
	watch->tries = 0;
	watch->hinted = false;
	watch->shown = true;
	watch->shown_fen = view.balance_fen;

	return counts && watch->left != 0 && --watch->left == 0;
}

static int
watch_card(struct watch *watch)
{
	struct cli *cli = watch->cli;

	for (;;) {
		if (ask(watch) == YKT_REFUSED) {
			fprintf(cli->err, "%s\n",
			    cli_text(cli, "Nobody at that address tells of taps."));
			return CLI_FAILED;
		}
		if (watch->tries == 0 && ykt_clock_mono(cli->clock) >= watch->look_at)
			want(watch, false, ykt_bytes(NULL, 0));
		if (watch->tries != 0 && look(watch))
			return CLI_OK;
		if (ykt_clock_wait(cli->clock, ykt_clock_mono(cli->clock) + POLL_MS) != YKT_OK)
			return CLI_OK;
	}
}

static bool
read_count(const char *text, unsigned long *ret_count)
{
	char *end = NULL;

	if (text == NULL || text[0] < '1' || text[0] > '9')
		return false;
	*ret_count = strtoul(text, &end, 10);

	return *end == '\0' && *ret_count <= COUNT_MAX;
}

int
cli_watch(struct cli *cli, int argc, char **argv)
{
	struct watch watch = { .cli = cli };
	const char *address = NULL;
	const char *why = "The card could not be read.";
	enum ykt_status status;
	int code;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return usage(cli, cli->out, CLI_OK);
		if (strcmp(argv[i], "--count") == 0 && read_count(argv[i + 1], &watch.left))
			i++;
		else if (argv[i][0] != '-' && address == NULL)
			address = argv[i];
		else
			return usage(cli, cli->err, CLI_USAGE);
	}
	if (address == NULL)
		return usage(cli, cli->err, CLI_USAGE);

	status = cli->cards->open(cli->cards->ctx, address, &watch.se, &why);
	if (status == YKT_E_ARG) {
		fprintf(cli->err, "%s: %s\n", address, cli_text(cli, why));
		return CLI_USAGE;
	}
	if (status != YKT_OK) {
		fprintf(cli->err, "%s\n", cli_text(cli, why));
		return CLI_NO_CARD;
	}
	code = watch_card(&watch);
	cli->cards->close(cli->cards->ctx);

	return code;
}
