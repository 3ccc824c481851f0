/*
 * se_psam_transceive() as a state machine (reliability.md T04): whatever is
 * sent, MAC1 leaves only for a tap, MAC2 is judged only right after it, no
 * sequence number comes twice, and no key byte ever leaves.
 *
 * Input: commands, each a length and that many bytes; length 0 is a reset.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/gp.h"
#include "card/purse_perso.h"
#include "card/scp03.h"
#include "crypto/core.h"
#include "fuzz.h"
#include "se/psam.h"

#define ROOT         "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1A\x1B\x1C\x1D\x1E\x1F"
#define OFF_NEXT_SEQ 208 /* psam_priv.h */
#define WINDOW       4   /* bytes of a key in a row that would be a leak */

static uint8_t image[SE_PSAM_IMAGE_SIZE];
static uint8_t fresh[SE_PSAM_IMAGE_SIZE];
static struct crypto *crypto;
static struct se_psam psam;

static enum ykt_status
image_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	(void)ctx;
	memcpy(out, image + off, len);
	return YKT_OK;
}

static enum ykt_status
image_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	(void)ctx;
	memcpy(image + off, data, len);
	return YKT_OK;
}

static const struct ykt_nvm nvm = { NULL, SE_PSAM_IMAGE_SIZE, image_read, image_write };

/* A personalised image, made once and copied for each input. */
static void
prepare(void)
{
	struct perso_key key = { .usage = PERSO_KEY_PURCHASE, .index = 1, .version = 1 };
	uint8_t clear_bytes[PERSO_KEY_LEN], secret_bytes[32], dgi_bytes[80], cmd_bytes[100];
	uint8_t rsp_bytes[SE_PSAM_RSP_MAX];
	struct ykt_buf clear = YKT_BUF(clear_bytes), secret = YKT_BUF(secret_bytes);
	struct ykt_buf dgis = YKT_BUF(dgi_bytes), cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);
	enum ykt_status status = crypto_new(&ykt_alloc_libc, NULL, &crypto);

	memcpy(key.key, ROOT, sizeof(key.key));
	if (status == YKT_OK)
		status = se_psam_format(&nvm, (const uint8_t *)SE_PSAM_TEST_TRANSPORT);
	if (status == YKT_OK)
		status = se_psam_boot(&psam, &nvm, crypto);
	if (status == YKT_OK)
		status = perso_kcv(crypto, &key, key.kcv);
	perso_key_encode(&key, &clear);
	if (status == YKT_OK)
		status = scp03_dek_encrypt(crypto, (const uint8_t *)SE_PSAM_TEST_TRANSPORT,
		    SE_PSAM_TRANSPORT_LEN, ykt_buf_view(&clear), &secret);
	dgi_put(&dgis, 0x0015, ykt_bytes("\0\1\2\3\4\5\6\7\x08\x09", 10));
	dgi_put(&dgis, 0x0016, ykt_bytes("\x31\0\0\0\0\1", 6));
	dgi_put(&dgis, PERSO_DGI_KEYS, ykt_buf_view(&secret));
	gp_store_data_build(0x80, 0, ykt_buf_view(&dgis), &cmd);
	se_psam_transceive(&psam, ykt_buf_view(&cmd), &rsp);
	assert(status == YKT_OK && rsp.len == 2 && ykt_get_u16(rsp_bytes) == 0x9000);
	memcpy(fresh, image, sizeof(fresh));
}

static void
check_no_key(struct ykt_bytes answer)
{
	static const char *const keys[] = { ROOT, SE_PSAM_TEST_TRANSPORT };

	for (size_t k = 0; k < YKT_ARRAY_LEN(keys); k++) {
		for (size_t at = 0; at + WINDOW <= 16; at++) {
			for (size_t i = 0; i + WINDOW <= answer.len; i++)
				assert(memcmp(answer.data + i, keys[k] + at, WINDOW) != 0);
		}
	}
}

/* One command; *open says whether 8072 may be judged, *last the highest number so far. */
static void
run(struct ykt_bytes cmd, bool *open, uint32_t *last)
{
	uint8_t rsp_bytes[SE_PSAM_RSP_MAX];
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);
	const uint8_t ins = cmd.len > 1 ? cmd.data[1] : 0;
	uint16_t sw;

	se_psam_transceive(&psam, cmd, &rsp);
	assert(rsp.len >= 2 && !rsp.full);
	sw = ykt_get_u16(rsp_bytes + rsp.len - 2);
	check_no_key(ykt_bytes(rsp_bytes, rsp.len - 2));
	assert(rsp.len == 2 || (sw == 0x9000 && (ins == 0xB0 || ins == 0x70)));
	assert(ins != 0x72 || sw != 0x9000 || *open);
	*open = false;
	if (ins == 0x70 && sw == 0x9000) {
		assert(rsp.len == 10 && ykt_get_u32(rsp_bytes) > *last);
		*last = ykt_get_u32(rsp_bytes);
		*open = true;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_rd rd = ykt_rd(ykt_bytes(data, len));
	uint32_t last = 0;
	bool open = false;

	if (crypto == NULL)
		prepare();
	memcpy(image, fresh, sizeof(image));
	if (se_psam_boot(&psam, &nvm, crypto) != YKT_OK)
		return 0;
	ykt_set_u32(psam.journal.home + OFF_NEXT_SEQ, 0x00ABCDEF);

	while (rd.left > 0) {
		size_t cmd_len = ykt_rd_u8(&rd);

		if (cmd_len > rd.left)
			cmd_len = rd.left;
		if (cmd_len == 0) {
			uint8_t atr_bytes[33];
			struct ykt_buf atr = YKT_BUF(atr_bytes);

			se_psam_reset(&psam, &atr);
			open = false;
		} else {
			run(ykt_rd_take(&rd, cmd_len), &open, &last);
		}
	}
	return 0;
}
