/*
 * SMS-DELIVER (3GPP TS 23.040 9.2.2.1): the TPDU in which a network brings a secured
 * packet to a card (TS 31.115 4.2): 8-bit data behind a user data header.
 *
 * Views borrow. Strict: the user data length must be that of the bytes that are
 * there; published TPDUs with another one are quirks (tests/vectors/ota.json).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_SMS_H
#define CARD_SMS_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define SMS_USER_DATA_MAX  140
#define SMS_PID_DOWNLOAD   0x7F /* (U)SIM data download */
#define SMS_DCS_DOWNLOAD   0xF6 /* 8-bit, for the card */
#define SMS_TIME_LEN       7
#define SMS_ADDRESS_DIGITS 20

struct sms_deliver {
	bool has_header;        /* user data begins with a header */
	uint8_t address_digits; /* of the sender */
	uint8_t address_type;
	struct ykt_bytes address; /* semi-octets */
	uint8_t pid;
	uint8_t dcs;
	struct ykt_bytes time; /* SMS_TIME_LEN */
	struct ykt_bytes data; /* user data, its header included */
};

/* A data coding scheme of eight-bit data (TS 23.038). */
bool sms_eight_bit(uint8_t dcs);

/* YKT_E_FORMAT, output untouched: another type, cut, bytes left over, no 8-bit data. */
YKT_MUST_USE enum ykt_status
sms_deliver_decode(struct ykt_bytes bytes, struct sms_deliver *ret_deliver);
/* Appends the TPDU; more user data than SMS_USER_DATA_MAX sets out->full. */
void sms_deliver_encode(const struct sms_deliver *deliver, struct ykt_buf *out);

/*
 * SMS-DELIVER-REPORT (9.2.2.1a) of a message that was taken: what the card answered to
 * it, behind a user data header. YKT_E_FORMAT: another type, cut, bytes left over.
 */
YKT_MUST_USE enum ykt_status sms_report_decode(struct ykt_bytes bytes, struct ykt_bytes *ret_data);
void sms_report_encode(struct ykt_bytes data, struct ykt_buf *out);

#endif
