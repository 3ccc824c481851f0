/*
 * Reading a card's whole state by commands.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/tear_state.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/files.h"
#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/sw.h"
#include "sim/net.h"
#include "sim/tear_talk.h"

#define JOURNEY_COUNT 18
#define TRIP_COUNT    30
#define PROOF_LAST    6

struct reader {
	struct tear_card *card;
	struct tear_state state;
};

const char *
tear_part_name(enum tear_part part)
{
	static const char *const names[TEAR_PART_COUNT] = { "registry", "keys", "files", "balance",
		"proof", "log", "journeys 1A", "trips 1E", "counters", "secure messaging", "PIN",
		"access rules", "ident" };

	return names[part];
}

bool
tear_state_equal(const struct tear_state *a, const struct tear_state *b)
{
	return memcmp(a->part, b->part, sizeof(a->part)) == 0;
}

static void
take(struct reader *reader, enum tear_part part, struct ykt_bytes data, uint16_t sw)
{
	uint8_t word[4] = { (uint8_t)data.len, (uint8_t)(data.len >> 8), (uint8_t)sw,
		(uint8_t)(sw >> 8) };

	net_hash_mix(&reader->state.part[part], data.data, data.len);
	net_hash_mix(&reader->state.part[part], word, sizeof(word));
}

static uint16_t
ask(struct reader *reader, enum tear_part part, const struct ykt_buf *cmd)
{
	uint8_t bytes[SE_RSP_MAX];
	struct ykt_buf data = YKT_BUF(bytes);
	uint16_t sw = tear_card_send(reader->card, YKT_SE_WIRED, ykt_buf_view(cmd), &data);

	take(reader, part, ykt_buf_view(&data), sw);

	return sw;
}

static uint16_t
ask_hex(struct reader *reader, enum tear_part part, const char *hex)
{
	uint8_t bytes[SE_RSP_MAX];
	struct ykt_buf data = YKT_BUF(bytes);
	uint8_t cmd_bytes[64];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	uint16_t sw = 0;

	if (ykt_hex_decode(hex, strlen(hex), &cmd) == YKT_OK)
		sw = tear_card_send(reader->card, YKT_SE_WIRED, ykt_buf_view(&cmd), &data);
	take(reader, part, ykt_buf_view(&data), sw);

	return sw;
}

/* Which keys a domain has, and which of them answer with which number. */
static void
ask_domain(struct reader *reader, const char *select)
{
	static const char *const versions[] = { "00", "30", "31", "32" };
	char text[32];

	(void)ask_hex(reader, TEAR_PART_REGISTRY, select);
	(void)ask_hex(reader, TEAR_PART_KEYS, "80CA00E000");
	for (size_t i = 0; i < YKT_ARRAY_LEN(versions); i++) {
		(void)snprintf(text, sizeof(text), "8050%s0008010203040506070800", versions[i]);
		(void)ask_hex(reader, TEAR_PART_KEYS, text);
	}
}

