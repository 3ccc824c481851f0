/*
 * ykt-se run: one card, served until the process is asked to stop.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/core.h"
#include "host/host_clock.h"
#include "host/host_daemon.h"
#include "host/host_nvm.h"
#include "host/host_random.h"
#include "host/host_signals.h"
#include "link/se_serve.h"
#include "se/se.h"

#define STEP_MS 60000
#define NO_LOSS (-1)
#define ATS_MAX 20

/* The card and what development asked of it. */
struct host_card {
	struct se se;
	struct host_nvm *nvm;
	bool in_memory;
	int lose_ins; /* the answer to the next such command is lost, or NO_LOSS */
	unsigned long commands;
	unsigned long lost;
};

static enum ykt_status
card_transceive(void *ctx, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *rsp)
{
	struct host_card *card = ctx;

	se_transceive(&card->se, iface, cmd, rsp);
	card->commands++;
	if (card->lose_ins == NO_LOSS || cmd.len < 2 || cmd.data[1] != card->lose_ins)
		return YKT_OK;
	card->lose_ins = NO_LOSS;
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

static void
card_reset(void *ctx, enum ykt_se_iface iface, struct ykt_buf *atr)
{
	struct host_card *card = ctx;
	uint8_t bytes[ATS_MAX];
	struct ykt_buf ats = YKT_BUF(bytes);

	se_reset(&card->se, iface, &ats);
	if (iface == YKT_SE_WIRED)
		ykt_put(atr, ykt_buf_view(&ats));
	else
		put_atr_of_ats(ykt_buf_view(&ats), atr);
}

static enum ykt_status
card_commit(void *ctx)
{
	struct host_card *card = ctx;

	return card->in_memory ? YKT_OK : host_nvm_sync(card->nvm);
}

/* What "lose-answer WHAT" asks for: an instruction, or nothing any more. */
static bool
take_loss(struct host_card *card, const char *what)
{
	uint8_t ins;
	struct ykt_buf out = { &ins, 0, 1, false };

	if (strcmp(what, "none") == 0)
		card->lose_ins = NO_LOSS;
	else if (ykt_hex_decode(what, strlen(what), &out) == YKT_OK && out.len == 1)
		card->lose_ins = ins;
	else
		return false;
	return true;
}

static void
card_command(void *ctx, const char *line, struct ykt_buf *answer)
{
	static const char lose[] = "lose-answer ";
	struct host_card *card = ctx;
	char text[96] = "error: lose-answer INS, lose-answer none, status";

	if (strcmp(line, "status") == 0)
		(void)snprintf(text, sizeof(text), "ok commands %lu lost %lu waiting %d",
		    card->commands, card->lost, card->lose_ins != NO_LOSS);
	else if (strncmp(line, lose, strlen(lose)) == 0 && take_loss(card, line + strlen(lose)))
		(void)snprintf(text, sizeof(text), "ok");
	ykt_put(answer, ykt_bytes_str(text));
}

static enum ykt_status
open_card(const struct se_options *options, struct crypto *crypto, const struct ykt_random *random,
    struct ykt_nvm *nvm, struct host_card *card)
{
	const char *path = options->args[0];
	enum ykt_status status;

	if (access(path, F_OK) != 0) {
		se_complain("%s: no such image; '%s format' makes one", path, SE_PROGRAM);
		return YKT_NOT_FOUND;
	}
	errno = 0;
	status = host_nvm_open(&ykt_alloc_libc, path, SE_IMAGE_SIZE, &card->nvm, NULL);
	if (status == YKT_OK) {
		*nvm = host_nvm_port(card->nvm);
		status = se_boot(&card->se, nvm, crypto, random);
	}
	/* What a torn write left behind is repaired before anybody connects. */
	if (status == YKT_OK)
		status = card_commit(card);
	if (status != YKT_OK)
		se_complain_image(path, status);
	return status;
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

static enum ykt_status
open_places(const struct se_options *options, struct se_serve *serve)
{
	const enum ykt_se_iface vpcd_iface =
	    options->vpcd_contactless ? YKT_SE_CONTACTLESS : YKT_SE_WIRED;
	enum ykt_status status = YKT_OK;

	if (options->socket == NULL && options->gate_socket == NULL && options->vpcd == NULL) {
		se_complain("run: nowhere to serve (--socket, --gate-socket, --vpcd)");
		return YKT_E_ARG;
	}
	if (options->socket != NULL)
		status = place_complaint(
		    options->socket, se_serve_listen(serve, YKT_SE_WIRED, options->socket));
	if (status == YKT_OK && options->gate_socket != NULL)
		status = place_complaint(options->gate_socket,
		    se_serve_listen(serve, YKT_SE_CONTACTLESS, options->gate_socket));
	if (status == YKT_OK && options->control != NULL)
		status =
		    place_complaint(options->control, se_serve_control(serve, options->control));
	if (status == YKT_OK && options->vpcd != NULL)
		status =
		    place_complaint(options->vpcd, se_serve_vpcd(serve, vpcd_iface, options->vpcd));
	return status;
}

static enum ykt_status
serve_until_stopped(const struct se_options *options, struct host_card *card)
{
	const struct ykt_clock clock = host_clock();
	const struct se_serve_card callbacks = {
		.ctx = card,
		.transceive = card_transceive,
		.reset = card_reset,
		.commit = card_commit,
		.command = card_command,
	};
	struct se_serve *serve = NULL;
	enum ykt_status status;

	status = se_serve_new(&ykt_alloc_libc, &clock, &callbacks, &serve);
	if (status == YKT_OK)
		status = open_places(options, serve);
	if (status == YKT_OK) {
		se_serve_wake(serve, host_stop_fd());
		host_daemon_ready(SE_PROGRAM, options->socket != NULL        ? options->socket
					      : options->gate_socket != NULL ? options->gate_socket
									     : options->vpcd);
	}
	while (status == YKT_OK && !host_stop_requested()) {
		status = se_serve_step(serve, ykt_clock_mono(&clock) + STEP_MS);
		if (status != YKT_OK)
			se_complain("stopped, no answer was given: %s", ykt_status_text(status));
	}
	se_serve_free(&serve);
	return status;
}

int
se_run_main(const struct se_options *options)
{
	static struct host_card card = { .lose_ins = NO_LOSS };
	const struct ykt_random random = host_random();
	struct crypto *crypto = NULL;
	struct ykt_nvm nvm;
	enum ykt_status status;

	card.in_memory = options->in_memory;
	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = crypto_new(&ykt_alloc_libc, NULL, &crypto);
	if (status == YKT_OK)
		status = open_card(options, crypto, &random, &nvm, &card);
	if (status == YKT_OK)
		status = serve_until_stopped(options, &card);
	/* At the end too: what rides with the next command would else wait for one. */
	if (status == YKT_OK)
		status = card_commit(&card);
	se_clear(&card.se);
	host_nvm_close(&card.nvm);
	crypto_free(&crypto);
	return status == YKT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
