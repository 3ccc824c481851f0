/*
 * Port: what a host can say of the program that runs and of its process: the
 * manifest that it was installed with, the files as they are now, and what does
 * not belong. What it says is judged by the client (its signature, its hashes)
 * and by the platform's policy; it delays an attacker on the same machine, and
 * is never the only control.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_ATTEST_H
#define YKT_DRIVER_ATTEST_H

#include <ykt/bytes.h>

#define YKT_ATTEST_HASH_LEN 32

/* What can be found, as bits; also those of the messages (docs/protocol.md). */
enum ykt_finding {
	YKT_FINDING_UNSIGNED = 0x01, /* no manifest, or no key to judge one: a development build */
	YKT_FINDING_CHANGED = 0x02,  /* the manifest or a file is not what was signed */
	YKT_FINDING_DEBUGGER = 0x04, /* another process traces this one */
	YKT_FINDING_PRELOAD = 0x08,  /* code is mapped that does not belong to the program */
	YKT_FINDING_ROOT = 0x10,     /* it runs as the superuser */
	YKT_FINDING_UNKNOWN = 0x20,  /* nobody looked, or it could not be looked at */
};
#define YKT_FINDING_COUNT 6
#define YKT_FINDING_ALL   0x3Fu

/*
 * The operating system as its host names it: "debian" and "12", "android" and "14". Only
 * numbers and dots can be compared (wire/system.h); what else a version says counts as
 * nothing known. "": not known.
 */
struct ykt_system {
	char name[17];
	char version[17];
};

struct ykt_attest {
	void *ctx;
	const char *program; /* the name of what runs in a manifest; "": none has one */
	/* Appends it. YKT_NOT_FOUND: the program came without. YKT_E_SPACE, YKT_E_FILE. */
	enum ykt_status (*manifest)(void *ctx, struct ykt_buf *out);
	/*
	 * Size and SHA-256 of an installed file as it is now; of program: of what runs,
	 * whatever lies in its place. YKT_NOT_FOUND, YKT_E_FILE, YKT_E_CRYPTO.
	 */
	enum ykt_status (*measure)(void *ctx, const char *name, uint64_t *ret_size,
	    uint8_t ret_sha256[YKT_ATTEST_HASH_LEN]);
	/* DEBUGGER, PRELOAD, ROOT, UNKNOWN of this moment. YKT_E_FILE. */
	enum ykt_status (*look)(void *ctx, unsigned *ret_findings);
	/* May be NULL: nobody knows. YKT_NOT_FOUND: it has no name. YKT_E_FILE. */
	enum ykt_status (*system)(void *ctx, struct ykt_system *ret_system);
};

/* As above; outputs are untouched but on YKT_OK. YKT_E_DRIVER: an answer that cannot be. */
YKT_MUST_USE enum ykt_status
ykt_attest_manifest(const struct ykt_attest *attest, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status ykt_attest_measure(const struct ykt_attest *attest, const char *name,
    uint64_t *ret_size, uint8_t ret_sha256[YKT_ATTEST_HASH_LEN]);
YKT_MUST_USE enum ykt_status
ykt_attest_look(const struct ykt_attest *attest, unsigned *ret_findings);
/* YKT_NOT_FOUND also where the port has no such call. */
YKT_MUST_USE enum ykt_status
ykt_attest_system(const struct ykt_attest *attest, struct ykt_system *ret_system);

#endif
