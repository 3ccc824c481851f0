/*
 * The other side of the card's conversations: a TSM, a load, a gate.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/gp_sign.h"
#include "card/gp_token.h"
#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "card/sw.h"

/* tests/vectors/scp.json: the static keys of the SCP03 sessions. */
const struct scp03_keys tsm_isd_keys = { .len = 16,
	.enc = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D,
	    0x0E, 0x0F },
	.mac = { 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D,
	    0x1E, 0x1F },
	.dek = { 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x2D,
	    0x2E, 0x2F } };

const struct scp03_keys tsm_ssd_keys = { .len = 16,
	.enc = "\x40\x41\x42\x43\x44\x45\x46\x47\x48\x49\x4A\x4B\x4C\x4D\x4E\x4F",
	.mac = "\x50\x51\x52\x53\x54\x55\x56\x57\x58\x59\x5A\x5B\x5C\x5D\x5E\x5F",
	.dek = "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6A\x6B\x6C\x6D\x6E\x6F" };

/* tests/vectors/purse_3des.json: the card keys of its set. */
const struct purse_keys purse_test_keys = {
	.dpk = { 0x49, 0xE0, 0x49, 0x09, 0x0C, 0xFC, 0x3A, 0x31, 0x09, 0xC7, 0x31, 0xC7, 0xD7, 0x24,
	    0x19, 0xA4 },
	.dlk = { 0x3C, 0xCF, 0xC6, 0xF2, 0xEA, 0x29, 0x91, 0xEC, 0xBF, 0xE1, 0xFA, 0xD0, 0x90, 0x5C,
	    0x40, 0xAA },
	.dtk = { 0x65, 0x4B, 0x1B, 0xD0, 0xB9, 0xC2, 0x3E, 0x0E, 0xFD, 0x0D, 0xB0, 0x4F, 0x79, 0x6E,
	    0x38, 0xDE },
	.damk = { 0x19, 0xB6, 0x24, 0xB3, 0x6C, 0x6F, 0x0B, 0xD8, 0xAB, 0xAA, 0xF6, 0x15, 0xAB,
	    0x81, 0xC6, 0x7B },
};

static void
put_hex(struct ykt_buf *buf, const char *hex)
{
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), buf), YKT_OK);
}

