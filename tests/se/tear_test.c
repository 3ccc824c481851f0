/*
 * The tear matrix (reliability.md F2, I-3): every command that writes is cut at
 * every write, with every content that a cut may leave, and the card must come
 * up in the state before or in the state after, never between. Recovery is cut
 * too. A write that silently does nothing gives 6581 and changes nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/sw.h"

/* The command that is cut, left here by each prepare function. */
struct cut {
	uint8_t bytes[300];
	struct ykt_buf cmd;
};

struct scene {
	const char *why;
	void (*prepare)(struct card *card, struct cut *cut);
	uint16_t sw;    /* of the command, uncut */
	bool deep;      /* cut recovery as well */
	bool two_steps; /* deletes first and clears what nobody reaches afterwards */
};

static void
cut_hex(struct cut *cut, const char *hex)
{
	cut->cmd.len = 0;
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &cut->cmd), YKT_OK);
}

static void
init_answer(struct card *card, const char *cmd, struct ykt_buf *ret_init)
{
	uint8_t bytes[64];
	struct ykt_buf buf = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(cmd, strlen(cmd), &buf), YKT_OK);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&buf), ret_init), SW_OK);
}

/* A purse in use: two loads, purchases of both kinds, so every slot has a past. */
static void
use_purse(struct card *card)
{
	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 5000), SW_OK);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 200, 1), SW_OK);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 700), SW_OK);
}

static void
prepare_init_load(struct card *card, struct cut *cut)
{
	use_purse(card);
	cut_hex(cut, "805000020B01000003E8" TERMINAL_HEX "10");
}

static void
prepare_credit(struct card *card, struct cut *cut)
{
	uint8_t bytes[16];
	struct ykt_buf init = YKT_BUF(bytes);

	use_purse(card);
	init_answer(card, "805000020B01000003E8" TERMINAL_HEX "10", &init);
	terminal_credit_cmd(card, ykt_buf_view(&init), 1000, &cut->cmd);
}

static void
prepare_debit(struct card *card, struct cut *cut)
{
	uint8_t bytes[16];
	struct ykt_buf init = YKT_BUF(bytes);

	use_purse(card);
	init_answer(card, "805001020B01000003E8" TERMINAL_HEX "0F", &init);
	terminal_debit_cmd(card, ykt_buf_view(&init), 0x06, 1000, 2, &cut->cmd);
}

/* The largest atomic set: four records of 1A and one of 1E. */
static void
prepare_capp(struct card *card, struct cut *cut)
{
	uint8_t bytes[16], record[128], update[160];
	struct ykt_buf init = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(update);

	use_purse(card);
	init_answer(card, "805003020B01000003E8" TERMINAL_HEX "0F", &init);
	for (unsigned i = 0; i < 5; i++) {
		memset(record, (int)(0xA0 + i), sizeof(record));
		ykt_set_u16(record, (uint16_t)(0x2701 + i));
		cmd.len = 0;
		purse_capp_update_build(i < 4 ? PURSE_SFI_JOURNEY : PURSE_SFI_TRIP,
		    ykt_bytes(record, i < 4 ? 128 : 48), &cmd);
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	}
	terminal_debit_cmd(card, ykt_buf_view(&init), 0x09, 1000, 2, &cut->cmd);
}

/* A secure-messaging command made ready; wrong spoils its MAC. */
static void
prepare_sm(struct card *card, struct cut *cut, const char *head_hex, const char *data, bool wrong)
{
	uint8_t mac[4];

	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	cut_hex(cut, head_hex);
	ykt_put_u8(&cut->cmd, (uint8_t)(strlen(data) / 2 + 4));
	assert_int_equal(ykt_hex_decode(data, strlen(data), &cut->cmd), YKT_OK);
	assert_int_equal(purse_sm_mac(card->crypto, PURSE_ALG_TDES, purse_test_keys.damk,
			     ykt_bytes("\x11\x22\x33\x44", 4), ykt_buf_view(&cut->cmd), mac),
	    YKT_OK);
	mac[0] ^= wrong ? 1 : 0;
	ykt_put_mem(&cut->cmd, mac, sizeof(mac));
}

