/*
 * What the files of calc share; nobody else includes this.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CALC_PRIV_H
#define CLI_CALC_PRIV_H

#include "card/purse.h"
#include "cli/calc.h"

/* Notes what is wrong; YKT_E_FORMAT. */
YKT_MUST_USE enum ykt_status calc_bad(struct calc_args *args, const char *why);

/* The algorithm, 3DES when none is named. SM4 results carry their mark. */
YKT_MUST_USE enum ykt_status
calc_get_alg(struct calc_args *args, json_t *object, enum purse_alg *ret_alg);

/* A card key: given by that name or as key, or derived from a root. The caller wipes it. */
YKT_MUST_USE enum ykt_status calc_get_key(struct crypto *crypto, struct calc_args *args,
    enum purse_alg alg, const char *name, uint8_t ret_key[PURSE_KEY_LEN]);

enum ykt_status calc_diversify(struct crypto *crypto, struct calc_args *args, json_t *object);
enum ykt_status calc_session_key(struct crypto *crypto, struct calc_args *args, json_t *object);
enum ykt_status calc_mac1(struct crypto *crypto, struct calc_args *args, json_t *object);
enum ykt_status calc_mac2(struct crypto *crypto, struct calc_args *args, json_t *object);
enum ykt_status calc_tac(struct crypto *crypto, struct calc_args *args, json_t *object);
enum ykt_status calc_sm_mac(struct crypto *crypto, struct calc_args *args, json_t *object);
enum ykt_status calc_scp02(struct crypto *crypto, struct calc_args *args, json_t *object);
enum ykt_status calc_scp03(struct crypto *crypto, struct calc_args *args, json_t *object);
enum ykt_status calc_kcv(struct crypto *crypto, struct calc_args *args, json_t *object);
enum ykt_status calc_token(struct crypto *crypto, struct calc_args *args, json_t *object);
enum ykt_status calc_ota(struct crypto *crypto, struct calc_args *args, json_t *object);

#endif
