/*
 * Commands of a host to the card process, on the wired side (card/host_cmd.h).
 *
 * A caller is believed what a phone's system would know of it, because it is
 * the owner of this process or the superuser: the kernel says so of a peer at a
 * Unix socket, and of nobody over TCP.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "link/se_serve_priv.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "card/host_cmd.h"
#include "card/sw.h"

bool
se_station_is_for_host(const struct se_station *st, struct ykt_bytes cmd)
{
	return st->role == ROLE_READER && st->iface == YKT_SE_WIRED && cmd.len > 0 &&
	       cmd.data[0] == HOST_CMD_CLA;
}

static bool
peer_is_owner(const struct se_station *st)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return st->place.is_unix && getsockopt(st->fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 &&
	       (cred.uid == geteuid() || cred.uid == 0);
}

/* A name holds until the peer hangs up, over resets too; a second one is none. */
static uint16_t
name_caller(struct se_serve *serve, struct se_station *st, struct ykt_bytes hash)
{
	if (!host_caller_fits(hash))
		return SW_LENGTH;
	if (!peer_is_owner(st))
		return SW_SECURITY;
	if (st->caller_len != 0)
		return SW_CONDITIONS;
	memcpy(st->caller, hash.data, hash.len);
	st->caller_len = hash.len;
	serve->card.caller(serve->card.ctx, hash);
	return SW_OK;
}

void
se_station_run_host(struct se_serve *serve, struct se_station *st, struct ykt_bytes raw)
{
	struct apdu_cmd cmd;
	uint16_t sw;

	if (apdu_cmd_decode(raw, &cmd) != YKT_OK)
		sw = SW_LENGTH;
	else if (cmd.p1 != 0 || cmd.p2 != 0)
		sw = SW_P1P2;
	else if (cmd.ins == HOST_CMD_INS_CALLER && serve->card.caller != NULL)
		sw = name_caller(serve, st, cmd.data);
	else if (cmd.ins != HOST_CMD_INS_EVENT || serve->card.event == NULL)
		sw = SW_INS;
	else if (cmd.data.len != 0)
		sw = SW_LENGTH;
	else
		sw = SW_OK;
	if (sw == SW_OK && cmd.ins == HOST_CMD_INS_EVENT)
		serve->card.event(
		    serve->card.ctx, ykt_bytes(st->caller, st->caller_len), &st->answer);
	ykt_put_u16(&st->answer, sw);
}
