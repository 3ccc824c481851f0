/*
 * The software PSAM: raw bytes of the published example first, then order,
 * counters, power cuts, refusals.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/purse_perso.h"
#include "card/gp.h"
#include "card/scp03.h"
#include "check.h"
#include "crypto/core.h"
#include "se/psam.h"

/* tests/vectors/purse_3des.json: root of DPK, issuer, serial. */
#define ROOT     "101112131415161718191A1B1C1D1E1F"
#define FACTORS  "5170000000000001 01011000FFFFFFFF"
#define TERMINAL "310000000001"
#define SERIAL   "00112233445566778899"

#define OFF_NEXT_SEQ 208 /* psam_priv.h */

#define TAP(middle) "80700000 24 01020304 0010 " middle FACTORS

/* MAC1 of "purchase" at terminal sequence 00ABCDEF, and what belongs to it. */
#define PURCHASE TAP("000000C8 06 20250102030406 01 00") "08"
#define ENTRY    "80700000 24 0A0B0C0D 0011 00000000 09 20250102030407 01 00" FACTORS "08"

/* Memory that can be cut: from the n-th write on, after some bytes, all is dead. */
struct memory {
	uint8_t bytes[SE_PSAM_IMAGE_SIZE];
	unsigned writes;
	unsigned cut_at;    /* 0: never */
	uint32_t cut_after; /* bytes of that write that still arrive */
	bool dead;
	bool stuck; /* writes do nothing and say nothing */
};

static enum ykt_status
memory_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	struct memory *memory = ctx;

	memcpy(out, memory->bytes + off, len);
	return memory->dead ? YKT_E_DOWN : YKT_OK;
}

static enum ykt_status
memory_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct memory *memory = ctx;

	memory->writes++;
	if (memory->dead)
		return YKT_E_DOWN;
	if (memory->stuck)
		return YKT_OK;
	if (memory->cut_at != 0 && memory->writes == memory->cut_at) {
		memory->dead = true;
		memcpy(
		    memory->bytes + off, data, memory->cut_after < len ? memory->cut_after : len);
		return YKT_E_DOWN;
	}
	memcpy(memory->bytes + off, data, len);
	return YKT_OK;
}

struct rig {
	struct crypto *crypto;
	struct memory memory;
	struct ykt_nvm nvm;
	struct se_psam psam;
	char answer[2 * SE_PSAM_RSP_MAX + 1];
};

static struct rig the_rig;

static struct ykt_bytes
unhex(const char *hex, struct ykt_buf *buf)
{
	assert_status(ykt_hex_decode(hex, strlen(hex), buf), YKT_OK);
	return ykt_buf_view(buf);
}

/* The answer as hex, borrowed until the next call. */
static const char *
apdu(struct rig *rig, const char *hex)
{
	uint8_t cmd_bytes[300], rsp_bytes[SE_PSAM_RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);

	se_psam_transceive(&rig->psam, unhex(hex, &cmd), &rsp);
	assert_status(ykt_buf_done(&rsp), YKT_OK);
	ykt_hex_encode(ykt_buf_view(&rsp), rig->answer);
	return rig->answer;
}

static void
put_key(struct rig *rig, uint8_t usage, uint8_t alg, struct ykt_buf *out)
{
	struct perso_key key = { .usage = usage, .index = 1, .version = 1, .alg = alg };
	struct ykt_buf value = YKT_BUF(key.key);

	(void)unhex(ROOT, &value);
	assert_status(perso_kcv(rig->crypto, &key, key.kcv), YKT_OK);
	perso_key_encode(&key, out);
}

