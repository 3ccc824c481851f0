/*
 * Applications as descriptions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/descr.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "card/fci.h"
#include "card/purse.h"
#include "client/mask.h"
#include "client/session.h"
#include "crypto/crypto.h"

#define MAGIC     "YKTAPPS1"
#define MAGIC_LEN 8
#define MAC_LEN   32
#define CITY_LEN  4

static bool
fen_fits(int64_t fen)
{
	return fen >= 0 && fen <= (int64_t)PURSE_BALANCE_MAX;
}

static bool
app_valid(const struct wire_app *app)
{
	return app->aid.len >= FCI_AID_MIN && app->aid.len <= FCI_AID_MAX &&
	       strlen(app->city) == CITY_LEN && strspn(app->city, "0123456789") == CITY_LEN &&
	       client_name_valid(app->name_zh) && client_name_valid(app->name_en) &&
	       fen_fits(app->fee_fen) && fen_fits(app->min_load_fen) &&
	       fen_fits(app->max_load_fen) && fen_fits(app->cap_fen) && app->min_load_fen > 0 &&
	       app->min_load_fen <= app->max_load_fen &&
	       (!app->has_without ||
		   strspn(app->without, "abcdefghijklmnopqrstuvwxyz ,") == strlen(app->without));
}

static struct ykt_bytes
aid_of(const struct wire_app *app)
{
	return ykt_bytes(app->aid.data, app->aid.len);
}

static const struct wire_app *
find(const struct wire_app_list_rsp *list, size_t count, struct ykt_bytes aid)
{
	for (size_t i = 0; i < count; i++) {
		if (ykt_bytes_equal(aid_of(&list->apps[i]), aid))
			return &list->apps[i];
	}

	return NULL;
}

bool
client_descr_valid(const struct wire_app_list_rsp *list)
{
	if (list->apps_count > WIRE_APPS_MAX)
		return false;
	for (size_t i = 0; i < list->apps_count; i++) {
		if (!app_valid(&list->apps[i]) || find(list, i, aid_of(&list->apps[i])) != NULL)
			return false;
	}

	return true;
}

static void
put_text(struct ykt_buf *out, const char *text)
{
	ykt_put_u8(out, (uint8_t)strlen(text));
	ykt_put(out, ykt_bytes_str(text));
}

/* A text holds no NUL: the same list has one form only. */
static void
get_text(struct ykt_rd *rd, char *out, size_t size)
{
	struct ykt_bytes text = ykt_rd_take(rd, ykt_rd_u8(rd));

	if (text.len >= size || (text.len != 0 && memchr(text.data, 0, text.len) != NULL)) {
		rd->bad = true;
		return;
	}
	if (text.len != 0)
		memcpy(out, text.data, text.len);
	out[text.len] = '\0';
}

static int64_t
get_fen(struct ykt_rd *rd)
{
	return (int64_t)ykt_rd_u32(rd);
}

void
client_descr_encode(const struct wire_app_list_rsp *list, struct ykt_buf *out)
{
	ykt_put_u8(out, (uint8_t)list->apps_count);
	for (size_t i = 0; i < list->apps_count; i++) {
		const struct wire_app *app = &list->apps[i];

		ykt_put_u8(out, (uint8_t)app->aid.len);
		ykt_put(out, aid_of(app));
		put_text(out, app->city);
		ykt_put(out, YKT_BYTES(app->issuer));
		put_text(out, app->name_zh);
		put_text(out, app->name_en);
		ykt_put_u32(out, (uint32_t)app->fee_fen);
		ykt_put_u32(out, (uint32_t)app->min_load_fen);
		ykt_put_u32(out, (uint32_t)app->max_load_fen);
		ykt_put_u32(out, (uint32_t)app->cap_fen);
		ykt_put_u8(out, app->has_without);
		if (app->has_without)
			put_text(out, app->without);
	}
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
	get_text(rd, app->city, sizeof(app->city));
	ykt_rd_copy(rd, app->issuer, sizeof(app->issuer));
	get_text(rd, app->name_zh, sizeof(app->name_zh));
	get_text(rd, app->name_en, sizeof(app->name_en));
	app->fee_fen = get_fen(rd);
	app->min_load_fen = get_fen(rd);
	app->max_load_fen = get_fen(rd);
	app->cap_fen = get_fen(rd);
	has = ykt_rd_u8(rd);
	if (has > 1)
		rd->bad = true;
	app->has_without = has == 1;
	if (app->has_without)
		get_text(rd, app->without, sizeof(app->without));
}

