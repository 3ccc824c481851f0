/*
 * se.durable.1, se.durable.64: purchases a second that are on the disk when they
 * are answered, with one card and with 64 cards in one ykt-se, through its gate
 * sockets. The limit of the first is how often the disk takes as many bytes as a
 * purchase writes, in one pwrite() behind the last ones of a file of the same
 * size, and fdatasync(), whatever way the card has found to the same end; that of
 * the second is five times the first. Files lie in the build tree; the three take
 * turns, the probe on the processor where it is fastest, the gates on the others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "host/host_random.h"
#include "host/host_sealed.h"
#include "link/se_frame.h"
#include "link/se_place.h"
#include "se/internal.h"
#include "se/perso.h"
#include "se/purse_priv.h"

#define CARDS    64
#define TURNS    4
#define TURN_S   1.0
#define PROGRAM  "bin/ykt-se"
#define WAIT_MS  10000
#define LOOK_S   0.0003
#define FRAME    300
#define INIT_SEQ 4 /* in the answer to INITIALIZE FOR PURCHASE */
#define INIT_RND 11

static const uint8_t dpk[16] = { 0x49, 0xE0, 0x49, 0x09, 0x0C, 0xFC, 0x3A, 0x31, 0x09, 0xC7, 0x31,
	0xC7, 0xD7, 0x24, 0x19, 0xA4 };
static const struct purse_purchase purchase = {
	.amount = 1, .terminal_seq = 1, .type = PURSE_TYPE_PURCHASE
};

/* A card that is used: what was sent last, and what has come of the answer. */
struct gate {
	int fd;
	bool debiting;
	size_t got;
	uint8_t frame[FRAME];
};

struct bench {
	struct crypto *crypto;
	uint8_t image[SE_IMAGE_SIZE];
	size_t payload_len; /* of the frame for what mem_write wrote */
	size_t write_len;   /* of that frame and its copy */
	struct se se;
	char folder[32];
	pid_t pid;
	struct gate gates[CARDS];
	cpu_set_t all;   /* the processors this may use */
	cpu_set_t fast;  /* the one that the disk answers soonest */
	cpu_set_t other; /* all but that one; all where there is no other */
};

static struct bench bench;

static void
die(const char *what)
{
	(void)fprintf(stderr, "se.durable: %s\n", what);
	if (bench.pid > 0)
		(void)kill(bench.pid, SIGKILL);
	exit(1);
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
	memcpy(out, bench.image + off, len);
	return YKT_OK;
}

static enum ykt_status
mem_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	(void)ctx;
	memcpy(bench.image + off, data, len);
	bench.payload_len += 8 + len;
	return YKT_OK;
}

static enum ykt_status
fixed_fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0x5A, len);
	return YKT_OK;
}

static void
put_frame(int fd, struct ykt_buf *apdu)
{
	uint8_t bytes[FRAME];
	struct ykt_buf frame = YKT_BUF(bytes);

	if (se_frame_encode(ykt_buf_view(apdu), &frame) != YKT_OK ||
	    send(fd, bytes, frame.len, MSG_NOSIGNAL) != (ssize_t)frame.len)
		die("a card hung up");
}

static void
build_init(struct ykt_buf *cmd)
{
	struct purse_init init = { .p1 = PURSE_INIT_PURCHASE, .key_index = 1, .amount = 1 };

	purse_init_build(&init, cmd);
}

/* The gate's half of the purchase that this answer began. */
static void
build_debit(const uint8_t *answer, struct ykt_buf *cmd)
{
	struct purse_debit debit = { .terminal_seq = 1 };
	struct purse_session session;

	if (purse_session_purchase(bench.crypto, PURSE_ALG_TDES, dpk, answer + INIT_RND,
		ykt_get_u16(answer + INIT_SEQ), 1, &session) != YKT_OK ||
	    purse_purchase_mac1(bench.crypto, &session, &purchase, debit.mac1) != YKT_OK)
		die("no MAC1");
	purse_debit_build(&debit, cmd);
}

