/*
 * The tear matrix (reliability.md F2, I-3): every command that writes is cut at
 * every write, with every content that a cut may leave, and the card must come
 * up in the state before or in the state after, never between. Recovery is cut
 * too. A write that silently does nothing gives 6581 and changes nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tear_scenes.h"

#include <stdlib.h>
#include <string.h>

#include "card/sw.h"

/* Everything volatile and durable; restored into the card it was taken from. */
struct checkpoint {
	struct se se;
	struct nvm_mem nvm;
	struct rng rng;
};

static void
save(const struct card *card, struct checkpoint *checkpoint)
{
	checkpoint->se = card->se;
	checkpoint->nvm = card->nvm;
	checkpoint->rng = card->rng;
}

static void
restore(struct card *card, const struct checkpoint *checkpoint)
{
	card->se = checkpoint->se;
	card->nvm = checkpoint->nvm;
	card->rng = checkpoint->rng;
}

struct matrix {
	const struct scene *scene;
	struct card *card;
	struct cut cut;
	struct checkpoint ready; /* before the command */
	struct checkpoint torn;  /* power off, in the middle of it */
	struct snapshot before;
	struct snapshot after;
	struct snapshot now;
	unsigned writes; /* of the command, uncut */
	unsigned seen_before;
	unsigned seen_after;
	struct nvm_log log;
};

static bool
same(const struct matrix *m, const struct snapshot *a, const struct snapshot *b)
{
	if (!m->scene->two_steps)
		return snapshot_equal(a, b);
	/* The registry, and of each purse what can be reached without a registry. */
	if (memcmp(a->home, b->home, SE_PURSE_OFF(0)) != 0 ||
	    memcmp(a->home + SE_ELFS, b->home + SE_ELFS, SE_PAGE_LEN) != 0)
		return false;
	for (size_t i = 0; i < SE_PURSE_COUNT; i++)
		if (memcmp(a->home + SE_PURSE_OFF(i), b->home + SE_PURSE_OFF(i), SE_PURSE_LOG) != 0)
			return false;

	return true;
}

/* After recovery: exactly one of the two states; true when it is the later. */
static bool
judge(struct matrix *m, const char *what, unsigned at, unsigned tear)
{
	snapshot_take(m->card, &m->now);
	if (same(m, &m->now, &m->before))
		return false;
	if (!same(m, &m->now, &m->after))
		fail_msg(
		    "%s: %s at write %u, content %u: a mixed state", m->scene->why, what, at, tear);

	return true;
}

static void
matrix_new(struct matrix *m, const struct scene *scene)
{
	memset(m, 0, sizeof(*m));
	m->scene = scene;
	m->card = card_new();
	m->cut.cmd = YKT_BUF(m->cut.bytes);
	scene->prepare(m->card, &m->cut);
	nvm_power(&m->card->nvm);
	save(m->card, &m->ready);
	snapshot_take(m->card, &m->before);
	assert_int_equal(
	    card_send(m->card, YKT_SE_WIRED, ykt_buf_view(&m->cut.cmd), NULL), scene->sw);
	m->writes = m->card->nvm.writes;
	assert_in_range(m->writes, 1, 60);
	snapshot_take(m->card, &m->after);
	assert_false(same(m, &m->before, &m->after));
	nvm_power(&m->card->nvm);
	assert_int_equal(card_boot(m->card), YKT_OK);
	assert_true(judge(m, "restart", 0, 0));
}

/* Cuts the boot too, at each of its writes; what the first boot found must stay. */
static void
cut_recovery(struct matrix *m, bool later)
{
	save(m->card, &m->torn);
	for (unsigned at = 1;; at++) {
		bool fired = false;

		for (unsigned tear = 0; tear < TEAR_COUNT; tear++) {
			restore(m->card, &m->torn);
			nvm_power(&m->card->nvm);
			m->card->nvm.seed = at * 131 + tear;
			nvm_fault(&m->card->nvm, at, FAULT_CUT, (enum tear)tear);
			(void)!card_boot(m->card);
			fired = m->card->nvm.fired;
			nvm_power(&m->card->nvm);
			assert_int_equal(card_boot(m->card), YKT_OK);
			assert_true(judge(m, "recovery cut", at, tear) == later);
		}
		if (!fired)
			break;
	}
	restore(m->card, &m->torn);
}

