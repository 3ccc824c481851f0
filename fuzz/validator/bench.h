/*
 * What both harnesses of this room need: a validator without a world. The PSAM
 * answers what its owner says, time stands still, files are in memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FUZZ_VALIDATOR_BENCH_H
#define FUZZ_VALIDATOR_BENCH_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "fuzz.h"
#include "validator/internal.h"

#define BENCH_NOW   INT64_C(1784939415000) /* 2026-07-25 08:30:15 in UTC+8 */
#define BENCH_FILES 4
#define BENCH_BYTES 32768

struct bench_file {
	char name[16];
	size_t len;
	uint8_t bytes[BENCH_BYTES];
};

static struct crypto *bench_crypto;
static struct bench_file bench_files[BENCH_FILES];

static inline struct bench_file *
bench_find(const char *name)
{
	for (size_t i = 0; i < BENCH_FILES; i++) {
		if (strcmp(bench_files[i].name, name) == 0)
			return &bench_files[i];
	}
	return NULL;
}

static inline enum ykt_status
bench_read(void *ctx, const char *name, struct ykt_buf *out)
{
	const struct bench_file *file = bench_find(name);

	(void)ctx;
	if (file == NULL)
		return YKT_NOT_FOUND;
	if (file->len > out->cap - out->len)
		return YKT_E_SPACE;
	ykt_put_mem(out, file->bytes, file->len);
	return YKT_OK;
}

static inline enum ykt_status
bench_write(void *ctx, const char *name, struct ykt_bytes content)
{
	struct bench_file *file = bench_find(name);

	(void)ctx;
	if (file == NULL)
		file = bench_find("");
	assert(strlen(name) < sizeof(file->name) && content.len <= sizeof(file->bytes));
	if (file == NULL)
		return YKT_E_FILE;
	memcpy(file->name, name, strlen(name) + 1);
	memcpy(file->bytes, content.data, content.len);
	file->len = content.len;
	return YKT_OK;
}

static inline enum ykt_status
bench_remove(void *ctx, const char *name)
{
	struct bench_file *file = bench_find(name);

	(void)ctx;
	if (file != NULL)
		file->name[0] = '\0';
	return YKT_OK;
}

static inline int64_t
bench_now(void *ctx)
{
	(void)ctx;
	return BENCH_NOW;
}

static inline enum ykt_status
bench_wait(void *ctx, int64_t until_mono_ms)
{
	(void)ctx;
	(void)until_mono_ms;
	return YKT_OK;
}

static inline enum ykt_status
bench_fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0x5A, len);
	return YKT_OK;
}

static inline void
bench_close(void)
{
	crypto_free(&bench_crypto);
}

static const struct ykt_file bench_file_port = {
	.read = bench_read, .write = bench_write, .remove = bench_remove
};
static const struct ykt_clock bench_clock = {
	.wall_ms = bench_now, .mono_ms = bench_now, .wait = bench_wait
};
static const struct ykt_random bench_random = { .fill = bench_fill };

/* Empties the files; the options of a gate of that kind with that PSAM, without a platform. */
static inline struct validator_options
bench_options(enum validator_kind kind, const struct ykt_se *psam)
{
	struct validator_options options = {
		.env = { .clock = &bench_clock, .random = &bench_random, .alloc = &ykt_alloc_libc },
		.psam = psam,
		.file = &bench_file_port,
		.kind = kind,
		.city = { 0x99, 0x01 },
		.institution = { 0x01, 0x01, 0x10, 0x00, 0xFF, 0xFF, 0xFF, 0xFF },
		.line = { 0, 1 },
		.station = { 0, 2 },
		.fares = { .metro_base = 300,
		    .metro_step = 100,
		    .metro_base_stations = 4,
		    .metro_step_stations = 4,
		    .bus = 200 },
		.tap_cap = 30000,
		.balance_cap = 100000,
		.torn_window_ms = 600000
	};

	if (bench_crypto == NULL) {
		if (crypto_new(&ykt_alloc_libc, NULL, &bench_crypto) != YKT_OK)
			abort();
		(void)atexit(bench_close);
	}
	options.crypto = bench_crypto;
	for (size_t i = 0; i < BENCH_FILES; i++)
		bench_files[i].name[0] = '\0';
	return options;
}

#endif
