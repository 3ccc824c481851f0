/*
 * conform_run() and conform_testcard_make() on a card that answers anything: the
 * runner ends, and says passed, failed or skipped with texts that end.
 *
 * The first byte chooses the case, then each answer is a length byte and that
 * many bytes; when they run out, the card has gone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/mem.h>

#include "conform/conform.h"
#include "crypto/core.h"
#include "fuzz.h"

#define HEAD                                                                                       \
	"id: A\ntitle: t\ntitle-zh: t\nsource: s\ngrade: A\n"                                      \
	"writes: yes\nneeds: "

static const char *const cases[] = {
	HEAD "purse\nsetup: balance 5\nmoves: none\n"
	     "send: 80500002 [01 {balance +1} 310000000001] 10\nsw: 9000\n"
	     "data: {balance} {online} 01 00 {any 4} {load-mac1}\n"
	     "send: 80520000 [20250102030405 {load-mac2}] 04\nsw: 9000\ndata: {load-tac}\n"
	     "send: 80500102 [01 {room -1} 310000000001] 0F\nsw: 9000\n"
	     "send: 80540100 [00000001 20250102030406 {debit-mac1}] 08\nsw: 9000\n"
	     "data: {debit-tac} {debit-mac2}\n"
	     "send: 00840000 08\nsw: 9000\nsend: 04D69714 [5A {sm-mac}]\nsw: 9000\n",
	HEAD "blank\nopen: isd 33\nwrap: 80F28002 [4F00] 00\nsw: ????\n"
	     "wrap: {put-key 00 31}\nsw: ????\nagain: last\nsw: 6982\n",
	HEAD
	"blank\nsend: 80500000 [{random 8}] 00\nsw: 9000\ndata: {any 21} {card-cryptogram}...\n"
	"send: {authenticate 33}\nsw: 9000\ntamper: 80F28002 [4F00] 00\nsw: ????\n"
	"wrap: 80E28801 [{aid}]\nsw: 6A80\ndata: {info}\n",
};

struct script {
	struct ykt_rd rd;
};

static enum ykt_status
answer(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct script *script = ctx;
	struct ykt_bytes bytes;

	(void)deadline_mono_ms;
	assert(cmd.len >= 1 && cmd.len <= 320);
	bytes = ykt_rd_take(&script->rd, ykt_rd_u8(&script->rd));
	if (script->rd.bad)
		return YKT_E_LINK;
	ykt_put(rsp, bytes);

	return ykt_buf_done(rsp);
}

static enum ykt_status
reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	(void)ctx;
	(void)deadline_mono_ms;
	ykt_put_u8(atr, 0x3B);

	return YKT_OK;
}

static enum ykt_status
fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0x11, len);

	return YKT_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct crypto *crypto;
	const struct ykt_random random = { NULL, fill };
	struct script script = { ykt_rd(ykt_bytes(data, len)) };
	const struct ykt_se se = { &script, YKT_SE_WIRED, answer, reset };
	struct conform_card card = { .se = &se,
		.random = &random,
		.keys = &conform_test_keys,
		.may_write = true,
		.city = { 0x99, 0x01 } };
	struct conform_result result;
	struct conform_case one;
	const char *why = NULL;
	unsigned line = 0;
	uint8_t which = ykt_rd_u8(&script.rd);

	if (crypto == NULL)
		assert(crypto_new(&ykt_alloc_libc, NULL, &crypto) == YKT_OK);
	card.crypto = crypto;
	memset(&result, 0xEE, sizeof(result));
	if (which % 4 == 3) {
		assert((conform_testcard_make(&card, &result) == YKT_OK) ==
		       (result.reason == CONFORM_FINE));
	} else {
		assert(conform_case_parse(ykt_bytes_str(cases[which % 4]), &one, &line, &why) ==
		       YKT_OK);
		card.kind = one.needs;
		conform_run(&card, &one, &result);
		assert((result.verdict == CONFORM_PASSED) == (result.reason == CONFORM_FINE));
	}
	assert(memchr(result.command, 0, sizeof(result.command)) != NULL);
	assert(memchr(result.expected, 0, sizeof(result.expected)) != NULL);
	assert(memchr(result.got, 0, sizeof(result.got)) != NULL);

	return 0;
}
