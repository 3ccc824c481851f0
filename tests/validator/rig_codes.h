/*
 * Riders with codes: a root, an institution, and keys for some riders.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_VALIDATOR_RIG_CODES_H
#define TESTS_VALIDATOR_RIG_CODES_H

#include "rig.h"

#define CODES_LIMIT  1000
#define CODES_LIFE_S 86400
#define CODES_VALID  60

struct codes {
	struct rig *rig;
	struct signer_soft root;
	struct signer_soft institution;
	struct signer_soft rider;
	struct code_roots roots;
	struct code_cert cert;
	struct code_auth auth; /* of rider 0; its signature is made with each code */
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf code; /* the last that was made */
};

/* Gives the gates roots, and starts them again. */
void codes_open(struct codes *codes, struct rig *rig);
void codes_close(struct codes *codes);
/* A code of that rider at that second from now; borrowed until the next. */
struct ykt_bytes codes_make(struct codes *codes, unsigned rider, int64_t after_s);
/* The code at the gate; it must end so. */
struct validator_result codes_scan(struct codes *codes, enum gate_name gate, struct ykt_bytes code);
void codes_expect(struct codes *codes, enum gate_name gate, struct ykt_bytes code,
    enum validator_gate expected, const char *reason);

#endif
