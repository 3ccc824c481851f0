/*
 * What the two files of models share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_PARTS_H
#define TESTS_PLATFORM_PARTS_H

#include "bench.h"

/* The key module's answers: the code. */
int part_permit(struct bench *b, const void *req, void *rsp);
int part_unload_permit(struct bench *b, const void *req, void *rsp);
int part_card_claim(struct bench *b, const void *req, void *rsp);
int part_tac(struct bench *b, const void *req, void *rsp);
int part_verify(struct bench *b, const void *req, void *rsp);
int part_code_sign(struct bench *b, const void *req, void *rsp);
int part_app_get(struct bench *b, const void *req, void *rsp);
int part_ident_sign(struct bench *b, const void *req, void *rsp);
int part_pin_check(struct bench *b, const void *req, void *rsp);
int part_pin_make(struct bench *b, const void *req, void *rsp);

#endif
