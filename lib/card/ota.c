/*
 * Secured packets: one body of both kinds, two heads.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/ota.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/ota_check.h"
#include "crypto/block.h"

#define INTEGRITY_MASK 0x03
#define COUNTER_SHIFT  3
#define POR_SHIFT      2
#define UDH_LEN        3
#define CHL_AT         2 /* after CPL */
#define CHL_OPEN_LEN   7 /* SPI, KIc, KID, TAR */
#define RHL_OPEN_LEN   OTA_TAR_LEN
#define RSP_STATUS_LEN 1

static const uint8_t response_udh[UDH_LEN] = { 0x02, 0x71, 0x00 };

/* What the two kinds have in common: how a body is laid out and secured. */
struct body_rule {
	enum ota_integrity integrity;
	bool cipher;
	uint8_t kid;
	uint8_t kic;
	size_t extra; /* bytes between PCNTR and the checksum: a response's status */
};

enum ota_integrity
ota_integrity(const struct ota_head *head)
{
	return (enum ota_integrity)(head->spi1 & INTEGRITY_MASK);
}

enum ota_counter
ota_counter(const struct ota_head *head)
{
	return (enum ota_counter)(head->spi1 >> COUNTER_SHIFT & 3);
}

enum ota_por
ota_por(const struct ota_head *head)
{
	return (enum ota_por)(head->spi2 & 3);
}

enum ota_integrity
ota_por_integrity(const struct ota_head *head)
{
	return (enum ota_integrity)(head->spi2 >> POR_SHIFT & INTEGRITY_MASK);
}

static struct body_rule
command_rule(const struct ota_head *head)
{
	return (struct body_rule){ ota_integrity(head), (head->spi1 & OTA_SPI1_CIPHER) != 0,
		head->kid, head->kic, 0 };
}

static struct body_rule
response_rule(const struct ota_head *head)
{
	return (struct body_rule){ ota_por_integrity(head), (head->spi2 & OTA_SPI2_POR_CIPHER) != 0,
		head->kid, head->kic, RSP_STATUS_LEN };
}

/* Judges the rule against the keys before a byte is written or deciphered. */
static enum ykt_status
judge(const struct body_rule *rule, const struct ota_keys *keys, size_t *ret_check_len)
{
	enum ykt_status status = ota_check_len(rule->integrity, rule->kid, ret_check_len);

	if (status == YKT_OK && rule->integrity == OTA_CC)
		status = ota_key_fits(rule->kid, &keys->kid);
	if (status == YKT_OK && rule->cipher)
		status = ota_key_fits(rule->kic, &keys->kic);

	return status;
}

/* A packet being made: where its head begins, its body, its checksum. */
struct draft {
	struct ykt_buf *out;
	size_t start;
	size_t body_at;
	size_t check_at;
	size_t check_len;
};

static void
put_counter(struct ykt_buf *out, uint64_t counter)
{
	ykt_put_u8(out, (uint8_t)(counter >> 32));
	ykt_put_u32(out, (uint32_t)counter);
}

static size_t
padding_of(const struct body_rule *rule, const struct ota_keys *keys, size_t len)
{
	size_t block = rule->cipher ? crypto_block_len(keys->kic.alg) : 1;

	return (block - len % block) % block;
}

/* The body: counter, PCNTR, a response's status, room for the checksum, data, padding. */
static void
put_body(struct draft *draft, const struct body_rule *rule, const struct ota_keys *keys,
    uint64_t counter, uint8_t status, struct ykt_bytes data)
{
	struct ykt_buf *out = draft->out;
	size_t padding =
	    padding_of(rule, keys, OTA_BODY_MIN + rule->extra + draft->check_len + data.len);

	draft->body_at = out->len;
	put_counter(out, counter);
	ykt_put_u8(out, (uint8_t)padding);
	ykt_put_fill(out, status, rule->extra);
	draft->check_at = out->len;
	ykt_put_fill(out, 0, draft->check_len);
	ykt_put(out, data);
	ykt_put_fill(out, 0, padding);
}

