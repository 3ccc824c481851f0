/*
 * Scripts for a handset.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#define HEX_MAX 700

static void
without_blanks(const char *text, char out[HEX_MAX])
{
	size_t n = 0;

	for (const char *p = text; *p != '\0'; p++) {
		assert_true(n + 1 < HEX_MAX);
		if (*p != ' ')
			out[n++] = *p;
	}
	out[n] = '\0';
}

static enum ykt_status
card(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct world *w = ctx;
	const struct step *step = &w->steps[w->at];
	char hex[HEX_MAX], want[HEX_MAX];

	(void)deadline_mono_ms;
	ykt_hex_encode(cmd, hex);
	if (step->cmd == NULL)
		fail_msg("not in the script: %s", hex);
	without_blanks(step->cmd, want);
	assert_string_equal(hex, want);
	w->at++;
	if (step->rsp[0] == '\0')
		return YKT_E_LINK;

	return ykt_hex_decode(step->rsp, strlen(step->rsp), rsp);
}

static enum ykt_status
reset_card(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct world *w = ctx;

	(void)deadline_mono_ms;
	w->resets++;
	ykt_put_u8(atr, 0x3B);

	return YKT_OK;
}

static void
note(struct world *w, const char *text)
{
	assert_true(strlen(w->seen) + strlen(text) + 2 < sizeof(w->seen));
	strcat(w->seen, text);
	strcat(w->seen, "|");
}

static void
show(void *ctx, const struct ykt_screen *screen)
{
	note(ctx, screen->text);
}

static enum ykt_status
ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	struct world *w = ctx;
	const char *answer = w->answers[w->answered];

	assert_int_equal(deadline_mono_ms, w->now_ms + HANDSET_ASK_MS);
	/* A text to be read: whoever reads it goes on. */
	if (screen->field_count == 0) {
		note(w, screen->text);
		return w->leaves_texts ? YKT_CANCELLED : YKT_OK;
	}
	note(w, screen->title);
	for (size_t i = 0; i < screen->field_count; i++)
		if (screen->fields[i].kind == YKT_FIELD_TEXT)
			note(w, screen->fields[i].value);
	if (answer == NULL)
		return YKT_CANCELLED;
	w->answered++;
	if (strcmp(answer, "(late)") == 0)
		return YKT_E_DEADLINE;
	snprintf(ret_answers->text[0], YKT_ANSWER_MAX, "%s", answer);

	return YKT_OK;
}

bool
world_progress(void *ctx, const char *text, unsigned done, unsigned total)
{
	struct world *w = ctx;

	assert_non_null(text);
	assert_int_equal(done, total);
	w->looks_left--;

	return w->looks_left == 0;
}

static int64_t
now(void *ctx)
{
	return ((struct world *)ctx)->now_ms;
}

static enum ykt_status
sleep_until(void *ctx, int64_t until_mono_ms)
{
	struct world *w = ctx;

	w->now_ms = until_mono_ms > w->now_ms ? until_mono_ms : w->now_ms;

	return YKT_OK;
}

/* The next step of the network, which must be this one. */
static const struct net_step *
net_step(struct world *w, const char *what)
{
	const struct net_step *step = &w->net_steps[w->net_at];

	if (step->what == NULL)
		fail_msg("not in the script of the network: %s", what);
	assert_string_equal(what, step->what);
	w->net_at++;

	return step;
}

static enum ykt_status
net_open(
    void *ctx, const struct ykt_net_target *target, unsigned *ret_lane, int64_t deadline_mono_ms)
{
	static const char *const kinds[] = { "tcp", "udp", "sms" };
	struct world *w = ctx;
	const struct net_step *step;
	char what[80];

	assert_int_equal(deadline_mono_ms, w->now_ms + HANDSET_NET_MS);
	if (target->kind == YKT_NET_SMS)
		snprintf(what, sizeof(what), "open sms");
	else if (target->address_len == 4)
		snprintf(what, sizeof(what), "open %s %u.%u.%u.%u %u", kinds[target->kind],
		    target->address[0], target->address[1], target->address[2], target->address[3],
		    target->port);
	else
		snprintf(what, sizeof(what), "open %s 6:..%02X %u", kinds[target->kind],
		    target->address[15], target->port);
	step = net_step(w, what);
	if (step->status == YKT_OK)
		*ret_lane = step->data == NULL ? 0 : (unsigned)strtoul(step->data, NULL, 10);

	return step->status;
}

static enum ykt_status
net_send(void *ctx, unsigned lane, struct ykt_bytes data, int64_t deadline_mono_ms)
{
	struct world *w = ctx;
	char what[HEX_MAX], hex[HEX_MAX - 20];

	assert_int_equal(deadline_mono_ms, w->now_ms + HANDSET_NET_MS);
	ykt_hex_encode(data, hex);
	snprintf(what, sizeof(what), "send %u %s", lane, hex);

	return net_step(w, what)->status;
}

