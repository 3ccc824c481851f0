/*
 * Running the tear matrix.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/tear.h"

#include <stdio.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/sw.h"
#include "sim/tear_state.h"
#include "sim/tear_talk.h"

struct tear {
	const struct tear_scene *scene;
	const struct tear_options *options;
	enum ykt_se_iface iface;
	enum tear_between other_side;
	struct tear_result *result;
	struct tear_cut cut;
	struct tear_state before;
	struct tear_state after;
	struct tear_state guessed; /* equal to before where there is none */
	unsigned guesses;
	unsigned writes;
	struct tear_card card;
	struct tear_card bench;
	struct tear_save ready; /* before the command */
	struct tear_save torn;  /* the power is off in the middle of it */
};

/* Which state the card is found in. */
enum found { FOUND_BEFORE, FOUND_AFTER, FOUND_GUESSED };

/* Where a run of the matrix stands, for the text of a violation. */
struct place {
	const char *what;
	unsigned at;
	const char *content;
};

const char *
tear_between_name(enum tear_between between)
{
	static const char *const names[TEAR_BETWEEN_COUNT] = { "alone", "other side reset",
		"other side tapped" };

	return names[between];
}

static const char *
iface_name(enum ykt_se_iface iface)
{
	return iface == YKT_SE_WIRED ? "wired" : "contactless";
}

static void
violation(struct tear *tear, const struct place *place, const char *why)
{
	struct tear_result *result = tear->result;

	if (result->broken)
		return;
	result->broken = true;
	(void)snprintf(result->text, sizeof(result->text),
	    "%s, %s, %s: %s at write %u of %u, content %s: %s", tear->scene->name,
	    iface_name(tear->iface), tear_between_name(tear->other_side), place->what, place->at,
	    tear->writes, place->content, why);
}

static bool
need(struct tear *tear, bool good, const struct place *place, const char *why)
{
	if (!good)
		violation(tear, place, why);

	return good;
}

/* Names each part that is of neither state, or that is of the other than the first. */
static void
mixed(struct tear *tear, const struct place *place, const struct tear_state *now)
{
	char why[160] = "a mixed state:";
	size_t len = strlen(why);

	for (int part = 0; part < TEAR_PART_COUNT; part++) {
		bool old = now->part[part] == tear->before.part[part];
		bool new = now->part[part] == tear->after.part[part];

		if (old && new)
			continue;
		(void)snprintf(why + len, sizeof(why) - len, " %s %s;",
		    tear_part_name((enum tear_part)part),
		    old   ? "as before"
		    : new ? "as after"
			  : "as neither");
		len = strlen(why);
	}
	violation(tear, place, why);
}

static bool
proofs_tell(struct tear *tear, const struct tear_state *now, const struct place *place, bool later)
{
	return need(tear, (tear->scene->flags & TEAR_LOAD) == 0 || now->proof_load == later, place,
		   "the proof of the load does not tell which") &&
	       need(tear, (tear->scene->flags & TEAR_PURCHASE) == 0 || now->proof_purchase == later,
		   place, "the proof of the purchase does not tell which");
}

/* Looks at an image: false when it is a violation. */
static bool
judge(struct tear *tear, const uint8_t *image, const struct place *place, enum found *ret_found)
{
	enum found found = FOUND_AFTER;
	struct tear_state now;

	if (!need(tear, tear_state_look(&tear->bench, image, &now) == YKT_OK, place,
		"the card does not start any more"))
		return false;
	if (tear_state_equal(&now, &tear->before)) {
		found = FOUND_BEFORE;
	} else if (tear_state_equal(&now, &tear->guessed)) {
		found = FOUND_GUESSED;
		tear->guesses++;
	} else if (!tear_state_equal(&now, &tear->after)) {
		mixed(tear, place, &now);
		return false;
	}
	*ret_found = found;

	return proofs_tell(tear, &now, place, found == FOUND_AFTER);
}

/* What the rider or a reset does on the interface that the command is not on. */
static void
other_side(struct tear *tear)
{
	enum ykt_se_iface other = tear->iface == YKT_SE_WIRED ? YKT_SE_CONTACTLESS : YKT_SE_WIRED;
	uint8_t bytes[64];
	struct ykt_buf atr = YKT_BUF(bytes);

	if (tear->other_side == TEAR_RESET) {
		se_reset(&tear->card.se, other, &atr);
	} else if (tear->other_side == TEAR_TAP) {
		(void)tear_card_send_hex(&tear->card, other, TEAR_SELECT_PPSE);
		(void)tear_card_send_hex(&tear->card, other, TEAR_SELECT_PURSE);
		(void)tear_card_send_hex(&tear->card, other, "805C000204");
	}
}

