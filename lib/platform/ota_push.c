/*
 * Pushes of menu packages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/ota_push.h"

#include <string.h>

#include "card/menu_pack.h"
#include "card/ota.h"
#include "card/sw.h"
#include "card/usat.h"
#include "platform/ota_row.h"
#include "platform/rows.h"
#include "wire/ota_msg.h"

#define BLOCK_LEN 80
#define TRIES_MAX 3
#define P1_LAST   0x80
#define PROOF_LEN 3 /* count of commands, word */

enum push_state { PUSH_OPEN, PUSH_DONE, PUSH_FAILED };

struct push {
	uint8_t se_id[AIR_IDENTITY_LEN];
	int64_t version;
	int64_t offset; /* bytes that the element has */
	int64_t tries;
	int64_t state;   /* enum push_state */
	int64_t counter; /* of the last packet, whatever it was for */
	uint8_t packet[SMS_USER_DATA_MAX];
	size_t packet_len; /* 0: none is out */
};

static enum ykt_status
push_get(struct ykt_tx *tx, const uint8_t *se_id, struct push *ret_push)
{
	struct push push = { 0 };
	const struct row_col cols[] = { ROW_INT(&push.version), ROW_INT(&push.offset),
		ROW_INT(&push.tries), ROW_INT(&push.state), ROW_INT(&push.counter),
		ROW_BYTES(push.packet, &push.packet_len) };
	enum ykt_status status;

	memcpy(push.se_id, se_id, sizeof(push.se_id));
	status = row_one(tx,
	    "SELECT version, at, tries, state, counter, packet FROM ota_push WHERE se_id = ?1",
	    YKT_SQL_IN(ykt_sql_blob(ykt_bytes(se_id, AIR_IDENTITY_LEN))), cols,
	    YKT_ARRAY_LEN(cols));
	if (status == YKT_OK || status == YKT_NOT_FOUND)
		*ret_push = push;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

struct save {
	const struct push *push;
	int64_t before; /* the counter that the row has: a twin was faster otherwise */
};

static enum ykt_status
save_tx(struct ykt_tx *tx, void *arg)
{
	const struct save *save = arg;
	const struct push *push = save->push;

	return row_change_one(tx,
	    "INSERT INTO ota_push(se_id, version, at, tries, state, counter, packet)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(se_id) DO UPDATE SET"
	    " version = excluded.version, at = excluded.at, tries = excluded.tries,"
	    " state = excluded.state, counter = excluded.counter, packet = excluded.packet"
	    " WHERE ota_push.counter = ?8",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(push->se_id)), ykt_sql_int(push->version),
		ykt_sql_int(push->offset), ykt_sql_int(push->tries), ykt_sql_int(push->state),
		ykt_sql_int(push->counter), ykt_sql_blob(ykt_bytes(push->packet, push->packet_len)),
		ykt_sql_int(save->before)));
}

struct look {
	const uint8_t *se_id;
	struct ota_card card;
	struct push push;
};

static enum ykt_status
look_tx(struct ykt_tx *tx, void *arg)
{
	struct look *look = arg;
	enum ykt_status status = ota_card_get(tx, look->se_id, &look->card);

	return status == YKT_OK ? push_get(tx, look->se_id, &look->push) : status;
}

/* What there is to bring; NULL: nothing. A newer package begins anew. */
static const struct platform_menu *
find_menu(const struct platform_worker *w, struct look *look)
{
	const struct platform_menu *menu = ota_menu_newest(w->p, look->card.language);
	struct push *push = &look->push;

	if (look->card.menu_version == 0 || menu == NULL ||
	    menu->version <= look->card.menu_version)
		return NULL;
	/* Done, and the element has said since that it has an older one: it rolled back. */
	if (push->version != menu->version || push->state == PUSH_DONE) {
		push->version = menu->version;
		push->offset = 0;
		push->tries = 0;
		push->state = PUSH_OPEN;
		push->packet_len = 0;
	}

	return push->state == PUSH_OPEN ? menu : NULL;
}

static enum ykt_status
make_block(struct platform_worker *w, const struct platform_menu *menu, const struct look *look,
    struct push *push)
{
	struct wire_key_ota_command_req req = { .key_id = look->card.key_id,
		.counter = push->counter + 1 };
	struct wire_key_ota_command_rsp rsp;
	struct ykt_buf command = { req.command.data, 0, sizeof(req.command.data), false };
	struct ykt_bytes block =
	    ykt_bytes_sub(ykt_bytes(menu->package, menu->len), (size_t)push->offset, BLOCK_LEN);
	bool last = (size_t)push->offset + block.len == menu->len;
	enum ykt_status status;

