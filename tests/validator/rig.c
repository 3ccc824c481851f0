/*
 * Cards, PSAMs, gates, and what the tests ask of them. See rig.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "card/scp03.h"
#include "card/sw.h"
#include "crypto/core.h"
#include "se/image.h"
#include "rig_ports.h"

static const char purchase_root[] = "101112131415161718191A1B1C1D1E1F";
static const char *const serials[CARDS] = { CARD_NO, "03105170000000000002",
	"03105170000000000003" };
static const char *const terminals[GATE_COUNT] = { "310000000001", "310000000002", "310000000003",
	"320000000001" };

static void
unhex(const char *hex, uint8_t *out, size_t len)
{
	struct ykt_buf buf = { out, 0, len, false };

	assert_status(ykt_hex_decode(hex, strlen(hex), &buf), YKT_OK);
	assert_int_equal(buf.len, len);
}

void
card_patch(struct card *card, uint32_t off, const char *hex)
{
	unhex(hex, card->se.journal.home + SE_PURSE_OFF(0) + off, strlen(hex) / 2);
}

struct money
card_money(const struct card *card)
{
	const uint8_t *p = card->se.journal.home + SE_PURSE_OFF(0) + SE_PURSE_MONEY;

	return (
	    struct money){ ykt_get_u24(p + SE_MONEY_BALANCE), ykt_get_u16(p + SE_MONEY_OFFLINE) };
}

/* The purchase key that belongs to a serial number, and the serial itself. */
static void
set_serial(struct card *card, const char *issuer_hex, const char *serial_hex)
{
	uint8_t root[16], issuer[8], serial[10], key[16];
	uint8_t *slot = card->se.journal.home + SE_PURSE_OFF(0) + SE_PURSE_KEYS;

	unhex(purchase_root, root, sizeof(root));
	unhex(issuer_hex, issuer, sizeof(issuer));
	unhex(serial_hex, serial, sizeof(serial));
	assert_status(
	    purse_card_key(card->crypto, PURSE_ALG_TDES, root, issuer, serial, key), YKT_OK);
	while (slot[0] != PERSO_KEY_PURCHASE)
		slot += SE_PURSE_KEY_SIZE;
	memcpy(slot + 4, key, sizeof(key));
	card_patch(card, SE_PURSE_FILE15, issuer_hex);
	card_patch(card, SE_PURSE_FILE15 + 10, serial_hex);
}

static uint8_t card_template[SE_IMAGE_SIZE];
static bool card_made;

static void
make_template(struct card *card)
{
	tsm_make_purse(card);
	(void)card_hex(card, YKT_SE_WIRED, SELECT_PURSE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, CARD_BALANCE), SW_OK);
	memcpy(card_template, card->nvm.bytes, sizeof(card_template));
	card_made = true;
}

static void
make_card(struct rig *rig, unsigned number)
{
	if (rig->cards[number] == NULL)
		rig->cards[number] = card_new();
	if (!card_made)
		make_template(rig->cards[number]);
	memcpy(rig->cards[number]->nvm.bytes, card_template, sizeof(card_template));
	assert_status(card_boot(rig->cards[number]), YKT_OK);
	rng_init(&rig->cards[number]->rng, 100 + number);
	set_serial(rig->cards[number], OWN_ISSUER, serials[number]);
	ports_air(&rig->air[number], rig->cards[number]);
}

static uint8_t psam_templates[GATE_COUNT][SE_PSAM_IMAGE_SIZE];
static bool psam_made[GATE_COUNT];

