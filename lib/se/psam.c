/*
 * The software PSAM, see psam.h: image, boot, dispatch, files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/psam.h"

#include <assert.h>
#include <string.h>

#include <ykt/secret.h>

#include "card/apdu.h"
#include "card/psam_check.h"
#include "card/purse_cmd.h"
#include "card/sw.h"
#include "se/psam_priv.h"

#define TEST_MARK     "TEST"
#define TEST_MARK_LEN 4

static const uint8_t magic[8] = { 'Y', 'K', 'T', 'P', 'S', 'A', 'M', '1' };
/* T=1, historical bytes "YKTPSAM". */
static const uint8_t atr_bytes[] = { 0x3B, 0x87, 0x80, 0x01, 'Y', 'K', 'T', 'P', 'S', 'A', 'M',
	0x4F };

/* One file: what a grouping brings and READ BINARY gives. */
struct file {
	uint8_t sfi;
	uint32_t off;
	uint8_t len;
};

static const struct file files[] = {
	{ 0x15, PSAM_OFF_SERIAL, PSAM_SERIAL_LEN },
	{ 0x16, PSAM_OFF_TERMINAL, PURSE_TERMINAL_LEN },
	{ 0x17, PSAM_OFF_FILE17, PSAM_FILE17_LEN },
};

const uint8_t *
psam_home(const struct se_psam *psam, uint32_t off)
{
	return psam->journal.home + off;
}

uint16_t
psam_commit(struct se_psam *psam)
{
	return se_journal_commit(&psam->journal) == YKT_OK ? SW_OK : SW_MEMORY;
}

static bool
refused_key(const uint8_t *key)
{
#ifdef YKT_REFUSE_TEST_KEYS
	return ykt_bytes_equal(ykt_bytes(key, TEST_MARK_LEN), ykt_bytes_str(TEST_MARK));
#else
	(void)key;
	return false;
#endif
}

static enum ykt_status
format_page(const struct ykt_nvm *nvm, const uint8_t page[SE_PAGE_LEN], size_t index)
{
	uint8_t sum[SE_SUM_LEN];
	enum ykt_status status;

	ykt_set_u64(sum, se_page_sum(page, index));
	status = se_nvm_write(
	    nvm, (uint32_t)(SE_HOME_IN + SE_SUMS_OFF + index * SE_SUM_LEN), sum, sizeof(sum));
	if (status == YKT_OK)
		status = se_nvm_write(
		    nvm, (uint32_t)(SE_HOME_IN + index * SE_PAGE_LEN), page, SE_PAGE_LEN);
	return status;
}

enum ykt_status
se_psam_format(const struct ykt_nvm *nvm, const uint8_t transport_key[SE_PSAM_TRANSPORT_LEN])
{
	uint8_t page[SE_PAGE_LEN] = { 0 };
	enum ykt_status status;

	if (nvm->size < SE_PSAM_IMAGE_SIZE)
		return YKT_E_ARG;
	if (refused_key(transport_key))
		return YKT_E_KEY;

	/* No record in either slot counts any more, then page 0 makes it a PSAM. */
	status = se_nvm_write(nvm, 0, page, sizeof(page));
	if (status == YKT_OK)
		status = se_nvm_write(nvm, SE_SLOT_SIZE, page, sizeof(page));
	for (size_t i = 1; i < SE_PAGE_COUNT && status == YKT_OK; i++)
		status = format_page(nvm, page, i);

	memcpy(page + PSAM_OFF_MAGIC, magic, sizeof(magic));
	memcpy(page + PSAM_OFF_TRANSPORT, transport_key, SE_PSAM_TRANSPORT_LEN);
	ykt_set_u32(page + PSAM_OFF_NEXT_SEQ, 1);
	if (status == YKT_OK)
		status = format_page(nvm, page, 0);
	ykt_wipe(page, sizeof(page));
	return status;
}

enum ykt_status
se_psam_boot(struct se_psam *psam, const struct ykt_nvm *nvm, struct crypto *crypto)
{
	enum ykt_status status;

	assert(psam != NULL && nvm != NULL && crypto != NULL);
	ykt_wipe(psam, sizeof(*psam));
	psam->crypto = crypto;
	status = se_journal_open(&psam->journal, nvm);
	if (status == YKT_OK &&
	    !ykt_bytes_equal(YKT_BYTES(magic), ykt_bytes(psam_home(psam, 0), sizeof(magic))))
		status = YKT_E_CORRUPT;
	if (status == YKT_OK && refused_key(psam_home(psam, PSAM_OFF_TRANSPORT)))
		status = YKT_E_KEY;
	if (status != YKT_OK) {
		ykt_wipe(psam, sizeof(*psam));
		return status;
	}
	psam->alive = true;
	return YKT_OK;
}

void
se_psam_clear(struct se_psam *psam)
{
	ykt_wipe(psam, sizeof(*psam));
}