/* Nothing is there unless the script says so. */
static enum ykt_status
net_receive(void *ctx, unsigned lane, struct ykt_buf *out)
{
	struct world *w = ctx;
	const struct net_step *step = &w->net_steps[w->net_at];
	char what[20];

	snprintf(what, sizeof(what), "receive %u", lane);
	if (step->what == NULL || strcmp(step->what, what) != 0)
		return YKT_NOT_FOUND;
	w->net_at++;
	if (step->status == YKT_OK)
		assert_int_equal(ykt_hex_decode(step->data, strlen(step->data), out), YKT_OK);

	return step->status;
}

static enum ykt_status
net_wait(void *ctx, int64_t deadline_mono_ms)
{
	struct world *w = ctx;
	const struct net_step *step;
	char what[40];

	snprintf(what, sizeof(what), "wait %lld", (long long)(deadline_mono_ms - w->now_ms));
	step = net_step(w, what);
	if (step->status == YKT_E_DEADLINE)
		w->now_ms = deadline_mono_ms;

	return step->status;
}

static void
net_close(void *ctx, unsigned lane)
{
	char what[20];

	snprintf(what, sizeof(what), "close %u", lane);
	(void)net_step(ctx, what);
}

static void
begin(struct world *w, const struct step *steps, const struct net_step *net_steps)
{
	struct handset_options options;

	memset(w, 0, sizeof(*w));
	w->steps = steps;
	w->net_steps = net_steps;
	w->se = (struct ykt_se){
		.ctx = w, .iface = YKT_SE_WIRED, .transceive = card, .reset = reset_card
	};
	w->ui = (struct ykt_ui){ .ctx = w, .show = show, .ask = ask, .result = show };
	w->clock =
	    (struct ykt_clock){ .ctx = w, .wall_ms = now, .mono_ms = now, .wait = sleep_until };
	w->net = (struct ykt_net){ w, net_open, net_send, net_receive, net_wait, net_close };
	options = (struct handset_options){ &w->se, &w->clock, &w->ui,
		net_steps != NULL ? &w->net : NULL, "en" };
	handset_init(&w->handset, &options);
}

void
world_begin(struct world *w, const struct step *steps)
{
	begin(w, steps, NULL);
}

void
world_begin_net(struct world *w, const struct step *steps, const struct net_step *net_steps)
{
	begin(w, steps, net_steps);
}

void
world_over(struct world *w)
{
	if (w->steps[w->at].cmd != NULL)
		fail_msg("never came: %s", w->steps[w->at].cmd);
	handset_clear(&w->handset);
	if (w->net_steps != NULL && w->net_steps[w->net_at].what != NULL)
		fail_msg("the network was not asked: %s", w->net_steps[w->net_at].what);
}

static char *
new_text(struct world *w)
{
	assert_true(w->text_count < sizeof(w->texts) / sizeof(w->texts[0]));

	return w->texts[w->text_count++];
}

/* head, the length of data as hex, data. */
static const char *
with_length(struct world *w, const char *head, const char *data)
{
	char plain[HEX_MAX];
	char *text = new_text(w);

	char *le;

	without_blanks(data, plain);
	le = strstr(plain, "Le");
	if (le != NULL)
		*le = '\0';
	assert_true(snprintf(text, HEX_MAX, "%s%02X%s%s", head, (unsigned)strlen(plain) / 2, plain,
			le != NULL ? "00" : "") < HEX_MAX);

	return text;
}

/* A command waits after the step before: its word, its FETCH, its answer. */
static size_t
put_command(struct world *w, size_t at, const struct talk *talk)
{
	char plain[HEX_MAX], head[20];
	unsigned len;
	char *word = new_text(w);
	char *rsp = new_text(w);
	char *fetch = new_text(w);

	without_blanks(talk->command, plain);
	len = (unsigned)strlen(plain) / 2;
	snprintf(head, sizeof(head), len > 0x7F ? "D081%02X" : "D0%02X", len);
	len += len > 0x7F ? 3 : 2;
	assert_true(snprintf(rsp, HEX_MAX, "%s%s9000", head, plain) < HEX_MAX);
	snprintf(word, HEX_MAX, "91%02X", len & 0xFF);
	snprintf(fetch, HEX_MAX, "80120000%02X", len & 0xFF);
	w->made[at - 1].rsp = word;
	w->made[at++] = (struct step){ fetch, rsp };
	if (talk->answer != NULL)
		w->made[at++] = (struct step){ with_length(w, "80140000", talk->answer), "9000" };

	return at;
}

void
world_talks(struct world *w, const struct talk *talks, const struct net_step *net_steps)
{
	const struct step start[] = { START };
	size_t at = sizeof(start) / sizeof(start[0]);

	begin(w, NULL, net_steps);
	memcpy(w->made, start, sizeof(start));
	if (net_steps != NULL)
		w->made[0].cmd = PROFILE_NET;
	for (size_t i = 0; talks[i].told != NULL || talks[i].command != NULL; i++) {
		assert_true(i < TALKS_MAX);
		if (talks[i].told != NULL)
			w->made[at++] =
			    (struct step){ with_length(w, "80C20000", talks[i].told), "9000" };
		if (talks[i].command != NULL)
			at = put_command(w, at, &talks[i]);
	}
	w->steps = w->made;
	assert_status(handset_start(&w->handset), YKT_OK);
}