/* A purse in use, put straight into the image: this measures no card opening. */
static void
put_purse(struct se *se)
{
	uint32_t off = SE_PURSE_OFF(0);
	uint8_t head[2 + sizeof(purse_aid)] = { 0x07, sizeof(purse_aid) };
	uint8_t cap[3] = { 0xFF, 0xFF, 0xFF };
	uint8_t key[2][SE_PURSE_KEY_SIZE] = { { PERSO_KEY_PURCHASE, 1, 1, PURSE_ALG_TDES },
		{ PERSO_KEY_TAC, 1, 1, PURSE_ALG_TDES } };
	uint8_t balance[3] = { 0x0F, 0x42, 0x40 };

	memcpy(head + 2, purse_aid, sizeof(purse_aid));
	memcpy(key[0] + 4, dpk, 16);
	memcpy(key[1] + 4, dpk, 16);
	se_tx_begin(se);
	se_tx_put(se, off, YKT_BYTES(head));
	se_tx_put(se, off + SE_PURSE_CAP, YKT_BYTES(cap));
	se_tx_put(se, off + SE_PURSE_KEYS, ykt_bytes(key, sizeof(key)));
	se_tx_put(se, off + SE_PURSE_MONEY + SE_MONEY_BALANCE, YKT_BYTES(balance));
	if (se_tx_commit(se) != SW_OK)
		die("the image does not take a purse");
}

static void
exchange(struct ykt_buf *cmd, uint8_t answer[SE_RSP_MAX])
{
	struct ykt_buf rsp = { answer, 0, SE_RSP_MAX, false };

	se_transceive(&bench.se, YKT_SE_CONTACTLESS, ykt_buf_view(cmd), &rsp);
	if (ykt_get_u16(answer + rsp.len - 2) != SW_OK)
		die("a command was refused");
	cmd->len = 0;
}

/* Makes the image that all cards are copies of, and notes how much a purchase writes. */
static void
make_image(void)
{
	const struct ykt_nvm nvm = { &bench, SE_IMAGE_SIZE, mem_read, mem_write };
	const struct ykt_random random = { &bench, fixed_fill };
	const struct se_params params = { .uid_len = 4, .isd_kvn = 0x30, .isd_key_len = 16 };
	uint8_t answer[SE_RSP_MAX], bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);

	if (crypto_new(&ykt_alloc_libc, NULL, &bench.crypto) != YKT_OK ||
	    se_format(&nvm, &params) != YKT_OK ||
	    se_boot(&bench.se, &nvm, bench.crypto, &random) != YKT_OK)
		die("no card");
	put_purse(&bench.se);
	purse_select_build(ykt_bytes(purse_aid, sizeof(purse_aid)), &cmd);
	exchange(&cmd, answer);
	/* The second purchase: the first brings home what came before. */
	for (int i = 0; i < 2; i++) {
		bench.payload_len = 0;
		build_init(&cmd);
		exchange(&cmd, answer);
		build_debit(answer, &cmd);
		exchange(&cmd, answer);
	}
	bench.write_len = 2 * seal_frame_len(bench.payload_len);
}

static void
write_container(const char *path, uint32_t count)
{
	const struct ykt_random random = host_random();
	const struct host_sealed_options options = { &ykt_alloc_libc, bench.crypto, &random,
		(const uint8_t *)HOST_SEALED_TEST_KEY };
	struct host_sealed *file = NULL;
	struct ykt_nvm port;

	if (host_sealed_create(&options, path, count * SE_IMAGE_SIZE, 0) != YKT_OK ||
	    host_sealed_open(&options, path, &file) != YKT_OK)
		die("no file can be made here");
	port = host_sealed_port(file);
	for (uint32_t i = 0; i < count; i++) {
		if (ykt_nvm_write(&port, i * SE_IMAGE_SIZE, bench.image, SE_IMAGE_SIZE) != YKT_OK)
			die("no image");
	}
	if (host_sealed_sync(file) != YKT_OK)
		die("the disk is full");
	host_sealed_close(&file);
}

