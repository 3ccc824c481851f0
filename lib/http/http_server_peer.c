/*
 * The peer's certificate. The library only asks for one and serves clients
 * that show none; this is the one place that refuses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "http/http_internal.h"

static bool
name_plain(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = name[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '.' || c == '_'))
			return false;
	}
	return len > 0;
}

/* Exactly one common name of plain characters. */
static bool
common_name(const gnutls_datum_t *der, char ret_name[YKT_HTTP_NAME_MAX + 1])
{
	char name[YKT_HTTP_NAME_MAX + 1];
	char second[YKT_HTTP_NAME_MAX + 1];
	size_t name_len = sizeof(name);
	size_t second_len = sizeof(second);
	gnutls_x509_crt_t cert = NULL;
	bool good;

	if (gnutls_x509_crt_init(&cert) != GNUTLS_E_SUCCESS)
		return false;
	good = gnutls_x509_crt_import(cert, der, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS &&
	       gnutls_x509_crt_get_dn_by_oid(
		   cert, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &name_len) == GNUTLS_E_SUCCESS &&
	       gnutls_x509_crt_get_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 1, 0, second,
		   &second_len) == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE &&
	       name_plain(name, name_len);
	gnutls_x509_crt_deinit(cert);
	if (good) {
		memcpy(ret_name, name, name_len);
		ret_name[name_len] = '\0';
	}
	return good;
}

static bool
chain_good(gnutls_session_t session)
{
	gnutls_typed_vdata_st purpose = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT,
		.size = 0 };
	unsigned faults = 0;

	return gnutls_certificate_verify_peers(session, &purpose, 1, &faults) == GNUTLS_E_SUCCESS &&
	       faults == 0;
}

enum http_peer_state
http_peer_check_session(const struct http_server_options *options, gnutls_session_t session,
    char ret_peer[YKT_HTTP_NAME_MAX + 1])
{
	struct ykt_trace_event event = { .kind = YKT_TRACE_SECURITY,
		.room = "http",
		.name = "client certificate refused",
		.number = YKT_DENIED };
	const gnutls_datum_t *certs = NULL;
	unsigned count = 0;

	if (!options->require_client_cert) {
		ret_peer[0] = '\0';
		return HTTP_PEER_GOOD;
	}
	if (session != NULL)
		certs = gnutls_certificate_get_peers(session, &count);
	if (certs != NULL && count > 0 && chain_good(session) && common_name(&certs[0], ret_peer))
		return HTTP_PEER_GOOD;
	ykt_trace_event(options->env->trace, &event);

	return HTTP_PEER_REFUSED;
}

enum http_peer_state
http_peer_check(const struct http_server *server, struct MHD_Connection *connection,
    char ret_peer[YKT_HTTP_NAME_MAX + 1])
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	return http_peer_check_session(
	    &server->options, info != NULL ? info->tls_session : NULL, ret_peer);
}
