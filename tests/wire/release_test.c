/*
 * Releases: what is made is read, by its bytes; every changed bit, cut and
 * addition is refused, and so is everything that the format does not allow.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/core.h"
#include "wire/release.h"
#include "wire_test.h"

#define KEY_NAME "TEST-release"
#define PROGRAM  "the program"
#define PAGE     "its page"

static struct crypto *c;

struct made {
	uint8_t bytes[1024];
	struct ykt_buf out;
	struct crypto_sm2_key key;
	struct wire_release_key pinned;
};

static int
setup(void **state)
{
	(void)state;
	return crypto_new(&ykt_alloc_libc, NULL, &c) == YKT_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	crypto_free(&c);
	return 0;
}

static struct wire_release
head(void)
{
	return (struct wire_release){ .key = KEY_NAME,
		.edition = "2016",
		.version = { { 1, 2, 3 } },
		.least = { { 1, 1, 0 } } };
}

static void
make_key(struct made *made)
{
	uint8_t d[32];

	memcpy(d, "TEST release key, not for use!!!", sizeof(d));
	assert_status(crypto_sm2_key_set(c, d, &made->key), YKT_OK);
	made->pinned = (struct wire_release_key){ KEY_NAME, made->key.pub };
	made->out = YKT_BUF(made->bytes);
}

static void
make(struct made *made)
{
	const struct wire_release top = head();
	struct wire_release_maker maker;

	make_key(made);
	wire_release_begin(&maker, &top, &made->out);
	assert_status(wire_release_put(&maker, c, "bin/ykt", true, ykt_bytes_str(PROGRAM)), YKT_OK);
	assert_status(
	    wire_release_put(&maker, c, "share/man/ykt.1", false, ykt_bytes_str(PAGE)), YKT_OK);
	assert_status(wire_release_end(&maker, c, &made->key), YKT_OK);
	ykt_put(&made->out, ykt_bytes_str(PROGRAM PAGE));
	assert_status(ykt_buf_done(&made->out), YKT_OK);
}

/* One file whose fields are a test's own; the signature is left to the caller. */
static struct ykt_bytes
raw(struct made *made, const char *hex)
{
	make_key(made);
	assert_status(ykt_hex_decode(hex, strlen(hex), &made->out), YKT_OK);

	return ykt_buf_view(&made->out);
}

static void
test_what_is_made_is_read(void **state)
{
	static struct made made;
	struct wire_release release;
	struct wire_release_file file;

	(void)state;
	make(&made);
	assert_status(
	    wire_release_check(c, &made.pinned, ykt_buf_view(&made.out), &release), YKT_OK);
	assert_string_equal(release.key, KEY_NAME);
	assert_string_equal(release.edition, "2016");
	assert_int_equal(release.version.part[2], 3);
	assert_int_equal(release.least.part[1], 1);
	assert_int_equal(release.file_count, 2);
	assert_int_equal(release.len, made.out.len);
	assert_int_equal(release.manifest_len, made.out.len - strlen(PROGRAM PAGE));
	wire_release_file(&release, 0, &file);
	assert_string_equal(file.name, "bin/ykt");
	assert_true(file.program);
	assert_int_equal(file.at, release.manifest_len);
	wire_release_file(&release, 1, &file);
	assert_string_equal(file.name, "share/man/ykt.1");
	assert_false(file.program);
	assert_int_equal(file.size, strlen(PAGE));
	assert_memory_equal(made.bytes + file.at, PAGE, file.size);
}

/* The bytes are the format's, whoever made them. */
static void
test_bytes_of_the_head(void **state)
{
	static struct made made;
	char hex[2 * 48 + 1];

	(void)state;
	make(&made);
	ykt_hex_encode(ykt_bytes(made.bytes, 44), hex);
	assert_string_equal(hex, "595201"
				 "00C6"
				 "0C"
				 "544553542D72656C65617365"
				 "04"
				 "32303136"
				 "000100020003"
				 "000100010000"
				 "02"
				 "07"
				 "62696E2F796B74");
	assert_int_equal(made.bytes[44], 1);
	assert_int_equal(ykt_get_u32(made.bytes + 45), strlen(PROGRAM));
}