void
tsm_open(struct tsm *tsm, struct card *card, const char *aid_hex, const struct scp03_keys *keys,
    uint8_t level)
{
	static const uint8_t challenge[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	uint8_t aid_bytes[16];
	struct ykt_buf aid = YKT_BUF(aid_bytes);
	struct scp03_init_rsp rsp;
	struct scp03_session_keys session_keys;
	uint8_t card_cryptogram[8], host_cryptogram[8];

	memset(tsm, 0, sizeof(*tsm));
	tsm->card = card;
	tsm->iface = YKT_SE_WIRED;
	tsm->data = YKT_BUF(tsm->data_bytes);
	put_hex(&aid, aid_hex);
	purse_select_build(ykt_buf_view(&aid), &cmd);
	assert_int_equal(card_send(card, tsm->iface, ykt_buf_view(&cmd), NULL), SW_OK);
	cmd.len = 0;
	scp03_initialize_build(0, challenge, &cmd);
	assert_int_equal(card_send(card, tsm->iface, ykt_buf_view(&cmd), &tsm->data), SW_OK);
	assert_int_equal(scp03_init_rsp_decode(ykt_buf_view(&tsm->data), &rsp), YKT_OK);
	tsm->key_version = rsp.key_version;
	assert_int_equal(
	    scp03_derive(card->crypto, keys, challenge, rsp.challenge, &session_keys), YKT_OK);
	assert_int_equal(scp03_cryptograms(card->crypto, &session_keys, challenge, rsp.challenge,
			     card_cryptogram, host_cryptogram),
	    YKT_OK);
	assert_memory_equal(card_cryptogram, rsp.cryptogram, 8);
	scp03_session_init(&tsm->session, &session_keys);
	cmd.len = 0;
	assert_int_equal(
	    scp03_authenticate_build(card->crypto, &tsm->session, level, host_cryptogram, &cmd),
	    YKT_OK);
	assert_int_equal(card_send(card, tsm->iface, ykt_buf_view(&cmd), NULL), SW_OK);
}

uint16_t
tsm_send(struct tsm *tsm, struct ykt_bytes plain)
{
	uint8_t wrapped_bytes[300], answer_bytes[300];
	struct ykt_buf wrapped = YKT_BUF(wrapped_bytes);
	struct ykt_buf answer = YKT_BUF(answer_bytes);

	assert_int_equal(scp03_cmd_wrap(tsm->card->crypto, &tsm->session, plain, &wrapped), YKT_OK);
	tsm->sw = card_send(tsm->card, tsm->iface, ykt_buf_view(&wrapped), &answer);
	ykt_put_u16(&answer, tsm->sw);
	tsm->data.len = 0;
	assert_int_equal(
	    scp03_rsp_unwrap(tsm->card->crypto, &tsm->session, ykt_buf_view(&answer), &tsm->data),
	    YKT_OK);
	tsm->data.len -= 2;

	return tsm->sw;
}

uint16_t
tsm_send_hex(struct tsm *tsm, const char *plain_hex)
{
	uint8_t bytes[300];
	struct ykt_buf plain = YKT_BUF(bytes);

	put_hex(&plain, plain_hex);

	return tsm_send(tsm, ykt_buf_view(&plain));
}

static void
fill_gp_key(struct card *card, const struct scp03_keys *dek, const uint8_t *clear,
    struct gp_key *key, uint8_t *bytes)
{
	struct ykt_buf out = { bytes, 0, 16, false };

	key->type = GP_KEY_TYPE_AES;
	key->len = 16;
	assert_int_equal(
	    scp03_dek_encrypt(card->crypto, dek->dek, dek->len, ykt_bytes(clear, 16), &out),
	    YKT_OK);
	key->component = ykt_bytes(bytes, 16);
	assert_int_equal(gp_kcv_aes(card->crypto, clear, 16, key->kcv), YKT_OK);
}

void
tsm_make_ssd(struct card *card)
{
	struct gp_put_key put = {
		.old_version = 0, .new_version = KVN_SSD, .first_id = 1, .count = 3
	};
	uint8_t keys[3][16], bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E60C002007A0000001515350"
					    "08A000000151535041"
					    "08" AID_SSD "0180"
					    "02C900"
					    "00"
					    "00"),
	    SW_OK);
	tsm_open(&tsm, card, AID_SSD, &tsm_isd_keys, 0x33);
	fill_gp_key(card, &tsm_isd_keys, tsm_ssd_keys.enc, &put.keys[0], keys[0]);
	fill_gp_key(card, &tsm_isd_keys, tsm_ssd_keys.mac, &put.keys[1], keys[1]);
	fill_gp_key(card, &tsm_isd_keys, tsm_ssd_keys.dek, &put.keys[2], keys[2]);
	gp_put_key_build(&put, &cmd);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
}

void
tsm_put_key(struct card *card, const char *aid_hex, const struct scp03_keys *keys, uint8_t version,
    uint8_t type, const uint8_t key[16])
{
	struct gp_put_key put = { .new_version = version, .first_id = 1, .count = 1 };
	uint8_t secret[16], bytes[100];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct tsm tsm;

	fill_gp_key(card, keys, key, &put.keys[0], secret);
	put.keys[0].type = type;
	gp_put_key_build(&put, &cmd);
	tsm_open(&tsm, card, aid_hex, keys, 0x33);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
}