static void
personalise_psam(struct rig *rig, struct gate *gate, const char *terminal_hex)
{
	struct perso_key key = {
		.usage = PERSO_KEY_PURCHASE, .index = 1, .version = 1, .alg = PURSE_ALG_TDES
	};
	uint8_t clear_bytes[32], secret_bytes[48], dgi_bytes[128], cmd_bytes[160], rsp_bytes[64];
	uint8_t terminal[6];
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	struct ykt_buf secret = YKT_BUF(secret_bytes);
	struct ykt_buf dgis = YKT_BUF(dgi_bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);

	unhex(purchase_root, key.key, sizeof(key.key));
	unhex(terminal_hex, terminal, sizeof(terminal));
	assert_status(perso_kcv(rig->crypto, &key, key.kcv), YKT_OK);
	perso_key_encode(&key, &clear);
	assert_status(scp03_dek_encrypt(rig->crypto, (const uint8_t *)SE_PSAM_TEST_TRANSPORT,
			  SE_PSAM_TRANSPORT_LEN, ykt_buf_view(&clear), &secret),
	    YKT_OK);
	dgi_put(&dgis, 0x0015, ykt_bytes("\0\0\0\0\0\0\0\0\0\1", 10));
	dgi_put(&dgis, 0x0016, YKT_BYTES(terminal));
	dgi_put(&dgis, PERSO_DGI_KEYS, ykt_buf_view(&secret));
	gp_store_data_build(GP_STORE_LAST | GP_STORE_DGI, 0, ykt_buf_view(&dgis), &cmd);
	se_psam_transceive(&gate->psam, ykt_buf_view(&cmd), &rsp);
	assert_int_equal(ykt_get_u16(rsp_bytes), SW_OK);
}

static void
make_psam(struct rig *rig, enum gate_name name)
{
	struct gate *gate = &rig->gates[name];

	nvm_init(&gate->nvm);
	if (!psam_made[name]) {
		assert_status(
		    se_psam_format(&gate->nvm.port, (const uint8_t *)SE_PSAM_TEST_TRANSPORT),
		    YKT_OK);
		assert_status(se_psam_boot(&gate->psam, &gate->nvm.port, rig->crypto), YKT_OK);
		personalise_psam(rig, gate, terminals[name]);
		memcpy(psam_templates[name], gate->nvm.bytes, sizeof(psam_templates[name]));
		psam_made[name] = true;
	}
	memcpy(gate->nvm.bytes, psam_templates[name], sizeof(psam_templates[name]));
	assert_status(se_psam_boot(&gate->psam, &gate->nvm.port, rig->crypto), YKT_OK);
}

static void
set_options(struct rig *rig, enum gate_name name)
{
	static const enum validator_kind kinds[] = { VALIDATOR_METRO_ENTRY, VALIDATOR_METRO_EXIT,
		VALIDATOR_BUS, VALIDATOR_BUS };
	static const uint8_t stations[] = { 0x02, 0x06, 0x31, 0x32 };
	struct gate *gate = &rig->gates[name];

	gate->options = (struct validator_options){
		.env = { .clock = &rig->clock, .random = &rig->rng.port, .alloc = &ykt_alloc_libc },
		.crypto = rig->crypto,
		.psam = &gate->psam_air,
		.file = &gate->disk.port,
		.http = &gate->net.port,
		.kind = kinds[name],
		.city = { 0x99, name == GATE_BUS_2 ? 0x02 : 0x01 },
		.operator_code = { 0x01, 0x02 },
		.line = { 0x00, 0x07 },
		.station = { 0x00, stations[name] },
		.fares = { .metro_base = FARE_METRO,
		    .metro_step = 100,
		    .metro_base_stations = 4,
		    .metro_step_stations = 4,
		    .bus = FARE_BUS },
		.tap_cap = 30000,
		.balance_cap = 100000,
		.torn_window_ms = TORN_MS,
		.params_pub = rig->sign_key.pub,
	};
	unhex(name == GATE_BUS_2 ? OTHER_ISSUER : OWN_ISSUER, gate->options.institution, 8);
	unhex(OWN_ISSUER, gate->options.issuers[0], 8);
	unhex(OTHER_ISSUER, gate->options.issuers[1], 8);
	gate->options.issuer_count = 2;
}

enum ykt_status
gate_try(struct rig *rig, enum gate_name name)
{
	struct gate *gate = &rig->gates[name];

	return validator_new(&gate->options, &gate->validator);
}

void
gate_open(struct rig *rig, enum gate_name name)
{
	struct gate *gate = &rig->gates[name];

	make_psam(rig, name);
	se_psam_port(&gate->psam_port, &gate->psam);
	ports_psam(gate);
	memset(&gate->disk, 0, sizeof(gate->disk));
	ports_disk(&gate->disk);
	memset(&gate->net, 0, sizeof(gate->net));
	ports_net(&gate->net);
	gate->psam_dead = false;
	set_options(rig, name);
	assert_status(gate_try(rig, name), YKT_OK);
}