/* How often a second the disk takes what a purchase writes. */
static double
run_bare(const char *path)
{
	static uint8_t bytes[65536];
	const double start = now_s();
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const off_t file_len = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	off_t at = SEAL_HEADER_LEN;
	double end = start;
	int count = 0;

	if (fd < 0 || bench.write_len > sizeof(bytes))
		die("the probe has no file");
	while (end - start < TURN_S) {
		memset(bytes, count % 255 + 1, bench.write_len);
		if (at + (off_t)bench.write_len > file_len)
			at = SEAL_HEADER_LEN;
		if (pwrite(fd, bytes, bench.write_len, at) != (ssize_t)bench.write_len)
			die("the disk is full");
		if (fdatasync(fd) != 0)
			die("the disk failed");
		at += (off_t)bench.write_len;
		count++;
		end = now_s();
	}
	(void)close(fd);
	return count / (end - start);
}

static void
use(const cpu_set_t *set)
{
	if (sched_setaffinity(0, sizeof(*set), set) != 0)
		die("processors cannot be chosen here");
}

/*
 * A disk's interrupts go to one processor, and one that sleeps is woken late. The
 * probe runs where it is fastest; the gates, which stand for machines of their own
 * and look all the time, are kept off that processor. The cards run where they like.
 */
static void
choose_processors(const char *path)
{
	double best = 0;

	if (sched_getaffinity(0, sizeof(bench.all), &bench.all) != 0)
		die("processors cannot be read here");
	for (size_t i = 0; i < CPU_SETSIZE; i++) {
		cpu_set_t one;
		double rate;

		if (!CPU_ISSET(i, &bench.all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(i, &one);
		use(&one);
		rate = run_bare(path);
		if (rate > best) {
			best = rate;
			bench.fast = one;
		}
	}
	CPU_XOR(&bench.other, &bench.all, &bench.fast);
	if (CPU_COUNT(&bench.other) == 0)
		bench.other = bench.all;
	use(&bench.all);
}

static void
start_cards(const char *path, const char *gate)
{
	char line[128];
	int out[2];
	FILE *ready;

	if (pipe2(out, O_CLOEXEC) != 0)
		die("no pipe");
	bench.pid = fork();
	if (bench.pid == 0) {
		(void)dup2(out[1], STDOUT_FILENO);
		(void)execl(PROGRAM, PROGRAM, "run", "--container", path, "--gate-socket", gate,
		    (char *)NULL);
		_exit(127);
	}
	(void)close(out[1]);
	ready = fdopen(out[0], "r");
	if (ready == NULL || fgets(line, sizeof(line), ready) == NULL)
		die(PROGRAM " does not start");
	(void)fclose(ready);
}

static void
stop_cards(void)
{
	int code = 0;

	(void)kill(bench.pid, SIGTERM);
	if (waitpid(bench.pid, &code, 0) != bench.pid || code != 0)
		die(PROGRAM " did not end well");
	bench.pid = 0;
}

/* Sends the first command: the answer to SELECT is taken for that to a DEBIT. */
static void
enter(struct gate *gate, const char *prefix, int n)
{
	char text[SE_PLACE_TEXT_MAX];
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct se_place place;

	(void)snprintf(text, sizeof(text), "%s.%d", prefix, n);
	if (se_place_parse(text, &place) != YKT_OK ||
	    se_place_connect(&place, WAIT_MS, &gate->fd) != YKT_OK)
		die("no card at its place");
	gate->got = 0;
	gate->debiting = true;
	purse_select_build(ykt_bytes(purse_aid, sizeof(purse_aid)), &cmd);
	put_frame(gate->fd, &cmd);
}

/* Reads; after a whole answer sends the next command. True: a purchase is done. */
static bool
turn(struct gate *gate)
{
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	ssize_t got =
	    recv(gate->fd, gate->frame + gate->got, sizeof(gate->frame) - gate->got, MSG_DONTWAIT);
	const bool was_debiting = gate->debiting;

	if (got < 0 && errno == EAGAIN)
		return false;
	if (got <= 0)
		die("a card hung up");
	gate->got += (size_t)got;
	if (gate->got < SE_FRAME_HEAD || gate->got - SE_FRAME_HEAD < ykt_get_u16(gate->frame))
		return false;
	if (ykt_get_u16(gate->frame + gate->got - 2) != SW_OK)
		die("a purchase was refused");
	if (was_debiting)
		build_init(&cmd);
	else
		build_debit(gate->frame + SE_FRAME_HEAD, &cmd);
	gate->got = 0;
	gate->debiting = !was_debiting;
	put_frame(gate->fd, &cmd);
	return was_debiting;
}

/*
 * A gate that waits for a card looks first, for longer than a fast disk syncs: it
 * stands for a gate of its own, so a processor that slept is not the card's time.
 */
static int
await_cards(struct pollfd *pfds, int count)
{
	const double end = now_s() + LOOK_S;
	int ready = 0;

	while (ready == 0 && now_s() < end)
		ready = poll(pfds, (nfds_t)count, 0);
	return ready != 0 ? ready : poll(pfds, (nfds_t)count, WAIT_MS);
}

/* Purchases that are done since; one card is read at once, of many those that answer. */
static long
serve_cards(struct pollfd *pfds, int count)
{
	const double end = now_s() + LOOK_S;
	long done = 0;

	while (count == 1 && now_s() < end) {
		if (turn(&bench.gates[0]))
			return 1;
	}
	if (await_cards(pfds, count) <= 0)
		die("no card answers");
	for (int i = 0; i < count; i++) {
		if (pfds[i].revents != 0 && turn(&bench.gates[i]))
			done++;
	}
	return done;
}

/* Durable purchases a second of count cards together. */
static double
run_cards(const char *path, int count)
{
	struct pollfd pfds[CARDS];
	char prefix[48];
	double start, end;
	long done = 0;

	(void)snprintf(prefix, sizeof(prefix), "%s/gate", bench.folder);
	start_cards(path, prefix);
	use(&bench.other);
	for (int i = 0; i < count; i++) {
		enter(&bench.gates[i], prefix, i);
		pfds[i] = (struct pollfd){ .fd = bench.gates[i].fd, .events = POLLIN };
	}
	start = now_s();
	for (end = start; end - start < TURN_S; end = now_s())
		done += serve_cards(pfds, count);
	for (int i = 0; i < count; i++)
		(void)close(bench.gates[i].fd);
	stop_cards();
	use(&bench.all);
	/* The answers to SELECT. */
	return (double)(done - count) / (end - start);
}

static void
print(const char *name, double value, double limit)
{
	(void)printf("{\"name\": \"%s\", \"value\": %.1f, \"unit\": \"purchases/s\", "
		     "\"limit\": %.1f, \"ratio\": %.3f}\n",
	    name, value, limit, value / limit);
}

int
main(void)
{
	char one[48], many[48], probe[48];
	double bare = 0, single = 0, together = 0;

	(void)snprintf(bench.folder, sizeof(bench.folder), "se-durable-XXXXXX");
	if (mkdtemp(bench.folder) == NULL)
		die("no folder can be made here");
	(void)snprintf(one, sizeof(one), "%s/one", bench.folder);
	(void)snprintf(many, sizeof(many), "%s/many", bench.folder);
	(void)snprintf(probe, sizeof(probe), "%s/probe", bench.folder);
	make_image();
	write_container(one, 1);
	write_container(many, CARDS);
	write_container(probe, 1);
	choose_processors(probe);
	for (int i = 0; i < TURNS; i++) {
		use(&bench.fast);
		bare += run_bare(probe) / TURNS;
		use(&bench.all);
		single += run_cards(one, 1) / TURNS;
		together += run_cards(many, CARDS) / TURNS;
	}
	(void)unlink(one);
	(void)unlink(many);
	(void)unlink(probe);
	(void)rmdir(bench.folder);
	crypto_free(&bench.crypto);
	print("se.durable.1", single, bare);
	print("se.durable.64", together, 5 * single);
	return 0;
}
