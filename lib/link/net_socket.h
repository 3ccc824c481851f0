/*
 * Driver: the networks of a phone (ykt/driver/net.h) on the sockets of this host.
 *
 * Connections go where the card says, TCP and UDP as client. Short messages go as UDP
 * datagrams, one TPDU each, to and from one service centre.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_NET_SOCKET_H
#define LINK_NET_SOCKET_H

#include <stdbool.h>

#include <ykt/driver/clock.h>
#include <ykt/driver/net.h>

struct net_lane {
	int fd; /* -1: free */
	enum ykt_net_kind kind;
};

/* Embedded: its owner does not move it. */
struct net_socket {
	struct ykt_net port; /* hand out &net.port */
	const struct ykt_clock *clock;
	bool has_sms;
	struct ykt_net_target sms; /* the service centre, as for UDP */
	struct net_lane lanes[YKT_NET_LANES];
};

/*
 * sms is ADDRESS:PORT of the service centre, an IPv6 address in brackets, or NULL:
 * there is none. The clock is borrowed. YKT_E_ARG: no such address.
 */
YKT_MUST_USE enum ykt_status
net_socket_init(struct net_socket *net, const struct ykt_clock *clock, const char *sms);

/* Closes every lane. Accepts a struct of zeros. */
void net_socket_clear(struct net_socket *net);

#endif