static void
ask_registry(struct reader *reader)
{
	static const enum gp_scope scopes[] = { GP_SCOPE_ISD, GP_SCOPE_APPS,
		GP_SCOPE_ELFS_MODULES };
	uint8_t cmd_bytes[64], data_bytes[SE_RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf data = YKT_BUF(data_bytes);
	struct tear_channel channel;

	/* What a gate finds is a matter of the contactless registry. */
	take(reader, TEAR_PART_REGISTRY, ykt_bytes(NULL, 0),
	    tear_card_send_hex(reader->card, YKT_SE_CONTACTLESS, TEAR_SELECT_PURSE));
	(void)ask_hex(reader, TEAR_PART_REGISTRY, TEAR_SELECT_PPSE);
	if (!tear_channel_open(&channel, reader->card, YKT_SE_WIRED, TEAR_AID_ISD, &tear_isd_keys))
		return;
	for (size_t i = 0; i < YKT_ARRAY_LEN(scopes); i++) {
		uint16_t sw = SW_MORE_DATA_GP;

		for (unsigned part = 0; part < 8 && sw == SW_MORE_DATA_GP; part++) {
			cmd.len = 0;
			data.len = 0;
			gp_get_status_build(scopes[i], ykt_bytes(NULL, 0), part > 0, &cmd);
			sw = tear_channel_send(&channel, ykt_buf_view(&cmd), &data);
			take(reader, TEAR_PART_REGISTRY, ykt_buf_view(&data), sw);
		}
	}
}

static void
ask_records(struct reader *reader, enum tear_part part, uint8_t sfi, uint8_t count)
{
	uint8_t bytes[16];
	struct ykt_buf cmd = YKT_BUF(bytes);

	for (uint8_t i = 1; i <= count; i++) {
		cmd.len = 0;
		purse_read_record_build(sfi, i, &cmd);
		(void)ask(reader, part, &cmd);
	}
}

static void
ask_files(struct reader *reader)
{
	static const struct {
		uint8_t sfi;
		unsigned len;
	} files[] = { { PURSE_SFI_INFO, FILE15_LEN }, { PURSE_SFI_HOLDER, FILE16_LEN },
		{ PURSE_SFI_MANAGEMENT, FILE17_LEN } };
	uint8_t bytes[16];
	struct ykt_buf cmd = YKT_BUF(bytes);

	(void)ask_hex(reader, TEAR_PART_FILES, TEAR_SELECT_PURSE);
	for (size_t i = 0; i < YKT_ARRAY_LEN(files); i++) {
		cmd.len = 0;
		purse_read_binary_build(files[i].sfi, 0, files[i].len, &cmd);
		(void)ask(reader, TEAR_PART_FILES, &cmd);
	}
	(void)ask_hex(reader, TEAR_PART_FILES, "00B0860000");
	(void)ask_hex(reader, TEAR_PART_FILES, "00B59B00000000");
}

static void
ask_rules(struct reader *reader)
{
	(void)ask_hex(reader, TEAR_PART_RULES, TEAR_SELECT_RULES);
	(void)ask_hex(reader, TEAR_PART_RULES, "80CADF2000");
	(void)ask_hex(reader, TEAR_PART_RULES, "80CAFF4000");
}

static void
ask_ident(struct reader *reader)
{
	(void)ask_hex(reader, TEAR_PART_IDENT, TEAR_SELECT_IDENT);
	(void)ask_hex(reader, TEAR_PART_IDENT, "0046810000");
	(void)ask_hex(reader, TEAR_PART_IDENT, "0046810100");
	(void)ask_hex(reader, TEAR_PART_IDENT, "00CADF2200");
	(void)ask_hex(reader, TEAR_PART_IDENT, "00CADF2300");
}

static void
ask_proofs(struct reader *reader)
{
	static const uint8_t types[] = { PURSE_TYPE_LOAD, PURSE_TYPE_UNLOAD, PURSE_TYPE_OVERDRAFT,
		PURSE_TYPE_PURCHASE, PURSE_TYPE_CAPP };
	const size_t online = 3;
	uint8_t bytes[16];
	struct ykt_buf cmd = YKT_BUF(bytes);

	for (size_t i = 0; i < YKT_ARRAY_LEN(types); i++) {
		for (uint16_t seq = 0; seq <= PROOF_LAST; seq++) {
			struct purse_proof proof = { .type = types[i], .seq = seq };
			bool given;

			cmd.len = 0;
			purse_proof_build(&proof, &cmd);
			given = ask(reader, TEAR_PART_PROOF, &cmd) == SW_OK;
			if (given && i < online && seq == TEAR_PROOF_LOAD)
				reader->state.proof_load = true;
			if (given && i >= online && seq == TEAR_PROOF_PURCHASE)
				reader->state.proof_purchase = true;
		}
	}
}

static void
ask_balances(struct reader *reader)
{
	uint8_t bytes[16];
	struct ykt_buf cmd = YKT_BUF(bytes);

	for (int which = PURSE_BALANCE_AVAILABLE; which <= PURSE_BALANCE_UPPER_LIMIT; which++) {
		cmd.len = 0;
		purse_balance_build((enum purse_balance_p1)which, &cmd);
		(void)ask(reader, TEAR_PART_BALANCE, &cmd);
	}
}

static void
ask_counters(struct reader *reader)
{
	struct tear_card *card = reader->card;
	uint8_t bytes[32];
	struct ykt_buf data = YKT_BUF(bytes);
	uint16_t sw;

	sw = tear_initialize(card, YKT_SE_WIRED, PURSE_INIT_PURCHASE, 1, &data);
	take(reader, TEAR_PART_COUNTERS, ykt_buf_view(&data), sw);
	data.len = 0;
	sw = tear_initialize(card, YKT_SE_WIRED, PURSE_INIT_LOAD, 1, &data);
	take(reader, TEAR_PART_COUNTERS, ykt_buf_view(&data), sw);
	/* And the purse goes on. */
	take(reader, TEAR_PART_COUNTERS, ykt_bytes(NULL, 0), tear_load(card, YKT_SE_WIRED, 1));
	take(reader, TEAR_PART_COUNTERS, ykt_bytes(NULL, 0), tear_purchase(card, YKT_SE_WIRED, 1));
}

static void
ask_pin(struct reader *reader)
{
	(void)ask_hex(reader, TEAR_PART_PIN, "00200000");
	(void)ask_hex(reader, TEAR_PART_PIN, "0020000003" TEAR_PIN);
	(void)ask_hex(reader, TEAR_PART_PIN, "0020000002" TEAR_PIN_NEXT);
}

static void
ask_secure_messaging(struct reader *reader)
{
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);

	if (tear_sm_build(reader->card, YKT_SE_WIRED, "04D69700", "000158", false, &cmd))
		(void)ask(reader, TEAR_PART_BLOCKED, &cmd);
	(void)ask_hex(reader, TEAR_PART_BLOCKED, "00B0970000");
}