/* Checksum around its own place, then the cipher over the body. */
static enum ykt_status
secure_body(struct crypto *c, struct draft *draft, const struct body_rule *rule,
    const struct ota_keys *keys)
{
	static const uint8_t zero_iv[CRYPTO_BLOCK_MAX];
	struct ykt_buf *out = draft->out;
	struct ykt_bytes all = ykt_bytes(out->data, out->len);
	size_t after = draft->check_at + draft->check_len;
	struct ykt_bytes parts[2] = {
		ykt_bytes_sub(all, draft->start, draft->check_at - draft->start),
		ykt_bytes_sub(all, after, all.len - after),
	};
	struct ykt_bytes body = ykt_bytes_sub(all, draft->body_at, all.len - draft->body_at);
	uint8_t check[OTA_CHECK_MAX] = { 0 };
	enum ykt_status status =
	    ota_check(c, rule->integrity, rule->kid, &keys->kid, parts, 2, check);

	if (status == YKT_OK)
		memcpy(out->data + draft->check_at, check, draft->check_len);
	if (status == YKT_OK && rule->cipher)
		status =
		    crypto_cbc_encrypt(c, &keys->kic, zero_iv, body, out->data + draft->body_at);

	return status;
}

/* The lengths at the front, then security; on failure out is as it was. */
static enum ykt_status
finish(struct crypto *c, struct draft *draft, const struct body_rule *rule,
    const struct ota_keys *keys, size_t lengths_at, uint8_t header_len)
{
	struct ykt_buf *out = draft->out;
	size_t packet_len = out->len - lengths_at - 2;
	enum ykt_status status = ykt_buf_done(out);

	if (status == YKT_OK && packet_len > UINT16_MAX)
		status = YKT_E_SPACE;
	if (status == YKT_OK) {
		ykt_set_u16(out->data + lengths_at, (uint16_t)packet_len);
		out->data[lengths_at + CHL_AT] = header_len;
		status = secure_body(c, draft, rule, keys);
	}
	if (status != YKT_OK)
		out->len = draft->start;

	return status;
}

enum ykt_status
ota_command_make(struct crypto *c, const struct ota_command *command, const struct ota_keys *keys,
    struct ykt_buf *out)
{
	const struct ota_head *head = &command->head;
	struct body_rule rule = command_rule(head);
	struct draft draft = { .out = out, .start = out->len };
	enum ykt_status status = judge(&rule, keys, &draft.check_len);

	if (command->counter > OTA_COUNTER_MAX)
		status = YKT_E_ARG;
	if (status != YKT_OK)
		return status;

	ykt_put_fill(out, 0, CHL_AT + 1);
	ykt_put_u8(out, head->spi1);
	ykt_put_u8(out, head->spi2);
	ykt_put_u8(out, head->kic);
	ykt_put_u8(out, head->kid);
	ykt_put_mem(out, head->tar, sizeof(head->tar));
	put_body(&draft, &rule, keys, command->counter, 0, command->data);

	return finish(c, &draft, &rule, keys, draft.start,
	    (uint8_t)(CHL_OPEN_LEN + OTA_BODY_MIN + draft.check_len));
}

enum ykt_status
ota_response_make(struct crypto *c, const struct ota_head *head,
    const struct ota_response *response, const struct ota_keys *keys, struct ykt_buf *out)
{
	struct body_rule rule = response_rule(head);
	struct draft draft = { .out = out, .start = out->len };
	enum ykt_status status = judge(&rule, keys, &draft.check_len);

	if (response->counter > OTA_COUNTER_MAX)
		status = YKT_E_ARG;
	if (status != YKT_OK)
		return status;

	ykt_put_mem(out, response_udh, sizeof(response_udh));
	ykt_put_fill(out, 0, CHL_AT + 1);
	ykt_put_mem(out, response->tar, sizeof(response->tar));
	put_body(&draft, &rule, keys, response->counter, response->status, response->data);

	return finish(c, &draft, &rule, keys, draft.start + UDH_LEN,
	    (uint8_t)(RHL_OPEN_LEN + OTA_BODY_MIN + RSP_STATUS_LEN + draft.check_len));
}

