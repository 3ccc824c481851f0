/*
 * The identity application of a secure element: its commands and answers, both
 * directions. It keeps one SM2 key pair for the user, made inside and never
 * given out, and signs, authenticates and enciphers with it; and a second pair
 * that signs ride codes and nothing else.
 *
 * There is an instance for each payment platform, with keys, certificate, PIN and
 * platform's key of its own. Each AID begins with that of the module, so that SELECT
 * finds the first and SELECT next the others; GET DATA tells whose it is.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * JT/T 1059.2 has such an application since 2025 (its clause 9); its text was
 * not read. The commands follow ISO/IEC 7816-4 and 7816-8 in form; which of
 * them there are, the AID (of the unregistered category, F0), certificate and
 * request are choices of this project: grade D, no conformity is claimed.
 *
 *   00 A4 04 00            SELECT: FCI with 9F08, the version
 *   00 46 80 00            GENERATE ASYMMETRIC KEY PAIR: the new public key
 *   00 46 81 00            the same template of the key that there is
 *   00 46 80 01, 81 01     likewise for the key of ride codes
 *   00 E4 80 00, 80 01     DELETE: everything of the user's; the ride codes' key
 *   00 CA DF 22            GET DATA: the platform's public key
 *   00 CA DF 23            status
 *   00 CA 7F 21            the certificate
 *   00 CA DF 24            a fresh certificate request, signed
 *   00 DA 7F 21            PUT DATA: stores a certificate for this key
 *   00 2A 9E 9A            PSO: COMPUTE DIGITAL SIGNATURE over a message
 *   00 2A 9E AC            the same over a ride code up to its field 16
 *   00 2A 90 80            PSO: HASH: parts of a longer message, in front of it
 *   00 2A 84 80            PSO: ENCIPHER a field for the platform
 *   00 2A 84 81            the same for the key x | y in front of the field
 *   00 2A 80 84            PSO: DECIPHER one 32-byte secret
 *   00 88 00 00            INTERNAL AUTHENTICATE
 *   00 84 00 00, 00 82 00 00   GET CHALLENGE, EXTERNAL AUTHENTICATE
 *   00 20 00 00, 00 24 00 00   VERIFY, CHANGE REFERENCE DATA: card/purse_pin.h
 *
 * Three things are signed, each under an SM2 user id of its own that the card
 * puts in, so that none passes for another: messages (the default id), answers
 * to challenges, requests. The ride codes' key signs (under the default id, as
 * gates want it) only what has a ride code's version and length, names this very
 * key in field 10, is within its authorisation, and is no older than the last
 * one: a clock that is set back makes no second code of an old moment.
 *
 * A field for the platform is enciphered under the key that came with the
 * personalisation. Another receiver's key comes with the command, from the client
 * that has the field in clear: the element holds the key module's not, and who could
 * give it a wrong one has the field already.
 *
 * Personalised by STORE DATA through its security domain only, with these data
 * groupings; all of one series at once or none:
 *
 *   9101  the platform's public key for ENCIPHER, x | y
 *   9102  the authority's public key, x | y: of certificates and of EXTERNAL
 *         AUTHENTICATE
 *   9103  access conditions, 2 bytes of IDENT_ACCESS_x bits: what needs VERIFY
 *         before, what needs EXTERNAL AUTHENTICATE before
 *   8110  the PIN, as 8010 of card/purse_perso.h
 *
 * Builders append one command; decoders of answers take the data without SW.
 */
#ifndef CARD_IDENT_H
#define CARD_IDENT_H

#include <stdbool.h>

#include "card/apdu.h"
#include "crypto/sm2.h"

#define IDENT_ELF_LEN 6
#define IDENT_AID_LEN 7
extern const uint8_t ident_elf[IDENT_ELF_LEN]; /* F0 "YKTID" */
extern const uint8_t ident_aid[IDENT_AID_LEN]; /* the module, and the usual instance */

#define IDENT_VERSION 0x01

enum ident_ins {
	IDENT_INS_VERIFY = 0x20,
	IDENT_INS_CHANGE = 0x24,
	IDENT_INS_OPERATION = 0x2A,
	IDENT_INS_GENERATE = 0x46,
	IDENT_INS_EXTERNAL = 0x82,
	IDENT_INS_CHALLENGE = 0x84,
	IDENT_INS_INTERNAL = 0x88,
	IDENT_INS_GET = 0xCA,
	IDENT_INS_PUT = 0xDA,
	IDENT_INS_DELETE = 0xE4
};

#define IDENT_P1_NEW         0x80 /* of GENERATE: makes a key */
#define IDENT_P1_READ        0x81 /* reads the public key */
#define IDENT_P1_DELETE      0x80 /* of DELETE */
#define IDENT_KEY_USER       0x00 /* P2 of GENERATE and DELETE; DELETE: the ride codes' too */
#define IDENT_KEY_RIDE       0x01
#define IDENT_OP_RIDE        0x9EAC
#define IDENT_OP_SIGN        0x9E9A /* P1 P2 of PERFORM SECURITY OPERATION */
#define IDENT_OP_PART        0x9080
#define IDENT_OP_ENCIPHER    0x8480
#define IDENT_OP_ENCIPHER_TO 0x8481
#define IDENT_OP_DECIPHER    0x8084

/* P1 P2 of GET DATA and PUT DATA, and the tags of what comes. */
#define IDENT_TAG_CERT     0x7F21
#define IDENT_TAG_PLATFORM 0xDF22
#define IDENT_TAG_STATUS   0xDF23
#define IDENT_TAG_REQUEST  0xDF24