/* Into *list, which is wiped when it is none. */
static enum ykt_status
decode(struct ykt_bytes bytes, struct wire_app_list_rsp *list)
{
	struct ykt_rd rd = ykt_rd(bytes);
	uint8_t count = ykt_rd_u8(&rd);

	memset(list, 0, sizeof(*list));
	if (count > WIRE_APPS_MAX)
		return YKT_E_CORRUPT;
	for (uint8_t i = 0; i < count && !rd.bad; i++)
		get_app(&rd, &list->apps[i]);
	list->apps_count = count;
	if (ykt_rd_done(&rd) == YKT_OK && client_descr_valid(list))
		return YKT_OK;
	memset(list, 0, sizeof(*list));

	return YKT_E_CORRUPT;
}

enum ykt_status
client_descr_decode(struct ykt_bytes bytes, struct wire_app_list_rsp *ret_list)
{
	struct wire_app_list_rsp list;
	enum ykt_status status = decode(bytes, &list);

	if (status == YKT_OK)
		*ret_list = list;

	return status;
}

static enum ykt_status
mac_of(struct ykt_client *client, struct ykt_bytes text, uint8_t mac[MAC_LEN])
{
	return crypto_hmac_sm3(client->o.crypto, YKT_BYTES(client->store.mac), &text, 1, mac);
}

enum ykt_status
client_descr_load(struct ykt_client *client)
{
	struct ykt_buf file = { client->plain, 0, CLIENT_DESCR_MAX, false };
	struct client_descrs *descrs = &client->descrs;
	uint8_t mac[MAC_LEN] = { 0 };
	struct ykt_bytes text;
	enum ykt_status status = ykt_file_read(client->o.file, CLIENT_FILE_DESCR, &file);

	if (status == YKT_OK && file.len < MAGIC_LEN + MAC_LEN)
		status = YKT_E_CORRUPT;
	if (status != YKT_OK)
		return status == YKT_E_DOWN ? status : YKT_OK;
	text = ykt_bytes(file.data, file.len - MAC_LEN);
	status = mac_of(client, text, mac);
	if (status == YKT_OK &&
	    (!ykt_ct_equal(mac, file.data + text.len, MAC_LEN) ||
		!ykt_bytes_equal(ykt_bytes_sub(text, 0, MAGIC_LEN), ykt_bytes_str(MAGIC))))
		status = YKT_E_CORRUPT;
	if (status == YKT_OK)
		status = decode(ykt_bytes_sub(text, MAGIC_LEN, text.len), &descrs->list);
	descrs->known = status == YKT_OK;

	return status == YKT_E_DOWN ? status : YKT_OK;
}

/* The disk may not take it: then it is asked for again at the next start. */
static enum ykt_status
keep(struct ykt_client *client)
{
	struct ykt_buf file = { client->plain, 0, CLIENT_DESCR_MAX, false };
	uint8_t mac[MAC_LEN] = { 0 };
	enum ykt_status status;

	ykt_put_mem(&file, MAGIC, MAGIC_LEN);
	client_descr_encode(&client->descrs.list, &file);
	status = ykt_buf_done(&file);
	if (status == YKT_OK)
		status = mac_of(client, ykt_buf_view(&file), mac);
	ykt_put(&file, YKT_BYTES(mac));
	if (status == YKT_OK)
		status = ykt_file_write(client->o.file, CLIENT_FILE_DESCR, ykt_buf_view(&file));

	return status == YKT_E_DOWN ? status : YKT_OK;
}

