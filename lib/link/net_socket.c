/*
 * TCP and UDP for the card of a phone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "link/net_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "card/air_frame.h"
#include "link/se_place.h"

#define IPV4_LEN     4
#define KIND_END     0
#define KIND_MESSAGE 1 /* up SMS-SUBMIT, down SMS-DELIVER */
#define KIND_WAITING 2
#define KIND_RECEIPT 3
#define CENTRE_MS    2000 /* for its answer */
#define REPORT_TYPE  0x00 /* of a TPDU, its two lowest bits */
#define TYPE_MASK    0x03

static int
ms_left(const struct net_socket *net, int64_t deadline_mono_ms)
{
	int64_t left = deadline_mono_ms - ykt_clock_mono(net->clock);

	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

static socklen_t
make_address(const struct ykt_net_target *target, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(target->port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(target->port) };

	memset(ret_address, 0, sizeof(*ret_address));
	if (target->address_len == IPV4_LEN) {
		memcpy(&v4.sin_addr, target->address, IPV4_LEN);
		memcpy(ret_address, &v4, sizeof(v4));
		return sizeof(v4);
	}
	memcpy(&v6.sin6_addr, target->address, sizeof(target->address));
	memcpy(ret_address, &v6, sizeof(v6));

	return sizeof(v6);
}

/* Until the socket can do that; YKT_E_DEADLINE. */
static enum ykt_status
wait_for(const struct net_socket *net, int fd, short events, int64_t deadline_mono_ms)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	for (;;) {
		int left = ms_left(net, deadline_mono_ms);
		int ready = left == 0 ? 0 : poll(&pfd, 1, left);

		if (ready > 0)
			return YKT_OK;
		if (ready == 0)
			return YKT_E_DEADLINE;
		if (errno != EINTR)
			return YKT_E_NET;
	}
}

static enum ykt_status
connect_to(const struct net_socket *net, int fd, const struct ykt_net_target *target,
    int64_t deadline_mono_ms)
{
	struct sockaddr_storage address;
	socklen_t len = make_address(target, &address);
	int fault = 0;
	socklen_t fault_len = sizeof(fault);
	enum ykt_status status;

	if (connect(fd, (const struct sockaddr *)&address, len) == 0)
		return YKT_OK;
	if (errno != EINPROGRESS)
		return YKT_NOT_FOUND;
	status = wait_for(net, fd, POLLOUT, deadline_mono_ms);
	if (status == YKT_OK &&
	    (getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &fault_len) != 0 || fault != 0))
		status = YKT_NOT_FOUND;

	return status;
}

static enum ykt_status
send_all(const struct net_socket *net, int fd, struct ykt_bytes data, int64_t deadline_mono_ms)
{
	while (data.len > 0) {
		ssize_t sent = send(fd, data.data, data.len, MSG_NOSIGNAL);

		if (sent >= 0) {
			data = ykt_bytes_sub(data, (size_t)sent, data.len);
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			enum ykt_status status = wait_for(net, fd, POLLOUT, deadline_mono_ms);

			if (status != YKT_OK)
				return status;
		} else if (errno != EINTR) {
			return YKT_E_LINK;
		}
	}

	return YKT_OK;
}

/* A frame to the service centre, with the element's identity in front when it is its. */
static enum ykt_status
send_frame(
    struct net_socket *net, int fd, uint8_t kind, struct ykt_bytes data, int64_t deadline_mono_ms)
{
	uint8_t bytes[NET_FRAME_MAX], frame_bytes[NET_FRAME_MAX];
	struct ykt_buf content = YKT_BUF(bytes);
	struct ykt_buf frame = YKT_BUF(frame_bytes);

	ykt_put_u8(&content, kind);
	if (kind != KIND_MESSAGE)
		ykt_put_mem(&content, net->identity, sizeof(net->identity));
	ykt_put(&content, data);
	air_tcp_put(&frame, ykt_buf_view(&content));
	if (content.full || frame.full)
		return YKT_E_LINK;
	net->asked++;

	return send_all(net, fd, ykt_buf_view(&frame), deadline_mono_ms);
}

