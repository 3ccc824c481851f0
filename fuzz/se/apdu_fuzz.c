/*
 * Aims at se_transceive(), se_reset() and se_boot(): a card in use, driven over
 * both interfaces by whatever comes.
 *
 * The input is a list of actions: a byte that says what and on which side, a
 * length byte, that many bytes. Besides raw commands there are actions that do
 * what an honest terminal or TSM would do next (the right MAC, the right
 * channel), because no search guesses those.
 *
 * After every action the money invariants I-1, I-2 and I-4 are asserted; at the
 * end a restart must find exactly the state that the card showed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/gp.h"
#include "card/purse_admin.h"
#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "fuzz.h"
#include "se/ident.h"
#include "se/internal.h"
#include "se/perso.h"
#include "se/purse_priv.h"

#define ACTIONS_MAX 200
#define CAP         100000

enum action {
	ACTION_COMMAND,
	ACTION_RESET,
	ACTION_RESTART,
	ACTION_CREDIT,  /* the right step for the last online INITIALIZE */
	ACTION_DEBIT,   /* for the last INITIALIZE FOR PURCHASE */
	ACTION_CAPP,    /* for the last INITIALIZE FOR CAPP PURCHASE */
	ACTION_CHANNEL, /* opens one with the selected domain */
	ACTION_WRAPPED, /* the bytes as a command inside it */
	ACTION_SM,      /* the bytes as a header and data of secure messaging */
	ACTION_COUNT
};

struct world {
	struct ykt_nvm nvm;
	struct ykt_random random;
	struct se se;
	uint8_t image[SE_IMAGE_SIZE];
	uint8_t counter;
	/* What the honest actions remember. */
	struct purse_init init;
	uint8_t init_rsp[PURSE_LIMIT_INIT_RSP_LEN];
	size_t init_rsp_len;
	struct scp03_session session;
	struct se_money last;
	bool locked; /* the grey lock */
};

static const uint8_t key_bytes[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
static struct crypto *crypto;
static struct world world;
static uint8_t fresh_image[SE_IMAGE_SIZE];

static enum ykt_status
mem_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	struct world *w = ctx;

	assert(off <= SE_IMAGE_SIZE && len <= SE_IMAGE_SIZE - off);
	memcpy(out, w->image + off, len);
	return YKT_OK;
}

static enum ykt_status
mem_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct world *w = ctx;

	assert(len > 0 && off <= SE_IMAGE_SIZE && len <= SE_IMAGE_SIZE - off);
	memcpy(w->image + off, data, len);
	return YKT_OK;
}

static enum ykt_status
count_fill(void *ctx, uint8_t *out, size_t len)
{
	struct world *w = ctx;

	for (size_t i = 0; i < len; i++)
		out[i] = ++w->counter;
	return YKT_OK;
}

