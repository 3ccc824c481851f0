/*
 * Accounts at banks and payment services.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/account.h"

#include <assert.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "crypto/digest.h"
#include "wire/client_msg.h"

#define LABEL     "ykt-acct"
#define LABEL_LEN 8
#define ID_LEN    32
#define TO_SIGN   "ykt-unb1"
#define HEAD_LEN  (LABEL_LEN + 1 + 16)
#define PLAIN_MAX (HEAD_LEN + 3 + 19 + 48 + 11)

enum use { USE_DATA = 1, USE_CODE = 2 };

bool
wire_account_number_valid(const char *number)
{
	size_t len = strlen(number);
	unsigned sum = 0;

	if (len < WIRE_ACCOUNT_DIGITS_MIN ||
	    len >= sizeof(((struct wire_account_data *)0)->number) ||
	    strspn(number, "0123456789") != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(number[len - 1 - i] - '0');

		if (i % 2 == 1)
			digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
		sum += digit;
	}

	return sum % 10 == 0;
}

bool
wire_account_data_valid(const struct wire_account_data *data)
{
	return wire_account_number_valid(data->number) && wire_phone_valid(data->phone) &&
	       data->holder[0] != '\0';
}

static bool
code_valid(const char *code)
{
	return strlen(code) == WIRE_ACCOUNT_CODE_LEN &&
	       strspn(code, "0123456789") == WIRE_ACCOUNT_CODE_LEN;
}

static void
put_field(struct ykt_buf *plain, const char *text)
{
	ykt_put_u8(plain, (uint8_t)strlen(text));
	ykt_put(plain, ykt_bytes_str(text));
}

/* False: no valid id. */
static bool
put_head(struct ykt_buf *plain, enum use use, const char *bind_id)
{
	if (!wire_id_valid(bind_id))
		return false;
	ykt_put_mem(plain, LABEL, LABEL_LEN);
	ykt_put_u8(plain, (uint8_t)use);

	return ykt_hex_decode(bind_id, ID_LEN, plain) == YKT_OK;
}

static enum ykt_status
seal(struct crypto *c, const struct signer *device, const struct crypto_sm2_pub *to,
    struct ykt_bytes plain, uint8_t *out, uint16_t *ret_len)
{
	struct ykt_buf block = { out, 0, WIRE_ACCOUNT_BLOCK_MAX, false };
	enum ykt_status status = device != NULL ? signer_encipher(device, c, to, plain, &block)
						: crypto_sm2_encrypt(c, to, plain, &block);

	if (status == YKT_OK)
		*ret_len = (uint16_t)block.len;

	return status;
}

