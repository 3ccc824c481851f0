/*
 * Other TSMs in ykt-tsmd's configuration. See peers.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "peers.h"

#include <stdio.h>
#include <string.h>

#include "wire/field.h"
#include "words.h"

static const struct wire_field tsmd_peer_fields[] = {
	FIELD_TEXT(tsmd_peer, name),
	FIELD_TEXT(tsmd_peer, pub),
	FIELD_TEXT_OPT(tsmd_peer, url),
	FIELD_TEXT_OPT(tsmd_peer, pins),
	FIELD_TEXT_OPT(tsmd_peer, city),
	FIELD_BOOL_OPT(tsmd_peer, jobs),
};
MESSAGE(tsmd_peer, "peer");

static bool
is_city(const char *text)
{
	return strlen(text) == 4 && strspn(text, "0123456789") == 4;
}

/* NULL, or what is wrong with one and those before it. */
static const char *
fault(const struct tsmd_self *self, const struct tsmd_peer *list, size_t at)
{
	const struct tsmd_peer *peer = &list[at];

	if (peer->name[0] == '\0' || strcmp(peer->name, self->name) == 0)
		return words("a name of its own");
	if (peer->has_url != peer->has_pins)
		return words("url and pins together");
	if (!peer->has_url && (peer->has_city || peer->jobs))
		return words("url and pins, for its city or for jobs");
	if (peer->has_city && (!is_city(peer->city) || strcmp(peer->city, self->city) == 0))
		return words("a city of four digits that is not ours");
	for (size_t i = 0; i < at; i++) {
		if (strcmp(list[i].name, peer->name) == 0)
			return words("a name of its own");
		if (peer->has_city && strcmp(list[i].city, peer->city) == 0)
			return words("a city that no other has");
	}
	return NULL;
}

bool
tsmd_peers_read(const char *program, const char *path, const struct tsmd_self *self,
    struct tsmd_peer *list, size_t count, struct tsmd_peers *ret_peers)
{
	if (!config_sm2_key(program, self->sign_key, &ret_peers->own))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *wants = fault(self, list, i);

		if (wants != NULL) {
			fprintf(stderr, words("%s: %s: peer '%s' needs %s\n"), program, path,
			    list[i].name, wants);
			return false;
		}
		config_resolve(path, list[i].pub);
		memcpy(ret_peers->keys[i].id, list[i].name, sizeof(ret_peers->keys[i].id));
		if (!config_sm2_pub(program, list[i].pub, &ret_peers->keys[i].pub))
			return false;
		ret_peers->ways[i] =
		    (struct tsm_peer_way){ .city = list[i].city, .jobs = list[i].jobs };
	}
	return true;
}

bool
tsmd_peers_issuer(const char *name, const struct tsmd_peer *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].name, name) == 0)
			return list[i].has_url;
	}
	return false;
}

bool
tsmd_peers_open(
    struct serve *serve, const struct tsmd_peer *list, size_t count, struct tsmd_peers *peers)
{
	for (size_t i = 0; i < count; i++) {
		if (!list[i].has_url)
			continue;
		peers->ways[i].http = serve_client_pinned(serve, list[i].url, list[i].pins);
		if (peers->ways[i].http == NULL)
			return false;
	}
	return true;
}
