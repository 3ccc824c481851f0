/*
 * Reading the issuer's own files of a card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/card_files.h"

#include <string.h>

#include "card/apdu.h"
#include "card/purse_cmd.h"
#include "card/sw.h"

#define CMD_MAX  16
#define OFF_LAST 255

/* READ BINARY to the end of what one command reaches; rsp views raw. */
static enum ykt_status
read_part(const struct ykt_se *se, int64_t deadline_mono_ms, uint8_t sfi, uint8_t off,
    struct ykt_buf *raw, struct apdu_rsp *ret_rsp)
{
	uint8_t bytes[CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	enum ykt_status status;

	raw->len = 0;
	purse_read_binary_build(sfi, off, APDU_SHORT_NE_MAX, &cmd);
	status = se->transceive(se->ctx, ykt_buf_view(&cmd), raw, deadline_mono_ms);
	if (status == YKT_OK)
		status = apdu_rsp_decode(ykt_buf_view(raw), ret_rsp);

	return status;
}

static enum ykt_status
read_file(const struct ykt_se *se, int64_t deadline_mono_ms, uint8_t sfi, struct card_file *file)
{
	uint8_t bytes[APDU_SHORT_RSP_MAX];
	struct ykt_buf raw = YKT_BUF(bytes);
	struct apdu_rsp rsp = { 0 };
	enum ykt_status status = read_part(se, deadline_mono_ms, sfi, 0, &raw, &rsp);

	file->sfi = sfi;
	file->closed = status == YKT_OK && rsp.sw == SW_SECURITY;
	if (status != YKT_OK || rsp.sw != SW_OK)
		return status;
	memcpy(file->bytes, rsp.data.data, rsp.data.len);
	file->len = rsp.data.len;
	if (file->len <= OFF_LAST)
		return YKT_OK;
	/* The last byte that offset 255 begins with is known already. */
	status = read_part(se, deadline_mono_ms, sfi, OFF_LAST, &raw, &rsp);
	if (status == YKT_OK && rsp.sw == SW_OK && rsp.data.len > 0) {
		memcpy(file->bytes + OFF_LAST, rsp.data.data, rsp.data.len);
		file->len = OFF_LAST + rsp.data.len;
	}

	return status;
}

enum ykt_status
card_files_read(const struct ykt_se *se, int64_t deadline_mono_ms, struct card_files *ret_files)
{
	struct card_files files = { 0 };
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < PERSO_FILE_COUNT && status == YKT_OK; i++) {
		struct card_file *file = &files.files[files.count];

		status = read_file(se, deadline_mono_ms, perso_file_sfis[i], file);
		if (file->len != 0 || file->closed)
			files.count++;
	}
	if (status == YKT_OK)
		*ret_files = files;

	return status;
}
