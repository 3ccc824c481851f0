/*
 * The pay channel's signed wrapper.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "wire/field.h"
#include "wire/signed.h"
#include "wire/writer.h"

static const struct wire_field wire_signed_fields[] = {
	FIELD_TEXT(wire_signed, msg),
	FIELD_TEXT(wire_signed, key),
	FIELD_HEX(wire_signed, sig),
};
MESSAGE(wire_signed, "signed");

enum ykt_status
wire_signed_make(const struct signer *signer, const char *key_id, const struct wire_message *msg,
    const void *in, struct ykt_buf *json)
{
	uint8_t text[WIRE_SIGNED_TEXT_MAX];
	struct ykt_buf inner = YKT_BUF(text);
	struct wire_wr wr;
	uint8_t sig[64] = { 0 };
	enum ykt_status status;

	status = wire_encode(msg, in, &inner);
	if (status == YKT_E_SPACE)
		status = YKT_E_ARG;
	if (status == YKT_OK)
		status = signer_sign(signer, ykt_buf_view(&inner), sig);
	if (status != YKT_OK)
		goto out;

	wire_wr_begin(&wr, json);
	wr.arg = strlen(key_id) >= sizeof(((struct wire_signed *)0)->key);
	wire_wr_raw(&wr, "{");
	wire_wr_name(&wr, "msg");
	wire_wr_text(&wr, ykt_buf_view(&inner));
	wire_wr_name(&wr, "key");
	wire_wr_text(&wr, ykt_bytes_str(key_id));
	wire_wr_name(&wr, "sig");
	wire_wr_hex(&wr, YKT_BYTES(sig));
	wire_wr_raw(&wr, "}");
	status = wire_wr_end(&wr);
out:
	ykt_buf_wipe(&inner);

	return status;
}

static const struct wire_signed_key *
find_key(const struct wire_signed_key *keys, size_t key_count, const char *id)
{
	for (size_t i = 0; i < key_count; i++) {
		if (strcmp(keys[i].id, id) == 0)
			return &keys[i];
	}

	return NULL;
}

enum ykt_status
wire_signed_read(struct crypto *c, const struct wire_signed_key *keys, size_t key_count,
    struct ykt_bytes json, const struct wire_message *msg, void *ret)
{
	const struct wire_signed_key *key;
	struct wire_signed outer;
	enum ykt_status status;

	memset(ret, 0, msg->size);
	status = wire_decode(&wire_signed_msg, json, &outer);
	if (status != YKT_OK)
		goto out;
	key = find_key(keys, key_count, outer.key);
	status = key == NULL ? YKT_E_MAC
			     : crypto_sm2_verify(c, &key->pub, crypto_sm2_default_id,
				   ykt_bytes_str(outer.msg), outer.sig);
	if (status == YKT_OK)
		status = wire_decode(msg, ykt_bytes_str(outer.msg), ret);
out:
	ykt_wipe(&outer, sizeof(outer));

	return status;
}
