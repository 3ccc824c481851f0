/*
 * The server rooms as the simulator's servers see them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_ROOMS_H
#define SIM_ROOMS_H

#include "sim/server.h"

/*
 * config of each: struct keys_options, platform_options, tsm_options, psp_options
 * without env and store, which the server provides.
 */
extern const struct server_ops rooms_keys;
extern const struct server_ops rooms_platform;
extern const struct server_ops rooms_tsm;
extern const struct server_ops rooms_psp;

#endif