#define IDENT_MESSAGE_MAX      240  /* of a part of a message, and of its end, bytes */
#define IDENT_TEXT_MAX         1280 /* of a whole message in parts */
#define IDENT_FIELD_MAX        128  /* of a field to encipher */
#define IDENT_RECEIVER_LEN     64   /* x | y in front of it, where it is not for the platform */
#define IDENT_SECRET_LEN       32   /* what DECIPHER gives */
#define IDENT_CHALLENGE_LEN    8    /* of GET CHALLENGE */
#define IDENT_INTERNAL_MIN     8    /* of a challenge to INTERNAL AUTHENTICATE */
#define IDENT_INTERNAL_MAX     64
#define IDENT_IDENTITY_LEN     16
#define IDENT_EXTERNAL_TEXT    (IDENT_CHALLENGE_LEN + IDENT_IDENTITY_LEN)
#define IDENT_PUBLIC_RSP_LEN   70
#define IDENT_PLATFORM_RSP_LEN 67

/* What of a ride code the card looks at (lib/code): offsets in what is signed. */
#define IDENT_RIDE_VERSION 0x80
#define IDENT_RIDE_MIN     267
#define IDENT_RIDE_MAX     299
#define IDENT_RIDE_SIG     65  /* of the length in field 2: signed behind it */
#define IDENT_RIDE_POINT   158 /* 33: field 10 */
#define IDENT_RIDE_EXPIRES 191 /* 4: field 11; field 16 is the last 4 bytes */

/* The SM2 user ids of what is no message. */
extern const struct ykt_bytes ident_id_internal; /* over the challenge */
extern const struct ykt_bytes ident_id_external; /* over ident_external_text() */
extern const struct ykt_bytes ident_id_request;  /* over the body of a request */

/* What may depend on VERIFY or EXTERNAL AUTHENTICATE. */
#define IDENT_ACCESS_SIGN     0x01 /* messages and requests */
#define IDENT_ACCESS_DECIPHER 0x02
#define IDENT_ACCESS_REPLACE  0x04 /* GENERATE where there is a key already */
#define IDENT_ACCESS_CERT     0x08 /* PUT DATA */
#define IDENT_ACCESS_INTERNAL 0x10
#define IDENT_ACCESS_ENCIPHER 0x20
#define IDENT_ACCESS_RIDE     0x40 /* all that concerns the ride codes' key */
#define IDENT_ACCESS_ALL      0x7F
#define IDENT_ACCESS_LEN      2

#define IDENT_DGI_PLATFORM  0x9101
#define IDENT_DGI_AUTHORITY 0x9102
#define IDENT_DGI_ACCESS    0x9103
#define IDENT_DGI_PIN       0x8110

struct ident_status {
	bool key;
	bool certificate;
	bool platform;
	bool authority;
	uint8_t access[IDENT_ACCESS_LEN]; /* needs VERIFY, needs EXTERNAL AUTHENTICATE */
	uint8_t pin_limit;                /* 0: no PIN */
	uint8_t pin_left;
	uint8_t identity[IDENT_IDENTITY_LEN]; /* of the element */
	bool ride;                            /* the key of ride codes is there */
};

/* next: after the instance that is selected, the one whose AID begins so too. */
void ident_select_build(bool next, struct ykt_buf *out);
/* p1: IDENT_P1_x; key: IDENT_KEY_x */
void ident_generate_build(uint8_t p1, uint8_t key, struct ykt_buf *out);
void ident_delete_build(uint8_t key, struct ykt_buf *out);
/* tag: IDENT_TAG_x */
void ident_get_build(uint16_t tag, struct ykt_buf *out);
void ident_put_cert_build(struct ykt_bytes cert, struct ykt_buf *out);
/* op: IDENT_OP_x */
void ident_operation_build(uint16_t op, struct ykt_bytes data, struct ykt_buf *out);
void ident_internal_build(struct ykt_bytes challenge, struct ykt_buf *out);
void ident_challenge_build(struct ykt_buf *out);
void ident_external_build(const uint8_t sig[64], struct ykt_buf *out);
void ident_verify_build(struct ykt_bytes pin, struct ykt_buf *out);
void ident_change_build(struct ykt_bytes old, struct ykt_bytes pin, struct ykt_buf *out);

/* What the authority signs: the card's challenge, and whose it is. */
void ident_external_text(const uint8_t challenge[IDENT_CHALLENGE_LEN],
    const uint8_t identity[IDENT_IDENTITY_LEN], uint8_t out[IDENT_EXTERNAL_TEXT]);

/*
 * 7F49 { 86 04 | x | y }. Whether the point is on the curve is for who uses it.
 * YKT_E_FORMAT: not exactly this.
 */
void ident_public_encode(const struct crypto_sm2_pub *pub, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
ident_public_decode(struct ykt_bytes rsp, struct crypto_sm2_pub *ret_pub);

/* DF22 { x | y }; YKT_E_FORMAT likewise. */
void ident_platform_encode(const struct crypto_sm2_pub *pub, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
ident_platform_decode(struct ykt_bytes rsp, struct crypto_sm2_pub *ret_pub);

/* DF23; YKT_E_FORMAT: another form, or a bit that has no meaning. */
void ident_status_encode(const struct ident_status *status, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
ident_status_decode(struct ykt_bytes rsp, struct ident_status *ret_status);

#endif
