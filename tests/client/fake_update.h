/*
 * What an update needs: a release that the platform offers, a stage folder, and an
 * install place with versions in it that fail and lose power as the world does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CLIENT_FAKE_UPDATE_H
#define TESTS_CLIENT_FAKE_UPDATE_H

#include "fake.h"
#include "wire/release.h"
#include "wire/update_msg.h"

#define FAKE_RELEASE_MAX (3 * WIRE_UPDATE_BLOCK)
#define FAKE_STAGE_FILES 16
#define FAKE_PLACE_FILES 4

struct fake_stage_file {
	char name[65];
	uint8_t data[WIRE_UPDATE_BLOCK];
	size_t len;
};

/* A version in its place. */
struct fake_place {
	char version[19];
	struct {
		char name[65];
		bool program;
		struct ykt_bytes content; /* allocated */
	} files[FAKE_PLACE_FILES];
	size_t count;
};

struct fake_update {
	struct fake *fake;
	struct ykt_install install;
	struct ykt_file stage;
	struct crypto_sm2_key key;
	char key_line[WIRE_RELEASE_KEY_LINE_MAX];
	uint8_t release[FAKE_RELEASE_MAX]; /* what the platform has */
	size_t release_len;
	struct fake_stage_file files[FAKE_STAGE_FILES];
	struct fake_place half;  /* that is being put */
	struct fake_place whole; /* put, and checked or not */
	char current[19];        /* the version that starts next */
	char previous[19];       /* "": no trial */
	char running[19];        /* what the client of this process says it is */
	bool runs_not;           /* the new one does not run here */
	unsigned commits;
};

/* Version "1.0.0" runs; a release of version, least and edition is offered, of many blocks. */
void fake_update_init(struct fake_update *update, struct fake *fake);
void fake_update_offer(struct fake_update *update, const char *edition, const char *version,
    const char *least, size_t size);
/* Whole and as released, in the place of that version. */
bool fake_update_whole(const struct fake_update *update);
struct fake_stage_file *fake_stage_find(struct fake_update *update, const char *name);
void fake_update_clear(struct fake_update *update);

#endif