/* STORE DATA with the groupings named by letters: s t f k, l a load key, b a bad check value. */
static const char *
store(struct rig *rig, const char *what, const char *transport)
{
	static char text[600];
	uint8_t dgi_bytes[255], clear_bytes[64], secret_bytes[80], field_bytes[25] = { 0 };
	struct ykt_buf dgis = YKT_BUF(dgi_bytes), clear = YKT_BUF(clear_bytes);
	struct ykt_buf secret = YKT_BUF(secret_bytes), field = YKT_BUF(field_bytes);

	put_key(rig, strchr(what, 'l') != NULL ? PERSO_KEY_LOAD : PERSO_KEY_PURCHASE, 0, &clear);
	put_key(rig, PERSO_KEY_PURCHASE, strchr(what, '2') != NULL ? 0 : 4, &clear);
	if (strchr(what, 'b') != NULL)
		clear_bytes[PERSO_KEY_LEN - 1] ^= 1;
	assert_status(scp03_dek_encrypt(rig->crypto, (const uint8_t *)transport,
			  SE_PSAM_TRANSPORT_LEN, ykt_buf_view(&clear), &secret),
	    YKT_OK);
	for (; *what != '\0'; what++) {
		field.len = 0;
		if (*what == 's')
			dgi_put(&dgis, 0x0015, unhex(SERIAL, &field));
		else if (*what == 't')
			dgi_put(&dgis, 0x0016, unhex(TERMINAL, &field));
		else if (*what == 'f')
			dgi_put(&dgis, 0x0017, YKT_BYTES(field_bytes));
		else if (*what == 'k')
			dgi_put(&dgis, PERSO_DGI_KEYS, ykt_buf_view(&secret));
		else if (*what == '?')
			dgi_put(&dgis, 0x9001, ykt_bytes(field_bytes, 8));
	}
	(void)snprintf(text, sizeof(text), "80E28000%02X", (unsigned)dgis.len);
	ykt_hex_encode(ykt_buf_view(&dgis), text + strlen(text));
	return apdu(rig, text);
}

static void
boot(struct rig *rig)
{
	rig->memory.dead = false;
	rig->memory.cut_at = 0;
	assert_status(se_psam_boot(&rig->psam, &rig->nvm, rig->crypto), YKT_OK);
}

static int
blank(void **state)
{
	struct rig *rig = &the_rig;

	memset(rig, 0, sizeof(*rig));
	rig->nvm = (struct ykt_nvm){ &rig->memory, SE_PSAM_IMAGE_SIZE, memory_read, memory_write };
	memset(rig->memory.bytes, 0xA5, sizeof(rig->memory.bytes));
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &rig->crypto), YKT_OK);
	assert_status(se_psam_format(&rig->nvm, (const uint8_t *)SE_PSAM_TEST_TRANSPORT), YKT_OK);
	boot(rig);
	*state = rig;
	return 0;
}

static int
ready(void **state)
{
	(void)blank(state);
	assert_string_equal(store(*state, "stk", SE_PSAM_TEST_TRANSPORT), "9000");
	/* As if 00ABCDEE taps had been done. */
	ykt_set_u32(the_rig.psam.journal.home + OFF_NEXT_SEQ, 0x00ABCDEF);
	return 0;
}

static int
clear(void **state)
{
	struct rig *rig = *state;

	se_psam_clear(&rig->psam);
	crypto_free(&rig->crypto);
	return 0;
}

static void
test_published_values(void **state)
{
	struct rig *rig = *state;

	assert_string_equal(apdu(rig, PURCHASE), "00ABCDEFBF2234D99000");
	assert_string_equal(apdu(rig, "80720000 04 AE085398"), "9000");
	assert_string_equal(apdu(rig, ENTRY), "00ABCDF0B22FCE609000");
	assert_string_equal(apdu(rig, "80720000 04 C64A7D0E"), "9000");

	/* SM4: no standard vector, but another key and the same order. */
	assert_true(
	    strncmp(apdu(rig, TAP("000000C8 06 20250102030406 01 04") "08"), "00ABCDF1", 8) == 0);
	assert_string_equal(apdu(rig, TAP("000000C8 06 20250102030406 01 01") "08"), "9403");
}

static void
test_files(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *rsp;
	} rows[] = {
		{ "serial number", "00B095000A", SERIAL "9000" },
		{ "terminal number", "00B0960006", TERMINAL "9000" },
		{ "all of it by Le 00", "00B0960000", TERMINAL "9000" },
		{ "a part", "00B0960402", "00019000" },
		{ "file 17 without its grouping", "00B0970002", "00009000" },
		{ "more than there is", "00B0960007", "6C06" },
		{ "behind the end", "00B0960601", "6B00" },
		{ "another file", "00B0980001", "6A82" },
		{ "without Le", "00B09600", "6700" },
		{ "root", "00A40000 02 3F00", "9000" },
		{ "the application's folder", "00A40000 02 8011", "9000" },
		{ "any application", "00A40400 09 A00000000386980701", "9000" },
		{ "another folder", "00A40000 02 1001", "6A82" },
		{ "another kind of selection", "00A40800 02 3F00", "6A86" },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_true_why(strcmp(apdu(rig, rows[i].cmd), rows[i].rsp) == 0, rows[i].why);
}