/* A TPDU of the card, as the centre takes it. */
static enum ykt_status
send_tpdu(struct net_socket *net, int fd, struct ykt_bytes tpdu, int64_t deadline_mono_ms)
{
	struct ykt_bytes proof;
	struct air_part part;

	if (tpdu.len != 0 && (tpdu.data[0] & TYPE_MASK) == REPORT_TYPE)
		return net->has_identity && sms_report_decode(tpdu, &proof) == YKT_OK
			   ? send_frame(net, fd, KIND_RECEIPT, proof, deadline_mono_ms)
			   : YKT_OK; /* nobody would know whose it is */
	if (air_part_decode(tpdu, &part) == YKT_OK && part.has_identity)
		net_socket_set_identity(net, part.identity);

	return send_frame(net, fd, KIND_MESSAGE, tpdu, deadline_mono_ms);
}

static enum ykt_status
net_open(
    void *ctx, const struct ykt_net_target *target, unsigned *ret_lane, int64_t deadline_mono_ms)
{
	struct net_socket *net = ctx;
	const struct ykt_net_target *to = target->kind == YKT_NET_SMS ? &net->sms : target;
	unsigned lane = 0;
	enum ykt_status status;
	int fd;

	if (target->kind == YKT_NET_SMS && !net->has_sms)
		return YKT_NOT_FOUND;
	while (lane < YKT_NET_LANES && net->lanes[lane].fd >= 0)
		lane++;
	if (lane == YKT_NET_LANES)
		return YKT_E_SPACE;
	fd = socket(to->address_len == IPV4_LEN ? AF_INET : AF_INET6,
	    (target->kind == YKT_NET_UDP ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	if (fd < 0)
		return YKT_E_NET;
	status = connect_to(net, fd, to, deadline_mono_ms);
	if (status == YKT_OK && target->kind == YKT_NET_SMS) {
		net->in_len = 0;
		net->asked = 0;
		if (net->has_identity)
			status =
			    send_frame(net, fd, KIND_WAITING, ykt_bytes(NULL, 0), deadline_mono_ms);
	}
	if (status != YKT_OK) {
		(void)close(fd);
		return status;
	}
	net->lanes[lane] = (struct net_lane){ fd, target->kind };
	*ret_lane = lane;

	return YKT_OK;
}

static enum ykt_status
net_send(void *ctx, unsigned lane, struct ykt_bytes data, int64_t deadline_mono_ms)
{
	struct net_socket *net = ctx;
	const struct net_lane *to = &net->lanes[lane];

	return to->kind == YKT_NET_SMS ? send_tpdu(net, to->fd, data, deadline_mono_ms)
				       : send_all(net, to->fd, data, deadline_mono_ms);
}

/* More bytes of the centre's frames. YKT_NOT_FOUND: none are awaited, or none come. */
static enum ykt_status
read_more(struct net_socket *net, int fd)
{
	ssize_t got = recv(fd, net->in + net->in_len, sizeof(net->in) - net->in_len, 0);

	if (got > 0) {
		net->in_len += (size_t)got;
		return YKT_OK;
	}
	if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
		return YKT_E_LINK;
	if (net->asked == 0)
		return YKT_NOT_FOUND;
	if (wait_for(net, fd, POLLIN, ykt_clock_mono(net->clock) + CENTRE_MS) == YKT_OK)
		return YKT_OK;
	net->asked = 0;

	return YKT_NOT_FOUND;
}

/* The next message of the centre, up to its end. */
static enum ykt_status
receive_tpdu(struct net_socket *net, int fd, struct ykt_buf *out)
{
	for (;;) {
		struct ykt_bytes frame = ykt_bytes(NULL, 0);
		size_t used = 0;
		enum ykt_status status = air_tcp_next(
		    ykt_bytes(net->in, net->in_len), NET_FRAME_MAX - AIR_TCP_LEN, &frame, &used);
		bool message = status == YKT_OK && frame.data[0] == KIND_MESSAGE;

		if (status == YKT_NOT_FOUND)
			status = read_more(net, fd);
		else if (status != YKT_OK || (!message && frame.data[0] != KIND_END))
			return YKT_E_LINK;
		if (status != YKT_OK)
			return status;
		if (used == 0)
			continue;
		if (message)
			ykt_put(out, ykt_bytes_sub(frame, 1, frame.len));
		else if (net->asked != 0)
			net->asked--;
		net->in_len -= used;
		memmove(net->in, net->in + used, net->in_len);
		if (message)
			return YKT_OK;
	}
}

static enum ykt_status
net_receive(void *ctx, unsigned lane, struct ykt_buf *out)
{
	struct net_socket *net = ctx;
	const struct net_lane *from = &net->lanes[lane];
	bool stream = from->kind == YKT_NET_TCP;
	ssize_t got;

	if (from->kind == YKT_NET_SMS)
		return receive_tpdu(net, from->fd, out);
	if (out->len == out->cap)
		return YKT_NOT_FOUND;
	/* A datagram tells its whole length; what does not fit is lost. */
	got = recv(from->fd, out->data + out->len, out->cap - out->len, stream ? 0 : MSG_TRUNC);
	if (got < 0 && (!stream || errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return YKT_NOT_FOUND;
	if (got < 0 || (got == 0 && stream))
		return YKT_E_LINK;
	if (got == 0 || (size_t)got > out->cap - out->len)
		return YKT_NOT_FOUND;
	out->len += (size_t)got;

	return YKT_OK;
}

static enum ykt_status
net_wait(void *ctx, int64_t deadline_mono_ms)
{
	struct net_socket *net = ctx;
	struct pollfd pfds[YKT_NET_LANES];
	int ready;

	/* poll() passes over descriptors below zero: of lanes that are free. */
	for (unsigned i = 0; i < YKT_NET_LANES; i++)
		pfds[i] = (struct pollfd){ .fd = net->lanes[i].fd, .events = POLLIN };
	ready = poll(pfds, YKT_NET_LANES, ms_left(net, deadline_mono_ms));

	return ready > 0 ? YKT_OK : YKT_E_DEADLINE;
}

static void
net_close(void *ctx, unsigned lane)
{
	struct net_socket *net = ctx;

	if (net->lanes[lane].fd >= 0)
		(void)close(net->lanes[lane].fd);
	net->lanes[lane].fd = -1;
}

/* Numbers only: a short message looks up no name. */
static enum ykt_status
read_place(const char *text, struct ykt_net_target *ret_target)
{
	struct ykt_net_target target = { .kind = YKT_NET_TCP };
	struct se_place place;

	if (se_place_parse(text, &place) != YKT_OK || place.is_unix)
		return YKT_E_ARG;
	target.port = place.port;
	if (inet_pton(AF_INET, place.text, target.address) == 1)
		target.address_len = IPV4_LEN;
	else if (inet_pton(AF_INET6, place.text, target.address) == 1)
		target.address_len = sizeof(target.address);
	else
		return YKT_E_ARG;
	*ret_target = target;

	return YKT_OK;
}

enum ykt_status
net_socket_init(struct net_socket *net, const struct ykt_clock *clock, const char *sms)
{
	struct ykt_net_target target = { 0 };

	if (sms != NULL && read_place(sms, &target) != YKT_OK)
		return YKT_E_ARG;
	*net = (struct net_socket){ .clock = clock, .has_sms = sms != NULL, .sms = target };
	for (unsigned i = 0; i < YKT_NET_LANES; i++)
		net->lanes[i].fd = -1;
	net->port = (struct ykt_net){ net, net_open, net_send, net_receive, net_wait, net_close };

	return YKT_OK;
}

void
net_socket_set_identity(struct net_socket *net, const uint8_t *identity)
{
	memcpy(net->identity, identity, sizeof(net->identity));
	net->has_identity = true;
}

void
net_socket_clear(struct net_socket *net)
{
	for (unsigned i = 0; net->clock != NULL && i < YKT_NET_LANES; i++)
		net_close(net, i);
	net->clock = NULL;
}
