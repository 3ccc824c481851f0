/*
 * Receipts of delegated management (GP231 11.1.6, C.5): what a card answers to a
 * command with a token, so that the issuer sees that it was done, and once.
 *
 *   answer       = len, receipt | confirmation
 *   confirmation = 02, counter | len, number of the domain (tags 42 and 45 joined)
 *   signed       = confirmation | len, value of each field of the command
 *
 * The fields are, of LOAD: package, its domain; of INSTALL [for install] and [for
 * make selectable]: package, application; of extradition: old domain, application,
 * new domain; of a registry update: domain, application, privileges; of DELETE:
 * what is deleted. Grade C, the last but one D: read in tools that check receipts,
 * which do not show all of them. No token identifier or digest is in them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_GP_RECEIPT_H
#define CARD_GP_RECEIPT_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define GP_RECEIPT_KVN        0x71 /* the issuer's key that makes receipts; key id 1 */
#define GP_RECEIPT_FIELDS_MAX 3
#define GP_RECEIPT_NUMBER_MAX 48
#define GP_CONFIRMATION_MAX   (4 + GP_RECEIPT_NUMBER_MAX)
#define GP_RECEIPT_INPUT_MAX  (GP_CONFIRMATION_MAX + GP_RECEIPT_FIELDS_MAX * 17)

/* Counter and number; a number of more than GP_RECEIPT_NUMBER_MAX sets out->full. */
void gp_confirmation_put(uint16_t counter, struct ykt_bytes number, struct ykt_buf *out);
/* What the receipt signs: the confirmation, then the fields. */
void gp_receipt_input_put(struct ykt_bytes confirmation, const struct ykt_bytes *fields,
    size_t count, struct ykt_buf *out);

/* The answer of a card, taken apart. */
struct gp_receipt {
	struct ykt_bytes receipt; /* empty: there is none, and no confirmation */
	struct ykt_bytes confirmation;
	uint16_t counter;
	struct ykt_bytes number;
};

/* YKT_E_FORMAT: no such answer; *ret_receipt is then untouched. */
YKT_MUST_USE enum ykt_status
gp_receipt_decode(struct ykt_bytes answer, struct gp_receipt *ret_receipt);

#endif