static void
test_strict_order(void **state)
{
	static const char *const between[] = {
		"00B0960006",                   /* harmless, but the tap is over */
		"80720000 04 00000000",         /* a wrong MAC2 */
		"80720000 03 AE0853",           /* a short one */
		"80720100 04 AE085398",         /* P1 */
		"00720000 04 AE085398",         /* class */
		"8074000008 00ABCDEF AE085398", /* a check of an earlier tap */
		"80FF0000",                     /* unknown */
		"80",                           /* no command */
	};
	struct rig *rig = *state;

	assert_string_equal(apdu(rig, "80720000 04 AE085398"), "6985");
	for (size_t i = 0; i < YKT_ARRAY_LEN(between); i++) {
		ykt_set_u32(rig->psam.journal.home + OFF_NEXT_SEQ, 0x00ABCDEF);
		assert_string_equal(apdu(rig, PURCHASE), "00ABCDEFBF2234D99000");
		(void)apdu(rig, between[i]);
		assert_true_why(strcmp(apdu(rig, "80720000 04 AE085398"), "6985") == 0, between[i]);
	}
	ykt_set_u32(rig->psam.journal.home + OFF_NEXT_SEQ, 0x00ABCDEF);
	assert_string_equal(apdu(rig, PURCHASE), "00ABCDEFBF2234D99000");
	assert_string_equal(apdu(rig, "80720000 04 AE085398"), "9000");
	/* Once. */
	assert_string_equal(apdu(rig, "80720000 04 AE085398"), "6985");
}

static void
test_reset_ends_the_tap(void **state)
{
	struct rig *rig = *state;
	struct se_psam_port port;
	uint8_t raw[33], tck = 0;
	struct ykt_buf atr = YKT_BUF(raw);

	assert_string_equal(apdu(rig, PURCHASE), "00ABCDEFBF2234D99000");
	se_psam_port(&port, &rig->psam);
	assert_status(port.se.reset(port.se.ctx, &atr, 0), YKT_OK);
	assert_int_equal(raw[0], 0x3B);
	for (size_t i = 1; i < atr.len; i++)
		tck ^= raw[i];
	assert_int_equal(tck, 0);
	assert_string_equal(apdu(rig, "80720000 04 AE085398"), "6985");
	/* What was remembered outlives even a power cycle. */
	boot(rig);
	assert_string_equal(apdu(rig, "8074000008 00ABCDEF AE085398"), "9000");
}

static void
test_checks_earlier_taps(void **state)
{
	struct rig *rig = *state;

	assert_string_equal(apdu(rig, PURCHASE), "00ABCDEFBF2234D99000");
	assert_string_equal(apdu(rig, "8074000008 00ABCDF0 AE085398"), "6A88");
	assert_string_equal(apdu(rig, "8074000008 00000000 00000000"), "6A88");
	assert_string_equal(apdu(rig, "8074000008 00ABCDEF AE085399"), "9302");
	assert_string_equal(apdu(rig, "8074000007 00ABCDEF AE0853"), "6700");
	assert_string_equal(apdu(rig, "8074000108 00ABCDEF AE085398"), "6A86");
	assert_string_equal(apdu(rig, "8074000008 00ABCDEF AE085398"), "9000");

	for (unsigned i = 1; i < SE_PSAM_TAPS; i++)
		assert_int_equal(strlen(apdu(rig, ENTRY)), 20);
	assert_string_equal(apdu(rig, "8074000008 00ABCDEF AE085398"), "9000");
	/* The ninth tap takes the place of the first. */
	assert_int_equal(strlen(apdu(rig, ENTRY)), 20);
	assert_string_equal(apdu(rig, "8074000008 00ABCDEF AE085398"), "6A88");
	assert_string_equal(apdu(rig, "8074000008 00ABCDF0 C64A7D0E"), "9000");
}

