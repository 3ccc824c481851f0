/*
 * se.wire: commands a second on vpcd's wire with a card of ours, against a card
 * on the same wire that answers a constant and does nothing else.
 *
 * This program plays vpcd: it listens, and writes length and command apart on a
 * socket with the usual settings, as vpcd does. Both cards are processes of their
 * own and answer GET BALANCE: ours runs it, through the loop that ykt-se has, on
 * an image in memory; the other sends as many bytes as ours does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "card/purse_cmd.h"
#include "link/se_frame.h"
#include "link/se_place.h"
#include "link/se_serve.h"
#include "se/internal.h"

#define TURNS   5
#define ROUNDS  10000
#define STEP_MS 1000
#define ANSWER  6 /* four bytes of balance, the status word */

static struct {
	uint8_t image[SE_IMAGE_SIZE];
	struct se se;
} card;

static void
die(const char *what)
{
	(void)fprintf(stderr, "se.wire: %s\n", what);
	exit(1);
}

static int64_t
now_ms(void *ctx)
{
	struct timespec ts;

	(void)ctx;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static double
now_s(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static enum ykt_status
mem_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	(void)ctx;
	memcpy(out, card.image + off, len);
	return YKT_OK;
}

static enum ykt_status
mem_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	(void)ctx;
	memcpy(card.image + off, data, len);
	return YKT_OK;
}

static enum ykt_status
fixed_fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0x5A, len);
	return YKT_OK;
}

static enum ykt_status
card_transceive(void *ctx, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *rsp)
{
	(void)ctx;
	se_transceive(&card.se, iface, cmd, rsp);
	return YKT_OK;
}

static void
card_reset(void *ctx, enum ykt_se_iface iface, struct ykt_buf *atr)
{
	(void)ctx;
	se_reset(&card.se, iface, atr);
}

static enum ykt_status
card_commit(void *ctx)
{
	(void)ctx;
	return YKT_OK;
}

/* A purse in use, put straight into the image: this measures no card opening. */
static void
put_purse(void)
{
	uint8_t head[2 + sizeof(purse_aid)] = { 0x07, sizeof(purse_aid) };

	memcpy(head + 2, purse_aid, sizeof(purse_aid));
	se_tx_begin(&card.se);
	se_tx_put(&card.se, SE_PURSE_OFF(0), YKT_BYTES(head));
	if (se_tx_commit(&card.se) != SW_OK)
		die("the image does not take a purse");
}

/* Our card in a process of its own, until the reader hangs up. */
static void
be_card(const char *place)
{
	const struct ykt_clock clock = { .ctx = NULL, .wall_ms = now_ms, .mono_ms = now_ms };
	const struct ykt_nvm nvm = { NULL, SE_IMAGE_SIZE, mem_read, mem_write };
	const struct ykt_random random = { NULL, fixed_fill };
	const struct se_params params = { .uid_len = 4, .isd_kvn = 0x30, .isd_key_len = 16 };
	const struct se_serve_card callbacks = {
		.transceive = card_transceive, .reset = card_reset, .commit = card_commit
	};
	struct crypto *crypto = NULL;
	struct se_serve *serve = NULL;

	if (crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK ||
	    se_format(&nvm, &params) != YKT_OK ||
	    se_boot(&card.se, &nvm, crypto, &random) != YKT_OK)
		die("no card");
	put_purse();
	if (se_serve_new(&ykt_alloc_libc, &clock, &callbacks, &serve) != YKT_OK ||
	    se_serve_vpcd(serve, YKT_SE_WIRED, place) != YKT_OK)
		die("the card finds no reader");
	for (;;) {
		if (se_serve_step(serve, now_ms(NULL) + STEP_MS) != YKT_OK)
			die("the card stopped");
	}
}

static bool
read_whole(int fd, uint8_t *out, size_t len, bool quick)
{
	while (len > 0) {
		const int on = 1;
		ssize_t got;

		if (quick)
			(void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
		got = recv(fd, out, len, 0);
		if (got <= 0)
			return false;
		out += got;
		len -= (size_t)got;
	}
	return true;
}

/* The other card: one blocking read for the length, one for the rest, one write. */
static void
be_constant(const char *place)
{
	static const uint8_t answer[SE_FRAME_HEAD + ANSWER] = { 0, ANSWER, 0, 0, 0, 0, 0x90, 0 };
	struct sockaddr_in address = { .sin_family = AF_INET };
	const int on = 1;
	struct se_place parsed;
	uint8_t frame[64];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (se_place_parse(place, &parsed) != YKT_OK)
		die("no place");
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons(parsed.port);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		die("the constant finds no reader");
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	while (read_whole(fd, frame, SE_FRAME_HEAD, true) && ykt_get_u16(frame) <= sizeof(frame) &&
	       read_whole(fd, frame, ykt_get_u16(frame), true)) {
		if (send(fd, answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer))
			break;
	}
	_exit(0);
}

/* As vpcd sends: two writes. Gives the length of the answer. */
static size_t
exchange(int fd, const struct ykt_buf *cmd, uint8_t *answer, size_t cap)
{
	uint8_t head[SE_FRAME_HEAD];
	size_t len;

	ykt_set_u16(head, (uint16_t)cmd->len);
	if (send(fd, head, sizeof(head), MSG_NOSIGNAL) != sizeof(head) ||
	    send(fd, cmd->data, cmd->len, MSG_NOSIGNAL) != (ssize_t)cmd->len ||
	    !read_whole(fd, head, sizeof(head), false))
		die("a card hung up");
	len = ykt_get_u16(head);
	if (len > cap || !read_whole(fd, answer, len, false))
		die("an answer that is none");
	return len;
}

/* Commands a second of the card that be() is. */
static double
run(int listener, const char *place, void (*be)(const char *place))
{
	uint8_t bytes[64], answer[SE_RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	const pid_t pid = fork();
	double start, end;
	int fd;

	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(listener);
		be(place);
		_exit(1);
	}
	fd = accept(listener, NULL, NULL);
	if (pid < 0 || fd < 0)
		die("no card process");
	purse_select_build(ykt_bytes(purse_aid, sizeof(purse_aid)), &cmd);
	(void)exchange(fd, &cmd, answer, sizeof(answer));
	cmd.len = 0;
	purse_balance_build(PURSE_BALANCE_ACTUAL, &cmd);
	start = now_s();
	for (int i = 0; i < ROUNDS; i++) {
		if (exchange(fd, &cmd, answer, sizeof(answer)) != ANSWER ||
		    ykt_get_u16(answer + ANSWER - 2) != SW_OK)
			die("the balance was refused");
	}
	end = now_s();
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	(void)close(fd);
	return ROUNDS / (end - start);
}

int
main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	double ours = 0, constant = 0;
	char place[32];

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&address, len) != 0 || listen(listener, 4) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &len) != 0)
		die("no place to listen at");
	(void)snprintf(place, sizeof(place), "127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
	/* The best of a few, taken in turns, so that both meet the same machine. */
	for (int i = 0; i < TURNS; i++) {
		double rate = run(listener, place, be_constant);

		constant = rate > constant ? rate : constant;
		rate = run(listener, place, be_card);
		ours = rate > ours ? rate : ours;
	}
	(void)close(listener);
	(void)printf("{\"name\": \"se.wire\", \"value\": %.0f, \"unit\": \"commands/s\", "
		     "\"limit\": %.0f, \"ratio\": %.3f}\n",
	    ours, constant, ours / constant);
	return 0;
}