/* A purse and an installed, empty one, put straight into the image. */
static void
make_purses(struct se *se)
{
	static const uint8_t params[7] = { 0x01, 0x86, 0xA0, 0x00, 0x02, 0xBC, PURSE_ALG_TDES };
	uint8_t head[2 + PURSE_AID_LEN] = { 0x07, PURSE_AID_LEN };
	uint8_t empty[2 + PURSE_AID_LEN + 1] = { 0x03, PURSE_AID_LEN + 1 };
	/* A PIN of four digits, 15 tries, then a second ticket kind, then a QR code. */
	static const uint8_t pin[SE_PIN_SIZE] = { 15, 15, 2, 0x12, 0x34 };
	static const uint8_t second[6] = { 0x00, 0x27, 0x10, 0x00, 0x00, 0x64 };
	static const uint8_t qr[2] = { 0x01, 0xF4 };
	static const uint8_t has[2] = { 0x00, PERSO_HAS_SECOND };
	/* 05 free, 06 after the PIN, 07 plain after the PIN, 19 never written. */
	static const uint8_t files[SE_FILE_COUNT * SE_FILE_ENTRY_SIZE] = { 0, 16, 0, 0, 0, 8,
		PERSO_FILE_PIN, 0, 1, 0, 0,
		PERSO_FILE_PLAIN | PERSO_FILE_PIN, [24] = 1, [25] = 44, [27] = PERSO_FILE_NEVER };
	uint8_t table[SE_PURSE_KEY_COUNT][SE_PURSE_KEY_SIZE] = { { 0 } };
	uint32_t off = SE_PURSE_OFF(0);

	memcpy(head + 2, purse_aid, PURSE_AID_LEN);
	memcpy(empty + 2, purse_aid, PURSE_AID_LEN);
	for (uint8_t i = 0; i < YKT_ARRAY_LEN(table); i++) {
		/* 15 of 3DES, and of SM4 as many as there is room for. */
		table[i][0] = (uint8_t)(PERSO_KEY_LOAD + i % PERSO_KEY_USAGE_LAST);
		table[i][1] = table[i][2] = 1;
		table[i][3] = i < PERSO_KEY_USAGE_LAST ? PURSE_ALG_TDES : PURSE_ALG_SM4;
		memcpy(table[i] + 4, key_bytes, sizeof(key_bytes));
	}
	se_tx_begin(se);
	se_tx_put(se, off, YKT_BYTES(head));
	se_tx_put(se, SE_PURSE_OFF(1), YKT_BYTES(empty));
	se_tx_put(se, off + SE_PURSE_CAP, YKT_BYTES(params));
	se_tx_put(se, off + SE_PURSE_KEYS, ykt_bytes(table, sizeof(table)));
	se_tx_put(se, off + SE_PURSE_PIN, YKT_BYTES(pin));
	se_tx_put(se, off + SE_PURSE_CAP2, YKT_BYTES(second));
	se_tx_put(se, off + SE_PURSE_PERSO, YKT_BYTES(has));
	se_tx_put(se, off + SE_PURSE_QR, YKT_BYTES(qr));
	se_tx_put(se, off + SE_PURSE_FILES, YKT_BYTES(files));
	se_tx_put_u8(se, off + SE_PURSE_FCI, PERSO_FCI_BALANCE | PERSO_FCI_BALANCE_SECOND);
	for (uint16_t i = 0; i < 2; i++) {
		uint8_t id[3] = { 0x27, (uint8_t)(i + 1), 0x7D };

		se_tx_put(se, off + SE_PURSE_DATA + i * SE_DATA_LEN, YKT_BYTES(id));
	}
	assert(se_tx_commit(se) == SW_OK);
}

static void
prepare(void)
{
	struct se_params params = { .uid_len = 4, .isd_kvn = 0x30, .isd_key_len = 16 };
	/* The platform's and the authority's key: the curve's generator. */
	static const uint8_t one[32] = { [31] = 1 };
	struct crypto_sm2_key key;

	memcpy(params.isd_enc, key_bytes, 16);
	memcpy(params.isd_mac, key_bytes, 16);
	memcpy(params.isd_dek, key_bytes, 16);
	params.ident_count = 2;
	params.ident[0].has_platform = params.ident[0].has_authority = true;
	world.nvm = (struct ykt_nvm){ &world, SE_IMAGE_SIZE, mem_read, mem_write };
	world.random = (struct ykt_random){ &world, count_fill };
	assert(crypto_new(&ykt_alloc_libc, NULL, &crypto) == YKT_OK);
	assert(crypto_sm2_key_set(crypto, one, &key) == YKT_OK);
	params.ident[0].platform = params.ident[0].authority = key.pub;
	assert(se_format(&world.nvm, &params) == YKT_OK);
	assert(se_boot(&world.se, &world.nvm, crypto, &world.random) == YKT_OK);
	make_purses(&world.se);
	memcpy(fresh_image, world.image, SE_IMAGE_SIZE);
}

/* I-1, I-2 and I-4 on the first purse, as long as it is there. */
static void
check_money(struct world *w)
{
	struct se_money now;
	int64_t moved, other;
	unsigned online, offline;

	if (se_home(&w->se, SE_PURSE_OFF(0))[SE_PURSE_STATE] == 0)
		return;
	se_money_load(&w->se, 0, &now);
	if (now.cap != CAP)
		return; /* deleted, and another one in its place */
	moved = (int64_t)now.balance - now.overdrawn - w->last.balance + w->last.overdrawn;
	other = (int64_t)now.other_balance - now.other_overdrawn - w->last.other_balance +
		w->last.other_overdrawn;
	online = (unsigned)(now.online - w->last.online);
	offline = (unsigned)(now.offline - w->last.offline);
	assert(now.balance == 0 || now.overdrawn == 0);
	assert(now.balance <= CAP && now.overdrawn <= now.limit && CAP + now.limit <= 0xFFFFFF);
	assert(online + offline <= 1);
	assert(moved == 0 || other == 0);
	if (moved > 0 || other > 0 || now.limit != w->last.limit)
		assert(online == 1);
	/* A grey lock holds the money; its end may take some, without a counter. */
	if (w->locked && se_grey_locked(&w->se, 0)) {
		assert(moved == 0 && other == 0 && now.limit == w->last.limit);
	} else if (w->locked && moved < 0) {
		w->last = now;
		w->locked = false;
		return;
	}
	w->locked = se_grey_locked(&w->se, 0);
	/* What leaves, leaves by a purchase or by an unload. */
	if (moved < 0 || other < 0)
		assert(offline == 1 || now.proof[SE_PROOF_ONLINE].type == PURSE_TYPE_UNLOAD);
	if (moved < 0 || other < 0)
		assert(online + offline == 1);
	w->last = now;
}