/* The power comes back, the other side is first, the interrupted one tries to go on. */
static bool
go_on(struct tear *tear, const struct place *place, enum found found)
{
	struct tear_card *card = &tear->card;
	const struct tear_cut *cut = &tear->cut;
	enum found still = FOUND_BEFORE;

	tear_card_power(card);
	if (!need(tear, tear_card_boot(card) == YKT_OK, place, "recovery failed"))
		return false;
	other_side(tear);
	if (!need(tear,
		(tear->scene->flags & TEAR_OPENING) != 0 ||
		    tear_card_send(card, tear->iface, ykt_buf_view(&cut->cmd), NULL) != SW_OK,
		place, "the cut command was accepted once more without its session") ||
	    !need(tear,
		cut->stale.len == 0 ||
		    tear_card_send(card, YKT_SE_WIRED, ykt_buf_view(&cut->stale), NULL) != SW_OK,
		place, "the interrupted load was finished after its session ended"))
		return false;

	return judge(tear, card->image, place, &still) &&
	       need(tear, still == found, place, "the state moved after recovery");
}

static bool
wants_depth_two(const struct tear *tear)
{
	if (!tear->options->quick || tear->options->depth < 2)
		return tear->options->depth >= 2;

	return (tear->scene->flags & TEAR_DEEP) != 0 && tear->iface == YKT_SE_WIRED &&
	       tear->other_side == TEAR_ALONE;
}

static bool
takes_content(const struct tear *tear, enum tear_content content)
{
	return !tear->options->quick || content == TEAR_CONTENT_NEW ||
	       content == TEAR_CONTENT_HALF || content == TEAR_CONTENT_RANDOM ||
	       (content != TEAR_CONTENT_QUARTER && content != TEAR_CONTENT_BUT_ONE &&
		   tear->other_side == TEAR_ALONE && tear->iface == YKT_SE_WIRED);
}

/* Depth 2: recovery is cut at each of its writes, and must find the same at last. */
static bool
cut_recovery(struct tear *tear, enum found expected)
{
	struct tear_card *card = &tear->card;
	bool fired = true;

	for (unsigned at = 1; fired; at++) {
		for (int content = 0; content < TEAR_CONTENT_COUNT && fired; content++) {
			const struct place place = { "recovery cut", at,
				tear_content_name((enum tear_content)content) };
			enum found found = FOUND_BEFORE;

			if (!takes_content(tear, (enum tear_content)content))
				continue;
			tear_card_restore(card, &tear->torn);
			tear_card_fault(card, at, TEAR_FAULT_CUT, (enum tear_content)content);
			(void)!tear_card_boot(card);
			fired = card->fired;
			tear->result->recuts += fired ? 1 : 0;
			if (!judge(tear, card->image, &place, &found) ||
			    !need(tear, found == expected, &place, "recovery changed its mind"))
				return false;
		}
	}

	return true;
}

static bool
cut_once(struct tear *tear, unsigned at, enum tear_content content)
{
	const struct place place = { "cut", at, tear_content_name(content) };
	struct tear_card *card = &tear->card;
	enum found found = FOUND_BEFORE;

	tear_card_restore(card, &tear->ready);
	tear_card_fault(card, at, TEAR_FAULT_CUT, content);
	(void)tear_card_send(card, tear->iface, ykt_buf_view(&tear->cut.cmd), NULL);
	if (!need(tear, card->fired, &place, "there was no such write"))
		return false;
	if (wants_depth_two(tear))
		tear_card_save(card, &tear->torn);
	if (!judge(tear, card->image, &place, &found))
		return false;
	tear->result->cuts++;
	tear->result->after += found == FOUND_AFTER ? 1 : 0;
	tear->result->before += found == FOUND_BEFORE ? 1 : 0;
	if (!go_on(tear, &place, found))
		return false;

	return !wants_depth_two(tear) || cut_recovery(tear, found);
}

/* 9000 is never said of a write that did not happen. */
static bool
no_op(struct tear *tear, unsigned at, enum tear_fault fault)
{
	const struct place place = { tear_fault_name(fault), at, "none" };
	struct tear_card *card = &tear->card;
	enum found found = FOUND_BEFORE;
	uint16_t sw;
	bool idle;

	tear_card_restore(card, &tear->ready);
	tear_card_fault(card, at, fault, TEAR_CONTENT_OLD);
	sw = tear_card_send(card, tear->iface, ykt_buf_view(&tear->cut.cmd), NULL);
	idle = fault == TEAR_FAULT_SILENT && card->idle;
	tear_card_power(card);
	tear->result->silent++;
	if (!judge(tear, card->image, &place, &found))
		return false;
	/* What was there already, zeros over zeros, is there without the write too. */
	if (idle)
		return need(tear, sw == tear->scene->sw && found == FOUND_AFTER, &place,
		    "a write that changes nothing was missed");
	if ((tear->scene->flags & TEAR_TWO_STEPS) != 0)
		return need(tear, found == FOUND_AFTER || sw != SW_OK, &place,
		    "said to be done and is not");

	return need(tear, sw == SW_MEMORY, &place, "not answered with 6581") &&
	       need(tear, found != FOUND_AFTER, &place, "refused, and yet done");
}

