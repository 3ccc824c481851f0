/*
 * Is this ride code good here and now? Everything is offline, under roots that
 * were loaded before.
 *
 * In this order: the bytes; certificate under the root of its service and index;
 * its month; field 6 against it; the institution's signature over 3 to 14; the
 * rider's over 1 to 16; who is let in; times; the limit of a trip. A key inside
 * the code's own certificate is never taken for a root. Whether a code was seen
 * before is the terminal's to know.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODE_CODE_VERIFY_H
#define CODE_CODE_VERIFY_H

#include "code/code_qr.h"
#include "code/code_roots.h"

/* One reason for each refusal; the first that applies. */
enum code_verdict {
	CODE_GOOD,
	CODE_BAD_LENGTH,          /* field 2 or 13 */
	CODE_BAD_VERSION,         /* field 1 (laboratory case 5499) */
	CODE_BAD_FORMAT,          /* a constant, text, BCD */
	CODE_BAD_CERT,            /* field 3 is no certificate, or of another service */
	CODE_ROOT_UNKNOWN,        /* none is loaded at its index */
	CODE_CERT_FORGED,         /* not signed by that root */
	CODE_CERT_EXPIRED,        /* its month is over */
	CODE_INSTITUTION_DIFFERS, /* field 6 is not the certificate's (cases 5683, 6035) */
	CODE_AUTH_FORGED,         /* fields 3 to 14 not signed by the institution */
	CODE_USER_FORGED,         /* fields 1 to 16 not signed by the rider */
	CODE_INSTITUTION_UNKNOWN, /* not among those that ride here */
	CODE_AUTH_EXPIRED,        /* field 11 is past */
	CODE_FROM_THE_FUTURE,     /* field 16 is more than the tolerance ahead */
	CODE_EXPIRED,             /* older than field 12 says */
	CODE_OVER_LIMIT,          /* the fare is more than field 9 */
	CODE_VERDICT_COUNT
};

/* A stable token, also a message id: "good", "root_unknown", ... */
const char *code_verdict_name(enum code_verdict verdict);

struct code_institution {
	uint8_t id[4];
};

struct code_policy {
	const struct code_roots *roots;
	struct code_dialect dialect;
	const struct code_institution *institutions; /* NULL: every one under the roots */
	size_t institution_count;
	/*
	 * How far ahead a phone's clock may be. A source that tolerates none and one
	 * that tolerates the whole validity both exist; a setting, 30 by default.
	 */
	uint32_t future_s;
	/* The longest validity that is believed: a larger field 12 is cut. 0: any. */
	uint16_t validity_max_s;
	/* Most that this ride may cost, in fen; 0: not known yet, field 9 is not judged. */
	uint32_t fare_fen;
};
#define CODE_FUTURE_S 30

/* What code_verify() found; code and cert are set as far as it came. */
struct code_result {
	enum code_verdict verdict;
	bool has_code;
	struct code_qr code;
	bool has_cert;
	struct code_cert cert;
	bool root_found; /* root_name is set */
	char root_name[CODE_ROOT_NAME_MAX + 1];
};

/*
 * YKT_OK: *ret_result says good or why not. Every other status is the machine's
 * (YKT_E_CRYPTO, YKT_E_NOMEM): nothing is known, and nobody rides on it.
 */
YKT_MUST_USE enum ykt_status code_verify(struct crypto *c, const struct code_policy *policy,
    struct ykt_bytes bytes, int64_t now_ms, struct code_result *ret_result);

/*
 * The same for an authorisation alone, as a client checks what it was given:
 * certificate, month, field 6, institution's signature, expiry. No dialects.
 */
YKT_MUST_USE enum ykt_status code_auth_verify(struct crypto *c, const struct code_policy *policy,
    struct ykt_bytes bytes, int64_t now_ms, enum code_verdict *ret_verdict);

#endif
