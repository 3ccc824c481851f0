/*
 * The device's key in the secure element.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/device_se.h"

#include "card/ident.h"
#include "card/sw.h"
#include "client/ident_io.h"

static enum ykt_status
find_key(struct ykt_client *client, void *arg)
{
	struct crypto_sm2_pub *pub = arg;
	enum ykt_status status = client_ident_key(client, IDENT_P1_READ, IDENT_KEY_USER, pub);

	return status == YKT_NOT_FOUND ? client_ident_key(client, IDENT_P1_NEW, IDENT_KEY_USER, pub)
				       : status;
}

static enum ykt_status
se_sign(void *ctx, struct ykt_bytes msg, uint8_t sig[CRYPTO_SM2_SIG_LEN])
{
	struct ykt_buf out = { sig, 0, CRYPTO_SM2_SIG_LEN, false };
	struct client_ident_op op = { IDENT_OP_SIGN, msg, CRYPTO_SM2_SIG_LEN, &out };

	if (msg.len == 0 || msg.len > IDENT_TEXT_MAX)
		return YKT_E_ARG;

	return client_ident_run(ctx, false, client_ident_operate, &op);
}

static enum ykt_status
se_decrypt(void *ctx, struct ykt_bytes in, struct ykt_buf *out)
{
	struct client_ident_op op = { IDENT_OP_DECIPHER, in, IDENT_SECRET_LEN, out };

	if (in.len != IDENT_SECRET_LEN + CRYPTO_SM2_EXTRA)
		return YKT_E_ARG;

	return client_ident_run(ctx, false, client_ident_operate, &op);
}

/* The key that the element enciphers for is this client's platform's. */
static enum ykt_status
check_peer(struct ykt_client *client, void *arg)
{
	const struct crypto_sm2_pub *peer = arg;
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct crypto_sm2_pub platform;
	struct client_rsp rsp;
	enum ykt_status status;

	ident_get_build(IDENT_TAG_PLATFORM, &cmd);
	status = client_ident_ask(client, &cmd, &rsp);
	if (status == YKT_OK)
		status = ident_platform_decode(rsp.data, &platform);
	if (rsp.sw == SW_DATA_NOT_FOUND ||
	    (status == YKT_OK && !ykt_bytes_equal(YKT_BYTES(platform.xy), YKT_BYTES(peer->xy)))) {
		client_reason(client, "ident_platform");
		status = YKT_REFUSED;
	}

	return status;
}

/* The key module's key is none of the element's: it goes along, in front of the text. */
static enum ykt_status
encipher_to(struct ykt_client *client, const struct crypto_sm2_pub *peer, struct ykt_bytes text,
    struct ykt_buf *out)
{
	uint8_t bytes[IDENT_RECEIVER_LEN + IDENT_FIELD_MAX];
	struct ykt_buf data = YKT_BUF(bytes);
	struct client_ident_op op = {
		.op = IDENT_OP_ENCIPHER_TO, .len = text.len + CRYPTO_SM2_EXTRA, .out = out
	};
	enum ykt_status status;

	ykt_put(&data, YKT_BYTES(peer->xy));
	ykt_put(&data, text);
	op.data = ykt_buf_view(&data);
	status = client_ident_run(client, false, client_ident_operate, &op);
	ykt_buf_wipe(&data);

	return status;
}

static enum ykt_status
se_encipher(
    void *ctx, const struct crypto_sm2_pub *peer, struct ykt_bytes text, struct ykt_buf *out)
{
	const struct ykt_client *client = ctx;
	struct client_ident_op op = { IDENT_OP_ENCIPHER, text, text.len + CRYPTO_SM2_EXTRA, out };
	struct crypto_sm2_pub wanted = *peer;
	enum ykt_status status;

	if (text.len > IDENT_FIELD_MAX)
		return YKT_E_ARG;
	if (client->has_pin_key &&
	    ykt_bytes_equal(YKT_BYTES(peer->xy), YKT_BYTES(client->pin_key.xy)))
		return encipher_to(ctx, peer, text, out);
	status = client_ident_run(ctx, false, check_peer, &wanted);

	return status == YKT_OK ? client_ident_run(ctx, false, client_ident_operate, &op) : status;
}

enum ykt_status
client_device_se_ready(struct ykt_client *client)
{
	enum ykt_status status;

	client->element = (struct signer){ .ctx = client };
	status = client_ident_run(client, true, find_key, &client->element.pub);
	if (status == YKT_OK) {
		client->element.sign = se_sign;
		client->element.decrypt = se_decrypt;
		client->element.encipher = se_encipher;
	}

	return status;
}
