/*
 * What the parts of a card's server share: the places and peers (se_serve.c), a
 * step over them (se_serve_step.c), and whether the card is there at all
 * (se_serve_around.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_SERVE_PRIV_H
#define LINK_SE_SERVE_PRIV_H

#include "link/se_frame.h"
#include "link/se_place.h"
#include "link/se_serve.h"

#define SE_STATION_ATR_MAX 64
#define SE_CALLER_MAX      32

enum se_station_role { ROLE_READER, ROLE_VPCD, ROLE_CONTROL };

/* A place and the one peer that it may have. */
struct se_station {
	enum se_station_role role;
	enum ykt_se_iface iface;
	struct se_place place;
	int listen_fd;      /* -1 for vpcd, which we call */
	int fd;             /* the peer, or -1 */
	int64_t retry_ms;   /* vpcd: when to call again */
	int64_t partial_ms; /* since when part of a frame has been waiting */
	bool drop;          /* the answer is to be lost */
	size_t caller_len;  /* 0: the peer did not say who it is */
	uint8_t caller[SE_CALLER_MAX];
	size_t atr_len;
	uint8_t atr[SE_STATION_ATR_MAX];
	size_t in_len;
	uint8_t in[SE_FRAME_MAX];
	struct ykt_buf answer; /* data of one frame or line, behind the frame's head */
	uint8_t answer_space[SE_FRAME_HEAD + SE_FRAME_DATA_MAX];
};

struct se_serve {
	const struct ykt_alloc *alloc;
	const struct ykt_clock *clock;
	struct se_serve_card card;
	int wake_fd;
	bool ran;                  /* this step: a command, so commit before its answer */
	struct se_station *talker; /* the one peer that had an answer this step, or NULL */
	unsigned heard;            /* so often in a row it was read unasked */
	struct se_serve_around around;
	int64_t tap_end_ms; /* when the field goes off; 0: nothing takes it away */
	size_t count;
	struct se_station stations[SE_SERVE_PLACES_MAX];
};

/* Takes a peer over: an empty line, and the card just reset. */
void se_station_attach(struct se_serve *serve, struct se_station *st, int fd);

/* Lets the peer go, powers its interface off, wipes. Accepts a station without one. */
void se_station_hang_up(struct se_serve *serve, struct se_station *st);

/* Calls vpcd once. YKT_OK: attached; else what se_place_connect() gave. */
YKT_MUST_USE enum ykt_status se_station_call_vpcd(struct se_serve *serve, struct se_station *st);

/* Resets the card's interface and keeps the ATR. */
void se_station_reset_card(struct se_serve *serve, struct se_station *st);

/* True for what is the card process's to answer, and not the card's. */
bool se_station_is_for_host(const struct se_station *st, struct ykt_bytes cmd);

/* Does it, and puts the answer with its status word. */
void se_station_run_host(struct se_serve *serve, struct se_station *st, struct ykt_bytes raw);

/* True when the card is where the station's reader can reach it. */
bool se_station_present(const struct se_serve *serve, const struct se_station *st);

/* Ends a tap whose time is up; returns when one will end, next at the latest. */
int64_t se_serve_end_tap(struct se_serve *serve, int64_t now, int64_t next);

/* An answer may hold what the card enciphered for one reader only. */
void se_station_clear_answer(struct se_station *st);

#endif