void
gate_close(struct rig *rig, enum gate_name name)
{
	validator_free(&rig->gates[name].validator);
	assert_null(rig->gates[name].validator);
}

void
gate_restart(struct rig *rig, enum gate_name name)
{
	struct gate *gate = &rig->gates[name];

	gate_close(rig, name);
	disk_power(&gate->disk);
	assert_status(se_psam_boot(&gate->psam, &gate->nvm.port, rig->crypto), YKT_OK);
	assert_status(gate_try(rig, name), YKT_OK);
}

void
rig_again(struct rig *rig)
{
	for (unsigned i = 0; i < CARDS; i++)
		make_card(rig, i);
	rig->wall_ms = START_MS;
	rig->mono_ms = 1000;
	for (enum gate_name i = GATE_IN; i < GATE_COUNT; i++) {
		gate_close(rig, i);
		gate_open(rig, i);
	}
}

int
rig_setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &rig->crypto), YKT_OK);
	rng_init(&rig->rng, 7);
	ports_clock(rig);
	assert_status(crypto_sm2_generate(rig->crypto, &rig->rng.port, &rig->sign_key), YKT_OK);
	rig_again(rig);
	*state = rig;
	return 0;
}

int
rig_teardown(void **state)
{
	struct rig *rig = *state;

	for (enum gate_name i = GATE_IN; i < GATE_COUNT; i++)
		gate_close(rig, i);
	for (unsigned i = 0; i < CARDS; i++)
		card_free(&rig->cards[i]);
	crypto_free(&rig->crypto);
	free(rig);
	return 0;
}

enum ykt_status
tap_status(struct rig *rig, enum gate_name gate, unsigned card, struct validator_result *ret_result)
{
	uint8_t bytes[64];
	struct ykt_buf atr = YKT_BUF(bytes);

	se_reset(&rig->cards[card]->se, YKT_SE_CONTACTLESS, &atr);
	rig->air[card].count = 0;
	rig->air[card].gone = false;
	return validator_tap(rig->gates[gate].validator, &rig->air[card].port, ret_result);
}

struct validator_result
tap(struct rig *rig, enum gate_name gate, unsigned card)
{
	struct validator_result result;

	assert_status(tap_status(rig, gate, card, &result), YKT_OK);
	return result;
}

void
tap_expect(struct rig *rig, enum gate_name gate, unsigned card, enum validator_gate expected,
    const char *reason)
{
	struct validator_result result = tap(rig, gate, card);

	assert_string_equal(result.reason, reason);
	assert_int_equal(result.gate, expected);
}

size_t
gate_drain(struct rig *rig, enum gate_name name)
{
	struct gate *gate = &rig->gates[name];
	unsigned sent = 1;

	while (sent != 0)
		assert_status(validator_upload(gate->validator, &sent), YKT_OK);
	assert_int_equal(validator_waiting(gate->validator), 0);
	return gate->net.count;
}

bool
tac_good(struct rig *rig, const struct wire_tap *record)
{
	struct purse_purchase purchase = { .amount = (uint32_t)record->amount_fen,
		.terminal_seq = (uint32_t)record->terminal_seq,
		.type = record->type[0] };
	uint8_t tac[PURSE_MAC_LEN];

	memcpy(purchase.terminal, record->terminal, sizeof(purchase.terminal));
	memcpy(purchase.datetime, record->datetime, sizeof(purchase.datetime));
	assert_status(
	    purse_purchase_tac(rig->crypto, PURSE_ALG_TDES, purse_test_keys.dtk, &purchase, tac),
	    YKT_OK);
	return memcmp(tac, record->tac, sizeof(tac)) == 0;
}

void
params_publish(struct rig *rig, enum gate_name name)
{
	static uint8_t bytes[32768];
	struct ykt_buf scratch = YKT_BUF(bytes);
	struct signer_soft signer;

	signer_soft_init(&signer, rig->crypto, &rig->sign_key);
	assert_status(
	    wire_gate_params_sign(&signer.signer, &scratch, &rig->gates[name].net.params), YKT_OK);
	signer_soft_clear(&signer);
}
