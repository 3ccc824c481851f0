/*
 * ykt-se run: the cards of one file, served until the process is asked to stop.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/host_cmd.h"
#include "crypto/core.h"
#include "host/host_clock.h"
#include "host/host_daemon.h"
#include "host/host_random.h"
#include "host/host_signals.h"
#include "link/se_place.h"
#include "link/se_serve.h"
#include "se_hold.h"

#define STEP_MS 60000
#define ATS_MAX 20

/* The hash of no certificate: only rules for all callers are about it. */
static const uint8_t nobody[HOST_CALLER_SHA1];

static enum ykt_status
card_transceive(void *ctx, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *rsp)
{
	struct se_held *card = ctx;

	se_transceive(&card->se, iface, cmd, rsp);
	card->commands++;
	if (card->lose_ins == SE_NO_LOSS || cmd.len < 2 || cmd.data[1] != card->lose_ins)
		return YKT_OK;
	card->lose_ins = SE_NO_LOSS;
	card->lost++;
	return YKT_E_LINK;
}

/*
 * Readers want an ATR from a contactless card too: PC/SC part 3, 3.1.3.2.3.1
 * builds it from the historical bytes of the ATS.
 */
static void
put_atr_of_ats(struct ykt_bytes ats, struct ykt_buf *atr)
{
	struct ykt_rd rd = ykt_rd(ats);
	struct ykt_bytes history;
	uint8_t format, check;

	(void)ykt_rd_u8(&rd);
	format = ykt_rd_u8(&rd);
	for (unsigned bit = 0x10; bit <= 0x40; bit <<= 1) {
		if ((format & bit) != 0)
			(void)ykt_rd_u8(&rd);
	}
	history = ykt_rd_rest(&rd);
	if (history.len > 15)
		history.len = 15;
	check = (uint8_t)(0x80 | history.len) ^ 0x80 ^ 0x01;
	for (size_t i = 0; i < history.len; i++)
		check ^= history.data[i];
	ykt_put_u8(atr, 0x3B);
	ykt_put_u8(atr, (uint8_t)(0x80 | history.len));
	ykt_put_u16(atr, 0x8001);
	ykt_put(atr, history);
	ykt_put_u8(atr, check);
}

/* For all channels that are open; those that open later have it from them. */
static void
card_caller(void *ctx, struct ykt_bytes hash)
{
	struct se_held *card = ctx;

	for (uint8_t channel = 0; channel < SE_CHANNELS; channel++)
		(void)!se_set_caller(&card->se, YKT_SE_WIRED, channel, hash);
}

/* What is not for this caller is lost: an event is a hint, and the queue is short. */
static void
card_event(void *ctx, struct ykt_bytes caller, struct ykt_buf *out)
{
	struct se_held *card = ctx;
	struct se_event event;

	if (caller.len == 0 && card->hold->strict)
		caller = YKT_BYTES(nobody);
	while (se_take_event(&card->se, &event)) {
		const struct host_event line = {
			.aid = ykt_bytes(event.aid, event.aid_len),
			.data = ykt_bytes(event.data, event.data_len),
		};

		if (caller.len != 0 && !se_event_is_for(&card->se, &event, caller))
			continue;
		host_event_encode(&line, out);
		return;
	}
}

static void
card_reset(void *ctx, enum ykt_se_iface iface, struct ykt_buf *atr)
{
	struct se_held *card = ctx;
	uint8_t bytes[ATS_MAX];
	struct ykt_buf ats = YKT_BUF(bytes);

	se_reset(&card->se, iface, &ats);
	if (iface == YKT_SE_WIRED && card->hold->strict)
		card_caller(card, YKT_BYTES(nobody));
	if (iface == YKT_SE_WIRED)
		ykt_put(atr, ykt_buf_view(&ats));
	else
		put_atr_of_ats(ykt_buf_view(&ats), atr);
}

static enum ykt_status
card_commit(void *ctx)
{
	struct se_held *card = ctx;

	return se_hold_commit(card->hold);
}

static void
card_idle(void *ctx)
{
	struct se_held *card = ctx;

	se_hold_idle(card->hold);
}

static enum ykt_status
place_complaint(const char *place, enum ykt_status status)
{
	if (status == YKT_BUSY)
		se_complain("%s: somebody serves there already", place);
	else if (status == YKT_NOT_FOUND)
		se_complain("%s: no virtual reader there (is pcscd running with vpcd?)", place);
	else if (status == YKT_E_ARG)
		se_complain("%s: not a path, or HOST:PORT of this machine", place);
	else if (status != YKT_OK)
		se_complain("%s: cannot listen there: %s", place, strerror(errno));
	return status;
}

/*
 * Where card number n of a container is met: PATH.n, or HOST:(PORT + n). A place
 * that no card can have is left as it is, for others to complain about.
 */