static void
prepare_update_binary(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_sm(card, cut, "04D69700", "000157", false);
}

static void
prepare_wrong_sm(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_sm(card, cut, "04D69700", "000157", true);
}

static void
prepare_block(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_sm(card, cut, "841E0000", "", false);
}

static void
prepare_unblock(struct card *card, struct cut *cut)
{
	use_purse(card);
	assert_int_equal(terminal_sm(card, YKT_SE_WIRED, "841E0000", ""), SW_OK);
	prepare_sm(card, cut, "84180000", "", false);
}

static void
prepare_initialize_update(struct card *card, struct cut *cut)
{
	tsm_make_ssd(card);
	expect_sw(card, SW_OK, "00A4040008" AID_ISD "00");
	cut_hex(cut, "8050300008010203040506070800");
}

/* A plain command, wrapped in an open channel with the domain. */
static void
prepare_secure(struct card *card, struct cut *cut, const char *aid, const struct scp03_keys *keys,
    struct ykt_bytes plain)
{
	struct tsm tsm;

	tsm_open(&tsm, card, aid, keys, 0x33);
	cut->cmd.len = 0;
	assert_int_equal(scp03_cmd_wrap(card->crypto, &tsm.session, plain, &cut->cmd), YKT_OK);
}

static void
prepare_secure_hex(struct card *card, struct cut *cut, const char *aid,
    const struct scp03_keys *keys, const char *hex)
{
	uint8_t bytes[300];
	struct ykt_buf plain = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &plain), YKT_OK);
	prepare_secure(card, cut, aid, keys, ykt_buf_view(&plain));
}

static void
prepare_install_ssd(struct card *card, struct cut *cut)
{
	prepare_secure_hex(card, cut, AID_ISD, &tsm_isd_keys,
	    "80E60C002007A000000151535008A00000015153504108" AID_SSD "018002C9000000");
}

static void
prepare_install_purse(struct card *card, struct cut *cut)
{
	tsm_make_ssd(card);
	prepare_secure_hex(card, cut, AID_ISD, &tsm_isd_keys,
	    "80E604002007A000000632010108A00000063201010508" AID_PURSE "010002C9000000");
}

static void
prepare_extradite(struct card *card, struct cut *cut)
{
	tsm_make_purse(card);
	prepare_secure_hex(
	    card, cut, AID_ISD, &tsm_isd_keys, "80E610001608" AID_ISD "0008" AID_PURSE "00000000");
}

/* Two of the three keys replaced would lock the domain for ever. */
static void
prepare_put_key(struct card *card, struct cut *cut)
{
	static const char clear[16] = "one new key 0123";
	struct gp_put_key put = {
		.old_version = KVN_SSD, .new_version = 0x32, .first_id = 1, .count = 3
	};
	uint8_t secret_bytes[3][16], bytes[300];
	struct ykt_buf plain = YKT_BUF(bytes);

	tsm_make_ssd(card);
	for (size_t i = 0; i < 3; i++) {
		struct ykt_buf secret = YKT_BUF(secret_bytes[i]);

		put.keys[i].type = GP_KEY_TYPE_AES;
		put.keys[i].len = 16;
		assert_int_equal(scp03_dek_encrypt(card->crypto, tsm_ssd_keys.dek, 16,
				     ykt_bytes(clear, 16), &secret),
		    YKT_OK);
		put.keys[i].component = ykt_buf_view(&secret);
		assert_int_equal(
		    gp_kcv_aes(card->crypto, (const uint8_t *)clear, 16, put.keys[i].kcv), YKT_OK);
	}
	gp_put_key_build(&put, &plain);
	prepare_secure(card, cut, AID_SSD, &tsm_ssd_keys, ykt_buf_view(&plain));
}

