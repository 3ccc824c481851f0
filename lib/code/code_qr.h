/*
 * The ride code (MoT scheme, grade B): fields 1 to 17 as bytes.
 *
 * 1 version, 2 length of the rest, 3 to 15 the authorisation that the platform
 * signed, 16 the moment of generation, 17 the rider's signature over 1 to 16.
 * 332 bytes and the institution's own data; drawn as they are, in byte mode.
 * Numbers are big-endian, money is fen, times are UTC seconds since 1970.
 *
 * Reading judges lengths and constants only; who signed what is
 * code_verify.h's. Nothing here allocates.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODE_CODE_QR_H
#define CODE_CODE_QR_H

#include "code/code_cert.h"

#define CODE_VERSION    0x80 /* interoperable */
#define CODE_SIG_FORMAT 0x15 /* stands before r | s */
#define CODE_OWN_MAX    32
#define CODE_AUTH_MIN   260 /* fields 3 to 15 without own data */
#define CODE_AUTH_MAX   (CODE_AUTH_MIN + CODE_OWN_MAX)
#define CODE_QR_MIN     332
#define CODE_QR_MAX     (CODE_QR_MIN + CODE_OWN_MAX)

/*
 * What a reader lets pass beyond the rule. All zero is the rule: version 80h,
 * both format bytes 15h, the default signer id, times since 1970. Each setting
 * was seen in the field in one place and is off unless a terminal is told so.
 */
struct code_dialect {
	bool any_version;       /* 81h to FFh too */
	bool any_issuer_format; /* field 15's format byte is not looked at */
	bool own_len_with_self; /* field 13 counts itself: 1 for none */
	/*
	 * Field 15 stands before 13 and 14, which the institution does not sign
	 * (an older ticket backend; what it signs is our reading, grade D).
	 */
	bool own_data_last;
	/* Signer ids of a local 81h: service and index; institution and platform; field 5. */
	bool local_ids;
	bool expiry_since_2000; /* field 11 counts from 2000-01-01 00:00, UTC+8 */
};
extern const struct code_dialect code_dialect_none;

enum code_kind {
	CODE_KIND_ORDINARY = 0,
	CODE_KIND_ORDINARY_1 = 1,
	CODE_KIND_STUDENT = 2,
	CODE_KIND_ELDER = 3,
	CODE_KIND_TEST = 4,
	CODE_KIND_SOLDIER = 5,
};

/* Fields 3 to 15. */
struct code_auth {
	uint8_t cert[CODE_CERT_LEN];   /* 3 */
	uint8_t account[16];           /* 4: ASCII, the payment account */
	uint8_t user[10];              /* 5: BCD, the card account */
	uint8_t institution[4];        /* 6: must be the certificate's */
	uint8_t platform[4];           /* 7 */
	uint8_t kind;                  /* 8: enum code_kind */
	uint32_t limit_fen;            /* 9: three bytes */
	uint8_t point[CODE_POINT_LEN]; /* 10: the rider's key, compressed */
	uint32_t expires_s;            /* 11 */
	uint16_t validity_s;           /* 12: of one code, after its generation */
	uint8_t own_len;               /* 13: 0 to 32 */
	uint8_t own[CODE_OWN_MAX];     /* 14 */
	uint8_t sig_format;            /* of 15 */
	uint8_t sig[CODE_SIG_LEN];     /* of 15, over 3 to 14 */
};

/* A whole code. The views point into the bytes that were read. */
struct code_qr {
	uint8_t version;
	struct code_auth auth;
	uint32_t generated_s;
	uint8_t sig[CODE_SIG_LEN];
	struct ykt_bytes issuer_signed; /* fields 3 to 14 */
	struct ykt_bytes user_signed;   /* fields 1 to 16 */
};

enum code_fault {
	CODE_FAULT_NONE,
	CODE_FAULT_VERSION, /* field 1 */
	CODE_FAULT_LENGTH,  /* field 2, or 13 against it */
	CODE_FAULT_FORMAT,  /* another constant, text or BCD that is none */
};

/*
 * Reads a code. Field 15 is found from the end and from field 13: both ways
 * must meet. *ret_fault may be NULL, and says more of a refusal.
 *
 * YKT_E_FORMAT: not one; *ret_code is untouched.
 */
YKT_MUST_USE enum ykt_status code_qr_decode(struct ykt_bytes bytes,
    const struct code_dialect *dialect, struct code_qr *ret_code, enum code_fault *ret_fault);

/*
 * Reads an authorisation by itself, as a client gets it (dialects: none).
 * YKT_E_FORMAT.
 */
YKT_MUST_USE enum ykt_status code_auth_decode(struct ykt_bytes bytes, struct code_auth *ret_auth);

/*
 * Appends fields 3 to 15, field 15 signed by the institution. auth->sig and
 * sig_format are not looked at. out is unchanged on failure.
 *
 * YKT_E_ARG    own_len over 32, limit over three bytes, account or user no text
 *              or BCD
 * YKT_E_SPACE  out has not CODE_AUTH_MAX left
 * and as signer_sign()
 */
YKT_MUST_USE enum ykt_status
code_auth_make(const struct signer *institution, const struct code_auth *auth, struct ykt_buf *out);

/*
 * Appends a whole code: the authorisation as the platform gave it, this moment,
 * the rider's signature. It needs no network. out is unchanged on failure.
 *
 * YKT_E_FORMAT  auth_bytes is no authorisation
 * YKT_E_KEY     it is for another key than the rider's
 * YKT_EXPIRED   it is over at generated_s
 * YKT_E_SPACE   out has not CODE_QR_MAX left
 * and as signer_sign()
 */
YKT_MUST_USE enum ykt_status code_qr_make(const struct signer *rider, struct ykt_bytes auth_bytes,
    uint32_t generated_s, struct ykt_buf *out);

#endif