enum ykt_status
ota_command_head(struct ykt_bytes packet, struct ota_head *ret_head, struct ykt_bytes *ret_body)
{
	struct ykt_rd rd = ykt_rd(packet);
	uint16_t packet_len = ykt_rd_u16(&rd);
	bool whole = packet_len == rd.left;
	uint8_t header_len = ykt_rd_u8(&rd);
	struct ota_head head;

	head.spi1 = ykt_rd_u8(&rd);
	head.spi2 = ykt_rd_u8(&rd);
	head.kic = ykt_rd_u8(&rd);
	head.kid = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, head.tar, sizeof(head.tar));
	if (rd.bad || !whole || header_len < CHL_OPEN_LEN + OTA_BODY_MIN ||
	    (size_t)header_len - CHL_OPEN_LEN > rd.left)
		return YKT_E_FORMAT;
	*ret_head = head;
	*ret_body = ykt_rd_rest(&rd);

	return YKT_OK;
}

/* A body that was read, its parts in work. */
struct opened {
	uint64_t counter;
	uint8_t padding;
	uint8_t status;
	struct ykt_bytes check;
	struct ykt_bytes data;
};

static uint64_t
rd_counter(struct ykt_rd *rd)
{
	uint64_t high = ykt_rd_u8(rd);

	return high << 32 | ykt_rd_u32(rd);
}

/* Takes the plain body apart and judges its checksum together with the open head. */
static enum ykt_status
read_body(struct crypto *c, const struct body_rule *rule, const struct ota_keys *keys,
    size_t check_len, struct ykt_bytes head, struct ykt_bytes body, struct opened *ret)
{
	struct ykt_rd rd = ykt_rd(body);
	size_t before = OTA_BODY_MIN + rule->extra;
	struct opened opened = { .counter = rd_counter(&rd), .padding = ykt_rd_u8(&rd) };
	struct ykt_bytes parts[3];
	uint8_t check[OTA_CHECK_MAX] = { 0 };
	enum ykt_status status;

	if (rule->extra != 0)
		opened.status = ykt_rd_u8(&rd);
	opened.check = ykt_rd_take(&rd, check_len);
	if (rd.bad || opened.padding > rd.left || opened.padding > OTA_PADDING_MAX)
		return YKT_E_FORMAT;
	parts[0] = head;
	parts[1] = ykt_bytes_sub(body, 0, before);
	parts[2] = ykt_rd_rest(&rd);
	opened.data = ykt_bytes(parts[2].data, parts[2].len - opened.padding);
	status = ota_check(c, rule->integrity, rule->kid, &keys->kid, parts, 3, check);
	if (status == YKT_OK && !ykt_ct_equal(check, opened.check.data, check_len))
		status = YKT_E_MAC;
	if (status == YKT_OK)
		*ret = opened;
	ykt_wipe(check, sizeof(check));

	return status;
}

/* The plain body, in work behind as many bytes as the head has. */
static enum ykt_status
decipher(struct crypto *c, const struct body_rule *rule, const struct ota_keys *keys,
    struct ykt_bytes body, uint8_t *to)
{
	static const uint8_t zero_iv[CRYPTO_BLOCK_MAX];

	if (!rule->cipher) {
		if (to != body.data)
			memcpy(to, body.data, body.len);
		return YKT_OK;
	}
	if (body.len % crypto_block_len(keys->kic.alg) != 0)
		return YKT_E_FORMAT;

	return crypto_cbc_decrypt(c, &keys->kic, zero_iv, body, to);
}

static enum ykt_status
open_body(struct crypto *c, const struct body_rule *rule, const struct ota_keys *keys,
    struct ykt_bytes packet, struct ykt_bytes body, size_t header_len, uint8_t *work,
    struct opened *ret)
{
	size_t head_len = packet.len - body.len;
	size_t check_len = 0;
	enum ykt_status status = judge(rule, keys, &check_len);

