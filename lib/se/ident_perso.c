/*
 * Personalisation of the identity applet: one series of groupings, one commit.
 * See card/ident.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/ident.h"

#include "card/gp.h"
#include "card/ident.h"
#include "se/perso.h"

/* What one series brings. */
enum part { PART_PLATFORM = 1, PART_AUTHORITY = 2, PART_ACCESS = 4, PART_PIN = 8 };

struct ident_perso {
	struct se_call *call;
	unsigned parts;    /* enum part, as bits */
	uint8_t has;       /* SE_IDENT_HAS_x as they will be */
	uint8_t access[2]; /* likewise */
};

static uint16_t
put_point(struct ident_perso *perso, struct ykt_bytes value, uint32_t at, uint8_t bit)
{
	struct crypto_sm2_pub pub;
	struct ykt_rd rd = ykt_rd(value);
	enum ykt_status status;

	ykt_rd_copy(&rd, pub.xy, sizeof(pub.xy));
	if (ykt_rd_done(&rd) != YKT_OK)
		return SW_DATA;
	status = crypto_sm2_pub_check(perso->call->se->crypto, &pub);
	if (status != YKT_OK)
		return status == YKT_E_FORMAT ? SW_DATA : SW_EXEC_ERROR;
	se_tx_put(perso->call->se, se_ident_off(perso->call) + at, value);
	perso->has |= bit;

	return SW_OK;
}

static uint16_t
put_access(struct ident_perso *perso, struct ykt_bytes value)
{
	if (value.len != IDENT_ACCESS_LEN ||
	    ((value.data[0] | value.data[1]) & ~IDENT_ACCESS_ALL) != 0)
		return SW_DATA;
	perso->access[0] = value.data[0];
	perso->access[1] = value.data[1];
	se_tx_put(perso->call->se, se_ident_off(perso->call) + SE_IDENT_ACCESS, value);

	return SW_OK;
}

static uint16_t
put_group(struct ident_perso *perso, const struct dgi *dgi)
{
	enum part part;
	uint16_t sw;

	switch (dgi->tag) {
	case IDENT_DGI_PLATFORM:
		part = PART_PLATFORM;
		sw = put_point(perso, dgi->value, SE_IDENT_PLATFORM, SE_IDENT_HAS_PLATFORM);
		break;
	case IDENT_DGI_AUTHORITY:
		part = PART_AUTHORITY;
		sw = put_point(perso, dgi->value, SE_IDENT_AUTHORITY, SE_IDENT_HAS_AUTHORITY);
		break;
	case IDENT_DGI_ACCESS:
		part = PART_ACCESS;
		sw = put_access(perso, dgi->value);
		break;
	case IDENT_DGI_PIN:
		part = PART_PIN;
		sw =
		    se_pin_perso(perso->call, se_ident_off(perso->call) + SE_IDENT_PIN, dgi->value);
		break;
	default:
		return SW_DATA_NOT_FOUND;
	}
	if (sw == SW_OK && (perso->parts & part) != 0)
		sw = SW_DATA;
	perso->parts |= part;

	return sw;
}

/* A condition that nobody could ever meet would make the applet useless. */
static bool
conditions_can_be_met(const struct ident_perso *perso)
{
	const uint8_t *pin = se_ident(perso->call) + SE_IDENT_PIN;

	if (perso->access[0] != 0 && (perso->parts & PART_PIN) == 0 && pin[SE_PIN_LIMIT] == 0)
		return false;

	return perso->access[1] == 0 || (perso->has & SE_IDENT_HAS_AUTHORITY) != 0;
}

/* What was proved under the old PIN or to the old authority is void. */
static void
forget(struct se *se, struct se_app app)
{
	for (size_t i = 0; i < (size_t)SE_SIDES * SE_CHANNELS; i++) {
		struct se_side *side = &se->side[i / SE_CHANNELS][i % SE_CHANNELS];

		if (se_app_equal(side->app, app))
			side->rights = 0;
	}
}

uint16_t
se_ident_store(struct se_call *call, struct ykt_bytes groups)
{
	const uint8_t *entry = se_ident(call);
	struct ident_perso perso = { .call = call,
		.has = entry[SE_IDENT_HAS],
		.access = { entry[SE_IDENT_ACCESS], entry[SE_IDENT_ACCESS + 1] } };
	struct ykt_rd rd = ykt_rd(groups);
	struct dgi dgi;
	uint16_t sw = SW_OK;

	se_tx_begin(call->se);
	while (sw == SW_OK && dgi_next(&rd, &dgi))
		sw = put_group(&perso, &dgi);
	if (sw == SW_OK &&
	    (ykt_rd_done(&rd) != YKT_OK || perso.parts == 0 || !conditions_can_be_met(&perso)))
		sw = SW_DATA;
	if (sw == SW_OK) {
		se_tx_put_u8(call->se, se_ident_off(call) + SE_IDENT_HAS, perso.has);
		sw = se_tx_commit(call->se);
	}
	if (sw == SW_OK)
		forget(call->se, call->side->perso);
	/* Refused: nothing of the series may stay staged. */
	se_tx_begin(call->se);

	return sw;
}
