/*
 * What the tests of loading share: a table of modules of their own, load files, and
 * a channel that compares what it is told.
 *
 * The table is that of the product and a module that takes data, whose place is a
 * part of the last purse that nothing else uses in these tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SE_LOAD_KIT_H
#define TESTS_SE_LOAD_KIT_H

#include "se/module.h"
#include "support.h"

#define PLACE_OFF  (SE_PURSE_OFF(3) + SE_PURSE_DATA)
#define PLACE_SIZE 2048
#define MARK_OFF   (SE_PURSE_OFF(3) + SE_PURSE_LOG) /* take() writes place and length here */
#define NO_TAKER   0xEE                             /* data that begins so is refused by take() */

#define ELF         "07A0000006320102"
#define PURSE_BLOCK "594B544C01010208A000000632010105"
#define PURSE_SHA   "2B3F392E95849B0B99674F5AF2804A4ADD08A249F8CFF224C7D163F0B216B6E6"
#define PURSE_SM3   "396FC3F69354C255CDF6BCFDD4888C677C08C94D73199ECF76E2E7F7262E78B8"
#define FOR_LOAD    "80E6020032" ELF "0020" PURSE_SHA "06EF04C602001000"
#define ONLY_BLOCK  "80E8800012C410" PURSE_BLOCK "00"
#define INSTALL_SSD "80E60C002007A000000151535008A00000015153504108"
#define AID_SSD2    "A00000063201FF02"
#define ALL_ELFS    "80F22002024F0000"
#define BUILT_IN                                                                                   \
	"E30D4F07A00000063201019F700101"                                                           \
	"E30D4F07A00000015153509F700101"                                                           \
	"E30D4F07A00000009901019F700101"

/* Sends, and compares plain data and status word. */
void tsm_expect(struct tsm *tsm, const char *plain_hex, const char *rsp_hex);

/* A load file for the module with data, and the SHA-256 of its block. */
struct file {
	uint8_t bytes[PLACE_SIZE + 1024];
	struct ykt_buf buf;
	size_t block_at;
	uint8_t hash[32];
};

/* With these DAP blocks before it and len bytes of data: 00, 01 and so on. */
void make_file(struct card *card, struct file *file, struct ykt_bytes daps, size_t len);
/* INSTALL [for load]; an empty domain is the channel's own. It must go well. */
void for_load(struct tsm *tsm, const char *elf_hex, const char *sd_hex, struct ykt_bytes hash);
/* Sends the file in blocks of this size; the first word that is not 9000, or it. */
uint16_t load_file(struct tsm *tsm, const struct file *file, size_t size);
/* Fails unless the only trace of a load is in the places that nothing uses. */
void expect_untouched(struct card *card, const struct snapshot *before, const char *why);

#endif