/* INITIALIZE FOR UPDATE as the other forms; the limit to come is taken for the amount. */
static enum ykt_status
limit_decode(const struct apdu_cmd *cmd, struct purse_init *ret_init)
{
	struct purse_limit_init limit;
	enum ykt_status status = purse_limit_init_decode(cmd, &limit);

	if (status == YKT_OK) {
		ret_init->p1 = cmd->p1;
		ret_init->amount = (uint32_t)limit.terminal[0] << 8 | limit.terminal[1];
		memcpy(ret_init->terminal, limit.terminal, sizeof(limit.terminal));
	}

	return status;
}

/* Runs one command; remembers what INITIALIZE asked and was told. */
/* C5-ARC-7: the private key is in no answer; without one there is no certificate. */
static void
check_ident(const struct world *w, struct ykt_bytes rsp)
{
	for (uint32_t i = 0; i < SE_IDENT_COUNT; i++) {
		const uint8_t *entry = se_home(&w->se, SE_IDENT_OFF(i));
		bool has = (entry[SE_IDENT_HAS] & SE_IDENT_HAS_KEY) != 0;

		assert(has || entry[SE_IDENT_CERT] == 0);
		for (size_t at = 0; at + 32 <= rsp.len && has; at++)
			assert(memcmp(rsp.data + at, entry + SE_IDENT_D, 32) != 0);
	}
}

/* At the end: the two halves of the key pair belong together. */
static void
check_pair(const struct world *w)
{
	struct crypto_sm2_key key;

	for (uint32_t i = 0; i < SE_IDENT_COUNT; i++) {
		const uint8_t *entry = se_home(&w->se, SE_IDENT_OFF(i));

		if ((entry[SE_IDENT_HAS] & SE_IDENT_HAS_KEY) == 0)
			continue;
		assert(crypto_sm2_key_set(crypto, entry + SE_IDENT_D, &key) == YKT_OK);
		assert(memcmp(key.pub.xy, entry + SE_IDENT_PUB, 64) == 0);
	}
}

/* Of the purses that one partial AID finds, at most one answers on the air. */
static void
check_air(const struct world *w)
{
	for (uint8_t i = 0; i < SE_PURSE_COUNT; i++)
		for (uint8_t k = 0; k < i; k++)
			assert(!se_air_group(&w->se, i, k) ||
			       !se_air_answers(&w->se, (struct se_app){ SE_APP_PURSE, i }) ||
			       !se_air_answers(&w->se, (struct se_app){ SE_APP_PURSE, k }));
}

static uint16_t
exchange(struct world *w, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *rsp)
{
	struct apdu_cmd parsed;
	uint16_t sw;

	rsp->len = 0;
	se_transceive(&w->se, iface, cmd, rsp);
	assert(!rsp->full && rsp->len >= APDU_SW_LEN && rsp->len <= SE_RSP_MAX);
	sw = ykt_get_u16(rsp->data + rsp->len - APDU_SW_LEN);
	assert(sw >> 12 == 6 || sw >> 12 == 9);
	rsp->len -= APDU_SW_LEN;
	if (sw == SW_OK && apdu_cmd_decode(cmd, &parsed) == YKT_OK && parsed.cla == PURSE_CLA &&
	    parsed.ins == PURSE_INS_INITIALIZE && rsp->len <= sizeof(w->init_rsp) &&
	    (purse_init_decode(&parsed, &w->init) == YKT_OK ||
		limit_decode(&parsed, &w->init) == YKT_OK)) {
		memcpy(w->init_rsp, rsp->data, rsp->len);
		w->init_rsp_len = rsp->len;
	}
	check_money(w);
	check_air(w);
	check_ident(w, ykt_buf_view(rsp));

	return sw;
}

