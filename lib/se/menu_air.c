/*
 * The card OS behind the calls of the menu (card/air_call.h): its keys and counter, the
 * packets and their answers, and the record of the call that waits for one.
 *
 * A call is sealed and written down, with the counter that it used up, in one commit
 * before its packet leaves. The packet is made from that record whenever it is sent, so
 * that it is the same to the byte after a time-out or a cut, and so is its answer
 * (docs/protocol.md section 10). The plain call, with its PIN, is kept nowhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/air_call.h"
#include "card/air_frame.h"

#define SEALED_MAX (AIR_CALL_MAX + AIR_SEAL_EXTRA)
#define HEAD_LEN   (2 + AIR_REF_LEN) /* of the record */
#define PACKET_MAX (OTA_HEAD_LEN + OTA_BODY_MIN + OTA_CC_LEN + SEALED_MAX + OTA_PADDING_MAX)

_Static_assert(HEAD_LEN + SEALED_MAX <= SE_MENU_CALL_SIZE, "the longest call fits its record");

static const uint8_t *
state(const struct se *se)
{
	return se_home(se, SE_MENU);
}

static uint64_t
sent_counter(const struct se *se)
{
	const uint8_t *bytes = state(se) + SE_MENU_OTA_SENT;

	return (uint64_t)bytes[0] << 32 | ykt_get_u32(bytes + 1);
}

static void
put_counter(struct se *se, uint64_t counter)
{
	uint8_t bytes[OTA_COUNTER_LEN] = { (uint8_t)(counter >> 32) };

	ykt_set_u32(bytes + 1, (uint32_t)counter);
	se_tx_put(se, SE_MENU + SE_MENU_OTA_SENT, YKT_BYTES(bytes));
}

static struct air_seal
seal_of(const struct se *se, enum air_direction direction)
{
	return (struct air_seal){ state(se) + SE_MENU_OTA_PAYLOAD, se_home(se, SE_HEAD_IDENTITY),
		sent_counter(se), direction };
}

static struct se *
card_of(void *ctx)
{
	return ((const struct se_call *)ctx)->se;
}

static bool
air_able(void *ctx)
{
	static const uint8_t none[AIR_KEY_LEN];
	struct ota_keys keys = { 0 };
	bool able = se_menu_keys(card_of(ctx), &keys) &&
		    !ykt_ct_equal(state(card_of(ctx)) + SE_MENU_OTA_PAYLOAD, none, AIR_KEY_LEN);

	ykt_wipe(&keys, sizeof(keys));

	return able;
}

static uint16_t
air_post(void *ctx, const struct menu_call *call, struct ykt_bytes plain)
{
	struct se *se = card_of(ctx);
	struct air_seal seal = seal_of(se, AIR_UP);
	uint8_t bytes[SE_MENU_CALL_SIZE];
	struct ykt_buf record = YKT_BUF(bytes);

	if (seal.counter == OTA_COUNTER_MAX || plain.len > AIR_CALL_MAX)
		return SW_CONDITIONS;
	seal.counter++;
	ykt_put_u8(&record, call->op);
	ykt_put_u8(&record, (uint8_t)(plain.len + AIR_SEAL_EXTRA));
	ykt_put_mem(&record, call->ref, sizeof(call->ref));
	if (air_seal_make(se->crypto, &seal, plain, &record) != YKT_OK)
		return SW_EXEC_ERROR;
	se_tx_begin(se);
	put_counter(se, seal.counter);
	se_tx_put(se, SE_MENU + SE_MENU_CALL, ykt_buf_view(&record));

	return se_tx_commit(se);
}

static bool
air_pending(void *ctx, struct menu_call *ret_call)
{
	const uint8_t *record = state(card_of(ctx)) + SE_MENU_CALL;

	if (record[0] == 0)
		return false;
	ret_call->op = record[0];
	memcpy(ret_call->ref, record + 2, sizeof(ret_call->ref));

	return true;
}

static uint16_t
air_close(void *ctx)
{
	struct se *se = card_of(ctx);

	if (state(se)[SE_MENU_CALL] == 0)
		return SW_OK;
	se_tx_begin(se);
	se_tx_fill(se, SE_MENU + SE_MENU_CALL, 0, SE_MENU_CALL_SIZE);

	return se_tx_commit(se);
}

