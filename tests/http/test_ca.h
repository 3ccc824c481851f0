/*
 * A small certificate authority made at test time, good and bad certificates.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_HTTP_TEST_CA_H
#define TESTS_HTTP_TEST_CA_H

#include <stdbool.h>
#include <stddef.h>

#define TEST_CA_PATH_MAX 160
#define TEST_CA_PIN_MAX  64

/* Zero is a good leaf of an hour for both purposes. */
struct test_ca_spec {
	const char *name;   /* files FOLDER/NAME.pem and FOLDER/NAME.key */
	const char *cn;     /* NULL: the name */
	const char *issuer; /* name of one issued before; NULL: self-signed */
	bool ca;
	const char *san;         /* NULL: "IP:127.0.0.1,DNS:localhost"; "": none */
	const char *eku;         /* NULL: "serverAuth,clientAuth"; "": no extension */
	long from_s;             /* validity, seconds from now */
	long until_s;            /* 0: an hour */
	int rsa_bits;            /* 0: a P-256 key */
	bool sha1;               /* signed over SHA-1 instead of SHA-256 */
	bool version1;           /* no extension at all */
	bool no_cn;              /* O in the place of CN */
	const char *cn2;         /* a second common name */
	size_t cn_len;           /* 0: up to the NUL of cn; else so many bytes, NUL or not */
	const char *basic;       /* NULL: CA:TRUE or CA:FALSE as in ca */
	const char *constraints; /* NULL: no nameConstraints */
	const char *chain[2];    /* names whose certificates follow in the .pem */
};

/* Aborts the test program when OpenSSL refuses. */
void test_ca_issue(const char *folder, const struct test_ca_spec *spec);
/* "sha256//BASE64" of the certificate's public key. */
void test_ca_pin(const char *folder, const char *name, char ret_pin[TEST_CA_PIN_MAX]);
/* FOLDER/NAME.EXT in one of a few static buffers. */
const char *test_ca_path(const char *folder, const char *name, const char *ext);

#endif
