/*
 * Releases: read and judged, and made.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/release.h"

#include <string.h>

#include "crypto/digest.h"

#define MAGIC        0x5952 /* "YR" */
#define FORMAT       1
#define LEN_AT       3
#define VERSIONS_LEN 12

static bool
name_byte(uint8_t byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
	       byte == '+';
}

/* No way out of the folder, and nothing hidden in it. */
static bool
path_good(struct ykt_bytes name)
{
	bool start = true;

	if (name.len == 0 || name.len > WIRE_RELEASE_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = name.data[i];

		if (start && (byte == '/' || byte == '.'))
			return false;
		if (byte != '/' && !name_byte(byte))
			return false;
		start = byte == '/';
	}

	return !start;
}

/* Names of keys and editions: no path in them. */
static bool
word_good(struct ykt_bytes word, size_t max)
{
	if (word.len == 0 || word.len > max)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (!name_byte(word.data[i]))
			return false;
	}

	return true;
}

static bool
take_word(struct ykt_rd *rd, size_t max, char *ret_text)
{
	struct ykt_bytes word = ykt_rd_take(rd, ykt_rd_u8(rd));

	if (!word_good(word, max))
		return false;
	memcpy(ret_text, word.data, word.len);
	ret_text[word.len] = '\0';

	return true;
}

static void
take_version(struct ykt_rd *rd, struct wire_version *ret_version)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(ret_version->part); i++)
		ret_version->part[i] = ykt_rd_u16(rd);
}

/* Its fields; at is not known here. False: it cannot be. */
static bool
take_file(struct ykt_rd *rd, struct wire_release_file *ret_file)
{
	struct ykt_bytes name = ykt_rd_take(rd, ykt_rd_u8(rd));
	uint8_t program = ykt_rd_u8(rd);

	memset(ret_file, 0, sizeof(*ret_file));
	if (!path_good(name) || program > 1)
		return false;
	memcpy(ret_file->name, name.data, name.len);
	ret_file->program = program == 1;
	ret_file->size = ykt_rd_u32(rd);
	ykt_rd_copy(rd, ret_file->sm3, sizeof(ret_file->sm3));
	ykt_rd_copy(rd, ret_file->sha256, sizeof(ret_file->sha256));

	return !rd->bad;
}

/* Is one name the folder of the other? Both cannot be installed. */
static bool
names_clash(const char *folder, const char *name)
{
	size_t len = strlen(folder);

	return strncmp(folder, name, len) == 0 && (name[len] == '\0' || name[len] == '/');
}

/* Every file, in order, none of them in another's place; *total grows by their sizes. */
static bool
files_good(const struct wire_release *release, uint64_t *total)
{
	struct ykt_rd rd = ykt_rd(release->files);
	struct wire_release_file file, before;
	bool program = false;

	for (uint8_t i = 0; i < release->file_count; i++) {
		if (!take_file(&rd, &file))
			return false;
		*total += file.size;
		program = program || file.program;
		for (uint8_t j = 0; j < i; j++) {
			wire_release_file(release, j, &before);
			if (strcmp(before.name, file.name) >= 0 ||
			    names_clash(before.name, file.name))
				return false;
		}
	}

	return program && ykt_rd_done(&rd) == YKT_OK;
}

size_t
wire_release_manifest_len(struct ykt_bytes start)
{
	size_t len;

	if (start.len < WIRE_RELEASE_HEAD_LEN || ykt_get_u16(start.data) != MAGIC ||
	    start.data[2] != FORMAT)
		return 0;
	len = (size_t)ykt_get_u16(start.data + LEN_AT) + CRYPTO_SM2_SIG_LEN;

	return len <= WIRE_MANIFEST_MAX ? len : 0;
}

/* body: all before the signature. */
static enum ykt_status
read_body(struct ykt_bytes body, struct wire_release *ret_release)
{
	struct wire_release release = { 0 };
	struct ykt_rd rd = ykt_rd(body);
	uint64_t total = body.len + CRYPTO_SM2_SIG_LEN;

	(void)ykt_rd_take(&rd, WIRE_RELEASE_HEAD_LEN);
	release.manifest_len = (uint32_t)total;
	if (!take_word(&rd, WIRE_RELEASE_KEY_NAME_MAX, release.key) ||
	    !take_word(&rd, WIRE_RELEASE_EDITION_MAX, release.edition))
		return YKT_E_FORMAT;
	take_version(&rd, &release.version);
	take_version(&rd, &release.least);
	release.file_count = ykt_rd_u8(&rd);
	release.files = ykt_rd_rest(&rd);
	if (release.file_count == 0 || release.file_count > WIRE_RELEASE_FILES_MAX ||
	    wire_version_cmp(&release.least, &release.version) > 0 ||
	    !files_good(&release, &total) || total > WIRE_RELEASE_MAX)
		return YKT_E_FORMAT;
	release.len = (uint32_t)total;
	*ret_release = release;

	return YKT_OK;
}

enum ykt_status
wire_release_open(struct ykt_bytes bytes, struct wire_release *ret_release)
{
	size_t len = wire_release_manifest_len(bytes);

	if (len == 0 || len > bytes.len || len < CRYPTO_SM2_SIG_LEN + WIRE_RELEASE_HEAD_LEN)
		return YKT_E_FORMAT;

	return read_body(ykt_bytes_sub(bytes, 0, len - CRYPTO_SM2_SIG_LEN), ret_release);
}

