/*
 * The card's readers of purse, PSAM and GlobalPlatform commands, and of data
 * groupings: bounded, views inside the input, refusals without effect.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/gp.h"
#include "card/purse_cmd.h"
#include "fuzz.h"

static void
check_inside(struct ykt_bytes view, const uint8_t *data, size_t len)
{
	assert(view.len == 0 || (view.data >= data && view.data + view.len <= data + len));
}

static void
check_gp(const struct apdu_cmd *cmd, const uint8_t *data, size_t len)
{
	struct gp_install install = { .form = 0x5A };
	struct gp_delete del = { .key_id = 0x5A };
	struct gp_put_key put = { .count = 0 };
	struct gp_get_status get = { .scope = 0 };
	uint8_t raw[512];
	struct ykt_buf out = YKT_BUF(raw);

	if (gp_install_decode(cmd, &install) == YKT_OK) {
		check_inside(install.aid, data, len);
		check_inside(install.token, data, len);
		gp_install_build(&install, &out);
	} else {
		assert(install.form == 0x5A);
	}
	if (gp_delete_decode(cmd, &del) == YKT_OK)
		check_inside(del.aid, data, len);
	if (gp_put_key_decode(cmd, &put) == YKT_OK) {
		assert(put.count >= 1 && put.count <= GP_KEYS_MAX);
		for (size_t i = 0; i < put.count; i++)
			check_inside(put.keys[i].component, data, len);
	} else {
		assert(put.count == 0);
	}
	if (gp_get_status_decode(cmd, &get) == YKT_OK)
		assert(get.aid.len <= GP_AID_MAX);
}

static void
check_purse(const struct apdu_cmd *cmd)
{
	struct purse_capp_update update;
	struct purse_init init;
	struct purse_debit debit;
	struct purse_credit credit;
	struct purse_proof proof;
	struct psam_mac1 mac1;
	uint16_t id;
	uint8_t raw[300];
	struct ykt_buf out = YKT_BUF(raw);

	if (purse_init_decode(cmd, &init) == YKT_OK)
		purse_init_build(&init, &out);
	if (purse_debit_decode(cmd, &debit) == YKT_OK)
		purse_debit_build(&debit, &out);
	if (purse_credit_decode(cmd, &credit) == YKT_OK)
		purse_credit_build(&credit, &out);
	if (purse_proof_decode(cmd, &proof) == YKT_OK)
		purse_proof_build(&proof, &out);
	if (psam_mac1_decode(cmd, &mac1) == YKT_OK)
		assert(mac1.factor_count <= PSAM_FACTORS_MAX);
	if (purse_capp_update_decode(cmd, &update) == YKT_OK)
		assert(update.sfi <= 0x1F && update.record.len != 0);
	if (purse_read_by_id_decode(cmd, &id) == YKT_OK)
		assert(cmd->data.len == 3);
	assert(!out.full);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_rd rd = ykt_rd(ykt_bytes(data, len));
	struct apdu_cmd cmd;
	struct gp_entry entry;
	struct dgi dgi;

	while (dgi_next(&rd, &dgi))
		check_inside(dgi.value, data, len);
	rd = ykt_rd(ykt_bytes(data, len));
	while (gp_entry_next(&rd, &entry))
		check_inside(entry.aid, data, len);
	if (apdu_cmd_decode(ykt_bytes(data, len), &cmd) != YKT_OK)
		return 0;
	check_gp(&cmd, data, len);
	check_purse(&cmd);

	return 0;
}
