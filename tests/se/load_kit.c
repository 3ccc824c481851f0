/*
 * The kit of the tests of loading. See load_kit.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/gp_load.h"
#include "card/sw.h"
#include "crypto/digest.h"

#define LIT(text)                                                                                  \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

static bool
place(const struct se *se, size_t len, uint32_t *ret_off)
{
	(void)se;
	if (len > PLACE_SIZE)
		return false;
	*ret_off = PLACE_OFF;

	return true;
}

static uint16_t
take(struct se *se, uint32_t off, size_t len)
{
	uint8_t mark[4];

	if (*se_home(se, off) == NO_TAKER)
		return SW_CONDITIONS;
	ykt_set_u16(mark, (uint16_t)off);
	ykt_set_u16(mark + 2, (uint16_t)len);
	se_tx_put(se, MARK_OFF, YKT_BYTES(mark));

	return SW_OK;
}

static void
drop(struct se *se, uint32_t off, size_t len)
{
	assert_int_equal(off, PLACE_OFF);
	se_tx_fill(se, off, 0, len);
	se_tx_fill(se, MARK_OFF, 0, 4);
}

const struct se_module se_modules[] = {
	{ .elf = LIT(SE_AID_PURSE_ELF),
	    .module = LIT(SE_AID_PURSE_MODULE),
	    .alias = LIT(SE_AID_PURSE_ELF),
	    .kind = SE_APP_PURSE },
	{ .elf = LIT(SE_AID_SSD_ELF), .module = LIT(SE_AID_SSD_MODULE), .kind = SE_APP_SD },
	{ .elf = LIT("\xA0\x00\x00\x00\x99\x01\x01"),
	    .module = LIT("\xA0\x00\x00\x00\x99\x01\x01\x05"),
	    .kind = SE_APP_NONE,
	    .place = place,
	    .take = take,
	    .drop = drop },
};

const size_t se_module_count = YKT_ARRAY_LEN(se_modules);

void
tsm_expect(struct tsm *tsm, const char *plain_hex, const char *rsp_hex)
{
	char text[700];
	uint16_t sw = tsm_send_hex(tsm, plain_hex);

	ykt_hex_encode(ykt_buf_view(&tsm->data), text);
	snprintf(text + strlen(text), 5, "%04X", sw);
	if (strcmp(text, rsp_hex) != 0)
		fail_msg("%s\n  answered %s\n  not      %s", plain_hex, text, rsp_hex);
}

void
make_file(struct card *card, struct file *file, struct ykt_bytes daps, size_t len)
{
	struct ykt_bytes block;

	file->buf = YKT_BUF(file->bytes);
	ykt_put(&file->buf, daps);
	gp_load_file_put(16 + len, &file->buf);
	file->block_at = file->buf.len;
	gp_package_put(0x0200, se_modules[2].module, &file->buf);
	for (size_t i = 0; i < len; i++)
		ykt_put_u8(&file->buf, (uint8_t)i);
	assert_false(file->buf.full);
	block = ykt_bytes_sub(ykt_buf_view(&file->buf), file->block_at, file->buf.len);
	assert_int_equal(crypto_sha256(card->crypto, &block, 1, file->hash), YKT_OK);
}

void
for_load(struct tsm *tsm, const char *elf_hex, const char *sd_hex, struct ykt_bytes hash)
{
	uint8_t bytes[300], elf_bytes[16], sd_bytes[16];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf elf = YKT_BUF(elf_bytes);
	struct ykt_buf sd = YKT_BUF(sd_bytes);
	struct gp_install install = { .form = GP_INSTALL_LOAD, .hash = hash };

	assert_int_equal(ykt_hex_decode(elf_hex, strlen(elf_hex), &elf), YKT_OK);
	assert_int_equal(ykt_hex_decode(sd_hex, strlen(sd_hex), &sd), YKT_OK);
	install.elf = ykt_buf_view(&elf);
	install.sd = ykt_buf_view(&sd);
	gp_install_build(&install, &cmd);
	assert_int_equal(tsm_send(tsm, ykt_buf_view(&cmd)), SW_OK);
}

uint16_t
load_file(struct tsm *tsm, const struct file *file, size_t size)
{
	uint8_t number = 0;

	for (size_t at = 0; at < file->buf.len; at += size) {
		uint8_t bytes[300];
		struct ykt_buf cmd = YKT_BUF(bytes);

		gp_load_build(number++, at + size >= file->buf.len,
		    ykt_bytes_sub(ykt_buf_view(&file->buf), at, size), &cmd);
		if (tsm_send(tsm, ykt_buf_view(&cmd)) != SW_OK)
			break;
		assert_int_equal(tsm->data.len, 1);
		assert_int_equal(tsm->data.data[0], 0);
	}

	return tsm->sw;
}

void
expect_untouched(struct card *card, const struct snapshot *before, const char *why)
{
	const uint8_t *now = card->se.journal.home;

	if (memcmp(now, before->home, PLACE_OFF) != 0 ||
	    memcmp(now + SE_ELFS, before->home + SE_ELFS, SE_PAGE_LEN) != 0)
		fail_msg("%s: something moved", why);
}