static void
honest_limit(struct world *w, enum ykt_se_iface iface, struct ykt_buf *rsp)
{
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct purse_limit limit = { .limit = w->init.amount, .datetime = { 0x20, 0x25 } };
	struct purse_limit_update update = { .limit = w->init.amount, .datetime = { 0x20, 0x25 } };
	struct purse_limit_init_rsp init;
	struct purse_session key;

	if (purse_limit_init_rsp_decode(ykt_bytes(w->init_rsp, w->init_rsp_len), &init) != YKT_OK)
		return;
	memcpy(limit.terminal, w->init.terminal, sizeof(limit.terminal));
	assert(purse_session_load(crypto, (enum purse_alg)init.alg, key_bytes, init.random,
		   init.online_seq, &key) == YKT_OK);
	assert(purse_limit_mac2(crypto, &key, &limit, update.mac2) == YKT_OK);
	purse_limit_update_build(&update, &cmd);
	(void)exchange(w, iface, ykt_buf_view(&cmd), rsp);
}

/* The right step of whichever online transaction was initialised last. */
static void
honest_credit(struct world *w, enum ykt_se_iface iface, struct ykt_buf *rsp)
{
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	uint8_t form = w->init.p1 & (uint8_t)~PURSE_KIND_SECOND;
	bool unload = form == PURSE_INIT_UNLOAD;
	struct purse_load load = { .amount = w->init.amount,
		.type = unload ? PURSE_TYPE_UNLOAD : PURSE_TYPE_LOAD };
	struct purse_load_init_rsp init;
	struct purse_session key;
	struct purse_credit credit = { .datetime = { 0x20, 0x25 } };

	if (form == PURSE_INIT_UPDATE) {
		honest_limit(w, iface, rsp);
		return;
	}
	if (purse_load_init_rsp_decode(ykt_bytes(w->init_rsp, w->init_rsp_len), &init) != YKT_OK)
		return;
	memcpy(load.terminal, w->init.terminal, sizeof(load.terminal));
	memcpy(load.datetime, credit.datetime, sizeof(load.datetime));
	assert(purse_session_load(crypto, (enum purse_alg)init.alg, key_bytes, init.random,
		   init.online_seq, &key) == YKT_OK);
	assert(purse_load_mac2(crypto, &key, &load, credit.mac2) == YKT_OK);
	if (unload)
		purse_unload_build(w->init.p1 & PURSE_KIND_SECOND, &credit, &cmd);
	else
		purse_credit_build(&credit, &cmd);
	(void)exchange(w, iface, ykt_buf_view(&cmd), rsp);
}

static void
honest_debit(struct world *w, enum ykt_se_iface iface, uint8_t type, struct ykt_buf *rsp)
{
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct purse_purchase purchase = { .amount = w->init.amount, .type = type };
	struct purse_purchase_init_rsp init;
	struct purse_session key;
	struct purse_debit debit = { .datetime = { 0x20, 0x25 } };

	if (purse_purchase_init_rsp_decode(ykt_bytes(w->init_rsp, w->init_rsp_len), &init) !=
	    YKT_OK)
		return;
	memcpy(purchase.terminal, w->init.terminal, sizeof(purchase.terminal));
	memcpy(purchase.datetime, debit.datetime, sizeof(purchase.datetime));
	assert(purse_session_purchase(crypto, (enum purse_alg)init.alg, key_bytes, init.random,
		   init.offline_seq, 0, &key) == YKT_OK);
	assert(purse_purchase_mac1(crypto, &key, &purchase, debit.mac1) == YKT_OK);
	purse_debit_build(&debit, &cmd);
	cmd.data[2] |= w->init.p1 & PURSE_KIND_SECOND;
	(void)exchange(w, iface, ykt_buf_view(&cmd), rsp);
}

static void
open_channel(struct world *w, enum ykt_se_iface iface, uint8_t level, struct ykt_buf *rsp)
{
	static const uint8_t challenge[8] = { 8, 7, 6, 5, 4, 3, 2, 1 };
	struct scp03_keys keys = { .len = 16 };
	uint8_t bytes[64], card[8], host[8];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct scp03_init_rsp init;
	struct scp03_session_keys session_keys;

	memcpy(keys.enc, key_bytes, 16);
	memcpy(keys.mac, key_bytes, 16);
	memcpy(keys.dek, key_bytes, 16);
	scp03_initialize_build(0, challenge, &cmd);
	if (exchange(w, iface, ykt_buf_view(&cmd), rsp) != SW_OK ||
	    scp03_init_rsp_decode(ykt_buf_view(rsp), &init) != YKT_OK)
		return;
	assert(scp03_derive(crypto, &keys, challenge, init.challenge, &session_keys) == YKT_OK);
	assert(scp03_cryptograms(crypto, &session_keys, challenge, init.challenge, card, host) ==
	       YKT_OK);
	scp03_session_init(&w->session, &session_keys);
	cmd.len = 0;
	if (scp03_authenticate_build(crypto, &w->session, level, host, &cmd) == YKT_OK)
		(void)exchange(w, iface, ykt_buf_view(&cmd), rsp);
}

