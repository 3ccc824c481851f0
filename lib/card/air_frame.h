/*
 * How the menu's packets travel (docs/protocol.md section 10; ours, grade D).
 *
 * Up goes a message: identity16 packet, a command of TS 102 225; the identity of the
 * element stands before it because keys are found by it. Down comes a response, with
 * its 02 71 00 in front.
 *
 *   UDP   one datagram, one message or one response
 *   TCP   length2 before each message and each response; one at a time, in turn
 *   SMS   up: SMS-SUBMIT, 8-bit data behind a header with 70 00 (a command), A0 10
 *         identity, and 00 03 reference total number when it is one part of several;
 *         parts after the first have that last element alone. Down: SMS-DELIVER, whose
 *         user data is the response (its 02 71 00 is the user data header).
 *
 * Every packet has the one level that both ends take: checksum, cipher, a higher counter
 * (SPI 16), a proof of receipt always, with the same (19); key set 1, AES or 3DES of two
 * keys. The TAR tells the directions apart: what a card made is never a command to a card.
 *
 * Views borrow, outputs are untouched on failure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_AIR_FRAME_H
#define CARD_AIR_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "card/air_seal.h"
#include "card/ota.h"
#include "card/sms.h"

#define AIR_TAR_GATEWAY "YKG" /* up */
#define AIR_TAR_MENU    "MNU" /* down: commands to the menu (lib/se/menu_ota.c) */
#define AIR_SPI1        0x16
#define AIR_SPI2        0x19

/* KIc and KID: key set 1 of an algorithm. */
#define AIR_KEY_ID(alg) ((uint8_t)(0x10 | (alg)))

#define AIR_MESSAGE_MAX  512 /* up, identity included */
#define AIR_RESPONSE_MAX 235 /* down: with its length it fits one RECEIVE DATA */
#define AIR_TCP_LEN      2
#define AIR_PARTS_MAX    4

/* The head that every packet up has, for that algorithm. */
struct ota_head air_head(enum ota_alg alg);

struct air_message {
	uint8_t identity[AIR_IDENTITY_LEN];
	struct ykt_bytes packet; /* CPL first */
};

/* YKT_E_FORMAT: no identity and packet, a packet of another length, too long. */
YKT_MUST_USE enum ykt_status
air_message_decode(struct ykt_bytes bytes, struct air_message *ret_message);
void air_message_encode(const struct air_message *message, struct ykt_buf *out);

/*
 * The first whole frame of a TCP stream, of at most max bytes behind its length.
 * *ret_used: the bytes of stream that it took.
 *
 * YKT_NOT_FOUND  not whole yet
 * YKT_E_FORMAT   a length of 0 or above max: end the connection
 */
YKT_MUST_USE enum ykt_status
air_tcp_next(struct ykt_bytes stream, size_t max, struct ykt_bytes *ret_frame, size_t *ret_used);
/* Appends length and frame. */
void air_tcp_put(struct ykt_buf *out, struct ykt_bytes frame);

/* One part of a message in a SMS-SUBMIT. */
struct air_part {
	bool has_identity; /* number 1 */
	uint8_t identity[AIR_IDENTITY_LEN];
	uint8_t ref;
	uint8_t total;          /* 1: not concatenated */
	uint8_t number;         /* from 1 */
	struct ykt_bytes bytes; /* of the packet */
};

/* The short messages that a packet of so many bytes takes; 0: more than AIR_PARTS_MAX. */
uint8_t air_part_count(size_t packet_len);
/*
 * Appends the SMS-SUBMIT of part number (from 1) of a message, to the address, which is
 * its digits, as semi-octets of even number. A part that is not there sets out->full.
 */
void air_part_encode(const struct air_message *message, uint8_t ref, uint8_t number,
    struct ykt_bytes address, struct ykt_buf *out);
/* YKT_E_FORMAT: no SMS-SUBMIT with 8-bit data and these elements, or bytes left over. */
YKT_MUST_USE enum ykt_status air_part_decode(struct ykt_bytes tpdu, struct air_part *ret_part);

#endif