static void
test_wrong_macs_end_in_refusal(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(strlen(apdu(rig, PURCHASE)), 20);
	for (unsigned i = 1; i < SE_PSAM_FAILS_MAX; i++)
		assert_string_equal(apdu(rig, "8074000008 00ABCDEF 00000000"), "9302");
	/* One good one starts the count again. */
	assert_string_equal(apdu(rig, "8074000008 00ABCDEF AE085398"), "9000");
	for (unsigned i = 0; i < SE_PSAM_FAILS_MAX; i++)
		assert_string_equal(apdu(rig, "8074000008 00ABCDEF 00000000"), "9302");
	boot(rig);
	assert_string_equal(apdu(rig, "8074000008 00ABCDEF AE085398"), "6983");
	assert_string_equal(apdu(rig, PURCHASE), "6983");
	assert_string_equal(apdu(rig, "00B0960006"), TERMINAL "9000");
}

static void
test_refuses_taps(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *sw;
	} rows[] = {
		{ "P1", "80700100 24 01020304 0010 000000C8 06 20250102030406 01 00" FACTORS,
		    "6A86" },
		{ "no factors: the root itself",
		    "80700000 14 01020304 0010 000000C8 06 20250102030406 01 00", "6A80" },
		{ "one factor",
		    "80700000 1C 01020304 0010 000000C8 06 20250102030406 01 00 01011000FFFFFFFF",
		    "6A80" },
		{ "half a factor",
		    "80700000 18 01020304 0010 000000C8 06 20250102030406 01 00 01011000", "6700" },
		{ "three factors",
		    "80700000 2C 01020304 0010 000000C8 06 20250102030406 01 00" FACTORS
		    "0000000000000000",
		    "6A80" },
		{ "a load", TAP("000000C8 02 20250102030406 01 00"), "6A80" },
		{ "a purchase of nothing", TAP("00000000 06 20250102030406 01 00"), "6A80" },
		{ "more than a purse can hold", TAP("01000000 06 20250102030406 01 00"), "6A80" },
		{ "no date", TAP("000000C8 06 2025010203040A 01 00"), "6A80" },
		{ "another key version", TAP("000000C8 06 20250102030406 02 00"), "9403" },
		{ "key version 0", TAP("000000C8 06 20250102030406 00 00"), "9403" },
		{ "Le too short", TAP("000000C8 06 20250102030406 01 00") "04", "6C08" },
		{ "no load command", "80500002 0B 01 00001388 310000000001 10", "6D00" },
		{ "no internal authentication", "00880000 08 0000000000000000", "6D00" },
		{ "no second personalisation", "80E28000 00", "6985" },
	};
	struct rig *rig = *state;
	unsigned writes = rig->memory.writes;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_true_why(strcmp(apdu(rig, rows[i].cmd), rows[i].sw) == 0, rows[i].why);
	assert_string_equal(store(rig, "stk", SE_PSAM_TEST_TRANSPORT), "6985");
	/* Nothing moved. */
	assert_int_equal(rig->memory.writes, writes);
	assert_string_equal(apdu(rig, PURCHASE), "00ABCDEFBF2234D99000");
}

static void
test_terminal_sequence_ends(void **state)
{
	struct rig *rig = *state;

	ykt_set_u32(rig->psam.journal.home + OFF_NEXT_SEQ, 0xFFFFFFFF);
	assert_true(strncmp(apdu(rig, PURCHASE), "FFFFFFFF", 8) == 0);
	assert_string_equal(apdu(rig, PURCHASE), "9402");
	boot(rig);
	assert_string_equal(apdu(rig, PURCHASE), "9402");
}

static void
test_personalisation_is_whole_or_absent(void **state)
{
	static const struct {
		const char *why;
		const char *what;
		const char *transport;
		const char *sw;
	} rows[] = {
		{ "no serial number", "tk", SE_PSAM_TEST_TRANSPORT, "6A80" },
		{ "no terminal number", "sk", SE_PSAM_TEST_TRANSPORT, "6A80" },
		{ "no keys", "st", SE_PSAM_TEST_TRANSPORT, "6A80" },
		{ "a grouping twice", "sstk", SE_PSAM_TEST_TRANSPORT, "6A80" },
		{ "a grouping of another kind", "stk?", SE_PSAM_TEST_TRANSPORT, "6A88" },
		{ "a load key", "stkl", SE_PSAM_TEST_TRANSPORT, "6A80" },
		{ "the same key twice", "stk2", SE_PSAM_TEST_TRANSPORT, "6A80" },
		{ "a wrong check value", "stkb", SE_PSAM_TEST_TRANSPORT, "9485" },
		{ "another transport key", "stk", "TEST-TRANSPORT-2", "6A80" },
	};
	struct rig *rig = *state;

	assert_string_equal(apdu(rig, PURCHASE), "6985");
	assert_string_equal(apdu(rig, "00B0960006"), "6985");
	assert_string_equal(apdu(rig, "80E20000 02 0015"), "6A86");
	assert_string_equal(apdu(rig, "80E28000 02 0015"), "6A80");
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const char *sw = store(rig, rows[i].what, rows[i].transport);

		assert_true_why(strcmp(sw, rows[i].sw) == 0, rows[i].why);
		assert_true_why(strcmp(apdu(rig, PURCHASE), "6985") == 0, rows[i].why);
	}
	assert_string_equal(store(rig, "stfk", SE_PSAM_TEST_TRANSPORT), "9000");
	assert_true(strncmp(apdu(rig, PURCHASE), "00000001", 8) == 0);
}

