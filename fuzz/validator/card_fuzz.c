/*
 * validator_tap() against a hostile card: whatever it answers, the gate opens
 * only after the PSAM found a MAC2 good, and each opening is one record.
 *
 * Input: the kind of gate, then for each exchange one byte. Its low two bits:
 * 0 the answer is raw, a length and that many bytes; 1 it is what a good card
 * would say; 2 the same with one byte (offset, value) overwritten; 3 it is lost.
 * For the PSAM its highest bit says whether a MAC2 is good.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"
#include "card/fci.h"
#include "card/psam_check.h"
#include "card/sw.h"

#define OP_MASK  0x03
#define OP_RAW   0
#define OP_PATCH 2
#define OP_LOST  3
#define OP_GOOD  0x80
#define TAPS_MAX 12

struct script {
	struct ykt_rd in;
	uint32_t terminal_seq;
	uint32_t random;
	bool verified; /* in this tap, by 8072 or 8074 */
	enum validator_kind kind;
};

static void
good_fci(struct ykt_buf *out)
{
	static const struct file15 info = {
		.issuer = { 0x01, 0x01, 0x10, 0x00, 0xFF, 0xFF, 0xFF, 0xFF },
		.app_type = 2,
		.version = 1,
		.serial = { 0x03, 0x10, 0x51, 0x70, 0, 0, 0, 0, 0, 1 },
		.start_date = { 0x20, 0x25, 0x01, 0x01 },
		.end_date = { 0x20, 0x35, 0x12, 0x31 },
	};
	uint8_t bytes[FILE15_LEN];
	struct fci fci = { .name = YKT_BYTES(purse_aid), .priority = -1 };

	file15_encode(&info, bytes);
	fci.info = YKT_BYTES(bytes);
	fci_encode(&fci, out);
}

static void
good_journey(const struct script *script, struct ykt_buf *out)
{
	const bool bus = script->kind == VALIDATOR_BUS;

	ykt_put_u16(out, bus ? RECORD_ID_BUS : RECORD_ID_METRO);
	ykt_put_fill(out, 0, 12);
	ykt_put_u8(out, script->kind == VALIDATOR_METRO_EXIT ? RECORD_METRO_ENTERED : 0);
	ykt_put_u16(out, 0x9901);
	ykt_put_fill(out, 0, RECORD_JOURNEY_LEN - 17);
}

static void
good_answer(struct script *script, uint8_t ins, struct ykt_buf *out)
{
	struct purse_purchase_init_rsp init = { .balance = 10000, .key_version = 1 };

	if (ins == PURSE_INS_SELECT)
		good_fci(out);
	else if (ins == PURSE_INS_READ_BINARY)
		ykt_put_fill(out, 1, FILE17_LEN);
	else if (ins == PURSE_INS_READ_RECORD)
		good_journey(script, out);
	else if (ins == PURSE_INS_INITIALIZE) {
		ykt_set_u32(init.random, ++script->random);
		purse_purchase_init_rsp_encode(&init, out);
	} else if (ins == PURSE_INS_DEBIT || ins == PURSE_INS_PROOF)
		ykt_put_fill(out, 0xAB, 8);
	ykt_put_u16(out, SW_OK);
}

static enum ykt_status
card_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct script *script = ctx;
	const uint8_t op = ykt_rd_u8(&script->in);
	const size_t from = rsp->len;

	(void)deadline_mono_ms;
	assert(cmd.len >= APDU_HEADER_LEN && cmd.len <= APDU_SHORT_CMD_MAX);
	if ((op & OP_MASK) == OP_LOST || script->in.bad)
		return YKT_E_LINK;
	if ((op & OP_MASK) == OP_RAW) {
		ykt_put(rsp, ykt_rd_take(&script->in, ykt_rd_u8(&script->in)));
		return YKT_OK;
	}
	good_answer(script, cmd.data[1], rsp);
	if ((op & OP_MASK) == OP_PATCH) {
		const uint8_t off = ykt_rd_u8(&script->in);
		const uint8_t value = ykt_rd_u8(&script->in);

		if (off < rsp->len - from)
			rsp->data[from + off] = value;
	}
	return YKT_OK;
}

static enum ykt_status
psam_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct script *script = ctx;
	const uint8_t ins = cmd.data[1];

	(void)deadline_mono_ms;
	if (ins == PURSE_INS_READ_BINARY) {
		ykt_put_mem(rsp, "\x31\0\0\0\0\1\x90\0", 8);
	} else if (ins == PSAM_INS_MAC1) {
		ykt_put_u32(rsp, ++script->terminal_seq);
		ykt_put_u32(rsp, 0x11223344);
		ykt_put_u16(rsp, SW_OK);
	} else {
		const bool good = (ykt_rd_u8(&script->in) & OP_GOOD) != 0;

		assert(ins == PSAM_INS_MAC2 || ins == PSAM_INS_CHECK);
		script->verified = script->verified || good;
		ykt_put_u16(rsp, good ? SW_OK : SW_MAC);
	}
	return YKT_OK;
}

static bool
known_reason(const char *reason)
{
	for (size_t i = 0; validator_reasons[i] != NULL; i++) {
		if (strcmp(validator_reasons[i], reason) == 0)
			return true;
	}
	return false;
}

static void
tap(struct validator *validator, const struct ykt_se *card, struct script *script)
{
	const unsigned before = validator_waiting(validator);
	const unsigned torn = validator_torn(validator);
	struct validator_result result;
	unsigned confirmed = 0;

	script->verified = false;
	assert(validator_tap(validator, card, &result) == YKT_OK);
	assert(known_reason(result.reason));
	assert(validator_torn(validator) <= TORN_MAX);
	/* Nothing is lost: what is not torn any more and was not disproved is queued. */
	assert(validator_waiting(validator) >= before);
	if (result.gate == VALIDATOR_OPEN) {
		assert(script->verified);
		assert(validator_waiting(validator) > before);
		assert(result.amount >= 0 && result.amount <= validator->options.tap_cap);
	} else if (result.gate == VALIDATOR_CLOSED) {
		assert(validator_torn(validator) <= torn);
	}
	for (uint32_t i = 0; i < validator->state.queue.open_count; i++)
		confirmed += validator->state.open[i].confirmed;
	assert(confirmed <= script->terminal_seq);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct script script = { .in = ykt_rd(ykt_bytes(data, len)) };
	const struct ykt_se card = {
		.ctx = &script, .iface = YKT_SE_CONTACTLESS, .transceive = card_transceive
	};
	const struct ykt_se psam = { .ctx = &script, .transceive = psam_transceive };
	struct validator_options options;
	struct validator *validator = NULL;

	script.kind = (enum validator_kind)(ykt_rd_u8(&script.in) % 3);
	options = bench_options(script.kind, &psam);
	assert(validator_new(&options, &validator) == YKT_OK);
	for (unsigned i = 0; i < TAPS_MAX && script.in.left > 0; i++)
		tap(validator, &card, &script);
	validator_free(&validator);
	return 0;
}
