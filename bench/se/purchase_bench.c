/*
 * se.purchase.3des, se.purchase.sm4: compound purchases a second in one process,
 * against the cipher work of one such purchase alone, in the same run and on the
 * same cipher contexts. 3DES: one two-key EDE block, seven single-DES blocks;
 * SM4: one block for the session key, three for the MACs, two for the TAC; both
 * with three key set-ups.
 *
 * A purchase is INITIALIZE FOR CAPP PURCHASE, UPDATE CAPP DATA CACHE of a
 * journey (128 bytes) and a trip (48), DEBIT. The gate's half, MAC1, is made
 * before the clock starts; the card's random is fixed for that. The image is in
 * memory. Exit code 1: a purchase went wrong; the bars stand in bench/bars.txt.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ykt/mem.h>

#include "card/files.h"
#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "crypto/block.h"
#include "se/internal.h"
#include "se/perso.h"
#include "se/purse_priv.h"

#define ROUNDS 60000
#define TURN   500 /* rounds */
#define AMOUNT 1

static const uint8_t dpk[16] = { 0x49, 0xE0, 0x49, 0x09, 0x0C, 0xFC, 0x3A, 0x31, 0x09, 0xC7, 0x31,
	0xC7, 0xD7, 0x24, 0x19, 0xA4 };
static const uint8_t dtk[16] = { 0x65, 0x4B, 0x1B, 0xD0, 0xB9, 0xC2, 0x3E, 0x0E, 0xFD, 0x0D, 0xB0,
	0x4F, 0x79, 0x6E, 0x38, 0xDE };

/* What differs: the ciphers, and how long what each of the three keys enciphers is. */
struct profile {
	const char *name;
	enum purse_alg alg;
	enum crypto_alg derive;
	enum crypto_alg mac;
	size_t key_len; /* of session key and TAC key */
	size_t derive_len;
	size_t mac_len;
	size_t tac_len;
};

static const struct profile profiles[] = {
	{ "se.purchase.3des", PURSE_ALG_TDES, CRYPTO_TDES2, CRYPTO_DES, 8, 8, 32, 24 },
	{ "se.purchase.sm4", PURSE_ALG_SM4, CRYPTO_SM4, CRYPTO_SM4, 16, 16, 48, 32 },
};

struct bench {
	const struct profile *profile;
	struct crypto *crypto;
	struct ykt_nvm nvm;
	struct ykt_random random;
	struct se se;
	uint8_t image[SE_IMAGE_SIZE];
	uint8_t debit[ROUNDS][24];
	size_t debit_len;
};

static enum ykt_status
mem_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct bench *bench = ctx;

	memcpy(out, bench->image + off, len);
	return YKT_OK;
}

static enum ykt_status
mem_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct bench *bench = ctx;

	memcpy(bench->image + off, data, len);
	return YKT_OK;
}

static enum ykt_status
fixed_fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0x5A, len);
	return YKT_OK;
}

static double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "se.purchase: %s\n", what);
	exit(1);
}

/* A purse in use, put straight into the image: this measures no card opening. */
static void
make_purse(struct bench *bench)
{
	struct se *se = &bench->se;
	uint32_t off = SE_PURSE_OFF(0);
	uint8_t head[2 + sizeof(purse_aid)] = { 0x07, sizeof(purse_aid) };
	uint8_t cap[3] = { 0xFF, 0xFF, 0xFF };
	uint8_t key[2][SE_PURSE_KEY_SIZE] = { { PERSO_KEY_PURCHASE, 1, 1,
						  (uint8_t)bench->profile->alg },
		{ PERSO_KEY_TAC, 1, 1, (uint8_t)bench->profile->alg } };
	uint8_t record[3] = { 0x27, 0x01, RECORD_JOURNEY_BODY };
	uint8_t balance[3] = { 0x0F, 0x42, 0x40 };

	memcpy(head + 2, purse_aid, sizeof(purse_aid));
	memcpy(key[0] + 4, dpk, 16);
	memcpy(key[1] + 4, dtk, 16);
	se_tx_begin(se);
	se_tx_put(se, off, YKT_BYTES(head));
	se_tx_put_u8(se, off + SE_PURSE_ALG, (uint8_t)bench->profile->alg);
	se_tx_put(se, off + SE_PURSE_CAP, YKT_BYTES(cap));
	se_tx_put(se, off + SE_PURSE_KEYS, ykt_bytes(key, sizeof(key)));
	se_tx_put(se, off + SE_PURSE_DATA, YKT_BYTES(record));
	se_tx_put(se, off + SE_PURSE_MONEY + SE_MONEY_BALANCE, YKT_BYTES(balance));
	if (se_tx_commit(se) != SW_OK)
		die("the image does not take a purse");
}

