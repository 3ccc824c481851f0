/*
 * The platform's signature over what it gives its gates.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "wire/gate_msg.h"

/* The encoding with sig all zero; sig itself is put back. */
static enum ykt_status
signed_bytes(struct wire_gate_params_rsp *params, struct ykt_buf *scratch)
{
	uint8_t sig[sizeof(params->sig)];
	enum ykt_status status;

	ykt_buf_wipe(scratch);
	memcpy(sig, params->sig, sizeof(sig));
	memset(params->sig, 0, sizeof(params->sig));
	status = wire_encode(&wire_gate_params_rsp_msg, params, scratch);
	memcpy(params->sig, sig, sizeof(sig));

	return status;
}

enum ykt_status
wire_gate_params_sign(
    const struct signer *signer, struct ykt_buf *scratch, struct wire_gate_params_rsp *params)
{
	enum ykt_status status;

	status = signed_bytes(params, scratch);
	if (status == YKT_OK)
		status = signer_sign(signer, ykt_buf_view(scratch), params->sig);
	ykt_buf_wipe(scratch);

	return status;
}

enum ykt_status
wire_gate_params_verify(struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_buf *scratch,
    struct wire_gate_params_rsp *params)
{
	enum ykt_status status;

	status = signed_bytes(params, scratch);
	if (status == YKT_OK)
		status = crypto_sm2_verify(
		    c, pub, crypto_sm2_default_id, ykt_buf_view(scratch), params->sig);
	ykt_buf_wipe(scratch);

	return status;
}
