/*
 * What may not come to our server over TLS (T21, F12): weak offers, bytes that are
 * no handshake, records cut or changed, renegotiation, resumption. Nothing is
 * handled, and the next good client is served.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_help.h"
#include "raw_tls.h"

#define GOOD "GET /peer HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"

static struct http_server *server; /* mutual */

static int
setup(void **state)
{
	if (help_setup(state) != 0)
		return 1;
	server = help_server("server", true);
	return 0;
}

static int
teardown(void **state)
{
	http_server_stop(&server);
	return help_teardown(state);
}

/* The service goes on: a good client is served by name. */
static void
good_client_served(const char *why)
{
	struct http_client *client = help_client(http_server_port(server), "client");

	if (strcmp(help_call(client, "/peer", NULL).body, "\"tsm-9901\"") != 0)
		fail_msg("after %s nobody is served", why);
	http_client_close(&client);
}

/* --- what a client may offer ------------------------------------------------ */

struct offer {
	const char *why;
	int version; /* the only one offered; 0: any */
	const char *ciphers, *suites, *groups, *signatures;
	long mode;
};

static SSL_CTX *
offer_context(const struct offer *offer)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	assert_non_null(context);
	SSL_CTX_set_security_level(context, 0);
	if (offer->version != 0) {
		(void)SSL_CTX_set_min_proto_version(context, offer->version);
		(void)SSL_CTX_set_max_proto_version(context, offer->version);
	}
	/* Each must be one that this OpenSSL can offer: else the row tests nothing. */
	if (offer->ciphers != NULL && SSL_CTX_set_cipher_list(context, offer->ciphers) != 1)
		fail_msg("%s: no such cipher here", offer->why);
	if (offer->suites != NULL && SSL_CTX_set_ciphersuites(context, offer->suites) != 1)
		fail_msg("%s: no such suite here", offer->why);
	if (offer->groups != NULL && SSL_CTX_set1_groups_list(context, offer->groups) != 1)
		fail_msg("%s: no such group here", offer->why);
	if (offer->signatures != NULL && SSL_CTX_set1_sigalgs_list(context, offer->signatures) != 1)
		fail_msg("%s: no such signature here", offer->why);
	(void)SSL_CTX_set_mode(context, offer->mode);
	return context;
}

static void
use_client_certificate(SSL_CTX *context)
{
	assert_int_equal(
	    SSL_CTX_use_certificate_chain_file(context, test_ca_path(help_folder, "client", "pem")),
	    1);
	assert_int_equal(SSL_CTX_use_PrivateKey_file(
			     context, test_ca_path(help_folder, "client", "key"), SSL_FILETYPE_PEM),
	    1);
}

