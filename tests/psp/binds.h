/*
 * Steps of a binding at the account system, as city 0 or 1 asks for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PSP_BINDS_H
#define TESTS_PSP_BINDS_H

#include "support.h"
#include "wire/account.h"

#define BIND_1 "b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1"
#define BIND_2 "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"
#define BIND_3 "b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3"
#define USER_1 "c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1"
#define USER_2 "c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2"

/* Each gives the code, and what was answered with 200. */
int binds_begin(struct world *w, const char *bind_id, const char *user, const char *number,
    struct wire_psp_bind_rsp *ret);
int
binds_code(struct world *w, const char *bind_id, const char *code, struct wire_psp_bind_rsp *ret);
int binds_by_id(struct world *w, size_t city, const char *path, const char *bind_id,
    struct wire_psp_bind_rsp *ret);
int binds_charge(struct world *w, const struct wire_psp_prepay_rsp *pay,
    const struct wire_psp_bind_rsp *bind, struct wire_psp_charge_rsp *ret);
/* The code of the last text message. */
const char *binds_sent(const struct world *w);
/* The whole of it. */
void binds_bound(struct world *w, const char *bind_id, struct wire_psp_bind_rsp *ret);

#endif
