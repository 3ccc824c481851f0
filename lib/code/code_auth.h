/*
 * Fields 3 to 15, read under a dialect: shared by whole codes and by an
 * authorisation alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODE_CODE_AUTH_H
#define CODE_CODE_AUTH_H

#include "code/code_qr.h"

/* *ret_signed: the part that the institution signs. Both only on NONE. */
enum code_fault code_auth_read(struct ykt_bytes bytes, const struct code_dialect *dialect,
    struct code_auth *ret_auth, struct ykt_bytes *ret_signed);

#endif
