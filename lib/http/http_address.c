/*
 * Addresses of servers: which are taken, and what is said of the others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/http_address.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Marks a message id: its Chinese is in po/. */
#define N_(text) text

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

const char *
http_address_after(const char *base, const char *scheme)
{
	const size_t len = strlen(scheme);

	return strncmp(base, scheme, len) == 0 ? base + len : NULL;
}

/* HOST or HOST:PORT and nothing else. */
static bool
place_valid(const char *p)
{
	const char *host = p;
	long port = 0;

	while (is_alnum(*p) || *p == '-' || *p == '.')
		p++;
	if (p == host)
		return false;
	if (*p == '\0')
		return true;
	if (*p != ':' || strlen(p) > 6)
		return false;
	for (p++; *p >= '0' && *p <= '9'; p++)
		port = port * 10 + (*p - '0');

	return *p == '\0' && port >= 1 && port <= 65535;
}

/* What is said of a scheme that is refused by name. */
static const char *
refused_scheme(const char *base)
{
	static const char plain[] =
	    N_("Plain HTTP is refused: who is on the way could read and change it. "
	       "https://HOST:PORT");
	static const char ssl[] =
	    N_("SSL is refused: every version of it is broken (RFC 7568). https://HOST:PORT");
	static const char wap[] =
	    N_("WAP and WTLS are refused: their gateway decrypts in the middle. https://HOST:PORT");
	static const char clear[] =
	    N_("This protocol is refused: it is not encrypted. https://HOST:PORT");
	static const char ipsec[] =
	    N_("IPSec is the network's and no address of a server. https://HOST:PORT");
	static const struct {
		const char *scheme;
		const char *fault;
	} rows[] = {
		{ "http:", plain },
		{ "ssl:", ssl },
		{ "sslv2:", ssl },
		{ "sslv3:", ssl },
		{ "wap:", wap },
		{ "wsp:", wap },
		{ "wtls:", wap },
		{ "wtp:", wap },
		{ "ftp:", clear },
		{ "ws:", clear },
		{ "tcp:", clear },
		{ "telnet:", clear },
		{ "ipsec:", ipsec },
		{ "ike:", ipsec },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strncasecmp(base, rows[i].scheme, strlen(rows[i].scheme)) == 0)
			return rows[i].fault;
	}

	return NULL;
}

const char *
http_address_fault(const char *base)
{
	static const char no_server[] = N_("This is no address of a server: https://HOST:PORT");
	const char *place;
	const char *fault;

	if (base == NULL || strlen(base) >= HTTP_CLIENT_BASE_MAX)
		return no_server;
	fault = refused_scheme(base);
	if (fault != NULL)
		return fault;
	place = http_address_after(base, "https://");
	if (place == NULL)
		place = http_address_after(base, HTTP_CLIENT_FRAMED);

	return place != NULL && place_valid(place) ? NULL : no_server;
}
