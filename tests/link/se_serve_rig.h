/*
 * A card's server with a fake card behind it, turned by hand; the test is the reader.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_LINK_SE_SERVE_RIG_H
#define TESTS_LINK_SE_SERVE_RIG_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "check.h"
#include "link/se_place.h"
#include "link/se_serve.h"
#include "link_clock.h"

/* A card that answers its interface and the command's second byte, and counts. */
struct fake {
	unsigned ran;
	unsigned resets[2];
	unsigned commits;
	unsigned ran_at_commit;
	unsigned idles;
	enum ykt_status next; /* of the next transceive */
	enum ykt_status commit_status;
};

struct rig {
	char folder[32];
	char wired[64];
	char gate[64];
	char control[64];
	int64_t now;
	struct ykt_clock clock;
	struct fake fake;
	struct se_serve *serve;
};

static inline enum ykt_status
fake_transceive(void *ctx, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *rsp)
{
	struct fake *fake = ctx;

	fake->ran++;
	ykt_put_u8(rsp, (uint8_t)iface);
	ykt_put_u8(rsp, cmd.data[1]);
	ykt_put_u16(rsp, 0x9000);
	return fake->next;
}

static inline void
fake_reset(void *ctx, enum ykt_se_iface iface, struct ykt_buf *atr)
{
	struct fake *fake = ctx;

	fake->resets[iface]++;
	ykt_put_u16(atr, iface == YKT_SE_WIRED ? 0x3B00 : 0x3B80);
}

static inline enum ykt_status
fake_commit(void *ctx)
{
	struct fake *fake = ctx;

	fake->commits++;
	fake->ran_at_commit = fake->ran;
	return fake->commit_status;
}

static inline void
fake_command(void *ctx, const char *line, struct ykt_buf *answer)
{
	(void)ctx;
	ykt_put(answer, ykt_bytes_str("heard "));
	ykt_put(answer, ykt_bytes_str(line));
}

static inline int
rig_up(void **state)
{
	static struct rig rig;
	const struct se_serve_card card = {
		.ctx = &rig.fake,
		.transceive = fake_transceive,
		.reset = fake_reset,
		.commit = fake_commit,
		.command = fake_command,
	};

	memset(&rig, 0, sizeof(rig));
	(void)snprintf(rig.folder, sizeof(rig.folder), "ykt-serve-XXXXXX");
	if (mkdtemp(rig.folder) == NULL)
		return -1;
	(void)snprintf(rig.wired, sizeof(rig.wired), "%s/wired", rig.folder);
	(void)snprintf(rig.gate, sizeof(rig.gate), "%s/gate", rig.folder);
	(void)snprintf(rig.control, sizeof(rig.control), "%s/control", rig.folder);
	rig.clock = (struct ykt_clock)HAND_CLOCK(&rig.now);
	assert_status(se_serve_new(&ykt_alloc_libc, &rig.clock, &card, &rig.serve), YKT_OK);
	assert_status(se_serve_listen(rig.serve, YKT_SE_WIRED, rig.wired), YKT_OK);
	assert_status(se_serve_listen(rig.serve, YKT_SE_CONTACTLESS, rig.gate), YKT_OK);
	assert_status(se_serve_control(rig.serve, rig.control), YKT_OK);
	*state = &rig;
	return 0;
}

static inline int
rig_down(void **state)
{
	struct rig *rig = *state;

	se_serve_free(&rig->serve);
	assert_null(rig->serve);
	/* Its sockets are gone with it. */
	return rmdir(rig->folder);
}

static inline void
step(struct rig *rig)
{
	assert_status(se_serve_step(rig->serve, rig->now), YKT_OK);
}

static inline int
dial(struct rig *rig, const char *path)
{
	struct se_place place;
	int fd;

	assert_status(se_place_parse(path, &place), YKT_OK);
	assert_status(se_place_connect(&place, 1000, &fd), YKT_OK);
	step(rig);
	return fd;
}

static inline void
say(int fd, const char *hex)
{
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	assert_status(ykt_hex_decode(hex, strlen(hex), &out), YKT_OK);
	assert_int_equal(send(fd, raw, out.len, MSG_NOSIGNAL), out.len);
}

/* What has arrived: hex, "" for nothing yet, "end" when the card hung up. */
static inline const char *
hear(int fd)
{
	static char text[129];
	uint8_t raw[64];
	ssize_t got = recv(fd, raw, sizeof(raw), MSG_DONTWAIT);

	text[0] = '\0';
	if (got == 0 || (got < 0 && errno == ECONNRESET))
		return "end";
	if (got > 0)
		ykt_hex_encode(ykt_bytes(raw, (size_t)got), text);
	return text;
}

#endif