/* A personalised purse shows its files and keys only once it can be selected. */
static void
ask_made_selectable(struct reader *reader)
{
	struct tear_card *card = reader->card;
	struct tear_channel channel;
	bool made;

	card->trouble = NULL;
	made = tear_channel_open(&channel, card, YKT_SE_WIRED, TEAR_AID_ISD, &tear_isd_keys) &&
	       tear_channel_ok(
		   &channel, "80E608000F000008" TEAR_AID_PURSE "01000000", "make selectable");
	take(reader, TEAR_PART_REGISTRY, ykt_bytes(NULL, 0), made ? SW_OK : SW_CONDITIONS);
	card->trouble = NULL;
	ask_files(reader);
	ask_balances(reader);
	ask_counters(reader);
	card->trouble = NULL;
}

void
tear_state_ask(struct tear_card *card, struct tear_state *ret_state)
{
	struct reader reader = { .card = card };

	for (size_t i = 0; i < TEAR_PART_COUNT; i++)
		reader.state.part[i] = i + 1;
	/* The purse before the domains, whose numbers the questions move. */
	ask_files(&reader);
	ask_balances(&reader);
	ask_proofs(&reader);
	ask_records(&reader, TEAR_PART_LOG, PURSE_SFI_LOG, RECORD_LOG_COUNT);
	ask_records(&reader, TEAR_PART_JOURNEYS, PURSE_SFI_JOURNEY, JOURNEY_COUNT);
	ask_records(&reader, TEAR_PART_TRIPS, PURSE_SFI_TRIP, TRIP_COUNT);
	ask_counters(&reader);
	ask_pin(&reader);
	ask_secure_messaging(&reader);
	card->trouble = NULL; /* a refusal is an answer here */
	ask_ident(&reader);
	ask_rules(&reader);
	ask_domain(&reader, "00A4040008" TEAR_AID_ISD "00");
	ask_domain(&reader, "00A4040008" TEAR_AID_SSD "00");
	ask_registry(&reader);
	ask_made_selectable(&reader);
	*ret_state = reader.state;
}

enum ykt_status
tear_state_look(struct tear_card *bench, const uint8_t *image, struct tear_state *ret_state)
{
	enum ykt_status status;

	memcpy(bench->image, image, sizeof(bench->image));
	tear_card_power(bench);
	status = tear_card_boot(bench);
	if (status == YKT_OK)
		tear_state_ask(bench, ret_state);

	return status;
}