static void
send_wrapped(struct world *w, enum ykt_se_iface iface, struct ykt_bytes plain, struct ykt_buf *rsp)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);

	if (scp03_cmd_wrap(crypto, &w->session, plain, &cmd) == YKT_OK)
		(void)exchange(w, iface, ykt_buf_view(&cmd), rsp);
}

static void
send_sm(struct world *w, enum ykt_se_iface iface, struct ykt_bytes plain, struct ykt_buf *rsp)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX], challenge_bytes[8], mac[PURSE_MAC_LEN];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf challenge = YKT_BUF(challenge_bytes);

	if (plain.len < APDU_HEADER_LEN || plain.len > 200)
		return;
	purse_get_challenge_build(4, &cmd);
	if (exchange(w, iface, ykt_buf_view(&cmd), rsp) != SW_OK || rsp->len != 4)
		return;
	ykt_put(&challenge, ykt_buf_view(rsp));
	cmd.len = 0;
	ykt_put(&cmd, ykt_bytes_sub(plain, 0, APDU_HEADER_LEN));
	ykt_put_u8(&cmd, (uint8_t)(plain.len - APDU_HEADER_LEN + PURSE_MAC_LEN));
	ykt_put(&cmd, ykt_bytes_sub(plain, APDU_HEADER_LEN, plain.len));
	assert(purse_sm_mac(crypto, PURSE_ALG_TDES, key_bytes, ykt_buf_view(&challenge),
		   ykt_buf_view(&cmd), mac) == YKT_OK);
	ykt_put_mem(&cmd, mac, sizeof(mac));
	(void)exchange(w, iface, ykt_buf_view(&cmd), rsp);
}

static void
act(struct world *w, uint8_t what, struct ykt_bytes bytes)
{
	enum ykt_se_iface iface = (what & 1) != 0 ? YKT_SE_CONTACTLESS : YKT_SE_WIRED;
	uint8_t rsp_bytes[SE_RSP_MAX];
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);

	switch ((enum action)((what >> 1) % ACTION_COUNT)) {
	case ACTION_COMMAND:
		(void)exchange(w, iface, bytes, &rsp);
		break;
	case ACTION_RESET:
		se_reset(&w->se, iface, &rsp);
		break;
	case ACTION_RESTART:
		assert(se_boot(&w->se, &w->nvm, crypto, &w->random) == YKT_OK);
		break;
	case ACTION_CREDIT:
		honest_credit(w, iface, &rsp);
		break;
	case ACTION_DEBIT:
		honest_debit(w, iface, PURSE_TYPE_PURCHASE, &rsp);
		break;
	case ACTION_CAPP:
		honest_debit(w, iface, PURSE_TYPE_CAPP, &rsp);
		break;
	case ACTION_CHANNEL:
		open_channel(w, iface, bytes.len > 0 ? bytes.data[0] : 0x33, &rsp);
		break;
	case ACTION_WRAPPED:
		send_wrapped(w, iface, bytes, &rsp);
		break;
	case ACTION_SM:
		send_sm(w, iface, bytes, &rsp);
		break;
	case ACTION_COUNT:
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t home[SE_SUMS_OFF];
	struct ykt_rd rd = ykt_rd(ykt_bytes(data, len));
	struct world *w = &world;

	if (crypto == NULL)
		prepare();
	memset(w, 0, sizeof(*w));
	w->nvm = (struct ykt_nvm){ w, SE_IMAGE_SIZE, mem_read, mem_write };
	w->random = (struct ykt_random){ w, count_fill };
	memcpy(w->image, fresh_image, SE_IMAGE_SIZE);
	assert(se_boot(&w->se, &w->nvm, crypto, &w->random) == YKT_OK);
	se_money_load(&w->se, 0, &w->last);

	for (int i = 0; i < ACTIONS_MAX && rd.left >= 2; i++) {
		uint8_t what = ykt_rd_u8(&rd);
		size_t size = ykt_rd_u8(&rd);

		act(w, what, ykt_rd_take(&rd, size < rd.left ? size : rd.left));
	}
	memcpy(home, w->se.journal.home, sizeof(home));
	assert(se_boot(&w->se, &w->nvm, crypto, &w->random) == YKT_OK);
	assert(memcmp(home, w->se.journal.home, sizeof(home)) == 0);
	check_pair(w);
	crypto_forget(crypto);

	return 0;
}