static const char *
place_of(const char *place, bool many, size_t n, char space[SE_PLACE_TEXT_MAX + 24])
{
	const char *colon = strrchr(place, ':');
	struct se_place parsed;

	if (!many || se_place_parse(place, &parsed) != YKT_OK)
		return place;
	if (parsed.is_unix)
		(void)snprintf(space, SE_PLACE_TEXT_MAX + 24, "%s.%zu", place, n);
	else
		(void)snprintf(space, SE_PLACE_TEXT_MAX + 24, "%.*s:%zu", (int)(colon - place),
		    place, parsed.port + n);
	return space;
}

/* The places of one card. */
static enum ykt_status
open_places(const struct se_options *options, size_t n, struct se_serve *serve)
{
	const enum ykt_se_iface vpcd_iface =
	    options->vpcd_contactless ? YKT_SE_CONTACTLESS : YKT_SE_WIRED;
	const bool many = options->container;
	char space[SE_PLACE_TEXT_MAX + 24];
	const char *place;
	enum ykt_status status = YKT_OK;

	if (options->socket != NULL) {
		place = place_of(options->socket, many, n, space);
		status = place_complaint(place, se_serve_listen(serve, YKT_SE_WIRED, place));
	}
	if (status == YKT_OK && options->gate_socket != NULL) {
		place = place_of(options->gate_socket, many, n, space);
		status = place_complaint(place, se_serve_listen(serve, YKT_SE_CONTACTLESS, place));
	}
	if (status == YKT_OK && options->control != NULL) {
		place = place_of(options->control, many, n, space);
		status = place_complaint(place, se_serve_control(serve, place));
	}
	if (status == YKT_OK && options->vpcd != NULL) {
		place = place_of(options->vpcd, many, n, space);
		status = place_complaint(place, se_serve_vpcd(serve, vpcd_iface, place));
	}
	return status;
}

/* One server a card; those that were made are in serves, also after an error. */
static enum ykt_status
open_serves(const struct se_options *options, struct se_hold *hold, const struct ykt_clock *clock,
    struct se_serve *serves[SE_SERVE_TOGETHER_MAX])
{
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < hold->count && status == YKT_OK; i++) {
		const struct se_serve_card callbacks = {
			.ctx = &hold->cards[i],
			.transceive = card_transceive,
			.reset = card_reset,
			.commit = card_commit,
			.command = se_held_command,
			.caller = card_caller,
			.event = card_event,
			.idle = card_idle,
		};

		status = se_serve_new(&ykt_alloc_libc, clock, &callbacks, &serves[i]);
		hold->cards[i].serve = serves[i];
		if (status == YKT_OK)
			status = open_places(options, i, serves[i]);
	}
	return status;
}

static enum ykt_status
serve_until_stopped(const struct se_options *options, struct se_hold *hold)
{
	const struct ykt_clock clock = host_clock();
	struct se_serve *serves[SE_SERVE_TOGETHER_MAX] = { NULL };
	enum ykt_status status;

	status = open_serves(options, hold, &clock, serves);
	if (status == YKT_OK) {
		se_serve_wake(serves[0], host_stop_fd());
		host_daemon_ready(SE_PROGRAM, options->socket != NULL        ? options->socket
					      : options->gate_socket != NULL ? options->gate_socket
									     : options->vpcd);
	}
	while (status == YKT_OK && !host_stop_requested()) {
		status = se_serve_step_all(serves, hold->count, ykt_clock_mono(&clock) + STEP_MS);
		if (status != YKT_OK)
			se_complain("stopped, no answer was given: %s", ykt_status_text(status));
	}
	for (size_t i = 0; i < hold->count; i++)
		se_serve_free(&serves[i]);
	return status;
}

int
se_run_main(const struct se_options *options)
{
	const struct ykt_random random = host_random();
	struct se_hold hold = {
		.in_memory = options->in_memory,
		.strict = options->access_rules,
	};
	struct crypto *crypto = NULL;
	enum ykt_status status;

	/* Before the card starts: that may write to its file. */
	if (options->socket == NULL && options->gate_socket == NULL && options->vpcd == NULL) {
		se_complain("run: nowhere to serve (--socket, --gate-socket, --vpcd)");
		return SE_EXIT_USAGE;
	}
	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = crypto_new(&ykt_alloc_libc, NULL, &crypto);
	if (status == YKT_OK)
		status = se_hold_open(options, crypto, &random, &hold);
	if (status == YKT_OK)
		status = serve_until_stopped(options, &hold);
	/* At the end too: what rides with the next command would else wait for one. */
	if (status == YKT_OK)
		status = se_hold_commit(&hold);
	se_hold_close(&hold);
	crypto_free(&crypto);
	return status == YKT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
