/*
 * GlobalPlatform content management, GP231 chapter 11 (card.md 3.3), and DGIs.
 *
 * Builders append a whole plain command APDU with class 80; a secure channel
 * wraps it afterwards. Card side: decoders read a plain command. Views borrow.
 *
 * Decoders: YKT_E_FORMAT when lengths do not add up (a card answers 6A80);
 * outputs are untouched then. Builders set out->full when out is too small.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_GP_H
#define CARD_GP_H

#include <stdbool.h>
#include <stdint.h>

#include "card/apdu.h"

struct crypto;

#define GP_CLA      0x80
#define GP_AID_MAX  16
#define GP_KCV_LEN  3
#define GP_KEYS_MAX 4 /* keys in one PUT KEY */

enum gp_ins {
	GP_INS_INITIALIZE_UPDATE = 0x50,
	GP_INS_END_R_MAC = 0x78,
	GP_INS_BEGIN_R_MAC = 0x7A,
	GP_INS_EXTERNAL_AUTHENTICATE = 0x82,
	GP_INS_GET_DATA = 0xCA,
	GP_INS_PUT_KEY = 0xD8,
	GP_INS_STORE_DATA = 0xE2,
	GP_INS_DELETE = 0xE4,
	GP_INS_INSTALL = 0xE6,
	GP_INS_LOAD = 0xE8,
	GP_INS_SET_STATUS = 0xF0,
	GP_INS_GET_STATUS = 0xF2,
};

/* P1 of GET STATUS; SET STATUS uses 80, 40 and 60. */
enum gp_scope {
	GP_SCOPE_ISD = 0x80,
	GP_SCOPE_APPS = 0x40, /* applications and supplementary domains */
	GP_SCOPE_SD_AND_APPS = 0x60,
	GP_SCOPE_ELFS = 0x20,
	GP_SCOPE_ELFS_MODULES = 0x10,
};

#define GP_STATUS_P2_NEXT 0x01
#define GP_STATUS_P2_TLV  0x02

/* Life-cycle states. */
enum gp_state {
	GP_STATE_LOADED = 0x01,
	GP_STATE_INSTALLED = 0x03,
	GP_STATE_SELECTABLE = 0x07,
	GP_STATE_PERSONALIZED = 0x0F,
	GP_STATE_LOCKED = 0x80, /* bit */
	GP_STATE_CARD_OP_READY = 0x01,
	GP_STATE_CARD_INITIALIZED = 0x07,
	GP_STATE_CARD_SECURED = 0x0F,
	GP_STATE_CARD_LOCKED = 0x7F,
	GP_STATE_CARD_TERMINATED = 0xFF,
};

/* Privileges, first byte, and the two more of the three-byte form. */
enum gp_privilege {
	GP_PRIV_SD = 0x80,
	GP_PRIV_DAP = 0xC0,
	GP_PRIV_MANDATED_DAP = 0xC1,
	GP_PRIV_DELEGATED = 0xA0,
	GP_PRIV_CARD_LOCK = 0x10,
	GP_PRIV_CARD_TERMINATE = 0x08,
	GP_PRIV_CARD_RESET = 0x04,
	GP_PRIV_CVM = 0x02,
	GP_PRIV2_TRUSTED_PATH = 0x80,
	GP_PRIV2_AUTHORIZED = 0x40,
	GP_PRIV2_TOKEN = 0x20,
	GP_PRIV2_GLOBAL_DELETE = 0x10,
	GP_PRIV2_GLOBAL_LOCK = 0x08,
	GP_PRIV2_GLOBAL_REGISTRY = 0x04,
	GP_PRIV3_RECEIPT = 0x80,
	GP_PRIV3_CONTACTLESS = 0x20,
};

extern const uint8_t gp_isd_aid[8]; /* A000000151000000 */

/* GET STATUS in TLV form; aid empty asks for all; next continues after 6310. */
void gp_get_status_build(enum gp_scope scope, struct ykt_bytes aid, bool next, struct ykt_buf *out);

struct gp_get_status {
	uint8_t scope;
	bool next;
	bool tlv;
	struct ykt_bytes aid; /* search AID, may be empty or partial */
};

YKT_MUST_USE enum ykt_status
gp_get_status_decode(const struct apdu_cmd *cmd, struct gp_get_status *ret_get);

/* One E3 entry of the answer. */
struct gp_entry {
	struct ykt_bytes aid;
	uint8_t state;
	uint8_t privileges[3];
	struct ykt_bytes elf; /* C4, or empty */
	struct ykt_bytes sd;  /* CC: the associated domain, or empty */
};

/* Like tlv_next(): false at the end; a fault sets rd->bad. */
bool gp_entry_next(struct ykt_rd *rd, struct gp_entry *ret_entry);
void gp_entry_encode(const struct gp_entry *entry, struct ykt_buf *out);

/* SET STATUS: state in P2. */
void
gp_set_status_build(enum gp_scope scope, uint8_t state, struct ykt_bytes aid, struct ykt_buf *out);

/* DELETE of an application or ELF; related also deletes what depends on it. */
void gp_delete_build(struct ykt_bytes aid, bool related, struct ykt_buf *out);
/* DELETE of a key by identifier and version; 0 leaves one out. */
void gp_delete_key_build(uint8_t id, uint8_t version, struct ykt_buf *out);

