/*
 * The steps of a case: what is sent, what comes back, what is watched.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conform/state.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "card/sw.h"
#include "card/tlv.h"

#define ANSWER_MS 5000
#define ATR_MAX   64
#define TAG_CIN   0x45 /* GET DATA 0045: the number that domain keys are derived from */

static int64_t
deadline(const struct conform_card *card)
{
	return card->clock == NULL ? INT64_MAX : ykt_clock_mono(card->clock) + ANSWER_MS;
}

bool
conform_step_fail(struct conform_state *state, enum conform_reason reason)
{
	state->result->verdict = CONFORM_FAILED;
	state->result->reason = reason;

	return false;
}

static void
note_command(struct conform_state *state)
{
	if (2 * state->cmd.len < CONFORM_HEX_MAX)
		ykt_hex_encode(ykt_buf_view(&state->cmd), state->result->command);
}

/* Remembers what later values are computed from. */
static void
watch(struct conform_state *state)
{
	struct ykt_bytes rsp = ykt_buf_view(&state->rsp);
	struct apdu_cmd cmd;

	if (state->sw != SW_OK || apdu_cmd_decode(ykt_buf_view(&state->cmd), &cmd) != YKT_OK)
		return;
	if (cmd.cla == PURSE_CLA && cmd.ins == PURSE_INS_INITIALIZE && cmd.p2 == PURSE_P2_PURSE) {
		if (cmd.p1 == PURSE_INIT_LOAD)
			state->has_load =
			    purse_init_decode(&cmd, &state->load) == YKT_OK &&
			    purse_load_init_rsp_decode(rsp, &state->load_rsp) == YKT_OK;
		else
			state->has_debit =
			    purse_init_decode(&cmd, &state->debit) == YKT_OK &&
			    purse_purchase_init_rsp_decode(rsp, &state->debit_rsp) == YKT_OK;
	} else if (cmd.cla == GP_CLA && cmd.ins == GP_INS_INITIALIZE_UPDATE) {
		state->has_iur = cmd.data.len == SCP03_CHALLENGE_LEN &&
				 scp03_init_rsp_decode(rsp, &state->iur) == YKT_OK;
		if (state->has_iur)
			memcpy(state->host_challenge, cmd.data.data, SCP03_CHALLENGE_LEN);
	} else if (cmd.cla == 0 && cmd.ins == PURSE_INS_CHALLENGE &&
		   rsp.len <= sizeof(state->challenge)) {
		memcpy(state->challenge, rsp.data, rsp.len);
		state->challenge_len = rsp.len;
	}
}

/* Sends state->cmd. */
static bool
exchange(struct conform_state *state)
{
	const struct ykt_se *se = state->card->se;
	enum ykt_status status;

	note_command(state);
	state->rsp = YKT_BUF(state->rsp_bytes);
	status =
	    se->transceive(se->ctx, ykt_buf_view(&state->cmd), &state->rsp, deadline(state->card));
	if (status != YKT_OK || state->rsp.len < APDU_SW_LEN)
		return conform_step_fail(state, CONFORM_NO_ANSWER);
	state->rsp.len -= APDU_SW_LEN;
	state->sw = ykt_get_u16(state->rsp_bytes + state->rsp.len);

	return true;
}

bool
conform_step_reset(struct conform_state *state)
{
	const struct ykt_se *se = state->card->se;
	uint8_t bytes[ATR_MAX];
	struct ykt_buf atr = YKT_BUF(bytes);

	if (se->reset(se->ctx, &atr, deadline(state->card)) != YKT_OK)
		return conform_step_fail(state, CONFORM_NO_ANSWER);

	return true;
}

static bool
expand(struct conform_state *state, struct ykt_bytes text, struct conform_pattern *ret_bytes)
{
	struct conform_values values = conform_state_values(state);

	if (conform_template_expand(text, false, &values, ret_bytes) != YKT_OK)
		return conform_step_fail(state, CONFORM_NO_VALUE);

	return true;
}

/* Values of answers are computed from it, also when the answer never comes. */
static void
keep_second(struct conform_state *state)
{
	const uint8_t *cmd = state->cmd_bytes;

	if (state->cmd.len < APDU_HEADER_LEN || cmd[0] != PURSE_CLA ||
	    (cmd[1] != PURSE_INS_CREDIT && cmd[1] != PURSE_INS_DEBIT))
		return;
	state->second.len = 0;
	ykt_put(&state->second, ykt_buf_view(&state->cmd));
}

