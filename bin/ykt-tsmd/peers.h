/*
 * Other TSMs in ykt-tsmd's configuration: who they are, where they are, what they may.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TSMD_PEERS_H
#define TSMD_PEERS_H

#include "config.h"
#include "serve.h"
#include "tsm/peer.h"
#include "tsm/tsm.h"

#define TSMD_URL_MAX  256
#define TSMD_PINS_MAX 256

/* One of the list "peers". */
struct tsmd_peer {
	char name[17];
	char pub[CONFIG_PATH_MAX];
	bool has_url; /* with pins, or neither */
	char url[TSMD_URL_MAX];
	bool has_pins;
	char pins[TSMD_PINS_MAX];
	bool has_city;
	char city[5]; /* jobs of that city go there */
	bool has_jobs;
	bool jobs; /* it may start jobs here */
};
extern const struct wire_message tsmd_peer_msg;

/* Our own part of it. */
struct tsmd_self {
	const char *city;
	const char *name;
	const char *sign_key; /* a path */
};

/* Keys and ways that the room borrows. */
struct tsmd_peers {
	struct crypto_sm2_key own;
	struct wire_signed_key keys[TSM_PEERS_MAX];
	struct tsm_peer_way ways[TSM_PEERS_MAX];
};

/*
 * Reads the keys and judges the list: nobody twice, none with our name or city, none that
 * is asked without an address or without pins. False: standard error says what is wrong.
 */
bool tsmd_peers_read(const char *program, const char *path, const struct tsmd_self *self,
    struct tsmd_peer *list, size_t count, struct tsmd_peers *ret_peers);

/* One of the list, with an address, has that name. */
bool tsmd_peers_issuer(const char *name, const struct tsmd_peer *list, size_t count);

/* The ways to those that have an address. False: standard error says why not. */
bool tsmd_peers_open(
    struct serve *serve, const struct tsmd_peer *list, size_t count, struct tsmd_peers *peers);

#endif