struct gp_delete {
	struct ykt_bytes aid; /* empty when keys are meant */
	uint8_t key_id;       /* D0, or 0 */
	uint8_t key_version;  /* D2, or 0 */
	bool related;
	struct ykt_bytes token; /* 9E, or empty */
};

YKT_MUST_USE enum ykt_status
gp_delete_decode(const struct apdu_cmd *cmd, struct gp_delete *ret_delete);

/* P1 of INSTALL. */
enum gp_install_for {
	GP_INSTALL_LOAD = 0x02,
	GP_INSTALL_INSTALL = 0x04,
	GP_INSTALL_SELECTABLE = 0x08,
	GP_INSTALL_INSTALL_SELECTABLE = 0x0C,
	GP_INSTALL_EXTRADITION = 0x10,
	GP_INSTALL_PERSONALIZATION = 0x20,
	GP_INSTALL_REGISTRY = 0x40,
};

/*
 * Every form of INSTALL. Fields that a form does not carry are ignored by the
 * builder and empty from the decoder.
 */
struct gp_install {
	uint8_t form;                /* enum gp_install_for */
	struct ykt_bytes elf;        /* load, install */
	struct ykt_bytes module;     /* install */
	struct ykt_bytes sd;         /* load, extradition, registry: target domain */
	struct ykt_bytes hash;       /* load */
	struct ykt_bytes aid;        /* all but load: the application */
	struct ykt_bytes privileges; /* 1 or 3 bytes; install, selectable, registry */
	struct ykt_bytes params;
	struct ykt_bytes token;
};

/* A foreign form sets out->full. */
void gp_install_build(const struct gp_install *install, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
gp_install_decode(const struct apdu_cmd *cmd, struct gp_install *ret_install);

#define GP_KEY_TYPE_DES         0x80
#define GP_KEY_TYPE_AES         0x88
#define GP_KEY_TYPE_ECC_PUBLIC  0xB0
#define GP_KEY_TYPE_ECC_PRIVATE 0xB1
#define GP_KEY_TYPE_ECC_PARAMS  0xF0 /* reference of the curve, behind a public key */
#define GP_CURVE_SM2            0x40 /* our own (grade D): GP231 B.3.1 lists no SM2 */
#define GP_KEY_P2_MULTIPLE      0x80

/*
 * One key of PUT KEY, its component already encrypted under the (static) DEK. A
 * public key is in the clear, 04 | x | y, with the reference of its curve and
 * without a check value.
 */
struct gp_key {
	uint8_t type;
	uint8_t len;                /* clear length: 16, 24, 32; 65 */
	struct ykt_bytes component; /* encrypted, whole blocks */
	uint8_t kcv[GP_KCV_LEN];    /* not of a public key */
	uint8_t curve;              /* of a public key */
};

struct gp_put_key {
	uint8_t old_version; /* P1: 0 adds, else replaces */
	uint8_t new_version;
	uint8_t first_id;
	uint8_t count; /* 1..GP_KEYS_MAX */
	struct gp_key keys[GP_KEYS_MAX];
};

/* The AES component carries its length byte when it was padded (24 bytes). */
void gp_put_key_build(const struct gp_put_key *put, struct ykt_buf *out);
/* Accepts the AES component with and without its length byte. */
YKT_MUST_USE enum ykt_status
gp_put_key_decode(const struct apdu_cmd *cmd, struct gp_put_key *ret_put);
/* The answer's data: new version and each check value. */
void gp_put_key_rsp_encode(const struct gp_put_key *put, struct ykt_buf *out);

/* First three bytes of AES(key, 01 x 16). len 16, 24, 32; YKT_E_ARG, YKT_E_CRYPTO. */
YKT_MUST_USE enum ykt_status
gp_kcv_aes(struct crypto *crypto, const uint8_t *key, size_t len, uint8_t ret_kcv[GP_KCV_LEN]);
/* First three bytes of 3DES(key16, 00 x 8); YKT_E_CRYPTO. */
YKT_MUST_USE enum ykt_status
gp_kcv_tdes(struct crypto *crypto, const uint8_t key[16], uint8_t ret_kcv[GP_KCV_LEN]);

/*
 * The payment account medium identifier (JT/T 1059.2-2025 clause 8), one to 32 bytes
 * of the issuer's domain by STORE DATA and GET DATA. The tag and the opaque value are
 * our own (grade D): the text was not seen.
 */
#define GP_TAG_PAMID 0xDF50
#define GP_PAMID_MAX 32

#define GP_STORE_LAST      0x80
#define GP_STORE_ENCRYPTED 0x60
#define GP_STORE_APP_ENC   0x20
#define GP_STORE_DGI       0x08
#define GP_STORE_BER       0x10
#define GP_STORE_CASE4     0x01

/* STORE DATA: p1 of GP_STORE_*, block counts from 0. data up to 255 bytes. */
void gp_store_data_build(uint8_t p1, uint8_t block, struct ykt_bytes data, struct ykt_buf *out);

/* One data grouping: tag 2, length 1 (or FF and 2), value. */
struct dgi {
	uint16_t tag;
	struct ykt_bytes value;
};

/* Like tlv_next(): false at the end; a fault sets rd->bad. */
bool dgi_next(struct ykt_rd *rd, struct dgi *ret_dgi);
void dgi_put(struct ykt_buf *out, uint16_t tag, struct ykt_bytes value);

#endif
