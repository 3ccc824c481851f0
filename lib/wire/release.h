/*
 * A release of the client software: a signed manifest, and the files that it
 * lists one after another behind it. The format is ours (grade D; C5-UPD-1 and
 * C5-SWS-1 have no wording).
 *
 *   "YR" format1 length2
 *   key:     length1, text    the name of the key that signed; TEST... is a test key
 *   edition: length1, text    of the standard
 *   version6 least6           three numbers of 2 bytes; least: older clients are unsafe
 *   count1, then each file:   length1, name  program1 size4 SM3(32) SHA-256(32)
 *   signature64               SM2 (default id) over all before it
 *
 * length counts all before the signature. Names are paths below the folder that
 * the program is installed in, in ascending order of their bytes. A manifest
 * alone is what an installed program is checked against; the release that it
 * came in is the manifest and the files' bytes, nothing between or behind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_RELEASE_H
#define WIRE_RELEASE_H

#include <ykt/bytes.h>

#include "crypto/sm2.h"
#include "wire/version.h"

#define WIRE_RELEASE_MAX          (16 * 1024 * 1024) /* the whole of it */
#define WIRE_RELEASE_FILES_MAX    24
#define WIRE_RELEASE_NAME_MAX     64
#define WIRE_RELEASE_KEY_NAME_MAX 32
#define WIRE_RELEASE_EDITION_MAX  8
#define WIRE_RELEASE_FILE_LEN     (1 + 1 + 4 + 32 + 32) /* without its name */
#define WIRE_RELEASE_HEAD_LEN     5
#define WIRE_MANIFEST_MAX         4096 /* with its signature */

/* The key that releases are believed under: pinned in the configuration. */
struct wire_release_key {
	char name[WIRE_RELEASE_KEY_NAME_MAX + 1];
	struct crypto_sm2_pub pub;
};

/*
 * One line "NAME X Y": a name of letters, digits and hyphens, x and y as 64 hex
 * digits each, single blanks between; an end of line may follow.
 *
 * YKT_E_FORMAT  another text, or no point of the curve
 * YKT_E_KEY     a test key (its name begins with TEST), in a build that refuses them
 */
YKT_MUST_USE enum ykt_status
wire_release_key_read(struct crypto *c, struct ykt_bytes text, struct wire_release_key *ret_key);

#define WIRE_RELEASE_KEY_LINE_MAX (WIRE_RELEASE_KEY_NAME_MAX + 1 + 64 + 1 + 64 + 2)
/* That line, with its end and a NUL. */
void
wire_release_key_line(const struct wire_release_key *key, char ret_line[WIRE_RELEASE_KEY_LINE_MAX]);

struct wire_release {
	char key[WIRE_RELEASE_KEY_NAME_MAX + 1];
	char edition[WIRE_RELEASE_EDITION_MAX + 1];
	struct wire_version version;
	struct wire_version least;
	uint8_t file_count;
	struct ykt_bytes files; /* borrowed */
	uint32_t manifest_len;  /* with its signature */
	uint32_t len;           /* of the release: the manifest and every file */
};

struct wire_release_file {
	char name[WIRE_RELEASE_NAME_MAX + 1];
	bool program; /* may be executed */
	uint32_t size;
	uint32_t at; /* where its bytes begin in the release */
	uint8_t sm3[32];
	uint8_t sha256[32];
};

/*
 * Reads the manifest that bytes begin with; nothing is judged but its form.
 * YKT_E_FORMAT, output untouched: anything that the text above does not allow.
 */
YKT_MUST_USE enum ykt_status
wire_release_open(struct ykt_bytes bytes, struct wire_release *ret_release);

/* How long that manifest is, by its first bytes; 0 when they are none. */
size_t wire_release_manifest_len(struct ykt_bytes start);

/*
 * The same, and its signature judged.
 *
 * YKT_E_FORMAT
 * YKT_E_KEY  signed by a key of another name
 * YKT_E_MAC  the signature is wrong
 * YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status wire_release_trust(struct crypto *c,
    const struct wire_release_key *key, struct ykt_bytes bytes, struct wire_release *ret_release);

/*
 * The same for a whole release: nothing missing, nothing behind it (YKT_E_FORMAT),
 * and both hashes of every file. YKT_E_CORRUPT: a file is another.
 */
YKT_MUST_USE enum ykt_status wire_release_check(struct crypto *c,
    const struct wire_release_key *key, struct ykt_bytes bytes, struct wire_release *ret_release);

/* A file by its number, which must be below file_count. */
void wire_release_file(
    const struct wire_release *release, uint8_t number, struct wire_release_file *ret_file);

/*
 * Makes a manifest: begin, the files in the order of their names, end. What does
 * not fit sets out->full. out begins empty.
 */
struct wire_release_maker {
	struct ykt_buf *out;
	size_t count_at;
};

void wire_release_begin(struct wire_release_maker *maker, const struct wire_release *head,
    struct ykt_buf *out); /* of head: key, edition, version, least */
YKT_MUST_USE enum ykt_status wire_release_put(struct wire_release_maker *maker, struct crypto *c,
    const char *name, bool program, struct ykt_bytes content);
/*
 * Signs, and judges it as a reader would. YKT_E_SPACE, YKT_E_FORMAT, and what the
 * signer answers; out is wiped then.
 */
YKT_MUST_USE enum ykt_status wire_release_end(
    struct wire_release_maker *maker, struct crypto *c, const struct crypto_sm2_key *key);

#endif