	memcpy(req.se_id, push->se_id, sizeof(req.se_id));
	ykt_put_u8(&command, USAT_CLA);
	ykt_put_u8(&command, MENU_INS_LOAD);
	ykt_put_u8(&command, last ? P1_LAST : 0);
	ykt_put_u8(&command, (uint8_t)(push->offset / BLOCK_LEN));
	ykt_put_u8(&command, (uint8_t)block.len);
	ykt_put(&command, block);
	req.command.len = (uint16_t)command.len;
	status = ota_key_call(w, WIRE_PATH_KEY_OTA_COMMAND, &wire_key_ota_command_req_msg, &req,
	    &wire_key_ota_command_rsp_msg, &rsp);
	if (status != YKT_OK)
		return status;
	push->counter++;
	push->packet_len = rsp.packet.len;
	memcpy(push->packet, rsp.packet.data, rsp.packet.len);

	return YKT_OK;
}

enum ykt_status
ota_push_next(struct platform_worker *w, const uint8_t se_id[AIR_IDENTITY_LEN], struct ykt_buf *out)
{
	struct look look = { .se_id = se_id };
	enum ykt_status status = ykt_store_run(w->p->store, look_tx, &look);
	struct save save = { &look.push, look.push.counter };
	const struct platform_menu *menu;

	if (status != YKT_OK)
		return status;
	menu = find_menu(w, &look);
	if (menu == NULL)
		return YKT_NOT_FOUND;
	if (look.push.packet_len == 0) {
		status = make_block(w, menu, &look, &look.push);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, save_tx, &save);
	}
	if (status != YKT_OK)
		return status;
	ykt_put_mem(out, look.push.packet, look.push.packet_len);

	return ykt_buf_done(out);
}

/* The block was not taken: from the first again, and not for ever. */
static void
begin_again(struct push *push)
{
	push->offset = 0;
	if (++push->tries > TRIES_MAX)
		push->state = PUSH_FAILED;
}

/* What the proof says about the packet that is out. YKT_DENIED: of an older one. */
static enum ykt_status
judge(
    const struct platform_menu *menu, const struct wire_key_ota_receipt_rsp *rsp, struct push *push)
{
	bool taken = rsp->counter == push->counter &&
		     (rsp->status == OTA_STATUS_OK || rsp->status == OTA_STATUS_COUNTER_LOW);
	/* Taken before, and its word lost: good until the element says otherwise. */
	uint16_t sw = rsp->status == OTA_STATUS_OK && rsp->data.len >= PROOF_LEN
			  ? ykt_get_u16(rsp->data.data + 1)
			  : SW_OK;

	if (rsp->counter < push->counter && rsp->status == OTA_STATUS_OK)
		return YKT_DENIED;
	push->packet_len = 0;
	if (rsp->counter > push->counter)
		push->counter = rsp->counter; /* ours was restored from older days */
	else if (!taken || sw != SW_OK)
		begin_again(push);
	else
		push->offset += BLOCK_LEN;
	if (menu != NULL && (size_t)push->offset >= menu->len)
		push->state = PUSH_DONE;

	return YKT_OK;
}

static enum ykt_status
open_receipt(struct platform_worker *w, const struct look *look, struct ykt_bytes packet,
    struct wire_key_ota_receipt_rsp *rsp)
{
	struct wire_key_ota_receipt_req req = { .key_id = look->card.key_id,
		.packet.len = (uint16_t)packet.len };
	enum ykt_status status;

	memcpy(req.se_id, look->card.se_id, sizeof(req.se_id));
	memcpy(req.packet.data, packet.data, packet.len);
	status = ota_key_call(w, WIRE_PATH_KEY_OTA_RECEIPT, &wire_key_ota_receipt_req_msg, &req,
	    &wire_key_ota_receipt_rsp_msg, rsp);
	if (status == YKT_OK && !rsp->ok) {
		room_trace(w, YKT_TRACE_SECURITY, "ota receipt", 0);
		status = YKT_DENIED;
	}

	return status;
}

enum ykt_status
ota_push_receipt(
    struct platform_worker *w, const uint8_t se_id[AIR_IDENTITY_LEN], struct ykt_bytes packet)
{
	struct look look = { .se_id = se_id };
	enum ykt_status status = ykt_store_run(w->p->store, look_tx, &look);
	struct save save = { &look.push, look.push.counter };
	struct wire_key_ota_receipt_rsp rsp;
	const struct platform_menu *menu;

	if (status == YKT_OK && look.push.packet_len == 0)
		status = YKT_NOT_FOUND;
	if (status != YKT_OK)
		return status;
	menu = find_menu(w, &look);
	if (look.push.packet_len == 0)
		return YKT_NOT_FOUND; /* of a package that a newer one has replaced */
	status = open_receipt(w, &look, packet, &rsp);
	if (status == YKT_OK)
		status = judge(menu, &rsp, &look.push);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, save_tx, &save);
	if (status == YKT_OK && look.push.state == PUSH_DONE)
		status = ota_row_menu(w, se_id, look.push.version, look.card.language);

	return status;
}