enum ykt_status
wire_release_trust(struct crypto *c, const struct wire_release_key *key, struct ykt_bytes bytes,
    struct wire_release *ret_release)
{
	struct wire_release release;
	enum ykt_status status = wire_release_open(bytes, &release);
	size_t body;

	if (status != YKT_OK)
		return status;
	if (strcmp(release.key, key->name) != 0)
		return YKT_E_KEY;
	body = release.manifest_len - CRYPTO_SM2_SIG_LEN;
	status = crypto_sm2_verify(
	    c, &key->pub, crypto_sm2_default_id, ykt_bytes_sub(bytes, 0, body), bytes.data + body);
	if (status == YKT_OK)
		*ret_release = release;

	return status == YKT_E_FORMAT ? YKT_E_MAC : status;
}

static enum ykt_status
check_file(struct crypto *c, const struct wire_release_file *file, struct ykt_bytes content)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	enum ykt_status status = crypto_sm3(c, &content, 1, hash);

	if (status == YKT_OK && !ykt_bytes_equal(YKT_BYTES(hash), YKT_BYTES(file->sm3)))
		status = YKT_E_CORRUPT;
	if (status == YKT_OK)
		status = crypto_sha256(c, &content, 1, hash);
	if (status == YKT_OK && !ykt_bytes_equal(YKT_BYTES(hash), YKT_BYTES(file->sha256)))
		status = YKT_E_CORRUPT;

	return status;
}

enum ykt_status
wire_release_check(struct crypto *c, const struct wire_release_key *key, struct ykt_bytes bytes,
    struct wire_release *ret_release)
{
	struct wire_release release;
	struct wire_release_file file;
	enum ykt_status status = wire_release_trust(c, key, bytes, &release);

	if (status == YKT_OK && release.len != bytes.len)
		status = YKT_E_FORMAT;
	for (uint8_t i = 0; status == YKT_OK && i < release.file_count; i++) {
		wire_release_file(&release, i, &file);
		status = check_file(c, &file, ykt_bytes_sub(bytes, file.at, file.size));
	}
	if (status == YKT_OK)
		*ret_release = release;

	return status;
}

void
wire_release_file(
    const struct wire_release *release, uint8_t number, struct wire_release_file *ret_file)
{
	struct ykt_rd rd = ykt_rd(release->files);
	uint32_t at = release->manifest_len;

	memset(ret_file, 0, sizeof(*ret_file));
	for (uint8_t i = 0; i <= number; i++) {
		at += ret_file->size;
		(void)take_file(&rd, ret_file);
	}
	ret_file->at = at;
}

static void
put_word(struct ykt_buf *out, const char *text)
{
	ykt_put_u8(out, (uint8_t)strlen(text));
	ykt_put(out, ykt_bytes_str(text));
}

static void
put_version(struct ykt_buf *out, const struct wire_version *version)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(version->part); i++)
		ykt_put_u16(out, version->part[i]);
}

void
wire_release_begin(
    struct wire_release_maker *maker, const struct wire_release *head, struct ykt_buf *out)
{
	ykt_put_u16(out, MAGIC);
	ykt_put_u8(out, FORMAT);
	ykt_put_u16(out, 0);
	put_word(out, head->key);
	put_word(out, head->edition);
	put_version(out, &head->version);
	put_version(out, &head->least);
	*maker = (struct wire_release_maker){ .out = out, .count_at = out->len };
	ykt_put_u8(out, 0);
}

enum ykt_status
wire_release_put(struct wire_release_maker *maker, struct crypto *c, const char *name, bool program,
    struct ykt_bytes content)
{
	struct ykt_buf *out = maker->out;
	uint8_t sm3[CRYPTO_DIGEST_LEN], sha256[CRYPTO_DIGEST_LEN];
	enum ykt_status status = YKT_E_FORMAT;

	if (path_good(ykt_bytes_str(name)) && content.len <= WIRE_RELEASE_MAX)
		status = crypto_sm3(c, &content, 1, sm3);
	if (status == YKT_OK)
		status = crypto_sha256(c, &content, 1, sha256);
	if (status != YKT_OK)
		return status;
	put_word(out, name);
	ykt_put_u8(out, program ? 1 : 0);
	ykt_put_u32(out, (uint32_t)content.len);
	ykt_put(out, YKT_BYTES(sm3));
	ykt_put(out, YKT_BYTES(sha256));
	if (out->full)
		return YKT_E_SPACE;
	out->data[maker->count_at]++;

	return YKT_OK;
}

enum ykt_status
wire_release_end(
    struct wire_release_maker *maker, struct crypto *c, const struct crypto_sm2_key *key)
{
	struct ykt_buf *out = maker->out;
	struct wire_release release;
	uint8_t sig[CRYPTO_SM2_SIG_LEN];
	enum ykt_status status =
	    out->full || out->len > WIRE_MANIFEST_MAX - CRYPTO_SM2_SIG_LEN ? YKT_E_SPACE : YKT_OK;

	if (status == YKT_OK) {
		ykt_set_u16(out->data + LEN_AT, (uint16_t)out->len);
		status = read_body(ykt_buf_view(out), &release);
	}
	if (status == YKT_OK)
		status = crypto_sm2_sign(c, key, crypto_sm2_default_id, ykt_buf_view(out), sig);
	if (status == YKT_OK) {
		ykt_put(out, YKT_BYTES(sig));
		status = ykt_buf_done(out);
	}
	if (status != YKT_OK)
		ykt_buf_wipe(out);

	return status;
}