static enum ykt_status
air_packet(void *ctx, uint8_t identity[AIR_IDENTITY_LEN], struct ykt_buf *packet)
{
	struct se *se = card_of(ctx);
	const uint8_t *record = state(se) + SE_MENU_CALL;
	struct ota_command command = { .head = air_head(se_menu_alg(se)),
		.counter = sent_counter(se) };
	struct ota_keys keys = { 0 };
	enum ykt_status status = YKT_E_STATE;

	if (record[0] != 0 && record[1] <= SEALED_MAX && se_menu_keys(se, &keys)) {
		command.data = ykt_bytes(record + HEAD_LEN, record[1]);
		status = ota_command_make(se->crypto, &command, &keys, packet);
	}
	ykt_wipe(&keys, sizeof(keys));
	if (status == YKT_OK)
		memcpy(identity, se_home(se, SE_HEAD_IDENTITY), AIR_IDENTITY_LEN);

	return status;
}

/*
 * The gateway takes no counter as low as ours (this card was put back to an older state):
 * go on from where it stands. It said so under our keys, for this call.
 */
static void
catch_up(struct se *se, const struct ota_response *response)
{
	uint64_t counter;

	if (response->status != OTA_STATUS_COUNTER_LOW || response->data.len != OTA_COUNTER_LEN)
		return;
	counter = (uint64_t)response->data.data[0] << 32 | ykt_get_u32(response->data.data + 1);
	if (counter <= sent_counter(se))
		return;
	se_tx_begin(se);
	put_counter(se, counter);
	(void)se_tx_commit(se); /* if not, the next call is refused as this one was */
}

/* A response in place; *ret_response lies in bytes. */
static enum ykt_status
open_packet(struct se *se, uint8_t *bytes, size_t len, struct ota_response *ret_response)
{
	const struct ota_head head = air_head(se_menu_alg(se));
	struct ota_keys keys = { 0 };
	struct ota_response response;
	enum ykt_status status = YKT_E_KEY;

	if (se_menu_keys(se, &keys))
		status = ota_response_open(
		    se->crypto, &head, ykt_bytes(bytes, len), &keys, bytes, &response);
	ykt_wipe(&keys, sizeof(keys));
	if (status == YKT_OK && !ykt_bytes_equal(YKT_BYTES(response.tar), YKT_BYTES(head.tar)))
		status = YKT_E_MAC;
	/*
	 * What names no call is no answer to one: of a packet that it cannot check the
	 * gateway says so to anybody, under the keys of the element that was named.
	 */
	if (status == YKT_OK && response.counter != sent_counter(se))
		status = YKT_E_MAC;
	if (status == YKT_OK)
		*ret_response = response;

	return status;
}

static enum ykt_status
air_open(void *ctx, uint8_t *bytes, size_t len, struct ykt_bytes *ret_plain)
{
	struct se *se = card_of(ctx);
	const struct air_seal seal = seal_of(se, AIR_DOWN);
	struct ota_response response;
	enum ykt_status status = open_packet(se, bytes, len, &response);
	uint8_t *sealed;

	if (status != YKT_OK)
		return status;
	if (response.status != OTA_STATUS_OK) {
		catch_up(se, &response);
		return YKT_REFUSED;
	}
	sealed = bytes + (response.data.data - bytes);

	return air_seal_open(se->crypto, &seal, response.data, sealed, ret_plain);
}

static uint8_t
air_bearer(void *ctx)
{
	return state(card_of(ctx))[SE_MENU_BEARER];
}

static uint16_t
air_set_bearer(void *ctx, uint8_t bearer)
{
	struct se *se = card_of(ctx);

	se_tx_begin(se);
	se_tx_put_u8(se, SE_MENU + SE_MENU_BEARER, bearer);

	return se_tx_commit(se);
}

const struct menu_air se_menu_air = { air_able, air_post, air_pending, air_close, air_packet,
	air_open, air_bearer, air_set_bearer };