/* Tolerant: terminals select the root, the folder 8011 or an application, and mean this one. */
static uint16_t
run_select(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out)
{
	(void)psam;
	(void)out;
	if (cmd->p1 == PURSE_P1_SELECT_AID)
		return cmd->data.len >= 5 && cmd->data.len <= 16 ? SW_OK : SW_FILE_NOT_FOUND;
	if (cmd->p1 != 0)
		return SW_P1P2;
	if (cmd->data.len == 0)
		return SW_OK;
	if (cmd->data.len != 2)
		return SW_LENGTH;
	return ykt_get_u16(cmd->data.data) == 0x3F00 || ykt_get_u16(cmd->data.data) == 0x8011
		   ? SW_OK
		   : SW_FILE_NOT_FOUND;
}

static uint16_t
run_read_binary(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out)
{
	const struct file *file = NULL;
	size_t left;

	if (cmd->data.len != 0 || cmd->ne == 0)
		return SW_LENGTH;
	for (size_t i = 0; i < YKT_ARRAY_LEN(files); i++) {
		if (cmd->p1 == (0x80 | files[i].sfi))
			file = &files[i];
	}
	if (file == NULL)
		return SW_FILE_NOT_FOUND;
	if (*psam_home(psam, PSAM_OFF_STATE) != PSAM_STATE_READY)
		return SW_CONDITIONS;
	if (cmd->p2 >= file->len)
		return SW_OFFSET;
	left = (size_t)file->len - cmd->p2;
	if (cmd->ne != APDU_SHORT_NE_MAX && cmd->ne > left)
		return (uint16_t)(0x6C00 | left);
	ykt_put_mem(out, psam_home(psam, file->off + cmd->p2), cmd->ne < left ? cmd->ne : left);
	return SW_OK;
}

/* One command; rsp_len is the length of its answer when that is fixed. */
struct row {
	uint8_t cla;
	uint8_t ins;
	uint8_t rsp_len;
	uint16_t (*run)(struct se_psam *psam, const struct apdu_cmd *cmd, struct ykt_buf *out);
};

static const struct row rows[] = {
	{ 0x00, PURSE_INS_SELECT, 0, run_select },
	{ 0x00, PURSE_INS_READ_BINARY, 0, run_read_binary },
	{ PURSE_CLA, PSAM_INS_STORE, 0, psam_store },
	{ PURSE_CLA, PSAM_INS_MAC1, PSAM_MAC1_RSP_LEN, psam_mac1 },
	{ PURSE_CLA, PSAM_INS_MAC2, 0, psam_mac2 },
	{ PURSE_CLA, PSAM_INS_CHECK, 0, psam_check },
};

static uint16_t
run(struct se_psam *psam, struct ykt_bytes bytes, struct ykt_buf *out)
{
	struct apdu_cmd cmd;
	uint16_t sw = SW_INS;

	if (apdu_cmd_decode(bytes, &cmd) != YKT_OK) {
		psam->open = false;
		return SW_LENGTH;
	}
	/* Whatever else comes between, the tap is over. */
	if (cmd.ins != PSAM_INS_MAC2)
		psam->open = false;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		if (rows[i].ins != cmd.ins)
			continue;
		if (rows[i].cla != cmd.cla) {
			sw = SW_CLA;
			continue;
		}
		if (cmd.extended)
			return SW_LENGTH;
		if (cmd.ne != 0 && cmd.ne < rows[i].rsp_len)
			return (uint16_t)(0x6C00 | rows[i].rsp_len);
		return rows[i].run(psam, &cmd, out);
	}
	return sw;
}

void
se_psam_transceive(struct se_psam *psam, struct ykt_bytes cmd, struct ykt_buf *rsp)
{
	uint8_t bytes[SE_PSAM_RSP_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	uint16_t sw = SW_UNKNOWN;

	if (psam->alive)
		sw = run(psam, cmd, &out);
	if (sw != SW_OK) {
		psam->open = false;
		ykt_buf_wipe(&out);
	}
	ykt_put(rsp, ykt_buf_view(&out));
	ykt_put_u16(rsp, sw);
	ykt_buf_wipe(&out);
}

void
se_psam_reset(struct se_psam *psam, struct ykt_buf *atr)
{
	psam->open = false;
	ykt_put(atr, YKT_BYTES(atr_bytes));
}

static enum ykt_status
port_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct se_psam_port *port = ctx;

	(void)deadline_mono_ms;
	se_psam_transceive(port->psam, cmd, rsp);
	return YKT_OK;
}

static enum ykt_status
port_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct se_psam_port *port = ctx;

	(void)deadline_mono_ms;
	se_psam_reset(port->psam, atr);
	return YKT_OK;
}

void
se_psam_port(struct se_psam_port *port, struct se_psam *psam)
{
	*port = (struct se_psam_port){
		.se = {
			.ctx = port,
			.iface = YKT_SE_WIRED,
			.transceive = port_transceive,
			.reset = port_reset,
		},
		.psam = psam,
	};
}