void
issuer_sign(struct card *card, const struct gp_sign_key *key, const char *hex, uint8_t flip,
    struct ykt_buf *ret_cmd)
{
	uint8_t bytes[300], input_bytes[300], token_bytes[GP_SIGN_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct ykt_buf input = YKT_BUF(input_bytes);
	struct ykt_buf token = YKT_BUF(token_bytes);
	struct ykt_bytes old;
	struct apdu_cmd cmd;

	put_hex(&plain, hex);
	assert_int_equal(apdu_cmd_decode(ykt_buf_view(&plain), &cmd), YKT_OK);
	assert_int_equal(gp_token_input(&cmd, &input, &old), YKT_OK);
	assert_int_equal(gp_sign_make(card->crypto, key, ykt_buf_view(&input), &token), YKT_OK);
	token_bytes[7] ^= flip;
	ret_cmd->len = 0;
	assert_int_equal(gp_token_attach(&cmd, ykt_buf_view(&token), ret_cmd), YKT_OK);
}

void
tsm_install_purse(struct card *card, const char *aid_hex)
{
	uint8_t aid_bytes[16], ssd_bytes[8], bytes[300];
	struct ykt_buf aid = YKT_BUF(aid_bytes);
	struct ykt_buf ssd = YKT_BUF(ssd_bytes);
	struct ykt_buf cmd = YKT_BUF(bytes);
	static const uint8_t none = 0;
	struct gp_install install = { .form = GP_INSTALL_INSTALL };
	struct tsm tsm;

	put_hex(&aid, aid_hex);
	put_hex(&ssd, AID_SSD);
	install.elf = ykt_bytes(SE_AID_PURSE_ELF, 7);
	install.module = ykt_bytes(SE_AID_PURSE_MODULE, 8);
	install.aid = ykt_buf_view(&aid);
	install.privileges = ykt_bytes(&none, 1);
	install.params = ykt_bytes("\xC9\x00", 2);
	gp_install_build(&install, &cmd);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
	install.form = GP_INSTALL_EXTRADITION;
	install.sd = ykt_buf_view(&ssd);
	install.params = ykt_bytes(NULL, 0);
	cmd.len = 0;
	gp_install_build(&install, &cmd);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
}

static void
put_key(struct card *card, uint8_t usage, enum purse_alg alg, const uint8_t bytes[16],
    struct ykt_buf *out)
{
	struct perso_key key = { .usage = usage, .index = 1, .version = 1, .alg = (uint8_t)alg };

