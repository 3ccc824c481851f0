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
#include "wire/app_list.h"

#define MAGIC     "YKTAPPS2"
#define MAGIC_LEN 8
#define MAC_LEN   32
#define SIG_LEN   64
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

enum ykt_status
client_descr_decode(struct ykt_bytes bytes, struct wire_app_list_rsp *ret_list)
{
	struct wire_app_list_rsp list;
	enum ykt_status status = wire_app_list_decode(bytes, &list);

	if (status == YKT_OK && !client_descr_valid(&list))
		status = YKT_E_CORRUPT;
	if (status == YKT_OK)
		*ret_list = list;

	return status;
}

static enum ykt_status
mac_of(struct ykt_client *client, struct ykt_bytes text, uint8_t mac[MAC_LEN])
{
	return crypto_hmac_sm3(client->o.crypto, YKT_BYTES(client->store.mac), &text, 1, mac);
}

/* The file's list and its signature, as they were written here. */
static enum ykt_status
open_file(struct ykt_client *client, struct ykt_bytes file, struct wire_app_list_rsp *ret_list)
{
	struct ykt_bytes text, form;
	uint8_t mac[MAC_LEN] = { 0 };
	enum ykt_status status;

	if (file.len < MAGIC_LEN + SIG_LEN + MAC_LEN)
		return YKT_E_CORRUPT;
	text = ykt_bytes(file.data, file.len - MAC_LEN);
	status = mac_of(client, text, mac);
	if (status != YKT_OK)
		return status;
	if (!ykt_ct_equal(mac, file.data + text.len, MAC_LEN) ||
	    !ykt_bytes_equal(ykt_bytes_sub(text, 0, MAGIC_LEN), ykt_bytes_str(MAGIC)))
		return YKT_E_CORRUPT;
	form = ykt_bytes_sub(text, MAGIC_LEN, text.len - MAGIC_LEN - SIG_LEN);
	status = client_descr_decode(form, ret_list);
	if (status == YKT_OK)
		memcpy(ret_list->sig, text.data + text.len - SIG_LEN, SIG_LEN);

	return status;
}

/* What a kept list is worth today; its signature is looked at when it is used first. */
static enum ykt_status
judge_kept(struct ykt_client *client, const struct wire_app_list_rsp *list)
{
	if (list->issued_ms < client_state(client)->apps_ms)
		return YKT_MISMATCH;
	if (ykt_clock_wall(client->o.env.clock) - list->issued_ms > CLIENT_DESCR_LIFE_MS)
		return YKT_EXPIRED;

	return YKT_OK;
}

enum ykt_status
client_descr_load(struct ykt_client *client)
{
	struct ykt_buf file = { client->plain, 0, CLIENT_DESCR_MAX, false };
	struct client_descrs *descrs = &client->descrs;
	enum ykt_status status = ykt_file_read(client->o.file, CLIENT_FILE_DESCR, &file);

	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	if (status == YKT_OK)
		status = open_file(client, ykt_buf_view(&file), &descrs->list);
	if (status == YKT_OK)
		status = judge_kept(client, &descrs->list);
	descrs->known = status == YKT_OK;
	descrs->unproved = descrs->known;
	descrs->refused = status;

	return status == YKT_E_DOWN ? status : YKT_OK;
}

static enum ykt_status
verify(struct ykt_client *client, const struct wire_app_list_rsp *list)
{
	struct ykt_buf scratch = { client->plain, 0, WIRE_APP_LIST_MAX, false };

	return wire_app_list_verify(client->o.crypto, &client->platform, &scratch, list);
}

bool
client_descr_known(struct ykt_client *client)
{
	struct client_descrs *descrs = &client->descrs;

	if (descrs->known && descrs->unproved) {
		descrs->unproved = false;
		descrs->refused = verify(client, &descrs->list);
		descrs->known = descrs->refused == YKT_OK;
	}

	return descrs->known;
}

