/*
 * Errands: what the rider has a phone or a gate do, each as a task of that
 * device, which is started again when it died of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_ERRAND_H
#define SIM_ERRAND_H

#include "sim/world.h"

/* One piece of work on a device, and the driver that waits for it. */
struct errand {
	struct world *world;
	enum ykt_status (*fn)(struct errand *errand);
	struct sched_signal done;
	enum ykt_status status;
	ykt_fen amount;
	char order_id[33];
	struct gate *gate;
	struct validator_result result;
};

/* The functions of a client, for errand.fn; phone_errand() runs them. */
enum ykt_status errand_register(struct errand *errand);
enum ykt_status errand_login(struct errand *errand);
enum ykt_status errand_open(struct errand *errand);
enum ykt_status errand_topup(struct errand *errand);
enum ykt_status errand_recover(struct errand *errand);
enum ykt_status errand_refund(struct errand *errand);
enum ykt_status errand_delete(struct errand *errand);
enum ykt_status errand_return(struct errand *errand);
enum ykt_status errand_move_out(struct errand *errand);
enum ykt_status errand_lock(struct errand *errand);
enum ykt_status errand_unlock(struct errand *errand);
enum ykt_status errand_apps_update(struct errand *errand);
enum ykt_status errand_move_in(struct errand *errand);
typedef enum ykt_status errand_fn(struct errand *errand);
YKT_MUST_USE enum ykt_status phone_errand(struct world *world, struct errand *errand);

/* Lets virtual time pass for the driver. */
void errand_pause(struct world *world, int64_t ms);

/*
 * Taps until the gate opens, refuses, or the rider loses patience. The reason on
 * the display; "" when it never got so far.
 */
const char *errand_tap(struct world *world, enum world_gate which);

/* Every gate uploads once. The last status that was not YKT_OK. */
enum ykt_status errand_upload_all(struct world *world);

/* Counts an opening. */
void errand_note_opened(
    struct world *world, const struct gate *gate, const struct validator_result *result);

#endif
