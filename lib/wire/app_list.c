/*
 * The list of applications, as it is signed and kept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/app_list.h"

#include <string.h>

#define LABEL   "ykt-apps"
#define VERSION 1

static int64_t
get_fen(struct ykt_rd *rd)
{
	return (int64_t)ykt_rd_u32(rd);
}

static void
put_app(const struct wire_app *app, struct ykt_buf *out)
{
	ykt_put_u8(out, (uint8_t)app->aid.len);
	ykt_put_mem(out, app->aid.data, app->aid.len);
	ykt_put_text(out, app->city);
	ykt_put(out, YKT_BYTES(app->issuer));
	ykt_put_text(out, app->name_zh);
	ykt_put_text(out, app->name_en);
	ykt_put_u32(out, (uint32_t)app->fee_fen);
	ykt_put_u32(out, (uint32_t)app->min_load_fen);
	ykt_put_u32(out, (uint32_t)app->max_load_fen);
	ykt_put_u32(out, (uint32_t)app->cap_fen);
	ykt_put_u8(out, app->has_without);
	if (app->has_without)
		ykt_put_text(out, app->without);
}

static void
get_app(struct ykt_rd *rd, struct wire_app *app)
{
	uint8_t aid_len = ykt_rd_u8(rd);
	uint8_t has;

	if (aid_len > sizeof(app->aid.data)) {
		rd->bad = true;
		return;
	}
	app->aid.len = aid_len;
	ykt_rd_copy(rd, app->aid.data, aid_len);
	ykt_rd_text(rd, app->city, sizeof(app->city));
	ykt_rd_copy(rd, app->issuer, sizeof(app->issuer));
	ykt_rd_text(rd, app->name_zh, sizeof(app->name_zh));
	ykt_rd_text(rd, app->name_en, sizeof(app->name_en));
	app->fee_fen = get_fen(rd);
	app->min_load_fen = get_fen(rd);
	app->max_load_fen = get_fen(rd);
	app->cap_fen = get_fen(rd);
	has = ykt_rd_u8(rd);
	if (has > 1)
		rd->bad = true;
	app->has_without = has == 1;
	if (app->has_without)
		ykt_rd_text(rd, app->without, sizeof(app->without));
}

void
wire_app_list_encode(const struct wire_app_list_rsp *list, struct ykt_buf *out)
{
	ykt_put_u64(out, (uint64_t)list->issued_ms);
	ykt_put_u8(out, (uint8_t)list->apps_count);
	for (size_t i = 0; i < list->apps_count; i++)
		put_app(&list->apps[i], out);
}

enum ykt_status
wire_app_list_decode(struct ykt_bytes bytes, struct wire_app_list_rsp *list)
{
	struct ykt_rd rd = ykt_rd(bytes);
	uint64_t issued_ms = ykt_rd_u64(&rd);
	uint8_t count = ykt_rd_u8(&rd);

	memset(list, 0, sizeof(*list));
	if (count > WIRE_APPS_MAX || issued_ms > WIRE_TIME_MAX)
		return YKT_E_CORRUPT;
	for (uint8_t i = 0; i < count && !rd.bad; i++)
		get_app(&rd, &list->apps[i]);
	list->apps_count = count;
	list->issued_ms = (int64_t)issued_ms;
	if (ykt_rd_done(&rd) == YKT_OK)
		return YKT_OK;
	memset(list, 0, sizeof(*list));

	return YKT_E_CORRUPT;
}

static enum ykt_status
signed_bytes(const struct wire_app_list_rsp *list, struct ykt_buf *scratch)
{
	ykt_buf_wipe(scratch);
	ykt_put(scratch, ykt_bytes_str(LABEL));
	ykt_put_u8(scratch, VERSION);
	wire_app_list_encode(list, scratch);

	return ykt_buf_done(scratch);
}

enum ykt_status
wire_app_list_sign(
    const struct signer *signer, struct ykt_buf *scratch, struct wire_app_list_rsp *list)
{
	enum ykt_status status = signed_bytes(list, scratch);

	if (status == YKT_OK)
		status = signer_sign(signer, ykt_buf_view(scratch), list->sig);
	ykt_buf_wipe(scratch);

	return status;
}

enum ykt_status
wire_app_list_verify(struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_buf *scratch,
    const struct wire_app_list_rsp *list)
{
	enum ykt_status status = signed_bytes(list, scratch);

	if (status == YKT_OK)
		status = crypto_sm2_verify(
		    c, pub, crypto_sm2_default_id, ykt_buf_view(scratch), list->sig);
	ykt_buf_wipe(scratch);

	return status;
}
