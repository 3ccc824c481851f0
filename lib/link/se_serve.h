/*
 * The card's side of the frames: one card, served to readers on sockets and to
 * the virtual reader vpcd, from one thread.
 *
 * One step runs at most one command of each peer, then commits once, then lets
 * all answers out: what a reader has seen is on the disk. Each listening place
 * is one interface of the card and serves one peer at a time; a second one is
 * hung up on. A peer that sends what cannot be a frame, or stops in the middle
 * of one for SE_SERVE_FRAME_MS, is hung up on. A peer that goes away leaves
 * its interface powered off.
 *
 * A card may be away from a reader (struct se_serve_around). Then vpcd's reader
 * is empty, and a peer at a socket gets an empty ATR, which is said nowhere
 * else, and is hung up on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_SERVE_H
#define LINK_SE_SERVE_H

#include <stdbool.h>

#include <ykt/driver/alloc.h>
#include <ykt/driver/clock.h>
#include <ykt/driver/se.h>

#define SE_SERVE_PLACES_MAX   4
#define SE_SERVE_TOGETHER_MAX 256
#define SE_SERVE_FRAME_MS     5000
#define SE_SERVE_RECONNECT_MS 1000
#define SE_SERVE_LINE_MAX     128

/* What is served. All required but the last four. */
struct se_serve_card {
	void *ctx;
	/*
	 * Runs cmd and appends the answer to rsp. YKT_E_LINK: the command is done,
	 * but its answer is to be lost and the peer hung up on. Any other error
	 * ends the step with it, no answer leaves.
	 */
	enum ykt_status (*transceive)(
	    void *ctx, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *rsp);
	/* Resets an interface and appends its ATR. Also called for power off. */
	void (*reset)(void *ctx, enum ykt_se_iface iface, struct ykt_buf *atr);
	/* Makes durable what the commands before changed. An error ends the step. */
	enum ykt_status (*commit)(void *ctx);
	/*
	 * Optional: one line of the control place (without its end); appends a
	 * line in answer. Development only.
	 */
	void (*command)(void *ctx, const char *line, struct ykt_buf *answer);
	/*
	 * Optional: the peer of the wired side has this hash as caller, from now on
	 * and after each reset (20 or 32 bytes, card/host_cmd.h).
	 */
	void (*caller)(void *ctx, struct ykt_bytes hash);
	/*
	 * Optional: appends the oldest event that waits and that this caller (empty:
	 * none was named) may hear of, as host_event_encode() does; nothing without.
	 */
	void (*event)(void *ctx, struct ykt_bytes caller, struct ykt_buf *out);
	/*
	 * Optional: some microseconds of work that no answer waits for, called while
	 * a peer that has just had one is awaited; of serves[0] for all.
	 */
	void (*idle)(void *ctx);
};

struct se_serve;

/* Borrows all; card is copied. YKT_E_NOMEM. */
YKT_MUST_USE enum ykt_status se_serve_new(const struct ykt_alloc *alloc,
    const struct ykt_clock *clock, const struct se_serve_card *card, struct se_serve **ret_serve);

/*
 * Listens at PATH or HOST:PORT (loopback only) for readers of one interface. A
 * Unix socket that nobody listens at any more is replaced; its mode is 0600.
 *
 * YKT_E_ARG    not a place of these forms, or SE_SERVE_PLACES_MAX reached
 * YKT_BUSY     somebody listens there
 * YKT_E_LINK   the system refused (no such folder, no right)
 * YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status
se_serve_listen(struct se_serve *serve, enum ykt_se_iface iface, const char *place);

/* The same for the control place: lines of text, one answer line each. */
YKT_MUST_USE enum ykt_status se_serve_control(struct se_serve *serve, const char *place);

/*
 * Puts the card into vpcd's reader at HOST:PORT (any host) and puts it there
 * again, every SE_SERVE_RECONNECT_MS, when the connection is lost.
 *
 * YKT_E_ARG as above; YKT_NOT_FOUND: nobody there now; YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status
se_serve_vpcd(struct se_serve *serve, enum ykt_se_iface iface, const char *place);

/* What is around a card. At first: all of it. */
struct se_serve_around {
	bool inserted; /* in its reader: the wired side, and vpcd's whichever it is */
	bool field;    /* at a gate: the contactless side */
	bool power;    /* of the phone: the wired side; the field feeds the other one */
};

struct se_serve_around se_serve_around(const struct se_serve *serve);

/*
 * Changes it. Who talks to a side that is now away is hung up on, in the middle
 * of a command too: its answer is lost, what it changed is not. vpcd is called
 * at the next step when its side has come back. Ends a se_serve_tap().
 */
void se_serve_set_around(struct se_serve *serve, struct se_serve_around around);

/* The card comes into the field of a gate now and leaves it after ms, above 0. */
void se_serve_tap(struct se_serve *serve, int64_t ms);

/* From now on a step returns at once while fd is readable: a request to stop. -1: none. */
void se_serve_wake(struct se_serve *serve, int fd);

/*
 * Waits until something happens, a signal comes, or until_mono_ms, and does it.
 *
 * YKT_E_LINK: the system's poll failed. Else what transceive or commit gave.
 */
YKT_MUST_USE enum ykt_status se_serve_step(struct se_serve *serve, int64_t until_mono_ms);

/*
 * The same for count cards together: commands of all of them, then each commit,
 * then all answers, so that cards whose images are one file share a sync. One
 * card's error ends the step for all. The wake of serves[0] counts.
 *
 * YKT_E_ARG: count is 0 or above SE_SERVE_TOGETHER_MAX
 */
YKT_MUST_USE enum ykt_status
se_serve_step_all(struct se_serve *const serves[], size_t count, int64_t until_mono_ms);

/* Hangs up on all, removes its Unix sockets, frees, nulls. Accepts NULL in *serve. */
void se_serve_free(struct se_serve **serve);

#endif