static void
cut_once(struct matrix *m, unsigned at, unsigned tear)
{
	bool later;

	restore(m->card, &m->ready);
	m->card->nvm.seed = at * 257 + tear;
	nvm_fault(&m->card->nvm, at, FAULT_CUT, (enum tear)tear);
	card_send(m->card, YKT_SE_WIRED, ykt_buf_view(&m->cut.cmd), NULL);
	assert_true(m->card->nvm.fired);
	if (m->scene->deep)
		save(m->card, &m->torn);
	nvm_power(&m->card->nvm);
	assert_int_equal(card_boot(m->card), YKT_OK);
	later = judge(m, "cut", at, tear);
	m->seen_after += later ? 1 : 0;
	m->seen_before += later ? 0 : 1;
	if (m->scene->deep) {
		restore(m->card, &m->torn);
		cut_recovery(m, later);
	}
}

static void
test_every_cut_leaves_before_or_after(void **state)
{
	struct matrix *m = malloc(sizeof(*m));

	(void)state;
	for (size_t i = 0; i < ALL_SCENES; i++) {
		matrix_new(m, tear_scene(i));
		for (unsigned at = 1; at <= m->writes; at++)
			for (unsigned tear = 0; tear < TEAR_COUNT; tear++)
				cut_once(m, at, tear);
		/* A matrix that never lands on one side has cut nothing. */
		assert_true(m->seen_before > 0 && m->seen_after > 0);
		card_free(&m->card);
	}
	free(m);
}

/* The record itself, cut behind each of its bytes. */
static void
test_a_record_cut_at_every_byte_leaves_before_or_after(void **state)
{
	struct matrix *m = malloc(sizeof(*m));

	(void)state;
	for (size_t i = 0; i < ALL_SCENES; i++) {
		size_t last;

		if (!tear_scene(i)->deep)
			continue;
		matrix_new(m, tear_scene(i));
		restore(m->card, &m->ready);
		m->card->nvm.log = &m->log;
		m->log.count = m->log.used = 0;
		card_send(m->card, YKT_SE_WIRED, ykt_buf_view(&m->cut.cmd), NULL);
		last = m->log.count - 1;
		for (size_t len = 0; len <= m->log.write[last].len; len++) {
			restore(m->card, &m->ready);
			for (size_t w = 0; w <= last; w++)
				memcpy(m->card->nvm.bytes + m->log.write[w].off,
				    m->log.data + m->log.write[w].at,
				    w < last ? m->log.write[w].len : len);
			assert_int_equal(card_boot(m->card), YKT_OK);
			assert_true(judge(m, "cut at byte", (unsigned)len, 0) ==
				    (len == m->log.write[last].len));
		}
		card_free(&m->card);
	}
	free(m);
}

/* Between two syncs writes may be lost in any choice, not only the last ones. */
static void
test_any_choice_of_lost_unsynced_writes_leaves_before_or_after(void **state)
{
	struct matrix *m = malloc(sizeof(*m));

	(void)state;
	for (size_t i = 0; i < ALL_SCENES; i++) {
		unsigned long choices;

		if (tear_scene(i)->two_steps)
			continue;
		matrix_new(m, tear_scene(i));
		restore(m->card, &m->ready);
		m->card->nvm.log = &m->log;
		m->log.count = m->log.used = 0;
		card_send(m->card, YKT_SE_WIRED, ykt_buf_view(&m->cut.cmd), NULL);
		/* All choices of the first few writes and of the last one, the record. */
		choices = 1ul << (m->log.count < 9 ? m->log.count : 9);
		for (unsigned long lost = 0; lost < choices; lost++) {
			restore(m->card, &m->ready);
			for (size_t w = 0; w < m->log.count; w++) {
				size_t bit = w + 1 == m->log.count ? 0 : w + 1;

				if (bit < 9 && (lost >> bit & 1) != 0)
					continue;
				memcpy(m->card->nvm.bytes + m->log.write[w].off,
				    m->log.data + m->log.write[w].at, m->log.write[w].len);
			}
			assert_int_equal(card_boot(m->card), YKT_OK);
			assert_true(judge(m, "lost writes", 0, 0) == ((lost & 1) == 0));
		}
		card_free(&m->card);
	}
	free(m);
}