static struct purse_purchase
purchase_of(void)
{
	struct purse_purchase purchase = {
		.amount = AMOUNT, .terminal_seq = 1, .type = PURSE_TYPE_CAPP
	};

	memset(purchase.terminal, 0x31, sizeof(purchase.terminal));
	memset(purchase.datetime, 0x20, sizeof(purchase.datetime));
	return purchase;
}

/* The gate's half of every round. */
static void
make_debits(struct bench *bench)
{
	struct purse_purchase purchase = purchase_of();

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct ykt_buf cmd = YKT_BUF(bench->debit[i]);
		struct purse_debit debit = { .terminal_seq = 1 };
		struct purse_session session;
		uint8_t random[PURSE_RANDOM_LEN];

		memset(random, 0x5A, sizeof(random));
		memcpy(debit.datetime, purchase.datetime, sizeof(debit.datetime));
		if (purse_session_purchase(bench->crypto, bench->profile->alg, dpk, random,
			(uint16_t)i, 1, &session) != YKT_OK ||
		    purse_purchase_mac1(bench->crypto, &session, &purchase, debit.mac1) != YKT_OK)
			die("no MAC1");
		purse_debit_build(&debit, &cmd);
		bench->debit_len = cmd.len;
	}
}

static void
setup(struct bench *bench)
{
	struct se_params params = { .uid_len = 4, .isd_kvn = 0x30, .isd_key_len = 16 };

	if (crypto_new(&ykt_alloc_libc, NULL, &bench->crypto) != YKT_OK)
		die("no crypto");
	bench->nvm = (struct ykt_nvm){ bench, SE_IMAGE_SIZE, mem_read, mem_write };
	bench->random = (struct ykt_random){ bench, fixed_fill };
	if (se_format(&bench->nvm, &params) != YKT_OK ||
	    se_boot(&bench->se, &bench->nvm, bench->crypto, &bench->random) != YKT_OK)
		die("no card");
	make_purse(bench);
	make_debits(bench);
}

static void
send(struct bench *bench, struct ykt_bytes cmd)
{
	uint8_t bytes[SE_RSP_MAX];
	struct ykt_buf rsp = YKT_BUF(bytes);

	se_transceive(&bench->se, YKT_SE_CONTACTLESS, cmd, &rsp);
	if (ykt_get_u16(bytes + rsp.len - 2) != SW_OK)
		die("a command was refused");
}

struct commands {
	uint8_t bytes[4][160];
	struct ykt_buf select;
	struct ykt_buf first;
	struct ykt_buf update_journey;
	struct ykt_buf update_trip;
};