	memcpy(key.key, bytes, 16);
	assert_int_equal(perso_kcv(card->crypto, &key, key.kcv), YKT_OK);
	perso_key_encode(&key, out);
}

void
tsm_perso_groups(struct card *card, const struct purse_setup *setup, struct ykt_buf *ret_groups)
{
	uint8_t bytes[256], params[8];
	struct ykt_buf group = YKT_BUF(bytes);
	uint8_t secret_bytes[256];
	struct ykt_buf secret = YKT_BUF(secret_bytes);

	put_hex(&group, FILE15_HEX);
	dgi_put(ret_groups, PERSO_DGI_FILE15, ykt_buf_view(&group));
	group.len = 0;
	put_hex(&group, FILE17_HEX);
	dgi_put(ret_groups, PERSO_DGI_FILE17, ykt_buf_view(&group));
	ykt_set_u32(params, setup->cap << 8);
	ykt_set_u32(params + 3, setup->limit << 8);
	params[6] = (uint8_t)setup->alg;
	params[7] = 1;
	dgi_put(ret_groups, PERSO_DGI_PARAMS, YKT_BYTES(params));
	group.len = 0;
	put_key(card, PERSO_KEY_LOAD, setup->alg, purse_test_keys.dlk, &group);
	put_key(card, PERSO_KEY_PURCHASE, setup->alg, purse_test_keys.dpk, &group);
	put_key(card, PERSO_KEY_TAC, setup->alg, purse_test_keys.dtk, &group);
	put_key(card, PERSO_KEY_MAINTENANCE, setup->alg, purse_test_keys.damk, &group);
	assert_int_equal(scp03_dek_encrypt(card->crypto, tsm_ssd_keys.dek, tsm_ssd_keys.len,
			     ykt_buf_view(&group), &secret),
	    YKT_OK);
	dgi_put(ret_groups, PERSO_DGI_KEYS, ykt_buf_view(&secret));
	assert_false(ret_groups->full);
}

uint16_t
tsm_store(struct tsm *tsm, struct ykt_bytes groups)
{
	const size_t chunk = 200;
	uint8_t block = 0;

	for (size_t at = 0; at < groups.len; at += chunk) {
		uint8_t bytes[300];
		struct ykt_buf cmd = YKT_BUF(bytes);
		uint8_t p1 = GP_STORE_DGI | (at + chunk >= groups.len ? GP_STORE_LAST : 0);

		gp_store_data_build(p1, block++, ykt_bytes_sub(groups, at, chunk), &cmd);
		if (tsm_send(tsm, ykt_buf_view(&cmd)) != SW_OK)
			break;
	}

	return tsm->sw;
}

/* INSTALL in a form that carries nothing but the AID and empty fields. */
static uint16_t
send_install(struct tsm *tsm, uint8_t form, const char *aid_hex)
{
	uint8_t aid_bytes[16], bytes[300];
	struct ykt_buf aid = YKT_BUF(aid_bytes);
	struct ykt_buf cmd = YKT_BUF(bytes);
	static const uint8_t none = 0;
	struct gp_install install = { .form = form };

	put_hex(&aid, aid_hex);
	install.aid = ykt_buf_view(&aid);
	install.privileges = ykt_bytes(&none, 1);
	gp_install_build(&install, &cmd);

	return tsm_send(tsm, ykt_buf_view(&cmd));
}

void
tsm_make_purse_as(struct card *card, const struct purse_setup *setup)
{
	uint8_t bytes[600];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct tsm tsm;

	tsm_install_purse(card, setup->aid);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(send_install(&tsm, GP_INSTALL_PERSONALIZATION, setup->aid), SW_OK);
	tsm_perso_groups(card, setup, &groups);
	assert_int_equal(tsm_store(&tsm, ykt_buf_view(&groups)), SW_OK);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(send_install(&tsm, GP_INSTALL_SELECTABLE, setup->aid), SW_OK);
}

void
tsm_make_purse(struct card *card)
{
	const struct purse_setup setup = { AID_PURSE, 100000, 0, PURSE_ALG_TDES };

	tsm_make_ssd(card);
	tsm_make_purse_as(card, &setup);
}

void
terminal_credit_cmd(
    struct card *card, struct ykt_bytes init, uint32_t amount, struct ykt_buf *ret_cmd)
{
	struct purse_load_init_rsp rsp;
	struct purse_session session;
	struct purse_load load = { .amount = amount, .type = PURSE_TYPE_LOAD };
	struct purse_credit credit;
	struct ykt_buf to = { load.terminal, 0, sizeof(load.terminal), false };
	struct ykt_buf when = { load.datetime, 0, sizeof(load.datetime), false };