enum ykt_status
client_descr_ask(struct ykt_client *client)
{
	const struct wire_empty none = { 0 };
	struct client_descrs *descrs = &client->descrs;
	struct wire_app_list_rsp *list = &client->lists.apps;
	enum ykt_status status = client_call(client, "app.list", NULL, &none, list);
	bool same;

	if (status == YKT_OK && !client_descr_valid(list))
		status = YKT_E_SERVER;
	if (status != YKT_OK)
		return status;
	same = descrs->known &&
	       ykt_bytes_equal(ykt_bytes((const uint8_t *)&descrs->list, sizeof(*list)),
		   ykt_bytes((const uint8_t *)list, sizeof(*list)));
	descrs->list = *list;
	descrs->known = true;
	descrs->fresh = true;

	return same ? YKT_OK : keep(client);
}

const struct wire_app *
client_descr_find(const struct ykt_client *client, struct ykt_bytes aid)
{
	const struct client_descrs *descrs = &client->descrs;

	return descrs->known ? find(&descrs->list, descrs->list.apps_count, aid) : NULL;
}

bool
client_descr_ours(const struct ykt_client *client, struct ykt_bytes aid)
{
	return !client->descrs.known || aid.len == 0 || client_descr_find(client, aid) != NULL;
}

/* "return" is one of "return,move out". */
static bool
lacks(const struct wire_app *app, const char *function)
{
	const size_t len = strlen(function);

	for (const char *at = app->has_without ? app->without : ""; *at != '\0';) {
		size_t word = strcspn(at, ",");

		if (word == len && strncmp(at, function, len) == 0)
			return true;
		at += word + (at[word] == ',' ? 1 : 0);
	}

	return false;
}

/* The reason that the description of aid gives; NULL: it gives none. */
static const char *
refusal(const struct ykt_client *client, struct ykt_bytes aid, const char *function)
{
	const struct wire_app *app = client_descr_find(client, aid);

	if (app == NULL)
		return "app_unknown";

	return lacks(app, function) ? "app_function" : NULL;
}

enum ykt_status
client_descr_may(struct ykt_client *client, struct ykt_bytes aid, const char *function,
    const struct wire_app **ret_app)
{
	char name[2 * FCI_AID_MAX + 1];
	const char *reason;
	enum ykt_status status = YKT_OK;

	*ret_app = NULL;
	if (aid.len == 0)
		return YKT_OK;
	reason = refusal(client, aid, function);
	if (reason != NULL && !client->descrs.fresh) {
		status = client_descr_ask(client);
		if (status != YKT_OK)
			return status;
		reason = refusal(client, aid, function);
	}
	if (reason == NULL) {
		*ret_app = client_descr_find(client, aid);
		return YKT_OK;
	}
	ykt_hex_encode(aid, name);
	client_view_text(&client->view, "aid", N_("Application"), name);
	client_reason(client, reason);

	return YKT_REFUSED;
}

static bool
load_fits(const struct wire_app *app, ykt_fen amount)
{
	return app == NULL || (amount >= app->min_load_fen && amount <= app->max_load_fen);
}

enum ykt_status
client_descr_load_fits(struct ykt_client *client, const struct wire_app **app, ykt_fen amount)
{
	struct ykt_bytes aid;
	uint8_t bytes[FCI_AID_MAX] = { 0 };
	enum ykt_status status;

	if (load_fits(*app, amount))
		return YKT_OK;
	if (!client->descrs.fresh) {
		aid = ykt_bytes(bytes, (*app)->aid.len);
		memcpy(bytes, (*app)->aid.data, aid.len);
		status = client_descr_ask(client);
		if (status != YKT_OK)
			return status;
		*app = client_descr_find(client, aid);
		if (load_fits(*app, amount))
			return YKT_OK;
	}
	client_reason(client, "amount");
	client_view_money(&client->view, "least", N_("At least"), (*app)->min_load_fen);
	client_view_money(&client->view, "most", N_("At most"), (*app)->max_load_fen);

	return YKT_OVER_LIMIT;
}