bool
conform_step_send(struct conform_state *state, struct ykt_bytes text)
{
	struct conform_pattern made;

	if (!expand(state, text, &made))
		return false;
	state->cmd = YKT_BUF(state->cmd_bytes);
	ykt_put_mem(&state->cmd, made.value, made.len);
	keep_second(state);
	if (!exchange(state))
		return false;
	watch(state);

	return true;
}

/* The answer of a channel to its clear form, in place. */
static bool
unwrap(struct conform_state *state)
{
	uint8_t bytes[CONFORM_RSP_MAX];
	struct ykt_buf clear = YKT_BUF(bytes);

	state->rsp.len += APDU_SW_LEN;
	if (scp03_rsp_unwrap(state->card->crypto, &state->session, ykt_buf_view(&state->rsp),
		&clear) != YKT_OK ||
	    clear.full)
		return conform_step_fail(state, CONFORM_BAD_MAC);
	state->rsp.len = clear.len - APDU_SW_LEN;
	memcpy(state->rsp_bytes, bytes, clear.len);

	return true;
}

bool
conform_step_wrap(struct conform_state *state, struct ykt_bytes text, bool tamper)
{
	struct conform_pattern made;

	if (!expand(state, text, &made))
		return false;
	state->cmd = YKT_BUF(state->cmd_bytes);
	if (scp03_cmd_wrap(state->card->crypto, &state->session, ykt_bytes(made.value, made.len),
		&state->cmd) != YKT_OK)
		return conform_step_fail(state, CONFORM_NO_VALUE);
	/* Behind the MAC stands an Le, when the command has one. */
	if (tamper)
		state->cmd_bytes[APDU_HEADER_LEN + state->cmd_bytes[APDU_HEADER_LEN]] ^= 0x01;

	return exchange(state) && unwrap(state);
}

bool
conform_step_again(struct conform_state *state)
{
	if (state->cmd.len == 0)
		return conform_step_fail(state, CONFORM_NO_VALUE);

	return exchange(state);
}

static bool
is_good(struct conform_state *state)
{
	if (state->sw == SW_OK)
		return true;
	memcpy(state->result->expected, "9000", 5);
	ykt_hex_encode(
	    ykt_bytes(state->rsp_bytes + state->rsp.len, APDU_SW_LEN), state->result->got);

	return conform_step_fail(state, CONFORM_BAD_SW);
}

bool
conform_step_good(struct conform_state *state, const char *text)
{
	return conform_step_send(state, ykt_bytes_str(text)) && is_good(state);
}

bool
conform_step_wrap_good(struct conform_state *state, const char *text)
{
	return conform_step_wrap(state, ykt_bytes_str(text), false) && is_good(state);
}

bool
conform_step_open(struct conform_state *state, bool ssd, uint8_t level)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *select = ssd ? "00A40400 [{ssd}] 00" : "00A40400 [{isd}] 00";
	char text[] = "{authenticate 00}";
	struct conform_pattern cryptogram;
	struct conform_values values = conform_state_values(state);

	text[14] = digits[level >> 4];
	text[15] = digits[level & 0x0F];
	if (!conform_step_good(state, select) ||
	    !conform_step_good(state, "80500000 [{random 8}] 00"))
		return false;
	if (conform_template_expand(
		ykt_bytes_str("{card-cryptogram}"), true, &values, &cryptogram) != YKT_OK)
		return conform_step_fail(state, CONFORM_NO_CHANNEL);
	if (!ykt_ct_equal(cryptogram.value, state->iur.cryptogram, SCP03_MAC_LEN))
		return conform_step_fail(state, CONFORM_NO_CHANNEL);

	return conform_step_good(state, text);
}

bool
conform_step_identity(struct conform_state *state)
{
	struct ykt_bytes id;

	if (!conform_step_good(state, "00A40400 [{isd}] 00") ||
	    !conform_step_good(state, "80CA0045 00"))
		return false;
	if (TLV_FIND(ykt_buf_view(&state->rsp), &id, TAG_CIN) != YKT_OK ||
	    id.len > sizeof(state->se_id))
		return conform_step_fail(state, CONFORM_NO_VALUE);
	memcpy(state->se_id, id.data, id.len);
	state->se_id_len = id.len;

	return true;
}