static void
test_every_changed_bit_is_found(void **state)
{
	static struct made made;
	struct wire_release release = { .len = 77 };

	(void)state;
	make(&made);
	for (size_t bit = 0; bit < 8 * made.out.len; bit++) {
		made.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_true(wire_release_check(
				c, &made.pinned, ykt_buf_view(&made.out), &release) != YKT_OK);
		assert_int_equal(release.len, 77);
		made.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_status(
	    wire_release_check(c, &made.pinned, ykt_buf_view(&made.out), &release), YKT_OK);
}

static void
test_cut_or_followed_by_something(void **state)
{
	static struct made made;
	struct wire_release release = { .len = 77 };

	(void)state;
	make(&made);
	for (size_t len = 0; len < made.out.len; len++) {
		struct ykt_bytes part = exact((const char *)made.bytes, len);

		assert_status(wire_release_check(c, &made.pinned, part, &release), YKT_E_FORMAT);
		free((void *)(uintptr_t)part.data);
	}
	ykt_put_u8(&made.out, 0);
	assert_status(
	    wire_release_check(c, &made.pinned, ykt_buf_view(&made.out), &release), YKT_E_FORMAT);
	assert_int_equal(release.len, 77);
}

static void
test_whose_signature(void **state)
{
	static struct made made;
	struct wire_release_key other;
	struct wire_release release = { .len = 77 };
	struct ykt_bytes all;

	(void)state;
	make(&made);
	all = ykt_buf_view(&made.out);
	other = made.pinned;
	other.name[5] = 'R';
	assert_status(wire_release_trust(c, &other, all, &release), YKT_E_KEY);
	other = made.pinned;
	other.pub.xy[0] ^= 1; /* off the curve */
	assert_status(wire_release_trust(c, &other, all, &release), YKT_E_MAC);
	made.bytes[made.out.len - 1] ^= 1;
	assert_status(wire_release_trust(c, &made.pinned, all, &release), YKT_OK);
	release.len = 77;
	assert_status(wire_release_check(c, &made.pinned, all, &release), YKT_E_CORRUPT);
	assert_int_equal(release.len, 77);
}

#define HASHES                                                                                     \
	"00000000000000000000000000000000000000000000000000000000000000000000000000000000000000"   \
	"000000000000000000000000000000000000000000"
#define SIG      HASHES
#define VERSIONS "000100020003000100010000"
#define TOP      "01410132" VERSIONS
#define ONE      "00000001" HASHES
#define FILE_A   "016101" ONE

/* Well-formed by length, each with one thing that cannot be. */
static const char *const no_manifests[] = {
	/* no file; too many for their bytes; no program among them; a flag that is none */
	TOP "00",
	TOP "02" FILE_A,
	TOP "01016100" ONE,
	TOP "01016102" ONE,
	/* names: none, "/a", "a/", "a//b", "../a", "a/.b", a NUL, a blank */
	TOP "010001" ONE,
	TOP "01022F6101" ONE,
	TOP "0102612F01" ONE,
	TOP "0104612F2F6201" ONE,
	TOP "01042E2E2F6101" ONE,
	TOP "0104612F2E6201" ONE,
	TOP "01010001" ONE,
	TOP "01012001" ONE,
	/* twice the same, in the wrong order, a file in another file's place */
	TOP "02" FILE_A FILE_A,
	TOP "02016201" ONE FILE_A,
	TOP "02" FILE_A "03612F6201" ONE,
	/* larger than a release may be; two that wrap around */
	TOP "0101610101000001" HASHES,
	TOP "0201610180000000" HASHES "01620180000000" HASHES,
	/* least above the version */
	"0141013200010002000300010002000401" FILE_A,
	/* no key, no edition, an edition too long */
	"000132" VERSIONS "01" FILE_A,
	"014100" VERSIONS "01" FILE_A,
	"014109323031362D32303136" VERSIONS "01" FILE_A,
	/* a byte too many */
	TOP "01" FILE_A "00",
};

static void
test_manifests_that_are_none(void **state)
{
	static const char good[] = TOP "01" FILE_A;
	static struct made made;
	struct wire_release release = { .len = 77 };
	char hex[1200];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(no_manifests); i++) {
		(void)snprintf(hex, sizeof(hex), "595201%04zX%s" SIG,
		    5 + strlen(no_manifests[i]) / 2, no_manifests[i]);
		assert_status_why(
		    wire_release_open(raw(&made, hex), &release), YKT_E_FORMAT, no_manifests[i]);
		assert_int_equal(release.len, 77);
	}
	(void)snprintf(hex, sizeof(hex), "595201%04zX%s" SIG, 5 + strlen(good) / 2, good);
	assert_status(wire_release_open(raw(&made, hex), &release), YKT_OK);
	(void)snprintf(hex, sizeof(hex), "595202%04zX%s" SIG, 5 + strlen(good) / 2, good);
	assert_status(wire_release_open(raw(&made, hex), &release), YKT_E_FORMAT);
	assert_int_equal(wire_release_manifest_len(ykt_bytes_str("YR\1\377\377")), 0);
}

