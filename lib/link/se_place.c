/*
 * Places where a card process can be met, see se_place.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "link/se_place.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define PORT_DIGITS_MAX 5
#define BACKLOG         8

/* A socket address of either family. */
struct address {
	union {
		struct sockaddr any;
		struct sockaddr_un un;
		struct sockaddr_storage storage;
	} u;
	socklen_t len;
};

static enum ykt_status
parse_port(const char *text, uint16_t *ret_port)
{
	unsigned long port = 0;
	size_t len = strlen(text);

	if (len == 0 || len > PORT_DIGITS_MAX || strspn(text, "0123456789") != len)
		return YKT_E_ARG;
	for (size_t i = 0; i < len; i++)
		port = port * 10 + (unsigned long)(text[i] - '0');
	if (port == 0 || port > UINT16_MAX)
		return YKT_E_ARG;
	*ret_port = (uint16_t)port;
	return YKT_OK;
}

enum ykt_status
se_place_parse(const char *text, struct se_place *ret_place)
{
	const char *colon = strrchr(text, ':');
	struct se_place place = { 0 };
	size_t len = strlen(text);
	enum ykt_status status;

	if (len == 0)
		return YKT_E_ARG;
	place.is_unix = colon == NULL || strchr(text, '/') != NULL;
	if (!place.is_unix) {
		status = parse_port(colon + 1, &place.port);
		if (status != YKT_OK)
			return status;
		len = (size_t)(colon - text);
		if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
			text++;
			len -= 2;
		}
	}
	if (len == 0 || len >= sizeof(place.text))
		return YKT_E_ARG;
	memcpy(place.text, text, len);
	*ret_place = place;
	return YKT_OK;
}

bool
se_place_local(const struct se_place *place)
{
	return place->is_unix || strcmp(place->text, "127.0.0.1") == 0 ||
	       strcmp(place->text, "::1") == 0 || strcmp(place->text, "localhost") == 0;
}

static enum ykt_status
resolve(const struct se_place *place, struct address *ret)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	struct addrinfo *found = NULL;
	char port[PORT_DIGITS_MAX + 1];

	memset(ret, 0, sizeof(*ret));
	if (place->is_unix) {
		ret->u.un.sun_family = AF_UNIX;
		memcpy(ret->u.un.sun_path, place->text, sizeof(place->text));
		ret->len = sizeof(ret->u.un);
		return YKT_OK;
	}

	/* "localhost" is the IPv4 one on both sides, whatever the machine's table says first. */
	(void)snprintf(port, sizeof(port), "%u", (unsigned)place->port);
	if (getaddrinfo(strcmp(place->text, "localhost") == 0 ? "127.0.0.1" : place->text, port,
		&hints, &found) != 0)
		return YKT_NOT_FOUND;
	memcpy(&ret->u.storage, found->ai_addr, found->ai_addrlen);
	ret->len = found->ai_addrlen;
	freeaddrinfo(found);
	return YKT_OK;
}

static int
open_socket(const struct address *address)
{
	const int on = 1;
	int fd = socket(address->u.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && address->u.any.sa_family != AF_UNIX) {
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	}
	return fd;
}

/* EAGAIN is a full backlog of a Unix socket: somebody is there, but not for us. */
static enum ykt_status
connect_error(int error)
{
	switch (error) {
	case ECONNREFUSED:
	case ENOENT:
	case ENOTDIR:
		return YKT_NOT_FOUND;
	default:
		return YKT_E_LINK;
	}
}

static enum ykt_status
connect_within(int fd, const struct address *address, int wait_ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	int error = 0;
	socklen_t len = sizeof(error);

	if (connect(fd, &address->u.any, address->len) == 0)
		return YKT_OK;
	if (errno != EINPROGRESS)
		return connect_error(errno);
	if (poll(&pfd, 1, wait_ms < 0 ? 0 : wait_ms) != 1 ||
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		return YKT_E_LINK;
	return error == 0 ? YKT_OK : connect_error(error);
}

enum ykt_status
se_place_connect(const struct se_place *place, int wait_ms, int *ret_fd)
{
	struct address address;
	enum ykt_status status;
	int fd;

	status = resolve(place, &address);
	if (status != YKT_OK)
		return status;
	fd = open_socket(&address);
	if (fd < 0)
		return YKT_E_LINK;
	status = connect_within(fd, &address, wait_ms);
	if (status != YKT_OK) {
		(void)close(fd);
		return status;
	}
	*ret_fd = fd;
	return YKT_OK;
}

/* A socket file that refuses connections is left over; anything else there is not ours. */
static enum ykt_status
clear_path(const struct se_place *place)
{
	struct stat info;
	enum ykt_status status;
	int fd;

	if (lstat(place->text, &info) != 0)
		return errno == ENOENT ? YKT_OK : YKT_E_LINK;
	if (!S_ISSOCK(info.st_mode))
		return YKT_E_LINK;
	status = se_place_connect(place, 0, &fd);
	if (status == YKT_OK)
		(void)close(fd);
	if (status != YKT_NOT_FOUND)
		return YKT_BUSY;
	return unlink(place->text) == 0 || errno == ENOENT ? YKT_OK : YKT_E_LINK;
}

static enum ykt_status
bind_and_listen(int fd, const struct se_place *place, const struct address *address)
{
	if (bind(fd, &address->u.any, address->len) != 0)
		return errno == EADDRINUSE ? YKT_BUSY : YKT_E_LINK;
	/* Nobody can connect before listen(), so the mode is in force in time. */
	if (place->is_unix && chmod(place->text, S_IRUSR | S_IWUSR) != 0)
		return YKT_E_LINK;
	if (listen(fd, BACKLOG) != 0)
		return errno == EADDRINUSE ? YKT_BUSY : YKT_E_LINK;
	return YKT_OK;
}

enum ykt_status
se_place_listen(const struct se_place *place, int *ret_fd)
{
	struct address address;
	enum ykt_status status;
	int fd;

	if (!se_place_local(place))
		return YKT_E_ARG;
	status = resolve(place, &address);
	if (status == YKT_OK && place->is_unix)
		status = clear_path(place);
	if (status != YKT_OK)
		return status == YKT_NOT_FOUND ? YKT_E_LINK : status;

	fd = open_socket(&address);
	if (fd < 0)
		return YKT_E_LINK;
	status = bind_and_listen(fd, place, &address);
	if (status != YKT_OK) {
		(void)close(fd);
		return status;
	}
	*ret_fd = fd;
	return YKT_OK;
}

void
se_place_quick(int fd)
{
	const int on = 1;

	/* Fails on a Unix socket, where there is nothing to acknowledge. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}
