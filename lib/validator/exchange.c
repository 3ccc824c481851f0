/*
 * One command, one answer; and how a tap ends early.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "validator/internal.h"

struct ykt_buf *
exchange_begin(struct exchange *exchange)
{
	exchange->out = YKT_BUF(exchange->cmd);
	return &exchange->out;
}

enum ykt_status
exchange_run(struct exchange *exchange, const struct ykt_se *se, int64_t deadline_mono_ms)
{
	struct ykt_buf rsp = YKT_BUF(exchange->rsp);
	enum ykt_status status = ykt_buf_done(&exchange->out);

	if (status == YKT_OK)
		status =
		    se->transceive(se->ctx, ykt_buf_view(&exchange->out), &rsp, deadline_mono_ms);
	if (status == YKT_OK)
		status = apdu_rsp_decode(ykt_buf_view(&rsp), &exchange->answer);
	return status;
}

enum ykt_status
tap_close(struct tap *tap, const char *reason)
{
	tap->result->gate = VALIDATOR_CLOSED;
	tap->result->reason = reason;
	return YKT_REFUSED;
}

enum ykt_status
tap_retap(struct tap *tap, const char *reason)
{
	tap->result->gate = VALIDATOR_RETAP;
	tap->result->reason = reason;
	return YKT_REFUSED;
}

enum ykt_status
tap_ask(struct tap *tap, uint16_t *ret_sw)
{
	enum ykt_status status = exchange_run(&tap->exchange, tap->card, tap->deadline);

	if (status == YKT_E_DOWN)
		return status;
	if (status != YKT_OK)
		return tap_retap(tap, "too_fast");
	*ret_sw = tap->exchange.answer.sw;
	return YKT_OK;
}

enum ykt_status
tap_psam(struct tap *tap)
{
	const struct validator_options *options = &tap->validator->options;

	return exchange_run(
	    &tap->exchange, options->psam, ykt_clock_mono(options->env.clock) + PSAM_DEADLINE_MS);
}
