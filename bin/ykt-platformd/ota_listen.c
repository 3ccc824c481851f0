/*
 * The gateway's thread: sockets, frames, and nothing of what is in them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ota_listen.h"

/* Marks a message id: its Chinese is in po/. */
#define N_(text) text

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ykt/driver/clock.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

#include "card/air_frame.h"
#include "words.h"

#define WAIT_MS  200 /* how often the thread looks whether it should end */
#define OUT_MAX  1024
#define IN_MAX   (AIR_TCP_LEN + AIR_MESSAGE_MAX)
#define BACKLOG  16
#define MS_PER_S 1000

enum door { DOOR_TCP, DOOR_SMS, DOOR_UDP, DOOR_COUNT };

/* Messages that may still come: refilled with the time. */
struct bucket {
	int64_t left;
	int64_t at_ms;
};

struct conn {
	int fd; /* -1: free */
	enum door door;
	int64_t heard_ms;
	struct bucket bucket;
	size_t in_len;
	uint8_t in[IN_MAX];
	struct platform_ota_parts parts;
};

struct ota_listen {
	pthread_t thread;
	atomic_bool stop;
	struct platform_worker *worker;
	const struct ykt_clock *clock;
	int doors[DOOR_COUNT]; /* -1: shut */
	struct bucket buckets[DOOR_COUNT];
	struct conn conns[OTA_CONNECTIONS_MAX];
};

static bool
bucket_take(struct bucket *bucket, int64_t now_ms)
{
	int64_t more = (now_ms - bucket->at_ms) * OTA_RATE_PER_S / MS_PER_S;

	if (more > 0) {
		bucket->left += more;
		bucket->at_ms = now_ms;
	}
	if (bucket->left > OTA_BURST)
		bucket->left = OTA_BURST;
	if (bucket->left == 0)
		return false;
	bucket->left--;

	return true;
}

static void
conn_close(struct conn *conn)
{
	(void)close(conn->fd);
	ykt_wipe(conn, sizeof(*conn));
	conn->fd = -1;
}

/* All of it at once, or the connection is of no use. */
static bool
send_all(int fd, const struct ykt_buf *out)
{
	return out->len == 0 ||
	       send(fd, out->data, out->len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)out->len;
}

