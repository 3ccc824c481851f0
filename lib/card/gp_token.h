/*
 * Tokens of delegated management (GP231 C.4, card.md 3.3): what the issuer of a
 * card signs so that another domain may install, move or delete.
 *
 * What signs a token is in gp_sign.h; RSA tokens are not made. The 2025 edition of
 * the industry's rules changes fields of the extradition token, which we could not
 * read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_GP_TOKEN_H
#define CARD_GP_TOKEN_H

#include <stdint.h>

#include "card/apdu.h"

#define GP_TOKEN_INPUT_MAX (3 + APDU_SHORT_DATA_MAX)
#define GP_TOKEN_KVN       0x70 /* the issuer's key that verifies tokens; key id 1 */

/*
 * Splits INSTALL or DELETE: appends P1, P2, the length of the data without the
 * token, and that data (C.4.1 to C.4.7). *ret_token borrows the token, or is
 * empty.
 *
 * YKT_E_FORMAT  another command, fields that do not add up, or a token that is
 *               not the last of them
 */
YKT_MUST_USE enum ykt_status
gp_token_input(const struct apdu_cmd *cmd, struct ykt_buf *out, struct ykt_bytes *ret_token);

/*
 * Appends the command with this token in the place of the one it had.
 *
 * YKT_E_FORMAT  like gp_token_input()
 * YKT_E_SPACE   it grows past a short APDU, or out is too small
 */
YKT_MUST_USE enum ykt_status
gp_token_attach(const struct apdu_cmd *cmd, struct ykt_bytes token, struct ykt_buf *out);

#endif
