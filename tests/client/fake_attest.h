/*
 * An attestation port whose program can be changed: two files and their manifest,
 * signed by a test key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CLIENT_FAKE_ATTEST_H
#define TESTS_CLIENT_FAKE_ATTEST_H

#include <ykt/driver/attest.h>

#include "crypto/core.h"
#include "wire/release.h"

#define FAKE_ATTEST_FILES   2
#define FAKE_ATTEST_VERSION "1.2.3"

struct fake_attest {
	struct ykt_attest port;
	struct crypto *crypto;
	struct crypto_sm2_key key;
	char key_line[WIRE_RELEASE_KEY_LINE_MAX];
	uint8_t manifest[1024];
	size_t manifest_len; /* 0: the program came without */
	char content[FAKE_ATTEST_FILES][16];
	unsigned findings;
	struct ykt_system system;
	enum ykt_status system_fails;                              /* YKT_OK: it does not */
	enum ykt_status manifest_fails, measure_fails, look_fails; /* YKT_OK: they do not */
	unsigned looks;
	unsigned measures;
};

/* A clean, signed program of FAKE_ATTEST_VERSION and edition 2016. */
void fake_attest_init(struct fake_attest *attest, struct crypto *crypto);

/* Makes and signs the manifest anew; program: the name of its first file. */
void fake_attest_sign(
    struct fake_attest *attest, const char *edition, const char *version, const char *program);

#endif
