/*
 * Port: the secure element's non-volatile memory, a flat array of bytes.
 *
 * A write may be torn at any byte by a power cut and leave old, new, a prefix,
 * old & new, FF or anything in what it covered. A program may silently do
 * nothing, which is why the card OS reads back what it wrote.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_NVM_H
#define YKT_DRIVER_NVM_H

#include <ykt/bytes.h>

struct ykt_nvm {
	void *ctx;
	uint32_t size; /* bytes */
	enum ykt_status (*read)(void *ctx, uint32_t off, uint8_t *out, uint32_t len);
	enum ykt_status (*write)(void *ctx, uint32_t off, const uint8_t *data, uint32_t len);
};

/* YKT_E_ARG: not within the array; nothing was read or written. len may be 0. */
YKT_MUST_USE enum ykt_status
ykt_nvm_read(const struct ykt_nvm *nvm, uint32_t off, uint8_t *out, uint32_t len);
YKT_MUST_USE enum ykt_status
ykt_nvm_write(const struct ykt_nvm *nvm, uint32_t off, const uint8_t *data, uint32_t len);

#endif
