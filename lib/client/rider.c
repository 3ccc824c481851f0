/*
 * The key of ride codes, wherever the profile keeps it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/rider.h"

#include "card/ident.h"
#include "card/sw.h"
#include "client/ident_io.h"
#include "code/code_qr.h"

/* Both rooms say the same of a ride code (card/ident.h). */
#define SIGNED(len) ((len)-1 - CODE_SIG_LEN)
_Static_assert(IDENT_RIDE_MIN == SIGNED(CODE_QR_MIN) && IDENT_RIDE_MAX == SIGNED(CODE_QR_MAX) &&
		   IDENT_RIDE_VERSION == CODE_VERSION && IDENT_RIDE_SIG == 1 + CODE_SIG_LEN,
    "what the element looks at is a ride code");
_Static_assert(IDENT_RIDE_POINT == 3 + CODE_CERT_LEN + 16 + 10 + 4 + 4 + 1 + 3 &&
		   IDENT_RIDE_EXPIRES == IDENT_RIDE_POINT + CODE_POINT_LEN,
    "fields 10 and 11 are where it looks");

static enum ykt_status
make_step(struct ykt_client *client, void *arg)
{
	return client_ident_key(client, IDENT_P1_NEW, IDENT_KEY_RIDE, arg);
}

static enum ykt_status
read_step(struct ykt_client *client, void *arg)
{
	return client_ident_key(client, IDENT_P1_READ, IDENT_KEY_RIDE, arg);
}

enum ykt_status
client_rider_make(struct ykt_client *client, struct client_vault_data *data)
{
	if (client_seless(client))
		return crypto_sm2_generate(client->o.crypto, client->o.env.random, &data->rider);

	return client_ident_run(client, true, make_step, &data->rider.pub);
}

static enum ykt_status
sign_step(struct ykt_client *client, void *arg)
{
	enum ykt_status status = client_ident_operate(client, arg);

	if (status == YKT_REFUSED)
		client_reason(client, "rider_refused");

	return status;
}

static enum ykt_status
se_sign(void *ctx, struct ykt_bytes msg, uint8_t sig[CRYPTO_SM2_SIG_LEN])
{
	struct ykt_buf out = { sig, 0, CRYPTO_SM2_SIG_LEN, false };
	struct client_ident_op op = { IDENT_OP_RIDE, msg, CRYPTO_SM2_SIG_LEN, &out };

	return client_ident_run(ctx, false, sign_step, &op);
}

static enum ykt_status
no_decrypt(void *ctx, struct ykt_bytes in, struct ykt_buf *out)
{
	(void)ctx;
	(void)in;
	(void)out;

	return YKT_E_ARG;
}

enum ykt_status
client_rider_open(
    struct ykt_client *client, const struct client_vault_data *data, struct client_rider *ret_rider)
{
	struct crypto_sm2_pub pub;
	enum ykt_status status;

	if (client_seless(client)) {
		signer_soft_init(&ret_rider->soft, client->o.crypto, &data->rider);
		ret_rider->signer = ret_rider->soft.signer;
		return YKT_OK;
	}
	status = client_ident_run(client, true, read_step, &pub);
	if (status == YKT_NOT_FOUND || (status == YKT_OK && !ykt_bytes_equal(YKT_BYTES(pub.xy),
								YKT_BYTES(data->rider.pub.xy)))) {
		client_reason(client, "rider_gone");
		return YKT_REFUSED;
	}
	if (status == YKT_OK)
		ret_rider->signer = (struct signer){ client, pub, se_sign, no_decrypt, NULL };

	return status;
}

void
client_rider_clear(struct client_rider *rider)
{
	signer_soft_clear(&rider->soft);
	rider->signer = (struct signer){ 0 };
}

static enum ykt_status
erase_step(struct ykt_client *client, void *arg)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct client_rsp rsp;

	(void)arg;
	ident_delete_build(IDENT_KEY_USER, &cmd);

	return client_ident_ask(client, &cmd, &rsp);
}

enum ykt_status
client_rider_erase(struct ykt_client *client)
{
	return client_seless(client) ? YKT_OK : client_ident_run(client, true, erase_step, NULL);
}
