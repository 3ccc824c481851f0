/*
 * ISO/IEC 9797-1 padding method 2: 80, then zeros up to a whole block.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_PAD_H
#define CRYPTO_PAD_H

#include "crypto/core.h"

/*
 * Pads what buf holds to a multiple of block (8 or 16); at least one byte is
 * added. What does not fit sets buf's full, as any put does.
 */
void crypto_pad(struct ykt_buf *buf, size_t block);

/*
 * Finds the length before padding. Time depends on in.len and block only, and
 * every bad padding gives the same error.
 *
 * YKT_E_FORMAT  empty, not whole blocks, or no 80 followed by zeros within the
 *               last block
 */
YKT_MUST_USE enum ykt_status crypto_unpad(struct ykt_bytes in, size_t block, size_t *ret_len);

#endif
