/*
 * Addresses of servers: which are taken, and what is said of the others (C5-COM-1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_HTTP_ADDRESS_H
#define HTTP_HTTP_ADDRESS_H

/* Longest "https://HOST:PORT" with its NUL. */
#define HTTP_CLIENT_BASE_MAX 300

/* The scheme of the framed connection (frame.h). */
#define HTTP_CLIENT_FRAMED "ykts://"

/*
 * NULL for https://HOST[:PORT] and ykts://HOST[:PORT], with nothing else in them.
 * Otherwise why it is refused, by name for the protocols that the standard of 2016
 * speaks of and nobody may use any more (SSL, WTLS, WAP, plain HTTP): a message id,
 * English, for people.
 */
const char *http_address_fault(const char *base);

/* What stands behind the scheme ("https://"); NULL when it is another. */
const char *http_address_after(const char *base, const char *scheme);

#endif
