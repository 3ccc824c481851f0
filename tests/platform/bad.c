/*
 * Bad requests against the platform under test.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bad.h"

#include <stdio.h>
#include <string.h>

/* Every table of platform_schema[]; a new one must find its place here. */
static const char *const tables[] = {
	"SELECT * FROM user",
	"SELECT * FROM login_wait",
	"SELECT * FROM otp",
	"SELECT sid, user_id, device, key, created_ms FROM session",
	"SELECT * FROM idem",
	"SELECT * FROM ord",
	"SELECT * FROM prepay",
	"SELECT * FROM notice",
	"SELECT * FROM attempt",
	"SELECT * FROM refund",
	"SELECT * FROM card_seq",
	"SELECT * FROM card",
	"SELECT * FROM job",
	"SELECT * FROM unload",
	"SELECT * FROM journal",
	"SELECT * FROM entry",
	"SELECT * FROM bal",
	"SELECT * FROM rollup",
	"SELECT * FROM rollup_at",
	"SELECT * FROM tap",
	"SELECT * FROM tap_refused",
	"SELECT * FROM batch",
	"SELECT * FROM work",
	"SELECT * FROM casebook",
	"SELECT * FROM code_account",
	"SELECT * FROM code_issue",
	"SELECT * FROM code_ride",
	"SELECT * FROM code_refused",
	"SELECT * FROM pin",
	"SELECT * FROM bill",
	"SELECT * FROM card_job",
	"SELECT * FROM risk_log",
	"SELECT * FROM confirmed",
	"SELECT * FROM ident_cert",
	"SELECT * FROM ota_card",
	"SELECT * FROM ota_push",
	"SELECT * FROM blacklist",
	"SELECT * FROM account",
	"SELECT * FROM charge",
	"SELECT * FROM refund_yes",
	"SELECT * FROM unload_yes",
	"SELECT * FROM card_claim",
	"SELECT * FROM seen",
	"SELECT * FROM gap",
	"SELECT * FROM psam_stop",
	"SELECT * FROM withdraw",
	"SELECT * FROM verify_run",
	"SELECT * FROM verify_at",
	"SELECT * FROM verify_sum",
};
#define TABLES_LEFT_OUT 1 /* open_nonce */

struct digest {
	uint64_t fnv;
};

static void
digest_add(struct digest *digest, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++)
		digest->fnv = (digest->fnv ^ bytes[i]) * UINT64_C(0x100000001b3);
}

static enum ykt_status
digest_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct digest *digest = arg;

	for (size_t i = 0; i < count; i++) {
		digest_add(digest, &cols[i].type, sizeof(cols[i].type));
		if (cols[i].type == YKT_SQL_INT)
			digest_add(digest, &cols[i].i, sizeof(cols[i].i));
		else if (cols[i].type != YKT_SQL_NULL)
			digest_add(digest, cols[i].bytes.data, cols[i].bytes.len);
	}
	return YKT_OK;
}

static enum ykt_status
digest_tx(struct ykt_tx *tx, void *arg)
{
	struct digest *digest = arg;
	enum ykt_status status = YKT_OK;

	digest->fnv = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < YKT_ARRAY_LEN(tables) && status == YKT_OK; i++) {
		digest_add(digest, tables[i], strlen(tables[i]));
		status = ykt_tx_query(tx, tables[i], NULL, 0, digest_row, digest, NULL);
	}
	return status;
}

uint64_t
bad_state(struct bench *b)
{
	struct digest digest = { 0 };

	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'"
					 " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'ykt_%'"),
	    YKT_ARRAY_LEN(tables) + TABLES_LEFT_OUT);
	assert_status(ykt_store_run(store_sqlite_port(b->db), digest_tx, &digest), YKT_OK);
	return digest.fnv;
}

static int
exchange(struct bench *b, const char *path, struct ykt_bytes json,
    const struct wire_session_keys *keys, const struct wire_seal *seal)
{
	struct ykt_buf plain = YKT_BUF(b->plain);
	struct wire_reply reply;
	int code = bench_raw(b, path, "", json);

	if (code != 200)
		return -code;
	assert_status(
	    wire_reply_unseal(b->other, keys, seal, ykt_bytes(b->answer, b->answer_len), &plain),
	    YKT_OK);
	assert_status(wire_reply_decode(ykt_buf_view(&plain), &reply), YKT_OK);
	memset(&b->error, 0, sizeof(b->error));
	if (reply.code != 200)
		assert_status(wire_decode(&wire_error_msg, reply.body, &b->error), YKT_OK);
	return (int)reply.code;
}

static uint8_t sealed[WIRE_SEAL_OVERHEAD + 2 * WIRE_REQUEST_MAX];

int
bad_call(struct bench *b, struct ykt_bytes plain)
{
	struct ykt_buf json = YKT_BUF(sealed);
	struct wire_seal seal;

	assert_status(wire_call_seal(b->other, &b->random, &b->keys, b->sid, ++b->ctr, b->now_ms,
			  plain, &json, &seal),
	    YKT_OK);
	return exchange(b, WIRE_PATH_CLIENT_CALL, ykt_buf_view(&json), &b->keys, &seal);
}

int
bad_open(struct bench *b, struct ykt_bytes plain)
{
	struct ykt_buf json = YKT_BUF(sealed);
	struct wire_session_keys keys;
	struct signer_soft device;
	struct wire_seal seal;

	signer_soft_init(&device, b->other, &b->device);
	assert_status(wire_open_seal(b->other, &b->random, &b->options.seal_key.pub, &device.signer,
			  b->now_ms, plain, &json, &keys, &seal),
	    YKT_OK);
	signer_soft_clear(&device);
	return exchange(b, WIRE_PATH_CLIENT_OPEN, ykt_buf_view(&json), &keys, &seal);
}

size_t
bad_replace(const char *text, const char *from, const char *to, char *out, size_t out_size)
{
	const char *at = strstr(text, from);
	int len;

	assert_true_why(at != NULL, from);
	assert_null(strstr(at + 1, from));
	len = snprintf(out, out_size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	assert_in_range(len, 1, out_size - 1);
	return (size_t)len;
}
