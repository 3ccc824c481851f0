/*
 * A small certificate authority made at test time, good and bad certificates.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "test_ca.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#define HOUR_S 3600

static void
need(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "test CA: %s\n", what);
	abort();
}

const char *
test_ca_path(const char *folder, const char *name, const char *ext)
{
	static char paths[8][TEST_CA_PATH_MAX];
	static unsigned at;
	char *path = paths[at++ % 8];

	(void)snprintf(path, TEST_CA_PATH_MAX, "%s/%s.%s", folder, name, ext);
	return path;
}

static void
extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	need(extension != NULL && X509_add_ext(cert, extension, -1) == 1, value);
	X509_EXTENSION_free(extension);
}

static X509 *
cert_load(const char *folder, const char *name)
{
	FILE *file = fopen(test_ca_path(folder, name, "pem"), "r");
	X509 *cert;

	need(file != NULL, "certificate file");
	cert = PEM_read_X509(file, NULL, NULL, NULL);
	(void)fclose(file);
	need(cert != NULL, "certificate");
	return cert;
}

static EVP_PKEY *
key_load(const char *folder, const char *name)
{
	FILE *file = fopen(test_ca_path(folder, name, "key"), "r");
	EVP_PKEY *key;

	need(file != NULL, "key file");
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	(void)fclose(file);
	need(key != NULL, "key");
	return key;
}

static void
save(const char *folder, const struct test_ca_spec *spec, X509 *cert, EVP_PKEY *key)
{
	FILE *file = fopen(test_ca_path(folder, spec->name, "pem"), "w");

	need(file != NULL && PEM_write_X509(file, cert) == 1, "certificate written");
	for (size_t i = 0; i < 2 && spec->chain[i] != NULL; i++) {
		X509 *above = cert_load(folder, spec->chain[i]);

		need(PEM_write_X509(file, above) == 1, "chain written");
		X509_free(above);
	}
	(void)fclose(file);
	file = fopen(test_ca_path(folder, spec->name, "key"), "w");
	need(file != NULL && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1,
	    "key written");
	(void)fclose(file);
}

static void
name_add(X509 *cert, const char *field, const char *value, size_t len)
{
	need(X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), field, MBSTRING_UTF8,
		 (const unsigned char *)value, len == 0 ? -1 : (int)len, -1, 0) == 1,
	    "name");
}

static X509 *
cert_begin(const struct test_ca_spec *spec, EVP_PKEY *key)
{
	static long serial = 1000;
	const char *cn = spec->cn != NULL ? spec->cn : spec->name;
	X509 *cert = X509_new();

	need(cert != NULL &&
		 X509_set_version(cert, spec->version1 ? X509_VERSION_1 : X509_VERSION_3) == 1,
	    "version");
	(void)ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
	(void)X509_gmtime_adj(X509_getm_notBefore(cert), spec->from_s);
	(void)X509_gmtime_adj(
	    X509_getm_notAfter(cert), spec->until_s != 0 ? spec->until_s : HOUR_S);
	name_add(cert, spec->no_cn ? "O" : "CN", cn, spec->cn_len);
	if (spec->cn2 != NULL)
		name_add(cert, "CN", spec->cn2, 0);
	need(X509_set_pubkey(cert, key) == 1, "public key");
	return cert;
}

static void
extend_all(const struct test_ca_spec *spec, X509 *cert, X509 *issuer)
{
	const char *basic = spec->ca ? "critical,CA:TRUE" : "critical,CA:FALSE";
	const char *eku = spec->eku != NULL ? spec->eku : "serverAuth,clientAuth";
	const char *usage = spec->rsa_bits != 0 ? "critical,digitalSignature,keyEncipherment"
						: "critical,digitalSignature";

	extend(cert, issuer, NID_basic_constraints, spec->basic != NULL ? spec->basic : basic);
	extend(cert, issuer, NID_key_usage, spec->ca ? "critical,keyCertSign" : usage);
	if (spec->constraints != NULL)
		extend(cert, issuer, NID_name_constraints, spec->constraints);
	if (spec->ca)
		return;
	if (eku[0] != '\0')
		extend(cert, issuer, NID_ext_key_usage, eku);
	if (spec->san == NULL || spec->san[0] != '\0')
		extend(cert, issuer, NID_subject_alt_name,
		    spec->san != NULL ? spec->san : "IP:127.0.0.1,DNS:localhost");
}

void
test_ca_issue(const char *folder, const struct test_ca_spec *spec)
{
	EVP_PKEY *key =
	    spec->rsa_bits != 0 ? EVP_RSA_gen((unsigned)spec->rsa_bits) : EVP_EC_gen("P-256");
	X509 *issuer = spec->issuer != NULL ? cert_load(folder, spec->issuer) : NULL;
	EVP_PKEY *issuer_key = spec->issuer != NULL ? key_load(folder, spec->issuer) : NULL;
	X509 *cert;

	need(key != NULL, "new key");
	cert = cert_begin(spec, key);
	need(X509_set_issuer_name(cert, X509_get_subject_name(issuer != NULL ? issuer : cert)) == 1,
	    "issuer");
	if (!spec->version1)
		extend_all(spec, cert, issuer);
	need(X509_sign(cert, issuer_key != NULL ? issuer_key : key,
		 spec->sha1 ? EVP_sha1() : EVP_sha256()) > 0,
	    "signature");
	save(folder, spec, cert, key);
	X509_free(cert);
	X509_free(issuer);
	EVP_PKEY_free(key);
	EVP_PKEY_free(issuer_key);
}

void
test_ca_pin(const char *folder, const char *name, char ret_pin[TEST_CA_PIN_MAX])
{
	X509 *cert = cert_load(folder, name);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned char *der = NULL;
	unsigned digest_len = 0;
	int len = (int)sizeof("sha256//") - 1;
	int der_len;

	der_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
	need(der_len > 0 &&
		 EVP_Digest(der, (size_t)der_len, digest, &digest_len, EVP_sha256(), NULL),
	    "pin");
	(void)snprintf(ret_pin, TEST_CA_PIN_MAX, "sha256//");
	(void)EVP_EncodeBlock((unsigned char *)ret_pin + len, digest, (int)digest_len);
	OPENSSL_free(der);
	X509_free(cert);
}