enum ykt_status
wire_account_seal(struct crypto *c, const struct signer *device, const struct crypto_sm2_pub *to,
    const char *bind_id, const struct wire_account_data *data, uint8_t out[WIRE_ACCOUNT_BLOCK_MAX],
    uint16_t *ret_len)
{
	uint8_t bytes[PLAIN_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	enum ykt_status status = YKT_E_ARG;

	if (wire_account_data_valid(data) && put_head(&plain, USE_DATA, bind_id)) {
		put_field(&plain, data->number);
		put_field(&plain, data->holder);
		put_field(&plain, data->phone);
		status = seal(c, device, to, ykt_buf_view(&plain), out, ret_len);
	}
	ykt_wipe(bytes, sizeof(bytes));

	return status;
}

enum ykt_status
wire_account_code_seal(struct crypto *c, const struct signer *device,
    const struct crypto_sm2_pub *to, const char *bind_id, const char *code,
    uint8_t out[WIRE_ACCOUNT_BLOCK_MAX], uint16_t *ret_len)
{
	uint8_t bytes[PLAIN_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	enum ykt_status status = YKT_E_ARG;

	if (code_valid(code) && put_head(&plain, USE_CODE, bind_id)) {
		put_field(&plain, code);
		status = seal(c, device, to, ykt_buf_view(&plain), out, ret_len);
	}
	ykt_wipe(bytes, sizeof(bytes));

	return status;
}

/* A field of 1 to size - 1 bytes without a NUL. */
static void
get_field(struct ykt_rd *rd, char *out, size_t size)
{
	struct ykt_bytes text = ykt_rd_take(rd, ykt_rd_u8(rd));

	if (text.len == 0 || text.len >= size || memchr(text.data, 0, text.len) != NULL) {
		rd->bad = true;
		return;
	}
	memcpy(out, text.data, text.len);
	out[text.len] = '\0';
}

/* Decrypts into plain and leaves *ret_rd behind the head. */
static enum ykt_status
open_head(const struct signer *own, struct ykt_bytes block, enum use use, const char *bind_id,
    struct ykt_buf *plain, struct ykt_rd *ret_rd)
{
	uint8_t bytes[HEAD_LEN];
	struct ykt_buf head = YKT_BUF(bytes);
	enum ykt_status status = signer_decrypt(own, block, plain);

	if (status == YKT_E_FORMAT || status == YKT_E_SPACE)
		return YKT_E_MAC;
	if (status != YKT_OK)
		return status;
	*ret_rd = ykt_rd(ykt_buf_view(plain));
	if (!put_head(&head, use, bind_id) ||
	    !ykt_bytes_equal(ykt_rd_take(ret_rd, HEAD_LEN), ykt_buf_view(&head)))
		return YKT_E_MAC;

	return YKT_OK;
}

enum ykt_status
wire_account_open(const struct signer *own, struct ykt_bytes block, const char *bind_id,
    struct wire_account_data *ret_data)
{
	uint8_t bytes[WIRE_ACCOUNT_BLOCK_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct wire_account_data data = { .number = "" };
	struct ykt_rd rd;
	enum ykt_status status = open_head(own, block, USE_DATA, bind_id, &plain, &rd);

	if (status == YKT_OK) {
		get_field(&rd, data.number, sizeof(data.number));
		get_field(&rd, data.holder, sizeof(data.holder));
		get_field(&rd, data.phone, sizeof(data.phone));
		if (ykt_rd_done(&rd) != YKT_OK || !wire_account_data_valid(&data))
			status = YKT_E_MAC;
	}
	if (status == YKT_OK)
		*ret_data = data;
	ykt_wipe(bytes, sizeof(bytes));
	ykt_wipe(&data, sizeof(data));

	return status;
}

enum ykt_status
wire_account_code_open(const struct signer *own, struct ykt_bytes block, const char *bind_id,
    char ret_code[WIRE_ACCOUNT_CODE_LEN + 1])
{
	uint8_t bytes[WIRE_ACCOUNT_BLOCK_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	char code[WIRE_ACCOUNT_CODE_LEN + 1] = "";
	struct ykt_rd rd;
	enum ykt_status status = open_head(own, block, USE_CODE, bind_id, &plain, &rd);

	if (status == YKT_OK) {
		get_field(&rd, code, sizeof(code));
		if (ykt_rd_done(&rd) != YKT_OK || !code_valid(code))
			status = YKT_E_MAC;
	}
	if (status == YKT_OK)
		memcpy(ret_code, code, sizeof(code));
	ykt_wipe(bytes, sizeof(bytes));
	ykt_wipe(code, sizeof(code));

	return status;
}

enum ykt_status
wire_unbind_digest(struct crypto *c, const struct wire_account *account, const char user_id[33],
    uint8_t ret_digest[32])
{
	const struct ykt_bytes issuer = ykt_bytes_str(account->issuer);
	const struct ykt_bytes last4 = ykt_bytes_str(account->last4);
	const uint8_t lens[] = { (uint8_t)issuer.len, (uint8_t)last4.len };
	const struct ykt_bytes parts[] = {
		ykt_bytes_str("ykt-unbd"),
		ykt_bytes_str(account->account_id),
		ykt_bytes_str(user_id),
		ykt_bytes(&lens[0], 1),
		issuer,
		ykt_bytes(&lens[1], 1),
		last4,
	};

	assert(strlen(account->account_id) == ID_LEN && strlen(user_id) == ID_LEN);

	return crypto_sm3(c, parts, YKT_ARRAY_LEN(parts), ret_digest);
}

void
wire_unbind_to_sign(
    const uint8_t digest[32], const char account_id[33], uint8_t out[WIRE_UNBIND_SIGN_LEN])
{
	assert(strlen(account_id) == ID_LEN);

	memcpy(out, TO_SIGN, 8);
	memcpy(out + 8, digest, 32);
	memcpy(out + 40, account_id, ID_LEN);
}