/* False: the peer broke the rules. What is only not answered now is no fault of it. */
static bool
serve_frame(struct ota_listen *listen, struct conn *conn, struct ykt_bytes frame)
{
	uint8_t bytes[OUT_MAX], response_bytes[AIR_RESPONSE_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct ykt_buf response = YKT_BUF(response_bytes);
	enum ykt_status status;

	if (conn->door == DOOR_SMS) {
		status = platform_ota_sms(listen->worker, &conn->parts, frame, &out);
	} else {
		status = platform_ota_packet(listen->worker, frame, false, &response);
		if (status == YKT_OK)
			air_tcp_put(&out, ykt_buf_view(&response));
	}
	if (status == YKT_OK)
		return send_all(conn->fd, &out);

	return status != YKT_E_FORMAT;
}

/* Every whole frame that is there. False: close. */
static bool
serve_frames(struct ota_listen *listen, struct conn *conn, int64_t now_ms)
{
	struct ykt_bytes frame;
	size_t used = 0;
	enum ykt_status status =
	    air_tcp_next(ykt_bytes(conn->in, conn->in_len), AIR_MESSAGE_MAX, &frame, &used);

	while (status == YKT_OK) {
		if (!bucket_take(&conn->bucket, now_ms) ||
		    !bucket_take(&listen->buckets[conn->door], now_ms) ||
		    !serve_frame(listen, conn, frame))
			return false;
		memmove(conn->in, conn->in + used, conn->in_len - used);
		conn->in_len -= used;
		status =
		    air_tcp_next(ykt_bytes(conn->in, conn->in_len), AIR_MESSAGE_MAX, &frame, &used);
	}

	return status == YKT_NOT_FOUND;
}

static void
conn_read(struct ota_listen *listen, struct conn *conn, int64_t now_ms)
{
	ssize_t got =
	    recv(conn->fd, conn->in + conn->in_len, sizeof(conn->in) - conn->in_len, MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0) {
		conn->in_len += (size_t)got;
		conn->heard_ms = now_ms;
	}
	if (got <= 0 || !serve_frames(listen, conn, now_ms))
		conn_close(conn);
}

static void
take_datagram(struct ota_listen *listen, int64_t now_ms)
{
	uint8_t in[AIR_MESSAGE_MAX + 1], bytes[AIR_RESPONSE_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	int fd = listen->doors[DOOR_UDP];
	ssize_t got =
	    recvfrom(fd, in, sizeof(in), MSG_DONTWAIT, (struct sockaddr *)&from, &from_len);

	if (got <= 0 || got > AIR_MESSAGE_MAX || !bucket_take(&listen->buckets[DOOR_UDP], now_ms))
		return;
	if (platform_ota_packet(listen->worker, ykt_bytes(in, (size_t)got), false, &out) == YKT_OK)
		(void)sendto(
		    fd, out.data, out.len, MSG_DONTWAIT, (struct sockaddr *)&from, from_len);
	ykt_wipe(in, sizeof(in));
}

static void
take_conn(struct ota_listen *listen, enum door door, int64_t now_ms)
{
	int fd = accept4(listen->doors[door], NULL, NULL, SOCK_CLOEXEC);

	for (size_t i = 0; fd >= 0 && i < OTA_CONNECTIONS_MAX; i++) {
		struct conn *conn = &listen->conns[i];

		if (conn->fd >= 0)
			continue;
		conn->fd = fd;
		conn->door = door;
		conn->heard_ms = now_ms;
		conn->bucket = (struct bucket){ OTA_BURST, now_ms };
		return;
	}
	if (fd >= 0)
		(void)close(fd);
}

/* Places of the doors, then of the connections; a shut door's fd is -1, which poll skips. */
static void
round_once(struct ota_listen *listen)
{
	struct pollfd fds[DOOR_COUNT + OTA_CONNECTIONS_MAX];
	int64_t now_ms;

	for (size_t i = 0; i < DOOR_COUNT; i++)
		fds[i] = (struct pollfd){ .fd = listen->doors[i], .events = POLLIN };
	for (size_t i = 0; i < OTA_CONNECTIONS_MAX; i++)
		fds[DOOR_COUNT + i] =
		    (struct pollfd){ .fd = listen->conns[i].fd, .events = POLLIN };
	(void)poll(fds, YKT_ARRAY_LEN(fds), WAIT_MS);
	now_ms = ykt_clock_mono(listen->clock);
	for (size_t i = 0; i < OTA_CONNECTIONS_MAX; i++) {
		struct conn *conn = &listen->conns[i];

		if (conn->fd < 0)
			continue;
		if (fds[DOOR_COUNT + i].revents != 0)
			conn_read(listen, conn, now_ms);
		else if (now_ms - conn->heard_ms > OTA_IDLE_MS)
			conn_close(conn);
	}
	if (fds[DOOR_UDP].revents != 0)
		take_datagram(listen, now_ms);
	if (fds[DOOR_TCP].revents != 0)
		take_conn(listen, DOOR_TCP, now_ms);
	if (fds[DOOR_SMS].revents != 0)
		take_conn(listen, DOOR_SMS, now_ms);
}

static void *
listen_main(void *arg)
{
	struct ota_listen *listen = arg;

	while (!atomic_load(&listen->stop))
		round_once(listen);

	return NULL;
}

static int
door_open(uint16_t port, bool datagrams)
{
	struct sockaddr_in place = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, (datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
	int one = 1;

	place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return -1;
	if ((!datagrams && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0) ||
	    bind(fd, (struct sockaddr *)&place, sizeof(place)) != 0 ||
	    (!datagrams && listen(fd, BACKLOG) != 0)) {
		int error = errno;

		(void)close(fd);
		errno = error;
		return -1;
	}

	return fd;
}

static bool
doors_open(const char *program, struct ota_listen *listen, const struct ota_doors *doors)
{
	const struct {
		enum door door;
		uint16_t port;
		const char *what;
	} all[] = {
		{ DOOR_TCP, doors->tcp, N_("menus over TCP") },
		{ DOOR_UDP, doors->udp, N_("menus over UDP") },
		{ DOOR_SMS, doors->sms, N_("short messages") },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(all); i++) {
		if (all[i].port == 0)
			continue;
		listen->doors[all[i].door] = door_open(all[i].port, all[i].door == DOOR_UDP);
		if (listen->doors[all[i].door] < 0) {
			fprintf(stderr, words("%s: port %u for %s: %s\n"), program,
			    (unsigned)all[i].port, words(all[i].what), strerror(errno));
			return false;
		}
	}

	return true;
}

static void
close_all(struct ota_listen **listen)
{
	for (size_t i = 0; i < DOOR_COUNT; i++) {
		if ((*listen)->doors[i] >= 0)
			(void)close((*listen)->doors[i]);
	}
	for (size_t i = 0; i < OTA_CONNECTIONS_MAX; i++) {
		if ((*listen)->conns[i].fd >= 0)
			conn_close(&(*listen)->conns[i]);
	}
	ykt_mem_put(&ykt_alloc_libc, listen, sizeof(**listen));
}

bool
ota_listen_start(const char *program, const struct ota_doors *doors, struct platform_worker *worker,
    const struct ykt_clock *clock, struct ota_listen **ret_listen)
{
	struct ota_listen *listen = ykt_mem_get(&ykt_alloc_libc, sizeof(*listen));
	bool good;

	if (listen == NULL) {
		fprintf(stderr, words("%s: no memory for the OTA gateway\n"), program);
		return false;
	}
	listen->worker = worker;
	listen->clock = clock;
	atomic_init(&listen->stop, false);
	for (size_t i = 0; i < DOOR_COUNT; i++) {
		listen->doors[i] = -1;
		listen->buckets[i] = (struct bucket){ OTA_BURST, ykt_clock_mono(clock) };
	}
	for (size_t i = 0; i < OTA_CONNECTIONS_MAX; i++)
		listen->conns[i].fd = -1;
	good = doors_open(program, listen, doors);
	if (good && pthread_create(&listen->thread, NULL, listen_main, listen) != 0) {
		fprintf(stderr, words("%s: no thread for the OTA gateway\n"), program);
		good = false;
	}
	if (good)
		*ret_listen = listen;
	else
		close_all(&listen);

	return good;
}

void
ota_listen_stop(struct ota_listen **listen)
{
	if (*listen == NULL)
		return;
	atomic_store(&(*listen)->stop, true);
	(void)pthread_join((*listen)->thread, NULL);
	close_all(listen);
}
