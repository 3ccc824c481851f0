/*
 * The identity applet, for the card's own rooms: ident.c, ident_key.c,
 * ident_ride.c, ident_auth.c and ident_perso.c. Its commands are in card/ident.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_IDENT_H
#define SE_IDENT_H

#include "se/internal.h"

uint16_t se_ident_dispatch(struct se_call *call);
/*
 * Where in home the instance stands that the call is for: the one that is selected, or,
 * of STORE DATA to its domain, the one that is personalised. The entry; and true when its
 * bit SE_IDENT_HAS_x is set.
 */
uint32_t se_ident_off(const struct se_call *call);
const uint8_t *se_ident(const struct se_call *call);
bool se_ident_has(const struct se_call *call, uint8_t bit);
/* 9000, or 6982 when the caller lacks a right for it (IDENT_ACCESS_x). */
uint16_t se_ident_allowed(const struct se_call *call, uint8_t access);
uint16_t se_ident_generate(struct se_call *call);
uint16_t se_ident_operation(struct se_call *call);
uint16_t se_ident_put(struct se_call *call);
uint16_t se_ident_request(struct se_call *call);
uint16_t se_ident_internal(struct se_call *call);
uint16_t se_ident_external(struct se_call *call);
/* GENERATE for the key of ride codes; the form but for P2 was looked at. */
uint16_t se_ident_ride_key(struct se_call *call);
/* A ride code, whole, is signed. */
uint16_t se_ident_ride_sign(struct se_call *call, struct ykt_bytes text);
uint16_t se_ident_delete(struct se_call *call);
/* One series of groupings of STORE DATA. */
uint16_t se_ident_store(struct se_call *call, struct ykt_bytes groups);

#endif
