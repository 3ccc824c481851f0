/*
 * The validator's files: a head, what it holds, an SM3 digest over both.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/secret.h>

#include "crypto/digest.h"
#include "validator/internal.h"

#define MAGIC   0x594B5456u /* "YKTV" */
#define VERSION 1

_Static_assert(FILE_DIGEST_LEN == CRYPTO_DIGEST_LEN, "the digest of every file is SM3");

void
file_begin(struct ykt_buf *buf)
{
	ykt_put_u32(buf, MAGIC);
	ykt_put_u32(buf, VERSION);
}

enum ykt_status
file_write(struct validator *validator, const char *name, struct ykt_buf *buf)
{
	const struct ykt_bytes body = ykt_buf_view(buf);
	uint8_t digest[CRYPTO_DIGEST_LEN];
	enum ykt_status status = crypto_sm3(validator->options.crypto, &body, 1, digest);

	if (status != YKT_OK)
		return status;
	ykt_put(buf, YKT_BYTES(digest));
	status = ykt_buf_done(buf);
	if (status != YKT_OK)
		return status;
	status = ykt_file_write(validator->options.file, name, ykt_buf_view(buf));
	if (status == YKT_E_DOWN)
		validator->down = true;
	return status;
}

enum ykt_status
file_read(
    struct validator *validator, const char *name, struct ykt_buf *buf, struct ykt_rd *ret_body)
{
	uint8_t digest[CRYPTO_DIGEST_LEN];
	struct ykt_bytes body;
	enum ykt_status status = ykt_file_read(validator->options.file, name, buf);

	if (status == YKT_E_SPACE || (status == YKT_OK && buf->len < sizeof(digest)))
		return YKT_E_CORRUPT;
	if (status != YKT_OK)
		return status;
	body = ykt_bytes(buf->data, buf->len - sizeof(digest));
	status = crypto_sm3(validator->options.crypto, &body, 1, digest);
	if (status != YKT_OK)
		return status;
	if (!ykt_ct_equal(digest, buf->data + body.len, sizeof(digest)))
		return YKT_E_CORRUPT;
	*ret_body = ykt_rd(body);
	if (ykt_rd_u32(ret_body) != MAGIC || ykt_rd_u32(ret_body) != VERSION)
		return YKT_E_CORRUPT;
	return YKT_OK;
}