/* The card as it stands before the command; false: result says why. */
static bool
prepare(struct tear *tear)
{
	static const struct place place = { "set-up", 0, "none" };
	struct tear_cut *cut = &tear->cut;
	struct crypto *crypto = tear->card.crypto;

	cut->cmd = YKT_BUF(cut->cmd_bytes);
	cut->stale = YKT_BUF(cut->stale_bytes);
	cut->guess = YKT_BUF(cut->guess_bytes);
	tear_card_init(&tear->card, crypto);
	tear_card_init(&tear->bench, crypto);
	if (!tear_card_blank(&tear->card) || !tear->scene->prepare(&tear->card, tear->iface, cut)) {
		violation(tear, &place, tear->card.trouble);
		return false;
	}
	other_side(tear);
	tear_card_power(&tear->card);
	tear_card_save(&tear->card, &tear->ready);

	return need(tear, tear_state_look(&tear->bench, tear->card.image, &tear->before) == YKT_OK,
	    &place, "the card does not start");
}

/* I-25: a right PIN that was cut may cost the try that a wrong one costs. */
static bool
look_at_guess(struct tear *tear)
{
	static const struct place place = { "a wrong PIN", 0, "none" };
	struct tear_card *card = &tear->card;

	tear->guessed = tear->before;
	tear->guesses = 0;
	if (tear->cut.guess.len == 0)
		return true;
	(void)tear_card_send(card, tear->iface, ykt_buf_view(&tear->cut.guess), NULL);
	if (!need(tear, tear_state_look(&tear->bench, card->image, &tear->guessed) == YKT_OK,
		&place, "the card does not start"))
		return false;
	tear_card_restore(card, &tear->ready);

	return true;
}

/* The command without a cut: what it writes and where it leads. */
static bool
run_uncut(struct tear *tear, bool *ret_refused)
{
	static const struct place place = { "no cut", 0, "none" };
	const struct tear_scene *scene = tear->scene;
	struct tear_card *card = &tear->card;
	bool refused = (scene->flags & TEAR_STEP) != 0 && tear->iface == YKT_SE_WIRED &&
		       tear->other_side == TEAR_TAP;
	uint16_t sw = tear_card_send(card, tear->iface, ykt_buf_view(&tear->cut.cmd), NULL);

	tear->writes = card->writes;
	if (!need(tear, sw == (refused ? SW_CONDITIONS : scene->sw), &place,
		refused ? "the tap did not end the session" : "another status word") ||
	    !need(tear, tear_state_look(&tear->bench, card->image, &tear->after) == YKT_OK, &place,
		"the card does not start"))
		return false;
	*ret_refused = refused;
	if (refused)
		return need(tear, tear_state_equal(&tear->before, &tear->after), &place,
		    "refused, and yet something moved");

	return need(tear, tear->writes > 0, &place, "it wrote nothing") &&
	       need(tear, !tear_state_equal(&tear->before, &tear->after), &place,
		   "it changed nothing that the card tells");
}

static bool
run_row(struct tear *tear)
{
	static const struct place every = { "every cut", 0, "all" };
	bool refused = false;

	if (!prepare(tear) || !look_at_guess(tear) || !run_uncut(tear, &refused))
		return false;
	tear->result->writes += tear->writes;
	if (refused) {
		tear->result->refused++;
		return true;
	}
	for (unsigned at = 1; at <= tear->writes; at++) {
		for (int content = 0; content < TEAR_CONTENT_COUNT; content++) {
			if (takes_content(tear, (enum tear_content)content) &&
			    !cut_once(tear, at, (enum tear_content)content))
				return false;
		}
		if (!no_op(tear, at, TEAR_FAULT_SILENT) || !no_op(tear, at, TEAR_FAULT_ERROR))
			return false;
	}

	if (tear->cut.guess.len != 0 && tear->guesses == 0) {
		violation(tear, &every, "never took the try before it looked at the PIN");
		return false;
	}

	return true;
}

void
tear_run(struct tear *tear, const struct tear_scene *scene, const struct tear_options *options,
    struct tear_result *ret_result)
{
	struct tear_result result = { 0 };
	const struct place place = { "every cut", 0, "all" };

	tear->scene = scene;
	tear->options = options;
	tear->result = &result;
	for (int row = 0; row < 2 * TEAR_BETWEEN_COUNT && !result.broken; row++) {
		tear->iface = row < TEAR_BETWEEN_COUNT ? YKT_SE_WIRED : YKT_SE_CONTACTLESS;
		tear->other_side = (enum tear_between)(row % TEAR_BETWEEN_COUNT);
		if ((scene->flags & (tear->iface == YKT_SE_WIRED ? TEAR_AIR : TEAR_WIRE)) != 0)
			continue;
		(void)run_row(tear);
	}
	/* A matrix that never lands on one side has cut nothing. */
	if (result.before == 0 || result.after == 0)
		violation(tear, &place, "left the same state");
	tear->result = NULL;
	*ret_result = result;
}

enum ykt_status
tear_new(struct crypto *crypto, struct tear **ret_tear)
{
	struct tear *tear = ykt_mem_get(&ykt_alloc_libc, sizeof(*tear));

	if (tear == NULL)
		return YKT_E_SPACE;
	tear->card.crypto = crypto;
	*ret_tear = tear;

	return YKT_OK;
}

void
tear_free(struct tear **tear)
{
	if (*tear != NULL)
		ykt_mem_put(&ykt_alloc_libc, tear, sizeof(**tear));
}
