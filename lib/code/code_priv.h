/*
 * What the readers of the code room share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODE_CODE_PRIV_H
#define CODE_CODE_PRIV_H

#include <ykt/bytes.h>

/* Algorithm and curve bytes of certificates and requests. */
#define CODE_ALG_SM2   0x04
#define CODE_PARAMETER 0x00

/* Reads one byte that must have that value. */
static inline void
code_rd_expect(struct ykt_rd *rd, uint8_t value)
{
	if (ykt_rd_u8(rd) != value)
		rd->bad = true;
}

/* BCD MMYY with a month of 1 to 12. */
bool code_month_good(const uint8_t expiry[2]);

#endif