static void
test_a_write_that_does_nothing_gives_6581_and_changes_nothing(void **state)
{
	static const enum fault faults[] = { FAULT_SILENT, FAULT_ERROR };
	struct matrix *m = malloc(sizeof(*m));

	(void)state;
	for (size_t i = 0; i < ALL_SCENES; i++) {
		uint16_t failed = tear_scene(i)->failed_sw;

		if (tear_scene(i)->two_steps)
			continue;
		matrix_new(m, tear_scene(i));
		for (unsigned k = 0; k < 2 * m->writes; k++) {
			restore(m->card, &m->ready);
			nvm_fault(&m->card->nvm, k / 2 + 1, faults[k % 2], TEAR_OLD);
			assert_int_equal(
			    card_send(m->card, YKT_SE_WIRED, ykt_buf_view(&m->cut.cmd), NULL),
			    failed != 0 ? failed : SW_MEMORY);
			assert_false(judge(m, "silent", k / 2 + 1, 0));
			nvm_power(&m->card->nvm);
			assert_int_equal(card_boot(m->card), YKT_OK);
			assert_false(judge(m, "silent, restarted", k / 2 + 1, 0));
		}
		card_free(&m->card);
	}
	free(m);
}

/* The terminal's view: the proof command tells which of the two it was. */
static void
test_the_proof_tells_whether_a_cut_step_happened(void **state)
{
	static const struct {
		void (*prepare)(struct card *card, struct cut *cut);
		const char *proof;
		const char *balance_before;
		const char *balance_after;
	} rows[] = {
		{ tear_prepare_credit, "805A000202000308", "0000157C9000", "000019649000" },
		{ tear_prepare_debit, "805A000602000208", "0000157C9000", "000011949000" },
		{ tear_prepare_capp, "805A000902000208", "0000157C9000", "000011949000" },
	};
	struct matrix *m = malloc(sizeof(*m));

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const struct scene scene = { "proof", rows[i].prepare, SW_OK, false, false };

		matrix_new(m, &scene);
		for (unsigned k = 0; k < m->writes * TEAR_COUNT; k++) {
			bool done;

			restore(m->card, &m->ready);
			m->card->nvm.seed = k;
			nvm_fault(&m->card->nvm, k / TEAR_COUNT + 1, FAULT_CUT,
			    (enum tear)(k % TEAR_COUNT));
			card_send(m->card, YKT_SE_WIRED, ykt_buf_view(&m->cut.cmd), NULL);
			nvm_power(&m->card->nvm);
			assert_int_equal(card_boot(m->card), YKT_OK);
			expect_sw(m->card, SW_OK, SELECT_PURSE);
			/* R5: an INITIALIZE in between does not erase it. */
			expect_sw(m->card, SW_OK, "805001020B0100000001" TERMINAL_HEX "0F");
			done = strlen(card_hex(m->card, YKT_SE_WIRED, rows[i].proof)) == 20;
			expect(m->card, "805C000204",
			    done ? rows[i].balance_after : rows[i].balance_before);
			/* And the purse goes on. */
			assert_int_equal(terminal_load(m->card, YKT_SE_WIRED, 1), SW_OK);
			assert_int_equal(terminal_purchase(m->card, YKT_SE_WIRED, 1, 9), SW_OK);
			assert_int_equal(card_boot(m->card), YKT_OK);
		}
		card_free(&m->card);
	}
	free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cut_leaves_before_or_after),
		cmocka_unit_test(test_a_record_cut_at_every_byte_leaves_before_or_after),
		cmocka_unit_test(test_any_choice_of_lost_unsynced_writes_leaves_before_or_after),
		cmocka_unit_test(test_a_write_that_does_nothing_gives_6581_and_changes_nothing),
		cmocka_unit_test(test_the_proof_tells_whether_a_cut_step_happened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
