/*
 * Secured packets (ETSI TS 102 225; card.md 4.3): commands to a card over the air
 * and its answers, with 3DES of two keys or AES.
 *
 * Command:  CPL2 CHL1 SPI2 KIc1 KID1 TAR3 | CNTR5 PCNTR1 CC data padding
 * Response: RPL2 RHL1 TAR3 | CNTR5 PCNTR1 status1 CC data padding
 * What stands after the bar is enciphered when the SPI says so. A response's
 * checksum begins with the three bytes of the SMS header, 02 71 00, which belong to
 * the response here; 02 70 00 before a command does not.
 *
 * Integrity is none, a CRC (16 or 32 bits, by KID) or a cryptographic checksum of
 * 8 bytes. Digital signatures, single DES, 3DES of three keys and implicit
 * algorithms are refused. Decoders: views borrow, outputs are untouched on failure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_OTA_H
#define CARD_OTA_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/core.h"

#define OTA_TAR_LEN      3
#define OTA_CC_LEN       8
#define OTA_COUNTER_LEN  5
#define OTA_COUNTER_MAX  0xFFFFFFFFFFull
#define OTA_BODY_MIN     6  /* counter and PCNTR */
#define OTA_HEAD_LEN     10 /* CPL to TAR */
#define OTA_RSP_HEAD_LEN 9  /* 02 71 00 to TAR */
#define OTA_OVERHEAD_MAX 48 /* of a packet around its data: head, CC, padding */
#define OTA_PADDING_MAX  15

/* SPI, first byte: bits 1-2 integrity, bit 3 ciphering, bits 4-5 counter. */
enum ota_integrity { OTA_NO_CHECK = 0, OTA_RC = 1, OTA_CC = 2, OTA_DS = 3 };
enum ota_counter {
	OTA_COUNTER_NONE = 0,      /* not there: its bytes mean nothing */
	OTA_COUNTER_UNCHECKED = 1, /* there, not judged */
	OTA_COUNTER_HIGHER = 2,    /* must be higher than the last */
	OTA_COUNTER_NEXT = 3       /* must be the last plus one (grade D) */
};
/* SPI, second byte: bits 1-2, proof of receipt. */
enum ota_por { OTA_POR_NONE = 0, OTA_POR_ALWAYS = 1, OTA_POR_ON_ERROR = 2 };

#define OTA_SPI1_CIPHER     0x04
#define OTA_SPI2_POR_CIPHER 0x10
#define OTA_SPI2_POR_SUBMIT 0x20

/* Low nibble of KIc and KID. */
enum ota_alg { OTA_ALG_IMPLICIT = 0, OTA_ALG_TDES2 = 5, OTA_ALG_AES = 2 };

/* Response status codes. */
enum ota_status {
	OTA_STATUS_OK = 0x00,
	OTA_STATUS_CC = 0x01,
	OTA_STATUS_COUNTER_LOW = 0x02,
	OTA_STATUS_COUNTER_HIGH = 0x03,
	OTA_STATUS_COUNTER_BLOCKED = 0x04,
	OTA_STATUS_CIPHER = 0x05,
	OTA_STATUS_SECURITY = 0x06,
	OTA_STATUS_MEMORY = 0x07,
	OTA_STATUS_MORE_TIME = 0x08,
	OTA_STATUS_TAR = 0x09,
	OTA_STATUS_LEVEL_LOW = 0x0A,
	OTA_STATUS_SUBMIT = 0x0B
};

/* The part of a command's header that is never enciphered. */
struct ota_head {
	uint8_t spi1;
	uint8_t spi2;
	uint8_t kic;
	uint8_t kid;
	uint8_t tar[OTA_TAR_LEN];
};

/* The keys that KIc and KID name. A part that the SPI does not ask for is not read. */
struct ota_keys {
	struct crypto_key kic;
	struct crypto_key kid;
};

enum ota_integrity ota_integrity(const struct ota_head *head);
enum ota_counter ota_counter(const struct ota_head *head);
enum ota_por ota_por(const struct ota_head *head);
/* Bits 3 and 4 of the SPI's second byte. */
enum ota_integrity ota_por_integrity(const struct ota_head *head);

struct ota_command {
	struct ota_head head;
	uint64_t counter;       /* at most OTA_COUNTER_MAX */
	uint8_t padding;        /* PCNTR; set by the maker, told by the reader */
	struct ykt_bytes check; /* told by the reader: RC or CC, a view */
	struct ykt_bytes data;
};

/*
 * Appends a command packet, CPL first. padding and check of *command are not read.
 *
 * YKT_E_ARG     the counter is too high, or the head asks for what is refused here
 * YKT_E_KEY     a key is not of the algorithm that KIc or KID names
 * YKT_E_SPACE   out is too small; out keeps its length
 * YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status ota_command_make(struct crypto *c, const struct ota_command *command,
    const struct ota_keys *keys, struct ykt_buf *out);

/*
 * The open part of a packet, to find keys by. *ret_body: what follows the TAR,
 * enciphered or not. YKT_E_FORMAT: lengths do not add up, or pass the packet.
 */
YKT_MUST_USE enum ykt_status
ota_command_head(struct ykt_bytes packet, struct ota_head *ret_head, struct ykt_bytes *ret_body);

/*
 * Deciphers and checks a command. work: packet.len bytes or more, may be
 * packet.data itself; the views of *ret_command lie in it. On failure it is wiped,
 * when it is not the packet.
 *
 * YKT_E_FORMAT  as ota_command_head(); a body that is no whole number of blocks;
 *               PCNTR larger than the data or than a block's padding can be
 * YKT_E_MAC     the RC or CC is wrong
 * YKT_E_ARG, YKT_E_KEY, YKT_E_CRYPTO  as ota_command_make()
 */
YKT_MUST_USE enum ykt_status ota_command_open(struct crypto *c, struct ykt_bytes packet,
    const struct ota_keys *keys, uint8_t *work, struct ota_command *ret_command);

struct ota_response {
	uint8_t tar[OTA_TAR_LEN];
	uint64_t counter;
	uint8_t padding;
	uint8_t status; /* enum ota_status */
	struct ykt_bytes check;
	struct ykt_bytes data;
};

/*
 * Appends 02 71 00 and a response packet, secured as the command's head asks.
 * Errors as ota_command_make().
 */
YKT_MUST_USE enum ykt_status ota_response_make(struct crypto *c, const struct ota_head *head,
    const struct ota_response *response, const struct ota_keys *keys, struct ykt_buf *out);

/*
 * Deciphers and checks a response, 02 71 00 included, to a command with that head.
 * Errors and work as ota_command_open(); YKT_E_FORMAT also without 02 71 00.
 */
YKT_MUST_USE enum ykt_status
ota_response_open(struct crypto *c, const struct ota_head *head, struct ykt_bytes packet,
    const struct ota_keys *keys, uint8_t *work, struct ota_response *ret_response);

/*
 * Puts a CPL before a packet that lacks it, as published packets without ciphering
 * do, and appends the whole to out; a packet that has its CPL is appended as it is.
 * A reader on the wire never calls this. YKT_E_FORMAT: neither; YKT_E_SPACE.
 */
YKT_MUST_USE enum ykt_status ota_command_whole(struct ykt_bytes packet, struct ykt_buf *out);

#endif
