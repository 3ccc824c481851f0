/*
 * A release of the client, given out whole in parts, to anybody; and what its least
 * version means for clients.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bad.h"
#include "wallets.h"
#include "wire/release.h"
#include "wire/update_msg.h"

#define SIZE (2 * WIRE_UPDATE_BLOCK + 100)

static uint8_t bytes[WIRE_MANIFEST_MAX + SIZE];

/* A release 1.2.3 whose least is as given, over a platform that offers it. */
static struct bench *
ready(const char *least, const char *settings_least)
{
	struct wire_release head = { .key = "TEST-release", .edition = "2016" };
	struct ykt_buf out = { bytes, 0, WIRE_MANIFEST_MAX, false };
	static uint8_t content[SIZE];
	struct wire_release_maker maker;
	struct crypto_sm2_key key;
	struct bench *b;
	uint8_t d[32];

	bench_open(&b);
	memcpy(d, "TEST release key, not for use!!!", sizeof(d));
	assert_status(crypto_sm2_key_set(b->other, d, &key), YKT_OK);
	for (size_t i = 0; i < SIZE; i++)
		content[i] = (uint8_t)(i * 7 + i / 251);
	assert_status(wire_version_read("1.2.3", &head.version), YKT_OK);
	assert_status(wire_version_read(least, &head.least), YKT_OK);
	wire_release_begin(&maker, &head, &out);
	assert_status(
	    wire_release_put(&maker, b->other, "bin/ykt", true, YKT_BYTES(content)), YKT_OK);
	assert_status(wire_release_end(&maker, b->other, &key), YKT_OK);
	out.cap = sizeof(bytes);
	ykt_put(&out, YKT_BYTES(content));
	b->options.release = ykt_buf_view(&out);
	b->options.least_version = settings_least;
	bench_restart(b);

	return b;
}

static struct wire_client_version_rsp
version(struct bench *b, const char *edition)
{
	struct wire_client_version_req req = { .version = "1.0.0" };
	struct wire_client_version_rsp rsp;

	strcpy(req.edition, edition);
	assert_int_equal(bench_ask_open(b, "client.version", &req, &rsp), 200);

	return rsp;
}

static int
block(struct bench *b, const char *newest, int64_t offset, struct wire_client_block_rsp *rsp)
{
	struct wire_client_block_req req = { .offset = offset };

	strcpy(req.version, newest);

	return bench_ask_open(b, "client.block", &req, rsp);
}

static void
test_the_release_comes_whole(void **state)
{
	static struct wire_client_block_rsp rsp;
	struct bench *b = ready("1.1.0", NULL);
	struct wire_client_version_rsp offer = version(b, "2016");
	size_t at = 0;

	(void)state;
	assert_string_equal(offer.newest, "1.2.3");
	assert_string_equal(offer.least, "1.1.0");
	assert_int_equal(offer.length, b->options.release.len);
	while (at < (size_t)offer.length) {
		assert_int_equal(block(b, "1.2.3", (int64_t)at, &rsp), 200);
		assert_true(rsp.data.len != 0);
		assert_memory_equal(rsp.data.data, bytes + at, rsp.data.len);
		at += rsp.data.len;
	}
	assert_int_equal(at, offer.length);
	bench_close(&b);
}

static void
test_what_is_not_offered(void **state)
{
	static struct wire_client_block_rsp rsp;
	struct bench *b = ready("1.1.0", NULL);

	(void)state;
	assert_string_equal(version(b, "2025").newest, "");
	assert_int_equal(version(b, "2025").length, 0);
	assert_int_equal(block(b, "1.2.2", 0, &rsp), 404);
	assert_int_equal(block(b, "", 0, &rsp), 404);
	assert_int_equal(block(b, "1.2.3", (int64_t)b->options.release.len, &rsp), 400);
	assert_int_equal(block(b, "1.2.3", (int64_t)b->options.release.len - 1, &rsp), 200);
	assert_int_equal(rsp.data.len, 1);
	bench_close(&b);
	bench_open(&b);
	assert_string_equal(version(b, "2016").newest, "");
	assert_string_equal(version(b, "2016").least, "");
	assert_int_equal(block(b, "0.0.0", 0, &rsp), 404);
	assert_int_equal(block(b, "", 0, &rsp), 404);
	bench_close(&b);
}

/* The higher one of release and settings counts, for offers and for money. */
static void
test_which_least_version_counts(void **state)
{
	static const struct {
		const char *release;
		const char *settings;
		const char *counts;
	} rows[] = { { "1.1.0", NULL, "1.1.0" }, { "1.1.0", "1.0.5", "1.1.0" },
		{ "1.1.0", "1.1.5", "1.1.5" }, { "0.0.0", NULL, "" } };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const struct wire_order_wallet_req req = { .amount_fen = 100 };
		struct wire_report report = { .findings = 0 };
		struct bench *b = ready(rows[i].release, rows[i].settings);
		struct wire_order order;
		int code;

		assert_string_equal(version(b, "2016").least, rows[i].counts);
		bench_register(b, BENCH_PHONE);
		strcpy(report.version, "1.0.9");
		b->report = &report;
		code = bench_ask(b, "order.wallet", bench_idem(b), &req, &order);
		assert_int_equal(code, rows[i].counts[0] != '\0' ? 426 : 200);
		bench_close(&b);
	}
}

static void
test_releases_that_cannot_be_offered(void **state)
{
	struct bench *b = ready("1.1.0", NULL);
	struct platform_options options = b->options;
	struct platform *p = NULL;

	(void)state;
	options.release.len--;
	assert_status(platform_new(&options, &p), YKT_E_ARG);
	options = b->options;
	bytes[0] ^= 1;
	assert_status(platform_new(&options, &p), YKT_E_ARG);
	bytes[0] ^= 1;
	assert_null(p);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_release_comes_whole),
		cmocka_unit_test(test_what_is_not_offered),
		cmocka_unit_test(test_which_least_version_counts),
		cmocka_unit_test(test_releases_that_cannot_be_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
