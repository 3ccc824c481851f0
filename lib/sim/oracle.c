/*
 * Reading a card without touching it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/oracle.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/fci.h"
#include "card/purse_cmd.h"
#include "card/sw.h"

static enum ykt_status
copy_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct oracle_bench *bench = ctx;

	memcpy(out, bench->image + off, len);
	return YKT_OK;
}

static enum ykt_status
copy_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct oracle_bench *bench = ctx;

	memcpy(bench->image + off, data, len);
	return YKT_OK;
}

struct look {
	struct oracle_bench *bench;
	uint8_t cmd[APDU_SHORT_CMD_MAX];
	uint8_t rsp[SE_RSP_MAX];
	struct ykt_buf out;
};

static struct ykt_buf *
begin(struct look *look)
{
	look->out = YKT_BUF(look->cmd);
	return &look->out;
}

static bool
run(struct look *look, struct apdu_rsp *ret_rsp)
{
	struct ykt_buf rsp = YKT_BUF(look->rsp);

	se_transceive(&look->bench->card, YKT_SE_WIRED, ykt_buf_view(&look->out), &rsp);
	return apdu_rsp_decode(ykt_buf_view(&rsp), ret_rsp) == YKT_OK && ret_rsp->sw == SW_OK;
}

static bool
read_number(struct look *look, struct oracle *oracle)
{
	struct apdu_rsp rsp;
	struct fci fci;
	struct file15 info;

	purse_select_build(YKT_BYTES(purse_aid), begin(look));
	if (!run(look, &rsp) || fci_decode(rsp.data, &fci) != YKT_OK ||
	    file15_decode(fci.info, &info) != YKT_OK)
		return false;
	ykt_hex_encode(YKT_BYTES(info.serial), oracle->card_no);
	oracle->version = ykt_get_u16(info.issuer_data);
	return true;
}

static bool
read_balance(struct look *look, enum purse_balance_p1 which, uint32_t *ret_fen)
{
	struct apdu_rsp rsp;

	purse_balance_build(which, begin(look));
	return run(look, &rsp) && purse_balance_rsp_decode(rsp.data, ret_fen) == YKT_OK;
}

static bool
read_counters(struct look *look, struct oracle *oracle)
{
	struct purse_init init = { .p1 = PURSE_INIT_LOAD, .key_index = PURSE_KEY_INDEX };
	struct purse_load_init_rsp load;
	struct purse_purchase_init_rsp purchase;
	struct apdu_rsp rsp;

	purse_init_build(&init, begin(look));
	if (!run(look, &rsp) || purse_load_init_rsp_decode(rsp.data, &load) != YKT_OK)
		return false;
	oracle->online = load.online_seq;
	init.p1 = PURSE_INIT_CAPP;
	purse_init_build(&init, begin(look));
	if (!run(look, &rsp) || purse_purchase_init_rsp_decode(rsp.data, &purchase) != YKT_OK)
		return false;
	oracle->offline = purchase.offline_seq;
	return true;
}

static void
read_log(struct look *look, struct oracle *oracle)
{
	struct apdu_rsp rsp;

	for (uint8_t i = 1; i <= RECORD_LOG_COUNT; i++) {
		purse_read_record_build(PURSE_SFI_LOG, i, begin(look));
		if (!run(look, &rsp) || record_empty(rsp.data) ||
		    record_log_decode(rsp.data, &oracle->log[oracle->log_count]) != YKT_OK)
			return;
		oracle->log_count++;
	}
}

enum ykt_status
oracle_look(struct oracle_bench *bench, const struct element *element, struct oracle *ret_oracle)
{
	struct look look = { .bench = bench };
	struct oracle oracle = { .present = false };
	uint32_t actual = 0;
	uint32_t overdrawn = 0;
	enum ykt_status status;

	memcpy(bench->image, element->image, sizeof(bench->image));
	bench->nvm = (struct ykt_nvm){
		.ctx = bench, .size = SE_IMAGE_SIZE, .read = copy_read, .write = copy_write
	};
	bench->rng = rng_stream(1, 1);
	rng_port_init(&bench->random, &bench->rng);
	status = se_boot(&bench->card, &bench->nvm, element->crypto, &bench->random);
	if (status != YKT_OK)
		return YKT_E_CORRUPT;
	if (read_number(&look, &oracle)) {
		if (!read_balance(&look, PURSE_BALANCE_ACTUAL, &actual) ||
		    !read_balance(&look, PURSE_BALANCE_OVERDRAWN, &overdrawn))
			return YKT_E_CARD;
		oracle.balance = (int64_t)actual - overdrawn;
		read_log(&look, &oracle);
		if (!read_counters(&look, &oracle))
			return YKT_E_CARD;
		oracle.present = true;
	}
	*ret_oracle = oracle;
	return YKT_OK;
}
