/*
 * Driver of the attestation port on Linux: the folder that the program was
 * installed in, and /proc/self.
 *
 * A program PREFIX/bin/NAME has its manifest in PREFIX/share/ykt/manifest, and the
 * names in it are paths below PREFIX. What runs is measured through
 * /proc/self/exe. A file that has not changed since this process measured it (device,
 * inode, size, times) is not read again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_ATTEST_H
#define HOST_ATTEST_H

#include <stdbool.h>
#include <sys/stat.h>

#include <ykt/driver/attest.h>

#include "host/host_dirs.h"

struct crypto;

#define HOST_MANIFEST    "share/ykt/manifest"
#define HOST_ATTEST_SEEN 24
#define HOST_ATTEST_NAME 65

struct host_attest_seen {
	char name[HOST_ATTEST_NAME];
	struct stat at;
	uint8_t sha256[YKT_ATTEST_HASH_LEN];
};

/* Embedded: its owner provides it and does not move it while a port is in use. */
struct host_attest {
	struct crypto *crypto; /* of the client's thread */
	char prefix[HOST_PATH_MAX];
	char library[HOST_PATH_MAX]; /* the folder of the object that this code is in */
	char program[HOST_ATTEST_NAME];
	size_t seen_count;
	unsigned reads; /* how many files were read whole, for tests */
	struct host_attest_seen seen[HOST_ATTEST_SEEN];
};

/*
 * prefix: NULL takes the folder above the one that the program is in. YKT_E_FILE:
 * the program's own path cannot be found out.
 */
YKT_MUST_USE enum ykt_status
host_attest_open(const char *prefix, struct crypto *crypto, struct host_attest *ret_attest);
struct ykt_attest host_attest_port(struct host_attest *attest);

/* The prefix by itself, into HOST_PATH_MAX characters, as host_attest_open() finds it. */
YKT_MUST_USE enum ykt_status host_prefix(char *ret_prefix);

/*
 * True when a line of /proc/PID/maps is executable code of a file outside of the
 * system's folders, prefix and library; either may be "".
 */
bool host_map_foreign(const char *line, const char *prefix, const char *library);

#endif
