/*
 * The device's key in the secure element.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/device_se.h"

#include <string.h>

#include "card/ident.h"
#include "card/sw.h"
#include "client/card_io.h"

/* Of the element alone: the command needs a PIN. */
#define WANTS_PIN YKT_LOGIN_NEEDED

/* One command; what the element refuses for good gets its reason. */
static enum ykt_status
ask(struct ykt_client *client, const struct ykt_buf *cmd, struct client_rsp *rsp)
{
	enum ykt_status status = client_card_do(client, cmd, rsp);

	if (status == YKT_OK || rsp->sw == 0)
		return status;
	if (client_card_unsure(status, rsp->sw))
		return YKT_E_CARD;
	switch (rsp->sw) {
	case SW_FILE_NOT_FOUND:
		client_reason(client, "no_ident");
		return YKT_REFUSED;
	case SW_SECURITY:
		return WANTS_PIN;
	default:
		return status;
	}
}

static enum ykt_status
select_ident(struct ykt_client *client)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct client_rsp rsp;

	ident_select_build(&cmd);

	return ask(client, &cmd, &rsp);
}

/* p1: IDENT_P1_x. YKT_NOT_FOUND: there is no key to read. */
static enum ykt_status
key_command(struct ykt_client *client, uint8_t p1, struct crypto_sm2_pub *ret_pub)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	ident_generate_build(p1, &cmd);
	status = ask(client, &cmd, &rsp);
	if (rsp.sw == SW_DATA_NOT_FOUND)
		status = YKT_NOT_FOUND;

	return status == YKT_OK ? ident_public_decode(rsp.data, ret_pub) : status;
}

static enum ykt_status
open_once(struct ykt_client *client)
{
	struct crypto_sm2_pub *pub = &client->element.pub;
	enum ykt_status status = select_ident(client);

	if (status == YKT_OK)
		status = key_command(client, IDENT_P1_READ, pub);

	return status == YKT_NOT_FOUND ? key_command(client, IDENT_P1_NEW, pub) : status;
}

/* An answer did not come: after a reset everything can be asked again. */
static bool
again(struct ykt_client *client, enum ykt_status status)
{
	return (status == YKT_E_LINK || status == YKT_E_DRIVER || status == YKT_E_FORMAT ||
		   status == YKT_E_CARD) &&
	       client_card_reset(client) == YKT_OK;
}

/* No PIN of the user's opens it. */
static enum ykt_status
closed(struct ykt_client *client, enum ykt_status status)
{
	if (status != WANTS_PIN)
		return status;
	client_reason(client, "ident_closed");

	return YKT_REFUSED;
}

/* An operation, and its answer of len bytes, which is appended to out. */
struct request {
	uint16_t op;
	struct ykt_bytes data;
	size_t len;
	struct ykt_buf *out;
};

static enum ykt_status
send_one(struct ykt_client *client, const struct request *request)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	ident_operation_build(request->op, request->data, &cmd);
	status = ask(client, &cmd, &rsp);
	if (status == YKT_OK && rsp.data.len != request->len)
		status = YKT_E_FORMAT;
	if (status == YKT_OK)
		ykt_put(request->out, rsp.data);
	ykt_buf_wipe(&cmd);
	ykt_wipe(&rsp, sizeof(rsp));

	return status;
}

/* A message that is longer than a command goes in parts. */
static enum ykt_status
send_all(struct ykt_client *client, const struct request *request)
{
	struct request last = *request;
	enum ykt_status status = YKT_OK;

	while (status == YKT_OK && last.data.len > IDENT_MESSAGE_MAX) {
		const struct request part = { IDENT_OP_PART,
			ykt_bytes_sub(last.data, 0, IDENT_MESSAGE_MAX), 0, request->out };

		status = send_one(client, &part);
		last.data = ykt_bytes_sub(last.data, IDENT_MESSAGE_MAX, last.data.len);
	}

	return status == YKT_OK ? send_one(client, &last) : status;
}

static enum ykt_status
operate(struct ykt_client *client, const struct request *request)
{
	enum ykt_status status = send_all(client, request);

	if (again(client, status)) {
		status = select_ident(client);
		if (status == YKT_OK)
			status = send_all(client, request);
	}
	if (status == WANTS_PIN) {
		status = client_device_pin(client);
		if (status == YKT_OK)
			status = send_all(client, request);
	}

	return closed(client, status);
}

static enum ykt_status
se_sign(void *ctx, struct ykt_bytes msg, uint8_t sig[CRYPTO_SM2_SIG_LEN])
{
	struct ykt_buf out = { sig, 0, CRYPTO_SM2_SIG_LEN, false };
	const struct request request = { IDENT_OP_SIGN, msg, CRYPTO_SM2_SIG_LEN, &out };

	if (msg.len == 0 || msg.len > IDENT_TEXT_MAX)
		return YKT_E_ARG;

	return operate(ctx, &request);
}

static enum ykt_status
se_decrypt(void *ctx, struct ykt_bytes in, struct ykt_buf *out)
{
	const struct request request = { IDENT_OP_DECIPHER, in, IDENT_SECRET_LEN, out };

	if (in.len != IDENT_SECRET_LEN + CRYPTO_SM2_EXTRA)
		return YKT_E_ARG;

	return operate(ctx, &request);
}

/* The key that the element enciphers for is this client's platform's. */
static enum ykt_status
check_peer(struct ykt_client *client, const struct crypto_sm2_pub *peer)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct crypto_sm2_pub platform;
	struct client_rsp rsp;
	enum ykt_status status;

	ident_get_build(IDENT_TAG_PLATFORM, &cmd);
	status = ask(client, &cmd, &rsp);
	if (status == YKT_OK)
		status = ident_platform_decode(rsp.data, &platform);
	if (rsp.sw == SW_DATA_NOT_FOUND ||
	    (status == YKT_OK && !ykt_bytes_equal(YKT_BYTES(platform.xy), YKT_BYTES(peer->xy)))) {
		client_reason(client, "ident_platform");
		status = YKT_REFUSED;
	}

	return status;
}

static enum ykt_status
se_encipher(
    void *ctx, const struct crypto_sm2_pub *peer, struct ykt_bytes text, struct ykt_buf *out)
{
	const struct request request = { IDENT_OP_ENCIPHER, text, text.len + CRYPTO_SM2_EXTRA,
		out };
	enum ykt_status status;

	if (text.len > IDENT_FIELD_MAX)
		return YKT_E_ARG;
	status = check_peer(ctx, peer);
	if (again(ctx, status)) {
		status = select_ident(ctx);
		if (status == YKT_OK)
			status = check_peer(ctx, peer);
	}

	return status == YKT_OK ? operate(ctx, &request) : closed(ctx, status);
}

enum ykt_status
client_device_se_ready(struct ykt_client *client)
{
	enum ykt_status status;

	client->element = (struct signer){ .ctx = client };
	status = open_once(client);
	if (again(client, status))
		status = open_once(client);
	if (status == YKT_OK) {
		client->element.sign = se_sign;
		client->element.decrypt = se_decrypt;
		client->element.encipher = se_encipher;
	}

	return closed(client, status);
}