/* T20: the last block of the series that personalises. */
static void
prepare_store_data(struct card *card, struct cut *cut)
{
	const struct purse_setup setup = { AID_PURSE, 100000, 0, PURSE_ALG_TDES };
	uint8_t bytes[600], block[300];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(block);
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_install_purse(card, AID_PURSE);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000E000008" AID_PURSE "000000"), SW_OK);
	tsm_perso_groups(card, &setup, &groups);
	gp_store_data_build(GP_STORE_DGI, 0, ykt_bytes(bytes, 150), &cmd);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
	cmd.len = 0;
	gp_store_data_build(
	    GP_STORE_DGI | GP_STORE_LAST, 1, ykt_bytes(bytes + 150, groups.len - 150), &cmd);
	cut->cmd.len = 0;
	assert_int_equal(
	    scp03_cmd_wrap(card->crypto, &tsm.session, ykt_buf_view(&cmd), &cut->cmd), YKT_OK);
}

static void
prepare_lock(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_secure_hex(card, cut, AID_ISD, &tsm_isd_keys, "80F0408008" AID_PURSE);
}

static void
prepare_delete(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_secure_hex(card, cut, AID_ISD, &tsm_isd_keys, "80E400800A4F08" AID_SSD "00");
}

static const struct scene scenes[] = {
	{ "INITIALIZE FOR LOAD", prepare_init_load, SW_OK, true, false },
	{ "CREDIT FOR LOAD", prepare_credit, SW_OK, true, false },
	{ "DEBIT FOR PURCHASE", prepare_debit, SW_OK, true, false },
	{ "DEBIT FOR CAPP PURCHASE, four 1A and 1E", prepare_capp, SW_OK, true, false },
	{ "UPDATE BINARY", prepare_update_binary, SW_OK, false, false },
	{ "a wrong MAC of secure messaging", prepare_wrong_sm, SW_SM_WRONG, false, false },
	{ "APPLICATION BLOCK", prepare_block, SW_OK, true, false },
	{ "APPLICATION UNBLOCK", prepare_unblock, SW_OK, false, false },
	{ "INITIALIZE UPDATE", prepare_initialize_update, SW_OK, false, false },
	{ "INSTALL of a domain", prepare_install_ssd, SW_OK, false, false },
	{ "INSTALL of a purse", prepare_install_purse, SW_OK, true, false },
	{ "INSTALL for extradition", prepare_extradite, SW_OK, false, false },
	{ "PUT KEY of three", prepare_put_key, SW_OK, true, false },
	{ "STORE DATA, last block", prepare_store_data, SW_OK, true, false },
	{ "SET STATUS", prepare_lock, SW_OK, false, false },
	{ "DELETE with dependents", prepare_delete, SW_OK, false, true },
};

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
	if (memcmp(a->home, b->home, SE_PURSE_OFF(0)) != 0)
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
	for (size_t i = 0; i < YKT_ARRAY_LEN(scenes); i++) {
		matrix_new(m, &scenes[i]);
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
	for (size_t i = 0; i < YKT_ARRAY_LEN(scenes); i++) {
		size_t last;

		if (!scenes[i].deep)
			continue;
		matrix_new(m, &scenes[i]);
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
	for (size_t i = 0; i < YKT_ARRAY_LEN(scenes); i++) {
		unsigned long choices;

		if (scenes[i].two_steps)
			continue;
		matrix_new(m, &scenes[i]);
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
	for (size_t i = 0; i < YKT_ARRAY_LEN(scenes); i++) {
		if (scenes[i].two_steps)
			continue;
		matrix_new(m, &scenes[i]);
		for (unsigned k = 0; k < 2 * m->writes; k++) {
			restore(m->card, &m->ready);
			nvm_fault(&m->card->nvm, k / 2 + 1, faults[k % 2], TEAR_OLD);
			assert_int_equal(
			    card_send(m->card, YKT_SE_WIRED, ykt_buf_view(&m->cut.cmd), NULL),
			    SW_MEMORY);
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
		{ prepare_credit, "805A000202000308", "0000157C9000", "000019649000" },
		{ prepare_debit, "805A000602000208", "0000157C9000", "000011949000" },
		{ prepare_capp, "805A000902000208", "0000157C9000", "000011949000" },
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
