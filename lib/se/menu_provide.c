/*
 * The menu's keys for secured packets and calls, by STORE DATA to the issuer's domain
 * (card/air_provide.h): for an element that left its factory without them.
 *
 * They are taken once: the counters that protect packets are of these keys. The same again
 * is right and changes nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/air_provide.h"
#include "card/gp.h"

static bool
is_blank(const uint8_t *keys)
{
	static const uint8_t none[AIR_KEY_LEN];

	return ykt_ct_equal(keys + SE_MENU_OTA_KIC, none, AIR_KEY_LEN) &&
	       ykt_ct_equal(keys + SE_MENU_OTA_KIC + AIR_KEY_LEN, none, AIR_KEY_LEN) &&
	       ykt_ct_equal(keys + SE_MENU_OTA_PAYLOAD, none, AIR_KEY_LEN);
}

static bool
is_same(const struct se *se, const struct air_provide *keys)
{
	const uint8_t *own = se_home(se, SE_MENU);

	return se_menu_alg(se) == keys->alg &&
	       ykt_ct_equal(own + SE_MENU_OTA_KIC, keys->kic, AIR_KEY_LEN) &&
	       ykt_ct_equal(own + SE_MENU_OTA_KIC + AIR_KEY_LEN, keys->kid, AIR_KEY_LEN) &&
	       ykt_ct_equal(own + SE_MENU_OTA_PAYLOAD, keys->payload, AIR_KEY_LEN);
}

static uint16_t
take(struct se *se, const struct air_provide *keys)
{
	if (is_same(se, keys))
		return SW_OK;
	if (!is_blank(se_home(se, SE_MENU)))
		return SW_CONDITIONS;
	se_tx_begin(se);
	se_tx_put(se, SE_MENU + SE_MENU_OTA_KIC, YKT_BYTES(keys->kic));
	se_tx_put(se, SE_MENU + SE_MENU_OTA_KIC + AIR_KEY_LEN, YKT_BYTES(keys->kid));
	se_tx_put(se, SE_MENU + SE_MENU_OTA_PAYLOAD, YKT_BYTES(keys->payload));
	se_tx_put_u8(se, SE_MENU + SE_MENU_OTA_ALG, keys->alg);

	return se_tx_commit(se);
}

uint16_t
se_menu_provide(struct se_call *call, struct ykt_bytes groups)
{
	uint8_t bytes[AIR_PROVIDE_LEN];
	struct ykt_buf clear = YKT_BUF(bytes);
	struct air_provide keys = { 0 };
	struct ykt_rd rd = ykt_rd(groups);
	struct dgi dgi;
	uint16_t sw = SW_DATA;

	if (!dgi_next(&rd, &dgi) || ykt_rd_done(&rd) != YKT_OK)
		return SW_DATA;
	if (dgi.value.len == sizeof(bytes) && se_scp_decrypt(call, dgi.value, &clear) == YKT_OK &&
	    air_provide_decode(call->se->crypto, ykt_buf_view(&clear), &keys) == YKT_OK)
		sw = take(call->se, &keys);
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(bytes, sizeof(bytes));

	return sw;
}
