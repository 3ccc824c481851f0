/*
 * Joining each room to a simulated server.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/rooms.h"

#include "keys/keys.h"
#include "platform/platform.h"
#include "psp/psp.h"
#include "tsm/tsm.h"

/* A tick does at most this much at once; the rest waits for the next. */
#define TICK_SLICES 64

/* The five functions of a room differ in name and type only. */
#define ROOM(room)                                                                                 \
	static enum ykt_status room##_make(struct server *server, void **ret_room)                 \
	{                                                                                          \
		struct room##_options options = *(const struct room##_options *)server->config;    \
		struct room *made = NULL;                                                          \
		enum ykt_status status;                                                            \
                                                                                                   \
		options.env = server->env;                                                         \
		options.store = &server->store;                                                    \
		status = room##_new(&options, &made);                                              \
		if (status == YKT_OK)                                                              \
			*ret_room = made;                                                          \
		return status;                                                                     \
	}                                                                                          \
	static void room##_unmake(void **room)                                                     \
	{                                                                                          \
		struct room *mine = *room;                                                         \
                                                                                                   \
		room##_free(&mine);                                                                \
		*room = NULL;                                                                      \
	}                                                                                          \
	static enum ykt_status room##_worker_make(                                                 \
	    void *room, struct crypto *crypto, void **ret_worker)                                  \
	{                                                                                          \
		struct room##_worker *made = NULL;                                                 \
		enum ykt_status status = room##_worker_new(room, crypto, &made);                   \
                                                                                                   \
		if (status == YKT_OK)                                                              \
			*ret_worker = made;                                                        \
		return status;                                                                     \
	}                                                                                          \
	static void room##_worker_unmake(void **worker)                                            \
	{                                                                                          \
		struct room##_worker *mine = *worker;                                              \
                                                                                                   \
		room##_worker_free(&mine);                                                         \
		*worker = NULL;                                                                    \
	}

#define ROOM_TICK(room)                                                                            \
	static enum ykt_status room##_tick_all(void *worker, unsigned *ret_done)                   \
	{                                                                                          \
		enum ykt_status status = YKT_OK;                                                   \
		unsigned done = 1;                                                                 \
                                                                                                   \
		for (unsigned i = 0; i < TICK_SLICES && status == YKT_OK && done > 0; i++) {       \
			status = room##_tick(worker, &done);                                       \
			*ret_done += done;                                                         \
		}                                                                                  \
		return status;                                                                     \
	}

#define ROOM_OPS(room)                                                                             \
	.schema = room##_schema, .schema_count = &room##_schema_count, .make = room##_make,        \
	.unmake = room##_unmake, .worker_make = room##_worker_make,                                \
	.worker_unmake = room##_worker_unmake, .handle = room##_handle

ROOM(keys)
ROOM(platform)
ROOM_TICK(platform)
ROOM(tsm)
ROOM_TICK(tsm)
ROOM(psp)
ROOM_TICK(psp)

const struct server_ops rooms_keys = { ROOM_OPS(keys) };
const struct server_ops rooms_platform = { ROOM_OPS(platform), .tick = platform_tick_all };
const struct server_ops rooms_tsm = { ROOM_OPS(tsm), .tick = tsm_tick_all };
const struct server_ops rooms_psp = { ROOM_OPS(psp), .tick = psp_tick_all };
