/*
 * The user's certificate in the element.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/cert.h"

#include <string.h>

#include "card/ident_cert.h"
#include "card/sw.h"
#include "client/ident_io.h"
#include "client/session.h"

_Static_assert(WIRE_IDENT_CERT_MAX == IDENT_CERT_MAX, "messages hold any certificate");

static enum ykt_status
get(struct ykt_client *client, uint16_t tag, struct client_cert *ret_cert)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	ident_get_build(tag, &cmd);
	status = client_ident_ask(client, &cmd, &rsp);
	if (rsp.sw == SW_DATA_NOT_FOUND) {
		ret_cert->len = 0;
		return YKT_OK;
	}
	if (status == YKT_OK && rsp.data.len > sizeof(ret_cert->bytes))
		status = YKT_E_FORMAT;
	if (status == YKT_OK) {
		ret_cert->len = rsp.data.len;
		memcpy(ret_cert->bytes, rsp.data.data, rsp.data.len);
	}

	return status;
}

static enum ykt_status
read_step(struct ykt_client *client, void *arg)
{
	return get(client, IDENT_TAG_CERT, arg);
}

static enum ykt_status
request_step(struct ykt_client *client, void *arg)
{
	return get(client, IDENT_TAG_REQUEST, arg);
}

static enum ykt_status
store_step(struct ykt_client *client, void *arg)
{
	const struct ykt_bytes *cert = arg;
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct client_rsp rsp;

	ident_put_cert_build(*cert, &cmd);

	return client_ident_ask(client, &cmd, &rsp);
}

enum ykt_status
client_cert_read(struct ykt_client *client, struct client_cert *ret_cert)
{
	ret_cert->len = 0;

	return client_seless(client) ? YKT_OK : client_ident_run(client, true, read_step, ret_cert);
}

enum ykt_status
client_cert_request(struct ykt_client *client, struct client_cert *ret_request)
{
	ret_request->len = 0;

	return client_seless(client) ? YKT_OK
				     : client_ident_run(client, true, request_step, ret_request);
}

enum ykt_status
client_cert_store(struct ykt_client *client, struct ykt_bytes cert)
{
	enum ykt_status status;

	if (client_seless(client) || cert.len == 0 || cert.len > WIRE_IDENT_CERT_MAX)
		return YKT_OK;
	status = client_ident_run(client, true, store_step, &cert);
	client->end.reason[0] = '\0';

	return status == YKT_E_DOWN ? status : YKT_OK;
}

bool
client_cert_wanted(const struct ykt_client *client)
{
	static const char *const tokens[] = { "cert_missing", "cert_foreign", "cert_revoked",
		"cert_expired" };

	for (size_t i = 0; i < YKT_ARRAY_LEN(tokens); i++) {
		if (client_error_is(client, tokens[i]))
			return true;
	}

	return false;
}