/* Power fails at each write of a tap, after each of a few lengths. */
static void
test_cut_at_every_write(void **state)
{
	static const uint32_t lengths[] = { 0, 1, 13, 40, 4096 };
	static struct memory before;
	struct rig *rig = *state;
	unsigned cuts = 0;

	assert_int_equal(strlen(apdu(rig, ENTRY)), 20);
	before = rig->memory;
	for (unsigned n = 1; cuts < n; n++) {
		for (size_t i = 0; i < YKT_ARRAY_LEN(lengths); i++) {
			const char *answer;

			rig->memory = before;
			boot(rig);
			rig->memory.writes = 0;
			rig->memory.cut_at = n;
			rig->memory.cut_after = lengths[i];
			answer = apdu(rig, ENTRY);
			if (!rig->memory.dead)
				goto done;
			cuts = n;
			/* A cut before the tap was whole: no MAC1 has left. */
			assert_string_equal(answer, "6581");
			boot(rig);
			assert_int_equal(strlen(apdu(rig, ENTRY)), 20);
			/* A number that may have been used is not used again. */
			assert_true(strncmp(rig->answer, "00ABCDF0", 8) >= 0);
		}
	}
done:
	assert_true(cuts >= 1);
}

static void
test_memory_that_does_not_take_it(void **state)
{
	struct rig *rig = *state;

	rig->memory.stuck = true;
	assert_string_equal(apdu(rig, PURCHASE), "6581");
	rig->memory.stuck = false;
	boot(rig);
	assert_string_equal(apdu(rig, "8074000008 00ABCDEF AE085398"), "6A88");
}

static void
test_image_checks(void **state)
{
	struct rig *rig = *state;
	struct ykt_nvm small = rig->nvm;

	small.size--;
	assert_status(se_psam_format(&small, (const uint8_t *)SE_PSAM_TEST_TRANSPORT), YKT_E_ARG);
	rig->memory.bytes[SE_HOME_IN + 40] ^= 0x10;
	assert_status(se_psam_boot(&rig->psam, &rig->nvm, rig->crypto), YKT_E_CORRUPT);
	assert_string_equal(apdu(rig, "00B0960006"), "6F00");
	memset(rig->memory.bytes, 0, sizeof(rig->memory.bytes));
	assert_status(se_psam_boot(&rig->psam, &rig->nvm, rig->crypto), YKT_E_CORRUPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_published_values, ready, clear),
		cmocka_unit_test_setup_teardown(test_files, ready, clear),
		cmocka_unit_test_setup_teardown(test_strict_order, ready, clear),
		cmocka_unit_test_setup_teardown(test_reset_ends_the_tap, ready, clear),
		cmocka_unit_test_setup_teardown(test_checks_earlier_taps, ready, clear),
		cmocka_unit_test_setup_teardown(test_wrong_macs_end_in_refusal, ready, clear),
		cmocka_unit_test_setup_teardown(test_refuses_taps, ready, clear),
		cmocka_unit_test_setup_teardown(test_terminal_sequence_ends, ready, clear),
		cmocka_unit_test_setup_teardown(
		    test_personalisation_is_whole_or_absent, blank, clear),
		cmocka_unit_test_setup_teardown(test_cut_at_every_write, ready, clear),
		cmocka_unit_test_setup_teardown(test_memory_that_does_not_take_it, ready, clear),
		cmocka_unit_test_setup_teardown(test_image_checks, blank, clear),
	};

	return cmocka_run_group_tests_name("se: psam", tests, NULL, NULL);
}
