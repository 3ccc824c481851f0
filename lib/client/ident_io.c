/*
 * Commands to the identity application.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/ident_io.h"

#include "card/ident.h"
#include "card/sw.h"
#include "client/device_se.h"

#define INSTANCES_MAX 16 /* more are not looked at */

/* Of the element alone: the command needs a PIN. */
#define WANTS_PIN YKT_LOGIN_NEEDED

enum ykt_status
client_ident_ask(struct ykt_client *client, const struct ykt_buf *cmd, struct client_rsp *ret_rsp)
{
	enum ykt_status status = client_card_do(client, cmd, ret_rsp);

	if (status == YKT_OK || ret_rsp->sw == 0)
		return status;
	if (client_card_unsure(status, ret_rsp->sw))
		return YKT_E_CARD;
	switch (ret_rsp->sw) {
	case SW_FILE_NOT_FOUND:
		client_reason(client, "no_ident");
		return YKT_REFUSED;
	case SW_SECURITY:
		/* Of a SELECT it is no PIN that is wanted. */
		return status == YKT_REFUSED ? status : WANTS_PIN;
	default:
		return status;
	}
}

static enum ykt_status
select_one(struct ykt_client *client, bool next)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	ident_select_build(next, &cmd);
	status = client_ident_ask(client, &cmd, &rsp);
	if (next && rsp.sw == SW_FILE_NOT_FOUND)
		client_reason(client, "ident_platform");

	return status;
}

/* YKT_MISMATCH: it is another platform's, or nobody's. */
static enum ykt_status
check_ours(struct ykt_client *client)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct crypto_sm2_pub platform;
	struct client_rsp rsp;
	enum ykt_status status;

	ident_get_build(IDENT_TAG_PLATFORM, &cmd);
	status = client_ident_ask(client, &cmd, &rsp);
	if (rsp.sw == SW_DATA_NOT_FOUND)
		return YKT_MISMATCH;
	if (status == YKT_OK)
		status = ident_platform_decode(rsp.data, &platform);
	if (status == YKT_OK &&
	    !ykt_bytes_equal(YKT_BYTES(platform.xy), YKT_BYTES(client->platform.xy)))
		status = YKT_MISMATCH;

	return status;
}

/* Of the instances, that of this client's platform: the others are not its own to use. */
static enum ykt_status
select_ident(struct ykt_client *client)
{
	enum ykt_status status = YKT_MISMATCH;

	for (size_t i = 0; i < INSTANCES_MAX && status == YKT_MISMATCH; i++) {
		status = select_one(client, i > 0);
		if (status == YKT_OK)
			status = check_ours(client);
	}
	if (status != YKT_MISMATCH)
		return status;
	client_reason(client, "ident_platform");

	return YKT_REFUSED;
}

enum ykt_status
client_ident_key(struct ykt_client *client, uint8_t p1, uint8_t key, struct crypto_sm2_pub *ret_pub)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	ident_generate_build(p1, key, &cmd);
	status = client_ident_ask(client, &cmd, &rsp);
	if (rsp.sw == SW_DATA_NOT_FOUND)
		status = YKT_NOT_FOUND;

	return status == YKT_OK ? ident_public_decode(rsp.data, ret_pub) : status;
}

/* An answer did not come: after a reset everything can be asked again. */
static bool
again(struct ykt_client *client, enum ykt_status status)
{
	return (status == YKT_E_LINK || status == YKT_E_DRIVER || status == YKT_E_FORMAT ||
		   status == YKT_E_CARD) &&
	       client_card_reset(client) == YKT_OK;
}

static enum ykt_status
run_once(struct ykt_client *client, bool select, client_ident_step *step, void *arg)
{
	enum ykt_status status = select ? select_ident(client) : YKT_OK;

	return status == YKT_OK ? step(client, arg) : status;
}

enum ykt_status
client_ident_run(struct ykt_client *client, bool select, client_ident_step *step, void *arg)
{
	enum ykt_status status = run_once(client, select, step, arg);

	if (again(client, status))
		status = run_once(client, true, step, arg);
	if (status == WANTS_PIN) {
		status = client_device_pin(client);
		if (status == YKT_OK)
			status = step(client, arg);
	}
	if (status != WANTS_PIN)
		return status;
	/* No PIN of the user's opens it. */
	client_reason(client, "ident_closed");

	return YKT_REFUSED;
}

static enum ykt_status
send_one(struct ykt_client *client, const struct client_ident_op *op)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	ident_operation_build(op->op, op->data, &cmd);
	status = client_ident_ask(client, &cmd, &rsp);
	if (status == YKT_OK && rsp.data.len != op->len)
		status = YKT_E_FORMAT;
	if (status == YKT_OK)
		ykt_put(op->out, rsp.data);
	ykt_buf_wipe(&cmd);
	ykt_wipe(&rsp, sizeof(rsp));

	return status;
}

enum ykt_status
client_ident_operate(struct ykt_client *client, void *op)
{
	struct client_ident_op last = *(const struct client_ident_op *)op;
	enum ykt_status status = YKT_OK;

	while (status == YKT_OK && last.data.len > IDENT_MESSAGE_MAX) {
		const struct client_ident_op part = { IDENT_OP_PART,
			ykt_bytes_sub(last.data, 0, IDENT_MESSAGE_MAX), 0, last.out };

		status = send_one(client, &part);
		last.data = ykt_bytes_sub(last.data, IDENT_MESSAGE_MAX, last.data.len);
	}

	return status == YKT_OK ? send_one(client, &last) : status;
}