static void
make_commands(struct commands *commands)
{
	struct purse_purchase purchase = purchase_of();
	struct purse_init init = { .p1 = PURSE_INIT_CAPP, .key_index = 1, .amount = AMOUNT };
	uint8_t journey[RECORD_JOURNEY_LEN] = { 0x27, 0x01 };
	uint8_t trip[RECORD_TRIP_LEN] = { RECORD_TRIP_ENTRY };

	commands->select = YKT_BUF(commands->bytes[0]);
	commands->first = YKT_BUF(commands->bytes[1]);
	commands->update_journey = YKT_BUF(commands->bytes[2]);
	commands->update_trip = YKT_BUF(commands->bytes[3]);
	memcpy(init.terminal, purchase.terminal, sizeof(init.terminal));
	purse_select_build(ykt_bytes(purse_aid, sizeof(purse_aid)), &commands->select);
	purse_init_build(&init, &commands->first);
	purse_capp_update_build(PURSE_SFI_JOURNEY, YKT_BYTES(journey), &commands->update_journey);
	purse_capp_update_build(PURSE_SFI_TRIP, YKT_BYTES(trip), &commands->update_trip);
}

/* Seconds for the purchases from the first'th on. */
static double
run_purchases(struct bench *bench, const struct commands *commands, unsigned first)
{
	double start = now_s();

	for (unsigned i = first; i < first + TURN; i++) {
		send(bench, ykt_buf_view(&commands->first));
		send(bench, ykt_buf_view(&commands->update_journey));
		send(bench, ykt_buf_view(&commands->update_trip));
		send(bench, ykt_bytes(bench->debit[i], bench->debit_len));
	}
	return now_s() - start;
}

static void
cbc(struct bench *bench, const struct crypto_key *key, uint8_t *data, size_t len)
{
	static const uint8_t zero[16];

	if (crypto_cbc_encrypt(bench->crypto, key, zero, ykt_bytes(data, len), data) != YKT_OK)
		die("the cipher failed");
}

/* Seconds for the cipher work of as many purchases alone. */
static double
run_ciphers(struct bench *bench)
{
	const struct profile *profile = bench->profile;
	struct crypto_key derive = { .alg = profile->derive, .len = 16 };
	struct crypto_key session = { .alg = profile->mac, .len = (uint8_t)profile->key_len };
	struct crypto_key tac = { .alg = profile->mac, .len = (uint8_t)profile->key_len };
	uint8_t data[48] = { 1 };
	double start = now_s();

	for (unsigned i = 0; i < TURN; i++) {
		memcpy(derive.bytes, dpk, 16);
		if (crypto_ecb_encrypt(bench->crypto, &derive, ykt_bytes(data, profile->derive_len),
			data) != YKT_OK)
			die("the cipher failed");
		memcpy(session.bytes, data, profile->key_len);
		cbc(bench, &session, data, profile->mac_len);
		memcpy(tac.bytes, dtk, profile->key_len);
		cbc(bench, &tac, data, profile->tac_len);
	}
	return now_s() - start;
}

/*
 * The best of many short turns, taken in alternation, so that both meet the same
 * machine: what else runs there costs a turn, not the measurement.
 */
static void
measure(struct bench *bench, const struct profile *profile)
{
	double purchases = 1e9, ciphers = 1e9;
	struct commands commands;

	memset(bench, 0, sizeof(*bench));
	bench->profile = profile;
	setup(bench);
	make_commands(&commands);
	send(bench, ykt_buf_view(&commands.select));
	for (unsigned i = 0; i < ROUNDS; i += TURN) {
		double t = run_purchases(bench, &commands, i);

		purchases = t < purchases ? t : purchases;
		t = run_ciphers(bench);
		ciphers = t < ciphers ? t : ciphers;
	}
	crypto_free(&bench->crypto);
	printf("{\"name\":\"%s\",\"value\":%.0f,\"unit\":\"purchases/s\","
	       "\"limit\":%.0f,\"ratio\":%.3f}\n",
	    profile->name, TURN / purchases, TURN / ciphers, ciphers / purchases);
}

int
main(void)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	if (bench == NULL)
		die("no memory");
	for (size_t i = 0; i < YKT_ARRAY_LEN(profiles); i++)
		measure(bench, &profiles[i]);
	free(bench);
	return 0;
}