static int
tcp_open(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct timeval limit = { 3, 0 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static bool
offer_taken(const struct offer *offer)
{
	SSL_CTX *context = offer_context(offer);
	SSL *ssl = SSL_new(context);
	int fd = tcp_open(http_server_port(server));
	bool taken;

	(void)SSL_set_fd(ssl, fd);
	taken = SSL_connect(ssl) == 1;
	SSL_free(ssl);
	SSL_CTX_free(context);
	(void)close(fd);
	ERR_clear_error();
	return taken;
}

static void
test_weak_offers_end_in_the_handshake(void **state)
{
	static const struct offer rows[] = {
		{ .why = "CBC, SHA-1",
		    .version = TLS1_2_VERSION,
		    .ciphers = "ECDHE-ECDSA-AES128-SHA" },
		{ .why = "CBC, SHA-256",
		    .version = TLS1_2_VERSION,
		    .ciphers = "ECDHE-ECDSA-AES128-SHA256" },
		{ .why = "CBC, SHA-384",
		    .version = TLS1_2_VERSION,
		    .ciphers = "ECDHE-ECDSA-AES256-SHA384" },
		{ .why = "CCM with a short tag",
		    .version = TLS1_2_VERSION,
		    .ciphers = "ECDHE-ECDSA-AES128-CCM8" },
		{ .why = "no encryption",
		    .version = TLS1_2_VERSION,
		    .ciphers = "ECDHE-ECDSA-NULL-SHA" },
		{ .why = "nobody's key", .version = TLS1_2_VERSION, .ciphers = "AECDH-AES128-SHA" },
		{ .why = "no forward secrecy",
		    .version = TLS1_2_VERSION,
		    .ciphers = "AES128-GCM-SHA256" },
		{ .why = "finite-field exchange",
		    .version = TLS1_2_VERSION,
		    .ciphers = "DHE-RSA-AES128-GCM-SHA256" },
		{ .why = "Camellia in CBC",
		    .version = TLS1_2_VERSION,
		    .ciphers = "ECDHE-ECDSA-CAMELLIA128-SHA256" },
		{ .why = "CCM in 1.3",
		    .version = TLS1_3_VERSION,
		    .suites = "TLS_AES_128_CCM_SHA256" },
		{ .why = "a short tag in 1.3",
		    .version = TLS1_3_VERSION,
		    .suites = "TLS_AES_128_CCM_8_SHA256" },
		{ .why = "another curve", .version = TLS1_3_VERSION, .groups = "P-521" },
		{ .why = "an old curve", .version = TLS1_2_VERSION, .groups = "P-224" },
		{ .why = "SHA-1 signatures",
		    .version = TLS1_2_VERSION,
		    .signatures = "ECDSA+SHA1" },
		{ .why = "TLS 1.0", .version = TLS1_VERSION, .ciphers = "ALL" },
		{ .why = "TLS 1.1", .version = TLS1_1_VERSION, .ciphers = "ALL" },
		{ .why = "a fallback from 1.3",
		    .version = TLS1_2_VERSION,
		    .mode = SSL_MODE_SEND_FALLBACK_SCSV },
	};
	static const struct offer good[] = {
		{ .why = "1.2",
		    .version = TLS1_2_VERSION,
		    .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256" },
		{ .why = "1.2, ChaCha",
		    .version = TLS1_2_VERSION,
		    .ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305" },
		{ .why = "1.3", .version = TLS1_3_VERSION },
	};
	unsigned before = help_handled();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		if (offer_taken(&rows[i]))
			fail_msg("%s: taken", rows[i].why);
	assert_int_equal(help_handled(), before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(good); i++)
		if (!offer_taken(&good[i]))
			fail_msg("%s: refused", good[i].why);
	good_client_served("weak offers");
}

/* --- bytes ------------------------------------------------------------------ */

/* True when the server closes, or says no more, without a word of HTTP. */
static bool
ends_in_silence(int fd)
{
	char text[4096];
	ssize_t got;
	size_t len = 0;

	while (len < sizeof(text) - 1 && (got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	return memmem(text, len, "HTTP/", 5) == NULL;
}

static void
test_bytes_that_are_no_handshake(void **state)
{
	static const struct {
		const char *why;
		const char *bytes;
		size_t len;
	} rows[] = {
		{ "HTTP", GOOD, sizeof(GOOD) - 1 },
		{ "zeros", "\0\0\0\0\0\0\0\0", 8 },
		{ "SSL 2 hello", "\x80\x1f\x01\x00\x02\x00\x06\x00\x00\x00\x10", 11 },
		{ "record of 65535", "\x16\x03\x01\xff\xff\x01", 6 },
		{ "record of nothing", "\x16\x03\x01\x00\x00\x16\x03\x01\x00\x00", 10 },
		{ "alert first", "\x15\x03\x03\x00\x02\x02\x28", 7 },
		{ "data before a handshake", "\x17\x03\x03\x00\x05GET /", 10 },
		{ "hello cut in its length", "\x16\x03\x01\x00\x30\x01\x00\x00", 8 },
		{ "hello longer than its record",
		    "\x16\x03\x01\x00\x08\x01\xff\xff\xff\x03\x03\x00\x00", 13 },
		{ "hello without suites",
		    "\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x03"
		    "0123456789abcdef0123456789abcdef\x00\x00\x00\x01\x00",
		    48 },
	};
	unsigned before = help_handled();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		int fd = tcp_open(http_server_port(server));

		assert_int_equal(write(fd, rows[i].bytes, rows[i].len), rows[i].len);
		(void)shutdown(fd, SHUT_WR);
		if (!ends_in_silence(fd))
			fail_msg("%s: answered", rows[i].why);
		(void)close(fd);
	}
	assert_int_equal(help_handled(), before);
	good_client_served("bytes that are no handshake");
}

/* A TLS connection whose records pass through our hands. */
struct tap {
	int fd;
	SSL_CTX *context;
	SSL *ssl;
	BIO *in, *out;
};

static void
tap_flush(struct tap *tap)
{
	char bytes[16384];
	int len;

	while ((len = BIO_read(tap->out, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(tap->fd, bytes, (size_t)len), len);
}

static struct tap
tap_open(int version)
{
	const struct offer offer = { .why = "tap", .version = version };
	struct tap tap = { .fd = tcp_open(http_server_port(server)) };
	char bytes[16384];

	tap.context = offer_context(&offer);
	use_client_certificate(tap.context);
	tap.ssl = SSL_new(tap.context);
	tap.in = BIO_new(BIO_s_mem());
	tap.out = BIO_new(BIO_s_mem());
	SSL_set_bio(tap.ssl, tap.in, tap.out);
	SSL_set_connect_state(tap.ssl);
	for (int i = 0; i < 20 && SSL_do_handshake(tap.ssl) != 1; i++) {
		ssize_t got;

		tap_flush(&tap);
		got = read(tap.fd, bytes, sizeof(bytes));
		assert_true(got > 0);
		assert_int_equal(BIO_write(tap.in, bytes, (int)got), got);
	}
	assert_true(SSL_is_init_finished(tap.ssl));
	tap_flush(&tap);
	return tap;
}

static void
tap_close(struct tap *tap)
{
	SSL_free(tap->ssl);
	SSL_CTX_free(tap->context);
	(void)close(tap->fd);
	ERR_clear_error();
}

/* The whole request in one record, cut at every seventh byte, or with a bit turned. */
static void
test_records_that_are_cut_or_changed(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
	unsigned before = help_handled();

	(void)state;
	for (size_t v = 0; v < YKT_ARRAY_LEN(versions); v++) {
		for (size_t at = 1; at < 80; at += 7) {
			for (int turned = 0; turned < 2; turned++) {
				struct tap tap = tap_open(versions[v]);
				char record[1024];
				int len;

				assert_true(SSL_write(tap.ssl, GOOD, sizeof(GOOD) - 1) > 0);
				len = BIO_read(tap.out, record, sizeof(record));
				assert_in_range(len, 80, sizeof(record));
				if (turned && at >= 5)
					record[at] ^= 1;
				else
					len = (int)at;
				assert_int_equal(write(tap.fd, record, (size_t)len), len);
				(void)shutdown(tap.fd, SHUT_WR);
				assert_true(ends_in_silence(tap.fd));
				tap_close(&tap);
			}
		}
	}
	assert_int_equal(help_handled(), before);
	good_client_served("cut records");
}

/* TLS 1.2: a second handshake inside the first is not made. */
static void
test_no_renegotiation(void **state)
{
	const struct offer offer = { .why = "renegotiation", .version = TLS1_2_VERSION };
	SSL_CTX *context = offer_context(&offer);
	int fd = tcp_open(http_server_port(server));
	unsigned before = help_handled();
	SSL *ssl;
	char byte;

	(void)state;
	use_client_certificate(context);
	ssl = SSL_new(context);
	(void)SSL_set_fd(ssl, fd);
	assert_int_equal(SSL_connect(ssl), 1);
	assert_int_equal(SSL_renegotiate(ssl), 1);
	assert_int_not_equal(SSL_do_handshake(ssl), 1);
	(void)SSL_write(ssl, GOOD, sizeof(GOOD) - 1);
	(void)SSL_read(ssl, &byte, 1);
	assert_int_equal(help_handled(), before);
	SSL_free(ssl);
	SSL_CTX_free(context);
	(void)close(fd);
	ERR_clear_error();
	good_client_served("a renegotiation");
}

static int
keep_session(SSL *ssl, SSL_SESSION *session)
{
	SSL_SESSION **kept = SSL_get_app_data(ssl);

	SSL_SESSION_free(*kept);
	*kept = session;
	return 1;
}

/* Neither tickets nor session ids: no 0-RTT to replay, every peer checked anew. */
static void
test_no_resumption_and_no_early_data(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	(void)state;
	for (size_t v = 0; v < YKT_ARRAY_LEN(versions); v++) {
		const struct offer offer = { .why = "resumption", .version = versions[v] };
		SSL_CTX *context = offer_context(&offer);
		SSL_SESSION *session = NULL;

		(void)SSL_CTX_set_session_cache_mode(
		    context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
		SSL_CTX_sess_set_new_cb(context, keep_session);
		for (int again = 0; again < 2; again++) {
			int fd = tcp_open(http_server_port(server));
			SSL *ssl = SSL_new(context);
			char text[512];

			(void)SSL_set_app_data(ssl, &session);
			(void)SSL_set_fd(ssl, fd);
			if (session != NULL) {
				assert_int_equal(SSL_SESSION_get_max_early_data(session), 0);
				(void)SSL_set_session(ssl, session);
			}
			assert_int_equal(SSL_connect(ssl), 1);
			assert_int_equal(SSL_session_reused(ssl), 0);
			/* Tickets of 1.3 would come with the first answer. */
			assert_true(SSL_write(ssl, GOOD, sizeof(GOOD) - 1) > 0);
			(void)SSL_read(ssl, text, sizeof(text));
			if (versions[v] == TLS1_3_VERSION)
				assert_null(session);
			(void)SSL_shutdown(ssl);
			SSL_free(ssl);
			(void)close(fd);
		}
		SSL_SESSION_free(session);
		SSL_CTX_free(context);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weak_offers_end_in_the_handshake),
		cmocka_unit_test(test_bytes_that_are_no_handshake),
		cmocka_unit_test(test_records_that_are_cut_or_changed),
		cmocka_unit_test(test_no_renegotiation),
		cmocka_unit_test(test_no_resumption_and_no_early_data),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