	assert_int_equal(purse_load_init_rsp_decode(init, &rsp), YKT_OK);
	load.online_seq = rsp.online_seq;
	put_hex(&to, TERMINAL_HEX);
	put_hex(&when, DATETIME_HEX);
	assert_int_equal(purse_session_load(card->crypto, (enum purse_alg)rsp.alg,
			     purse_test_keys.dlk, rsp.random, rsp.online_seq, &session),
	    YKT_OK);
	assert_int_equal(purse_load_mac2(card->crypto, &session, &load, credit.mac2), YKT_OK);
	memcpy(credit.datetime, load.datetime, sizeof(credit.datetime));
	ret_cmd->len = 0;
	purse_credit_build(&credit, ret_cmd);
}

void
terminal_debit_cmd(struct card *card, struct ykt_bytes init, uint8_t type, uint32_t amount,
    uint32_t terminal_seq, struct ykt_buf *ret_cmd)
{
	struct purse_purchase_init_rsp rsp;
	struct purse_session session;
	struct purse_purchase purchase = {
		.amount = amount, .terminal_seq = terminal_seq, .type = type
	};
	struct purse_debit debit = { .terminal_seq = terminal_seq };
	struct ykt_buf to = { purchase.terminal, 0, sizeof(purchase.terminal), false };
	struct ykt_buf when = { purchase.datetime, 0, sizeof(purchase.datetime), false };

	assert_int_equal(purse_purchase_init_rsp_decode(init, &rsp), YKT_OK);
	put_hex(&to, TERMINAL_HEX);
	put_hex(&when, DATETIME_HEX);
	assert_int_equal(
	    purse_session_purchase(card->crypto, (enum purse_alg)rsp.alg, purse_test_keys.dpk,
		rsp.random, rsp.offline_seq, terminal_seq, &session),
	    YKT_OK);
	assert_int_equal(
	    purse_purchase_mac1(card->crypto, &session, &purchase, debit.mac1), YKT_OK);
	memcpy(debit.datetime, purchase.datetime, sizeof(debit.datetime));
	ret_cmd->len = 0;
	purse_debit_build(&debit, ret_cmd);
}

static uint16_t
initialize(struct card *card, enum ykt_se_iface iface, uint8_t p1, uint32_t amount,
    struct ykt_buf *ret_init)
{
	uint8_t bytes[32];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct purse_init init = { .p1 = p1, .key_index = 1, .amount = amount };
	struct ykt_buf to = { init.terminal, 0, sizeof(init.terminal), false };

	put_hex(&to, TERMINAL_HEX);
	purse_init_build(&init, &cmd);

	return card_send(card, iface, ykt_buf_view(&cmd), ret_init);
}

uint16_t
terminal_load(struct card *card, enum ykt_se_iface iface, uint32_t amount)
{
	uint8_t bytes[64], init_bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);
	uint16_t sw = initialize(card, iface, PURSE_INIT_LOAD, amount, &init);

	if (sw != SW_OK)
		return sw;
	terminal_credit_cmd(card, ykt_buf_view(&init), amount, &cmd);

	return card_send(card, iface, ykt_buf_view(&cmd), NULL);
}

uint16_t
terminal_purchase(
    struct card *card, enum ykt_se_iface iface, uint32_t amount, uint32_t terminal_seq)
{
	uint8_t bytes[64], init_bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);
	uint16_t sw = initialize(card, iface, PURSE_INIT_PURCHASE, amount, &init);

	if (sw != SW_OK)
		return sw;
	terminal_debit_cmd(
	    card, ykt_buf_view(&init), PURSE_TYPE_PURCHASE, amount, terminal_seq, &cmd);

	return card_send(card, iface, ykt_buf_view(&cmd), NULL);
}

uint16_t
terminal_sm(
    struct card *card, enum ykt_se_iface iface, const char *header_hex, const char *data_hex)
{
	uint8_t bytes[300], challenge_bytes[8], mac[PURSE_MAC_LEN];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf challenge = YKT_BUF(challenge_bytes);

	purse_get_challenge_build(4, &cmd);
	assert_int_equal(card_send(card, iface, ykt_buf_view(&cmd), &challenge), SW_OK);
	cmd.len = 0;
	put_hex(&cmd, header_hex);
	ykt_put_u8(&cmd, (uint8_t)(strlen(data_hex) / 2 + PURSE_MAC_LEN));
	put_hex(&cmd, data_hex);
	assert_int_equal(purse_sm_mac(card->crypto, PURSE_ALG_TDES, purse_test_keys.damk,
			     ykt_buf_view(&challenge), ykt_buf_view(&cmd), mac),
	    YKT_OK);
	ykt_put_mem(&cmd, mac, sizeof(mac));

	return card_send(card, iface, ykt_buf_view(&cmd), NULL);
}

void
snapshot_take(const struct card *card, struct snapshot *ret_snapshot)
{
	memcpy(ret_snapshot->home, card->se.journal.home, sizeof(ret_snapshot->home));
}

bool
snapshot_equal(const struct snapshot *a, const struct snapshot *b)
{
	return memcmp(a->home, b->home, sizeof(a->home)) == 0;
}
