/*
 * Load files (GP231 11.6, C.2, C.3): LOAD, the DAP blocks, and the package in the
 * load file data block.
 *
 *   load file = { E2 len { 4F len AID of a domain, C3 len its signature } } C4 len block
 *   block     = "YKTL" 01 | version 2 | length, AID of a module | data
 *
 * The form of the block is our own (grade D): GlobalPlatform leaves it to the
 * card, on Java Card it is a CAP file, and no such code is run here. A package
 * names a module that the card has, and may bring data for it.
 *
 * Decoders: views borrow, outputs are untouched unless YKT_OK.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_GP_LOAD_H
#define CARD_GP_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "card/apdu.h"

struct crypto;

#define GP_LOAD_LAST       0x80 /* P1 */
#define GP_HASH_LEN        32
#define GP_PACKAGE_HEAD    24   /* of the block: all but the data, at most */
#define GP_DAP_KVN         0x73 /* key of a domain that verifies DAPs; key id 1 */
#define GP_LOAD_MODULE_MIN 5

/* LOAD: one block of a load file, up to 255 bytes; number from 0. */
void gp_load_build(uint8_t number, bool last, struct ykt_bytes block, struct ykt_buf *out);

/* One DAP block; appended before the C4 of gp_load_file_put(). */
void gp_dap_put(struct ykt_bytes sd, struct ykt_bytes signature, struct ykt_buf *out);
/* C4 and the length of a block of this many bytes. */
void gp_load_file_put(size_t block_len, struct ykt_buf *out);
/* The block up to its data. An AID of another length than 5 to 16 sets out->full. */
void gp_package_put(uint16_t version, struct ykt_bytes module, struct ykt_buf *out);

/* A load file up to the data of its package. */
struct gp_load_head {
	struct ykt_bytes daps; /* all of them, for gp_dap_next() */
	size_t block_at;       /* where the load file data block starts */
	size_t data_at;        /* where the data of the package does */
	size_t data_len;
	uint16_t version;
	struct ykt_bytes module;
};

/*
 * Reads the beginning of a load file.
 *
 * YKT_NOT_FOUND  more bytes are needed
 * YKT_E_FORMAT   no load file, or not with a package of ours
 */
YKT_MUST_USE enum ykt_status
gp_load_head_decode(struct ykt_bytes bytes, struct gp_load_head *ret_head);

struct gp_dap {
	struct ykt_bytes sd;
	struct ykt_bytes signature;
};

/* The next DAP block; false at the end of daps of a head that was decoded. */
bool gp_dap_next(struct ykt_rd *rd, struct gp_dap *ret_dap);

/*
 * The hash of a load file data block, in parts. GP231 C.2 takes it by its length:
 * 32 bytes may be SHA-256 or SM3, and either will do, because a block that has
 * another's hash of either kind cannot be found. SHA-1, 20 bytes, is refused.
 *
 * YKT_E_ARG  another length; YKT_E_MAC: it is another block's; YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status gp_load_hash_check(
    struct crypto *crypto, struct ykt_bytes hash, const struct ykt_bytes *parts, size_t count);

#endif