	if (status == YKT_OK && header_len != OTA_BODY_MIN + rule->extra + check_len)
		status = YKT_E_FORMAT;
	if (status == YKT_OK)
		status = decipher(c, rule, keys, body, work + head_len);
	if (status == YKT_OK)
		status = read_body(c, rule, keys, check_len, ykt_bytes_sub(packet, 0, head_len),
		    ykt_bytes(work + head_len, body.len), ret);
	if (status != YKT_OK && work != packet.data)
		ykt_wipe(work, packet.len);

	return status;
}

enum ykt_status
ota_command_open(struct crypto *c, struct ykt_bytes packet, const struct ota_keys *keys,
    uint8_t *work, struct ota_command *ret_command)
{
	struct ota_head head;
	struct body_rule rule;
	struct ykt_bytes body;
	struct opened opened = { 0 };
	enum ykt_status status = ota_command_head(packet, &head, &body);

	if (status != YKT_OK)
		return status;
	rule = command_rule(&head);
	status = open_body(c, &rule, keys, packet, body, (size_t)packet.data[CHL_AT] - CHL_OPEN_LEN,
	    work, &opened);
	if (status == YKT_OK)
		*ret_command = (struct ota_command){ head, opened.counter, opened.padding,
			opened.check, opened.data };

	return status;
}

/* The open part of a response; *ret_header_len: what its header counts after the TAR. */
static enum ykt_status
response_head(struct ykt_bytes packet, uint8_t tar[OTA_TAR_LEN], size_t *ret_header_len,
    struct ykt_bytes *ret_body)
{
	struct ykt_rd rd = ykt_rd(packet);
	struct ykt_bytes udh = ykt_rd_take(&rd, UDH_LEN);
	uint16_t packet_len = ykt_rd_u16(&rd);
	bool whole = packet_len == rd.left;
	uint8_t header_len = ykt_rd_u8(&rd);

	ykt_rd_copy(&rd, tar, OTA_TAR_LEN);
	if (rd.bad || !whole || !ykt_bytes_equal(udh, YKT_BYTES(response_udh)) ||
	    header_len < RHL_OPEN_LEN + OTA_BODY_MIN + RSP_STATUS_LEN)
		return YKT_E_FORMAT;
	*ret_header_len = (size_t)header_len - RHL_OPEN_LEN;
	*ret_body = ykt_rd_rest(&rd);

	return YKT_OK;
}

enum ykt_status
ota_response_open(struct crypto *c, const struct ota_head *head, struct ykt_bytes packet,
    const struct ota_keys *keys, uint8_t *work, struct ota_response *ret_response)
{
	struct body_rule rule = response_rule(head);
	struct ota_response response = { 0 };
	struct opened opened = { 0 };
	struct ykt_bytes body;
	size_t header_len = 0;
	enum ykt_status status = response_head(packet, response.tar, &header_len, &body);

	if (status == YKT_OK)
		status = open_body(c, &rule, keys, packet, body, header_len, work, &opened);
	if (status != YKT_OK)
		return status;
	response.counter = opened.counter;
	response.padding = opened.padding;
	response.status = opened.status;
	response.check = opened.check;
	response.data = opened.data;
	*ret_response = response;

	return YKT_OK;
}

enum ykt_status
ota_command_whole(struct ykt_bytes packet, struct ykt_buf *out)
{
	struct ota_head head;
	struct ykt_bytes body;
	size_t start = out->len;
	enum ykt_status status;

	if (ota_command_head(packet, &head, &body) == YKT_OK) {
		ykt_put(out, packet);
		return ykt_buf_done(out);
	}
	if (packet.len > UINT16_MAX)
		return YKT_E_FORMAT;
	ykt_put_u16(out, (uint16_t)packet.len);
	ykt_put(out, packet);
	status = ykt_buf_done(out);
	if (status == YKT_OK)
		status =
		    ota_command_head(ykt_bytes(out->data + start, out->len - start), &head, &body);
	if (status != YKT_OK)
		out->len = start;

	return status;
}