static void
test_key_lines(void **state)
{
	static const char *const bad[] = { "", " ", "TEST-release", "TEST_release 00 00" };
	static struct made made;
	struct wire_release_key key = { .name = "kept" };
	char line[WIRE_RELEASE_KEY_LINE_MAX];

	(void)state;
	make_key(&made);
	wire_release_key_line(&made.pinned, line);
	assert_status(wire_release_key_read(c, ykt_bytes_str(line), &key), YKT_OK);
	assert_string_equal(key.name, KEY_NAME);
	assert_memory_equal(key.pub.xy, made.key.pub.xy, sizeof(key.pub.xy));
	(void)snprintf(key.name, sizeof(key.name), "kept");
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++)
		assert_status(wire_release_key_read(c, ykt_bytes_str(bad[i]), &key), YKT_E_FORMAT);
	for (size_t len = 0; len + 1 < strlen(line); len++)
		assert_status(wire_release_key_read(c, ykt_bytes(line, len), &key), YKT_E_FORMAT);
	line[strlen(KEY_NAME) + 1] ^= 1; /* off the curve */
	assert_status(wire_release_key_read(c, ykt_bytes_str(line), &key), YKT_E_FORMAT);
	assert_string_equal(key.name, "kept");
}

static void
test_versions(void **state)
{
	static const char *const bad[] = { "", "1", "1.2", "1.2.", "1.2.3.", "1.2.3 ", " 1.2.3",
		"1..3", "1.2.x", "-1.2.3", "+1.2.3", "1.02.3", "1.2.65536", "99999999999.0.0",
		"1.2.3-beta" };
	static const char *const ascending[] = { "0.0.0", "0.0.1", "0.0.10", "0.1.0", "0.10.0",
		"1.0.0", "1.0.65535", "65535.0.0" };
	struct wire_version a = { { 7, 7, 7 } }, b;
	char text[WIRE_VERSION_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		assert_status_why(wire_version_read(bad[i], &a), YKT_E_FORMAT, bad[i]);
		assert_int_equal(a.part[0], 7);
	}
	for (size_t i = 0; i < YKT_ARRAY_LEN(ascending); i++) {
		assert_status(wire_version_read(ascending[i], &a), YKT_OK);
		wire_version_text(&a, text);
		assert_string_equal(text, ascending[i]);
		for (size_t j = 0; j < YKT_ARRAY_LEN(ascending); j++) {
			assert_status(wire_version_read(ascending[j], &b), YKT_OK);
			assert_true((wire_version_cmp(&a, &b) < 0) == (i < j));
			assert_true((wire_version_cmp(&a, &b) > 0) == (i > j));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_made_is_read),
		cmocka_unit_test(test_bytes_of_the_head),
		cmocka_unit_test(test_every_changed_bit_is_found),
		cmocka_unit_test(test_cut_or_followed_by_something),
		cmocka_unit_test(test_whose_signature),
		cmocka_unit_test(test_manifests_that_are_none),
		cmocka_unit_test(test_key_lines),
		cmocka_unit_test(test_versions),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