/* The disk may not take it: then it is asked for again at the next start. */
static enum ykt_status
keep(struct ykt_client *client, const struct wire_app_list_rsp *list)
{
	struct ykt_buf file = { client->plain, 0, CLIENT_DESCR_MAX, false };
	struct client_state next = *client_state(client);
	uint8_t mac[MAC_LEN] = { 0 };
	enum ykt_status status;

	ykt_put_mem(&file, MAGIC, MAGIC_LEN);
	wire_app_list_encode(list, &file);
	ykt_put(&file, YKT_BYTES(list->sig));
	status = ykt_buf_done(&file);
	if (status == YKT_OK)
		status = mac_of(client, ykt_buf_view(&file), mac);
	ykt_put(&file, YKT_BYTES(mac));
	if (status == YKT_OK)
		status = ykt_file_write(client->o.file, CLIENT_FILE_DESCR, ykt_buf_view(&file));
	next.apps_ms = list->issued_ms;
	if (status == YKT_OK && next.apps_ms > client_state(client)->apps_ms)
		status = client_store_put(&client->store, &next);
	ykt_wipe(&next, sizeof(next));

	return status == YKT_E_DOWN ? status : YKT_OK;
}

/* Later than all that was seen; clocks of two nodes of a platform may be apart. */
static bool
is_old(const struct ykt_client *client, const struct wire_app_list_rsp *list)
{
	const struct client_descrs *descrs = &client->descrs;
	int64_t seen_ms = client_state(client)->apps_ms;

	if (descrs->known && !descrs->unproved && descrs->list.issued_ms > seen_ms)
		seen_ms = descrs->list.issued_ms;

	return list->issued_ms < seen_ms - WIRE_CLOCK_MS;
}

/* Of an answer; the reason is said. */
static enum ykt_status
judge(struct ykt_client *client, const struct wire_app_list_rsp *list)
{
	enum ykt_status status = verify(client, list);

	if (status == YKT_E_MAC)
		client_reason(client, "app_list_sign");
	else if (status == YKT_OK && is_old(client, list))
		client_reason(client, "app_list_old");
	else if (status == YKT_OK && client_descr_valid(list))
		return YKT_OK;

	return status == YKT_OK || status == YKT_E_MAC ? YKT_E_SERVER : status;
}

/* The same applications, kept not long ago: the file can stay. */
static bool
same(const struct client_descrs *descrs, const struct wire_app_list_rsp *list)
{
	return descrs->known && list->issued_ms >= descrs->list.issued_ms &&
	       list->issued_ms - descrs->list.issued_ms < CLIENT_DESCR_KEEP_MS &&
	       descrs->list.apps_count == list->apps_count &&
	       ykt_bytes_equal(ykt_bytes((const uint8_t *)descrs->list.apps, sizeof(list->apps)),
		   ykt_bytes((const uint8_t *)list->apps, sizeof(list->apps)));
}

enum ykt_status
client_descr_ask(struct ykt_client *client)
{
	const struct wire_empty none = { 0 };
	struct client_descrs *descrs = &client->descrs;
	struct wire_app_list_rsp *list = &client->lists.apps;
	enum ykt_status status = client_call(client, "app.list", NULL, &none, list);

	if (status == YKT_OK)
		status = judge(client, list);
	if (status != YKT_OK)
		return status;
	descrs->fresh = true;
	descrs->refused = YKT_OK;
	if (client_descr_known(client) && same(descrs, list))
		return YKT_OK;
	descrs->list = *list;
	descrs->known = true;
	descrs->unproved = false;

	return keep(client, list);
}

const struct wire_app *
client_descr_find(struct ykt_client *client, struct ykt_bytes aid)
{
	const struct client_descrs *descrs = &client->descrs;

	return client_descr_known(client) ? find(&descrs->list, descrs->list.apps_count, aid)
					  : NULL;
}

bool
client_descr_ours(struct ykt_client *client, struct ykt_bytes aid)
{
	return !client_descr_known(client) || aid.len == 0 ||
	       client_descr_find(client, aid) != NULL;
}

/* Why what was kept is not gone by, when nothing newer can be had either. */
static const char *
kept_reason(enum ykt_status refused)
{
	switch (refused) {
	case YKT_E_MAC:
		return "app_list_sign";
	case YKT_MISMATCH:
		return "app_list_old";
	case YKT_EXPIRED:
		return "app_list_stale";
	case YKT_E_CORRUPT:
		return "app_list_changed";
	default:
		return NULL;
	}
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
refusal(struct ykt_client *client, struct ykt_bytes aid, const char *function)
{
	const struct wire_app *app = client_descr_find(client, aid);

	if (app == NULL)
		return "app_unknown";

	return lacks(app, function) ? "app_function" : NULL;
}

static void
say_refused(struct ykt_client *client)
{
	const char *reason = kept_reason(client->descrs.refused);

	if (reason != NULL)
		client_view_text(&client->view, "note", N_("Note"), client_reason_text(reason));
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
		if (status != YKT_OK) {
			say_refused(client);
			return status;
		}
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
